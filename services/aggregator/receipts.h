/* Which submissions were accepted before: by unit and id, for ever.
 *
 * The table has those of the ledger's whole blocks of JB_RECEIPTS_BLOCK revisions. Those of the
 * block that is being filled stand in the ledger only, and here in memory; when an entry of the
 * next block is applied they go into the table, all at once. So the table is the same whatever the
 * batches were, nothing is missing after a crash, and a commit does not pay for pages of its own
 * for a record that says what its entry says. (Acts and changes of rights, which are rare, are put
 * into the table at once: store.h.) */
#ifndef JB_RECEIPTS_H
#define JB_RECEIPTS_H

#include "ledger.h"
#include "store.h"

#define JB_RECEIPTS_BLOCK 256
#define JB_RECEIPTS_SLOTS (2 * JB_RECEIPTS_BLOCK)

struct jb_receipts {
    bool loaded;
    uint64_t block; /* of revisions: the one that is being filled */
    uint32_t count;
    struct jb_receipts_item {
        uint32_t unit;
        struct jb_uuid id;
        struct jb_store_receipt receipt;
    } items[JB_RECEIPTS_BLOCK];
    uint16_t slots[JB_RECEIPTS_SLOTS]; /* by hash: index + 1; 0: empty */
};

/* Zeroes are a good beginning: what the open block holds is read from the ledger when it is asked
 * for. begin: the store is new, and need not have a ledger. forget: after a transaction that was
 * aborted. */
void jb_receipts_begin(struct jb_receipts *receipts);
void jb_receipts_forget(struct jb_receipts *receipts);
/* JB_ENOTFOUND. JB_EDAMAGED: the ledger's newest entries cannot be read, either. */
JB_MUST_USE jb_err jb_receipts_find(struct jb_receipts *receipts, jb_kv_txn *txn, uint32_t unit,
                                    struct jb_uuid id, struct jb_store_receipt *ret);
/* An entry of this revision, of whatever kind, is applied next. */
JB_MUST_USE jb_err jb_receipts_advance(struct jb_receipts *receipts, jb_kv_txn *txn,
                                       uint64_t revision);
/* A submission's; or that its id was used again, in the receipt that was found. */
JB_MUST_USE jb_err jb_receipts_put(struct jb_receipts *receipts, jb_kv_txn *txn, uint32_t unit,
                                   struct jb_uuid id, const struct jb_store_receipt *receipt);

#endif
