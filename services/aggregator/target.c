/* A value and a target as fractions, compared without rounding. */
#include "target.h"

#include <stdio.h>

/* value - target, as a sign; false: it does not fit into 128 bits. */
static bool compare(const struct jb_fraction *value, struct jb_dec target, int *ret)
{
    jb_i128 left = value->numerator, right;
    int shift = value->power10 + target.scale; /* of the left side */
    if (__builtin_mul_overflow((jb_i128)target.mantissa, value->denominator, &right))
        return false;
    for (; shift > 0; shift--) {
        if (__builtin_mul_overflow(left, (jb_i128)10, &left))
            return false;
    }
    for (; shift < 0; shift++) {
        if (__builtin_mul_overflow(right, (jb_i128)10, &right))
            return false;
    }
    *ret = (left > right) - (left < right);
    return true;
}

/* at_least, at_most, or EXACT where nothing can be missed. */
static enum jb_mark side_of(const struct jb_indicator *indicator, const struct jb_target *target)
{
    if (target->mark != JB_EXACT || indicator->direction == JB_DIRECTION_NONE)
        return target->mark;
    return indicator->direction == JB_DIRECTION_UP ? JB_AT_LEAST : JB_AT_MOST;
}

static bool only_grows(const struct jb_indicator *indicator)
{
    return indicator->measure == JB_FLOW && !indicator->negative_allowed &&
           indicator->unit_agg == JB_UNIT_SUM && indicator->time_agg == JB_TIME_SUM;
}

enum jb_target_standing jb_target_compare(const struct jb_indicator *indicator,
                                          const struct jb_target *target,
                                          const struct jb_fraction *value, enum jb_mark mark,
                                          bool whole)
{
    bool up_to = mark == JB_EXACT || mark == JB_AT_MOST || mark == JB_NEARLY;    /* it is no more */
    bool from = mark == JB_EXACT || mark == JB_AT_LEAST || mark == JB_MORE_THAN; /* no less */
    enum jb_mark side = side_of(indicator, target);
    int sign;
    if (side == JB_EXACT || !compare(value, target->value, &sign))
        return JB_TARGET_OPEN;
    bool below = up_to && (sign < 0 || (sign == 0 && mark == JB_NEARLY));
    bool above = from && (sign > 0 || (sign == 0 && mark == JB_MORE_THAN));
    bool not_below = from && sign >= 0, not_above = up_to && sign <= 0;
    if (side == JB_AT_MOST && above && (whole || only_grows(indicator)))
        return JB_TARGET_MISSED;
    if (!whole)
        return JB_TARGET_OPEN;
    if (side == JB_AT_LEAST)
        return below ? JB_TARGET_MISSED : not_below ? JB_TARGET_MET : JB_TARGET_OPEN;
    return not_above ? JB_TARGET_MET : JB_TARGET_OPEN;
}

jb_err jb_target_judge(jb_source *source, struct jb_node node, uint32_t indicator, uint32_t target,
                       struct jb_target_judged *ret)
{
    const struct jb_indicator *info = &jb_source_binding(source)->view->indicators[indicator];
    const struct jb_target *wanted = &info->targets[target];
    struct jb_target_judged judged = {.standing = JB_TARGET_OPEN};
    struct jb_total_ask ask = {.node = node, .indicator = indicator, .today = JB_DATE_MAX};
    struct jb_total total;
    if (jb_span_to_base(wanted->span, info->freq, &ask.span) != JB_OK)
        return JB_EDAMAGED; /* the catalogue was checked for it */
    jb_err err = jb_total_of(source, &ask, &total);
    if (err)
        return err;
    const struct jb_result *result = &total.self.result;
    bool whole = total.self.expected > 0 && result->reported >= total.self.expected;
    if (result->state == JB_STATE_VALUE && info->measure != JB_TEXT && !total.unpaired)
        judged.standing = jb_target_compare(info, wanted, &total.value, result->mark, whole);
    judged.mark = result->mark;
    if (judged.standing != JB_TARGET_OPEN &&
        jb_total_format(&total, info, JB_ROUND_HALF_UP, judged.value) != JB_OK)
        judged.standing = JB_TARGET_OPEN; /* it has too many digits to be shown */
    *ret = judged;
    return JB_OK;
}
