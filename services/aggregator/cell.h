/* Cells and their packed blocks: pure coding, no store, no clock.
 *
 * A node's figures of one base period are packed in blocks of 64 indicators (number / 64), one
 * record a block, one cell an (indicator, stretch). An *own* cell holds what the unit itself
 * reported. A *sum* cell holds what the units strictly below a unit (or all units of a group) add
 * up to; a unit's rollup is its sum cell plus its own cell where that counts
 * (jb_catalog_own_counts), so that a unit without anything below stores its figures once. Encodings
 * are canonical: equal content gives equal bytes; an empty block has no record. */
#ifndef JB_CELL_H
#define JB_CELL_H

#include "base/base.h"
#include "base/buf.h"
#include "model/figure.h"
#include "model/period.h"

#define JB_BLOCK_INDICATORS 64

struct jb_own_cell {
    uint8_t slot;     /* indicator number % 64 */
    uint32_t stretch; /* base periods before the record's period at which the value's stretch
                         starts; 0 = 本期; below 2^16 */
    bool is_text;
    struct jb_value value;  /* number */
    uint64_t text_revision; /* text: the ledger entry that holds it */
};

/* The extreme of a set of figures as an interval: the nominal value and how far it may lie below
 * and above (low <= nominal <= high). An infinite bound is 0 and not open. */
struct jb_extreme {
    jb_i128 nominal;
    jb_i128 low, high; /* bounds, when finite */
    bool low_infinite, high_infinite;
    bool low_open, high_open; /* not attained */
};

struct jb_sum_cell {
    uint8_t slot;
    uint32_t stretch;
    jb_i128 sum;     /* of the values, at the indicator's decimals */
    uint32_t values; /* cells in state value */
    uint32_t not_applicable, withdrawn;
    uint32_t marks[JB_MARKS];        /* values by mark; marks[JB_EXACT] is values less the others */
    uint32_t provisional, estimated; /* values by status; the rest is final */
    bool has_extreme;                /* min or max indicators with at least one value */
    struct jb_extreme extreme;
};

/* Sorted by (slot, stretch), no two alike. */
struct jb_own_block {
    struct jb_own_cell *cells;
    uint32_t count, cap;
};
struct jb_sum_block {
    struct jb_sum_cell *cells;
    uint32_t count, cap;
};

/* A unit's own record: the filings that are kept in it (filing.h), as bytes with their length, and
 * the cells. JB_EDAMAGED: neither. An empty record is no record: both are empty. */
struct jb_own_parts {
    struct jb_slice filings, cells;
};
JB_MUST_USE jb_err jb_own_record_split(struct jb_slice record, struct jb_own_parts *ret);

void jb_own_block_free(struct jb_own_block *block);
void jb_sum_block_free(struct jb_sum_block *block);
/* Replaces what the block holds (its memory is reused). JB_EDAMAGED: not canonical or not readable.
 * The own block is read from the whole record, or from its cells alone. */
JB_MUST_USE jb_err jb_own_block_decode(struct jb_slice record, struct jb_own_block *block);
JB_MUST_USE jb_err jb_own_cells_decode(struct jb_slice cells, struct jb_own_block *block);
JB_MUST_USE jb_err jb_sum_block_decode(struct jb_slice record, struct jb_sum_block *block);
/* For changing a few cells of a record without unpacking it. Moves the reader to the place where
 * the cell is or would be, and appends the cells in between to out as they are: they are looked at
 * no closer than that takes. The places asked for one after the other must ascend. JB_EDAMAGED. */
JB_MUST_USE jb_err jb_own_cells_until(struct jb_reader *r, uint8_t slot, uint32_t stretch,
                                      struct jb_buf *out, bool *ret_found);
JB_MUST_USE jb_err jb_sum_cells_until(struct jb_reader *r, uint8_t slot, uint32_t stretch,
                                      struct jb_buf *out, bool *ret_found);
void jb_own_cells_encode(const struct jb_own_block *block, struct jb_buf *out);
void jb_sum_block_encode(const struct jb_sum_block *block, struct jb_buf *out);
/* The cell, or NULL. */
struct jb_own_cell *jb_own_block_find(const struct jb_own_block *block, uint8_t slot,
                                      uint32_t stretch);
struct jb_sum_cell *jb_sum_block_find(const struct jb_sum_block *block, uint8_t slot,
                                      uint32_t stretch);
/* The cell, made empty in its place when missing. Pointers into the block die. NULL: out of memory.
 */
struct jb_own_cell *jb_own_block_at(struct jb_own_block *block, uint8_t slot, uint32_t stretch);
struct jb_sum_cell *jb_sum_block_at(struct jb_sum_block *block, uint8_t slot, uint32_t stretch);
/* Drops cells that hold nothing (no counts at all): called before encode. */
void jb_sum_block_trim(struct jb_sum_block *block);

/* One cell, as blocks and change records hold it. An own cell has a state; a sum cell may be empty
 * in a change record, never in a block. JB_EDAMAGED also fails the reader. */
void jb_own_cell_encode(const struct jb_own_cell *cell, struct jb_buf *out);
JB_MUST_USE jb_err jb_own_cell_decode(struct jb_reader *r, struct jb_own_cell *ret);
void jb_sum_cell_encode(const struct jb_sum_cell *cell, struct jb_buf *out);
JB_MUST_USE jb_err jb_sum_cell_decode(struct jb_reader *r, struct jb_sum_cell *ret);
/* Moves past a cell; looks no closer than that takes. */
JB_MUST_USE jb_err jb_own_cell_skip(struct jb_reader *r);
JB_MUST_USE jb_err jb_sum_cell_skip(struct jb_reader *r);
/* The place of the cell where the reader is, which has bytes left: a number in the order of cells.
 */
static inline uint32_t jb_cell_place(uint8_t slot, uint32_t stretch)
{
    return (uint32_t)slot << 16 | stretch;
}
uint32_t jb_cell_place_spelt(struct jb_reader ahead);
static inline uint32_t jb_cell_place_at(const struct jb_reader *r)
{
    return *r->ptr < JB_BLOCK_INDICATORS ? jb_cell_place(*r->ptr, 0) : jb_cell_place_spelt(*r);
}

/* The common sum cell: exact and final values of the period itself, no extreme. Decode leaves the
 * reader and returns false for any other, encode leaves the buffer for what is too large or too
 * close to the end of its memory: then take the way of every cell. */
struct jb_plain_sum {
    uint32_t values;
    int64_t sum;
};
JB_MUST_USE bool jb_plain_sum_decode(struct jb_reader *r, struct jb_plain_sum *ret);
JB_MUST_USE bool jb_plain_sum_encode(uint8_t slot, struct jb_plain_sum plain, struct jb_buf *out);
/* The common own cell: what a plain sum counts once. */
static inline bool jb_own_cell_is_plain(const struct jb_own_cell *cell)
{
    return !cell->stretch && !cell->is_text && cell->value.state == JB_STATE_VALUE &&
           cell->value.mark == JB_EXACT && cell->value.status == JB_FINAL;
}

/* One value (state, mark, status, number) and one period, as own cells, ledger entries and change
 * records hold them. Decoding fails the reader, and returns false, for what cannot be a reported
 * value or a period. */
void jb_value_encode(struct jb_value value, bool is_text, struct jb_buf *out);
JB_MUST_USE bool jb_value_decode(struct jb_reader *r, struct jb_value *ret_value,
                                 bool *ret_is_text);
void jb_period_encode(struct jb_period period, struct jb_buf *out);
JB_MUST_USE bool jb_period_decode(struct jb_reader *r, struct jb_period *ret);

#endif
