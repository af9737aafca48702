#include "unit/wire_bytes.h"

#include "net/wire.h"

struct desk {
    struct jb_arena arena;
    struct jb_buf buf;
    struct jb_findings findings;
};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    jb_arena_init(&desk->arena, 4 * JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&desk->buf, 2 * JB_MESSAGE_BYTES_MAX);
    jb_findings_init(&desk->findings);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    jb_arena_free(&desk->arena);
    jb_buf_free(&desk->buf);
    jb_findings_free(&desk->findings);
    free(desk);
    return 0;
}

static void an_envelope_comes_back_without_a_copy(void **state)
{
    struct desk *desk = *state;
    const struct jb_envelope sent = {.kind = JB_KIND_SUBMIT,
                                     .request_id = JB_LIT("r1"),
                                     .store_id = JB_LIT("0123456789abcdef"),
                                     .payload = JB_LIT("payload\0bytes"),
                                     .signer = JB_LIT("0123456789abcdef0123456789abcdef"),
                                     .signature = {0}};
    struct jb_envelope got;
    jb_wire_envelope_encode(&sent, &desk->buf);
    assert_false(desk->buf.failed);
    assert_int_equal(jb_wire_envelope_decode(jb_buf_slice(&desk->buf), &desk->arena, &got), JB_OK);
    assert_int_equal(got.kind, JB_KIND_SUBMIT);
    assert_true(jb_slice_eq(got.request_id, sent.request_id));
    assert_true(jb_slice_eq(got.store_id, sent.store_id));
    assert_true(jb_slice_eq(got.payload, sent.payload));
    assert_true(jb_slice_eq(got.signer, sent.signer));
    assert_int_equal(got.signature.len, 0);
    assert_true(got.payload.ptr > desk->buf.ptr && got.payload.ptr < desk->buf.ptr + desk->buf.len);
    assert_int_equal(desk->arena.used, 0);
}

static void a_cut_envelope_is_refused_or_keeps_its_limits(void **state)
{
    struct desk *desk = *state;
    const struct jb_envelope sent = {.kind = JB_KIND_SUBMIT,
                                     .request_id = JB_LIT("request"),
                                     .store_id = JB_LIT("0123456789abcdef"),
                                     .payload = JB_LIT("payload")};
    jb_wire_envelope_encode(&sent, &desk->buf);
    for (size_t len = 0; len < desk->buf.len; len++) {
        struct jb_slice cut = exact_copy(jb_slice_of(desk->buf.ptr, len));
        struct jb_envelope got = {.kind = 77};
        jb_err err = jb_wire_envelope_decode(cut, &desk->arena, &got);
        if (err) {
            assert_int_equal(err, JB_EINVAL);
            assert_int_equal(got.kind, 77);
        } else {
            assert_true(jb_slice_eq(got.request_id, sent.request_id));
        }
        free_copy(cut);
    }
}

static void envelope_fields(struct jb_buf *buf, int which)
{
    put_number(buf, 1, JB_KIND_QUERY);
    if (which != 1)
        put_fill(buf, 2, 'r', which == 2 ? 33 : 4);
    switch (which) {
    case 3:
        put_fill(buf, 3, 's', 15);
        break;
    case 4:
        put_fill(buf, 5, 'k', 31);
        break;
    case 5:
        put_fill(buf, 6, 'g', 65);
        break;
    case 6:
        put_fill(buf, 2, 'r', 4);
        break;
    case 7:
        put_number(buf, 4, 1);
        break;
    case 8:
        put_number(buf, 0, 1);
        break;
    case 9:
        jb_buf_put(buf, "\x38\x81\x00", 3); /* field 7, 1 in two bytes */
        break;
    case 10:
        jb_buf_put(buf, "\x3b", 1); /* field 7 as a group */
        break;
    case 11:
        put_fill(buf, 4, 'p', JB_MESSAGE_BYTES_MAX);
        break;
    default:
        break;
    }
}

static void a_wrong_envelope_is_refused_untouched(void **state)
{
    struct desk *desk = *state;
    static const jb_err expected[] = {JB_OK,     JB_EINVAL, JB_ERANGE, JB_EINVAL,
                                      JB_EINVAL, JB_EINVAL, JB_EINVAL, JB_EINVAL,
                                      JB_EINVAL, JB_EINVAL, JB_EINVAL, JB_ERANGE};
    for (size_t i = 0; i < JB_COUNT(expected); i++) {
        struct jb_envelope got = {.kind = 77};
        jb_buf_clear(&desk->buf);
        envelope_fields(&desk->buf, (int)i);
        assert_int_equal(jb_wire_envelope_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                         expected[i]);
        assert_int_equal(got.kind, expected[i] ? 77 : JB_KIND_QUERY);
    }
    jb_buf_clear(&desk->buf);
    put_fill(&desk->buf, 2, 'r', 4);
    put_number(&desk->buf, 1, UINT64_MAX); /* a negative kind */
    struct jb_envelope got;
    assert_int_equal(jb_wire_envelope_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_EINVAL);
}

static void unknown_envelope_fields_are_passed_over(void **state)
{
    struct desk *desk = *state;
    struct jb_envelope got;
    put_fill(&desk->buf, 2, 'r', 4);
    put_unknown(&desk->buf, 32 * 1024);
    put_str(&desk->buf, 9, "later");
    jb_buf_put(&desk->buf,
               "\x51"
               "12345678\x55"
               "1234",
               14); /* field 10, eight bytes, then four */
    assert_int_equal(jb_wire_envelope_decode(jb_buf_slice(&desk->buf), &desk->arena, &got), JB_OK);
    assert_slice(got.request_id, "rrrr");
    assert_int_equal(desk->arena.used, 0);
}

static void a_welcome_comes_back(void **state)
{
    struct desk *desk = *state;
    struct jb_welcome sent = {.epoch = 3,
                              .revision = UINT64_MAX,
                              .catalog_version = 7,
                              .demonstration = true,
                              .now_us = -5,
                              .program = JB_LIT("jibao-aggregator 0.1 季报")};
    struct jb_welcome got;
    memset(sent.store_id, 0x11, sizeof(sent.store_id));
    memset(sent.head, 0x22, sizeof(sent.head));
    jb_wire_welcome_encode(&sent, &desk->buf);
    assert_int_equal(jb_wire_welcome_decode(jb_buf_slice(&desk->buf), &desk->arena, &got), JB_OK);
    assert_memory_equal(got.store_id, sent.store_id, 16);
    assert_memory_equal(got.head, sent.head, 32);
    assert_int_equal(got.epoch, 3);
    assert_true(got.revision == UINT64_MAX && got.now_us == -5);
    assert_int_equal(got.catalog_version, 7);
    assert_true(got.demonstration);
    assert_true(jb_slice_eq(got.program, sent.program));
}

static jb_err decode_welcome(struct desk *desk)
{
    struct jb_welcome got = {.epoch = 77};
    struct jb_slice bytes = exact_copy(jb_buf_slice(&desk->buf));
    jb_err err = jb_wire_welcome_decode(bytes, &desk->arena, &got);
    assert_true(!err || got.epoch == 77);
    free_copy(bytes);
    jb_buf_clear(&desk->buf);
    jb_arena_clear(&desk->arena);
    return err;
}

static void what_protobuf_lets_pass_is_refused(void **state)
{
    struct desk *desk = *state;
    put_fill(&desk->buf, 1, 's', 16);
    assert_int_equal(decode_welcome(desk), JB_OK);
    assert_int_equal(decode_welcome(desk), JB_EINVAL); /* no store */
    put_fill(&desk->buf, 1, 's', 17);
    assert_int_equal(decode_welcome(desk), JB_EINVAL);
    put_fill(&desk->buf, 1, 's', 16);
    put_field(&desk->buf, 7, NUL_TEXT);
    assert_int_equal(decode_welcome(desk), JB_EINVAL);
    put_fill(&desk->buf, 1, 's', 16);
    put_field(&desk->buf, 7, BAD_TEXT);
    assert_int_equal(decode_welcome(desk), JB_EINVAL);
    put_fill(&desk->buf, 1, 's', 16);
    put_fill(&desk->buf, 1, 's', 16); /* twice */
    assert_int_equal(decode_welcome(desk), JB_EINVAL);
    put_fill(&desk->buf, 1, 's', 16);
    put_number(&desk->buf, 2, (uint64_t)UINT32_MAX + 1);
    assert_int_equal(decode_welcome(desk), JB_EINVAL);
    put_fill(&desk->buf, 1, 's', 16);
    put_fill(&desk->buf, 7, 'x', JB_TEXT_FIGURE_BYTES_MAX + 1);
    assert_int_equal(decode_welcome(desk), JB_ERANGE);
    put_fill(&desk->buf, 1, 's', 16);
    put_fill(&desk->buf, 9, 'x', JB_MESSAGE_BYTES_MAX);
    assert_int_equal(decode_welcome(desk), JB_ERANGE);
}

static void a_flood_of_unknown_fields_is_refused_before_it_takes_memory(void **state)
{
    struct desk *desk = *state;
    put_fill(&desk->buf, 1, 's', 16);
    put_unknown(&desk->buf, 64);
    assert_int_equal(decode_welcome(desk), JB_OK);
    struct jb_welcome got;
    put_fill(&desk->buf, 1, 's', 16);
    put_unknown(&desk->buf, 32 * 1024);
    assert_int_equal(jb_wire_welcome_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_ERANGE);
    assert_int_equal(desk->arena.used, 0);
}

static void a_small_arena_is_a_refusal_not_a_crash(void **state)
{
    struct desk *desk = *state;
    struct jb_arena small;
    struct jb_welcome got;
    put_fill(&desk->buf, 1, 's', 16);
    put_fill(&desk->buf, 7, 'x', 3000);
    for (size_t bytes_max = 0; bytes_max < 3000; bytes_max += 100) {
        jb_arena_init(&small, bytes_max);
        assert_int_equal(jb_wire_welcome_decode(jb_buf_slice(&desk->buf), &small, &got), JB_ENOMEM);
        jb_arena_free(&small);
    }
}

static void findings_come_back_with_english_beside_them(void **state)
{
    struct desk *desk = *state;
    struct jb_findings got;
    const struct jb_finding sent = {.code = JB_F_TOO_MANY_DECIMALS,
                                    .severity = JB_NEEDS_EXPLANATION,
                                    .row = 12,
                                    .column = 3,
                                    .column_name = "value",
                                    .unit = "justice",
                                    .form = "f1",
                                    .period = "2023-Q2",
                                    .indicator = "cases",
                                    .got = "1.234",
                                    .expected = "2",
                                    .hint = "1.23"};
    jb_findings_init(&got);
    jb_findings_add(&desk->findings, &sent);
    jb_wire_refused_encode(&desk->findings, &desk->buf);
    const char *english = jb_finding_sentence_en(JB_F_TOO_MANY_DECIMALS);
    assert_non_null(memmem(desk->buf.ptr, desk->buf.len, english, strlen(english)));
    assert_int_equal(jb_wire_refused_decode(jb_buf_slice(&desk->buf), &desk->arena, &got), JB_OK);
    assert_int_equal(got.count, 1);
    assert_int_equal(got.total, 1);
    assert_int_equal(got.items[0].code, sent.code);
    assert_int_equal(got.items[0].severity, sent.severity);
    assert_int_equal(got.items[0].row, 12);
    assert_int_equal(got.items[0].column, 3);
    assert_string_equal(got.items[0].column_name, "value");
    assert_string_equal(got.items[0].unit, "justice");
    assert_string_equal(got.items[0].form, "f1");
    assert_string_equal(got.items[0].period, "2023-Q2");
    assert_string_equal(got.items[0].indicator, "cases");
    assert_string_equal(got.items[0].got, "1.234");
    assert_string_equal(got.items[0].expected, "2");
    assert_string_equal(got.items[0].hint, "1.23");
    jb_findings_free(&got);
}

static void many_long_findings_fit_into_one_message_and_none_is_forgotten(void **state)
{
    struct desk *desk = *state;
    struct jb_findings got;
    char text[4001];
    jb_findings_init(&got);
    for (size_t i = 0; i < 3999; i += 3)
        memcpy(text + i, "值", 3);
    text[3999] = '\0';
    for (int i = 0; i < 1500; i++)
        jb_findings_add(&desk->findings, &(struct jb_finding){.code = JB_F_VALUE_SYNTAX,
                                                              .severity = JB_ERROR,
                                                              .got = text,
                                                              .expected = text,
                                                              .hint = text});
    jb_wire_refused_encode(&desk->findings, &desk->buf);
    assert_false(desk->buf.failed);
    assert_true(desk->buf.len < JB_MESSAGE_BYTES_MAX);
    assert_int_equal(jb_wire_refused_decode(jb_buf_slice(&desk->buf), &desk->arena, &got), JB_OK);
    assert_true(got.count > 100 && got.count <= JB_FINDINGS_MAX);
    assert_int_equal(got.total, 1500);
    assert_true(strlen(got.items[0].got) <= 512 && strlen(got.items[0].got) > 500);
    assert_true(jb_utf8_valid(jb_slice_str(got.items[0].got)));
    jb_findings_free(&got);
}

static void a_finding_of_a_newer_program_is_still_shown(void **state)
{
    struct desk *desk = *state;
    struct jb_buf one;
    jb_buf_init(&one, 1024);
    put_str(&one, 1, "moon_phase");
    put_str(&one, 13, "the moon is not full");
    put_field(&desk->buf, 1, jb_buf_slice(&one));
    put_number(&desk->buf, 2, 5);
    assert_int_equal(
        jb_wire_refused_decode(jb_buf_slice(&desk->buf), &desk->arena, &desk->findings), JB_OK);
    assert_int_equal(desk->findings.count, 1);
    assert_int_equal(desk->findings.total, 5);
    assert_int_equal(desk->findings.items[0].code, JB_F_UNSUPPORTED);
    assert_int_equal(desk->findings.items[0].severity, JB_ERROR);
    assert_string_equal(desk->findings.items[0].got, "moon_phase");
    assert_string_equal(desk->findings.items[0].hint, "the moon is not full");
    jb_buf_free(&one);
}

static void findings_of_a_bad_message_are_not_added(void **state)
{
    struct desk *desk = *state;
    struct jb_buf one;
    jb_buf_init(&one, 1024);
    put_number(&one, 2, 9); /* no such severity */
    put_field(&desk->buf, 1, (struct jb_slice){0});
    put_field(&desk->buf, 1, jb_buf_slice(&one));
    assert_int_equal(
        jb_wire_refused_decode(jb_buf_slice(&desk->buf), &desk->arena, &desk->findings), JB_EINVAL);
    jb_buf_clear(&desk->buf);
    for (int i = 0; i < JB_FINDINGS_MAX + 1; i++)
        put_field(&desk->buf, 1, (struct jb_slice){0});
    assert_int_equal(
        jb_wire_refused_decode(jb_buf_slice(&desk->buf), &desk->arena, &desk->findings), JB_ERANGE);
    assert_int_equal(desk->findings.total, 0);
    jb_buf_free(&one);
}

static void every_kind_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(jb_kind_name(JB_KIND_HELLO), "hello");
    assert_string_equal(jb_kind_name(JB_KIND_WATCH_CANCEL), "watch_cancel");
    assert_string_equal(jb_kind_name((enum jb_kind)0), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_envelope_comes_back_without_a_copy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cut_envelope_is_refused_or_keeps_its_limits, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_envelope_is_refused_untouched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_envelope_fields_are_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_welcome_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_protobuf_lets_pass_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_flood_of_unknown_fields_is_refused_before_it_takes_memory,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_small_arena_is_a_refusal_not_a_crash, set_up, tear_down),
        cmocka_unit_test_setup_teardown(findings_come_back_with_english_beside_them, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            many_long_findings_fit_into_one_message_and_none_is_forgotten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_finding_of_a_newer_program_is_still_shown, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(findings_of_a_bad_message_are_not_added, set_up, tear_down),
        cmocka_unit_test(every_kind_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
