/* Minimum and maximum after a value left: a sum can be corrected by the difference, an extreme
 * cannot. It is taken anew from the direct children (their sums and their own values), or, for a
 * group, from the owners in it. The fan-out is bounded by the catalogue. */
#include "apply_inner.h"
#include "rollup.h"

/* Merges what the unit itself reported. */
static jb_err merge_own(struct jb_applier *a, const struct jb_place *place, uint32_t unit,
                        const struct jb_delta *delta, struct jb_sum_cell *cell)
{
    const struct jb_indicator *indicator = &a->binding->view->indicators[delta->indicator];
    struct jb_sum_cell mine;
    if (!(a->traits[unit] & JB_UNIT_OWNS))
        return JB_OK;
    jb_err err = jb_apply_load_own(place, a->binding->view->units[unit].number,
                                   jb_block_of(delta->number), &a->other_own);
    if (err)
        return err;
    const struct jb_own_cell *own =
        jb_own_block_find(&a->other_own, jb_slot_of(delta->number), delta->after.stretch);
    if (!own || !jb_apply_counts(a, place, unit, delta->indicator))
        return JB_OK;
    jb_sum_cell_of(indicator, own, &mine);
    jb_extreme_merge(indicator->unit_agg, cell, &mine);
    return JB_OK;
}

/* Merges what stands below the unit. */
static jb_err merge_below(struct jb_applier *a, const struct jb_place *place, uint32_t unit,
                          const struct jb_delta *delta, struct jb_sum_cell *cell)
{
    const struct jb_catalog_view *view = a->binding->view;
    if (!(a->traits[unit] & JB_UNIT_HAS_CHILDREN))
        return JB_OK;
    jb_err err = jb_apply_load_sum(place, view->units[unit].number, jb_block_of(delta->number),
                                   &a->other_sum);
    if (err)
        return err;
    const struct jb_sum_cell *below =
        jb_sum_block_find(&a->other_sum, jb_slot_of(delta->number), delta->after.stretch);
    if (below)
        jb_extreme_merge(view->indicators[delta->indicator].unit_agg, cell, below);
    return JB_OK;
}

static jb_err merge_owners(struct jb_applier *a, const struct jb_place *place, uint32_t group,
                           const struct jb_delta *delta, struct jb_sum_cell *cell)
{
    const struct jb_indicator *indicator = &a->binding->view->indicators[delta->indicator];
    for (uint32_t i = 0; i < indicator->owner_count; i++) {
        uint32_t unit = indicator->owners[i].unit;
        /* An owner with several dated edges is merged more than once, which changes nothing. */
        jb_err err = jb_catalog_in_group(a->binding->catalog, unit, group, place->tree->day)
                         ? merge_own(a, place, unit, delta, cell)
                         : JB_OK;
        if (err)
            return err;
    }
    return JB_OK;
}

jb_err jb_apply_extreme(struct jb_applier *a, const struct jb_place *place,
                        const struct jb_apply_node *node, const struct jb_delta *delta,
                        struct jb_sum_cell *cell)
{
    const struct jb_tree *tree = place->tree;
    cell->has_extreme = false;
    memset(&cell->extreme, 0, sizeof(cell->extreme));
    if (node->unit == JB_NONE)
        return merge_owners(a, place, node->group, delta, cell);
    for (uint32_t i = tree->child_first[node->unit]; i < tree->child_first[node->unit + 1]; i++) {
        jb_err err = merge_below(a, place, tree->children[i], delta, cell);
        if (!err)
            err = merge_own(a, place, tree->children[i], delta, cell);
        if (err)
            return err;
    }
    return JB_OK;
}
