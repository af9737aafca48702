/* SDMX-CSV files as figures: what is read, and what contradicts itself. */
#include "agent_desk.h"

#include "model/finding.h"

#define HEAD                                                                                       \
    "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REPORTING_UNIT,INDICATOR,BASIS,TIME_PERIOD,OBS_VALUE,"     \
    "OBS_TEXT,OBS_STATUS,STATE,PRECISION,UNIT_MEASURE\r\n"
#define FLOW "dataflow,JIBAO:desk(3.0.0),"

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

static jb_err parse(const char *text, struct jb_findings *findings, struct jb_figures *ret)
{
    struct jb_figures_options options = desk_options(&catalog);

    jb_findings_init(findings);
    jb_err err = jb_figures_parse("figures.sdmx.csv", jb_slice_str(text), &options, findings, ret);
    if (err)
        jb_findings_print(findings, stderr);
    return err;
}

static void observations_become_figures(void **state)
{
    struct jb_findings findings;
    struct jb_figures figures;

    (void)state;
    assert_int_equal(
        parse(HEAD FLOW
              "I,Q,justice,cases,PERIOD,2023-Q2,461,,E,value,more_than,件\r\n" FLOW
              "R,Q,justice,people,PERIOD,2023-Q2,2299.13,,A,value,exact,\r\n" FLOW
              "A,,justice,rate,SINCE_2021-Q1,2023-04-01/P3M,NaN,,M,not_applicable,,%\r\n" FLOW
              "M,Q,justice,story,PERIOD,2023-Q2,,\"a \"\"long\"\" story, =1+1\",A,,,\r\n" FLOW
              "D,Q,market,firms,PERIOD,2023-Q2,,,,,,\r\n" FLOW
              "I,Q,justice,cases,PERIOD,2023-Q1,,,L,not_reported,,\r\n",
              &findings, &figures),
        JB_OK);
    assert_int_equal(findings.errors, 0);
    assert_int_equal(figures.filing_count, 3);
    const struct jb_submission *work = &figures.filings[0].submission;
    assert_int_equal(work->row_count, 3);
    assert_int_equal(work->rows[0].number.mantissa, 461);
    assert_int_equal(work->rows[0].mark, JB_MORE_THAN);
    assert_int_equal(work->rows[0].status, JB_ESTIMATED);
    assert_int_equal(work->rows[1].state, JB_STATE_NOT_APPLICABLE);
    assert_true(jb_slice_is(work->rows[1].basis, "2021-Q1"));
    assert_true(jb_slice_is(work->rows[2].text, "a \"long\" story, =1+1"));
    const struct jb_submission *staff = &figures.filings[1].submission;
    assert_int_equal(staff->rows[0].number.mantissa, 229913);
    assert_int_equal(figures.filings[2].submission.rows[0].state, JB_STATE_WITHDRAWN);
    assert_int_equal(figures.empty_count, 1);
    jb_figures_free(&figures);
    jb_findings_free(&findings);
}

static void names_beside_codes_and_columns_of_others_are_passed_over(void **state)
{
    struct jb_findings findings;
    struct jb_figures figures;

    (void)state;
    assert_int_equal(
        parse("STRUCTURE[;],STRUCTURE_ID,UPDATED,INDICATOR: 指标,REPORTING_UNIT: 单位,"
              "TIME_PERIOD: 报告期,OBS_VALUE: 数值,OBS_STATUS: 数据性质\n"
              "datastructure,SDMX.CN:desk(1.0): 试验,today,cases: 案件,justice: 县司法局,"
              "2023-Q2: 2023-Q2,12,P: 初步\n",
              &findings, &figures),
        JB_OK);
    const struct jb_submission *s = &figures.filings[0].submission;
    assert_int_equal(s->rows[0].number.mantissa, 12);
    assert_int_equal(s->rows[0].status, JB_PROVISIONAL);
    jb_figures_free(&figures);
    jb_findings_free(&findings);
}

static const struct bad {
    const char *name, *text;
    enum jb_finding_code code;
    uint32_t row, column;
} bad_files[] = {
    {"no time", "STRUCTURE,STRUCTURE_ID,INDICATOR,OBS_VALUE\ndataflow,A:desk,cases,1\n",
     JB_F_FILE_HEADER, 1, 0},
    {"a column twice",
     "STRUCTURE,STRUCTURE_ID,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_VALUE\n"
     "dataflow,A:desk,cases,2023-Q2,1,1\n",
     JB_F_FILE_HEADER, 1, 6},
    {"structure", HEAD "table,JIBAO:desk(3.0.0),I,Q,justice,cases,PERIOD,2023-Q2,1,,A,,,\n",
     JB_F_SDMX_STRUCTURE, 2, 1},
    {"another catalogue",
     HEAD "dataflow,JIBAO:suixi(3.0.0),I,Q,justice,cases,PERIOD,2023-Q2,1,,A,,,\n",
     JB_F_SDMX_STRUCTURE, 2, 2},
    {"no agency", HEAD "dataflow,desk,I,Q,justice,cases,PERIOD,2023-Q2,1,,A,,,\n",
     JB_F_SDMX_STRUCTURE, 2, 2},
    {"action", HEAD FLOW "X,Q,justice,cases,PERIOD,2023-Q2,1,,A,,,\n", JB_F_SDMX_STRUCTURE, 2, 3},
    {"frequency", HEAD FLOW "I,M,justice,cases,PERIOD,2023-Q2,1,,A,,,\n", JB_F_PERIOD_FREQUENCY, 2,
     4},
    {"wildcard", HEAD FLOW "D,Q,,cases,PERIOD,2023-Q2,-,,,,,\n", JB_F_SDMX_KEY, 2, 5},
    {"unit", HEAD FLOW "I,Q,justise,cases,PERIOD,2023-Q2,1,,A,,,\n", JB_F_UNKNOWN_UNIT, 2, 5},
    {"indicator", HEAD FLOW "I,Q,justice,case,PERIOD,2023-Q2,1,,A,,,\n", JB_F_UNKNOWN_INDICATOR, 2,
     6},
    {"basis", HEAD FLOW "I,Q,justice,cases,WEEK,2023-Q2,1,,A,,,\n", JB_F_BASIS_SYNTAX, 2, 7},
    {"time", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q7,1,,A,,,\n", JB_F_PERIOD_SYNTAX, 2, 8},
    {"a mark in the number", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,461余,,A,,,\n",
     JB_F_VALUE_SYNTAX, 2, 9},
    {"a decimal comma", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,\"12,4\",,A,,,\n",
     JB_F_VALUE_SYNTAX, 2, 9},
    {"decimals", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,1.5,,A,,,\n", JB_F_TOO_MANY_DECIMALS,
     2, 9},
    {"two values", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,1,one,A,,,\n", JB_F_SDMX_VALUE, 2,
     10},
    {"a status of others", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,1,,F,,,\n",
     JB_F_STATUS_SYNTAX, 2, 11},
    {"a value that cannot exist", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,1,,M,,,\n",
     JB_F_SDMX_VALUE, 2, 12},
    {"missing, and no word why", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,NaN,,A,,,\n",
     JB_F_SDMX_VALUE, 2, 12},
    {"a value that was withdrawn", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,1,,A,withdrawn,,\n",
     JB_F_SDMX_VALUE, 2, 12},
    {"state", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,1,,A,there,,\n", JB_F_SDMX_VALUE, 2, 12},
    {"mark", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,1,,A,,about,\n", JB_F_SDMX_VALUE, 2, 13},
    {"an attribute deleted", HEAD FLOW "D,Q,justice,cases,PERIOD,2023-Q2,,,,,-,\n", JB_F_SDMX_VALUE,
     2, 13},
    {"unit of measure", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,1,,A,,,万件\n",
     JB_F_UNIT_OF_MEASURE, 2, 14},
    {"too short", HEAD FLOW "I,Q,justice,cases,PERIOD,2023-Q2,1\n", JB_F_FILE_SYNTAX, 2, 0},
};

static void every_contradiction_is_told_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < JB_COUNT(bad_files); i++) {
        const struct bad *bad = &bad_files[i];
        struct jb_findings findings;
        struct jb_figures figures;
        if (parse(bad->text, &findings, &figures) == JB_OK)
            fail_msg("%s: taken", bad->name);
        const struct jb_finding *first = &findings.items[0];
        if (first->code != bad->code || first->row != bad->row || first->column != bad->column)
            fail_msg("%s: %s at %u:%u", bad->name, jb_finding_code_name(first->code), first->row,
                     first->column);
        jb_findings_free(&findings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(observations_become_figures),
        cmocka_unit_test(names_beside_codes_and_columns_of_others_are_passed_over),
        cmocka_unit_test(every_contradiction_is_told_with_its_place),
    };
    return cmocka_run_group_tests(tests, make_catalog, drop_catalog);
}
