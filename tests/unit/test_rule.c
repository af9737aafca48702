/* The text of a relation's side: what it reads, and where it refuses. */
#include "jb_test.h"

#include "model/rule.h"

/* The sum spelt out again: coefficient, code or number, when. */
static void spell(const struct jb_rule_sum *sum, char *buf, size_t size)
{
    char number[JB_DEC_TEXT_SIZE];
    size_t len = 0;

    buf[0] = '\0';
    for (uint32_t i = 0; i < sum->count; i++) {
        const struct jb_rule_term *term = &sum->terms[i];
        jb_dec_format(term->constant.mantissa, term->constant.scale, number);
        len += (size_t)snprintf(buf + len, size - len, "[%d %.*s%s%s%s]", term->coefficient,
                                JB_ARG(term->code), term->code.len ? "" : number,
                                term->when ? " " : "", jb_rule_when_name(term->when));
    }
}

static void sums_are_read_term_by_term(void **state)
{
    static const struct {
        const char *text, *spelt;
    } cases[] = {
        {"a", "[1 a]"},
        {"a + b - c", "[1 a][1 b][-1 c]"},
        {"- a + 2*b", "[-1 a][2 b]"},
        {"2 * a - 12 * b.c", "[2 a][-12 b.c]"},
        {"a-b + c_d", "[1 a-b][1 c_d]"},
        {"0", "[1 0]"},
        {"a - 0.50", "[1 a][-1 0.5]"},
        {"a@previous + a@year_ago", "[1 a previous][1 a year_ago]"},
        {"a@ytd - a@ytd_previous", "[1 a ytd][-1 a ytd_previous]"},
        {"  a  ", "[1 a]"},
        {"999999*a", "[999999 a]"},
        {"1a", "[1 1a]"},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_rule_sum sum;
        const char *expected;
        char spelt[256];
        size_t at;
        assert_int_equal(jb_rule_sum_parse(jb_slice_str(cases[i].text), &sum, &at, &expected),
                         JB_OK);
        spell(&sum, spelt, sizeof(spelt));
        assert_string_equal(spelt, cases[i].spelt);
    }
}

/* '!' marks where the mistake is; it is taken out before. */
static void a_mistake_has_a_place(void **state)
{
    static const char *const cases[] = {
        "!",           "a +!",
        "a !b",        "!+ a",
        "a + !+ b",    "a !-b",
        "a@!tomorrow", "a@!",
        "a + b@!ytd_", "2*!",
        "!0*a",        "!1000000*a",
        "!1.5*a",      "a + !12345678901234567890",
        "a + !1.",     "!A",
        "a !* b",      "!件",
        "a + !@ytd",   "2*!3",
        "!@previous",  "a + b !é",
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_rule_sum sum = {.count = 77};
        const char *expected = NULL;
        char text[64];
        size_t len = 0, want = 0, at = 0, characters = 0;
        for (const char *c = cases[i]; *c; c++) {
            if (*c == '!') {
                want = characters + 1;
            } else {
                characters += (*c & 0xc0) != 0x80;
                text[len++] = *c;
            }
        }
        assert_int_equal(jb_rule_sum_parse(jb_slice_of(text, len), &sum, &at, &expected),
                         JB_EINVAL);
        assert_int_equal(at, want);
        assert_non_null(expected);
        assert_int_equal(sum.count, 77);
    }
}

static void a_side_has_at_most_32_terms(void **state)
{
    struct jb_rule_sum sum;
    const char *expected;
    char text[256] = "a";
    size_t at;

    (void)state;
    for (int i = 1; i < JB_RULE_TERMS_MAX; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), " + a");
    assert_int_equal(jb_rule_sum_parse(jb_slice_str(text), &sum, &at, &expected), JB_OK);
    assert_int_equal(sum.count, JB_RULE_TERMS_MAX);
    snprintf(text + strlen(text), sizeof(text) - strlen(text), " + a");
    assert_int_equal(jb_rule_sum_parse(jb_slice_str(text), &sum, &at, &expected), JB_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_read_term_by_term),
        cmocka_unit_test(a_mistake_has_a_place),
        cmocka_unit_test(a_side_has_at_most_32_terms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
