#include "unit/wire_bytes.h"

#include "net/wire_query.h"

struct desk {
    struct jb_arena arena;
    struct jb_buf buf;
};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    jb_arena_init(&desk->arena, 32 * JB_MESSAGE_BYTES_MAX);
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

static const struct jb_slice two[] = {JB_LIT("a"), JB_LIT("b")};
static const struct jb_strings pair = {two, 2};

static void assert_pair(struct jb_strings got)
{
    assert_int_equal(got.count, 2);
    assert_slice(got.items[0], "a");
    assert_slice(got.items[1], "b");
}

static void a_query_comes_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_query sent = {.units = pair,
                                  .groups = pair,
                                  .indicators = pair,
                                  .sections = pair,
                                  .forms = pair,
                                  .periods = pair,
                                  .under = JB_LIT("suixi"),
                                  .basis = JB_LIT("ytd"),
                                  .rounding = JB_LIT("half-even"),
                                  .cursor = JB_LIT("\0\1\2"),
                                  .yoy = true,
                                  .only_reported = true,
                                  .own = true,
                                  .as_of_revision = 9,
                                  .as_of_us = -1,
                                  .viewpoint = {JB_VIEW_PUBLISHED, 3},
                                  .public_only = true};
    struct jb_query got;
    jb_wire_query_encode(&sent, &desk->buf);
    assert_int_equal(jb_wire_query_decode(jb_buf_slice(&desk->buf), &desk->arena, &got), JB_OK);
    assert_pair(got.units);
    assert_pair(got.groups);
    assert_pair(got.indicators);
    assert_pair(got.sections);
    assert_pair(got.forms);
    assert_pair(got.periods);
    assert_slice(got.under, "suixi");
    assert_slice(got.basis, "ytd");
    assert_slice(got.rounding, "half-even");
    assert_true(jb_slice_eq(got.cursor, sent.cursor));
    assert_true(got.yoy && !got.qoq && got.only_reported && got.own);
    assert_true(got.as_of_revision == 9 && got.as_of_us == -1);
    assert_true(jb_viewpoint_eq(got.viewpoint, sent.viewpoint) && got.public_only);
}

static jb_err decode_query(struct desk *desk)
{
    struct jb_query got = {.as_of_us = 77};
    jb_err err = jb_wire_query_decode(jb_buf_slice(&desk->buf), &desk->arena, &got);
    assert_true(!err || got.as_of_us == 77);
    jb_buf_clear(&desk->buf);
    jb_arena_clear(&desk->arena);
    return err;
}

static void a_question_has_limits_but_may_know_more_than_we_do(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(decode_query(desk), JB_OK);
    put_number(&desk->buf, 30, 1);
    put_str(&desk->buf, 31, "later");
    assert_int_equal(decode_query(desk), JB_OK);
    for (int i = 0; i < 32 * 1024; i++)
        put_number(&desk->buf, 30, 1);
    assert_int_equal(decode_query(desk), JB_ERANGE);
    for (int i = 0; i < JB_QUERY_LIST_MAX; i++)
        put_str(&desk->buf, 1, "u");
    assert_int_equal(decode_query(desk), JB_OK);
    for (int i = 0; i < JB_QUERY_LIST_MAX + 1; i++)
        put_str(&desk->buf, 1, "u");
    assert_int_equal(decode_query(desk), JB_ERANGE);
    put_field(&desk->buf, 1, BAD_TEXT);
    assert_int_equal(decode_query(desk), JB_EINVAL);
    put_field(&desk->buf, 12, NUL_TEXT);
    assert_int_equal(decode_query(desk), JB_EINVAL);
    put_fill(&desk->buf, 12, 'x', JB_SHORT_TEXT_BYTES_MAX + 1);
    assert_int_equal(decode_query(desk), JB_ERANGE);
    put_fill(&desk->buf, 16, 'x', JB_SHORT_TEXT_BYTES_MAX + 1);
    assert_int_equal(decode_query(desk), JB_ERANGE);
    put_number(&desk->buf, 13, 2); /* no such plane */
    assert_int_equal(decode_query(desk), JB_EINVAL);
    put_number(&desk->buf, 8, 2); /* neither true nor false */
    assert_int_equal(decode_query(desk), JB_EINVAL);
}

static void the_small_questions_come_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_status_query status = {
        .units = pair, .periods = pair, .under = JB_LIT("suixi"), .as_of_revision = 4};
    struct jb_status_query got_status;
    jb_wire_status_query_encode(&status, &desk->buf);
    assert_int_equal(
        jb_wire_status_query_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_status), JB_OK);
    assert_pair(got_status.units);
    assert_pair(got_status.periods);
    assert_slice(got_status.under, "suixi");
    assert_int_equal(got_status.as_of_revision, 4);

    const struct jb_history_query history = {JB_LIT("justice"), JB_LIT("cases"), JB_LIT("2023-Q2"),
                                             JB_LIT("ytd")};
    struct jb_history_query got_history;
    jb_buf_clear(&desk->buf);
    jb_wire_history_query_encode(&history, &desk->buf);
    assert_int_equal(
        jb_wire_history_query_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_history), JB_OK);
    assert_slice(got_history.unit, "justice");
    assert_slice(got_history.indicator, "cases");
    assert_slice(got_history.period, "2023-Q2");
    assert_slice(got_history.basis, "ytd");

    const struct jb_explain_query explain = {
        JB_LIT("justice"), JB_LIT("cases"), JB_LIT("2023"), JB_LIT(""), 8, {JB_VIEW_ACCEPTED, 0}};
    struct jb_explain_query got_explain;
    jb_buf_clear(&desk->buf);
    jb_wire_explain_query_encode(&explain, &desk->buf);
    assert_int_equal(
        jb_wire_explain_query_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_explain), JB_OK);
    assert_slice(got_explain.period, "2023");
    assert_int_equal(got_explain.as_of_revision, 8);
    assert_int_equal(got_explain.viewpoint.kind, JB_VIEW_ACCEPTED);

    const struct jb_filing_query filing = {
        JB_LIT("justice"), JB_LIT("f1"), JB_LIT("2023-Q2"), {JB_VIEW_PUBLISHED, 2}};
    struct jb_filing_query got_filing;
    jb_buf_clear(&desk->buf);
    jb_wire_filing_query_encode(&filing, &desk->buf);
    assert_int_equal(
        jb_wire_filing_query_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_filing), JB_OK);
    assert_slice(got_filing.unit, "justice");
    assert_slice(got_filing.form, "f1");
    assert_slice(got_filing.period, "2023-Q2");
    assert_true(jb_viewpoint_eq(got_filing.viewpoint, filing.viewpoint));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_query_comes_back),
        TEST(a_question_has_limits_but_may_know_more_than_we_do),
        TEST(the_small_questions_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
