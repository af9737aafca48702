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
        const struct jb_filing_step step = {.revision = 1000 + i,
                                            .at_us = 5,
                                            .submission = {{(uint8_t)i}},
                                            .complete = forms[i] == 9};
        assert_int_equal(filing->state, i == 5 ? JB_FILING_SUBMITTED : JB_FILING_NOT_REPORTED);
        jb_filing_take(filing, &step);
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

/* That it was told is remembered also where nothing else ever happened. */
static void what_was_told_comes_back(void **state)
{
    struct jb_filings filings = {0}, again = {0};
    struct jb_buf buf;
    (void)state;
    jb_buf_init(&buf, 1024);
    for (uint32_t form = 1; form <= 2; form++) {
        struct jb_filing *filing = jb_filings_at(&filings, form);
        filing->told = true;
        filing->told_due_on = -3;
        filing->told_level = 7 * form;
    }
    const struct jb_filing_step step = {.revision = 9, .submission = {{1}}};
    jb_filing_take(&filings.items[1], &step);
    jb_filings_encode(&filings, &buf);
    assert_int_equal(jb_filings_decode(jb_buf_slice(&buf), &again), JB_OK);
    assert_int_equal(again.count, 2);
    assert_true(again.items[0].told && again.items[0].told_due_on == -3);
    assert_int_equal(again.items[0].told_level, 7);
    assert_int_equal(again.items[0].last_revision, 0);
    assert_int_equal(again.items[0].state, JB_FILING_NOT_REPORTED);
    assert_int_equal(again.items[1].told_level, 14);
    assert_int_equal(again.items[1].state, JB_FILING_SUBMITTED);
    jb_filings_free(&filings);
    jb_filings_free(&again);
    jb_buf_free(&buf);
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

static struct jb_filing after(const struct jb_filing_step *steps, uint32_t count)
{
    struct jb_filing filing = jb_filing_new(7);
    for (uint32_t i = 0; i < count; i++)
        jb_filing_take(&filing, &steps[i]);
    return filing;
}

static void a_filing_is_the_fold_of_its_steps_and_its_record_brings_it_back(void **state)
{
    static const struct jb_filing_step steps[] = {
        {.act = JB_ACT_FILING_EXCUSE, .revision = 3},
        {.revision = 4, .at_us = 40, .submission = {{4}}},
        {.act = JB_ACT_FILING_RETURN,
         .revision = 5,
         .submission_revision = 4,
         .has_due = true,
         .due_on = -9},
        {.revision = 6, .at_us = 60, .submission = {{6}}, .complete = true},
        {.act = JB_ACT_FILING_ACCEPT, .revision = 7, .submission_revision = 6},
        {.revision = 8, .at_us = 80, .submission = {{8}}, .complete = true},
        {.act = JB_ACT_FILING_RETURN, .revision = 9, .submission_revision = 8},
    };
    static const enum jb_filing_state states[] = {
        JB_FILING_NOT_REPORTED, JB_FILING_SUBMITTED, JB_FILING_RETURNED, JB_FILING_SUBMITTED,
        JB_FILING_ACCEPTED,     JB_FILING_SUBMITTED, JB_FILING_RETURNED};
    (void)state;
    for (uint32_t i = 0; i < JB_COUNT(steps); i++) {
        struct jb_filing filing = after(steps, i + 1);
        struct jb_filings one = {&filing, 1, 1}, again = {0};
        struct jb_buf buf;
        assert_int_equal(filing.state, states[i]);
        assert_true(filing.excused && filing.last_revision == steps[i].revision);
        jb_buf_init(&buf, 4096);
        jb_filings_encode(&one, &buf);
        assert_int_equal(jb_filings_decode(jb_buf_slice(&buf), &again), JB_OK);
        assert_int_equal(again.items[0].state, states[i]);
        assert_int_equal(again.items[0].complete_at_us, filing.complete_at_us);
        assert_int_equal(again.items[0].due_on, filing.due_on);
        for (size_t len = 1; len < buf.len; len++)
            assert_int_equal(jb_filings_decode(jb_slice_of(buf.ptr, len), &again), JB_EDAMAGED);
        jb_filings_free(&again);
        jb_buf_free(&buf);
    }
    struct jb_filing last = after(steps, JB_COUNT(steps));
    assert_true(last.complete_at_us == 60 && last.accepted_revision == 6);
    assert_true(last.returns == 2 && last.corrections == 1);
    assert_true(last.submission_revision == 8 && last.last_submission.bytes[0] == 8);
    assert_false(last.has_due); /* by a return; the last one sets none */
}

static void every_state_says_what_it_refuses(void **state)
{
    struct jb_filing f = jb_filing_new(1);
    (void)state;
    assert_int_equal(jb_filing_refusal(&f, JB_ACT_FILING_ACCEPT), JB_F_NOTHING_TO_REVIEW);
    assert_int_equal(jb_filing_refusal(&f, JB_ACT_FILING_RETURN), JB_F_NOTHING_TO_REVIEW);
    assert_int_equal(jb_filing_refusal(&f, JB_ACT_FILING_EXCUSE), JB_F_NONE);
    f.state = JB_FILING_SUBMITTED;
    assert_int_equal(jb_filing_refusal(&f, JB_ACT_FILING_ACCEPT), JB_F_NONE);
    assert_int_equal(jb_filing_refusal(&f, JB_ACT_FILING_RETURN), JB_F_NONE);
    f.state = JB_FILING_RETURNED;
    assert_int_equal(jb_filing_refusal(&f, JB_ACT_FILING_ACCEPT), JB_F_FILING_RETURNED);
    assert_int_equal(jb_filing_refusal(&f, JB_ACT_FILING_RETURN), JB_F_FILING_RETURNED);
    f.state = JB_FILING_ACCEPTED;
    assert_int_equal(jb_filing_refusal(&f, JB_ACT_FILING_ACCEPT), JB_F_FILING_ACCEPTED);
    assert_int_equal(jb_filing_refusal(&f, JB_ACT_FILING_RETURN), JB_F_NONE);
    f.excused = true;
    assert_int_equal(jb_filing_refusal(&f, JB_ACT_FILING_EXCUSE), JB_F_FILING_EXCUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filings_come_back_in_order),
        cmocka_unit_test(what_was_told_comes_back),
        cmocka_unit_test(bad_records_are_damaged),
        cmocka_unit_test(a_filing_is_found_in_its_record),
        cmocka_unit_test(a_filing_is_the_fold_of_its_steps_and_its_record_brings_it_back),
        cmocka_unit_test(every_state_says_what_it_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
