/* Guesses at unreadable numbers. Each guess is a small rewriting of the text; it is offered only if
 * the result can be read as a number. */
#include "model/value_hint.h"

#include <stdio.h>

#include "base/text.h"
#include "model/decimal.h"
#include "model/fold.h"

#define NUMBER_BYTES_MAX 256

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Groups of three digits, the first of one to three: 1,234,567. */
static bool groups_are_clear(struct jb_slice whole)
{
    size_t group = 0, commas = 0;

    for (size_t i = 0; i < whole.len; i++) {
        if (whole.ptr[i] == ',') {
            if (group == 0 || group > 3 || (commas > 0 && group != 3))
                return false;
            commas++;
            group = 0;
        } else {
            group++;
        }
    }
    return commas == 0 || group == 3;
}

static bool is_zero(struct jb_slice digits)
{
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] != '0' && digits.ptr[i] != '.')
            return false;
    }
    return digits.len > 0;
}

bool jb_number_plain(struct jb_slice text, char *buf, size_t size, struct jb_slice *ret)
{
    struct jb_slice whole;
    bool negative = jb_take_prefix(&text, "-") || jb_take_prefix(&text, "−");
    size_t len = 0;

    if (!negative)
        jb_take_prefix(&text, "+");
    whole = text;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '.') {
            whole.len = i;
            break;
        }
    }
    /* A second sign would pass as the number's own. */
    if (text.len == 0 || !is_digit(text.ptr[0]) || text.len + 1 > size || !groups_are_clear(whole))
        return false;
    if (negative && !is_zero(text))
        buf[len++] = '-';
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != ',' || i >= whole.len)
            buf[len++] = (char)text.ptr[i];
    }
    *ret = jb_slice_of(buf, len);
    return true;
}

/* text as a number, printed plainly. */
static bool reads_as(const char *text, char number[JB_DEC_TEXT_SIZE])
{
    struct jb_dec value;

    if (jb_dec_parse(jb_slice_str(text), &value) != JB_OK)
        return false;
    jb_dec_format(value.mantissa, value.scale, number);
    return true;
}

/* text without the bytes of `drop`, and with each byte of `from` as the one of `to` at its place.
 */
static bool rewritten(struct jb_slice text, const char *drop, const char *from, const char *to,
                      char number[JB_DEC_TEXT_SIZE])
{
    char copy[NUMBER_BYTES_MAX];
    size_t len = 0;

    if (text.len >= sizeof(copy))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const char *at = strchr(from, text.ptr[i]);
        if (strchr(drop, text.ptr[i]))
            continue;
        copy[len++] = at ? to[at - from] : (char)text.ptr[i];
    }
    copy[len] = '\0';
    return reads_as(copy, number);
}

/* Length of the number that text starts with. */
static size_t number_length(struct jb_slice text)
{
    size_t len = text.len > 0 && text.ptr[0] == '-' ? 1 : 0;

    while (len < text.len &&
           (is_digit(text.ptr[len]) || text.ptr[len] == '.' || text.ptr[len] == ','))
        len++;
    return len;
}

/* The number that text starts with, and what follows it. */
static bool split_number(struct jb_slice text, struct jb_dec *ret, struct jb_slice *ret_rest)
{
    char digits[NUMBER_BYTES_MAX];
    size_t len = number_length(text);
    struct jb_slice plain;

    if (!jb_number_plain(jb_slice_of(text.ptr, len), digits, sizeof(digits), &plain) ||
        jb_dec_parse(plain, ret) != JB_OK)
        return false;
    *ret_rest = jb_slice_from(text, len);
    return true;
}

/* The power of ten that one word at the front of *text stands for; 0 if none does. */
static unsigned take_power(struct jb_slice *text)
{
    static const struct {
        const char *word;
        unsigned power;
    } words[] = {{"十", 1}, {"百", 2}, {"千", 3}, {"万", 4}, {"亿", 8}, {"w", 4}, {"W", 4}};

    for (size_t i = 0; i < JB_COUNT(words); i++) {
        if (jb_take_prefix(text, words[i].word))
            return words[i].power;
    }
    return 0;
}

/* 3万, 1.5亿元, 3百万: the number, multiplied. */
static bool hint_multiple(struct jb_slice text, char *why, size_t why_size, char *hint,
                          size_t hint_size)
{
    char number[JB_DEC_TEXT_SIZE];
    struct jb_dec value;
    struct jb_slice rest;
    unsigned power, more;

    if (!split_number(text, &value, &rest))
        return false;
    power = take_power(&rest);
    more = power ? take_power(&rest) : 0;
    if (power == 0)
        return false;
    snprintf(why, why_size, "%s", _("words such as 万 are not multiplied"));
    jb_dec_format((jb_i128)value.mantissa * jb_pow10(power + more), value.scale, number);
    snprintf(hint, hint_size, _("%s, or the figure in the indicator's unit of measure"), number);
    return true;
}

/* 1,23 and 1.234,5: the comma can be a decimal comma or stand at the wrong place. */
static bool hint_comma(struct jb_slice text, char *why, size_t why_size, char *hint,
                       size_t hint_size)
{
    char without[JB_DEC_TEXT_SIZE], as_point[JB_DEC_TEXT_SIZE];
    bool has_point, can_drop, can_be_point;

    if (!memchr(text.ptr, ',', text.len))
        return false;
    snprintf(why, why_size, "%s", _("the comma is ambiguous"));
    has_point = memchr(text.ptr, '.', text.len) != NULL;
    can_be_point = rewritten(text, has_point ? "." : "", ",", ".", as_point);
    can_drop = text.ptr[0] != ',' && rewritten(text, ",", "", "", without);
    if (can_drop && can_be_point && !has_point)
        snprintf(hint, hint_size, _("%s or %s"), without, as_point);
    else if (can_be_point)
        snprintf(hint, hint_size, "%s", as_point);
    else if (can_drop)
        snprintf(hint, hint_size, "%s", without);
    return true;
}

/* Words that stand for another size of the number: taking them off would change it. */
static bool changes_size(struct jb_slice rest)
{
    static const char *const words[] = {"‰", "成", "折", "倍"};

    for (size_t i = 0; i < JB_COUNT(words); i++) {
        if (jb_take_prefix(&rest, words[i]))
            return true;
    }
    for (size_t i = 0; i < rest.len; i++) {
        if (is_digit(rest.ptr[i]))
            return true;
    }
    return false;
}

/* 500余人, 12次: a number and what is most likely its unit of measure. */
static bool hint_unit(struct jb_slice text, char *why, size_t why_size, char *hint,
                      size_t hint_size)
{
    static const char *const kept[] = {"余", "多", "以上", "以内"};
    char number[JB_DEC_TEXT_SIZE];
    const char *mark = "";
    struct jb_dec value;
    struct jb_slice rest;

    if (!split_number(text, &value, &rest) || rest.len == 0 || rest.ptr[0] < 0x80 ||
        changes_size(rest))
        return false;
    for (size_t i = 0; i < JB_COUNT(kept) && *mark == '\0'; i++) {
        if (jb_take_prefix(&rest, kept[i]))
            mark = kept[i];
    }
    jb_dec_format(value.mantissa, value.scale, number);
    snprintf(why, why_size, "%s", _("the unit of measure does not belong in the cell"));
    snprintf(hint, hint_size, "%s%s", number, mark);
    return true;
}

/* 12O4, 007, .5, 5., 12 402, (5): rewritten without doubt about the digits, yet not silently. */
static bool hint_slip(struct jb_slice text, char *why, size_t why_size, char *hint,
                      size_t hint_size)
{
    static const struct {
        const char *drop, *from, *to;
        const char *why; /* msgid */
    } slips[] = {
        {"", "OoQlI|", "000111", N_("letters stand where digits belong")},
        {" _'", "", "", N_("the digits are interrupted")},
    };
    char copy[NUMBER_BYTES_MAX], number[JB_DEC_TEXT_SIZE];
    struct jb_slice body = text;
    bool closed = jb_take_prefix(&body, "(") && jb_take_suffix(&body, ")");

    for (size_t i = 0; i < JB_COUNT(slips); i++) {
        if (rewritten(text, slips[i].drop, slips[i].from, slips[i].to, number)) {
            snprintf(why, why_size, "%s", _(slips[i].why));
            snprintf(hint, hint_size, "%s", number);
            return true;
        }
    }
    if (!closed) {
        body = text;
        while (body.len > 1 && body.ptr[0] == '0')
            body = jb_slice_from(body, 1);
        jb_take_suffix(&body, ".");
        jb_take_suffix(&body, "。");
    }
    snprintf(copy, sizeof(copy), "%s%s%.*s", closed ? "-" : "",
             body.len > 0 && body.ptr[0] == '.' ? "0" : "", JB_ARG(body));
    if (!reads_as(copy, number))
        return false;
    snprintf(why, why_size, "%s", _("this is not how a number is written"));
    snprintf(hint, hint_size, "%s", number);
    return true;
}

void jb_value_hint(struct jb_slice text, char *why, size_t why_size, char *hint, size_t hint_size)
{
    hint[0] = '\0';
    if (text.len == 0) {
        snprintf(why, why_size, "%s", _("there is no number"));
        return;
    }
    if (hint_multiple(text, why, why_size, hint, hint_size) ||
        hint_unit(text, why, why_size, hint, hint_size) ||
        hint_comma(text, why, why_size, hint, hint_size) ||
        hint_slip(text, why, why_size, hint, hint_size))
        return;
    snprintf(why, why_size, "%s", _("this is not a number"));
}
