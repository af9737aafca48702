/* A relation in codes, and with its figures. */
#include <stdarg.h>
#include <stdio.h>

#include "model/rule_eval.h"

struct out {
    char *buf;
    size_t size, len;
};

static void put(struct out *o, const char *fmt, ...) JB_PRINTF(2, 3);
static void put(struct out *o, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int len = vsnprintf(o->buf + o->len, o->size - o->len, fmt, args);
    va_end(args);
    o->len += (size_t)len < o->size - o->len ? (size_t)len : o->size - o->len - 1;
}

/* The sign before a term, and its coefficient. */
static void put_sign(struct out *o, const struct jb_rule_term *term, uint32_t index)
{
    int32_t size = term->coefficient < 0 ? -term->coefficient : term->coefficient;

    if (index > 0)
        put(o, term->coefficient < 0 ? " - " : " + ");
    else if (term->coefficient < 0)
        put(o, "- ");
    if (size != 1)
        put(o, "%d*", size);
}

static void put_codes(struct out *o, const struct jb_rule_term *terms, uint32_t count)
{
    char number[JB_DEC_TEXT_SIZE];

    for (uint32_t i = 0; i < count; i++) {
        put_sign(o, &terms[i], i);
        if (!terms[i].code.len) {
            jb_dec_format(terms[i].constant.mantissa, terms[i].constant.scale, number);
            put(o, "%s", number);
            continue;
        }
        put(o, "%.*s", JB_ARG(terms[i].code));
        if (terms[i].when)
            put(o, "@%s", jb_rule_when_name(terms[i].when));
    }
}

const char *jb_rule_text(const struct jb_rule *rule, char *buf, size_t size)
{
    struct out o = {.buf = buf, .size = size};
    char number[JB_DEC_TEXT_SIZE];

    put_codes(&o, rule->left, rule->left_count);
    put(&o, " %s ", jb_rule_op_name(rule->op));
    put_codes(&o, rule->right, rule->right_count);
    if (rule->tolerance.mantissa) {
        jb_dec_format(rule->tolerance.mantissa, rule->tolerance.scale, number);
        put(&o, " ± %s", number);
    }
    return buf;
}

static void put_terms(struct out *o, const struct jb_rule_term *terms, uint32_t count,
                      const struct jb_rule_side *side, uint8_t scale)
{
    char number[JB_DEC_TEXT_SIZE], figure[JB_DEC_TEXT_SIZE + 8];

    for (uint32_t i = 0; i < count; i++) {
        if (i == JB_RULE_TERMS_MAX) {
            put(o, " + ...");
            return;
        }
        put_sign(o, &terms[i], i);
        jb_dec_format(side->terms[i], scale, number);
        put(o, "%s", jb_figure_text(figure, sizeof(figure), number, side->marks[i], false));
    }
}

/* 3 + 4 = 7 ≠ 10 = 8 + 2: what is compared stands in the middle. */
const char *jb_rule_sides_text(const struct jb_rule *rule, const struct jb_rule_work *work,
                               char *buf, size_t size)
{
    struct out o = {.buf = buf, .size = size};
    bool left_is_sum = rule->left_count > 1 || rule->left[0].coefficient != 1;
    bool right_is_sum = rule->right_count > 1 || rule->right[0].coefficient != 1;
    char number[JB_DEC_TEXT_SIZE];

    put_terms(&o, rule->left, rule->left_count, &work->left, work->scale);
    if (left_is_sum) {
        jb_dec_format(work->left.total, work->scale, number);
        put(&o, " = %s", number);
    }
    put(&o, " %s ", jb_rule_op_broken(rule->op));
    if (right_is_sum) {
        jb_dec_format(work->right.total, work->scale, number);
        put(&o, "%s = ", number);
    }
    put_terms(&o, rule->right, rule->right_count, &work->right, work->scale);
    return buf;
}
