/* Watches of keys that may see some of it: what they are sent, and what happens to open ones when
 * the rights change. */
#include "agg_holders.h"
#include "aggregator/watch.h"
#include "aggregator/watch_filter.h"
#include "net/wire_watch.h"

#define EVENTS_MAX 256

enum { ALL = 1, EAST, ASH, BOTH };

struct seen {
    uint32_t kind;
    uint8_t id;
    enum jb_watch_type type;
    char reason[16];
    bool narrowed;
    char token[JB_WATCH_TOKEN_SIZE];
    uint32_t cells;
    char units[128]; /* of the cells */
    enum jb_finding_code code;
};

struct room {
    struct agg_desk *desk;
    struct agg_holders holders;
    jb_shelf *shelf;
    struct jb_view view;
    struct jb_pins pins;
    jb_watches *watches;
    struct seen seen[EVENTS_MAX];
    uint32_t count;
    int64_t now_us, mono_us;
};

static const struct jb_peer peer = {.id = {1, 2, 3}, .id_len = 3};

static void note_event(struct seen *s, struct jb_slice payload)
{
    struct jb_watch_event event;
    struct jb_arena arena;
    size_t len = 0;
    jb_arena_init(&arena, 8 << 20);
    assert_int_equal(jb_wire_watch_event_decode(payload, &arena, &event), JB_OK);
    s->type = event.type;
    s->narrowed = event.narrowed;
    s->cells = event.cell_count;
    snprintf(s->reason, sizeof(s->reason), "%.*s", JB_ARG(event.reason));
    snprintf(s->token, sizeof(s->token), "%.*s", JB_ARG(event.token));
    for (uint32_t i = 0; i < event.cell_count && len < sizeof(s->units); i++)
        len += (size_t)snprintf(s->units + len, sizeof(s->units) - len, "%.*s ",
                                JB_ARG(event.cells[i].unit));
    jb_arena_free(&arena);
}

static jb_err take(void *ctx, const struct jb_peer *to, uint32_t kind, struct jb_slice request_id,
                   struct jb_slice payload)
{
    struct room *r = ctx;
    struct jb_findings findings;
    struct jb_arena arena;
    assert_true(jb_peer_eq(to, &peer));
    assert_true(r->count < EVENTS_MAX);
    struct seen *s = &r->seen[r->count++];
    memset(s, 0, sizeof(*s));
    s->kind = kind;
    s->id = request_id.ptr[0];
    if (kind == JB_KIND_WATCH_EVENT)
        note_event(s, payload);
    if (kind != JB_KIND_REFUSED)
        return JB_OK;
    jb_arena_init(&arena, 1 << 20);
    jb_findings_init(&findings);
    assert_int_equal(jb_wire_refused_decode(payload, &arena, &findings), JB_OK);
    s->code = findings.items[0].code;
    jb_findings_free(&findings);
    jb_arena_free(&arena);
    return JB_OK;
}

static int make(void **state)
{
    struct room *r = calloc(1, sizeof(*r));
    r->desk = reads_desk_new();
    r->shelf = jb_shelf_new();
    r->now_us = AGG_START_US;
    r->mono_us = 1000000;
    jb_view_open(&r->view, jb_engine_kv(r->desk->engine), r->shelf, NULL);
    r->watches = jb_watches_new(&r->view, &r->pins, 200, take, r);
    agg_holders_open(&r->holders, jb_engine_kv(r->desk->engine));
    jb_watches_guard(r->watches, r->holders.board);
    agg_grant(&r->holders, ALL, .role = JB_ROLE_READ, .everywhere = true);
    agg_grant(&r->holders, EAST, .role = JB_ROLE_READ, AGG_SCOPE(AGG_SUBTREE("east")));
    agg_grant(&r->holders, ASH, .role = JB_ROLE_REPORT, AGG_SCOPE(AGG_UNIT("ash")));
    agg_grant(&r->holders, BOTH, .role = JB_ROLE_READ,
              AGG_SCOPE(AGG_UNIT("ash"), AGG_UNIT("dune")));
    reads_submit(r->desk, "ash", "2022-Q1", 1, 0, "cases", "5");
    reads_submit(r->desk, "dune", "2022-Q1", 2, 0, "cases", "2");
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
    agg_holders_close(&r->holders);
    agg_desk_free(r->desk);
    free(r);
    return 0;
}

/* Key n watches under the name `id`. */
static void open_watch(struct room *r, uint8_t n, uint8_t id, struct jb_strings units,
                       struct jb_strings groups, const char *from)
{
    struct jb_watch_request request = {
        .units = units, .groups = groups, .from = jb_slice_str(from ? from : "")};
    struct jb_public_key key = agg_key(n);
    struct jb_asker asker = {0};
    struct jb_watcher watcher = {&peer, &asker};
    struct jb_buf payload;
    jb_buf_init(&payload, 1 << 20);
    jb_wire_watch_encode(&request, &payload);
    jb_asker_set(&asker, r->holders.board, key.bytes, r->now_us);
    assert_int_equal(jb_watches_open(r->watches, &watcher, jb_slice_of(&id, 1),
                                     jb_buf_slice(&payload), r->mono_us),
                     JB_OK);
    jb_asker_clear(&asker);
    jb_buf_free(&payload);
}

static void watch_all(struct room *r, uint8_t n, uint8_t id, const char *from)
{
    open_watch(r, n, id, (struct jb_strings){0}, (struct jb_strings){0}, from);
}

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

/* A reset for that reason, and a snapshot of those units. */
static void begins_with(struct room *r, const char *reason, const char *units, bool narrowed)
{
    settle(r);
    assert_int_equal(r->count, 3);
    assert_int_equal(r->seen[0].type, JB_WATCH_RESET);
    assert_string_equal(r->seen[0].reason, reason);
    assert_int_equal(r->seen[0].narrowed, narrowed);
    assert_string_equal(r->seen[1].units, units);
    assert_int_equal(r->seen[2].type, JB_WATCH_SNAPSHOT_END);
    r->count = 0;
}

static void a_watch_of_all_is_narrowed_to_the_reach(void **state)
{
    struct room *r = *state;
    watch_all(r, EAST, 'e', NULL);
    begins_with(r, "new", "east ash ", true);
    reads_submit(r->desk, "dune", "2022-Q2", 3, 0, "cases", "1");
    settle(r);
    assert_int_equal(r->count, 0);
    reads_submit(r->desk, "beech", "2022-Q2", 4, 0, "cases", "1");
    settle(r);
    assert_int_equal(r->count, 1);
    assert_string_equal(last(r)->units, "beech east ");
}

static void what_is_named_must_lie_within_reach(void **state)
{
    struct room *r = *state;
    struct jb_slice units[] = {JB_LIT("ash"), JB_LIT("dune")}, group = JB_LIT("river");
    open_watch(r, EAST, 'a', (struct jb_strings){units, 2}, (struct jb_strings){0}, NULL);
    assert_int_equal(last(r)->code, JB_F_GRANT_MISSING);
    open_watch(r, EAST, 'b', (struct jb_strings){0}, (struct jb_strings){&group, 1}, NULL);
    assert_int_equal(last(r)->code, JB_F_GRANT_MISSING);
    assert_int_equal(jb_watches_count(r->watches), 0);
    r->count = 0;
    open_watch(r, EAST, 'c', (struct jb_strings){units, 1}, (struct jb_strings){0}, NULL);
    begins_with(r, "new", "ash ", false);
}

/* Watches with one filter get the same bytes only when they may see the same. */
static void two_keys_with_one_filter_see_what_each_may(void **state)
{
    struct room *r = *state;
    watch_all(r, ALL, 'a', NULL);
    settle(r);
    watch_all(r, EAST, 'e', NULL);
    settle(r);
    watch_all(r, ASH, 's', NULL);
    settle(r);
    r->count = 0;
    reads_submit(r->desk, "ash", "2022-Q2", 3, 0, "cases", "1");
    settle(r);
    assert_int_equal(r->count, 3);
    for (uint32_t i = 0; i < r->count; i++)
        assert_int_equal(r->seen[i].cells, r->seen[i].id == 'a' ? 4 : r->seen[i].id == 'e' ? 2 : 1);
}

static void ends(struct room *r)
{
    settle(r);
    assert_int_equal(r->count, 1);
    assert_int_equal(last(r)->type, JB_WATCH_ENDED);
    assert_string_equal(last(r)->reason, "rights");
    reads_submit(r->desk, "ash", "2022-Q3", 9, 0, "cases", "1");
    r->mono_us += 300000;
    settle(r);
    assert_int_equal(r->count, 1);
    assert_int_equal(jb_watches_count(r->watches), 0);
}

static void a_revoked_key_hears_no_more(void **state)
{
    struct room *r = *state;
    const struct jb_grant read = {.role = JB_ROLE_READ, .everywhere = true};
    watch_all(r, ALL, 'a', NULL);
    settle(r);
    r->count = 0;
    reads_submit(r->desk, "ash", "2022-Q2", 3, 0, "cases", "1"); /* not told any more */
    agg_hold(&r->holders, ALL,
             (struct jb_holder){.state = JB_HOLDER_REVOKED, .grants = &read, .grant_count = 1});
    ends(r);
}

static void a_revoked_key_ends_in_the_middle_of_a_snapshot(void **state)
{
    struct room *r = *state;
    int wait_ms;
    watch_all(r, ALL, 'a', NULL);
    assert_int_equal(jb_watches_turn(r->watches, r->now_us, r->mono_us, &wait_ms), JB_OK);
    assert_int_equal(r->pins.count, 1);
    r->count = 0;
    agg_grant(&r->holders, ALL, .role = JB_ROLE_CONNECT);
    ends(r);
    assert_int_equal(r->pins.count, 0);
}

static void a_grant_that_ends_ends_the_watch(void **state)
{
    struct room *r = *state;
    agg_grant(&r->holders, EAST, .role = JB_ROLE_READ, AGG_SCOPE(AGG_SUBTREE("east")),
              .until_us = r->now_us + 5000000);
    watch_all(r, EAST, 'e', NULL);
    settle(r);
    r->count = 0;
    r->now_us += 4999999;
    settle(r);
    assert_int_equal(r->count, 0);
    r->now_us += 1;
    ends(r);
}

static void a_change_of_rights_resets_with_what_is_left(void **state)
{
    struct room *r = *state;
    watch_all(r, EAST, 'e', NULL);
    begins_with(r, "new", "east ash ", true);
    agg_grant(&r->holders, ALL, .role = JB_ROLE_READ, .everywhere = true); /* another's */
    settle(r);
    assert_int_equal(r->count, 0);
    agg_grant(&r->holders, EAST, .role = JB_ROLE_READ, AGG_SCOPE(AGG_UNIT("ash")));
    begins_with(r, "rights", "ash ", true);
    agg_grant(&r->holders, EAST, .role = JB_ROLE_READ, .everywhere = true);
    begins_with(r, "rights", "county east west ash dune river ", false);
}

static void of_what_was_named_the_rest_goes_on(void **state)
{
    struct room *r = *state;
    struct jb_slice units[] = {JB_LIT("ash"), JB_LIT("dune")};
    open_watch(r, BOTH, 'b', (struct jb_strings){units, 2}, (struct jb_strings){0}, NULL);
    begins_with(r, "new", "ash dune ", false);
    agg_grant(&r->holders, BOTH, .role = JB_ROLE_READ, AGG_SCOPE(AGG_UNIT("dune")));
    begins_with(r, "rights", "dune ", true);
    agg_grant(&r->holders, BOTH, .role = JB_ROLE_READ, AGG_SCOPE(AGG_UNIT("beech")));
    ends(r);
}

static void a_token_is_good_for_the_same_reach_only(void **state)
{
    struct room *r = *state;
    char token[JB_WATCH_TOKEN_SIZE];
    watch_all(r, EAST, 'e', NULL);
    settle(r);
    memcpy(token, last(r)->token, sizeof(token));
    r->count = 0;
    watch_all(r, EAST, 'f', token);
    settle(r);
    assert_int_equal(r->count, 1);
    assert_int_equal(last(r)->type, JB_WATCH_CONTINUED);
    assert_true(last(r)->narrowed);
    r->count = 0;
    watch_all(r, ASH, 'g', token);
    begins_with(r, "rights", "ash ", true);
}

static void a_new_catalogue_is_narrowed_anew(void **state)
{
    struct room *r = *state;
    watch_all(r, EAST, 'e', NULL);
    begins_with(r, "new", "east ash ", true);
    assert_int_equal(agg_load(r->desk, READS_CATALOG "\n# changed\n").version, 2);
    begins_with(r, "catalogue", "east ash ", true);
}

static void a_watch_is_its_keys_own(void **state)
{
    struct room *r = *state;
    struct jb_public_key key = agg_key(ALL);
    struct jb_asker asker = {0};
    struct jb_watcher other = {&peer, &asker};
    watch_all(r, EAST, 'e', NULL);
    settle(r);
    jb_asker_set(&asker, r->holders.board, key.bytes, r->now_us);
    jb_watches_ping(r->watches, &other, JB_LIT("e"), r->mono_us);
    assert_string_equal(last(r)->reason, "unknown");
    jb_watches_cancel(r->watches, &other, JB_LIT("e"));
    assert_string_equal(last(r)->reason, "unknown");
    assert_int_equal(jb_watches_count(r->watches), 1);
    jb_asker_clear(&asker);
}

static void one_key_has_so_many_watches(void **state)
{
    struct room *r = *state;
    for (uint8_t i = 0; i < JB_KEY_WATCHES_MAX; i++)
        watch_all(r, EAST, i, NULL);
    assert_int_equal(jb_watches_count(r->watches), JB_KEY_WATCHES_MAX);
    watch_all(r, EAST, 'z', NULL);
    assert_string_equal(last(r)->reason, "limit");
    watch_all(r, ALL, 'z', NULL);
    assert_int_equal(jb_watches_count(r->watches), JB_KEY_WATCHES_MAX + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_watch_of_all_is_narrowed_to_the_reach),
        TEST(what_is_named_must_lie_within_reach),
        TEST(two_keys_with_one_filter_see_what_each_may),
        TEST(a_revoked_key_hears_no_more),
        TEST(a_revoked_key_ends_in_the_middle_of_a_snapshot),
        TEST(a_grant_that_ends_ends_the_watch),
        TEST(a_change_of_rights_resets_with_what_is_left),
        TEST(of_what_was_named_the_rest_goes_on),
        TEST(a_token_is_good_for_the_same_reach_only),
        TEST(a_new_catalogue_is_narrowed_anew),
        TEST(a_watch_is_its_keys_own),
        TEST(one_key_has_so_many_watches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
