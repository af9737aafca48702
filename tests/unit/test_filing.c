/* The filings record: forms stay sorted, bytes come back, disorder is damage. */
#include "jb_test.h"

#include "cell.h"
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

static void a_filing_is_found_in_its_record(void **state)
{
    static const char record[] = "\x24\x02\x07"
                                 "0123456789abcdef"
                                 "\x05\x08"
                                 "fedcba9876543210"
                                 "\x03\x01\x02";
    static const char other[] = "\x03\x09"
                                "0123456789abcdef";
    struct jb_slice bytes = jb_slice_of(record, sizeof(record) - 1);
    struct jb_filings filings = {0};
    struct jb_filing filing = {0};
    struct jb_own_parts parts;
    (void)state;
    assert_int_equal(jb_filing_of_record(bytes, 5, &filing), JB_OK);
    assert_int_equal(filing.last_revision, 8);
    assert_memory_equal(filing.last_submission.bytes, "fedcba9876543210", 16);
    assert_int_equal(jb_filing_of_record(bytes, 3, &filing), JB_ENOTFOUND);
    assert_int_equal(jb_filing_of_record(jb_slice_of(record, 30), 2, &filing), JB_EDAMAGED);
    assert_int_equal(jb_own_record_split(bytes, &parts), JB_OK);
    assert_int_equal(parts.cells.len, 3);
    assert_int_equal(jb_own_record_split(JB_LIT("\x00"), &parts), JB_EDAMAGED); /* no record */
    assert_int_equal(jb_filings_decode(parts.filings, &filings), JB_OK);
    assert_int_equal(jb_filings_merge(jb_slice_of(other, 18), &filings), JB_OK);
    assert_int_equal(filings.count, 3);
    assert_int_equal(filings.items[1].form, 3);
    assert_int_equal(jb_filings_merge(jb_slice_of(other, 18), &filings), JB_EDAMAGED); /* twice */
    jb_filings_free(&filings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filings_come_back_in_order),
        cmocka_unit_test(bad_records_are_damaged),
        cmocka_unit_test(a_filing_is_found_in_its_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
