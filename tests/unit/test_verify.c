/* Verification finds what was damaged or altered; rebuild makes the same tables again; and the dump
 * does not know how submissions were batched. */
#include "unit/agg_fixture.h"

#include "aggregator/rebuild.h"
#include "aggregator/receipts.h"
#include "aggregator/verify.h"
#include "files/encoding.h"

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

static const char *const towns[] = {"ash", "beech", "cedar", "dune"};

/* Some of everything: corrections, withdrawals, an id in conflict, a second catalogue. In batches
 * of `batch`. */
static void fill(struct agg_desk *d, unsigned batch)
{
    unsigned waiting = 0;
    bool moved;
    for (uint8_t i = 0; i < 60; i++) {
        char value[16];
        struct jb_reply reply;
        snprintf(value, sizeof(value), "%u", (i * 37u + 11u) % 97u);
        struct agg_row rows[] = {
            AGG_ROW("cases", i % 7 == 6 ? "n/a" : value),
            AGG_ROW("oldest", i >= 40 && i % 5 == 0 ? "withdrawn" : value),
            AGG_ROW("newest", value),
            AGG_ROW("story", "text:as ever"),
        };
        struct agg_submission s = {towns[i % 4],
                                   "daily",
                                   i % 8 < 4 ? "2023-Q1" : "2023-Q2",
                                   (uint8_t)(i + 1),
                                   i < 8 ? 0 : (uint8_t)(i - 7),
                                   rows,
                                   JB_COUNT(rows),
                                   1,
                                   NULL};
        if (i == 20)
            s.id = 3; /* cedar's own first id, with other content */
        if (i == 28)
            s.predecessor = 13;
        struct jb_envelope envelope = agg_envelope(JB_KIND_SUBMIT, agg_encode(d, &s));
        if (waiting == 0)
            assert_int_equal(jb_engine_begin(d->engine, &d->replies), JB_OK);
        d->now_us = AGG_START_US + 60000000 + i;
        assert_int_equal(agg_offer(d, &envelope, 1, &reply), JB_OK);
        if (++waiting == batch || i == 59) {
            assert_int_equal(jb_engine_commit(d->engine, &moved), JB_OK);
            waiting = 0;
        }
    }
}

static struct jb_verify_report verify(struct agg_desk *d)
{
    struct jb_verify_report report;
    jb_kv_txn *txn = NULL;
    jb_kv *kv = NULL; /* of an engine that is closed */
    char *scratch = jb_xasprintf("%s/scratch", d->base);
    if (!d->engine)
        assert_int_equal(jb_store_open(d->dir, 0, 0, false, true, false, &kv), JB_OK);
    assert_int_equal(jb_kv_begin_read(kv ? kv : jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_verify(txn, scratch, NULL, NULL, NULL, &report), JB_OK);
    jb_kv_abort(&txn);
    jb_kv_close(kv);
    free(scratch);
    return report;
}

static void rebuild(struct agg_desk *d)
{
    jb_engine_close(d->engine);
    d->engine = NULL;
    bool contacts_lost = true;
    assert_int_equal(jb_rebuild(d->dir, NULL, NULL, &contacts_lost), JB_OK);
    assert_false(contacts_lost);
    agg_desk_open_engine(d, 0);
}

static char *dump_text(struct agg_desk *d, size_t *ret_len)
{
    char *text = NULL;
    jb_kv_txn *txn = NULL;
    FILE *out = open_memstream(&text, ret_len);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_dump(txn, out), JB_OK);
    jb_kv_abort(&txn);
    fclose(out);
    return text;
}

static void a_sound_store_verifies(void **state)
{
    struct agg_desk *d = *state;
    fill(d, 7);
    struct jb_verify_report report = verify(d);
    for (uint32_t i = 0; i < report.problem_count; i++)
        fprintf(stderr, "%s\n", report.problems[i]);
    assert_true(report.clean);
    assert_int_equal(report.entries, agg_head(d).revision);
    assert_true(report.entries > 50);
    assert_memory_equal(report.head.hash, agg_head(d).hash, 32);
    assert_true(report.records > 60);
    jb_verify_report_free(&report);
}

static void the_dump_does_not_know_the_batches(void **state)
{
    struct agg_desk *d = *state, *other = agg_desk_ready();
    size_t len, other_len;
    fill(d, 1);
    fill(other, 13);
    char *text = dump_text(d, &len), *other_text = dump_text(other, &other_len);
    assert_true(len > 10000);
    assert_int_equal(len, other_len);
    assert_memory_equal(text, other_text, len);
    free(text);
    free(other_text);
    agg_desk_free(other);
}

static void a_rebuild_makes_the_same_tables(void **state)
{
    struct agg_desk *d = *state;
    size_t len, again_len;
    fill(d, 5);
    char *text = dump_text(d, &len);
    rebuild(d);
    char *again = dump_text(d, &again_len);
    assert_int_equal(len, again_len);
    assert_memory_equal(text, again, len);
    free(text);
    free(again);
}

static void an_older_format_is_rebuilt_when_it_is_opened(void **state)
{
    struct agg_desk *d = *state;
    static const uint8_t old_format[4] = {0};
    struct jb_period q1 = jb_period_make(JB_FREQ_QUARTER, 2023, 0);
    jb_kv_txn *txn = NULL;
    fill(d, 5);
    assert_int_equal(jb_kv_begin_write(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_kv_put(txn, JB_T_META, JB_LIT("format"), jb_slice_of(old_format, 4)),
                     JB_OK);
    assert_int_equal(jb_store_put_block(txn, JB_PLANE_SUM, 0, q1, 1, (struct jb_slice){0}), JB_OK);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    struct jb_verify_report report = verify(d);
    assert_false(report.clean);
    assert_int_equal(report.problem_count, 1);
    assert_non_null(strstr(report.problems[0], "older format"));
    jb_verify_report_free(&report);
    jb_engine_close(d->engine);
    agg_desk_open_engine(d, 0);
    report = verify(d);
    assert_true(report.clean);
    jb_verify_report_free(&report);
}

/* The ledger of a store, and what says what it is, in a new one that has no other table. */
static void copy_ledger(jb_kv *from, const char *dir)
{
    static const char *const tables[] = {"ledger", "meta"};
    static const uint8_t format[4] = {0, 0, 0, 2}; /* without contacts, too */
    const struct jb_kv_config config = {.tables = tables, .table_count = 2, .create = true};
    jb_kv *to = NULL;
    jb_kv_txn *source = NULL, *txn = NULL;
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key, value;
    assert_int_equal(jb_kv_open(dir, &config, &to), JB_OK);
    assert_int_equal(jb_kv_begin_read(from, &source), JB_OK);
    assert_int_equal(jb_kv_begin_write(to, &txn), JB_OK);
    assert_int_equal(jb_kv_cursor_open(source, JB_T_LEDGER, &cursor), JB_OK);
    for (jb_err err = jb_kv_first(cursor, &key, &value); !err;
         err = jb_kv_next(cursor, &key, &value))
        assert_int_equal(jb_kv_put(txn, 0, key, value), JB_OK);
    assert_int_equal(jb_kv_put(txn, 1, JB_LIT("format"), jb_slice_of(format, 4)), JB_OK);
    jb_kv_cursor_close(cursor);
    jb_kv_abort(&source);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    jb_kv_close(to);
}

static void a_store_from_before_there_were_all_tables_gets_them(void **state)
{
    struct agg_desk *d = *state;
    char *dir = jb_xasprintf("%s-old", d->dir);
    size_t len, again_len;
    fill(d, 5);
    char *text = dump_text(d, &len);
    copy_ledger(jb_engine_kv(d->engine), dir);
    jb_engine_close(d->engine);
    jb_kv_remove(d->dir);
    assert_int_equal(rename(dir, d->dir), 0);
    agg_desk_open_engine(d, 0);
    char *again = dump_text(d, &again_len);
    assert_int_equal(len, again_len);
    assert_memory_equal(text, again, len);
    struct jb_verify_report report = verify(d);
    assert_true(report.clean);
    jb_verify_report_free(&report);
    free(text);
    free(again);
    free(dir);
}

/* Changes one bit of a record in the store's file; the engine is closed. */
static void flip_closed(struct agg_desk *d, enum jb_store_table table, struct jb_slice key)
{
    jb_kv_txn *txn = NULL;
    struct jb_slice value;
    char *path = jb_xasprintf("%s/data.mdb", d->dir);
    size_t hits = 0, size = 32 << 20;
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_kv_get(txn, (uint32_t)table, key, &value), JB_OK);
    size_t wanted_len = value.len + 8; /* its checksum stands behind it */
    uint8_t *wanted = jb_xmalloc(wanted_len), *file = jb_xmalloc(size);
    memcpy(wanted, value.ptr, wanted_len);
    jb_kv_abort(&txn);
    jb_engine_close(d->engine);
    d->engine = NULL;
    FILE *stream = fopen(path, "r+");
    size = fread(file, 1, size, stream);
    for (size_t at = 0; at + wanted_len <= size; at++) {
        if (memcmp(file + at, wanted, wanted_len) == 0) {
            file[at + wanted_len / 2] ^= 0x10;
            hits++;
        }
    }
    assert_true(hits > 0);
    rewind(stream);
    assert_int_equal(fwrite(file, 1, size, stream), size);
    fclose(stream);
    free(wanted);
    free(file);
    free(path);
}

static void flip_bit(struct agg_desk *d, enum jb_store_table table, struct jb_slice key)
{
    flip_closed(d, table, key);
    agg_desk_open_engine(d, 0);
}

static void a_damaged_record_is_reported_and_never_served(void **state)
{
    struct agg_desk *d = *state;
    struct jb_block_key key = {JB_PLANE_SUM, 0, jb_period_make(JB_FREQ_QUARTER, 2023, 0), 1};
    uint8_t bytes[JB_BLOCK_KEY_BYTES];
    struct jb_slice record;
    jb_kv_txn *txn = NULL;
    fill(d, 5);
    jb_block_key_encode(&key, bytes);
    flip_bit(d, JB_T_CELLS, jb_slice_of(bytes, sizeof(bytes)));
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_block(txn, key.plane, key.node, key.period, key.block, &record),
                     JB_EDAMAGED);
    jb_kv_abort(&txn);
    struct jb_verify_report report = verify(d);
    assert_false(report.clean);
    assert_int_equal(report.problem_count, 1);
    assert_non_null(strstr(report.problems[0], "cells"));
    jb_verify_report_free(&report);
    /* the ledger is whole, so the table can be made again */
    rebuild(d);
    report = verify(d);
    assert_true(report.clean);
    jb_verify_report_free(&report);
}

/* Where LMDB keeps what it knows of a table, behind its name: the last is the root's page. */
static void lose_root(const struct agg_desk *d, const char *table)
{
    enum { TABLE_BYTES = 48 };
    char *path = jb_xasprintf("%s/data.mdb", d->dir);
    uint8_t *bytes = NULL, *at;
    size_t len = 0, name_len = strlen(table), count = 0;
    assert_int_equal(jb_read_file(path, 1 << 26, &bytes, &len), JB_OK);
    FILE *out = fopen(path, "r+b");
    assert_non_null(out);
    for (at = bytes; (at = memmem(at, len - (size_t)(at - bytes), table, name_len)); at++) {
        uint8_t *end = at + name_len + TABLE_BYTES;
        if (at < bytes + 2 || at[-2] != name_len || at[-1] != 0 || end > bytes + len)
            continue;
        assert_int_equal(fseek(out, end - bytes - 1, SEEK_SET), 0);
        assert_int_equal(fputc(end[-1] ^ 0x40, out), end[-1] ^ 0x40);
        count++;
    }
    assert_true(count > 0);
    assert_int_equal(fclose(out), 0);
    free(bytes);
    free(path);
}

/* LMDB says once what is wrong, and then only that the transaction is over. */
static void a_table_that_is_cut_off_is_reported(void **state)
{
    static const char *const tables[] = {"cells", "contacts", "ledger"};
    struct agg_desk *d = *state;
    fill(d, 5);
    jb_engine_close(d->engine);
    d->engine = NULL;
    for (size_t i = 0; i < JB_COUNT(tables); i++) {
        lose_root(d, tables[i]);
        struct jb_verify_report report = verify(d);
        assert_false(report.clean);
        assert_true(report.problem_count > 0);
        jb_verify_report_free(&report);
    }
}

/* Until the table has the receipts of all that was submitted. */
static void fill_the_block(struct agg_desk *d)
{
    for (uint64_t block = agg_head(d).revision / JB_RECEIPTS_BLOCK;
         agg_head(d).revision / JB_RECEIPTS_BLOCK == block;)
        assert_int_equal(jb_engine_append_epoch(d->engine, d->now_us), JB_OK);
}

static void a_damaged_record_of_any_table_but_the_ledger_is_made_again(void **state)
{
    static const enum jb_store_table tables[] = {JB_T_RECEIPTS, JB_T_CELLS, JB_T_CATALOGS,
                                                 JB_T_NAMES};
    struct agg_desk *d = *state;
    size_t len, again_len;
    fill(d, 5);
    fill_the_block(d);
    char *text = dump_text(d, &len);
    for (size_t i = 0; i < JB_COUNT(tables); i++) {
        jb_kv_txn *txn = NULL;
        jb_kv_cursor *cursor = NULL;
        struct jb_slice key;
        uint8_t copy[JB_KV_KEY_BYTES_MAX];
        assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
        assert_int_equal(jb_kv_cursor_open(txn, tables[i], &cursor), JB_OK);
        assert_int_equal(jb_kv_first(cursor, &key, NULL), JB_OK);
        memcpy(copy, key.ptr, key.len);
        key.ptr = copy;
        jb_kv_cursor_close(cursor);
        jb_kv_abort(&txn);
        flip_closed(d, tables[i], key);
        struct jb_verify_report report = verify(d);
        assert_false(report.clean);
        jb_verify_report_free(&report);
        rebuild(d);
        report = verify(d);
        assert_true(report.clean);
        jb_verify_report_free(&report);
    }
    char *again = dump_text(d, &again_len);
    assert_int_equal(len, again_len);
    assert_memory_equal(text, again, len);
    free(text);
    free(again);
}

static void a_rebuild_begins_the_change_log_anew(void **state)
{
    static const uint8_t key[8] = {0, 0, 0, 0, 0, 0, 0, 40};
    struct agg_desk *d = *state;
    jb_kv_txn *txn = NULL;
    uint64_t floor = 0;
    fill(d, 5);
    flip_closed(d, JB_T_CHANGES, jb_slice_of(key, sizeof(key)));
    rebuild(d);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_change_floor(txn, &floor), JB_OK);
    jb_kv_abort(&txn);
    assert_int_equal(floor, agg_head(d).revision + 1);
    struct jb_verify_report report = verify(d);
    assert_true(report.clean);
    jb_verify_report_free(&report);
}

/* LMDB would take another name for no table, and a store without one for none at all. */
static void a_store_that_lost_a_table_is_damaged_and_not_missing(void **state)
{
    struct agg_desk *d = *state;
    static const char *const tables[] = {"ledger", "meta"};
    const struct jb_kv_config config = {
        .tables = tables, .table_count = JB_COUNT(tables), .create = true};
    char *dir = jb_xasprintf("%s/partly", d->base);
    jb_kv *kv = NULL;
    assert_int_equal(jb_kv_open(dir, &config, &kv), JB_OK);
    jb_kv_close(kv);
    assert_int_equal(jb_store_open(dir, 0, 0, false, false, false, &kv), JB_EDAMAGED);
    jb_kv_remove(dir);
    free(dir);
}

static void a_damaged_entry_is_reported(void **state)
{
    struct agg_desk *d = *state;
    static const uint8_t key[8] = {0, 0, 0, 0, 0, 0, 0, 9};
    fill(d, 5);
    flip_bit(d, JB_T_LEDGER, jb_slice_of(key, sizeof(key)));
    struct jb_verify_report report = verify(d);
    assert_false(report.clean);
    assert_true(report.problem_count >= 1);
    assert_non_null(strstr(report.problems[0], "9"));
    jb_verify_report_free(&report);
    jb_engine_close(d->engine);
    d->engine = NULL;
    bool contacts_lost;
    assert_int_equal(jb_rebuild(d->dir, NULL, NULL, &contacts_lost), JB_EDAMAGED);
}

static void an_altered_record_is_reported_though_its_checksum_is_right(void **state)
{
    struct agg_desk *d = *state;
    struct jb_period q1 = jb_period_make(JB_FREQ_QUARTER, 2023, 0);
    struct jb_slice record;
    uint8_t copy[4000];
    size_t len;
    jb_kv_txn *txn = NULL;
    fill(d, 5);
    assert_int_equal(jb_kv_begin_write(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_block(txn, JB_PLANE_SUM, 1, q1, 1, &record), JB_OK);
    len = record.len;
    memcpy(copy, record.ptr, len);
    assert_int_equal(jb_store_put_block(txn, JB_PLANE_SUM, 0, q1, 1, jb_slice_of(copy, len)),
                     JB_OK); /* the branch's sums as the county's */
    assert_int_equal(jb_store_put_block(txn, JB_PLANE_SUM, 6, q1, 1, jb_slice_of(copy, len)),
                     JB_OK); /* sums of a unit that has nothing below */
    assert_int_equal(jb_store_put_block(txn, JB_PLANE_SUM, 1, q1, 1, (struct jb_slice){0}), JB_OK);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    struct jb_verify_report report = verify(d);
    assert_false(report.clean);
    assert_int_equal(report.problem_count, 3);
    jb_verify_report_free(&report);
}

static void a_verification_can_be_stopped(void **state)
{
    struct agg_desk *d = *state;
    struct jb_verify_report report;
    atomic_bool stop = true;
    jb_kv_txn *txn = NULL;
    char *scratch = jb_xasprintf("%s/scratch", d->base);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_verify(txn, scratch, NULL, NULL, &stop, &report), JB_EAGAIN);
    jb_kv_abort(&txn);
    free(scratch);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_sound_store_verifies),
        T(the_dump_does_not_know_the_batches),
        T(a_rebuild_makes_the_same_tables),
        T(an_older_format_is_rebuilt_when_it_is_opened),
        T(a_store_from_before_there_were_all_tables_gets_them),
        T(a_damaged_record_is_reported_and_never_served),
        T(a_table_that_is_cut_off_is_reported),
        T(a_damaged_record_of_any_table_but_the_ledger_is_made_again),
        T(a_rebuild_begins_the_change_log_anew),
        T(a_store_that_lost_a_table_is_damaged_and_not_missing),
        T(a_damaged_entry_is_reported),
        T(an_altered_record_is_reported_though_its_checksum_is_right),
        T(a_verification_can_be_stopped),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
