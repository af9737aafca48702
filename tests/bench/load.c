/* The agents share the machine with the aggregator, so they do as little as they can while the
 * clock runs: submissions are encoded beforehand, and of a receipt only the outcome is looked at.
 */
#include "bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

#include "base/limits.h"
#include "net/wire_submission.h"

#define SILENCE_MS 30000
#define RECEIPTS_MIN 8 /* of each agent, however long they take */

struct agent {
    void *sock;
    struct lane *lane;
    const struct parcel *waiting; /* for this one's receipt */
    int64_t sent_ns;
};

struct team {
    const struct load *load;
    struct agent agents[LANES_MAX];
    zmq_pollitem_t items[LANES_MAX];
    uint32_t count, waiting;
    bool over;
    int64_t start_ns, end_ns;
    uint64_t figures, submissions;
    struct jb_arena arena;
    struct load_result *result;
};

static void need(bool good, const char *what)
{
    if (!good)
        die("agents: %s: %s", what, zmq_strerror(zmq_errno()));
}

static void send_next(struct team *team, struct agent *agent)
{
    const struct load *load = team->load;
    struct lane *lane = agent->lane;
    if (team->over)
        return;
    if (lane->next == lane->count) {
        team->over = load->duration_ns > 0;
        return;
    }
    const struct parcel *p = &lane->parcels[lane->next++];
    agent->sent_ns = now_ns();
    need(zmq_send(agent->sock, load->plan->bytes.ptr + p->at, p->len, 0) == (int)p->len, "send");
    agent->waiting = p;
    team->waiting++;
}

/* The outcome is the first field of a receipt; the whole is read only when it is not the good one.
 */
static void need_accepted(struct team *team, zmq_msg_t *msg)
{
    struct jb_envelope envelope;
    struct jb_receipt receipt;
    struct jb_findings findings;
    struct jb_slice bytes = jb_slice_of(zmq_msg_data(msg), zmq_msg_size(msg));
    jb_arena_clear(&team->arena);
    if (jb_wire_envelope_decode(bytes, &team->arena, &envelope))
        die("agents: an answer cannot be read");
    const uint8_t *payload = envelope.payload.ptr;
    if (envelope.kind == JB_KIND_RECEIPT && envelope.payload.len > 2 && payload[0] == 0x08 &&
        payload[1] == JB_ACCEPTED)
        return;
    jb_findings_init(&findings);
    if (envelope.kind == JB_KIND_REFUSED)
        jb_ignore(jb_wire_refused_decode(envelope.payload, &team->arena, &findings));
    else
        jb_ignore(jb_wire_receipt_decode(envelope.payload, &team->arena, &receipt, &findings));
    jb_findings_print(&findings, stderr);
    die("agents: a submission was not accepted (answer of kind %u)", envelope.kind);
}

static void take_receipt(struct team *team, struct agent *agent, zmq_msg_t *msg)
{
    int64_t now = now_ns();
    const struct parcel *p = agent->waiting;
    if (!p)
        die("agents: an answer that nobody waits for");
    need_accepted(team, msg);
    book_accept(team->load->book, p);
    agent->waiting = NULL;
    team->waiting--;
    if (!team->over) {
        samples_add(&team->result->receipts, now - agent->sent_ns);
        team->figures += p->row_count;
        team->submissions++;
        team->end_ns = now;
        if (team->load->duration_ns && now - team->start_ns >= team->load->duration_ns &&
            team->submissions >= (uint64_t)team->count * RECEIPTS_MIN)
            team->over = true;
        if (team->load->stop && atomic_load(team->load->stop))
            team->over = true;
    }
    send_next(team, agent);
}

static void connect_agents(struct team *team, void *ctx)
{
    const struct load *load = team->load;
    int zero = 0;
    team->count = load->plan->lane_count;
    for (uint32_t i = 0; i < team->count; i++) {
        struct agent *agent = &team->agents[i];
        agent->lane = &load->plan->lanes[i];
        agent->sock = zmq_socket(ctx, ZMQ_DEALER);
        need(agent->sock, "socket");
        zmq_setsockopt(agent->sock, ZMQ_LINGER, &zero, sizeof(zero));
        need(zmq_connect(agent->sock, load->endpoint) == 0, "connect");
        team->items[i] = (zmq_pollitem_t){.socket = agent->sock, .events = ZMQ_POLLIN};
    }
}

void load_run(const struct load *load, struct load_result *ret)
{
    struct team *team = jb_xcalloc(1, sizeof(*team));
    void *ctx = zmq_ctx_new();
    zmq_msg_t msg;
    zmq_msg_init(&msg);
    team->load = load;
    team->result = ret;
    jb_arena_init(&team->arena, JB_MESSAGE_BYTES_MAX);
    connect_agents(team, ctx);
    team->start_ns = team->end_ns = now_ns();
    for (uint32_t i = 0; i < team->count; i++)
        send_next(team, &team->agents[i]);
    while (team->waiting) {
        if (zmq_poll(team->items, (int)team->count, SILENCE_MS) <= 0)
            die("agents: no receipt for %d s", SILENCE_MS / 1000);
        for (uint32_t i = 0; i < team->count; i++) {
            if ((team->items[i].revents & ZMQ_POLLIN) &&
                zmq_msg_recv(&msg, team->agents[i].sock, ZMQ_DONTWAIT) >= 0)
                take_receipt(team, &team->agents[i], &msg);
        }
    }
    tally_add(&ret->done, (struct tally){team->figures, team->end_ns - team->start_ns});
    ret->submissions += team->submissions;
    zmq_msg_close(&msg);
    for (uint32_t i = 0; i < team->count; i++)
        zmq_close(team->agents[i].sock);
    zmq_ctx_term(ctx);
    jb_arena_free(&team->arena);
    free(team);
}
