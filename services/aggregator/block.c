/* Blocks: the cells of one record in the order of (slot, stretch), found by bisection. A block that
 * is decoded again and again keeps its memory. */
#include <stdlib.h>

#include "cell.h"

#define CELLS_CAP_MIN 8u

/* The order of cells in a block. */
static uint64_t place_rank(uint8_t slot, uint32_t stretch)
{
    return (uint64_t)slot << 32 | stretch;
}

static bool is_empty(const struct jb_sum_cell *cell)
{
    return cell->values == 0 && cell->not_applicable == 0 && cell->withdrawn == 0;
}

/* Room for one more item of `size` bytes; false when there is no memory. */
static bool grow(void **items, uint32_t count, uint32_t *cap, size_t size)
{
    uint32_t wanted = *cap ? *cap * 2 : CELLS_CAP_MIN;
    void *fresh;

    if (count < *cap)
        return true;
    fresh = realloc(*items, wanted * size);
    if (!fresh)
        return false;
    *items = fresh;
    *cap = wanted;
    return true;
}

void jb_own_block_free(struct jb_own_block *block)
{
    free(block->cells);
    *block = (struct jb_own_block){0};
}

void jb_sum_block_free(struct jb_sum_block *block)
{
    free(block->cells);
    *block = (struct jb_sum_block){0};
}

jb_err jb_own_record_split(struct jb_slice record, struct jb_own_parts *ret)
{
    struct jb_reader r = jb_reader_of(record);
    struct jb_own_parts parts = {0};
    if (record.len) {
        parts.filings = jb_read_bytes(&r, record.len);
        parts.cells = jb_slice_of(r.ptr, jb_reader_left(&r));
        if (r.failed || (!parts.filings.len && !parts.cells.len))
            return JB_EDAMAGED;
    }
    *ret = parts;
    return JB_OK;
}

jb_err jb_own_block_decode(struct jb_slice record, struct jb_own_block *block)
{
    struct jb_own_parts parts;
    jb_err err = jb_own_record_split(record, &parts);
    return err ? err : jb_own_cells_decode(parts.cells, block);
}

jb_err jb_own_cells_decode(struct jb_slice cells, struct jb_own_block *block)
{
    struct jb_reader r = jb_reader_of(cells);

    block->count = 0;
    while (jb_reader_left(&r) > 0) {
        uint32_t at = block->count;
        if (!grow((void **)&block->cells, at, &block->cap, sizeof(*block->cells)))
            return JB_ENOMEM;
        struct jb_own_cell *cell = &block->cells[at];
        if (jb_own_cell_decode(&r, cell) ||
            (at > 0 &&
             place_rank(cell[-1].slot, cell[-1].stretch) >= place_rank(cell->slot, cell->stretch)))
            return JB_EDAMAGED;
        block->count++;
    }
    return JB_OK;
}

jb_err jb_sum_block_decode(struct jb_slice record, struct jb_sum_block *block)
{
    struct jb_reader r = jb_reader_of(record);

    block->count = 0;
    while (jb_reader_left(&r) > 0) {
        uint32_t at = block->count;
        if (!grow((void **)&block->cells, at, &block->cap, sizeof(*block->cells)))
            return JB_ENOMEM;
        struct jb_sum_cell *cell = &block->cells[at];
        if (jb_sum_cell_decode(&r, cell) || is_empty(cell) ||
            (at > 0 &&
             place_rank(cell[-1].slot, cell[-1].stretch) >= place_rank(cell->slot, cell->stretch)))
            return JB_EDAMAGED;
        block->count++;
    }
    return JB_OK;
}

static jb_err cells_until(struct jb_reader *r, jb_err (*skip)(struct jb_reader *), uint32_t place,
                          struct jb_buf *out, bool *ret_found)
{
    const uint8_t *start = r->ptr;
    bool found = false;
    while (jb_reader_left(r) > 0) {
        uint32_t at = jb_cell_place_at(r);
        if (at >= place) {
            found = at == place;
            break;
        }
        if (skip(r))
            return JB_EDAMAGED;
    }
    if (r->ptr != start)
        jb_buf_put(out, start, (size_t)(r->ptr - start));
    *ret_found = found;
    return JB_OK;
}

jb_err jb_own_cells_until(struct jb_reader *r, uint8_t slot, uint32_t stretch, struct jb_buf *out,
                          bool *ret_found)
{
    return cells_until(r, jb_own_cell_skip, jb_cell_place(slot, stretch), out, ret_found);
}

jb_err jb_sum_cells_until(struct jb_reader *r, uint8_t slot, uint32_t stretch, struct jb_buf *out,
                          bool *ret_found)
{
    return cells_until(r, jb_sum_cell_skip, jb_cell_place(slot, stretch), out, ret_found);
}

void jb_own_cells_encode(const struct jb_own_block *block, struct jb_buf *out)
{
    for (uint32_t i = 0; i < block->count; i++)
        jb_own_cell_encode(&block->cells[i], out);
}

void jb_sum_block_encode(const struct jb_sum_block *block, struct jb_buf *out)
{
    for (uint32_t i = 0; i < block->count; i++) {
        jb_assert(!is_empty(&block->cells[i]));
        jb_sum_cell_encode(&block->cells[i], out);
    }
}

/* Where the place is or would be. */
static uint32_t own_block_search(const struct jb_own_block *block, uint64_t rank)
{
    uint32_t low = 0, high = block->count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (place_rank(block->cells[mid].slot, block->cells[mid].stretch) < rank)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static uint32_t sum_block_search(const struct jb_sum_block *block, uint64_t rank)
{
    uint32_t low = 0, high = block->count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (place_rank(block->cells[mid].slot, block->cells[mid].stretch) < rank)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct jb_own_cell *jb_own_block_find(const struct jb_own_block *block, uint8_t slot,
                                      uint32_t stretch)
{
    uint32_t at = own_block_search(block, place_rank(slot, stretch));

    if (at == block->count || block->cells[at].slot != slot || block->cells[at].stretch != stretch)
        return NULL;
    return &block->cells[at];
}

struct jb_sum_cell *jb_sum_block_find(const struct jb_sum_block *block, uint8_t slot,
                                      uint32_t stretch)
{
    uint32_t at = sum_block_search(block, place_rank(slot, stretch));

    if (at == block->count || block->cells[at].slot != slot || block->cells[at].stretch != stretch)
        return NULL;
    return &block->cells[at];
}

struct jb_own_cell *jb_own_block_at(struct jb_own_block *block, uint8_t slot, uint32_t stretch)
{
    uint32_t at = own_block_search(block, place_rank(slot, stretch));
    struct jb_own_cell *cell;

    if (at < block->count && block->cells[at].slot == slot && block->cells[at].stretch == stretch)
        return &block->cells[at];
    if (!grow((void **)&block->cells, block->count, &block->cap, sizeof(*cell)))
        return NULL;
    cell = &block->cells[at];
    memmove(cell + 1, cell, (block->count - at) * sizeof(*cell));
    *cell = (struct jb_own_cell){.slot = slot, .stretch = stretch};
    block->count++;
    return cell;
}

struct jb_sum_cell *jb_sum_block_at(struct jb_sum_block *block, uint8_t slot, uint32_t stretch)
{
    uint32_t at = sum_block_search(block, place_rank(slot, stretch));
    struct jb_sum_cell *cell;

    if (at < block->count && block->cells[at].slot == slot && block->cells[at].stretch == stretch)
        return &block->cells[at];
    if (!grow((void **)&block->cells, block->count, &block->cap, sizeof(*cell)))
        return NULL;
    cell = &block->cells[at];
    memmove(cell + 1, cell, (block->count - at) * sizeof(*cell));
    *cell = (struct jb_sum_cell){.slot = slot, .stretch = stretch};
    block->count++;
    return cell;
}

void jb_sum_block_trim(struct jb_sum_block *block)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < block->count; i++) {
        if (is_empty(&block->cells[i]))
            continue;
        if (kept != i)
            block->cells[kept] = block->cells[i];
        kept++;
    }
    block->count = kept;
}
