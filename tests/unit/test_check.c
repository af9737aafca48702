/* The check of a submission: each mistake is found, placed and explained; several at once are all
 * found; and a good submission becomes exact effects. */
#include "check_desk.h"

static void a_good_submission_becomes_exact_effects(void **state)
{
    struct desk *d = *state;

    start(d);
    d->rows[1] = number_row("money", -125, 1);
    d->rows[2] = number_row("share", 9340, 2);
    d->rows[2].basis = JB_LIT("ytd");
    d->rows[2].mark = JB_AT_LEAST;
    d->rows[3] = (struct jb_row){.indicator = JB_LIT("report"),
                                 .state = JB_STATE_VALUE,
                                 .text = JB_LIT("第一行\n第二行"),
                                 .status = JB_ESTIMATED};
    d->rows[4] = (struct jb_row){.indicator = JB_LIT("staff"), .state = JB_STATE_WITHDRAWN};
    d->rows[5] = number_row("case.count", 20, 0);
    d->rows[5].basis = JB_LIT("本年累计");
    d->submission.row_count = 6;
    assert_int_equal(check(d), JB_OK);
    assert_int_equal(d->findings.total, 0);
    assert_int_equal(d->checked.unit, jb_catalog_unit(d->catalog, JB_LIT("justice")));
    assert_int_equal(d->checked.form, jb_catalog_form(d->catalog, JB_LIT("main")));
    assert_true(jb_period_eq(d->checked.period, jb_period_make(JB_FREQ_QUARTER, 2023, 1)));
    assert_int_equal(d->checked.effect_count, 6);
    assert_int_equal(d->effects[0].value.mantissa, 12);
    assert_int_equal(d->effects[0].stretch, 0);
    assert_int_equal(d->effects[1].value.mantissa, -1250);
    assert_int_equal(d->effects[2].value.mantissa, 934);
    assert_int_equal(d->effects[2].value.mark, JB_AT_LEAST);
    assert_int_equal(d->effects[2].stretch, 1);
    assert_true(d->effects[3].is_text);
    assert_int_equal(d->effects[3].value.status, JB_ESTIMATED);
    assert_int_equal(d->effects[4].value.state, JB_STATE_WITHDRAWN);
    assert_int_equal(d->effects[5].stretch, 1);
    assert_int_equal(d->effects[5].row, 5);
}

static void unit_form_and_period_are_checked(void **state)
{
    static const struct {
        const char *unit, *form, *period;
        enum jb_finding_code code;
        const char *column, *expected, *hint; /* parts of; NULL: anything */
    } cases[] = {
        {"justise", "main", "2023-Q2", JB_F_UNKNOWN_UNIT, "unit", NULL, "justice"},
        {"xyzzyxyz", "main", "2023-Q2", JB_F_UNKNOWN_UNIT, "unit", "", ""},
        {"", "main", "2023-Q2", JB_F_UNKNOWN_UNIT, "unit", NULL, NULL},
        {"justice", "mian", "2023-Q2", JB_F_UNKNOWN_FORM, "form", NULL, "main"},
        {"justice", "market", "2022-Q2", JB_F_FORM_NOT_OWED, "form", "main, second", NULL},
        {"market", "market", "2023-Q2", JB_F_UNIT_NOT_VALID, "unit", NULL, NULL},
        {"justice", "main", "2023-Q5", JB_F_PERIOD_SYNTAX, "period", "1900", NULL},
        {"justice", "main", "2300-Q1", JB_F_PERIOD_SYNTAX, "period", "2199", NULL},
        {"justice", "main", "1800-Q1", JB_F_PERIOD_SYNTAX, "period", NULL, NULL},
        {"justice", "main", "", JB_F_PERIOD_SYNTAX, "period", NULL, NULL},
        {"justice", "main", "2022-Q2..2022-Q4", JB_F_PERIOD_SYNTAX, "period", "one period", NULL},
        {"justice", "main", "2022", JB_F_PERIOD_FREQUENCY, "period", "2022-Q4", NULL},
        {"justice", "main", "2022-M05", JB_F_PERIOD_FREQUENCY, "period", "2022-Q2", NULL},
        {"just\xff", "main", "2023-Q2", JB_F_BAD_TEXT, "unit", NULL, NULL},
        {"justice", "ma\x01in", "2023-Q2", JB_F_BAD_TEXT, "form", NULL, NULL},
        {"justice", "main", "2023\nQ2", JB_F_BAD_TEXT, "period", NULL, NULL},
    };
    struct desk *d = *state;

    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        const struct jb_finding *f;
        start(d);
        d->submission.unit = jb_slice_str(cases[i].unit);
        d->submission.form = jb_slice_str(cases[i].form);
        d->submission.period = jb_slice_str(cases[i].period);
        assert_int_equal(check(d), JB_EINVAL);
        f = &d->findings.items[0];
        if (f->code != cases[i].code)
            jb_findings_print(&d->findings, stderr);
        assert_int_equal(f->code, cases[i].code);
        assert_string_equal(f->column_name, cases[i].column);
        assert_int_equal(f->row, 0);
        if (cases[i].expected && *cases[i].expected)
            assert_non_null(strstr(f->expected, cases[i].expected));
        if (cases[i].hint && *cases[i].hint)
            assert_non_null(strstr(f->hint, cases[i].hint));
        if (cases[i].hint && !*cases[i].hint)
            assert_string_equal(f->hint, "");
    }
}

static void a_period_may_be_reported_from_its_first_day(void **state)
{
    struct desk *d = *state;

    start(d);
    d->today = jb_date_make(2023, 4, 1);
    assert_int_equal(check(d), JB_OK);
    start(d);
    d->today = jb_date_make(2023, 3, 31);
    assert_non_null(strstr(only(d, JB_F_PERIOD_FUTURE)->expected, "2023-03-31"));
}

static void rows_must_belong_to_unit_form_and_period(void **state)
{
    static const struct {
        const char *indicator, *form, *period;
        enum jb_finding_code code;
        const char *expected, *hint;
    } cases[] = {
        {"case.cuont", "main", "2023-Q2", JB_F_UNKNOWN_INDICATOR, "", "case.count"},
        {"part", "main", "2023-Q2", JB_F_COMPUTED_INDICATOR, "", ""},
        {"side", "main", "2023-Q2", JB_F_NOT_IN_FORM, "", "second"},
        {"other", "main", "2022-Q2", JB_F_NOT_OWNER, "market", ""},
        {"case.count", "main", "2021-Q4", JB_F_NOT_OWED, "2022-Q1..2023-Q2", ""},
        {"late", "main", "2023-Q2", JB_F_INDICATOR_NOT_VALID, "", ""},
        {"case\x7f", "main", "2023-Q2", JB_F_BAD_TEXT, "", ""},
    };
    struct desk *d = *state;

    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        const struct jb_finding *f;
        start(d);
        d->rows[0] = number_row(cases[i].indicator, 5, 0);
        d->rows[0].source_row = 14;
        d->submission.form = jb_slice_str(cases[i].form);
        d->submission.period = jb_slice_str(cases[i].period);
        f = only(d, cases[i].code);
        assert_int_equal(f->row, 14);
        assert_string_equal(f->column_name, "indicator");
        assert_string_equal(f->unit, "justice");
        assert_string_equal(f->form, "main");
        assert_string_equal(f->period, cases[i].period);
        assert_string_equal(f->expected, cases[i].expected);
        if (*cases[i].hint)
            assert_non_null(strstr(f->hint, cases[i].hint));
        else
            assert_string_equal(f->hint, "");
    }
}

static void a_figure_is_given_once(void **state)
{
    const struct jb_finding *f;
    struct desk *d = *state;

    start(d);
    d->rows[1] = number_row("money", 1, 0);
    d->rows[2] = number_row("case.count", 13, 0);
    d->rows[2].basis = JB_LIT("period");
    d->rows[2].source_row = 9;
    d->submission.row_count = 3;
    f = only(d, JB_F_DUPLICATE_ROW);
    assert_int_equal(f->row, 9);
    assert_string_equal(f->got, "rows 1 and 9");
    /* Year to date in the first quarter is the quarter itself. */
    start(d);
    d->submission.period = JB_LIT("2023-Q1");
    d->rows[1] = number_row("case.count", 13, 0);
    d->rows[1].basis = JB_LIT("ytd");
    d->submission.row_count = 2;
    only(d, JB_F_DUPLICATE_ROW);
    /* Two spellings of one stretch. */
    start(d);
    d->rows[0] = number_row("share", 1, 0);
    d->rows[0].basis = JB_LIT("ytd");
    d->rows[1] = number_row("share", 1, 0);
    d->rows[1].basis = JB_LIT("since:2023");
    d->submission.row_count = 2;
    only(d, JB_F_DUPLICATE_ROW);
}

static void every_mistake_is_reported(void **state)
{
    struct desk *d = *state;

    start(d);
    d->submission.unit = JB_LIT("justise");
    d->submission.period = JB_LIT("2024-Q2");
    d->rows[0] = number_row("unheard", 1, 0);
    d->rows[1] = number_row("case.count", -15, 1);
    d->rows[1].note = JB_LIT("\x01");
    d->rows[2] = number_row("side", 1, 0);
    d->submission.row_count = 3;
    assert_int_equal(check(d), JB_EINVAL);
    assert_int_equal(d->findings.errors, 7);
    for (uint32_t i = 0; i < d->submission.row_count; i++)
        d->rows[i].number.scale = 255;
    assert_int_equal(check(d), JB_EINVAL);
}

static void the_largest_submission_is_checked_and_a_larger_one_refused(void **state)
{
    struct desk *d = *state;

    start(d);
    for (uint32_t i = 0; i <= JB_SUBMISSION_ROWS_MAX; i++) {
        char basis[32];
        snprintf(basis, sizeof(basis), "since:%04u-Q%u", 1900 + i / 4 % 123, i % 4 + 1);
        d->rows[i] = number_row("share", 1, 0);
        d->rows[i].basis = jb_slice_str(strdup(basis));
    }
    d->submission.row_count = JB_SUBMISSION_ROWS_MAX + 1;
    assert_int_equal(check(d), JB_EINVAL);
    assert_int_equal(d->findings.items[0].code, JB_F_TOO_MANY_ROWS);
    assert_int_equal(d->findings.total, 1 + JB_SUBMISSION_ROWS_MAX - 492);
    for (uint32_t i = 0; i <= JB_SUBMISSION_ROWS_MAX; i++)
        free((void *)(uintptr_t)d->rows[i].basis.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_submission_becomes_exact_effects),
        cmocka_unit_test(unit_form_and_period_are_checked),
        cmocka_unit_test(a_period_may_be_reported_from_its_first_day),
        cmocka_unit_test(rows_must_belong_to_unit_form_and_period),
        cmocka_unit_test(a_figure_is_given_once),
        cmocka_unit_test(every_mistake_is_reported),
        cmocka_unit_test(the_largest_submission_is_checked_and_a_larger_one_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
