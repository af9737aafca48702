/* The coding of change records. They are written once and read by every watch, so reading walks
 * over the bytes and allocates nothing. */
#include "change.h"

#include "base/limits.h"
#include "entry_due.h"

#define INDICATOR_IS_TEXT 1u
#define INDICATOR_BYTES_MAX 10
enum { FIGURES = 0, CATALOG = 1, ACT = 2, DUE = 3, TARGETS = 4 };

void jb_change_encode_head(int64_t at_us, bool catalog, struct jb_period period,
                           uint32_t node_count, struct jb_buf *out)
{
    jb_buf_put_u64(out, (uint64_t)at_us);
    jb_buf_put_u8(out, catalog);
    if (!catalog)
        jb_period_encode(period, out);
    jb_buf_put_varint(out, node_count);
}

void jb_change_encode_targets(int64_t at_us, struct jb_period period, struct jb_slice targets,
                              uint32_t node_count, struct jb_buf *out)
{
    jb_buf_put_u64(out, (uint64_t)at_us);
    jb_buf_put_u8(out, TARGETS);
    jb_period_encode(period, out);
    jb_buf_put_bytes(out, targets);
    jb_buf_put_varint(out, node_count);
}

void jb_change_encode_act(int64_t at_us, struct jb_period period, const struct jb_change_act *act,
                          struct jb_buf *out)
{
    jb_buf_put_u64(out, (uint64_t)at_us);
    jb_buf_put_u8(out, ACT);
    jb_period_encode(period, out);
    jb_buf_put_u8(out, (uint8_t)act->kind);
    jb_buf_put_varint(out, act->unit);
    jb_buf_put_varint(out, act->form);
    jb_buf_put_varint(out, act->release);
}

void jb_change_encode_due(int64_t at_us, struct jb_period period, struct jb_slice due,
                          struct jb_buf *out)
{
    jb_buf_put_u64(out, (uint64_t)at_us);
    jb_buf_put_u8(out, DUE);
    jb_period_encode(period, out);
    jb_buf_put_bytes(out, due);
}

static bool read_act(struct jb_reader *r, struct jb_change_act *ret)
{
    uint8_t kind = jb_read_u8(r);
    ret->kind = (enum jb_act_kind)kind;
    ret->unit = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    ret->form = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    ret->release = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    return !r->failed && kind > 0 && kind < JB_ACTS_END && jb_reader_done(r);
}

void jb_change_encode_node(uint32_t node, uint32_t cell_count, struct jb_buf *out)
{
    jb_buf_put_varint(out, node);
    jb_buf_put_varint(out, cell_count);
}

void jb_change_encode_cell(const struct jb_change_cell *cell, struct jb_buf *out)
{
    const struct jb_sum_cell *sum = &cell->cell;
    struct jb_sum_cell bare;

    if (sum->slot) {
        bare = *sum;
        bare.slot = 0;
        sum = &bare;
    }
    jb_buf_put_varint(out, (uint64_t)cell->indicator << 1 | (cell->is_text ? 1 : 0));
    jb_sum_cell_encode(sum, out);
}

bool jb_change_encode_plain(uint32_t indicator, struct jb_plain_sum sum, struct jb_buf *out)
{
    size_t start = out->len;
    jb_buf_put_varint(out, (uint64_t)indicator << 1);
    if (jb_plain_sum_encode(0, sum, out))
        return true;
    out->len = start;
    return false;
}

void jb_change_encode_spelt(uint32_t indicator, struct jb_slice cell, struct jb_buf *out)
{
    uint8_t *to = jb_buf_reserve(out, INDICATOR_BYTES_MAX + 1 + cell.len);
    if (!to)
        return;
    size_t len = jb_varint_spell(to, (uint64_t)indicator << 1);
    to[len++] = 0; /* the slot */
    memcpy(to + len, cell.ptr, cell.len);
    out->len += len + cell.len;
}

jb_err jb_change_read(struct jb_slice record, struct jb_change_reader *ret)
{
    struct jb_change_reader reader = {.r = jb_reader_of(record)};
    unsigned kind;

    reader.at_us = (int64_t)jb_read_u64(&reader.r);
    kind = jb_read_u8(&reader.r);
    reader.catalog = kind == CATALOG;
    if (kind > TARGETS || (!reader.catalog && !jb_period_decode(&reader.r, &reader.period)))
        return JB_EDAMAGED;
    if (kind == ACT && !read_act(&reader.r, &reader.act))
        return JB_EDAMAGED;
    if (kind == DUE)
        reader.due = jb_read_bytes(&reader.r, JB_MESSAGE_BYTES_MAX);
    if (kind == DUE && (!jb_reader_done(&reader.r) || !jb_entry_due_is_run(reader.due)))
        return JB_EDAMAGED;
    if (kind == ACT || kind == DUE) {
        *ret = reader;
        return JB_OK;
    }
    if (kind == TARGETS)
        reader.targets = jb_read_bytes(&reader.r, JB_MESSAGE_BYTES_MAX);
    if (kind == TARGETS && (!reader.targets.len || !jb_change_target_is_run(reader.targets)))
        return JB_EDAMAGED;
    reader.nodes_left = (uint32_t)jb_read_varint_max(&reader.r, UINT32_MAX);
    if (reader.r.failed)
        return JB_EDAMAGED;
    *ret = reader;
    return JB_OK;
}

bool jb_change_next_node(struct jb_change_reader *reader)
{
    struct jb_change_cell skipped;

    while (jb_change_next_cell(reader, &skipped))
        ;
    if (reader->nodes_left == 0 && jb_reader_left(&reader->r) > 0)
        reader->r.failed = true;
    if (reader->nodes_left == 0 || reader->r.failed)
        return false;
    reader->nodes_left--;
    reader->node = (uint32_t)jb_read_varint_max(&reader->r, UINT32_MAX);
    reader->cells_left = (uint32_t)jb_read_varint_max(&reader->r, UINT32_MAX);
    return !reader->r.failed;
}

bool jb_change_next_cell(struct jb_change_reader *reader, struct jb_change_cell *ret)
{
    struct jb_change_cell cell = {0};
    uint64_t number;

    if (reader->cells_left == 0 || reader->r.failed)
        return false;
    reader->cells_left--;
    number = jb_read_varint_max(&reader->r, (uint64_t)UINT32_MAX << 1 | INDICATOR_IS_TEXT);
    cell.indicator = (uint32_t)(number >> 1);
    cell.is_text = (number & INDICATOR_IS_TEXT) != 0;
    if (jb_sum_cell_decode(&reader->r, &cell.cell))
        return false;
    if (cell.cell.slot != 0) {
        reader->r.failed = true;
        return false;
    }
    *ret = cell;
    return true;
}
