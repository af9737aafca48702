/* Persist, then speak; and take and read what comes meanwhile.
 *
 * Two threads. The porter stands at the door: takes and reads what comes into the open batch, and
 * carries the answers out. The judge has the engine: as soon as there is something he offers it,
 * and what comes while he does; then he commits, leaves the answers to the porter and turns to the
 * next batch. So a batch is whatever came while the one before was made durable: under load it
 * grows by itself, and a submission that is alone waits for nobody. Nor does it change hands: after
 * a few batches of one the judge stands at the door himself, because to wake another costs more
 * than to read later what comes meanwhile. Where there are more processors than two, helpers verify
 * signatures; the judge does, too, while he waits.
 *
 * Whoever is answered mostly has more to say, and all that are answered at once come again at once:
 * if that were everybody, the engine would have nothing to do until they are back. So a batch is
 * but half of those who are on their way, if these are many (intake.h): one half is judged while
 * the other is answered, comes again and is read.
 *
 * Order: members are offered in the order in which they were taken, and one batch after the other;
 * they are answered in that order too.
 *
 * A full store refuses with "try later" and goes on; a damaged record refuses the message in whose
 * way it lies. A storage that fails says nothing at all to the batch, because nobody knows what is
 * on disk: the supervisor starts the program anew. */
#include "writer.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>

#include "base/limits.h"
#include "base/log.h"
#include "intake.h"
#include "net/loop.h"
#include "upkeep.h"
#include "verdicts.h"

#define OTHERS_MAX 1024 /* messages in a row that become no member */
#define WAIT_MS 1000
#define ALONE_MANY 4 /* batches of one in a row, after which the judge goes to the door */

enum { JUDGE, PORTER, HELPERS }; /* as readers of messages */

struct writer {
    const struct jb_writer_config *config;
    struct jb_door door;
    struct jb_gate gate;
    struct jb_intake intake;
    struct jb_verdicts verdicts;
    atomic_bool failed; /* the storage */
    bool has_porter;
    /* The rest is the judge's. */
    struct jb_upkeep upkeep;
    struct jb_batch *batch;
    bool stands;             /* at the door */
    bool closed;             /* the batch: nobody adds to it any more */
    bool moved;              /* the head, since the last verdict */
    bool full;               /* the store was, when last asked */
    uint32_t alone;          /* batches of one in a row */
    uint64_t judged, before; /* members in all, and in the last batch */
};

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
        w->upkeep.refused++;
    else
        w->upkeep.accepted++;
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
static void tell_later(struct writer *w, uint32_t from, uint32_t to)
{
    jb_engine_abort(w->config->engine);
    w->upkeep.later += to - from;
    for (uint32_t i = from; i < to; i++) {
        struct jb_member *m = &w->batch->members[i];
        jb_engine_try_later(w->config->engine, &m->proposal, &m->reply);
    }
}

static void leave_door(struct writer *w)
{
    if (w->stands)
        jb_intake_leave(&w->intake);
    w->stands = false;
}

/* The batch's next member, when it was read. NULL: no more wait. */
static struct jb_member *next_member(struct writer *w, uint32_t at)
{
    struct jb_intake *intake = &w->intake;
    for (uint32_t others = 0;;) {
        struct jb_member *m = jb_intake_member(intake, w->batch, at, JUDGE);
        if (m)
            return m;
        jb_err err = w->stands ? jb_intake_take(intake, JUDGE) : JB_EAGAIN;
        if (!err || (err == JB_EINVAL && others++ < OTHERS_MAX))
            continue;
        if (jb_intake_close(intake, w->batch, at)) {
            w->closed = true;
            return NULL;
        }
    }
}

/* Offers the members from... to the engine, and what comes meanwhile; the batch is closed then.
 * *ret_to: behind the last one that it took. */
static jb_err offer(struct writer *w, uint32_t from, uint32_t *ret_to)
{
    jb_engine *engine = w->config->engine;
    uint32_t to = from;
    w->closed = false;
    jb_err err = jb_engine_begin(engine, &w->batch->replies);
    while (!err && !jb_engine_full(engine)) {
        struct jb_member *m = next_member(w, to);
        if (!m)
            break;
        err = jb_engine_offer(engine, &m->proposal, jb_clock_now_us(), &m->reply);
        if (!err)
            to++;
    }
    if (!w->closed)
        jb_ignore(jb_intake_close(&w->intake, w->batch, UINT32_MAX));
    *ret_to = to;
    return err;
}

/* A message that the engine cannot take for want of anything but room (a damaged record in its way,
 * say) must neither end the service nor come back for ever with its batch: it is refused, those
 * before it try again, those behind it are not concerned. */
static void drop_culprit(struct writer *w, uint32_t from, uint32_t culprit, jb_err err)
{
    if (err == JB_EDAMAGED)
        jb_log(
            JB_LOG_ERROR, "store.damaged",
            "a record fails its checksum; verify says which, rebuild makes derived records anew");
    jb_log(JB_LOG_ERROR, "batch.failed", "error=%s members=%" PRIu32, jb_err_name(err),
           culprit + 1 - from);
    tell_later(w, from, culprit);
    jb_engine_refuse(w->config->engine, JB_F_INTERNAL, &w->batch->members[culprit].reply);
    w->upkeep.refused++;
}

static jb_err commit(struct writer *w, uint32_t from, uint32_t to)
{
    bool moved = false;
    jb_err err = jb_engine_commit(w->config->engine, &moved);
    if (err)
        return err;
    for (uint32_t i = from; i < to; i++)
        count_reply(w, &w->batch->members[i]);
    if (moved) {
        note_full(w, false);
        jb_commits_count(w->config->commits);
        w->moved = true;
    }
    return JB_OK;
}

/* One transaction with the members from... *ret_to: behind the last one that has its reply now.
 * JB_EIO: nobody may be answered. */
static jb_err judge(struct writer *w, uint32_t from, uint32_t *ret_to)
{
    uint32_t to;
    jb_err err = offer(w, from, &to);
    if (err && err != JB_EFULL && err != JB_EIO) {
        drop_culprit(w, from, to++, err);
        *ret_to = to;
        return JB_OK;
    }
    if (!err)
        err = commit(w, from, to);
    else
        to = w->batch->count; /* there is no room for those behind it, either */
    if (err == JB_EIO) {
        jb_engine_abort(w->config->engine);
        return err;
    }
    if (err == JB_EFULL)
        note_full(w, true);
    else if (err)
        jb_log(JB_LOG_ERROR, "batch.failed", "error=%s members=%" PRIu32, jb_err_name(err),
               to - from);
    if (err)
        tell_later(w, from, to);
    *ret_to = to;
    return JB_OK;
}

/* The porter speaks it, if there is one at the door who is not behind. */
static void tell(struct writer *w, uint32_t from, uint32_t to)
{
    bool last = to == w->batch->count;
    uint32_t waiting = jb_verdicts_add(
        &w->verdicts,
        &(struct jb_verdict){.batch = w->batch, .from = from, .to = to, .moved = w->moved});
    w->moved = false;
    if (w->stands || !w->has_porter || !last || waiting > 1)
        jb_verdicts_speak(&w->verdicts);
    else
        jb_wakeup_set(w->config->wakeup_fd);
}

/* Before the batch is answered: who is to be at the door when its senders come again. */
static void leave_to_porter(struct writer *w, uint32_t count)
{
    w->alone = count == 1 ? w->alone + 1 : 0;
    if (w->stands && count > 1 && w->has_porter) {
        leave_door(w);
        jb_intake_entrust(&w->intake, JB_PORTER);
    }
}

/* After it. */
static void relieve_porter(struct writer *w)
{
    if (!w->stands && w->alone >= ALONE_MANY) {
        jb_intake_entrust(&w->intake, JB_JUDGE);
        w->stands = jb_intake_stand(&w->intake, JB_JUDGE, JUDGE);
    }
}

/* Those who were in the batch before are on their way, or here already with others. */
static void share_out(struct writer *w, uint32_t count)
{
    w->judged += count;
    uint64_t waiting = atomic_load(&w->intake.taken) - w->judged;
    uint64_t others = waiting > w->before ? waiting : w->before;
    jb_intake_set_share(&w->intake, (count + others + 1) / 2);
    w->before = count;
}

/* What the batch needs, mostly one transaction. JB_EIO: the storage failed. */
static jb_err serve(struct writer *w)
{
    uint32_t from = 0, to = 0;
    bool last = false;
    while (!last) {
        from = to;
        jb_err err = judge(w, from, &to);
        if (err)
            return err;
        last = to == w->batch->count;
        if (last) {
            share_out(w, to);
            leave_to_porter(w, to);
        }
        tell(w, from, to);
    }
    relieve_porter(w);
    return JB_OK;
}

/* At the door: takes what waits, until there are answers to carry out. JB_EAGAIN: nothing is left;
 * JB_EFULL: there is no room for more; JB_OK: there may be more. */
static jb_err take_waiting(struct writer *w, uint32_t reader)
{
    jb_err err = JB_OK;
    for (uint32_t others = 0; !err && others < OTHERS_MAX && !jb_verdicts_wait(&w->verdicts);) {
        err = jb_intake_take(&w->intake, reader);
        if (err == JB_EINVAL) {
            others++;
            err = JB_OK;
        }
    }
    return err;
}

/* Who found no room waits for that alone. */
static void wait_at_door(struct writer *w, jb_err taken)
{
    struct jb_wait_item items[2] = {{.fd = w->config->wakeup_fd}, {.fd = jb_door_fd(&w->door)}};
    if (taken)
        jb_ignore(jb_wait(items, taken == JB_EAGAIN ? 2 : 1, WAIT_MS));
    if (items[0].readable)
        jb_wakeup_clear(w->config->wakeup_fd);
}

/* The judge at the door himself. NULL: there is only upkeep, or it is time to stop. */
static struct jb_batch *gather(struct writer *w)
{
    for (;;) {
        bool stop = atomic_load(w->config->stop);
        jb_err taken = stop ? JB_EFULL : take_waiting(w, JUDGE);
        struct jb_batch *batch = jb_intake_due(&w->intake);
        if (batch || stop || jb_upkeep_is_due(&w->upkeep))
            return batch;
        wait_at_door(w, taken);
    }
}

/* The porter at the door, until it is the judge's or, false, it is time to stop. */
static bool keep_door(struct writer *w)
{
    bool stop = false;
    while (!stop && jb_intake_is_keeper(&w->intake, JB_PORTER)) {
        jb_verdicts_speak(&w->verdicts);
        jb_err taken = take_waiting(w, PORTER);
        stop = atomic_load(w->config->stop) || atomic_load(&w->failed);
        if (!stop)
            wait_at_door(w, taken);
    }
    jb_verdicts_speak(&w->verdicts);
    jb_intake_leave(&w->intake);
    return !stop;
}

static void *carry(void *arg)
{
    struct writer *w = arg;
    while (jb_intake_stand(&w->intake, JB_PORTER, PORTER)) {
        if (!keep_door(w))
            jb_intake_end(&w->intake);
    }
    jb_verdicts_speak(&w->verdicts);
    return NULL;
}

static jb_err work(struct writer *w)
{
    jb_err err = JB_OK;
    while (!err) {
        w->batch = w->stands ? gather(w) : jb_intake_await(&w->intake, JUDGE, WAIT_MS * 1000LL);
        if (!w->batch && atomic_load(w->config->stop) &&
            (w->stands || jb_intake_is_over(&w->intake)))
            break;
        if (jb_upkeep_is_due(&w->upkeep))
            err = jb_upkeep_run(&w->upkeep);
        if (!err && w->batch)
            err = serve(w);
    }
    leave_door(w);
    if (err) {
        atomic_store(&w->failed, true);
        jb_wakeup_set(w->config->wakeup_fd);
        jb_log(JB_LOG_ERROR, "storage.failed", "error=%s", jb_err_name(err));
    }
    return err;
}

struct helper {
    struct writer *writer;
    pthread_t thread;
    uint32_t number; /* as a reader of messages */
};

static void *help(void *arg)
{
    struct helper *h = arg;
    jb_intake_help(&h->writer->intake, h->number);
    return NULL;
}

/* A helper for each processor beyond two. What cannot be started is done without. */
static uint32_t start_helpers(struct writer *w, struct helper helpers[JB_READERS_MAX])
{
    cpu_set_t cpus;
    uint32_t count = 0, wanted = 0;
    if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0 && CPU_COUNT(&cpus) > 2)
        wanted = (uint32_t)CPU_COUNT(&cpus) - 2;
    while (count < wanted && count + HELPERS < JB_READERS_MAX) {
        struct helper *h = &helpers[count];
        *h = (struct helper){.writer = w, .number = count + HELPERS};
        if (pthread_create(&h->thread, NULL, help, h))
            break;
        count++;
    }
    return count;
}

jb_err jb_writer_run(const struct jb_writer_config *config)
{
    struct writer w = {.config = config};
    struct helper helpers[JB_READERS_MAX];
    pthread_t porter;
    jb_door_init(&w.door, config->sock);
    jb_door_share(&w.door, config->wakeup_fd);
    jb_gate_open(&w.gate, config->rights);
    jb_door_guard(&w.door, &w.gate);
    jb_intake_init(&w.intake, config->engine, &w.door, config->wakeup_fd);
    jb_verdicts_init(&w.verdicts, &w.intake, &w.door, config->commits);
    jb_upkeep_init(&w.upkeep, config, &w.door, &w.gate);
    jb_intake_entrust(&w.intake, JB_JUDGE);
    w.stands = jb_intake_stand(&w.intake, JB_JUDGE, JUDGE);
    w.has_porter = pthread_create(&porter, NULL, carry, &w) == 0;
    if (!w.has_porter)
        jb_log(JB_LOG_WARN, "writer.alone", "no second thread: taking waits for the disk");
    uint32_t count = start_helpers(&w, helpers);
    jb_err err = work(&w);
    jb_intake_end(&w.intake);
    if (w.has_porter)
        pthread_join(porter, NULL);
    for (uint32_t i = 0; i < count; i++)
        pthread_join(helpers[i].thread, NULL);
    jb_verdicts_speak(&w.verdicts); /* what was made durable after the porter had gone */
    jb_upkeep_report(&w.upkeep);
    jb_verdicts_free(&w.verdicts);
    jb_intake_free(&w.intake);
    jb_door_free(&w.door);
    jb_gate_close(&w.gate);
    return err;
}
