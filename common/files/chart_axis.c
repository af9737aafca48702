/* Numbers and the axis of a chart, in 128-bit integers at one scale: exact until a place on the
 * paper is asked for. */
#include <stdio.h>

#include "files/chart.h"

#define STEPS_WANTED 5

uint32_t jb_chart_decimals(struct jb_slice number)
{
    const uint8_t *dot = number.len ? memchr(number.ptr, '.', number.len) : NULL;

    return dot ? (uint32_t)(number.ptr + number.len - dot - 1) : 0;
}

jb_err jb_chart_number(struct jb_slice number, uint32_t scale, jb_i128 *ret)
{
    size_t sign = number.len && number.ptr[0] == '-' ? 1 : 0;
    uint32_t digits = 0, dots = 0, decimals = jb_chart_decimals(number);
    jb_i128 v = 0;

    if (number.len == sign)
        return JB_EINVAL;
    if (decimals > scale)
        return JB_ERANGE;
    for (size_t i = sign; i < number.len; i++) {
        uint8_t c = number.ptr[i];
        if (c == '.' && ++dots == 1 && i > sign && i + 1 < number.len)
            continue;
        if (c < '0' || c > '9')
            return JB_EINVAL;
        digits += v > 0 || c > '0'; /* leading zeros are none */
        if (digits > JB_CHART_DIGITS_MAX)
            return JB_ERANGE;
        v = v * 10 + (c - '0');
    }
    for (; decimals < scale; decimals++) {
        if (v && ++digits > JB_CHART_DIGITS_MAX)
            return JB_ERANGE;
        v *= 10;
    }
    *ret = sign ? -v : v;
    return JB_OK;
}

/* The least of 1, 2, 5, 10, 20, ... that is not below v > 0. */
static jb_i128 nice_above(jb_i128 v)
{
    static const int heads[] = {1, 2, 5};
    jb_i128 power = 1;

    for (;; power *= 10) {
        for (size_t i = 0; i < JB_COUNT(heads); i++) {
            if (power * heads[i] >= v)
                return power * heads[i];
        }
    }
}

static jb_err extremes(const struct jb_chart *chart, uint32_t scale, jb_i128 *low, jb_i128 *high)
{
    for (uint32_t s = 0; s < chart->series_count; s++) {
        for (uint32_t i = 0; i < chart->category_count; i++) {
            struct jb_slice number = chart->series[s].points[i].number;
            jb_i128 v = 0;
            jb_err err = number.len ? jb_chart_number(number, scale, &v) : JB_OK;
            if (err)
                return err;
            *low = v < *low ? v : *low;
            *high = v > *high ? v : *high;
        }
    }
    return JB_OK;
}

jb_err jb_chart_axis_of(const struct jb_chart *chart, struct jb_chart_axis *ret)
{
    struct jb_chart_axis axis = {0};

    if (chart->series_count == 0 || chart->series_count > JB_CHART_SERIES_MAX ||
        chart->category_count == 0 || chart->category_count > JB_CHART_CATEGORIES_MAX)
        return JB_ERANGE;
    for (uint32_t s = 0; s < chart->series_count; s++) {
        for (uint32_t i = 0; i < chart->category_count; i++) {
            uint32_t own = jb_chart_decimals(chart->series[s].points[i].number);
            axis.scale = own > axis.scale ? own : axis.scale;
        }
    }
    if (axis.scale > JB_CHART_DIGITS_MAX)
        return JB_ERANGE;
    jb_err err = extremes(chart, axis.scale, &axis.low, &axis.high);
    if (err)
        return err;
    jb_i128 range = axis.high - axis.low;
    axis.step = nice_above(range > STEPS_WANTED ? (range + STEPS_WANTED - 1) / STEPS_WANTED : 1);
    axis.low = -((-axis.low + axis.step - 1) / axis.step * axis.step);
    jb_i128 greatest = axis.high;
    axis.high = (axis.high + axis.step - 1) / axis.step * axis.step;
    if (axis.high == 0 ? axis.low == 0 : (axis.high - greatest) * 4 < axis.step)
        axis.high += axis.step; /* room for a label over the greatest */
    *ret = axis;
    return JB_OK;
}

void jb_chart_tick_text(const struct jb_chart_axis *axis, jb_i128 tick, char ret[48])
{
    char digits[48];
    uint32_t scale = axis->scale, len = 0;
    jb_i128 v = tick < 0 ? -tick : tick;

    for (; scale && v % 10 == 0; scale--)
        v /= 10;
    do {
        digits[len++] = (char)('0' + (int)(v % 10));
        v /= 10;
        if (len == scale)
            digits[len++] = '.';
    } while (v || len <= scale + (scale > 0));
    char *to = ret;
    if (tick < 0)
        *to++ = '-';
    while (len)
        *to++ = digits[--len];
    *to = 0;
}

const char *jb_chart_color(uint32_t series)
{
    static const char *const colors[JB_CHART_SERIES_MAX] = {"1F4E8C", "E08A2C", "4FA3A5",
                                                            "7A3B69", "A9C46C", "5B5B5B"};

    return colors[series % JB_CHART_SERIES_MAX];
}

const char *jb_chart_label(const struct jb_chart_point *point, char ret[48])
{
    if (!point->number.len)
        return "";
    if (point->text)
        return point->text;
    snprintf(ret, 48, "%.*s", JB_ARG(point->number));
    return ret;
}
