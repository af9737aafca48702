/* Persist, then speak; and take the next batch meanwhile.
 *
 * Two hands, each a thread with a batch of its own, take turns in two roles. The taker waits at the
 * door and takes and reads what comes. As soon as the engine is free it offers what it has, and
 * what comes while it does, until nothing waits; then it leaves the taker's role to the other hand,
 * commits and answers. So a batch is whatever came while the one before was made durable and
 * answered: under load it grows by itself, and alone a submission waits for nobody, nor does it
 * change hands. (To give the role away before offering made batches half as large and no faster: a
 * commit costs the disk nearly the same for few as for many.)
 *
 * Order: one hand takes at a time and keeps the role until it has offered, so batches reach the
 * engine in the order in which they were taken. The voice is asked for before the engine is let go,
 * so they are answered in that order too.
 *
 * A full store refuses with "try later" and goes on; a damaged record refuses the message in whose
 * way it lies. A storage that fails says nothing at all, to neither batch, because nobody knows
 * what is on disk: the supervisor starts the program anew. */
#include "writer.h"

#include <inttypes.h>
#include <pthread.h>

#include "base/limits.h"
#include "base/log.h"
#include "batch.h"
#include "net/loop.h"

#define OTHERS_MAX 1024 /* messages in a row that become no member */
#define TIDY_US (60 * 1000000LL)
#define TIDY_MORE_US 200000
#define WAIT_MS 1000

/* Whose turn it is with the engine. */
enum turn { TURN_FREE, TURN_TAKEN, TURN_WANTED /* taken, and the taker waits for it */ };

struct writer {
    const struct jb_writer_config *config;
    struct jb_door door;
    struct jb_gate gate;
    pthread_mutex_t taker; /* the role */
    pthread_mutex_t voice; /* who answers */
    atomic_int turn;       /* enum turn */
    atomic_bool failed;    /* the storage: both hands stop */
    atomic_llong tidy_at_us;
    /* The rest belongs to who has the engine. */
    jb_err err;
    bool full;                         /* the store was, when last asked */
    uint64_t accepted, refused, later; /* since the last report */
    int64_t report_at_us;
};

struct hand {
    struct writer *writer;
    bool is_taker;
    bool moved; /* the head, since readers were woken last */
    struct jb_batch batch;
};

/* False: the other hand has the engine; the wake-up is set when it lets go. */
static bool take_turn(struct writer *w)
{
    int seen = atomic_load(&w->turn);
    for (;;) {
        int next = seen == TURN_FREE ? TURN_TAKEN : TURN_WANTED;
        if (atomic_compare_exchange_weak(&w->turn, &seen, next))
            return next == TURN_TAKEN;
    }
}

static void leave_turn(struct writer *w)
{
    if (atomic_exchange(&w->turn, TURN_FREE) == TURN_WANTED)
        jb_wakeup_set(w->config->wakeup_fd);
}

static void count_reply(struct writer *w, const struct jb_member *m)
{
    const struct jb_reply *reply = &m->reply;
    const struct jb_envelope *envelope = &m->proposal.envelope;
    struct jb_public_key signer = {0};
    if (reply->denied && envelope->signer.len == sizeof(signer.bytes))
        memcpy(signer.bytes, envelope->signer.ptr, sizeof(signer.bytes));
    if (reply->denied)
        jb_gate_deny(&w->gate, &m->msg, &signer, envelope->kind, reply->denied);
    if (reply->kind == JB_KIND_REFUSED ||
        (reply->kind == JB_KIND_RECEIPT && reply->outcome != JB_ACCEPTED))
        w->refused++;
    else
        w->accepted++;
}

static void note_full(struct writer *w, bool full)
{
    if (full && !w->full)
        jb_log(JB_LOG_ERROR, "store.full", "submissions are refused until there is room again");
    else if (!full && w->full)
        jb_log(JB_LOG_NOTICE, "store.room", "submissions are taken again");
    w->full = full;
}

/* Trying again can help: these hear so, and none of it happened. */
static void tell_later(struct hand *h, uint32_t from, uint32_t to)
{
    jb_engine_abort(h->writer->config->engine);
    h->writer->later += to - from;
    for (uint32_t i = from; i < to; i++) {
        struct jb_member *m = &h->batch.members[i];
        jb_engine_try_later(h->writer->config->engine, &m->proposal, &m->reply);
    }
}

static void take_role(struct hand *h)
{
    pthread_mutex_lock(&h->writer->taker);
    h->is_taker = true;
}

static void leave_role(struct hand *h)
{
    if (h->is_taker)
        pthread_mutex_unlock(&h->writer->taker);
    h->is_taker = false;
}

/* A greeting needs no transaction, and is answered while the store is full. */
static void welcome(struct hand *h)
{
    struct jb_member *m = &h->batch.members[h->batch.count];
    struct jb_welcome hello;
    struct jb_buf payload;
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_engine_welcome(h->writer->config->engine, jb_clock_now_us(), &hello);
    jb_wire_welcome_encode(&hello, &payload);
    jb_ignore(jb_door_send(&h->writer->door, &m->msg.peer, JB_KIND_WELCOME,
                           m->proposal.envelope.request_id, jb_buf_slice(&payload)));
    jb_buf_free(&payload);
}

/* Takes what waits, up to a batch's limits. True: nothing is left at the door. */
static bool take_waiting(struct hand *h)
{
    uint32_t others = 0;
    while (jb_batch_has_room(&h->batch) && others < OTHERS_MAX) {
        jb_err err = jb_batch_take(&h->batch, &h->writer->door,
                                   jb_engine_verifier(h->writer->config->engine));
        if (!err)
            continue;
        if (err == JB_EEXIST)
            welcome(h);
        jb_msg_free(&h->batch.members[h->batch.count].msg);
        if (err != JB_EEXIST && err != JB_EINVAL)
            return true;
        others++;
    }
    return false;
}

/* Offers the members from... to the engine, and what comes meanwhile. *ret_to: behind the last one
 * that it took. */
static jb_err offer(struct hand *h, uint32_t from, uint32_t *ret_to)
{
    jb_engine *engine = h->writer->config->engine;
    uint32_t to = from;
    jb_err err = jb_engine_begin(engine, &h->batch.replies);
    while (!err && !jb_engine_full(engine)) {
        if (to == h->batch.count && h->is_taker)
            jb_ignore(take_waiting(h));
        if (to == h->batch.count)
            break;
        struct jb_member *m = &h->batch.members[to];
        err = jb_engine_offer(engine, &m->proposal, jb_clock_now_us(), &m->reply);
        if (!err)
            to++;
    }
    leave_role(h);
    *ret_to = to;
    return err;
}

/* A message that the engine cannot take for want of anything but room (a damaged record in its way,
 * say) must neither end the service nor come back for ever with its batch: it is refused, those
 * before it try again, those behind it are not concerned. */
static void drop_culprit(struct hand *h, uint32_t from, uint32_t culprit, jb_err err)
{
    struct writer *w = h->writer;
    if (err == JB_EDAMAGED)
        jb_log(
            JB_LOG_ERROR, "store.damaged",
            "a record fails its checksum; verify says which, rebuild makes derived records anew");
    jb_log(JB_LOG_ERROR, "batch.failed", "error=%s members=%" PRIu32, jb_err_name(err),
           culprit + 1 - from);
    tell_later(h, from, culprit);
    jb_engine_refuse(w->config->engine, JB_F_INTERNAL, &h->batch.members[culprit].reply);
    w->refused++;
}

static jb_err commit(struct hand *h, uint32_t from, uint32_t to)
{
    struct writer *w = h->writer;
    bool moved = false;
    jb_err err = jb_engine_commit(w->config->engine, &moved);
    if (err)
        return err;
    for (uint32_t i = from; i < to; i++)
        count_reply(w, &h->batch.members[i]);
    if (moved) {
        note_full(w, false);
        jb_commits_count(w->config->commits);
        h->moved = true;
    }
    return JB_OK;
}

/* One transaction with the members from... *ret_to: behind the last one that has its reply now.
 * JB_EIO: nobody may be answered. */
static jb_err judge(struct hand *h, uint32_t from, uint32_t *ret_to)
{
    uint32_t to;
    jb_err err = offer(h, from, &to);
    if (err && err != JB_EFULL && err != JB_EIO) {
        drop_culprit(h, from, to++, err);
        *ret_to = to;
        return JB_OK;
    }
    if (!err)
        err = commit(h, from, to);
    else
        to = h->batch.count; /* there is no room for those behind it, either */
    if (err == JB_EIO) {
        jb_engine_abort(h->writer->config->engine);
        return err;
    }
    if (err == JB_EFULL)
        note_full(h->writer, true);
    else if (err)
        jb_log(JB_LOG_ERROR, "batch.failed", "error=%s members=%" PRIu32, jb_err_name(err),
               to - from);
    if (err)
        tell_later(h, from, to);
    *ret_to = to;
    return JB_OK;
}

static void report(struct writer *w)
{
    struct jb_kv_usage usage;
    if (w->accepted || w->refused || w->later)
        jb_log(JB_LOG_INFO, "writes", "answered=%" PRIu64 " refused=%" PRIu64 " later=%" PRIu64,
               w->accepted, w->refused, w->later);
    w->accepted = w->refused = w->later = 0;
    jb_door_report(&w->door, "write");
    jb_gate_report(&w->gate, "write");
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

static bool is_tidy_due(struct writer *w)
{
    return jb_clock_mono_us() >= atomic_load(&w->tidy_at_us);
}

/* About once a minute; while the change log is too large, faster than any writers can fill it. */
static jb_err tidy(struct writer *w)
{
    int64_t mono_us = jb_clock_mono_us();
    bool more = false;
    if (mono_us >= w->report_at_us) {
        w->report_at_us = mono_us + TIDY_US;
        report(w);
    }
    jb_err err = jb_engine_tidy(w->config->engine, jb_clock_now_us(), &more);
    atomic_store(&w->tidy_at_us, mono_us + (more ? TIDY_MORE_US : TIDY_US));
    if (!err) { /* readers let old pages go */
        jb_commits_count(w->config->commits);
        jb_commits_wake(w->config->commits);
    }
    return err == JB_EIO ? err : JB_OK;
}

/* With the engine, and at first as the taker: what the batch needs, mostly one transaction; lets
 * the engine go. The last transaction's members are answered beside the next batch. JB_EIO: the
 * engine is not let go. */
static jb_err serve(struct hand *h)
{
    struct writer *w = h->writer;
    uint32_t from = 0, to = 0;
    jb_err err = is_tidy_due(w) ? tidy(w) : JB_OK;
    if (err || h->batch.count == 0)
        leave_role(h);
    while (!err && to < h->batch.count) {
        from = to;
        err = judge(h, from, &to);
        if (err || to == h->batch.count)
            break;
        pthread_mutex_lock(&w->voice);
        jb_batch_speak(&h->batch, &w->door, from, to);
        pthread_mutex_unlock(&w->voice);
    }
    if (err)
        return err;
    pthread_mutex_lock(&w->voice);
    leave_turn(w);
    jb_batch_speak(&h->batch, &w->door, from, to);
    pthread_mutex_unlock(&w->voice);
    if (h->moved)
        jb_commits_wake(w->config->commits);
    h->moved = false;
    jb_batch_clear(&h->batch);
    return JB_OK;
}

/* As the taker: fills the batch until the engine is free, and takes the turn with it. The batch is
 * empty when only tidying is due. False: it is time to stop, and the batch is empty or, when the
 * storage failed, must not be answered. */
static bool gather(struct hand *h)
{
    struct writer *w = h->writer;
    struct jb_wait_item items[2] = {{.fd = w->config->wakeup_fd}, {.fd = jb_door_fd(&w->door)}};
    while (!atomic_load(&w->failed)) {
        bool stop = atomic_load(w->config->stop);
        bool drained = stop || take_waiting(h);
        if (stop && h->batch.count == 0)
            return false;
        if ((h->batch.count > 0 || is_tidy_due(w)) && take_turn(w))
            return true;
        /* A batch that is full, or the last one, waits for the engine alone. */
        bool taking = !stop && jb_batch_has_room(&h->batch);
        if (drained || !taking)
            jb_ignore(jb_wait(items, taking ? 2 : 1, WAIT_MS));
        if (items[0].readable)
            jb_wakeup_clear(w->config->wakeup_fd);
    }
    return false;
}

static void *work(void *arg)
{
    struct hand *h = arg;
    struct writer *w = h->writer;
    jb_err err = JB_OK;
    while (!err) {
        take_role(h);
        if (!gather(h)) {
            leave_role(h);
            return NULL;
        }
        err = serve(h);
    }
    w->err = err;
    atomic_store(&w->failed, true);
    jb_wakeup_set(w->config->wakeup_fd);
    jb_log(JB_LOG_ERROR, "storage.failed", "error=%s", jb_err_name(err));
    return NULL;
}

jb_err jb_writer_run(const struct jb_writer_config *config)
{
    struct writer w = {
        .config = config, .taker = PTHREAD_MUTEX_INITIALIZER, .voice = PTHREAD_MUTEX_INITIALIZER};
    struct hand hands[2] = {{.writer = &w}, {.writer = &w}};
    pthread_t other;
    atomic_store(&w.tidy_at_us, jb_clock_mono_us() + TIDY_US);
    jb_door_init(&w.door, config->sock);
    jb_door_share(&w.door, config->wakeup_fd);
    jb_gate_open(&w.gate, config->rights);
    jb_door_guard(&w.door, &w.gate);
    jb_batch_init(&hands[0].batch);
    jb_batch_init(&hands[1].batch);
    bool helped = pthread_create(&other, NULL, work, &hands[1]) == 0;
    if (!helped)
        jb_log(JB_LOG_WARN, "writer.alone", "no second thread: taking waits for the disk");
    work(&hands[0]);
    if (helped)
        pthread_join(other, NULL);
    report(&w);
    jb_batch_free(&hands[0].batch);
    jb_batch_free(&hands[1].batch);
    jb_door_free(&w.door);
    jb_gate_close(&w.gate);
    return w.err;
}
