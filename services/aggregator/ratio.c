/* Ratios 计算比率: two rollups of the same node and span and their exact quotient, which is rounded
 * once, on display. */
#include "total.h"

static bool is_last(const struct jb_indicator *indicator)
{
    return indicator->time_agg == JB_TIME_LAST;
}

/* Both stocks at the last base period in which both have a value; *ret_found false when there is
 * none: then they stay as they were. */
static jb_err common_period(jb_source *source, const struct jb_total_ask asks[2],
                            struct jb_measured parts[2], bool *ret_found)
{
    struct jb_period a = parts[0].result.value_period;
    struct jb_period b = parts[1].result.value_period;
    struct jb_period period = a.ordinal < b.ordinal ? a : b;
    bool found = jb_period_eq(a, b);
    struct jb_measured at[2] = {parts[0], parts[1]};
    while (!found && a.freq == b.freq && period.ordinal >= asks[0].span.first.ordinal) {
        for (int side = 0; side < 2; side++) {
            struct jb_total_ask ask = asks[side];
            ask.span = jb_span_of(period);
            jb_err err = jb_measured_of(source, &ask, &at[side]);
            if (err)
                return err;
            at[side].span = asks[side].span;
        }
        found = at[0].result.state == JB_STATE_VALUE && at[1].result.state == JB_STATE_VALUE;
        period = jb_period_add(period, -1);
    }
    for (int side = 0; found && side < 2; side++)
        parts[side] = at[side];
    *ret_found = found;
    return JB_OK;
}

/* The unit's figure counts in the rollup and is in state value. */
static jb_err contributes(jb_source *source, const struct jb_total_ask *ask, uint32_t unit,
                          struct jb_period period, uint32_t stretch, bool *ret)
{
    const struct jb_binding *b = jb_source_binding(source);
    jb_date day = jb_period_last_day(period);
    const struct jb_own_cell *own;
    bool inside = ask->own ? !ask->node.is_group && unit == ask->node.index
                           : jb_node_has_unit(b, ask->node, unit, day);
    *ret = false;
    if (!inside || (!ask->own && !jb_catalog_own_counts(b->catalog, unit, ask->indicator, day)))
        return JB_OK;
    jb_err err = jb_source_own(source, unit, ask->indicator, period, stretch, &own);
    if (err)
        return err == JB_ENOTFOUND ? JB_OK : err;
    *ret = own->value.state == JB_STATE_VALUE;
    return JB_OK;
}

/* Whether each unit that contributes to one side in the base period contributes to the other. */
static jb_err compare_period(jb_source *source, const struct jb_total_ask asks[2],
                             struct jb_period period, uint32_t stretch, bool *ret_differ)
{
    const struct jb_catalog_view *view = jb_source_binding(source)->view;
    for (int side = 0; side < 2; side++) {
        const struct jb_indicator *indicator = &view->indicators[asks[side].indicator];
        for (uint32_t i = 0; i < indicator->owner_count; i++) {
            bool here, there;
            uint32_t unit = indicator->owners[i].unit;
            if (unit == JB_NONE)
                continue;
            jb_err err = contributes(source, &asks[side], unit, period, stretch, &here);
            if (!err && here)
                err = contributes(source, &asks[!side], unit, period, stretch, &there);
            if (err)
                return err;
            if (here && !there) {
                *ret_differ = true;
                return JB_OK;
            }
        }
    }
    return JB_OK;
}

static jb_err compare_sets(jb_source *source, const struct jb_total_ask asks[2],
                           const struct jb_measured parts[2], bool *ret_differ)
{
    struct jb_span span = parts[0].span;
    uint32_t stretch = 0;
    *ret_differ = parts[0].exact_stretch != parts[1].exact_stretch ||
                  parts[0].span.first.freq != parts[1].span.first.freq;
    if (*ret_differ)
        return JB_OK;
    if (parts[0].exact_stretch) { /* both: each is one figure, at the span's end */
        stretch = jb_span_count(span) - 1;
        span.first = span.last;
    } else if (parts[1].result.has_value_period) {
        span = jb_span_of(parts[1].result.value_period);
    } else if (parts[0].result.has_value_period) {
        span = jb_span_of(parts[0].result.value_period);
    }
    for (struct jb_period p = span.first; p.ordinal <= span.last.ordinal && !*ret_differ;
         p = jb_period_add(p, 1)) {
        jb_err err = compare_period(source, asks, p, stretch, ret_differ);
        if (err)
            return err;
    }
    return JB_OK;
}

static enum jb_reason missing_reason(const struct jb_measured *part, enum jb_reason otherwise)
{
    return part->result.state == JB_STATE_NOT_COMPUTABLE ? part->result.reason : otherwise;
}

static enum jb_reason quotient(const struct jb_indicator *indicator, struct jb_total *total)
{
    const struct jb_result *a = &total->parts[0].result;
    const struct jb_result *b = &total->parts[1].result;
    struct jb_result *result = &total->self.result;
    struct jb_fraction *value = &total->value;
    bool turned = b->number < 0;
    if (__builtin_mul_overflow(a->number, (jb_i128)b->divisor, &value->numerator) ||
        __builtin_mul_overflow(b->number, (jb_i128)a->divisor, &value->denominator))
        return JB_REASON_RANGE;
    if (turned) {
        value->numerator = -value->numerator;
        value->denominator = -value->denominator;
    }
    value->power10 = indicator->power10 + (int)b->scale - (int)a->scale;
    char text[JB_DEC_TEXT_SIZE];
    if (value->power10 < -18 || value->power10 > 18 ||
        jb_dec_divide(value->numerator, value->denominator, value->power10,
                      indicator->display_decimals, JB_ROUND_HALF_UP, text) != JB_OK)
        return JB_REASON_RANGE;
    int sign = (a->number > 0) - (a->number < 0);
    if (turned && (a->mark != JB_EXACT || b->mark != JB_EXACT))
        result->mark = JB_APPROXIMATE;
    else
        result->mark = jb_mark_of_quotient(a->mark, sign, b->mark);
    result->status = a->status > b->status ? a->status : b->status;
    result->state = JB_STATE_VALUE;
    return JB_REASON_NONE;
}

static enum jb_reason reason_of(const struct jb_indicator *indicator, bool common,
                                struct jb_total *total)
{
    const struct jb_measured *a = &total->parts[0];
    const struct jb_measured *b = &total->parts[1];
    if (!common)
        return JB_REASON_NO_COMMON_PERIOD;
    if (b->result.state != JB_STATE_VALUE || b->result.number == 0)
        return missing_reason(b, JB_REASON_NO_DENOMINATOR);
    if (a->result.state != JB_STATE_VALUE)
        return missing_reason(a, JB_REASON_NO_NUMERATOR);
    return quotient(indicator, total);
}

/* The weaker side's coverage, and the value period when the sides share it. */
static void cover(struct jb_total *total)
{
    const struct jb_measured *a = &total->parts[0];
    const struct jb_measured *b = &total->parts[1];
    struct jb_measured *self = &total->self;
    self->result.reported = a->result.reported;
    if (b->result.reported < a->result.reported)
        self->result.reported = b->result.reported;
    self->expected = a->expected > b->expected ? a->expected : b->expected;
    self->not_yet_due = a->not_yet_due > b->not_yet_due ? a->not_yet_due : b->not_yet_due;
    self->exact_stretch = a->exact_stretch || b->exact_stretch;
    self->result.has_value_period = a->result.has_value_period && b->result.has_value_period &&
                                    jb_period_eq(a->result.value_period, b->result.value_period);
    self->result.value_period = a->result.value_period;
}

/* In the published view a ratio is told only where it is listed, and where its sides were reported
 * by the same units. */
static void withhold(struct jb_total *total, enum jb_reason reason)
{
    total->self.result.state = JB_STATE_NOT_COMPUTABLE;
    total->self.result.reason = reason;
    total->unpaired = false; /* it would tell of what is kept back */
    for (int side = 0; side < 2; side++)
        total->parts[side].result =
            (struct jb_result){.state = JB_STATE_NOT_COMPUTABLE, .reason = reason, .divisor = 1};
}

jb_err jb_ratio_of(jb_source *source, const struct jb_total_ask *ask, struct jb_total *ret)
{
    const struct jb_catalog_view *view = jb_source_binding(source)->view;
    const struct jb_indicator *indicator = &view->indicators[ask->indicator];
    struct jb_total total = {.is_ratio = true};
    struct jb_total_ask asks[2] = {*ask, *ask};
    bool common = true;
    bool whole = true;
    enum jb_reason unpublished;
    total.self = (struct jb_measured){.indicator = ask->indicator, .span = ask->span};
    total.self.result = (struct jb_result){.state = JB_STATE_NOT_COMPUTABLE, .divisor = 1};
    jb_err err = jb_unpublished(source, ask->indicator, ask->span, &unpublished);
    for (int side = 0; !err && side < 2; side++) {
        uint32_t part = side ? indicator->denominator : indicator->numerator;
        asks[side].indicator = part;
        asks[side].part = true;
        asks[side].ratio = ask->indicator;
        whole = whole &&
                jb_span_to_base(ask->span, view->indicators[part].freq, &asks[side].span) == JB_OK;
        if (whole)
            err = jb_measured_of(source, &asks[side], &total.parts[side]);
    }
    if (err)
        return err;
    if (!whole) {
        total.self.result.reason = JB_REASON_NOT_OVER_TIME;
        *ret = total;
        return JB_OK;
    }
    bool both = total.parts[0].result.state == JB_STATE_VALUE &&
                total.parts[1].result.state == JB_STATE_VALUE;
    if (both && is_last(&view->indicators[asks[0].indicator]) &&
        is_last(&view->indicators[asks[1].indicator]) && total.parts[0].result.has_value_period &&
        total.parts[1].result.has_value_period)
        err = common_period(source, asks, total.parts, &common);
    if (err)
        return err;
    total.self.result.reason = reason_of(indicator, common, &total);
    cover(&total);
    if (total.self.result.state == JB_STATE_VALUE)
        err = compare_sets(source, asks, total.parts, &total.unpaired);
    if (err)
        return err;
    bool exact = total.parts[0].exact_stretch && total.parts[1].exact_stretch;
    if (unpublished != JB_REASON_NONE && !exact) /* an exact stretch stands where it is published */
        withhold(&total, unpublished);
    else if (total.unpaired && jb_source_viewpoint(source).kind == JB_VIEW_PUBLISHED)
        withhold(&total, JB_REASON_UNPAIRED);
    *ret = total;
    return JB_OK;
}
