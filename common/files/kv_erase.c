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
    MDB_stat stat;
    int fd = -1;
    if (mdb_env_stat(kv->env, &stat) != 0 || mdb_env_get_fd(kv->env, &fd) != 0 ||
        stored.len <= stat.ms_psize)
        return;
    memcpy(&page, stored.ptr - PAGE_HEAD_BYTES, sizeof(page));
    uint64_t offset = page * stat.ms_psize + PAGE_HEAD_BYTES;
    if (page > (uint64_t)INT64_MAX / stat.ms_psize - 1 || !is_on_disk(fd, offset, stored))
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

/* A page as LMDB 0.9 writes it: number, 2 bytes, flags; then of a branch or a leaf where its gap
 * begins and ends, of a long value how many pages it has. */
struct page_head {
    uint64_t number;
    uint16_t pad, flags;
    union {
        struct {
            uint16_t lower, upper;
        } gap;
        uint32_t pages;
    } u;
};
_Static_assert(sizeof(struct page_head) == PAGE_HEAD_BYTES, "as in the file");
enum { PAGE_BRANCH = 1, PAGE_LEAF = 2, PAGE_LONG = 4, PAGE_META = 8 };

/* Zeros in the page's gap; how many pages to go on by. JB_EDAMAGED: it is no such page. */
static jb_err clear_gap(int fd, uint64_t page, const uint8_t *bytes, size_t page_bytes,
                        uint64_t *ret_pages)
{
    struct page_head head;
    memcpy(&head, bytes, sizeof(head));
    *ret_pages = 1;
    if (head.flags & PAGE_META)
        return JB_OK;
    if (head.number != page)
        return JB_EDAMAGED;
    if (head.flags & PAGE_LONG) {
        *ret_pages = head.u.pages;
        return head.u.pages ? JB_OK : JB_EDAMAGED;
    }
    size_t lower = head.u.gap.lower, upper = head.u.gap.upper;
    if (!(head.flags & (PAGE_BRANCH | PAGE_LEAF)) || lower < sizeof(head) || lower > upper ||
        upper > page_bytes)
        return JB_EDAMAGED;
    for (size_t i = lower; i < upper; i++) {
        if (bytes[i]) {
            const struct jb_kv_wipe wipe = {page * page_bytes + lower, upper - lower};
            return zero(fd, &wipe);
        }
    }
    return JB_OK;
}

jb_err jb_kv_clear_gaps(const jb_kv *kv, int fd)
{
    MDB_stat stat;
    jb_err err = mdb_env_stat(kv->env, &stat) == 0 ? JB_OK : JB_EIO;
    uint8_t *bytes = jb_xmalloc(stat.ms_psize);
    uint64_t page = 0, pages;
    while (!err) {
        ssize_t got = pread(fd, bytes, stat.ms_psize, (off_t)(page * stat.ms_psize));
        if (got == 0)
            break;
        err = got == (ssize_t)stat.ms_psize ? clear_gap(fd, page, bytes, stat.ms_psize, &pages)
                                            : JB_EIO;
        page += err ? 0 : pages;
    }
    free(bytes);
    return err;
}
