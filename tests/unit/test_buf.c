/* The buffer's limit and codings: every number comes back, every other spelling is refused. */
#include "jb_test.h"

#include "base/buf.h"

static void numbers_come_back(void **state)
{
    (void)state;
    static const int64_t values[] = {0, 1, -1, 63, 64, -64, -65, 127, 128, 1 << 20, INT64_MAX, INT64_MIN};
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_come_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
