/* The beginning of a watch: continued, or a reset and a snapshot in chunks from one pinned
 * transaction. Watches that begin at one head share a pin. A chunk is made from the place where the
 * one before ended, so a full pipe costs only the making. */
#include <stdlib.h>

#include "rollup.h"
#include "watch_inner.h"

/* Looked at for one chunk: a narrow filter must not hold up the others. */
#define CHUNK_RECORDS_MAX 400

/* The pin of the newest state: one that others hold already, or a new one. NULL: no room now. */
static jb_err pin_present(struct jb_watches *w, int64_t mono_us, struct jb_pin **ret)
{
    struct jb_view *view = w->view;
    for (uint32_t i = 0; i < w->pins->count; i++) {
        struct jb_pin *pin = w->pins->items[i];
        if (pin->holders && pin->head == view->snapshot.revision &&
            pin->deadline_us - mono_us > JB_PIN_MS_MAX * 1000LL / 2) {
            *ret = pin;
            return JB_OK;
        }
    }
    *ret = NULL;
    if (!jb_pins_have_room(w->pins, mono_us))
        return JB_OK;
    struct jb_snapshot snapshot = view->snapshot;
    struct jb_pin *pin = jb_pin_take(view, view->binding, &snapshot, 0, mono_us, NULL, NULL);
    jb_pins_add(w->pins, pin);
    *ret = pin;
    return jb_view_take(view);
}

jb_err jb_watch_start(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us,
                      bool *ret_worked)
{
    struct jb_watch_event event = {.type = JB_WATCH_CONTINUED, .revision = watch->position};
    struct jb_pin *pin = NULL;
    jb_err err = JB_OK;
    bool left;
    *ret_worked = false;
    if (!watch->reason) {
        event.narrowed = watch->filter.narrowed;
        if (jb_watch_say(w, watch, &event, true, mono_us) == JB_OK)
            watch->state = JB_WATCH_LIVE;
        *ret_worked = watch->state == JB_WATCH_LIVE;
        return JB_OK;
    }
    if (!w->view->binding) {
        jb_watch_end(w, watch, "catalogue", mono_us);
        return JB_OK;
    }
    err = jb_watch_narrow(w, watch, w->view->binding, &left);
    if (!err && !left) {
        jb_watch_end(w, watch, "rights", mono_us);
        return JB_OK;
    }
    if (!err)
        err = pin_present(w, mono_us, &pin);
    if (err || !pin)
        return err;
    watch->catalog_version = pin->snapshot.catalog_version;
    event.narrowed = watch->filter.narrowed;
    event.type = JB_WATCH_RESET;
    event.reason = jb_slice_str(watch->reason);
    event.revision = pin->snapshot.revision;
    event.at_us = pin->snapshot.at_us;
    pin->holders++;
    watch->pin = pin;
    if (jb_watch_say(w, watch, &event, false, mono_us) != JB_OK) {
        jb_watch_release_pin(w, watch);
        return JB_OK;
    }
    watch->place = (struct jb_watch_place){0};
    watch->state = JB_WATCH_COPYING;
    *ret_worked = true;
    return JB_OK;
}

/* The nodes of a snapshot, in order; false past the end. *ret_known: this catalogue has it. */
static bool node_at(const struct jb_watch *watch, const struct jb_binding *b, uint32_t at,
                    struct jb_node *ret, bool *ret_known)
{
    const struct jb_watch_filter *filter = &watch->filter;
    if (!filter->nodes) {
        uint32_t units = b->view->unit_count;
        if (at >= units + b->view->group_count)
            return false;
        *ret = at < units ? jb_node_of_unit(b, at) : jb_node_of_group(b, at - units);
        *ret_known = ret->number != JB_NONE && jb_watch_filter_has_node(filter, ret->number);
        return true;
    }
    if (at >= filter->node_count)
        return false;
    uint32_t number = filter->nodes[at];
    uint32_t plain = number & ~JB_NODE_GROUP;
    bool is_group = number != JB_NONE && (number & JB_NODE_GROUP);
    uint32_t index = JB_NONE;
    if (number != JB_NONE && is_group && plain < b->group_numbers)
        index = b->group_of[plain];
    else if (number != JB_NONE && !is_group && number < b->unit_numbers)
        index = b->unit_of[number];
    *ret = (struct jb_node){is_group, index, number};
    *ret_known = index != JB_NONE && jb_watch_filter_has_node(filter, number);
    return true;
}

static int compare_places(struct jb_block_key a, struct jb_block_key b)
{
    if (a.period.freq != b.period.freq)
        return a.period.freq < b.period.freq ? -1 : 1;
    if (a.period.ordinal != b.period.ordinal)
        return a.period.ordinal < b.period.ordinal ? -1 : 1;
    return (a.block > b.block) - (a.block < b.block);
}

/* The node's first record of cells behind the place in one plane. */
static jb_err seek(jb_kv_cursor *cursor, enum jb_plane plane, struct jb_node node,
                   const struct jb_watch_place *place, struct jb_block_key *ret)
{
    struct jb_block_key key = {.plane = plane, .node = node.number, .block = 1};
    uint8_t bytes[JB_BLOCK_KEY_BYTES];
    struct jb_slice found;
    if (place->inside) {
        key.period = place->period;
        key.block = (uint16_t)(place->block + 1);
    }
    jb_block_key_encode(&key, bytes);
    jb_err err = jb_kv_seek(cursor, jb_slice_of(bytes, sizeof(bytes)), &found, NULL);
    if (!err)
        err = jb_block_key_decode(found, &key);
    if (!err && (key.plane != plane || key.node != node.number))
        err = JB_ENOTFOUND;
    if (!err)
        *ret = key;
    return err;
}

/* The node's next record in either plane. JB_ENOTFOUND: there are no more. */
static jb_err next_record(jb_kv_cursor *cursor, struct jb_node node,
                          const struct jb_watch_place *place, struct jb_block_key *ret)
{
    struct jb_block_key own, sum;
    jb_err own_err = node.is_group ? JB_ENOTFOUND : seek(cursor, JB_PLANE_OWN, node, place, &own);
    jb_err sum_err = seek(cursor, JB_PLANE_SUM, node, place, &sum);
    if (own_err && own_err != JB_ENOTFOUND)
        return own_err;
    if (sum_err && sum_err != JB_ENOTFOUND)
        return sum_err;
    if (own_err && sum_err)
        return JB_ENOTFOUND;
    if (sum_err || (!own_err && compare_places(own, sum) <= 0))
        *ret = own;
    else
        *ret = sum;
    return JB_OK;
}

struct chunk {
    struct jb_watch_cell *cells;
    uint32_t count, cap;
    size_t bytes;
};

static jb_err add_cell(struct jb_watches *w, const struct jb_watch *watch, struct jb_node node,
                       const struct jb_block_key *key, uint8_t slot, uint32_t stretch,
                       struct chunk *chunk)
{
    const struct jb_binding *b = watch->pin->binding;
    uint32_t number = (uint32_t)(key->block - 1) * JB_BLOCK_INDICATORS + slot;
    struct jb_sum_cell cell;
    size_t bytes;
    bool found;
    if (number >= b->indicator_numbers || b->indicator_of[number] == JB_NONE ||
        !jb_watch_filter_has_indicator(&watch->filter, number))
        return JB_OK;
    uint32_t indicator = b->indicator_of[number];
    jb_err err =
        jb_source_cell(w->source, node, false, indicator, key->period, stretch, &cell, &found);
    if (err || !found || jb_sum_cell_is_empty(&cell))
        return err;
    if (chunk->count == chunk->cap) {
        uint32_t cap = chunk->cap ? chunk->cap * 2 : 256;
        struct jb_watch_cell *cells = jb_arena_array(&w->arena, cap, sizeof(*cells));
        if (!cells)
            return JB_ENOMEM;
        if (chunk->count)
            memcpy(cells, chunk->cells, chunk->count * sizeof(*cells));
        chunk->cells = cells;
        chunk->cap = cap;
    }
    cell.stretch = stretch;
    if (!jb_watch_print(w->source, node, indicator, key->period, &cell, &w->arena,
                        &chunk->cells[chunk->count], &bytes))
        return JB_ENOMEM;
    chunk->count++;
    chunk->bytes += bytes;
    return JB_OK;
}

static jb_err read_blocks(struct jb_watches *w, jb_kv_txn *txn, struct jb_node node,
                          const struct jb_block_key *key)
{
    struct jb_slice record;
    w->own_scratch.count = 0;
    w->sum_scratch.count = 0;
    jb_err err = node.is_group ? JB_ENOTFOUND
                               : jb_store_block(txn, JB_PLANE_OWN, node.number, key->period,
                                                key->block, &record);
    if (!err)
        err = jb_own_block_decode(record, &w->own_scratch);
    if (err && err != JB_ENOTFOUND)
        return err;
    err = jb_store_block(txn, JB_PLANE_SUM, node.number, key->period, key->block, &record);
    if (!err)
        err = jb_sum_block_decode(record, &w->sum_scratch);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

/* The cells of one record, both planes merged: sorted alike, each (slot, stretch) once. */
static jb_err add_record(struct jb_watches *w, const struct jb_watch *watch, struct jb_node node,
                         const struct jb_block_key *key, struct chunk *chunk)
{
    uint32_t i = 0;
    uint32_t j = 0;
    jb_err err = read_blocks(w, watch->pin->txn, node, key);
    while (!err && (i < w->own_scratch.count || j < w->sum_scratch.count)) {
        uint64_t own = UINT64_MAX;
        uint64_t sum = UINT64_MAX;
        if (i < w->own_scratch.count)
            own = (uint64_t)w->own_scratch.cells[i].slot << 32 | w->own_scratch.cells[i].stretch;
        if (j < w->sum_scratch.count)
            sum = (uint64_t)w->sum_scratch.cells[j].slot << 32 | w->sum_scratch.cells[j].stretch;
        uint64_t least = own < sum ? own : sum;
        i += own == least;
        j += sum == least;
        err = add_cell(w, watch, node, key, (uint8_t)(least >> 32), (uint32_t)least, chunk);
    }
    return err;
}

/* Fills a chunk from *place on; *ret_end: the snapshot is complete. */
static jb_err fill(struct jb_watches *w, const struct jb_watch *watch, struct jb_watch_place *place,
                   struct chunk *chunk, bool *ret_end)
{
    const struct jb_binding *b = watch->pin->binding;
    jb_kv_cursor *cursor = NULL;
    uint32_t records = 0;
    struct jb_node node;
    bool known;
    *ret_end = false;
    jb_err err = jb_kv_cursor_open(watch->pin->txn, JB_T_CELLS, &cursor);
    while (!err && chunk->bytes < JB_WATCH_CHUNK_BYTES && records++ < CHUNK_RECORDS_MAX) {
        struct jb_block_key key;
        if (!node_at(watch, b, place->node, &node, &known)) {
            *ret_end = true;
            break;
        }
        err = known ? next_record(cursor, node, place, &key) : JB_ENOTFOUND;
        if (err == JB_ENOTFOUND) {
            *place = (struct jb_watch_place){.node = place->node + 1};
            err = JB_OK;
            continue;
        }
        if (!err)
            err = add_record(w, watch, node, &key, chunk);
        if (err)
            break;
        place->inside = true;
        place->period = key.period;
        place->block = key.block;
    }
    jb_kv_cursor_close(cursor);
    return err;
}

static void finish(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us)
{
    struct jb_watch_event event = {.type = JB_WATCH_SNAPSHOT_END,
                                   .revision = watch->pin->snapshot.revision,
                                   .at_us = watch->pin->snapshot.at_us};
    if (jb_watch_say(w, watch, &event, true, mono_us) != JB_OK)
        return;
    watch->position = watch->pin->snapshot.revision;
    watch->part = 0;
    watch->state = JB_WATCH_LIVE;
    jb_watch_release_pin(w, watch);
}

jb_err jb_watch_copy(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us,
                     bool *ret_worked)
{
    struct jb_watch_place place = watch->place;
    struct jb_pin *pin = watch->pin;
    struct chunk chunk = {0};
    bool end;
    *ret_worked = true;
    if (mono_us >= pin->deadline_us) { /* it reads too slowly to be kept waiting for */
        jb_watch_release_pin(w, watch);
        jb_watch_end(w, watch, "limit", mono_us);
        return JB_OK;
    }
    jb_arena_clear(&w->arena);
    jb_source_set(w->source, pin->txn, pin->binding, pin->head, 0);
    jb_err err = fill(w, watch, &place, &chunk, &end);
    if (err)
        return err;
    if (chunk.count) {
        struct jb_watch_event event = {.type = JB_WATCH_SNAPSHOT,
                                       .revision = pin->snapshot.revision,
                                       .at_us = pin->snapshot.at_us,
                                       .more = true,
                                       .cells = chunk.cells,
                                       .cell_count = chunk.count};
        if (jb_watch_say(w, watch, &event, false, mono_us) != JB_OK) {
            *ret_worked = false;
            return JB_OK;
        }
    }
    watch->place = place;
    if (end)
        finish(w, watch, mono_us);
    return JB_OK;
}
