/* Files of figures: what is read, how it is grouped, and that every mistake is told with its place.
 */
#include "agent_desk.h"

#include "model/finding.h"

static struct jb_catalog_file catalog;

static int make_catalog(void **state)
{
    (void)state;
    catalog = desk_catalog();
    return 0;
}

static int drop_catalog(void **state)
{
    (void)state;
    jb_catalog_file_free(&catalog);
    return 0;
}

static jb_err parse(const char *text, const struct jb_figures_options *options,
                    struct jb_findings *findings, struct jb_figures *ret)
{
    jb_findings_init(findings);
    return jb_figures_parse("figures.csv", jb_slice_str(text), options, findings, ret);
}

static void rows_are_grouped_by_form_and_period(void **state)
{
    struct jb_figures_options options = desk_options(&catalog);
    struct jb_findings findings;
    struct jb_figures figures;

    (void)state;
    options.filled_by = "someone";
    assert_int_equal(parse("# head\n"
                           "单位,报告期,指标,口径,数值,数据性质,说明\n"
                           "县司法局,2023年第二季度,案件,本期,４６１余,推算,全角\n"
                           "justice,2023-Q2,people,,\"2,299.13\",,\n"
                           "justice,2023-Q1,办结率,本年累计,90%以上,正式,\n"
                           "justice,2023-Q2,rate,2021-Q1,95.5,,\n",
                           &options, &findings, &figures),
                     JB_OK);
    assert_int_equal(findings.total, 0);
    assert_int_equal(figures.filing_count, 3);
    const struct jb_submission *work = &figures.filings[0].submission;
    assert_true(jb_slice_is(work->form, "work"));
    assert_true(jb_slice_is(work->period, "2023-Q2"));
    assert_true(jb_slice_is(work->filled_by, "someone"));
    assert_true(jb_slice_is(work->source, "figures.csv"));
    assert_int_equal(work->catalog_version, 3);
    assert_int_equal(work->row_count, 2);
    assert_int_equal(work->rows[0].number.mantissa, 461);
    assert_int_equal(work->rows[0].mark, JB_MORE_THAN);
    assert_int_equal(work->rows[0].status, JB_ESTIMATED);
    assert_int_equal(work->rows[0].source_row, 3);
    assert_true(jb_slice_is(work->rows[0].basis, "period"));
    assert_true(jb_slice_is(work->rows[1].basis, "2021-Q1"));
    assert_true(jb_slice_is(figures.filings[1].submission.form, "staff"));
    assert_int_equal(figures.filings[1].effects[0].value.mantissa, 229913);
    assert_true(jb_slice_is(figures.filings[2].submission.rows[0].basis, "ytd"));
    assert_int_equal(figures.filings[2].submission.rows[0].mark, JB_AT_LEAST);
    jb_figures_free(&figures);
    jb_findings_free(&findings);
}

static void empty_cells_change_nothing_and_are_told(void **state)
{
    struct jb_figures_options options = desk_options(&catalog);
    struct jb_findings findings;
    struct jb_figures figures;

    (void)state;
    options.unit = "justice";
    options.period = "2023-Q2";
    assert_int_equal(parse("indicator,value\ncases,\nrate,90\n", &options, &findings, &figures),
                     JB_OK);
    assert_int_equal(figures.filing_count, 1);
    assert_int_equal(figures.filings[0].submission.row_count, 1);
    assert_int_equal(figures.empty_count, 1);
    assert_int_equal(findings.errors, 0);
    assert_int_equal(findings.items[0].code, JB_F_EMPTY_CELL);
    assert_int_equal(findings.items[0].row, 2);
    jb_figures_free(&figures);
    jb_findings_free(&findings);
}

static void texts_and_words_of_state_are_read(void **state)
{
    struct jb_figures_text text = {JB_LIT("story"), JB_LIT("a long story")};
    struct jb_figures_options options = desk_options(&catalog);
    struct jb_findings findings;
    struct jb_figures figures;

    (void)state;
    options.texts = &text;
    options.text_count = 1;
    assert_int_equal(parse("unit,period,indicator,value\njustice,2023-Q1,cases,不涉及\njustice,"
                           "2023-Q1,rate,撤回\n",
                           &options, &findings, &figures),
                     JB_OK);
    const struct jb_submission *s = &figures.filings[0].submission;
    assert_int_equal(s->row_count, 3);
    assert_int_equal(s->rows[0].state, JB_STATE_NOT_APPLICABLE);
    assert_int_equal(s->rows[1].state, JB_STATE_WITHDRAWN);
    assert_true(jb_slice_is(s->rows[2].text, "a long story"));
    jb_figures_free(&figures);
    jb_findings_free(&findings);
}

static const struct bad {
    const char *name, *text;
    enum jb_finding_code code;
    uint32_t row, column;
} bad_files[] = {
    {"empty", "", JB_F_FILE_EMPTY, 1, 0},
    {"only a header", "unit,period,indicator,value\n", JB_F_FILE_EMPTY, 1, 0},
    {"unknown column", "unit,period,indicator,value,colour\njustice,2023-Q1,cases,1,red\n",
     JB_F_FILE_HEADER, 1, 5},
    {"column twice", "unit,period,indicator,value,数值\njustice,2023-Q1,cases,1,1\n",
     JB_F_FILE_HEADER, 1, 5},
    {"no value column", "unit,period,indicator\njustice,2023-Q1,cases\n", JB_F_FILE_HEADER, 1, 0},
    {"too many cells", "unit,period,indicator,value\njustice,2023-Q1,cases,1,234\n",
     JB_F_FILE_SYNTAX, 2, 5},
    {"open quote", "unit,period,indicator,value\njustice,2023-Q1,cases,\"1\n", JB_F_FILE_SYNTAX, 2,
     0},
    {"no unit", "period,indicator,value\n2023-Q1,cases,1\n", JB_F_UNKNOWN_UNIT, 2, 0},
    {"unknown unit", "unit,period,indicator,value\njustise,2023-Q1,cases,1\n", JB_F_UNKNOWN_UNIT, 2,
     1},
    {"unknown indicator", "unit,period,indicator,value\njustice,2023-Q1,casse,1\n",
     JB_F_UNKNOWN_INDICATOR, 2, 3},
    {"not the owner", "unit,period,indicator,value\njustice,2023-Q1,firms,1\n", JB_F_NOT_OWNER, 2,
     3},
    {"bad period", "unit,period,indicator,value\njustice,2023-Q5,cases,1\n", JB_F_PERIOD_SYNTAX, 2,
     2},
    {"a year", "unit,period,indicator,value\njustice,2022,cases,1\n", JB_F_PERIOD_FREQUENCY, 2, 2},
    {"the future", "unit,period,indicator,value\njustice,2024-Q1,cases,1\n", JB_F_PERIOD_FUTURE, 2,
     2},
    {"letters", "unit,period,indicator,value\njustice,2023-Q1,cases,12O4\n", JB_F_VALUE_SYNTAX, 2,
     4},
    {"ten thousands", "unit,period,indicator,value\njustice,2023-Q1,cases,3万\n", JB_F_VALUE_SYNTAX,
     2, 4},
    {"too many digits", "unit,period,indicator,value\njustice,2023-Q1,people,1234567890123456789\n",
     JB_F_VALUE_TOO_LARGE, 2, 4},
    {"too many decimals", "unit,period,indicator,value\njustice,2023-Q1,cases,1.5\n",
     JB_F_TOO_MANY_DECIMALS, 2, 4},
    {"bad basis", "unit,period,indicator,basis,value\njustice,2023-Q1,cases,sometimes,1\n",
     JB_F_BASIS_SYNTAX, 2, 4},
    {"bad status", "unit,period,indicator,value,status\njustice,2023-Q1,cases,1,maybe\n",
     JB_F_STATUS_SYNTAX, 2, 5},
    {"twice", "unit,period,indicator,value\njustice,2023-Q1,cases,1\njustice,2023-Q1,案件,2\n",
     JB_F_DUPLICATE_ROW, 3, 3},
    {"bytes", "unit,period,indicator,value\njustice,2023-Q1,cases,\xff\xff\x80\n",
     JB_F_FILE_ENCODING, 2, 0},
};

static void every_mistake_names_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < JB_COUNT(bad_files); i++) {
        const struct bad *bad = &bad_files[i];
        struct jb_figures_options options = desk_options(&catalog);
        struct jb_findings findings;
        struct jb_figures figures = {.row_count = 77};
        bool found = false;
        jb_err err = parse(bad->text, &options, &findings, &figures);
        for (uint32_t k = 0; k < findings.count; k++) {
            const struct jb_finding *f = &findings.items[k];
            found = found || (f->code == bad->code && f->row == bad->row &&
                              f->column == bad->column && strcmp(f->file, "figures.csv") == 0);
        }
        if (err != JB_EINVAL || !found) {
            fprintf(stderr, "%s:\n", bad->name);
            jb_findings_print(&findings, stderr);
        }
        assert_int_equal(err, JB_EINVAL);
        assert_true(found);
        assert_int_equal(figures.row_count, 77); /* untouched */
        jb_findings_free(&findings);
    }
}

static void all_mistakes_are_told_at_once(void **state)
{
    struct jb_figures_options options = desk_options(&catalog);
    struct jb_findings findings;
    struct jb_figures figures;

    (void)state;
    assert_int_equal(
        parse("unit,period,indicator,value\njustice,2023-Q1,cases,x\nnobody,2023-Q9,nothing,1\n"
              "justice,2023-Q1,people,1.234\n",
              &options, &findings, &figures),
        JB_EINVAL);
    assert_int_equal(findings.errors, 5);
    jb_findings_free(&findings);
}

static void gb18030_is_read_and_told(void **state)
{
    static const char text[] =
        "unit,period,indicator,value\njustice,2023-Q1,\xb0\xb8\xbc\xfe,7\n"; /* 案件 */
    struct jb_figures_options options = desk_options(&catalog);
    struct jb_findings findings;
    struct jb_figures figures;

    (void)state;
    assert_int_equal(parse(text, &options, &findings, &figures), JB_OK);
    assert_int_equal(findings.items[0].code, JB_F_ENCODING_GUESSED);
    assert_int_equal(figures.filings[0].submission.rows[0].number.mantissa, 7);
    jb_figures_free(&figures);
    jb_findings_free(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_grouped_by_form_and_period),
        cmocka_unit_test(empty_cells_change_nothing_and_are_told),
        cmocka_unit_test(texts_and_words_of_state_are_read),
        cmocka_unit_test(every_mistake_names_its_place),
        cmocka_unit_test(all_mistakes_are_told_at_once),
        cmocka_unit_test(gb18030_is_read_and_told),
    };
    return cmocka_run_group_tests(tests, make_catalog, drop_catalog);
}
