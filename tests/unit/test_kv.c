/* The store's floor: what was committed is there and whole, what failed is not, and damage is never served. */
#include "jb_test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files/kv.h"

static const char *const tables[] = {"ledger", "cells"};

struct desk {
    char *dir; /* of the test */
    char *store;
    jb_kv *kv;
};

static struct jb_kv_config config(void)
{
    return (struct jb_kv_config){.tables = tables, .table_count = 2, .map_bytes = 1 << 20, .create = true};
}

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    struct jb_kv_config c = config();
    d->dir = jb_test_tmpdir();
    d->store = jb_xasprintf("%s/store", d->dir);
    *state = d;
    return jb_kv_open(d->store, &c, &d->kv);
}

static int teardown(void **state)
{
    struct desk *d = *state;
    jb_kv_close(d->kv);
    jb_test_rmdir(d->dir);
    free(d->store);
    free(d);
    return 0;
}

static void put_one(jb_kv *kv, uint32_t table, const char *key, const char *value)
{
    jb_kv_txn *txn = NULL;
    assert_int_equal(jb_kv_begin_write(kv, &txn), JB_OK);
    assert_int_equal(jb_kv_put(txn, table, jb_slice_str(key), jb_slice_str(value)), JB_OK);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    assert_null(txn);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_committed_survives_reopening, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
