/* The store's tables: order of keys, what is missing, what is refused, and what a damaged record
 * says. */
#include "jb_test.h"

#include "aggregator/change.h"
#include "aggregator/ledger.h"
#include "aggregator/store.h"

struct desk {
    char *dir;
    jb_kv *kv;
    jb_kv_txn *txn;
};

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    d->dir = jb_test_tmpdir();
    assert_int_equal(jb_store_open(d->dir, 0, 0, true, false, false, &d->kv), JB_OK);
    assert_int_equal(jb_kv_begin_write(d->kv, &d->txn), JB_OK);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    jb_kv_abort(&d->txn);
    jb_kv_close(d->kv);
    jb_test_rmdir(d->dir);
    free(d);
    return 0;
}

static void append_entry(struct desk *d, uint64_t revision, int64_t at_us, uint8_t ret_hash[32])
{
    struct jb_entry entry = {.kind = revision == 1 ? JB_ENTRY_GENESIS : JB_ENTRY_EPOCH,
                             .revision = revision,
                             .at_us = at_us,
                             .epoch = 7};
    struct jb_buf buf;
    jb_buf_init(&buf, 4096);
    jb_entry_encode(&entry, &buf);
    assert_false(buf.failed);
    assert_int_equal(jb_store_append_entry(d->txn, revision, jb_buf_slice(&buf)), JB_OK);
    if (ret_hash)
        memcpy(ret_hash, entry.hash, 32);
    jb_buf_free(&buf);
}

static void the_head_is_the_last_entry(void **state)
{
    struct desk *d = *state;
    struct jb_store_head head;
    uint8_t hash[32];
    assert_int_equal(jb_store_head(d->txn, &head), JB_OK);
    assert_int_equal(head.revision, 0);
    for (uint64_t r = 1; r <= 300; r++) /* past one byte: order is by number */
        append_entry(d, r, (int64_t)r * 10, hash);
    assert_int_equal(jb_store_head(d->txn, &head), JB_OK);
    assert_int_equal(head.revision, 300);
    assert_int_equal(head.at_us, 3000);
    assert_int_equal(head.epoch, 7);
    assert_memory_equal(head.hash, hash, 32);
}

static void a_revision_is_found_by_time(void **state)
{
    struct desk *d = *state;
    static const int64_t times[] = {100, 200, 200, 300};
    static const struct {
        int64_t at_us;
        uint64_t revision;
    } cases[] = {{0, 0}, {99, 0}, {100, 1}, {199, 1}, {200, 3}, {299, 3}, {300, 4}, {9999, 4}};
    uint64_t revision = 77;
    assert_int_equal(jb_store_revision_at(d->txn, 5, &revision), JB_OK);
    assert_int_equal(revision, 0);
    for (uint64_t r = 1; r <= JB_COUNT(times); r++)
        append_entry(d, r, times[r - 1], NULL);
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        assert_int_equal(jb_store_revision_at(d->txn, cases[i].at_us, &revision), JB_OK);
        assert_int_equal(revision, cases[i].revision);
    }
}

static void an_entry_is_never_written_twice(void **state)
{
    struct desk *d = *state;
    struct jb_slice entry;
    append_entry(d, 1, 1, NULL);
    assert_int_equal(jb_store_append_entry(d->txn, 1, JB_LIT("other")), JB_EEXIST);
    assert_int_equal(jb_store_entry(d->txn, 2, &entry), JB_ENOTFOUND);
}

static void receipts_belong_to_a_unit_and_an_id(void **state)
{
    struct desk *d = *state;
    struct jb_uuid id = {{1, 2, 3}};
    struct jb_store_receipt put = {.revision = 5, .content_hash = {9}, .conflict_revision = 6};
    struct jb_store_receipt got = {0};
    assert_int_equal(jb_store_put_receipt(d->txn, 4, id, &put), JB_OK);
    assert_int_equal(jb_store_receipt(d->txn, 3, id, &got), JB_ENOTFOUND);
    assert_int_equal(jb_store_receipt(d->txn, 4, id, &got), JB_OK);
    assert_int_equal(got.revision, 5);
    assert_int_equal(got.content_hash[0], 9);
    assert_int_equal(got.conflict_revision, 6);
    id.bytes[15] = 1;
    assert_int_equal(jb_store_receipt(d->txn, 4, id, &got), JB_ENOTFOUND);
}

static void an_empty_block_has_no_record(void **state)
{
    struct desk *d = *state;
    struct jb_period period = jb_period_make(JB_FREQ_QUARTER, 2023, 1);
    struct jb_slice got;
    uint64_t count;
    assert_int_equal(jb_store_put_block(d->txn, JB_PLANE_SUM, 3, period, 1, JB_LIT("x")), JB_OK);
    assert_int_equal(jb_store_block(d->txn, JB_PLANE_SUM, 3, period, 1, &got), JB_OK);
    assert_true(jb_slice_is(got, "x"));
    assert_int_equal(jb_store_block(d->txn, JB_PLANE_OWN, 3, period, 1, &got), JB_ENOTFOUND);
    assert_int_equal(jb_store_put_block(d->txn, JB_PLANE_SUM, 3, period, 1, (struct jb_slice){0}),
                     JB_OK);
    assert_int_equal(jb_store_put_block(d->txn, JB_PLANE_SUM, 3, period, 1, (struct jb_slice){0}),
                     JB_OK);
    assert_int_equal(jb_kv_count(d->txn, JB_T_CELLS, &count), JB_OK);
    assert_int_equal(count, 0);
}

static void block_keys_sort_by_plane_node_period_and_block(void **state)
{
    struct jb_period q1 = jb_period_make(JB_FREQ_QUARTER, 2023, 0);
    struct jb_block_key keys[] = {
        {JB_PLANE_OWN, 1, q1, 0},
        {JB_PLANE_OWN, 1, q1, 1},
        {JB_PLANE_OWN, 1, q1, 300},
        {JB_PLANE_OWN, 1, jb_period_add(q1, 1), 0},
        {JB_PLANE_OWN, 256, q1, 0},
        {JB_PLANE_SUM, 1, q1, 1},
        {JB_PLANE_SUM, JB_NODE_GROUP | 1, q1, 1},
    };
    uint8_t before[JB_BLOCK_KEY_BYTES], now[JB_BLOCK_KEY_BYTES];
    struct jb_block_key back;
    (void)state;
    for (size_t i = 0; i < JB_COUNT(keys); i++) {
        jb_block_key_encode(&keys[i], now);
        assert_true(i == 0 || memcmp(before, now, sizeof(now)) < 0);
        assert_int_equal(jb_block_key_decode(jb_slice_of(now, sizeof(now)), &back), JB_OK);
        assert_int_equal(back.node, keys[i].node);
        assert_int_equal(back.block, keys[i].block);
        assert_true(jb_period_eq(back.period, keys[i].period));
        memcpy(before, now, sizeof(now));
    }
    now[0] = 2;
    assert_int_equal(jb_block_key_decode(jb_slice_of(now, sizeof(now)), &back), JB_EDAMAGED);
    assert_int_equal(jb_block_key_decode(jb_slice_of(now, 9), &back), JB_EDAMAGED);
}

static void append_change(struct desk *d, uint64_t revision, int64_t at_us)
{
    struct jb_buf buf;
    jb_buf_init(&buf, 4096);
    jb_change_encode_head(at_us, true, (struct jb_period){0}, 0, &buf);
    assert_int_equal(jb_store_append_change(d->txn, revision, jb_buf_slice(&buf)), JB_OK);
    jb_buf_free(&buf);
}

static void the_change_log_is_pruned_from_its_old_end(void **state)
{
    struct desk *d = *state;
    uint64_t floor = 0;
    bool more = true;
    assert_int_equal(jb_store_change_floor(d->txn, &floor), JB_OK);
    assert_int_equal(floor, 1);
    for (uint64_t r = 1; r <= 10; r++) {
        append_entry(d, r, (int64_t)r, NULL);
        append_change(d, r, (int64_t)r);
    }
    assert_int_equal(jb_store_prune_changes(d->txn, 0, UINT64_MAX, 100, &more), JB_OK);
    assert_int_equal(jb_store_change_floor(d->txn, &floor), JB_OK);
    assert_int_equal(floor, 1);
    assert_int_equal(jb_store_prune_changes(d->txn, 4, UINT64_MAX, 100, &more), JB_OK);
    assert_int_equal(jb_store_change_floor(d->txn, &floor), JB_OK);
    assert_int_equal(floor, 4);
    assert_int_equal(jb_store_prune_changes(d->txn, 0, 0, 2, &more),
                     JB_OK); /* too large: two at a time */
    assert_true(more);
    assert_int_equal(jb_store_change_floor(d->txn, &floor), JB_OK);
    assert_int_equal(floor, 6);
    assert_int_equal(jb_store_prune_changes(d->txn, 100, 0, 100, &more), JB_OK);
    assert_false(more);
    assert_int_equal(jb_store_change_floor(d->txn, &floor), JB_OK);
    assert_int_equal(floor, 11);
}

static void the_catalogue_in_force_is_found_by_revision(void **state)
{
    struct desk *d = *state;
    uint8_t first[32] = {1}, second[32] = {2}, hash[32];
    uint32_t version = 9;
    uint64_t revision = 9;
    assert_int_equal(jb_store_catalog(d->txn, 0, &version, &revision, hash), JB_ENOTFOUND);
    assert_int_equal(jb_store_put_catalog(d->txn, 1, 10, first), JB_OK);
    assert_int_equal(jb_store_put_catalog(d->txn, 2, 20, second), JB_OK);
    assert_int_equal(jb_store_catalog(d->txn, 0, &version, &revision, hash), JB_OK);
    assert_int_equal(version, 2);
    assert_int_equal(revision, 20);
    assert_memory_equal(hash, second, 32);
    assert_int_equal(jb_store_catalog(d->txn, 1, &version, &revision, hash), JB_OK);
    assert_int_equal(revision, 10);
    assert_int_equal(jb_store_catalog_at(d->txn, 9, &version), JB_ENOTFOUND);
    assert_int_equal(jb_store_catalog_at(d->txn, 19, &version), JB_OK);
    assert_int_equal(version, 1);
    assert_int_equal(jb_store_catalog_at(d->txn, 20, &version), JB_OK);
    assert_int_equal(version, 2);
}

static void codes_and_numbers_lead_to_each_other(void **state)
{
    struct desk *d = *state;
    uint32_t number = 99;
    struct jb_slice code;
    static const enum jb_name_kind kinds[] = {JB_NAME_UNIT, JB_NAME_GROUP, JB_NAME_INDICATOR,
                                              JB_NAME_FORM};
    for (size_t k = 0; k < JB_COUNT(kinds); k++) {
        assert_int_equal(jb_store_next_number(d->txn, kinds[k], &number), JB_OK);
        assert_int_equal(number, 0);
    }
    for (size_t k = 0; k < JB_COUNT(kinds); k++) {
        assert_int_equal(jb_store_put_name(d->txn, kinds[k], JB_LIT("a"), 0), JB_OK);
        assert_int_equal(jb_store_put_name(d->txn, kinds[k], JB_LIT("ab"), 300 + (uint32_t)k),
                         JB_OK);
    }
    for (size_t k = 0; k < JB_COUNT(kinds); k++) {
        assert_int_equal(jb_store_next_number(d->txn, kinds[k], &number), JB_OK);
        assert_int_equal(number, 301 + k);
        assert_int_equal(jb_store_number(d->txn, kinds[k], JB_LIT("ab"), &number), JB_OK);
        assert_int_equal(number, 300 + k);
        assert_int_equal(jb_store_code(d->txn, kinds[k], 300 + (uint32_t)k, &code), JB_OK);
        assert_true(jb_slice_is(code, "ab"));
        assert_int_equal(jb_store_number(d->txn, kinds[k], JB_LIT("b"), &number), JB_ENOTFOUND);
        assert_int_equal(jb_store_code(d->txn, kinds[k], 7, &code), JB_ENOTFOUND);
    }
}

static void a_newer_format_is_refused(void **state)
{
    struct desk *d = *state;
    uint8_t format[4] = {0, 0, 0, JB_STORE_FORMAT + 1};
    uint32_t got = 0;
    assert_int_equal(jb_store_format(d->txn, &got), JB_OK);
    assert_int_equal(got, JB_STORE_FORMAT);
    assert_int_equal(
        jb_kv_put(d->txn, JB_T_META, JB_LIT("format"), jb_slice_of(format, sizeof(format))), JB_OK);
    assert_int_equal(jb_kv_commit(&d->txn), JB_OK);
    jb_kv_close(d->kv);
    d->kv = NULL;
    assert_int_equal(jb_store_open(d->dir, 0, 0, false, false, false, &d->kv), JB_EVERSION);
    assert_null(d->kv);
}

/* As the version before keys left it: no table of holders, and entries of format 1. */
static void make_from_before(const char *dir)
{
    static const char *const tables[] = {"ledger",   "receipts", "cells", "changes",
                                         "catalogs", "names",    "meta"};
    static const uint8_t key[8] = {0, 0, 0, 0, 0, 0, 0, 1}, format[4] = {0, 0, 0, 1};
    static const uint8_t entry[] = {1, JB_ENTRY_GENESIS, 0, 0, 0, 0, 0, 0, 0, 1, 7};
    const struct jb_kv_config config = {
        .tables = tables, .table_count = JB_COUNT(tables), .create = true};
    jb_kv *kv = NULL;
    jb_kv_txn *txn = NULL;
    assert_int_equal(jb_kv_open(dir, &config, &kv), JB_OK);
    assert_int_equal(jb_kv_begin_write(kv, &txn), JB_OK);
    assert_int_equal(jb_kv_put(txn, 0, jb_slice_of(key, 8), jb_slice_of(entry, sizeof(entry))),
                     JB_OK);
    assert_int_equal(jb_kv_put(txn, 6, JB_LIT("format"), jb_slice_of(format, 4)), JB_OK);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    jb_kv_close(kv);
}

static void a_store_from_before_is_refused_and_left_as_it_is(void **state)
{
    struct desk *d = *state;
    char *dir = jb_xasprintf("%s/before", d->dir);
    uint32_t format = 0, entry_format = 0;
    jb_kv *kv = NULL;
    make_from_before(dir);
    for (int create = 0; create < 2; create++) {
        assert_int_equal(jb_store_open(dir, 0, 0, create, false, false, &kv), JB_EVERSION);
        assert_int_equal(jb_store_open(dir, 0, 0, false, true, false, &kv), JB_EVERSION);
        assert_null(kv);
    }
    assert_int_equal(jb_store_versions(dir, &format, &entry_format), JB_OK);
    assert_int_equal(format, 1);
    assert_int_equal(entry_format, 1);
    jb_kv_remove(dir);
    free(dir);
}

static void nothing_is_opened_where_nothing_is(void **state)
{
    struct desk *d = *state;
    jb_kv *kv = NULL;
    char *dir = jb_xasprintf("%s/none", d->dir);
    assert_int_equal(jb_store_open(dir, 0, 0, false, true, false, &kv), JB_ENOTFOUND);
    assert_null(kv);
    free(dir);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(the_head_is_the_last_entry),
        T(a_revision_is_found_by_time),
        T(an_entry_is_never_written_twice),
        T(receipts_belong_to_a_unit_and_an_id),
        T(an_empty_block_has_no_record),
        T(block_keys_sort_by_plane_node_period_and_block),
        T(the_change_log_is_pruned_from_its_old_end),
        T(the_catalogue_in_force_is_found_by_revision),
        T(codes_and_numbers_lead_to_each_other),
        T(a_newer_format_is_refused),
        T(a_store_from_before_is_refused_and_left_as_it_is),
        T(nothing_is_opened_where_nothing_is),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
