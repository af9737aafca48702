/* Periods and spans as numbers: arithmetic, codes and Chinese names. Reading them is period_text.c,
 * days are date.c. */
#include "model/period.h"

#include <stdio.h>

static const struct {
    enum jb_freq freq;
    const char *name, *zh, *letter;
} freqs[] = {
    {JB_FREQ_YEAR, "year", "年", "A"},       {JB_FREQ_HALF, "half", "半年", "S"},
    {JB_FREQ_QUARTER, "quarter", "季", "Q"}, {JB_FREQ_MONTH, "month", "月", "M"},
    {JB_FREQ_DAY, "day", "日", "D"},
};

static const char *const ordinals_zh[] = {"一", "二", "三", "四"};

const char *jb_freq_name(enum jb_freq freq)
{
    for (size_t i = 0; i < JB_COUNT(freqs); i++) {
        if (freqs[i].freq == freq)
            return freqs[i].name;
    }
    return "none";
}

jb_err jb_freq_parse(struct jb_slice text, enum jb_freq *ret)
{
    for (size_t i = 0; i < JB_COUNT(freqs); i++) {
        if (jb_slice_is(text, freqs[i].name) || jb_slice_is(text, freqs[i].zh) ||
            jb_slice_is(text, freqs[i].letter)) {
            *ret = freqs[i].freq;
            return JB_OK;
        }
    }
    return JB_EINVAL;
}

struct jb_period jb_period_make(enum jb_freq freq, int year, int index)
{
    if (freq == JB_FREQ_DAY) {
        jb_assert(index >= 0 && index < 366);
        return (struct jb_period){freq, jb_date_make(year, 1, 1) + index};
    }
    jb_assert(freq != JB_FREQ_NONE && index >= 0 && index < (int)freq);
    return (struct jb_period){freq, year * (int)freq + index};
}

int jb_period_index(struct jb_period period)
{
    if (period.freq == JB_FREQ_DAY)
        return period.ordinal - jb_date_make(jb_period_year(period), 1, 1);
    int freq = (int)period.freq;
    int rest = period.ordinal % freq;

    return rest < 0 ? rest + freq : rest;
}

int jb_period_year(struct jb_period period)
{
    int year, month, day;

    if (period.freq == JB_FREQ_DAY) {
        jb_date_split(period.ordinal, &year, &month, &day);
        return year;
    }
    return (period.ordinal - jb_period_index(period)) / (int)period.freq;
}

bool jb_period_eq(struct jb_period a, struct jb_period b)
{
    return a.freq == b.freq && a.ordinal == b.ordinal;
}

struct jb_period jb_period_add(struct jb_period period, int32_t steps)
{
    return (struct jb_period){period.freq, period.ordinal + steps};
}

static int months_each(enum jb_freq freq)
{
    return 12 / (int)freq;
}

jb_date jb_period_first_day(struct jb_period period)
{
    if (period.freq == JB_FREQ_DAY)
        return period.ordinal;
    int month = jb_period_index(period) * months_each(period.freq) + 1;

    return jb_date_make(jb_period_year(period), month, 1);
}

jb_date jb_period_last_day(struct jb_period period)
{
    return jb_period_first_day(jb_period_add(period, 1)) - 1;
}

struct jb_period jb_period_at(enum jb_freq freq, jb_date day)
{
    int year, month, month_day;

    if (freq == JB_FREQ_DAY)
        return (struct jb_period){freq, day};
    jb_date_split(day, &year, &month, &month_day);
    return jb_period_make(freq, year, (month - 1) / months_each(freq));
}

void jb_period_format(struct jb_period period, char text[JB_PERIOD_TEXT_SIZE])
{
    int year = jb_period_year(period);
    int number = jb_period_index(period) + 1;

    switch (period.freq) {
    case JB_FREQ_YEAR:
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%04d", year);
        return;
    case JB_FREQ_HALF:
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%04d-S%d", year, number);
        return;
    case JB_FREQ_QUARTER:
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%04d-Q%d", year, number);
        return;
    case JB_FREQ_MONTH:
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%04d-M%02d", year, number);
        return;
    case JB_FREQ_DAY:
        jb_date_format(period.ordinal, text);
        return;
    case JB_FREQ_NONE:
        break;
    }
    text[0] = '\0';
}

void jb_period_format_zh(struct jb_period period, char text[JB_PERIOD_TEXT_SIZE])
{
    int year = jb_period_year(period);
    int index = jb_period_index(period);
    int month, day;

    switch (period.freq) {
    case JB_FREQ_YEAR:
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%d年", year);
        return;
    case JB_FREQ_HALF:
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%d年%s半年", year, index == 0 ? "上" : "下");
        return;
    case JB_FREQ_QUARTER:
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%d年第%s季度", year, ordinals_zh[index]);
        return;
    case JB_FREQ_MONTH:
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%d年%d月", year, index + 1);
        return;
    case JB_FREQ_DAY:
        jb_date_split(period.ordinal, &year, &month, &day);
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%d年%d月%d日", year, month, day);
        return;
    case JB_FREQ_NONE:
        break;
    }
    text[0] = '\0';
}

struct jb_span jb_span_of(struct jb_period period)
{
    return (struct jb_span){period, period};
}

bool jb_span_eq(struct jb_span a, struct jb_span b)
{
    return jb_period_first_day(a.first) == jb_period_first_day(b.first) &&
           jb_period_last_day(a.last) == jb_period_last_day(b.last);
}

uint32_t jb_span_count(struct jb_span span)
{
    return (uint32_t)(span.last.ordinal - span.first.ordinal) + 1;
}

jb_err jb_span_to_base(struct jb_span span, enum jb_freq base, struct jb_span *ret)
{
    int32_t from = (int32_t)span.first.freq;
    int32_t to = (int32_t)base;
    int32_t end = span.last.ordinal + 1;

    jb_assert(from > 0 && to > 0);
    if (from == to) {
        *ret = span;
        return JB_OK;
    }
    if (span.first.freq == JB_FREQ_DAY || base == JB_FREQ_DAY)
        return JB_EINVAL;
    if (to >= from) {
        *ret = (struct jb_span){{base, span.first.ordinal * (to / from)},
                                {base, end * (to / from) - 1}};
        return JB_OK;
    }
    if (span.first.ordinal % (from / to) != 0 || end % (from / to) != 0)
        return JB_EINVAL;
    *ret =
        (struct jb_span){{base, span.first.ordinal / (from / to)}, {base, end / (from / to) - 1}};
    return JB_OK;
}

/* The coarsest single period that is exactly the span. */
static bool single_period(struct jb_span span, struct jb_period *ret)
{
    struct jb_span coarse;

    for (size_t i = 0; i < JB_COUNT(freqs) && freqs[i].freq <= span.first.freq; i++) {
        if (jb_span_to_base(span, freqs[i].freq, &coarse) == JB_OK && jb_span_count(coarse) == 1) {
            *ret = coarse.first;
            return true;
        }
    }
    return false;
}

jb_err jb_period_parse(struct jb_slice text, struct jb_period *ret)
{
    struct jb_span span;
    jb_err err = jb_span_parse(text, &span);

    if (err)
        return err;
    if (jb_span_count(span) == 1)
        *ret = span.first; /* as written: a month is not brought to anything coarser */
    else if (!single_period(span, ret))
        return JB_EINVAL;
    return JB_OK;
}

void jb_span_format(struct jb_span span, char text[JB_PERIOD_TEXT_SIZE])
{
    struct jb_period single;
    char last[JB_PERIOD_TEXT_SIZE];
    size_t len;

    if (single_period(span, &single)) {
        jb_period_format(single, text);
        return;
    }
    jb_period_format(span.first, text);
    jb_period_format(span.last, last);
    len = strlen(text);
    snprintf(text + len, JB_PERIOD_TEXT_SIZE - len, "..%s", last);
}

void jb_span_format_zh(struct jb_span span, char text[JB_PERIOD_TEXT_SIZE])
{
    struct jb_period single;
    char last[JB_PERIOD_TEXT_SIZE];
    int year = jb_period_year(span.first);
    int first = jb_period_index(span.first), end = jb_period_index(span.last);
    bool one_year = year == jb_period_year(span.last);
    size_t len;

    if (single_period(span, &single)) {
        jb_period_format_zh(single, text);
    } else if (one_year && span.first.freq == JB_FREQ_QUARTER && first == 0 && end == 2) {
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%d年前三季度", year);
    } else if (one_year && span.first.freq == JB_FREQ_MONTH) {
        snprintf(text, JB_PERIOD_TEXT_SIZE, "%d年%d-%d月", year, first + 1, end + 1);
    } else {
        jb_period_format_zh(span.first, text);
        jb_period_format_zh(span.last, last);
        len = strlen(text);
        snprintf(text + len, JB_PERIOD_TEXT_SIZE - len, "至%s", last);
    }
}

/* The same date; of 29 February the 28th. */
static struct jb_period day_year_before(struct jb_period day)
{
    int year, month, month_day;

    jb_date_split(day.ordinal, &year, &month, &month_day);
    if (month == 2 && month_day == 29)
        month_day = 28;
    return (struct jb_period){JB_FREQ_DAY, jb_date_make(year - 1, month, month_day)};
}

struct jb_span jb_span_year_before(struct jb_span span)
{
    if (span.first.freq == JB_FREQ_DAY)
        return (struct jb_span){day_year_before(span.first), day_year_before(span.last)};
    int32_t year = (int32_t)span.first.freq;

    return (struct jb_span){jb_period_add(span.first, -year), jb_period_add(span.last, -year)};
}

struct jb_span jb_span_before(struct jb_span span)
{
    int32_t count = (int32_t)jb_span_count(span);

    return (struct jb_span){jb_period_add(span.first, -count), jb_period_add(span.last, -count)};
}
