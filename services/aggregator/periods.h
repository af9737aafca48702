/* The table of periods: those that were opened, each with where it stands; and where it stood. */
#ifndef JB_PERIODS_H
#define JB_PERIODS_H

#include "period_state.h"
#include "store.h"

/* As of a revision (0: as it stands now). Never opened by then: JB_OK, and the state says so. */
JB_MUST_USE jb_err jb_periods_get(jb_kv_txn *txn, struct jb_period period, uint64_t as_of,
                                  struct jb_period_state *state);
JB_MUST_USE jb_err jb_periods_put(jb_kv_txn *txn, const struct jb_period_state *state);

/* Calls visit with every period that was ever opened, in the order of frequency and time, until it
 * says no. */
typedef jb_err jb_periods_visit(void *ctx, struct jb_period period);
JB_MUST_USE jb_err jb_periods_each(jb_kv_txn *txn, jb_periods_visit *visit, void *ctx);

/* The revisions of a period's acts up to as_of (0: all), newest first, at most max; *ret_count of
 * them. The caller's memory. */
JB_MUST_USE jb_err jb_periods_acts(jb_kv_txn *txn, struct jb_period period, uint64_t as_of,
                                   uint64_t *revisions, uint32_t max, uint32_t *ret_count);
/* The act that made a release of the period: the newest that was made by as_of (0: ever) and has no
 * number above `number` (0: any). JB_ENOTFOUND: there is none. *ret borrows from the transaction.
 */
JB_MUST_USE jb_err jb_periods_release(jb_kv_txn *txn, struct jb_period period, uint64_t as_of,
                                      uint32_t number, struct jb_entry *ret);

#endif
