/* Cells for questions, live or as of a revision. */
#include "source.h"

#include "rollup.h"
#include "source_inner.h"

static jb_err past_own(jb_source *source, uint32_t unit, uint32_t number, struct jb_period period,
                       uint32_t stretch, const struct jb_own_cell **ret)
{
    const struct jb_past *past;
    jb_err err = jb_kept_past(source, unit, period, &past);
    if (err)
        return err;
    const struct jb_past_figure *figure = jb_past_find(past, number, stretch);
    if (!figure)
        return JB_ENOTFOUND;
    source->past_cell = (struct jb_own_cell){
        .slot = jb_slot_of(number),
        .stretch = stretch,
        .is_text = figure->is_text,
        .value = figure->value,
        .text_revision = figure->is_text ? figure->revision : 0,
    };
    *ret = &source->past_cell;
    return JB_OK;
}

jb_err jb_source_own(jb_source *source, uint32_t unit, uint32_t indicator, struct jb_period period,
                     uint32_t stretch, const struct jb_own_cell **ret)
{
    const struct jb_catalog_view *view = source->binding->view;
    uint32_t unit_number = view->units[unit].number;
    uint32_t number = view->indicators[indicator].number;
    const struct jb_own_kept *kept;
    if (unit_number == JB_NONE || number == JB_NONE)
        return JB_ENOTFOUND;
    if (source->walks)
        return past_own(source, unit_number, number, period, stretch, ret);
    jb_err err = jb_kept_own(source, unit_number, period, jb_block_of(number), &kept);
    if (err || !kept->place.found)
        return err ? err : JB_ENOTFOUND;
    const struct jb_own_cell *cell = jb_own_block_find(&kept->block, jb_slot_of(number), stretch);
    if (!cell)
        return JB_ENOTFOUND;
    *ret = cell;
    return JB_OK;
}

static void merge(const struct jb_indicator *indicator, struct jb_sum_cell *into, bool *found,
                  const struct jb_sum_cell *part)
{
    if (!*found) {
        *into = *part;
        *found = true;
        return;
    }
    if (indicator->unit_agg == JB_UNIT_MIN || indicator->unit_agg == JB_UNIT_MAX)
        jb_extreme_merge(indicator->unit_agg, into, part);
    jb_sum_cell_add(into, part);
}

/* Adds what the unit reported; counting: only when its own value counts in rollups. */
static jb_err add_own(jb_source *source, uint32_t unit, bool counting, uint32_t indicator,
                      struct jb_period period, uint32_t stretch, struct jb_sum_cell *into,
                      bool *found)
{
    const struct jb_own_cell *own;
    const struct jb_binding *b = source->binding;
    jb_err err = jb_source_own(source, unit, indicator, period, stretch, &own);
    if (err)
        return err == JB_ENOTFOUND ? JB_OK : err;
    if (counting && !jb_catalog_own_counts(b->catalog, unit, indicator, jb_period_last_day(period)))
        return JB_OK;
    struct jb_sum_cell part;
    jb_sum_cell_of(&b->view->indicators[indicator], own, &part);
    merge(&b->view->indicators[indicator], into, found, &part);
    return JB_OK;
}

bool jb_node_has_unit(const struct jb_binding *b, struct jb_node node, uint32_t unit, jb_date day)
{
    return node.is_group ? jb_catalog_in_group(b->catalog, unit, node.index, day)
                         : jb_catalog_is_under(b->catalog, unit, node.index, day);
}

/* As of a revision nothing is stored above the units: their figures are added up here. */
static jb_err past_cell(jb_source *source, struct jb_node node, uint32_t indicator,
                        struct jb_period period, uint32_t stretch, struct jb_sum_cell *into,
                        bool *found)
{
    const struct jb_binding *b = source->binding;
    const struct jb_indicator *info = &b->view->indicators[indicator];
    jb_date day = jb_period_last_day(period);
    jb_err err = JB_OK;
    source->work += info->owner_count;
    for (uint32_t i = 0; !err && i < info->owner_count; i++) {
        const struct jb_edge *owner = &info->owners[i];
        if (owner->unit == JB_NONE || day < owner->from || day > owner->until ||
            !jb_node_has_unit(b, node, owner->unit, day))
            continue;
        err = add_own(source, owner->unit, true, indicator, period, stretch, into, found);
    }
    return err;
}

static jb_err live_cell(jb_source *source, struct jb_node node, uint32_t indicator,
                        struct jb_period period, uint32_t stretch, struct jb_sum_cell *into,
                        bool *found)
{
    uint32_t number = source->binding->view->indicators[indicator].number;
    const struct jb_sum_kept *kept;
    if (node.number == JB_NONE || number == JB_NONE)
        return JB_OK;
    jb_err err = jb_kept_sum(source, node.number, period, jb_block_of(number), &kept);
    if (err)
        return err;
    if (kept->place.found) {
        const struct jb_sum_cell *cell =
            jb_sum_block_find(&kept->block, jb_slot_of(number), stretch);
        if (cell)
            merge(&source->binding->view->indicators[indicator], into, found, cell);
    }
    if (node.is_group)
        return JB_OK;
    return add_own(source, node.index, true, indicator, period, stretch, into, found);
}

jb_err jb_source_cell(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                      struct jb_period period, uint32_t stretch, struct jb_sum_cell *ret,
                      bool *ret_found)
{
    struct jb_sum_cell cell = {0};
    bool found = false;
    jb_err err;
    source->work++;
    if (own)
        err = node.is_group
                  ? JB_OK
                  : add_own(source, node.index, false, indicator, period, stretch, &cell, &found);
    else if (source->walks)
        err = past_cell(source, node, indicator, period, stretch, &cell, &found);
    else
        err = live_cell(source, node, indicator, period, stretch, &cell, &found);
    if (err)
        return err;
    *ret = cell;
    *ret_found = found;
    return JB_OK;
}

/* A span is at most all months of all years that can be read, so the run's memory is bounded. */
jb_err jb_source_run(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                     struct jb_period first, uint32_t count, const struct jb_sum_cell *const **ret,
                     uint32_t *ret_found)
{
    uint32_t found = 0;
    if (count > source->run_cap) {
        source->run = jb_xrealloc(source->run, count * sizeof(*source->run));
        source->run_at = jb_xrealloc(source->run_at, count * sizeof(*source->run_at));
        source->run_cap = count;
    }
    for (uint32_t i = 0; i < count; i++) {
        bool here;
        jb_err err = jb_source_cell(source, node, own, indicator, jb_period_add(first, (int32_t)i),
                                    0, &source->run[i], &here);
        if (err)
            return err;
        source->run_at[i] = here ? &source->run[i] : NULL;
        found += here;
    }
    *ret = source->run_at;
    *ret_found = found;
    return JB_OK;
}

static uint32_t count_expected(const struct jb_binding *b, struct jb_node node, bool own,
                               uint32_t indicator, struct jb_period period)
{
    if (!own)
        return jb_catalog_expected(b->catalog, node.is_group, node.index, indicator, period);
    if (node.is_group)
        return 0;
    uint32_t form =
        jb_catalog_form_of(b->catalog, node.index, indicator, jb_period_last_day(period));
    if (form == JB_NONE)
        return 0;
    uint32_t row = jb_catalog_form_row(b->catalog, form, indicator);
    return row != JB_NONE && jb_catalog_owes_row(b->catalog, node.index, form, row, period);
}

jb_err jb_source_expected(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                          struct jb_period period, uint32_t *ret)
{
    const struct jb_binding *b = source->binding;
    uint32_t key = node.index * 2 + node.is_group;
    struct jb_count_kept *kept =
        &source->counts[jb_kept_mix(key, period, indicator * 2 + own) % JB_KEPT_COUNTS];
    if (kept->version != b->version || kept->node != key || kept->own != own ||
        kept->indicator != indicator || !jb_period_eq(kept->period, period))
        *kept = (struct jb_count_kept){b->version, key,
                                       own,        indicator,
                                       period,     count_expected(b, node, own, indicator, period)};
    *ret = kept->expected;
    return jb_source_adjust(source, node, own, indicator, period, ret);
}
