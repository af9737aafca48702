/* The agents share the machine with the aggregator, so they do as little as they can while the
 * clock runs: submissions are encoded beforehand, connections are bare (zmtp.h), and of a receipt
 * only the outcome is looked at. */
#include "bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/limits.h"
#include "bench/zmtp.h"
#include "net/wire_submission.h"

#define SILENCE_MS 30000
#define RECEIPTS_MIN 8 /* of each agent, however long they take */

struct agent {
    struct zmtp line;
    struct lane *lane;
    const struct parcel *waiting; /* for this one's receipt */
    int64_t sent_ns;
};

struct team {
    const struct load *load;
    struct agent agents[LANES_MAX];
    int epoll_fd;
    uint32_t count, waiting;
    bool over;
    int64_t start_ns, end_ns;
    uint64_t figures, submissions;
    struct jb_arena arena;
    struct load_result *result;
};

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
    zmtp_send(&agent->line, jb_slice_of(load->plan->bytes.ptr + p->at, p->len));
    agent->waiting = p;
    team->waiting++;
}

/* The outcome is the first field of a receipt; the whole is read only when it is not the good one.
 */
void load_need_accepted(struct jb_slice bytes, struct jb_arena *arena)
{
    struct jb_envelope envelope;
    struct jb_receipt receipt;
    struct jb_findings findings;
    jb_arena_clear(arena);
    if (jb_wire_envelope_decode(bytes, arena, &envelope))
        die("agents: an answer cannot be read");
    const uint8_t *payload = envelope.payload.ptr;
    if (envelope.kind == JB_KIND_RECEIPT && envelope.payload.len > 2 && payload[0] == 0x08 &&
        payload[1] == JB_ACCEPTED)
        return;
    jb_findings_init(&findings);
    if (envelope.kind == JB_KIND_REFUSED)
        jb_ignore(jb_wire_refused_decode(envelope.payload, arena, &findings));
    else
        jb_ignore(jb_wire_receipt_decode(envelope.payload, arena, &receipt, &findings));
    jb_findings_print(&findings, stderr);
    die("agents: a submission was not accepted (answer of kind %u)", envelope.kind);
}

static void take_receipt(struct team *team, struct agent *agent, struct jb_slice bytes)
{
    int64_t now = now_ns();
    const struct parcel *p = agent->waiting;
    if (!p)
        die("agents: an answer that nobody waits for");
    load_need_accepted(bytes, &team->arena);
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

static void connect_agents(struct team *team)
{
    const struct load *load = team->load;
    team->count = load->plan->lane_count;
    team->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    for (uint32_t i = 0; i < team->count; i++) {
        struct agent *agent = &team->agents[i];
        struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = agent}};
        agent->lane = &load->plan->lanes[i];
        zmtp_open(&agent->line, load->endpoint);
        if (epoll_ctl(team->epoll_fd, EPOLL_CTL_ADD, agent->line.fd, &event))
            die("agents: no epoll");
    }
}

void load_run(const struct load *load, struct load_result *ret)
{
    struct team *team = jb_xcalloc(1, sizeof(*team));
    struct epoll_event ready[LANES_MAX];
    struct jb_slice message;
    team->load = load;
    team->result = ret;
    jb_arena_init(&team->arena, JB_MESSAGE_BYTES_MAX);
    connect_agents(team);
    team->start_ns = team->end_ns = now_ns();
    for (uint32_t i = 0; i < team->count; i++)
        send_next(team, &team->agents[i]);
    while (team->waiting) {
        int count = epoll_wait(team->epoll_fd, ready, LANES_MAX, SILENCE_MS);
        if (count <= 0)
            die("agents: no receipt for %d s", SILENCE_MS / 1000);
        for (int i = 0; i < count; i++) {
            struct agent *agent = ready[i].data.ptr;
            zmtp_fill(&agent->line);
            while (zmtp_next(&agent->line, &message))
                take_receipt(team, agent, message);
        }
    }
    tally_add(&ret->done, (struct tally){team->figures, team->end_ns - team->start_ns});
    ret->submissions += team->submissions;
    for (uint32_t i = 0; i < team->count; i++)
        zmtp_close(&team->agents[i].line);
    close(team->epoll_fd);
    jb_arena_free(&team->arena);
    free(team);
}
