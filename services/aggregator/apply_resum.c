/* A new catalogue may put units into groups, or change which of two levels counts, for periods that
 * have figures already. Then every sum is made anew from the own cells under the new catalogue, in
 * the same transaction: a rollup always follows the catalogue in force. It is slow, and rare. */
#include <stdlib.h>

#include "apply_inner.h"

static bool edge_eq(const struct jb_catalog_view *a, const struct jb_edge *left,
                    const struct jb_catalog_view *b, const struct jb_edge *right)
{
    return left->from == right->from && left->until == right->until &&
           strcmp(a->units[left->unit].code, b->units[right->unit].code) == 0;
}

static bool edges_eq(const struct jb_catalog_view *a, const struct jb_edge *left, uint32_t count,
                     const struct jb_catalog_view *b, const struct jb_edge *right,
                     uint32_t right_count)
{
    if (count != right_count)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!edge_eq(a, &left[i], b, &right[i]))
            return false;
    }
    return true;
}

static bool units_alike(const jb_catalog *before, const jb_catalog *after)
{
    const struct jb_catalog_view *a = jb_catalog_view(before), *b = jb_catalog_view(after);
    for (uint32_t i = 0; i < a->unit_count; i++) {
        const struct jb_unit *unit = &a->units[i];
        uint32_t at = jb_catalog_unit(after, jb_slice_str(unit->code));
        if (at != JB_NONE && !edges_eq(a, unit->parents, unit->parent_count, b,
                                       b->units[at].parents, b->units[at].parent_count))
            return false;
    }
    return true;
}

static bool groups_alike(const jb_catalog *before, const jb_catalog *after)
{
    const struct jb_catalog_view *a = jb_catalog_view(before), *b = jb_catalog_view(after);
    for (uint32_t i = 0; i < b->group_count; i++) {
        const struct jb_group *group = &b->groups[i];
        uint32_t at = jb_catalog_group(before, jb_slice_str(group->code));
        if (at == JB_NONE || !edges_eq(a, a->groups[at].members, a->groups[at].member_count, b,
                                       group->members, group->member_count))
            return false;
    }
    return true;
}

static bool indicators_alike(const jb_catalog *before, const jb_catalog *after)
{
    const struct jb_catalog_view *a = jb_catalog_view(before), *b = jb_catalog_view(after);
    for (uint32_t i = 0; i < a->indicator_count; i++) {
        const struct jb_indicator *old = &a->indicators[i];
        uint32_t at = jb_catalog_indicator(after, jb_slice_str(old->code));
        if (at == JB_NONE)
            continue;
        const struct jb_indicator *now = &b->indicators[at];
        if (old->unit_agg != now->unit_agg || old->parent_value != now->parent_value ||
            old->negative_allowed != now->negative_allowed)
            return false;
        if (now->parent_value == JB_PARENT_COMPARE &&
            !edges_eq(a, old->owners, old->owner_count, b, now->owners, now->owner_count))
            return false;
    }
    return true;
}

bool jb_catalog_sums_alike(const jb_catalog *old_catalog, const jb_catalog *new_catalog)
{
    return units_alike(old_catalog, new_catalog) && groups_alike(old_catalog, new_catalog) &&
           indicators_alike(old_catalog, new_catalog);
}

/* The first cell record at or after the key, copied: the next write may move it. JB_ENOTFOUND:
 * none. */
static jb_err next_cell(jb_kv_txn *txn, struct jb_slice at, uint8_t ret_key[JB_BLOCK_KEY_BYTES])
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key;
    jb_err err = jb_kv_cursor_open(txn, JB_T_CELLS, &cursor);
    if (err)
        return err;
    err = jb_kv_seek(cursor, at, &key, NULL);
    if (!err && key.len != JB_BLOCK_KEY_BYTES)
        err = JB_EDAMAGED;
    if (!err)
        memcpy(ret_key, key.ptr, JB_BLOCK_KEY_BYTES);
    jb_kv_cursor_close(cursor);
    return err;
}

static jb_err drop_sums(jb_kv_txn *txn)
{
    const uint8_t plane = JB_PLANE_SUM; /* the last plane */
    for (;;) {
        uint8_t key[JB_BLOCK_KEY_BYTES];
        jb_err err = next_cell(txn, jb_slice_of(&plane, 1), key);
        if (!err)
            err = jb_kv_delete(txn, JB_T_CELLS, jb_slice_of(key, sizeof(key)));
        if (err)
            return err == JB_ENOTFOUND ? JB_OK : err;
    }
}

/* Adds one record of own cells to the sums above. */
static jb_err add_record(struct jb_applier *a, jb_kv_txn *txn, const struct jb_block_key *key,
                         struct jb_own_block *own)
{
    const struct jb_binding *b = a->binding;
    struct jb_place place = {.txn = txn, .period = key->period};
    place.unit = key->node < b->unit_numbers ? b->unit_of[key->node] : JB_NONE;
    if (place.unit == JB_NONE) /* a catalogue that drops a unit with figures is refused */
        return JB_EDAMAGED;
    jb_err err = jb_trees_get(&a->trees, b->catalog, jb_period_last_day(key->period), &place.tree);
    if (!err)
        err = jb_apply_load_own(&place, key->node, key->block, own);
    if (!err)
        err = jb_apply_deltas_of(a, &place, key->block, own);
    return err ? err : jb_apply_sums(a, &place);
}

jb_err jb_apply_resum(struct jb_applier *a, jb_kv_txn *txn)
{
    struct jb_own_block own = {0};
    uint8_t at[JB_BLOCK_KEY_BYTES + 1] = {0};
    size_t len = 1; /* before every key of the own plane */
    bool log_changes = a->log_changes;
    jb_err err = drop_sums(txn);
    a->log_changes = false;
    while (!err) {
        struct jb_block_key key;
        err = next_cell(txn, jb_slice_of(at, len), at);
        if (!err)
            err = jb_block_key_decode(jb_slice_of(at, JB_BLOCK_KEY_BYTES), &key);
        if (err || key.plane != JB_PLANE_OWN)
            break;
        err = add_record(a, txn, &key, &own);
        len = sizeof(at); /* the last byte is 0: right behind the key that was read */
    }
    jb_own_block_free(&own);
    a->log_changes = log_changes;
    return err == JB_ENOTFOUND ? JB_OK : err;
}
