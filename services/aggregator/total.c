/* A node's figure over a span: which cells go in, and what was expected of them. The arithmetic is
 * rollup.h's. */
#include "total.h"

#include "model/check.h"

bool jb_basis_is_period(struct jb_slice basis)
{
    return jb_slice_is(basis, "period") || jb_slice_is(basis, "本期");
}

/* What was owed over a span, and what of it lies in base periods that have not ended. */
static jb_err count_expected(jb_source *source, const struct jb_total_ask *ask,
                             struct jb_period first, uint32_t count, struct jb_measured *total)
{
    total->expected = 0;
    total->not_yet_due = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct jb_period period = jb_period_add(first, (int32_t)i);
        uint32_t expected;
        jb_err err =
            jb_source_expected(source, ask->node, ask->own, ask->indicator, period, &expected);
        if (err)
            return err;
        total->expected += expected;
        if (jb_period_last_day(period) >= ask->today)
            total->not_yet_due += expected;
    }
    return JB_OK;
}

/* The cell that covers exactly the span stands at the span's last base period. */
static jb_err fold_exact(jb_source *source, const struct jb_total_ask *ask,
                         const struct jb_indicator *indicator, struct jb_measured *total,
                         bool *ret_found)
{
    struct jb_sum_cell cell;
    uint32_t stretch = jb_span_count(ask->span) - 1;
    const struct jb_sum_cell *cells[1] = {NULL};
    jb_err err = jb_source_cell(source, ask->node, ask->own, ask->indicator, ask->span.last,
                                stretch, &cell, ret_found);
    if (err)
        return err;
    if (*ret_found)
        cells[0] = &cell;
    total->exact_stretch = true;
    err = count_expected(source, ask, ask->span.last, 1, total);
    if (err)
        return err;
    jb_rollup_fold(indicator, cells, 1, ask->span.last, true, total->expected, &total->result);
    return JB_OK;
}

static jb_err fold_period(jb_source *source, const struct jb_total_ask *ask,
                          const struct jb_indicator *indicator, struct jb_measured *total,
                          uint32_t *ret_found)
{
    const struct jb_sum_cell *const *cells;
    uint32_t count = jb_span_count(ask->span);
    jb_err err = jb_source_run(source, ask->node, ask->own, ask->indicator, ask->span.first, count,
                               &cells, ret_found);
    if (err)
        return err;
    total->exact_stretch = false;
    err = count_expected(source, ask, ask->span.first, count, total);
    if (err)
        return err;
    jb_rollup_fold(indicator, cells, count, ask->span.first, false, total->expected,
                   &total->result);
    if (total->result.has_value_period)
        err = count_expected(source, ask, total->result.value_period, 1, total);
    if (err)
        return err;
    if (indicator->time_agg != JB_TIME_NONE || count > 1 || *ret_found)
        return JB_OK;
    bool other;
    err = jb_source_other_stretch(source, ask->node, ask->own, ask->indicator, ask->span.first,
                                  &other);
    if (!err && other) {
        total->result.state = JB_STATE_NOT_COMPUTABLE;
        total->result.reason = JB_REASON_NOT_OVER_TIME;
    }
    return err;
}

/* A basis that was asked for by name: 本期, or one that must start where the span starts. */
static jb_err fold_named(jb_source *source, const struct jb_total_ask *ask,
                         const struct jb_indicator *indicator, struct jb_measured *total)
{
    uint32_t count = jb_span_count(ask->span);
    uint32_t stretch, found;
    bool here;
    bool readable = jb_basis_parse(indicator, ask->basis, ask->span.last, &stretch) == JB_OK;
    if (jb_basis_is_period(ask->basis) || (readable && count == 1 && stretch == 0))
        return fold_period(source, ask, indicator, total, &found);
    if (readable && stretch == count - 1)
        return fold_exact(source, ask, indicator, total, &here);
    jb_err err = count_expected(source, ask, ask->span.first, count, total);
    if (err)
        return err;
    total->result = (struct jb_result){
        .state = JB_STATE_NOT_COMPUTABLE, .reason = JB_REASON_NOT_OVER_TIME, .divisor = 1};
    return JB_OK;
}

static jb_err measure(jb_source *source, const struct jb_total_ask *ask, struct jb_measured *ret)
{
    const struct jb_indicator *indicator =
        &jb_source_binding(source)->view->indicators[ask->indicator];
    struct jb_measured total = {.indicator = ask->indicator, .span = ask->span};
    uint32_t found;
    jb_err err;
    if (ask->basis.len) {
        err = fold_named(source, ask, indicator, &total);
        if (!err)
            *ret = total;
        return err;
    }
    err = fold_period(source, ask, indicator, &total, &found);
    if (!err && total.result.state != JB_STATE_VALUE && jb_span_count(ask->span) > 1) {
        struct jb_measured exact = {.indicator = ask->indicator, .span = ask->span};
        bool here;
        err = fold_exact(source, ask, indicator, &exact, &here);
        if (!err && here && (exact.result.state == JB_STATE_VALUE || !found))
            total = exact;
    }
    if (!err)
        *ret = total;
    return err;
}

static uint32_t listed_as(const struct jb_total_ask *ask)
{
    return ask->part ? ask->ratio : ask->indicator;
}

/* Of a span not all of which is published only the figure of exactly the span can be told, which
 * stands in its last base period: 本期 is then as if not in state value. */
static jb_err measure_exact(jb_source *source, const struct jb_total_ask *ask,
                            struct jb_measured *total)
{
    const struct jb_indicator *indicator =
        &jb_source_binding(source)->view->indicators[ask->indicator];
    uint32_t last, stretch, found = 0;
    struct jb_measured exact = {.indicator = ask->indicator, .span = ask->span};
    const struct jb_sum_cell *const *cells;
    bool here;
    if (ask->basis.len &&
        (jb_basis_is_period(ask->basis) ||
         jb_basis_parse(indicator, ask->basis, ask->span.last, &stretch) != JB_OK ||
         stretch != jb_span_count(ask->span) - 1))
        return JB_OK;
    jb_err err = jb_source_published(source, listed_as(ask), jb_span_of(ask->span.last), &last);
    if (err || last == 0)
        return err;
    err = fold_exact(source, ask, indicator, &exact, &here);
    if (!err && here && !ask->basis.len && exact.result.state != JB_STATE_VALUE)
        err = jb_source_run(source, ask->node, ask->own, ask->indicator, ask->span.first,
                            jb_span_count(ask->span), &cells, &found);
    if (!err && here && !found)
        *total = exact;
    return err;
}

jb_err jb_unpublished(jb_source *source, uint32_t indicator, struct jb_span span,
                      enum jb_reason *ret)
{
    uint32_t published;
    *ret = JB_REASON_NONE;
    if (jb_source_viewpoint(source).kind != JB_VIEW_PUBLISHED)
        return JB_OK;
    jb_err err = jb_source_published(source, indicator, span, &published);
    if (!err && published < jb_span_count(span))
        *ret = published ? JB_REASON_PARTLY_PUBLISHED : JB_REASON_NOT_PUBLISHED;
    return err;
}

jb_err jb_measured_of(jb_source *source, const struct jb_total_ask *ask, struct jb_measured *ret)
{
    enum jb_reason reason;
    struct jb_measured total = {.indicator = ask->indicator, .span = ask->span};
    jb_err err = jb_unpublished(source, listed_as(ask), ask->span, &reason);
    if (err)
        return err;
    if (reason == JB_REASON_NONE)
        return measure(source, ask, ret);
    total.result =
        (struct jb_result){.state = JB_STATE_NOT_COMPUTABLE, .reason = reason, .divisor = 1};
    err = count_expected(source, ask, ask->span.first, jb_span_count(ask->span), &total);
    if (!err && reason == JB_REASON_PARTLY_PUBLISHED)
        err = measure_exact(source, ask, &total);
    if (!err)
        *ret = total;
    return err;
}

jb_err jb_total_of(jb_source *source, const struct jb_total_ask *ask, struct jb_total *ret)
{
    struct jb_total total = {0};
    const struct jb_catalog_view *view = jb_source_binding(source)->view;
    if (view->indicators[ask->indicator].measure == JB_RATIO)
        return jb_ratio_of(source, ask, ret);
    jb_err err = jb_measured_of(source, ask, &total.self);
    if (err)
        return err;
    const struct jb_result *result = &total.self.result;
    total.value = (struct jb_fraction){result->number, result->divisor, -(int)result->scale};
    *ret = total;
    return JB_OK;
}

jb_err jb_total_format(const struct jb_total *total, const struct jb_indicator *indicator,
                       enum jb_rounding rounding, char text[JB_DEC_TEXT_SIZE])
{
    if (!total->is_ratio)
        return jb_result_format(&total->self.result, indicator, rounding, text);
    return jb_dec_divide(total->value.numerator, total->value.denominator, total->value.power10,
                         indicator->display_decimals, rounding, text);
}
