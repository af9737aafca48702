/* Snapshot keeping. The count of commits is read before the transaction begins: the transaction may
 * show more than was counted, never less. */
#include "view.h"

#include "net/loop.h"

void jb_commits_count(struct jb_commits *commits)
{
    atomic_fetch_add(&commits->count, 1);
}

void jb_commits_wake(struct jb_commits *commits)
{
    if (atomic_exchange(&commits->wanted, false) && commits->wakeup_fd >= 0)
        jb_wakeup_set(commits->wakeup_fd);
}

void jb_view_open(struct jb_view *view, jb_kv *kv, jb_shelf *shelf, struct jb_commits *commits)
{
    *view = (struct jb_view){.kv = kv, .shelf = shelf, .commits = commits};
}

void jb_view_close(struct jb_view *view)
{
    jb_kv_abort(&view->txn);
    jb_shelf_put(view->shelf, view->binding);
    view->binding = NULL;
    view->taken = false;
}

void jb_view_drop(struct jb_view *view)
{
    if (view->txn && view->taken)
        jb_kv_reset(view->txn);
    view->taken = false;
}

static jb_err read_names(struct jb_view *view)
{
    struct jb_store_head head;
    uint32_t version = 0;
    uint64_t revision;
    uint8_t hash[32];
    jb_err err = jb_store_id(view->txn, view->snapshot.store_id);
    if (!err)
        err = jb_store_head(view->txn, &head);
    if (err)
        return err;
    err = jb_store_catalog(view->txn, 0, &version, &revision, hash);
    if (err && err != JB_ENOTFOUND)
        return err;
    if (!version || !view->binding || view->binding->version != version) {
        const struct jb_binding *binding = NULL;
        err = version ? jb_shelf_get(view->shelf, view->txn, version, &binding) : JB_OK;
        if (err)
            return err;
        jb_shelf_put(view->shelf, view->binding);
        view->binding = binding;
    }
    view->snapshot.epoch = head.epoch;
    view->snapshot.revision = head.revision;
    view->snapshot.at_us = head.at_us;
    view->snapshot.catalog_version = version;
    memcpy(view->head, head.hash, sizeof(view->head));
    return JB_OK;
}

jb_err jb_view_take(struct jb_view *view)
{
    unsigned long long count = 0;
    if (view->commits) { /* wanted before counted: a commit in between wakes, or is counted */
        if (!atomic_load(&view->commits->wanted))
            atomic_store(&view->commits->wanted, true);
        count = atomic_load(&view->commits->count);
        if (view->taken && count == view->seen)
            return JB_OK;
    }
    jb_view_drop(view);
    jb_err err = view->txn ? jb_kv_renew(view->txn) : jb_kv_begin_read(view->kv, &view->txn);
    if (err)
        return err;
    view->taken = true;
    view->seen = count;
    err = read_names(view);
    if (err)
        jb_view_drop(view);
    return err;
}
