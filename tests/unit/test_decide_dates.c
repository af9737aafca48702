/* Dates of forms at the very end of a day: what opens, what is late by how much, what is locked.
 * The process's zone changes nothing; a clock that goes back does not either. */
#include <time.h>

#include "unit/act_desk.h"

#define SECOND_US 1000000LL

/* 2023-Q4 opens on 21 December, is due on 29 February and locks on 20 March; 2024-Q1 is due on 7
 * April, a Sunday that is worked, and locks on the first worked day behind a holiday. */
#define DATED_SCHEDULE                                                                             \
    "holidays: [{from: 2024-04-04, until: 2024-04-06, name: {zh: \"清明节\"}}]\n"               \
    "workdays: [2024-04-07]\n"                                                                     \
    "schedule: {due: 5, locks: 13, shift: next_workday,\n"                                         \
    "  dates: [{period: 2023-Q4, opens: 2023-12-21, due: 2024-02-29, locks: 2024-03-20}]}\n"
#define DATED_CATALOG                                                                              \
    "periods: managed\n" DATED_SCHEDULE AGG_UNITS AGG_GROUPS ACT_OF("[ash, beech, dune]")

static int set_up(void **state)
{
    struct agg_desk *d = act_desk_new();
    assert_int_equal(act_load(d, DATED_CATALOG, 1), 2);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    act_verify(*state);
    agg_desk_free(*state);
    return 0;
}

/* The next message arrives then; China is 8 hours ahead. */
static void set_clock(struct agg_desk *d, int year, int month, int day, int second_of_day)
{
    int64_t midnight = (int64_t)jb_date_make(year, month, day) * 86400 - 8 * 3600LL;
    d->now_us = (midnight + second_of_day - 1) * SECOND_US;
}
#define DAY_END (86400 - 1)

static struct jb_entry_judged judged(struct agg_desk *d, const char *unit, const char *period)
{
    struct jb_filing now = act_filing(d, unit, period, 0);
    struct jb_filing then = act_filing(d, unit, period, UINT64_MAX);
    assert_true(now.judged.dated == then.judged.dated && now.judged.due_on == then.judged.due_on &&
                now.judged.late_days == then.judged.late_days);
    return now.judged;
}

static void a_form_takes_figures_from_its_first_day_to_the_end_of_its_last(void **state)
{
    struct agg_desk *d = *state;
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q4"));
    set_clock(d, 2023, 12, 20, DAY_END);
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 1, 0, "5", "6"), JB_REFUSED);
    assert_true(act_told(d, JB_F_FORM_NOT_YET));
    assert_string_equal(d->findings.items[0].got, "2023-12-20 23:59:59");
    assert_string_equal(d->findings.items[0].expected, "2023-12-21..2024-03-20, due 2024-02-29");
    set_clock(d, 2023, 12, 21, 0);
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 1, 0, "5", NULL), JB_ACCEPTED);
    set_clock(d, 2024, 3, 20, DAY_END);
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q4", 2, 0, "5", "6"), JB_ACCEPTED);
    set_clock(d, 2024, 3, 21, 0);
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 3, 1, NULL, "6"), JB_REFUSED);
    assert_true(act_told(d, JB_F_FORM_LOCKED));
    assert_string_equal(d->findings.items[0].got, "2024-03-21 00:00:00");
}

static void a_lock_yields_to_a_reopening_and_to_a_return(void **state)
{
    static const struct jb_slice ash[] = {{(const uint8_t *)"ash", 3}};
    struct agg_desk *d = *state;
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q4"));
    set_clock(d, 2024, 2, 1, 0);
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q4", 1, 0, "5", "6"), JB_ACCEPTED);
    set_clock(d, 2024, 3, 25, 0);
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 2, 0, "5", "6"), JB_REFUSED);
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q4", 3, 1, "7", NULL), JB_REFUSED);
    int64_t until = d->now_us + 3600 * SECOND_US;
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_REOPEN, "2023-Q4",
                       .units = ((struct jb_strings){ash, 1}), .until_us = until,
                       .note = JB_LIT("停电")));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 2, 0, "5", NULL), JB_ACCEPTED);
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q4", 3, 1, "7", NULL), JB_REFUSED);
    assert_true(act_review(d, REVIEWER, JB_ACT_FILING_RETURN, "beech", "2023-Q4", 1,
                           .note = JB_LIT("重报")));
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q4", 3, 1, "7", NULL), JB_ACCEPTED);
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q4", 4, 3, "8", NULL), JB_REFUSED);
    d->now_us = until;
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 5, 2, NULL, "6"), JB_REFUSED);
    assert_true(act_told(d, JB_F_FORM_LOCKED));
}

static void lateness_is_the_first_complete_submissions(void **state)
{
    struct agg_desk *d = *state;
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q4"));
    set_clock(d, 2024, 2, 29, DAY_END - 1); /* leap day */
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q4", 1, 0, "5", NULL), JB_ACCEPTED);
    set_clock(d, 2024, 2, 29, DAY_END);
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 2, 0, "5", "6"), JB_ACCEPTED);
    set_clock(d, 2024, 3, 1, 0);
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q4", 3, 1, NULL, "6"), JB_ACCEPTED);
    struct jb_entry_judged ash = judged(d, "ash", "2023-Q4");
    struct jb_entry_judged beech = judged(d, "beech", "2023-Q4");
    assert_true(ash.dated && ash.late_days == 0);
    assert_int_equal(ash.due_on, jb_date_make(2024, 2, 29));
    assert_true(beech.dated && beech.late_days == 1);
    set_clock(d, 2024, 3, 9, 0); /* what comes later changes nothing of it */
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 4, 2, "9", NULL), JB_ACCEPTED);
    assert_int_equal(judged(d, "ash", "2023-Q4").late_days, 0);
}

static void due_and_lock_move_past_days_off(void **state)
{
    struct agg_desk *d = *state;
    set_clock(d, 2024, 4, 1, 0);
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2024-Q1"));
    set_clock(d, 2024, 4, 7, DAY_END);
    assert_int_equal(act_submit(d, ASH, "ash", "2024-Q1", 1, 0, "5", "6"), JB_ACCEPTED);
    set_clock(d, 2024, 4, 8, 0);
    assert_int_equal(act_submit(d, BEECH, "beech", "2024-Q1", 2, 0, "5", "6"), JB_ACCEPTED);
    assert_int_equal(judged(d, "ash", "2024-Q1").due_on, jb_date_make(2024, 4, 7));
    assert_int_equal(judged(d, "ash", "2024-Q1").late_days, 0);
    assert_int_equal(judged(d, "beech", "2024-Q1").late_days, 1);
    set_clock(d, 2024, 4, 15, DAY_END); /* the 13th is a Saturday */
    assert_int_equal(act_submit(d, ASH, "ash", "2024-Q1", 3, 1, "6", NULL), JB_ACCEPTED);
    set_clock(d, 2024, 4, 16, 0);
    assert_int_equal(act_submit(d, ASH, "ash", "2024-Q1", 4, 3, "7", NULL), JB_REFUSED);
}

static void a_return_sets_a_due_date_of_its_own(void **state)
{
    struct agg_desk *d = *state;
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q4"));
    set_clock(d, 2024, 2, 1, 0);
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 1, 0, "5", "6"), JB_ACCEPTED);
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q4", 2, 0, "5", NULL), JB_ACCEPTED);
    for (uint8_t i = 0; i < 2; i++)
        assert_true(act_review(d, REVIEWER, JB_ACT_FILING_RETURN, i ? "beech" : "ash", "2023-Q4",
                               (uint8_t)(i + 1), .note = JB_LIT("重报"), .has_due = true,
                               .due_on = jb_date_make(2024, 2, 5)));
    set_clock(d, 2024, 2, 5, DAY_END);
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 3, 1, "4", NULL), JB_ACCEPTED);
    set_clock(d, 2024, 2, 8, 0);
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q4", 4, 2, NULL, "6"), JB_ACCEPTED);
    assert_int_equal(judged(d, "ash", "2023-Q4").late_days, 0);
    assert_int_equal(judged(d, "beech", "2023-Q4").late_days, 3);
    assert_true(act_review(d, REVIEWER, JB_ACT_FILING_RETURN, "ash", "2023-Q4", 3,
                           .note = JB_LIT("再报"), .has_due = true,
                           .due_on = jb_date_make(2024, 2, 9)));
    set_clock(d, 2024, 2, 11, 0);
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 5, 3, "3", NULL), JB_ACCEPTED);
    assert_int_equal(judged(d, "ash", "2023-Q4").late_days, 2);
}

static void a_backfilled_period_knows_no_dates(void **state)
{
    struct agg_desk *d = *state;
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q4", .backfill = true));
    set_clock(d, 2024, 5, 1, 0);
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 1, 0, "5", "6"), JB_ACCEPTED);
    assert_false(judged(d, "ash", "2023-Q4").dated);
}

static void a_clock_that_goes_back_over_the_deadline_judges_as_before(void **state)
{
    struct agg_desk *d = *state;
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q4"));
    set_clock(d, 2024, 3, 21, 0);
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 1, 0, "5", "6"), JB_REFUSED);
    set_clock(d, 2024, 3, 1, 0); /* the refusal left no entry: what the clock says now holds */
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q4", 1, 0, "5", "6"), JB_ACCEPTED);
    set_clock(d, 2024, 2, 29, 0); /* an entry of 1 March stands: it is 1 March still */
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q4", 2, 0, "5", "6"), JB_ACCEPTED);
    assert_int_equal(judged(d, "beech", "2023-Q4").late_days, 1);
    assert_true(act_filing(d, "beech", "2023-Q4", 0).complete_at_us >=
                act_filing(d, "ash", "2023-Q4", 0).complete_at_us);
}

#define DATED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    static const char *const zones[] = {"UTC", "Asia/Shanghai", "America/Los_Angeles"};
    const struct CMUnitTest tests[] = {
        DATED(a_form_takes_figures_from_its_first_day_to_the_end_of_its_last),
        DATED(a_lock_yields_to_a_reopening_and_to_a_return),
        DATED(lateness_is_the_first_complete_submissions),
        DATED(due_and_lock_move_past_days_off),
        DATED(a_return_sets_a_due_date_of_its_own),
        DATED(a_backfilled_period_knows_no_dates),
        DATED(a_clock_that_goes_back_over_the_deadline_judges_as_before),
    };
    int failed = 0;
    for (size_t i = 0; i < JB_COUNT(zones); i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        failed += cmocka_run_group_tests_name(zones[i], tests, NULL, NULL);
    }
    return failed;
}
