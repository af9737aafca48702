/* What kv.c, kv_env.c and kv_erase.c share; nobody else includes this. LMDB's names are declared as
 * in <lmdb.h>, which only those include. */
#ifndef JB_KV_INNER_H
#define JB_KV_INNER_H

#include <stdatomic.h>

#include "files/kv.h"

typedef struct MDB_env MDB_env;
typedef unsigned int MDB_dbi;

/* Where a value that is being erased lies in the file. */
struct jb_kv_wipe {
    uint64_t offset;
    size_t len;
};

struct jb_kv {
    MDB_env *env;
    char *dir;
    int lock_fd; /* -1: read only */
    uint32_t table_count;
    uint64_t reserve_bytes;
    atomic_int writer; /* thread id of the open write transaction, else 0 */
    MDB_dbi tables[JB_KV_TABLES_MAX];
    uint64_t sum_seeds[JB_KV_TABLES_MAX]; /* of the checksums; from the tables' names */
    struct jb_kv_wipe *wipes;             /* of the open write transaction */
    size_t wipe_count, wipe_cap;
};

/* The meaning of LMDB's answer. dir: where a write would have gone, to tell a full disk from a
 * broken one. */
jb_err jb_kv_error(int rc, const char *dir);

/* Erasing (kv_erase.c). note: a value that the open write transaction erases, as LMDB shows it.
 * run: the transaction is on disk: zeros in the place of each, fsynced. JB_EIO. forget: it is not.
 */
void jb_kv_wipe_note(jb_kv *kv, struct jb_slice stored);
JB_MUST_USE jb_err jb_kv_wipe_run(jb_kv *kv);
void jb_kv_wipe_forget(jb_kv *kv);
/* A compacted copy: zeros into the gaps of its pages, where LMDB leaves what its buffer held
 * before, and that may be a value which is erased later. JB_EIO, JB_EDAMAGED. */
JB_MUST_USE jb_err jb_kv_clear_gaps(const jb_kv *kv, int fd);

#endif
