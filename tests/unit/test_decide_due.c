/* What the days say of filings that have not come: each level once for a due day, whatever the
 * clock does, in the ledger, on watches, and in a store that is made anew from it. */
#include "unit/act_desk.h"

#include "aggregator/decide_due.h"
#include "aggregator/filing.h"
#include "model/due_event.h"

#define DATED_CATALOG                                                                              \
    "periods: managed\n"                                                                           \
    "schedule: {dates: [{period: 2024-Q2, due: 2024-07-10}]}\n" AGG_UNITS AGG_GROUPS ACT_OF(       \
        "[ash, beech, dune]")

static int make(void **state)
{
    struct agg_desk *d = act_desk_new();
    assert_int_equal(act_load(d, DATED_CATALOG, 1), 2);
    *state = d;
    return 0;
}

static int drop(void **state)
{
    agg_desk_free(*state);
    return 0;
}

/* A moment of that day, at noon in China. */
static int64_t noon(const char *day)
{
    int64_t us = 0;
    char text[32];
    snprintf(text, sizeof(text), "%sT12:00:00", day);
    assert_int_equal(jb_time_parse(jb_slice_str(text), 480, &us), JB_OK);
    return us;
}

static uint64_t head_of(struct agg_desk *d, int64_t *ret_at_us)
{
    struct jb_welcome welcome;
    struct jb_store_head head;
    jb_kv_txn *txn = NULL;
    jb_engine_welcome(d->engine, d->now_us, &welcome);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_head(txn, &head), JB_OK);
    jb_kv_abort(&txn);
    if (ret_at_us)
        *ret_at_us = head.at_us;
    return welcome.revision;
}

/* What the entry says, as "ash 2023-07-10 0|". */
static void read_entry(struct agg_desk *d, uint64_t revision, char *text, size_t size)
{
    static const char *const units[] = {"ash", "beech", "dune"};
    uint32_t numbers[JB_COUNT(units)];
    struct jb_entry entry;
    struct jb_entry_due due;
    struct jb_slice bytes;
    jb_kv_txn *txn = NULL;
    size_t len = strlen(text);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    for (size_t i = 0; i < JB_COUNT(units); i++)
        assert_int_equal(jb_store_number(txn, JB_NAME_UNIT, jb_slice_str(units[i]), &numbers[i]),
                         JB_OK);
    assert_int_equal(jb_store_entry(txn, revision, &bytes), JB_OK);
    assert_int_equal(jb_entry_decode(bytes, NULL, 0, &entry), JB_OK);
    assert_int_equal(entry.kind, JB_ENTRY_DUE);
    struct jb_reader r = jb_reader_of(entry.due);
    while (jb_entry_due_next(&r, &due)) {
        const char *unit = "?";
        char day[16];
        for (size_t i = 0; i < JB_COUNT(units); i++) {
            if (numbers[i] == due.unit)
                unit = units[i];
        }
        jb_date_format(due.due_on, day);
        len += (size_t)snprintf(text + len, size - len, "%s %s %u|", unit, day + 5, due.level);
    }
    jb_kv_abort(&txn);
}

/* The engine looks at that moment; what it says, "" when nothing. */
static const char *said(struct agg_desk *d, const char *day)
{
    static char text[4096];
    uint64_t before = head_of(d, NULL), after;
    bool moved = false;
    text[0] = '\0';
    assert_int_equal(jb_engine_tell_due(d->engine, noon(day), &moved), JB_OK);
    after = head_of(d, NULL);
    assert_int_equal(moved, after > before);
    for (uint64_t revision = before + 1; revision <= after; revision++)
        read_entry(d, revision, text, sizeof(text));
    return text;
}

static void each_level_is_said_once_and_the_clock_may_jump(void **state)
{
    struct agg_desk *d = *state;
    int64_t at_us, later_us;
    d->now_us = noon("2024-06-20");
    assert_string_equal(said(d, "2024-07-11"), "");
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2024-Q2"));
    d->now_us = noon("2024-06-21");
    assert_int_equal(act_submit(d, ASH, "ash", "2024-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    assert_int_equal(act_submit(d, DUNE, "dune", "2024-Q2", 2, 0, "5", NULL), JB_ACCEPTED);
    head_of(d, &at_us);
    assert_string_equal(said(d, "2024-07-06"), "");
    assert_string_equal(said(d, "2024-07-07"), "beech 07-10 0|dune 07-10 0|");
    assert_string_equal(said(d, "2024-07-07"), "");
    assert_string_equal(said(d, "2024-07-10"), "");
    /* Forward over a week: both levels, in order. Back: nothing. Forward again: the rest. */
    assert_string_equal(said(d, "2024-07-18"),
                        "beech 07-10 1|beech 07-10 7|dune 07-10 1|dune 07-10 7|");
    assert_string_equal(said(d, "2024-07-08"), "");
    assert_string_equal(said(d, "2024-07-11"), "");
    head_of(d, &later_us);
    assert_int_equal(later_us, at_us); /* the ledger's time did not follow */
    d->now_us = noon("2024-07-10");
    assert_int_equal(act_submit(d, DUNE, "dune", "2024-Q2", 3, 2, NULL, "6"), JB_ACCEPTED);
    assert_int_equal(act_filing(d, "dune", "2024-Q2", 0).judged.late_days, 0);
    assert_string_equal(said(d, "2025-01-01"), "beech 07-10 15|");
    assert_string_equal(said(d, "2026-01-01"), "");
    act_verify(d);
}

static void another_due_day_is_another_matter(void **state)
{
    struct agg_desk *d = *state;
    jb_date due_on = jb_date_make(2024, 7, 20);
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2024-Q2"));
    d->now_us = noon("2024-07-01");
    assert_int_equal(act_submit(d, ASH, "ash", "2024-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    assert_string_equal(said(d, "2024-07-12"),
                        "beech 07-10 0|beech 07-10 1|dune 07-10 0|dune 07-10 1|");
    assert_true(act_review(d, REVIEWER, JB_ACT_FILING_RETURN, "ash", "2024-Q2", 1,
                           .note = JB_LIT("?"), .has_due = true, .due_on = due_on));
    assert_true(act_on(d, REVIEWER, JB_ACT_FILING_EXCUSE, "2024-Q2", .unit = JB_LIT("beech"),
                       .form = JB_LIT("work"), .note = JB_LIT("flood")));
    assert_string_equal(said(d, "2024-07-17"), "ash 07-20 0|dune 07-10 7|");
    /* A catalogue that moves the day: as if nothing had been said. */
    assert_int_equal(
        act_load(d,
                 "periods: managed\n"
                 "schedule: {dates: [{period: 2024-Q2, due: 2024-07-18}]}\n" AGG_UNITS AGG_GROUPS
                     ACT_OF("[ash, beech, dune]"),
                 2),
        3);
    assert_string_equal(said(d, "2024-07-17"), "dune 07-18 0|");
    assert_int_equal(act_submit(d, ASH, "ash", "2024-Q2", 4, 1, "7", NULL), JB_ACCEPTED);
    assert_string_equal(said(d, "2024-07-19"), "dune 07-18 1|");
    act_verify(d);
}

static void nothing_is_said_of_what_cannot_be_late_or_filed(void **state)
{
    struct agg_desk *d = *state;
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2024-Q2", .backfill = true));
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2024-Q3"));
    assert_string_equal(said(d, "2024-12-01"), "");
    assert_int_equal(jb_engine_due_at(d->engine), noon("2024-12-02") - 12 * 3600000000LL);
}

static void a_closed_period_is_over_but_for_whom_it_is_reopened(void **state)
{
    struct agg_desk *d = *state;
    struct jb_slice units[] = {JB_LIT("beech")};
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2024-Q2"));
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_CLOSE, "2024-Q2"));
    assert_string_equal(said(d, "2024-07-07"), "");
    d->now_us = noon("2024-07-07");
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_REOPEN, "2024-Q2", .note = JB_LIT("?"),
                       .units = {units, 1}, .until_us = d->now_us + 86400000000LL));
    assert_int_equal(jb_engine_due_at(d->engine), 0);
    assert_string_equal(said(d, "2024-07-07"), "beech 07-10 0|");
    assert_string_equal(said(d, "2030-07-07"), ""); /* that time is over */
}

static void a_store_without_a_catalogue_has_nothing_to_say(void **state)
{
    struct jb_buf out;
    struct jb_entry entry;
    bool more = true;
    (void)state;
    jb_buf_init(&out, 64);
    assert_int_equal(jb_decide_due(NULL, NULL, 0, &out, &entry, &more), JB_OK);
    assert_false(more);
    jb_buf_free(&out);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(each_level_is_said_once_and_the_clock_may_jump),
        T(another_due_day_is_another_matter),
        T(nothing_is_said_of_what_cannot_be_late_or_filed),
        T(a_closed_period_is_over_but_for_whom_it_is_reopened),
        cmocka_unit_test(a_store_without_a_catalogue_has_nothing_to_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
