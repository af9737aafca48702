/* Rollup questions on a small store: every number can be added up by hand. */
#include "agg_reads.h"

static int make(void **state)
{
    *state = reads_desk_new();
    return 0;
}

static int drop(void **state)
{
    agg_desk_free(*state);
    return 0;
}

static void a_flow_adds_over_units_and_then_over_time(void **state)
{
    struct agg_desk *d = *state;
    reads_submit(d, "ash", "2022-Q1", 1, 0, "cases", "10.5");
    reads_submit(d, "beech", "2022-Q1", 2, 0, "cases", "2");
    reads_submit(d, "dune", "2022-Q2", 3, 0, "cases", "0");
    reads_expect(d, "county", "cases", "2022-Q1", JB_STATE_VALUE, "12.5", 2, 3);
    reads_expect(d, "east", "cases", "2022-Q1", JB_STATE_VALUE, "12.5", 2, 2);
    reads_expect(d, "west", "cases", "2022-Q2", JB_STATE_VALUE, "0", 1, 1);
    reads_expect(d, "county", "cases", "2022", JB_STATE_VALUE, "12.5", 3, 12);
    reads_expect(d, "river", "cases", "2022-Q1..2022-Q2", JB_STATE_VALUE, "10.5", 2, 4);
    reads_expect(d, "cedar", "cases", "2022-Q1", JB_STATE_NOT_REPORTED, "", 0, 0);
}

static void what_has_not_ended_is_counted_apart(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    const struct jb_answer_row *row =
        reads_one(d, "county", "cases", "2023", (struct jb_query){0}, &asked);
    assert_int_equal(row->expected, 12);
    assert_int_equal(row->not_yet_due, 3); /* the desk's clock stands in November */
    reads_done(&asked);
}

static void states_stay_apart(void **state)
{
    struct agg_desk *d = *state;
    reads_submit(d, "ash", "2022-Q1", 1, 0, "cases", "5");
    reads_submit(d, "ash", "2022-Q1", 2, 1, "cases", "withdrawn");
    reads_expect(d, "ash", "cases", "2022-Q1", JB_STATE_WITHDRAWN, "", 0, 1);
    reads_submit(d, "dune", "2022-Q1", 3, 0, "cases", "n/a");
    reads_expect(d, "west", "cases", "2022-Q1", JB_STATE_NOT_APPLICABLE, "", 1, 1);
    reads_expect(d, "west", "cases", "2022", JB_STATE_NOT_REPORTED, "", 1, 4);
    reads_expect(d, "county", "cases", "2022-Q1", JB_STATE_WITHDRAWN, "", 1, 3);
}

static void a_stock_names_its_moment(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    reads_submit(d, "ash", "2022-Q1", 1, 0, "staff", "7");
    reads_submit(d, "beech", "2022-Q1", 2, 0, "staff", "8");
    reads_submit(d, "ash", "2022-Q3", 3, 0, "staff", "9");
    const struct jb_answer_row *row =
        reads_one(d, "county", "staff", "2022", (struct jb_query){0}, &asked);
    reads_text_is(row->value, "9");
    reads_text_is(row->value_period, "2022-Q3");
    assert_int_equal(row->reported, 1);
    assert_int_equal(row->expected, 3);
    reads_done(&asked);
    reads_expect(d, "county", "staff", "2022-Q2", JB_STATE_NOT_REPORTED, "", 0, 3);
}

static void a_rate_answers_only_for_its_stretch(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    struct jb_receipt receipt = agg_submit_rows(d, "dune", "daily", "2022-Q4", 1, 0,
                                                AGG_ROW("rate", "98.5", .basis = "ytd"));
    assert_int_equal(receipt.outcome, JB_ACCEPTED);
    const struct jb_answer_row *row =
        reads_one(d, "county", "rate", "2022", (struct jb_query){0}, &asked);
    reads_text_is(row->value, "98.5");
    reads_text_is(row->basis, "2022");
    assert_int_equal(row->reported, 1);
    assert_int_equal(row->expected, 1);
    reads_done(&asked);
    row = reads_one(d, "county", "rate", "2022-Q3..2022-Q4", (struct jb_query){0}, &asked);
    assert_int_equal(row->state, JB_STATE_NOT_COMPUTABLE);
    reads_text_is(row->reason, "other_stretch");
    reads_done(&asked);
    row = reads_one(d, "dune", "rate", "2022-Q4", (struct jb_query){0}, &asked);
    reads_text_is(row->reason, "other_stretch");
    reads_done(&asked);
    row =
        reads_one(d, "dune", "rate", "2022", (struct jb_query){.basis = JB_LIT("period")}, &asked);
    assert_int_equal(row->state, JB_STATE_NOT_COMPUTABLE);
    reads_done(&asked);
    row = reads_one(d, "dune", "rate", "2022", (struct jb_query){.basis = JB_LIT("ytd")}, &asked);
    reads_text_is(row->value, "98.5");
    reads_done(&asked);
}

static void a_ratio_shows_its_parts_and_says_when_they_do_not_pair(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    reads_submit(d, "ash", "2022-Q1", 1, 0, "cases", "290");
    reads_submit(d, "ash", "2022-Q1", 2, 1, "solved", "116");
    const struct jb_answer_row *row =
        reads_one(d, "county", "share", "2022-Q1", (struct jb_query){0}, &asked);
    reads_text_is(row->value, "40.00");
    reads_text_is(row->numerator, "116");
    reads_text_is(row->denominator, "290");
    assert_false(row->unpaired);
    reads_done(&asked);
    reads_submit(d, "dune", "2022-Q1", 3, 0, "cases", "10");
    row = reads_one(d, "county", "share", "2022-Q1", (struct jb_query){0}, &asked);
    reads_text_is(row->value, "38.67");
    assert_true(row->unpaired);
    assert_int_equal(row->reported, 1);
    reads_done(&asked);
    row = reads_one(d, "county", "share", "2022-Q1",
                    (struct jb_query){.rounding = JB_LIT("truncate")}, &asked);
    reads_text_is(row->value, "38.66");
    reads_done(&asked);
    row = reads_one(d, "beech", "share", "2022-Q1", (struct jb_query){0}, &asked);
    reads_text_is(row->reason, "no_denominator");
    reads_done(&asked);
}

static void growth_needs_both_sides_complete(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    struct jb_query both = {.yoy = true, .qoq = true};
    reads_submit(d, "dune", "2021-Q2", 1, 0, "cases", "40");
    reads_submit(d, "dune", "2022-Q2", 2, 0, "cases", "50");
    const struct jb_answer_row *row = reads_one(d, "west", "cases", "2022-Q2", both, &asked);
    reads_text_is(row->yoy.value, "25.00");
    reads_text_is(row->yoy.base, "40");
    reads_text_is(row->yoy.base_period, "2021-Q2");
    reads_text_is(row->qoq.reason, "base_incomplete");
    reads_done(&asked);
    row = reads_one(d, "county", "cases", "2022-Q2", both, &asked);
    reads_text_is(row->yoy.reason, "incomplete"); /* two of three units are missing */
    reads_done(&asked);
    row = reads_one(d, "west", "cases", "2021-Q1..2022-Q2", both, &asked);
    reads_text_is(row->yoy.reason, "span_too_long");
    reads_done(&asked);
    reads_submit(d, "dune", "2022-Q1", 3, 0, "cases", "0");
    row = reads_one(d, "west", "cases", "2022-Q2", both, &asked);
    reads_text_is(row->qoq.reason, "base_not_positive");
    reads_done(&asked);
}

static void growth_of_a_percentage_is_in_points(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    reads_submit(d, "dune", "2021-Q2", 1, 0, "cases", "40");
    reads_submit(d, "dune", "2021-Q2", 2, 1, "solved", "10");
    reads_submit(d, "dune", "2022-Q2", 3, 0, "cases", "30");
    reads_submit(d, "dune", "2022-Q2", 4, 3, "solved", "10");
    const struct jb_answer_row *row =
        reads_one(d, "west", "share", "2022-Q2", (struct jb_query){.yoy = true}, &asked);
    reads_text_is(row->value, "33.33");
    assert_true(row->yoy.points);
    reads_text_is(row->yoy.value, "8.33");
    reads_done(&asked);
}

static void a_text_is_given_where_there_is_one(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    reads_submit(d, "ash", "2022-Q1", 1, 0, "story", "text:修路");
    const struct jb_answer_row *row =
        reads_one(d, "county", "story", "2022", (struct jb_query){0}, &asked);
    assert_int_equal(row->state, JB_STATE_VALUE);
    reads_text_is(row->text, "修路");
    reads_done(&asked);
    reads_submit(d, "dune", "2022-Q1", 2, 0, "story", "text:办案");
    row = reads_one(d, "county", "story", "2022", (struct jb_query){0}, &asked);
    assert_int_equal(row->state, JB_STATE_NOT_COMPUTABLE);
    reads_text_is(row->reason, "text");
    reads_done(&asked);
}

static void an_earlier_revision_is_answered_as_it_was(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    uint64_t first = reads_submit(d, "ash", "2022-Q1", 1, 0, "cases", "5");
    uint64_t second = reads_submit(d, "dune", "2022-Q1", 2, 0, "cases", "6");
    reads_submit(d, "ash", "2022-Q1", 3, 1, "cases", "1");
    reads_expect(d, "county", "cases", "2022-Q1", JB_STATE_VALUE, "7", 2, 3);
    const struct jb_answer_row *row = reads_one(
        d, "county", "cases", "2022-Q1", (struct jb_query){.as_of_revision = second}, &asked);
    reads_text_is(row->value, "11");
    assert_int_equal(asked.answer.snapshot.revision, second);
    reads_done(&asked);
    row =
        reads_one(d, "river", "cases", "2022", (struct jb_query){.as_of_revision = first}, &asked);
    reads_text_is(row->value, "5");
    reads_done(&asked);
}

static void all_that_is_unknown_is_told_at_once(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    struct jb_slice units[] = {JB_LIT("ash"), JB_LIT("countz")};
    struct jb_slice indicators[] = {JB_LIT("case")};
    struct jb_slice periods[] = {JB_LIT("2022-Q9"), JB_LIT("2022")};
    struct jb_slice sections[] = {JB_LIT("play")};
    struct jb_query query = {.units = {units, 2},
                             .indicators = {indicators, 1},
                             .sections = {sections, 1},
                             .periods = {periods, 2}};
    reads_ask(d, &query, &asked);
    assert_int_equal(asked.err, JB_EINVAL);
    assert_int_equal(asked.findings.errors, 4);
    for (uint32_t i = 0; i < asked.findings.count; i++) {
        const struct jb_finding *f = &asked.findings.items[i];
        if (f->code == JB_F_UNKNOWN_UNIT)
            assert_string_equal(f->hint, "county");
        if (f->code == JB_F_UNKNOWN_INDICATOR)
            assert_string_equal(f->hint, "cases");
    }
    reads_done(&asked);
}

static void rows_are_nodes_by_indicators_by_periods(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    struct jb_slice sections[] = {JB_LIT("work.law")};
    struct jb_slice periods[] = {JB_LIT("2022-Q2"), JB_LIT("2022")};
    struct jb_query query = {
        .under = JB_LIT("county"), .sections = {sections, 1}, .periods = {periods, 2}};
    reads_ask(d, &query, &asked);
    assert_int_equal(asked.err, JB_OK);
    assert_int_equal(asked.answer.row_count, 8);
    reads_text_is(asked.answer.rows[0].unit, "east");
    reads_text_is(asked.answer.rows[1].period, "2022");
    reads_text_is(asked.answer.rows[2].indicator, "solved");
    reads_text_is(asked.answer.rows[4].unit, "west");
    assert_int_equal(asked.answer.unit_count, 2);
    assert_int_equal(asked.answer.indicator_count, 2);
    reads_done(&asked);
}

static void a_question_finer_than_the_base_period_is_a_finding(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    struct jb_slice units[] = {JB_LIT("ash")};
    struct jb_slice indicators[] = {JB_LIT("cases")};
    struct jb_slice periods[] = {JB_LIT("2022-M05"), JB_LIT("2022-Q2")};
    struct jb_query query = {
        .units = {units, 1}, .indicators = {indicators, 1}, .periods = {periods, 2}};
    reads_ask(d, &query, &asked);
    assert_int_equal(asked.err, JB_OK);
    assert_int_equal(asked.answer.row_count, 1);
    assert_int_equal(asked.findings.count, 1);
    assert_int_equal(asked.findings.items[0].code, JB_F_QUERY_FINER_THAN_BASE);
    reads_done(&asked);
}

static void pages_fit_together(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked whole;
    struct jb_slice units[] = {JB_LIT("county"), JB_LIT("ash"), JB_LIT("dune")};
    struct jb_slice periods[] = {JB_LIT("2022-Q1"), JB_LIT("2022")};
    struct jb_query query = {.units = {units, 3}, .periods = {periods, 2}};
    jb_source *source = jb_source_new();
    jb_query_plan *plan;
    uint64_t position = 0;
    uint32_t row = 0, pages = 0;
    bool more = true;
    reads_submit(d, "ash", "2022-Q1", 1, 0, "cases", "5");
    reads_ask(d, &query, &whole);
    assert_int_equal(
        jb_query_plan_make(whole.binding, &query, NULL, &whole.arena, &plan, &whole.findings),
        JB_OK);
    jb_source_set(source, whole.txn, whole.binding, whole.answer.snapshot.revision, 0);
    while (more) {
        struct jb_answer page;
        assert_int_equal(
            jb_query_page(source, plan, d->now_us, 900, 0, &whole.arena, &position, &page, &more),
            JB_OK);
        assert_true(page.row_count > 0);
        for (uint32_t i = 0; i < page.row_count; i++, row++) {
            assert_true(jb_slice_eq(page.rows[i].unit, whole.answer.rows[row].unit));
            assert_true(jb_slice_eq(page.rows[i].indicator, whole.answer.rows[row].indicator));
            assert_true(jb_slice_eq(page.rows[i].value, whole.answer.rows[row].value));
        }
        pages++;
    }
    assert_int_equal(row, whole.answer.row_count);
    assert_true(pages > 3);
    jb_source_free(source);
    reads_done(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_flow_adds_over_units_and_then_over_time, make, drop),
        cmocka_unit_test_setup_teardown(what_has_not_ended_is_counted_apart, make, drop),
        cmocka_unit_test_setup_teardown(states_stay_apart, make, drop),
        cmocka_unit_test_setup_teardown(a_stock_names_its_moment, make, drop),
        cmocka_unit_test_setup_teardown(a_rate_answers_only_for_its_stretch, make, drop),
        cmocka_unit_test_setup_teardown(a_ratio_shows_its_parts_and_says_when_they_do_not_pair,
                                        make, drop),
        cmocka_unit_test_setup_teardown(growth_needs_both_sides_complete, make, drop),
        cmocka_unit_test_setup_teardown(growth_of_a_percentage_is_in_points, make, drop),
        cmocka_unit_test_setup_teardown(a_text_is_given_where_there_is_one, make, drop),
        cmocka_unit_test_setup_teardown(an_earlier_revision_is_answered_as_it_was, make, drop),
        cmocka_unit_test_setup_teardown(all_that_is_unknown_is_told_at_once, make, drop),
        cmocka_unit_test_setup_teardown(rows_are_nodes_by_indicators_by_periods, make, drop),
        cmocka_unit_test_setup_teardown(a_question_finer_than_the_base_period_is_a_finding, make,
                                        drop),
        cmocka_unit_test_setup_teardown(pages_fit_together, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
