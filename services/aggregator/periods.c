/* Periods in the store. What one was at an earlier revision is found by walking its acts back and
 * folding them forward again: there are a handful of them. */
#include "periods.h"

#include <stdlib.h>

#include "keys.h"

#define KEY_BYTES 3
#define RECORD_BYTES_MAX (4 * 1024 * 1024)

static struct jb_slice key_of(struct jb_period period, uint8_t key[KEY_BYTES])
{
    key[0] = (uint8_t)period.freq;
    jb_key_put_u16(key + 1, (uint16_t)period.ordinal);
    return jb_slice_of(key, KEY_BYTES);
}

static bool period_of(struct jb_slice key, struct jb_period *ret)
{
    if (key.len != KEY_BYTES)
        return false;
    *ret = (struct jb_period){(enum jb_freq)key.ptr[0], key.ptr[1] << 8 | key.ptr[2]};
    return true;
}

static jb_err read_act(jb_kv_txn *txn, uint64_t revision, struct jb_entry *ret)
{
    struct jb_slice bytes;
    jb_err err = jb_store_entry(txn, revision, &bytes);
    if (!err)
        err = jb_entry_decode(bytes, NULL, 0, ret);
    if (!err && (ret->kind != JB_ENTRY_ACT || jb_act_is_of_filing(ret->act.kind) ||
                 ret->previous_revision >= revision))
        err = JB_EDAMAGED;
    return err == JB_ENOTFOUND || err == JB_ERANGE ? JB_EDAMAGED : err;
}

/* Folds the chain that ends at `from`, up to as_of, into the state. */
static jb_err fold(jb_kv_txn *txn, uint64_t from, uint64_t as_of, struct jb_period_state *state)
{
    uint64_t *revisions = NULL;
    uint32_t count = 0, cap = 0;
    struct jb_entry entry;
    jb_err err = JB_OK;
    while (!err && from) {
        if (count == cap) {
            cap = cap ? cap * 2 : 16;
            revisions = jb_xrealloc(revisions, cap * sizeof(*revisions));
        }
        if (from <= as_of)
            revisions[count++] = from;
        err = read_act(txn, from, &entry);
        from = err ? 0 : entry.previous_revision;
    }
    jb_period_state_init(state, state->period);
    while (!err && count > 0) {
        err = read_act(txn, revisions[--count], &entry);
        if (!err)
            err = jb_period_state_take(state, &entry);
    }
    free(revisions);
    return err;
}

jb_err jb_periods_get(jb_kv_txn *txn, struct jb_period period, uint64_t as_of,
                      struct jb_period_state *state)
{
    uint8_t key[KEY_BYTES];
    struct jb_slice record;
    jb_period_state_init(state, period);
    jb_err err = jb_kv_get(txn, JB_T_PERIODS, key_of(period, key), &record);
    if (err)
        return err == JB_ENOTFOUND ? JB_OK : err;
    err = jb_period_state_decode(record, state);
    if (!err && as_of && state->last_revision > as_of)
        err = fold(txn, state->last_revision, as_of, state);
    return err;
}

jb_err jb_periods_put(jb_kv_txn *txn, const struct jb_period_state *state)
{
    uint8_t key[KEY_BYTES];
    struct jb_buf record;
    jb_buf_init(&record, RECORD_BYTES_MAX);
    jb_period_state_encode(state, &record);
    jb_err err = record.failed ? JB_ENOMEM
                               : jb_kv_put(txn, JB_T_PERIODS, key_of(state->period, key),
                                           jb_buf_slice(&record));
    jb_buf_free(&record);
    return err;
}

jb_err jb_periods_each(jb_kv_txn *txn, jb_periods_visit *visit, void *ctx)
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key;
    struct jb_period period;
    jb_err err = jb_kv_cursor_open(txn, JB_T_PERIODS, &cursor);
    if (err)
        return err;
    for (err = jb_kv_first(cursor, &key, NULL); !err; err = jb_kv_next(cursor, &key, NULL)) {
        err = period_of(key, &period) ? visit(ctx, period) : JB_EDAMAGED;
        if (err)
            break;
    }
    jb_kv_cursor_close(cursor);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

jb_err jb_periods_acts(jb_kv_txn *txn, struct jb_period period, uint64_t as_of, uint64_t *revisions,
                       uint32_t max, uint32_t *ret_count)
{
    struct jb_period_state state = {0};
    struct jb_entry entry;
    uint32_t count = 0;
    jb_err err = jb_periods_get(txn, period, 0, &state);
    uint64_t from = state.last_revision;
    jb_period_state_free(&state);
    while (!err && from && count < max) {
        if (!as_of || from <= as_of)
            revisions[count++] = from;
        err = read_act(txn, from, &entry);
        if (!err)
            from = entry.previous_revision;
    }
    *ret_count = count;
    return err;
}

jb_err jb_periods_release(jb_kv_txn *txn, struct jb_period period, uint64_t as_of, uint32_t number,
                          struct jb_entry *ret)
{
    struct jb_period_state state = {0};
    struct jb_entry entry;
    jb_err err = jb_periods_get(txn, period, 0, &state);
    uint64_t from = state.releases ? state.last_revision : 0;
    jb_period_state_free(&state);
    for (; !err && from; from = entry.previous_revision) {
        err = read_act(txn, from, &entry);
        if (err)
            break;
        if (entry.act.kind != JB_ACT_PUBLISH || (as_of && entry.revision > as_of) ||
            (number && entry.act.release > number))
            continue;
        *ret = entry;
        return JB_OK;
    }
    return err ? err : JB_ENOTFOUND;
}
