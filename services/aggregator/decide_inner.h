/* What the files of decide share: one submission against what stands in the store. Seen by
 * decide*.c only. */
#ifndef JB_DECIDE_INNER_H
#define JB_DECIDE_INNER_H

#include "decide.h"
#include "filing.h"
#include "periods.h"

/* It is said to this store, and signed. *ret_bare: it bears no signature and needs none here, else
 * *ret_signer is set. False: findings. */
bool jb_scene_hears(const struct jb_scene *scene, const struct jb_proposal *proposal,
                    bool *ret_bare, struct jb_public_key *ret_signer, struct jb_findings *findings);

/* A submission that the catalogue finds right, before the store is asked. */
struct jb_case {
    jb_kv_txn *txn;
    const struct jb_binding *binding;
    const struct jb_submission *submission;
    struct jb_checked checked;
    struct jb_effect *effects;     /* sorted by indicator number and stretch */
    uint32_t unit;                 /* number */
    struct jb_period_state period; /* where periods are managed */
    const jb_rights *rights;
    int64_t now_us;
    struct jb_arena *arena;
    struct jb_findings *findings;
};

/* A finding about one row. got and expected may be "". */
void jb_case_row_finding(const struct jb_case *c, enum jb_finding_code code,
                         const struct jb_effect *effect, const char *got, const char *expected);
/* The filing's place, for findings about the whole. */
struct jb_finding jb_case_finding(const struct jb_case *c, enum jb_finding_code code);

/* What the checks across figures say, in a form that has any. */
JB_MUST_USE jb_err jb_case_check_figures(const struct jb_case *c);
/* Where periods are managed: a finding when the submission's period takes none of the unit. */
JB_MUST_USE jb_err jb_case_check_period(struct jb_case *c);
/* Likewise: a finding for each row that was amended to be not owed. */
void jb_case_check_owed(const struct jb_case *c);
/* Likewise: whether every owed row of the filing is there with this submission. */
JB_MUST_USE jb_err jb_case_is_complete(const struct jb_case *c, bool *ret);
/* "2023-Q2, closed, 2023-07-20 18:00, Chief, revision 31". since may be NULL. */
#define JB_PERIOD_WORDS_SIZE 320
void jb_period_describe(const struct jb_period_state *state, const struct jb_period_moment *since,
                        const jb_rights *rights, int zone_offset_minutes,
                        char text[JB_PERIOD_WORDS_SIZE]);
/* Whether periods that were opened expect under the catalogue what they expected then. */
JB_MUST_USE jb_err jb_decide_catalog_periods(jb_kv_txn *txn, const jb_catalog *catalog,
                                             struct jb_findings *findings);

/* A finding for each row that withdraws what has no value. */
JB_MUST_USE jb_err jb_case_check_withdrawals(const struct jb_case *c);
/* A finding for each row whose standing value is another one; at least one. */
JB_MUST_USE jb_err jb_case_tell_stale(const struct jb_case *c);

#endif
