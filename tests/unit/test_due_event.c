/* However the days are cut into questions, each event comes once and on its day. */
#include "jb_test.h"

#include "model/due_event.h"

#define DUE 100

static void events_have_their_days(void **state)
{
    static const struct jb_due_event wanted[] = {{97, 0}, {101, 1}, {107, 7}, {115, 15}};
    const struct jb_verdict verdict = {.dated = true, .due_on = DUE};
    struct jb_due_event got[JB_DUE_EVENTS_MAX];
    uint32_t count;
    (void)state;
    jb_due_events(&verdict, true, JB_DATE_MIN, 1000, got, &count);
    assert_int_equal(count, JB_COUNT(wanted));
    for (uint32_t i = 0; i < count; i++)
        assert_true(got[i].on == wanted[i].on && got[i].level == wanted[i].level);
    jb_due_events(&verdict, true, JB_DATE_MIN, DUE, got, &count);
    assert_int_equal(count, 1); /* the due day itself is not over */
}

static void every_cut_gives_each_event_once(void **state)
{
    const struct jb_verdict verdict = {.dated = true, .due_on = DUE};
    (void)state;
    for (int32_t stride = 1; stride < 40; stride++) {
        uint32_t seen = 0, levels = 0;
        for (jb_date day = 80; day < 140; day += stride) {
            struct jb_due_event got[JB_DUE_EVENTS_MAX];
            uint32_t count;
            jb_due_events(&verdict, true, day, day + stride, got, &count);
            for (uint32_t i = 0; i < count; i++) {
                assert_true(got[i].on > day && got[i].on <= day + stride);
                levels += got[i].level;
            }
            seen += count;
        }
        assert_int_equal(seen, 4);
        assert_int_equal(levels, 1 + 7 + 15);
    }
}

static void what_came_or_is_excused_has_none(void **state)
{
    static const struct {
        struct jb_verdict verdict;
        enum jb_filing_state state;
        bool has_due;
        uint32_t count;
    } cases[] = {
        {{.due_on = DUE}, JB_FILING_NOT_REPORTED, false, 0},
        {{.dated = true, .due_on = DUE, .judged = true}, JB_FILING_SUBMITTED, true, 0},
        {{.dated = true, .due_on = DUE, .judged = true}, JB_FILING_RETURNED, true, 4},
        {{.dated = true, .due_on = DUE, .judged = true}, JB_FILING_RETURNED, false, 0},
        {{.dated = true, .due_on = DUE, .excused = true}, JB_FILING_NOT_REPORTED, false, 0},
        {{.dated = true, .due_on = DUE}, JB_FILING_SUBMITTED, false, 4}, /* not complete */
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_due_event got[JB_DUE_EVENTS_MAX];
        uint32_t count;
        jb_due_events(&cases[i].verdict,
                      jb_due_must_come(&cases[i].verdict, cases[i].state, cases[i].has_due),
                      JB_DATE_MIN, 1000, got, &count);
        assert_int_equal(count, cases[i].count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_have_their_days),
        cmocka_unit_test(every_cut_gives_each_event_once),
        cmocka_unit_test(what_came_or_is_excused_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
