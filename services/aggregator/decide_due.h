/* What the passing of days says of filings that have not come: due soon, overdue
 * (model/due_event.h). The aggregator says it itself, as an entry of the ledger, because that makes
 * a moment of it that is the same for everybody: a watch gets it in its place among all changes,
 * once, after any interruption; it can be proved, and an audit decides it again.
 *
 * Each filing remembers, in the store, for which due day what was said last. So a level is said
 * once for a due day whatever the clock does: set forward, what is passed over is said in order;
 * set back, nothing is said again. The entry bears the moment beside its own time, which is that of
 * the entry before: a clock that was wrong for a while must not decide what is late.
 * Another due day (a return, a catalogue that moves it) is a matter of its own.
 *
 * It is said of what may still be filed: in periods that are open, or reopened for the unit, not of
 * backfilled ones, which know no lateness. */
#ifndef JB_DECIDE_DUE_H
#define JB_DECIDE_DUE_H

#include "binding.h"
#include "ledger.h"
#include "store.h"

#define JB_DUE_ENTRY_MAX 1000 /* filings and levels in one entry */

/* The next entry that is to be written at that moment: the first period, in the order of the table,
 * of which there is something to say, and of it what fits. *ret_more false: there is none, *ret is
 * untouched. A function of the store and now_us alone. out is the entry's memory, cleared first.
 * binding NULL: none. Errors are the store's. */
JB_MUST_USE jb_err jb_decide_due(jb_kv_txn *txn, const struct jb_binding *binding, int64_t now_us,
                                 struct jb_buf *out, struct jb_entry *ret, bool *ret_more);

#endif
