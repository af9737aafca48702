/* One table: where a filing stands, and what its department does about it. */
#include "jb_test.h"

#include "model/next_step.h"

#define TODAY 100

static void every_place_has_its_next_step(void **state)
{
    enum { NONE = JB_FILING_NOT_REPORTED, SENT = JB_FILING_SUBMITTED };
    static const struct {
        uint32_t filing, reported, overdue, phase;
        bool reopened;
        jb_date opens, locks;
        enum jb_next_step step;
    } cases[] = {
        {NONE, 0, 0, JB_PERIOD_NOT_OPENED, false, 0, 200, JB_STEP_WAIT_TO_OPEN},
        {NONE, 0, 0, JB_PERIOD_OPEN, false, 101, 200, JB_STEP_WAIT_TO_OPEN},
        {NONE, 0, 0, JB_PERIOD_OPEN, false, 100, 100, JB_STEP_SUBMIT},
        {NONE, 0, 0, 0, false, JB_DATE_MIN, JB_DATE_MAX, JB_STEP_SUBMIT},
        {NONE, 0, 3, JB_PERIOD_OPEN, false, 0, 200, JB_STEP_SUBMIT_NOW},
        {NONE, 0, 3, JB_PERIOD_OPEN, false, 0, 99, JB_STEP_ASK_TO_REOPEN},
        {NONE, 0, 3, JB_PERIOD_OPEN, true, 0, 99, JB_STEP_SUBMIT_NOW},
        {NONE, 0, 3, JB_PERIOD_CLOSED, false, 0, 200, JB_STEP_ASK_TO_REOPEN},
        {NONE, 0, 3, JB_PERIOD_PUBLISHED, true, 0, 200, JB_STEP_SUBMIT_NOW},
        {SENT, 1, 0, JB_PERIOD_OPEN, false, 0, 200, JB_STEP_ADD_MISSING},
        {SENT, 1, 1, JB_PERIOD_OPEN, false, 0, 200, JB_STEP_SUBMIT_NOW},
        {SENT, 2, 0, JB_PERIOD_CLOSED, false, 0, 200, JB_STEP_WAIT_FOR_REVIEW},
        {JB_FILING_RETURNED, 2, 0, JB_PERIOD_OPEN, false, 0, 99, JB_STEP_CORRECT},
        {JB_FILING_RETURNED, 2, 0, JB_PERIOD_CLOSED, false, 0, 99, JB_STEP_ASK_TO_REOPEN},
        {JB_FILING_ACCEPTED, 2, 0, JB_PERIOD_OPEN, false, 0, 99, JB_STEP_NOTHING},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_filing_place place = {
            .filing = {.state = (enum jb_filing_state)cases[i].filing,
                       .rows_expected = 2,
                       .rows_reported = cases[i].reported,
                       .verdict.overdue_days = cases[i].overdue},
            .phase = (enum jb_period_phase)cases[i].phase,
            .reopened = cases[i].reopened,
            .opens_on = cases[i].opens,
            .locks_on = cases[i].locks,
        };
        assert_string_equal(jb_next_step_code(jb_next_step(&place, TODAY)),
                            jb_next_step_code(cases[i].step));
    }
}

static void what_is_not_owed_asks_for_nothing(void **state)
{
    struct jb_filing_place place = {.filing.state = JB_FILING_NOT_REPORTED};
    (void)state;
    assert_int_equal(jb_next_step(&place, TODAY), JB_STEP_NOTHING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_has_its_next_step),
        cmocka_unit_test(what_is_not_owed_asks_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
