/* The check of a submission: each mistake is found, placed and explained; several at once are all
 * found; and a good submission becomes exact effects. */
#include "jb_test.h"

#include "base/limits.h"
#include "model/catalog_yaml.h"
#include "model/check.h"

static const char catalog_text[] =
    "catalog: test\n"
    "name: {zh: 测试}\n"
    "zone: \"+08:00\"\n"
    "frequency: quarter\n"
    "units:\n"
    "  - {code: county, name: {zh: 县}}\n"
    "  - {code: justice, name: {zh: 司法局}, parent: county}\n"
    "  - {code: market, name: {zh: 市场局}, parent: county, from: 2021-01-01, until: 2023-03-31}\n"
    "indicators:\n"
    "  - {code: case.count, name: {zh: 案件}, measure: flow, unit_of_measure: {zh: 件},\n"
    "     owners: [justice, market], bases: [period, ytd]}\n"
    "  - {code: money, name: {zh: 金额}, measure: flow, unit_of_measure: {zh: 万元}, decimals: 2,\n"
    "     owners: [justice], negative: true}\n"
    "  - {code: staff, name: {zh: 人数}, measure: stock, unit_of_measure: {zh: 人},\n"
    "     owners: [justice], not_applicable: false, marks: false}\n"
    "  - {code: share, name: {zh: 比例}, measure: rate, unit_of_measure: {zh: \"%\"}, decimals: "
    "1,\n"
    "     owners: [justice]}\n"
    "  - {code: report, name: {zh: 材料}, measure: text, unit_of_measure: {zh: 篇},\n"
    "     owners: [justice]}\n"
    "  - {code: late, name: {zh: 晚}, measure: flow, unit_of_measure: {zh: 件}, owners: "
    "[justice],\n"
    "     from: 2023-07-01}\n"
    "  - {code: other, name: {zh: 他}, measure: flow, unit_of_measure: {zh: 件}, owners: "
    "[market]}\n"
    "  - {code: side, name: {zh: 旁}, measure: flow, unit_of_measure: {zh: 件}, owners: "
    "[justice]}\n"
    "  - {code: part, name: {zh: 占比}, measure: ratio, unit_of_measure: {zh: \"%\"},\n"
    "     numerator: case.count, denominator: money}\n"
    "forms:\n"
    "  - code: main\n"
    "    title: {zh: 主表}\n"
    "    units: [justice]\n"
    "    rows:\n"
    "      - {indicator: case.count, owed: [2022-Q1..2023-Q2]}\n"
    "      - {indicator: money}\n"
    "      - {indicator: staff}\n"
    "      - {indicator: share}\n"
    "      - {indicator: report}\n"
    "      - {indicator: late}\n"
    "  - code: second\n"
    "    title: {zh: 副表}\n"
    "    units: [justice]\n"
    "    rows:\n"
    "      - {indicator: side}\n"
    "  - code: market\n"
    "    title: {zh: 市场表}\n"
    "    units: [market]\n"
    "    rows:\n"
    "      - {indicator: case.count}\n"
    "      - {indicator: other}\n";

struct desk {
    jb_catalog *catalog;
    struct jb_findings findings;
    struct jb_row rows[JB_SUBMISSION_ROWS_MAX + 1];
    struct jb_effect effects[JB_SUBMISSION_ROWS_MAX + 1];
    struct jb_submission submission;
    struct jb_checked checked;
    jb_date today;
};

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    struct jb_findings findings;
    jb_err err;

    jb_findings_init(&findings);
    err = jb_catalog_read_yaml(jb_slice_str(catalog_text), "test.yaml", &findings, &d->catalog);
    jb_findings_print(&findings, stderr);
    jb_findings_free(&findings);
    jb_findings_init(&d->findings);
    *state = d;
    return err != JB_OK;
}

static int tear_down(void **state)
{
    struct desk *d = *state;

    jb_catalog_free(d->catalog);
    jb_findings_free(&d->findings);
    free(d);
    return 0;
}

static struct jb_row number_row(const char *indicator, int64_t mantissa, uint8_t scale)
{
    return (struct jb_row){
        .indicator = jb_slice_str(indicator),
        .state = JB_STATE_VALUE,
        .number = {mantissa, scale},
    };
}

/* One good row of the form main in 2023-Q2. */
static void start(struct desk *d)
{
    jb_findings_clear(&d->findings);
    memset(d->rows, 0, sizeof(d->rows));
    d->rows[0] = number_row("case.count", 12, 0);
    d->submission = (struct jb_submission){
        .unit = JB_LIT("justice"),
        .form = JB_LIT("main"),
        .period = JB_LIT("2023-Q2"),
        .rows = d->rows,
        .row_count = 1,
    };
    d->checked = (struct jb_checked){.unit = 77};
    assert_int_equal(jb_date_parse(JB_LIT("2023-07-05"), &d->today), JB_OK);
}

static jb_err check(struct desk *d)
{
    return jb_check_submission(d->catalog, &d->submission, d->today, d->effects, &d->checked,
                               &d->findings);
}

/* Exactly this one finding. */
static const struct jb_finding *only(struct desk *d, enum jb_finding_code code)
{
    assert_int_equal(check(d), JB_EINVAL);
    if (d->findings.total != 1 || d->findings.items[0].code != code)
        jb_findings_print(&d->findings, stderr);
    assert_int_equal(d->findings.total, 1);
    assert_int_equal(d->findings.items[0].code, code);
    assert_int_equal(d->findings.items[0].severity, JB_ERROR);
    assert_int_equal(d->checked.unit, 77);
    return &d->findings.items[0];
}

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

static void values_must_fit_the_indicator(void **state)
{
    const struct {
        struct jb_row row;
        enum jb_finding_code code;
        const char *column, *got, *expected;
    } cases[] = {
        {{.indicator = JB_LIT("money"), .state = JB_STATE_VALUE, .number = {1234, 3}},
         JB_F_TOO_MANY_DECIMALS,
         "value",
         "1.234",
         "at most 2 decimals"},
        {{.indicator = JB_LIT("case.count"), .state = JB_STATE_VALUE, .number = {15, 1}},
         JB_F_TOO_MANY_DECIMALS,
         "value",
         "1.5",
         "at most 0 decimals"},
        {{.indicator = JB_LIT("case.count"), .state = JB_STATE_VALUE, .number = {1, 200}},
         JB_F_TOO_MANY_DECIMALS,
         "value",
         "",
         "at most 0 decimals"},
        {{.indicator = JB_LIT("money"), .state = JB_STATE_VALUE, .number = {10000000000000000, 0}},
         JB_F_VALUE_TOO_LARGE,
         "value",
         "10000000000000000",
         "at most 16 digits"},
        {{.indicator = JB_LIT("case.count"), .state = JB_STATE_VALUE, .number = {INT64_MAX, 0}},
         JB_F_VALUE_TOO_LARGE,
         "value",
         "9223372036854775807",
         "at most 18 digits"},
        {{.indicator = JB_LIT("case.count"), .state = JB_STATE_VALUE, .number = {-1, 0}},
         JB_F_NEGATIVE,
         "value",
         "-1",
         ""},
        {{.indicator = JB_LIT("case.count"),
          .state = JB_STATE_VALUE,
          .basis = JB_LIT("now and then")},
         JB_F_BASIS_SYNTAX,
         "basis",
         "now and then",
         "period"},
        {{.indicator = JB_LIT("case.count"), .state = JB_STATE_VALUE, .basis = JB_LIT("2023-Q3")},
         JB_F_BASIS_SYNTAX,
         "basis",
         "2023-Q3",
         "ytd"},
        {{.indicator = JB_LIT("case.count"),
          .state = JB_STATE_VALUE,
          .basis = JB_LIT("since:2022")},
         JB_F_BASIS_NOT_ALLOWED,
         "basis",
         "since:2022",
         "ytd"},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .basis = JB_LIT("ytd")},
         JB_F_BASIS_NOT_ALLOWED,
         "basis",
         "ytd",
         "period"},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .mark = JB_NEARLY},
         JB_F_MARK_NOT_ALLOWED,
         "value",
         "nearly",
         "exact"},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_NOT_APPLICABLE},
         JB_F_NOT_APPLICABLE_REFUSED,
         "value",
         "not applicable",
         ""},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_NOT_REPORTED},
         JB_F_VALUE_SYNTAX,
         "value",
         "not reported",
         ""},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .mark = (enum jb_mark)9},
         JB_F_VALUE_SYNTAX,
         "value",
         "",
         ""},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .status = (enum jb_status)9},
         JB_F_STATUS_SYNTAX,
         "status",
         "",
         ""},
        {{.indicator = JB_LIT("report"), .state = JB_STATE_VALUE, .number = {5, 0}},
         JB_F_TEXT_EXPECTED,
         "value",
         "5",
         ""},
        {{.indicator = JB_LIT("report"), .state = JB_STATE_VALUE, .text = JB_LIT("a\x1b[2J")},
         JB_F_BAD_TEXT,
         "value",
         "a?[2J",
         ""},
        {{.indicator = JB_LIT("report"), .state = JB_STATE_VALUE, .text = JB_LIT("a\xc2\x9b")},
         JB_F_BAD_TEXT,
         "value",
         "",
         ""},
        {{.indicator = JB_LIT("report"), .state = JB_STATE_VALUE, .text = JB_LIT("a\xe4\xb8")},
         JB_F_BAD_TEXT,
         "value",
         "a??",
         ""},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .text = JB_LIT("很多")},
         JB_F_NUMBER_EXPECTED,
         "value",
         "很多",
         "人"},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .note = JB_LIT("\xff")},
         JB_F_BAD_TEXT,
         "note",
         "?",
         ""},
    };
    struct desk *d = *state;

    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        const struct jb_finding *f;
        start(d);
        d->rows[0] = cases[i].row;
        f = only(d, cases[i].code);
        assert_int_equal(f->row, 1);
        assert_string_equal(f->column_name, cases[i].column);
        if (*cases[i].got)
            assert_string_equal(f->got, cases[i].got);
        assert_non_null(strstr(f->expected, cases[i].expected));
    }
}

static void sizes_are_limited(void **state)
{
    static uint8_t text[JB_TEXT_FIGURE_BYTES_MAX + 1];
    struct jb_attachment attachments[JB_ATTACHMENTS_MAX + 1] = {0};
    struct desk *d = *state;

    memset(text, 'x', sizeof(text));
    start(d);
    d->rows[0] = (struct jb_row){.indicator = JB_LIT("report"),
                                 .state = JB_STATE_VALUE,
                                 .text = {text, JB_TEXT_FIGURE_BYTES_MAX}};
    assert_int_equal(check(d), JB_OK);
    start(d);
    d->rows[0] = (struct jb_row){
        .indicator = JB_LIT("report"), .state = JB_STATE_VALUE, .text = {text, sizeof(text)}};
    assert_string_equal(only(d, JB_F_TEXT_TOO_LONG)->expected, "at most 65536 bytes");
    assert_true(strlen(d->findings.items[0].got) < 200);
    start(d);
    d->rows[0].note = jb_slice_of(text, JB_SHORT_TEXT_BYTES_MAX + 1);
    assert_string_equal(only(d, JB_F_TEXT_TOO_LONG)->column_name, "note");
    start(d);
    d->submission.reason = jb_slice_of(text, JB_SHORT_TEXT_BYTES_MAX + 1);
    assert_string_equal(only(d, JB_F_TEXT_TOO_LONG)->column_name, "reason");
    start(d);
    d->submission.filled_by = JB_LIT("a\nb");
    assert_string_equal(only(d, JB_F_BAD_TEXT)->column_name, "filled_by");
    start(d);
    d->submission.attachments = attachments;
    d->submission.attachment_count = JB_ATTACHMENTS_MAX;
    assert_int_equal(check(d), JB_OK);
    d->checked.unit = 77;
    d->submission.attachment_count = JB_ATTACHMENTS_MAX + 1;
    assert_string_equal(only(d, JB_F_TOO_LARGE)->column_name, "attachments");
    start(d);
    d->submission.row_count = 0;
    only(d, JB_F_EMPTY_SUBMISSION);
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
        cmocka_unit_test(values_must_fit_the_indicator),
        cmocka_unit_test(sizes_are_limited),
        cmocka_unit_test(a_figure_is_given_once),
        cmocka_unit_test(every_mistake_is_reported),
        cmocka_unit_test(the_largest_submission_is_checked_and_a_larger_one_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
