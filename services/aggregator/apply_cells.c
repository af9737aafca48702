/* From a submission's effects to cells: first the unit's own cells, old to new; then the difference
 * goes into the sum cell of each ancestor and group. A node's record is read, changed and written
 * once a block, however many figures the submission has. */
#include "apply_inner.h"

#include <stdlib.h>

#include "change.h"
#include "rollup.h"

#define DELTAS_CAP_MIN 64u

jb_err jb_apply_load_own(const struct jb_place *place, uint32_t node, uint16_t block,
                         struct jb_own_block *ret)
{
    struct jb_slice record = {0};
    jb_err err = jb_store_block(place->txn, JB_PLANE_OWN, node, place->period, block, &record);
    return err && err != JB_ENOTFOUND ? err : jb_own_block_decode(record, ret);
}

jb_err jb_apply_load_sum(const struct jb_place *place, uint32_t node, uint16_t block,
                         struct jb_sum_block *ret)
{
    struct jb_slice record = {0};
    jb_err err = jb_store_block(place->txn, JB_PLANE_SUM, node, place->period, block, &record);
    return err && err != JB_ENOTFOUND ? err : jb_sum_block_decode(record, ret);
}

bool jb_apply_counts(const struct jb_applier *a, const struct jb_place *place, uint32_t unit,
                     uint32_t indicator)
{
    /* Only where values of two levels are to be compared can one be left out. */
    return a->binding->view->indicators[indicator].parent_value != JB_PARENT_COMPARE ||
           jb_catalog_own_counts(a->binding->catalog, unit, indicator, place->tree->day);
}

static struct jb_delta *deltas_push(struct jb_applier *a)
{
    if (a->delta_count == a->delta_cap) {
        uint32_t cap = a->delta_cap ? a->delta_cap * 2 : DELTAS_CAP_MIN;
        struct jb_delta *fresh = realloc(a->deltas, cap * sizeof(*fresh));
        if (!fresh)
            return NULL;
        a->deltas = fresh;
        a->delta_cap = cap;
    }
    return &a->deltas[a->delta_count++];
}

static bool own_cells_eq(const struct jb_own_cell *a, const struct jb_own_cell *b)
{
    return a->is_text == b->is_text && jb_value_eq(a->value, b->value) &&
           a->text_revision == b->text_revision;
}

/* Notes what replacing `old` (NULL: nothing was there) by `now` means. */
static jb_err note_delta(struct jb_applier *a, const struct jb_place *place, uint32_t number,
                         const struct jb_own_cell *old, const struct jb_own_cell *now)
{
    const struct jb_binding *b = a->binding;
    uint32_t index = number < b->indicator_numbers ? b->indicator_of[number] : JB_NONE;
    if (index == JB_NONE)
        return JB_EDAMAGED;
    struct jb_delta *delta = deltas_push(a);
    if (!delta)
        return JB_ENOMEM;
    const struct jb_indicator *indicator = &b->view->indicators[index];
    delta->indicator = index;
    delta->number = number;
    delta->stretch = now->stretch;
    delta->is_text = now->is_text;
    delta->had = old != NULL;
    delta->own_changed = !old || !own_cells_eq(old, now);
    delta->counts = jb_apply_counts(a, place, place->unit, index);
    if (old)
        jb_sum_cell_of(indicator, old, &delta->before);
    jb_sum_cell_of(indicator, now, &delta->after);
    /* Another text leaves the counts alone, but whoever watches a node above is shown it. */
    delta->sum_changed = delta->counts && delta->own_changed &&
                         (!old || now->is_text || !jb_sum_cell_eq(&delta->before, &delta->after));
    return JB_OK;
}

static jb_err set_own_cell(struct jb_applier *a, const struct jb_place *place,
                           const struct jb_entry *entry, const struct jb_entry_effect *effect)
{
    struct jb_own_cell now = {
        .slot = jb_slot_of(effect->indicator),
        .stretch = effect->stretch,
        .is_text = effect->is_text,
        .value = effect->value,
        .text_revision = effect->is_text ? entry->revision : 0,
    };
    struct jb_own_cell *cell = jb_own_block_at(&a->own, now.slot, now.stretch);
    if (!cell)
        return JB_ENOMEM;
    bool had = cell->value.state != JB_STATE_NOT_REPORTED; /* else it was made just now */
    jb_err err = note_delta(a, place, effect->indicator, had ? cell : NULL, &now);
    *cell = now;
    return err;
}

jb_err jb_apply_own(struct jb_applier *a, const struct jb_place *place,
                    const struct jb_entry *entry)
{
    uint32_t at = 0;
    a->delta_count = 0;
    while (at < entry->effect_count) {
        uint16_t block = jb_block_of(entry->effects[at].indicator);
        bool changed = false;
        jb_err err = jb_apply_load_own(place, entry->unit, block, &a->own);
        for (;
             !err && at < entry->effect_count && jb_block_of(entry->effects[at].indicator) == block;
             at++) {
            err = set_own_cell(a, place, entry, &entry->effects[at]);
            changed = changed || (!err && a->deltas[a->delta_count - 1].own_changed);
        }
        if (!err && changed) {
            jb_buf_clear(&a->record);
            jb_own_block_encode(&a->own, &a->record);
            err = a->record.failed
                      ? JB_ENOMEM
                      : jb_store_put_block(place->txn, JB_PLANE_OWN, entry->unit, place->period,
                                           block, jb_buf_slice(&a->record));
        }
        if (err)
            return err;
    }
    return JB_OK;
}

jb_err jb_apply_deltas_of(struct jb_applier *a, const struct jb_place *place, uint16_t block,
                          const struct jb_own_block *own)
{
    a->delta_count = 0;
    for (uint32_t i = 0; i < own->count; i++) {
        uint32_t number = (block - 1u) * JB_BLOCK_INDICATORS + own->cells[i].slot;
        jb_err err = note_delta(a, place, number, NULL, &own->cells[i]);
        if (err)
            return err;
    }
    return JB_OK;
}

/* The node's rollup of one indicator: what is below and what counts of its own; one may be NULL. */
static void note_total(struct jb_applier *a, const struct jb_delta *delta,
                       const struct jb_sum_cell *below, const struct jb_sum_cell *own)
{
    const struct jb_indicator *indicator = &a->binding->view->indicators[delta->indicator];
    struct jb_change_cell change;
    change.indicator = delta->number;
    change.is_text = delta->is_text;
    change.cell = below ? *below : *own;
    if (below && own) {
        jb_sum_cell_add(&change.cell, own);
        jb_extreme_merge(indicator->unit_agg, &change.cell, own);
    }
    change.cell.slot = 0;
    jb_change_encode_cell(&change, &a->cells);
    a->cell_count++;
}

/* Closes a node of the change record, if it has any cells. */
static void note_node(struct jb_applier *a, uint32_t node)
{
    if (a->cell_count) {
        jb_change_encode_node(node, a->cell_count, &a->nodes);
        jb_buf_put(&a->nodes, a->cells.ptr, a->cells.len);
        a->node_count++;
    }
    jb_buf_clear(&a->cells);
    a->cell_count = 0;
}

/* The end of the deltas that share the block of the one at `at`. */
static uint32_t block_end(const struct jb_applier *a, uint32_t at)
{
    uint16_t block = jb_block_of(a->deltas[at].number);
    while (at < a->delta_count && jb_block_of(a->deltas[at].number) == block)
        at++;
    return at;
}

/* What the node itself reported, read only where it can have reported anything. */
static jb_err load_own_of_node(struct jb_applier *a, const struct jb_place *place,
                               const struct jb_apply_node *node, uint16_t block)
{
    a->own.count = 0;
    if (!a->log_changes || node->unit == JB_NONE || !(a->traits[node->unit] & JB_UNIT_OWNS))
        return JB_OK;
    return jb_apply_load_own(place, node->number, block, &a->own);
}

/* The node's total after the change: `below` and what it reported itself. */
static void note_node_total(struct jb_applier *a, const struct jb_place *place,
                            const struct jb_apply_node *node, const struct jb_delta *delta,
                            const struct jb_sum_cell *below)
{
    const struct jb_own_cell *own = NULL;
    struct jb_sum_cell mine;
    if (a->own.count)
        own = jb_own_block_find(&a->own, jb_slot_of(delta->number), delta->stretch);
    if (own && !jb_apply_counts(a, place, node->unit, delta->indicator))
        own = NULL;
    if (own)
        jb_sum_cell_of(&a->binding->view->indicators[delta->indicator], own, &mine);
    note_total(a, delta, below, own ? &mine : NULL);
}

static jb_err change_sum_cell(struct jb_applier *a, const struct jb_place *place,
                              const struct jb_apply_node *node, const struct jb_delta *delta)
{
    const struct jb_indicator *indicator = &a->binding->view->indicators[delta->indicator];
    struct jb_sum_cell *cell = jb_sum_block_at(&a->sum, jb_slot_of(delta->number), delta->stretch);
    jb_err err = JB_OK;
    if (!cell)
        return JB_ENOMEM;
    if (delta->had)
        jb_sum_cell_subtract(cell, &delta->before);
    jb_sum_cell_add(cell, &delta->after);
    if (jb_has_extreme(indicator) && delta->had && delta->before.has_extreme)
        err = jb_apply_extreme(a, place, node, delta, cell);
    else if (jb_has_extreme(indicator))
        jb_extreme_merge(indicator->unit_agg, cell, &delta->after);
    if (!err && a->log_changes)
        note_node_total(a, place, node, delta, cell);
    return err;
}

static jb_err change_block(struct jb_applier *a, const struct jb_place *place,
                           const struct jb_apply_node *node, uint32_t from, uint32_t until)
{
    uint16_t block = jb_block_of(a->deltas[from].number);
    uint8_t first = JB_BLOCK_INDICATORS, last = 0;
    for (uint32_t i = from; i < until; i++) {
        uint8_t slot = jb_slot_of(a->deltas[i].number);
        if (!a->deltas[i].sum_changed)
            continue;
        first = slot < first ? slot : first;
        last = slot > last ? slot : last;
    }
    if (first > last)
        return JB_OK;
    /* A form's cells lie together: what is before and behind them stays as it is, unread. */
    struct jb_slice record = {0};
    struct jb_block_parts parts;
    jb_err err =
        jb_store_block(place->txn, JB_PLANE_SUM, node->number, place->period, block, &record);
    if (!err || err == JB_ENOTFOUND)
        err = jb_sum_block_split(record, first, last, &parts);
    if (!err)
        err = jb_sum_block_decode(parts.asked, &a->sum);
    if (!err)
        err = load_own_of_node(a, place, node, block);
    for (uint32_t i = from; !err && i < until; i++) {
        if (a->deltas[i].sum_changed)
            err = change_sum_cell(a, place, node, &a->deltas[i]);
    }
    if (err)
        return err;
    jb_sum_block_trim(&a->sum);
    jb_buf_clear(&a->record);
    jb_buf_put(&a->record, parts.before.ptr, parts.before.len);
    jb_sum_block_encode(&a->sum, &a->record);
    jb_buf_put(&a->record, parts.behind.ptr, parts.behind.len);
    return a->record.failed ? JB_ENOMEM
                            : jb_store_put_block(place->txn, JB_PLANE_SUM, node->number,
                                                 place->period, block, jb_buf_slice(&a->record));
}

static jb_err change_node(struct jb_applier *a, const struct jb_place *place,
                          const struct jb_apply_node *node)
{
    for (uint32_t from = 0, until; from < a->delta_count; from = until) {
        until = block_end(a, from);
        jb_err err = change_block(a, place, node, from, until);
        if (err)
            return err;
    }
    note_node(a, node->number);
    return JB_OK;
}

/* The unit's own rollup, for the change record only: its sum cells did not change. */
static jb_err note_unit(struct jb_applier *a, const struct jb_place *place)
{
    uint32_t number = a->binding->view->units[place->unit].number;
    for (uint32_t from = 0, until; from < a->delta_count; from = until) {
        until = block_end(a, from);
        a->sum.count = 0;
        if (a->traits[place->unit] & JB_UNIT_HAS_CHILDREN) {
            jb_err err =
                jb_apply_load_sum(place, number, jb_block_of(a->deltas[from].number), &a->sum);
            if (err)
                return err;
        }
        for (uint32_t i = from; i < until; i++) {
            const struct jb_delta *d = &a->deltas[i];
            if (d->own_changed && d->counts)
                note_total(a, d, jb_sum_block_find(&a->sum, jb_slot_of(d->number), d->stretch),
                           &d->after);
        }
    }
    note_node(a, number);
    return JB_OK;
}

jb_err jb_apply_sums(struct jb_applier *a, const struct jb_place *place)
{
    const struct jb_catalog_view *view = a->binding->view;
    const uint32_t *groups;
    uint32_t group_count;
    jb_buf_clear(&a->nodes);
    jb_buf_clear(&a->cells);
    a->node_count = a->cell_count = 0;
    jb_err err = a->log_changes ? note_unit(a, place) : JB_OK;
    if (!err)
        err = jb_tree_groups(place->tree, a->binding->catalog, place->unit, &groups, &group_count);
    /* Upwards: an extreme is made of the level below, which must be done by then. */
    for (uint32_t u = place->tree->parents[place->unit]; !err && u != JB_NONE;
         u = place->tree->parents[u]) {
        struct jb_apply_node node = {view->units[u].number, u, JB_NONE};
        err = change_node(a, place, &node);
    }
    for (uint32_t i = 0; !err && i < group_count; i++) {
        struct jb_apply_node node = {jb_group_node(&view->groups[groups[i]]), JB_NONE, groups[i]};
        err = change_node(a, place, &node);
    }
    return err;
}
