/* What the engine does by itself, between batches: keeps the change log within its limits, and says
 * what the days bring. */
#include "base/limits.h"
#include "decide_due.h"
#include "engine_inner.h"

#define PRUNE_COUNT_MAX 10000 /* changes at a time, so that writers wait little */
#define DUE_ENTRIES_MAX 16    /* at a time, likewise */
#define DAY_US (24 * 3600 * 1000000LL)
#define MINUTE_US (60 * 1000000LL)

int64_t jb_engine_due_at(const jb_engine *engine)
{
    return engine->look_due_at_us;
}

/* In the open batch. *ret_at_us: when to look again. */
static jb_err tell_due(jb_engine *e, int64_t now_us, int64_t *ret_at_us)
{
    const struct jb_binding *binding = NULL;
    bool more = true;
    jb_err err = jb_applier_binding(e->applier, e->txn, &binding);
    for (uint32_t i = 0; !err && more && i < DUE_ENTRIES_MAX; i++) {
        struct jb_entry entry;
        err = jb_decide_due(e->txn, binding, now_us, &e->due, &entry, &more);
        if (!err && more)
            err = jb_engine_append(e, &entry, e->pending.head.at_us);
    }
    if (err)
        return err;
    int zone_minutes = binding ? binding->view->zone_offset_minutes : 0;
    *ret_at_us =
        more ? 0 : (jb_date_at(now_us, zone_minutes) + 1) * DAY_US - zone_minutes * MINUTE_US;
    return JB_OK;
}

jb_err jb_engine_tell_due(jb_engine *engine, int64_t now_us, bool *ret_moved)
{
    int64_t at_us = 0;
    jb_err err = jb_engine_begin(engine, NULL);
    if (err)
        return err;
    if (now_us < engine->pending.head.at_us)
        now_us = engine->pending.head.at_us; /* as whoever asks for the status is told */
    err = tell_due(engine, now_us, &at_us);
    if (!err)
        err = jb_engine_commit(engine, ret_moved);
    if (err)
        jb_engine_abort(engine);
    else
        engine->look_due_at_us = at_us;
    return err;
}

jb_err jb_engine_tidy(jb_engine *engine, int64_t now_us, bool *ret_more)
{
    jb_kv_txn *txn = NULL;
    bool more = false;
    jb_assert(!engine->txn);
    jb_uploads_tidy(&engine->uploads, now_us);
    jb_kv_check_readers(engine->kv);
    jb_err err = jb_kv_begin_write(engine->kv, &txn);
    if (err)
        return err;
    err = jb_store_prune_changes(txn, now_us - JB_CHANGELOG_DAYS_MAX * DAY_US,
                                 JB_CHANGELOG_BYTES_MAX, PRUNE_COUNT_MAX, &more);
    if (!err)
        err = jb_kv_commit(&txn); /* costs nothing when nothing was pruned */
    jb_kv_abort(&txn);
    if (!err)
        *ret_more = more;
    return err;
}
