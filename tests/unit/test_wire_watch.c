#include "unit/wire_bytes.h"

#include "net/wire_watch.h"

struct desk {
    struct jb_arena arena;
    struct jb_buf buf;
};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    jb_arena_init(&desk->arena, 16 * JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&desk->buf, 2 * JB_MESSAGE_BYTES_MAX);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    jb_arena_free(&desk->arena);
    jb_buf_free(&desk->buf);
    free(desk);
    return 0;
}

static void a_request_comes_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_slice one[] = {JB_LIT("one")};
    const struct jb_slice two[] = {JB_LIT("1"), JB_LIT("2")};
    const struct jb_watch_request sent = {
        .units = {one, 1}, .indicators = {two, 2}, .from = JB_LIT("store.1:5")};
    struct jb_watch_request got;
    jb_wire_watch_encode(&sent, &desk->buf);
    assert_int_equal(jb_wire_watch_decode(jb_buf_slice(&desk->buf), &desk->arena, &got), JB_OK);
    assert_int_equal(got.units.count, 1);
    assert_slice(got.units.items[0], "one");
    assert_int_equal(got.groups.count, 0);
    assert_int_equal(got.indicators.count, 2);
    assert_slice(got.indicators.items[1], "2");
    assert_slice(got.from, "store.1:5");
}

static const struct jb_watch_cell cells[] = {
    {.unit = JB_LIT("suixi"),
     .indicator = JB_LIT("cases"),
     .period = JB_LIT("2023-Q2"),
     .basis = JB_LIT("2021-Q1"),
     .is_group = true,
     .state = JB_STATE_VALUE,
     .value = JB_LIT("461"),
     .mark = JB_MORE_THAN,
     .status = JB_ESTIMATED,
     .reported = 3},
    {.unit = JB_LIT("town"), .state = JB_STATE_NOT_REPORTED},
};
static const struct jb_watch_event sample = {.type = JB_WATCH_CHANGES,
                                             .reason = JB_LIT("new"),
                                             .revision = 9,
                                             .previous = 7,
                                             .at_us = -1,
                                             .token = JB_LIT("token"),
                                             .more = true,
                                             .cells = cells,
                                             .cell_count = 2};

static void an_event_comes_back(void **state)
{
    struct desk *desk = *state;
    struct jb_watch_event got;
    jb_wire_watch_event_encode(&sample, &desk->buf);
    assert_int_equal(jb_wire_watch_event_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_OK);
    assert_int_equal(got.type, JB_WATCH_CHANGES);
    assert_slice(got.reason, "new");
    assert_true(got.revision == 9 && got.previous == 7 && got.at_us == -1 && got.more);
    assert_slice(got.token, "token");
    assert_int_equal(got.cell_count, 2);
    assert_slice(got.cells[0].unit, "suixi");
    assert_slice(got.cells[0].indicator, "cases");
    assert_slice(got.cells[0].period, "2023-Q2");
    assert_slice(got.cells[0].basis, "2021-Q1");
    assert_slice(got.cells[0].value, "461");
    assert_true(got.cells[0].is_group && got.cells[0].state == JB_STATE_VALUE);
    assert_true(got.cells[0].mark == JB_MORE_THAN && got.cells[0].status == JB_ESTIMATED);
    assert_int_equal(got.cells[0].reported, 3);
    assert_true(!got.cells[1].is_group && got.cells[1].state == JB_STATE_NOT_REPORTED);
}

static void what_is_due_comes_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_watch_due due[] = {
        {JB_LIT("town"), JB_LIT("work"), JB_LIT("2023-Q2"), JB_LIT("2023-07-10"), 0},
        {JB_LIT("town"), JB_LIT("work"), JB_LIT("2023-Q2"), JB_LIT("2023-07-10"), 7}};
    const struct jb_watch_event event = {
        .type = JB_WATCH_DUE, .revision = 9, .due = due, .due_count = JB_COUNT(due)};
    struct jb_watch_event got;
    jb_wire_watch_event_encode(&event, &desk->buf);
    assert_int_equal(jb_wire_watch_event_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_OK);
    assert_true(got.type == JB_WATCH_DUE && got.due_count == 2);
    assert_slice(got.due[1].unit, "town");
    assert_slice(got.due[1].form, "work");
    assert_slice(got.due[1].period, "2023-Q2");
    assert_slice(got.due[1].due_on, "2023-07-10");
    assert_true(got.due[0].level == 0 && got.due[1].level == 7);
}

static void a_missed_target_comes_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_watch_target target = {.unit = JB_LIT("town"),
                                           .indicator = JB_LIT("cases"),
                                           .period = JB_LIT("2023"),
                                           .value = JB_LIT("461"),
                                           .mark = JB_NEARLY,
                                           .target = JB_LIT("470"),
                                           .target_mark = JB_AT_LEAST,
                                           .missed = true};
    const struct jb_watch_event event = {
        .type = JB_WATCH_CHANGES, .revision = 9, .targets = &target, .target_count = 1};
    struct jb_watch_event got;
    jb_wire_watch_event_encode(&event, &desk->buf);
    assert_int_equal(jb_wire_watch_event_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_OK);
    assert_int_equal(got.target_count, 1);
    assert_slice(got.targets[0].unit, "town");
    assert_slice(got.targets[0].indicator, "cases");
    assert_slice(got.targets[0].period, "2023");
    assert_slice(got.targets[0].value, "461");
    assert_slice(got.targets[0].target, "470");
    assert_true(got.targets[0].missed && got.targets[0].mark == JB_NEARLY);
    assert_int_equal(got.targets[0].target_mark, JB_AT_LEAST);
}

static void an_act_comes_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_watch_event event = {.type = JB_WATCH_ACT,
                                         .revision = 9,
                                         .act = {.kind = JB_ACT_FILING_RETURN,
                                                 .period = JB_LIT("2023-Q2"),
                                                 .unit = JB_LIT("town"),
                                                 .form = JB_LIT("work"),
                                                 .release = 2}};
    struct jb_watch_event got;
    jb_wire_watch_event_encode(&event, &desk->buf);
    assert_int_equal(jb_wire_watch_event_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_OK);
    assert_true(got.type == JB_WATCH_ACT && got.act.kind == JB_ACT_FILING_RETURN);
    assert_slice(got.act.period, "2023-Q2");
    assert_slice(got.act.unit, "town");
    assert_slice(got.act.form, "work");
    assert_int_equal(got.act.release, 2);
    assert_string_equal(jb_watch_type_name(got.type), "act");
}

static void a_cut_event_is_refused_or_sound(void **state)
{
    struct desk *desk = *state;
    jb_wire_watch_event_encode(&sample, &desk->buf);
    for (size_t len = 0; len < desk->buf.len; len++) {
        struct jb_slice cut = exact_copy(jb_slice_of(desk->buf.ptr, len));
        struct jb_watch_event got = {.revision = 77};
        jb_err err = jb_wire_watch_event_decode(cut, &desk->arena, &got);
        assert_true(err ? got.revision == 77 : got.type == JB_WATCH_CHANGES);
        jb_arena_clear(&desk->arena);
        free_copy(cut);
    }
}

static void an_event_needs_a_type_that_we_know(void **state)
{
    struct desk *desk = *state;
    struct jb_watch_event got;
    put_number(&desk->buf, 3, 1);
    assert_int_equal(jb_wire_watch_event_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_EINVAL);
    for (unsigned type = JB_WATCH_ACT; type <= JB_WATCH_DUE + 1; type++) { /* without its content */
        jb_buf_clear(&desk->buf);
        put_number(&desk->buf, 1, type);
        assert_int_equal(jb_wire_watch_event_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                         JB_EINVAL);
    }
    assert_string_equal(jb_watch_type_name(JB_WATCH_SNAPSHOT_END), "snapshot_end");
    assert_string_equal(jb_watch_type_name((enum jb_watch_type)99), "unknown");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_comes_back),
        TEST(an_event_comes_back),
        TEST(what_is_due_comes_back),
        TEST(a_missed_target_comes_back),
        TEST(an_act_comes_back),
        TEST(a_cut_event_is_refused_or_sound),
        TEST(an_event_needs_a_type_that_we_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
