/* Bars: lengths by exact arithmetic, labels and values aligned whatever their width. */
#include "jb_test.h"

#include "chart.h"

static char *drawn(const struct jb_bar *bars, uint32_t count, bool utf8)
{
    const struct jb_chart_style style = {.cells = 8, .utf8 = utf8};
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    jb_chart_print(bars, count, &style, out);
    fclose(out);
    return text;
}

static void chinese_labels_and_values_are_aligned(void **state)
{
    const struct jb_bar bars[] = {
        {"2022年第一季度", JB_LIT("4"), "4"},
        {"2022年", JB_LIT("8"), "8余"},
        {"Q3", JB_LIT(""), "未报"},
    };
    (void)state;
    char *text = drawn(bars, 3, true);
    assert_string_equal(text, "2022年第一季度  ████         4\n"
                              "2022年          ████████   8余\n"
                              "Q3                        未报\n");
    free(text);
}

static void numbers_of_several_scales_are_compared_exactly(void **state)
{
    const struct jb_bar bars[] = {
        {"a", JB_LIT("0.5"), "0.5"},
        {"b", JB_LIT("1"), "1"},
        {"c", JB_LIT("0.6875"), "0.6875"},
    };
    (void)state;
    char *text = drawn(bars, 3, true);
    assert_string_equal(text, "a  ████         0.5\n"
                              "b  ████████       1\n"
                              "c  █████▌    0.6875\n");
    free(text);
}

static void little_is_not_nothing_and_below_zero_has_a_sign(void **state)
{
    const struct jb_bar bars[] = {
        {"a", JB_LIT("1"), "1"},
        {"b", JB_LIT("100000"), "100000"},
        {"c", JB_LIT("0"), "0"},
        {"d", JB_LIT("-3"), "-3"},
    };
    (void)state;
    char *text = drawn(bars, 4, false);
    assert_string_equal(text, "a  |              1\n"
                              "b  ########  100000\n"
                              "c                 0\n"
                              "d  <             -3\n");
    free(text);
}

static void what_is_no_number_has_no_bar(void **state)
{
    const struct jb_bar bars[] = {
        {"a", JB_LIT("1234567890123456789012345678901234567890"), "x"},
        {"b", JB_LIT("1.2.e"), "y"},
        {"c", JB_LIT("-"), "z"},
        {"d", JB_LIT("7"), "7"},
    };
    (void)state;
    char *text = drawn(bars, 4, false);
    assert_string_equal(text, "a            x\n"
                              "b            y\n"
                              "c            z\n"
                              "d  ########  7\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chinese_labels_and_values_are_aligned),
        cmocka_unit_test(numbers_of_several_scales_are_compared_exactly),
        cmocka_unit_test(little_is_not_nothing_and_below_zero_has_a_sign),
        cmocka_unit_test(what_is_no_number_has_no_bar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
