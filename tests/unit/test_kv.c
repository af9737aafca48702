/* The store's floor: what was committed is there and whole, what was not is not, in byte order. */
#include "unit/kv_desk.h"

#include "files/encoding.h"

static void what_is_committed_survives_reopening(void **state)
{
    struct desk *d = *state;
    struct jb_kv_config c = config();
    jb_kv_txn *txn = NULL;
    struct jb_slice value = JB_LIT("untouched");
    put_one(d->kv, 0, "a", "one");
    put_one(d->kv, 1, "a", "");
    jb_kv_close(d->kv);
    d->kv = NULL;
    c.create = false;
    assert_int_equal(jb_kv_open(d->store, &c, &d->kv), JB_OK);
    assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_get(txn, 0, JB_LIT("b"), &value), JB_ENOTFOUND);
    assert_true(jb_slice_is(value, "untouched"));
    assert_int_equal(jb_kv_get(txn, 0, JB_LIT("a"), &value), JB_OK);
    assert_true(jb_slice_is(value, "one"));
    assert_int_equal(jb_kv_get(txn, 1, JB_LIT("a"), &value), JB_OK);
    assert_int_equal(value.len, 0);
    jb_kv_abort(&txn);
}

static void a_second_writer_is_kept_out(void **state)
{
    struct desk *d = *state;
    struct jb_kv_config c = config();
    jb_kv *other = NULL;
    assert_int_equal(jb_kv_open(d->store, &c, &other), JB_EAGAIN);
    assert_null(other);
    char *missing = jb_xasprintf("%s/missing", d->dir);
    c.create = false;
    assert_int_equal(jb_kv_open(missing, &c, &other), JB_ENOTFOUND);
    free(missing);
    missing = jb_xasprintf("%s/missing/below", d->dir);
    c.create = true;
    assert_int_equal(jb_kv_open(missing, &c, &other), JB_ENOTFOUND);
    free(missing);
    char *file = jb_xasprintf("%s/data.mdb", d->store);
    assert_int_equal(jb_kv_open(file, &c, &other), JB_EINVAL);
    free(file);
    assert_null(other);
}

static void a_missing_table_is_not_made_unasked(void **state)
{
    static const char *const more[] = {"ledger", "cells", "later"};
    struct desk *d = *state;
    struct jb_kv_config c = config();
    jb_kv_close(d->kv);
    d->kv = NULL;
    c.tables = more;
    c.table_count = 3;
    c.create = false;
    assert_int_equal(jb_kv_open(d->store, &c, &d->kv), JB_ENOTFOUND);
    assert_null(d->kv);
    c.create = true;
    assert_int_equal(jb_kv_open(d->store, &c, &d->kv), JB_OK);
}

#define SECRET "fourteen little foxes"
#define SECRETS 20

/* A value that has pages of its own, with the secret at its beginning, middle and end. */
static struct jb_slice secret_value(uint8_t *bytes, size_t len, int n)
{
    memset(bytes, 'x', len);
    for (int i = 0; i < 3; i++)
        snprintf((char *)bytes + (size_t)i * (len / 2 - 20), 32, SECRET " %03d", n);
    return jb_slice_of(bytes, len);
}

/* How often the secret with that number stands in the file. */
static int count_in_file(const struct desk *d, int n)
{
    char wanted[32];
    uint8_t *bytes = NULL;
    size_t len = 0;
    int count = 0;
    char *path = jb_xasprintf("%s/data.mdb", d->store);
    snprintf(wanted, sizeof(wanted), SECRET " %03d", n);
    assert_int_equal(jb_read_file(path, 1 << 24, &bytes, &len), JB_OK);
    for (uint8_t *at = bytes; (at = memmem(at, len - (size_t)(at - bytes), wanted, strlen(wanted)));
         at++)
        count++;
    free(bytes);
    free(path);
    return count;
}

/* Beside other writes, of which some take up the pages that were freed. */
static void what_was_erased_is_nowhere_in_the_file(void **state)
{
    struct desk *d = *state;
    jb_kv_txn *txn = NULL, *older = NULL;
    struct jb_slice value;
    char key[16];
    assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
    size_t len = jb_kv_page_bytes(txn) + 1000;
    jb_kv_abort(&txn);
    uint8_t *bytes = malloc(len);
    for (int n = 0; n < SECRETS; n++) {
        assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
        snprintf(key, sizeof(key), "key %d", n);
        assert_int_equal(jb_kv_put(txn, 1, jb_slice_str(key), secret_value(bytes, len, n)), JB_OK);
        assert_int_equal(jb_kv_put(txn, 0, jb_slice_str(key), JB_LIT("beside")), JB_OK);
        assert_int_equal(jb_kv_commit(&txn), JB_OK);
    }
    assert_int_equal(count_in_file(d, 3), 3);
    assert_int_equal(jb_kv_begin_read(d->kv, &older), JB_OK);
    for (int n = 0; n < SECRETS; n += 2) {
        assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
        snprintf(key, sizeof(key), "key %d", n);
        assert_int_equal(jb_kv_erase(txn, 1, jb_slice_str(key)), JB_OK);
        assert_int_equal(jb_kv_erase(txn, 1, jb_slice_str(key)), JB_ENOTFOUND);
        assert_int_equal(jb_kv_commit(&txn), JB_OK);
        assert_int_equal(count_in_file(d, n), 0);
        assert_true(jb_kv_is_erased(older, 1, jb_slice_str(key)));
        assert_int_equal(jb_kv_get(older, 1, jb_slice_str(key), &value), JB_EDAMAGED);
        put_one(d->kv, 0, key, "other");
    }
    jb_kv_abort(&older);
    assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
    for (int n = 0; n < SECRETS; n++) {
        snprintf(key, sizeof(key), "key %d", n);
        assert_int_equal(jb_kv_get(txn, 1, jb_slice_str(key), &value),
                         n % 2 ? JB_OK : JB_ENOTFOUND);
        assert_false(jb_kv_is_erased(txn, 1, jb_slice_str(key)));
    }
    jb_kv_abort(&txn);
    free(bytes);
}

/* An aborted transaction takes nothing away, and what one transaction puts twice is there once. */
static void what_was_not_committed_is_not_erased(void **state)
{
    struct desk *d = *state;
    jb_kv_txn *txn = NULL;
    struct jb_slice value;
    assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
    size_t len = jb_kv_page_bytes(txn) + 1000;
    uint8_t *bytes = malloc(len);
    assert_int_equal(jb_kv_put(txn, 1, JB_LIT("a"), secret_value(bytes, len, 1)), JB_OK);
    assert_int_equal(jb_kv_erase(txn, 1, JB_LIT("a")), JB_OK);
    assert_int_equal(jb_kv_put(txn, 1, JB_LIT("a"), secret_value(bytes, len, 2)), JB_OK);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    assert_int_equal(count_in_file(d, 1), 0);
    assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_erase(txn, 1, JB_LIT("a")), JB_OK);
    jb_kv_abort(&txn);
    put_one(d->kv, 0, "other", "write");
    assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_get(txn, 1, JB_LIT("a"), &value), JB_OK);
    assert_memory_equal(value.ptr, bytes, len);
    jb_kv_abort(&txn);
    free(bytes);
}

static void an_aborted_transaction_leaves_nothing(void **state)
{
    struct desk *d = *state;
    jb_kv_txn *txn = NULL;
    struct jb_slice value;
    put_one(d->kv, 0, "a", "one");
    assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_put(txn, 0, JB_LIT("a"), JB_LIT("two")), JB_OK);
    assert_int_equal(jb_kv_get(txn, 0, JB_LIT("a"), &value), JB_OK);
    assert_true(jb_slice_is(value, "two"));
    jb_kv_abort(&txn);
    jb_kv_abort(&txn);
    assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_get(txn, 0, JB_LIT("a"), &value), JB_OK);
    assert_true(jb_slice_is(value, "one"));
    jb_kv_abort(&txn);
}

static void a_read_transaction_sees_one_state_until_renewed(void **state)
{
    struct desk *d = *state;
    jb_kv_txn *txn = NULL;
    struct jb_slice value;
    put_one(d->kv, 0, "a", "one");
    assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
    put_one(d->kv, 0, "a", "two");
    assert_int_equal(jb_kv_get(txn, 0, JB_LIT("a"), &value), JB_OK);
    assert_true(jb_slice_is(value, "one"));
    jb_kv_reset(txn);
    assert_int_equal(jb_kv_renew(txn), JB_OK);
    assert_int_equal(jb_kv_get(txn, 0, JB_LIT("a"), &value), JB_OK);
    assert_true(jb_slice_is(value, "two"));
    jb_kv_abort(&txn);
}

static void keys_have_a_length(void **state)
{
    struct desk *d = *state;
    uint8_t key[JB_KV_KEY_BYTES_MAX + 1] = {1};
    jb_kv_txn *txn = NULL;
    struct jb_slice value;
    assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_put(txn, 0, jb_slice_of(key, JB_KV_KEY_BYTES_MAX), JB_LIT("v")), JB_OK);
    assert_int_equal(jb_kv_get(txn, 0, jb_slice_of(key, JB_KV_KEY_BYTES_MAX), &value), JB_OK);
    assert_int_equal(jb_kv_get(txn, 0, jb_slice_of(key, sizeof(key)), &value), JB_ERANGE);
    assert_false(jb_kv_failed(txn));
    assert_int_equal(jb_kv_put(txn, 0, JB_LIT(""), JB_LIT("v")), JB_EINVAL);
    assert_true(jb_kv_failed(txn));
    assert_int_equal(jb_kv_put(txn, 0, JB_LIT("good"), JB_LIT("v")), JB_EINVAL);
    assert_int_equal(jb_kv_commit(&txn),
                     JB_EINVAL); /* a record is missing: nothing of the batch stays */
    assert_null(txn);
    assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_get(txn, 0, jb_slice_of(key, JB_KV_KEY_BYTES_MAX), &value),
                     JB_ENOTFOUND);
    jb_kv_abort(&txn);
}

static void append_takes_growing_keys_only(void **state)
{
    struct desk *d = *state;
    jb_kv_txn *txn = NULL;
    uint64_t count = 0;
    assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_append(txn, 0, JB_LIT("b"), JB_LIT("1")), JB_OK);
    assert_int_equal(jb_kv_append(txn, 0, JB_LIT("b"), JB_LIT("2")), JB_EEXIST);
    assert_int_equal(jb_kv_append(txn, 0, JB_LIT("a"), JB_LIT("2")), JB_EEXIST);
    assert_int_equal(jb_kv_append(txn, 0, JB_LIT("c"), JB_LIT("3")), JB_OK);
    assert_false(jb_kv_failed(txn));
    assert_int_equal(jb_kv_delete(txn, 0, JB_LIT("a")), JB_ENOTFOUND);
    assert_int_equal(jb_kv_delete(txn, 0, JB_LIT("b")), JB_OK);
    assert_int_equal(jb_kv_count(txn, 0, &count), JB_OK);
    assert_int_equal(count, 1);
    assert_int_equal(jb_kv_put(txn, 1, JB_LIT("x"), JB_LIT("")), JB_OK);
    assert_int_equal(jb_kv_drop(txn, 0), JB_OK);
    assert_int_equal(jb_kv_count(txn, 0, &count), JB_OK);
    assert_int_equal(count, 0);
    assert_int_equal(jb_kv_count(txn, 1, &count), JB_OK);
    assert_int_equal(count, 1);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
}

static void cursors_walk_in_byte_order(void **state)
{
    static const char *const names[] = {"b", "a", "ab", "\xff", "c"};
    static const char *const sorted[] = {"a", "ab", "b", "c", "\xff"};
    struct desk *d = *state;
    jb_kv_txn *txn = NULL;
    jb_kv_cursor *c = NULL;
    struct jb_slice key, value;
    for (size_t i = 0; i < 5; i++)
        put_one(d->kv, 0, names[i], names[i]);
    assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_cursor_open(txn, 0, &c), JB_OK);
    jb_err err = jb_kv_first(c, &key, &value);
    for (size_t i = 0; i < 5; i++, err = jb_kv_next(c, &key, &value)) {
        assert_int_equal(err, JB_OK);
        assert_true(jb_slice_is(key, sorted[i]));
        assert_true(jb_slice_is(value, sorted[i]));
    }
    assert_int_equal(err, JB_ENOTFOUND);
    err = jb_kv_last(c, &key, NULL);
    for (size_t i = 5; i > 0; i--, err = jb_kv_prev(c, &key, NULL)) {
        assert_int_equal(err, JB_OK);
        assert_true(jb_slice_is(key, sorted[i - 1]));
    }
    assert_int_equal(err, JB_ENOTFOUND);
    assert_int_equal(jb_kv_seek(c, JB_LIT("aa"), &key, NULL), JB_OK);
    assert_true(jb_slice_is(key, "ab"));
    assert_int_equal(jb_kv_seek(c, JB_LIT("b"), NULL, &value), JB_OK);
    assert_true(jb_slice_is(value, "b"));
    assert_int_equal(jb_kv_seek(c, JB_LIT(""), &key, NULL), JB_OK);
    assert_true(jb_slice_is(key, "a"));
    assert_int_equal(jb_kv_seek(c, JB_LIT("\xff\x01"), &key, &value), JB_ENOTFOUND);
    assert_true(jb_slice_is(key, "a"));
    jb_kv_cursor_close(c);
    assert_int_equal(jb_kv_cursor_open(txn, 1, &c), JB_OK);
    assert_int_equal(jb_kv_first(c, NULL, NULL), JB_ENOTFOUND);
    jb_kv_cursor_close(c);
    jb_kv_cursor_close(NULL);
    jb_kv_abort(&txn);
}

static void deleting_under_a_cursor_skips_nothing(void **state)
{
    struct desk *d = *state;
    jb_kv_txn *txn = NULL;
    jb_kv_cursor *c = NULL;
    struct jb_slice key;
    uint8_t name[2], value[200] = {0};
    uint32_t seen = 0;
    assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
    for (uint32_t i = 0; i < 1000; i++) {
        name[0] = (uint8_t)(i >> 8);
        name[1] = (uint8_t)i;
        assert_int_equal(jb_kv_append(txn, 0, jb_slice_of(name, 2), jb_slice_of(value, 200)),
                         JB_OK);
    }
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_cursor_open(txn, 0, &c), JB_OK);
    jb_err err = jb_kv_first(c, &key, NULL);
    while (!err) {
        assert_int_equal(key.ptr[0] << 8 | key.ptr[1], seen);
        seen++;
        memcpy(name, key.ptr, 2); /* the borrowed key dies with the delete */
        assert_int_equal(jb_kv_delete(txn, 0, jb_slice_of(name, 2)), JB_OK);
        err = jb_kv_seek(c, jb_slice_of(name, 2), &key, NULL);
    }
    assert_int_equal(err, JB_ENOTFOUND);
    assert_int_equal(seen, 1000);
    jb_kv_cursor_close(c);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK(what_is_committed_survives_reopening),
        DESK(a_second_writer_is_kept_out),
        DESK(a_missing_table_is_not_made_unasked),
        DESK(what_was_erased_is_nowhere_in_the_file),
        DESK(what_was_not_committed_is_not_erased),
        DESK(an_aborted_transaction_leaves_nothing),
        DESK(a_read_transaction_sees_one_state_until_renewed),
        DESK(keys_have_a_length),
        DESK(append_takes_growing_keys_only),
        DESK(cursors_walk_in_byte_order),
        DESK(deleting_under_a_cursor_skips_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
