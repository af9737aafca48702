/* Single values of the catalogue: text, codes, words of a list, numbers, dates. Nothing is
 * repaired: "yes" is not true and 2021-1-1 is not a date, because a file that means something else
 * to its author is worse than one that is refused. */
#include <stdio.h>

#include "base/text.h"
#include "model/catalog_reader.h"

static bool has_control(struct jb_slice text, bool breaks_allowed)
{
    for (size_t i = 0; i < text.len; i++) {
        bool c1 = text.ptr[i] == 0xc2 && i + 1 < text.len && text.ptr[i + 1] < 0xa0;

        if (breaks_allowed && text.ptr[i] == '\n')
            continue;
        if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7f || c1)
            return true;
    }
    return false;
}

/* A word as a slice; lists and maps are refused. */
static bool word_of(struct jb_catread *rd, jb_yaml_ref node, const char *expected,
                    struct jb_slice *ret)
{
    if (!node)
        return false;
    if (node->kind != JB_YAML_TEXT) {
        jb_catread_expect(rd, node, expected);
        return false;
    }
    *ret = jb_yaml_slice(node);
    return true;
}

static bool text_of(struct jb_catread *rd, jb_yaml_ref node, bool is_note, const char **ret)
{
    struct jb_slice text;

    if (!word_of(rd, node, _("text"), &text))
        return false;
    if (text.len > JB_SHORT_TEXT_BYTES_MAX) {
        jb_catread_expect(rd, node, _("at most 4 KiB of text"));
        return false;
    }
    if (!jb_utf8_valid(text) || has_control(text, is_note)) {
        jb_catread_expect(rd, node,
                          is_note ? _("text without control characters")
                                  : _("one line of text without control characters"));
        return false;
    }
    if (!is_note && text.len == 0) {
        jb_catread_expect(rd, node, _("text, not nothing"));
        return false;
    }
    *ret = jb_catread_copy(rd, text);
    return true;
}

bool jb_catread_text(struct jb_catread *rd, jb_yaml_ref node, const char **ret)
{
    return text_of(rd, node, false, ret);
}

bool jb_catread_note(struct jb_catread *rd, jb_yaml_ref node, const char **ret)
{
    return text_of(rd, node, true, ret);
}

bool jb_catread_code(struct jb_catread *rd, jb_yaml_ref node, struct jb_slice *ret)
{
    const char *expected = _("a code: 1 to 64 of a-z 0-9 . _ -");
    struct jb_slice text;

    if (!word_of(rd, node, expected, &text))
        return false;
    if (!jb_code_valid(text)) {
        jb_catread_expect(rd, node, expected);
        return false;
    }
    *ret = text;
    return true;
}

bool jb_catread_word(struct jb_catread *rd, jb_yaml_ref node, const struct jb_catread_word *words,
                     size_t count, unsigned *ret)
{
    char expected[256];
    size_t len = 0;
    struct jb_slice text;

    expected[0] = 0;
    for (size_t i = 0; i < count && len < sizeof(expected); i++)
        len += (size_t)snprintf(expected + len, sizeof(expected) - len, "%s%s", i ? ", " : "",
                                words[i].word);
    if (!word_of(rd, node, expected, &text))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (jb_slice_is(text, words[i].word)) {
            *ret = words[i].value;
            return true;
        }
    }
    jb_catread_expect(rd, node, expected);
    return false;
}

bool jb_catread_bool(struct jb_catread *rd, jb_yaml_ref node, bool *ret)
{
    static const struct jb_catread_word words[] = {{"true", 1}, {"false", 0}};
    unsigned value;

    if (!jb_catread_word(rd, node, words, JB_COUNT(words), &value))
        return false;
    *ret = value != 0;
    return true;
}

/* Digits with an optional sign, within [min, max]; the limits are small, so four digits are enough.
 */
static bool small_int(struct jb_slice text, int min, int max, int *ret)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    int value = 0;

    if (negative)
        text = jb_slice_of(text.ptr + 1, text.len - 1);
    if (text.len < 1 || text.len > 4)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        value = value * 10 + (text.ptr[i] - '0');
    }
    if (negative)
        value = -value;
    if (value < min || value > max)
        return false;
    *ret = value;
    return true;
}

bool jb_catread_int(struct jb_catread *rd, jb_yaml_ref node, int min, int max, int *ret)
{
    char expected[64];
    struct jb_slice text;

    snprintf(expected, sizeof(expected), _("a whole number from %d to %d"), min, max);
    if (!word_of(rd, node, expected, &text))
        return false;
    if (!small_int(text, min, max, ret)) {
        jb_catread_expect(rd, node, expected);
        return false;
    }
    return true;
}

bool jb_catread_freq(struct jb_catread *rd, jb_yaml_ref node, enum jb_freq *ret)
{
    static const struct jb_catread_word words[] = {{"year", JB_FREQ_YEAR},
                                                   {"half", JB_FREQ_HALF},
                                                   {"quarter", JB_FREQ_QUARTER},
                                                   {"month", JB_FREQ_MONTH},
                                                   {"day", JB_FREQ_DAY}};
    unsigned value;

    if (!jb_catread_word(rd, node, words, JB_COUNT(words), &value))
        return false;
    *ret = (enum jb_freq)value;
    return true;
}

bool jb_catread_date(struct jb_catread *rd, jb_yaml_ref node, jb_date *ret)
{
    const char *expected = _("a date such as 2021-01-01");
    struct jb_slice text;

    if (!word_of(rd, node, expected, &text))
        return false;
    if (jb_date_parse(text, ret)) {
        jb_catread_expect(rd, node, expected);
        return false;
    }
    return true;
}

void jb_catread_dates(struct jb_catread *rd, jb_yaml_ref from, jb_yaml_ref until, jb_date *ret_from,
                      jb_date *ret_until)
{
    bool has_both;

    *ret_from = JB_DATE_MIN;
    *ret_until = JB_DATE_MAX;
    has_both = jb_catread_date(rd, from, ret_from);
    has_both = jb_catread_date(rd, until, ret_until) && has_both;
    if (has_both && *ret_from > *ret_until)
        jb_catread_refuse(rd, until, JB_F_CATALOG_CONTRADICTION, NULL, _("until not before from"),
                          NULL);
}
