/* A hundred watchers in one process share its time with the program they watch, so while the clock
 * runs a message is only stamped and put aside; it is read when all have come. */
#include "bench/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

#include "base/limits.h"
#include "net/wire_submission.h"
#include "net/wire_watch.h"

#define SILENCE_MS 30000
#define WARM_UP 20
#define TURNS_MIN 50
#define ARENA_BYTES_MAX (8U << 20)

struct ear {
    void *sock;
    zmq_msg_t msg;
    int64_t at_ns; /* 0: still waiting */
};

struct audience {
    const struct live *live;
    void *ctx;
    struct ear ears[WATCHERS_MAX + 1]; /* the last is the agent's */
    zmq_pollitem_t items[WATCHERS_MAX + 1];
    struct jb_arena arena;
};

static void need(bool good, const char *what)
{
    if (!good)
        die("watches: %s: %s", what, zmq_strerror(zmq_errno()));
}

static struct jb_envelope envelope_of(struct audience *a, zmq_msg_t *msg)
{
    struct jb_envelope envelope;
    jb_arena_clear(&a->arena);
    if (jb_wire_envelope_decode(jb_slice_of(zmq_msg_data(msg), zmq_msg_size(msg)), &a->arena,
                                &envelope))
        die("watches: a message cannot be read");
    return envelope;
}

static struct jb_watch_event event_of(struct audience *a, zmq_msg_t *msg)
{
    struct jb_watch_event event;
    struct jb_envelope envelope = envelope_of(a, msg);
    if (envelope.kind != JB_KIND_WATCH_EVENT ||
        jb_wire_watch_event_decode(envelope.payload, &a->arena, &event))
        die("watches: kind %u instead of an event", envelope.kind);
    return event;
}

static void *connect_to(struct audience *a, const char *endpoint)
{
    int zero = 0, silence = SILENCE_MS;
    void *sock = zmq_socket(a->ctx, ZMQ_DEALER);
    need(sock, "socket");
    zmq_setsockopt(sock, ZMQ_LINGER, &zero, sizeof(zero));
    zmq_setsockopt(sock, ZMQ_RCVTIMEO, &silence, sizeof(silence));
    need(zmq_connect(sock, endpoint) == 0, "connect");
    return sock;
}

/* Asks for the county's changes and hears the snapshot out. */
static void open_watch(struct audience *a, struct ear *ear, uint32_t number)
{
    struct jb_slice unit = JB_LIT("county");
    struct jb_watch_request request = {.units = {&unit, 1}};
    struct jb_buf payload, bytes;
    uint8_t id[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    enum jb_watch_type type;
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&bytes, JB_MESSAGE_BYTES_MAX);
    jb_wire_watch_encode(&request, &payload);
    jb_wire_envelope_encode(&(struct jb_envelope){.kind = JB_KIND_WATCH,
                                                  .request_id = jb_slice_of(id, sizeof(id)),
                                                  .payload = jb_buf_slice(&payload)},
                            &bytes);
    need(zmq_send(ear->sock, bytes.ptr, bytes.len, 0) == (int)bytes.len, "send");
    do {
        need(zmq_msg_recv(&ear->msg, ear->sock, 0) >= 0, "snapshot");
        type = event_of(a, &ear->msg).type;
        if (type == JB_WATCH_ENDED)
            die("watches: ended at once");
    } while (type != JB_WATCH_SNAPSHOT_END);
    jb_buf_free(&payload);
    jb_buf_free(&bytes);
}

/* Puts the message aside; news of a quiet store do not count. */
static bool hear(struct audience *a, struct ear *ear, bool watcher)
{
    zmq_msg_t msg;
    zmq_msg_init(&msg);
    if (zmq_msg_recv(&msg, ear->sock, ZMQ_DONTWAIT) < 0)
        return false;
    int64_t now = now_ns();
    if (watcher && zmq_msg_size(&msg) < 200 && event_of(a, &msg).type == JB_WATCH_PROGRESS) {
        zmq_msg_close(&msg);
        return false;
    }
    if (ear->at_ns)
        die("watches: a second message for one submission");
    zmq_msg_move(&ear->msg, &msg);
    ear->at_ns = now;
    return true;
}

static uint64_t revision_of_receipt(struct audience *a, zmq_msg_t *msg)
{
    struct jb_receipt receipt;
    struct jb_findings findings;
    struct jb_envelope envelope = envelope_of(a, msg);
    jb_findings_init(&findings);
    if (envelope.kind != JB_KIND_RECEIPT ||
        jb_wire_receipt_decode(envelope.payload, &a->arena, &receipt, &findings) ||
        receipt.outcome != JB_ACCEPTED)
        die("watches: a submission was not accepted");
    jb_findings_free(&findings);
    return receipt.revision;
}

/* Sends one submission and waits until everybody knows. Returns when it was sent. */
static int64_t one_turn(struct audience *a, const struct parcel *p)
{
    uint32_t count = a->live->watchers + 1, missing = count;
    for (uint32_t i = 0; i < count; i++)
        a->ears[i].at_ns = 0;
    int64_t sent = now_ns();
    need(zmq_send(a->ears[count - 1].sock, a->live->plan->bytes.ptr + p->at, p->len, 0) ==
             (int)p->len,
         "send");
    while (missing) {
        if (zmq_poll(a->items, (int)count, SILENCE_MS) <= 0)
            die("watches: %u of %u heard nothing for %d s", missing, count, SILENCE_MS / 1000);
        for (uint32_t i = 0; i < count; i++) {
            if ((a->items[i].revents & ZMQ_POLLIN) && hear(a, &a->ears[i], i + 1 < count))
                missing--;
        }
    }
    uint64_t revision = revision_of_receipt(a, &a->ears[count - 1].msg);
    for (uint32_t i = 0; i + 1 < count; i++) {
        struct jb_watch_event event = event_of(a, &a->ears[i].msg);
        if (event.type != JB_WATCH_CHANGES || event.revision != revision)
            die("watches: type %d, revision %lu instead of the change %lu", (int)event.type,
                (unsigned long)event.revision, (unsigned long)revision);
    }
    book_accept(a->live->book, p);
    return sent;
}

void live_run(const struct live *live, struct samples *ret_changes, struct samples *ret_receipts)
{
    struct audience *a = jb_xcalloc(1, sizeof(*a));
    struct lane *lane = &live->plan->lanes[0];
    uint32_t count = live->watchers + 1;
    a->live = live;
    a->ctx = zmq_ctx_new();
    jb_arena_init(&a->arena, ARENA_BYTES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        struct ear *ear = &a->ears[i];
        zmq_msg_init(&ear->msg);
        ear->sock = connect_to(a, i + 1 < count ? live->read : live->write);
        a->items[i] = (zmq_pollitem_t){.socket = ear->sock, .events = ZMQ_POLLIN};
        if (i + 1 < count)
            open_watch(a, ear, i);
    }
    int64_t start = now_ns();
    for (uint32_t turn = 0; lane->next < lane->count; turn++) {
        if (turn >= WARM_UP + TURNS_MIN && now_ns() - start >= live->duration_ns)
            break;
        int64_t sent = one_turn(a, &lane->parcels[lane->next++]);
        if (turn < WARM_UP)
            continue;
        for (uint32_t i = 0; i + 1 < count; i++)
            samples_add(ret_changes, a->ears[i].at_ns - sent);
        samples_add(ret_receipts, a->ears[count - 1].at_ns - sent);
    }
    for (uint32_t i = 0; i < count; i++) {
        zmq_msg_close(&a->ears[i].msg);
        zmq_close(a->ears[i].sock);
    }
    zmq_ctx_term(a->ctx);
    jb_arena_free(&a->arena);
    free(a);
}
