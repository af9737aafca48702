/* What storage does to a store: damage is never served, a full disk is told from a broken one, half
 * a copy is none. LMDB's commit and copy and the free space are wrapped, so that they fail on
 * demand. */
#include "unit/kv_desk.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/dir.h"

/* The last value in the file that holds the text gets one bit flipped. */
static void damage(const char *store, const char *text, size_t offset)
{
    static uint8_t bytes[4 << 20];
    char *path = jb_xasprintf("%s/data.mdb", store);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    size_t len = fread(bytes, 1, sizeof(bytes), file), hits = 0;
    for (size_t at = 0; at + strlen(text) <= len; at++) {
        if (memcmp(bytes + at, text, strlen(text)) == 0) {
            bytes[at + offset] ^= 1;
            hits++;
        }
    }
    assert_true(hits > 0);
    rewind(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
    free(path);
}

static void damage_is_never_served(void **state)
{
    static const char text[] = "the figure of the third quarter";
    struct desk *d = *state;
    struct jb_kv_config c = config();
    jb_kv_txn *txn = NULL;
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key = JB_LIT("untouched"), value = JB_LIT("untouched");
    for (size_t offset = 0; offset < sizeof(text) + 7;
         offset += 5) { /* also in the checksum behind it */
        put_one(d->kv, 0, "k", text);
        put_one(d->kv, 0, "other", "sound");
        jb_kv_close(d->kv);
        damage(d->store, text, offset);
        assert_int_equal(jb_kv_open(d->store, &c, &d->kv), JB_OK);
        assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
        assert_int_equal(jb_kv_get(txn, 0, JB_LIT("k"), &value), JB_EDAMAGED);
        assert_true(jb_slice_is(value, "untouched"));
        assert_int_equal(jb_kv_cursor_open(txn, 0, &cursor), JB_OK);
        assert_int_equal(jb_kv_first(cursor, &key, &value), JB_EDAMAGED);
        assert_true(jb_slice_is(key, "untouched"));
        assert_int_equal(jb_kv_next(cursor, NULL, &value), JB_OK); /* the rest is still readable */
        assert_true(jb_slice_is(value, "sound"));
        value = JB_LIT("untouched");
        jb_kv_cursor_close(cursor);
        jb_kv_abort(&txn);
    }
}

static void a_value_under_another_key_is_damaged(void **state)
{
    struct desk *d = *state;
    struct jb_kv_config c = config();
    jb_kv_txn *txn = NULL;
    struct jb_slice value;
    put_one(d->kv, 0, "key-of-march", "12402");
    jb_kv_close(d->kv);
    damage(d->store, "key-of-march", 7); /* now it is the key of larch */
    assert_int_equal(jb_kv_open(d->store, &c, &d->kv), JB_OK);
    assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_get(txn, 0, JB_LIT("key-of-larch"), &value), JB_EDAMAGED);
    jb_kv_abort(&txn);
}

static void a_full_map_says_so_and_survives(void **state)
{
    struct desk *d = *state;
    struct jb_kv_config c = config();
    struct jb_kv_usage usage;
    jb_kv_txn *txn = NULL;
    struct jb_slice value;
    static uint8_t big[100000];
    jb_err err = JB_OK;
    put_one(d->kv, 0, "a", "one");
    assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
    for (int i = 0; i < 100 && !err; i++)
        err = jb_kv_put(txn, 0, jb_slice_of(&i, sizeof(i)), jb_slice_of(big, sizeof(big)));
    assert_int_equal(err, JB_EFULL);
    assert_true(jb_kv_failed(txn));
    assert_int_equal(jb_kv_put(txn, 0, JB_LIT("b"), JB_LIT("small")), JB_EFULL);
    assert_int_equal(jb_kv_commit(&txn), JB_EFULL);
    put_one(d->kv, 0, "b", "two");
    assert_int_equal(jb_kv_usage(d->kv, &usage), JB_OK);
    assert_int_equal(usage.map_bytes, 1 << 20);
    assert_true(usage.used_bytes > 0 && usage.used_bytes <= usage.map_bytes);
    assert_true(usage.file_bytes > 0 && usage.disk_free_bytes > 0);
    jb_kv_close(d->kv);
    c.map_bytes = 8 << 20; /* a larger map is the cure */
    assert_int_equal(jb_kv_open(d->store, &c, &d->kv), JB_OK);
    assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
    for (int i = 0; i < 30; i++)
        assert_int_equal(
            jb_kv_put(txn, 0, jb_slice_of(&i, sizeof(i)), jb_slice_of(big, sizeof(big))), JB_OK);
    assert_int_equal(jb_kv_get(txn, 0, JB_LIT("b"), &value), JB_OK);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    jb_kv_close(d->kv);
    c.map_bytes = 1 << 20; /* and it does not shrink again */
    assert_int_equal(jb_kv_open(d->store, &c, &d->kv), JB_OK);
    assert_int_equal(jb_kv_usage(d->kv, &usage), JB_OK);
    assert_int_equal(usage.map_bytes, 8 << 20);
}

static void no_write_begins_inside_the_reserve(void **state)
{
    struct desk *d = *state;
    struct jb_kv_config c = config();
    jb_kv_txn *txn = NULL;
    jb_kv_close(d->kv);
    c.reserve_bytes = UINT64_MAX;
    assert_int_equal(jb_kv_open(d->store, &c, &d->kv), JB_OK);
    assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_EFULL);
    assert_null(txn);
    assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
    jb_kv_abort(&txn);
}

static int wrap_commit_rc; /* 0: the real one */
static int wrap_copy_rc;
static uint64_t wrap_free_bytes; /* 0: the real ones */

void mdb_txn_abort(void *txn);
int __real_mdb_txn_commit(void *txn);
int __wrap_mdb_txn_commit(void *txn);
int __wrap_mdb_txn_commit(void *txn)
{
    if (!wrap_commit_rc)
        return __real_mdb_txn_commit(txn);
    mdb_txn_abort(txn); /* as LMDB does on failure */
    return wrap_commit_rc;
}

int __real_mdb_env_copy2(void *env, const char *path, unsigned flags);
int __wrap_mdb_env_copy2(void *env, const char *path, unsigned flags);
int __wrap_mdb_env_copy2(void *env, const char *path, unsigned flags)
{
    if (wrap_copy_rc && (wrap_copy_rc > 0 || flags))
        return wrap_copy_rc;
    return __real_mdb_env_copy2(env, path, flags);
}

jb_err __real_jb_dir_free_bytes(const char *path, uint64_t *ret);
jb_err __wrap_jb_dir_free_bytes(const char *path, uint64_t *ret);
jb_err __wrap_jb_dir_free_bytes(const char *path, uint64_t *ret)
{
    jb_err err = __real_jb_dir_free_bytes(path, ret);
    if (!err && wrap_free_bytes)
        *ret = wrap_free_bytes;
    return err;
}

static jb_err commit_with(struct desk *d, int rc, uint64_t free_bytes)
{
    jb_kv_txn *txn = NULL;
    assert_int_equal(jb_kv_begin_write(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_put(txn, 0, JB_LIT("a"), JB_LIT("lost")), JB_OK);
    wrap_commit_rc = rc;
    wrap_free_bytes = free_bytes;
    jb_err err = jb_kv_commit(&txn);
    wrap_commit_rc = 0;
    wrap_free_bytes = 0;
    assert_null(txn);
    return err;
}

static void a_failed_commit_tells_a_full_disk_from_a_broken_one(void **state)
{
    struct desk *d = *state;
    jb_kv_txn *txn = NULL;
    struct jb_slice value;
    assert_int_equal(commit_with(d, EIO, 4096), JB_EFULL);
    assert_int_equal(commit_with(d, EIO, 1 << 30), JB_EIO);
    assert_int_equal(commit_with(d, ENOSPC, 1 << 30), JB_EFULL);
    assert_int_equal(commit_with(d, -30792 /* MDB_MAP_FULL */, 1 << 30), JB_EFULL);
    assert_int_equal(commit_with(d, -30795 /* MDB_PANIC */, 4096), JB_EIO);
    assert_int_equal(jb_kv_begin_read(d->kv, &txn), JB_OK);
    assert_int_equal(jb_kv_get(txn, 0, JB_LIT("a"), &value), JB_ENOTFOUND);
    jb_kv_abort(&txn);
}

static void a_copy_is_a_store_or_nothing(void **state)
{
    struct desk *d = *state;
    struct jb_kv_config c = config();
    struct jb_slice value;
    jb_kv_txn *txn = NULL;
    jb_kv *copy = NULL;
    char *dest = jb_xasprintf("%s/copy", d->dir);
    put_one(d->kv, 1, "a", "one");
    assert_int_equal(jb_kv_copy(d->kv, d->store), JB_EEXIST);
    char *part = jb_xasprintf("%s.part", dest);
    assert_int_equal(mkdir(part, 0700), 0); /* as a copy that was killed leaves it */
    char *half = jb_xasprintf("%s/data.mdb", part);
    FILE *file = fopen(half, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    wrap_copy_rc = ENOSPC;
    assert_int_equal(jb_kv_copy(d->kv, dest), JB_EFULL);
    assert_int_not_equal(access(dest, F_OK), 0);
    for (wrap_copy_rc = 0; wrap_copy_rc >= -30784; wrap_copy_rc -= 30784) { /* MDB_INCOMPATIBLE */
        assert_int_equal(jb_kv_copy(d->kv, dest), JB_OK);
        c.create = false;
        c.read_only = true;
        assert_int_equal(jb_kv_open(dest, &c, &copy), JB_OK);
        assert_int_equal(jb_kv_begin_read(copy, &txn), JB_OK);
        assert_int_equal(jb_kv_get(txn, 1, JB_LIT("a"), &value), JB_OK);
        assert_true(jb_slice_is(value, "one"));
        jb_kv_abort(&txn);
        jb_kv_close(copy);
        char *command = jb_xasprintf("rm -r '%s'", dest);
        assert_int_equal(system(command), 0);
        free(command);
    }
    wrap_copy_rc = 0;
    assert_int_not_equal(access(part, F_OK), 0);
    free(half);
    free(part);
    free(dest);
}

static void damaged_files_are_not_opened(void **state)
{
    struct desk *d = *state;
    struct jb_kv_config c = config();
    char *path = jb_xasprintf("%s/data.mdb", d->store);
    jb_kv_close(d->kv);
    d->kv = NULL;
    FILE *file = fopen(path, "w");
    fputs("this was a store once, and then somebody wrote a text over it", file);
    for (int i = 0; i < 4096; i++)
        fputs("........", file);
    fclose(file);
    assert_int_equal(jb_kv_open(d->store, &c, &d->kv), JB_EDAMAGED);
    assert_null(d->kv);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK(damage_is_never_served),
        DESK(a_value_under_another_key_is_damaged),
        DESK(a_full_map_says_so_and_survives),
        DESK(no_write_begins_inside_the_reserve),
        DESK(a_failed_commit_tells_a_full_disk_from_a_broken_one),
        DESK(a_copy_is_a_store_or_nothing),
        DESK(damaged_files_are_not_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
