/* Which state of which store an answer tells: its name on the wire. */
#ifndef JB_SNAPSHOT_H
#define JB_SNAPSHOT_H

#include "net/wire.h"
#include "store.h"

/* revision 0: the head. */
JB_MUST_USE jb_err jb_snapshot_read(jb_kv_txn *txn, uint64_t revision, uint32_t catalog_version,
                                    struct jb_snapshot *ret);

#endif
