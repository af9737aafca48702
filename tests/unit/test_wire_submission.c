#include "unit/wire_bytes.h"

#include "net/wire_submission.h"

struct desk {
    struct jb_arena arena;
    struct jb_buf buf, row;
    struct jb_findings findings;
};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    jb_arena_init(&desk->arena, 4 * JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&desk->buf, 2 * JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&desk->row, JB_MESSAGE_BYTES_MAX);
    jb_findings_init(&desk->findings);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    jb_arena_free(&desk->arena);
    jb_buf_free(&desk->buf);
    jb_buf_free(&desk->row);
    jb_findings_free(&desk->findings);
    free(desk);
    return 0;
}

static const struct jb_row sample_rows[] = {
    {.indicator = JB_LIT("cases"),
     .state = JB_STATE_VALUE,
     .number = {.mantissa = -229913, .scale = 2},
     .mark = JB_MORE_THAN,
     .status = JB_ESTIMATED,
     .note = JB_LIT("说明"),
     .source_row = 7},
    {.indicator = JB_LIT("zero"), .state = JB_STATE_VALUE},
    {.indicator = JB_LIT("story"),
     .basis = JB_LIT("ytd"),
     .state = JB_STATE_VALUE,
     .text = JB_LIT("文字材料\n第二行")},
    {.indicator = JB_LIT("none"), .state = JB_STATE_NOT_APPLICABLE, .status = JB_PROVISIONAL},
    {.indicator = JB_LIT("gone"), .basis = JB_LIT("2021-Q1"), .state = JB_STATE_WITHDRAWN},
};
static const struct jb_attachment sample_attachments[] = {
    {.name = JB_LIT("附件.pdf"), .size = UINT64_MAX, .sha256 = {1, 2, 3}},
};
static const struct jb_submission sample = {
    .id = {{1, 2, 3, 4}},
    .unit = JB_LIT("justice"),
    .form = JB_LIT("justice-1"),
    .period = JB_LIT("2023-Q2"),
    .has_predecessor = true,
    .predecessor = {{9, 9}},
    .catalog_version = 4,
    .filled_by = JB_LIT("填"),
    .checked_by = JB_LIT("审"),
    .released_by = JB_LIT("发"),
    .on_behalf_of = JB_LIT("代"),
    .ground = JB_LIT("依据"),
    .reason = JB_LIT("更正"),
    .source = JB_LIT("a.csv"),
    .signed_for = JB_LIT("li.lei"),
    .explanation = JB_LIT("两件移交"),
    .attachments = sample_attachments,
    .attachment_count = JB_COUNT(sample_attachments),
    .rows = sample_rows,
    .row_count = JB_COUNT(sample_rows),
};

static void assert_row(const struct jb_row *got, const struct jb_row *expected)
{
    assert_true(jb_slice_eq(got->indicator, expected->indicator));
    assert_true(jb_slice_eq(got->basis, expected->basis));
    assert_int_equal(got->state, expected->state);
    assert_int_equal(got->number.mantissa, expected->number.mantissa);
    assert_int_equal(got->number.scale, expected->number.scale);
    assert_int_equal(got->mark, expected->mark);
    assert_int_equal(got->status, expected->status);
    assert_true(jb_slice_eq(got->text, expected->text));
    assert_true(jb_slice_eq(got->note, expected->note));
    assert_int_equal(got->source_row, expected->source_row);
}

static void a_submission_comes_back(void **state)
{
    struct desk *desk = *state;
    struct jb_submission got;
    jb_wire_submission_encode(&sample, &desk->buf);
    assert_false(desk->buf.failed);
    assert_int_equal(jb_wire_submission_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, NULL),
                     JB_OK);
    assert_true(jb_uuid_eq(got.id, sample.id));
    assert_true(got.has_predecessor && jb_uuid_eq(got.predecessor, sample.predecessor));
    assert_slice(got.unit, "justice");
    assert_slice(got.form, "justice-1");
    assert_slice(got.period, "2023-Q2");
    assert_int_equal(got.catalog_version, 4);
    assert_slice(got.filled_by, "填");
    assert_slice(got.checked_by, "审");
    assert_slice(got.released_by, "发");
    assert_slice(got.on_behalf_of, "代");
    assert_slice(got.ground, "依据");
    assert_slice(got.reason, "更正");
    assert_slice(got.source, "a.csv");
    assert_slice(got.signed_for, "li.lei");
    assert_slice(got.explanation, "两件移交");
    assert_int_equal(got.attachment_count, 1);
    assert_slice(got.attachments[0].name, "附件.pdf");
    assert_true(got.attachments[0].size == UINT64_MAX);
    assert_memory_equal(got.attachments[0].sha256, sample_attachments[0].sha256, 32);
    assert_int_equal(got.row_count, JB_COUNT(sample_rows));
    for (size_t i = 0; i < JB_COUNT(sample_rows); i++)
        assert_row(&got.rows[i], &sample_rows[i]);
}

static void a_cut_submission_is_refused_or_sound(void **state)
{
    struct desk *desk = *state;
    jb_wire_submission_encode(&sample, &desk->buf);
    for (size_t len = 0; len < desk->buf.len; len++) {
        struct jb_slice cut = exact_copy(jb_slice_of(desk->buf.ptr, len));
        struct jb_submission got = {.catalog_version = 77};
        const char *why = NULL;
        jb_err err = jb_wire_submission_decode(cut, &desk->arena, &got, &why);
        if (err) {
            assert_int_equal(got.catalog_version, 77);
            assert_non_null(why);
        } else {
            assert_true(got.row_count <= JB_COUNT(sample_rows));
            for (uint32_t i = 0; i < got.row_count; i++)
                assert_row(&got.rows[i], &sample_rows[i]);
        }
        jb_arena_clear(&desk->arena);
        free_copy(cut);
    }
}

/* The head of a submission without rows. */
static void put_head(struct jb_buf *buf)
{
    put_fill(buf, 1, 7, 16);
    put_str(buf, 2, "justice");
    put_str(buf, 3, "justice-1");
    put_str(buf, 4, "2023-Q2");
}

static jb_err decode(struct desk *desk)
{
    struct jb_submission got = {.catalog_version = 77};
    const char *why = NULL;
    struct jb_slice bytes = exact_copy(jb_buf_slice(&desk->buf));
    jb_err err = jb_wire_submission_decode(bytes, &desk->arena, &got, &why);
    assert_true(err ? why && got.catalog_version == 77 : !why);
    free_copy(bytes);
    jb_arena_clear(&desk->arena);
    jb_buf_clear(&desk->buf);
    put_head(&desk->buf);
    return err;
}

static void a_bad_head_is_refused(void **state)
{
    struct desk *desk = *state;
    struct jb_buf *buf = &desk->buf;
    assert_int_equal(decode(desk), JB_EINVAL); /* nothing at all */
    assert_int_equal(decode(desk), JB_OK);
    put_unknown(buf, 1);
    put_number(buf, 99, 1);
    assert_int_equal(decode(desk), JB_EINVAL); /* rows as a number */
    put_number(buf, 99, 1);
    assert_int_equal(decode(desk), JB_EVERSION);
    put_fill(buf, 1, 7, 16);
    assert_int_equal(decode(desk), JB_EINVAL); /* the id twice */
    put_fill(buf, 5, 7, 15);
    assert_int_equal(decode(desk), JB_EINVAL);
    put_field(buf, 7, NUL_TEXT);
    assert_int_equal(decode(desk), JB_EINVAL);
    put_field(buf, 7, BAD_TEXT);
    assert_int_equal(decode(desk), JB_EINVAL);
    put_fill(buf, 13, 'x', JB_SHORT_TEXT_BYTES_MAX);
    assert_int_equal(decode(desk), JB_OK);
    put_fill(buf, 13, 'x', JB_SHORT_TEXT_BYTES_MAX + 1);
    assert_int_equal(decode(desk), JB_ERANGE);
    put_fill(buf, 17, 'x', JB_SHORT_TEXT_BYTES_MAX);
    assert_int_equal(decode(desk), JB_OK);
    put_fill(buf, 17, 'x', JB_SHORT_TEXT_BYTES_MAX + 1);
    assert_int_equal(decode(desk), JB_ERANGE);
    put_number(buf, 6, (uint64_t)UINT32_MAX + 1);
    assert_int_equal(decode(desk), JB_EINVAL);

    jb_buf_clear(buf);
    put_fill(buf, 1, 0, 16);
    put_str(buf, 2, "justice");
    put_str(buf, 3, "justice-1");
    assert_int_equal(decode(desk), JB_EINVAL); /* a zero id */
    jb_buf_clear(buf);
    put_fill(buf, 1, 7, 16);
    put_str(buf, 2, "Justice");
    put_str(buf, 3, "justice-1");
    assert_int_equal(decode(desk), JB_EINVAL);
    jb_buf_clear(buf);
    put_fill(buf, 1, 7, 16);
    put_str(buf, 2, "justice");
    put_fill(buf, 3, 'f', 65);
    assert_int_equal(decode(desk), JB_ERANGE);
    jb_buf_clear(buf);
    put_head(buf);
    put_str(buf, 16, "Li Lei");
    assert_int_equal(decode(desk), JB_EINVAL);
}

static void attachments_are_counted_and_hashed(void **state)
{
    struct desk *desk = *state;
    put_fill(&desk->row, 3, 1, 31);
    put_head(&desk->buf);
    put_field(&desk->buf, 14, jb_buf_slice(&desk->row));
    assert_int_equal(decode(desk), JB_EINVAL);
    jb_buf_clear(&desk->row);
    put_fill(&desk->row, 3, 1, 32);
    for (int i = 0; i < JB_ATTACHMENTS_MAX; i++)
        put_field(&desk->buf, 14, jb_buf_slice(&desk->row));
    assert_int_equal(decode(desk), JB_OK);
    for (int i = 0; i < JB_ATTACHMENTS_MAX + 1; i++)
        put_field(&desk->buf, 14, jb_buf_slice(&desk->row));
    assert_int_equal(decode(desk), JB_ERANGE);
}

static const struct row_case {
    const char *indicator, *basis;
    uint64_t state;
    const char *value;
    uint64_t mark, status;
    const char *text;
    jb_err expected;
} row_cases[] = {
    {"cases", "", 1, "12", 0, 0, "", JB_OK},
    {"cases", "", 1, "-0.50", 5, 2, "", JB_OK},
    {"cases", "", 1, "999999999999999999", 0, 0, "", JB_OK},
    {"cases", "", 1, "1000000000000000000", 0, 0, "", JB_ERANGE},
    {"cases", "", 1, "0.1234567891", 0, 0, "", JB_ERANGE},
    {"cases", "", 1, "012", 0, 0, "", JB_EINVAL},
    {"cases", "", 1, "+1", 0, 0, "", JB_EINVAL},
    {"cases", "", 1, "1e3", 0, 0, "", JB_EINVAL},
    {"cases", "", 1, " 1", 0, 0, "", JB_EINVAL},
    {"cases", "", 1, "１", 0, 0, "", JB_EINVAL},
    {"cases", "", 1, "", 0, 0, "words", JB_OK},
    {"cases", "", 1, "", 0, 0, "", JB_EINVAL}, /* nothing is not zero */
    {"cases", "", 1, "1", 0, 0, "words", JB_EINVAL},
    {"cases", "", 0, "", 0, 0, "", JB_EINVAL}, /* not reported is not sent */
    {"cases", "", 4, "", 0, 0, "", JB_EINVAL},
    {"cases", "", 5, "", 0, 0, "", JB_EINVAL},
    {"cases", "", UINT64_MAX, "", 0, 0, "", JB_EINVAL},
    {"cases", "", 2, "", 0, 0, "", JB_OK},
    {"cases", "", 3, "", 0, 1, "", JB_OK},
    {"cases", "", 2, "1", 0, 0, "", JB_EINVAL},
    {"cases", "", 3, "", 0, 0, "words", JB_EINVAL},
    {"cases", "", 2, "", 1, 0, "", JB_EINVAL},
    {"cases", "", 1, "1", 6, 0, "", JB_EINVAL},
    {"cases", "", 1, "1", 0, 3, "", JB_EINVAL},
    {"", "", 1, "1", 0, 0, "", JB_EINVAL},
    {"a b", "", 1, "1", 0, 0, "", JB_EINVAL},
    {"cases", "1234567890123456789012345678901234567890123456789012345678901234", 1, "1", 0, 0, "",
     JB_OK},
    {"cases", "12345678901234567890123456789012345678901234567890123456789012345", 1, "1", 0, 0, "",
     JB_ERANGE},
};

static void each_row_is_a_number_a_text_or_neither(void **state)
{
    struct desk *desk = *state;
    put_head(&desk->buf);
    for (size_t i = 0; i < JB_COUNT(row_cases); i++) {
        const struct row_case *c = &row_cases[i];
        jb_buf_clear(&desk->row);
        put_str(&desk->row, 1, c->indicator);
        put_str(&desk->row, 2, c->basis);
        put_number(&desk->row, 3, c->state);
        put_str(&desk->row, 4, c->value);
        put_number(&desk->row, 5, c->mark);
        put_number(&desk->row, 6, c->status);
        put_str(&desk->row, 7, c->text);
        put_field(&desk->buf, 15, jb_buf_slice(&desk->row));
        jb_err err = decode(desk);
        if (err != c->expected)
            fail_msg("row case %zu: %s", i, jb_err_name(err));
    }
}

static void put_plain_row(struct jb_buf *row)
{
    put_str(row, 1, "cases");
    put_number(row, 3, 1);
}

static void rows_have_limits(void **state)
{
    struct desk *desk = *state;
    put_plain_row(&desk->row);
    put_str(&desk->row, 4, "1");
    put_head(&desk->buf);
    for (int i = 0; i < JB_SUBMISSION_ROWS_MAX; i++)
        put_field(&desk->buf, 15, jb_buf_slice(&desk->row));
    assert_int_equal(decode(desk), JB_OK);
    for (int i = 0; i < JB_SUBMISSION_ROWS_MAX + 1; i++)
        put_field(&desk->buf, 15, jb_buf_slice(&desk->row));
    assert_int_equal(decode(desk), JB_ERANGE);
    put_number(&desk->row, 10, 1);
    put_field(&desk->buf, 15, jb_buf_slice(&desk->row));
    assert_int_equal(decode(desk), JB_EVERSION);

    jb_buf_clear(&desk->row);
    put_plain_row(&desk->row);
    put_fill(&desk->row, 7, 'x', JB_TEXT_FIGURE_BYTES_MAX);
    put_field(&desk->buf, 15, jb_buf_slice(&desk->row));
    assert_int_equal(decode(desk), JB_OK);
    jb_buf_clear(&desk->row);
    put_plain_row(&desk->row);
    put_fill(&desk->row, 7, 'x', JB_TEXT_FIGURE_BYTES_MAX + 1);
    put_field(&desk->buf, 15, jb_buf_slice(&desk->row));
    assert_int_equal(decode(desk), JB_ERANGE);
    jb_buf_clear(&desk->row);
    put_plain_row(&desk->row);
    put_field(&desk->row, 4, NUL_TEXT);
    put_field(&desk->buf, 15, jb_buf_slice(&desk->row));
    assert_int_equal(decode(desk), JB_EINVAL);
}

static void an_encoder_never_cuts_a_text_at_a_nul(void **state)
{
    struct desk *desk = *state;
    struct jb_submission broken = sample;
    broken.reason = NUL_TEXT;
    jb_wire_submission_encode(&broken, &desk->buf);
    assert_true(desk->buf.failed);
}

static void a_receipt_comes_back(void **state)
{
    struct desk *desk = *state;
    struct jb_receipt got, sent = {
                               .outcome = JB_STALE,
                               .submission_id = {{1, 2}},
                               .unit = JB_LIT("justice"),
                               .store_id = {3},
                               .epoch = 2,
                               .revision = 99,
                               .head = {4},
                               .accepted_at_us = 1234567,
                               .content_hash = {5},
                               .has_last_submission = true,
                               .last_submission = {{6}},
                           };
    struct jb_findings got_findings;
    jb_findings_init(&got_findings);
    jb_findings_add(&desk->findings,
                    &(struct jb_finding){.code = JB_F_STALE, .severity = JB_ERROR, .got = "1"});
    jb_wire_receipt_encode(&sent, &desk->findings, &desk->buf);
    assert_int_equal(
        jb_wire_receipt_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, &got_findings), JB_OK);
    assert_int_equal(got.outcome, JB_STALE);
    assert_true(jb_uuid_eq(got.submission_id, sent.submission_id));
    assert_slice(got.unit, "justice");
    assert_memory_equal(got.store_id, sent.store_id, 16);
    assert_int_equal(got.epoch, 2);
    assert_int_equal(got.revision, 99);
    assert_memory_equal(got.head, sent.head, 32);
    assert_int_equal(got.accepted_at_us, 1234567);
    assert_memory_equal(got.content_hash, sent.content_hash, 32);
    assert_true(got.has_last_submission && jb_uuid_eq(got.last_submission, sent.last_submission));
    assert_int_equal(got_findings.count, 1);
    assert_int_equal(got_findings.items[0].code, JB_F_STALE);
    jb_findings_free(&got_findings);
}

static void a_receipt_needs_an_outcome_and_whole_hashes(void **state)
{
    struct desk *desk = *state;
    struct jb_receipt got;
    put_number(&desk->buf, 5, 1);
    assert_int_equal(jb_wire_receipt_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, NULL),
                     JB_EINVAL);
    put_number(&desk->buf, 1, JB_ACCEPTED);
    assert_int_equal(jb_wire_receipt_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, NULL),
                     JB_OK);
    assert_false(got.has_last_submission);
    put_fill(&desk->buf, 7, 1, 31);
    assert_int_equal(jb_wire_receipt_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, NULL),
                     JB_EINVAL);
}

static void outcomes_have_words(void **state)
{
    (void)state;
    assert_string_equal(jb_outcome_code(JB_TRY_LATER), "try_later");
    assert_string_equal(jb_outcome_code((enum jb_outcome)9), "unknown");
    assert_string_equal(jb_outcome_name(JB_ACCEPTED), "accepted");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_submission_comes_back),
        TEST(a_cut_submission_is_refused_or_sound),
        TEST(a_bad_head_is_refused),
        TEST(attachments_are_counted_and_hashed),
        TEST(each_row_is_a_number_a_text_or_neither),
        TEST(rows_have_limits),
        TEST(an_encoder_never_cuts_a_text_at_a_nul),
        TEST(a_receipt_comes_back),
        TEST(a_receipt_needs_an_outcome_and_whole_hashes),
        TEST(outcomes_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
