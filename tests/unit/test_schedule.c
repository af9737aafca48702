/* Working days as two announced years had them; dates of forms from rules and from given dates; the
 * verdicts at the very end of a day, which no process zone changes. */
#include "jb_test.h"

#include <time.h>

#include "base/limits.h"
#include "model/catalog_yaml.h"
#include "model/schedule_text.h"

/* 2023 as the State Council announced it. The quarter's rule; a form that is due before its year
 * ends; one with nothing but given dates; one without any. */
static const char yaml[] =
    "catalog: t\n"
    "name: {zh: 目录}\n"
    "holidays:\n"
    "- {from: 2023-09-29, until: 2023-10-06, name: {zh: 中秋节、国庆节, en: National Day}}\n"
    "- {from: 2022-12-31, until: 2023-01-02, name: {zh: 元旦}}\n"
    "- {from: 2023-01-21, until: 2023-01-27, name: {zh: 春节, en: Spring Festival}}\n"
    "- {from: 2023-04-05, until: 2023-04-05, name: {zh: 清明节}}\n"
    "- {from: 2023-04-29, until: 2023-05-03, name: {zh: 劳动节}}\n"
    "- {from: 2023-06-22, until: 2023-06-24, name: {zh: 端午节}}\n"
    "workdays: [2023-01-28, 2023-01-29, 2023-04-23, 2023-05-06, 2023-06-25, 2023-10-07, "
    "2023-10-08]\n"
    "schedule: {opens: -10, due: 10, locks: 20, shift: next_workday,\n"
    "  dates: [{period: 2023-Q3, due: 2023-10-01}, {period: 2022-Q4, opens: 2022-12-05, due: "
    "2022-12-27, locks: 2023-01-20}]}\n"
    "units: [{code: u, name: {zh: 甲}}]\n"
    "indicators:\n"
    "- {code: a, name: {zh: 一}, unit_of_measure: {zh: 件}, measure: flow, owners: [u]}\n"
    "- {code: b, name: {zh: 二}, unit_of_measure: {zh: 件}, measure: flow, owners: [u],\n"
    "   frequency: year}\n"
    "- {code: c, name: {zh: 三}, unit_of_measure: {zh: 件}, measure: flow, owners: [u]}\n"
    "- {code: d, name: {zh: 四}, unit_of_measure: {zh: 件}, measure: flow, owners: [u]}\n"
    "- {code: e, name: {zh: 五}, unit_of_measure: {zh: 件}, measure: flow, owners: [u]}\n"
    "forms:\n"
    "- {code: quarter, title: {zh: 甲}, units: [u], rows: [{indicator: a}]}\n"
    "- {code: year, title: {zh: 乙}, frequency: year, units: [u], rows: [{indicator: b}],\n"
    "   schedule: {opens: -30, due: -4}}\n"
    "- {code: given, title: {zh: 丙}, units: [u], rows: [{indicator: c}],\n"
    "   schedule: {dates: [{period: 2024-Q1, due: 2024-02-29}]}}\n"
    "- {code: never, title: {zh: 丁}, units: [u], rows: [{indicator: d}], schedule: {}}\n"
    "- {code: holiday, title: {zh: 戊}, units: [u], rows: [{indicator: e}],\n"
    "   schedule: {due: 21, shift: next_workday}}\n";

enum { QUARTERLY, YEARLY, GIVEN, NEVER, HOLIDAY };

static int set_up(void **state)
{
    struct jb_findings findings;
    jb_catalog *catalog = NULL;

    jb_findings_init(&findings);
    assert_int_equal(jb_catalog_read_yaml(jb_slice_str(yaml), "t", &findings, &catalog), JB_OK);
    jb_findings_free(&findings);
    *state = catalog;
    return 0;
}

static int tear_down(void **state)
{
    jb_catalog_free(*state);
    return 0;
}

static jb_date day(const char *text)
{
    jb_date ret = 0;

    assert_int_equal(jb_date_parse(jb_slice_str(text), &ret), JB_OK);
    return ret;
}

static int64_t moment(const char *text)
{
    int64_t ret = 0;

    assert_int_equal(jb_time_parse(jb_slice_str(text), 0, &ret), JB_OK);
    return ret;
}

static struct jb_form_dates dates_of(const jb_catalog *c, uint32_t form, const char *period_text)
{
    struct jb_form_dates dates = {0};
    struct jb_period period;

    assert_int_equal(jb_period_parse(jb_slice_str(period_text), &period), JB_OK);
    assert_true(jb_catalog_dates(c, form, period, &dates));
    return dates;
}

static void weekdays_are_known_for_every_day(void **state)
{
    (void)state;
    assert_int_equal(jb_date_weekday(0), 4); /* Thursday */
    assert_int_equal(jb_date_weekday(-1), 3);
    assert_int_equal(jb_date_weekday(-4), 7);
    assert_int_equal(jb_date_weekday(day("2024-02-29")), 4);
    assert_int_equal(jb_date_weekday(day("2021-04-10")), 6);
    assert_int_equal(jb_date_weekday(day("1900-01-01")), 1);
}

static void holidays_are_off_and_adjusted_weekend_days_are_worked(void **state)
{
    static const struct {
        const char *first, *last, *next; /* a stretch off, and the first day of work behind it */
    } off[] = {
        {"2022-12-31", "2023-01-02", "2023-01-03"}, {"2023-01-21", "2023-01-27", "2023-01-28"},
        {"2023-04-05", "2023-04-05", "2023-04-06"}, {"2023-04-29", "2023-05-03", "2023-05-04"},
        {"2023-09-29", "2023-10-06", "2023-10-07"}, {"2023-10-14", "2023-10-15", "2023-10-16"},
    };
    static const char *const worked[] = {"2023-01-20", "2023-01-28", "2023-01-29", "2023-01-30",
                                         "2023-09-28", "2023-10-07", "2023-10-08", "2023-10-09"};
    const struct jb_workdays *w = &jb_catalog_view(*state)->workdays;
    const struct jb_workdays ordinary = {0};

    for (size_t i = 0; i < JB_COUNT(off); i++) {
        for (jb_date d = day(off[i].first); d <= day(off[i].last); d++) {
            assert_false(jb_workdays_is_worked(w, d));
            assert_int_equal(jb_workdays_from(w, d), day(off[i].next));
        }
    }
    for (size_t i = 0; i < JB_COUNT(worked); i++) {
        assert_true(jb_workdays_is_worked(w, day(worked[i])));
        assert_int_equal(jb_workdays_from(w, day(worked[i])), day(worked[i]));
    }
    assert_int_equal(jb_workdays_from(&ordinary, day("2023-01-28")), day("2023-01-30"));
    assert_string_equal(jb_workdays_holiday(w, day("2023-01-22"))->name_en, "Spring Festival");
    assert_string_equal(jb_workdays_holiday(w, day("2023-01-01"))->name_en, "元旦");
    assert_null(jb_workdays_holiday(w, day("2023-01-28")));
    assert_true(jb_workdays_knows_year(w, 2023));
    assert_false(jb_workdays_knows_year(w, 2022)); /* its last day belongs to the next New Year's */
    assert_false(jb_workdays_knows_year(w, 2024));
}

static void a_weekday_inside_a_holiday_can_be_worked(void **state)
{
    static const struct jb_holiday holidays[] = {{19, 23, "", ""}}; /* Tuesday to Saturday */
    static const jb_date worked[] = {20};
    const struct jb_workdays w = {holidays, 1, worked, 1};

    (void)state;
    assert_int_equal(jb_workdays_from(&w, 19), 20);
    assert_int_equal(jb_workdays_from(&w, 21), 25);
}

/* The longest stretch off that a catalogue may have: a weekend, then a holiday just short of the
 * limit. */
static void the_next_day_of_work_is_found_behind_the_longest_holiday(void **state)
{
    static const struct jb_holiday holidays[] = {{4, 4 + JB_FREE_DAYS_MAX - 2, "", ""}};
    const struct jb_workdays w = {holidays, 1, NULL, 0}; /* from a Monday */

    (void)state;
    assert_int_equal(jb_date_weekday(2), 6);
    assert_int_equal(jb_workdays_from(&w, 2), 4 + JB_FREE_DAYS_MAX - 1);
}

static void dates_follow_the_rule_and_move_past_days_off(void **state)
{
    static const struct {
        const char *period, *opens, *due, *locks, *due_before, *locks_before;
    } cases[] = {
        {"2023-Q1", "2023-03-21", "2023-04-10", "2023-04-20", "2023-04-10", "2023-04-20"},
        {"2023-Q2", "2023-06-20", "2023-07-10", "2023-07-20", "2023-07-10", "2023-07-20"},
        {"2023-Q4", "2023-12-21", "2024-01-10", "2024-01-22", "2024-01-10", "2024-01-20"},
        {"2021-Q1", "2021-03-21", "2021-04-12", "2021-04-20", "2021-04-10", "2021-04-20"},
    };

    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_form_dates dates = dates_of(*state, QUARTERLY, cases[i].period);

        assert_int_equal(dates.opens_on, day(cases[i].opens));
        assert_int_equal(dates.due_on, day(cases[i].due));
        assert_int_equal(dates.locks_on, day(cases[i].locks));
        assert_int_equal(dates.due_before, day(cases[i].due_before));
        assert_int_equal(dates.locks_before, day(cases[i].locks_before));
    }
}

static void a_due_day_in_a_long_holiday_moves_to_the_adjusted_day(void **state)
{
    /* 21 days after the year is Spring Festival's first Saturday of 2023; work begins on a Saturday
     * too, which an ordinary week would have skipped. */
    struct jb_form_dates dates = dates_of(*state, HOLIDAY, "2022-Q4");

    assert_int_equal(dates.due_before, day("2023-01-21"));
    assert_int_equal(dates.due_on, day("2023-01-28"));
    assert_int_equal(dates.locks_on, JB_DATE_MAX);
}

static void given_dates_win_and_do_not_move(void **state)
{
    struct jb_form_dates dates = dates_of(*state, QUARTERLY, "2022-Q4");

    assert_int_equal(dates.opens_on, day("2022-12-05"));
    assert_int_equal(dates.due_on, day("2022-12-27"));
    assert_int_equal(dates.locks_on, day("2023-01-20"));
    dates = dates_of(*state, QUARTERLY, "2023-Q3"); /* only due is given: a Sunday in a holiday */
    assert_int_equal(dates.opens_on, day("2023-09-20"));
    assert_int_equal(dates.due_on, day("2023-10-01"));
    assert_int_equal(dates.due_before, day("2023-10-01"));
    assert_int_equal(dates.locks_on, day("2023-10-20"));
}

static void a_form_with_its_own_schedule_follows_that_one_alone(void **state)
{
    struct jb_period quarter = jb_period_make(JB_FREQ_QUARTER, 2023, 0);
    struct jb_form_dates dates = dates_of(*state, YEARLY, "2023");

    assert_int_equal(dates.opens_on, day("2023-12-01"));
    assert_int_equal(dates.due_on, day("2023-12-27"));
    assert_int_equal(dates.locks_on, JB_DATE_MAX);
    dates = dates_of(*state, YEARLY, "2022");
    assert_int_equal(dates.due_on, day("2022-12-27"));
    dates = dates_of(*state, GIVEN, "2024-Q1");
    assert_int_equal(dates.opens_on, JB_DATE_MIN);
    assert_int_equal(dates.due_on, day("2024-02-29"));
    assert_false(jb_catalog_dates(*state, GIVEN, quarter, &dates));
    assert_false(jb_catalog_dates(*state, NEVER, quarter, &dates));
    assert_false(jb_catalog_dates(*state, YEARLY, quarter, &dates));
    assert_int_equal(dates.opens_on, JB_DATE_MIN);
    assert_int_equal(dates.due_on, JB_DATE_MAX);
    assert_int_equal(jb_form_window(&dates, 480, INT64_MIN / 2), JB_WINDOW_OPEN);
    assert_int_equal(jb_form_window(&dates, 480, INT64_MAX / 2), JB_WINDOW_OPEN);
    assert_int_equal(jb_days_late(dates.due_on, 480, INT64_MAX), 0);
}

static void a_year_without_listed_holidays_is_noticed_where_days_may_move(void **state)
{
    static const struct {
        uint32_t form;
        const char *period;
        int year;
    } cases[] = {
        {QUARTERLY, "2023-Q2", 0},
        {QUARTERLY, "2023-Q4", 2024},
        {QUARTERLY, "2021-Q1", 2021},
        {YEARLY, "2021", 0}, /* its days do not move */
    };

    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_form_dates dates = dates_of(*state, cases[i].form, cases[i].period);

        assert_int_equal(jb_catalog_unlisted_year(*state, cases[i].form, &dates), cases[i].year);
    }
}

/* Every verdict of the deadlines below, as one word, so that zones can be compared. */
static void check_verdicts(const jb_catalog *c)
{
    static const struct {
        uint32_t form;
        const char *period, *at;
        enum jb_window window;
        uint32_t late;
    } cases[] = {
        {QUARTERLY, "2021-Q1", "2021-03-20T23:59:59.999999+08:00", JB_WINDOW_BEFORE, 0},
        {QUARTERLY, "2021-Q1", "2021-03-21T00:00:00.000000+08:00", JB_WINDOW_OPEN, 0},
        {QUARTERLY, "2021-Q1", "2021-04-12T23:59:59.999999+08:00", JB_WINDOW_OPEN, 0},
        {QUARTERLY, "2021-Q1", "2021-04-13T00:00:00.000000+08:00", JB_WINDOW_OPEN, 1},
        {QUARTERLY, "2021-Q1", "2021-04-13T23:59:59.999999+08:00", JB_WINDOW_OPEN, 1},
        {QUARTERLY, "2021-Q1", "2021-04-14T00:00:00.000000+08:00", JB_WINDOW_OPEN, 2},
        {QUARTERLY, "2021-Q1", "2021-04-20T23:59:59.999999+08:00", JB_WINDOW_OPEN, 8},
        {QUARTERLY, "2021-Q1", "2021-04-21T00:00:00.000000+08:00", JB_WINDOW_LOCKED, 9},
        /* the same moments as a clock in Greenwich and one in California show them */
        {QUARTERLY, "2021-Q1", "2021-04-12T15:59:59.999999+00:00", JB_WINDOW_OPEN, 0},
        {QUARTERLY, "2021-Q1", "2021-04-12T16:00:00.000000+00:00", JB_WINDOW_OPEN, 1},
        {QUARTERLY, "2021-Q1", "2021-04-12T09:00:00.000000-07:00", JB_WINDOW_OPEN, 1},
        /* before the year's end, and a leap day */
        {YEARLY, "2022", "2022-12-27T23:59:59.999999+08:00", JB_WINDOW_OPEN, 0},
        {YEARLY, "2022", "2022-12-28T00:00:00.000000+08:00", JB_WINDOW_OPEN, 1},
        {YEARLY, "2022", "2023-01-01T00:00:00.000000+08:00", JB_WINDOW_OPEN, 5},
        {GIVEN, "2024-Q1", "2024-02-28T23:59:59.999999+08:00", JB_WINDOW_OPEN, 0},
        {GIVEN, "2024-Q1", "2024-02-29T23:59:59.999999+08:00", JB_WINDOW_OPEN, 0},
        {GIVEN, "2024-Q1", "2024-03-01T00:00:00.000000+08:00", JB_WINDOW_OPEN, 1},
        {GIVEN, "2024-Q1", "2025-02-28T12:00:00.000000+08:00", JB_WINDOW_OPEN, 365},
    };
    int zone = jb_catalog_view(c)->zone_offset_minutes;

    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_form_dates dates = dates_of(c, cases[i].form, cases[i].period);
        int64_t at_us = moment(cases[i].at);

        assert_int_equal(jb_form_window(&dates, zone, at_us), cases[i].window);
        assert_int_equal(jb_days_late(dates.due_on, zone, at_us), cases[i].late);
    }
}

static void a_deadline_lasts_to_the_days_end_whatever_the_processes_zone(void **state)
{
    static const char *const zones[] = {"UTC", "Asia/Shanghai", "America/Los_Angeles", "<+14>-14"};

    for (size_t i = 0; i < JB_COUNT(zones); i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        check_verdicts(*state);
    }
    unsetenv("TZ");
    tzset();
}

static void the_catalogues_zone_decides(void **state)
{
    struct jb_form_dates dates = dates_of(*state, YEARLY, "2022");
    int64_t at_us = moment("2022-12-27T20:00:00+00:00");

    assert_int_equal(jb_days_late(dates.due_on, 0, at_us), 0);
    assert_int_equal(jb_days_late(dates.due_on, 480, at_us), 1);
    assert_int_equal(jb_days_late(dates.due_on, -480, at_us), 0);
}

static void order_is_asked_only_of_the_dates_that_are_there(void **state)
{
    struct jb_form_dates none = {JB_DATE_MIN, JB_DATE_MAX, JB_DATE_MAX, JB_DATE_MAX, JB_DATE_MAX};
    struct jb_form_dates dates = none;

    (void)state;
    assert_true(jb_form_dates_in_order(&none));
    dates.opens_on = 10;
    dates.locks_on = 10;
    assert_true(jb_form_dates_in_order(&dates));
    dates.locks_on = 9;
    assert_false(jb_form_dates_in_order(&dates));
    dates.locks_on = 12;
    dates.due_on = 13;
    assert_false(jb_form_dates_in_order(&dates));
    dates.due_on = 9;
    assert_false(jb_form_dates_in_order(&dates));
    dates.due_on = 10;
    assert_true(jb_form_dates_in_order(&dates));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weekdays_are_known_for_every_day),
        cmocka_unit_test(holidays_are_off_and_adjusted_weekend_days_are_worked),
        cmocka_unit_test(a_weekday_inside_a_holiday_can_be_worked),
        cmocka_unit_test(the_next_day_of_work_is_found_behind_the_longest_holiday),
        cmocka_unit_test(dates_follow_the_rule_and_move_past_days_off),
        cmocka_unit_test(a_due_day_in_a_long_holiday_moves_to_the_adjusted_day),
        cmocka_unit_test(given_dates_win_and_do_not_move),
        cmocka_unit_test(a_form_with_its_own_schedule_follows_that_one_alone),
        cmocka_unit_test(a_year_without_listed_holidays_is_noticed_where_days_may_move),
        cmocka_unit_test(a_deadline_lasts_to_the_days_end_whatever_the_processes_zone),
        cmocka_unit_test(the_catalogues_zone_decides),
        cmocka_unit_test(order_is_asked_only_of_the_dates_that_are_there),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
