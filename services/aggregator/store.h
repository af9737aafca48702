/* The store: one LMDB environment, its tables as functions. Numbers are big-endian in keys, so that
 * byte order is the order of revisions and periods.
 *
 *   ledger    revision u64                   -> entry (ledger.h)
 *   receipts  submission id 16, unit u32     -> revision, content hash 32, revision of the recorded
 *                                               conflict or 0; an act or a change of rights has
 *                                               unit JB_NONE, and a submission of the newest
 *                                               block of revisions has none yet (receipts.h)
 *   cells     plane u8, node u32, freq u8, ordinal u16, block u16
 *                                            -> packed block (cell.h); block numbers start at 1.
 *                                               Own plane: before it, the filings of the forms
 *                                               whose place this block is (filing.h)
 *   changes   revision u64                   -> what it changed, per node (change.h); pruned from
 *                                               the old end
 *   catalogs  version u32                    -> revision of the entry that holds it, content hash
 *   names     kind u8, code                  -> number u32
 *             kind | 0x80, number u32        -> code
 *             'b', form number u32           -> block u16 that its filings are kept in
 *   holders   'k', public key 32             -> holder of grants (holders.h)
 *             'p', person code
 *   periods   freq u8, ordinal u16   -> where an opened period stands (period_state.h)
 *   meta      key                            -> format version, store id
 *   contacts  unit number u32                -> its contacts (contacts.h)
 *             0xff                           -> version, hash of the change that made it
 *
 * Everything but ledger, changes, meta and contacts is the fold of the ledger (apply.h); the head
 * is the ledger's last entry. */
#ifndef JB_STORE_H
#define JB_STORE_H

#include "base/base.h"
#include "base/uuid.h"
#include "files/kv.h"
#include "model/period.h"

enum jb_store_table {
    JB_T_LEDGER,
    JB_T_RECEIPTS,
    JB_T_CELLS,
    JB_T_CHANGES,
    JB_T_CATALOGS,
    JB_T_NAMES,
    JB_T_META,
    JB_T_HOLDERS,
    JB_T_PERIODS,
    JB_T_CONTACTS,
    JB_TABLES,
};
/* 1, 2: before periods, contacts, and holders that say which of them are server keys; the entries
 * of 1 may be of an older format. 3: a submission's receipt was put into the table at once. */
#define JB_STORE_FORMAT 4

enum jb_plane { JB_PLANE_OWN = 0, JB_PLANE_SUM = 1 };
#define JB_NODE_GROUP 0x80000000u /* node numbers of groups carry this bit */

enum jb_name_kind {
    JB_NAME_UNIT = 'u',
    JB_NAME_GROUP = 'g',
    JB_NAME_INDICATOR = 'i',
    JB_NAME_FORM = 'f'
};

struct jb_store_head {
    uint64_t revision; /* 0: empty */
    uint8_t hash[32];
    int64_t at_us;
    uint32_t epoch;
};

struct jb_store_receipt {
    uint64_t revision;
    uint8_t content_hash[32];
    uint64_t conflict_revision;
};

/* Opens dir; create makes an empty one (no genesis yet: engine.h does that). JB_EVERSION: a newer
 * format, or entries of another one (see jb_store_versions); nothing is changed. JB_EDAMAGED: some
 * of its tables are missing. map_bytes 0:
 * default. scratch: a throw-away store without fsync, for verify. */
JB_MUST_USE jb_err jb_store_open(const char *dir, uint64_t map_bytes, uint64_t reserve_bytes,
                                 bool create, bool read_only, bool scratch, jb_kv **ret);

/* For who needs nothing but the ledger, however damaged the rest is; locked against other writers.
 */
JB_MUST_USE jb_err jb_store_open_ledger(const char *dir, jb_kv **ret);
/* What dir was written in, whatever it is: the store's format, and its entries' (JB_ENTRY_FORMAT;
 * 0: it has none). */
JB_MUST_USE jb_err jb_store_versions(const char *dir, uint32_t *ret_format,
                                     uint32_t *ret_entry_format);
/* The format the store was written in. set: the one that this program writes. */
JB_MUST_USE jb_err jb_store_format(jb_kv_txn *txn, uint32_t *ret);
JB_MUST_USE jb_err jb_store_set_format(jb_kv_txn *txn);

JB_MUST_USE jb_err jb_store_head(jb_kv_txn *txn, struct jb_store_head *ret);
JB_MUST_USE jb_err jb_store_id(jb_kv_txn *txn, uint8_t ret[16]);
JB_MUST_USE jb_err jb_store_set_id(jb_kv_txn *txn, const uint8_t id[16]);

/* The encoded entry. JB_ENOTFOUND. append: revision must be head + 1. */
JB_MUST_USE jb_err jb_store_entry(jb_kv_txn *txn, uint64_t revision, struct jb_slice *ret);
JB_MUST_USE jb_err jb_store_append_entry(jb_kv_txn *txn, uint64_t revision, struct jb_slice entry);
/* The last revision whose entry's time is <= at_us (bisection); 0 if none. */
JB_MUST_USE jb_err jb_store_revision_at(jb_kv_txn *txn, int64_t at_us, uint64_t *ret);

JB_MUST_USE jb_err jb_store_receipt(jb_kv_txn *txn, uint32_t unit, struct jb_uuid id,
                                    struct jb_store_receipt *ret);
JB_MUST_USE jb_err jb_store_put_receipt(jb_kv_txn *txn, uint32_t unit, struct jb_uuid id,
                                        const struct jb_store_receipt *receipt);

/* A block's record, JB_ENOTFOUND when nothing is there. put with an empty record deletes. */
JB_MUST_USE jb_err jb_store_block(jb_kv_txn *txn, enum jb_plane plane, uint32_t node,
                                  struct jb_period period, uint16_t block, struct jb_slice *ret);
JB_MUST_USE jb_err jb_store_put_block(jb_kv_txn *txn, enum jb_plane plane, uint32_t node,
                                      struct jb_period period, uint16_t block,
                                      struct jb_slice record);
struct jb_block_key {
    enum jb_plane plane;
    uint32_t node;
    struct jb_period period;
    uint16_t block;
};
#define JB_BLOCK_KEY_BYTES 10
void jb_block_key_encode(const struct jb_block_key *key, uint8_t ret[JB_BLOCK_KEY_BYTES]);
JB_MUST_USE jb_err jb_block_key_decode(struct jb_slice bytes, struct jb_block_key *ret);

JB_MUST_USE jb_err jb_store_change(jb_kv_txn *txn, uint64_t revision, struct jb_slice *ret);
JB_MUST_USE jb_err jb_store_append_change(jb_kv_txn *txn, uint64_t revision,
                                          struct jb_slice record);
/* The oldest revision whose change is kept; head + 1 when the log is empty. */
JB_MUST_USE jb_err jb_store_change_floor(jb_kv_txn *txn, uint64_t *ret);
/* Deletes changes from the old end: at most count_max records, while the oldest is older than
 * before_us or the table is larger than bytes_max. *ret_more: it ended at count_max. Cheap when
 * there is nothing to do. */
JB_MUST_USE jb_err jb_store_prune_changes(jb_kv_txn *txn, int64_t before_us, uint64_t bytes_max,
                                          uint32_t count_max, bool *ret_more);

/* version 0 asks for the newest; *ret_version names it. JB_ENOTFOUND: none. */
JB_MUST_USE jb_err jb_store_catalog(jb_kv_txn *txn, uint32_t version, uint32_t *ret_version,
                                    uint64_t *ret_revision, uint8_t ret_hash[32]);
JB_MUST_USE jb_err jb_store_put_catalog(jb_kv_txn *txn, uint32_t version, uint64_t revision,
                                        const uint8_t hash[32]);
/* The version in force at a revision (the newest whose entry is <= it); JB_ENOTFOUND: none yet. */
JB_MUST_USE jb_err jb_store_catalog_at(jb_kv_txn *txn, uint64_t revision, uint32_t *ret_version);

JB_MUST_USE jb_err jb_store_number(jb_kv_txn *txn, enum jb_name_kind kind, struct jb_slice code,
                                   uint32_t *ret);
JB_MUST_USE jb_err jb_store_code(jb_kv_txn *txn, enum jb_name_kind kind, uint32_t number,
                                 struct jb_slice *ret);
JB_MUST_USE jb_err jb_store_put_name(jb_kv_txn *txn, enum jb_name_kind kind, struct jb_slice code,
                                     uint32_t number);
/* Where a form's filings are kept, for ever. JB_ENOTFOUND: a new form. */
JB_MUST_USE jb_err jb_store_form_block(jb_kv_txn *txn, uint32_t form, uint16_t *ret);
JB_MUST_USE jb_err jb_store_put_form_block(jb_kv_txn *txn, uint32_t form, uint16_t block);
/* One more than the largest number of the kind; 0 if none. */
JB_MUST_USE jb_err jb_store_next_number(jb_kv_txn *txn, enum jb_name_kind kind, uint32_t *ret);

#endif
