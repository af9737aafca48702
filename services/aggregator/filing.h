/* The filings of a unit and base period: which form was last submitted by which entry, and where it
 * stands in review. Each form has one block (binding.h) in whose record, of the unit and period,
 * its filing is kept: beside the figures that are written with it.
 *
 * A filing's entries, submissions and acts, link to the one before; what it was at any revision is
 * the fold of those up to it (jb_filing_take). */
#ifndef JB_FILING_H
#define JB_FILING_H

#include "base/buf.h"
#include "base/uuid.h"
#include "ledger.h"
#include "model/act.h"
#include "model/finding.h"

struct jb_filing {
    uint32_t form;                  /* number */
    uint64_t last_revision;         /* the filing's newest entry; entries link to the one before */
    struct jb_uuid last_submission; /* nil: none, and the filing has only been excused */
    uint64_t submission_revision;   /* its entry; 0: none */
    enum jb_filing_state state;
    int64_t complete_at_us;        /* entry time of the first complete submission; 0: none */
    uint64_t accepted_revision;    /* of the submission that was accepted last; 0: none */
    struct jb_entry_judged judged; /* of several the one that missed its date most */
    bool has_due;                  /* by the last return */
    jb_date due_on;
    uint32_t returns, corrections; /* corrections: of what was accepted */
    bool excused;
    /* What was said last of its not having come (model/due_event.h), for which due day. No entry of
     * the filing: a unit that was only told has last_revision 0. */
    bool told;
    jb_date told_due_on;
    uint32_t told_level;
};
struct jb_filings {
    struct jb_filing *items; /* sorted by form */
    uint32_t count, cap;
};
void jb_filings_free(struct jb_filings *filings);
/* The filings of one record, forms ascending; merge adds those of another to what is there. A form
 * twice is JB_EDAMAGED. */
JB_MUST_USE jb_err jb_filings_decode(struct jb_slice bytes, struct jb_filings *filings);
JB_MUST_USE jb_err jb_filings_merge(struct jb_slice bytes, struct jb_filings *filings);
/* One form's filing from the own record of its block. JB_ENOTFOUND: nothing ever happened to it. */
JB_MUST_USE jb_err jb_filing_of_record(struct jb_slice record, uint32_t form,
                                       struct jb_filing *ret);
void jb_filings_encode(const struct jb_filings *filings, struct jb_buf *out);
/* NULL when nothing ever happened to it. */
struct jb_filing *jb_filings_find(const struct jb_filings *filings, uint32_t form);
/* In its place, made (not reported) when missing. NULL: out of memory. */
struct jb_filing *jb_filings_at(struct jb_filings *filings, uint32_t form);

/* What one entry is to a filing, as far as its state needs it. */
struct jb_filing_step {
    enum jb_act_kind act; /* 0: a submission */
    uint64_t revision;
    int64_t at_us;
    struct jb_uuid submission; /* a submission's id */
    bool complete;             /* a submission */
    struct jb_entry_judged judged;
    uint64_t submission_revision; /* of what an act accepts or returns */
    bool has_due;
    jb_date due_on;
};
/* False: the entry is neither a submission nor an act on a filing. */
bool jb_filing_step_of(const struct jb_entry *entry, struct jb_filing_step *ret);
struct jb_filing jb_filing_new(uint32_t form);
/* The transition. Steps come in the order of their revisions. */
void jb_filing_take(struct jb_filing *filing, const struct jb_filing_step *step);
/* Why an act cannot be done to the filing as it is; JB_F_NONE: it can. */
enum jb_finding_code jb_filing_refusal(const struct jb_filing *filing, enum jb_act_kind act);

#endif
