/* The chain of a watch: parts become one change, holes are noticed, tokens are kept. */
#include "jb_test.h"

#include "net/watch_stream.h"

static struct jb_watch_event event(enum jb_watch_type type, uint64_t previous, uint64_t revision,
                                   const char *token)
{
    return (struct jb_watch_event){
        .type = type, .previous = previous, .revision = revision, .token = jb_slice_str(token)};
}

static void a_change_in_parts_is_shown_once_and_whole(void **state)
{
    struct jb_watch_cell cells[] = {
        {.unit = JB_LIT("a"), .indicator = JB_LIT("i"), .period = JB_LIT("2022-Q1")},
        {.unit = JB_LIT("b"), .indicator = JB_LIT("i"), .period = JB_LIT("2022-Q1")},
    };
    struct jb_watch_stream stream;
    struct jb_watch_event e = event(JB_WATCH_CHANGES, 4, 5, ""), out;
    (void)state;
    jb_watch_stream_init(&stream, "old");
    e.more = true;
    e.cells = &cells[0];
    e.cell_count = 1;
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_WAIT);
    assert_string_equal(stream.token, "old");
    e = event(JB_WATCH_CHANGES, 4, 5, "new");
    e.cells = &cells[1];
    e.cell_count = 1;
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_SHOW);
    assert_int_equal(out.cell_count, 2);
    assert_true(jb_slice_is(out.cells[0].unit, "a"));
    assert_true(jb_slice_is(out.cells[1].unit, "b"));
    assert_string_equal(stream.token, "new");
    assert_int_equal(stream.changes, 1);
    jb_watch_stream_free(&stream);
}

static void a_hole_is_noticed(void **state)
{
    struct jb_watch_stream stream;
    struct jb_watch_event e = event(JB_WATCH_SNAPSHOT_END, 0, 10, "t10"), out;
    (void)state;
    jb_watch_stream_init(&stream, NULL);
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_SHOW);
    e = event(JB_WATCH_CHANGES, 10, 12, "t12");
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_SHOW);
    e = event(JB_WATCH_CHANGES, 13, 14, "t14");
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_BROKEN);
    assert_string_equal(stream.token, "t12");
    /* Asked again from the token: the chain begins at what comes. */
    jb_watch_stream_reopen(&stream);
    e = event(JB_WATCH_CONTINUED, 12, 12, "t12");
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_SHOW);
    e = event(JB_WATCH_CHANGES, 12, 13, "t13");
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_SHOW);
    assert_int_equal(stream.changes, 2);
    jb_watch_stream_free(&stream);
}

static void a_reset_forgets_the_token_until_the_snapshot_is_whole(void **state)
{
    struct jb_watch_stream stream;
    struct jb_watch_event e = event(JB_WATCH_RESET, 0, 20, ""), out;
    (void)state;
    jb_watch_stream_init(&stream, "from-another-store");
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_SHOW);
    assert_null(stream.token);
    e = event(JB_WATCH_SNAPSHOT, 20, 20, "");
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_SHOW);
    assert_null(stream.token);
    e = event(JB_WATCH_SNAPSHOT_END, 20, 20, "t20");
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_SHOW);
    assert_string_equal(stream.token, "t20");
    jb_watch_stream_free(&stream);
}

static void parts_of_a_broken_connection_are_forgotten(void **state)
{
    struct jb_watch_cell cell = {.unit = JB_LIT("a")};
    struct jb_watch_stream stream;
    struct jb_watch_event e = event(JB_WATCH_CHANGES, 1, 2, ""), out;
    (void)state;
    jb_watch_stream_init(&stream, "t1");
    e.more = true;
    e.cells = &cell;
    e.cell_count = 1;
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_WAIT);
    jb_watch_stream_reopen(&stream);
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_WAIT);
    e.more = false;
    e.token = JB_LIT("t2");
    assert_int_equal(jb_watch_stream_take(&stream, &e, &out), JB_STEP_SHOW);
    assert_int_equal(out.cell_count, 2);
    jb_watch_stream_free(&stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_in_parts_is_shown_once_and_whole),
        cmocka_unit_test(a_hole_is_noticed),
        cmocka_unit_test(a_reset_forgets_the_token_until_the_snapshot_is_whole),
        cmocka_unit_test(parts_of_a_broken_connection_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
