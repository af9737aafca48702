/* Questions to a catalogue that reads well: names, trees and groups by date, who owns and who owes
 * what. And the catalogues that are shipped as examples read without a finding. */
#include "jb_test.h"

#include <glob.h>

#include "model/catalog_yaml.h"

static const char yaml[] =
    "catalog: t\n"
    "name: {zh: 目录, en: Catalogue}\n"
    "units:\n"
    "- {code: county, name: {zh: 某县, en: Some County}, kind: county}\n"
    "- {code: gov, name: {zh: 政府系统}, parent: county}\n"
    "- {code: towns, name: {zh: 乡镇}, parent: county}\n"
    "- {code: justice, name: {zh: 县司法局, en: Justice}, aliases: [司法局, 法律处], parent: gov}\n"
    "- code: zone\n"
    "  name: {zh: 开发区}\n"
    "  aliases: [法律处]\n"
    "  parents:\n"
    "  - {unit: towns, from: 2022-01-01}\n"
    "  - {unit: gov, until: 2021-12-31}\n"
    "- {code: east, name: {zh: 东镇}, parent: towns, from: 2021-04-01}\n"
    "groups:\n"
    "- {code: law, name: {zh: 守法组}, members: [justice, {unit: towns, from: 2022-01-01}]}\n"
    "sections:\n"
    "- {code: s, name: {zh: 方案}}\n"
    "- {code: s.1, name: {zh: 一}, parent: s}\n"
    "indicators:\n"
    "- {code: cases, name: {zh: 案件数, en: Cases}, unit_of_measure: {zh: 件}, measure: flow, "
    "decimals: 0,\n"
    "   owners: [justice, zone, {unit: east, until: 2022-12-31}], sections: [s.1, s], direction: "
    "up,\n"
    "   targets: [{period: 2022, value: '50', mark: at_least, note: n}]}\n"
    "- {code: solved, name: {zh: 办结数}, unit_of_measure: {zh: 件}, measure: flow, owners: "
    "[justice]}\n"
    "- {code: share, name: {zh: 办结率}, unit_of_measure: {zh: '%'}, measure: ratio, numerator: "
    "solved, denominator: cases}\n"
    "- {code: staff, name: {zh: 人数}, unit_of_measure: {zh: 人}, measure: stock, owners: [gov, "
    "justice, zone],\n"
    "   parent_value: compare}\n"
    "- {code: rate, name: {zh: 知晓率}, unit_of_measure: {zh: '%'}, measure: rate, decimals: 2, "
    "owners: [county]}\n"
    "- {code: goal, name: {zh: 目标}, unit_of_measure: {zh: 个}, measure: stock, bases: [since, "
    "period]}\n"
    "forms:\n"
    "- code: f\n"
    "  title: {zh: 表一}\n"
    "  units: [justice, zone, east, gov]\n"
    "  rows:\n"
    "  - {indicator: cases, owed: [2021-Q2..2022, 2023-Q4]}\n"
    "  - {indicator: solved, of: cases, optional: true}\n"
    "  - {indicator: staff}\n"
    "- {code: g, title: {zh: 表二}, units: [county], rows: [{indicator: rate}]}\n";

static jb_catalog *read_good(struct jb_slice bytes, const char *name)
{
    struct jb_findings findings;
    jb_catalog *catalog = NULL;
    jb_err err;

    jb_findings_init(&findings);
    err = jb_catalog_read_yaml(bytes, name, &findings, &catalog);
    jb_findings_print(&findings, stderr);
    assert_int_equal(err, JB_OK);
    assert_int_equal(findings.total, 0);
    jb_findings_free(&findings);
    return catalog;
}

static int set_up(void **state)
{
    *state = read_good(jb_slice_str(yaml), "t.yaml");
    return 0;
}

static int tear_down(void **state)
{
    jb_catalog_free(*state);
    return 0;
}

static uint32_t unit(const jb_catalog *c, const char *code)
{
    uint32_t index = jb_catalog_unit(c, jb_slice_str(code));

    assert_int_not_equal(index, JB_NONE);
    return index;
}

static uint32_t indicator(const jb_catalog *c, const char *code)
{
    uint32_t index = jb_catalog_indicator(c, jb_slice_str(code));

    assert_int_not_equal(index, JB_NONE);
    return index;
}

static struct jb_period quarter(int year, int number)
{
    return jb_period_make(JB_FREQ_QUARTER, year, number - 1);
}

static void the_view_holds_what_the_file_says(void **state)
{
    const struct jb_catalog_view *v = jb_catalog_view(*state);
    const struct jb_indicator *cases = &v->indicators[0];
    const struct jb_indicator *share = &v->indicators[2];

    assert_string_equal(v->code, "t");
    assert_string_equal(v->name.en, "Catalogue");
    assert_int_equal(v->zone_offset_minutes, 480);
    assert_int_equal(v->unit_count, 6);
    assert_string_equal(v->units[1].name.en, "政府系统");
    assert_string_equal(v->units[0].kind, "county");
    assert_int_equal(v->units[3].number, JB_NONE);
    assert_int_equal(v->units[3].line, 7);
    assert_int_equal(v->units[4].parent_count, 2);
    assert_int_equal(v->units[4].parents[0].unit, 1);
    assert_int_equal(v->units[4].parents[1].from, jb_date_make(2022, 1, 1));
    assert_null(v->units[4].name.aliases[1]);
    assert_int_equal(v->sections[1].parent, 0);
    assert_int_equal(v->sections[0].parent, JB_NONE);
    assert_int_equal(cases->freq, JB_FREQ_QUARTER);
    assert_int_equal(cases->unit_agg, JB_UNIT_SUM);
    assert_int_equal(cases->time_agg, JB_TIME_SUM);
    assert_int_equal(cases->bases, JB_BASIS_PERIOD);
    assert_int_equal(cases->direction, JB_DIRECTION_UP);
    assert_true(cases->not_applicable_allowed && cases->marks_allowed && !cases->negative_allowed);
    assert_int_equal(cases->section_count, 2);
    assert_int_equal(cases->sections[0], 1);
    assert_int_equal(cases->target_count, 1);
    assert_int_equal(cases->targets[0].mark, JB_AT_LEAST);
    assert_int_equal(cases->targets[0].value.mantissa, 50);
    assert_int_equal(cases->display_decimals, 2);
    assert_int_equal(cases->numerator, JB_NONE);
    assert_int_equal(share->numerator, 1);
    assert_int_equal(share->denominator, 0);
    assert_int_equal(share->power10, 2);
    assert_true(share->percent && !cases->percent);
    assert_int_equal(v->indicators[3].time_agg, JB_TIME_LAST);
    assert_int_equal(v->indicators[4].bases, JB_BASIS_PERIOD | JB_BASIS_YTD | JB_BASIS_SINCE);
    assert_int_equal(v->indicators[4].unit_agg, JB_UNIT_SOLE);
    assert_int_equal(v->indicators[5].default_basis, JB_BASIS_SINCE);
    assert_int_equal(v->forms[0].row_count, 3);
    assert_int_equal(v->forms[0].rows[1].of, 0);
    assert_int_equal(v->forms[0].rows[0].of, JB_NONE);
    assert_int_equal(v->forms[0].rows[0].owed_count, 2);
    assert_int_equal(v->forms[0].rows[0].owed[0].last.ordinal, quarter(2022, 4).ordinal);
}

static void names_and_former_names_find_what_bears_them(void **state)
{
    const jb_catalog *c = *state;
    uint32_t found = 77;

    assert_int_equal(jb_catalog_find_unit(c, JB_LIT(" 司法局\xe3\x80\x80"), &found), JB_OK);
    assert_int_equal(found, unit(c, "justice"));
    assert_int_equal(jb_catalog_find_unit(c, JB_LIT("Some County"), &found), JB_OK);
    assert_int_equal(found, unit(c, "county"));
    assert_int_equal(jb_catalog_find_indicator(c, JB_LIT("cases"), &found), JB_OK);
    assert_int_equal(found, 0);
    assert_int_equal(jb_catalog_find_unit(c, JB_LIT("法律处"), &found), JB_EEXIST);
    assert_int_equal(jb_catalog_find_unit(c, JB_LIT("市场局"), &found), JB_ENOTFOUND);
    assert_int_equal(jb_catalog_find_unit(c, JB_LIT(""), &found), JB_ENOTFOUND);
    assert_int_equal(found, 0);
    assert_int_equal(jb_catalog_unit(c, JB_LIT("司法局")), JB_NONE);
    assert_int_equal(jb_catalog_section(c, JB_LIT("s.1")), 1);
    assert_int_equal(jb_catalog_group(c, JB_LIT("law")), 0);
    assert_int_equal(jb_catalog_form(c, JB_LIT("g")), 1);
    assert_int_equal(jb_catalog_form(c, JB_LIT("")), JB_NONE);
}

static void what_was_probably_meant_is_suggested(void **state)
{
    const jb_catalog *c = *state;

    assert_string_equal(jb_catalog_suggest_unit(c, JB_LIT("jutsice")), "justice");
    assert_string_equal(jb_catalog_suggest_unit(c, JB_LIT("Zone")), "zone");
    assert_string_equal(jb_catalog_suggest_unit(c, JB_LIT("县司法")), "县司法局");
    assert_string_equal(jb_catalog_suggest_unit(c, JB_LIT("濉溪县司法局")), "县司法局");
    assert_string_equal(jb_catalog_suggest_unit(c, JB_LIT("电影院管理处")), "");
    assert_string_equal(jb_catalog_suggest_unit(c, JB_LIT("")), "");
    assert_string_equal(jb_catalog_suggest_indicator(c, JB_LIT("case")), "cases");
    assert_string_equal(jb_catalog_suggest_indicator(c, JB_LIT("办结量")), "办结数");
    assert_string_equal(jb_catalog_suggest_form(c, JB_LIT("zzz")), "");
}

static void parents_and_groups_go_by_the_day(void **state)
{
    const jb_catalog *c = *state;
    uint32_t zone = unit(c, "zone");
    jb_date before = jb_date_make(2021, 12, 31);
    jb_date after = jb_date_make(2022, 1, 1);

    assert_int_equal(jb_catalog_parent(c, zone, before), unit(c, "gov"));
    assert_int_equal(jb_catalog_parent(c, zone, after), unit(c, "towns"));
    assert_int_equal(jb_catalog_parent(c, unit(c, "county"), after), JB_NONE);
    assert_true(jb_catalog_is_under(c, zone, zone, before));
    assert_true(jb_catalog_is_under(c, zone, unit(c, "county"), before));
    assert_true(jb_catalog_is_under(c, zone, unit(c, "gov"), before));
    assert_false(jb_catalog_is_under(c, zone, unit(c, "gov"), after));
    assert_false(jb_catalog_is_under(c, zone, JB_NONE, after));
    assert_false(jb_catalog_is_under(c, unit(c, "county"), zone, after));
    assert_true(jb_catalog_in_group(c, unit(c, "justice"), 0, before));
    assert_false(jb_catalog_in_group(c, unit(c, "east"), 0, before));
    assert_true(jb_catalog_in_group(c, unit(c, "east"), 0, after));
    assert_true(jb_catalog_in_group(c, zone, 0, after));
}

static void a_row_is_owed_where_owner_form_dates_and_spans_meet(void **state)
{
    const jb_catalog *c = *state;
    uint32_t cases = indicator(c, "cases");
    uint32_t justice = unit(c, "justice");
    uint32_t east = unit(c, "east");

    assert_true(jb_catalog_owns(c, east, cases, jb_date_make(2022, 12, 31)));
    assert_false(jb_catalog_owns(c, east, cases, jb_date_make(2023, 1, 1)));
    assert_int_equal(jb_catalog_form_row(c, 0, cases), 0);
    assert_int_equal(jb_catalog_form_row(c, 1, cases), JB_NONE);
    assert_int_equal(jb_catalog_form_of(c, justice, cases, 0), 0);
    assert_int_equal(jb_catalog_form_of(c, unit(c, "gov"), cases, 0), JB_NONE);
    assert_int_equal(jb_catalog_form_of(c, unit(c, "county"), indicator(c, "rate"), 0), 1);
    assert_true(jb_catalog_owes_form(c, justice, 0, quarter(2020, 1)));
    assert_false(jb_catalog_owes_form(c, justice, 1, quarter(2020, 1)));
    assert_false(jb_catalog_owes_form(c, justice, 0, jb_period_make(JB_FREQ_YEAR, 2020, 0)));
    assert_false(jb_catalog_owes_form(c, east, 0, quarter(2021, 1)));
    assert_true(jb_catalog_owes_form(c, east, 0, quarter(2021, 2)));
    assert_true(jb_catalog_owes_row(c, justice, 0, 0, quarter(2022, 4)));
    assert_false(jb_catalog_owes_row(c, justice, 0, 0, quarter(2021, 1)));
    assert_true(jb_catalog_owes_row(c, justice, 0, 0, quarter(2023, 4)));
    assert_false(jb_catalog_owes_row(c, unit(c, "gov"), 0, 0, quarter(2022, 4)));
    assert_false(jb_catalog_owes_row(c, justice, 0, 1, quarter(2022, 4)));
    assert_true(jb_catalog_accepts_row(c, justice, 0, 1, quarter(2022, 4)));
    assert_true(jb_catalog_expects_form(c, unit(c, "gov"), 0, quarter(2020, 1)));
    assert_false(jb_catalog_expects_form(c, east, 0, quarter(2023, 4)));
}

static void expected_counts_the_owing_units_under_a_node(void **state)
{
    const jb_catalog *c = *state;
    uint32_t cases = indicator(c, "cases");
    uint32_t county = unit(c, "county");

    assert_int_equal(jb_catalog_expected(c, false, county, cases, quarter(2021, 1)), 0);
    assert_int_equal(jb_catalog_expected(c, false, county, cases, quarter(2021, 2)), 3);
    assert_int_equal(jb_catalog_expected(c, false, county, cases, quarter(2023, 4)), 2);
    assert_int_equal(jb_catalog_expected(c, false, unit(c, "towns"), cases, quarter(2021, 4)), 1);
    assert_int_equal(jb_catalog_expected(c, false, unit(c, "towns"), cases, quarter(2022, 1)), 2);
    assert_int_equal(jb_catalog_expected(c, true, 0, cases, quarter(2021, 4)), 1);
    assert_int_equal(jb_catalog_expected(c, true, 0, cases, quarter(2022, 1)), 3);
    assert_int_equal(
        jb_catalog_expected(c, false, county, indicator(c, "solved"), quarter(2022, 1)), 0);
    assert_int_equal(jb_catalog_expected(c, false, county, indicator(c, "share"), quarter(2022, 1)),
                     0);
}

static void a_value_above_another_owner_is_compared_only(void **state)
{
    const jb_catalog *c = *state;
    uint32_t staff = indicator(c, "staff");

    assert_false(jb_catalog_own_counts(c, unit(c, "gov"), staff, jb_date_make(2021, 1, 1)));
    assert_true(jb_catalog_own_counts(c, unit(c, "justice"), staff, jb_date_make(2021, 1, 1)));
    assert_true(jb_catalog_own_counts(c, unit(c, "zone"), staff, jb_date_make(2021, 1, 1)));
    assert_true(jb_catalog_own_counts(c, unit(c, "justice"), indicator(c, "cases"), 0));
}

static void the_hash_is_of_the_bytes(void **state)
{
    char *other_bytes = strdup(yaml);
    jb_catalog *same = read_good(jb_slice_str(yaml), "other name");
    jb_catalog *other;

    assert_non_null(other_bytes);
    *strstr(other_bytes, "某县") = '\xe6';
    memcpy(strstr(other_bytes, "县"), "区", 3);
    other = read_good(jb_slice_str(other_bytes), "t.yaml");
    assert_memory_equal(jb_catalog_view(*state)->hash, jb_catalog_view(same)->hash, 32);
    assert_memory_not_equal(jb_catalog_view(*state)->hash, jb_catalog_view(other)->hash, 32);
    jb_catalog_free(same);
    jb_catalog_free(other);
    free(other_bytes);
}

static void periods_are_free_unless_the_file_says_managed(void **state)
{
    static const char head[] =
        "catalog: t\nname: {zh: 目录}\nunits:\n- {code: u, name: {zh: 甲}}\n";
    static const struct {
        const char *line;
        bool managed;
    } cases[] = {{"", false}, {"periods: free\n", false}, {"periods: managed\n", true}};

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        char text[256];
        jb_catalog *catalog;

        snprintf(text, sizeof(text), "%s%s", head, cases[i].line);
        catalog = read_good(jb_slice_str(text), "t.yaml");
        assert_int_equal(jb_catalog_view(catalog)->managed_periods, cases[i].managed);
        jb_catalog_free(catalog);
    }
}

static void nobody_is_ranked_unless_the_file_says_so(void **state)
{
    static const char plain[] =
        "catalog: t\nname: {zh: 目录}\nunits:\n- {code: u, name: {zh: 甲}}\n";
    static const char ranked[] = "catalog: t\nname: {zh: 目录}\nranking: true\nunits:\n"
                                 "- {code: u, name: {zh: 甲}, assessed: true}\n"
                                 "- {code: v, name: {zh: 乙}}\n";
    jb_catalog *catalog = read_good(jb_slice_str(plain), "t.yaml");

    (void)state;
    assert_false(jb_catalog_view(catalog)->ranking || jb_catalog_view(catalog)->units[0].assessed);
    jb_catalog_free(catalog);
    catalog = read_good(jb_slice_str(ranked), "t.yaml");
    assert_true(jb_catalog_view(catalog)->ranking && jb_catalog_view(catalog)->units[0].assessed);
    assert_false(jb_catalog_view(catalog)->units[1].assessed);
    jb_catalog_free(catalog);
}

static jb_catalog *read_file(const char *path)
{
    size_t size = (size_t)1 << 20;
    uint8_t *bytes = malloc(size);
    FILE *file = fopen(path, "rb");
    jb_catalog *catalog;
    size_t len;

    assert_non_null(bytes);
    assert_non_null(file);
    len = fread(bytes, 1, size, file);
    fclose(file);
    assert_true(len > 0 && len < size);
    catalog = read_good(jb_slice_of(bytes, len), path);
    free(bytes);
    return catalog;
}

static void the_shipped_catalogues_read_without_a_finding(void **state)
{
    static const struct {
        const char *path;
        uint32_t units_min, indicators_min;
    } shipped[] = {
        {JB_SOURCE_DIR "/deploy/demo/catalog.yaml", 35, 40},
        {JB_SOURCE_DIR "/deploy/provinces/catalog.yaml", 33, 1},
        {JB_SOURCE_DIR "/deploy/suixi/catalog.yaml", 40, 160},
    };
    glob_t found;

    (void)state;
    assert_int_equal(glob(JB_SOURCE_DIR "/deploy/*/catalog.yaml", 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, JB_COUNT(shipped));
    for (size_t i = 0; i < JB_COUNT(shipped); i++) {
        jb_catalog *catalog = read_file(found.gl_pathv[i]);

        assert_string_equal(found.gl_pathv[i], shipped[i].path);
        assert_true(jb_catalog_view(catalog)->unit_count >= shipped[i].units_min);
        assert_true(jb_catalog_view(catalog)->indicator_count >= shipped[i].indicators_min);
        jb_catalog_free(catalog);
    }
    globfree(&found);
}

/* Delays and returns will be shown for this county: nobody may take it for a real one. */
static void every_unit_of_the_invented_county_says_that_it_is_an_example(void **state)
{
    jb_catalog *catalog = read_file(JB_SOURCE_DIR "/deploy/demo/catalog.yaml");
    const struct jb_catalog_view *v = jb_catalog_view(catalog);
    unsigned tiers[4] = {0};

    (void)state;
    assert_true(v->managed_periods);
    assert_non_null(strstr(v->name.zh, "演示数据"));
    for (uint32_t i = 0; i < v->unit_count; i++) {
        unsigned tier = 0;

        assert_memory_equal(v->units[i].name.zh, "示例", strlen("示例"));
        assert_memory_equal(v->units[i].name.en, "Example", strlen("Example"));
        for (uint32_t at = i; at != JB_NONE;
             at = jb_catalog_parent(catalog, at, jb_date_make(2024, 12, 31)))
            tier++;
        assert_true(tier < JB_COUNT(tiers));
        tiers[tier]++;
    }
    for (uint32_t i = 0; i < v->group_count; i++)
        assert_memory_equal(v->groups[i].name.zh, "示例", strlen("示例"));
    assert_int_equal(tiers[1], 1);
    assert_int_equal(tiers[2], 19);
    assert_int_equal(tiers[3], 15);
    jb_catalog_free(catalog);
}

/* Moving days off and on leaves their number: a year has its weekdays without the statutory days
 * off, 11 in 2024 and 13 from 2025. */
static void the_listed_holidays_leave_as_many_days_of_work_as_the_law(void **state)
{
    static const struct {
        int year, worked;
    } years[] = {{2024, 366 - 104 - 11}, {2025, 365 - 104 - 13}};
    jb_catalog *catalog = read_file(JB_SOURCE_DIR "/deploy/demo/catalog.yaml");

    (void)state;
    for (size_t i = 0; i < JB_COUNT(years); i++) {
        int worked = 0;

        for (jb_date day = jb_date_make(years[i].year, 1, 1);
             day <= jb_date_make(years[i].year, 12, 31); day++)
            worked += jb_workdays_is_worked(&jb_catalog_view(catalog)->workdays, day);
        assert_int_equal(worked, years[i].worked);
    }
    jb_catalog_free(catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_view_holds_what_the_file_says),
        cmocka_unit_test(names_and_former_names_find_what_bears_them),
        cmocka_unit_test(what_was_probably_meant_is_suggested),
        cmocka_unit_test(parents_and_groups_go_by_the_day),
        cmocka_unit_test(a_row_is_owed_where_owner_form_dates_and_spans_meet),
        cmocka_unit_test(expected_counts_the_owing_units_under_a_node),
        cmocka_unit_test(a_value_above_another_owner_is_compared_only),
        cmocka_unit_test(the_hash_is_of_the_bytes),
        cmocka_unit_test(periods_are_free_unless_the_file_says_managed),
        cmocka_unit_test(nobody_is_ranked_unless_the_file_says_so),
        cmocka_unit_test(the_shipped_catalogues_read_without_a_finding),
        cmocka_unit_test(every_unit_of_the_invented_county_says_that_it_is_an_example),
        cmocka_unit_test(the_listed_holidays_leave_as_many_days_of_work_as_the_law),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
