/* Like rr.c, with the aggregator instead of an echo: so what a receipt takes can be held against a
 * plain round trip of the same library. */
#include "bench/alone.h"

#include <zmq.h>

#include "base/limits.h"

#define SILENCE_MS 30000
#define WARM_UP 50

static void need(bool good, const char *what)
{
    if (!good)
        die("agent: %s: %s", what, zmq_strerror(zmq_errno()));
}

void alone_run(const struct load *load, struct samples *ret)
{
    struct lane *lane = &load->plan->lanes[0];
    struct jb_arena arena;
    int zero = 0, silence = SILENCE_MS;
    void *ctx = zmq_ctx_new();
    void *dealer = zmq_socket(ctx, ZMQ_DEALER);
    zmq_msg_t msg;
    need(dealer, "socket");
    zmq_setsockopt(dealer, ZMQ_LINGER, &zero, sizeof(zero));
    zmq_setsockopt(dealer, ZMQ_RCVTIMEO, &silence, sizeof(silence));
    need(zmq_connect(dealer, load->endpoint) == 0, "connect");
    zmq_msg_init(&msg);
    jb_arena_init(&arena, JB_MESSAGE_BYTES_MAX);
    int64_t start = now_ns(), sent = start;
    for (uint32_t i = 0; lane->next < lane->count && sent - start < load->duration_ns; i++) {
        const struct parcel *p = &lane->parcels[lane->next++];
        sent = now_ns();
        need(zmq_send(dealer, load->plan->bytes.ptr + p->at, p->len, 0) == (int)p->len, "send");
        need(zmq_msg_recv(&msg, dealer, 0) >= 0, "receipt");
        int64_t now = now_ns();
        load_need_accepted(jb_slice_of(zmq_msg_data(&msg), zmq_msg_size(&msg)), &arena);
        book_accept(load->book, p);
        if (i >= WARM_UP)
            samples_add(ret, now - sent);
    }
    zmq_msg_close(&msg);
    jb_arena_free(&arena);
    zmq_close(dealer);
    zmq_ctx_term(ctx);
}
