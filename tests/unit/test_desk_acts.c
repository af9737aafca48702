/* What is answered about periods and filings: states now and as of a revision, both counts of what
 * is expected, coverage with amendments, and each asker only what it may read. */
#include "unit/act_desk.h"

#include "aggregator/desk.h"
#include "net/wire_query.h"

enum { READER = 30 };

struct place {
    struct agg_desk *agg;
    jb_shelf *shelf;
    struct jb_pins pins;
    struct jb_desk desk;
    struct jb_arena arena;
    struct jb_buf question;
};

static const struct jb_slice ash[] = {{(const uint8_t *)"ash", 3}};
static const struct jb_slice county[] = {{(const uint8_t *)"county", 6}};
static const struct jb_slice q2[] = {{(const uint8_t *)"2023-Q2", 7}};
static const struct jb_slice both[] = {{(const uint8_t *)"2023-Q2", 7},
                                       {(const uint8_t *)"2023-Q3", 7}};
static const struct jb_act_reason wrong[] = {{JB_LIT("calls"), JB_LIT("多写一个零")}};
static const struct jb_slice cars[] = {{(const uint8_t *)"cars", 4}};

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof(*p));
    p->agg = act_desk_new();
    p->shelf = jb_shelf_new();
    jb_desk_open(&p->desk, jb_engine_kv(p->agg->engine), p->shelf, NULL, true);
    p->desk.pins = &p->pins;
    jb_arena_init(&p->arena, 64 << 20);
    jb_buf_init(&p->question, 1 << 20);
    assert_true(act_allow(p->agg, READER, "Reader",
                          (struct jb_grant){.role = JB_ROLE_READ, .everywhere = true}));
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    jb_pins_free(&p->pins);
    jb_desk_close(&p->desk);
    jb_shelf_free(p->shelf);
    act_verify(p->agg);
    agg_desk_free(p->agg);
    jb_arena_free(&p->arena);
    jb_buf_free(&p->question);
    free(p);
    return 0;
}

static struct jb_slice ask(struct place *p, uint8_t n, enum jb_kind kind, enum jb_kind expected)
{
    struct jb_public_key key = rights_key(n);
    struct jb_envelope question = {.kind = (uint32_t)kind, .payload = jb_buf_slice(&p->question)};
    uint32_t got = 0;
    p->desk.now_us = p->agg->now_us;
    jb_asker_set(&p->desk.asker, jb_engine_rights(p->agg->engine), key.bytes, p->desk.now_us);
    assert_int_equal(jb_desk_answer(&p->desk, &question, &got), JB_OK);
    assert_int_equal(got, expected);
    jb_buf_clear(&p->question);
    return jb_buf_slice(&p->desk.payload);
}

static struct jb_periods_answer periods(struct place *p, uint8_t n, struct jb_strings asked,
                                        uint64_t as_of)
{
    const struct jb_periods_query query = {.periods = asked, .as_of_revision = as_of};
    struct jb_periods_answer answer;
    jb_wire_periods_query_encode(&query, &p->question);
    struct jb_slice payload = ask(p, n, JB_KIND_PERIODS, JB_KIND_PERIODS_ANSWER);
    assert_int_equal(jb_wire_periods_answer_decode(payload, &p->arena, &answer, NULL), JB_OK);
    return answer;
}

static bool amend(struct place *p, const char *indicator, bool owed)
{
    return act_on(p->agg, OFFICE, JB_ACT_PERIOD_AMEND, "2023-Q2", .unit = JB_LIT("ash"),
                  .form = JB_LIT("work"), .indicator = jb_slice_str(indicator), .owed = owed,
                  .note = JB_LIT("撤并"));
}

static void periods_tell_their_story_and_what_they_were(void **state)
{
    struct place *p = *state;
    const struct jb_strings all = {NULL, 0};
    assert_int_equal(periods(p, READER, all, 0).row_count, 0);
    assert_true(act_on(p->agg, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q2", .note = JB_LIT("二季度")));
    uint64_t opened = agg_head(p->agg).revision;
    assert_true(amend(p, "cars", false));
    assert_true(act_on(p->agg, OFFICE, JB_ACT_PERIOD_CLOSE, "2023-Q2"));
    assert_true(act_on(p->agg, OFFICE, JB_ACT_PERIOD_REOPEN, "2023-Q2",
                       .units = (struct jb_strings){ash, 1}, .until_us = p->agg->now_us + 99000000,
                       .note = JB_LIT("更正")));
    assert_true(act_on(p->agg, OFFICE, JB_ACT_PUBLISH, "2023-Q2"));
    struct jb_periods_answer answer = periods(p, READER, all, 0);
    assert_true(answer.managed && answer.row_count == 1);
    const struct jb_period_row *row = &answer.rows[0];
    assert_true(jb_slice_is(row->period, "2023-Q2") && row->phase == JB_PERIOD_PUBLISHED);
    assert_true(row->expected_forms == 3 && row->expected_rows == 6);
    assert_true(row->forms_now == 3 && row->rows_now == 5);
    assert_int_equal(row->act_count, 5);
    assert_true(row->acts[0].kind == JB_ACT_PERIOD_OPEN && row->acts[0].revision == opened);
    assert_true(jb_slice_is(row->acts[0].by, "Office"));
    assert_true(jb_slice_is(row->acts[0].note, "二季度"));
    assert_true(jb_slice_is(row->acts[1].indicator, "cars") && !row->acts[1].owed);
    assert_true(jb_slice_is(row->acts[3].unit, "ash") && row->acts[3].until_us > 0);
    assert_true(row->acts[4].release == 1 && row->acts[4].indicator_count == 1);
    answer = periods(p, READER, (struct jb_strings){both, 2}, opened);
    assert_int_equal(answer.row_count, 2);
    assert_true(answer.rows[0].phase == JB_PERIOD_OPEN && answer.rows[0].act_count == 1);
    assert_int_equal(answer.rows[0].rows_now, 6);
    assert_int_equal(answer.rows[1].phase, JB_PERIOD_NOT_OPENED);
    answer = periods(p, BEECH, all, 0); /* hears of no other unit */
    assert_int_equal(answer.rows[0].act_count, 3);
    answer = periods(p, ASH, all, 0);
    assert_int_equal(answer.rows[0].act_count, 5);
}

static struct jb_status_row status(struct place *p, uint64_t as_of)
{
    const struct jb_status_query query = {
        .units = {ash, 1}, .periods = {q2, 1}, .as_of_revision = as_of};
    struct jb_status_answer answer;
    jb_wire_status_query_encode(&query, &p->question);
    struct jb_slice payload = ask(p, READER, JB_KIND_STATUS, JB_KIND_STATUS_ANSWER);
    assert_int_equal(jb_wire_status_answer_decode(payload, &p->arena, &answer, NULL), JB_OK);
    if (answer.row_count == 0)
        return (struct jb_status_row){.rows_expected = 0};
    assert_int_equal(answer.row_count, 1);
    return answer.rows[0];
}

static void status_and_filing_tell_where_it_stands(void **state)
{
    struct place *p = *state;
    struct jb_filing_query query = {
        .unit = JB_LIT("ash"), .form = JB_LIT("work"), .period = JB_LIT("2023-Q2")};
    struct jb_filing_answer filing;
    assert_true(act_on(p->agg, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q2"));
    assert_int_equal(status(p, 0).standing.state, JB_FILING_NOT_REPORTED);
    assert_int_equal(act_submit(p->agg, ASH, "ash", "2023-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    uint64_t submitted = agg_head(p->agg).revision;
    assert_true(act_review(p->agg, REVIEWER, JB_ACT_FILING_RETURN, "ash", "2023-Q2", 1,
                           .note = JB_LIT("?"), .has_due = true, .due_on = 20000, .reasons = wrong,
                           .reason_count = 1));
    struct jb_status_row row = status(p, 0);
    assert_true(row.standing.state == JB_FILING_RETURNED && row.standing.returns == 1);
    assert_true(row.standing.has_due && row.standing.due_on == 20000);
    assert_true(row.last_revision == submitted && row.standing.act_revision == submitted + 1);
    assert_int_equal(status(p, submitted).standing.state, JB_FILING_SUBMITTED);
    jb_wire_filing_query_encode(&query, &p->question);
    struct jb_slice payload = ask(p, ASH, JB_KIND_FILING, JB_KIND_FILING_ANSWER);
    assert_int_equal(jb_wire_filing_answer_decode(payload, &p->arena, &filing, NULL), JB_OK);
    assert_true(filing.has_last && filing.last_revision == submitted && filing.row_count == 2);
    assert_int_equal(filing.standing.state, JB_FILING_RETURNED);
    assert_true(filing.standing.complete_at_us > 0);
    assert_int_equal(filing.act_count, 1);
    assert_true(filing.acts[0].kind == JB_ACT_FILING_RETURN && filing.acts[0].due_on == 20000);
    assert_true(jb_slice_is(filing.acts[0].note, "?") &&
                jb_slice_is(filing.acts[0].by, "Reviewer"));
    assert_true(jb_slice_is(filing.acts[0].reasons[0].reason, "多写一个零"));
    assert_true(act_on(p->agg, REVIEWER, JB_ACT_FILING_EXCUSE, "2023-Q2", .unit = JB_LIT("ash"),
                       .form = JB_LIT("work"), .note = JB_LIT("停电")));
    jb_wire_filing_query_encode(&query, &p->question);
    payload = ask(p, ASH, JB_KIND_FILING, JB_KIND_FILING_ANSWER);
    assert_int_equal(jb_wire_filing_answer_decode(payload, &p->arena, &filing, NULL), JB_OK);
    assert_true(filing.act_count == 2 && filing.acts[1].kind == JB_ACT_FILING_EXCUSE);
    assert_true(filing.acts[0].revision < filing.acts[1].revision);
}

static uint32_t expected_of(struct place *p, const struct jb_slice *unit, bool *ret_all)
{
    const struct jb_query query = {.units = {unit, 1}, .indicators = {cars, 1}, .periods = {q2, 1}};
    struct jb_answer answer;
    jb_wire_query_encode(&query, &p->question);
    struct jb_slice payload = ask(p, READER, JB_KIND_QUERY, JB_KIND_ANSWER);
    assert_int_equal(jb_wire_answer_decode(payload, &p->arena, &answer, NULL), JB_OK);
    assert_int_equal(answer.row_count, 1);
    *ret_all = answer.rows[0].reported == answer.rows[0].expected;
    return answer.rows[0].expected;
}

static void amendments_count_in_coverage(void **state)
{
    struct place *p = *state;
    bool all;
    assert_true(act_on(p->agg, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q2"));
    uint64_t opened = agg_head(p->agg).revision;
    assert_int_equal(act_submit(p->agg, BEECH, "beech", "2023-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    assert_int_equal(act_submit(p->agg, DUNE, "dune", "2023-Q2", 2, 0, "5", "6"), JB_ACCEPTED);
    assert_int_equal(expected_of(p, county, &all), 3);
    assert_false(all);
    assert_int_equal(status(p, 0).rows_expected, 2);
    assert_true(amend(p, "cars", false));
    assert_int_equal(expected_of(p, county, &all), 2);
    assert_true(all);
    assert_int_equal(expected_of(p, ash, &all), 0);
    assert_int_equal(status(p, 0).rows_expected, 1);
    assert_true(amend(p, "", false));
    assert_int_equal(status(p, 0).rows_expected, 0); /* no filing is expected any more */
    assert_int_equal(status(p, opened).rows_expected, 2);
    assert_true(amend(p, "cars", true));
    assert_int_equal(expected_of(p, county, &all), 3);
    assert_int_equal(status(p, 0).rows_expected, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(periods_tell_their_story_and_what_they_were),
        T(status_and_filing_tell_where_it_stands),
        T(amendments_count_in_coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
