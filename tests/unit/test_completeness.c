/* Counts and rates against sums by hand; no rate passes one whatever is counted. */
#include "jb_test.h"

#include "model/completeness.h"

#define SEEDS 2000

static void each_filing_counts_in_one_way(void **state)
{
    static const struct {
        struct jb_verdict verdict;
        enum jb_timing timing;
    } cases[] = {
        {{0}, JB_TIMING_NONE},
        {{.excused = true}, JB_TIMING_NONE},
        {{.dated = true}, JB_TIMING_PENDING},
        {{.dated = true, .excused = true}, JB_TIMING_PENDING},
        {{.dated = true, .judged = true}, JB_TIMING_ON_TIME},
        {{.dated = true, .judged = true, .excused = true}, JB_TIMING_ON_TIME},
        {{.dated = true, .judged = true, .late_days = 1}, JB_TIMING_LATE},
        {{.dated = true, .judged = true, .late_days = 1, .excused = true}, JB_TIMING_EXCUSED},
        {{.dated = true, .overdue_days = 1}, JB_TIMING_OVERDUE},
        {{.dated = true, .overdue_days = 1, .excused = true}, JB_TIMING_EXCUSED},
        {{.dated = true, .judged = true, .overdue_days = 2}, JB_TIMING_OVERDUE}, /* returned */
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++)
        assert_int_equal(jb_verdict_timing(&cases[i].verdict), cases[i].timing);
}

static void rates_are_those_of_the_sum(void **state)
{
    static const struct jb_filing_count filings[] = {
        {JB_FILING_ACCEPTED, {.dated = true, .judged = true}, 0, 0, 3, 3},
        {JB_FILING_ACCEPTED, {.dated = true, .judged = true, .late_days = 2}, 1, 1, 3, 3},
        {JB_FILING_SUBMITTED, {.dated = true, .overdue_days = 4}, 0, 0, 3, 1},
        {JB_FILING_NOT_REPORTED, {.dated = true, .overdue_days = 9}, 0, 0, 3, 0},
        {JB_FILING_NOT_REPORTED, {.dated = true, .overdue_days = 9, .excused = true}, 0, 0, 2, 0},
        {JB_FILING_RETURNED, {.dated = true, .judged = true}, 1, 0, 2, 2},
        {JB_FILING_SUBMITTED, {0}, 0, 0, 0, 0}, /* not expected */
    };
    static const char *const wanted[JB_RATES] = {"66.67%", "40.00%", "56.25%", "50.00%"};
    struct jb_completeness sum = {0};
    char text[JB_RATE_TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < JB_COUNT(filings); i++)
        jb_completeness_add(&sum, &filings[i]);
    assert_true(sum.forms_expected == 6 && sum.forms_reported == 4 && sum.not_reported == 2);
    assert_true(sum.accepted == 2 && sum.submitted == 1 && sum.returned == 1);
    assert_true(sum.on_time == 2 && sum.late == 1 && sum.overdue == 2 && sum.excused == 1);
    assert_true(sum.late_days_max == 2 && sum.overdue_days_max == 9 && sum.flawed == 2);
    for (enum jb_rate_kind kind = 0; kind < JB_RATES; kind++) {
        jb_rate_format(jb_completeness_rate(&sum, kind), text);
        assert_string_equal(text, wanted[kind]);
    }
    jb_rate_format((struct jb_rate){0, 0}, text);
    assert_string_equal(text, "");
}

static void no_rate_passes_one(void **state)
{
    uint32_t seed = 1;
    (void)state;
    for (uint32_t i = 0; i < SEEDS; i++) {
        struct jb_completeness sum = {0};
        for (uint32_t n = 0; n < 9; n++) {
            seed = seed * 1664525u + 1013904223u;
            uint32_t r = seed >> 8;
            struct jb_filing_count filing = {
                .state = (enum jb_filing_state)(1 + r % 4),
                .verdict = {.dated = r & 16, .judged = r & 32, .excused = r & 64},
                .returns = r >> 7 & 1,
                .corrections = r >> 8 & 3,
                .rows_expected = r >> 10 & 3,
            };
            filing.verdict.late_days = r >> 12 & 1;
            filing.verdict.overdue_days = r >> 13 & 1;
            filing.rows_reported =
                filing.rows_expected ? (r >> 14) % (filing.rows_expected + 1) : 0;
            jb_completeness_add(&sum, &filing);
        }
        assert_int_equal(sum.not_reported + sum.submitted + sum.returned + sum.accepted,
                         sum.forms_expected);
        assert_true(sum.pending + sum.on_time + sum.late + sum.overdue + sum.excused <=
                    sum.forms_expected);
        for (enum jb_rate_kind kind = 0; kind < JB_RATES; kind++) {
            struct jb_rate rate = jb_completeness_rate(&sum, kind);
            assert_true(rate.part <= rate.whole);
        }
    }
}

static void a_ranking_compares_fractions_exactly(void **state)
{
    const struct jb_completeness third = {.forms_expected = 3, .forms_reported = 1};
    const struct jb_completeness same = {.forms_expected = 300000003, .forms_reported = 100000001};
    const struct jb_completeness less = {.forms_expected = 300000003, .forms_reported = 100000000};
    const struct jb_completeness none = {0};
    struct jb_completeness flawed = third;
    (void)state;
    flawed.flawed = 1;
    assert_int_equal(jb_completeness_compare(&third, &same), 0);
    assert_true(jb_completeness_compare(&third, &less) < 0);
    assert_true(jb_completeness_compare(&less, &third) > 0);
    assert_true(jb_completeness_compare(&third, &flawed) < 0);
    assert_true(jb_completeness_compare(&less, &none) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_filing_counts_in_one_way),
        cmocka_unit_test(rates_are_those_of_the_sum),
        cmocka_unit_test(no_rate_passes_one),
        cmocka_unit_test(a_ranking_compares_fractions_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
