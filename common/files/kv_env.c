/* The environment: opening it with what LMDB leaves to its user (a lock against a second writer,
 * names on disk that survive a power cut, a map that never shrinks), its size, its copy, and one
 * meaning for the many ways in which LMDB says that the disk is full. */
#include "files/kv_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/limits.h"
#include "files/dir.h"

/* LMDB fills the disk before it reports a short write as EIO; what is left then is less than this.
 */
#define NEARLY_FULL_BYTES (1024 * 1024)

jb_err jb_kv_error(int rc, const char *dir)
{
    uint64_t free_bytes;
    switch (rc) {
    case MDB_NOTFOUND:
        return JB_ENOTFOUND;
    case MDB_KEYEXIST:
        return JB_EEXIST;
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
        return JB_EFULL;
    case MDB_READERS_FULL:
        return JB_EAGAIN;
    case MDB_VERSION_MISMATCH:
        return JB_EVERSION;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_INCOMPATIBLE: /* a table with flags that none of ours has */
    case MDB_CURSOR_FULL:
    case MDB_BAD_TXN: /* it met one of these before */
        return JB_EDAMAGED;
    case EIO:
        if (!jb_dir_free_bytes(dir, &free_bytes) && free_bytes < NEARLY_FULL_BYTES)
            return JB_EFULL;
        return JB_EIO;
    default:
        return rc >= 0 ? jb_dir_errno(rc) : JB_EIO;
    }
}

static jb_err open_env(jb_kv *kv, const struct jb_kv_config *config)
{
    unsigned flags = MDB_NOTLS;
    MDB_envinfo info;
    if (config->read_only)
        flags |= MDB_RDONLY;
    if (config->scratch)
        flags |= MDB_NOSYNC;
    int rc = mdb_env_create(&kv->env);
    if (!rc)
        rc = mdb_env_set_maxdbs(kv->env, JB_KV_TABLES_MAX);
    if (!rc)
        rc = mdb_env_set_maxreaders(kv->env, JB_STORE_READERS_MAX);
    if (!rc)
        rc = mdb_env_open(kv->env, kv->dir, flags, 0640);
    if (!rc)
        rc = mdb_env_info(kv->env, &info);
    if (rc)
        return jb_kv_error(rc, kv->dir);
    /* The size is set after opening because LMDB would take a smaller one then, and a map never
     * shrinks here. */
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t want = config->map_bytes ? config->map_bytes : JB_MAP_BYTES_DEFAULT;
    want = (want + page - 1) / page * page;
    if (!config->read_only && want > info.me_mapsize)
        rc = mdb_env_set_mapsize(kv->env, want);
    jb_kv_check_readers(kv);
    return jb_kv_error(rc, kv->dir);
}

static jb_err open_tables(jb_kv *kv, const struct jb_kv_config *config)
{
    static const char domain[] = "jibao kv checksum 1";
    const uint64_t domain_seed = XXH3_64bits(domain, sizeof(domain) - 1);
    MDB_txn *txn = NULL;
    int rc = mdb_txn_begin(kv->env, NULL, config->create ? 0 : MDB_RDONLY, &txn);
    for (uint32_t i = 0; !rc && i < config->table_count; i++) {
        struct jb_slice name = jb_slice_str(config->tables[i]);
        rc = mdb_dbi_open(txn, config->tables[i], config->create ? MDB_CREATE : 0, &kv->tables[i]);
        kv->sum_seeds[i] = XXH3_64bits_withSeed(name.ptr, name.len, domain_seed);
    }
    if (rc)
        mdb_txn_abort(txn); /* NULL is fine */
    else
        rc = mdb_txn_commit(txn);
    kv->table_count = config->table_count;
    return jb_kv_error(rc, kv->dir);
}

/* JB_ENOTFOUND unless a store is there. */
static jb_err find_store(const char *dir)
{
    struct stat info;
    char *data = jb_xasprintf("%s/data.mdb", dir);
    jb_err err = stat(data, &info) == 0 ? JB_OK : jb_dir_errno(errno);
    free(data);
    return err;
}

jb_err jb_kv_open(const char *dir, const struct jb_kv_config *config, jb_kv **ret)
{
    jb_assert(config->table_count <= JB_KV_TABLES_MAX);
    jb_assert(!config->create || !config->read_only);
    jb_kv *kv = jb_xcalloc(1, sizeof(*kv));
    kv->dir = jb_xstrdup(dir);
    kv->lock_fd = -1;
    kv->reserve_bytes = config->reserve_bytes;
    jb_err err = config->create ? jb_dir_make(dir) : find_store(dir);
    if (!err)
        err = jb_dir_check_local(dir);
    if (!err && !config->read_only)
        err = jb_dir_lock(dir, &kv->lock_fd);
    if (!err)
        err = open_env(kv, config);
    if (!err)
        err = open_tables(kv, config);
    if (!err && config->create && !config->scratch)
        err = jb_dir_sync(dir);
    if (err)
        jb_kv_close(kv);
    else
        *ret = kv;
    return err;
}

void jb_kv_close(jb_kv *kv)
{
    if (!kv)
        return;
    if (kv->env)
        mdb_env_close(kv->env);
    if (kv->lock_fd >= 0)
        close(kv->lock_fd);
    free(kv->wipes);
    free(kv->dir);
    free(kv);
}

void jb_kv_check_readers(jb_kv *kv)
{
    int dead;
    jb_ignore(mdb_reader_check(kv->env, &dead) != 0); /* the next minute tries again */
}

/* LMDB keeps the pages that it may use again as lists in its table 0; a list starts with its
 * length. */
static int count_free_pages(MDB_env *env, uint64_t *ret)
{
    MDB_txn *txn = NULL;
    MDB_cursor *cursor = NULL;
    MDB_val key, list;
    uint64_t count = 0;
    int rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);
    if (!rc)
        rc = mdb_cursor_open(txn, 0, &cursor);
    if (!rc) {
        while ((rc = mdb_cursor_get(cursor, &key, &list, MDB_NEXT)) == 0) {
            size_t pages;
            memcpy(&pages, list.mv_data, sizeof(pages));
            count += pages;
        }
    }
    if (cursor)
        mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
    if (rc == MDB_NOTFOUND) {
        *ret = count;
        rc = 0;
    }
    return rc;
}

jb_err jb_kv_usage(jb_kv *kv, struct jb_kv_usage *ret)
{
    struct jb_kv_usage usage;
    MDB_envinfo info;
    MDB_stat page;
    struct stat file;
    uint64_t free_pages = 0;
    int fd;
    int rc = mdb_env_info(kv->env, &info);
    if (!rc)
        rc = mdb_env_stat(kv->env, &page);
    if (!rc)
        rc = mdb_env_get_fd(kv->env, &fd);
    if (!rc && fstat(fd, &file) != 0)
        rc = errno;
    if (!rc)
        rc = count_free_pages(kv->env, &free_pages);
    jb_err err = jb_kv_error(rc, kv->dir);
    if (!err)
        err = jb_dir_free_bytes(kv->dir, &usage.disk_free_bytes);
    if (err)
        return err;
    uint64_t pages =
        info.me_last_pgno + 1; /* a commit between the two looks can make the lists longer */
    usage.file_bytes = (uint64_t)file.st_size;
    usage.map_bytes = info.me_mapsize;
    usage.used_bytes = (pages > free_pages ? pages - free_pages : 0) * page.ms_psize;
    *ret = usage;
    return JB_OK;
}

uint64_t jb_kv_map_bytes(jb_kv *kv)
{
    MDB_envinfo info;
    return mdb_env_info(kv->env, &info) ? 0 : info.me_mapsize;
}

void jb_kv_remove(const char *dir)
{
    static const char *const names[] = {"data.mdb", "lock.mdb", "lock"};
    for (size_t i = 0; i < JB_COUNT(names); i++) {
        char *path = jb_xasprintf("%s/%s", dir, names[i]);
        jb_ignore(unlink(path) != 0);
        free(path);
    }
    jb_ignore(rmdir(dir) != 0);
}

/* Into a folder that is there and empty. */
static jb_err copy_into(jb_kv *kv, const char *dir)
{
    char *data = jb_xasprintf("%s/data.mdb", dir);
    int rc = mdb_env_copy2(kv->env, dir, MDB_CP_COMPACT);
    bool compact = rc != MDB_INCOMPATIBLE;
    if (!compact) { /* LMDB leaked a page once: harmless, but compaction gives up */
        jb_ignore(unlink(data) != 0);
        rc = mdb_env_copy2(kv->env, dir, 0);
    }
    jb_err err = jb_kv_error(rc, dir);
    int fd = err || !compact ? -1 : open(data, O_RDWR | O_CLOEXEC);
    if (!err && compact)
        err = fd < 0 ? jb_dir_errno(errno) : jb_kv_clear_gaps(kv, fd);
    if (fd >= 0)
        close(fd);
    if (!err)
        err = jb_dir_sync_file(data);
    if (!err)
        err = jb_dir_sync(dir);
    free(data);
    return err;
}

/* LMDB writes the first pages first: half a copy would open like a whole one. */
jb_err jb_kv_copy(jb_kv *kv, const char *dest_dir)
{
    struct stat info;
    size_t len = strlen(dest_dir);
    if (lstat(dest_dir, &info) == 0)
        return JB_EEXIST;
    while (len > 1 && dest_dir[len - 1] == '/') /* "dest/" is "dest" */
        len--;
    char *dest = jb_xstrndup(dest_dir, len);
    char *part = jb_xasprintf("%s.part", dest);
    jb_kv_remove(part);
    jb_err err = mkdir(part, 0750) == 0 ? JB_OK : jb_dir_errno(errno);
    if (!err) {
        err = copy_into(kv, part);
        if (!err)
            err = jb_dir_rename_new(part, dest);
        if (err)
            jb_kv_remove(part);
    }
    free(part);
    free(dest);
    return err;
}

/* The readers' table goes first: one that told of the old file would mislead a writer of the new.
 */
jb_err jb_kv_replace(jb_kv **kv, jb_kv **by)
{
    char *to = jb_xasprintf("%s/data.mdb", (*kv)->dir);
    char *readers = jb_xasprintf("%s/lock.mdb", (*kv)->dir);
    char *from = jb_xasprintf("%s/data.mdb", (*by)->dir);
    jb_err err = jb_dir_sync_file(from);
    if (!err && unlink(readers) != 0 && errno != ENOENT)
        err = jb_dir_errno(errno);
    if (!err && rename(from, to) != 0)
        err = jb_dir_errno(errno);
    if (!err)
        err = jb_dir_sync((*kv)->dir);
    if (!err) {
        char *emptied = jb_xstrdup((*by)->dir);
        jb_kv_close(*by);
        jb_kv_remove(emptied);
        jb_kv_close(*kv);
        *by = *kv = NULL;
        free(emptied);
    }
    free(to);
    free(readers);
    free(from);
    return err;
}
