/* Days and schedules in words: what stands in a letter to a department must not be off by a day. */
#include "jb_test.h"

#include "model/schedule_text.h"

static const struct jb_holiday holidays[] = {{19378, 19384, "春节", "Spring Festival"}};
static const jb_date worked[] = {19385, 19386};
static const struct jb_workdays workdays = {holidays, 1, worked, 2};

static void a_day_is_written_with_its_weekday_in_both_languages(void **state)
{
    static const struct {
        int year, month, day;
        const char *en, *zh;
    } cases[] = {
        {2021, 4, 10, "Saturday 10 April 2021", "2021年4月10日（星期六）"},
        {2024, 2, 29, "Thursday 29 February 2024", "2024年2月29日（星期四）"},
        {2023, 1, 1, "Sunday 1 January 2023", "2023年1月1日（星期日）"},
        {1969, 12, 31, "Wednesday 31 December 1969", "1969年12月31日（星期三）"},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        jb_date day = jb_date_make(cases[i].year, cases[i].month, cases[i].day);
        char text[JB_DAY_TEXT_SIZE];

        jb_day_format(day, false, text);
        assert_string_equal(text, cases[i].en);
        jb_day_format(day, true, text);
        assert_string_equal(text, cases[i].zh);
    }
}

static void a_day_that_moved_says_from_where_and_past_which_holiday(void **state)
{
    char text[JB_FORM_DAY_TEXT_SIZE];
    jb_date saturday = jb_date_make(2021, 4, 10);
    jb_date festival = jb_date_make(2023, 1, 21);
    jb_date new_year = jb_date_make(2022, 12, 31);

    (void)state;
    jb_form_day_format(&workdays, saturday + 2, saturday, false, text);
    assert_string_equal(text, "Monday 12 April 2021, moved from Saturday 10 April");
    jb_form_day_format(&workdays, festival + 7, festival, false, text);
    assert_string_equal(
        text, "Saturday 28 January 2023, moved from Saturday 21 January (Spring Festival)");
    jb_form_day_format(&workdays, new_year + 2, new_year, false, text);
    assert_string_equal(text, "Monday 2 January 2023, moved from Saturday 31 December 2022");
    jb_form_day_format(&workdays, saturday, saturday, true, text);
    assert_string_equal(text, "2021年4月10日（星期六）");
    jb_form_day_format(&workdays, JB_DATE_MAX, JB_DATE_MAX, false, text);
    assert_string_equal(text, "—");
    jb_form_day_format(&workdays, JB_DATE_MIN, JB_DATE_MIN, false, text);
    assert_string_equal(text, "—");
}

static void a_schedule_is_described_by_what_it_sets(void **state)
{
    const struct jb_schedule_dates given = {{JB_FREQ_YEAR, 2022}, {{false, 0}, {true, 1}}};
    const struct {
        struct jb_schedule schedule;
        const char *text;
    } cases[] = {
        {{.rule = {{0}}}, "no dates"},
        {{.dates = &given, .date_count = 1}, "dates for single periods only"},
        {{.rule = {{true, -10}, {true, 10}, {true, 1}}, .shift = JB_SHIFT_NEXT_WORKDAY},
         "opens 10 days before the period's last day; due 10 days after the period's last day; "
         "locks on the day after the period's last day; on a day off: the next working day"},
        {{.rule = {{true, -1}, {true, 0}}, .dates = &given, .date_count = 1},
         "opens on the day before the period's last day; due on the period's last day; some "
         "periods have dates of their own"},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_buf buf;

        jb_buf_init(&buf, 1024);
        jb_schedule_describe(&cases[i].schedule, &buf);
        assert_int_equal(buf.len, strlen(cases[i].text));
        assert_memory_equal(buf.ptr, cases[i].text, buf.len);
        jb_buf_free(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_written_with_its_weekday_in_both_languages),
        cmocka_unit_test(a_day_that_moved_says_from_where_and_past_which_holiday),
        cmocka_unit_test(a_schedule_is_described_by_what_it_sets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
