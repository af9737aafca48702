/* A period 报告期 of a catalogue that manages them: not opened, open, closed, published; who opened
 * and closed it, what was expected then, what was amended since, for whom it was reopened, and how
 * often it was published. One record of the table `periods`; its entries link to the one before, so
 * that its state at any revision is the fold of those up to it. */
#ifndef JB_PERIOD_STATE_H
#define JB_PERIOD_STATE_H

#include "base/buf.h"
#include "ledger.h"
#include "model/act.h"
#include "model/finding.h"

/* An act that is told about when something is refused. revision 0: it never was. */
struct jb_period_moment {
    uint64_t revision;
    int64_t at_us;
    uint8_t by[32]; /* the signer's key; zeros: unsigned */
};
struct jb_period_amendment {
    uint32_t form, unit, indicator; /* numbers; indicator UINT32_MAX: the whole form */
    bool owed;
};
struct jb_period_reopening {
    uint32_t unit;
    int64_t until_us;
};

struct jb_period_state {
    struct jb_period period;
    enum jb_period_phase phase;
    bool trial, backfill;
    uint64_t last_revision; /* its newest entry; 0: none */
    struct jb_period_moment opened, closed;
    uint32_t releases;
    uint32_t expected_forms, expected_rows; /* as opened */
    uint8_t expected_hash[32];
    struct jb_period_amendment *amendments; /* by form, unit, indicator, each once */
    uint32_t amendment_count, amendment_cap;
    struct jb_period_reopening *reopenings; /* by unit, each once */
    uint32_t reopening_count, reopening_cap;
};
/* Makes it one that was never opened. Its memory is reused. */
void jb_period_state_init(struct jb_period_state *state, struct jb_period period);
void jb_period_state_free(struct jb_period_state *state);
/* state->period is the key's and stays. JB_EDAMAGED; JB_ENOMEM. */
JB_MUST_USE jb_err jb_period_state_decode(struct jb_slice record, struct jb_period_state *state);
void jb_period_state_encode(const struct jb_period_state *state, struct jb_buf *out);

/* The transition: an act on the period, in the order of revisions. */
JB_MUST_USE jb_err jb_period_state_take(struct jb_period_state *state,
                                        const struct jb_entry *entry);
/* Why an act on the period, or on a filing of it, cannot be done now; JB_F_NONE: it can.
 * *ret_since: the act that made it so, or NULL. unit: number; of acts on filings. */
enum jb_finding_code jb_period_refusal(const struct jb_period_state *state, enum jb_act_kind act,
                                       uint32_t unit, int64_t now_us,
                                       const struct jb_period_moment **ret_since);
/* The same for a submission of the unit. */
enum jb_finding_code jb_period_refuses_submission(const struct jb_period_state *state,
                                                  uint32_t unit, int64_t now_us,
                                                  const struct jb_period_moment **ret_since);
/* What is owed with the amendments, where the catalogue says `owed`. indicator: number. */
bool jb_period_owes(const struct jb_period_state *state, uint32_t form, uint32_t unit,
                    uint32_t indicator, bool owed);

#endif
