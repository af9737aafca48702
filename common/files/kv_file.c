/* The two pages at the beginning of LMDB's file, which say where everything else begins. They have
 * no checksum, and a wrong one is not missed: LMDB would take the other one, which is the state
 * before the last commit. So they are compared with each other, as LMDB 0.9 lays them down: a
 * commit of number n writes page n modulo 2, and nothing else ever does. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "files/kv_inner.h"

#define MAGIC 0xBEEFC0DEu
#define DATA_VERSION 1
#define META_FLAG 0x08
#define UNWRITTEN_MAX 65536 /* pages at the end that were given out and never needed */
#define TRIES 5             /* a commit may come between two reads */

struct tree {
    uint32_t pad; /* of the first one: the page's size */
    uint16_t flags, depth;
    uint64_t branches, leaves, overflows, entries, root;
};

struct meta {
    uint64_t number;
    uint16_t pad, flags, lower, upper;
    uint32_t magic, version;
    uint64_t address, map_bytes;
    struct tree trees[2]; /* free pages, and the tables */
    uint64_t last_page, commit;
};

_Static_assert(sizeof(struct tree) == 48 && sizeof(struct meta) == 152, "as LMDB lays them down");

static bool read_metas(int fd, struct meta metas[2])
{
    ssize_t got = pread(fd, &metas[0], sizeof(metas[0]), 0);
    if (got != (ssize_t)sizeof(metas[0]) || metas[0].trees[0].pad < 512 ||
        metas[0].trees[0].pad > 65536)
        return false;
    got = pread(fd, &metas[1], sizeof(metas[1]), metas[0].trees[0].pad);
    return got == (ssize_t)sizeof(metas[1]);
}

static bool tree_sane(const struct tree *tree, uint64_t last_page)
{
    bool empty = tree->root == UINT64_MAX;
    uint64_t pages = tree->branches + tree->leaves + tree->overflows;
    return (empty ? pages == 0 && tree->depth == 0
                  : tree->root <= last_page && tree->depth > 0 && tree->depth < 32) &&
           tree->branches <= last_page && tree->leaves <= last_page && tree->overflows <= last_page;
}

static bool meta_sane(const struct meta *meta, uint64_t index, const struct meta *other,
                      uint64_t pages)
{
    return meta->number == index && meta->flags == META_FLAG && meta->magic == MAGIC &&
           meta->version == DATA_VERSION && meta->address == 0 &&
           meta->trees[0].pad == other->trees[0].pad && meta->trees[1].pad == 0 &&
           meta->trees[0].flags == other->trees[0].flags && meta->trees[1].flags == 0 &&
           (meta->commit % 2 == index || meta->commit == 0) &&
           meta->last_page < pages + UNWRITTEN_MAX && tree_sane(&meta->trees[0], meta->last_page) &&
           tree_sane(&meta->trees[1], meta->last_page);
}

static bool metas_sane(const struct meta metas[2], uint64_t file_bytes)
{
    uint64_t pages = file_bytes / metas[0].trees[0].pad;
    uint64_t a = metas[0].commit, b = metas[1].commit;
    return meta_sane(&metas[0], 0, &metas[1], pages) && meta_sane(&metas[1], 1, &metas[0], pages) &&
           (a > b ? a - b : b - a) <= 1;
}

jb_err jb_kv_check_file(const char *dir)
{
    struct meta metas[2];
    struct stat info;
    jb_err err = JB_EDAMAGED;
    char *path = jb_xasprintf("%s/data.mdb", dir);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    if (fd < 0)
        return errno == ENOENT ? JB_ENOTFOUND : JB_EIO;
    for (int i = 0; err && i < TRIES; i++) {
        if (read_metas(fd, metas) && fstat(fd, &info) == 0 &&
            metas_sane(metas, (uint64_t)info.st_size))
            err = JB_OK;
    }
    close(fd);
    return err;
}
