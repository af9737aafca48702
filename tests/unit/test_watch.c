/* Watches with a watcher in the same thread: what it is sent, what happens when its pipe is full,
 * and how it goes on. */
#include "agg_reads.h"
#include "aggregator/watch.h"
#include "aggregator/watch_filter.h"
#include "net/wire_watch.h"

#define EVENTS_MAX 256

struct seen {
    uint32_t kind;
    uint8_t id;
    enum jb_watch_type type;
    char reason[16];
    uint64_t revision, previous;
    bool more;
    char token[JB_WATCH_TOKEN_SIZE];
    uint32_t cells;
    char first[80]; /* "unit indicator period value" */
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
    uint8_t last_ids[EVENTS_MAX];
    int64_t now_us, mono_us;
    struct jb_asker asker;
    struct jb_watcher watcher;
};

static const struct jb_peer peer = {.id = {1, 2, 3}, .id_len = 3};

static jb_err take(void *ctx, const struct jb_peer *to, uint32_t kind, struct jb_slice request_id,
                   struct jb_slice payload)
{
    struct room *r = ctx;
    struct jb_watch_event event = {0};
    struct jb_arena arena;
    assert_true(jb_peer_eq(to, &peer));
    if (r->answer)
        return r->answer;
    assert_true(r->count < EVENTS_MAX);
    struct seen *s = &r->seen[r->count++];
    memset(s, 0, sizeof(*s));
    s->kind = kind;
    s->id = request_id.ptr[0];
    if (kind != JB_KIND_WATCH_EVENT)
        return JB_OK;
    jb_arena_init(&arena, 8 << 20);
    assert_int_equal(jb_wire_watch_event_decode(payload, &arena, &event), JB_OK);
    s->type = event.type;
    snprintf(s->reason, sizeof(s->reason), "%.*s", JB_ARG(event.reason));
    snprintf(s->token, sizeof(s->token), "%.*s", JB_ARG(event.token));
    s->revision = event.revision;
    s->previous = event.previous;
    s->more = event.more;
    s->cells = event.cell_count;
    if (event.cell_count)
        snprintf(s->first, sizeof(s->first), "%.*s %.*s %.*s %.*s", JB_ARG(event.cells[0].unit),
                 JB_ARG(event.cells[0].indicator), JB_ARG(event.cells[0].period),
                 JB_ARG(event.cells[0].value));
    jb_arena_free(&arena);
    return JB_OK;
}

static int make(void **state)
{
    struct room *r = calloc(1, sizeof(*r));
    r->desk = reads_desk_new();
    r->shelf = jb_shelf_new();
    r->mono_us = 1000000;
    r->now_us = AGG_START_US;
    r->watcher = (struct jb_watcher){&peer, &r->asker};
    jb_view_open(&r->view, jb_engine_kv(r->desk->engine), r->shelf, NULL);
    r->watches = jb_watches_new(&r->view, &r->pins, 8, take, r);
    *state = r;
    return 0;
}

static int drop(void **state)
{
    struct room *r = *state;
    jb_watches_free(r->watches);
    jb_pins_free(&r->pins);
    jb_view_close(&r->view);
    jb_shelf_free(r->shelf);
    agg_desk_free(r->desk);
    free(r);
    return 0;
}

static void open_watch(struct room *r, uint8_t id, const char *unit, const char *indicator,
                       const char *from)
{
    struct jb_slice units[1] = {jb_slice_str(unit)}, indicators[1] = {jb_slice_str(indicator)};
    struct jb_watch_request request = {.units = {units, unit ? 1 : 0},
                                       .indicators = {indicators, indicator ? 1 : 0},
                                       .from = jb_slice_str(from)};
    struct jb_buf payload;
    jb_buf_init(&payload, 1 << 20);
    jb_wire_watch_encode(&request, &payload);
    assert_int_equal(jb_watches_open(r->watches, &r->watcher, jb_slice_of(&id, 1),
                                     jb_buf_slice(&payload), r->mono_us),
                     JB_OK);
    jb_buf_free(&payload);
}

/* Turns until nothing moves. */
static void settle(struct room *r)
{
    int wait_ms = 0;
    for (int i = 0; i < 1000 && wait_ms == 0; i++)
        assert_int_equal(jb_watches_turn(r->watches, r->now_us, r->mono_us, &wait_ms), JB_OK);
    assert_int_not_equal(wait_ms, 0);
}

static const struct seen *last(const struct room *r)
{
    assert_true(r->count > 0);
    return &r->seen[r->count - 1];
}

static void a_snapshot_comes_first_and_then_each_change_once(void **state)
{
    struct room *r = *state;
    reads_submit(r->desk, "ash", "2022-Q1", 1, 0, "cases", "5");
    open_watch(r, 'a', NULL, NULL, NULL);
    settle(r);
    assert_int_equal(r->count, 3);
    assert_int_equal(r->seen[0].type, JB_WATCH_RESET);
    assert_string_equal(r->seen[0].reason, "new");
    assert_int_equal(r->seen[1].type, JB_WATCH_SNAPSHOT);
    assert_int_equal(r->seen[1].cells, 4); /* county, east, ash, river */
    assert_string_equal(r->seen[1].first, "county cases 2022-Q1 5");
    assert_int_equal(r->seen[2].type, JB_WATCH_SNAPSHOT_END);
    uint64_t before = r->seen[2].revision;
    uint64_t after = reads_submit(r->desk, "dune", "2022-Q1", 2, 0, "cases", "2");
    settle(r);
    assert_int_equal(r->count, 4);
    assert_int_equal(last(r)->type, JB_WATCH_CHANGES);
    assert_int_equal(last(r)->revision, after);
    assert_int_equal(last(r)->previous, before);
    assert_int_equal(last(r)->cells, 4); /* dune, west, county, river */
    settle(r);
    assert_int_equal(r->count, 4);
    assert_int_equal(r->pins.count, 0);
}

static void a_filter_passes_only_what_it_names(void **state)
{
    struct room *r = *state;
    open_watch(r, 'a', "west", "cases", NULL);
    settle(r);
    uint32_t before = r->count;
    reads_submit(r->desk, "ash", "2022-Q1", 1, 0, "cases", "5");
    reads_submit(r->desk, "dune", "2022-Q1", 2, 0, "staff", "5");
    settle(r);
    assert_int_equal(r->count, before);
    reads_submit(r->desk, "dune", "2022-Q1", 3, 2, "cases", "7.5");
    settle(r);
    assert_int_equal(r->count, before + 1);
    assert_int_equal(last(r)->cells, 1);
    assert_string_equal(last(r)->first, "west cases 2022-Q1 7.5");
}

static void a_full_pipe_loses_nothing_and_holds_up_nobody(void **state)
{
    struct room *r = *state;
    open_watch(r, 'a', "county", NULL, NULL);
    settle(r);
    uint64_t previous = last(r)->revision;
    uint32_t before = r->count;
    r->answer = JB_EAGAIN;
    for (uint8_t i = 0; i < 20; i++)
        reads_submit(r->desk, "ash", "2022-Q1", (uint8_t)(i + 1), i, "cases", i % 2 ? "1" : "2");
    settle(r);
    assert_int_equal(r->count, before);
    r->answer = JB_OK;
    r->mono_us += 50000;
    settle(r);
    assert_int_equal(r->count, before + 20);
    for (uint32_t i = before; i < r->count; i++) {
        assert_int_equal(r->seen[i].previous, previous);
        assert_true(r->seen[i].revision > previous);
        previous = r->seen[i].revision;
    }
}

static void a_token_goes_on_where_it_was_left(void **state)
{
    struct room *r = *state;
    char token[JB_WATCH_TOKEN_SIZE];
    open_watch(r, 'a', "county", NULL, NULL);
    settle(r);
    memcpy(token, last(r)->token, sizeof(token));
    jb_watches_cancel(r->watches, &r->watcher, JB_LIT("a"));
    assert_string_equal(last(r)->reason, "cancelled");
    uint64_t first = reads_submit(r->desk, "ash", "2022-Q1", 1, 0, "cases", "5");
    reads_submit(r->desk, "dune", "2022-Q1", 2, 0, "cases", "5");
    r->count = 0;
    open_watch(r, 'b', "county", NULL, token);
    settle(r);
    assert_int_equal(r->count, 3);
    assert_int_equal(r->seen[0].type, JB_WATCH_CONTINUED);
    assert_int_equal(r->seen[1].revision, first);
    assert_int_equal(r->seen[1].previous, r->seen[0].revision);
    assert_int_equal(r->seen[2].revision, first + 1);
}

static void expect_reset(struct room *r, const char *unit, const char *token, const char *reason)
{
    r->count = 0;
    open_watch(r, 'z', unit, NULL, token);
    settle(r);
    assert_int_equal(r->seen[0].type, JB_WATCH_RESET);
    assert_string_equal(r->seen[0].reason, reason);
    assert_int_equal(last(r)->type, JB_WATCH_SNAPSHOT_END);
}

static void a_token_that_does_not_fit_resets_with_the_reason(void **state)
{
    struct room *r = *state;
    struct jb_watch_token token;
    char text[JB_WATCH_TOKEN_SIZE];
    open_watch(r, 'a', "county", NULL, NULL);
    settle(r);
    assert_int_equal(jb_watch_token_parse(jb_slice_str(last(r)->token), &token), JB_OK);
    jb_watch_token_format(&token, text);
    assert_string_equal(text, last(r)->token);
    expect_reset(r, "west", text, "filter");
    expect_reset(r, "county", "nonsense", "malformed");
    struct jb_watch_token other = token;
    other.store_id[0] ^= 1;
    jb_watch_token_format(&other, text);
    expect_reset(r, "county", text, "store");
    other = token;
    other.epoch++;
    jb_watch_token_format(&other, text);
    expect_reset(r, "county", text, "store");
    other = token;
    other.revision += 1000;
    jb_watch_token_format(&other, text);
    expect_reset(r, "county", text, "store");
    other = token;
    other.catalog_version++;
    jb_watch_token_format(&other, text);
    expect_reset(r, "county", text, "catalogue");
}

static void a_pruned_log_resets(void **state)
{
    struct room *r = *state;
    jb_kv_txn *txn = NULL;
    char token[JB_WATCH_TOKEN_SIZE];
    open_watch(r, 'a', "county", NULL, NULL);
    settle(r);
    memcpy(token, last(r)->token, sizeof(token));
    jb_watches_cancel(r->watches, &r->watcher, JB_LIT("a"));
    for (uint8_t i = 1; i < 4; i++)
        reads_submit(r->desk, "ash", "2022-Q1", i, (uint8_t)(i - 1), "cases", i % 2 ? "1" : "2");
    jb_view_drop(&r->view);
    assert_int_equal(jb_kv_begin_write(jb_engine_kv(r->desk->engine), &txn), JB_OK);
    bool more = true;
    assert_int_equal(jb_store_prune_changes(txn, INT64_MAX, UINT64_MAX, 3, &more), JB_OK);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    expect_reset(r, "county", token, "compacted");
}

static void a_new_catalogue_resets_open_watches(void **state)
{
    struct room *r = *state;
    open_watch(r, 'a', "county", NULL, NULL);
    settle(r);
    r->count = 0;
    struct jb_catalog_put_done done = agg_load(r->desk, READS_CATALOG "\n# changed\n");
    assert_int_equal(done.version, 2);
    settle(r);
    assert_string_equal(r->seen[0].reason, "catalogue");
    assert_int_equal(last(r)->type, JB_WATCH_SNAPSHOT_END);
}

/* What waits was printed with the codes of a catalogue that is not kept for ever. */
static void a_change_that_waits_outlives_its_catalogue(void **state)
{
    struct room *r = *state;
    open_watch(r, 'a', "county", NULL, NULL);
    settle(r);
    uint32_t before = r->count;
    uint64_t revision = reads_submit(r->desk, "ash", "2022-Q1", 1, 0, "cases", "5");
    r->answer = JB_EAGAIN;
    settle(r);
    for (uint32_t version = 2; version < 9; version++) {
        char *yaml = jb_xasprintf("%s\n# %u\n", READS_CATALOG, version);
        assert_int_equal(agg_load(r->desk, yaml).version, version);
        free(yaml);
        settle(r);
    }
    r->answer = JB_OK;
    r->mono_us += 50000;
    settle(r);
    settle(r); /* the snapshot begins a moment later */
    assert_int_equal(r->seen[before].type, JB_WATCH_CHANGES);
    assert_int_equal(r->seen[before].revision, revision);
    assert_string_equal(r->seen[before].first, "county cases 2022-Q1 5");
    assert_string_equal(r->seen[before + 1].reason, "catalogue");
    assert_int_equal(last(r)->type, JB_WATCH_SNAPSHOT_END);
}

static void what_is_named_twice_is_told_once(void **state)
{
    struct room *r = *state;
    struct jb_slice units[] = {JB_LIT("ash"), JB_LIT("\xe7\x94\xb2"), JB_LIT("ash")};
    struct jb_watch_request request = {.units = {units, 3}};
    struct jb_buf payload;
    reads_submit(r->desk, "ash", "2022-Q1", 1, 0, "cases", "5");
    jb_buf_init(&payload, 1 << 20);
    jb_wire_watch_encode(&request, &payload);
    assert_int_equal(
        jb_watches_open(r->watches, &r->watcher, JB_LIT("a"), jb_buf_slice(&payload), r->mono_us),
        JB_OK);
    jb_buf_free(&payload);
    settle(r);
    assert_int_equal(r->count, 3);
    assert_int_equal(r->seen[1].type, JB_WATCH_SNAPSHOT);
    assert_int_equal(r->seen[1].cells, 1);
}

static void a_quiet_watch_hears_the_head(void **state)
{
    struct room *r = *state;
    open_watch(r, 'a', "west", NULL, NULL);
    settle(r);
    uint64_t head = reads_submit(r->desk, "ash", "2022-Q1", 1, 0, "cases", "5");
    r->mono_us += 1100000;
    settle(r);
    assert_int_equal(last(r)->type, JB_WATCH_PROGRESS);
    assert_int_equal(last(r)->revision, head);
    assert_true(last(r)->token[0] != '\0');
    r->mono_us += 300000; /* not again within the second */
    uint32_t before = r->count;
    settle(r);
    assert_int_equal(r->count, before);
}

static void who_is_silent_or_gone_is_dropped(void **state)
{
    struct room *r = *state;
    open_watch(r, 'a', NULL, NULL, NULL);
    open_watch(r, 'b', NULL, NULL, NULL);
    settle(r);
    for (int i = 0; i < 2; i++) {
        r->mono_us += 40000000;
        jb_watches_ping(r->watches, &r->watcher, JB_LIT("b"), r->mono_us);
        assert_int_equal(last(r)->kind, JB_KIND_WATCH_PONG);
        settle(r);
    }
    assert_int_equal(jb_watches_count(r->watches), 1);
    jb_watches_ping(r->watches, &r->watcher, JB_LIT("a"), r->mono_us);
    assert_string_equal(last(r)->reason, "unknown");
    r->answer = JB_EGONE;
    reads_submit(r->desk, "ash", "2022-Q1", 1, 0, "cases", "5");
    settle(r);
    r->mono_us += 1000000;
    settle(r);
    assert_int_equal(jb_watches_count(r->watches), 0);
}

static void there_is_a_limit(void **state)
{
    struct room *r = *state;
    for (uint8_t i = 0; i < 8; i++)
        open_watch(r, (uint8_t)('a' + i), NULL, NULL, NULL);
    open_watch(r, 'x', NULL, NULL, NULL);
    assert_string_equal(last(r)->reason, "limit");
    open_watch(r, 'a', NULL, NULL, NULL); /* the same name again takes the old one's place */
    assert_int_equal(jb_watches_count(r->watches), 8);
    settle(r);
}

static void an_unknown_name_is_refused(void **state)
{
    struct room *r = *state;
    open_watch(r, 'a', "countz", NULL, NULL);
    assert_int_equal(last(r)->kind, JB_KIND_REFUSED);
    assert_int_equal(jb_watches_count(r->watches), 0);
}

static void bad_tokens_are_not_read(void **state)
{
    static const char *const bad[] = {
        "",
        "-",
        "00",
        "0000000000000000000000000000000-1-1-0-1",
        "g0000000000000000000000000000000-1-1-0-1",
        "00000000000000000000000000000000-1-1-0",
        "00000000000000000000000000000000-1-1-0-1",
        "00000000000000000000000000000000-1-1-0-1-0-",
        "00000000000000000000000000000000-1-18446744073709551616-0-1-0",
        "00000000000000000000000000000000-1--0-1-0",
        "00000000000000000000000000000000-4294967296-1-0-1-0",
    };
    for (size_t i = 0; i < JB_COUNT(bad); i++) {
        struct jb_watch_token token = {.revision = 77};
        assert_int_equal(jb_watch_token_parse(jb_slice_str(bad[i]), &token), JB_EINVAL);
        assert_int_equal(token.revision, 77);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_snapshot_comes_first_and_then_each_change_once, make,
                                        drop),
        cmocka_unit_test_setup_teardown(a_filter_passes_only_what_it_names, make, drop),
        cmocka_unit_test_setup_teardown(a_full_pipe_loses_nothing_and_holds_up_nobody, make, drop),
        cmocka_unit_test_setup_teardown(a_token_goes_on_where_it_was_left, make, drop),
        cmocka_unit_test_setup_teardown(a_token_that_does_not_fit_resets_with_the_reason, make,
                                        drop),
        cmocka_unit_test_setup_teardown(a_pruned_log_resets, make, drop),
        cmocka_unit_test_setup_teardown(a_new_catalogue_resets_open_watches, make, drop),
        cmocka_unit_test_setup_teardown(a_change_that_waits_outlives_its_catalogue, make, drop),
        cmocka_unit_test_setup_teardown(what_is_named_twice_is_told_once, make, drop),
        cmocka_unit_test_setup_teardown(a_quiet_watch_hears_the_head, make, drop),
        cmocka_unit_test_setup_teardown(who_is_silent_or_gone_is_dropped, make, drop),
        cmocka_unit_test_setup_teardown(there_is_a_limit, make, drop),
        cmocka_unit_test_setup_teardown(an_unknown_name_is_refused, make, drop),
        cmocka_unit_test(bad_tokens_are_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
