/* What a key is shown: every kind of question, asked by keys that may see all, some or none of
 * it. */
#include <unistd.h>

#include "unit/asked_desk.h"

static bool was_narrowed(const struct place *p)
{
    for (uint32_t i = 0; i < p->findings.count; i++) {
        if (p->findings.items[i].code == JB_F_NARROWED) {
            assert_int_equal(p->findings.items[i].severity, JB_NOTICE);
            return true;
        }
    }
    return false;
}

static struct jb_slice a_period = JB_LIT("2022-Q1"), a_figure = JB_LIT("cases");

static struct jb_query query_of(const char *under, struct jb_slice *unit, struct jb_slice *group)
{
    return (struct jb_query){.under = jb_slice_str(under ? under : ""),
                             .units = {unit, unit ? 1 : 0},
                             .groups = {group, group ? 1 : 0},
                             .indicators = {&a_figure, 1},
                             .periods = {&a_period, 1}};
}

static void query_is_refused(struct place *p, uint8_t n, const char *under, const char *unit,
                             const char *group, const char *named)
{
    struct jb_slice u = jb_slice_str(unit ? unit : ""), g = jb_slice_str(group ? group : "");
    struct jb_query query = query_of(under, unit ? &u : NULL, group ? &g : NULL);
    jb_wire_query_encode(&query, &p->question);
    refused(p, n, JB_KIND_QUERY, JB_F_GRANT_MISSING, named);
}

static void query_gives(struct place *p, uint8_t n, const char *under, const char *unit,
                        const char *group, uint32_t rows, bool narrowed)
{
    struct jb_slice u = jb_slice_str(unit ? unit : ""), g = jb_slice_str(group ? group : "");
    struct jb_query query = query_of(under, unit ? &u : NULL, group ? &g : NULL);
    struct jb_answer answer;
    jb_wire_query_encode(&query, &p->question);
    struct jb_slice payload = given(p, n, JB_KIND_QUERY, JB_KIND_ANSWER);
    assert_int_equal(jb_wire_answer_decode(payload, &p->arena, &answer, &p->findings), JB_OK);
    assert_int_equal(answer.row_count, rows);
    assert_int_equal(was_narrowed(p), narrowed);
}

static void a_key_that_is_not_active_is_told_why_and_nothing_else(void **state)
{
    struct place *p = *state;
    const struct jb_grant read = {.role = JB_ROLE_READ, .everywhere = true};
    const struct jb_grant over = {
        .role = JB_ROLE_READ, .everywhere = true, .until_us = p->desk.now_us};
    struct {
        struct jb_holder holder;
        enum jb_finding_code why;
    } cases[] = {
        {{.state = JB_HOLDER_SUSPENDED, .grants = &read, .grant_count = 1}, JB_F_KEY_SUSPENDED},
        {{.state = JB_HOLDER_REVOKED, .grants = &read, .grant_count = 1}, JB_F_KEY_REVOKED},
        {{.ends_us = p->desk.now_us, .grants = &read, .grant_count = 1}, JB_F_KEY_EXPIRED},
        {{.grants = &over, .grant_count = 1}, JB_F_KEY_EXPIRED},
        {{0}, JB_F_GRANT_MISSING},
    };
    static const enum jb_kind kinds[] = {JB_KIND_HELLO, JB_KIND_QUERY, JB_KIND_CATALOG_GET,
                                         JB_KIND_KEYS};
    for (size_t k = 0; k < JB_COUNT(kinds); k++)
        refused(p, STRANGER, kinds[k], JB_F_UNKNOWN_KEY, "");
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        agg_hold(&p->holders, STRANGER, cases[i].holder);
        for (size_t k = 0; k < JB_COUNT(kinds); k++)
            refused(p, STRANGER, kinds[k], cases[i].why, "");
    }
    jb_asker_set(&p->desk.asker, p->holders.board, NULL, p->desk.now_us);
    assert_int_equal(jb_asker_trouble(&p->desk.asker), JB_F_UNKNOWN_KEY);
}

static void any_active_key_learns_the_store_and_the_catalogue(void **state)
{
    struct place *p = *state;
    given(p, CARRIER, JB_KIND_HELLO, JB_KIND_WELCOME);
    given(p, CARRIER, JB_KIND_CATALOG_GET, JB_KIND_CATALOG_PART);
    query_is_refused(p, CARRIER, NULL, "ash", NULL, "ash");
}

static void a_unit_that_is_named_must_lie_within_reach(void **state)
{
    struct place *p = *state;
    query_gives(p, ALL, NULL, "county", NULL, 1, false);
    query_gives(p, EAST, NULL, "east", NULL, 1, false);
    query_gives(p, EAST, NULL, "beech", NULL, 1, false);
    query_gives(p, ASH, NULL, "ash", NULL, 1, false);
    query_is_refused(p, EAST, NULL, "county", NULL, "county"); /* an ancestor's rollup */
    query_is_refused(p, EAST, NULL, "dune", NULL, "dune");
    query_is_refused(p, EAST, NULL, "west", NULL, "west"); /* has no figures of its own */
    query_is_refused(p, ASH, NULL, "beech", NULL, "beech");
}

static void children_are_narrowed_and_it_is_said(void **state)
{
    struct place *p = *state;
    query_gives(p, ALL, "county", NULL, NULL, 2, false);
    query_gives(p, EAST, "county", NULL, NULL, 1, true);
    query_gives(p, EAST, "east", NULL, NULL, 3, false);
    query_gives(p, TOP, "east", NULL, NULL, 1, true);
    query_is_refused(p, ASH, "county", NULL, NULL, "county");
}

static void a_group_needs_everything(void **state)
{
    struct place *p = *state;
    query_gives(p, ALL, NULL, NULL, "river", 1, false);
    query_is_refused(p, EAST, NULL, NULL, "river", "river");
}

static struct jb_status_answer status(struct place *p, uint8_t n, struct jb_status_query query)
{
    struct jb_status_answer answer;
    query.periods = (struct jb_strings){&a_period, 1};
    jb_wire_status_query_encode(&query, &p->question);
    struct jb_slice payload = given(p, n, JB_KIND_STATUS, JB_KIND_STATUS_ANSWER);
    assert_int_equal(jb_wire_status_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    return answer;
}

static void status_refused(struct place *p, uint8_t n, struct jb_status_query query,
                           const char *unit)
{
    query.periods = (struct jb_strings){&a_period, 1};
    jb_wire_status_query_encode(&query, &p->question);
    refused(p, n, JB_KIND_STATUS, JB_F_GRANT_MISSING, unit);
}

static void status_shows_the_units_within_reach(void **state)
{
    struct place *p = *state;
    struct jb_slice dune = JB_LIT("dune"), ash = JB_LIT("ash");
    assert_int_equal(status(p, ALL, (struct jb_status_query){0}).row_count, 3);
    assert_false(was_narrowed(p));
    assert_int_equal(status(p, EAST, (struct jb_status_query){0}).row_count, 2);
    assert_true(was_narrowed(p));
    assert_int_equal(status(p, EAST, (struct jb_status_query){.under = JB_LIT("east")}).row_count,
                     2);
    assert_false(was_narrowed(p));
    assert_int_equal(status(p, ASH, (struct jb_status_query){.under = JB_LIT("east")}).row_count,
                     1);
    assert_true(was_narrowed(p));
    assert_int_equal(status(p, ASH, (struct jb_status_query){.units = {&ash, 1}}).row_count, 1);
    assert_false(was_narrowed(p));
    status_refused(p, EAST, (struct jb_status_query){.under = JB_LIT("west")}, "west");
    status_refused(p, EAST, (struct jb_status_query){.units = {&dune, 1}}, "dune");
    status_refused(p, CARRIER, (struct jb_status_query){0}, "");
}

static void a_history_is_the_units_own(void **state)
{
    struct place *p = *state;
    struct jb_history_query query = {
        .unit = JB_LIT("ash"), .indicator = a_figure, .period = a_period};
    jb_wire_history_query_encode(&query, &p->question);
    given(p, ASH, JB_KIND_HISTORY, JB_KIND_HISTORY_ANSWER);
    query.unit = JB_LIT("dune");
    jb_wire_history_query_encode(&query, &p->question);
    refused(p, ASH, JB_KIND_HISTORY, JB_F_GRANT_MISSING, "dune");
}

static void a_filing_is_the_units_own(void **state)
{
    struct place *p = *state;
    struct jb_filing_query query = {
        .unit = JB_LIT("ash"), .form = JB_LIT("daily"), .period = a_period};
    jb_wire_filing_query_encode(&query, &p->question);
    given(p, ASH, JB_KIND_FILING, JB_KIND_FILING_ANSWER);
    query.unit = JB_LIT("beech");
    jb_wire_filing_query_encode(&query, &p->question);
    refused(p, ASH, JB_KIND_FILING, JB_F_GRANT_MISSING, "beech");
}

static uint32_t parts_of(struct place *p, uint8_t n, const char *unit)
{
    struct jb_explain_query query = {
        .unit = jb_slice_str(unit), .indicator = a_figure, .period = a_period};
    struct jb_explain_answer answer;
    jb_wire_explain_query_encode(&query, &p->question);
    struct jb_slice payload = given(p, n, JB_KIND_EXPLAIN, JB_KIND_EXPLAIN_ANSWER);
    assert_int_equal(jb_wire_explain_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    return answer.part_count;
}

static void an_explanation_leaves_out_what_lies_outside(void **state)
{
    struct place *p = *state;
    struct jb_explain_query query = {
        .unit = JB_LIT("county"), .indicator = a_figure, .period = a_period};
    assert_int_equal(parts_of(p, EAST, "east"), 2);
    assert_false(was_narrowed(p));
    assert_int_equal(parts_of(p, TOP, "east"), 1); /* beech is not its to see */
    assert_true(was_narrowed(p));
    jb_wire_explain_query_encode(&query, &p->question);
    refused(p, EAST, JB_KIND_EXPLAIN, JB_F_GRANT_MISSING, "county");
    query.unit = JB_LIT("river");
    jb_wire_explain_query_encode(&query, &p->question);
    refused(p, EAST, JB_KIND_EXPLAIN, JB_F_GRANT_MISSING, "river");
}

/* Two hundred spans of twelve years each: more than a page, so a pin is taken. */
static void encode_long(struct place *p, uint64_t as_of)
{
    static struct jb_slice periods[200], units[] = {JB_LIT("east"), JB_LIT("ash")};
    for (size_t i = 0; i < JB_COUNT(periods); i++)
        periods[i] = JB_LIT("2012..2023");
    struct jb_query query = {
        .units = {units, 2}, .periods = {periods, JB_COUNT(periods)}, .as_of_revision = as_of};
    jb_wire_query_encode(&query, &p->question);
}

static struct jb_slice first_page(struct place *p, uint8_t n)
{
    struct jb_answer answer;
    encode_long(p, 0);
    struct jb_slice payload = given(p, n, JB_KIND_QUERY, JB_KIND_ANSWER);
    assert_int_equal(jb_wire_answer_decode(payload, &p->arena, &answer, &p->findings), JB_OK);
    assert_int_equal(answer.cursor.len, JB_CURSOR_BYTES);
    return answer.cursor;
}

static void pages_are_for_the_key_that_asked(void **state)
{
    struct place *p = *state;
    struct jb_query next = {.cursor = first_page(p, EAST)};
    jb_wire_query_encode(&next, &p->question);
    refused(p, ALL, JB_KIND_QUERY, JB_F_EXPIRED, "");
    agg_grant(&p->holders, STRANGER, .role = JB_ROLE_READ, AGG_SCOPE(AGG_SUBTREE("east")));
    jb_wire_query_encode(&next, &p->question);
    refused(p, STRANGER, JB_KIND_QUERY, JB_F_EXPIRED, ""); /* who may read the same */
    jb_wire_query_encode(&next, &p->question);
    given(p, EAST, JB_KIND_QUERY, JB_KIND_ANSWER);
    /* What it might read then it may not read now. */
    agg_grant(&p->holders, EAST, .role = JB_ROLE_READ, AGG_SCOPE(AGG_UNIT("ash")));
    jb_wire_query_encode(&next, &p->question);
    refused(p, EAST, JB_KIND_QUERY, JB_F_EXPIRED, "");
}

static void one_key_keeps_so_many_answers(void **state)
{
    struct place *p = *state;
    for (uint32_t i = 0; i < JB_KEY_PINS_MAX; i++)
        first_page(p, EAST);
    encode_long(p, 0);
    refused(p, EAST, JB_KIND_QUERY, JB_F_RATE_LIMITED, "");
    first_page(p, ALL);
    assert_int_equal(p->pins.count, JB_KEY_PINS_MAX + 1);
}

static void the_worker_looks_at_the_rights_of_its_own_time(void **state)
{
    struct place *p = *state;
    const struct jb_peer peer = {.id = {7}, .id_len = 1};
    struct jb_wait_item item = {.fd = -1};
    jb_worker *worker = NULL;
    struct jb_job *job = NULL;
    assert_int_equal(jb_wakeup_open(&item.fd), JB_OK);
    const struct jb_worker_config config = {.kv = jb_engine_kv(p->agg->engine),
                                            .shelf = p->shelf,
                                            .scratch_dir = p->agg->base,
                                            .wakeup_fd = item.fd,
                                            .rights = p->holders.board};
    be(p, EAST);
    encode_long(p, 3);
    struct jb_envelope question = {
        .kind = JB_KIND_QUERY, .request_id = JB_LIT("q"), .payload = jb_buf_slice(&p->question)};
    agg_grant(&p->holders, EAST, .role = JB_ROLE_READ, AGG_SCOPE(AGG_UNIT("dune")));
    assert_int_equal(jb_worker_start(&config, &worker), JB_OK);
    assert_int_equal(jb_worker_ask(worker, &peer, &p->desk.asker, &question, NULL, 0), JB_OK);
    question.kind = JB_KIND_VERIFY;
    assert_int_equal(jb_worker_ask(worker, &peer, &p->desk.asker, &question, NULL, 0), JB_OK);
    for (int i = 0; i < 2; i++) {
        while (!(job = jb_worker_done(worker))) {
            jb_ignore(jb_wait(&item, 1, 10000));
            jb_wakeup_clear(item.fd);
        }
        assert_int_equal(job->err, JB_OK);
        assert_int_equal(job->answer, JB_KIND_REFUSED);
        jb_job_free(job);
    }
    jb_worker_stop(worker);
    close(item.fd);
}

/* What a key may read is worked out once for many questions, but not for longer than it holds. */
static void what_is_kept_about_a_key_ends_in_time(void **state)
{
    struct place *p = *state;
    agg_hold(
        &p->holders, STRANGER,
        (struct jb_holder){.grants = (const struct jb_grant[]){{.role = JB_ROLE_REPORT,
                                                                AGG_SCOPE(AGG_UNIT("beech"))},
                                                               {.role = JB_ROLE_READ,
                                                                AGG_SCOPE(AGG_UNIT("ash")),
                                                                .from_us = p->desk.now_us + 10,
                                                                .until_us = p->desk.now_us + 20}},
                           .grant_count = 2});
    query_is_refused(p, STRANGER, NULL, "ash", NULL, "ash");
    query_gives(p, STRANGER, NULL, "beech", NULL, 1, false);
    p->desk.now_us += 9;
    query_is_refused(p, STRANGER, NULL, "ash", NULL, "ash");
    p->desk.now_us += 1;
    query_gives(p, STRANGER, NULL, "ash", NULL, 1, false);
    query_is_refused(p, ASH, NULL, "beech", NULL, "beech");
    p->desk.now_us += 10;
    query_is_refused(p, STRANGER, NULL, "ash", NULL, "ash");
    query_gives(p, STRANGER, NULL, "beech", NULL, 1, false);
}

static void verifying_needs_a_role(void **state)
{
    struct place *p = *state;
    static const uint8_t may[] = {CHIEF, AUDITOR}, may_not[] = {ALL, ASH, CARRIER, STRANGER};
    for (size_t i = 0; i < JB_COUNT(may); i++) {
        be(p, may[i]);
        assert_true(jb_desk_admits(&p->desk, JB_KIND_VERIFY));
    }
    for (size_t i = 0; i < JB_COUNT(may_not); i++) {
        be(p, may_not[i]);
        assert_false(jb_desk_admits(&p->desk, JB_KIND_VERIFY));
    }
}
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_key_that_is_not_active_is_told_why_and_nothing_else),
        TEST(any_active_key_learns_the_store_and_the_catalogue),
        TEST(a_unit_that_is_named_must_lie_within_reach),
        TEST(children_are_narrowed_and_it_is_said),
        TEST(a_group_needs_everything),
        TEST(status_shows_the_units_within_reach),
        TEST(a_history_is_the_units_own),
        TEST(a_filing_is_the_units_own),
        TEST(an_explanation_leaves_out_what_lies_outside),
        TEST(pages_are_for_the_key_that_asked),
        TEST(one_key_keeps_so_many_answers),
        TEST(the_worker_looks_at_the_rights_of_its_own_time),
        TEST(what_is_kept_about_a_key_ends_in_time),
        TEST(verifying_needs_a_role),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
