/* The filings record: forms stay sorted, bytes come back, disorder is damage. */
#include "jb_test.h"

#include "filing.h"

static void filings_come_back_in_order(void **state)
{
    static const uint32_t forms[] = {7, 2, 400, 3, 9, 2};
    struct jb_filings filings = {0}, again = {0};
    struct jb_buf buf, second;
    (void)state;
    jb_buf_init(&buf, 4096);
    jb_buf_init(&second, 4096);
    for (size_t i = 0; i < JB_COUNT(forms); i++) {
        struct jb_filing *filing = jb_filings_at(&filings, forms[i]);
        filing->last_revision = 1000 + i;
        memset(filing->last_submission.bytes, (int)i, 16);
    }
    assert_int_equal(filings.count, 5);
    assert_int_equal(jb_filings_find(&filings, 2)->last_revision, 1005);
    assert_null(jb_filings_find(&filings, 8));
    jb_filings_encode(&filings, &buf);
    assert_int_equal(jb_filings_decode(jb_buf_slice(&buf), &again), JB_OK);
    assert_int_equal(again.count, 5);
    assert_int_equal(again.items[4].form, 400);
    assert_memory_equal(&again.items[0].last_submission, &filings.items[0].last_submission, 16);
    jb_filings_encode(&again, &second);
    assert_true(jb_slice_eq(jb_buf_slice(&buf), jb_buf_slice(&second)));
    jb_filings_free(&filings);
    jb_filings_free(&again);
    jb_buf_free(&buf);
    jb_buf_free(&second);
}

static void bad_records_are_damaged(void **state)
{
    static const char falling[] = "\x05\x01"
                                  "0123456789abcdef"
                                  "\x05\x01"
                                  "0123456789abcdef";
    static const char never[] = "\x05\x00"
                                "0123456789abcdef";
    struct jb_filings filings = {0};
    (void)state;
    assert_int_equal(jb_filings_decode(jb_slice_of(falling, 36), &filings), JB_EDAMAGED);
    assert_int_equal(jb_filings_decode(jb_slice_of(never, 18), &filings), JB_EDAMAGED);
    assert_int_equal(jb_filings_decode(jb_slice_of(falling, 17), &filings), JB_EDAMAGED);
    assert_int_equal(jb_filings_decode(jb_slice_of(falling, 18), &filings), JB_OK);
    assert_int_equal(jb_filings_decode(jb_slice_of(NULL, 0), &filings), JB_OK);
    assert_int_equal(filings.count, 0);
    jb_filings_free(&filings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filings_come_back_in_order),
        cmocka_unit_test(bad_records_are_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
