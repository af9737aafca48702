/* What kv.c and kv_env.c share; nobody else includes this. LMDB's names are declared as in
 * <lmdb.h>, which only those two include. */
#ifndef JB_KV_INNER_H
#define JB_KV_INNER_H

#include <stdatomic.h>

#include "files/kv.h"

typedef struct MDB_env MDB_env;
typedef unsigned int MDB_dbi;

struct jb_kv {
    MDB_env *env;
    char *dir;
    int lock_fd; /* -1: read only */
    uint32_t table_count;
    uint64_t reserve_bytes;
    atomic_int writer; /* thread id of the open write transaction, else 0 */
    MDB_dbi tables[JB_KV_TABLES_MAX];
    uint64_t sum_seeds[JB_KV_TABLES_MAX]; /* of the checksums; from the tables' names */
};

/* The meaning of LMDB's answer. dir: where a write would have gone, to tell a full disk from a
 * broken one. */
jb_err jb_kv_error(int rc, const char *dir);

#endif
