/* The LMDB wrapper: an ordered map of bytes to bytes in one directory, for the store and the
 * outbox. Only kv.c, kv_env.c and kv_erase.c see <lmdb.h>.
 *
 * Every value carries an 8-byte checksum (XXH3 of table, key and value) that is checked on
 * every read: a damaged record is JB_EDAMAGED, never data. Default durability flags only: a commit
 * that returned JB_OK is on disk (fsync). One environment per directory and process, opened once,
 * never across fork, never on a network file system (refused). Borrowed slices die at the next
 * write in the same transaction or with the transaction; look, do not touch.
 *
 * Storage failures: JB_EFULL (map or disk is full; the transaction is dead, the data is intact,
 * trying later can help), JB_EIO (else: stop, restart, verify), JB_EDAMAGED. */
#ifndef JB_KV_H
#define JB_KV_H

#include "base/base.h"

typedef struct jb_kv jb_kv;
typedef struct jb_kv_txn jb_kv_txn;

#define JB_KV_KEY_BYTES_MAX 500
#define JB_KV_TABLES_MAX 16

struct jb_kv_config {
    const char *const *tables; /* names, in the order of their numbers */
    uint32_t table_count;
    uint64_t map_bytes; /* 0: JB_MAP_BYTES_DEFAULT; a larger map of an existing store is kept */
    uint64_t
        reserve_bytes; /* a write begins only while the file system has this much free (JB_EFULL) */
    bool create;       /* make the directory and tables when they are missing */
    bool read_only;
    bool scratch; /* no fsync: for throw-away stores (verify) only */
};

/* Opens dir (and locks it against a second writer process with flock on dir/lock; a second opener
 * gets JB_EAGAIN unless read_only). JB_ENOTFOUND: no store there, or one of its tables is missing
 * and create is false. JB_EINVAL: a network file system, or dir is no
 * directory. Clears readers of dead processes. */
JB_MUST_USE jb_err jb_kv_open(const char *dir, const struct jb_kv_config *config, jb_kv **ret);
void jb_kv_close(jb_kv *kv); /* NULL is fine */
/* Call each minute: frees the slots of readers that died. */
void jb_kv_check_readers(jb_kv *kv);

struct jb_kv_usage {
    uint64_t file_bytes, map_bytes, used_bytes; /* used: pages in use */
    uint64_t disk_free_bytes;
};
JB_MUST_USE jb_err jb_kv_usage(jb_kv *kv, struct jb_kv_usage *ret);
uint64_t jb_kv_map_bytes(jb_kv *kv);
/* A consistent copy of the live store into a new directory (mdb_env_copy2 with compaction),
 * fsynced. It is made beside dest, in dest.part, and has its name only when it is whole; what an
 * earlier copy that was cut short left there is removed. JB_EEXIST: dest exists. */
JB_MUST_USE jb_err jb_kv_copy(jb_kv *kv, const char *dest_dir);
/* Puts the contents of *by, on which nothing is open any more, in the place of those of *kv,
 * durably and at once: a crash leaves the one or the other. Both are closed and NULL when it
 * returns JB_OK, and the folder of *by is gone. Who reads the old contents meanwhile goes on doing
 * so. */
JB_MUST_USE jb_err jb_kv_replace(jb_kv **kv, jb_kv **by);
/* Looks at the pages that the file begins with, which no checksum covers, before LMDB trusts them.
 * JB_EDAMAGED, JB_ENOTFOUND, JB_EIO. It may be served meanwhile. */
JB_MUST_USE jb_err jb_kv_check_file(const char *dir);
/* Removes a store that nobody has open: its files, and the folder if it holds nothing else. */
void jb_kv_remove(const char *dir);

/* One write transaction at a time per process; it belongs to its thread. Read transactions belong
 * to whoever holds them (NOTLS). Checks free space for writers. */
JB_MUST_USE jb_err jb_kv_begin_write(jb_kv *kv, jb_kv_txn **ret);
JB_MUST_USE jb_err jb_kv_begin_read(jb_kv *kv, jb_kv_txn **ret);
/* Ends the transaction whatever it returns; *txn is NULL afterwards. */
JB_MUST_USE jb_err jb_kv_commit(jb_kv_txn **txn);
void jb_kv_abort(jb_kv_txn **txn); /* NULL inside is fine */
/* A read transaction let go and taken up again on the newest state, cheaper than begin. */
void jb_kv_reset(jb_kv_txn *txn);
JB_MUST_USE jb_err jb_kv_renew(jb_kv_txn *txn);
/* True once a write in this transaction did not happen (other than JB_ENOTFOUND of delete,
 * JB_EEXIST of append) or the storage failed: only abort is left, later writes and commit give the
 * same error. A damaged record that was read does not fail the transaction. */
bool jb_kv_failed(const jb_kv_txn *txn);

/* Keys are 1 to JB_KV_KEY_BYTES_MAX bytes: JB_EINVAL and JB_ERANGE otherwise. The value of a put
 * must not be a slice borrowed from the same transaction. JB_ENOTFOUND: *ret untouched. */
JB_MUST_USE jb_err jb_kv_get(jb_kv_txn *txn, uint32_t table, struct jb_slice key,
                             struct jb_slice *ret);
JB_MUST_USE jb_err jb_kv_put(jb_kv_txn *txn, uint32_t table, struct jb_slice key,
                             struct jb_slice value);
/* The key must sort after every key of the table (JB_EEXIST otherwise); cheaper than put. */
JB_MUST_USE jb_err jb_kv_append(jb_kv_txn *txn, uint32_t table, struct jb_slice key,
                                struct jb_slice value);
JB_MUST_USE jb_err jb_kv_delete(jb_kv_txn *txn, uint32_t table,
                                struct jb_slice key); /* JB_ENOTFOUND if missing */
/* Deletes a value and sees that its bytes go, from memory before they are written and from the
 * file: LMDB lets the pages of what was deleted stand as they are until it needs them for something
 * else. The commit overwrites them with zeros, once what it did is on disk and before it returns.
 * Only for values of more than jb_kv_page_bytes, which have pages of their own: of a smaller one
 * LMDB leaves copies in the gaps of other pages. A reader with an older snapshot, and a copy that
 * is being made of it, find the value there with zeros inside (jb_kv_is_erased); a power cut
 * between the commit and the zeros leaves the bytes in pages that are free, until they are used
 * again. JB_ENOTFOUND if missing. */
JB_MUST_USE jb_err jb_kv_erase(jb_kv_txn *txn, uint32_t table, struct jb_slice key);
/* There is such a value in this snapshot, and a later transaction erased it. */
bool jb_kv_is_erased(jb_kv_txn *txn, uint32_t table, struct jb_slice key);
size_t jb_kv_page_bytes(const jb_kv_txn *txn);
JB_MUST_USE jb_err jb_kv_drop(jb_kv_txn *txn, uint32_t table); /* empties the table */
JB_MUST_USE jb_err jb_kv_count(jb_kv_txn *txn, uint32_t table, uint64_t *ret);
/* The table's pages in bytes, without those that were freed. */
JB_MUST_USE jb_err jb_kv_table_bytes(jb_kv_txn *txn, uint32_t table, uint64_t *ret);

/* A cursor borrows its transaction; close it before the transaction ends. */
typedef struct jb_kv_cursor jb_kv_cursor;
JB_MUST_USE jb_err jb_kv_cursor_open(jb_kv_txn *txn, uint32_t table, jb_kv_cursor **ret);
void jb_kv_cursor_close(jb_kv_cursor *cursor); /* NULL is fine */
/* Positions; each gives the record there, or JB_ENOTFOUND past the end. key may be NULL, value may
 * be NULL (checksum is checked only when value is asked for). */
JB_MUST_USE jb_err jb_kv_first(jb_kv_cursor *c, struct jb_slice *key, struct jb_slice *value);
JB_MUST_USE jb_err jb_kv_last(jb_kv_cursor *c, struct jb_slice *key, struct jb_slice *value);
JB_MUST_USE jb_err jb_kv_next(jb_kv_cursor *c, struct jb_slice *key, struct jb_slice *value);
JB_MUST_USE jb_err jb_kv_prev(jb_kv_cursor *c, struct jb_slice *key, struct jb_slice *value);
/* The first record at or after the key. */
JB_MUST_USE jb_err jb_kv_seek(jb_kv_cursor *c, struct jb_slice at, struct jb_slice *key,
                              struct jb_slice *value);

#endif
