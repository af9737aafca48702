/* Every question of a run is encoded beforehand, and differs from the one before: an answer that
 * was kept from last time would not be one. */
#include "bench/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

#include "base/limits.h"
#include "net/wire_query.h"

#define QUESTIONS 1000
#define WARM_UP 200
#define ANSWERS_MIN 200
#define SILENCE_MS 30000

static void need(bool good, const char *what)
{
    if (!good)
        die("questions: %s: %s", what, zmq_strerror(zmq_errno()));
}

struct questions {
    struct jb_buf bytes;
    size_t at[QUESTIONS + 1];
};

static void encode_questions(struct questions *q, const struct shape *filled,
                             const struct shape *shape)
{
    struct dice dice = {7};
    struct jb_buf payload;
    struct jb_slice unit = JB_LIT("county");
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&q->bytes, JB_MESSAGE_BYTES_MAX);
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        char indicator[16], period[16];
        uint8_t id[4] = {(uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
        indicator_code(dice_roll(&dice, FULL_FORMS * FORM_ROWS), indicator);
        quarter_code(shape, dice_roll(&dice, filled->quarters), period);
        struct jb_slice asked[2] = {jb_slice_str(indicator), jb_slice_str(period)};
        struct jb_query query = {
            .units = {&unit, 1}, .indicators = {&asked[0], 1}, .periods = {&asked[1], 1}};
        jb_buf_clear(&payload);
        jb_wire_query_encode(&query, &payload);
        struct jb_envelope envelope = {.kind = JB_KIND_QUERY,
                                       .request_id = jb_slice_of(id, sizeof(id)),
                                       .payload = jb_buf_slice(&payload)};
        q->at[i] = q->bytes.len;
        jb_wire_envelope_encode(&envelope, &q->bytes);
    }
    q->at[QUESTIONS] = q->bytes.len;
    if (payload.failed || q->bytes.failed)
        die("questions: too large");
    jb_buf_free(&payload);
}

/* Not part of what is timed: the answers must be answers. */
static void need_value(struct jb_arena *arena, zmq_msg_t *msg)
{
    struct jb_envelope envelope;
    struct jb_answer answer;
    struct jb_findings findings;
    jb_findings_init(&findings);
    jb_arena_clear(arena);
    if (jb_wire_envelope_decode(jb_slice_of(zmq_msg_data(msg), zmq_msg_size(msg)), arena,
                                &envelope) ||
        envelope.kind != JB_KIND_ANSWER ||
        jb_wire_answer_decode(envelope.payload, arena, &answer, &findings) ||
        answer.row_count != 1 || answer.rows[0].state != JB_STATE_VALUE)
        die("questions: an answer without a value");
    jb_findings_free(&findings);
}

void ask_run(const char *endpoint, const struct shape *filled, const struct shape *shape,
             int64_t duration_ns, struct samples *ret)
{
    struct questions *q = jb_xcalloc(1, sizeof(*q));
    struct jb_arena arena;
    int zero = 0, silence = SILENCE_MS;
    void *ctx = zmq_ctx_new();
    void *sock = zmq_socket(ctx, ZMQ_DEALER);
    zmq_msg_t msg;
    zmq_msg_init(&msg);
    need(sock, "socket");
    jb_arena_init(&arena, JB_MESSAGE_BYTES_MAX);
    encode_questions(q, filled, shape);
    zmq_setsockopt(sock, ZMQ_LINGER, &zero, sizeof(zero));
    zmq_setsockopt(sock, ZMQ_RCVTIMEO, &silence, sizeof(silence));
    need(zmq_connect(sock, endpoint) == 0, "connect");
    int64_t start = now_ns(), now = start;
    for (uint32_t i = 0; i < WARM_UP + ANSWERS_MIN || now - start < duration_ns; i++) {
        uint32_t n = i % QUESTIONS;
        size_t len = q->at[n + 1] - q->at[n];
        int64_t sent = now_ns();
        need(zmq_send(sock, q->bytes.ptr + q->at[n], len, 0) == (int)len, "send");
        need(zmq_msg_recv(&msg, sock, 0) >= 0, "answer");
        now = now_ns();
        if (i < WARM_UP)
            need_value(&arena, &msg);
        else
            samples_add(ret, now - sent);
    }
    zmq_msg_close(&msg);
    zmq_close(sock);
    zmq_ctx_term(ctx);
    jb_arena_free(&arena);
    jb_buf_free(&q->bytes);
    free(q);
}
