/* Words around numbers. No arithmetic: whether a growth is none is seen from its digits. */
#include "report/phrase.h"

#include <stdio.h>

static void put(struct jb_buf *out, struct jb_slice text)
{
    jb_buf_put(out, text.ptr, text.len);
}

/* What a mark writes before the number, behind it, and behind the unit of measure. */
struct marks {
    const char *before, *behind, *last;
};

static struct marks marks_of(enum jb_mark mark, bool zh)
{
    static const struct marks chinese[JB_MARKS] = {
        [JB_EXACT] = {"", "", ""},       [JB_AT_LEAST] = {"", "", "以上"},
        [JB_MORE_THAN] = {"", "余", ""}, [JB_AT_MOST] = {"", "", "以内"},
        [JB_NEARLY] = {"近", "", ""},    [JB_APPROXIMATE] = {"约", "", ""},
    };
    static const struct marks english[JB_MARKS] = {
        [JB_EXACT] = {"", "", ""},
        [JB_AT_LEAST] = {"at least ", "", ""},
        [JB_MORE_THAN] = {"more than ", "", ""},
        [JB_AT_MOST] = {"at most ", "", ""},
        [JB_NEARLY] = {"nearly ", "", ""},
        [JB_APPROXIMATE] = {"about ", "", ""},
    };
    jb_assert((size_t)mark < JB_MARKS);
    return zh ? chinese[mark] : english[mark];
}

static bool begins(struct jb_slice text, const char *with)
{
    size_t len = strlen(with);
    return text.len >= len && memcmp(text.ptr, with, len) == 0;
}

void jb_phrase_value(const struct jb_phrase *phrase, bool zh, struct jb_buf *out)
{
    struct marks marks = marks_of(phrase->mark, zh);
    struct jb_slice unit = phrase->unit_of_measure;
    bool percent = jb_slice_is(unit, "%");
    if (zh && percent && phrase->mark == JB_MORE_THAN)
        marks = (struct marks){"超", "", ""}; /* nobody says 90余% */
    jb_buf_put_str(out, marks.before);
    put(out, phrase->number);
    if (zh && (begins(unit, "万") || begins(unit, "亿")) && unit.len >= 3) {
        put(out, jb_slice_of(unit.ptr, 3));
        unit = jb_slice_of(unit.ptr + 3, unit.len - 3);
    }
    jb_buf_put_str(out, marks.behind);
    if (zh && begins(unit, "工作日"))
        jb_buf_put_str(out, "个"); /* a day of work is counted by 个 */
    if (!zh && unit.len && !percent)
        jb_buf_put_u8(out, ' ');
    put(out, unit);
    jb_buf_put_str(out, marks.last);
}

static bool is_zero(struct jb_slice number)
{
    for (size_t i = 0; i < number.len; i++) {
        if (number.ptr[i] >= '1' && number.ptr[i] <= '9')
            return false;
    }
    return true;
}

enum jb_growth_word jb_phrase_growth_word(const struct jb_phrase_growth *growth)
{
    struct jb_dec now, base;
    if (!is_zero(growth->value))
        return growth->value.ptr[0] == '-' ? JB_GROWTH_DOWN : JB_GROWTH_UP;
    /* Canonical numbers are equal when their parts are. */
    bool same = jb_dec_parse(growth->now, &now) == JB_OK &&
                jb_dec_parse(growth->base, &base) == JB_OK && now.mantissa == base.mantissa &&
                now.scale == base.scale;
    return same ? JB_GROWTH_EQUAL : JB_GROWTH_ABOUT_EQUAL;
}

void jb_phrase_growth_say(const struct jb_phrase_growth *growth, bool zh, struct jb_buf *out)
{
    switch (jb_phrase_growth_word(growth)) {
    case JB_GROWTH_UP:
        jb_buf_put_str(out, !zh ? "up" : growth->points ? "提高" : "增长");
        break;
    case JB_GROWTH_DOWN:
        jb_buf_put_str(out, zh ? "下降" : "down");
        break;
    case JB_GROWTH_EQUAL:
        jb_buf_put_str(out, zh ? "持平" : "unchanged");
        break;
    case JB_GROWTH_ABOUT_EQUAL:
        jb_buf_put_str(out, zh ? "基本持平" : "nearly unchanged");
        break;
    }
}

void jb_phrase_growth_rate(const struct jb_phrase_growth *growth, bool zh, struct jb_buf *out)
{
    struct jb_slice number = growth->value;
    const char *points = zh ? "个百分点" : "percentage points";
    if (number.len && number.ptr[0] == '-')
        number = jb_slice_of(number.ptr + 1, number.len - 1);
    struct jb_phrase phrase = {number, growth->mark, jb_slice_str(growth->points ? points : "%")};
    jb_phrase_value(&phrase, zh, out);
}

void jb_phrase_growth(const struct jb_phrase_growth *growth, bool zh, struct jb_buf *out)
{
    enum jb_growth_word word = jb_phrase_growth_word(growth);
    jb_phrase_growth_say(growth, zh, out);
    if (word == JB_GROWTH_EQUAL || word == JB_GROWTH_ABOUT_EQUAL)
        return;
    if (!zh)
        jb_buf_put_u8(out, ' ');
    jb_phrase_growth_rate(growth, zh, out);
}

void jb_phrase_day(jb_date day, bool zh, struct jb_buf *out)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    int year, month, of_month;
    jb_date_split(day, &year, &month, &of_month);
    if (zh)
        jb_buf_printf(out, "%d年%d月%d日", year, month, of_month);
    else
        jb_buf_printf(out, "%d %s %d", of_month, months[month - 1], year);
}

void jb_phrase_ordinal_zh(uint32_t number, struct jb_buf *out)
{
    static const char *const digits[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    if (number == 0 || number > 99) {
        jb_buf_printf(out, "%u", number);
        return;
    }
    if (number >= 20)
        jb_buf_put_str(out, digits[number / 10]);
    if (number >= 10)
        jb_buf_put_str(out, "十");
    jb_buf_put_str(out, digits[number % 10]);
}
