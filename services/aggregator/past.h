/* What a unit's figures of one base period were at a revision, found by walking its filings'
 * entries back from the newest. Each figure comes with the revision and submission that set it: the
 * ground of as_of, history and explain. */
#ifndef JB_PAST_H
#define JB_PAST_H

#include "filing.h"
#include "ledger.h"
#include "store.h"

struct jb_past_figure {
    uint32_t indicator, stretch; /* number; base periods back */
    bool is_text;
    struct jb_value value;
    uint64_t revision;
    uint32_t form; /* number */
    struct jb_uuid submission;
};

/* One filing at that revision, and the entry of its newest submission: revision 0 when there was
 * none. */
struct jb_past_filing {
    uint32_t form;
    uint64_t revision;
    int64_t at_us;
    struct jb_uuid submission;
    struct jb_filing filing;
};

struct jb_past {
    struct jb_past_figure *figures; /* sorted by indicator and stretch */
    uint32_t count, cap;
    struct jb_past_filing *filings; /* sorted by form */
    uint32_t filing_count, filing_cap;
};

/* Memory for decoding entries, reused. */
struct jb_past_scratch {
    struct jb_entry_effect *effects;
    struct jb_filings filings;
    struct jb_filing_step *steps; /* of one filing, newest first */
    uint32_t step_count, step_cap;
};
void jb_past_scratch_free(struct jb_past_scratch *scratch);
void jb_past_free(struct jb_past *past);
/* Decodes an entry; *ret borrows from the transaction and from scratch until the next call.
 * JB_EDAMAGED when the ledger has none of that revision. */
JB_MUST_USE jb_err jb_past_entry(jb_kv_txn *txn, uint64_t revision, struct jb_past_scratch *scratch,
                                 struct jb_entry *ret);
/* The filings of the unit and period as they stand now, into scratch->filings (none: count 0). */
JB_MUST_USE jb_err jb_past_filings(jb_kv_txn *txn, uint32_t unit, struct jb_period period,
                                   struct jb_past_scratch *scratch);
/* Replaces what past holds. unit: number. On failure past is empty. */
JB_MUST_USE jb_err jb_past_read(jb_kv_txn *txn, uint32_t unit, struct jb_period period,
                                uint64_t revision, struct jb_past_scratch *scratch,
                                struct jb_past *past);
/* The same as it was accepted: of each filing what its submissions set up to the one that was
 * accepted last by that revision. The filings' standing is that of the revision; their entry and
 * submission are the accepted ones. */
JB_MUST_USE jb_err jb_past_read_accepted(jb_kv_txn *txn, uint32_t unit, struct jb_period period,
                                         uint64_t revision, struct jb_past_scratch *scratch,
                                         struct jb_past *past);
/* NULL when it was never set by then. */
const struct jb_past_figure *jb_past_find(const struct jb_past *past, uint32_t indicator,
                                          uint32_t stretch);

#endif
