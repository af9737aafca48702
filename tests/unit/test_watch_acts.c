/* Acts on watches: told once and in order to whoever asked for them and may know, over a break too;
 * to nobody else. */
#include "unit/act_desk.h"

#include "aggregator/watch.h"
#include "aggregator/watch_filter.h"
#include "net/wire_watch.h"

#define EVENTS_MAX 64

struct seen {
    uint8_t id;
    enum jb_watch_type type;
    enum jb_act_kind act;
    uint64_t revision, previous;
    char what[64]; /* "period unit form release"; "unit day level, unit day level, " */
    char token[JB_WATCH_TOKEN_SIZE];
};

struct room {
    struct agg_desk *desk;
    jb_shelf *shelf;
    struct jb_view view;
    struct jb_pins pins;
    jb_watches *watches;
    struct seen seen[EVENTS_MAX];
    uint32_t count;
    jb_err answer; /* of the next sends */
    int64_t mono_us;
    struct jb_asker asker;
};

static const struct jb_peer peer = {.id = {1, 2, 3}, .id_len = 3};

static jb_err take(void *ctx, const struct jb_peer *to, uint32_t kind, struct jb_slice request_id,
                   struct jb_slice payload)
{
    struct room *r = ctx;
    struct jb_watch_event event = {0};
    struct jb_arena arena;
    (void)to;
    if (r->answer)
        return r->answer;
    if (kind != JB_KIND_WATCH_EVENT)
        return JB_OK;
    assert_true(r->count < EVENTS_MAX);
    struct seen *s = &r->seen[r->count++];
    memset(s, 0, sizeof(*s));
    s->id = request_id.ptr[0];
    jb_arena_init(&arena, 8 << 20);
    assert_int_equal(jb_wire_watch_event_decode(payload, &arena, &event), JB_OK);
    s->type = event.type;
    s->act = event.act.kind;
    s->revision = event.revision;
    s->previous = event.previous;
    snprintf(s->what, sizeof(s->what), "%.*s %.*s %.*s %u", JB_ARG(event.act.period),
             JB_ARG(event.act.unit), JB_ARG(event.act.form), event.act.release);
    if (event.type == JB_WATCH_DUE)
        s->what[0] = '\0';
    for (uint32_t i = 0; i < event.due_count; i++)
        snprintf(s->what + strlen(s->what), sizeof(s->what) - strlen(s->what), "%.*s %.*s %u, ",
                 JB_ARG(event.due[i].unit), JB_ARG(event.due[i].due_on), event.due[i].level);
    snprintf(s->token, sizeof(s->token), "%.*s", JB_ARG(event.token));
    jb_arena_free(&arena);
    return JB_OK;
}

static int make(void **state)
{
    struct room *r = calloc(1, sizeof(*r));
    r->desk = act_desk_new();
    r->shelf = jb_shelf_new();
    r->mono_us = 1000000;
    jb_view_open(&r->view, jb_engine_kv(r->desk->engine), r->shelf, NULL);
    r->watches = jb_watches_new(&r->view, &r->pins, 8, take, r);
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

/* n: key of the watcher; 0: one that may see everything. */
static void open_watch(struct room *r, uint8_t id, uint8_t n, const char *unit, bool acts,
                       const char *from)
{
    struct jb_slice units[1] = {jb_slice_str(unit)};
    struct jb_watch_request request = {
        .units = {units, unit ? 1 : 0}, .from = jb_slice_str(from), .acts = acts};
    struct jb_watcher watcher = {&peer, &r->asker};
    struct jb_buf payload;
    jb_asker_clear(&r->asker);
    if (n) {
        struct jb_public_key key = rights_key(n);
        jb_asker_set(&r->asker, jb_engine_rights(r->desk->engine), key.bytes, r->desk->now_us);
    }
    jb_buf_init(&payload, 1 << 20);
    jb_wire_watch_encode(&request, &payload);
    assert_int_equal(jb_watches_open(r->watches, &watcher, jb_slice_of(&id, 1),
                                     jb_buf_slice(&payload), r->mono_us),
                     JB_OK);
    jb_buf_free(&payload);
}

static void settle(struct room *r)
{
    int wait_ms = 0;
    for (int i = 0; i < 1000 && wait_ms == 0; i++)
        assert_int_equal(jb_watches_turn(r->watches, r->desk->now_us, r->mono_us, &wait_ms), JB_OK);
    assert_int_not_equal(wait_ms, 0);
}

/* The events of a watch that are acts or changes, in order, as text. */
static void heard(const struct room *r, uint8_t id, char *text, size_t size)
{
    size_t len = 0;
    uint64_t before = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < r->count; i++) {
        const struct seen *s = &r->seen[i];
        if (s->id != id)
            continue;
        if (before)
            assert_int_equal(s->previous, before);
        before = s->revision;
        if (s->type == JB_WATCH_ACT)
            len += (size_t)snprintf(text + len, size - len, "%s %s|", jb_act_code(s->act), s->what);
        if (s->type == JB_WATCH_DUE)
            len += (size_t)snprintf(text + len, size - len, "%s|", s->what);
        if (s->type == JB_WATCH_CHANGES)
            len += (size_t)snprintf(text + len, size - len, "figures|");
    }
}

static void play(struct room *r)
{
    struct agg_desk *d = r->desk;
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q2"));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    assert_true(
        act_review(d, REVIEWER, JB_ACT_FILING_RETURN, "ash", "2023-Q2", 1, .note = JB_LIT("?")));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 2, 1, "7", NULL), JB_ACCEPTED);
    assert_true(act_review(d, REVIEWER, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 2));
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_CLOSE, "2023-Q2"));
    assert_true(act_on(d, OFFICE, JB_ACT_PUBLISH, "2023-Q2"));
}

#define WHOLE_STORY                                                                                \
    "period_open 2023-Q2   0|figures|filing_return 2023-Q2 ash work 0|figures|"                    \
    "filing_accept 2023-Q2 ash work 0|period_close 2023-Q2   0|publish 2023-Q2   1|"

static void acts_come_once_in_order_among_the_figures_to_those_who_asked(void **state)
{
    struct room *r = *state;
    char text[1024];
    open_watch(r, 'a', 0, NULL, true, NULL);
    open_watch(r, 'b', 0, NULL, false, NULL);
    open_watch(r, 'c', 0, "dune", true, NULL);
    settle(r);
    play(r);
    settle(r);
    heard(r, 'a', text, sizeof(text));
    assert_string_equal(text, WHOLE_STORY);
    heard(r, 'b', text, sizeof(text));
    assert_string_equal(text, "figures|figures|");
    heard(r, 'c', text, sizeof(text));
    assert_string_equal(text,
                        "period_open 2023-Q2   0|period_close 2023-Q2   0|publish 2023-Q2   1|");
}

static void who_may_not_read_a_unit_hears_nothing_of_its_filings(void **state)
{
    struct room *r = *state;
    char text[1024];
    jb_watches_guard(r->watches, jb_engine_rights(r->desk->engine));
    open_watch(r, 'd', DUNE, NULL, true, NULL);
    open_watch(r, 'e', ASH, NULL, true, NULL);
    settle(r);
    play(r);
    settle(r);
    heard(r, 'd', text, sizeof(text));
    assert_string_equal(text,
                        "period_open 2023-Q2   0|period_close 2023-Q2   0|publish 2023-Q2   1|");
    heard(r, 'e', text, sizeof(text));
    assert_string_equal(text, WHOLE_STORY);
}

static void a_full_pipe_and_a_break_lose_and_double_nothing(void **state)
{
    struct room *r = *state;
    char text[1024], rest[1024];
    open_watch(r, 'a', 0, NULL, true, NULL);
    settle(r);
    assert_true(act_on(r->desk, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q2"));
    settle(r);
    const struct seen *opened = &r->seen[r->count - 1];
    assert_int_equal(opened->type, JB_WATCH_ACT);
    char token[JB_WATCH_TOKEN_SIZE];
    snprintf(token, sizeof(token), "%s", opened->token);
    r->answer = JB_EAGAIN;
    assert_true(act_on(r->desk, OFFICE, JB_ACT_PERIOD_CLOSE, "2023-Q2"));
    settle(r);
    assert_true(act_on(r->desk, OFFICE, JB_ACT_PUBLISH, "2023-Q2"));
    settle(r);
    r->answer = JB_OK;
    r->mono_us += 10000000;
    settle(r);
    heard(r, 'a', text, sizeof(text));
    assert_string_equal(text,
                        "period_open 2023-Q2   0|period_close 2023-Q2   0|publish 2023-Q2   1|");
    open_watch(r, 'b', 0, NULL, true, token);
    settle(r);
    heard(r, 'b', rest, sizeof(rest));
    assert_string_equal(rest, "period_close 2023-Q2   0|publish 2023-Q2   1|");
    open_watch(r, 'c', 0, NULL, false, token); /* another filter: not from that place */
    settle(r);
    assert_int_equal(r->seen[r->count - 1].type, JB_WATCH_SNAPSHOT_END);
}

#define DATED_CATALOG                                                                              \
    "periods: managed\n"                                                                           \
    "schedule: {due: 10}\n" AGG_UNITS AGG_GROUPS ACT_OF("[ash, dune]")

static void tell_due(struct room *r, const char *day)
{
    int64_t us = 0;
    bool moved = false;
    assert_int_equal(jb_time_parse(jb_slice_str(day), 480, &us), JB_OK);
    assert_int_equal(jb_engine_tell_due(r->desk->engine, us, &moved), JB_OK);
    assert_true(moved);
}

/* Like everything else of the ledger: whoever was there, came back, or has a full pipe. */
static void what_the_days_bring_comes_once_in_its_place(void **state)
{
    struct room *r = *state;
    struct agg_desk *d = r->desk;
    char text[1024], token[JB_WATCH_TOKEN_SIZE];
    assert_int_equal(act_load(d, DATED_CATALOG, 1), 2);
    open_watch(r, 'a', 0, NULL, true, NULL);
    open_watch(r, 'b', 0, NULL, false, NULL);
    open_watch(r, 'c', 0, "dune", true, NULL);
    settle(r);
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2024-Q2"));
    tell_due(r, "2024-07-08");
    settle(r);
    const struct seen *soon = NULL;
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->seen[i].id == 'a')
            soon = &r->seen[i];
    }
    assert_non_null(soon);
    assert_int_equal(soon->type, JB_WATCH_DUE);
    snprintf(token, sizeof(token), "%s", soon->token);
    r->answer = JB_EAGAIN;
    tell_due(r, "2024-07-11");
    settle(r);
    assert_int_equal(jb_time_parse(JB_LIT("2024-07-11T09:00:00"), 480, &d->now_us), JB_OK);
    assert_int_equal(act_submit(d, ASH, "ash", "2024-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    r->answer = JB_OK;
    r->mono_us += 10000000;
    settle(r);
    tell_due(r, "2024-07-17");
    settle(r);
    heard(r, 'a', text, sizeof(text));
    assert_string_equal(text, "period_open 2024-Q2   0|ash 2024-07-10 0, dune 2024-07-10 0, |"
                              "ash 2024-07-10 1, dune 2024-07-10 1, |figures|dune 2024-07-10 7, |");
    heard(r, 'b', text, sizeof(text));
    assert_string_equal(text, "figures|");
    heard(r, 'c', text, sizeof(text));
    assert_string_equal(text, "period_open 2024-Q2   0|dune 2024-07-10 0, |dune 2024-07-10 1, |"
                              "dune 2024-07-10 7, |");
    open_watch(r, 'd', 0, NULL, true, token);
    settle(r);
    heard(r, 'd', text, sizeof(text));
    assert_string_equal(text, "ash 2024-07-10 1, dune 2024-07-10 1, |figures|dune 2024-07-10 7, |");
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(acts_come_once_in_order_among_the_figures_to_those_who_asked),
        T(who_may_not_read_a_unit_hears_nothing_of_its_filings),
        T(a_full_pipe_and_a_break_lose_and_double_nothing),
        T(what_the_days_bring_comes_once_in_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
