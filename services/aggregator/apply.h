/* Applies a ledger entry to the derived tables, inside the caller's write transaction: a pure fold.
 * The same code serves live entries, rebuild and verify; after decide said yes it can fail only by
 * storage (or by a damaged record). */
#ifndef JB_APPLY_H
#define JB_APPLY_H

#include "binding.h"
#include "ledger.h"
#include "receipts.h"

typedef struct jb_applier jb_applier; /* scratch memory and the catalogue in force */

JB_MUST_USE jb_err jb_applier_new(jb_applier **ret);
void jb_applier_free(jb_applier *applier); /* NULL is fine */
/* log_changes: write the change record too (live); rebuild and verify leave that log alone. */
JB_MUST_USE jb_err jb_apply(jb_applier *applier, jb_kv_txn *txn, const struct jb_entry *entry,
                            bool log_changes);
/* The catalogue in force after the last applied entry (or the store's newest, loaded on first use);
 * NULL when none. Borrowed until the next jb_apply of a catalogue or jb_applier_reset. */
JB_MUST_USE jb_err jb_applier_binding(jb_applier *applier, jb_kv_txn *txn,
                                      const struct jb_binding **ret);
/* The receipts of what was applied so far. Borrowed for the applier's life. */
struct jb_receipts *jb_applier_receipts(jb_applier *applier);
/* Forgets the catalogue and the receipts: after an aborted transaction. */
void jb_applier_reset(jb_applier *applier);

#endif
