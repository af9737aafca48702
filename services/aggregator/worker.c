/* Two lists under one lock. The worker's view is taken anew for each job and let go after it: a job
 * that waits pins nothing. */
#include "worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/loop.h"
#include "net/wire_query.h"
#include "verify.h"
#include "verify_process.h"

struct list {
    struct jb_job *first, **end;
};

struct jb_worker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct list asked, done;
    uint32_t waiting; /* asked, the one at work included */
    bool verifying;   /* one of them is VERIFY */
    atomic_bool stop;
    int stop_fd; /* ends a verification in another process */
    int wakeup_fd;
    jb_rights_board *rights;
    char *scratch_dir, *store_dir;
    struct jb_desk desk; /* the thread's */
};

static void append(struct list *list, struct jb_job *job)
{
    job->next = NULL;
    *list->end = job;
    list->end = &job->next;
}

static struct jb_job *take(struct list *list)
{
    struct jb_job *job = list->first;
    if (job) {
        list->first = job->next;
        if (!list->first)
            list->end = &list->first;
    }
    return job;
}

static jb_err verify_here(struct jb_worker *worker, struct jb_buf *out)
{
    struct jb_desk *desk = &worker->desk;
    struct jb_verify_report report;
    struct jb_slice problems[JB_VERIFY_PROBLEMS_MAX];
    jb_err err = jb_view_take(&desk->view);
    if (!err)
        err = jb_verify(desk->view.txn, worker->scratch_dir, NULL, NULL, &worker->stop, &report);
    if (err)
        return err;
    struct jb_verify_answer answer = {.snapshot = desk->view.snapshot};
    jb_verify_report_answer(&report, problems, &answer);
    jb_wire_verify_answer_encode(&answer, out);
    jb_verify_report_free(&report);
    return JB_OK;
}

static jb_err verify_there(struct jb_worker *worker, struct jb_buf *out)
{
    const struct jb_verify_process asked = {
        .dir = worker->store_dir, .scratch_dir = worker->scratch_dir, .stop_fd = worker->stop_fd};
    jb_err err = jb_verify_process(&asked, out);
    jb_kv_check_readers(worker->desk.view.kv); /* a child that crashed holds on to its moment */
    return err;
}

/* Who may verify is asked before it begins: it takes long. */
static void answer_verify(struct jb_worker *worker, struct jb_job *job)
{
    struct jb_desk *desk = &worker->desk;
    jb_findings_clear(&desk->findings);
    if (!jb_desk_admits(desk, job->kind)) {
        jb_buf_clear(&job->payload);
        jb_wire_refused_encode(&desk->findings, &job->payload);
        job->answer = JB_KIND_REFUSED;
        return;
    }
    jb_buf_clear(&job->payload);
    job->err = worker->store_dir ? verify_there(worker, &job->payload)
                                 : verify_here(worker, &job->payload);
    if (!job->err)
        job->answer = JB_KIND_VERIFY_ANSWER;
}

static void answer_question(struct jb_worker *worker, struct jb_job *job)
{
    struct jb_desk *desk = &worker->desk;
    struct jb_envelope question = {.kind = job->kind, .payload = jb_buf_slice(&job->payload)};
    uint32_t kind = 0;
    desk->mono_us = jb_clock_mono_us();
    desk->pin = job->pin;
    desk->pin_position = job->pin_position;
    job->err = jb_desk_answer(desk, &question, &kind);
    if (job->err)
        return;
    job->new_pin = desk->pin != job->pin;
    job->pin = desk->pin;
    jb_buf_clear(&job->payload);
    jb_buf_put(&job->payload, desk->payload.ptr, desk->payload.len);
    job->answer = kind;
}

static void *serve(void *arg)
{
    struct jb_worker *worker = arg;
    pthread_mutex_lock(&worker->lock);
    while (!worker->stop) {
        struct jb_job *job = take(&worker->asked);
        if (!job) {
            pthread_cond_wait(&worker->more, &worker->lock);
            continue;
        }
        pthread_mutex_unlock(&worker->lock);
        worker->desk.now_us = jb_clock_now_us();
        jb_asker_set_for(&worker->desk.asker, worker->rights, job->has_user ? &job->user : NULL,
                         worker->desk.now_us);
        if (job->kind == JB_KIND_VERIFY)
            answer_verify(worker, job);
        else
            answer_question(worker, job);
        jb_asker_clear(&worker->desk.asker);
        jb_view_drop(&worker->desk.view);
        pthread_mutex_lock(&worker->lock);
        append(&worker->done, job);
        worker->waiting--;
        if (job->kind == JB_KIND_VERIFY)
            worker->verifying = false;
        jb_wakeup_set(worker->wakeup_fd);
    }
    pthread_mutex_unlock(&worker->lock);
    return NULL;
}

jb_err jb_worker_start(const struct jb_worker_config *config, jb_worker **ret)
{
    jb_worker *worker = jb_xcalloc(1, sizeof(*worker));
    worker->asked.end = &worker->asked.first;
    worker->done.end = &worker->done.first;
    worker->wakeup_fd = config->wakeup_fd;
    worker->rights = config->rights;
    worker->scratch_dir = jb_xstrdup(config->scratch_dir);
    worker->store_dir = config->store_dir ? jb_xstrdup(config->store_dir) : NULL;
    jb_desk_open(&worker->desk, config->kv, config->shelf, NULL, true);
    worker->desk.server = config->server;
    worker->desk.next = config->next;
    jb_assert(pthread_mutex_init(&worker->lock, NULL) == 0);
    jb_assert(pthread_cond_init(&worker->more, NULL) == 0);
    jb_err err = jb_wakeup_open(&worker->stop_fd);
    if (!err) {
        if (pthread_create(&worker->thread, NULL, serve, worker) == 0) {
            *ret = worker;
            return JB_OK;
        }
        close(worker->stop_fd);
        err = JB_ENOMEM;
    }
    jb_desk_close(&worker->desk);
    free(worker->scratch_dir);
    free(worker->store_dir);
    free(worker);
    return err;
}

static void drop(struct list *list)
{
    for (struct jb_job *job = take(list); job; job = take(list)) {
        if (job->new_pin)
            jb_pin_free(job->pin);
        jb_job_free(job);
    }
}

void jb_worker_stop(jb_worker *worker)
{
    if (!worker)
        return;
    pthread_mutex_lock(&worker->lock);
    worker->stop = true;
    jb_wakeup_set(worker->stop_fd);
    pthread_cond_signal(&worker->more);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
    drop(&worker->asked);
    drop(&worker->done);
    jb_desk_close(&worker->desk);
    pthread_cond_destroy(&worker->more);
    pthread_mutex_destroy(&worker->lock);
    close(worker->stop_fd);
    free(worker->scratch_dir);
    free(worker->store_dir);
    free(worker);
}

jb_err jb_worker_ask(jb_worker *worker, const struct jb_peer *peer, const struct jb_asker *asker,
                     const struct jb_envelope *question, struct jb_pin *pin, uint64_t pin_position)
{
    struct jb_job *job = jb_xcalloc(1, sizeof(*job));
    job->peer = *peer;
    job->user = asker->who;
    job->has_user = asker->has_key;
    job->kind = question->kind;
    job->pin = pin;
    job->pin_position = pin_position;
    job->request_id_len = (uint8_t)question->request_id.len;
    memcpy(job->request_id, question->request_id.ptr, question->request_id.len);
    jb_buf_init(&job->payload, JB_MESSAGE_BYTES_MAX);
    jb_buf_put(&job->payload, question->payload.ptr, question->payload.len);
    pthread_mutex_lock(&worker->lock);
    bool verify = job->kind == JB_KIND_VERIFY;
    bool room = worker->waiting < JB_WORKER_JOBS_MAX && !job->payload.failed &&
                !(verify && worker->verifying);
    if (room) {
        worker->verifying |= verify;
        append(&worker->asked, job);
        worker->waiting++;
        pthread_cond_signal(&worker->more);
    }
    pthread_mutex_unlock(&worker->lock);
    if (!room)
        jb_job_free(job);
    return room ? JB_OK : JB_EAGAIN;
}

struct jb_job *jb_worker_done(jb_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    struct jb_job *job = take(&worker->done);
    pthread_mutex_unlock(&worker->lock);
    return job;
}

void jb_job_free(struct jb_job *job)
{
    if (!job)
        return;
    jb_buf_free(&job->payload);
    free(job);
}
