/* The checks across figures as a submission meets them: against the store's figures, refused, or
 * accepted with an explanation. */
#include "unit/agg_fixture.h"

#define ROW(indicator_, value_, ...) AGG_ROW(indicator_, value_, ##__VA_ARGS__)

static const char catalog_text[] =
    "catalog: checks\n"
    "name: {zh: \"目录\"}\n"
    "units: [{code: u, name: {zh: \"甲\"}}, {code: v, name: {zh: \"乙\"}}]\n"
    "indicators:\n"
    "- {code: done, name: {zh: \"完成\"}, unit_of_measure: {zh: \"项\"}, measure: flow, owners: "
    "[u]}\n"
    "- {code: doing, name: {zh: \"推进\"}, unit_of_measure: {zh: \"项\"}, measure: flow, owners: "
    "[u]}\n"
    "- {code: all, name: {zh: \"全部\"}, unit_of_measure: {zh: \"项\"}, measure: flow, owners: "
    "[u]}\n"
    "- {code: late, name: {zh: \"其中逾期\"}, unit_of_measure: {zh: \"项\"}, measure: flow, "
    "owners: [u]}\n"
    "- {code: open, name: {zh: \"未结\"}, unit_of_measure: {zh: \"件\"}, measure: stock, owners: "
    "[u, v],\n"
    "   not_applicable: reason}\n"
    "- {code: in, name: {zh: \"新收\"}, unit_of_measure: {zh: \"件\"}, measure: flow, owners: [u, "
    "v],\n"
    "   bases: [period, ytd], authoritative: ytd}\n"
    "- {code: out, name: {zh: \"办结\"}, unit_of_measure: {zh: \"件\"}, measure: flow, owners: [u, "
    "v],\n"
    "   marks: explain}\n"
    "- {code: calls, name: {zh: \"来电\"}, unit_of_measure: {zh: \"次\"}, measure: flow, owners: "
    "[v]}\n"
    "- {code: trips, name: {zh: \"出车\"}, unit_of_measure: {zh: \"次\"}, measure: flow, owners: "
    "[v]}\n"
    "- {code: tours, name: {zh: \"巡访\"}, unit_of_measure: {zh: \"次\"}, measure: flow, owners: "
    "[v]}\n"
    "- {code: talks, name: {zh: \"宣讲\"}, unit_of_measure: {zh: \"场\"}, measure: flow, owners: "
    "[v]}\n"
    "forms:\n"
    "- {code: plan, title: {zh: \"任务\"}, units: [u], rows: [{indicator: all, parts: \"<=\"},\n"
    "   {indicator: late, of: all}, {indicator: done}, {indicator: doing}]}\n"
    "- {code: cases, title: {zh: \"案件\"}, units: [u, v], rows: [{indicator: open}, {indicator: "
    "in},\n"
    "   {indicator: out}]}\n"
    "- {code: calls, title: {zh: \"来电\"}, units: [v], rows: [{indicator: calls}, {indicator: "
    "trips},\n"
    "   {indicator: talks}, {indicator: tours}]}\n"
    "rules:\n"
    "- {code: sum, name: {zh: \"任务平衡\"}, severity: error, left: done + doing, op: \"=\", "
    "right: all}\n"
    "- {code: flow, name: {zh: \"收结存\"}, severity: explain, left: open, op: \"=\",\n"
    "   right: open@previous + in - out}\n"
    "- {code: across, name: {zh: \"跨表\"}, severity: error, left: out, op: \"<=\", right: all,\n  "
    " when_missing: require}\n"
    "checks: [history, unchanged]\n";

static int set_up(void **state)
{
    struct agg_desk *d = agg_desk_new(0);
    struct jb_catalog_put_done done = agg_load(d, catalog_text);
    if (done.version != 1)
        jb_findings_print(&d->findings, stderr);
    assert_int_equal(done.version, 1);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    agg_desk_free(*state);
    return 0;
}

static void accepted(struct agg_desk *d, struct jb_receipt receipt)
{
    if (receipt.outcome != JB_ACCEPTED)
        jb_findings_print(&d->findings, stderr);
    assert_int_equal(receipt.outcome, JB_ACCEPTED);
    assert_int_equal(d->findings.total, 0);
}

/* Refused with this finding alone. */
static const struct jb_finding *refused(struct agg_desk *d, struct jb_receipt receipt,
                                        enum jb_finding_code code, enum jb_severity severity)
{
    assert_int_equal(receipt.outcome, JB_REFUSED);
    if (d->findings.total != 1 || d->findings.items[0].code != code)
        jb_findings_print(&d->findings, stderr);
    assert_int_equal(d->findings.total, 1);
    assert_int_equal(d->findings.items[0].code, code);
    assert_int_equal(d->findings.items[0].severity, severity);
    return &d->findings.items[0];
}

static void a_broken_relation_refuses_with_both_sides_written_out(void **state)
{
    struct agg_desk *d = *state;
    const struct jb_finding *f =
        refused(d,
                agg_submit_rows(d, "u", "plan", "2023-Q1", 1, 0, ROW("all", "20"),
                                ROW("done", "12"), ROW("doing", "7")),
                JB_F_RULE_BROKEN, JB_ERROR);
    assert_string_equal(f->got, "12 + 7 = 19 ≠ 20");
    assert_string_equal(f->expected, "done + doing = all");
    assert_string_equal(f->indicator, "done");
    assert_string_equal(f->period, "2023-Q1");
    assert_int_equal(f->row, 2);
    assert_non_null(strstr(f->hint, "sum"));
    accepted(d, agg_submit_rows(d, "u", "plan", "2023-Q1", 2, 0, ROW("all", "19"),
                                ROW("done", "12"), ROW("doing", "7")));
}

static void no_explanation_helps_an_error(void **state)
{
    struct agg_desk *d = *state;
    const struct agg_row rows[] = {ROW("all", "20", .note = "why"),
                                   ROW("done", "12", .note = "why"),
                                   ROW("doing", "7", .note = "why")};
    d->explanation = "why";
    refused(d,
            agg_submit(d, &(struct agg_submission){.unit = "u",
                                                   .form = "plan",
                                                   .period = "2023-Q1",
                                                   .id = 1,
                                                   .rows = rows,
                                                   .row_count = 3}),
            JB_F_RULE_BROKEN, JB_ERROR);
}

static void a_patch_is_checked_with_what_stands(void **state)
{
    struct agg_desk *d = *state;
    accepted(d, agg_submit_rows(d, "u", "plan", "2023-Q1", 1, 0, ROW("all", "19"),
                                ROW("done", "12"), ROW("doing", "7")));
    const struct jb_finding *f =
        refused(d, agg_submit_rows(d, "u", "plan", "2023-Q1", 2, 1, ROW("doing", "8")),
                JB_F_RULE_BROKEN, JB_ERROR);
    assert_string_equal(f->got, "12 + 8 = 20 ≠ 19");
    assert_string_equal(f->indicator, "doing");
    accepted(d, agg_submit_rows(d, "u", "plan", "2023-Q1", 3, 1, ROW("doing", "withdrawn")));
    accepted(
        d, agg_submit_rows(d, "u", "plan", "2023-Q1", 4, 3, ROW("done", "18"), ROW("doing", "1")));
}

static void a_part_is_at_most_its_whole(void **state)
{
    struct agg_desk *d = *state;
    const struct jb_finding *f = refused(
        d, agg_submit_rows(d, "u", "plan", "2023-Q1", 1, 0, ROW("all", "3"), ROW("late", "4")),
        JB_F_PART_EXCEEDS, JB_ERROR);
    assert_string_equal(f->got, "4 > 3");
    assert_string_equal(f->indicator, "late");
}

static void a_relation_across_forms_waits_for_the_last_of_them(void **state)
{
    struct agg_desk *d = *state;
    accepted(d, agg_submit_rows(d, "u", "cases", "2023-Q1", 1, 0, ROW("out", "30")));
    refused(d, agg_submit_rows(d, "u", "plan", "2023-Q1", 2, 0, ROW("all", "29")), JB_F_RULE_BROKEN,
            JB_ERROR);
    accepted(d, agg_submit_rows(d, "u", "plan", "2023-Q1", 3, 0, ROW("all", "30")));
    refused(d, agg_submit_rows(d, "u", "cases", "2023-Q1", 4, 1, ROW("out", "31")),
            JB_F_RULE_BROKEN, JB_ERROR);
    /* a unit that does not report one side is left in peace */
    accepted(d, agg_submit_rows(d, "v", "cases", "2023-Q1", 5, 0, ROW("out", "31")));
}

static void what_may_be_explained_is_refused_until_it_is(void **state)
{
    struct agg_desk *d = *state;
    const struct agg_row rows[] = {ROW("open", "12"), ROW("in", "5"), ROW("out", "4")};
    struct agg_submission s = {
        .unit = "v", .form = "cases", .period = "2023-Q2", .id = 2, .rows = rows, .row_count = 3};
    accepted(d, agg_submit_rows(d, "v", "cases", "2023-Q1", 1, 0, ROW("open", "10")));
    const struct jb_finding *f =
        refused(d, agg_submit(d, &s), JB_F_RULE_BROKEN, JB_NEEDS_EXPLANATION);
    assert_string_equal(f->got, "12 ≠ 11 = 10 + 5 - 4");
    d->explanation = "one case was moved here";
    struct jb_receipt first = agg_submit(d, &s);
    accepted(d, first);
    struct jb_receipt again = agg_submit(d, &s); /* a repeat hears the same */
    assert_int_equal(again.outcome, JB_ACCEPTED);
    assert_true(again.revision == first.revision);
    d->explanation = NULL;
    const struct agg_row noted[] = {ROW("open", "12", .note = "moved")};
    s = (struct agg_submission){.unit = "v",
                                .form = "cases",
                                .period = "2023-Q2",
                                .id = 3,
                                .predecessor = 2,
                                .rows = noted,
                                .row_count = 1};
    accepted(d, agg_submit(d, &s));
}

static void marks_and_not_applicable_want_a_note_where_the_catalogue_says_so(void **state)
{
    struct agg_desk *d = *state;
    refused(
        d,
        agg_submit_rows(d, "v", "cases", "2023-Q1", 1, 0, ROW("out", "31", .mark = JB_MORE_THAN)),
        JB_F_MARK_UNEXPLAINED, JB_NEEDS_EXPLANATION);
    refused(d, agg_submit_rows(d, "v", "cases", "2023-Q1", 1, 0, ROW("open", "n/a")),
            JB_F_NOT_APPLICABLE_UNEXPLAINED, JB_NEEDS_EXPLANATION);
    accepted(d, agg_submit_rows(d, "v", "cases", "2023-Q1", 1, 0,
                                ROW("out", "31", .mark = JB_MORE_THAN, .note = "not counted"),
                                ROW("open", "n/a", .note = "handed over")));
}

static void the_year_to_date_is_what_its_periods_come_to(void **state)
{
    struct agg_desk *d = *state;
    accepted(d, agg_submit_rows(d, "v", "cases", "2023-Q1", 1, 0, ROW("in", "10")));
    const struct jb_finding *f =
        refused(d,
                agg_submit_rows(d, "v", "cases", "2023-Q2", 2, 0, ROW("in", "12"),
                                ROW("in", "23", .basis = "ytd")),
                JB_F_YTD_DISAGREES, JB_NEEDS_EXPLANATION);
    assert_non_null(strstr(f->got, "22"));
    assert_non_null(strstr(f->got, "23"));
    /* the first way out: correct this quarter */
    accepted(d, agg_submit_rows(d, "v", "cases", "2023-Q2", 3, 0, ROW("in", "13"),
                                ROW("in", "23", .basis = "ytd")));
    /* with a quarter missing, the year to date before stands in for it */
    accepted(d, agg_submit_rows(d, "v", "cases", "2023-Q3", 5, 0, ROW("in", "30", .basis = "ytd")));
    refused(d,
            agg_submit_rows(d, "v", "cases", "2023-Q4", 4, 0, ROW("in", "1"),
                            ROW("in", "99", .basis = "ytd")),
            JB_F_YTD_DISAGREES, JB_NEEDS_EXPLANATION);
}

/* Four quarters of calls that change a little. */
static void fill_calls(struct agg_desk *d)
{
    static const char *const periods[] = {"2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"};
    static const char *const calls[] = {"100", "110", "95", "105"};
    for (uint8_t i = 0; i < 4; i++)
        accepted(d, agg_submit_rows(d, "v", "calls", periods[i], (uint8_t)(i + 1), 0,
                                    ROW("calls", calls[i]), ROW("trips", calls[3 - i]),
                                    ROW("talks", calls[i]), ROW("tours", "9")));
}

static void a_figure_far_from_the_units_history_is_asked_about(void **state)
{
    struct agg_desk *d = *state;
    fill_calls(d);
    const struct jb_finding *f =
        refused(d, agg_submit_rows(d, "v", "calls", "2023-Q1", 9, 0, ROW("calls", "1050")),
                JB_F_FAR_FROM_HISTORY, JB_NEEDS_EXPLANATION);
    assert_string_equal(f->got, "1050");
    assert_non_null(strstr(f->expected, "102.5"));
    refused(d,
            agg_submit_rows(d, "v", "calls", "2023-Q1", 9, 0,
                            ROW("calls", "1050", .status = JB_PROVISIONAL)),
            JB_F_FAR_FROM_HISTORY, JB_NEEDS_EXPLANATION);
    d->explanation = "of the whole"; /* a row's own note is what counts */
    refused(d, agg_submit_rows(d, "v", "calls", "2023-Q1", 9, 0, ROW("calls", "1050")),
            JB_F_FAR_FROM_HISTORY, JB_NEEDS_EXPLANATION);
    d->explanation = NULL;
    /* an estimate is nobody's count */
    accepted(d, agg_submit_rows(d, "v", "calls", "2023-Q1", 10, 0,
                                ROW("calls", "1050", .status = JB_ESTIMATED)));
    accepted(d, agg_submit_rows(d, "v", "calls", "2023-Q1", 11, 10,
                                ROW("calls", "1050", .note = "a new line")));
}

static void the_figures_of_the_period_before_throughout_are_asked_about(void **state)
{
    struct agg_desk *d = *state;
    const struct agg_row rows[] = {ROW("calls", "105"), ROW("trips", "100"), ROW("talks", "105"),
                                   ROW("tours", "9")};
    struct agg_submission s = {
        .unit = "v", .form = "calls", .period = "2023-Q1", .id = 9, .rows = rows, .row_count = 4};
    fill_calls(d);
    const struct jb_finding *f =
        refused(d, agg_submit(d, &s), JB_F_UNCHANGED, JB_NEEDS_EXPLANATION);
    assert_string_equal(f->indicator, "");
    assert_non_null(strstr(f->got, "3")); /* tours never changed */
    /* one that moved is enough */
    accepted(d, agg_submit_rows(d, "v", "calls", "2023-Q1", 10, 0, ROW("calls", "105"),
                                ROW("trips", "100"), ROW("talks", "105"), ROW("tours", "10")));
    s.predecessor = 10;
    d->explanation = "counted twice";
    accepted(d, agg_submit(d, &s));
}

static void a_refusal_leaves_nothing_in_the_ledger(void **state)
{
    struct agg_desk *d = *state;
    fill_calls(d);
    refused(d, agg_submit_rows(d, "v", "calls", "2023-Q1", 9, 0, ROW("calls", "1050")),
            JB_F_FAR_FROM_HISTORY, JB_NEEDS_EXPLANATION);
    struct jb_receipt receipt =
        agg_submit_rows(d, "v", "calls", "2023-Q1", 9, 0, ROW("calls", "105"));
    accepted(d, receipt);
    assert_true(receipt.revision == 7); /* genesis, catalogue, four, this */
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_broken_relation_refuses_with_both_sides_written_out),
        T(no_explanation_helps_an_error),
        T(a_patch_is_checked_with_what_stands),
        T(a_part_is_at_most_its_whole),
        T(a_relation_across_forms_waits_for_the_last_of_them),
        T(what_may_be_explained_is_refused_until_it_is),
        T(marks_and_not_applicable_want_a_note_where_the_catalogue_says_so),
        T(the_year_to_date_is_what_its_periods_come_to),
        T(a_figure_far_from_the_units_history_is_asked_about),
        T(the_figures_of_the_period_before_throughout_are_asked_about),
        T(a_refusal_leaves_nothing_in_the_ledger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
