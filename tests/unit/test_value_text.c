/* Cells as people write them: every mark, separators, full-width input, and the refusals with their
 * suggestions. */
#include "jb_test.h"

#include "model/value_text.h"

struct reading {
    const char *text;
    enum jb_mark mark;
    const char *number;
};

static jb_err parse(const char *text, bool percent, struct jb_value_text *ret, char why[200],
                    char hint[200])
{
    return jb_value_text_parse(jb_slice_str(text), percent, ret, why, 200, hint, 200);
}

static void check_readings(const struct reading *cases, size_t count, bool percent)
{
    char why[200], hint[200], number[JB_DEC_TEXT_SIZE];

    for (size_t i = 0; i < count; i++) {
        struct jb_value_text got;
        jb_err err = parse(cases[i].text, percent, &got, why, hint);
        if (err)
            print_error("%s: %s\n", cases[i].text, why);
        assert_int_equal(err, JB_OK);
        assert_false(got.empty);
        assert_int_equal(got.state, JB_STATE_VALUE);
        assert_int_equal(got.mark, cases[i].mark);
        jb_dec_format(got.number.mantissa, got.number.scale, number);
        assert_string_equal(number, cases[i].number);
    }
}

static void numbers_and_marks_are_read(void **state)
{
    static const struct reading cases[] = {
        {"12402", JB_EXACT, "12402"},
        {"0", JB_EXACT, "0"},
        {"-0", JB_EXACT, "0"},
        {"-0.00", JB_EXACT, "0"},
        {"+5", JB_EXACT, "5"},
        {"-5", JB_EXACT, "-5"},
        {"−5.5", JB_EXACT, "-5.5"},
        {"0.5", JB_EXACT, "0.5"},
        {"13.290", JB_EXACT, "13.29"},
        {"2,299.13", JB_EXACT, "2299.13"},
        {"1,234", JB_EXACT, "1234"},
        {"12,345,678", JB_EXACT, "12345678"},
        {"-1,234.5", JB_EXACT, "-1234.5"},
        {"  42\t", JB_EXACT, "42"},
        {"　42　", JB_EXACT, "42"},
        {"１２４０２", JB_EXACT, "12402"},
        {"２，２９９．１３", JB_EXACT, "2299.13"},
        {"－５", JB_EXACT, "-5"},
        {"999999999999999999", JB_EXACT, "999999999999999999"},
        {"461余", JB_MORE_THAN, "461"},
        {"461多", JB_MORE_THAN, "461"},
        {"超461", JB_MORE_THAN, "461"},
        {"超过461", JB_MORE_THAN, "461"},
        {"逾461", JB_MORE_THAN, "461"},
        {"大于461", JB_MORE_THAN, "461"},
        {">461", JB_MORE_THAN, "461"},
        {"＞461", JB_MORE_THAN, "461"},
        {"90以上", JB_AT_LEAST, "90"},
        {"90及以上", JB_AT_LEAST, "90"},
        {"不低于20", JB_AT_LEAST, "20"},
        {"不少于20", JB_AT_LEAST, "20"},
        {"至少20", JB_AT_LEAST, "20"},
        {"≥90", JB_AT_LEAST, "90"},
        {">=90", JB_AT_LEAST, "90"},
        {"> =90", JB_EXACT, NULL},
        {"＞＝90", JB_AT_LEAST, "90"},
        {"≥ 90", JB_AT_LEAST, "90"},
        {"20以内", JB_AT_MOST, "20"},
        {"不超过20", JB_AT_MOST, "20"},
        {"至多20", JB_AT_MOST, "20"},
        {"≤20", JB_AT_MOST, "20"},
        {"<=20", JB_AT_MOST, "20"},
        {"20以下", JB_AT_MOST, "20"},
        {"近20", JB_NEARLY, "20"},
        {"<20", JB_NEARLY, "20"},
        {"不足20", JB_NEARLY, "20"},
        {"约20", JB_APPROXIMATE, "20"},
        {"大约20", JB_APPROXIMATE, "20"},
        {"~20", JB_APPROXIMATE, "20"},
        {"～20", JB_APPROXIMATE, "20"},
        {"20左右", JB_APPROXIMATE, "20"},
        {"约20左右", JB_APPROXIMATE, "20"},
        {"2,299.13余", JB_MORE_THAN, "2299.13"},
        {"近 1,000", JB_NEARLY, "1000"},
        {"0余", JB_MORE_THAN, "0"},
    };
    size_t skipped = 0;

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_value_text got = {.empty = true};
        char why[200], hint[200];
        if (cases[i].number) {
            check_readings(&cases[i], 1, false);
            continue;
        }
        assert_int_equal(parse(cases[i].text, false, &got, why, hint), JB_EINVAL);
        assert_true(got.empty);
        skipped++;
    }
    assert_int_equal(skipped, 1);
}

static void percent_signs_are_read_where_they_belong(void **state)
{
    static const struct reading cases[] = {
        {"90%", JB_EXACT, "90"},
        {"93.4%", JB_EXACT, "93.4"},
        {"９３．４％", JB_EXACT, "93.4"},
        {"90", JB_EXACT, "90"},
        {"90%以上", JB_AT_LEAST, "90"},
        {"90% 以上", JB_AT_LEAST, "90"},
        {"90以上%", JB_AT_LEAST, "90"},
        {"不低于90%", JB_AT_LEAST, "90"},
        {"≥90%", JB_AT_LEAST, "90"},
        {"90余%", JB_MORE_THAN, "90"},
        {"90%余", JB_MORE_THAN, "90"},
        {"近90 %", JB_NEARLY, "90"},
        {"约90%左右", JB_APPROXIMATE, "90"},
        {"<=5%", JB_AT_MOST, "5"},
    };
    struct jb_value_text got = {.empty = true};
    char why[200], hint[200];

    (void)state;
    check_readings(cases, JB_COUNT(cases), true);
    assert_int_equal(parse("90%", false, &got, why, hint), JB_EINVAL);
    assert_non_null(strstr(why, "not a percentage"));
    assert_int_equal(parse("90%%", true, &got, why, hint), JB_EINVAL);
    assert_int_equal(parse("%", true, &got, why, hint), JB_EINVAL);
    assert_true(got.empty);
}

static void states_are_read(void **state)
{
    static const struct {
        const char *text;
        enum jb_state state;
    } cases[] = {
        {"不涉及", JB_STATE_NOT_APPLICABLE},
        {" 不涉及 ", JB_STATE_NOT_APPLICABLE},
        {"不适用", JB_STATE_NOT_APPLICABLE},
        {"无此项", JB_STATE_NOT_APPLICABLE},
        {"N/A", JB_STATE_NOT_APPLICABLE},
        {"Ｎ／Ａ", JB_STATE_NOT_APPLICABLE},
        {"n/a", JB_STATE_NOT_APPLICABLE},
        {"na", JB_STATE_NOT_APPLICABLE},
        {"not_applicable", JB_STATE_NOT_APPLICABLE},
        {"撤回", JB_STATE_WITHDRAWN},
        {"withdrawn", JB_STATE_WITHDRAWN},
        {"Withdrawn", JB_STATE_WITHDRAWN},
    };
    static const char *const blanks[] = {"", " ", "　", "\t\r\n", "\xc2\xa0"};
    struct jb_value_text got;
    char why[200], hint[200];

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        assert_int_equal(parse(cases[i].text, false, &got, why, hint), JB_OK);
        assert_int_equal(got.state, cases[i].state);
        assert_false(got.empty);
        assert_int_equal(got.mark, JB_EXACT);
        assert_int_equal(got.number.mantissa, 0);
    }
    for (size_t i = 0; i < JB_COUNT(blanks); i++) {
        assert_int_equal(parse(blanks[i], false, &got, why, hint), JB_OK);
        assert_true(got.empty);
    }
}

static void doubtful_cells_are_refused_with_a_suggestion(void **state)
{
    static const struct {
        const char *text, *why, *hint;
    } cases[] = {
        {"无", "zero or not applicable", "0 or 不涉及"},
        {"-", "zero or not applicable", "0 or 不涉及"},
        {"/", "zero or not applicable", "0 or 不涉及"},
        {"—", "zero or not applicable", "0 or 不涉及"},
        {"——", "zero or not applicable", "0 or 不涉及"},
        {"－", "zero or not applicable", "0 or 不涉及"},
        {"None", "zero or not applicable", "0 or 不涉及"},
        {"1,23", "comma", "123 or 1.23"},
        {"0,5", "comma", "0.5"},
        {"1,234,56", "comma", "123456"},
        {"1234,567", "comma", "1234567 or 1234.567"},
        {"1.234,5", "comma", "1234.5"},
        {",5", "comma", ""},
        {"12O4", "letters", "1204"},
        {"12l4", "letters", "1214"},
        {"１２Ｏ４", "letters", "1204"},
        {"3万", "not multiplied", "30000, or"},
        {"1.5万", "not multiplied", "15000, or"},
        {"2亿", "not multiplied", "200000000, or"},
        {"3万元", "not multiplied", "30000, or"},
        {"3万余", "not multiplied", "30000, or"},
        {"3百万", "not multiplied", "3000000, or"},
        {"500余人", "unit of measure", "500余"},
        {"12次", "unit of measure", "12"},
        {"1,234户", "unit of measure", "1234"},
        {"12 402", "interrupted", "12402"},
        {"12'402", "interrupted", "12402"},
        {"007", "how a number is written", "7"},
        {".5", "how a number is written", "0.5"},
        {"5.", "how a number is written", "5"},
        {"(5)", "how a number is written", "-5"},
        {"（5）", "how a number is written", "-5"},
        {"9成", "not a number", ""},
        {"90‰", "not a number", ""},
        {"1、234", "not a number", ""},
        {"三十", "not a number", ""},
        {"1e5", "not a number", ""},
        {"2/3", "not a number", ""},
        {"1.2.3", "not a number", ""},
        {"--5", "not a number", ""},
        {"+-5", "not a number", ""},
        {"12a", "not a number", ""},
        {"近", "no number", ""},
        {"以上", "no number", ""},
        {"近20以上", "contradict", ""},
        {">20以内", "contradict", ""},
        {"1000000000000000000", "at most 18 digits", ""},
        {"0.1234567891", "9 decimals", ""},
        {"12\xff", "invalid bytes", ""},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_value_text got = {.empty = true, .mark = JB_NEARLY};
        char why[200] = "x", hint[200] = "x";
        jb_err err = parse(cases[i].text, false, &got, why, hint);
        if (err != JB_EINVAL || !strstr(why, cases[i].why))
            print_error("%s: err %d, why %s, hint %s\n", cases[i].text, (int)err, why, hint);
        assert_int_equal(err, JB_EINVAL);
        assert_non_null(strstr(why, cases[i].why));
        if (strstr(cases[i].hint, ", or"))
            assert_memory_equal(hint, cases[i].hint, strlen(cases[i].hint));
        else
            assert_string_equal(hint, cases[i].hint);
        assert_true(got.empty && got.mark == JB_NEARLY);
    }
}

static void long_cells_are_refused(void **state)
{
    char text[2000], why[200], hint[200];
    struct jb_value_text got;

    (void)state;
    memset(text, '1', sizeof(text));
    for (size_t len = 1; len < sizeof(text); len++) {
        jb_err err = jb_value_text_parse(jb_slice_of(text, len), true, &got, why, sizeof(why), hint,
                                         sizeof(hint));
        assert_int_equal(err, len <= 18 ? JB_OK : JB_EINVAL);
    }
}

/* Whatever the bytes: no reading beyond the end, and a refusal always says why. */
static void random_cells_do_no_harm(void **state)
{
    static const char *const parts[] = {"1",  ",",  ".",    "-",        "余", "以上",
                                        "%",  "万", " ",    "近",       "不", "O",
                                        "（", ")",  "\xe4", "\xef\xbc", "0",  "人"};
    uint64_t seed = 7;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[64] = "", why[200], hint[200];
        struct jb_value_text got;
        size_t len;
        char *exact;
        for (int k = 0; k < 6; k++) {
            seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
            strncat(text, parts[(seed >> 33) % JB_COUNT(parts)], 6);
        }
        len = strlen(text);
        exact = malloc(len);
        memcpy(exact, text, len);
        if (jb_value_text_parse(jb_slice_of(exact, len), i % 2, &got, why, 200, hint, 200))
            assert_true(why[0] != '\0');
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_marks_are_read),
        cmocka_unit_test(percent_signs_are_read_where_they_belong),
        cmocka_unit_test(states_are_read),
        cmocka_unit_test(doubtful_cells_are_refused_with_a_suggestion),
        cmocka_unit_test(long_cells_are_refused),
        cmocka_unit_test(random_cells_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
