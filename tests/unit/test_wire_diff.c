/* Releases and differences between views: what is sent comes back, what is damaged changes
 * nothing. */
#include "unit/wire_bytes.h"

#include "net/wire_diff.h"

struct desk {
    struct jb_arena arena;
    struct jb_buf buf;
    struct jb_findings sent, got;
};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    jb_arena_init(&desk->arena, 32 * JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&desk->buf, 2 * JB_MESSAGE_BYTES_MAX);
    jb_findings_init(&desk->sent);
    jb_findings_init(&desk->got);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    jb_arena_free(&desk->arena);
    jb_buf_free(&desk->buf);
    jb_findings_free(&desk->sent);
    jb_findings_free(&desk->got);
    free(desk);
    return 0;
}

static const struct jb_slice two[] = {JB_LIT("a"), JB_LIT("b")};
static const struct jb_release releases[] = {
    {.period = JB_LIT("2023-Q1"), .number = 1, .revision = 7, .at_us = 70},
    {.period = JB_LIT("2023-Q2"),
     .number = 2,
     .revision = 9,
     .at_us = 90,
     .by = JB_LIT("Office"),
     .note = JB_LIT("更正"),
     .indicators = {two, 2},
     .head = {1, 2, 3}},
};

static void assert_releases(const struct jb_release *got, uint32_t count)
{
    assert_int_equal(count, 2);
    assert_slice(got[0].period, "2023-Q1");
    assert_true(got[0].number == 1 && got[0].revision == 7 && got[0].at_us == 70);
    assert_int_equal(got[0].indicators.count, 0);
    assert_slice(got[1].by, "Office");
    assert_slice(got[1].note, "更正");
    assert_int_equal(got[1].indicators.count, 2);
    assert_slice(got[1].indicators.items[1], "b");
    assert_memory_equal(got[1].head, releases[1].head, 32);
}

static void releases_and_their_question_come_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_releases_query ask = {.periods = {two, 2}, .release = 2, .as_of_revision = 5};
    const struct jb_releases_answer sent = {
        .snapshot.revision = 9, .releases = releases, .release_count = 2, .truncated = true};
    struct jb_releases_query asked;
    struct jb_releases_answer got;
    jb_wire_releases_query_encode(&ask, &desk->buf);
    assert_int_equal(jb_wire_releases_query_decode(jb_buf_slice(&desk->buf), &desk->arena, &asked),
                     JB_OK);
    assert_true(asked.periods.count == 2 && asked.release == 2 && asked.as_of_revision == 5);
    jb_buf_clear(&desk->buf);
    jb_wire_releases_answer_encode(&sent, &desk->sent, &desk->buf);
    assert_int_equal(
        jb_wire_releases_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, &desk->got),
        JB_OK);
    assert_true(got.truncated && got.snapshot.revision == 9);
    assert_releases(got.releases, got.release_count);
}

static void a_difference_and_its_question_come_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_diff_query ask = {.before = {{JB_VIEW_PUBLISHED, 1}, 0},
                                      .after = {{JB_VIEW_ACCEPTED, 0}, 44},
                                      .units = {two, 1},
                                      .under = JB_LIT("east"),
                                      .indicators = {two, 2},
                                      .periods = {two, 1}};
    const struct jb_diff_row rows[] = {{.unit = JB_LIT("ash"),
                                        .indicator = JB_LIT("calls"),
                                        .period = JB_LIT("2023-Q2"),
                                        .basis = JB_LIT("2023-S1"),
                                        .change = {.revision = 8,
                                                   .state_before = JB_STATE_VALUE,
                                                   .before = JB_LIT("5"),
                                                   .state = JB_STATE_WITHDRAWN,
                                                   .reason = JB_LIT("重复")},
                                        .text_before = JB_LIT("旧")}};
    const struct jb_diff_answer sent = {.rows = rows,
                                        .row_count = 1,
                                        .releases_before = releases,
                                        .release_before_count = 2,
                                        .truncated = true};
    struct jb_diff_query asked;
    struct jb_diff_answer got;
    jb_wire_diff_query_encode(&ask, &desk->buf);
    assert_int_equal(jb_wire_diff_query_decode(jb_buf_slice(&desk->buf), &desk->arena, &asked),
                     JB_OK);
    assert_true(jb_viewpoint_eq(asked.before.viewpoint, ask.before.viewpoint));
    assert_true(asked.after.viewpoint.kind == JB_VIEW_ACCEPTED);
    assert_int_equal(asked.after.as_of_revision, 44);
    assert_slice(asked.under, "east");
    assert_true(asked.units.count == 1 && asked.indicators.count == 2 && asked.periods.count == 1);
    jb_buf_clear(&desk->buf);
    jb_wire_diff_answer_encode(&sent, &desk->sent, &desk->buf);
    assert_int_equal(
        jb_wire_diff_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, &desk->got),
        JB_OK);
    assert_true(got.truncated && got.row_count == 1 && got.release_after_count == 0);
    assert_releases(got.releases_before, got.release_before_count);
    assert_slice(got.rows[0].unit, "ash");
    assert_slice(got.rows[0].basis, "2023-S1");
    assert_slice(got.rows[0].change.before, "5");
    assert_slice(got.rows[0].change.reason, "重复");
    assert_int_equal(got.rows[0].change.state, JB_STATE_WITHDRAWN);
    assert_slice(got.rows[0].text_before, "旧");
}

static void a_view_that_nobody_knows_is_refused(void **state)
{
    struct desk *desk = *state;
    static const uint8_t odd[] = {0x0a, 0x02, 0x08, 0x09}; /* before { view: 9 } */
    struct jb_diff_query got = {.under = JB_LIT("untouched")};
    assert_int_equal(jb_wire_diff_query_decode(jb_slice_of(odd, sizeof(odd)), &desk->arena, &got),
                     JB_EINVAL);
    assert_slice(got.under, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(releases_and_their_question_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_difference_and_its_question_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_view_that_nobody_knows_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
