/* What amendments of managed periods do to what is expected. */
#include "expected.h"
#include "source_inner.h"

jb_err jb_source_amended(jb_source *source, struct jb_period period,
                         const struct jb_period_state **ret)
{
    struct jb_period_kept *kept;
    *ret = NULL;
    if (!source->binding->view->managed_periods)
        return JB_OK;
    jb_err err = jb_kept_period(source, period, &kept);
    if (!err)
        *ret = &kept->state;
    return err;
}

/* What one amended form of one unit adds to, or takes from, what the catalogue expects. */
static int32_t difference(const jb_source *source, const struct jb_period_state *state,
                          uint32_t unit, uint32_t form, uint32_t indicator)
{
    const jb_catalog *catalog = source->binding->catalog;
    uint32_t row = jb_catalog_form_row(catalog, form, indicator);
    if (row == JB_NONE)
        return 0;
    return jb_expected_row(catalog, state, unit, form, row, state->period) -
           jb_expected_row(catalog, NULL, unit, form, row, state->period);
}

jb_err jb_source_adjust(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                        struct jb_period period, uint32_t *expected)
{
    const struct jb_binding *b = source->binding;
    const struct jb_period_state *state;
    const struct jb_period_amendment *before = NULL;
    int64_t sum = *expected;
    jb_err err = jb_source_amended(source, period, &state);
    if (err || !state)
        return err;
    for (uint32_t i = 0; i < state->amendment_count; i++) {
        const struct jb_period_amendment *a = &state->amendments[i];
        if (before && before->form == a->form && before->unit == a->unit)
            continue; /* one form of one unit is looked at once */
        before = a;
        uint32_t unit = a->unit < b->unit_numbers ? b->unit_of[a->unit] : JB_NONE;
        uint32_t form = a->form < b->form_numbers ? b->form_of[a->form] : JB_NONE;
        if (unit == JB_NONE || form == JB_NONE ||
            (own ? node.is_group || node.index != unit
                 : !jb_node_has_unit(b, node, unit, jb_period_last_day(period))))
            continue;
        sum += difference(source, state, unit, form, indicator);
    }
    *expected = sum > 0 ? (uint32_t)sum : 0;
    return JB_OK;
}
