/* Store, epoch, revision and time of a state. */
#include "snapshot.h"

#include "ledger.h"

jb_err jb_snapshot_read(jb_kv_txn *txn, uint64_t revision, uint32_t catalog_version,
                        struct jb_snapshot *ret)
{
    struct jb_snapshot snapshot = {.catalog_version = catalog_version};
    jb_err err = jb_store_id(txn, snapshot.store_id);
    if (!err && revision) {
        struct jb_slice bytes;
        struct jb_entry entry;
        err = jb_store_entry(txn, revision, &bytes);
        if (!err)
            err = jb_entry_peek(bytes, &entry);
        if (!err) {
            snapshot.epoch = entry.epoch;
            snapshot.revision = revision;
            snapshot.at_us = entry.at_us;
        }
    } else if (!err) {
        struct jb_store_head head;
        err = jb_store_head(txn, &head);
        if (!err) {
            snapshot.epoch = head.epoch;
            snapshot.revision = head.revision;
            snapshot.at_us = head.at_us;
        }
    }
    if (!err)
        *ret = snapshot;
    return err;
}
