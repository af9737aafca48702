/* The store's own records read from any bytes: ledger entries, change records, packed blocks,
 * filings. What is accepted keeps its limits and, written again, gives the same bytes: no content
 * has two spellings. */
#include "fuzz/fuzz.h"

#include <sodium.h>
#include <stdlib.h>

#include "aggregator/cell.h"
#include "aggregator/change.h"
#include "aggregator/filing.h"
#include "aggregator/ledger.h"
#include "base/limits.h"

#define HASH_BYTES 32

static struct jb_buf out; /* kept between runs */

static void check_same(struct jb_slice bytes)
{
    jb_assert(!out.failed && jb_slice_eq(jb_buf_slice(&out), bytes));
}

static void check_entry(struct jb_slice bytes)
{
    static struct jb_entry_effect effects[JB_SUBMISSION_ROWS_MAX];
    struct jb_entry entry, head;
    jb_err err = jb_entry_decode(bytes, effects, JB_SUBMISSION_ROWS_MAX, &entry);

    jb_assert(err == JB_OK || err == JB_EDAMAGED || err == JB_EVERSION);
    if (err)
        return;
    jb_assert(entry.effect_count <= JB_SUBMISSION_ROWS_MAX);
    jb_assert(entry.author.len <= JB_SHORT_TEXT_BYTES_MAX);
    jb_assert(jb_entry_peek(bytes, &head) == JB_OK && head.revision == entry.revision);
    jb_buf_clear(&out);
    jb_entry_encode(&entry, &out);
    check_same(bytes);
}

/* The same bytes under a hash that fits: so that what lies behind the hash is explored too. */
static void check_sealed_entry(struct jb_slice bytes)
{
    uint8_t *sealed = malloc(bytes.len + HASH_BYTES);

    jb_assert(sealed);
    if (bytes.len)
        memcpy(sealed, bytes.ptr, bytes.len);
    crypto_generichash(sealed + bytes.len, HASH_BYTES, bytes.ptr, bytes.len, NULL, 0);
    check_entry(jb_slice_of(sealed, bytes.len + HASH_BYTES));
    free(sealed);
}

static void check_change(struct jb_slice bytes)
{
    struct jb_change_reader reader;
    struct jb_change_cell cell;

    if (jb_change_read(bytes, &reader))
        return;
    jb_buf_clear(&out);
    jb_change_encode_head(reader.at_us, reader.catalog, reader.period, reader.nodes_left, &out);
    while (jb_change_next_node(&reader)) {
        jb_change_encode_node(reader.node, reader.cells_left, &out);
        while (jb_change_next_cell(&reader, &cell))
            jb_change_encode_cell(&cell, &out);
    }
    if (!reader.r.failed)
        check_same(bytes);
}

static void check_blocks(struct jb_slice bytes)
{
    static struct jb_own_block own;
    static struct jb_sum_block sum;
    static struct jb_filings filings;
    struct jb_own_parts parts;

    if (!jb_own_record_split(bytes, &parts) && bytes.len) {
        jb_buf_clear(&out);
        jb_buf_put_bytes(&out, parts.filings);
        jb_buf_put(&out, parts.cells.ptr, parts.cells.len);
        check_same(bytes);
    }
    if (!jb_own_cells_decode(bytes, &own)) {
        jb_buf_clear(&out);
        jb_own_cells_encode(&own, &out);
        check_same(bytes);
    }
    if (!jb_sum_block_decode(bytes, &sum)) {
        jb_buf_clear(&out);
        jb_sum_block_encode(&sum, &out);
        check_same(bytes);
    }
    if (!jb_filings_decode(bytes, &filings)) {
        jb_buf_clear(&out);
        jb_filings_encode(&filings, &out);
        check_same(bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_slice bytes = jb_slice_of(data, size);

    if (out.bytes_max == 0)
        jb_buf_init(&out, 2 * JB_MESSAGE_BYTES_MAX);
    if (size > JB_MESSAGE_BYTES_MAX)
        return 0;
    check_entry(bytes);
    check_sealed_entry(bytes);
    check_change(bytes);
    check_blocks(bytes);
    return 0;
}
