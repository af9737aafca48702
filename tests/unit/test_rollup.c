/* The rules of aggregation, each with numbers that can be checked by hand. */
#include "jb_test.h"

#include "extreme.h"
#include "rollup.h"

static struct jb_indicator indicator_of(enum jb_measure measure, enum jb_unit_agg unit,
                                        enum jb_time_agg time)
{
    return (struct jb_indicator){.measure = measure,
                                 .freq = JB_FREQ_QUARTER,
                                 .decimals = 2,
                                 .display_decimals = 2,
                                 .unit_agg = unit,
                                 .time_agg = time};
}

static struct jb_sum_cell part(const struct jb_indicator *indicator, int64_t mantissa,
                               enum jb_mark mark, enum jb_status status)
{
    struct jb_own_cell own = {.value = {JB_STATE_VALUE, mark, status, mantissa}};
    struct jb_sum_cell cell;
    jb_sum_cell_of(indicator, &own, &cell);
    return cell;
}

static struct jb_sum_cell state_cell(enum jb_state state)
{
    struct jb_indicator any = indicator_of(JB_FLOW, JB_UNIT_SUM, JB_TIME_SUM);
    struct jb_own_cell own = {.value = {.state = state}};
    struct jb_sum_cell cell;
    jb_sum_cell_of(&any, &own, &cell);
    return cell;
}

/* cells: up to four base periods from 2022-Q1. */
static struct jb_result fold(const struct jb_indicator *indicator, const struct jb_sum_cell *a,
                             const struct jb_sum_cell *b, const struct jb_sum_cell *c,
                             uint32_t expected)
{
    const struct jb_sum_cell *cells[] = {a, b, c};
    struct jb_result result;
    jb_rollup_fold(indicator, cells, 3, jb_period_make(JB_FREQ_QUARTER, 2022, 0), false, expected,
                   &result);
    return result;
}

static void flows_add_over_units_and_time(void **state)
{
    struct jb_indicator flow = indicator_of(JB_FLOW, JB_UNIT_SUM, JB_TIME_SUM);
    struct jb_sum_cell q1 = part(&flow, 150, JB_EXACT, JB_FINAL);
    struct jb_sum_cell more = part(&flow, 250, JB_MORE_THAN, JB_PROVISIONAL);
    struct jb_sum_cell absent = state_cell(JB_STATE_NOT_APPLICABLE);
    struct jb_sum_cell q3 = part(&flow, -400, JB_AT_LEAST, JB_FINAL);
    char text[JB_DEC_TEXT_SIZE];
    (void)state;
    jb_sum_cell_add(&q1, &more);
    jb_sum_cell_add(&q1, &absent);
    struct jb_result r = fold(&flow, &q1, NULL, NULL, 9);
    assert_true(r.state == JB_STATE_VALUE && r.number == 400 && r.divisor == 1);
    assert_true(r.mark == JB_MORE_THAN && r.status == JB_PROVISIONAL);
    assert_true(r.reported == 3 && r.parts == 2 && !r.has_value_period);
    assert_int_equal(jb_result_format(&r, &flow, JB_ROUND_HALF_UP, text), JB_OK);
    assert_string_equal(text, "4");
    r = fold(&flow, &q1, NULL, &q3, 9);
    assert_true(r.state == JB_STATE_VALUE && r.number == 0 && r.reported == 4);
    struct jb_sum_cell before = q1;
    jb_sum_cell_add(&q1, &q3);
    assert_false(jb_sum_cell_eq(&q1, &before));
    jb_sum_cell_subtract(&q1, &q3);
    assert_true(jb_sum_cell_eq(&q1, &before));
}

static void states_follow_their_order(void **state)
{
    struct jb_indicator flow = indicator_of(JB_FLOW, JB_UNIT_SUM, JB_TIME_SUM);
    struct jb_sum_cell absent = state_cell(JB_STATE_NOT_APPLICABLE);
    struct jb_sum_cell taken = state_cell(JB_STATE_WITHDRAWN);
    struct jb_sum_cell zero = part(&flow, 0, JB_EXACT, JB_FINAL);
    (void)state;
    assert_int_equal(fold(&flow, NULL, NULL, NULL, 0).state, JB_STATE_NOT_REPORTED);
    assert_int_equal(fold(&flow, &absent, NULL, NULL, 0).state, JB_STATE_NOT_REPORTED);
    assert_int_equal(fold(&flow, &absent, NULL, NULL, 2).state, JB_STATE_NOT_REPORTED);
    assert_int_equal(fold(&flow, &absent, &absent, NULL, 2).state, JB_STATE_NOT_APPLICABLE);
    assert_int_equal(fold(&flow, &absent, &taken, NULL, 2).state, JB_STATE_WITHDRAWN);
    assert_int_equal(fold(&flow, &absent, &taken, &zero, 2).state, JB_STATE_VALUE);
    assert_int_equal(fold(&flow, &absent, &taken, NULL, 2).reported, 1);
}

static void a_stock_is_the_last_there_is(void **state)
{
    struct jb_indicator stock = indicator_of(JB_STOCK, JB_UNIT_SUM, JB_TIME_LAST);
    struct jb_sum_cell q1 = part(&stock, 100, JB_EXACT, JB_ESTIMATED);
    struct jb_sum_cell q2 = part(&stock, 200, JB_NEARLY, JB_FINAL);
    struct jb_sum_cell absent = state_cell(JB_STATE_NOT_APPLICABLE);
    (void)state;
    jb_sum_cell_add(&q2, &absent);
    struct jb_result r = fold(&stock, &q1, &q2, &absent, 6);
    assert_true(r.state == JB_STATE_VALUE && r.number == 200 && r.mark == JB_NEARLY);
    assert_true(r.status == JB_FINAL && r.reported == 2 && r.parts == 1 && r.has_value_period);
    assert_true(jb_period_eq(r.value_period, jb_period_make(JB_FREQ_QUARTER, 2022, 1)));
    r = fold(&stock, &absent, NULL, NULL, 1);
    assert_true(r.state == JB_STATE_NOT_APPLICABLE && !r.has_value_period && r.reported == 1);
}

static void a_rate_answers_for_its_stretch_only(void **state)
{
    struct jb_indicator rate = indicator_of(JB_RATE, JB_UNIT_SOLE, JB_TIME_NONE);
    struct jb_sum_cell one = part(&rate, 9850, JB_AT_LEAST, JB_FINAL), two = one;
    const struct jb_sum_cell *cells[] = {&one};
    struct jb_period q4 = jb_period_make(JB_FREQ_QUARTER, 2022, 3);
    struct jb_result r;
    (void)state;
    jb_rollup_fold(&rate, cells, 1, q4, true, 1, &r);
    assert_true(r.state == JB_STATE_VALUE && r.number == 9850 && r.mark == JB_AT_LEAST);
    r = fold(&rate, &one, NULL, NULL, 1);
    assert_true(r.state == JB_STATE_NOT_COMPUTABLE && r.reason == JB_REASON_NOT_OVER_TIME);
    jb_sum_cell_add(&two, &one);
    cells[0] = &two;
    jb_rollup_fold(&rate, cells, 1, q4, false, 2, &r);
    assert_true(r.state == JB_STATE_NOT_COMPUTABLE && r.reason == JB_REASON_SEVERAL_REPORTED);
    assert_true(r.reported == 2 && r.number == 0);
}

static void means_pool_or_divide_by_periods(void **state)
{
    struct jb_indicator pooled = indicator_of(JB_RATE, JB_UNIT_MEAN, JB_TIME_MEAN);
    struct jb_indicator periods = indicator_of(JB_STOCK, JB_UNIT_SUM, JB_TIME_MEAN);
    struct jb_sum_cell q1 = part(&pooled, 100, JB_EXACT, JB_FINAL);
    struct jb_sum_cell more = part(&pooled, 200, JB_EXACT, JB_FINAL);
    struct jb_sum_cell q3 = part(&pooled, 700, JB_EXACT, JB_FINAL);
    char text[JB_DEC_TEXT_SIZE];
    (void)state;
    jb_sum_cell_add(&q1, &more);
    struct jb_result r = fold(&pooled, &q1, NULL, &q3, 4);
    assert_true(r.number == 1000 && r.divisor == 3);
    assert_int_equal(jb_result_format(&r, &pooled, JB_ROUND_HALF_UP, text), JB_OK);
    assert_string_equal(text, "3.33");
    r = fold(&periods, &q1, NULL, &q3, 4);
    assert_true(r.number == 1000 && r.divisor == 2);
    assert_int_equal(jb_result_format(&r, &periods, JB_ROUND_HALF_UP, text), JB_OK);
    assert_string_equal(text, "5.00");
}

static void extremes_keep_what_they_know(void **state)
{
    struct jb_indicator low = indicator_of(JB_RATE, JB_UNIT_MIN, JB_TIME_MIN);
    struct jb_indicator high = indicator_of(JB_RATE, JB_UNIT_MAX, JB_TIME_MAX);
    struct jb_sum_cell a = part(&low, 500, JB_EXACT, JB_FINAL);
    struct jb_sum_cell b = part(&low, 900, JB_MORE_THAN, JB_FINAL), both = a;
    (void)state;
    jb_sum_cell_add(&both, &b);
    jb_extreme_merge(JB_UNIT_MIN, &both, &b);
    struct jb_result r = fold(&low, &both, NULL, NULL, 2);
    assert_true(r.number == 500 && r.mark == JB_EXACT); /* 9余 cannot be below 5 */
    a = part(&high, 500, JB_EXACT, JB_FINAL);
    b = part(&high, 900, JB_MORE_THAN, JB_FINAL);
    r = fold(&high, &a, &b, NULL, 2);
    assert_true(r.number == 900 && r.mark == JB_MORE_THAN);
    b = part(&high, 900, JB_AT_MOST, JB_FINAL);
    r = fold(&high, &a, &b, NULL, 2);
    assert_true(r.number == 900 && r.mark == JB_AT_MOST); /* [5, 9] */
    b = part(&low, 900, JB_AT_MOST, JB_FINAL);
    a = part(&low, 500, JB_EXACT, JB_FINAL);
    r = fold(&low, &a, &b, NULL, 2);
    assert_true(r.number == 500 && r.mark == JB_AT_MOST); /* [0, 5] */
    a = part(&low, 500, JB_AT_LEAST, JB_FINAL);
    r = fold(&low, &a, &b, NULL, 2);
    assert_int_equal(r.mark, JB_APPROXIMATE); /* [0, 9], 5 is neither */
    a = part(&low, 0, JB_AT_MOST, JB_FINAL);
    r = fold(&low, &a, NULL, NULL, 2);
    assert_int_equal(r.mark, JB_EXACT); /* nothing is below 0 */
    low.negative_allowed = true;
    a = part(&low, 0, JB_AT_MOST, JB_FINAL);
    r = fold(&low, &a, NULL, NULL, 2);
    assert_int_equal(r.mark, JB_AT_MOST);
}

static void marks_of_sums(void **state)
{
    static const struct {
        uint32_t marks[JB_MARKS];
        enum jb_mark mark;
    } rows[] = {
        {{3}, JB_EXACT},
        {{3, 1}, JB_AT_LEAST},
        {{0, 2, 1}, JB_MORE_THAN},
        {{1, 0, 0, 1}, JB_AT_MOST},
        {{1, 0, 0, 1, 1}, JB_NEARLY},
        {{1, 1, 0, 1}, JB_APPROXIMATE},
        {{9, 0, 0, 0, 0, 1}, JB_APPROXIMATE},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(rows); i++)
        assert_int_equal(jb_mark_of_sum(rows[i].marks), rows[i].mark);
}

static void marks_of_quotients(void **state)
{
    static const struct {
        enum jb_mark a;
        int sign;
        enum jb_mark b, mark;
    } rows[] = {
        {JB_EXACT, 1, JB_EXACT, JB_EXACT},
        {JB_AT_LEAST, 1, JB_EXACT, JB_AT_LEAST},
        {JB_EXACT, 1, JB_AT_LEAST, JB_AT_MOST},
        {JB_EXACT, 1, JB_MORE_THAN, JB_NEARLY},
        {JB_AT_LEAST, 1, JB_NEARLY, JB_MORE_THAN},
        {JB_AT_LEAST, 1, JB_AT_LEAST, JB_APPROXIMATE},
        {JB_APPROXIMATE, 1, JB_EXACT, JB_APPROXIMATE},
        {JB_EXACT, -1, JB_AT_LEAST, JB_AT_LEAST},
        {JB_AT_MOST, -1, JB_AT_MOST, JB_AT_MOST},
        {JB_EXACT, 0, JB_APPROXIMATE, JB_EXACT},
        {JB_AT_LEAST, 0, JB_AT_LEAST, JB_AT_LEAST},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(rows); i++)
        assert_int_equal(jb_mark_of_quotient(rows[i].a, rows[i].sign, rows[i].b), rows[i].mark);
}

static void text_is_one_or_none(void **state)
{
    struct jb_indicator text = indicator_of(JB_TEXT, JB_UNIT_SOLE, JB_TIME_NONE);
    struct jb_own_cell own = {
        .is_text = true, .text_revision = 9, .value = {.state = JB_STATE_VALUE}};
    struct jb_sum_cell cell;
    (void)state;
    jb_sum_cell_of(&text, &own, &cell);
    assert_int_equal(fold(&text, NULL, &cell, NULL, 3).state, JB_STATE_VALUE);
    struct jb_result r = fold(&text, &cell, &cell, NULL, 3);
    assert_true(r.state == JB_STATE_NOT_COMPUTABLE && r.reason == JB_REASON_TEXT);
    assert_int_equal(fold(&text, NULL, NULL, NULL, 3).state, JB_STATE_NOT_REPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows_add_over_units_and_time),
        cmocka_unit_test(states_follow_their_order),
        cmocka_unit_test(a_stock_is_the_last_there_is),
        cmocka_unit_test(a_rate_answers_for_its_stretch_only),
        cmocka_unit_test(means_pool_or_divide_by_periods),
        cmocka_unit_test(extremes_keep_what_they_know),
        cmocka_unit_test(marks_of_sums),
        cmocka_unit_test(marks_of_quotients),
        cmocka_unit_test(text_is_one_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
