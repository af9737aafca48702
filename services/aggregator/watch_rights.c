/* Watches are held to the rights of their keys. What a key may read changes when a commit changed
 * its holder, and at moments that the holder's grants name, so most watches cost one search a
 * change of rights and nothing else. The table of rights may be a little newer than the view: then
 * a watch shows less than it did at that revision, never more. */
#include "asker.h"
#include "watch_inner.h"

static uint64_t revision_of(const struct jb_holder *holder)
{
    return holder ? holder->revision : 0;
}

jb_err jb_watch_narrow(struct jb_watches *w, struct jb_watch *watch,
                       const struct jb_binding *binding, bool *ret_left)
{
    struct jb_asker asker = {0};
    const struct jb_reach *reach;
    *ret_left = true;
    if (!watch->guarded)
        return JB_OK;
    jb_asker_set(&asker, w->board, watch->key.bytes, w->now_us);
    jb_err err = jb_asker_reach(&asker, binding, &reach);
    if (!err) {
        *ret_left = jb_watch_filter_narrow(&watch->filter, binding, reach) &&
                    jb_asker_trouble(&asker) == JB_F_NONE;
        watch->holder_revision = revision_of(jb_asker_holder(&asker));
        watch->reach_until_us = jb_asker_reach_until(&asker, binding);
    }
    jb_asker_clear(&asker);
    return err;
}

/* Looks again at what the watch may see, because that may have changed. */
static jb_err look_again(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us)
{
    uint64_t before = watch->filter.reach_hash;
    bool settled = watch->state != JB_WATCH_STARTING || !watch->reason;
    bool left = false;
    jb_err err = JB_OK;
    if (w->view->binding)
        err = jb_watch_narrow(w, watch, w->view->binding, &left);
    if (err)
        return err;
    if (!left)
        jb_watch_end(w, watch, "rights", mono_us);
    else if (settled && watch->filter.reach_hash != before)
        jb_watch_restart(w, watch, "rights");
    else if (settled && watch->catalog_version != w->view->snapshot.catalog_version)
        jb_watch_restart(w, watch, "catalogue"); /* what it may see was worked out by the new one */
    return JB_OK;
}

jb_err jb_watch_heed(struct jb_watches *w, int64_t mono_us)
{
    if (!w->board)
        return JB_OK;
    jb_rights *rights = jb_rights_board_get(w->board);
    bool changed = rights != w->rights;
    jb_rights_free(w->rights);
    w->rights = rights;
    for (uint32_t k = 0; k < w->count; k++) {
        struct jb_watch *watch = w->items[k];
        if (!watch->guarded || watch->gone)
            continue;
        const struct jb_holder *holder =
            changed && rights ? jb_rights_by_key(rights, &watch->key) : NULL;
        if (w->now_us < watch->reach_until_us &&
            (!changed || revision_of(holder) == watch->holder_revision))
            continue;
        jb_err err = look_again(w, watch, mono_us);
        if (err)
            return err;
    }
    return JB_OK;
}
