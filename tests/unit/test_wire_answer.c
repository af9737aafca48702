#include "unit/wire_bytes.h"

#include "net/wire_query.h"

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
    jb_findings_add(&desk->sent, &(struct jb_finding){.code = JB_F_UNKNOWN_UNIT,
                                                      .severity = JB_NOTICE,
                                                      .got = "justise",
                                                      .hint = "justice"});
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

static void assert_findings(struct desk *desk)
{
    assert_int_equal(desk->got.count, 1);
    assert_int_equal(desk->got.items[0].code, JB_F_UNKNOWN_UNIT);
    assert_string_equal(desk->got.items[0].hint, "justice");
}

static const struct jb_snapshot snapshot = {
    .store_id = {1}, .epoch = 2, .revision = 3, .at_us = 4, .catalog_version = 5};

static void assert_snapshot(const struct jb_snapshot *got)
{
    assert_memory_equal(got->store_id, snapshot.store_id, 16);
    assert_int_equal(got->epoch, 2);
    assert_int_equal(got->revision, 3);
    assert_int_equal(got->at_us, 4);
    assert_int_equal(got->catalog_version, 5);
}

static const struct jb_slice two[] = {JB_LIT("a"), JB_LIT("b")};
static const struct jb_strings pair = {two, 2};

static void assert_pair(struct jb_strings got)
{
    assert_int_equal(got.count, 2);
    assert_slice(got.items[0], "a");
    assert_slice(got.items[1], "b");
}

static const struct jb_name names[] = {
    {JB_LIT("justice"), JB_LIT("司法局"), JB_LIT("Justice Bureau"), JB_LIT("")},
    {JB_LIT("cases"), JB_LIT("案件"), JB_LIT("Cases"), JB_LIT("piece")},
};

static void assert_names(const struct jb_name *got, uint32_t count)
{
    assert_int_equal(count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(jb_slice_eq(got[i].code, names[i].code));
        assert_true(jb_slice_eq(got[i].zh, names[i].zh));
        assert_true(jb_slice_eq(got[i].en, names[i].en));
        assert_true(jb_slice_eq(got[i].unit_of_measure_en, names[i].unit_of_measure_en));
    }
}

static const struct jb_answer_row rows[] = {
    {.unit = JB_LIT("suixi"),
     .indicator = JB_LIT("cases"),
     .period = JB_LIT("2022"),
     .state = JB_STATE_VALUE,
     .value = JB_LIT("12402"),
     .mark = JB_AT_LEAST,
     .status = JB_ESTIMATED,
     .unit_of_measure = JB_LIT("件"),
     .reported = 1,
     .expected = 2,
     .not_yet_due = 3,
     .value_period = JB_LIT("2022-Q4"),
     .basis = JB_LIT("2021-Q1"),
     .reason = JB_LIT("why"),
     .numerator = JB_LIT("1"),
     .denominator = JB_LIT("3"),
     .text = JB_LIT("文字"),
     .unpaired = true,
     .has_yoy = true,
     .yoy = {.value = JB_LIT("13.29"),
             .base = JB_LIT("10947"),
             .base_period = JB_LIT("2021"),
             .reason = JB_LIT("none"),
             .points = true,
             .mark = JB_NEARLY,
             .status = JB_PROVISIONAL,
             .base_status = JB_ESTIMATED}},
    {.unit = JB_LIT("group"),
     .is_group = true,
     .state = JB_STATE_NOT_COMPUTABLE,
     .has_qoq = true,
     .qoq = {.reason = JB_LIT("base_zero")}},
    {.unit = JB_LIT("x"),
     .reported = UINT32_MAX,
     .expected = UINT32_MAX,
     .not_yet_due = UINT32_MAX},
};

static void assert_answer_row(const struct jb_answer_row *got, const struct jb_answer_row *want)
{
    assert_true(jb_slice_eq(got->unit, want->unit) && jb_slice_eq(got->period, want->period));
    assert_true(jb_slice_eq(got->indicator, want->indicator));
    assert_int_equal(got->is_group, want->is_group);
    assert_int_equal(got->state, want->state);
    assert_true(jb_slice_eq(got->value, want->value));
    assert_int_equal(got->mark, want->mark);
    assert_int_equal(got->status, want->status);
    assert_true(jb_slice_eq(got->unit_of_measure, want->unit_of_measure));
    assert_int_equal(got->reported, want->reported);
    assert_int_equal(got->expected, want->expected);
    assert_int_equal(got->not_yet_due, want->not_yet_due);
    assert_true(jb_slice_eq(got->value_period, want->value_period));
    assert_true(jb_slice_eq(got->basis, want->basis) && jb_slice_eq(got->reason, want->reason));
    assert_true(jb_slice_eq(got->numerator, want->numerator));
    assert_true(jb_slice_eq(got->denominator, want->denominator));
    assert_true(jb_slice_eq(got->text, want->text));
    assert_int_equal(got->unpaired, want->unpaired);
    assert_int_equal(got->has_yoy, want->has_yoy);
    assert_int_equal(got->has_qoq, want->has_qoq);
    assert_true(jb_slice_eq(got->yoy.value, want->yoy.value));
    assert_true(jb_slice_eq(got->yoy.base, want->yoy.base));
    assert_true(jb_slice_eq(got->yoy.base_period, want->yoy.base_period));
    assert_int_equal(got->yoy.points, want->yoy.points);
    assert_int_equal(got->yoy.mark, want->yoy.mark);
    assert_int_equal(got->yoy.status, want->yoy.status);
    assert_int_equal(got->yoy.base_status, want->yoy.base_status);
    assert_true(jb_slice_eq(got->yoy.reason, want->yoy.reason));
    assert_true(jb_slice_eq(got->qoq.reason, want->qoq.reason));
}

static void an_answer_comes_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_answer sent = {.snapshot = snapshot,
                                   .rows = rows,
                                   .row_count = JB_COUNT(rows),
                                   .cursor = JB_LIT("next"),
                                   .units = names,
                                   .indicators = names,
                                   .unit_count = 2,
                                   .indicator_count = 2};
    struct jb_answer got;
    jb_wire_answer_encode(&sent, &desk->sent, &desk->buf);
    assert_int_equal(
        jb_wire_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, &desk->got), JB_OK);
    assert_snapshot(&got.snapshot);
    assert_int_equal(got.row_count, JB_COUNT(rows));
    for (size_t i = 0; i < JB_COUNT(rows); i++)
        assert_answer_row(&got.rows[i], &rows[i]);
    assert_slice(got.cursor, "next");
    assert_names(got.units, got.unit_count);
    assert_names(got.indicators, got.indicator_count);
    assert_findings(desk);
}

static void a_cut_answer_is_refused_or_sound(void **state)
{
    struct desk *desk = *state;
    const struct jb_answer sent = {.snapshot = snapshot, .rows = rows, .row_count = JB_COUNT(rows)};
    jb_wire_answer_encode(&sent, &desk->sent, &desk->buf);
    for (size_t len = 0; len < desk->buf.len; len++) {
        struct jb_slice cut = exact_copy(jb_slice_of(desk->buf.ptr, len));
        struct jb_answer got = {.row_count = 77};
        jb_err err = jb_wire_answer_decode(cut, &desk->arena, &got, &desk->got);
        assert_true(err ? got.row_count == 77 : got.row_count <= JB_COUNT(rows));
        assert_int_equal(desk->got.count, 0); /* they come last */
        jb_arena_clear(&desk->arena);
        free_copy(cut);
    }
}

static void a_row_takes_no_more_than_was_said(void **state)
{
    struct desk *desk = *state;
    const struct jb_answer none = {.snapshot = snapshot};
    jb_wire_answer_encode(&none, NULL, &desk->buf);
    size_t head = desk->buf.len;
    for (size_t i = 0; i < JB_COUNT(rows); i++) {
        const struct jb_answer one = {.snapshot = snapshot, .rows = &rows[i], .row_count = 1};
        jb_buf_clear(&desk->buf);
        jb_wire_answer_encode(&one, NULL, &desk->buf);
        assert_true(desk->buf.len - head <= jb_wire_answer_row_size(&rows[i]));
        assert_true(jb_wire_answer_row_size(&rows[i]) < desk->buf.len - head + 250);
    }
}

static void who_has_reported_comes_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_status_row status_rows[] = {
        {.unit = JB_LIT("justice"),
         .period = JB_LIT("2023-Q2"),
         .form = JB_LIT("f1"),
         .form_title_zh = JB_LIT("表"),
         .form_title_en = JB_LIT("Form"),
         .rows_expected = 9,
         .rows_reported = 7,
         .missing = pair,
         .has_last = true,
         .last_submission = {{1}},
         .last_revision = 5,
         .last_at_us = 6},
        {.unit = JB_LIT("town")},
    };
    const struct jb_status_answer sent = {.snapshot = snapshot,
                                          .rows = status_rows,
                                          .row_count = 2,
                                          .units = names,
                                          .unit_count = 2,
                                          .truncated = true};
    struct jb_status_answer got;
    jb_wire_status_answer_encode(&sent, &desk->sent, &desk->buf);
    assert_int_equal(
        jb_wire_status_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, &desk->got),
        JB_OK);
    assert_snapshot(&got.snapshot);
    assert_int_equal(got.row_count, 2);
    assert_slice(got.rows[0].unit, "justice");
    assert_slice(got.rows[0].period, "2023-Q2");
    assert_slice(got.rows[0].form, "f1");
    assert_slice(got.rows[0].form_title_zh, "表");
    assert_slice(got.rows[0].form_title_en, "Form");
    assert_true(got.rows[0].rows_expected == 9 && got.rows[0].rows_reported == 7);
    assert_pair(got.rows[0].missing);
    assert_true(got.rows[0].has_last && got.rows[0].last_submission.bytes[0] == 1);
    assert_true(got.rows[0].last_revision == 5 && got.rows[0].last_at_us == 6);
    assert_false(got.rows[1].has_last);
    assert_names(got.units, got.unit_count);
    assert_true(got.truncated);
    assert_findings(desk);
}

static void a_history_comes_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_history_row history_rows[] = {{.revision = 7,
                                                   .at_us = 8,
                                                   .submission_id = {{9}},
                                                   .form = JB_LIT("f1"),
                                                   .state_before = JB_STATE_VALUE,
                                                   .state = JB_STATE_WITHDRAWN,
                                                   .before = JB_LIT("12"),
                                                   .value = JB_LIT("13"),
                                                   .mark_before = JB_NEARLY,
                                                   .mark = JB_AT_MOST,
                                                   .status_before = JB_ESTIMATED,
                                                   .status = JB_PROVISIONAL,
                                                   .filled_by = JB_LIT("1"),
                                                   .checked_by = JB_LIT("2"),
                                                   .released_by = JB_LIT("3"),
                                                   .on_behalf_of = JB_LIT("4"),
                                                   .ground = JB_LIT("5"),
                                                   .reason = JB_LIT("6"),
                                                   .note = JB_LIT("7"),
                                                   .source = JB_LIT("8"),
                                                   .text = JB_LIT("9"),
                                                   .explanation = JB_LIT(":")}};
    const struct jb_history_answer sent = {
        .snapshot = snapshot, .rows = history_rows, .row_count = 1, .truncated = true};
    struct jb_history_answer got;
    jb_wire_history_answer_encode(&sent, &desk->sent, &desk->buf);
    assert_int_equal(
        jb_wire_history_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, &desk->got),
        JB_OK);
    assert_snapshot(&got.snapshot);
    assert_true(got.row_count == 1 && got.truncated);
    const struct jb_history_row *row = &got.rows[0];
    assert_true(row->revision == 7 && row->at_us == 8 && row->submission_id.bytes[0] == 9);
    assert_slice(row->form, "f1");
    assert_true(row->state_before == JB_STATE_VALUE && row->state == JB_STATE_WITHDRAWN);
    assert_slice(row->before, "12");
    assert_slice(row->value, "13");
    assert_true(row->mark_before == JB_NEARLY && row->mark == JB_AT_MOST);
    assert_true(row->status_before == JB_ESTIMATED && row->status == JB_PROVISIONAL);
    const struct jb_slice people[] = {
        row->filled_by, row->checked_by, row->released_by, row->on_behalf_of, row->ground,
        row->reason,    row->note,       row->source,      row->text,         row->explanation};
    for (size_t i = 0; i < JB_COUNT(people); i++)
        assert_true(people[i].len == 1 && people[i].ptr[0] == '1' + i);
    assert_findings(desk);
}

static void an_explanation_comes_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_explain_part parts[] = {{.unit = JB_LIT("town"),
                                             .indicator = JB_LIT("cases"),
                                             .period = JB_LIT("2023-Q1"),
                                             .basis = JB_LIT("ytd"),
                                             .value = JB_LIT("5"),
                                             .state = JB_STATE_VALUE,
                                             .mark = JB_APPROXIMATE,
                                             .status = JB_ESTIMATED,
                                             .revision = 6,
                                             .has_submission = true,
                                             .submission_id = {{7}},
                                             .counts = true},
                                            {.owed = true}};
    const struct jb_explain_answer sent = {.snapshot = snapshot,
                                           .result = rows[0],
                                           .rule = JB_LIT("sum"),
                                           .parts = parts,
                                           .part_count = 2,
                                           .units = names,
                                           .unit_count = 2,
                                           .truncated = true};
    struct jb_explain_answer got;
    jb_wire_explain_answer_encode(&sent, &desk->sent, &desk->buf);
    assert_int_equal(
        jb_wire_explain_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, &desk->got),
        JB_OK);
    assert_snapshot(&got.snapshot);
    assert_answer_row(&got.result, &rows[0]);
    assert_slice(got.rule, "sum");
    assert_int_equal(got.part_count, 2);
    assert_slice(got.parts[0].unit, "town");
    assert_slice(got.parts[0].indicator, "cases");
    assert_slice(got.parts[0].period, "2023-Q1");
    assert_slice(got.parts[0].basis, "ytd");
    assert_slice(got.parts[0].value, "5");
    assert_true(got.parts[0].state == JB_STATE_VALUE && got.parts[0].mark == JB_APPROXIMATE);
    assert_true(got.parts[0].status == JB_ESTIMATED && got.parts[0].revision == 6);
    assert_true(got.parts[0].has_submission && got.parts[0].submission_id.bytes[0] == 7);
    assert_true(got.parts[0].counts && !got.parts[0].owed);
    assert_true(!got.parts[1].has_submission && got.parts[1].owed);
    assert_names(got.units, got.unit_count);
    assert_true(got.truncated);
    assert_findings(desk);
}

static void a_filing_and_a_verification_come_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_row filed[] = {
        {.indicator = JB_LIT("cases"),
         .state = JB_STATE_VALUE,
         .number = {.mantissa = 12, .scale = 1},
         .note = JB_LIT("counted")},
        {.indicator = JB_LIT("gone"), .state = JB_STATE_WITHDRAWN},
    };
    const struct jb_filing_answer sent = {.snapshot = snapshot,
                                          .has_last = true,
                                          .last_submission = {{3}},
                                          .last_revision = 4,
                                          .rows = filed,
                                          .row_count = 2,
                                          .explanation = JB_LIT("moved")};
    struct jb_filing_answer got;
    jb_wire_filing_answer_encode(&sent, &desk->sent, &desk->buf);
    assert_int_equal(
        jb_wire_filing_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, &desk->got),
        JB_OK);
    assert_snapshot(&got.snapshot);
    assert_true(got.has_last && got.last_submission.bytes[0] == 3 && got.last_revision == 4);
    assert_int_equal(got.row_count, 2);
    assert_true(got.rows[0].number.mantissa == 12 && got.rows[0].number.scale == 1);
    assert_int_equal(got.rows[1].state, JB_STATE_WITHDRAWN);
    assert_slice(got.rows[0].note, "counted");
    assert_slice(got.explanation, "moved");
    assert_findings(desk);

    const struct jb_verify_answer verify = {.snapshot = snapshot,
                                            .clean = true,
                                            .entries = 10,
                                            .records = 20,
                                            .dump_hash = {30},
                                            .problems = pair};
    struct jb_verify_answer got_verify;
    jb_buf_clear(&desk->buf);
    jb_wire_verify_answer_encode(&verify, &desk->buf);
    assert_int_equal(
        jb_wire_verify_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_verify), JB_OK);
    assert_snapshot(&got_verify.snapshot);
    assert_true(got_verify.clean && got_verify.entries == 10 && got_verify.records == 20);
    assert_int_equal(got_verify.dump_hash[0], 30);
    assert_pair(got_verify.problems);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_comes_back),
        TEST(a_cut_answer_is_refused_or_sound),
        TEST(a_row_takes_no_more_than_was_said),
        TEST(who_has_reported_comes_back),
        TEST(a_history_comes_back),
        TEST(an_explanation_comes_back),
        TEST(a_filing_and_a_verification_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
