/* Rollups: what a figure adds to a sum cell, and the fold of a span's cells into one answer.
 *
 * Where only sums are made, the marks of all parts are counted together and give the answer's mark.
 * Where a minimum or maximum is taken, over units or over time, each part is an interval. */
#include "rollup.h"

#include "extreme.h"

static const char *const reason_codes[] = {
    [JB_REASON_NONE] = "",
    [JB_REASON_SEVERAL_REPORTED] = "several_reported",
    [JB_REASON_NOT_OVER_TIME] = "other_stretch",
    [JB_REASON_NO_DENOMINATOR] = "no_denominator",
    [JB_REASON_NO_NUMERATOR] = "no_numerator",
    [JB_REASON_NO_COMMON_PERIOD] = "no_common_period",
    [JB_REASON_BASE_NOT_POSITIVE] = "base_not_positive",
    [JB_REASON_BASE_INCOMPLETE] = "base_incomplete",
    [JB_REASON_INCOMPLETE] = "incomplete",
    [JB_REASON_SPAN_TOO_LONG] = "span_too_long",
    [JB_REASON_TEXT] = "text",
    [JB_REASON_NOT_PUBLISHED] = "not_published",
    [JB_REASON_PARTLY_PUBLISHED] = "partly_published",
    [JB_REASON_UNPAIRED] = "unpaired",
    [JB_REASON_RANGE] = "range",
};

const char *jb_reason_code(enum jb_reason reason)
{
    jb_assert((size_t)reason < JB_COUNT(reason_codes));
    return reason_codes[reason];
}

static bool takes_extreme(enum jb_unit_agg agg)
{
    return agg == JB_UNIT_MIN || agg == JB_UNIT_MAX;
}

void jb_sum_cell_of(const struct jb_indicator *indicator, const struct jb_own_cell *own,
                    struct jb_sum_cell *ret)
{
    *ret = (struct jb_sum_cell){.slot = own->slot, .stretch = own->stretch};

    switch (own->value.state) {
    case JB_STATE_VALUE:
        ret->values = 1;
        ret->sum = own->value.mantissa;
        ret->marks[own->value.mark] = 1;
        ret->provisional = own->value.status == JB_PROVISIONAL;
        ret->estimated = own->value.status == JB_ESTIMATED;
        ret->has_extreme = !own->is_text && takes_extreme(indicator->unit_agg);
        if (ret->has_extreme)
            ret->extreme = jb_extreme_of(ret->sum, own->value.mark, indicator->negative_allowed);
        break;
    case JB_STATE_NOT_APPLICABLE:
        ret->not_applicable = 1;
        break;
    case JB_STATE_WITHDRAWN:
        ret->withdrawn = 1;
        break;
    case JB_STATE_NOT_REPORTED:
    case JB_STATE_NOT_COMPUTABLE:
        break;
    }
}

void jb_sum_cell_add(struct jb_sum_cell *into, const struct jb_sum_cell *part)
{
    into->sum += part->sum;
    into->values += part->values;
    into->not_applicable += part->not_applicable;
    into->withdrawn += part->withdrawn;
    for (unsigned m = 0; m < JB_MARKS; m++)
        into->marks[m] += part->marks[m];
    into->provisional += part->provisional;
    into->estimated += part->estimated;
}

void jb_sum_cell_subtract(struct jb_sum_cell *from, const struct jb_sum_cell *part)
{
    jb_assert(from->values >= part->values && from->not_applicable >= part->not_applicable &&
              from->withdrawn >= part->withdrawn);
    from->sum -= part->sum;
    from->values -= part->values;
    from->not_applicable -= part->not_applicable;
    from->withdrawn -= part->withdrawn;
    for (unsigned m = 0; m < JB_MARKS; m++)
        from->marks[m] -= part->marks[m];
    from->provisional -= part->provisional;
    from->estimated -= part->estimated;
}

void jb_extreme_merge(enum jb_unit_agg agg, struct jb_sum_cell *into,
                      const struct jb_sum_cell *part)
{
    if (!takes_extreme(agg) || !part->has_extreme)
        return;
    if (into->has_extreme)
        into->extreme = jb_extreme_outermost(agg == JB_UNIT_MAX, into->extreme, part->extreme);
    else
        into->extreme = part->extreme;
    into->has_extreme = true;
}

bool jb_sum_cell_is_empty(const struct jb_sum_cell *cell)
{
    return cell->values == 0 && cell->not_applicable == 0 && cell->withdrawn == 0;
}

bool jb_sum_cell_eq(const struct jb_sum_cell *a, const struct jb_sum_cell *b)
{
    return a->stretch == b->stretch && a->sum == b->sum && a->values == b->values &&
           a->not_applicable == b->not_applicable && a->withdrawn == b->withdrawn &&
           memcmp(a->marks, b->marks, sizeof(a->marks)) == 0 && a->provisional == b->provisional &&
           a->estimated == b->estimated && a->has_extreme == b->has_extreme &&
           (!a->has_extreme || jb_extreme_eq(&a->extreme, &b->extreme));
}

/* What the base periods that count add up to. */
struct span_total {
    struct jb_sum_cell all;
    uint32_t periods_with_value;
    bool several; /* a base period in which several units reported a value */
};

static struct span_total total_of(const struct jb_sum_cell *const *cells, uint32_t first,
                                  uint32_t end)
{
    struct span_total total = {0};

    for (uint32_t i = first; i < end; i++) {
        if (!cells[i])
            continue;
        jb_sum_cell_add(&total.all, cells[i]);
        total.periods_with_value += cells[i]->values > 0;
        total.several = total.several || cells[i]->values > 1;
    }
    return total;
}

/* A base period's value as an interval. */
static struct jb_extreme period_interval(const struct jb_indicator *indicator,
                                         const struct jb_sum_cell *cell)
{
    if (cell->has_extreme)
        return cell->extreme;
    return jb_extreme_of(cell->sum, jb_mark_of_sum(cell->marks), indicator->negative_allowed);
}

static struct jb_extreme fold_intervals(const struct jb_indicator *indicator,
                                        const struct jb_sum_cell *const *cells, uint32_t first,
                                        uint32_t end)
{
    struct jb_extreme folded = {0};
    bool any = false;

    for (uint32_t i = first; i < end; i++) {
        if (!cells[i] || cells[i]->values == 0)
            continue;
        struct jb_extreme part = period_interval(indicator, cells[i]);
        if (!any)
            folded = part;
        else if (indicator->time_agg == JB_TIME_MIN || indicator->time_agg == JB_TIME_MAX)
            folded = jb_extreme_outermost(indicator->time_agg == JB_TIME_MAX, folded, part);
        else
            folded = jb_extreme_sum(folded, part);
        any = true;
    }
    return folded;
}

/* Why the parts, of which at least one has a value, have no number in common. */
static enum jb_reason why_not(const struct jb_indicator *indicator, const struct span_total *total)
{
    if (indicator->measure == JB_TEXT)
        return total->all.values > 1 ? JB_REASON_TEXT : JB_REASON_NONE;
    if (indicator->unit_agg == JB_UNIT_SOLE && total->several)
        return JB_REASON_SEVERAL_REPORTED;
    return JB_REASON_NONE;
}

static enum jb_state state_of(const struct jb_sum_cell *all, uint32_t expected)
{
    if (all->values > 0)
        return JB_STATE_VALUE;
    if (all->withdrawn > 0)
        return JB_STATE_WITHDRAWN;
    if (expected > 0 && all->not_applicable >= expected)
        return JB_STATE_NOT_APPLICABLE;
    return JB_STATE_NOT_REPORTED;
}

static enum jb_status status_of(const struct jb_sum_cell *all)
{
    if (all->estimated)
        return JB_ESTIMATED;
    return all->provisional ? JB_PROVISIONAL : JB_FINAL;
}

void jb_rollup_fold(const struct jb_indicator *indicator, const struct jb_sum_cell *const *cells,
                    uint32_t count, struct jb_period first, bool exact_stretch, uint32_t expected,
                    struct jb_result *ret)
{
    struct jb_result result = {.divisor = 1, .scale = indicator->decimals};
    bool last = indicator->time_agg == JB_TIME_LAST;
    uint32_t from = 0, end = count;

    for (uint32_t i = count; last && i > 0; i--) {
        if (!cells[i - 1] || cells[i - 1]->values == 0)
            continue;
        from = i - 1;
        end = i;
        result.has_value_period = true;
        result.value_period = jb_period_add(first, (int32_t)from);
        break;
    }
    struct span_total total = total_of(cells, from, end);
    result.reported = total.all.values + total.all.not_applicable;
    result.parts = total.all.values;
    result.state = state_of(&total.all, expected);
    if (indicator->time_agg == JB_TIME_NONE && indicator->measure != JB_TEXT && count > 1 &&
        !exact_stretch)
        result.reason = JB_REASON_NOT_OVER_TIME;
    else if (result.state == JB_STATE_VALUE)
        result.reason = why_not(indicator, &total);
    if (result.reason != JB_REASON_NONE)
        result.state = JB_STATE_NOT_COMPUTABLE;
    if (result.state == JB_STATE_VALUE) {
        result.status = status_of(&total.all);
        if (takes_extreme(indicator->unit_agg) || indicator->time_agg == JB_TIME_MIN ||
            indicator->time_agg == JB_TIME_MAX) {
            struct jb_extreme folded = fold_intervals(indicator, cells, from, end);
            result.number = folded.nominal;
            result.mark = jb_mark_of_extreme(&folded);
        } else {
            result.number = total.all.sum;
            result.mark = jb_mark_of_sum(total.all.marks);
        }
        if (indicator->unit_agg == JB_UNIT_MEAN)
            result.divisor = total.all.values;
        else if (indicator->time_agg == JB_TIME_MEAN)
            result.divisor = total.periods_with_value;
    }
    *ret = result;
}

jb_err jb_result_format(const struct jb_result *result, const struct jb_indicator *indicator,
                        enum jb_rounding rounding, char text[JB_DEC_TEXT_SIZE])
{
    jb_assert(result->state == JB_STATE_VALUE);
    if (indicator->unit_agg == JB_UNIT_MEAN || indicator->time_agg == JB_TIME_MEAN)
        return jb_dec_divide(result->number, result->divisor, -(int)result->scale,
                             indicator->display_decimals, rounding, text);
    jb_dec_format(result->number, result->scale, text);
    return JB_OK;
}
