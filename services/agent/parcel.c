/* Keeps payloads in one buffer; items point into it by offset until they are handed out, because
 * the buffer moves when it grows. */
#include "parcel.h"

#include <sodium.h>
#include <stdlib.h>

#include "net/wire_submission.h"

#define PARCEL_VERSION 1
#define SUM_BYTES 16
#define ENVELOPE_BYTES 512 /* room for the envelope around a payload */

void jb_parcel_init(struct jb_parcel *parcel, const uint8_t store_id[16])
{
    *parcel = (struct jb_parcel){0};
    memcpy(parcel->store_id, store_id, sizeof(parcel->store_id));
    jb_buf_init(&parcel->bytes, JB_PARCEL_BYTES_MAX);
}

void jb_parcel_free(struct jb_parcel *parcel)
{
    free(parcel->items);
    parcel->items = NULL;
    parcel->count = 0;
    jb_buf_free(&parcel->bytes);
}

/* Payloads lie one after the other in the order of the items. */
static void point(struct jb_parcel *parcel)
{
    size_t at = 0;

    for (uint32_t i = 0; i < parcel->count; i++) {
        parcel->items[i].payload.ptr = parcel->bytes.ptr + at;
        at += parcel->items[i].payload.len;
    }
}

static void append(struct jb_parcel *parcel, struct jb_uuid id, bool fixed, size_t len)
{
    parcel->items = jb_xrealloc(parcel->items, (parcel->count + 1) * sizeof(struct jb_parcel_item));
    parcel->items[parcel->count++] = (struct jb_parcel_item){id, fixed, {NULL, len}};
    point(parcel);
}

jb_err jb_parcel_add(struct jb_parcel *parcel, const struct jb_submission *submission, bool fixed)
{
    struct jb_buf one;
    jb_err err = JB_ERANGE;

    jb_buf_init(&one, JB_MESSAGE_BYTES_MAX - ENVELOPE_BYTES);
    jb_wire_submission_encode(submission, &one);
    if (one.failed || parcel->count >= JB_FILE_FILINGS_MAX ||
        parcel->bytes.len + one.len > JB_PARCEL_BYTES_MAX)
        goto out;
    jb_buf_put(&parcel->bytes, one.ptr, one.len);
    append(parcel, submission->id, fixed, one.len);
    err = JB_OK;
out:
    jb_buf_free(&one);
    return err;
}

void jb_parcel_encode(const struct jb_parcel *parcel, struct jb_buf *out)
{
    uint8_t sum[SUM_BYTES];

    jb_buf_put_u8(out, PARCEL_VERSION);
    jb_buf_put(out, parcel->store_id, sizeof(parcel->store_id));
    jb_buf_put_varint(out, parcel->count);
    for (uint32_t i = 0; i < parcel->count; i++) {
        const struct jb_parcel_item *item = &parcel->items[i];
        jb_buf_put(out, item->id.bytes, sizeof(item->id.bytes));
        jb_buf_put_u8(out, item->fixed ? 1 : 0);
        jb_buf_put_bytes(out, item->payload);
    }
    crypto_generichash(sum, sizeof(sum), out->ptr, out->len, NULL, 0);
    jb_buf_put(out, sum, sizeof(sum));
}

jb_err jb_parcel_decode(struct jb_slice bytes, struct jb_parcel *ret)
{
    struct jb_parcel parcel;
    uint8_t sum[SUM_BYTES];

    if (bytes.len < SUM_BYTES)
        return JB_EINVAL;
    struct jb_slice body = jb_slice_of(bytes.ptr, bytes.len - SUM_BYTES);
    crypto_generichash(sum, sizeof(sum), body.ptr, body.len, NULL, 0);
    if (memcmp(sum, body.ptr + body.len, SUM_BYTES) != 0)
        return JB_EINVAL;
    struct jb_reader r = jb_reader_of(body);
    uint8_t version = jb_read_u8(&r);
    struct jb_slice store = jb_read_raw(&r, 16);
    uint64_t count = jb_read_varint_max(&r, JB_FILE_FILINGS_MAX);
    if (r.failed || version != PARCEL_VERSION)
        return JB_EINVAL;
    jb_parcel_init(&parcel, store.ptr);
    for (uint64_t i = 0; i < count; i++) {
        struct jb_slice id = jb_read_raw(&r, 16);
        uint8_t fixed = jb_read_u8(&r);
        struct jb_slice payload = jb_read_bytes(&r, JB_MESSAGE_BYTES_MAX);
        if (r.failed)
            break;
        struct jb_uuid uuid;
        memcpy(uuid.bytes, id.ptr, sizeof(uuid.bytes));
        jb_buf_put(&parcel.bytes, payload.ptr, payload.len);
        append(&parcel, uuid, fixed != 0, payload.len);
    }
    if (!jb_reader_done(&r) || parcel.bytes.failed) {
        jb_parcel_free(&parcel);
        return JB_EINVAL;
    }
    *ret = parcel;
    return JB_OK;
}
