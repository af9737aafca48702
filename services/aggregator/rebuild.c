/* LMDB trusts its pages: to empty a table whose pages are damaged could free those of another. So
 * the old file is only read, and only where the ledger is. Contacts, which no entry has, are read
 * by a process of its own. */
#include "rebuild.h"

#include <stdlib.h>

#include "apply.h"
#include "contacts_carry.h"
#include "replay.h"

#define BATCH 4096 /* entries in one transaction */
#define PROGRESS_EVERY 256

struct rebuild {
    jb_kv *from, *to;
    jb_kv_txn *source, *txn;
    struct jb_replay replay;
    jb_applier *applier;
    struct jb_store_head head;
};

static jb_err open_both(struct rebuild *b, const char *dir, const char *made)
{
    jb_err err = jb_kv_check_file(dir);
    if (!err)
        err = jb_store_open_ledger(dir, &b->from);
    if (!err)
        err = jb_kv_begin_read(b->from, &b->source);
    if (!err)
        err = jb_store_head(b->source, &b->head);
    if (!err && b->head.revision == 0)
        err = JB_EDAMAGED;
    if (err)
        return err;
    jb_kv_remove(made); /* what an earlier run left */
    err = jb_store_open(made, jb_kv_map_bytes(b->from), 0, true, false, true, &b->to);
    if (!err)
        err = jb_replay_init(&b->replay, b->source);
    return err ? err : jb_applier_new(&b->applier);
}

static jb_err add_entry(struct rebuild *b, uint64_t revision)
{
    const char *why;
    jb_err err = jb_replay_read(&b->replay, revision, &why);
    if (!err && revision == 1)
        err = jb_store_set_id(b->txn, b->replay.entry.store_id);
    if (!err)
        err = jb_store_append_entry(b->txn, revision, b->replay.bytes);
    return err ? err : jb_apply(b->applier, b->txn, &b->replay.entry, false);
}

static jb_err fill(struct rebuild *b, void (*progress)(void *ctx, uint64_t done, uint64_t total),
                   void *ctx)
{
    jb_err err = JB_OK;
    for (uint64_t revision = 1; !err && revision <= b->head.revision; revision++) {
        if (!b->txn)
            err = jb_kv_begin_write(b->to, &b->txn);
        if (!err)
            err = add_entry(b, revision);
        if (!err && revision % BATCH == 0)
            err = jb_kv_commit(&b->txn);
        if (progress && (revision % PROGRESS_EVERY == 0 || revision == b->head.revision))
            progress(ctx, revision, b->head.revision);
    }
    return err || !b->txn ? err : jb_kv_commit(&b->txn);
}

jb_err jb_rebuild(const char *dir, void (*progress)(void *ctx, uint64_t done, uint64_t total),
                  void *ctx, bool *ret_contacts_lost)
{
    struct rebuild b = {0};
    char *made = jb_xasprintf("%s/rebuilding", dir);
    jb_err err = open_both(&b, dir, made);
    if (!err)
        err = fill(&b, progress, ctx);
    if (!err)
        err = jb_contacts_carry(dir, b.to, ret_contacts_lost);
    jb_kv_abort(&b.txn);
    jb_applier_free(b.applier);
    jb_replay_free(&b.replay);
    jb_kv_abort(&b.source);
    if (!err)
        err = jb_kv_replace(&b.from, &b.to);
    if (b.to) {
        jb_kv_close(b.to);
        jb_kv_remove(made);
    }
    jb_kv_close(b.from);
    free(made);
    return err;
}
