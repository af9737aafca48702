/* Entering the outbox: every submission of a parcel gets its place in the order and the predecessor
 * that its filing has by then, and is encoded for good. */
#include <stdlib.h>

#include "outbox_inner.h"

#define ARENA_BYTES_MAX (32 * 1024 * 1024)

struct adding {
    jb_outbox *outbox;
    uint64_t seq; /* the next free place */
    int64_t now_us;
    struct jb_arena arena;
    struct jb_buf payload;
};

/* The first parcel binds the outbox to its store; later ones must be of the same. */
static jb_err bind_store(jb_outbox *outbox, const uint8_t store_id[16])
{
    uint8_t mine[16];

    jb_err err = jb_outbox_store(outbox, mine);
    if (err == JB_ENOTFOUND)
        return jb_kv_put(outbox->write, TABLE_META, JB_LIT("store"), jb_slice_of(store_id, 16));
    if (err)
        return err;
    return memcmp(mine, store_id, sizeof(mine)) == 0 ? JB_OK : JB_EINVAL;
}

static jb_err next_seq(jb_outbox *outbox, uint64_t *ret)
{
    struct jb_slice value;

    jb_err err = jb_kv_get(outbox->write, TABLE_META, JB_LIT("seq"), &value);
    if (err == JB_ENOTFOUND) {
        *ret = 1;
        return JB_OK;
    }
    if (err)
        return err;
    struct jb_reader r = jb_reader_of(value);
    uint64_t seq = jb_read_u64(&r);
    if (!jb_reader_done(&r))
        return JB_EDAMAGED;
    *ret = seq;
    return JB_OK;
}

static jb_err put_seq(jb_outbox *outbox, uint64_t seq)
{
    jb_buf_put_u64(&outbox->record, seq);
    return jb_outbox_put_record(outbox, TABLE_META, JB_LIT("seq"));
}

/* The one that waits before it, else the last accepted; the author's own word stands above both. */
static void set_predecessor(struct jb_submission *submission, const struct jb_outbox_filing *filing,
                            bool fixed)
{
    if (fixed)
        return;
    submission->has_predecessor = filing->has_tail || filing->has_last;
    if (filing->has_tail)
        submission->predecessor = filing->tail;
    else if (filing->has_last)
        submission->predecessor = filing->last;
}

static jb_err add_one(struct adding *adding, const struct jb_parcel_item *from)
{
    jb_outbox *outbox = adding->outbox;
    struct jb_submission submission;
    struct jb_outbox_filing filing;
    struct jb_outbox_item item = {0};
    uint8_t bytes[8];

    jb_arena_clear(&adding->arena);
    if (jb_wire_submission_decode(from->payload, &adding->arena, &submission, NULL) ||
        !jb_uuid_eq(submission.id, from->id))
        return JB_EINVAL;
    item.head = (struct jb_outbox_head){.seq = adding->seq,
                                        .id = submission.id,
                                        .unit = submission.unit,
                                        .form = submission.form,
                                        .period = submission.period,
                                        .row_count = submission.row_count,
                                        .source = submission.source,
                                        .at_us = adding->now_us};
    if (submission.period.len > JB_CODE_BYTES_MAX)
        return JB_EINVAL;
    jb_err err = jb_outbox_get_filing(outbox, &item.head, &filing);
    if (err && err != JB_ENOTFOUND)
        return err;
    set_predecessor(&submission, &filing, from->fixed);
    jb_buf_clear(&adding->payload);
    jb_wire_submission_encode(&submission, &adding->payload);
    if (adding->payload.failed)
        return JB_EINVAL;
    item.fixed = from->fixed;
    item.has_predecessor = submission.has_predecessor;
    item.predecessor = submission.predecessor;
    item.payload = jb_buf_slice(&adding->payload);
    jb_outbox_item_encode(&item, &outbox->record);
    err = jb_outbox_put_record(outbox, TABLE_ITEMS, jb_outbox_seq_key(adding->seq, bytes));
    if (err)
        return err;
    filing.has_tail = true;
    filing.tail = submission.id;
    err = jb_outbox_put_filing(outbox, &item.head, &filing);
    if (!err)
        err = jb_outbox_put_id(outbox, submission.id, TABLE_ITEMS, adding->seq);
    if (!err)
        adding->seq++;
    return err;
}

static jb_err add_file(struct adding *adding, const struct jb_outbox_file *file,
                       const struct jb_parcel *parcel)
{
    struct jb_outbox_file record = *file;
    struct jb_buf ids;
    uint8_t bytes[8];

    jb_buf_init(&ids, JB_FILE_FILINGS_MAX * sizeof(struct jb_uuid));
    for (uint32_t i = 0; i < parcel->count; i++)
        jb_buf_put(&ids, parcel->items[i].id.bytes, sizeof(struct jb_uuid));
    record.ids = jb_buf_slice(&ids);
    jb_outbox_file_encode(&record, &adding->outbox->record);
    jb_err err =
        jb_outbox_put_record(adding->outbox, TABLE_FILES, jb_outbox_seq_key(adding->seq, bytes));
    jb_buf_free(&ids);
    adding->seq++;
    return err;
}

static jb_err add_all(struct adding *adding, const struct jb_parcel *parcel,
                      const struct jb_outbox_file *file)
{
    jb_outbox *outbox = adding->outbox;
    struct jb_slice known;

    jb_err err = bind_store(outbox, parcel->store_id);
    if (!err)
        err = next_seq(outbox, &adding->seq);
    for (uint32_t i = 0; !err && i < parcel->count; i++) {
        const struct jb_uuid *id = &parcel->items[i].id;
        err =
            jb_kv_get(outbox->write, TABLE_IDS, jb_slice_of(id->bytes, sizeof(id->bytes)), &known);
        if (err == JB_ENOTFOUND)
            err = add_one(adding, &parcel->items[i]);
    }
    if (!err && file)
        err = add_file(adding, file, parcel);
    if (!err)
        err = put_seq(outbox, adding->seq);
    return err;
}

jb_err jb_outbox_add(jb_outbox *outbox, const struct jb_parcel *parcel,
                     const struct jb_outbox_file *file, int64_t now_us)
{
    struct adding adding = {.outbox = outbox, .now_us = now_us};

    jb_err err = jb_outbox_begin(outbox);
    if (err)
        return err;
    jb_arena_init(&adding.arena, ARENA_BYTES_MAX);
    jb_buf_init(&adding.payload, JB_MESSAGE_BYTES_MAX);
    err = add_all(&adding, parcel, file);
    if (err)
        jb_outbox_abort(outbox);
    else
        err = jb_outbox_commit(outbox);
    if (!err)
        outbox->generation++;
    jb_buf_free(&adding.payload);
    jb_arena_free(&adding.arena);
    return err;
}
