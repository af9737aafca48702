/* Transactions, records and cursors.
 *
 * A value is stored as its bytes and eight bytes of XXH3. The hash's seed is made of the table's
 * name and the record's key, so a value that turns up under another key or in another table is as
 * damaged as a flipped bit. It guards against disks, not against people: anyone can compute it.
 *
 * A write transaction keeps a cursor in each table where its last look was. What it read it mostly
 * writes next, and what it looks for next mostly lies beside: then the way down from the root is
 * saved. */
#include "files/kv.h"

#include <lmdb.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

#include "files/dir.h"
#include "files/kv_inner.h"

#define SUM_BYTES sizeof(XXH64_canonical_t)

struct jb_kv_txn {
    jb_kv *kv;
    MDB_txn *txn;
    bool write;
    jb_err failed;                      /* the first failure that leaves only abort */
    MDB_cursor *kept[JB_KV_TABLES_MAX]; /* of a write; LMDB frees them when it ends */
};

struct jb_kv_cursor {
    MDB_cursor *cursor;
    jb_kv_txn *txn;
    uint32_t table;
};

static MDB_val val_of(struct jb_slice s)
{
    union { /* LMDB's type has no const; it does not write through keys and values that it is given
             */
        const uint8_t *in;
        void *out;
    } ptr = {.in = s.ptr};
    return (MDB_val){.mv_size = s.len, .mv_data = ptr.out};
}

static void sum_of(const jb_kv *kv, uint32_t table, struct jb_slice key, struct jb_slice value,
                   uint8_t sum[SUM_BYTES])
{
    XXH64_canonical_t canonical;
    XXH64_hash_t seed = XXH3_64bits_withSeed(key.ptr, key.len, kv->sum_seeds[table]);
    XXH64_canonicalFromHash(&canonical, XXH3_64bits_withSeed(value.ptr, value.len, seed));
    memcpy(sum, canonical.digest, SUM_BYTES);
}

/* Splits a stored value into its bytes and its checksum. */
static jb_err open_value(const jb_kv *kv, uint32_t table, struct jb_slice key, MDB_val stored,
                         struct jb_slice *ret)
{
    uint8_t sum[SUM_BYTES];
    if (stored.mv_size < SUM_BYTES)
        return JB_EDAMAGED;
    struct jb_slice value = jb_slice_of(stored.mv_data, stored.mv_size - SUM_BYTES);
    sum_of(kv, table, key, value, sum);
    if (memcmp(sum, value.ptr + value.len, SUM_BYTES) != 0)
        return JB_EDAMAGED;
    *ret = value;
    return JB_OK;
}

static jb_err begin(jb_kv *kv, bool write, jb_kv_txn **ret)
{
    MDB_txn *inner = NULL;
    jb_kv_txn *txn = malloc(sizeof(*txn));
    if (!txn)
        return JB_ENOMEM;
    int rc = mdb_txn_begin(kv->env, NULL, write ? 0 : MDB_RDONLY, &inner);
    if (rc) {
        free(txn);
        return jb_kv_error(rc, kv->dir);
    }
    *txn = (jb_kv_txn){.kv = kv, .txn = inner, .write = write};
    *ret = txn;
    return JB_OK;
}

jb_err jb_kv_begin_write(jb_kv *kv, jb_kv_txn **ret)
{
    uint64_t free_bytes;
    jb_assert(kv->lock_fd >= 0);
    jb_assert(atomic_load(&kv->writer) != gettid()); /* it would wait for itself for ever */
    jb_err err = jb_dir_free_bytes(kv->dir, &free_bytes);
    if (err)
        return err;
    if (free_bytes < kv->reserve_bytes)
        return JB_EFULL;
    err = begin(kv, true, ret);
    if (!err)
        atomic_store(&kv->writer, gettid());
    return err;
}

jb_err jb_kv_begin_read(jb_kv *kv, jb_kv_txn **ret)
{
    return begin(kv, false, ret);
}

jb_err jb_kv_commit(jb_kv_txn **txn)
{
    jb_kv_txn *t = *txn;
    jb_kv *kv = t->kv;
    jb_err err = t->failed;
    if (err) {
        jb_kv_abort(txn);
        return err;
    }
    if (t->write)
        atomic_store(&kv->writer, 0);
    err = jb_kv_error(mdb_txn_commit(t->txn),
                      kv->dir); /* it frees the transaction even when it fails */
    if (!err && t->write)
        err = jb_kv_wipe_run(kv);
    else if (t->write)
        jb_kv_wipe_forget(kv);
    free(t);
    *txn = NULL;
    return err;
}

void jb_kv_abort(jb_kv_txn **txn)
{
    jb_kv_txn *t = *txn;
    if (!t)
        return;
    if (t->write) {
        jb_kv_wipe_forget(t->kv);
        atomic_store(&t->kv->writer, 0);
    }
    mdb_txn_abort(t->txn);
    free(t);
    *txn = NULL;
}

void jb_kv_reset(jb_kv_txn *txn)
{
    jb_assert(!txn->write);
    mdb_txn_reset(txn->txn);
}

jb_err jb_kv_renew(jb_kv_txn *txn)
{
    jb_assert(!txn->write);
    return jb_kv_error(mdb_txn_renew(txn->txn), txn->kv->dir);
}

bool jb_kv_failed(const jb_kv_txn *txn)
{
    return txn->failed != JB_OK;
}

/* Notes what leaves the transaction without its meaning: a write that did not happen, or LMDB's own
 * trouble. */
static jb_err note(jb_kv_txn *txn, jb_err err)
{
    if (err && err != JB_ENOTFOUND && err != JB_EEXIST && txn->write && !txn->failed)
        txn->failed = err;
    return err;
}

static jb_err check_key(const jb_kv_txn *txn, uint32_t table, struct jb_slice key)
{
    jb_assert(table < txn->kv->table_count);
    if (key.len == 0)
        return JB_EINVAL;
    return key.len > JB_KV_KEY_BYTES_MAX ? JB_ERANGE : JB_OK;
}

static int kept_cursor(jb_kv_txn *txn, uint32_t table, MDB_cursor **ret)
{
    int rc = 0;
    if (!txn->kept[table])
        rc = mdb_cursor_open(txn->txn, txn->kv->tables[table], &txn->kept[table]);
    *ret = txn->kept[table];
    return rc;
}

/* Before records go: a cursor on one of them would have no place. */
static void forget_cursor(jb_kv_txn *txn, uint32_t table)
{
    if (txn->kept[table])
        mdb_cursor_close(txn->kept[table]);
    txn->kept[table] = NULL;
}

static int find(jb_kv_txn *txn, uint32_t table, MDB_val *key, MDB_val *stored)
{
    MDB_cursor *cursor;
    if (!txn->write)
        return mdb_get(txn->txn, txn->kv->tables[table], key, stored);
    int rc = kept_cursor(txn, table, &cursor);
    return rc ? rc : mdb_cursor_get(cursor, key, stored, MDB_SET);
}

jb_err jb_kv_get(jb_kv_txn *txn, uint32_t table, struct jb_slice key, struct jb_slice *ret)
{
    MDB_val k = val_of(key), stored;
    jb_err err = check_key(txn, table, key);
    if (err)
        return err;
    int rc = find(txn, table, &k, &stored);
    if (rc)
        return note(txn, jb_kv_error(rc, txn->kv->dir));
    return open_value(txn->kv, table, key, stored, ret);
}

/* Appends go without the kept cursor: the way to a table's end is short from anywhere. */
static int place(jb_kv_txn *txn, uint32_t table, MDB_val *key, MDB_val *ret, bool append)
{
    MDB_cursor *cursor;
    if (append)
        return mdb_put(txn->txn, txn->kv->tables[table], key, ret, MDB_APPEND | MDB_RESERVE);
    int rc = kept_cursor(txn, table, &cursor);
    return rc ? rc : mdb_cursor_put(cursor, key, ret, MDB_RESERVE);
}

static jb_err put(jb_kv_txn *txn, uint32_t table, struct jb_slice key, struct jb_slice value,
                  bool append)
{
    jb_assert(txn->write);
    jb_err err = txn->failed;
    if (!err)
        err = check_key(txn, table, key);
    if (!err && value.len > UINT32_MAX - SUM_BYTES) /* LMDB keeps lengths in 32 bits */
        err = JB_ERANGE;
    if (err)
        return note(txn, err);
    MDB_val k = val_of(key), room = {.mv_size = value.len + SUM_BYTES};
    uint8_t sum[SUM_BYTES];
    sum_of(txn->kv, table, key, value, sum);
    int rc = place(txn, table, &k, &room, append);
    if (rc)
        return note(txn, jb_kv_error(rc, txn->kv->dir));
    uint8_t *to = room.mv_data;
    if (value.len)
        memcpy(to, value.ptr, value.len);
    memcpy(to + value.len, sum, SUM_BYTES);
    return JB_OK;
}

jb_err jb_kv_put(jb_kv_txn *txn, uint32_t table, struct jb_slice key, struct jb_slice value)
{
    return put(txn, table, key, value, false);
}

jb_err jb_kv_append(jb_kv_txn *txn, uint32_t table, struct jb_slice key, struct jb_slice value)
{
    return put(txn, table, key, value, true);
}

jb_err jb_kv_delete(jb_kv_txn *txn, uint32_t table, struct jb_slice key)
{
    jb_assert(txn->write);
    MDB_val k = val_of(key);
    jb_err err = txn->failed;
    if (!err)
        err = check_key(txn, table, key);
    if (!err)
        forget_cursor(txn, table);
    if (!err)
        err = jb_kv_error(mdb_del(txn->txn, txn->kv->tables[table], &k, NULL), txn->kv->dir);
    return note(txn, err);
}

/* What this very transaction put there is on no disk yet, but it would be: LMDB writes out what was
 * put and deleted in between. So the bytes go from memory first. */
jb_err jb_kv_erase(jb_kv_txn *txn, uint32_t table, struct jb_slice key)
{
    MDB_val k = val_of(key), stored;
    jb_assert(txn->write);
    jb_err err = txn->failed;
    if (!err)
        err = check_key(txn, table, key);
    if (!err)
        err = jb_kv_error(find(txn, table, &k, &stored), txn->kv->dir);
    if (err)
        return note(txn, err);
    jb_kv_wipe_note(txn->kv, jb_slice_of(stored.mv_data, stored.mv_size));
    MDB_val room = {.mv_size = stored.mv_size};
    err = jb_kv_error(place(txn, table, &k, &room, false), txn->kv->dir);
    if (err)
        return note(txn, err);
    memset(room.mv_data, 0, room.mv_size);
    return jb_kv_delete(txn, table, key);
}

bool jb_kv_is_erased(jb_kv_txn *txn, uint32_t table, struct jb_slice key)
{
    MDB_val k = val_of(key), stored;
    if (check_key(txn, table, key) || find(txn, table, &k, &stored))
        return false;
    const uint8_t *bytes = stored.mv_data;
    for (size_t i = 0; i < stored.mv_size; i++) {
        if (bytes[i])
            return false;
    }
    return true;
}

size_t jb_kv_page_bytes(const jb_kv_txn *txn)
{
    MDB_stat stat;
    int rc = mdb_env_stat(txn->kv->env, &stat);
    jb_assert(rc == 0);
    return stat.ms_psize;
}

jb_err jb_kv_drop(jb_kv_txn *txn, uint32_t table)
{
    jb_assert(txn->write && table < txn->kv->table_count);
    if (txn->failed)
        return txn->failed;
    forget_cursor(txn, table);
    return note(txn, jb_kv_error(mdb_drop(txn->txn, txn->kv->tables[table], 0), txn->kv->dir));
}

jb_err jb_kv_count(jb_kv_txn *txn, uint32_t table, uint64_t *ret)
{
    MDB_stat stat;
    jb_assert(table < txn->kv->table_count);
    jb_err err = jb_kv_error(mdb_stat(txn->txn, txn->kv->tables[table], &stat), txn->kv->dir);
    if (!err)
        *ret = stat.ms_entries;
    return note(txn, err);
}

jb_err jb_kv_table_bytes(jb_kv_txn *txn, uint32_t table, uint64_t *ret)
{
    MDB_stat stat;
    jb_assert(table < txn->kv->table_count);
    jb_err err = jb_kv_error(mdb_stat(txn->txn, txn->kv->tables[table], &stat), txn->kv->dir);
    if (!err)
        *ret = (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages) *
               (uint64_t)stat.ms_psize;
    return note(txn, err);
}

jb_err jb_kv_cursor_open(jb_kv_txn *txn, uint32_t table, jb_kv_cursor **ret)
{
    MDB_cursor *inner = NULL;
    jb_assert(table < txn->kv->table_count);
    jb_kv_cursor *cursor = malloc(sizeof(*cursor));
    if (!cursor)
        return JB_ENOMEM;
    int rc = mdb_cursor_open(txn->txn, txn->kv->tables[table], &inner);
    if (rc) {
        free(cursor);
        return note(txn, jb_kv_error(rc, txn->kv->dir));
    }
    *cursor = (jb_kv_cursor){.cursor = inner, .txn = txn, .table = table};
    *ret = cursor;
    return JB_OK;
}

void jb_kv_cursor_close(jb_kv_cursor *cursor)
{
    if (!cursor)
        return;
    mdb_cursor_close(cursor->cursor);
    free(cursor);
}

static jb_err move(jb_kv_cursor *c, MDB_cursor_op op, MDB_val k, struct jb_slice *key,
                   struct jb_slice *value)
{
    MDB_val stored;
    int rc = mdb_cursor_get(c->cursor, &k, &stored, op);
    if (rc)
        return note(c->txn, jb_kv_error(rc, c->txn->kv->dir));
    struct jb_slice found = jb_slice_of(k.mv_data, k.mv_size);
    if (value) {
        jb_err err = open_value(c->txn->kv, c->table, found, stored, value);
        if (err)
            return err;
    }
    if (key)
        *key = found;
    return JB_OK;
}

jb_err jb_kv_first(jb_kv_cursor *c, struct jb_slice *key, struct jb_slice *value)
{
    return move(c, MDB_FIRST, (MDB_val){0}, key, value);
}

jb_err jb_kv_last(jb_kv_cursor *c, struct jb_slice *key, struct jb_slice *value)
{
    return move(c, MDB_LAST, (MDB_val){0}, key, value);
}

jb_err jb_kv_next(jb_kv_cursor *c, struct jb_slice *key, struct jb_slice *value)
{
    return move(c, MDB_NEXT, (MDB_val){0}, key, value);
}

jb_err jb_kv_prev(jb_kv_cursor *c, struct jb_slice *key, struct jb_slice *value)
{
    return move(c, MDB_PREV, (MDB_val){0}, key, value);
}

jb_err jb_kv_seek(jb_kv_cursor *c, struct jb_slice at, struct jb_slice *key, struct jb_slice *value)
{
    if (at.len == 0) /* LMDB has no empty key; every record is at or after it */
        return jb_kv_first(c, key, value);
    if (at.len > JB_KV_KEY_BYTES_MAX)
        return JB_ERANGE;
    return move(c, MDB_SET_RANGE, val_of(at), key, value);
}
