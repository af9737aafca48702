/* The canonical dump: every record of the ledger and of what follows from it, in key order, as text
 * or as one hash. Two stores with the same ledger have the same dump, byte for byte. */
#ifndef JB_DUMP_H
#define JB_DUMP_H

#include "store.h"

const char *jb_dump_table_name(enum jb_store_table table);
/* BLAKE2b-256 of the dump's text. JB_EDAMAGED: a record cannot be read. */
JB_MUST_USE jb_err jb_dump_hash(jb_kv_txn *txn, uint8_t ret[32]);

#endif
