/* The engine's own chain: whatever it appended, also after it was opened again, every entry is
 * proved under every head, and a verification agrees. */
#include "unit/agg_fixture.h"

#include "aggregator/chain.h"
#include "aggregator/verify.h"
#include "net/proof.h"

#define ENTRIES 70

static int set_up(void **state)
{
    *state = agg_desk_ready();
    return 0;
}

static int tear_down(void **state)
{
    agg_desk_free(*state);
    return 0;
}

static void reopen(struct agg_desk *d)
{
    jb_engine_close(d->engine);
    d->engine = NULL;
    agg_desk_open_engine(d, 0);
}

static void append_many(struct agg_desk *d)
{
    for (int i = 0; i < ENTRIES; i++) {
        assert_int_equal(jb_engine_append_epoch(d->engine, ++d->now_us), JB_OK);
        if (i % 9 == 0)
            reopen(d);
    }
}

static void every_entry_is_proved_under_every_head(void **state)
{
    struct agg_desk *d = *state;
    uint8_t hashes[ENTRIES + 10][32];
    struct jb_store_head head;
    jb_kv_txn *txn = NULL;
    append_many(d);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_head(txn, &head), JB_OK);
    assert_true(head.revision < ENTRIES + 10);
    for (uint64_t r = 1; r <= head.revision; r++) {
        struct jb_slice bytes;
        struct jb_entry entry;
        assert_int_equal(jb_store_entry(txn, r, &bytes), JB_OK);
        assert_int_equal(jb_entry_peek_checked(bytes, &entry), JB_OK);
        memcpy(hashes[r], entry.hash, 32);
    }
    for (uint64_t at = 1; at <= head.revision; at++) {
        for (uint64_t target = 1; target <= at; target++) {
            struct jb_proof_path path;
            uint8_t hash[32];
            jb_arena_clear(&d->arena);
            assert_int_equal(jb_chain_path(txn, at, target, &d->arena, &path), JB_OK);
            assert_true(jb_proof_check(&path, at, hashes[at], hash));
            assert_memory_equal(hash, hashes[target], 32);
        }
    }
    jb_kv_abort(&txn);
}

static void an_aborted_batch_leaves_the_chain_as_it_was(void **state)
{
    struct agg_desk *d = *state;
    struct jb_verify_report report;
    jb_kv_txn *txn = NULL;
    char *scratch = jb_xasprintf("%s/scratch", d->base);
    append_many(d);
    for (uint8_t i = 0; i < 12; i++) {
        struct agg_row rows[] = {AGG_ROW("cases", "7")};
        struct agg_submission s = {"ash",          "daily", "2023-Q1", (uint8_t)(i + 1), i, rows,
                                   JB_COUNT(rows), 1,       NULL};
        struct jb_envelope envelope = agg_envelope(JB_KIND_SUBMIT, agg_encode(d, &s));
        struct jb_reply reply;
        bool moved = false;
        for (int turn = 0; turn < 2; turn++) {
            assert_int_equal(jb_engine_begin(d->engine, &d->replies), JB_OK);
            assert_int_equal(agg_offer(d, &envelope, 1, &reply), JB_OK);
            if (turn == 0)
                jb_engine_abort(d->engine);
        }
        assert_int_equal(jb_engine_commit(d->engine, &moved), JB_OK);
    }
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_verify(txn, scratch, NULL, NULL, NULL, &report), JB_OK);
    assert_true(report.clean);
    jb_verify_report_free(&report);
    jb_kv_abort(&txn);
    free(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_entry_is_proved_under_every_head, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_aborted_batch_leaves_the_chain_as_it_was, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
