/* Targets: when one is missed, by hand; and what a watch hears of it. */
#include "unit/act_desk.h"

#include "aggregator/target.h"
#include "aggregator/watch.h"
#include "net/wire_watch.h"

static const struct jb_indicator flow_up = {.measure = JB_FLOW,
                                            .direction = JB_DIRECTION_UP,
                                            .unit_agg = JB_UNIT_SUM,
                                            .time_agg = JB_TIME_SUM};
static const struct jb_indicator stock_down = {.measure = JB_STOCK,
                                               .direction = JB_DIRECTION_DOWN,
                                               .unit_agg = JB_UNIT_SUM,
                                               .time_agg = JB_TIME_LAST};
static const struct jb_indicator stock_none = {.measure = JB_STOCK};

static void the_table_of_marks_and_sides(void **state)
{
    static const struct {
        const struct jb_indicator *indicator;
        enum jb_mark side;
        jb_i128 numerator, denominator; /* against 9.5 */
        int power10;
        enum jb_mark mark;
        bool whole;
        enum jb_target_standing standing;
    } table[] = {
        {&flow_up, JB_AT_LEAST, 9, 1, 0, JB_EXACT, true, JB_TARGET_MISSED},
        {&flow_up, JB_AT_LEAST, 95, 1, -1, JB_EXACT, true,
         JB_TARGET_MET}, /* 不低于: equal is met */
        {&flow_up, JB_AT_LEAST, 9, 1, 0, JB_EXACT, false, JB_TARGET_OPEN}, /* more may come */
        {&flow_up, JB_AT_LEAST, 10, 1, 0, JB_EXACT, false, JB_TARGET_OPEN},
        {&flow_up, JB_AT_LEAST, 9, 1, 0, JB_MORE_THAN, true, JB_TARGET_OPEN}, /* 9余 may be 10 */
        {&flow_up, JB_AT_LEAST, 10, 1, 0, JB_AT_LEAST, true, JB_TARGET_MET},
        {&flow_up, JB_AT_LEAST, 10, 1, 0, JB_NEARLY, true, JB_TARGET_OPEN},    /* 近10 */
        {&flow_up, JB_AT_LEAST, 95, 1, -1, JB_NEARLY, true, JB_TARGET_MISSED}, /* 近9.5 is below */
        {&flow_up, JB_AT_LEAST, 95, 1, -1, JB_AT_MOST, true, JB_TARGET_OPEN},
        {&flow_up, JB_AT_LEAST, 1, 1, 0, JB_APPROXIMATE, true, JB_TARGET_OPEN},
        {&flow_up, JB_AT_LEAST, 19, 2, 0, JB_EXACT, true, JB_TARGET_MET}, /* unrounded */
        {&flow_up, JB_AT_LEAST, 94999, 10000, 0, JB_EXACT, true, JB_TARGET_MISSED},
        {&flow_up, JB_AT_LEAST, 2, 21, 2, JB_EXACT, true, JB_TARGET_MET},    /* 9.52 % */
        {&flow_up, JB_AT_MOST, 10, 1, 0, JB_EXACT, false, JB_TARGET_MISSED}, /* it only grows */
        {&flow_up, JB_AT_MOST, 9, 1, 0, JB_EXACT, false, JB_TARGET_OPEN},
        {&flow_up, JB_AT_MOST, 95, 1, -1, JB_EXACT, true, JB_TARGET_MET}, /* 不超过: equal is met */
        {&flow_up, JB_AT_MOST, 95, 1, -1, JB_MORE_THAN, true, JB_TARGET_MISSED},
        {&stock_down, JB_AT_MOST, 10, 1, 0, JB_EXACT, false, JB_TARGET_OPEN}, /* it may fall */
        {&stock_down, JB_AT_MOST, 10, 1, 0, JB_EXACT, true, JB_TARGET_MISSED},
        {&stock_down, JB_EXACT, 10, 1, 0, JB_EXACT, true, JB_TARGET_MISSED}, /* by direction */
        {&stock_down, JB_EXACT, 9, 1, 0, JB_EXACT, true, JB_TARGET_MET},
        {&flow_up, JB_EXACT, 9, 1, 0, JB_EXACT, true, JB_TARGET_MISSED},
        {&stock_none, JB_EXACT, 9, 1, 0, JB_EXACT, true, JB_TARGET_OPEN},
        {&flow_up, JB_AT_LEAST, (jb_i128)1 << 126, 1, 0, JB_EXACT, true, JB_TARGET_OPEN},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(table); i++) {
        const struct jb_target target = {.value = {95, 1}, .mark = table[i].side};
        const struct jb_fraction value = {table[i].numerator, table[i].denominator,
                                          table[i].power10};
        enum jb_target_standing standing =
            jb_target_compare(table[i].indicator, &target, &value, table[i].mark, table[i].whole);
        if (standing != table[i].standing)
            fail_msg("row %zu: %d", i, standing);
    }
}

#define TARGETS_CATALOG                                                                            \
    "periods: managed\n" AGG_UNITS AGG_GROUPS "indicators:\n"                                      \
    "  - {code: calls, name: {zh: \"电话\"}, unit_of_measure: {zh: \"件\"}, measure: flow,\n"   \
    "     decimals: 0, owners: [ash, beech],\n"                                                    \
    "     targets: [{period: 2023-S1, value: \"20\", mark: at_least}]}\n"                          \
    "  - {code: cars, name: {zh: \"车\"}, unit_of_measure: {zh: \"辆\"}, measure: stock,\n"      \
    "     decimals: 0, owners: [ash, beech]}\n"                                                    \
    "  - {code: share, name: {zh: \"比\"}, unit_of_measure: {zh: \"%\"}, measure: ratio,\n"       \
    "     numerator: calls, denominator: cars,\n"                                                  \
    "     targets: [{period: 2023-Q2, value: \"150\", mark: at_most}]}\n"                          \
    "forms:\n"                                                                                     \
    "  - {code: work, title: {zh: \"工作\"}, units: [ash, beech],\n"                             \
    "     rows: [{indicator: calls}, {indicator: cars}]}\n"

struct room {
    struct agg_desk *desk;
    jb_shelf *shelf;
    struct jb_view view;
    struct jb_pins pins;
    jb_watches *watches;
    struct jb_asker asker;
    char text[2048]; /* of watch id: what it heard */
    uint8_t id;
    bool full;
    int64_t mono_us;
    char token[128];
};

static jb_err take(void *ctx, const struct jb_peer *to, uint32_t kind, struct jb_slice request_id,
                   struct jb_slice payload)
{
    struct room *r = ctx;
    struct jb_watch_event event = {0};
    struct jb_arena arena;
    (void)to;
    if (r->full)
        return JB_EAGAIN;
    if (kind != JB_KIND_WATCH_EVENT || request_id.ptr[0] != r->id)
        return JB_OK;
    jb_arena_init(&arena, 8 << 20);
    assert_int_equal(jb_wire_watch_event_decode(payload, &arena, &event), JB_OK);
    for (uint32_t i = 0; i < event.target_count; i++) {
        const struct jb_watch_target *t = &event.targets[i];
        size_t len = strlen(r->text);
        assert_false(event.more);
        snprintf(r->text + len, sizeof(r->text) - len, "%.*s %.*s %.*s %s %.*s/%.*s|",
                 JB_ARG(t->unit), JB_ARG(t->indicator), JB_ARG(t->period),
                 t->missed ? "misses" : "meets", JB_ARG(t->value), JB_ARG(t->target));
    }
    if (event.token.len)
        snprintf(r->token, sizeof(r->token), "%.*s", JB_ARG(event.token));
    jb_arena_free(&arena);
    return JB_OK;
}

static int make(void **state)
{
    struct room *r = calloc(1, sizeof(*r));
    r->desk = act_desk_new();
    assert_int_equal(act_load(r->desk, TARGETS_CATALOG, 1), 2);
    r->shelf = jb_shelf_new();
    r->mono_us = 1000000;
    jb_view_open(&r->view, jb_engine_kv(r->desk->engine), r->shelf, NULL);
    r->watches = jb_watches_new(&r->view, &r->pins, 8, take, r);
    assert_true(act_on(r->desk, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q1"));
    assert_true(act_on(r->desk, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q2"));
    *state = r;
    return 0;
}

static int drop(void **state)
{
    struct room *r = *state;
    jb_asker_clear(&r->asker);
    jb_watches_free(r->watches);
    jb_pins_free(&r->pins);
    jb_view_close(&r->view);
    jb_shelf_free(r->shelf);
    agg_desk_free(r->desk);
    free(r);
    return 0;
}

static void settle(struct room *r)
{
    int wait_ms = 0;
    for (int i = 0; i < 1000 && wait_ms == 0; i++)
        assert_int_equal(jb_watches_turn(r->watches, r->desk->now_us, r->mono_us, &wait_ms), JB_OK);
}

static void open_watch(struct room *r, uint8_t id, uint8_t n, const char *unit, bool acts,
                       const char *from)
{
    struct jb_slice units[1] = {jb_slice_str(unit)};
    struct jb_watch_request request = {
        .units = {units, unit ? 1 : 0}, .from = jb_slice_str(from), .acts = acts};
    struct jb_watcher watcher = {&(struct jb_peer){.id = {1, 2, 3}, .id_len = 3}, &r->asker};
    struct jb_buf payload;
    jb_asker_clear(&r->asker);
    if (n) {
        struct jb_public_key key = rights_key(n);
        jb_asker_set(&r->asker, jb_engine_rights(r->desk->engine), key.bytes, r->desk->now_us);
    }
    r->id = id;
    r->text[0] = '\0';
    jb_buf_init(&payload, 1 << 20);
    jb_wire_watch_encode(&request, &payload);
    assert_int_equal(jb_watches_open(r->watches, &watcher, jb_slice_of(&id, 1),
                                     jb_buf_slice(&payload), r->mono_us),
                     JB_OK);
    jb_buf_free(&payload);
    settle(r);
}

static void submit(struct room *r, uint8_t n, const char *unit, const char *period, uint8_t id,
                   uint8_t predecessor, const char *calls, const char *cars)
{
    assert_int_equal(act_submit(r->desk, n, unit, period, id, predecessor, calls, cars),
                     JB_ACCEPTED);
    settle(r);
}

/* 20 in the half of a year: 4 + 6 + 5 + 4 misses it once all is there, 5 more reach it, 3 less not.
 */
static void play(struct room *r)
{
    submit(r, ASH, "ash", "2023-Q1", 1, 0, "4", "2");
    submit(r, BEECH, "beech", "2023-Q1", 2, 0, "6", "2");
    submit(r, ASH, "ash", "2023-Q2", 3, 0, "5", "4");
    submit(r, BEECH, "beech", "2023-Q2", 4, 0, "4", "2");  /* 19 of 20; 9 of 6 are 150 % */
    submit(r, BEECH, "beech", "2023-Q2", 5, 4, "5", NULL); /* 20; 10 of 6 are 166.67 % */
    submit(r, ASH, "ash", "2023-Q1", 6, 1, "5", NULL);
    submit(r, ASH, "ash", "2023-Q1", 7, 6, "3", NULL); /* 19 */
    submit(r, ASH, "ash", "2023-Q2", 8, 3, NULL, "5"); /* 10 of 7 are 142.86 % */
}

#define STORY(unit)                                                                                \
    unit " calls 2023-S1 misses 19/20|" unit " calls 2023-S1 meets 20/20|" unit                    \
         " share 2023-Q2 misses 166.67/150|" unit " calls 2023-S1 misses 19/20|" unit              \
         " share 2023-Q2 meets 142.86/150|"

static void a_target_is_told_when_it_becomes_missed_or_met(void **state)
{
    struct room *r = *state;
    open_watch(r, 'a', 0, NULL, true, NULL); /* of all units: the lowest that has both towns */
    char token[128];
    snprintf(token, sizeof(token), "%s", r->token);
    play(r);
    assert_string_equal(r->text, STORY("east"));
    open_watch(r, 'b', 0, "county", true, token); /* another filter: from the snapshot on */
    assert_string_equal(r->text, "");
    open_watch(r, 'c', 0, NULL, true, token); /* as if it had been there */
    assert_string_equal(r->text, STORY("east"));
    act_verify(r->desk);
}

static void whoever_asks_for_a_unit_above_or_no_acts_hears_accordingly(void **state)
{
    struct room *r = *state;
    open_watch(r, 'a', 0, "county", true, NULL);
    play(r);
    assert_string_equal(r->text, STORY("county"));
    submit(r, ASH, "ash", "2023-Q1", 9, 7, "9", NULL);
    assert_non_null(strstr(r->text, "meets 25/20"));
    open_watch(r, 'b', 0, NULL, false, NULL);
    submit(r, ASH, "ash", "2023-Q1", 10, 9, "3", NULL);
    assert_string_equal(r->text, "");
    open_watch(r, 'c', 0, "ash", true, NULL); /* one of two owners: it is not its target */
    submit(r, ASH, "ash", "2023-Q1", 11, 10, "9", NULL);
    assert_string_equal(r->text, "");
}

static void a_full_pipe_and_rights_are_heeded(void **state)
{
    struct room *r = *state;
    jb_watches_guard(r->watches, jb_engine_rights(r->desk->engine));
    open_watch(r, 'a', ASH, NULL, true, NULL); /* reads its own unit only */
    play(r);
    assert_string_equal(r->text, "");
    open_watch(r, 'b', REVIEWER, NULL, true, NULL); /* reads what is under east */
    r->full = true;
    submit(r, ASH, "ash", "2023-Q1", 9, 7, "9", NULL);
    submit(r, ASH, "ash", "2023-Q1", 10, 9, "3", NULL);
    r->full = false;
    r->mono_us += 10000000;
    settle(r);
    assert_string_equal(r->text, "east calls 2023-S1 meets 25/20|east calls 2023-S1 misses 19/20|");
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_marks_and_sides),
        T(a_target_is_told_when_it_becomes_missed_or_met),
        T(whoever_asks_for_a_unit_above_or_no_acts_hears_accordingly),
        T(a_full_pipe_and_rights_are_heeded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
