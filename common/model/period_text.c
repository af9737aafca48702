/* Reads periods and spans as codes (2023-Q2) and as people write them (2023年前三季度). Everything
 * is matched whole: what is left over makes the text unreadable, so a typing slip never becomes
 * another period. */
#include <stdio.h>

#include "model/fold.h"
#include "model/period.h"

#define INPUT_BYTES_MAX 128

/* One or more digits, at most `count`, at the front of *text; -1 if there are none. */
static int take_digits(struct jb_slice *text, size_t count)
{
    size_t len = 0;
    int v = 0;

    while (len < text->len && len < count && text->ptr[len] >= '0' && text->ptr[len] <= '9')
        v = v * 10 + (text->ptr[len++] - '0');
    *text = jb_slice_from(*text, len);
    return len > 0 ? v : -1;
}

static jb_err make_day(int year, int month, int day, struct jb_span *ret)
{
    char text[16];
    jb_date date;

    if (year < JB_DAY_YEAR_MIN || year > JB_DAY_YEAR_MAX)
        return JB_ERANGE;
    if (month < 0 || month > 99 || day < 0 || day > 99)
        return JB_EINVAL;
    snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
    if (jb_date_parse(jb_slice_str(text), &date) != JB_OK)
        return JB_EINVAL;
    *ret = jb_span_of((struct jb_period){JB_FREQ_DAY, date});
    return JB_OK;
}

/* The numbers from `first` to `last` (from 1) of a year's periods. */
static jb_err make_span(enum jb_freq freq, int year, int first, int last, struct jb_span *ret)
{
    if (first < 1 || first > (int)freq || last < 1 || last > (int)freq)
        return JB_EINVAL;
    if (last < first)
        return JB_ERANGE;
    ret->first = jb_period_make(freq, year, first - 1);
    ret->last = jb_period_make(freq, year, last - 1);
    return JB_OK;
}

/* What follows the year in a code: Q2, S1, H1, M06, or 06 or 06-12 after a hyphen. */
static jb_err parse_code(struct jb_slice rest, int year, struct jb_span *ret)
{
    static const struct {
        const char *upper, *lower;
        enum jb_freq freq;
    } letters[] = {
        {"Q", "q", JB_FREQ_QUARTER},
        {"S", "s", JB_FREQ_HALF},
        {"H", "h", JB_FREQ_HALF},
        {"M", "m", JB_FREQ_MONTH},
    };
    bool hyphen = jb_take_prefix(&rest, "-");
    enum jb_freq freq = JB_FREQ_NONE;
    int number;

    for (size_t i = 0; i < JB_COUNT(letters) && freq == JB_FREQ_NONE; i++) {
        if (jb_take_prefix(&rest, letters[i].upper) || jb_take_prefix(&rest, letters[i].lower))
            freq = letters[i].freq;
    }
    if (freq == JB_FREQ_NONE && hyphen && rest.len == 5 && rest.ptr[2] == '-') {
        number = take_digits(&rest, 2);
        jb_take_prefix(&rest, "-");
        int day = take_digits(&rest, 2);
        return rest.len > 0 ? JB_EINVAL : make_day(year, number, day, ret);
    }
    if (freq == JB_FREQ_NONE && hyphen && rest.len == 2)
        freq = JB_FREQ_MONTH;
    if (freq == JB_FREQ_NONE)
        return JB_EINVAL;
    number = take_digits(&rest, 2);
    if (rest.len > 0)
        return JB_EINVAL;
    return make_span(freq, year, number, number, ret);
}

/* 一 to 四, or a digit. */
static int take_ordinal(struct jb_slice *text)
{
    static const char *const words[] = {"一", "二", "三", "四"};

    for (size_t i = 0; i < JB_COUNT(words); i++) {
        if (jb_take_prefix(text, words[i]))
            return (int)i + 1;
    }
    return take_digits(text, 1);
}

static bool take_months_dash(struct jb_slice *text)
{
    static const char *const dashes[] = {"-", "~", "–", "—", "至", "到"};

    for (size_t i = 0; i < JB_COUNT(dashes); i++) {
        if (jb_take_prefix(text, dashes[i]))
            return true;
    }
    return false;
}

/* 6月, 1-9月, 1月-9月, 6月12日. */
static jb_err parse_months_zh(struct jb_slice rest, int year, struct jb_span *ret)
{
    int first = take_digits(&rest, 2), last = first;
    bool closed = jb_take_prefix(&rest, "月");
    struct jb_slice day_text = rest;
    int day = closed ? take_digits(&day_text, 2) : -1;

    if (day >= 0 && (jb_slice_is(day_text, "日") || jb_slice_is(day_text, "号")))
        return make_day(year, first, day, ret);
    if (take_months_dash(&rest)) {
        last = take_digits(&rest, 2);
        closed = jb_take_prefix(&rest, "月");
    }
    jb_take_prefix(&rest, "份");
    if (!closed || rest.len > 0)
        return JB_EINVAL;
    return make_span(JB_FREQ_MONTH, year, first, last, ret);
}

/* What follows 年. */
static jb_err parse_zh(struct jb_slice rest, int year, struct jb_span *ret)
{
    struct jb_slice quarter = rest;
    int number;
    bool first_ones, in_order;

    if (rest.len == 0 || jb_slice_is(rest, "度") || jb_slice_is(rest, "全年"))
        return make_span(JB_FREQ_YEAR, year, 1, 1, ret);
    if (jb_slice_is(rest, "上半年"))
        return make_span(JB_FREQ_HALF, year, 1, 1, ret);
    if (jb_slice_is(rest, "下半年"))
        return make_span(JB_FREQ_HALF, year, 2, 2, ret);
    first_ones = jb_take_prefix(&quarter, "前");
    in_order = jb_take_prefix(&quarter, "第");
    number = take_ordinal(&quarter);
    if (first_ones)
        jb_take_prefix(&quarter, "个");
    if (number > 0 && !(first_ones && in_order) &&
        (jb_slice_is(quarter, "季度") || jb_slice_is(quarter, "季")))
        return make_span(JB_FREQ_QUARTER, year, first_ones ? 1 : number, number, ret);
    return parse_months_zh(rest, year, ret);
}

/* One side of a span; 年前三季度 and 1-9月 are spans themselves. */
static jb_err parse_side(struct jb_slice text, struct jb_span *ret)
{
    struct jb_slice rest = jb_trim(text);
    size_t len = rest.len;
    int year = take_digits(&rest, 4);
    struct jb_span span;
    jb_err err;

    if (year < 0 || len - rest.len != 4)
        return JB_EINVAL;
    if (rest.len == 0)
        err = make_span(JB_FREQ_YEAR, year, 1, 1, &span);
    else if (jb_take_prefix(&rest, "年"))
        err = parse_zh(jb_trim(rest), year, &span);
    else
        err = parse_code(rest, year, &span);
    if (err)
        return err;
    if (year < JB_YEAR_MIN || year > JB_YEAR_MAX)
        return JB_ERANGE;
    *ret = span;
    return JB_OK;
}

static size_t find_dots(struct jb_slice text)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        if (text.ptr[i] == '.' && text.ptr[i + 1] == '.')
            return i;
    }
    return text.len;
}

jb_err jb_span_parse(struct jb_slice text, struct jb_span *ret)
{
    char folded[INPUT_BYTES_MAX];
    struct jb_span left, right;
    enum jb_freq finer;
    size_t dots;
    jb_err err;

    if (jb_fold(text, folded, sizeof(folded), &text) != JB_OK)
        return JB_EINVAL;
    dots = find_dots(text);
    err = parse_side(jb_slice_of(text.ptr, dots), &left);
    if (err)
        return err;
    if (dots < text.len) {
        err = parse_side(jb_slice_from(text, dots + 2), &right);
        if (err)
            return err;
        finer = left.first.freq > right.first.freq ? left.first.freq : right.first.freq;
        jb_ignore(jb_span_to_base(left, finer, &left));
        jb_ignore(jb_span_to_base(right, finer, &right));
        if (left.first.freq != right.first.freq)
            return JB_EINVAL;
        if (right.last.ordinal < left.first.ordinal)
            return JB_ERANGE;
        left.last = right.last;
    }
    *ret = left;
    return JB_OK;
}
