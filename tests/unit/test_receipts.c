/* Receipts of the open block stand in the ledger, older ones in the table; who asks sees no
 * difference, whenever it was started anew. */
#include "aggregator/receipts.h"

#include "jb_test.h"

#define BLOCK JB_RECEIPTS_BLOCK

struct desk {
    char *dir;
    jb_kv *kv;
    jb_kv_txn *txn;
    struct jb_receipts receipts;
    struct jb_buf bytes;
    uint64_t head;
};

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    d->dir = jb_test_tmpdir();
    char *store = jb_xasprintf("%s/store", d->dir);
    assert_int_equal(jb_store_open(store, 0, 0, true, false, true, &d->kv), JB_OK);
    assert_int_equal(jb_kv_begin_write(d->kv, &d->txn), JB_OK);
    jb_buf_init(&d->bytes, 1 << 16);
    free(store);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    jb_kv_abort(&d->txn);
    jb_kv_close(d->kv);
    jb_buf_free(&d->bytes);
    jb_test_rmdir(d->dir);
    free(d);
    return 0;
}

/* Ids that differ in their first bytes only: they all want one slot. */
static struct jb_uuid id_of(uint64_t revision)
{
    return (struct jb_uuid){.bytes = {(uint8_t)(revision >> 8), (uint8_t)revision, 1}};
}

static jb_err append(struct desk *d, enum jb_entry_kind kind, struct jb_uuid id)
{
    struct jb_entry entry = {.kind = kind,
                             .revision = ++d->head,
                             .epoch = 1,
                             .unit = 7,
                             .period = jb_period_make(JB_FREQ_QUARTER, 2023, 1),
                             .id = id};
    entry.content_hash[0] = (uint8_t)d->head;
    jb_buf_clear(&d->bytes);
    jb_entry_encode(&entry, &d->bytes);
    assert_int_equal(jb_store_append_entry(d->txn, entry.revision, jb_buf_slice(&d->bytes)), JB_OK);
    return jb_receipts_advance(&d->receipts, d->txn, entry.revision);
}

/* As the fold of a submission does it. */
static void submit(struct desk *d)
{
    struct jb_uuid id = id_of(d->head + 1);
    assert_int_equal(append(d, JB_ENTRY_SUBMISSION, id), JB_OK);
    const struct jb_store_receipt receipt = {.revision = d->head,
                                             .content_hash = {(uint8_t)d->head}};
    assert_int_equal(jb_receipts_put(&d->receipts, d->txn, 7, id, &receipt), JB_OK);
}

/* And of the use of its id for something else. */
static void conflict_with(struct desk *d, uint64_t revision)
{
    struct jb_store_receipt receipt;
    struct jb_uuid id = id_of(revision);
    assert_int_equal(append(d, JB_ENTRY_CONFLICT, id), JB_OK);
    assert_int_equal(jb_receipts_find(&d->receipts, d->txn, 7, id, &receipt), JB_OK);
    receipt.conflict_revision = d->head;
    assert_int_equal(jb_receipts_put(&d->receipts, d->txn, 7, id, &receipt), JB_OK);
}

static void submit_until(struct desk *d, uint64_t revision)
{
    while (d->head < revision)
        submit(d);
}

static bool in_table(struct desk *d, uint64_t revision)
{
    struct jb_store_receipt got;
    jb_err err = jb_store_receipt(d->txn, 7, id_of(revision), &got);
    assert_true(err == JB_OK || err == JB_ENOTFOUND);
    return !err;
}

static void need(struct desk *d, uint64_t revision, uint64_t conflict_revision)
{
    struct jb_store_receipt got = {0};
    assert_int_equal(jb_receipts_find(&d->receipts, d->txn, 7, id_of(revision), &got), JB_OK);
    assert_int_equal(got.revision, revision);
    assert_int_equal(got.content_hash[0], (uint8_t)revision);
    assert_int_equal(got.conflict_revision, conflict_revision);
    assert_int_equal(jb_receipts_find(&d->receipts, d->txn, 8, id_of(revision), &got),
                     JB_ENOTFOUND);
}

static void need_all(struct desk *d)
{
    struct jb_store_receipt got;
    for (uint64_t revision = 1; revision <= d->head; revision++)
        need(d, revision, 0);
    assert_int_equal(jb_receipts_find(&d->receipts, d->txn, 7, id_of(d->head + 1), &got),
                     JB_ENOTFOUND);
}

static void every_one_is_found_whoever_started_when(void **state)
{
    static const uint64_t heads[] = {1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 77};
    struct desk *d = *state;
    for (size_t i = 0; i < JB_COUNT(heads); i++) {
        submit_until(d, heads[i]);
        need_all(d);
        jb_receipts_forget(&d->receipts);
        need_all(d);
    }
}

static void the_table_has_whole_blocks(void **state)
{
    struct desk *d = *state;
    submit_until(d, BLOCK - 1);
    for (uint64_t revision = 1; revision < BLOCK; revision++)
        assert_false(in_table(d, revision));
    assert_int_equal(append(d, JB_ENTRY_EPOCH, (struct jb_uuid){{0}}), JB_OK); /* of any kind */
    for (uint64_t revision = 1; revision < BLOCK; revision++)
        assert_true(in_table(d, revision));
    submit(d);
    assert_false(in_table(d, BLOCK + 1));
    need(d, 1, 0);
    need(d, BLOCK + 1, 0);
}

static void a_conflict_is_noted_wherever_the_receipt_is(void **state)
{
    struct desk *d = *state;
    submit_until(d, 10);
    conflict_with(d, 3); /* revision 11 */
    need(d, 3, 11);
    jb_receipts_forget(&d->receipts);
    need(d, 3, 11);
    submit_until(d, BLOCK);
    need(d, 3, 11);
    conflict_with(d, 4); /* revision BLOCK + 1; the receipt is in the table */
    need(d, 4, BLOCK + 1);
    jb_receipts_forget(&d->receipts);
    need(d, 3, 11);
    need(d, 4, BLOCK + 1);
    need(d, 5, 0);
}

static void what_was_aborted_never_was(void **state)
{
    struct desk *d = *state;
    struct jb_store_receipt got;
    submit_until(d, BLOCK - 2);
    assert_int_equal(jb_kv_commit(&d->txn), JB_OK);
    assert_int_equal(jb_kv_begin_write(d->kv, &d->txn), JB_OK);
    submit_until(d, BLOCK + 5);
    jb_kv_abort(&d->txn);
    jb_receipts_forget(&d->receipts);
    d->head = BLOCK - 2;
    assert_int_equal(jb_kv_begin_write(d->kv, &d->txn), JB_OK);
    for (uint64_t revision = BLOCK - 1; revision <= BLOCK + 5; revision++)
        assert_int_equal(jb_receipts_find(&d->receipts, d->txn, 7, id_of(revision), &got),
                         JB_ENOTFOUND);
    need_all(d);
    submit_until(d, BLOCK + 5);
    need_all(d);
}

/* To answer "never seen" then would let a submission in twice. */
static void a_block_that_cannot_be_read_is_damage(void **state)
{
    struct desk *d = *state;
    struct jb_store_receipt got;
    uint8_t key[8] = {0, 0, 0, 0, 0, 0, 0, 5};
    submit_until(d, 9);
    assert_int_equal(jb_kv_delete(d->txn, JB_T_LEDGER, jb_slice_of(key, sizeof(key))), JB_OK);
    need(d, 5, 0);
    jb_receipts_forget(&d->receipts);
    assert_int_equal(jb_receipts_find(&d->receipts, d->txn, 7, id_of(6), &got), JB_EDAMAGED);
    assert_int_equal(jb_receipts_find(&d->receipts, d->txn, 7, id_of(6), &got), JB_EDAMAGED);
    assert_int_equal(jb_receipts_advance(&d->receipts, d->txn, 10), JB_EDAMAGED);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(every_one_is_found_whoever_started_when),     T(the_table_has_whole_blocks),
        T(a_conflict_is_noted_wherever_the_receipt_is), T(what_was_aborted_never_was),
        T(a_block_that_cannot_be_read_is_damage),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
