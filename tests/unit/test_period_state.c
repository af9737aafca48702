/* A period's record and its transitions, without a store: what acts make of it, what each phase
 * refuses, and that a record has one spelling. */
#include "jb_test.h"

#include "period_state.h"

#define WHOLE UINT32_MAX
static const uint8_t numbers_3_7[] = {3, 7};

static struct jb_entry entry_of(enum jb_act_kind kind, uint64_t revision)
{
    struct jb_entry entry = {.kind = JB_ENTRY_ACT,
                             .revision = revision,
                             .at_us = 1000 + (int64_t)revision,
                             .signer = JB_LIT("0123456789abcdef0123456789abcdef"),
                             .act = {.kind = kind}};
    return entry;
}

static void take(struct jb_period_state *state, struct jb_entry entry)
{
    assert_int_equal(jb_period_state_take(state, &entry), JB_OK);
}

static void amend(struct jb_period_state *state, uint64_t revision, uint32_t form, uint32_t unit,
                  uint32_t indicator, bool owed)
{
    struct jb_entry entry = entry_of(JB_ACT_PERIOD_AMEND, revision);
    entry.form = form;
    entry.unit = unit;
    entry.act.indicator = indicator;
    entry.act.owed = owed;
    take(state, entry);
}

static void reopen(struct jb_period_state *state, uint64_t revision, int64_t until_us)
{
    struct jb_entry entry = entry_of(JB_ACT_PERIOD_REOPEN, revision);
    entry.act.until_us = until_us;
    entry.act.numbers = jb_slice_of(numbers_3_7, sizeof(numbers_3_7));
    take(state, entry);
}

/* Everything that a record may hold. */
static void fill(struct jb_period_state *state)
{
    struct jb_entry open = entry_of(JB_ACT_PERIOD_OPEN, 5);
    struct jb_entry publish = entry_of(JB_ACT_PUBLISH, 20);
    open.act.trial = true;
    open.act.expected_forms = 35;
    open.act.expected_rows = 170;
    memset(open.act.expected_hash, 0x5a, 32);
    publish.act.release = 2;
    jb_period_state_init(state, jb_period_make(JB_FREQ_QUARTER, 2023, 1));
    take(state, open);
    amend(state, 6, 2, 9, WHOLE, false);
    amend(state, 7, 1, 9, 4, true);
    amend(state, 8, 2, 3, 4, false);
    take(state, entry_of(JB_ACT_PERIOD_CLOSE, 10));
    reopen(state, 11, 5000);
    take(state, publish);
}

static void a_record_comes_back_whole_and_has_one_spelling(void **state)
{
    struct jb_period_state one = {0}, other = {0};
    struct jb_buf buf, again;
    (void)state;
    jb_buf_init(&buf, 4096);
    jb_buf_init(&again, 4096);
    fill(&one);
    other.period = one.period;
    jb_period_state_encode(&one, &buf);
    assert_int_equal(jb_period_state_decode(jb_buf_slice(&buf), &other), JB_OK);
    jb_period_state_encode(&other, &again);
    assert_true(jb_slice_eq(jb_buf_slice(&buf), jb_buf_slice(&again)));
    assert_true(other.phase == JB_PERIOD_PUBLISHED && other.trial && other.releases == 2);
    assert_int_equal(other.last_revision, 20);
    assert_true(other.opened.revision == 5 && other.closed.at_us == 1010);
    assert_true(other.amendment_count == 3 && other.reopening_count == 2);
    assert_int_equal(other.amendments[0].form, 1);
    assert_int_equal(other.reopenings[1].unit, 7);
    for (size_t len = 0; len < buf.len; len++)
        assert_int_equal(jb_period_state_decode(jb_slice_of(buf.ptr, len), &other), JB_EDAMAGED);
    jb_buf_put_u8(&buf, 0);
    assert_int_equal(jb_period_state_decode(jb_buf_slice(&buf), &other), JB_EDAMAGED);
    jb_period_state_free(&one);
    jb_period_state_free(&other);
    jb_buf_free(&buf);
    jb_buf_free(&again);
}

/* In the order of the phases from not opened to published. */
static void every_phase_says_what_it_refuses(void **state)
{
    static const struct {
        enum jb_act_kind act;
        enum jb_finding_code by_phase[4];
    } cases[] = {
        {JB_ACT_PERIOD_OPEN, {0, JB_F_PERIOD_OPENED, JB_F_PERIOD_CLOSED, JB_F_PERIOD_CLOSED}},
        {JB_ACT_PERIOD_AMEND, {JB_F_PERIOD_NOT_OPEN, 0, JB_F_PERIOD_CLOSED, JB_F_PERIOD_CLOSED}},
        {JB_ACT_PERIOD_CLOSE, {JB_F_PERIOD_NOT_OPEN, 0, JB_F_PERIOD_CLOSED, JB_F_PERIOD_CLOSED}},
        {JB_ACT_PERIOD_REOPEN, {JB_F_PERIOD_NOT_OPEN, JB_F_PERIOD_STILL_OPEN, 0, 0}},
        {JB_ACT_PUBLISH, {JB_F_PERIOD_NOT_OPEN, JB_F_PERIOD_STILL_OPEN, 0, 0}},
        {JB_ACT_FILING_ACCEPT, {JB_F_PERIOD_NOT_OPEN, 0, 0, 0}},
        {JB_ACT_FILING_RETURN, {JB_F_PERIOD_NOT_OPEN, 0, JB_F_PERIOD_CLOSED, JB_F_PERIOD_CLOSED}},
        {JB_ACT_FILING_EXCUSE, {JB_F_PERIOD_NOT_OPEN, 0, 0, 0}},
    };
    const struct jb_period_moment *since;
    (void)state;
    assert_int_equal(JB_COUNT(cases), JB_ACTS_END - 1);
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_period_state s = {.phase = JB_PERIOD_NOT_OPENED};
        for (unsigned p = 0; p < 4; p++) {
            s.phase = (enum jb_period_phase)(JB_PERIOD_NOT_OPENED + p);
            assert_int_equal(jb_period_refusal(&s, cases[i].act, 3, 0, &since),
                             cases[i].by_phase[p]);
            const struct jb_period_moment *expected[] = {NULL, &s.opened, &s.closed, &s.closed};
            assert_ptr_equal(since, expected[p]);
        }
    }
}

static void a_reopened_unit_reports_until_the_time_is_over(void **state)
{
    struct jb_period_state s = {0};
    const struct jb_period_moment *since;
    (void)state;
    fill(&s);
    assert_int_equal(jb_period_refuses_submission(&s, 3, 4999, &since), JB_F_NONE);
    assert_int_equal(jb_period_refuses_submission(&s, 7, 4999, &since), JB_F_NONE);
    assert_int_equal(jb_period_refuses_submission(&s, 7, 5000, &since), JB_F_PERIOD_CLOSED);
    assert_ptr_equal(since, &s.closed);
    assert_int_equal(jb_period_refuses_submission(&s, 4, 4999, &since), JB_F_PERIOD_CLOSED);
    assert_int_equal(jb_period_refusal(&s, JB_ACT_FILING_RETURN, 3, 4999, &since), JB_F_NONE);
    assert_int_equal(jb_period_refusal(&s, JB_ACT_FILING_RETURN, 3, 5000, &since),
                     JB_F_PERIOD_CLOSED);
    reopen(&s, 30, 4000); /* the later one holds, also when it ends before */
    assert_int_equal(jb_period_refuses_submission(&s, 3, 4500, &since), JB_F_PERIOD_CLOSED);
    jb_period_state_free(&s);
}

static void rows_go_over_forms_and_forms_over_what_was_said_of_rows(void **state)
{
    struct jb_period_state s = {0};
    (void)state;
    jb_period_state_init(&s, jb_period_make(JB_FREQ_YEAR, 2023, 0));
    assert_true(jb_period_owes(&s, 1, 2, 3, true));
    assert_false(jb_period_owes(&s, 1, 2, 3, false));
    amend(&s, 1, 1, 2, WHOLE, false);
    assert_false(jb_period_owes(&s, 1, 2, 3, true));
    assert_true(jb_period_owes(&s, 1, 9, 3, true));
    amend(&s, 2, 1, 2, 3, true);
    assert_true(jb_period_owes(&s, 1, 2, 3, false));
    assert_false(jb_period_owes(&s, 1, 2, 4, true));
    amend(&s, 3, 1, 2, WHOLE, false);
    assert_int_equal(s.amendment_count, 1);
    assert_false(jb_period_owes(&s, 1, 2, 3, true));
    amend(&s, 4, 1, 2, WHOLE, true);
    assert_int_equal(s.amendment_count, 0);
    assert_true(jb_period_owes(&s, 1, 2, 3, true));
    jb_period_state_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_comes_back_whole_and_has_one_spelling),
        cmocka_unit_test(every_phase_says_what_it_refuses),
        cmocka_unit_test(a_reopened_unit_reports_until_the_time_is_over),
        cmocka_unit_test(rows_go_over_forms_and_forms_over_what_was_said_of_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
