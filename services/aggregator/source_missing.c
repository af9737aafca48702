/* What a period was closed without, counted as the view shows it: once for each node and period, as
 * it is the same for every figure of an answer. */
#include "expected.h"
#include "source_inner.h"

/* The view shows a submission of the form. */
static jb_err is_there(jb_source *source, uint32_t unit, uint32_t form, struct jb_period period,
                       bool *ret)
{
    const struct jb_past *past;
    struct jb_filing filing;
    struct jb_slice record;
    jb_err err;
    *ret = false;
    if (source->walks) {
        err = jb_kept_past(source, unit, period, &past);
        for (uint32_t i = 0; !err && i < past->filing_count && !*ret; i++)
            *ret = past->filings[i].form == form && past->filings[i].revision > 0;
        return err;
    }
    err = jb_store_block(source->txn, JB_PLANE_OWN, unit, period, source->binding->form_block[form],
                         &record);
    if (!err)
        err = jb_filing_of_record(record, form, &filing);
    *ret = !err && filing.submission_revision > 0;
    return err == JB_ENOTFOUND ? JB_OK : err;
}

static jb_err count_form(jb_source *source, struct jb_node node, bool own,
                         const struct jb_period_state *state, uint32_t form, uint32_t *sum)
{
    const struct jb_binding *b = source->binding;
    const struct jb_form *info = &b->view->forms[form];
    jb_date day = jb_period_last_day(state->period);
    jb_err err = JB_OK;
    for (uint32_t i = 0; !err && i < info->unit_count; i++) {
        const struct jb_edge *owing = &info->units[i];
        bool there;
        if (day < owing->from || day > owing->until ||
            (own ? node.is_group || node.index != owing->unit
                 : !jb_node_has_unit(b, node, owing->unit, day)) ||
            !jb_expected_form(b->catalog, state, owing->unit, form, state->period))
            continue;
        source->work++;
        err = is_there(source, b->view->units[owing->unit].number, info->number, state->period,
                       &there);
        *sum += !err && !there;
    }
    return err;
}

jb_err jb_source_missing(jb_source *source, struct jb_node node, bool own, struct jb_period period,
                         uint32_t *ret)
{
    const struct jb_catalog_view *view = source->binding->view;
    const struct jb_period_state *state;
    uint32_t key = node.index * 2 + node.is_group, sum = 0;
    *ret = 0;
    jb_err err = jb_source_amended(source, period, &state);
    if (err || !state || state->phase < JB_PERIOD_CLOSED)
        return err;
    struct jb_missing_kept *kept =
        &source->missing[jb_kept_mix(key, period, own) % JB_KEPT_MISSING];
    if (kept->generation == source->generation && kept->node == key && kept->own == own &&
        jb_period_eq(kept->period, period)) {
        *ret = kept->forms;
        return JB_OK;
    }
    for (uint32_t f = 0; !err && f < view->form_count; f++) {
        if (view->forms[f].freq == period.freq)
            err = count_form(source, node, own, state, f, &sum);
    }
    if (err)
        return err;
    *kept = (struct jb_missing_kept){source->generation, key, own, period, sum};
    *ret = sum;
    return JB_OK;
}
