/* The text of a relation's side. Words are cut first, so that every mistake has one place. */
#include "model/rule.h"

#include "base/text.h"

#define COEFFICIENT_DIGITS_MAX 6

struct scan {
    struct jb_slice text;
    size_t at;             /* of the next byte */
    struct jb_slice word;  /* the word under the eye; empty at the end */
    size_t word_character; /* its place */
    size_t character;      /* of the next byte, from 1 */
    const char *expected;  /* set by what refuses */
};

static bool is_word(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' ||
           c == '@';
}

/* A word, or one character that belongs to none. */
static void next(struct scan *s)
{
    while (s->at < s->text.len && s->text.ptr[s->at] == ' ')
        s->at++, s->character++;
    size_t from = s->at;
    s->word_character = s->character;
    while (s->at < s->text.len && is_word(s->text.ptr[s->at]))
        s->at++, s->character++;
    if (s->at == from && s->at < s->text.len) {
        s->character++;
        for (s->at++; s->at < s->text.len && (s->text.ptr[s->at] & 0xc0) == 0x80;)
            s->at++;
    }
    s->word = jb_slice_of(s->text.ptr + from, s->at - from);
}

static bool is_number(struct jb_slice word)
{
    for (size_t i = 0; i < word.len; i++) {
        if ((word.ptr[i] < '0' || word.ptr[i] > '9') && word.ptr[i] != '.')
            return false;
    }
    return word.len > 0;
}

static bool read_coefficient(struct scan *s, struct jb_dec number, struct jb_rule_term *term)
{
    s->expected = _("a whole number from 1 to 999999 before *");
    if (number.scale || number.mantissa < 1 || number.mantissa >= jb_pow10(COEFFICIENT_DIGITS_MAX))
        return false;
    term->coefficient *= (int32_t)number.mantissa;
    return true;
}

static bool read_when(struct scan *s, struct jb_slice name, struct jb_rule_term *term)
{
    static const enum jb_rule_when all[] = {JB_WHEN_PREVIOUS, JB_WHEN_YEAR_AGO, JB_WHEN_YTD,
                                            JB_WHEN_YTD_PREVIOUS};

    for (size_t i = 0; i < JB_COUNT(all); i++) {
        if (jb_slice_is(name, jb_rule_when_name(all[i]))) {
            term->when = all[i];
            return true;
        }
    }
    s->expected = _("previous, year_ago, ytd or ytd_previous behind @");
    return false;
}

static bool read_place(struct scan *s, struct jb_rule_term *term)
{
    struct jb_slice code = s->word;
    size_t len = 0;

    while (len < code.len && code.ptr[len] != '@')
        len++;
    term->code = jb_slice_of(code.ptr, len);
    s->expected = _("an indicator's code or a number");
    if (!jb_code_valid(term->code) || (len == 1 && code.ptr[0] == '-') || is_number(term->code))
        return false;
    if (len == code.len)
        return true;
    s->word_character += len + 1;
    return read_when(s, jb_slice_of(code.ptr + len + 1, code.len - len - 1), term);
}

static bool read_term(struct scan *s, struct jb_rule_term *term)
{
    if (is_number(s->word)) {
        s->expected = _("a number of at most 18 digits and 9 decimals");
        if (jb_dec_parse(s->word, &term->constant))
            return false;
        struct scan ahead = *s;
        next(&ahead);
        if (!jb_slice_is(ahead.word, "*")) {
            *s = ahead;
            return true;
        }
        if (!read_coefficient(s, term->constant, term))
            return false;
        term->constant = (struct jb_dec){0};
        *s = ahead;
        next(s);
    }
    if (!read_place(s, term))
        return false;
    next(s);
    return true;
}

static bool read_sum(struct scan *s, struct jb_rule_sum *sum)
{
    next(s);
    for (;;) {
        struct jb_rule_term *term = &sum->terms[sum->count];

        s->expected = _("fewer terms: at most 32 a side");
        if (sum->count == JB_RULE_TERMS_MAX)
            return false;
        *term = (struct jb_rule_term){.coefficient = jb_slice_is(s->word, "-") ? -1 : 1};
        if (jb_slice_is(s->word, "-") || (sum->count && jb_slice_is(s->word, "+")))
            next(s);
        if (!read_term(s, term))
            return false;
        sum->count++;
        if (!s->word.len)
            return true;
        s->expected = _("+ or - between blanks, or nothing more");
        if (!jb_slice_is(s->word, "+") && !jb_slice_is(s->word, "-"))
            return false;
    }
}

jb_err jb_rule_sum_parse(struct jb_slice text, struct jb_rule_sum *ret, size_t *ret_at,
                         const char **ret_expected)
{
    struct scan s = {.text = text, .character = 1};
    struct jb_rule_sum sum = {.count = 0};

    if (!read_sum(&s, &sum)) {
        *ret_at = s.word_character;
        *ret_expected = s.expected;
        return JB_EINVAL;
    }
    *ret = sum;
    return JB_OK;
}

const char *jb_rule_when_name(enum jb_rule_when when)
{
    switch (when) {
    case JB_WHEN_NOW:
        return "";
    case JB_WHEN_PREVIOUS:
        return "previous";
    case JB_WHEN_YEAR_AGO:
        return "year_ago";
    case JB_WHEN_YTD:
        return "ytd";
    case JB_WHEN_YTD_PREVIOUS:
        return "ytd_previous";
    case JB_WHEN_YTD_REPORTED:
    case JB_WHEN_YTD_SUM:
        return "ytd";
    }
    return "";
}

const char *jb_rule_missing_name(enum jb_rule_missing missing)
{
    switch (missing) {
    case JB_MISSING_SKIP:
        return "skip";
    case JB_MISSING_ZERO:
        return "zero";
    case JB_MISSING_REQUIRE:
        return "require";
    }
    return "";
}

const char *jb_rule_op_name(enum jb_rule_op op)
{
    switch (op) {
    case JB_OP_EQ:
        return "=";
    case JB_OP_NE:
        return "!=";
    case JB_OP_LT:
        return "<";
    case JB_OP_LE:
        return "<=";
    case JB_OP_GT:
        return ">";
    case JB_OP_GE:
        return ">=";
    }
    return "";
}

const char *jb_rule_op_broken(enum jb_rule_op op)
{
    switch (op) {
    case JB_OP_EQ:
        return "≠";
    case JB_OP_NE:
        return "=";
    case JB_OP_LT:
        return "≥";
    case JB_OP_LE:
        return ">";
    case JB_OP_GT:
        return "≤";
    case JB_OP_GE:
        return "<";
    }
    return "";
}
