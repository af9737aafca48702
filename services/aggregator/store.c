/* The schema as functions: keys, small values, and where each table starts and ends (cells,
 * catalogs and names have files of their own).
 *
 * Nothing here knows what an entry or a block means, except for the few head fields that a
 * bisection by time and the pruning of the change log need. */
#include "store.h"

#include "base/buf.h"
#include "change.h"
#include "keys.h"
#include "ledger.h"

#define RECEIPT_KEY_BYTES 20
#define RECEIPT_BYTES 48

static const char *const table_names[JB_TABLES] = {
    [JB_T_LEDGER] = "ledger",     [JB_T_RECEIPTS] = "receipts", [JB_T_CELLS] = "cells",
    [JB_T_CHANGES] = "changes",   [JB_T_CATALOGS] = "catalogs", [JB_T_NAMES] = "names",
    [JB_T_META] = "meta",         [JB_T_HOLDERS] = "holders",   [JB_T_PERIODS] = "periods",
    [JB_T_CONTACTS] = "contacts",
};

/* A key or value of one number; anything longer or shorter is damage. */
static jb_err number_of(struct jb_slice bytes, size_t width, uint64_t *ret)
{
    if (bytes.len != width)
        return JB_EDAMAGED;
    uint64_t v = 0;
    for (size_t i = 0; i < width; i++)
        v = v << 8 | bytes.ptr[i];
    *ret = v;
    return JB_OK;
}

static jb_err get_format(jb_kv_txn *txn, uint32_t meta, uint32_t *ret)
{
    struct jb_slice value;
    uint64_t format = 0;
    jb_err err = jb_kv_get(txn, meta, JB_LIT("format"), &value);
    if (!err)
        err = number_of(value, 4, &format);
    if (!err)
        *ret = (uint32_t)format;
    return err;
}

jb_err jb_store_format(jb_kv_txn *txn, uint32_t *ret)
{
    return get_format(txn, JB_T_META, ret);
}

jb_err jb_store_set_format(jb_kv_txn *txn)
{
    uint8_t bytes[4];
    jb_key_put_u32(bytes, JB_STORE_FORMAT);
    return jb_kv_put(txn, JB_T_META, JB_LIT("format"), jb_slice_of(bytes, sizeof(bytes)));
}

/* Only of what every version has. */
jb_err jb_store_versions(const char *dir, uint32_t *ret_format, uint32_t *ret_entry_format)
{
    enum { LEDGER, META, TABLES };
    static const char *const tables[TABLES] = {[LEDGER] = "ledger", [META] = "meta"};
    const struct jb_kv_config config = {.tables = tables, .table_count = TABLES, .read_only = true};
    static const uint8_t first[8] = {0, 0, 0, 0, 0, 0, 0, 1};
    struct jb_slice entry;
    uint32_t format = 0, entry_format = 0;
    jb_kv_txn *txn = NULL;
    jb_kv *kv = NULL;
    jb_err err = jb_kv_open(dir, &config, &kv);
    if (!err)
        err = jb_kv_begin_read(kv, &txn);
    if (!err)
        err = get_format(txn, META, &format);
    if (!err)
        err = jb_kv_get(txn, LEDGER, jb_slice_of(first, sizeof(first)), &entry);
    if (!err && entry.len > 0)
        entry_format = entry.ptr[0];
    jb_kv_abort(&txn);
    jb_kv_close(kv);
    if (err && err != JB_ENOTFOUND)
        return err;
    *ret_format = format;
    *ret_entry_format = entry_format;
    return JB_OK;
}

/* Whether an earlier version filled it with entries that this one cannot read. */
static bool is_from_before(const char *dir)
{
    uint32_t format, entry_format;
    return !jb_store_versions(dir, &format, &entry_format) && entry_format > 0 &&
           entry_format < JB_ENTRY_FORMAT;
}

/* A store has all of its tables or, when its making was cut short, none. */
static bool has_a_table(const char *dir)
{
    bool found = false;
    for (uint32_t i = 0; !found && i < JB_TABLES; i++) {
        const struct jb_kv_config config = {
            .tables = &table_names[i], .table_count = 1, .read_only = true};
        jb_kv *kv = NULL;
        found = jb_kv_open(dir, &config, &kv) == JB_OK;
        jb_kv_close(kv);
    }
    return found;
}

/* A store without a format is one whose making was cut short: only create may finish it. */
static jb_err check_format(jb_kv *kv, bool create)
{
    jb_kv_txn *txn = NULL;
    uint32_t format = 0;
    jb_err err = create ? jb_kv_begin_write(kv, &txn) : jb_kv_begin_read(kv, &txn);
    if (err)
        return err;
    err = jb_store_format(txn, &format);
    if (err == JB_ENOTFOUND && create) {
        err = jb_store_set_format(txn);
        return err ? (jb_kv_abort(&txn), err) : jb_kv_commit(&txn);
    }
    jb_kv_abort(&txn);
    if (!err && format > JB_STORE_FORMAT)
        err = JB_EVERSION;
    return err;
}

jb_err jb_store_open(const char *dir, uint64_t map_bytes, uint64_t reserve_bytes, bool create,
                     bool read_only, bool scratch, jb_kv **ret)
{
    jb_kv *kv = NULL;
    struct jb_kv_config config = {
        .tables = table_names,
        .table_count = JB_TABLES,
        .map_bytes = map_bytes,
        .reserve_bytes = reserve_bytes,
        .create = create,
        .read_only = read_only,
        .scratch = scratch,
    };
    if (create && is_from_before(dir))
        return JB_EVERSION;
    jb_err err = jb_kv_open(dir, &config, &kv);
    if (err == JB_ENOTFOUND && is_from_before(dir))
        return JB_EVERSION;
    if (err == JB_ENOTFOUND && has_a_table(dir))
        return JB_EDAMAGED;
    if (err)
        return err;
    err = check_format(kv, create);
    if (err)
        jb_kv_close(kv);
    else
        *ret = kv;
    return err;
}

jb_err jb_store_open_ledger(const char *dir, jb_kv **ret)
{
    _Static_assert(JB_T_LEDGER == 0, "the first table, and the only one that is opened");
    const struct jb_kv_config config = {.tables = table_names, .table_count = 1};
    jb_err err = jb_kv_open(dir, &config, ret);
    return err == JB_ENOTFOUND && has_a_table(dir) ? JB_EDAMAGED : err;
}

/* The last record of a table whose key is one number. */
static jb_err last_number(jb_kv_txn *txn, enum jb_store_table table, size_t width, uint64_t *ret,
                          struct jb_slice *ret_value)
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key, value;
    uint64_t number = 0;
    jb_err err = jb_kv_cursor_open(txn, table, &cursor);
    if (err)
        return err;
    err = jb_kv_last(cursor, &key, ret_value ? &value : NULL);
    if (!err)
        err = number_of(key, width, &number);
    if (!err) {
        *ret = number;
        if (ret_value)
            *ret_value = value;
    }
    jb_kv_cursor_close(cursor);
    return err;
}

jb_err jb_store_head(jb_kv_txn *txn, struct jb_store_head *ret)
{
    uint64_t revision = 0;
    struct jb_slice bytes;
    struct jb_entry entry;
    jb_err err = last_number(txn, JB_T_LEDGER, 8, &revision, &bytes);
    if (err == JB_ENOTFOUND) {
        *ret = (struct jb_store_head){0};
        return JB_OK;
    }
    if (!err)
        err = jb_entry_peek(bytes, &entry);
    if (!err && entry.revision != revision)
        err = JB_EDAMAGED;
    if (err)
        return err;
    *ret = (struct jb_store_head){.revision = revision, .at_us = entry.at_us, .epoch = entry.epoch};
    memcpy(ret->hash, entry.hash, sizeof(ret->hash));
    return JB_OK;
}

jb_err jb_store_id(jb_kv_txn *txn, uint8_t ret[16])
{
    struct jb_slice value;
    jb_err err = jb_kv_get(txn, JB_T_META, JB_LIT("store_id"), &value);
    if (!err && value.len != 16)
        err = JB_EDAMAGED;
    if (!err)
        memcpy(ret, value.ptr, 16);
    return err;
}

jb_err jb_store_set_id(jb_kv_txn *txn, const uint8_t id[16])
{
    return jb_kv_put(txn, JB_T_META, JB_LIT("store_id"), jb_slice_of(id, 16));
}

static jb_err get_by_revision(jb_kv_txn *txn, enum jb_store_table table, uint64_t revision,
                              struct jb_slice *ret)
{
    uint8_t key[8];
    jb_key_put_u64(key, revision);
    return jb_kv_get(txn, table, jb_slice_of(key, sizeof(key)), ret);
}

static jb_err append_by_revision(jb_kv_txn *txn, enum jb_store_table table, uint64_t revision,
                                 struct jb_slice value)
{
    uint8_t key[8];
    jb_key_put_u64(key, revision);
    return jb_kv_append(txn, table, jb_slice_of(key, sizeof(key)), value);
}

jb_err jb_store_entry(jb_kv_txn *txn, uint64_t revision, struct jb_slice *ret)
{
    return get_by_revision(txn, JB_T_LEDGER, revision, ret);
}

jb_err jb_store_append_entry(jb_kv_txn *txn, uint64_t revision, struct jb_slice entry)
{
    return append_by_revision(txn, JB_T_LEDGER, revision, entry);
}

jb_err jb_store_revision_at(jb_kv_txn *txn, int64_t at_us, uint64_t *ret)
{
    uint64_t low = 0, high = 0; /* the answer is in [low, high] */
    jb_err err = last_number(txn, JB_T_LEDGER, 8, &high, NULL);
    if (err && err != JB_ENOTFOUND)
        return err;
    while (low < high) {
        uint64_t middle = low + (high - low + 1) / 2;
        struct jb_slice bytes;
        struct jb_entry entry;
        err = jb_store_entry(txn, middle, &bytes);
        if (!err)
            err = jb_entry_peek(bytes, &entry);
        if (err) /* revisions have no holes */
            return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
        if (entry.at_us <= at_us)
            low = middle;
        else
            high = middle - 1;
    }
    *ret = low;
    return JB_OK;
}

/* The id first: ids that were made at about the same time lie on the same few pages, whoever made
 * them, so a batch of receipts costs what one costs. */
static struct jb_slice receipt_key(uint32_t unit, struct jb_uuid id, uint8_t key[RECEIPT_KEY_BYTES])
{
    memcpy(key, id.bytes, sizeof(id.bytes));
    jb_key_put_u32(key + sizeof(id.bytes), unit);
    return jb_slice_of(key, RECEIPT_KEY_BYTES);
}

jb_err jb_store_receipt(jb_kv_txn *txn, uint32_t unit, struct jb_uuid id,
                        struct jb_store_receipt *ret)
{
    uint8_t key[RECEIPT_KEY_BYTES];
    struct jb_slice value;
    jb_err err = jb_kv_get(txn, JB_T_RECEIPTS, receipt_key(unit, id, key), &value);
    if (err)
        return err;
    if (value.len != RECEIPT_BYTES)
        return JB_EDAMAGED;
    struct jb_reader r = jb_reader_of(value);
    ret->revision = jb_read_u64(&r);
    memcpy(ret->content_hash, jb_read_raw(&r, 32).ptr, 32);
    ret->conflict_revision = jb_read_u64(&r);
    return JB_OK;
}

jb_err jb_store_put_receipt(jb_kv_txn *txn, uint32_t unit, struct jb_uuid id,
                            const struct jb_store_receipt *receipt)
{
    uint8_t key[RECEIPT_KEY_BYTES], value[RECEIPT_BYTES];
    jb_key_put_u64(value, receipt->revision);
    memcpy(value + 8, receipt->content_hash, 32);
    jb_key_put_u64(value + 40, receipt->conflict_revision);
    return jb_kv_put(txn, JB_T_RECEIPTS, receipt_key(unit, id, key),
                     jb_slice_of(value, sizeof(value)));
}

jb_err jb_store_change(jb_kv_txn *txn, uint64_t revision, struct jb_slice *ret)
{
    return get_by_revision(txn, JB_T_CHANGES, revision, ret);
}

jb_err jb_store_append_change(jb_kv_txn *txn, uint64_t revision, struct jb_slice record)
{
    return append_by_revision(txn, JB_T_CHANGES, revision, record);
}

jb_err jb_store_change_floor(jb_kv_txn *txn, uint64_t *ret)
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key;
    uint64_t floor = 0;
    jb_err err = jb_kv_cursor_open(txn, JB_T_CHANGES, &cursor);
    if (err)
        return err;
    err = jb_kv_first(cursor, &key, NULL);
    if (!err)
        err = number_of(key, 8, &floor);
    jb_kv_cursor_close(cursor);
    if (err == JB_ENOTFOUND) {
        err = last_number(txn, JB_T_LEDGER, 8, &floor, NULL);
        if (err == JB_ENOTFOUND)
            err = JB_OK;
        floor++;
    }
    if (!err)
        *ret = floor;
    return err;
}

/* The oldest change and its time. */
static jb_err oldest_change(jb_kv_txn *txn, uint8_t ret_key[8], int64_t *ret_at_us)
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key, value;
    struct jb_change_reader reader;
    jb_err err = jb_kv_cursor_open(txn, JB_T_CHANGES, &cursor);
    if (err)
        return err;
    err = jb_kv_first(cursor, &key, &value);
    if (!err)
        err = key.len == 8 ? jb_change_read(value, &reader) : JB_EDAMAGED;
    if (!err) {
        memcpy(ret_key, key.ptr, 8);
        *ret_at_us = reader.at_us;
    }
    jb_kv_cursor_close(cursor);
    return err;
}

jb_err jb_store_prune_changes(jb_kv_txn *txn, int64_t before_us, uint64_t bytes_max,
                              uint32_t count_max, bool *ret_more)
{
    jb_err err = JB_OK;
    bool more = true;
    for (uint32_t i = 0; !err && more && i < count_max; i++) {
        uint8_t key[8];
        int64_t at_us = 0;
        uint64_t bytes = 0;
        err = oldest_change(txn, key, &at_us);
        if (!err)
            err = jb_kv_table_bytes(txn, JB_T_CHANGES, &bytes);
        more = !err && (at_us < before_us || bytes > bytes_max);
        if (more)
            err = jb_kv_delete(txn, JB_T_CHANGES, jb_slice_of(key, sizeof(key)));
    }
    if (err && err != JB_ENOTFOUND)
        return err;
    *ret_more = more && !err;
    return JB_OK;
}
