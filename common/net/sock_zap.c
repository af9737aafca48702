/* The ZAP handler's thread: takes one question after another from libzmq, reads it strictly, asks
 * the callback and answers. What cannot be read is refused like an unknown key, so that no question
 * is left without an answer and no odd one lets anybody in. */
#include "net/zap.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include <zmq.h>

#include "base/log.h"
#include "net/loop.h"
#include "net/sock_inner.h"
#include "net/zap_refusals.h"

#define ZAP_ENDPOINT "inproc://zeromq.zap.01"
#define ZAP_VERSION "1.0"
#define QUESTION_FRAMES 7 /* version, request id, domain, address, identity, mechanism, key */
#define FRAME_BYTES_MAX 255
#define TICK_MS 60000 /* for the sum of a minute after which nobody came */

struct jb_zap {
    void *sock;
    int stop_fd;
    pthread_t thread;
    char domain[FRAME_BYTES_MAX + 1];
    jb_zap_verdict verdict;
    void *ctx;
    atomic_uint_fast64_t asked, let_in, refused, malformed;
    pthread_mutex_t mutex; /* of the table */
    struct jb_zap_table table;
    struct jb_zap_lines lines; /* the thread's own */
};

struct frame {
    uint8_t bytes[FRAME_BYTES_MAX + 1];
    size_t len; /* above FRAME_BYTES_MAX: it was longer */
};

struct question {
    struct frame frames[QUESTION_FRAMES];
    uint32_t count; /* of frames that came */
};

enum { VERSION, REQUEST_ID, DOMAIN, ADDRESS, IDENTITY, MECHANISM, KEY };

static struct jb_slice frame_slice(const struct question *question, int index)
{
    const struct frame *frame = &question->frames[index];
    return jb_slice_of(frame->bytes, frame->len <= FRAME_BYTES_MAX ? frame->len : FRAME_BYTES_MAX);
}

/* False: there is none (any more). */
static bool take_question(void *sock, struct question *ret)
{
    int more = 1;
    size_t size = sizeof(more);
    ret->count = 0;
    while (more) {
        struct frame spare,
            *frame = ret->count < QUESTION_FRAMES ? &ret->frames[ret->count] : &spare;
        int len = zmq_recv(sock, frame->bytes, sizeof(frame->bytes), ZMQ_DONTWAIT);
        if (len < 0 && errno == EINTR)
            continue;
        if (len < 0)
            return false;
        frame->len = (size_t)len;
        ret->count++;
        jb_assert(zmq_getsockopt(sock, ZMQ_RCVMORE, &more, &size) == 0);
    }
    return true;
}

static bool question_is_good(const jb_zap *zap, const struct question *question)
{
    if (question->count != QUESTION_FRAMES)
        return false;
    for (int i = 0; i < QUESTION_FRAMES; i++)
        if (question->frames[i].len > FRAME_BYTES_MAX)
            return false;
    return jb_slice_is(frame_slice(question, VERSION), ZAP_VERSION) &&
           question->frames[REQUEST_ID].len > 0 &&
           jb_slice_is(frame_slice(question, DOMAIN), zap->domain) &&
           jb_slice_is(frame_slice(question, MECHANISM), "CURVE") &&
           question->frames[KEY].len == JB_CURVE_BYTES;
}

/* libzmq drops the answer when whom it is about has left. */
static void answer(jb_zap *zap, const struct question *question, const uint8_t *user)
{
    char hex[2 * 32 + 1] = "";
    const char *status = user ? "200" : "300";
    struct jb_slice id =
        question->count > REQUEST_ID ? frame_slice(question, REQUEST_ID) : (struct jb_slice){0};
    if (user)
        sodium_bin2hex(hex, sizeof(hex), user, 32);
    const struct jb_slice frames[] = {JB_LIT(ZAP_VERSION),  id,
                                      jb_slice_str(status), (struct jb_slice){0},
                                      jb_slice_str(hex),    (struct jb_slice){0}};
    for (size_t i = 0; i < JB_COUNT(frames); i++) {
        int flags = i + 1 < JB_COUNT(frames) ? ZMQ_SNDMORE : 0;
        while (zmq_send(zap->sock, frames[i].ptr, frames[i].len, flags | ZMQ_DONTWAIT) < 0)
            if (errno != EINTR)
                return;
    }
}

static void say_sum(uint64_t sum)
{
    if (sum)
        jb_log(JB_LOG_WARN, "zap.refused.more", "count=%llu", (unsigned long long)sum);
}

static void say_counts(const jb_zap *zap)
{
    struct jb_zap_counts counts;
    jb_zap_counts(zap, &counts);
    jb_log(JB_LOG_NOTICE, "zap.end", "asked=%llu let_in=%llu refused=%llu malformed=%llu",
           (unsigned long long)counts.asked, (unsigned long long)counts.let_in,
           (unsigned long long)counts.refused, (unsigned long long)counts.malformed);
}

static void note_refusal(jb_zap *zap, const struct question *question, const char *reason)
{
    static const uint8_t no_key[JB_CURVE_BYTES];
    bool good = question_is_good(zap, question);
    const uint8_t *curve = good ? question->frames[KEY].bytes : no_key;
    struct jb_slice address =
        question->count > ADDRESS ? frame_slice(question, ADDRESS) : (struct jb_slice){0};
    char hex[2 * JB_CURVE_BYTES + 1], text[2 * JB_ZAP_ADDRESS_BYTES_MAX];
    uint64_t sum;

    pthread_mutex_lock(&zap->mutex);
    const struct jb_zap_refusal *row =
        jb_zap_table_add(&zap->table, address, curve, reason, jb_clock_now_us());
    uint64_t times = row->count;
    pthread_mutex_unlock(&zap->mutex);
    if (!good)
        atomic_fetch_add(&zap->malformed, 1);
    /* Last: who sees the count also finds the row. */
    atomic_fetch_add(&zap->refused, 1);

    bool worth = jb_zap_lines_next(&zap->lines, jb_clock_mono_us(), &sum);
    say_sum(sum);
    if (worth)
        jb_log(JB_LOG_WARN, "zap.refused", "address=%s curve=%s reason=%s times=%llu",
               jb_log_text(text, sizeof(text), address),
               sodium_bin2hex(hex, sizeof(hex), curve, JB_CURVE_BYTES), reason,
               (unsigned long long)times);
}

static void judge(jb_zap *zap, const struct question *question)
{
    uint8_t user[32] = {0};
    const char *reason = "malformed";
    atomic_fetch_add(&zap->asked, 1);
    if (question_is_good(zap, question))
        reason = zap->verdict(zap->ctx, question->frames[KEY].bytes, user);
    if (reason)
        note_refusal(zap, question, reason);
    else
        atomic_fetch_add(&zap->let_in, 1);
    answer(zap, question, reason ? NULL : user);
}

static void *serve(void *data)
{
    jb_zap *zap = data;
    struct question question;
    zmq_pollitem_t items[] = {{.socket = zap->sock, .events = ZMQ_POLLIN},
                              {.fd = zap->stop_fd, .events = ZMQ_POLLIN}};
    for (;;) {
        if (zmq_poll(items, 2, TICK_MS) < 0 && errno != EINTR)
            return NULL;
        if (items[1].revents)
            return NULL;
        if (items[0].revents && take_question(zap->sock, &question))
            judge(zap, &question);
        say_sum(jb_zap_lines_sum(&zap->lines, jb_clock_mono_us()));
    }
}

/* The handler's thread takes no signals: they are the program's. */
static bool start_thread(jb_zap *zap)
{
    sigset_t all, before;
    sigfillset(&all);
    jb_assert(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    bool good = pthread_create(&zap->thread, NULL, serve, zap) == 0;
    jb_assert(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    return good;
}

static void free_handler(jb_zap *zap)
{
    if (zap->sock)
        jb_assert(zmq_close(zap->sock) == 0);
    if (zap->stop_fd >= 0)
        close(zap->stop_fd);
    pthread_mutex_destroy(&zap->mutex);
    free(zap);
}

jb_err jb_zap_start(jb_net *net, const char *domain, jb_zap_verdict verdict, void *ctx,
                    jb_zap **ret)
{
    int linger = 0;
    size_t len = strlen(domain);
    jb_assert(len > 0 && len <= FRAME_BYTES_MAX);
    jb_assert(sodium_init() >= 0);
    jb_zap *zap = jb_xcalloc(1, sizeof(*zap));
    zap->stop_fd = -1;
    zap->verdict = verdict;
    zap->ctx = ctx;
    memcpy(zap->domain, domain, len);
    jb_assert(pthread_mutex_init(&zap->mutex, NULL) == 0);
    jb_err err = jb_wakeup_open(&zap->stop_fd);
    if (err)
        goto out;
    err = JB_ENOMEM;
    zap->sock = zmq_socket(jb_net_context(net), ZMQ_REP);
    if (!zap->sock)
        goto out;
    jb_assert(zmq_setsockopt(zap->sock, ZMQ_LINGER, &linger, sizeof(linger)) == 0);
    if (zmq_bind(zap->sock, ZAP_ENDPOINT) != 0) {
        err = errno == EADDRINUSE ? JB_EEXIST : JB_ENOMEM;
        goto out;
    }
    if (!start_thread(zap))
        goto out;
    *ret = zap;
    zap = NULL;
    err = JB_OK;
out:
    if (zap)
        free_handler(zap);
    return err;
}

void jb_zap_stop(jb_zap *zap)
{
    if (!zap)
        return;
    jb_wakeup_set(zap->stop_fd);
    pthread_join(zap->thread, NULL);
    say_sum(zap->lines.left_out);
    say_counts(zap);
    /* Closing alone gives the name back some time later. */
    jb_assert(zmq_unbind(zap->sock, ZAP_ENDPOINT) == 0);
    free_handler(zap);
}

void jb_zap_counts(const jb_zap *zap, struct jb_zap_counts *ret)
{
    *ret = (struct jb_zap_counts){.asked = atomic_load(&zap->asked),
                                  .let_in = atomic_load(&zap->let_in),
                                  .refused = atomic_load(&zap->refused),
                                  .malformed = atomic_load(&zap->malformed)};
}

uint32_t jb_zap_refusals(jb_zap *zap, struct jb_zap_refusal *ret, uint32_t max)
{
    pthread_mutex_lock(&zap->mutex);
    uint32_t count = jb_zap_table_list(&zap->table, ret, max);
    pthread_mutex_unlock(&zap->mutex);
    return count;
}

uint64_t jb_zap_refused_times(jb_zap *zap, const uint8_t curve[JB_CURVE_BYTES])
{
    pthread_mutex_lock(&zap->mutex);
    uint64_t times = jb_zap_table_times(&zap->table, curve);
    pthread_mutex_unlock(&zap->mutex);
    return times;
}
