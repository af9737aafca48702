/* What an entry of kind key does to the table of holders. */
#ifndef JB_APPLY_KEY_H
#define JB_APPLY_KEY_H

#include "ledger.h"
#include "store.h"

/* The change was decided before and is folded without asking again. JB_EDAMAGED: no entry that a
 * decision could have made. */
JB_MUST_USE jb_err jb_apply_key(jb_kv_txn *txn, const struct jb_entry *entry);

#endif
