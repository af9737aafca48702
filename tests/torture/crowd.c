/* Many agents in one process, each with a key and a connection of its own, for test_reconnect.py:
 * the client that every program uses, without an agent's outbox. An agent is a key made from its
 * number, the unit number / 10 and the period number % 10 of tests/e2e/small.py.
 *
 *     crowd WRITE_DOOR SERVER_KEY STORE_ID FIRST COUNT
 *
 * A line on standard input begins a round: each agent sends one submission, form `work` in the
 * first round and `words` in the second, and sends the same again on a new connection as agents do,
 * until there is a receipt. When all have theirs, one line: how many were accepted, and the
 * monotonic microseconds at which half, 99 of 100 and all had been served. */
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/client.h"
#include "net/wire_submission.h"

#define AGENTS_A_UNIT 10
#define LOOK_US 500000 /* as the agent's sender looks after a connection */
#define SILENCE_US_FIRST 2000000
#define SILENCE_US_MAX 30000000
#define ARENA_BYTES_MAX (1024 * 1024)

struct agent {
    uint32_t number;
    jb_identity *identity;
    jb_client *client;
    struct jb_uuid id; /* of the round's submission */
    bool sent, served, accepted;
    int64_t sent_us, silence_us, looked_us, served_us;
};

struct crowd {
    struct jb_public_key server;
    uint8_t store_id[16];
    struct agent *agents;
    uint32_t count, round, served;
    jb_net *net;
    struct pollfd *fds;
    struct jb_arena arena;
    struct jb_findings findings;
    struct jb_buf payload;
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "crowd: %s\n", what);
    exit(1);
}

static void encode(struct crowd *crowd, const struct agent *agent)
{
    bool first = crowd->round == 1;
    uint32_t part = agent->number % AGENTS_A_UNIT;
    char unit[16], period[16];
    snprintf(unit, sizeof(unit), "unit%02u", agent->number / AGENTS_A_UNIT);
    snprintf(period, sizeof(period), "%u-Q%u", 2021 + part / 4, part % 4 + 1);
    const struct jb_row row = {.indicator = first ? JB_LIT("flow0") : JB_LIT("rate"),
                               .state = JB_STATE_VALUE,
                               .number = {.mantissa = agent->number % 100}};
    const struct jb_submission submission = {.id = agent->id,
                                             .unit = jb_slice_str(unit),
                                             .form = first ? JB_LIT("work") : JB_LIT("words"),
                                             .period = jb_slice_str(period),
                                             .catalog_version = 1,
                                             .rows = &row,
                                             .row_count = 1};
    jb_buf_clear(&crowd->payload);
    jb_wire_submission_encode(&submission, &crowd->payload);
    if (crowd->payload.failed)
        die("a submission is too large");
}

static void take(struct crowd *crowd, struct agent *agent)
{
    struct jb_envelope envelope;
    while (jb_client_recv(agent->client, 0, &envelope) == JB_OK) {
        struct jb_receipt receipt;
        jb_arena_clear(&crowd->arena);
        jb_findings_clear(&crowd->findings);
        if (envelope.kind != JB_KIND_RECEIPT ||
            jb_wire_receipt_decode(envelope.payload, &crowd->arena, &receipt, &crowd->findings) ||
            receipt.outcome == JB_TRY_LATER || agent->served ||
            !jb_uuid_eq(receipt.submission_id, agent->id))
            continue;
        agent->served = true;
        agent->accepted = receipt.outcome == JB_ACCEPTED;
        agent->served_us = jb_clock_mono_us();
        crowd->served++;
    }
}

static void offer(struct crowd *crowd, struct agent *agent)
{
    encode(crowd, agent);
    if (jb_client_send(agent->client, JB_KIND_SUBMIT,
                       jb_slice_of(agent->id.bytes, sizeof(agent->id.bytes)),
                       jb_slice_of(crowd->store_id, sizeof(crowd->store_id)),
                       jb_buf_slice(&crowd->payload)) != JB_OK)
        return;
    agent->sent = true;
    agent->sent_us = jb_clock_mono_us();
}

/* Takes what came, looks after the connection, sends what has to be sent. */
static void step(struct crowd *crowd, struct agent *agent)
{
    int64_t now_us = jb_clock_mono_us();
    take(crowd, agent);
    if (agent->served)
        return;
    agent->looked_us = now_us;
    if (jb_client_tend(agent->client))
        die("a connection cannot be made");
    bool in = jb_client_trouble(agent->client) == JB_TROUBLE_NONE;
    if (!in) {
        agent->sent = false; /* what was on its way is lost */
    } else if (!agent->sent) {
        offer(crowd, agent);
    } else if (now_us - agent->sent_us > agent->silence_us) {
        if (agent->silence_us < SILENCE_US_MAX)
            agent->silence_us *= 2;
        agent->sent = false;
        if (jb_client_reconnect(agent->client))
            die("a connection cannot be made");
    }
    take(crowd, agent); /* sending takes the descriptor's news with it */
}

static int by_time(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void report(const struct crowd *crowd)
{
    int64_t *times = jb_xcalloc(crowd->count, sizeof(*times));
    uint32_t accepted = 0;
    for (uint32_t i = 0; i < crowd->count; i++) {
        times[i] = crowd->agents[i].served_us;
        accepted += crowd->agents[i].accepted;
    }
    qsort(times, crowd->count, sizeof(*times), by_time);
    printf("%u %lld %lld %lld\n", accepted, (long long)times[crowd->count / 2],
           (long long)times[(uint64_t)crowd->count * 99 / 100], (long long)times[crowd->count - 1]);
    fflush(stdout);
    free(times);
}

/* Whose descriptor has news is stepped at once, and everybody who is not served now and then. */
static void play(struct crowd *crowd)
{
    crowd->round++;
    crowd->served = 0;
    for (uint32_t i = 0; i < crowd->count; i++) {
        struct agent *agent = &crowd->agents[i];
        agent->id = jb_uuid_new();
        agent->sent = agent->served = agent->accepted = false;
        agent->silence_us = SILENCE_US_FIRST;
        step(crowd, agent);
    }
    while (crowd->served < crowd->count) {
        for (uint32_t i = 0; i < crowd->count; i++)
            crowd->fds[i] = (struct pollfd){
                .fd = jb_sock_fd(jb_client_sock(crowd->agents[i].client)), .events = POLLIN};
        if (poll(crowd->fds, crowd->count, LOOK_US / 1000) < 0)
            die("poll failed");
        int64_t now_us = jb_clock_mono_us();
        for (uint32_t i = 0; i < crowd->count; i++) {
            struct agent *agent = &crowd->agents[i];
            if (crowd->fds[i].revents || (!agent->served && now_us - agent->looked_us > LOOK_US))
                step(crowd, agent);
        }
    }
    report(crowd);
}

static void make_agent(struct crowd *crowd, struct agent *agent, const char *endpoint)
{
    uint8_t seed[JB_KEY_BYTES];
    char text[32];
    snprintf(text, sizeof(text), "agent %u", agent->number);
    jb_ignore(
        crypto_generichash(seed, sizeof(seed), (const uint8_t *)text, strlen(text), NULL, 0) != 0);
    agent->identity = jb_identity_from_seed(seed);
    const struct jb_who who = {agent->identity, crowd->server};
    if (jb_client_open_as(crowd->net, endpoint, &who, &agent->client))
        die("a client cannot be made");
}

int main(int argc, char **argv)
{
    struct crowd crowd = {0};
    struct rlimit files;
    char why[256], line[16];
    size_t len = 0;
    if (argc != 6 || jb_public_named(argv[2], &crowd.server, why, sizeof(why)) ||
        sodium_hex2bin(crowd.store_id, sizeof(crowd.store_id), argv[3], strlen(argv[3]), NULL, &len,
                       NULL) != 0 ||
        len != sizeof(crowd.store_id))
        die("usage: crowd WRITE_DOOR SERVER_KEY STORE_ID FIRST COUNT");
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        jb_ignore(setrlimit(RLIMIT_NOFILE, &files) != 0);
    }
    uint32_t first = (uint32_t)strtoul(argv[4], NULL, 10);
    crowd.count = (uint32_t)strtoul(argv[5], NULL, 10);
    crowd.agents = jb_xcalloc(crowd.count, sizeof(*crowd.agents));
    crowd.fds = jb_xcalloc(crowd.count, sizeof(*crowd.fds));
    crowd.net = jb_net_new(1);
    jb_arena_init(&crowd.arena, ARENA_BYTES_MAX);
    jb_findings_init(&crowd.findings);
    jb_buf_init(&crowd.payload, JB_MESSAGE_BYTES_MAX);
    for (uint32_t i = 0; i < crowd.count; i++) {
        crowd.agents[i].number = first + i;
        make_agent(&crowd, &crowd.agents[i], argv[1]);
    }
    while (fgets(line, sizeof(line), stdin))
        play(&crowd);
    for (uint32_t i = 0; i < crowd.count; i++) {
        jb_client_close(crowd.agents[i].client);
        jb_identity_free(crowd.agents[i].identity);
    }
    jb_net_free(crowd.net);
    jb_arena_free(&crowd.arena);
    jb_findings_free(&crowd.findings);
    jb_buf_free(&crowd.payload);
    free(crowd.agents);
    free(crowd.fds);
    return 0;
}
