/* Releases and the differences between views, as they are told to an asker. */
#include "unit/views_desk.h"

#include "aggregator/desk.h"
#include "net/wire_diff.h"

enum { READER = 30, ASH_READER };

struct place {
    struct agg_desk *agg;
    jb_shelf *shelf;
    struct jb_desk desk;
    struct jb_arena arena;
    struct jb_buf question;
    struct jb_findings findings;
};

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof(*p));
    p->agg = views_desk_new();
    p->shelf = jb_shelf_new();
    jb_desk_open(&p->desk, jb_engine_kv(p->agg->engine), p->shelf, NULL, true);
    jb_arena_init(&p->arena, 64 << 20);
    jb_buf_init(&p->question, 1 << 20);
    jb_findings_init(&p->findings);
    assert_true(act_allow(p->agg, READER, "Reader",
                          (struct jb_grant){.role = JB_ROLE_READ, .everywhere = true}));
    assert_true(
        act_allow(p->agg, ASH_READER, "Ash reader",
                  (struct jb_grant){.role = JB_ROLE_READ, RIGHTS_UNITS(RIGHTS_ONE("ash"))}));
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    jb_desk_close(&p->desk);
    jb_shelf_free(p->shelf);
    act_verify(p->agg);
    agg_desk_free(p->agg);
    jb_arena_free(&p->arena);
    jb_buf_free(&p->question);
    jb_findings_free(&p->findings);
    free(p);
    return 0;
}

static struct jb_slice ask(struct place *p, uint8_t n, enum jb_kind kind, uint32_t *ret_kind)
{
    struct jb_public_key key = rights_key(n);
    struct jb_envelope question = {.kind = (uint32_t)kind, .payload = jb_buf_slice(&p->question)};
    p->desk.now_us = p->agg->now_us;
    jb_asker_set(&p->desk.asker, jb_engine_rights(p->agg->engine), key.bytes, p->desk.now_us);
    assert_int_equal(jb_desk_answer(&p->desk, &question, ret_kind), JB_OK);
    jb_buf_clear(&p->question);
    return jb_buf_slice(&p->desk.payload);
}

static struct jb_diff_answer diff(struct place *p, uint8_t n, struct jb_diff_query query)
{
    struct jb_slice q2 = JB_LIT("2023-Q2");
    struct jb_diff_answer answer;
    uint32_t kind;
    if (!query.periods.count)
        query.periods = (struct jb_strings){&q2, 1};
    jb_wire_diff_query_encode(&query, &p->question);
    struct jb_slice payload = ask(p, n, JB_KIND_DIFF, &kind);
    assert_int_equal(kind, JB_KIND_DIFF_ANSWER);
    jb_findings_clear(&p->findings);
    assert_int_equal(jb_wire_diff_answer_decode(payload, &p->arena, &answer, &p->findings), JB_OK);
    return answer;
}

/* "ash calls 5>8" and so on, in the order of the rows. */
static void expect(const struct jb_diff_answer *answer, const char *expected)
{
    struct jb_buf text;
    jb_buf_init(&text, 1 << 16);
    for (uint32_t i = 0; i < answer->row_count; i++) {
        const struct jb_diff_row *row = &answer->rows[i];
        const struct jb_history_row *c = &row->change;
        jb_buf_printf(&text, "%s%.*s %.*s ", i ? "; " : "", JB_ARG(row->unit),
                      JB_ARG(row->indicator));
        if (c->state_before == JB_STATE_VALUE)
            jb_buf_printf(&text, "%.*s>", JB_ARG(c->before));
        else
            jb_buf_printf(&text, "%s>", jb_state_code(c->state_before));
        if (c->state == JB_STATE_VALUE)
            jb_buf_printf(&text, "%.*s", JB_ARG(c->value));
        else
            jb_buf_printf(&text, "%s", jb_state_code(c->state));
    }
    reads_text_is(jb_buf_slice(&text), expected);
    jb_buf_free(&text);
}

/* 2023-Q2: ash accepted 5/50/1, beech accepted 6/60, release 1; ash corrected to 8, accepted,
 * release 2; beech corrected to 9, not accepted. */
static uint64_t play(struct place *p)
{
    struct agg_desk *d = p->agg;
    assert_true(views_open(d, "2023-Q2"));
    assert_true(views_submit(d, "ash", "2023-Q2", 1, 0, "5", "50", "1"));
    assert_true(views_submit(d, "beech", "2023-Q2", 2, 0, "6", "60", NULL));
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 1));
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, "beech", "2023-Q2", 2));
    assert_true(views_close(d, "2023-Q2") && views_publish(d, "2023-Q2"));
    assert_true(views_reopen(d, "2023-Q2", "ash") && views_reopen(d, "2023-Q2", "beech"));
    uint64_t corrected = views_submit(d, "ash", "2023-Q2", 3, 1, "8", NULL, NULL);
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 3));
    assert_true(views_publish(d, "2023-Q2"));
    assert_true(views_submit(d, "beech", "2023-Q2", 4, 2, "9", NULL, NULL));
    return corrected;
}

static void a_difference_names_both_sides_and_what_made_it(void **state)
{
    struct place *p = *state;
    uint64_t corrected = play(p);
    struct jb_diff_answer answer = diff(
        p, READER,
        (struct jb_diff_query){.before.viewpoint = PUBLISHED(1), .after.viewpoint = PUBLISHED(2)});
    expect(&answer, "ash calls 5>8");
    assert_int_equal(answer.rows[0].change.revision, corrected);
    assert_true(answer.rows[0].change.at_us > 0 && jb_slice_is(answer.rows[0].period, "2023-Q2"));
    assert_true(jb_slice_is(answer.rows[0].change.form, "work"));
    assert_int_equal(answer.release_before_count, 1);
    assert_true(answer.releases_before[0].number == 1 && answer.releases_after[0].number == 2);
    assert_true(answer.unit_count == 1 && jb_slice_is(answer.units[0].zh, "甲"));
    assert_true(answer.indicator_count == 1 && !answer.truncated);
}

static void any_two_views_and_moments_can_be_compared(void **state)
{
    struct place *p = *state;
    uint64_t corrected = play(p);
    struct jb_diff_answer answer =
        diff(p, READER,
             (struct jb_diff_query){.before.viewpoint = ACCEPTED, .after.viewpoint = WORKING});
    expect(&answer, "beech calls 6>9");
    answer = diff(
        p, READER,
        (struct jb_diff_query){.before = {WORKING, corrected - 1}, .after = {WORKING, corrected}});
    expect(&answer, "ash calls 5>8");
    /* What the release does not list it does not show. */
    answer =
        diff(p, READER,
             (struct jb_diff_query){.before.viewpoint = PUBLISHED(0), .after.viewpoint = ACCEPTED});
    expect(&answer, "ash extra not_reported>1");
    /* As of a moment before it there was no release. */
    answer =
        diff(p, READER,
             (struct jb_diff_query){.before = {PUBLISHED(0), 9}, .after.viewpoint = PUBLISHED(1)});
    expect(&answer, "ash calls not_reported>5; ash cars not_reported>50; beech calls "
                    "not_reported>6; beech cars not_reported>60");
    answer =
        diff(p, READER,
             (struct jb_diff_query){.before.viewpoint = ACCEPTED, .after.viewpoint = ACCEPTED});
    expect(&answer, "");
}

static void a_difference_is_narrowed_to_what_is_asked_and_may_be_read(void **state)
{
    struct place *p = *state;
    struct jb_slice cars = JB_LIT("cars"), beech = JB_LIT("beech");
    play(p);
    const struct jb_sight none = {PUBLISHED(0), 9}, first = {PUBLISHED(1), 0};
    struct jb_diff_query query = {.before = none, .after = first, .indicators = {&cars, 1}};
    struct jb_diff_answer answer = diff(p, READER, query);
    expect(&answer, "ash cars not_reported>50; beech cars not_reported>60");
    answer = diff(p, ASH_READER, query);
    expect(&answer, "ash cars not_reported>50");
    assert_int_equal(p->findings.items[0].code, JB_F_NARROWED);
    query.under = JB_LIT("west");
    answer = diff(p, READER, query);
    expect(&answer, "");
    query.under = (struct jb_slice){0};
    query.units = (struct jb_strings){&beech, 1};
    answer = diff(p, READER, query);
    expect(&answer, "beech cars not_reported>60");
    uint32_t kind;
    struct jb_slice q2 = JB_LIT("2023-Q2");
    query.periods = (struct jb_strings){&q2, 1};
    jb_wire_diff_query_encode(&query, &p->question);
    ask(p, ASH_READER, JB_KIND_DIFF, &kind);
    assert_int_equal(kind, JB_KIND_REFUSED);
    query.after.viewpoint = PUBLISHED(3);
    jb_wire_diff_query_encode(&query, &p->question);
    jb_findings_clear(&p->findings);
    struct jb_slice payload = ask(p, READER, JB_KIND_DIFF, &kind);
    assert_int_equal(kind, JB_KIND_REFUSED);
    assert_int_equal(jb_wire_refused_decode(payload, &p->arena, &p->findings), JB_OK);
    assert_int_equal(p->findings.items[0].code, JB_F_RELEASE_UNKNOWN);
}

static void releases_tell_who_made_them_and_what_the_ledger_was(void **state)
{
    struct place *p = *state;
    struct jb_releases_query query = {0};
    struct jb_releases_answer answer;
    struct jb_slice note = JB_LIT("更正一处");
    uint32_t kind;
    play(p);
    struct jb_act_done done;
    assert_true(act_do(p->agg, OFFICE, VIEWS_ACT(JB_ACT_PUBLISH, "2023-Q2", .note = note), &done));
    jb_wire_releases_query_encode(&query, &p->question);
    struct jb_slice payload = ask(p, READER, JB_KIND_RELEASES, &kind);
    assert_int_equal(kind, JB_KIND_RELEASES_ANSWER);
    assert_int_equal(jb_wire_releases_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    assert_int_equal(answer.release_count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(answer.releases[i].number, i + 1);
    const struct jb_release *third = &answer.releases[2];
    assert_true(third->revision == done.revision && jb_slice_is(third->by, "Office"));
    assert_true(jb_slice_eq(third->note, note) && jb_slice_is(third->period, "2023-Q2"));
    assert_memory_equal(third->head, done.head, 32);
    assert_int_equal(third->indicators.count, 3);
    assert_true(jb_slice_is(third->indicators.items[0], "calls"));
    query = (struct jb_releases_query){.release = 2, .as_of_revision = answer.releases[1].revision};
    jb_wire_releases_query_encode(&query, &p->question);
    payload = ask(p, READER, JB_KIND_RELEASES, &kind);
    assert_int_equal(jb_wire_releases_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    assert_true(answer.release_count == 1 && answer.releases[0].number == 2);
}

static void an_explanation_in_a_view_names_the_entries_it_shows(void **state)
{
    struct place *p = *state;
    struct jb_explain_query query = {.unit = JB_LIT("east"),
                                     .indicator = JB_LIT("calls"),
                                     .period = JB_LIT("2023-Q2"),
                                     .viewpoint = PUBLISHED(1)};
    struct jb_explain_answer answer;
    uint32_t kind;
    uint64_t corrected = play(p);
    jb_wire_explain_query_encode(&query, &p->question);
    struct jb_slice payload = ask(p, READER, JB_KIND_EXPLAIN, &kind);
    assert_int_equal(kind, JB_KIND_EXPLAIN_ANSWER);
    assert_int_equal(jb_wire_explain_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    assert_true(answer.view == JB_VIEW_PUBLISHED && answer.release_count == 1);
    reads_text_is(answer.result.value, "11");
    assert_int_equal(answer.part_count, 2);
    reads_text_is(answer.parts[0].value, "5");
    assert_true(answer.parts[0].revision < corrected);
    query.viewpoint = PUBLISHED(2);
    jb_wire_explain_query_encode(&query, &p->question);
    payload = ask(p, READER, JB_KIND_EXPLAIN, &kind);
    assert_int_equal(jb_wire_explain_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    reads_text_is(answer.result.value, "14");
    assert_int_equal(answer.parts[0].revision, corrected);
    query.indicator = JB_LIT("extra");
    jb_wire_explain_query_encode(&query, &p->question);
    payload = ask(p, READER, JB_KIND_EXPLAIN, &kind);
    assert_int_equal(jb_wire_explain_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    reads_text_is(answer.result.reason, "not_published");
    assert_int_equal(answer.part_count, 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_difference_names_both_sides_and_what_made_it),
        CASE(any_two_views_and_moments_can_be_compared),
        CASE(a_difference_is_narrowed_to_what_is_asked_and_may_be_read),
        CASE(releases_tell_who_made_them_and_what_the_ledger_was),
        CASE(an_explanation_in_a_view_names_the_entries_it_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
