/* Growth is said only of what can be compared: both sides have a value and are complete in the same
 * base periods. A total that lacks a town has not fallen, it is unfinished. */
#include "growth.h"

/* A side: one measured figure and how it was asked for. */
struct side {
    struct jb_total_ask ask;
    const struct jb_measured *figure;
};

/* The base periods that count for completeness. */
static struct jb_span counting(const struct jb_measured *figure)
{
    if (figure->result.has_value_period)
        return jb_span_of(figure->result.value_period);
    if (figure->exact_stretch)
        return jb_span_of(figure->span.last);
    return figure->span;
}

static jb_err reported_in(jb_source *source, const struct side *side, struct jb_period period,
                          uint32_t *ret_reported, uint32_t *ret_expected)
{
    struct jb_sum_cell cell;
    bool found;
    uint32_t stretch = side->figure->exact_stretch ? jb_span_count(side->figure->span) - 1 : 0;
    jb_err err = jb_source_cell(source, side->ask.node, side->ask.own, side->figure->indicator,
                                period, stretch, &cell, &found);
    if (err)
        return err;
    *ret_reported = found ? cell.values + cell.not_applicable : 0;
    return jb_source_expected(source, side->ask.node, side->ask.own, side->figure->indicator,
                              period, ret_expected);
}

/* Both sides, base period by base period. */
static jb_err compare(jb_source *source, const struct side *now, const struct side *base,
                      enum jb_reason *ret)
{
    struct jb_span a = counting(now->figure);
    struct jb_span b = counting(base->figure);
    bool any = false;
    if (a.first.freq != b.first.freq || jb_span_count(a) != jb_span_count(b) ||
        a.first.ordinal - now->figure->span.first.ordinal !=
            b.first.ordinal - base->figure->span.first.ordinal) {
        *ret = JB_REASON_BASE_INCOMPLETE;
        return JB_OK;
    }
    *ret = JB_REASON_NONE;
    for (uint32_t i = 0; i < jb_span_count(a); i++) {
        uint32_t reported, expected, base_reported, base_expected;
        struct jb_period at = jb_period_add(a.first, (int32_t)i);
        struct jb_period base_at = jb_period_add(b.first, (int32_t)i);
        jb_err err = reported_in(source, now, at, &reported, &expected);
        if (!err)
            err = reported_in(source, base, base_at, &base_reported, &base_expected);
        if (err)
            return err;
        if (expected == 0 && base_expected == 0)
            continue;
        any = true;
        if (expected == 0 || reported != expected) {
            *ret = JB_REASON_INCOMPLETE;
            return JB_OK;
        }
        if (base_expected == 0 || base_reported != base_expected)
            *ret = JB_REASON_BASE_INCOMPLETE;
    }
    if (!any)
        *ret = JB_REASON_INCOMPLETE;
    return JB_OK;
}

static jb_err compare_totals(jb_source *source, const struct jb_total_ask *ask,
                             const struct jb_total *now, const struct jb_total *base,
                             enum jb_reason *ret)
{
    enum jb_reason worst = JB_REASON_NONE;
    for (int part = 0; part < (now->is_ratio ? 2 : 1); part++) {
        struct side a = {*ask, now->is_ratio ? &now->parts[part] : &now->self};
        struct side b = {*ask, base->is_ratio ? &base->parts[part] : &base->self};
        enum jb_reason reason;
        jb_err err = compare(source, &a, &b, &reason);
        if (err)
            return err;
        if (worst != JB_REASON_INCOMPLETE && reason != JB_REASON_NONE)
            worst = reason;
    }
    *ret = worst;
    return JB_OK;
}

/* The mark of minus a value. */
static enum jb_mark opposite(enum jb_mark mark)
{
    switch (mark) {
    case JB_AT_LEAST:
        return JB_AT_MOST;
    case JB_MORE_THAN:
        return JB_NEARLY;
    case JB_AT_MOST:
        return JB_AT_LEAST;
    case JB_NEARLY:
        return JB_MORE_THAN;
    case JB_EXACT:
    case JB_APPROXIMATE:
        break;
    }
    return mark;
}

static enum jb_mark mark_of(const struct jb_grown *grown, const struct jb_total *now)
{
    enum jb_mark a = now->self.result.mark;
    enum jb_mark b = grown->base.self.result.mark;
    if (grown->points) {
        uint32_t marks[JB_MARKS] = {0};
        marks[a]++;
        marks[opposite(b)]++;
        return jb_mark_of_sum(marks);
    }
    int sign = (now->value.numerator > 0) - (now->value.numerator < 0);
    return jb_mark_of_quotient(a, sign, b);
}

/* (now / base - 1) * 100, or now - base. */
static enum jb_reason compute(const struct jb_indicator *indicator, const struct jb_total *now,
                              struct jb_grown *grown)
{
    const struct jb_fraction *a = &now->value;
    const struct jb_fraction *b = &grown->base.value;
    struct jb_fraction *value = &grown->value;
    jb_i128 left, right;
    char text[JB_DEC_TEXT_SIZE];
    if (!grown->points && b->numerator <= 0)
        return JB_REASON_BASE_NOT_POSITIVE;
    if (a->power10 != b->power10 || __builtin_mul_overflow(a->numerator, b->denominator, &left) ||
        __builtin_mul_overflow(b->numerator, a->denominator, &right) ||
        __builtin_sub_overflow(left, right, &value->numerator))
        return JB_REASON_RANGE;
    value->denominator = right;
    value->power10 = 2;
    if (grown->points) {
        value->power10 = a->power10;
        if (__builtin_mul_overflow(a->denominator, b->denominator, &value->denominator))
            return JB_REASON_RANGE;
    }
    if (jb_dec_divide(value->numerator, value->denominator, value->power10,
                      indicator->display_decimals, JB_ROUND_HALF_UP, text) != JB_OK)
        return JB_REASON_RANGE;
    return JB_REASON_NONE;
}

static jb_err reason_of(jb_source *source, const struct jb_total_ask *ask,
                        const struct jb_total *now, struct jb_grown *grown)
{
    const struct jb_indicator *indicator =
        &jb_source_binding(source)->view->indicators[ask->indicator];
    grown->reason = JB_REASON_NONE;
    if (indicator->measure == JB_TEXT)
        grown->reason = JB_REASON_TEXT;
    else if (ask->span.first.freq != JB_FREQ_DAY &&
             jb_span_count(ask->span) > (uint32_t)ask->span.first.freq)
        grown->reason = JB_REASON_SPAN_TOO_LONG;
    else if (now->self.result.state != JB_STATE_VALUE)
        grown->reason = JB_REASON_INCOMPLETE;
    else if (grown->base.self.result.state != JB_STATE_VALUE)
        grown->reason = JB_REASON_BASE_INCOMPLETE;
    if (grown->reason != JB_REASON_NONE)
        return JB_OK;
    jb_err err = compare_totals(source, ask, now, &grown->base, &grown->reason);
    if (err || grown->reason != JB_REASON_NONE)
        return err;
    grown->reason = compute(indicator, now, grown);
    if (grown->reason == JB_REASON_NONE)
        grown->mark = mark_of(grown, now);
    return JB_OK;
}

jb_err jb_growth_of(jb_source *source, const struct jb_total_ask *ask, const struct jb_total *now,
                    enum jb_growth_kind kind, struct jb_grown *ret)
{
    const struct jb_indicator *indicator =
        &jb_source_binding(source)->view->indicators[ask->indicator];
    struct jb_grown grown = {.points = indicator->percent && (indicator->measure == JB_RATE ||
                                                              indicator->measure == JB_RATIO)};
    struct jb_total_ask base = *ask;
    if (kind == JB_YOY)
        base.span = jb_span_year_before(ask->span);
    else
        base.span = jb_span_before(ask->span);
    if (ask->basis.len && !jb_basis_is_period(ask->basis) && now->self.exact_stretch)
        base.basis = (struct jb_slice){0}; /* a named stretch lies elsewhere for the base */
    grown.base_span = base.span;
    jb_err err = jb_total_of(source, &base, &grown.base);
    if (!err)
        err = reason_of(source, ask, now, &grown);
    if (err)
        return err;
    enum jb_status a = now->self.result.status;
    enum jb_status b = grown.base.self.result.status;
    grown.status = a > b ? a : b;
    *ret = grown;
    return JB_OK;
}
