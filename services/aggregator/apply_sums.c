/* What a submission's deltas do to the sum cells of each ancestor and group, and the change record
 * that the watches read. A node's record is read, changed and written once a block; nearly every
 * cell is one exact sum, which is changed without being unpacked. */
#include "apply_inner.h"
#include "change.h"
#include "rollup.h"

/* The node's rollup of one indicator: what is below and what counts of its own; one may be NULL. */
static void note_total(struct jb_applier *a, const struct jb_delta *delta,
                       const struct jb_sum_cell *below, const struct jb_sum_cell *own)
{
    const struct jb_indicator *indicator = &a->binding->view->indicators[delta->indicator];
    struct jb_change_cell change;
    change.indicator = delta->number;
    change.is_text = delta->after.is_text;
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
    const struct jb_own_cell *own =
        jb_own_block_find(&a->own, jb_slot_of(delta->number), delta->after.stretch);
    struct jb_sum_cell mine;
    if (own && !jb_apply_counts(a, place, node->unit, delta->indicator))
        own = NULL;
    if (own)
        jb_sum_cell_of(&a->binding->view->indicators[delta->indicator], own, &mine);
    note_total(a, delta, below, own ? &mine : NULL);
}

/* The cell without its fields: two numbers become two numbers, which the change record gets as
 * well. False: it is not that simple, and the reader and both records are where they were. */
static bool change_plain(struct jb_applier *a, const struct jb_delta *delta, bool found,
                         struct jb_reader *r)
{
    struct jb_plain_sum sum = {0};
    struct jb_reader behind = *r;
    if (!delta->plain || (found && !jb_plain_sum_decode(&behind, &sum)) ||
        (delta->had ? !sum.values : sum.values == UINT32_MAX))
        return false;
    sum.values += !delta->had;
    sum.sum += delta->after.value.mantissa - (delta->had ? delta->before.value.mantissa : 0);
    size_t start = a->record.len;
    if (!jb_plain_sum_encode(jb_slot_of(delta->number), sum, &a->record))
        return false;
    if (a->log_changes && !jb_change_encode_plain(delta->number, sum, &a->cells)) {
        a->record.len = start;
        return false;
    }
    a->cell_count += a->log_changes;
    *r = behind;
    return true;
}

/* The same for every cell; *ret is what it is then. */
static jb_err change_any(struct jb_applier *a, const struct jb_place *place,
                         const struct jb_apply_node *node, const struct jb_delta *delta, bool found,
                         struct jb_reader *r, struct jb_sum_cell *ret)
{
    const struct jb_indicator *indicator = &a->binding->view->indicators[delta->indicator];
    struct jb_sum_cell cell = {.slot = jb_slot_of(delta->number), .stretch = delta->after.stretch};
    struct jb_sum_cell before = {0}, after;
    jb_err err = found ? jb_sum_cell_decode(r, &cell) : JB_OK;
    if (err)
        return err;
    if (delta->had) {
        jb_sum_cell_of(indicator, &delta->before, &before);
        jb_sum_cell_subtract(&cell, &before);
    }
    jb_sum_cell_of(indicator, &delta->after, &after);
    jb_sum_cell_add(&cell, &after);
    if (jb_has_extreme(indicator) && before.has_extreme)
        err = jb_apply_extreme(a, place, node, delta, &cell);
    else if (jb_has_extreme(indicator))
        jb_extreme_merge(indicator->unit_agg, &cell, &after);
    *ret = cell;
    return err;
}

static jb_err change_sum_cell(struct jb_applier *a, const struct jb_place *place,
                              const struct jb_apply_node *node, const struct jb_delta *delta,
                              struct jb_reader *r)
{
    struct jb_sum_cell cell;
    bool found = false;
    jb_err err =
        jb_sum_cells_until(r, jb_slot_of(delta->number), delta->after.stretch, &a->record, &found);
    if (err || (a->own.count == 0 && change_plain(a, delta, found, r)))
        return err;
    err = change_any(a, place, node, delta, found, r, &cell);
    if (!err && !jb_sum_cell_is_empty(&cell))
        jb_sum_cell_encode(&cell, &a->record);
    if (!err && a->log_changes)
        note_node_total(a, place, node, delta, &cell);
    return err;
}

static jb_err change_block(struct jb_applier *a, const struct jb_place *place,
                           const struct jb_apply_node *node, uint32_t from, uint32_t until)
{
    uint16_t block = jb_block_of(a->deltas[from].number);
    struct jb_slice record = {0};
    while (from < until && !a->deltas[from].sum_changed)
        from++;
    if (from == until)
        return JB_OK;
    jb_err err =
        jb_store_block(place->txn, JB_PLANE_SUM, node->number, place->period, block, &record);
    if (!err || err == JB_ENOTFOUND)
        err = load_own_of_node(a, place, node, block);
    struct jb_reader r = jb_reader_of(record);
    jb_buf_clear(&a->record);
    for (uint32_t i = from; !err && i < until; i++) {
        if (a->deltas[i].sum_changed)
            err = change_sum_cell(a, place, node, &a->deltas[i], &r);
    }
    if (err)
        return err;
    jb_buf_put(&a->record, r.ptr, (size_t)(r.end - r.ptr));
    return a->record.failed ? JB_ENOMEM
                            : jb_store_put_block(place->txn, JB_PLANE_SUM, node->number,
                                                 place->period, block, jb_buf_slice(&a->record));
}

static jb_err change_node(struct jb_applier *a, const struct jb_place *place,
                          const struct jb_apply_node *node)
{
    for (uint32_t from = 0, until; from < a->delta_count; from = until) {
        until = jb_apply_run_end(a, from);
        jb_err err = change_block(a, place, node, from, until);
        if (err)
            return err;
    }
    note_node(a, node->number);
    return JB_OK;
}

/* The unit's rollup of one indicator: what it reported, and what is below in a->sum. */
static void note_own_total(struct jb_applier *a, const struct jb_delta *delta)
{
    struct jb_sum_cell own;
    const struct jb_sum_cell *below =
        jb_sum_block_find(&a->sum, jb_slot_of(delta->number), delta->after.stretch);
    struct jb_plain_sum plain = {1, delta->after.value.mantissa};
    if (!below && delta->plain && jb_change_encode_plain(delta->number, plain, &a->cells)) {
        a->cell_count++;
        return;
    }
    jb_sum_cell_of(&a->binding->view->indicators[delta->indicator], &delta->after, &own);
    note_total(a, delta, below, &own);
}

/* The unit's own rollup, for the change record only: its sum cells did not change. */
static jb_err note_unit(struct jb_applier *a, const struct jb_place *place)
{
    uint32_t number = a->binding->view->units[place->unit].number;
    for (uint32_t from = 0, until; from < a->delta_count; from = until) {
        until = jb_apply_run_end(a, from);
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
                note_own_total(a, d);
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
