/* The buffer's limit and codings: every number comes back, every other spelling is refused. */
#include "jb_test.h"

#include "base/buf.h"

static void numbers_come_back(void **state)
{
    (void)state;
    static const int64_t values[] = {0,   1,   -1,  63,      64,        -64,
                                     -65, 127, 128, 1 << 20, INT64_MAX, INT64_MIN};
    jb_i128 top = (jb_i128)(~(jb_u128)0 >> 1);
    const jb_i128 wide[] = {0, 1, -1, 64, INT64_MAX, INT64_MIN, top, -top - 1};
    struct jb_buf buf;
    jb_buf_init(&buf, 4096);
    for (size_t i = 0; i < JB_COUNT(values); i++) {
        jb_buf_put_u8(&buf, (uint8_t)values[i]);
        jb_buf_put_u16(&buf, (uint16_t)values[i]);
        jb_buf_put_u32(&buf, (uint32_t)values[i]);
        jb_buf_put_u64(&buf, (uint64_t)values[i]);
        jb_buf_put_varint(&buf, (uint64_t)values[i]);
        jb_buf_put_zigzag(&buf, values[i]);
    }
    for (size_t i = 0; i < JB_COUNT(wide); i++)
        jb_buf_put_zigzag128(&buf, wide[i]);
    jb_buf_put_bytes(&buf, JB_LIT("季报"));
    assert_false(buf.failed);
    struct jb_reader r = jb_reader_of(jb_buf_slice(&buf));
    for (size_t i = 0; i < JB_COUNT(values); i++) {
        assert_true(jb_read_u8(&r) == (uint8_t)values[i]);
        assert_true(jb_read_u16(&r) == (uint16_t)values[i]);
        assert_true(jb_read_u32(&r) == (uint32_t)values[i]);
        assert_true(jb_read_u64(&r) == (uint64_t)values[i]);
        assert_true(jb_read_varint(&r) == (uint64_t)values[i]);
        assert_true(jb_read_zigzag(&r) == values[i]);
    }
    for (size_t i = 0; i < JB_COUNT(wide); i++)
        assert_true(jb_read_zigzag128(&r) == wide[i]);
    assert_true(jb_slice_is(jb_read_bytes(&r, 6), "季报"));
    assert_true(jb_reader_done(&r));
    jb_buf_free(&buf);
}

static void a_write_past_the_maximum_fails_for_good(void **state)
{
    struct jb_buf buf;
    (void)state;
    jb_buf_init(&buf, 5);
    jb_buf_put_str(&buf, "abcd");
    jb_buf_put_bytes(&buf, JB_LIT("x")); /* its length would fit, its byte would not */
    assert_true(buf.failed);
    assert_true(jb_slice_is(jb_buf_slice(&buf), "abcd"));
    jb_buf_put_u8(&buf, 'e'); /* would fit, but something before it is missing */
    assert_true(jb_slice_is(jb_buf_slice(&buf), "abcd"));
    assert_null(jb_buf_reserve(&buf, 0));
    jb_buf_clear(&buf);
    assert_false(buf.failed);
    jb_buf_printf(&buf, "%d", 12345);
    assert_false(buf.failed);
    assert_true(jb_slice_is(jb_buf_slice(&buf), "12345"));
    jb_buf_printf(&buf, "%s", "6");
    assert_true(buf.failed);
    assert_int_equal(buf.len, 5);
    jb_buf_free(&buf);
    assert_null(buf.ptr);
}

static void printf_grows_the_buffer(void **state)
{
    struct jb_buf buf;
    (void)state;
    jb_buf_init(&buf, 1000);
    jb_buf_printf(&buf, "%0500d|", 7);
    jb_buf_printf(&buf, "%0400d|", 8);
    assert_false(buf.failed);
    assert_int_equal(buf.len, 902);
    assert_int_equal(buf.ptr[901], '|');
    jb_buf_free(&buf);
}

static void bad_numbers_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {
        {"", 0},
        {"\x80", 1},                                      /* cut */
        {"\x80\x00", 2},                                  /* a longer spelling of 0 */
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10}, /* 65 bits */
        {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(bad); i++) {
        struct jb_reader r = jb_reader_of(jb_slice_of(bad[i].bytes, bad[i].len));
        const uint8_t *at = r.ptr;
        assert_int_equal(jb_read_varint(&r), 0);
        assert_true(r.failed);
        assert_ptr_equal(r.ptr, at);
        assert_int_equal(jb_read_u8(&r), 0);
        assert_ptr_equal(r.ptr, at);
        assert_int_equal(jb_reader_left(&r), 0);
        assert_false(jb_reader_done(&r));
    }
    uint8_t wide[20];
    memset(wide, 0xff, sizeof(wide));
    wide[18] = 3; /* the greatest number of 128 bits */
    struct jb_reader r = jb_reader_of(jb_slice_of(wide, 19));
    assert_true(jb_read_zigzag128(&r) == (jb_i128)((jb_u128)1 << 127));
    assert_true(jb_reader_done(&r));
    wide[18] = 4;
    r = jb_reader_of(jb_slice_of(wide, 19));
    assert_true(jb_read_zigzag128(&r) == 0);
    assert_true(r.failed);
}

static void lengths_are_checked_before_bytes_are_given(void **state)
{
    (void)state;
    struct jb_reader r = jb_reader_of(JB_LIT("\x03"
                                             "abc"
                                             "\x05"
                                             "ab"));
    assert_true(jb_slice_is(jb_read_bytes(&r, 3), "abc"));
    const uint8_t *at = r.ptr;
    assert_int_equal(jb_read_bytes(&r, 5).len, 0);
    assert_true(r.failed);
    assert_ptr_equal(r.ptr, at);
    r = jb_reader_of(JB_LIT("\x03"
                            "abc"));
    assert_null(jb_read_bytes(&r, 2).ptr);
    assert_true(r.failed);
    r = jb_reader_of(JB_LIT("\x0a"));
    assert_int_equal(jb_read_varint_max(&r, 9), 0);
    assert_true(r.failed);
    r = jb_reader_of(JB_LIT("abc"));
    assert_null(jb_read_raw(&r, SIZE_MAX).ptr);
    r = jb_reader_of(jb_slice_of(NULL, 0));
    assert_true(jb_reader_done(&r));
    assert_int_equal(jb_read_raw(&r, 0).len, 0);
    assert_true(jb_reader_done(&r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(a_write_past_the_maximum_fails_for_good),
        cmocka_unit_test(printf_grows_the_buffer),
        cmocka_unit_test(bad_numbers_are_refused),
        cmocka_unit_test(lengths_are_checked_before_bytes_are_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
