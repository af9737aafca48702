/* What the files of acts share: one act against what stands. Seen by decide_act*.c only. */
#ifndef JB_DECIDE_ACT_INNER_H
#define JB_DECIDE_ACT_INNER_H

#include "decide_act.h"
#include "filing.h"
#include "periods.h"

struct jb_act_case {
    const struct jb_key_scene *scene;
    const struct jb_catalog_view *view; /* NULL: no catalogue is loaded */
    struct jb_arena *arena;
    struct jb_findings *findings;
    struct jb_act act;
    struct jb_public_key signer;
    uint32_t unit, form; /* indexes; JB_NONE: not named */
    struct jb_period_state period;
    struct jb_filing filing;
    struct jb_entry *entry; /* that is being made */
};

/* A finding with the act's place. got and expected may be "". */
void jb_act_refuse(const struct jb_act_case *c, enum jb_finding_code code, const char *got,
                   const char *expected);
void jb_act_refuse_text(const struct jb_act_case *c, enum jb_finding_code code, struct jb_slice got,
                        const char *expected);
/* The same about an indicator that the act names. */
void jb_act_refuse_indicator(const struct jb_act_case *c, enum jb_finding_code code,
                             struct jb_slice indicator);
/* PERIOD_OPEN: something is expected, by the catalogue or by name. Sets the entry's act. */
JB_MUST_USE jb_err jb_act_decide_open(struct jb_act_case *c);
/* PERIOD_AMEND: it changes something, and takes nothing away that stands. Sets the entry's act. */
JB_MUST_USE jb_err jb_act_decide_amend(struct jb_act_case *c);
/* Sets c->filing: that of the act's unit and form (indexes). */
JB_MUST_USE jb_err jb_act_find_filing(struct jb_act_case *c);
/* FILING_*: the filing's state allows it, it is what was reviewed, and not the reviewer's own. Sets
 * the entry's act. */
JB_MUST_USE jb_err jb_act_decide_filing(struct jb_act_case *c);
/* Ascending varints of numbers, each once, in the arena. numbers are sorted. */
JB_MUST_USE jb_err jb_act_pack_numbers(struct jb_act_case *c, uint32_t *numbers, uint32_t count);

#endif
