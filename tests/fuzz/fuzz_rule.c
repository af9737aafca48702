/* Any bytes as a side of a relation. A refusal names a place in the text and leaves the output
 * alone; what is accepted keeps every limit, and says the same when it is written out and read
 * again. */
#include "fuzz/fuzz.h"

#include <stdio.h>

#include "model/rule.h"
#include "model/rule_eval.h"

static void check_term(const struct jb_rule_term *term)
{
    jb_assert(term->coefficient != 0 && term->coefficient > -1000000 &&
              term->coefficient < 1000000 && term->when <= JB_WHEN_YTD_PREVIOUS);
    if (term->code.len)
        jb_assert(jb_code_valid(term->code));
    else
        jb_assert(term->constant.mantissa >= 0 && term->when == JB_WHEN_NOW);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_rule_sum sum = {.count = 99}, again;
    const char *expected = NULL;
    static char text[65536], twice[65536];
    size_t at = 0;

    if (jb_rule_sum_parse(jb_slice_of(data, size), &sum, &at, &expected)) {
        jb_assert(sum.count == 99 && at >= 1 && at <= size + 1 && expected && expected[0]);
        return 0;
    }
    jb_assert(sum.count >= 1 && sum.count <= JB_RULE_TERMS_MAX);
    for (uint32_t i = 0; i < sum.count; i++)
        check_term(&sum.terms[i]);
    struct jb_rule rule = {
        .op = JB_OP_EQ, .left = sum.terms, .left_count = sum.count, .right_count = 0};
    jb_rule_text(&rule, text, sizeof(text));
    *strstr(text, " = ") = 0;
    jb_assert(jb_rule_sum_parse(jb_slice_str(text), &again, &at, &expected) == JB_OK);
    rule.left = again.terms;
    rule.left_count = again.count;
    jb_rule_text(&rule, twice, sizeof(twice));
    *strstr(twice, " = ") = 0;
    jb_assert(strcmp(text, twice) == 0 && again.count == sum.count);
    return 0;
}
