/* What a unit has filed in a base period: which figures, which filings. */
#include "source_inner.h"

static unsigned has_of(enum jb_state state, uint32_t stretch)
{
    if (state == JB_STATE_VALUE)
        return stretch ? JB_HAS_OTHER_VALUE : JB_HAS_VALUE;
    if (state == JB_STATE_NOT_APPLICABLE)
        return stretch ? JB_HAS_OTHER_NOT_APPLICABLE : JB_HAS_NOT_APPLICABLE;
    return 0;
}

jb_err jb_source_past(jb_source *source, uint32_t unit, struct jb_period period,
                      const struct jb_past **ret)
{
    static const struct jb_past nothing;
    uint32_t number = source->binding->view->units[unit].number;
    jb_assert(source->walks);
    if (number != JB_NONE)
        return jb_kept_past(source, number, period, ret);
    *ret = &nothing;
    return JB_OK;
}

jb_err jb_source_own_has(jb_source *source, uint32_t unit, uint32_t indicator,
                         struct jb_period period, unsigned *ret)
{
    const struct jb_catalog_view *view = source->binding->view;
    uint32_t unit_number = view->units[unit].number;
    uint32_t number = view->indicators[indicator].number;
    unsigned has = 0;
    jb_err err;
    source->work++;
    *ret = 0;
    if (unit_number == JB_NONE || number == JB_NONE)
        return JB_OK;
    if (source->walks) {
        const struct jb_past *past;
        err = jb_kept_past(source, unit_number, period, &past);
        for (uint32_t i = 0; !err && i < past->count; i++) {
            if (past->figures[i].indicator == number)
                has |= has_of(past->figures[i].value.state, past->figures[i].stretch);
        }
    } else {
        const struct jb_own_kept *kept;
        err = jb_kept_own(source, unit_number, period, jb_block_of(number), &kept);
        for (uint32_t i = 0; !err && kept->place.found && i < kept->block.count; i++) {
            const struct jb_own_cell *cell = &kept->block.cells[i];
            if (cell->slot == jb_slot_of(number))
                has |= has_of(cell->value.state, cell->stretch);
        }
    }
    *ret = has;
    return err;
}

static jb_err filings_now(jb_source *source, uint32_t number, struct jb_period period)
{
    struct jb_past *now = &source->filings_now;
    struct jb_filings *filings = &source->scratch.filings;
    jb_err err = jb_past_filings(source->txn, number, period, &source->scratch);
    now->filing_count = 0;
    if (!err && filings->count > now->filing_cap) {
        now->filings = jb_xrealloc(now->filings, filings->count * sizeof(*now->filings));
        now->filing_cap = filings->count;
    }
    for (uint32_t i = 0; !err && i < filings->count; i++) {
        const struct jb_filing *filing = &filings->items[i];
        struct jb_slice bytes;
        struct jb_entry entry = {0};
        if (filing->submission_revision)
            err = jb_store_entry(source->txn, filing->submission_revision, &bytes);
        if (!err && filing->submission_revision)
            err = jb_entry_peek(bytes, &entry);
        if (!err)
            now->filings[now->filing_count++] =
                (struct jb_past_filing){filing->form, filing->submission_revision, entry.at_us,
                                        filing->last_submission, *filing};
    }
    return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
}

jb_err jb_source_filings(jb_source *source, uint32_t unit, struct jb_period period,
                         const struct jb_past_filing **ret, uint32_t *ret_count)
{
    uint32_t number = source->binding->view->units[unit].number;
    const struct jb_past *past = &source->filings_now;
    jb_err err = JB_OK;
    *ret_count = 0;
    if (number == JB_NONE)
        return JB_OK;
    if (source->walks)
        err = jb_kept_past(source, number, period, &past);
    else
        err = filings_now(source, number, period);
    if (err)
        return err;
    *ret = past->filings;
    *ret_count = past->filing_count;
    return JB_OK;
}

static jb_err own_other(jb_source *source, uint32_t unit, uint32_t indicator,
                        struct jb_period period, bool *ret)
{
    unsigned has;
    jb_err err = jb_source_own_has(source, unit, indicator, period, &has);
    *ret = !err && (has & JB_HAS_OTHER_VALUE);
    return err;
}

jb_err jb_source_other_stretch(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                               struct jb_period period, bool *ret)
{
    const struct jb_binding *b = source->binding;
    const struct jb_indicator *info = &b->view->indicators[indicator];
    jb_date day = jb_period_last_day(period);
    bool any = false;
    jb_err err = JB_OK;
    if (node.number == JB_NONE || info->number == JB_NONE) {
        *ret = false;
        return JB_OK;
    }
    if (!own && !source->walks) {
        const struct jb_sum_kept *kept;
        err = jb_kept_sum(source, node.number, period, jb_block_of(info->number), &kept);
        for (uint32_t i = 0; !err && kept->place.found && i < kept->block.count; i++) {
            const struct jb_sum_cell *cell = &kept->block.cells[i];
            any = any || (cell->slot == jb_slot_of(info->number) && cell->stretch && cell->values);
        }
    }
    for (uint32_t i = 0; !err && !own && source->walks && i < info->owner_count && !any; i++) {
        uint32_t unit = info->owners[i].unit;
        if (unit != JB_NONE && jb_node_has_unit(b, node, unit, day) &&
            jb_catalog_own_counts(b->catalog, unit, indicator, day))
            err = own_other(source, unit, indicator, period, &any);
    }
    if (!err && !any && !node.is_group &&
        (own || (!source->walks && jb_catalog_own_counts(b->catalog, node.index, indicator, day))))
        err = own_other(source, node.index, indicator, period, &any);
    if (!err)
        *ret = any;
    return err;
}
