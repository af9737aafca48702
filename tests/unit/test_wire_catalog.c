#include "unit/wire_bytes.h"

#include "net/wire_catalog.h"

struct desk {
    struct jb_arena arena;
    struct jb_buf buf;
};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    jb_arena_init(&desk->arena, 4 * JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&desk->buf, JB_MESSAGE_BYTES_MAX);
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

static void a_part_to_load_comes_back_whole(void **state)
{
    struct desk *desk = *state;
    uint8_t *part = jb_xcalloc(1, JB_CATALOG_PART_BYTES_MAX);
    struct jb_catalog_put got, sent = {.hash = {1},
                                       .size = JB_CATALOG_BYTES_MAX,
                                       .offset = 512,
                                       .reason = JB_LIT("新指标"),
                                       .author = JB_LIT("office"),
                                       .replaces_version = 7,
                                       .epoch = 3};
    sent.bytes = jb_slice_of(part, JB_CATALOG_PART_BYTES_MAX);
    jb_wire_catalog_put_encode(&sent, &desk->buf);
    assert_int_equal(jb_wire_catalog_put_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_OK);
    assert_memory_equal(got.hash, sent.hash, 32);
    assert_true(got.size == sent.size && got.offset == sent.offset);
    assert_true(jb_slice_eq(got.bytes, sent.bytes));
    assert_slice(got.reason, "新指标");
    assert_slice(got.author, "office");
    assert_int_equal(got.replaces_version, 7);
    assert_int_equal(got.epoch, 3);
    free(part);
}

static jb_err decode_put(struct desk *desk, size_t hash_len, uint64_t size, uint64_t offset,
                         size_t len)
{
    struct jb_catalog_put got = {.size = 77};
    jb_buf_clear(&desk->buf);
    jb_arena_clear(&desk->arena);
    put_fill(&desk->buf, 1, 1, hash_len);
    put_number(&desk->buf, 2, size);
    put_number(&desk->buf, 3, offset);
    put_fill(&desk->buf, 4, 'x', len);
    jb_err err = jb_wire_catalog_put_decode(jb_buf_slice(&desk->buf), &desk->arena, &got);
    assert_true(!err || got.size == 77);
    return err;
}

static void a_part_lies_within_the_whole(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(decode_put(desk, 32, 100, 0, 100), JB_OK);
    assert_int_equal(decode_put(desk, 32, 100, 60, 40), JB_OK);
    assert_int_equal(decode_put(desk, 32, 100, 60, 41), JB_ERANGE);
    assert_int_equal(decode_put(desk, 32, 100, 101, 0), JB_ERANGE);
    assert_int_equal(decode_put(desk, 32, 100, UINT64_MAX, 1), JB_ERANGE);
    assert_int_equal(decode_put(desk, 32, JB_CATALOG_BYTES_MAX + 1, 0, 1), JB_ERANGE);
    assert_int_equal(decode_put(desk, 32, JB_CATALOG_BYTES_MAX, 0, JB_CATALOG_PART_BYTES_MAX + 1),
                     JB_ERANGE);
    assert_int_equal(decode_put(desk, 31, 100, 0, 100), JB_EINVAL);
    assert_int_equal(decode_put(desk, 0, 100, 0, 100), JB_EINVAL);
}

static void loading_is_strict(void **state)
{
    struct desk *desk = *state;
    struct jb_catalog_put got;
    put_fill(&desk->buf, 1, 1, 32);
    put_unknown(&desk->buf, 1);
    assert_int_equal(jb_wire_catalog_put_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_EVERSION);
}

static void the_answers_come_back(void **state)
{
    struct desk *desk = *state;
    struct jb_findings sent_findings, got_findings;
    const struct jb_catalog_put_done sent = {
        .next_offset = 512, .version = 3, .revision = 44, .unchanged = true};
    struct jb_catalog_put_done got;
    jb_findings_init(&sent_findings);
    jb_findings_init(&got_findings);
    jb_findings_add(&sent_findings,
                    &(struct jb_finding){
                        .code = JB_F_CATALOG_CYCLE, .severity = JB_ERROR, .row = 5, .column = 9});
    jb_wire_catalog_put_done_encode(&sent, &sent_findings, &desk->buf);
    assert_int_equal(jb_wire_catalog_put_done_decode(jb_buf_slice(&desk->buf), &desk->arena, &got,
                                                     &got_findings),
                     JB_OK);
    assert_int_equal(got.next_offset, 512);
    assert_int_equal(got.version, 3);
    assert_int_equal(got.revision, 44);
    assert_true(got.unchanged);
    assert_int_equal(got_findings.count, 1);
    assert_int_equal(got_findings.items[0].column, 9);
    jb_findings_free(&sent_findings);
    jb_findings_free(&got_findings);
}

static void fetching_comes_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_catalog_get get = {.version = 2, .offset = 1024};
    const struct jb_catalog_part part = {.version = 2,
                                         .hash = {7},
                                         .size = 2000,
                                         .offset = 1024,
                                         .revision = 5,
                                         .bytes = JB_LIT("units:\n"),
                                         .store_id = {8}};
    struct jb_catalog_get got_get;
    struct jb_catalog_part got;
    jb_wire_catalog_get_encode(&get, &desk->buf);
    assert_int_equal(jb_wire_catalog_get_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_get),
                     JB_OK);
    assert_true(got_get.version == 2 && got_get.offset == 1024);
    jb_buf_clear(&desk->buf);
    jb_wire_catalog_part_encode(&part, &desk->buf);
    assert_int_equal(jb_wire_catalog_part_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_OK);
    assert_true(got.version == 2 && got.size == 2000 && got.offset == 1024 && got.revision == 5);
    assert_slice(got.bytes, "units:\n");
    assert_memory_equal(got.hash, part.hash, 32);
    assert_memory_equal(got.store_id, part.store_id, 16);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_part_to_load_comes_back_whole),
        TEST(a_part_lies_within_the_whole),
        TEST(loading_is_strict),
        TEST(the_answers_come_back),
        TEST(fetching_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
