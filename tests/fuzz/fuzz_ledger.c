/* The store's own records read from any bytes: ledger entries, change records, packed blocks,
 * filings. What is accepted keeps its limits and, written again, gives the same bytes: no content
 * has two spellings. */
#include "fuzz/fuzz.h"

#include <sodium.h>
#include <stdlib.h>

#include "aggregator/cell.h"
#include "aggregator/change.h"
#include "aggregator/filing.h"
#include "aggregator/holders.h"
#include "aggregator/ledger.h"
#include "aggregator/period_state.h"
#include "base/limits.h"
#include "net/identity.h"
#include "net/proof.h"

#define HASH_BYTES 32
#define CHAIN_BYTES (3 * HASH_BYTES) /* previous, skip, own */
#define REVISION_AT 2                /* in an entry */

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
    uint8_t *sealed = calloc(1, bytes.len + CHAIN_BYTES), digest[HASH_BYTES];
    uint64_t revision = 0;
    size_t len = bytes.len;

    jb_assert(sealed);
    if (bytes.len)
        memcpy(sealed, bytes.ptr, bytes.len);
    for (size_t i = REVISION_AT; i < REVISION_AT + 8 && i < len; i++)
        revision = revision << 8 | sealed[i];
    crypto_generichash(digest, HASH_BYTES, sealed, len, NULL, 0);
    jb_proof_hash(revision, digest, sealed + len, sealed + len + HASH_BYTES,
                  sealed + len + 2 * (size_t)HASH_BYTES);
    check_entry(jb_slice_of(sealed, len + CHAIN_BYTES));
    free(sealed);
}

static void check_change(struct jb_slice bytes)
{
    struct jb_change_reader reader;
    struct jb_change_cell cell;

    if (jb_change_read(bytes, &reader))
        return;
    jb_buf_clear(&out);
    if (reader.act.kind) {
        jb_change_encode_act(reader.at_us, reader.period, &reader.act, &out);
        jb_assert(!jb_change_next_node(&reader));
        check_same(bytes);
        return;
    }
    if (reader.due.len) {
        jb_change_encode_due(reader.at_us, reader.period, reader.due, &out);
        check_same(bytes);
        return;
    }
    if (reader.targets.len)
        jb_change_encode_targets(reader.at_us, reader.period, reader.targets, reader.nodes_left,
                                 &out);
    else
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

static void check_period(struct jb_slice bytes)
{
    static struct jb_period_state state;

    if (jb_period_state_decode(bytes, &state))
        return;
    jb_buf_clear(&out);
    jb_period_state_encode(&state, &out);
    check_same(bytes);
}

/* A holder's record; the first byte says whose. */
static void check_holder(struct jb_slice bytes)
{
    static const uint8_t key[33] = {'k', 1}, person[] = {'p', 'l', 'i'};
    struct jb_arena arena;
    struct jb_holder holder;
    uint8_t curve[JB_HOLDER_CURVE_BYTES], name[JB_HOLDER_KEY_BYTES_MAX];
    bool is_person = bytes.len > 0 && bytes.ptr[0] & 1;
    struct jb_slice whose =
        is_person ? jb_slice_of(person, sizeof(person)) : jb_slice_of(key, sizeof(key));
    struct jb_slice record = bytes.len ? jb_slice_of(bytes.ptr + 1, bytes.len - 1) : bytes;
    jb_arena_init(&arena, 4 * JB_MESSAGE_BYTES_MAX);
    jb_err err = jb_holder_decode(whose, record, &arena, &holder, curve);
    jb_assert(err == JB_OK || err == JB_EDAMAGED || err == JB_ENOMEM);
    if (!err) {
        jb_assert(holder.label.len <= JB_KEY_LABEL_BYTES_MAX && jb_utf8_valid(holder.label));
        jb_assert(jb_slice_eq(jb_holder_key(&holder, name), whose));
        jb_buf_clear(&out);
        jb_holder_encode(&holder, is_person ? NULL : curve, &out);
        check_same(record);
    }
    jb_arena_free(&arena);
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
    check_period(bytes);
    check_holder(bytes);
    return 0;
}
