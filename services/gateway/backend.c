/* One client a door, used as a stream: many questions are on their way at once. A question's
 * request id names its place in the table and the turn that it has there, so that a late answer to
 * one that was given up meets nobody. */
#include "backend.h"

#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "base/limits.h"
#include "base/log.h"

#define HELLO_US (3 * 1000000LL)
#define HELLO_WHEN_LOST_US (1 * 1000000LL)
#define SILENCE_US (5 * 1000000LL)
#define LOOK_MS 50 /* below the wait before a reconnect, so that no break is missed */
#define IDLE_MS 500
#define RECV_A_TURN 256
#define PROGRAM_BYTES 64

struct question {
    enum jb_door door;
    enum jb_kind kind;
    struct jb_buf payload;
    jb_tell *tell;
    void *arg;
    int64_t asked_us, sent_us; /* sent_us 0: not on its way, since */
    int64_t idle_us;
    char person[JB_CODE_BYTES_MAX + 1]; /* for whom it is asked; "": the gateway itself */
    uint32_t turn;                      /* of the place */
    bool used;
};

struct door {
    jb_client *client;
    bool connected;
    int64_t heard_us;
    uint32_t unsent, sent;
};

struct jb_backend {
    struct door doors[2];
    struct question questions[JB_BACKEND_QUESTIONS_MAX];
    uint32_t waiting;
    size_t bytes;
    uint8_t salt[8]; /* of this process: no id of an earlier one is met */
    struct jb_welcome welcome;
    char program[PROGRAM_BYTES];
    bool has_welcome, greeting;
    int64_t welcome_us, greeted_us, now_us;
    struct jb_backend_counts counts;
    enum jb_trouble told_trouble;
    struct jb_arena arena;
};

struct request_id {
    uint8_t salt[8];
    uint32_t place, turn;
};

jb_err jb_backend_open(const struct jb_backend_config *config, jb_backend **ret)
{
    jb_backend *backend = jb_xcalloc(1, sizeof(*backend));
    jb_err err = JB_OK;

    randombytes_buf(backend->salt, sizeof(backend->salt));
    jb_arena_init(&backend->arena, (size_t)4 * JB_MESSAGE_BYTES_MAX);
    backend->now_us = jb_clock_mono_us();
    for (int i = 0; !err && i < 2; i++)
        err = jb_client_open_as(config->net, config->endpoints[i], &config->who,
                                &backend->doors[i].client);
    if (err)
        jb_backend_close(backend);
    else
        *ret = backend;
    return err;
}

/* The place is free again before the asker is told, who may ask anew at once. */
static void settle(jb_backend *backend, struct question *question, const struct jb_told *told)
{
    jb_tell *tell = question->tell;
    void *arg = question->arg;
    struct door *door = &backend->doors[question->door];

    if (question->sent_us)
        door->sent--;
    else
        door->unsent--;
    backend->bytes -= question->payload.len;
    backend->waiting--;
    backend->counts.answered += told->err == JB_OK;
    backend->counts.unanswered += told->err != JB_OK;
    jb_buf_free(&question->payload);
    question->used = false;
    tell(arg, told);
}

void jb_backend_close(jb_backend *backend)
{
    if (!backend)
        return;
    for (size_t i = 0; i < JB_COUNT(backend->questions); i++) {
        if (backend->questions[i].used)
            settle(backend, &backend->questions[i], &(struct jb_told){.err = JB_EAGAIN});
    }
    for (int i = 0; i < 2; i++)
        jb_client_close(backend->doors[i].client);
    jb_arena_free(&backend->arena);
    free(backend);
}

static jb_err take(jb_backend *backend, const struct question *asked, struct jb_slice payload)
{
    struct question *question = backend->questions;

    if (backend->waiting == JB_BACKEND_QUESTIONS_MAX ||
        payload.len > JB_BACKEND_BYTES_MAX - backend->bytes) {
        backend->counts.refused_full++;
        return JB_EFULL;
    }
    while (question->used)
        question++;
    uint32_t turn = question->turn + 1;
    *question = *asked;
    question->turn = turn;
    question->asked_us = question->idle_us = backend->now_us;
    question->used = true;
    jb_buf_init(&question->payload, JB_MESSAGE_BYTES_MAX);
    jb_buf_put(&question->payload, payload.ptr, payload.len);
    backend->bytes += question->payload.len;
    backend->waiting++;
    backend->counts.asked++;
    backend->doors[question->door].unsent++;
    return JB_OK;
}

jb_err jb_backend_ask(jb_backend *backend, enum jb_door door, enum jb_kind kind,
                      struct jb_slice payload, jb_tell *tell, void *arg)
{
    const struct question asked = {.door = door, .kind = kind, .tell = tell, .arg = arg};
    return take(backend, &asked, payload);
}

jb_err jb_backend_ask_for(jb_backend *backend, const char *person, enum jb_kind kind,
                          struct jb_slice payload, jb_tell *tell, void *arg)
{
    struct question asked = {.door = JB_DOOR_READ, .kind = kind, .tell = tell, .arg = arg};
    snprintf(asked.person, sizeof(asked.person), "%s", person);
    return take(backend, &asked, payload);
}

int jb_backend_wait(jb_backend *backend, struct jb_wait_item items[2])
{
    for (int i = 0; i < 2; i++) {
        const struct door *door = &backend->doors[i];
        items[i] = (struct jb_wait_item){.sock = jb_client_sock(door->client),
                                         .fd = -1,
                                         .want_write = door->unsent > 0 && !door->connected};
    }
    return backend->waiting ? LOOK_MS : IDLE_MS;
}

static void send_one(jb_backend *backend, struct question *question)
{
    struct door *door = &backend->doors[question->door];
    struct request_id id = {.place = (uint32_t)(question - backend->questions),
                            .turn = question->turn};
    struct jb_slice store = {0};

    memcpy(id.salt, backend->salt, sizeof(id.salt));
    if (question->door == JB_DOOR_WRITE) {
        if (!backend->has_welcome)
            return; /* the store is not known yet */
        store = jb_slice_of(backend->welcome.store_id, sizeof(backend->welcome.store_id));
    }
    jb_err err =
        question->person[0]
            ? jb_client_send_for(door->client, jb_slice_str(question->person), question->kind,
                                 jb_slice_of(&id, sizeof(id)), jb_buf_slice(&question->payload))
            : jb_client_send(door->client, question->kind, jb_slice_of(&id, sizeof(id)), store,
                             jb_buf_slice(&question->payload));
    if (err == JB_OK) {
        question->sent_us = backend->now_us;
        if (door->sent == 0)
            door->heard_us = backend->now_us; /* silence counts from here */
        door->unsent--;
        door->sent++;
    } else if (err == JB_EAGAIN || err == JB_EGONE) {
        door->connected = false;
    } else {
        settle(backend, question, &(struct jb_told){.err = err});
    }
}

/* What was on its way on a connection that is gone goes out again, and so does what was sent so
 * long ago (0: all of it): a break that nobody saw. */
static void take_back(jb_backend *backend, enum jb_door which, int64_t older_us)
{
    struct door *door = &backend->doors[which];

    for (size_t i = 0; i < JB_COUNT(backend->questions); i++) {
        struct question *question = &backend->questions[i];
        if (question->used && question->door == which && question->sent_us &&
            backend->now_us - question->sent_us >= older_us) {
            question->sent_us = 0;
            question->idle_us = backend->now_us;
            door->sent--;
            door->unsent++;
        }
    }
}

/* Knows whether there is a connection, and makes another one when it is silent. */
static void tend(jb_backend *backend, enum jb_door which)
{
    struct door *door = &backend->doors[which];

    if (door->unsent + door->sent == 0)
        return;
    if (door->connected && door->sent && backend->now_us - door->heard_us > SILENCE_US) {
        jb_ignore(jb_client_reconnect(door->client) != JB_OK);
        door->heard_us = backend->now_us;
        take_back(backend, which, 0);
    }
    jb_ignore(jb_client_tend(door->client) != JB_OK);
    bool connected = jb_client_trouble(door->client) == JB_TROUBLE_NONE;
    take_back(backend, which, door->connected && !connected ? 0 : SILENCE_US);
    door->connected = connected;
}

static void send_waiting(jb_backend *backend)
{
    for (size_t i = 0; i < JB_COUNT(backend->questions); i++) {
        struct question *question = &backend->questions[i];
        if (question->used && !question->sent_us && backend->doors[question->door].connected)
            send_one(backend, question);
    }
}

static struct question *find(jb_backend *backend, enum jb_door which, struct jb_slice bytes)
{
    struct request_id id;

    if (bytes.len != sizeof(id))
        return NULL;
    memcpy(&id, bytes.ptr, sizeof(id));
    if (memcmp(id.salt, backend->salt, sizeof(id.salt)) != 0 ||
        id.place >= JB_BACKEND_QUESTIONS_MAX)
        return NULL;
    struct question *question = &backend->questions[id.place];
    return question->used && question->turn == id.turn && question->door == which ? question : NULL;
}

static void receive(jb_backend *backend, enum jb_door which)
{
    struct door *door = &backend->doors[which];
    struct jb_envelope envelope;

    for (int i = 0; i < RECV_A_TURN && jb_client_recv(door->client, 0, &envelope) == JB_OK; i++) {
        struct question *question = find(backend, which, envelope.request_id);
        door->heard_us = backend->now_us;
        if (question)
            settle(backend, question,
                   &(struct jb_told){.kind = envelope.kind, .payload = envelope.payload});
    }
}

static void give_up(jb_backend *backend)
{
    for (size_t i = 0; i < JB_COUNT(backend->questions); i++) {
        struct question *question = &backend->questions[i];
        bool over = backend->now_us - question->asked_us > JB_BACKEND_ANSWER_S * 1000000LL ||
                    (!question->sent_us &&
                     backend->now_us - question->idle_us > JB_BACKEND_CONNECT_S * 1000000LL);
        if (!question->used || !over)
            continue;
        enum jb_trouble trouble = jb_client_trouble(backend->doors[question->door].client);
        if (question->sent_us || trouble == JB_TROUBLE_NONE)
            trouble = JB_TROUBLE_SILENT;
        settle(backend, question, &(struct jb_told){.err = JB_EAGAIN, .trouble = trouble});
    }
}

static void greeted(void *arg, const struct jb_told *told)
{
    jb_backend *backend = arg;
    struct jb_welcome welcome;

    backend->greeting = false;
    if (told->err != JB_OK) {
        if (told->trouble != backend->told_trouble)
            jb_log(JB_LOG_WARN, "gateway.aggregator", "reached=no trouble=%d", (int)told->trouble);
        backend->told_trouble = told->trouble;
        return;
    }
    jb_arena_clear(&backend->arena);
    if (told->kind != JB_KIND_WELCOME ||
        jb_wire_welcome_decode(told->payload, &backend->arena, &welcome) != JB_OK)
        return;
    if (!backend->has_welcome || backend->told_trouble)
        jb_log(JB_LOG_NOTICE, "gateway.aggregator", "reached=yes revision=%llu catalog=%u",
               (unsigned long long)welcome.revision, welcome.catalog_version);
    snprintf(backend->program, sizeof(backend->program), "%.*s", JB_ARG(welcome.program));
    welcome.program = jb_slice_str(backend->program);
    backend->welcome = welcome;
    backend->has_welcome = true;
    backend->told_trouble = JB_TROUBLE_NONE;
    backend->welcome_us = backend->now_us;
}

static void greet(jb_backend *backend)
{
    int64_t pause_us =
        jb_backend_is_fresh(backend, backend->now_us) ? HELLO_US : HELLO_WHEN_LOST_US;

    if (backend->greeting ||
        (backend->greeted_us && backend->now_us - backend->greeted_us < pause_us))
        return;
    backend->greeted_us = backend->now_us;
    backend->greeting =
        jb_backend_ask(backend, JB_DOOR_READ, JB_KIND_HELLO, JB_LIT(""), greeted, backend) == JB_OK;
}

void jb_backend_turn(jb_backend *backend, int64_t now_us)
{
    backend->now_us = now_us;
    receive(backend, JB_DOOR_READ);
    receive(backend, JB_DOOR_WRITE);
    greet(backend);
    tend(backend, JB_DOOR_READ);
    tend(backend, JB_DOOR_WRITE);
    send_waiting(backend);
    give_up(backend);
}

bool jb_backend_welcome(const jb_backend *backend, struct jb_welcome *ret)
{
    if (backend->has_welcome)
        *ret = backend->welcome;
    return backend->has_welcome;
}

int64_t jb_backend_clock_us(const jb_backend *backend)
{
    return backend->has_welcome ? backend->welcome.now_us + jb_clock_mono_us() - backend->welcome_us
                                : jb_clock_now_us();
}

bool jb_backend_is_fresh(const jb_backend *backend, int64_t now_us)
{
    return backend->has_welcome && now_us - backend->welcome_us < JB_BACKEND_FRESH_S * 1000000LL;
}

struct jb_backend_counts jb_backend_counts(const jb_backend *backend)
{
    struct jb_backend_counts counts = backend->counts;

    counts.waiting = backend->waiting;
    return counts;
}
