/* One loop over the read door, the writer's wake-up, the worker's wake-up and time. Each turn takes
 * a bounded number of messages and then gives watches a bounded share, so that neither starves the
 * other. */
#include "reader.h"

#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "desk.h"
#include "door.h"
#include "net/loop.h"
#include "watch.h"
#include "worker.h"

#define MESSAGES_MAX 64 /* in one turn */
#define WAIT_MS 200     /* quiet watches and pins are looked after at least so often */
#define REPORT_US (60 * 1000000LL)

struct reader {
    const struct jb_reader_config *config;
    struct jb_gate gate;
    struct jb_door door;
    struct jb_desk desk;
    struct jb_pins pins;
    jb_shelf *shelf;
    jb_watches *watches;
    jb_worker *worker;
    int worker_fd;
    struct jb_msg msg;
    int64_t report_at_us;
    uint64_t answered, failed;
};

static jb_err send_event(void *ctx, const struct jb_peer *peer, uint32_t kind,
                         struct jb_slice request_id, struct jb_slice payload)
{
    struct reader *r = ctx;
    uint64_t unsent = r->door.unsent;
    jb_err err = jb_door_send(&r->door, peer, kind, request_id, payload);
    r->door.unsent = unsent; /* a full pipe is nothing special here */
    return err;
}

/* To the worker, with the pin of a cursor when there is one. */
static void hand_over(struct reader *r, const struct jb_envelope *question)
{
    struct jb_pin *pin = r->desk.pin;
    if (jb_worker_ask(r->worker, &r->msg.peer, &r->desk.asker, question, pin,
                      r->desk.pin_position) != JB_OK)
        jb_door_refuse(&r->door, &r->msg.peer, question->request_id, JB_F_BUSY);
    else if (pin)
        pin->busy = true;
}

/* A damaged record is refused, never served; the rest of the store is. */
static void refuse_failed(struct reader *r, const struct jb_peer *peer, struct jb_slice request_id,
                          jb_err err)
{
    jb_log(JB_LOG_ERROR, "question.failed", "error=%s", jb_err_name(err));
    r->failed++;
    jb_door_refuse(&r->door, peer, request_id, err == JB_EAGAIN ? JB_F_BUSY : JB_F_INTERNAL);
}

static void ask_desk(struct reader *r, const struct jb_envelope *question)
{
    uint32_t kind;
    r->desk.pin = NULL;
    jb_err err = jb_desk_answer(&r->desk, question, &kind);
    if (err == JB_EAGAIN)
        hand_over(r, question);
    else if (err)
        refuse_failed(r, &r->msg.peer, question->request_id, err);
    else
        jb_ignore(jb_door_send(&r->door, &r->msg.peer, kind, question->request_id,
                               jb_buf_slice(&r->desk.payload)));
    if (!err && kind == JB_KIND_REFUSED && r->desk.findings.count &&
        r->desk.findings.items[0].code == JB_F_GRANT_MISSING)
        jb_gate_deny(&r->gate, &r->msg, &r->desk.asker.who.key, question->kind, JB_F_GRANT_MISSING);
    r->answered++;
}

/* Whose message it is. */
static void know(struct reader *r, const struct jb_envelope *message)
{
    struct jb_asking who = {.person = ""};
    snprintf(who.person, sizeof(who.person), "%.*s", JB_ARG(message->asked_for));
    if (r->msg.has_user)
        memcpy(who.key.bytes, r->msg.user, sizeof(who.key.bytes));
    r->desk.now_us = jb_clock_now_us();
    r->desk.mono_us = jb_clock_mono_us();
    jb_asker_set_for(&r->desk.asker, r->config->rights, r->msg.has_user ? &who : NULL,
                     r->desk.now_us);
}

static void take_message(struct reader *r, const struct jb_envelope *message)
{
    const struct jb_watcher watcher = {.peer = &r->msg.peer, .asker = &r->desk.asker};
    jb_err err;
    know(r, message);
    int64_t mono_us = r->desk.mono_us;
    switch (message->kind) {
    case JB_KIND_WATCH:
        err = jb_watches_open(r->watches, &watcher, message->request_id, message->payload, mono_us);
        if (err)
            refuse_failed(r, watcher.peer, message->request_id, err);
        else if (jb_watches_was_denied(r->watches))
            jb_gate_deny(&r->gate, &r->msg, &r->desk.asker.who.key, message->kind,
                         JB_F_GRANT_MISSING);
        return;
    case JB_KIND_WATCH_PING:
        jb_watches_ping(r->watches, &watcher, message->request_id, mono_us);
        return;
    case JB_KIND_WATCH_CANCEL:
        jb_watches_cancel(r->watches, &watcher, message->request_id);
        return;
    case JB_KIND_VERIFY:
        r->desk.pin = NULL;
        if (jb_desk_admits(&r->desk, JB_KIND_VERIFY))
            hand_over(r, message);
        else
            ask_desk(r, message); /* which says why not */
        return;
    default:
        ask_desk(r, message);
    }
}

/* *ret_more: the door may hold more. */
static void take_messages(struct reader *r, bool *ret_more)
{
    *ret_more = true;
    for (uint32_t i = 0; i < MESSAGES_MAX; i++) {
        struct jb_envelope message;
        jb_err err = jb_door_take(&r->door, &r->msg, true, &message);
        if (!err)
            take_message(r, &message);
        if (err && err != JB_EINVAL) {
            *ret_more = false;
            return;
        }
    }
}

static void finish_job(struct reader *r, struct jb_job *job)
{
    struct jb_slice request_id = jb_slice_of(job->request_id, job->request_id_len);
    int64_t mono_us = jb_clock_mono_us();
    if (job->new_pin &&
        (!job->has_user || jb_pins_owner_may(&r->pins, &job->pin->owner, mono_us)) &&
        jb_pins_have_room(&r->pins, mono_us))
        jb_pins_add(&r->pins, job->pin);
    else if (job->new_pin)
        jb_pin_free(job->pin);
    else if (job->pin)
        job->pin->busy = false;
    if (job->err)
        refuse_failed(r, &job->peer, request_id, job->err);
    else
        jb_ignore(jb_door_send(&r->door, &job->peer, job->answer, request_id,
                               jb_buf_slice(&job->payload)));
    jb_job_free(job);
}

static void report(struct reader *r)
{
    jb_door_report(&r->door, "read");
    jb_gate_report(&r->gate, "read");
    if (r->answered || r->failed || jb_watches_count(r->watches))
        jb_log(JB_LOG_INFO, "reads", "answered=%llu failed=%llu watches=%u pinned=%u",
               (unsigned long long)r->answered, (unsigned long long)r->failed,
               jb_watches_count(r->watches), r->pins.count);
    r->answered = r->failed = 0;
}

static void tick(struct reader *r)
{
    int64_t mono_us = jb_clock_mono_us();
    jb_pins_expire(&r->pins, mono_us);
    if (mono_us < r->report_at_us)
        return;
    r->report_at_us = mono_us + REPORT_US;
    report(r);
}

static jb_err loop(struct reader *r)
{
    struct jb_wait_item items[3] = {{.sock = r->config->sock, .fd = -1},
                                    {.fd = r->config->commits->wakeup_fd},
                                    {.fd = r->worker_fd}};
    int wait_ms = 0;
    while (!atomic_load(r->config->stop)) {
        bool more;
        jb_ignore(jb_wait(items, 3, wait_ms < 0 || wait_ms > WAIT_MS ? WAIT_MS : wait_ms));
        if (items[1].readable) {
            jb_wakeup_clear(r->config->commits->wakeup_fd);
            jb_view_drop(&r->desk.view);
        }
        if (items[2].readable)
            jb_wakeup_clear(r->worker_fd);
        for (struct jb_job *job = jb_worker_done(r->worker); job; job = jb_worker_done(r->worker))
            finish_job(r, job);
        take_messages(r, &more);
        jb_err err = jb_watches_turn(r->watches, jb_clock_now_us(), jb_clock_mono_us(), &wait_ms);
        if (err == JB_EIO)
            return err;
        if (err) { /* the newest entry is damaged, or memory is short: questions say so */
            r->failed++;
            wait_ms = WAIT_MS;
        }
        if (more)
            wait_ms = 0;
        tick(r);
    }
    return JB_OK;
}

static jb_err start_worker(struct reader *r)
{
    const struct jb_worker_config config = {.kv = r->config->kv,
                                            .shelf = r->shelf,
                                            .scratch_dir = r->config->scratch_dir,
                                            .store_dir = r->config->store_dir,
                                            .wakeup_fd = r->worker_fd,
                                            .rights = r->config->rights,
                                            .server = r->config->server,
                                            .next = r->config->next};
    return jb_worker_start(&config, &r->worker);
}

jb_err jb_reader_run(const struct jb_reader_config *config)
{
    struct reader r = {
        .config = config, .worker_fd = -1, .report_at_us = jb_clock_mono_us() + REPORT_US};
    jb_door_init(&r.door, config->sock);
    jb_gate_open(&r.gate, config->rights);
    jb_door_guard(&r.door, &r.gate);
    jb_msg_init(&r.msg);
    r.shelf = jb_shelf_new();
    jb_desk_open(&r.desk, config->kv, r.shelf, config->commits, false);
    r.desk.pins = &r.pins;
    r.desk.server = config->server;
    r.desk.next = config->next;
    r.watches = jb_watches_new(&r.desk.view, &r.pins, config->watches_max, send_event, &r);
    jb_watches_guard(r.watches, config->rights);
    jb_err err = jb_wakeup_open(&r.worker_fd);
    if (!err)
        err = start_worker(&r);
    if (!err)
        err = loop(&r);
    if (err)
        jb_log(JB_LOG_ERROR, "reader.failed", "error=%s", jb_err_name(err));
    report(&r);
    jb_worker_stop(r.worker);
    jb_watches_free(r.watches);
    jb_pins_free(&r.pins);
    jb_desk_close(&r.desk);
    jb_shelf_free(r.shelf);
    jb_msg_free(&r.msg);
    jb_door_free(&r.door);
    jb_gate_close(&r.gate);
    if (r.worker_fd >= 0)
        close(r.worker_fd);
    return err;
}
