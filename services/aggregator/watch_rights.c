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

/* Of the newest change to whose rights count, or to the key that asks for a person: every change
 * has a revision above all before it. */
static uint64_t newest_change(const jb_rights *rights, const struct jb_asking *who)
{
    uint64_t own = revision_of(jb_asking_holder(rights, who));
    uint64_t carrier = revision_of(jb_rights_by_key(rights, &who->key));
    return own > carrier ? own : carrier;
}

jb_err jb_watch_narrow(struct jb_watches *w, struct jb_watch *watch,
                       const struct jb_binding *binding, bool *ret_left)
{
    struct jb_asker asker = {0};
    const struct jb_reach *reach;
    *ret_left = true;
    if (!watch->guarded)
        return JB_OK;
    jb_asker_set_for(&asker, w->board, &watch->who, w->now_us);
    jb_err err = jb_asker_reach(&asker, binding, &reach);
    if (!err) {
        *ret_left = jb_watch_filter_narrow(&watch->filter, binding, reach) &&
                    jb_asker_trouble(&asker) == JB_F_NONE;
        watch->holder_revision = asker.rights ? newest_change(asker.rights, &watch->who) : 0;
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
        uint64_t newest = changed && rights ? newest_change(rights, &watch->who) : 0;
        if (w->now_us < watch->reach_until_us && (!changed || newest == watch->holder_revision))
            continue;
        jb_err err = look_again(w, watch, mono_us);
        if (err)
            return err;
    }
    return JB_OK;
}
