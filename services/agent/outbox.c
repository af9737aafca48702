/* The outbox's folder, its look-ups and lists. Entering is outbox_add.c's, answers are
 * outbox_settle.c's. */
#include "outbox.h"

#include <stdlib.h>

#include "home.h"
#include "outbox_inner.h"

#define MAP_BYTES (4ULL << 30)
#define RESERVE_BYTES (4ULL << 20)

static const char *const tables[TABLE_COUNT_] = {"meta", "items",   "receipts",
                                                 "ids",  "filings", "files"};

jb_err jb_outbox_open(const char *home, bool read_only, jb_outbox **ret)
{
    struct jb_kv_config config = {
        .tables = tables,
        .table_count = TABLE_COUNT_,
        .map_bytes = MAP_BYTES,
        .reserve_bytes = RESERVE_BYTES,
        .create = !read_only,
        .read_only = read_only,
    };
    char *dir = jb_home_path(home, JB_HOME_OUTBOX);
    jb_outbox *outbox = jb_xcalloc(1, sizeof(*outbox));

    jb_buf_init(&outbox->record, JB_OUTBOX_RECORD_BYTES_MAX);
    jb_err err = jb_kv_open(dir, &config, &outbox->kv);
    free(dir);
    if (err) {
        free(outbox);
        return err;
    }
    *ret = outbox;
    return JB_OK;
}

void jb_outbox_close(jb_outbox *outbox)
{
    if (!outbox)
        return;
    jb_kv_abort(&outbox->write);
    jb_kv_abort(&outbox->read);
    jb_kv_close(outbox->kv);
    jb_buf_free(&outbox->record);
    free(outbox);
}

uint64_t jb_outbox_generation(const jb_outbox *outbox)
{
    return outbox->generation;
}

jb_err jb_outbox_look(jb_outbox *outbox, jb_kv_txn **ret)
{
    jb_err err = JB_OK;

    if (outbox->write) {
        *ret = outbox->write;
        return JB_OK;
    }
    if (outbox->reading)
        jb_kv_reset(outbox->read);
    outbox->reading = false;
    err = outbox->read ? jb_kv_renew(outbox->read) : jb_kv_begin_read(outbox->kv, &outbox->read);
    if (err)
        return err;
    outbox->reading = true;
    *ret = outbox->read;
    return JB_OK;
}

jb_err jb_outbox_begin(jb_outbox *outbox)
{
    jb_assert(!outbox->write);
    if (outbox->reading)
        jb_kv_reset(outbox->read);
    outbox->reading = false;
    return jb_kv_begin_write(outbox->kv, &outbox->write);
}

jb_err jb_outbox_commit(jb_outbox *outbox)
{
    return jb_kv_commit(&outbox->write);
}

void jb_outbox_abort(jb_outbox *outbox)
{
    jb_kv_abort(&outbox->write);
}

jb_err jb_outbox_put_record(jb_outbox *outbox, uint32_t table, struct jb_slice key)
{
    jb_err err = JB_ERANGE;

    if (!outbox->record.failed)
        err = jb_kv_put(outbox->write, table, key, jb_buf_slice(&outbox->record));
    jb_buf_clear(&outbox->record);
    return err;
}

struct jb_slice jb_outbox_seq_key(uint64_t seq, uint8_t bytes[8])
{
    for (int i = 7; i >= 0; i--, seq >>= 8)
        bytes[i] = (uint8_t)seq;
    return jb_slice_of(bytes, 8);
}

static uint64_t seq_of(struct jb_slice key)
{
    struct jb_reader r = jb_reader_of(key);

    return jb_read_u64(&r);
}

struct jb_slice jb_outbox_filing_key(const struct jb_outbox_head *head,
                                     uint8_t bytes[JB_OUTBOX_FILING_KEY_MAX])
{
    struct jb_slice parts[] = {head->unit, head->form, head->period};
    size_t len = 0;

    for (size_t i = 0; i < JB_COUNT(parts); i++) {
        jb_assert(parts[i].len <= JB_CODE_BYTES_MAX);
        if (i)
            bytes[len++] = 0;
        if (parts[i].len)
            memcpy(bytes + len, parts[i].ptr, parts[i].len);
        len += parts[i].len;
    }
    return jb_slice_of(bytes, len);
}

jb_err jb_outbox_get_filing(jb_outbox *outbox, const struct jb_outbox_head *head,
                            struct jb_outbox_filing *ret)
{
    uint8_t bytes[JB_OUTBOX_FILING_KEY_MAX];
    struct jb_slice value;
    jb_kv_txn *txn = NULL;

    *ret = (struct jb_outbox_filing){0};
    jb_err err = jb_outbox_look(outbox, &txn);
    if (!err)
        err = jb_kv_get(txn, TABLE_FILINGS, jb_outbox_filing_key(head, bytes), &value);
    if (!err)
        err = jb_outbox_filing_decode(value, ret);
    return err;
}

jb_err jb_outbox_put_filing(jb_outbox *outbox, const struct jb_outbox_head *head,
                            const struct jb_outbox_filing *filing)
{
    uint8_t bytes[JB_OUTBOX_FILING_KEY_MAX];

    jb_outbox_filing_encode(filing, &outbox->record);
    return jb_outbox_put_record(outbox, TABLE_FILINGS, jb_outbox_filing_key(head, bytes));
}

jb_err jb_outbox_put_id(jb_outbox *outbox, struct jb_uuid id, uint8_t table, uint64_t seq)
{
    jb_buf_put_u8(&outbox->record, table);
    jb_buf_put_u64(&outbox->record, seq);
    return jb_outbox_put_record(outbox, TABLE_IDS, jb_slice_of(id.bytes, sizeof(id.bytes)));
}

jb_err jb_outbox_store(jb_outbox *outbox, uint8_t ret_store_id[16])
{
    struct jb_slice value;
    jb_kv_txn *txn = NULL;

    jb_err err = jb_outbox_look(outbox, &txn);
    if (!err)
        err = jb_kv_get(txn, TABLE_META, JB_LIT("store"), &value);
    if (err)
        return err;
    if (value.len != 16)
        return JB_EDAMAGED;
    memcpy(ret_store_id, value.ptr, 16);
    return JB_OK;
}

jb_err jb_outbox_find(jb_outbox *outbox, struct jb_uuid id, bool *ret_waiting,
                      struct jb_outbox_receipt *ret)
{
    uint8_t bytes[8];
    struct jb_slice value;
    jb_kv_txn *txn = NULL;

    jb_err err = jb_outbox_look(outbox, &txn);
    if (!err)
        err = jb_kv_get(txn, TABLE_IDS, jb_slice_of(id.bytes, sizeof(id.bytes)), &value);
    if (err)
        return err;
    struct jb_reader r = jb_reader_of(value);
    uint8_t table = jb_read_u8(&r);
    uint64_t seq = jb_read_u64(&r);
    if (!jb_reader_done(&r))
        return JB_EDAMAGED;
    if (table == TABLE_ITEMS) {
        *ret_waiting = true;
        return JB_OK;
    }
    err = jb_kv_get(txn, TABLE_RECEIPTS, jb_outbox_seq_key(seq, bytes), &value);
    if (!err)
        err = jb_outbox_receipt_decode(seq, value, ret);
    if (!err)
        *ret_waiting = false;
    return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
}

jb_err jb_outbox_filing(jb_outbox *outbox, struct jb_slice unit, struct jb_slice form,
                        struct jb_slice period, struct jb_outbox_filing *ret)
{
    struct jb_outbox_head head = {.unit = unit, .form = form, .period = period};

    return jb_outbox_get_filing(outbox, &head, ret);
}

/* Walks one table; each kind of record has its own decoder and callback. */
struct walk {
    jb_outbox_item_fn item;
    jb_outbox_receipt_fn receipt;
    jb_outbox_file_fn file;
    void *ctx;
};

static jb_err visit(const struct walk *walk, uint64_t seq, struct jb_slice value, bool *ret_go_on)
{
    struct jb_outbox_item item;
    struct jb_outbox_receipt receipt;
    struct jb_outbox_file file;
    jb_err err;

    if (walk->item) {
        err = jb_outbox_item_decode(seq, value, &item);
        if (!err)
            *ret_go_on = walk->item(walk->ctx, &item);
    } else if (walk->receipt) {
        err = jb_outbox_receipt_decode(seq, value, &receipt);
        if (!err)
            *ret_go_on = walk->receipt(walk->ctx, &receipt);
    } else {
        err = jb_outbox_file_decode(seq, value, &file);
        if (!err)
            *ret_go_on = walk->file(walk->ctx, &file);
    }
    return err;
}

static jb_err walk_table(jb_outbox *outbox, uint32_t table, const struct walk *walk)
{
    jb_kv_cursor *cursor = NULL;
    jb_kv_txn *txn = NULL;
    struct jb_slice key, value;
    bool go_on = true;

    jb_err err = jb_outbox_look(outbox, &txn);
    if (!err)
        err = jb_kv_cursor_open(txn, table, &cursor);
    if (err)
        return err;
    for (err = jb_kv_first(cursor, &key, &value); !err; err = jb_kv_next(cursor, &key, &value)) {
        err = visit(walk, seq_of(key), value, &go_on);
        if (err || !go_on)
            break;
    }
    jb_kv_cursor_close(cursor);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

jb_err jb_outbox_items(jb_outbox *outbox, jb_outbox_item_fn each, void *ctx)
{
    return walk_table(outbox, TABLE_ITEMS, &(struct walk){.item = each, .ctx = ctx});
}

jb_err jb_outbox_receipts(jb_outbox *outbox, jb_outbox_receipt_fn each, void *ctx)
{
    return walk_table(outbox, TABLE_RECEIPTS, &(struct walk){.receipt = each, .ctx = ctx});
}

jb_err jb_outbox_files(jb_outbox *outbox, jb_outbox_file_fn each, void *ctx)
{
    return walk_table(outbox, TABLE_FILES, &(struct walk){.file = each, .ctx = ctx});
}

jb_err jb_outbox_waiting(jb_outbox *outbox, uint64_t *ret_count)
{
    jb_kv_txn *txn = NULL;

    jb_err err = jb_outbox_look(outbox, &txn);
    return err ? err : jb_kv_count(txn, TABLE_ITEMS, ret_count);
}

jb_err jb_outbox_file_done(jb_outbox *outbox, uint64_t seq)
{
    uint8_t bytes[8];

    jb_err err = jb_outbox_begin(outbox);
    if (err)
        return err;
    err = jb_kv_delete(outbox->write, TABLE_FILES, jb_outbox_seq_key(seq, bytes));
    if (err) {
        jb_outbox_abort(outbox);
        return err;
    }
    return jb_outbox_commit(outbox);
}

jb_err jb_outbox_payload(jb_outbox *outbox, uint64_t seq, struct jb_slice *ret)
{
    uint8_t bytes[8];
    struct jb_slice key = jb_outbox_seq_key(seq, bytes), value;
    struct jb_outbox_item item;
    struct jb_outbox_receipt receipt;
    jb_kv_txn *txn = NULL;

    jb_err err = jb_outbox_look(outbox, &txn);
    if (!err)
        err = jb_kv_get(txn, TABLE_ITEMS, key, &value);
    if (!err)
        err = jb_outbox_item_decode(seq, value, &item);
    if (err)
        return err;
    if (!item.reoffer) {
        *ret = item.payload;
        return JB_OK;
    }
    err = jb_kv_get(txn, TABLE_RECEIPTS, key, &value);
    if (!err)
        err = jb_outbox_receipt_decode(seq, value, &receipt);
    if (!err)
        *ret = receipt.payload;
    return err;
}
