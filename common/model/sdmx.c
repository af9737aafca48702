/* Words of jibao and of SDMX side by side. */
#include "model/sdmx.h"

#include <stdio.h>
#include <string.h>

#define MONTHS_MAX 3600

static const char *const columns[JB_SDMX_COLUMNS] = {
    [JB_SDMX_STRUCTURE] = "STRUCTURE",
    [JB_SDMX_STRUCTURE_ID] = "STRUCTURE_ID",
    [JB_SDMX_ACTION] = "ACTION",
    [JB_SDMX_FREQ] = "FREQ",
    [JB_SDMX_UNIT] = "REPORTING_UNIT",
    [JB_SDMX_INDICATOR] = "INDICATOR",
    [JB_SDMX_BASIS] = "BASIS",
    [JB_SDMX_TIME_PERIOD] = "TIME_PERIOD",
    [JB_SDMX_VALUE] = "OBS_VALUE",
    [JB_SDMX_TEXT] = "OBS_TEXT",
    [JB_SDMX_OBS_STATUS] = "OBS_STATUS",
    [JB_SDMX_STATE] = "STATE",
    [JB_SDMX_PRECISION] = "PRECISION",
    [JB_SDMX_UNIT_MEASURE] = "UNIT_MEASURE",
    [JB_SDMX_REPORTED] = "REPORTED",
    [JB_SDMX_EXPECTED] = "EXPECTED",
    [JB_SDMX_VALUE_PERIOD] = "VALUE_PERIOD",
    [JB_SDMX_REASON] = "REASON",
    [JB_SDMX_REVISION] = "REVISION",
    [JB_SDMX_COMMENT] = "COMMENT_OBS",
};

const char *jb_sdmx_column_id(enum jb_sdmx_column column)
{
    jb_assert(column < JB_SDMX_COLUMNS);
    return columns[column];
}

enum jb_sdmx_column jb_sdmx_column_of(struct jb_slice cell)
{
    enum jb_sdmx_column column = 0;
    const uint8_t *end = cell.len ? memchr(cell.ptr, ':', cell.len) : NULL;

    if (!end && cell.len)
        end = memchr(cell.ptr, '[', cell.len);
    if (end)
        cell.len = (size_t)(end - cell.ptr);
    while (column < JB_SDMX_COLUMNS && !jb_slice_is(cell, columns[column]))
        column++;
    return column;
}

static void swap_signs(struct jb_slice text, char from, char to, char ret[JB_SDMX_ID_SIZE])
{
    size_t len = text.len < JB_SDMX_ID_SIZE ? text.len : JB_SDMX_ID_SIZE - 1;

    for (size_t i = 0; i < len; i++)
        ret[i] = (char)text.ptr[i] == from ? to : (char)text.ptr[i];
    ret[len] = '\0';
}

void jb_sdmx_id(struct jb_slice code, char id[JB_SDMX_ID_SIZE])
{
    swap_signs(code, '.', '@', id);
}

void jb_sdmx_code(struct jb_slice id, char code[JB_SDMX_ID_SIZE])
{
    swap_signs(id, '@', '.', code);
}

/* The period that the span is, in whatever frequency it is written. */
static bool is_period(struct jb_span span, struct jb_period *ret)
{
    char text[JB_PERIOD_TEXT_SIZE];

    jb_span_format(span, text);
    return jb_period_parse(jb_slice_str(text), ret) == JB_OK;
}

const char *jb_sdmx_freq(struct jb_span span)
{
    struct jb_period period;

    if (!is_period(span, &period))
        return "_O";
    switch (period.freq) {
    case JB_FREQ_YEAR:
        return "A";
    case JB_FREQ_HALF:
        return "S";
    case JB_FREQ_QUARTER:
        return "Q";
    case JB_FREQ_MONTH:
        return "M";
    case JB_FREQ_DAY:
        return "D";
    case JB_FREQ_NONE:
        break;
    }
    return "_O";
}

void jb_sdmx_time(struct jb_span span, char text[JB_PERIOD_TEXT_SIZE])
{
    struct jb_period period;
    struct jb_span months;
    char first[16];

    if (is_period(span, &period)) {
        jb_period_format(period, text);
        return;
    }
    jb_date_format(jb_period_first_day(span.first), first);
    if (jb_span_to_base(span, JB_FREQ_MONTH, &months) == JB_OK)
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%s/P%uM", first, jb_span_count(months));
    else /* days */
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%s/P%uD", first, jb_span_count(span));
}

/* The whole number at the text's start; it moves behind it. */
static bool take_number(struct jb_slice *text, uint32_t max, uint32_t *ret)
{
    uint32_t v = 0;
    size_t len = 0;

    while (len < text->len && text->ptr[len] >= '0' && text->ptr[len] <= '9' && v <= max)
        v = v * 10 + (uint32_t)(text->ptr[len++] - '0');
    *text = jb_slice_of(text->ptr + len, text->len - len);
    *ret = v;
    return len > 0 && v > 0 && v <= max;
}

/* 2021-01-01/P30M, or /P2Y. */
static jb_err parse_range(struct jb_slice start, struct jb_slice duration, struct jb_span *ret)
{
    int year, month, day;
    uint32_t count;
    jb_date first;

    if (start.len > 10) /* a moment: its day is what counts */
        start.len = start.ptr[10] == 'T' ? 10 : start.len;
    if (jb_date_parse(start, &first) != JB_OK || duration.len < 3 || duration.ptr[0] != 'P')
        return JB_EINVAL;
    jb_date_split(first, &year, &month, &day);
    duration = jb_slice_of(duration.ptr + 1, duration.len - 1);
    if (!take_number(&duration, MONTHS_MAX, &count) || duration.len != 1 || day != 1)
        return JB_EINVAL;
    if (duration.ptr[0] == 'Y')
        count *= 12;
    else if (duration.ptr[0] != 'M')
        return JB_EINVAL;
    struct jb_period from = jb_period_make(JB_FREQ_MONTH, year, month - 1);
    struct jb_span span = {from, jb_period_add(from, (int32_t)count - 1)};
    if (jb_period_year(span.last) > JB_YEAR_MAX || year < JB_YEAR_MIN)
        return JB_ERANGE;
    struct jb_period whole;
    *ret = is_period(span, &whole) ? jb_span_of(whole) : span;
    return JB_OK;
}

jb_err jb_sdmx_time_parse(struct jb_slice text, struct jb_span *ret)
{
    const uint8_t *slash = text.len ? memchr(text.ptr, '/', text.len) : NULL;

    if (slash) {
        size_t len = (size_t)(slash - text.ptr);
        return parse_range(jb_slice_of(text.ptr, len), jb_slice_of(slash + 1, text.len - len - 1),
                           ret);
    }
    if (text.len == 7 && memcmp(text.ptr + 4, "-A1", 3) == 0)
        text.len = 4;
    for (size_t i = 0; i < text.len; i++) { /* what people write beside this is no SDMX */
        uint8_t c = text.ptr[i];
        if ((c < '0' || c > '9') && c != '-' && c != 'S' && c != 'Q' && c != 'M')
            return JB_EINVAL;
    }
    return jb_span_parse(text, ret);
}

void jb_sdmx_basis(struct jb_slice basis, struct jb_slice period, char text[JB_PERIOD_TEXT_SIZE])
{
    struct jb_span stretch, own;
    char first[JB_PERIOD_TEXT_SIZE];

    if (basis.len && jb_span_parse(basis, &stretch) == JB_OK &&
        jb_span_parse(period, &own) == JB_OK && !jb_span_eq(stretch, own) &&
        jb_span_to_base(stretch, own.first.freq, &stretch) == JB_OK) {
        jb_period_format(stretch.first, first);
        snprintf(text, JB_PERIOD_TEXT_SIZE, "SINCE_%.32s", first);
    } else {
        snprintf(text, JB_PERIOD_TEXT_SIZE, "PERIOD");
    }
}

const char *jb_sdmx_obs_status(enum jb_state state, enum jb_status status)
{
    switch (state) {
    case JB_STATE_NOT_APPLICABLE:
        if (status == JB_FINAL)
            return "M";
        break;
    case JB_STATE_NOT_REPORTED:
        return "L";
    case JB_STATE_WITHDRAWN:
    case JB_STATE_NOT_COMPUTABLE:
        return "O";
    case JB_STATE_VALUE:
        break;
    }
    return status == JB_PROVISIONAL ? "P" : status == JB_ESTIMATED ? "E" : "A";
}
