/* One encoder and one decoder a record, field by field in the same order. */
#include "outbox_record.h"

#include "base/limits.h"

#define VERSION 1
#define IS_REOFFER 1
#define IS_FIXED 2
#define HAS_PREDECESSOR 4
#define HAS_LAST 1
#define HAS_SEEN 2
#define HAS_TAIL 4
#define PATH_BYTES_MAX 4096

static void put_id(struct jb_buf *out, struct jb_uuid id)
{
    jb_buf_put(out, id.bytes, sizeof(id.bytes));
}

static struct jb_uuid read_id(struct jb_reader *r)
{
    struct jb_uuid id = {{0}};
    struct jb_slice bytes = jb_read_raw(r, sizeof(id.bytes));

    if (bytes.len == sizeof(id.bytes))
        memcpy(id.bytes, bytes.ptr, bytes.len);
    return id;
}

/* The version first: what follows may look otherwise in a newer one. */
static jb_err read_version(struct jb_reader *r)
{
    uint8_t version = jb_read_u8(r);

    if (r->failed || version == 0)
        return JB_EDAMAGED;
    return version > VERSION ? JB_EVERSION : JB_OK;
}

static jb_err finish(const struct jb_reader *r)
{
    return jb_reader_done(r) ? JB_OK : JB_EDAMAGED;
}

static void put_head(struct jb_buf *out, const struct jb_outbox_head *head)
{
    put_id(out, head->id);
    jb_buf_put_bytes(out, head->unit);
    jb_buf_put_bytes(out, head->form);
    jb_buf_put_bytes(out, head->period);
    jb_buf_put_varint(out, head->row_count);
    jb_buf_put_bytes(out, head->source);
    jb_buf_put_zigzag(out, head->at_us);
}

static struct jb_outbox_head read_head(struct jb_reader *r, uint64_t seq)
{
    struct jb_outbox_head head = {.seq = seq};

    head.id = read_id(r);
    head.unit = jb_read_bytes(r, JB_CODE_BYTES_MAX);
    head.form = jb_read_bytes(r, JB_CODE_BYTES_MAX);
    head.period = jb_read_bytes(r, JB_CODE_BYTES_MAX);
    head.row_count = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    head.source = jb_read_bytes(r, JB_SHORT_TEXT_BYTES_MAX);
    head.at_us = jb_read_zigzag(r);
    return head;
}

void jb_outbox_item_encode(const struct jb_outbox_item *item, struct jb_buf *out)
{
    unsigned flags = (item->reoffer ? IS_REOFFER : 0u) | (item->fixed ? IS_FIXED : 0u) |
                     (item->has_predecessor ? HAS_PREDECESSOR : 0u);

    jb_buf_put_u8(out, VERSION);
    jb_buf_put_u8(out, (uint8_t)flags);
    put_head(out, &item->head);
    if (item->has_predecessor)
        put_id(out, item->predecessor);
    jb_buf_put_bytes(out, item->payload);
}

jb_err jb_outbox_item_decode(uint64_t seq, struct jb_slice bytes, struct jb_outbox_item *ret)
{
    struct jb_reader r = jb_reader_of(bytes);
    struct jb_outbox_item item = {0};

    jb_err err = read_version(&r);
    if (err)
        return err;
    unsigned flags = jb_read_u8(&r);
    item.reoffer = (flags & IS_REOFFER) != 0;
    item.fixed = (flags & IS_FIXED) != 0;
    item.has_predecessor = (flags & HAS_PREDECESSOR) != 0;
    item.head = read_head(&r, seq);
    if (item.has_predecessor)
        item.predecessor = read_id(&r);
    item.payload = jb_read_bytes(&r, JB_MESSAGE_BYTES_MAX);
    err = finish(&r);
    if (!err)
        *ret = item;
    return err;
}

void jb_outbox_receipt_encode(const struct jb_outbox_receipt *receipt, struct jb_buf *out)
{
    jb_buf_put_u8(out, VERSION);
    put_head(out, &receipt->head);
    jb_buf_put_u32(out, receipt->epoch);
    jb_buf_put_u8(out, (uint8_t)receipt->outcome);
    jb_buf_put_u8(out, (uint8_t)receipt->lost);
    jb_buf_put_bytes(out, receipt->bytes);
    jb_buf_put_bytes(out, receipt->payload);
}

jb_err jb_outbox_receipt_decode(uint64_t seq, struct jb_slice bytes, struct jb_outbox_receipt *ret)
{
    struct jb_reader r = jb_reader_of(bytes);
    struct jb_outbox_receipt receipt = {0};

    jb_err err = read_version(&r);
    if (err)
        return err;
    receipt.head = read_head(&r, seq);
    receipt.epoch = jb_read_u32(&r);
    receipt.outcome = (enum jb_outcome)jb_read_u8(&r);
    receipt.lost = jb_read_u8(&r);
    receipt.bytes = jb_read_bytes(&r, JB_MESSAGE_BYTES_MAX);
    receipt.payload = jb_read_bytes(&r, JB_MESSAGE_BYTES_MAX);
    err = finish(&r);
    if (!err)
        *ret = receipt;
    return err;
}

void jb_outbox_filing_encode(const struct jb_outbox_filing *filing, struct jb_buf *out)
{
    unsigned flags = (filing->has_last ? HAS_LAST : 0u) | (filing->has_seen ? HAS_SEEN : 0u) |
                     (filing->has_tail ? HAS_TAIL : 0u);

    jb_buf_put_u8(out, VERSION);
    jb_buf_put_u8(out, (uint8_t)flags);
    put_id(out, filing->last);
    jb_buf_put_u64(out, filing->revision);
    put_id(out, filing->seen);
    put_id(out, filing->tail);
}

jb_err jb_outbox_filing_decode(struct jb_slice bytes, struct jb_outbox_filing *ret)
{
    struct jb_reader r = jb_reader_of(bytes);
    struct jb_outbox_filing filing = {0};

    jb_err err = read_version(&r);
    if (err)
        return err;
    unsigned flags = jb_read_u8(&r);
    filing.has_last = (flags & HAS_LAST) != 0;
    filing.has_seen = (flags & HAS_SEEN) != 0;
    filing.has_tail = (flags & HAS_TAIL) != 0;
    filing.last = read_id(&r);
    filing.revision = jb_read_u64(&r);
    filing.seen = read_id(&r);
    filing.tail = read_id(&r);
    err = finish(&r);
    if (!err)
        *ret = filing;
    return err;
}

void jb_outbox_file_encode(const struct jb_outbox_file *file, struct jb_buf *out)
{
    jb_buf_put_u8(out, VERSION);
    jb_buf_put_bytes(out, file->path);
    jb_buf_put_bytes(out, file->name);
    jb_buf_put(out, file->hash, sizeof(file->hash));
    jb_buf_put_bytes(out, file->ids);
}

jb_err jb_outbox_file_decode(uint64_t seq, struct jb_slice bytes, struct jb_outbox_file *ret)
{
    struct jb_reader r = jb_reader_of(bytes);
    struct jb_outbox_file file = {.seq = seq};

    jb_err err = read_version(&r);
    if (err)
        return err;
    file.path = jb_read_bytes(&r, PATH_BYTES_MAX);
    file.name = jb_read_bytes(&r, PATH_BYTES_MAX);
    struct jb_slice hash = jb_read_raw(&r, sizeof(file.hash));
    file.ids = jb_read_bytes(&r, JB_MESSAGE_BYTES_MAX);
    err = finish(&r);
    if (err)
        return err;
    memcpy(file.hash, hash.ptr, sizeof(file.hash));
    *ret = file;
    return JB_OK;
}
