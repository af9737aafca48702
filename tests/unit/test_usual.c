/* Far from what a unit reported so far, or not: series such as departments send. */
#include "jb_test.h"

#include "model/usual.h"

static const struct {
    const char *what;
    struct jb_usual usual;
    int64_t value;
    uint8_t decimals;
    bool far;
} cases[] = {
    {"three periods say nothing", {{100, 101, 99}, {0}, 3}, 100000, 0, false},
    {"a digit too many", {{100, 110, 95, 105}, {0}, 4}, 1050, 0, true},
    {"a unit of measure too small", {{100, 110, 95, 105}, {0}, 4}, 1, 0, true},
    {"growth by a third", {{100, 110, 95, 105}, {0}, 4}, 140, 0, false},
    {"a wide series stays wide", {{10, 90, 40, 160, 5, 70}, {0}, 6}, 262, 0, false},
    {"and has its end", {{10, 90, 40, 160, 5, 70}, {0}, 6}, 263, 0, true},
    {"small counts jump", {{0, 1, 0, 0, 2, 0}, {0}, 6}, 4, 0, false},
    {"but not for ever", {{0, 1, 0, 0, 2, 0}, {0}, 6}, 40, 0, true},
    {"all alike, and then not", {{7, 7, 7, 7}, {0}, 4}, 12, 0, true},
    {"all alike, and nearly so", {{7, 7, 7, 7}, {0}, 4}, 11, 0, false},
    {"most alike: the mean distance counts", {{7, 7, 7, 7, 7, 100}, {0}, 6}, 74, 0, false},
    {"and has its end too", {{7, 7, 7, 7, 7, 100}, {0}, 6}, 75, 0, true},
    {"an outlier in the history hides nothing", {{100, 9999, 95, 105, 98}, {0}, 5}, 1000, 0, true},
    {"decimals do not matter", {{10000, 11000, 9500, 10500}, {0}, 4}, 105000, 2, true},
    {"five hundredths are not five", {{10, 11, 9, 10}, {0}, 4}, 60, 2, false},
    {"as last year at this time", {{10, 12, 11, 95}, {0, 0, 0, 1}, 4}, 90, 0, false},
    {"not as last year either", {{10, 12, 11, 25}, {0, 0, 0, 1}, 4}, 90, 0, true},
    {"below zero", {{-100, -110, -95, -105}, {0}, 4}, -1050, 0, true},
    {"as large as figures get",
     {{999999999999999999, 999999999999999998, -999999999999999999, 1}, {0}, 4},
     -999999999999999999,
     0,
     false},
};

static void far_is_far_from_the_median_by_its_own_spread(void **state)
{
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        bool far = jb_usual_is_far(&cases[i].usual, cases[i].value, cases[i].decimals);
        if (far != cases[i].far)
            fprintf(stderr, "%s\n", cases[i].what);
        assert_int_equal(far, cases[i].far);
    }
}

static void the_order_of_the_history_does_not_matter(void **state)
{
    struct jb_usual usual = {{3, 1, 4, 1, 5, 9, 2, 6}, {0}, 8};

    (void)state;
    for (int turn = 0; turn < 8; turn++) {
        int64_t first = usual.values[0];
        memmove(usual.values, usual.values + 1, 7 * sizeof(first));
        usual.values[7] = first;
        assert_true(jb_usual_median_twice(&usual) == 7);
        assert_true(jb_usual_is_far(&usual, 20, 0));
        assert_false(jb_usual_is_far(&usual, 12, 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(far_is_far_from_the_median_by_its_own_spread),
        cmocka_unit_test(the_order_of_the_history_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
