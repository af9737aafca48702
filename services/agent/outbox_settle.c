/* Answers: a receipt is stored and its submission leaves the queue in one transaction; what waits
 * behind a submission that was not accepted gets another predecessor; and a store that came back
 * from a backup is offered again what it may have lost. */
#include <stdlib.h>

#include "outbox_inner.h"

#define ARENA_BYTES_MAX (32 * 1024 * 1024)

/* The payload of an item that was never sent, with another predecessor. */
static jb_err encode_again(const struct jb_outbox_item *item, struct jb_buf *out)
{
    struct jb_arena arena;
    struct jb_submission submission;

    jb_arena_init(&arena, ARENA_BYTES_MAX);
    jb_err err = jb_wire_submission_decode(item->payload, &arena, &submission, NULL);
    if (!err) {
        submission.has_predecessor = item->has_predecessor;
        submission.predecessor = item->predecessor;
        jb_wire_submission_encode(&submission, out);
        err = out->failed ? JB_ERANGE : JB_OK;
    }
    jb_arena_free(&arena);
    return err ? JB_EDAMAGED : JB_OK; /* it was encoded here and carries a checksum */
}

static bool same_filing(const struct jb_outbox_head *a, const struct jb_outbox_head *b)
{
    return jb_slice_eq(a->unit, b->unit) && jb_slice_eq(a->form, b->form) &&
           jb_slice_eq(a->period, b->period);
}

static jb_err rebase(jb_outbox *outbox, struct jb_outbox_item *item,
                     const struct jb_outbox_filing *filing)
{
    struct jb_buf payload;
    uint8_t bytes[8];

    item->has_predecessor = filing->has_last;
    item->predecessor = filing->last;
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_err err = encode_again(item, &payload);
    if (!err) {
        item->payload = jb_buf_slice(&payload);
        jb_outbox_item_encode(item, &outbox->record);
        err = jb_outbox_put_record(outbox, TABLE_ITEMS, jb_outbox_seq_key(item->head.seq, bytes));
    }
    jb_buf_free(&payload);
    return err;
}

/* Finds the one that named `gone` as its predecessor, if it waits. */
static jb_err rebase_next(jb_outbox *outbox, const struct jb_outbox_head *gone,
                          const struct jb_outbox_filing *filing)
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key, value;
    struct jb_outbox_item item;
    bool found = false;
    uint8_t bytes[8];

    jb_err err = jb_kv_cursor_open(outbox->write, TABLE_ITEMS, &cursor);
    if (err)
        return err;
    err = jb_kv_seek(cursor, jb_outbox_seq_key(gone->seq + 1, bytes), &key, &value);
    for (; !err; err = jb_kv_next(cursor, &key, &value)) {
        struct jb_reader r = jb_reader_of(key);
        err = jb_outbox_item_decode(jb_read_u64(&r), value, &item);
        if (err)
            break;
        found = same_filing(&item.head, gone) && !item.fixed && item.has_predecessor &&
                jb_uuid_eq(item.predecessor, gone->id);
        if (found)
            break;
    }
    jb_kv_cursor_close(cursor);
    if (found)
        return rebase(outbox, &item, filing);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

/* A copy of a record's bytes, because a put ends the life of what was read. */
static jb_err get_copy(jb_outbox *outbox, uint32_t table, struct jb_slice key,
                       struct jb_arena *arena, struct jb_slice *ret)
{
    struct jb_slice value;

    jb_err err = jb_kv_get(outbox->write, table, key, &value);
    if (err)
        return err;
    value = jb_arena_copy(arena, value);
    if (!value.ptr)
        return JB_ENOMEM;
    *ret = value;
    return JB_OK;
}

/* Offered again after a restore: the receipt was there before, and stays unless the store gave a
 * new one. */
static jb_err settle_reoffer(jb_outbox *outbox, struct jb_arena *arena,
                             const struct jb_outbox_item *item, const struct jb_receipt *receipt,
                             struct jb_slice bytes)
{
    uint8_t seq_bytes[8];
    struct jb_slice key = jb_outbox_seq_key(item->head.seq, seq_bytes), value;
    struct jb_outbox_receipt old;

    jb_err err = get_copy(outbox, TABLE_RECEIPTS, key, arena, &value);
    if (!err)
        err = jb_outbox_receipt_decode(item->head.seq, value, &old);
    if (err)
        return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
    if (receipt->outcome == JB_ACCEPTED) {
        old.bytes = bytes;
        old.epoch = receipt->epoch;
        old.lost = 0;
    } else {
        old.lost = (uint32_t)receipt->outcome;
    }
    jb_outbox_receipt_encode(&old, &outbox->record);
    return jb_outbox_put_record(outbox, TABLE_RECEIPTS, key);
}

static jb_err settle_new(jb_outbox *outbox, const struct jb_outbox_item *item,
                         const struct jb_receipt *receipt, struct jb_slice bytes, int64_t now_us)
{
    bool accepted = receipt->outcome == JB_ACCEPTED;
    uint8_t seq_bytes[8];
    struct jb_outbox_receipt record = {
        .head = item->head,
        .epoch = receipt->epoch,
        .outcome = receipt->outcome,
        .bytes = bytes,
        .payload = accepted ? item->payload : jb_slice_of(NULL, 0),
    };

    record.head.at_us = now_us;
    jb_outbox_receipt_encode(&record, &outbox->record);
    jb_err err =
        jb_outbox_put_record(outbox, TABLE_RECEIPTS, jb_outbox_seq_key(item->head.seq, seq_bytes));
    return err ? err : jb_outbox_put_id(outbox, item->head.id, TABLE_RECEIPTS, item->head.seq);
}

static jb_err settle_filing(jb_outbox *outbox, const struct jb_outbox_item *item,
                            const struct jb_receipt *receipt)
{
    struct jb_outbox_filing filing;

    jb_err err = jb_outbox_get_filing(outbox, &item->head, &filing);
    if (err && err != JB_ENOTFOUND)
        return err;
    if (filing.has_tail && jb_uuid_eq(filing.tail, item->head.id))
        filing.has_tail = false;
    if (receipt->outcome == JB_ACCEPTED && !item->reoffer) {
        filing.has_last = true;
        filing.last = item->head.id;
        filing.revision = receipt->revision;
        filing.has_seen = false;
    } else if (receipt->outcome == JB_STALE && receipt->has_last_submission) {
        filing.has_seen = true;
        filing.seen = receipt->last_submission;
    }
    err = jb_outbox_put_filing(outbox, &item->head, &filing);
    if (err || receipt->outcome == JB_ACCEPTED || item->reoffer)
        return err;
    return rebase_next(outbox, &item->head, &filing);
}

jb_err jb_outbox_settle(jb_outbox *outbox, uint64_t seq, const struct jb_receipt *receipt,
                        struct jb_slice bytes, int64_t now_us)
{
    struct jb_arena arena;
    struct jb_slice value;
    struct jb_outbox_item item;
    uint8_t seq_bytes[8];
    struct jb_slice key = jb_outbox_seq_key(seq, seq_bytes);

    jb_assert(outbox->write && receipt->outcome != JB_TRY_LATER);
    jb_arena_init(&arena, ARENA_BYTES_MAX);
    jb_err err = get_copy(outbox, TABLE_ITEMS, key, &arena, &value);
    if (!err)
        err = jb_outbox_item_decode(seq, value, &item);
    if (err)
        goto out;
    err = item.reoffer ? settle_reoffer(outbox, &arena, &item, receipt, bytes)
                       : settle_new(outbox, &item, receipt, bytes, now_us);
    if (!err)
        err = jb_kv_delete(outbox->write, TABLE_ITEMS, key);
    if (!err)
        err = settle_filing(outbox, &item, receipt);
out:
    jb_arena_free(&arena);
    return err;
}

/* Queues the receipt's payload again under its old place, so that it goes before all that came
 * later. */
static jb_err offer_again(jb_outbox *outbox, const struct jb_outbox_receipt *receipt,
                          uint64_t *offered)
{
    uint8_t bytes[8];
    struct jb_outbox_item item = {.head = receipt->head, .reoffer = true};

    jb_outbox_item_encode(&item, &outbox->record);
    jb_err err =
        jb_outbox_put_record(outbox, TABLE_ITEMS, jb_outbox_seq_key(receipt->head.seq, bytes));
    if (!err)
        (*offered)++;
    return err;
}

static jb_err offer_older(jb_outbox *outbox, uint32_t epoch, uint64_t *offered)
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key, value;
    struct jb_outbox_receipt receipt;

    jb_err err = jb_kv_cursor_open(outbox->write, TABLE_RECEIPTS, &cursor);
    if (err)
        return err;
    for (err = jb_kv_first(cursor, &key, &value); !err; err = jb_kv_next(cursor, &key, &value)) {
        struct jb_reader r = jb_reader_of(key);
        err = jb_outbox_receipt_decode(jb_read_u64(&r), value, &receipt);
        if (!err && receipt.outcome == JB_ACCEPTED && receipt.epoch < epoch)
            err = offer_again(outbox, &receipt, offered);
        if (err)
            break;
    }
    jb_kv_cursor_close(cursor);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

/* 0: no store was met yet. */
static jb_err known_epoch(jb_outbox *outbox, uint32_t *ret)
{
    struct jb_slice value;
    jb_kv_txn *txn = NULL;

    jb_err err = jb_outbox_look(outbox, &txn);
    if (!err)
        err = jb_kv_get(txn, TABLE_META, JB_LIT("epoch"), &value);
    if (err == JB_ENOTFOUND) {
        *ret = 0;
        return JB_OK;
    }
    if (err)
        return err;
    struct jb_reader r = jb_reader_of(value);
    *ret = jb_read_u32(&r);
    return jb_reader_done(&r) ? JB_OK : JB_EDAMAGED;
}

jb_err jb_outbox_meet_epoch(jb_outbox *outbox, const uint8_t store_id[16], uint32_t epoch,
                            bool *ret_newer, uint64_t *ret_offered)
{
    uint8_t mine[16];
    uint32_t known = 0;
    uint64_t offered = 0;

    jb_err err = jb_outbox_store(outbox, mine);
    if (err != JB_ENOTFOUND && (err || memcmp(mine, store_id, sizeof(mine)) != 0))
        return err ? err : JB_EINVAL;
    err = known_epoch(outbox, &known);
    if (err)
        return err;
    if (epoch <= known) {
        *ret_newer = false;
        *ret_offered = 0;
        return JB_OK;
    }
    err = jb_outbox_begin(outbox);
    if (err)
        return err;
    err = offer_older(outbox, epoch, &offered);
    if (!err) {
        jb_buf_put_u32(&outbox->record, epoch);
        err = jb_outbox_put_record(outbox, TABLE_META, JB_LIT("epoch"));
    }
    if (err) {
        jb_outbox_abort(outbox);
        return err;
    }
    err = jb_outbox_commit(outbox);
    if (err)
        return err;
    outbox->generation++;
    *ret_newer = true;
    *ret_offered = offered;
    return JB_OK;
}
