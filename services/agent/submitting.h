/* One run of jibao-agent submit: files become parcels one by one, the parcels go to the outbox, and
 * what was put in is remembered so that its outcome can be waited for and told. */
#ifndef JB_AGENT_SUBMITTING_H
#define JB_AGENT_SUBMITTING_H

#include "delivery.h"
#include "exits.h"
#include "form/figures_file.h"
#include "self.h"
#include "standing.h"

struct jb_submitting {
    /* Set by the caller. */
    const struct jb_figures_options *options;
    struct jb_self *self;
    const char *read_endpoint;
    int ask_ms; /* patience with questions about what stands; 0: do not ask unless it is needed */
    bool dry_run, replace, yes, supersede;
    struct jb_delivery *delivery; /* NULL for a dry run */
    jb_table *differences;        /* of a dry run */
    /* Kept here. */
    struct jb_standing standing;
    bool asked, silent; /* the read door was opened; it did not answer */
    struct jb_outbox_head *heads;
    struct jb_uuid *ids;
    uint32_t count;
    struct jb_arena arena; /* of the heads */
};

void jb_submitting_init(struct jb_submitting *s);
void jb_submitting_free(struct jb_submitting *s);
/* What stands in a filing, asked of the read door. JB_EAGAIN at once after the first silence. The
 * other tells why an ask failed, and how the program ends for it. */
JB_MUST_USE jb_err jb_submitting_ask(struct jb_submitting *s, const struct jb_submission *of,
                                     struct jb_filing_answer *ret);
enum jb_exit jb_submitting_tell_ask(const struct jb_submitting *s, jb_err err);
/* Figures that were read and checked go their way; they stay the caller's. */
enum jb_exit jb_submitting_go(struct jb_submitting *s, struct jb_figures *figures,
                              const char *path);
/* path NULL: the options' texts alone. Everything wrong is told on standard error. */
enum jb_exit jb_submitting_file(struct jb_submitting *s, const char *path);

#endif
