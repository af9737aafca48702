/* Decimals: what is read and refused, exact rescaling, printing, and every rounding rule at its
 * ties. */
#include "jb_test.h"

#include "model/decimal.h"

#define NINES18 999999999999999999LL

static void canonical_text_is_read_and_the_rest_refused(void **state)
{
    static const struct {
        const char *text;
        jb_err err;
        int64_t mantissa;
        uint8_t scale;
    } cases[] = {
        {"0", JB_OK, 0, 0},
        {"7", JB_OK, 7, 0},
        {"-12", JB_OK, -12, 0},
        {"0.5", JB_OK, 5, 1},
        {"-0.05", JB_OK, -5, 2},
        {"2299.13", JB_OK, 229913, 2},
        {"12.50", JB_OK, 125, 1},
        {"12.000", JB_OK, 12, 0},
        {"0.000", JB_OK, 0, 0},
        {"0.0000000000000", JB_OK, 0, 0},
        {"0.000000001", JB_OK, 1, 9},
        {"0.0000000010", JB_OK, 1, 9},
        {"999999999999999999", JB_OK, NINES18, 0},
        {"-999999999999999999", JB_OK, -NINES18, 0},
        {"999999999.999999999", JB_OK, NINES18, 9},
        {"1000000000000000000", JB_ERANGE, 0, 0},
        {"-1000000000000000000", JB_ERANGE, 0, 0},
        {"1000000000.000000001", JB_ERANGE, 0, 0},
        {"9223372036854775808", JB_ERANGE, 0, 0},
        {"99999999999999999999999999999999999999999", JB_ERANGE, 0, 0},
        {"0.0000000001", JB_ERANGE, 0, 0},
        {"1.1234567891", JB_ERANGE, 0, 0},
        {"", JB_EINVAL, 0, 0},
        {"-", JB_EINVAL, 0, 0},
        {"+1", JB_EINVAL, 0, 0},
        {"-0", JB_EINVAL, 0, 0},
        {"-0.00", JB_EINVAL, 0, 0},
        {"00", JB_EINVAL, 0, 0},
        {"007", JB_EINVAL, 0, 0},
        {"01.5", JB_EINVAL, 0, 0},
        {".5", JB_EINVAL, 0, 0},
        {"5.", JB_EINVAL, 0, 0},
        {"1.2.3", JB_EINVAL, 0, 0},
        {"1,000", JB_EINVAL, 0, 0},
        {" 1", JB_EINVAL, 0, 0},
        {"1 ", JB_EINVAL, 0, 0},
        {"1e5", JB_EINVAL, 0, 0},
        {"1.-2", JB_EINVAL, 0, 0},
        {"--1", JB_EINVAL, 0, 0},
        {"0x10", JB_EINVAL, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_dec got = {-77, 77};
        jb_err err = jb_dec_parse(jb_slice_str(cases[i].text), &got);
        if (err != cases[i].err)
            print_error("case %zu: %s\n", i, cases[i].text);
        assert_int_equal(err, cases[i].err);
        assert_int_equal(got.mantissa, err ? -77 : cases[i].mantissa);
        assert_int_equal(got.scale, err ? 77 : cases[i].scale);
    }
}

static void rescaling_never_loses_a_digit(void **state)
{
    static const struct {
        struct jb_dec value;
        uint8_t scale;
        jb_err err;
        int64_t mantissa;
    } cases[] = {
        {{125, 1}, 1, JB_OK, 125},
        {{125, 1}, 3, JB_OK, 12500},
        {{1200, 2}, 0, JB_OK, 12},
        {{-1200, 2}, 1, JB_OK, -120},
        {{125, 1}, 0, JB_ERANGE, 0},
        {{0, 9}, 0, JB_OK, 0},
        {{0, 0}, 9, JB_OK, 0},
        {{NINES18, 0}, 0, JB_OK, NINES18},
        {{NINES18, 0}, 1, JB_ERANGE, 0},
        {{-NINES18, 0}, 1, JB_ERANGE, 0},
        {{999999999, 0}, 9, JB_OK, 999999999000000000LL},
        {{1000000000, 0}, 9, JB_ERANGE, 0},
        {{-1000000000, 0}, 9, JB_ERANGE, 0},
        {{1, 0}, 200, JB_ERANGE, 0},
        {{1, 200}, 0, JB_ERANGE, 0},
        {{INT64_MIN, 0}, 0, JB_ERANGE, 0},
        {{INT64_MAX, 0}, 0, JB_ERANGE, 0},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        int64_t got = -77;
        assert_int_equal(jb_dec_rescale(cases[i].value, cases[i].scale, &got), cases[i].err);
        assert_int_equal(got, cases[i].err ? -77 : cases[i].mantissa);
    }
}

static void values_print_without_trailing_zeros(void **state)
{
    static const struct {
        int64_t value;
        uint8_t scale;
        const char *text;
    } cases[] = {
        {0, 0, "0"},
        {0, 9, "0"},
        {5, 1, "0.5"},
        {-12, 0, "-12"},
        {-5, 3, "-0.005"},
        {1200, 2, "12"},
        {1250, 2, "12.5"},
        {229913, 2, "2299.13"},
        {100, 0, "100"},
        {10, 2, "0.1"},
        {INT64_MAX, 0, "9223372036854775807"},
        {INT64_MIN, 0, "-9223372036854775808"},
        {INT64_MIN, 18, "-9.223372036854775808"},
    };
    char text[JB_DEC_TEXT_SIZE];
    jb_i128 largest = (jb_i128)(~(jb_u128)0 >> 1);

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        size_t len = jb_dec_format(cases[i].value, cases[i].scale, text);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(len, strlen(cases[i].text));
    }
    jb_dec_format(largest, 0, text);
    assert_string_equal(text, "170141183460469231731687303715884105727");
    jb_dec_format(-largest - 1, 9, text);
    assert_string_equal(text, "-170141183460469231731687303715.884105728");
}

static void division_rounds_once_by_its_rule(void **state)
{
    static const struct {
        int64_t numerator, denominator;
        int power10;
        uint8_t decimals;
        const char *half_up, *half_even, *truncate;
    } cases[] = {
        {116, 290, 2, 2, "40.00", "40.00", "40.00"},
        {1455, 10947, 2, 2, "13.29", "13.29", "13.29"},
        {0, 5, 0, 2, "0.00", "0.00", "0.00"},
        {0, 5, 0, 0, "0", "0", "0"},
        {1, 3, 0, 9, "0.333333333", "0.333333333", "0.333333333"},
        {2, 3, 0, 2, "0.67", "0.67", "0.66"},
        {-2, 3, 0, 2, "-0.67", "-0.67", "-0.66"},
        {1, 2, 0, 0, "1", "0", "0"},
        {3, 2, 0, 0, "2", "2", "1"},
        {5, 2, 0, 0, "3", "2", "2"},
        {-1, 2, 0, 0, "-1", "0", "0"},
        {-5, 2, 0, 0, "-3", "-2", "-2"},
        {1, 8, 0, 2, "0.13", "0.12", "0.12"},
        {3, 8, 0, 2, "0.38", "0.38", "0.37"},
        {-1, 8, 0, 2, "-0.13", "-0.12", "-0.12"},
        {1, 1000, 0, 2, "0.00", "0.00", "0.00"},
        {-1, 1000, 0, 2, "0.00", "0.00", "0.00"},
        {5, 1000, 0, 2, "0.01", "0.00", "0.00"},
        {5001, 1000000, 0, 2, "0.01", "0.01", "0.00"},
        {9999, 1000, 0, 2, "10.00", "10.00", "9.99"},
        {99995, 10000, 0, 3, "10.000", "10.000", "9.999"},
        {999, 1000, 0, 0, "1", "1", "0"},
        {25, 1, -1, 0, "3", "2", "2"},
        {35, 1, -1, 0, "4", "4", "3"},
        {251, 1, -1, 0, "25", "25", "25"},
        {1, 1, 18, 0, "1000000000000000000", "1000000000000000000", "1000000000000000000"},
        {1, 1, -18, 9, "0.000000000", "0.000000000", "0.000000000"},
        {500000000, 1, -18, 9, "0.000000001", "0.000000000", "0.000000000"},
        {6, 1, -1, 0, "1", "1", "0"},
        {5, 1, -1, 0, "1", "0", "0"},
        {5, 1, -2, 0, "0", "0", "0"},
        {51, 2, -2, 0, "0", "0", "0"},
        {101, 2, -2, 0, "1", "1", "0"},
    };
    char text[JB_DEC_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        const char *expected[] = {cases[i].half_up, cases[i].half_even, cases[i].truncate};
        for (size_t rule = 0; rule < 3; rule++) {
            jb_err err = jb_dec_divide(cases[i].numerator, cases[i].denominator, cases[i].power10,
                                       cases[i].decimals, (enum jb_rounding)rule, text);
            assert_int_equal(err, JB_OK);
            assert_string_equal(text, expected[rule]);
        }
    }
}

static void division_does_not_overflow(void **state)
{
    jb_i128 big = (jb_i128)1 << 120;
    jb_i128 largest = (jb_i128)(~(jb_u128)0 >> 1);
    char text[JB_DEC_TEXT_SIZE] = "untouched";

    (void)state;
    assert_int_equal(jb_dec_divide(big - 1, 1, 0, 9, JB_ROUND_HALF_UP, text), JB_OK);
    assert_string_equal(text, "1329227995784915872903807060280344575.000000000");
    assert_int_equal(jb_dec_divide(-(big - 1), big, 0, 9, JB_ROUND_HALF_UP, text), JB_OK);
    assert_string_equal(text, "-1.000000000");
    assert_int_equal(jb_dec_divide(-(big - 1), big, 0, 9, JB_ROUND_TRUNCATE, text), JB_OK);
    assert_string_equal(text, "-0.999999999");
    assert_int_equal(jb_dec_divide(largest - 1, largest, 2, 2, JB_ROUND_TRUNCATE, text), JB_OK);
    assert_string_equal(text, "99.99");
    assert_int_equal(jb_dec_divide(-largest - 1, largest, 0, 0, JB_ROUND_HALF_EVEN, text), JB_OK);
    assert_string_equal(text, "-1");
    assert_int_equal(jb_dec_divide(1, largest, 18, 9, JB_ROUND_HALF_UP, text), JB_OK);
    assert_string_equal(text, "0.000000000");
    snprintf(text, sizeof(text), "untouched");
    assert_int_equal(jb_dec_divide(largest, 1, 18, 9, JB_ROUND_HALF_UP, text), JB_ERANGE);
    assert_int_equal(jb_dec_divide(1, 0, 0, 0, JB_ROUND_HALF_UP, text), JB_ERANGE);
    assert_int_equal(jb_dec_divide(1, -1, 0, 0, JB_ROUND_HALF_UP, text), JB_ERANGE);
    assert_int_equal(jb_dec_divide(1, 1, 0, 10, JB_ROUND_HALF_UP, text), JB_ERANGE);
    assert_int_equal(jb_dec_divide(1, 1, 19, 0, JB_ROUND_HALF_UP, text), JB_ERANGE);
    assert_int_equal(jb_dec_divide(1, 1, -19, 0, JB_ROUND_HALF_UP, text), JB_ERANGE);
    assert_int_equal(jb_dec_round(1, 19, 0, JB_ROUND_HALF_UP, text), JB_ERANGE);
    assert_string_equal(text, "untouched");
}

/* The oracle multiplies in 128 bits, which small arguments allow. */
static void division_agrees_with_plain_arithmetic(void **state)
{
    uint64_t seed = 20230630;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[JB_DEC_TEXT_SIZE], expected[JB_DEC_TEXT_SIZE];
        int64_t numerator, denominator, quotient, rest, unit;
        uint8_t decimals;
        bool away;
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        numerator = (int64_t)(seed >> 34) - (1 << 29);
        denominator = (int64_t)(seed % 997) + 1;
        decimals = (uint8_t)((seed >> 20) % 5);
        unit = jb_pow10(decimals);
        quotient = llabs(numerator) * unit / denominator;
        rest = llabs(numerator) * unit % denominator;
        away = rest * 2 > denominator || (rest * 2 == denominator && quotient % 2 == 1);
        quotient += away;
        snprintf(expected, sizeof(expected), "%s%lld", numerator < 0 && quotient ? "-" : "",
                 (long long)(quotient / unit));
        if (decimals)
            snprintf(expected + strlen(expected), 32, ".%0*lld", decimals,
                     (long long)(quotient % unit));
        assert_int_equal(
            jb_dec_divide(numerator, denominator, 0, decimals, JB_ROUND_HALF_EVEN, text), JB_OK);
        assert_string_equal(text, expected);
    }
}

static void rounding_of_a_decimal_is_fixed(void **state)
{
    char text[JB_DEC_TEXT_SIZE];

    (void)state;
    assert_int_equal(jb_dec_round(12345, 3, 2, JB_ROUND_HALF_UP, text), JB_OK);
    assert_string_equal(text, "12.35");
    assert_int_equal(jb_dec_round(12345, 3, 2, JB_ROUND_HALF_EVEN, text), JB_OK);
    assert_string_equal(text, "12.34");
    assert_int_equal(jb_dec_round(-12345, 3, 1, JB_ROUND_TRUNCATE, text), JB_OK);
    assert_string_equal(text, "-12.3");
    assert_int_equal(jb_dec_round(5, 0, 2, JB_ROUND_HALF_UP, text), JB_OK);
    assert_string_equal(text, "5.00");
}

static void sums_notice_overflow_at_both_ends(void **state)
{
    jb_i128 largest = (jb_i128)(~(jb_u128)0 >> 1), sum = largest - 1;

    (void)state;
    assert_int_equal(jb_i128_add(&sum, 1), JB_OK);
    assert_int_equal(jb_i128_add(&sum, 1), JB_ERANGE);
    assert_true(sum == largest);
    sum = -largest - 1;
    assert_int_equal(jb_i128_add(&sum, -1), JB_ERANGE);
    assert_true(sum == -largest - 1);
    assert_int_equal(jb_i128_add(&sum, largest), JB_OK);
    assert_true(sum == -1);
}

static void rules_have_names(void **state)
{
    enum jb_rounding rule = JB_ROUND_TRUNCATE;

    (void)state;
    for (int i = 0; i < 3; i++) {
        const char *name = jb_rounding_name((enum jb_rounding)i);
        assert_int_equal(jb_rounding_parse(jb_slice_str(name), &rule), JB_OK);
        assert_int_equal(rule, i);
    }
    rule = JB_ROUND_HALF_EVEN;
    assert_int_equal(jb_rounding_parse(JB_LIT("up"), &rule), JB_EINVAL);
    assert_int_equal(rule, JB_ROUND_HALF_EVEN);
    assert_true(jb_pow10(0) == 1 && jb_pow10(18) == 1000000000000000000LL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_text_is_read_and_the_rest_refused),
        cmocka_unit_test(rescaling_never_loses_a_digit),
        cmocka_unit_test(values_print_without_trailing_zeros),
        cmocka_unit_test(division_rounds_once_by_its_rule),
        cmocka_unit_test(division_does_not_overflow),
        cmocka_unit_test(division_agrees_with_plain_arithmetic),
        cmocka_unit_test(rounding_of_a_decimal_is_fixed),
        cmocka_unit_test(sums_notice_overflow_at_both_ends),
        cmocka_unit_test(rules_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
