/* Persist, then speak; and take and read what comes meanwhile.
 *
 * Two hands, each a thread, take turns. One stands at the door and takes and reads what comes into
 * the open batch (intake.h). As soon as the engine is free it offers what is there, and what comes
 * while it does; then it leaves the door to the other, commits and answers. So a batch is whatever
 * came while the one before was made durable and answered: under load it grows by itself, and alone
 * a submission waits for nobody, nor does it change hands: who has a single one, and had one
 * before, keeps the door, for to wake the other hand costs more than to read later what comes
 * meanwhile. Where there are more processors than two, helpers verify signatures beside the hands.
 *
 * Whoever is answered mostly has more to say, and a commit for the first of them would keep all the
 * others waiting for two. So a batch is not closed before as many came as were answered last; but
 * that is waited for no longer than their transaction took, so that those who have no more to say
 * cost that much at the most, and only who comes right behind them.
 *
 * Order: members are offered in the order in which they were taken, and one batch after the other.
 * The voice is asked for before the engine is let go, so they are answered in that order too.
 *
 * A full store refuses with "try later" and goes on; a damaged record refuses the message in whose
 * way it lies. A storage that fails says nothing at all, to neither batch, because nobody knows
 * what is on disk: the supervisor starts the program anew. */
#include "writer.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>

#include "base/limits.h"
#include "base/log.h"
#include "intake.h"
#include "net/loop.h"

#define OTHERS_MAX 1024 /* messages in a row that become no member */
#define TIDY_US (60 * 1000000LL)
#define TIDY_MORE_US 200000
#define WAIT_MS 1000
#define LOOK_DUE_US 1000000 /* what is due is looked at no more often */
#define ECHO_US_MAX 2000
#define ALONE 1

/* Whose turn it is with the engine. */
enum turn { TURN_FREE, TURN_TAKEN, TURN_WANTED /* taken, and who is at the door waits for it */ };

struct writer {
    const struct jb_writer_config *config;
    struct jb_door door;
    struct jb_gate gate;
    struct jb_intake intake;
    pthread_mutex_t voice; /* who answers */
    /* When those who were answered last have all come again: members in all; and how long that is
     * waited for. */
    atomic_ullong echo_taken;
    atomic_llong echo_until_us;
    atomic_uint answered; /* members at once, last */
    atomic_int turn;      /* enum turn */
    atomic_bool failed;   /* the storage: both hands stop */
    atomic_llong tidy_at_us;
    /* What is due: when it is looked at by the clock, and before when it is not. */
    atomic_llong due_at_us, due_after_us;
    /* The rest belongs to who has the engine. */
    jb_err err;
    bool full;                         /* the store was, when last asked */
    uint64_t accepted, refused, later; /* since the last report */
    int64_t report_at_us;
};

struct hand {
    struct writer *writer;
    pthread_t thread;
    uint32_t number;        /* as a reader of messages */
    int64_t begun_us;       /* the transaction */
    bool moved;             /* the head, since readers were woken last */
    struct jb_batch *batch; /* the one it serves */
    bool stands;            /* at the door */
    bool closed;            /* the batch: nobody adds to it any more */
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
        struct jb_member *m = &h->batch->members[i];
        jb_engine_try_later(h->writer->config->engine, &m->proposal, &m->reply);
    }
}

/* Takes what waits. JB_EAGAIN: nothing is left; JB_EFULL: there is no room for more; JB_OK: there
 * may be more. */
static jb_err take_waiting(struct hand *h)
{
    jb_err err = JB_OK;
    for (uint32_t others = 0; !err && others < OTHERS_MAX;) {
        err = jb_intake_take(&h->writer->intake, h->number);
        if (err == JB_EINVAL) {
            others++;
            err = JB_OK;
        }
    }
    return err;
}

/* Answers the members from..to - 1. */
static void answer(struct hand *h, uint32_t from, uint32_t to)
{
    struct writer *w = h->writer;
    int64_t took_us = jb_clock_mono_us() - h->begun_us;
    atomic_store(&w->echo_until_us, INT64_MAX);
    atomic_store(&w->answered, to - from);
    atomic_store(&w->echo_taken, atomic_load(&w->intake.taken) + (to - from));
    jb_batch_speak(h->batch, &w->door, from, to);
    atomic_store(&w->echo_until_us,
                 jb_clock_mono_us() + (took_us < ECHO_US_MAX ? took_us : ECHO_US_MAX));
}

/* Waits at the door for those who were answered last. False: they came, or enough time went by. */
static bool await_echo(struct writer *w)
{
    struct jb_wait_item items[2] = {{.fd = w->config->wakeup_fd}, {.fd = jb_door_fd(&w->door)}};
    int64_t left_us = atomic_load(&w->echo_until_us) - jb_clock_mono_us();
    if (left_us <= 0 || atomic_load(&w->intake.taken) >= atomic_load(&w->echo_taken) ||
        atomic_load(w->config->stop))
        return false;
    jb_ignore(jb_wait_us(items, 2, left_us < ECHO_US_MAX ? left_us : ECHO_US_MAX));
    if (items[0].readable)
        jb_wakeup_clear(w->config->wakeup_fd);
    return true;
}

static void leave_door(struct hand *h)
{
    if (h->stands)
        jb_intake_leave(&h->writer->intake);
    h->stands = false;
}

/* The batch's next member, when it was read; takes meanwhile. NULL: no more wait. */
static struct jb_member *next_member(struct hand *h, uint32_t at)
{
    struct jb_intake *intake = &h->writer->intake;
    for (uint32_t others = 0;;) {
        struct jb_member *m = jb_intake_member(intake, h->batch, at);
        if (m || !h->stands)
            return m;
        jb_err err = jb_intake_take(intake, h->number);
        if (!err || (err == JB_EINVAL && others++ < OTHERS_MAX) ||
            (err == JB_EAGAIN && await_echo(h->writer)))
            continue;
        if (jb_intake_close(intake, h->batch, at)) {
            h->closed = true;
            if (at != ALONE || atomic_load(&h->writer->answered) != ALONE)
                leave_door(h);
            return NULL;
        }
    }
}

/* Offers the members from... to the engine, and what comes meanwhile; the batch is closed then, and
 * the door left. *ret_to: behind the last one that it took. */
static jb_err offer(struct hand *h, uint32_t from, uint32_t *ret_to)
{
    jb_engine *engine = h->writer->config->engine;
    uint32_t to = from;
    h->begun_us = jb_clock_mono_us();
    h->closed = false;
    jb_err err = jb_engine_begin(engine, &h->batch->replies);
    while (!err && !jb_engine_full(engine)) {
        struct jb_member *m = next_member(h, to);
        if (!m)
            break;
        err = jb_engine_offer(engine, &m->proposal, jb_clock_now_us(), &m->reply);
        if (!err)
            to++;
    }
    if (h->stands && !h->closed) {
        jb_ignore(jb_intake_close(&h->writer->intake, h->batch, UINT32_MAX));
        leave_door(h);
    }
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
    jb_engine_refuse(w->config->engine, JB_F_INTERNAL, &h->batch->members[culprit].reply);
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
        count_reply(w, &h->batch->members[i]);
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
        to = h->batch->count; /* there is no room for those behind it, either */
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

static bool is_due_time(struct writer *w)
{
    return jb_clock_now_us() >= atomic_load(&w->due_at_us) &&
           jb_clock_mono_us() >= atomic_load(&w->due_after_us);
}

/* Says what the days bring. What fails is tried again later: nothing is lost by that. */
static jb_err tell_due(struct hand *h)
{
    struct writer *w = h->writer;
    bool moved = false;
    jb_err err = jb_engine_tell_due(w->config->engine, jb_clock_now_us(), &moved);
    if (err == JB_EIO)
        return err;
    if (err && err != JB_EFULL)
        jb_log(JB_LOG_ERROR, "due.failed", "error=%s", jb_err_name(err));
    atomic_store(&w->due_after_us, jb_clock_mono_us() + (err ? TIDY_US : LOOK_DUE_US));
    if (moved) {
        jb_commits_count(w->config->commits);
        h->moved = true;
    }
    return JB_OK;
}

/* With the engine: what the batch needs, mostly one transaction; lets the engine go. The last
 * transaction's members are answered beside the next batch. JB_EIO: the engine is not let go. */
static jb_err serve(struct hand *h)
{
    struct writer *w = h->writer;
    uint32_t from = 0, to = 0;
    jb_err err = is_tidy_due(w) ? tidy(w) : JB_OK;
    if (!err && is_due_time(w))
        err = tell_due(h);
    if (err || !h->batch)
        leave_door(h);
    while (!err && h->batch && (to == 0 || to < h->batch->count)) {
        from = to;
        err = judge(h, from, &to);
        if (err || to == h->batch->count)
            break;
        pthread_mutex_lock(&w->voice);
        answer(h, from, to);
        pthread_mutex_unlock(&w->voice);
    }
    if (err)
        return err;
    atomic_store(&w->due_at_us, jb_engine_due_at(w->config->engine));
    pthread_mutex_lock(&w->voice);
    leave_turn(w);
    if (h->batch)
        answer(h, from, to);
    pthread_mutex_unlock(&w->voice);
    if (h->moved)
        jb_commits_wake(w->config->commits);
    h->moved = false;
    if (h->batch)
        jb_intake_give_back(&w->intake, h->batch);
    return JB_OK;
}

/* At the door: fills the open batch until it is due and the engine is free, and takes the turn with
 * it. There is no batch when only upkeep is due. False: it is time to stop, and no batch is left
 * or, when the storage failed, none may be answered. */
static bool gather(struct hand *h)
{
    struct writer *w = h->writer;
    struct jb_wait_item items[2] = {{.fd = w->config->wakeup_fd}, {.fd = jb_door_fd(&w->door)}};
    while (!atomic_load(&w->failed)) {
        bool stop = atomic_load(w->config->stop);
        jb_err taken = stop ? JB_EFULL : take_waiting(h);
        h->batch = jb_intake_due(&w->intake);
        if (stop && !h->batch)
            return false;
        if ((h->batch || is_tidy_due(w) || is_due_time(w)) && take_turn(w))
            return true;
        /* A batch that is full, or the last one, waits for the engine alone. */
        if (taken)
            jb_ignore(jb_wait(items, taken == JB_EAGAIN ? 2 : 1, WAIT_MS));
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
        if (!h->stands)
            jb_intake_stand(&w->intake, h->number);
        h->stands = true;
        if (!gather(h)) {
            leave_door(h);
            return NULL;
        }
        err = serve(h);
    }
    leave_door(h);
    w->err = err;
    atomic_store(&w->failed, true);
    jb_wakeup_set(w->config->wakeup_fd);
    jb_log(JB_LOG_ERROR, "storage.failed", "error=%s", jb_err_name(err));
    return NULL;
}

static void *help(void *arg)
{
    struct hand *h = arg;
    jb_intake_help(&h->writer->intake, h->number);
    return NULL;
}

/* The second hand, and a helper for each processor beyond two. What cannot be started is done
 * without. The threads started. */
static uint32_t start_others(struct hand hands[JB_READERS_MAX])
{
    cpu_set_t cpus;
    uint32_t count = 1, wanted = 2;
    if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0 && CPU_COUNT(&cpus) > 2)
        wanted = (uint32_t)CPU_COUNT(&cpus);
    while (count < wanted && count < JB_READERS_MAX) {
        struct hand *h = &hands[count];
        *h = (struct hand){.writer = hands[0].writer, .number = count};
        if (pthread_create(&h->thread, NULL, count == 1 ? work : help, h))
            break;
        count++;
    }
    if (count == 1)
        jb_log(JB_LOG_WARN, "writer.alone", "no second thread: taking waits for the disk");
    return count;
}

jb_err jb_writer_run(const struct jb_writer_config *config)
{
    struct writer w = {.config = config, .voice = PTHREAD_MUTEX_INITIALIZER};
    struct hand hands[JB_READERS_MAX] = {{.writer = &w}};
    atomic_store(&w.tidy_at_us, jb_clock_mono_us() + TIDY_US);
    jb_door_init(&w.door, config->sock);
    jb_door_share(&w.door, config->wakeup_fd);
    jb_gate_open(&w.gate, config->rights);
    jb_door_guard(&w.door, &w.gate);
    jb_intake_init(&w.intake, config->engine, &w.door, config->wakeup_fd);
    uint32_t threads = start_others(hands);
    work(&hands[0]);
    if (threads > 1)
        pthread_join(hands[1].thread, NULL);
    jb_intake_end_help(&w.intake);
    for (uint32_t i = 2; i < threads; i++)
        pthread_join(hands[i].thread, NULL);
    report(&w);
    jb_intake_free(&w.intake);
    jb_door_free(&w.door);
    jb_gate_close(&w.gate);
    return w.err;
}
