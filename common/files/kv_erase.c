/* Zeros over what was erased. After the commit nobody but readers with an older snapshot is led to
 * the pages, and LMDB gives them to nobody before the commit after the next one: so this is done
 * before the next begins, which is sure because there is one writer and it is this thread. Not
 * before the commit: a transaction that fails must find everything as it was. */
#include <errno.h>
#include <lmdb.h>
#include <stdlib.h>
#include <unistd.h>

#include "files/kv_inner.h"

#define WINDOW_BYTES 16384
#define PAGE_HEAD_BYTES 16

size_t jb_kv_page_bytes(const jb_kv *kv)
{
    MDB_stat stat;
    int rc = mdb_env_stat(kv->env, &stat);
    jb_assert(rc == 0);
    return stat.ms_psize;
}

/* The file has these bytes there. */
static bool is_on_disk(int fd, uint64_t offset, struct jb_slice stored)
{
    uint8_t window[WINDOW_BYTES];
    for (size_t done = 0; done < stored.len;) {
        size_t want = stored.len - done < sizeof(window) ? stored.len - done : sizeof(window);
        ssize_t got = pread(fd, window, want, (off_t)(offset + done));
        if (got <= 0 || memcmp(window, stored.ptr + done, (size_t)got) != 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/* LMDB does not tell where its map begins. But a value with pages of its own stands behind the head
 * of the first, and that begins with the page's number. Nothing is believed of that: the file is
 * looked at, and where it has other bytes, the value is not there. */
void jb_kv_wipe_note(jb_kv *kv, struct jb_slice stored)
{
    uint64_t page;
    int fd = -1;
    size_t page_bytes = jb_kv_page_bytes(kv);
    if (stored.len <= page_bytes || mdb_env_get_fd(kv->env, &fd) != 0)
        return;
    memcpy(&page, stored.ptr - PAGE_HEAD_BYTES, sizeof(page));
    uint64_t offset = page * page_bytes + PAGE_HEAD_BYTES;
    if (page > INT64_MAX / page_bytes - 1 || !is_on_disk(fd, offset, stored))
        return;
    if (kv->wipe_count == kv->wipe_cap) {
        kv->wipe_cap = kv->wipe_cap ? 2 * kv->wipe_cap : 64;
        kv->wipes = jb_xrealloc(kv->wipes, kv->wipe_cap * sizeof(*kv->wipes));
    }
    kv->wipes[kv->wipe_count++] = (struct jb_kv_wipe){offset, stored.len};
}

void jb_kv_wipe_forget(jb_kv *kv)
{
    kv->wipe_count = 0;
}

static jb_err zero(int fd, const struct jb_kv_wipe *wipe)
{
    static const uint8_t zeros[WINDOW_BYTES];
    size_t done = 0;
    while (done < wipe->len) {
        size_t want = wipe->len - done < sizeof(zeros) ? wipe->len - done : sizeof(zeros);
        ssize_t got = pwrite(fd, zeros, want, (off_t)(wipe->offset + done));
        if (got < 0 && errno != EINTR)
            return JB_EIO;
        done += got > 0 ? (size_t)got : 0;
    }
    return JB_OK;
}

jb_err jb_kv_wipe_run(jb_kv *kv)
{
    int fd = -1;
    if (kv->wipe_count == 0)
        return JB_OK;
    jb_err err = mdb_env_get_fd(kv->env, &fd) == 0 ? JB_OK : JB_EIO;
    for (size_t i = 0; !err && i < kv->wipe_count; i++)
        err = zero(fd, &kv->wipes[i]);
    jb_kv_wipe_forget(kv);
    if (!err && fdatasync(fd) != 0)
        err = JB_EIO;
    return err;
}
