/* A store of two tables in a temporary folder, for the tests of the LMDB wrapper. */
#ifndef JB_TEST_KV_DESK_H
#define JB_TEST_KV_DESK_H

#include "jb_test.h"

#include "files/kv.h"

static const char *const tables[] = {"ledger", "cells"};

struct desk {
    char *dir; /* of the test */
    char *store;
    jb_kv *kv;
};

static inline struct jb_kv_config config(void)
{
    return (struct jb_kv_config){
        .tables = tables, .table_count = 2, .map_bytes = 1 << 20, .create = true};
}

static inline int setup(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    struct jb_kv_config c = config();
    d->dir = jb_test_tmpdir();
    d->store = jb_xasprintf("%s/store", d->dir);
    *state = d;
    return jb_kv_open(d->store, &c, &d->kv);
}

static inline int teardown(void **state)
{
    struct desk *d = *state;
    jb_kv_close(d->kv);
    jb_test_rmdir(d->dir);
    free(d->store);
    free(d);
    return 0;
}

static inline void put_one(jb_kv *kv, uint32_t table, const char *key, const char *value)
{
    jb_kv_txn *txn = NULL;
    assert_int_equal(jb_kv_begin_write(kv, &txn), JB_OK);
    assert_int_equal(jb_kv_put(txn, table, jb_slice_str(key), jb_slice_str(value)), JB_OK);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    assert_null(txn);
}

#define DESK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
