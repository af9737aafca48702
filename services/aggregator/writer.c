/* Persist, then speak. A batch is whatever waits at the door when the one before is done: under
 * load it grows by itself, and alone a submission waits for nobody.
 *
 * A full store refuses with "try later" and goes on; a damaged record refuses the message in whose
 * way it lies. A storage that fails says nothing at all, because nobody knows what is on disk: the
 * supervisor starts the program anew. */
#include "writer.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/log.h"
#include "door.h"
#include "net/loop.h"
#include "net/wire_submission.h"

#define MEMBERS_MAX 1024
#define BATCH_BYTES_MAX (32 * 1024 * 1024)
#define TIDY_US (60 * 1000000LL)
#define TIDY_MORE_US 200000
#define WAIT_MS 1000

struct member {
    struct jb_msg msg;
    struct jb_envelope envelope;
    struct jb_reply reply;
};

struct writer {
    const struct jb_writer_config *config;
    struct jb_door door;
    struct member *members; /* MEMBERS_MAX of them; messages are initialised */
    uint32_t count;
    size_t bytes;
    bool open;                         /* the engine's batch */
    bool full;                         /* the store was, when last asked */
    uint64_t accepted, refused, later; /* since the last report */
    int64_t tidy_at_us, report_at_us;
};

static uint64_t connection_of(const struct jb_peer *peer)
{
    uint64_t hash = 14695981039346656037u;
    for (uint8_t i = 0; i < peer->id_len; i++)
        hash = (hash ^ peer->id[i]) * 1099511628211u;
    return hash;
}

static void send_reply(struct writer *w, const struct member *m, const struct jb_reply *reply)
{
    if (reply->kind == JB_KIND_REFUSED ||
        (reply->kind == JB_KIND_RECEIPT && reply->outcome != JB_ACCEPTED))
        w->refused++;
    else
        w->accepted++;
    jb_ignore(
        jb_door_send(&w->door, &m->msg.peer, reply->kind, m->envelope.request_id, reply->payload));
}

static void send_later(struct writer *w, const struct member *m)
{
    struct jb_reply reply;
    jb_engine_try_later(w->config->engine, &m->envelope, &reply);
    w->later++;
    jb_ignore(
        jb_door_send(&w->door, &m->msg.peer, reply.kind, m->envelope.request_id, reply.payload));
}

static void drop_members(struct writer *w)
{
    for (uint32_t i = 0; i < w->count; i++)
        jb_msg_free(&w->members[i].msg);
    w->count = 0;
    w->bytes = 0;
}

/* Trying again can help: everybody of the batch hears so, and none of it happened. */
static void refuse_batch(struct writer *w)
{
    jb_engine_abort(w->config->engine);
    w->open = false;
    for (uint32_t i = 0; i < w->count; i++)
        send_later(w, &w->members[i]);
    drop_members(w);
}

static void note_full(struct writer *w, bool full)
{
    if (full && !w->full)
        jb_log(JB_LOG_ERROR, "store.full", "submissions are refused until there is room again");
    else if (!full && w->full)
        jb_log(JB_LOG_NOTICE, "store.room", "submissions are taken again");
    w->full = full;
}

/* The store does not take the batch. JB_OK: it was refused and the writer goes on. */
static jb_err batch_failed(struct writer *w, jb_err err)
{
    if (err == JB_EIO) {
        jb_engine_abort(w->config->engine);
        return err;
    }
    if (err == JB_EFULL)
        note_full(w, true);
    else
        jb_log(JB_LOG_ERROR, "batch.failed", "error=%s members=%" PRIu32, jb_err_name(err),
               w->count);
    refuse_batch(w);
    return JB_OK;
}

/* A message that the engine cannot take for want of anything but room (a damaged record in its way,
 * say) must neither end the service nor come back for ever with its batch: it is refused, the
 * others try again. */
static void drop_culprit(struct writer *w)
{
    struct member *m = &w->members[--w->count];
    jb_door_refuse(&w->door, &m->msg.peer, m->envelope.request_id, JB_F_INTERNAL);
    w->refused++;
    jb_msg_free(&m->msg);
}

static jb_err offer(struct writer *w, struct member *m)
{
    jb_engine *engine = w->config->engine;
    jb_err err = JB_OK;
    if (!w->open) {
        err = jb_engine_begin(engine);
        w->open = !err;
    }
    if (!err)
        err = jb_engine_offer(engine, &m->envelope, connection_of(&m->msg.peer), jb_clock_now_us(),
                              &m->reply);
    if (err == JB_EDAMAGED)
        jb_log(
            JB_LOG_ERROR, "store.damaged",
            "a record fails its checksum; verify says which, rebuild makes derived records anew");
    if (err && err != JB_EFULL && err != JB_EIO)
        drop_culprit(w);
    return err;
}

static bool has_room(const struct writer *w)
{
    return w->count < MEMBERS_MAX && w->bytes < BATCH_BYTES_MAX &&
           (!w->open || !jb_engine_full(w->config->engine));
}

static jb_err commit(struct writer *w)
{
    bool moved;
    jb_err err = jb_engine_commit(w->config->engine, &moved);
    w->open = false;
    if (err)
        return batch_failed(w, err);
    if (moved) {
        note_full(w, false);
        jb_commits_tell(w->config->commits);
    }
    for (uint32_t i = 0; i < w->count; i++)
        send_reply(w, &w->members[i], &w->members[i].reply);
    drop_members(w);
    return JB_OK;
}

/* A greeting needs no transaction, and is answered while the store is full. */
static void welcome(struct writer *w, const struct member *m)
{
    struct jb_welcome hello;
    struct jb_buf payload;
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_engine_welcome(w->config->engine, jb_clock_now_us(), &hello);
    jb_wire_welcome_encode(&hello, &payload);
    jb_ignore(jb_door_send(&w->door, &m->msg.peer, JB_KIND_WELCOME, m->envelope.request_id,
                           jb_buf_slice(&payload)));
    jb_buf_free(&payload);
}

/* Takes what waits, up to a batch's limits. *ret_more: more may wait. */
static jb_err turn(struct writer *w, bool *ret_more)
{
    uint32_t others = 0;
    *ret_more = false;
    while (has_room(w) && others < MEMBERS_MAX) {
        struct member *m = &w->members[w->count];
        jb_err err = jb_door_take(&w->door, &m->msg, &m->envelope);
        if (err == JB_EINVAL || (!err && m->envelope.kind == JB_KIND_HELLO)) {
            if (!err)
                welcome(w, m);
            jb_msg_free(&m->msg);
            others++;
            continue;
        }
        if (err)
            break;
        w->count++;
        w->bytes += m->msg.bytes.len;
        err = offer(w, m);
        if (err) {
            *ret_more = true;
            return batch_failed(w, err);
        }
    }
    *ret_more = w->count > 0 || others > 0;
    return w->open ? commit(w) : JB_OK;
}

static void report(struct writer *w)
{
    struct jb_kv_usage usage;
    if (w->accepted || w->refused || w->later)
        jb_log(JB_LOG_INFO, "writes", "answered=%" PRIu64 " refused=%" PRIu64 " later=%" PRIu64,
               w->accepted, w->refused, w->later);
    w->accepted = w->refused = w->later = 0;
    jb_door_report(&w->door, "write");
    if (jb_kv_usage(jb_engine_kv(w->config->engine), &usage) != JB_OK)
        return;
    if (usage.used_bytes > usage.map_bytes / 100 * JB_ALARM_PERCENT)
        jb_log(JB_LOG_WARN, "map.alarm", "used_bytes=%" PRIu64 " map_bytes=%" PRIu64,
               usage.used_bytes, usage.map_bytes);
    uint64_t disk = usage.file_bytes + usage.disk_free_bytes;
    if (usage.file_bytes > disk / 100 * JB_ALARM_PERCENT)
        jb_log(JB_LOG_WARN, "disk.alarm", "file_bytes=%" PRIu64 " free_bytes=%" PRIu64,
               usage.file_bytes, usage.disk_free_bytes);
}

/* About once a minute; while the change log is too large, faster than any writers can fill it. */
static jb_err tidy(struct writer *w)
{
    int64_t mono_us = jb_clock_mono_us();
    bool more = false;
    if (mono_us < w->tidy_at_us)
        return JB_OK;
    if (mono_us >= w->report_at_us) {
        w->report_at_us = mono_us + TIDY_US;
        report(w);
    }
    jb_err err = jb_engine_tidy(w->config->engine, jb_clock_now_us(), &more);
    w->tidy_at_us = mono_us + (more ? TIDY_MORE_US : TIDY_US);
    if (!err)
        jb_commits_tell(w->config->commits); /* readers let old pages go */
    return err == JB_EIO ? err : JB_OK;
}

jb_err jb_writer_run(const struct jb_writer_config *config)
{
    struct writer w = {.config = config, .tidy_at_us = jb_clock_mono_us() + TIDY_US};
    struct jb_wait_item items[2] = {{.sock = config->sock, .fd = -1}, {.fd = config->wakeup_fd}};
    jb_err err = JB_OK;
    bool more = false;
    jb_door_init(&w.door, config->sock);
    w.members = jb_xcalloc(MEMBERS_MAX, sizeof(*w.members));
    for (uint32_t i = 0; i < MEMBERS_MAX; i++)
        jb_msg_init(&w.members[i].msg);
    while (!err && !atomic_load(config->stop)) {
        if (!more)
            jb_ignore(jb_wait(items, 2, WAIT_MS));
        if (items[1].readable)
            jb_wakeup_clear(config->wakeup_fd);
        err = turn(&w, &more);
        if (!err)
            err = tidy(&w);
    }
    drop_members(&w);
    if (err)
        jb_log(JB_LOG_ERROR, "storage.failed", "error=%s", jb_err_name(err));
    jb_door_free(&w.door);
    free(w.members);
    return err;
}
