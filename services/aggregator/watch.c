/* The table of watches and their turn. */
#include "watch.h"

#include <stdlib.h>

#include "base/log.h"
#include "lookup.h"
#include "watch_inner.h"

#define ARENA_BYTES_MAX (64 * 1024 * 1024)
#define FED_MAX 64         /* changes given to those that are caught up in one turn */
#define LAGGARDS_MAX 256   /* changes given to those that lag in one turn, all together */
#define LAGGARD_MAX 16     /* to one of them */
#define CHUNKS_MAX 8       /* chunks of snapshots in one turn */
#define LOOK_US 200000     /* between looks for quiet and silent watches */
#define QUIET_US 1000000   /* then the head is told */
#define SILENT_US 60000000 /* then the watcher counts as gone */
#define RETRY_MS 20

jb_watches *jb_watches_new(struct jb_view *view, struct jb_pins *pins, uint32_t max,
                           jb_watch_send *send, void *ctx)
{
    jb_watches *w = jb_xcalloc(1, sizeof(*w));
    uint32_t size = 16;
    while (size < max * 2)
        size *= 2;
    w->view = view;
    w->pins = pins;
    w->max = max;
    w->send = send;
    w->ctx = ctx;
    w->items = jb_xcalloc(max, sizeof(struct jb_watch *));
    w->by_hash = jb_xcalloc(size, sizeof(struct jb_watch *));
    w->hash_mask = size - 1;
    w->source = jb_source_new();
    jb_arena_init(&w->arena, ARENA_BYTES_MAX);
    jb_arena_init(&w->change_arena, ARENA_BYTES_MAX);
    jb_findings_init(&w->findings);
    jb_buf_init(&w->payload, JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&w->made, JB_MESSAGE_BYTES_MAX);
    return w;
}

static uint32_t hash_of(const jb_watches *w, const struct jb_peer *peer, struct jb_slice request_id)
{
    uint64_t hash = 14695981039346656037u;
    for (uint8_t i = 0; i < peer->id_len; i++)
        hash = (hash ^ peer->id[i]) * 1099511628211u;
    for (size_t i = 0; i < request_id.len; i++)
        hash = (hash ^ request_id.ptr[i]) * 1099511628211u;
    return (uint32_t)(hash >> 20) & w->hash_mask;
}

static struct jb_slice request_id_of(const struct jb_watch *watch)
{
    return jb_slice_of(watch->request_id, watch->request_id_len);
}

/* Another key on a connection of the same name has nothing to do with it. */
static struct jb_watch *find(const jb_watches *w, const struct jb_watcher *watcher,
                             struct jb_slice request_id)
{
    struct jb_watch *watch = w->by_hash[hash_of(w, watcher->peer, request_id)];
    while (watch && !(jb_peer_eq(&watch->peer, watcher->peer) &&
                      jb_public_eq(&watch->key, &watcher->asker->key) &&
                      jb_slice_eq(request_id_of(watch), request_id)))
        watch = watch->next_same_hash;
    return watch;
}

static void remove_watch(jb_watches *w, struct jb_watch *watch)
{
    struct jb_watch **at = &w->by_hash[hash_of(w, &watch->peer, request_id_of(watch))];
    while (*at != watch)
        at = &(*at)->next_same_hash;
    *at = watch->next_same_hash;
    w->items[watch->index] = w->items[--w->count];
    w->items[watch->index]->index = watch->index;
    jb_watch_release_pin(w, watch);
    jb_watch_filter_free(&watch->filter);
    free(watch);
}

void jb_watches_free(jb_watches *w)
{
    if (!w)
        return;
    while (w->count)
        remove_watch(w, w->items[w->count - 1]);
    free(w->items);
    free(w->by_hash);
    jb_source_free(w->source);
    jb_arena_free(&w->arena);
    jb_arena_free(&w->change_arena);
    jb_findings_free(&w->findings);
    jb_buf_free(&w->payload);
    jb_buf_free(&w->made);
    jb_rights_free(w->rights);
    jb_own_block_free(&w->own_scratch);
    jb_sum_block_free(&w->sum_scratch);
    free(w);
}

uint32_t jb_watches_count(const jb_watches *w)
{
    return w->count;
}

void jb_watches_guard(jb_watches *w, jb_rights_board *rights)
{
    w->board = rights;
}

/* Whether the token lets the watch go on, else why not. */
static const char *reset_reason(const jb_watches *w, struct jb_slice from,
                                const struct jb_watch_filter *filter, uint64_t *ret_position)
{
    const struct jb_snapshot *now = &w->view->snapshot;
    struct jb_watch_token token;
    uint64_t floor;
    if (!from.len)
        return "new";
    if (jb_watch_token_parse(from, &token) != JB_OK)
        return "malformed";
    if (memcmp(token.store_id, now->store_id, sizeof(token.store_id)) != 0 ||
        token.epoch != now->epoch || token.revision > now->revision)
        return "store";
    if (token.filter_hash != filter->hash)
        return "filter";
    if (token.catalog_version != now->catalog_version)
        return "catalogue";
    if (token.reach_hash != filter->reach_hash)
        return "rights";
    if (token.revision < now->revision &&
        (jb_store_change_floor(w->view->txn, &floor) != JB_OK || token.revision + 1 < floor))
        return "compacted";
    *ret_position = token.revision;
    return NULL;
}

static void refuse(jb_watches *w, const struct jb_peer *peer, struct jb_slice request_id)
{
    jb_buf_clear(&w->payload);
    jb_wire_refused_encode(&w->findings, &w->payload);
    jb_ignore(w->send(w->ctx, peer, JB_KIND_REFUSED, request_id, jb_buf_slice(&w->payload)));
}

static void say_ended(jb_watches *w, const struct jb_peer *peer, struct jb_slice request_id,
                      const char *reason)
{
    struct jb_watch_event event = {.type = JB_WATCH_ENDED, .reason = jb_slice_str(reason)};
    jb_buf_clear(&w->payload);
    jb_wire_watch_event_encode(&event, &w->payload);
    jb_ignore(w->send(w->ctx, peer, JB_KIND_WATCH_EVENT, request_id, jb_buf_slice(&w->payload)));
}

static struct jb_watch *add(jb_watches *w, const struct jb_watcher *watcher,
                            struct jb_slice request_id)
{
    struct jb_watch *watch = jb_xcalloc(1, sizeof(*watch));
    uint32_t slot = hash_of(w, watcher->peer, request_id);
    jb_assert(request_id.len <= JB_REQUEST_ID_BYTES_MAX);
    watch->peer = *watcher->peer;
    watch->who = watcher->asker->who;
    watch->key = watcher->asker->key;
    watch->guarded = watcher->asker->guarded;
    watch->request_id_len = (uint8_t)request_id.len;
    memcpy(watch->request_id, request_id.ptr, request_id.len);
    watch->next_same_hash = w->by_hash[slot];
    w->by_hash[slot] = watch;
    watch->index = w->count;
    w->items[w->count++] = watch;
    return watch;
}

/* There is no room for one more, in all or of this key. */
static bool is_full(const jb_watches *w, const struct jb_asker *asker)
{
    uint32_t own = 0;
    if (w->count == w->max)
        return true;
    for (uint32_t k = 0; asker->guarded && k < w->count; k++)
        own += jb_public_eq(&w->items[k]->key, &asker->key);
    return own >= JB_KEY_WATCHES_MAX;
}

/* Understands what is asked for and narrows it. JB_EINVAL: findings say what is wrong with it. */
static jb_err read_filter(jb_watches *w, struct jb_asker *asker,
                          const struct jb_watch_request *request, struct jb_watch_filter *ret)
{
    const struct jb_binding *binding = w->view->binding;
    struct jb_watch_filter filter;
    const struct jb_reach *reach;
    jb_err err = jb_asker_reach(asker, binding, &reach);
    if (!err)
        err = jb_watch_filter_make(binding, request, &filter, &w->findings);
    if (err)
        return err;
    if (!jb_watch_filter_check(&filter, binding, reach, &w->findings)) {
        jb_watch_filter_free(&filter);
        return JB_EINVAL;
    }
    jb_ignore(!jb_watch_filter_narrow(&filter, binding, reach));
    *ret = filter;
    return JB_OK;
}

jb_err jb_watches_open(jb_watches *w, const struct jb_watcher *watcher, struct jb_slice request_id,
                       struct jb_slice payload, int64_t mono_us)
{
    struct jb_watch_request request;
    struct jb_watch_filter filter;
    struct jb_watch *old = find(w, watcher, request_id);
    if (old)
        remove_watch(w, old);
    jb_err err = jb_view_take(w->view);
    if (err)
        return err;
    jb_arena_clear(&w->arena);
    jb_findings_clear(&w->findings);
    if (jb_wire_watch_decode(payload, &w->arena, &request) != JB_OK)
        jb_lookup_refuse(&w->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
    else if (!w->view->binding)
        jb_lookup_refuse(&w->findings, JB_F_NO_CATALOG, (struct jb_slice){0}, "");
    if (!w->findings.errors)
        err = read_filter(w, watcher->asker, &request, &filter);
    if (w->findings.errors) {
        refuse(w, watcher->peer, request_id);
        return JB_OK;
    }
    if (err || is_full(w, watcher->asker)) {
        if (!err)
            jb_watch_filter_free(&filter);
        say_ended(w, watcher->peer, request_id, "limit");
        return JB_OK;
    }
    if (!w->count)
        w->fed = w->view->snapshot.revision; /* nobody followed what came before */
    struct jb_watch *watch = add(w, watcher, request_id);
    watch->filter = filter;
    watch->heard_us = mono_us;
    watch->spoken_us = mono_us;
    watch->catalog_version = w->view->snapshot.catalog_version;
    watch->reason = reset_reason(w, request.from, &filter, &watch->position);
    watch->previous = watch->position;
    return JB_OK;
}

bool jb_watches_was_denied(const jb_watches *w)
{
    return w->findings.errors && w->findings.items[0].code == JB_F_GRANT_MISSING;
}

void jb_watches_ping(jb_watches *w, const struct jb_watcher *watcher, struct jb_slice request_id,
                     int64_t mono_us)
{
    struct jb_watch *watch = find(w, watcher, request_id);
    if (!watch || watch->gone) {
        say_ended(w, watcher->peer, request_id, "unknown");
        return;
    }
    watch->heard_us = mono_us;
    jb_ignore(w->send(w->ctx, watcher->peer, JB_KIND_WATCH_PONG, request_id, (struct jb_slice){0}));
}

void jb_watches_cancel(jb_watches *w, const struct jb_watcher *watcher, struct jb_slice request_id)
{
    struct jb_watch *watch = find(w, watcher, request_id);
    say_ended(w, watcher->peer, request_id, watch ? "cancelled" : "unknown");
    if (watch)
        remove_watch(w, watch);
}

/* Its pipe was full a moment ago. */
static bool is_waiting(const struct jb_watch *watch, int64_t mono_us)
{
    return watch->gone || mono_us < watch->retry_us;
}

/* What failed for one watch ends that watch; only a storage that failed altogether ends the
 * turn. */
static jb_err settle(jb_watches *w, struct jb_watch *watch, jb_err err, int64_t mono_us)
{
    if (!err || err == JB_EIO)
        return err;
    jb_log(JB_LOG_ERROR, "watch.failed", "error=%s position=%llu", jb_err_name(err),
           (unsigned long long)watch->position);
    jb_watch_end(w, watch, "internal", mono_us);
    return JB_OK;
}

/* The newest changes to those that are caught up, change by change, so that each is decoded
 * once. */
static jb_err feed(jb_watches *w, int64_t mono_us, bool *ret_more)
{
    uint64_t head = w->view->snapshot.revision;
    for (uint32_t i = 0; i < FED_MAX && w->fed < head; i++) {
        for (uint32_t k = 0; k < w->count; k++) {
            struct jb_watch *watch = w->items[k];
            bool moved;
            if (watch->state != JB_WATCH_LIVE || watch->position != w->fed ||
                is_waiting(watch, mono_us))
                continue;
            jb_err err = settle(w, watch, jb_watch_deliver(w, watch, mono_us, &moved), mono_us);
            if (err)
                return err;
        }
        w->fed++;
    }
    *ret_more = w->fed < head;
    return JB_OK;
}

/* Brings one watch forward by a bounded step. */
static jb_err step(jb_watches *w, struct jb_watch *watch, int64_t mono_us, uint32_t *chunks,
                   uint32_t *changes, bool *ret_more)
{
    bool moved = true;
    jb_err err = JB_OK;
    if (watch->state == JB_WATCH_STARTING) {
        err = jb_watch_start(w, watch, mono_us, &moved);
        *ret_more = *ret_more || moved;
    } else if (watch->state == JB_WATCH_COPYING) {
        (*chunks)++;
        err = jb_watch_copy(w, watch, mono_us, &moved);
        *ret_more = *ret_more || moved;
    } else if (watch->position < w->fed) {
        for (uint32_t i = 0; !err && moved && i < LAGGARD_MAX && watch->position < w->fed; i++) {
            (*changes)++;
            err = jb_watch_deliver(w, watch, mono_us, &moved);
        }
        *ret_more = *ret_more || (moved && watch->position < w->fed);
    }
    return err;
}

/* Each in turn, beginning where the last turn ended. */
static jb_err go_round(jb_watches *w, int64_t mono_us, bool *ret_more)
{
    uint32_t chunks = 0;
    uint32_t changes = 0;
    uint32_t seen = 0;
    for (; seen < w->count && chunks < CHUNKS_MAX && changes < LAGGARDS_MAX; seen++) {
        struct jb_watch *watch = w->items[(w->turn_from + seen) % w->count];
        if (is_waiting(watch, mono_us))
            continue;
        jb_err err = step(w, watch, mono_us, &chunks, &changes, ret_more);
        err = settle(w, watch, err, mono_us);
        if (err)
            return err;
    }
    *ret_more = *ret_more || seen < w->count;
    w->turn_from = w->count ? (w->turn_from + seen) % w->count : 0;
    return JB_OK;
}

/* Tells the head to those that heard nothing for a second, and drops who is gone. */
static void look(jb_watches *w, int64_t mono_us)
{
    for (uint32_t k = w->count; k > 0; k--) {
        struct jb_watch *watch = w->items[k - 1];
        if (watch->gone || mono_us - watch->heard_us > SILENT_US) {
            remove_watch(w, watch);
            continue;
        }
        if (watch->state != JB_WATCH_LIVE || watch->position != w->view->snapshot.revision ||
            mono_us - watch->spoken_us < QUIET_US || is_waiting(watch, mono_us))
            continue;
        struct jb_watch_event event = {.type = JB_WATCH_PROGRESS,
                                       .revision = watch->position,
                                       .at_us = w->view->snapshot.at_us};
        jb_ignore(jb_watch_say(w, watch, &event, true, mono_us));
    }
}

/* When the first full pipe is to be tried again, or a snapshot that found no pin; -1: never. */
static int next_try_ms(const jb_watches *w, int64_t mono_us)
{
    int wait_ms = -1;
    for (uint32_t k = 0; k < w->count; k++) {
        const struct jb_watch *watch = w->items[k];
        int ms = wait_ms;
        if (mono_us < watch->retry_us)
            ms = (int)((watch->retry_us - mono_us) / 1000) + 1;
        else if (watch->state != JB_WATCH_LIVE)
            ms = RETRY_MS;
        if (wait_ms < 0 || ms < wait_ms)
            wait_ms = ms;
    }
    return wait_ms;
}

jb_err jb_watches_turn(jb_watches *w, int64_t now_us, int64_t mono_us, int *ret_wait_ms)
{
    bool more = false;
    *ret_wait_ms = -1;
    if (!w->count)
        return JB_OK;
    jb_err err = jb_view_take(w->view);
    if (err)
        return err;
    w->now_us = now_us;
    w->made_valid = w->made_valid && w->made_revision <= w->view->snapshot.revision;
    err = jb_watch_heed(w, mono_us);
    if (!err)
        err = feed(w, mono_us, &more);
    if (!err)
        err = go_round(w, mono_us, &more);
    if (err)
        return err;
    if (mono_us >= w->look_at_us) {
        look(w, mono_us);
        w->look_at_us = mono_us + LOOK_US;
    }
    *ret_wait_ms = more ? 0 : next_try_ms(w, mono_us);
    return JB_OK;
}
