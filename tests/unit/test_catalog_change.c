/* The additive rule and the printed differences: one base catalogue, one change at a time. */
#include "jb_test.h"

#include "model/catalog_yaml.h"

static const char base[] =
    "catalog: t\n"
    "name: {zh: 目录}\n"
    "units:\n"
    "- {code: county, name: {zh: 县}}\n"
    "- {code: gov, name: {zh: 政府}, parent: county}\n"
    "- {code: towns, name: {zh: 乡镇}, parent: county}\n"
    "- {code: a, name: {zh: 甲}, parent: gov}\n"
    "- {code: b, name: {zh: 乙}, parent: gov}\n"
    "groups:\n"
    "- {code: g, name: {zh: 组}, members: [a]}\n"
    "indicators:\n"
    "- {code: x, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: flow, decimals: 0, bases: "
    "[period, ytd], owners: [a]}\n"
    "- {code: idle, name: {zh: 闲}, unit_of_measure: {zh: 件}, measure: flow, owners: [b]}\n"
    "forms:\n"
    "- {code: f, title: {zh: 表}, units: [a, b], rows: [{indicator: x}, {indicator: idle}]}\n";

/* The base with one text replaced by another. */
static jb_catalog *read_changed(const char *from, const char *to)
{
    char text[4096];
    const char *at = strstr(base, from);
    struct jb_findings findings;
    jb_catalog *catalog = NULL;
    jb_err err;

    assert_non_null(at);
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - base), base, to, at + strlen(from));
    jb_findings_init(&findings);
    err = jb_catalog_read_yaml(jb_slice_str(text), "t", &findings, &catalog);
    jb_findings_print(&findings, stderr);
    assert_int_equal(err, JB_OK);
    jb_findings_free(&findings);
    return catalog;
}

/* Unit a has figures of x in 2022, nothing else has any. */
static bool a_reported_x_in_2022(void *ctx, uint32_t unit, uint32_t indicator, jb_date *ret_first,
                                 jb_date *ret_last)
{
    const jb_catalog *c = ctx;

    if (unit != JB_NONE && unit != jb_catalog_unit(c, JB_LIT("a")))
        return false;
    if (indicator != JB_NONE && indicator != jb_catalog_indicator(c, JB_LIT("x")))
        return false;
    *ret_first = jb_date_make(2022, 1, 1);
    *ret_last = jb_date_make(2022, 12, 31);
    return true;
}

static const struct {
    const char *from, *to;
    const char *refused; /* column_name of the one finding; NULL: may follow */
} changes[] = {
    {"数", "数目", NULL},
    {"catalog: t\n", "catalog: t\ndemonstration: true\n", "demonstration"},
    {"measure: flow, decimals: 0", "measure: stock, unit_agg: sum, time_agg: sum, decimals: 0",
     "measure"},
    {"decimals: 0", "decimals: 1", "decimals"},
    {"decimals: 0", "decimals: 0, unit_agg: max", "unit_agg"},
    {"decimals: 0", "decimals: 0, time_agg: last", "time_agg"},
    {"decimals: 0", "decimals: 0, parent_value: add", "parent_value"},
    {"decimals: 0", "decimals: 0, negative: true", NULL},
    {"units: [a, b]", "units: [a, b], schedule: {due: 10}", NULL},
    {"件}, measure: flow, decimals", "起}, measure: flow, decimals", "unit_of_measure"},
    {"[period, ytd]", "[period, ytd, since]", NULL},
    {"[period, ytd]", "[period]", "bases"},
    {"[period, ytd]", "[ytd, period]", "bases"},
    {"owners: [a]", "owners: [a, b]", "owners"},
    {"owners: [a]", "owners: [a, {unit: b, from: 2023-01-01}]", NULL},
    {"owners: [a]", "owners: [a, {unit: b, until: 2022-01-31}]",
     NULL}, /* holds on no quarter's last day */
    {"owners: [a]", "owners: [b]", "owners"},
    {"owners: [a]", "owners: [{unit: a, until: 2022-12-31}, {unit: b, from: 2023-01-01}]", NULL},
    {"owners: [a]", "owners: [a], from: 2022-04-01", "from"},
    {"owners: [a]", "owners: [a], from: 2021-01-01, until: 2022-12-31", NULL},
    {"owners: [b]", "owners: [a], decimals: 3", NULL},
    {"甲}, parent: gov", "甲}, parent: towns", "parents"},
    {"甲}, parent: gov",
     "甲}, parents: [{unit: gov, until: 2022-12-31}, {unit: towns, from: 2023-01-01}]", NULL},
    {"甲}, parent: gov",
     "甲}, parents: [{unit: gov, until: 2022-11-30}, {unit: towns, from: 2022-12-01}]", "parents"},
    {"乙}, parent: gov", "乙}, parent: towns", NULL},
    {"政府}, parent: county", "政府}", "parents"},
    {"甲}, parent: gov", "甲}, parent: gov, from: 2022-07-01", "from"},
    {"members: [a]", "members: [a, b]", NULL},
    {"members: [a]", "members: [b]", "g"},
    {"members: [a]", "members: [{unit: a, until: 2022-12-31}]", NULL},
    {"- {code: county, name: {zh: 县}}",
     "- {code: county, name: {zh: 县}}\n- {code: c, name: {zh: 丙}}", NULL},
};

static void each_change_is_allowed_or_refused(void **state)
{
    jb_catalog *was = read_changed("t", "t");

    (void)state;
    for (size_t i = 0; i < JB_COUNT(changes); i++) {
        jb_catalog *is = read_changed(changes[i].from, changes[i].to);
        struct jb_findings findings;
        jb_err err;

        jb_findings_init(&findings);
        err = jb_catalog_check_change(was, is, a_reported_x_in_2022, was, &findings);
        if (!changes[i].refused) {
            jb_findings_print(&findings, stderr);
            assert_int_equal(err, JB_OK);
            assert_int_equal(findings.total, 0);
        } else {
            assert_int_equal(err, JB_EINVAL);
            assert_int_equal(findings.items[0].code, JB_F_CATALOG_CHANGE_REFUSED);
            assert_string_equal(findings.items[0].column_name, changes[i].refused);
            assert_true(findings.items[0].row > 0);
        }
        jb_findings_free(&findings);
        jb_catalog_free(is);
    }
    jb_catalog_free(was);
}

static void units_and_indicators_with_figures_stay(void **state)
{
    static const char small[] =
        "catalog: t\nname: {zh: 目录}\nunits:\n- {code: county, name: {zh: 县}}\n";
    jb_catalog *was = read_changed("t", "t");
    struct jb_findings findings;
    jb_catalog *is = NULL;

    (void)state;
    jb_findings_init(&findings);
    assert_int_equal(jb_catalog_read_yaml(jb_slice_str(small), "t", &findings, &is), JB_OK);
    assert_int_equal(jb_catalog_check_change(was, is, a_reported_x_in_2022, was, &findings),
                     JB_EINVAL);
    assert_int_equal(findings.total, 2);
    assert_string_equal(findings.items[0].indicator, "x");
    assert_string_equal(findings.items[1].unit, "a");
    jb_findings_free(&findings);
    jb_catalog_free(is);
    jb_catalog_free(was);
}

static void differences_are_printed_one_a_line(void **state)
{
    static const struct {
        const char *from, *to, *printed;
    } diffs[] = {
        {"t", "t", ""},
        {"decimals: 0", "decimals: 2", "~ indicator x: decimals 0 -> 2\n"},
        {"甲}, parent: gov", "甲}, parent: towns", "~ unit a: parent gov -> towns\n"},
        {"owners: [a]", "owners: [a, b]", "~ indicator x: + owner b\n"},
        {"members: [a]", "members: [{unit: a, from: 2022-01-01}, b]",
         "~ group g: - member a\n~ group g: + member a (2022-01-01..)\n~ group g: + member b\n"},
        {"- {code: county, name: {zh: 县}}",
         "- {code: county, name: {zh: 县}}\n- {code: c, name: {zh: 丙}}", "+ unit c\n"},
        {"{indicator: x}", "{indicator: x, owed: [2022]}", "~ form f: + owed x 2022\n"},
        {"units:", "zone: \"-03:30\"\nperiods: managed\nunits:",
         "~ catalogue: periods free -> managed\n~ catalogue: zone +08:00 -> -03:30\n"},
        {"units:",
         "holidays: [{from: 2023-01-21, until: 2023-01-27, name: {zh: 春节}}]\n"
         "workdays: [2023-01-28]\nunits:",
         "~ catalogue: + holiday 2023-01-21..2023-01-27 春节 春节\n"
         "~ catalogue: + workday 2023-01-28\n"},
        {"units:",
         "schedule: {due: -4, shift: next_workday, dates: [{period: 2022, due: 2022-12-27}]}\n"
         "units:",
         "~ catalogue: + schedule.date 2022 due 2022-12-27\n"
         "~ catalogue: + schedule.due -4\n"
         "~ catalogue: + schedule.shift next_workday\n"},
        {"units: [a, b]", "units: [a, b], schedule: {opens: 0}",
         "~ form f: schedule catalogue -> own\n~ form f: + schedule.opens 0\n"
         "~ form f: + schedule.shift none\n"},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(diffs); i++) {
        jb_catalog *was = read_changed("t", "t");
        jb_catalog *is = read_changed(diffs[i].from, diffs[i].to);
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);

        assert_non_null(out);
        jb_catalog_print_diff(was, is, out);
        fclose(out);
        assert_string_equal(text, diffs[i].printed);
        free(text);
        jb_catalog_free(was);
        jb_catalog_free(is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_is_allowed_or_refused),
        cmocka_unit_test(units_and_indicators_with_figures_stay),
        cmocka_unit_test(differences_are_printed_one_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
