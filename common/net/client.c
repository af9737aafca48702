/* Asking a door: a request is sent until it is answered or its time is over. What was on its way
 * when a connection broke is lost, so it goes out again on the next one. A server can also be
 * silent without a break: then the request goes out on a new connection, later each time. Every
 * request of jibao may be asked twice. */
#include "net/client.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "net/loop.h"
#include "net/sock_monitor.h"

#define SILENCE_MS_FIRST 2000
#define SILENCE_MS_MAX 30000
#define ANEW_MS_FIRST 5000 /* above the 3 s that a door takes to refuse */
#define ANEW_MS_MAX 20000  /* so that one that is granted gets in within 30 s */
#define LOOK_MS 50         /* below the wait before a reconnect, so that no break is missed */
#define QUEUE_MAX 1000
#define REQUEST_ID_BYTES 16
#define ARENA_BYTES_MAX (64 * 1024)

static const struct jb_sock_limits sock_limits = {
    .send_hwm = QUEUE_MAX, .recv_hwm = QUEUE_MAX, .bytes_max = JB_MESSAGE_BYTES_MAX};

struct jb_client {
    jb_net *net;
    char *endpoint;
    struct jb_sock_lock *lock; /* NULL: an open door */
    const jb_identity *signer; /* NULL: nothing is signed */
    enum jb_trouble trouble;
    jb_sock *sock;
    jb_sock_monitor *tending; /* of a stream without a connection; else NULL */
    int64_t tend_until_us, tend_anew_ms;
    struct jb_msg msg; /* the message that the last call's slices point into */
    struct jb_arena arena;
    struct jb_buf out;
    uint8_t id[REQUEST_ID_BYTES]; /* random, then counted up */
    char asked_for[JB_CODE_BYTES_MAX + 1];
};

jb_err jb_client_open(jb_net *net, const char *endpoint, const struct jb_sock_lock *lock,
                      jb_client **ret)
{
    jb_sock *sock = NULL;
    jb_err err = jb_sock_connect(net, endpoint, &sock_limits, lock, &sock);
    if (err)
        return err;
    jb_client *client = jb_xcalloc(1, sizeof(*client));
    client->net = net;
    client->endpoint = jb_xstrdup(endpoint);
    if (lock) {
        jb_assert(sodium_init() >= 0);
        client->lock = sodium_malloc(sizeof(*lock));
        jb_assert(client->lock != NULL);
        *client->lock = *lock;
    }
    client->sock = sock;
    jb_msg_init(&client->msg);
    jb_arena_init(&client->arena, ARENA_BYTES_MAX);
    jb_buf_init(&client->out, JB_MESSAGE_BYTES_MAX);
    randombytes_buf(client->id, sizeof(client->id));
    *ret = client;
    return JB_OK;
}

jb_err jb_client_open_as(jb_net *net, const char *endpoint, const struct jb_who *who,
                         jb_client **ret)
{
    struct jb_sock_lock lock = {.domain = NULL};
    jb_client *client = NULL;

    if (!who)
        return jb_client_open(net, endpoint, NULL, ret);
    jb_identity_curve_secret(who->identity, lock.secret);
    jb_public_curve(&who->server, lock.server);
    jb_err err = jb_client_open(net, endpoint, &lock, &client);
    sodium_memzero(&lock, sizeof(lock));
    if (err)
        return err;
    client->signer = who->identity;
    *ret = client;
    return JB_OK;
}

static void stop_tending(jb_client *client)
{
    jb_sock_monitor_close(client->tending);
    client->tending = NULL;
}

void jb_client_close(jb_client *client)
{
    if (!client)
        return;
    stop_tending(client);
    jb_msg_free(&client->msg);
    jb_sock_close(client->sock);
    jb_arena_free(&client->arena);
    jb_buf_free(&client->out);
    sodium_free(client->lock);
    free(client->endpoint);
    free(client);
}

jb_sock *jb_client_sock(jb_client *client)
{
    return client->sock;
}

jb_err jb_client_reconnect(jb_client *client)
{
    jb_sock *sock = NULL;
    jb_err err = jb_sock_connect(client->net, client->endpoint, &sock_limits, client->lock, &sock);
    if (err)
        return err;
    stop_tending(client);
    jb_msg_free(&client->msg);
    jb_sock_close(client->sock);
    client->sock = sock;
    return JB_OK;
}

static struct jb_slice next_request_id(jb_client *client)
{
    for (size_t i = REQUEST_ID_BYTES; i > 0; i--)
        if (++client->id[i - 1] != 0)
            break;
    return jb_slice_of(client->id, REQUEST_ID_BYTES);
}

static bool is_signed_kind(enum jb_kind kind)
{
    return kind == JB_KIND_SUBMIT || kind == JB_KIND_CATALOG_PUT || kind == JB_KIND_KEY_CHANGE ||
           kind == JB_KIND_ACT || kind == JB_KIND_CONTACTS_PUT;
}

static jb_err send_envelope(jb_client *client, const struct jb_envelope *envelope)
{
    jb_buf_clear(&client->out);
    jb_wire_envelope_encode(envelope, &client->out);
    if (client->out.failed)
        return JB_ERANGE;
    return jb_sock_send(client->sock, NULL, jb_buf_slice(&client->out));
}

void jb_client_ask_for(jb_client *client, const char *person)
{
    snprintf(client->asked_for, sizeof(client->asked_for), "%s", person);
}

jb_err jb_client_send_for(jb_client *client, struct jb_slice person, enum jb_kind kind,
                          struct jb_slice request_id, struct jb_slice payload)
{
    const struct jb_envelope envelope = {
        .kind = kind, .request_id = request_id, .payload = payload, .asked_for = person};
    return send_envelope(client, &envelope);
}

/* Ed25519 makes the same signature of the same bytes each time, so that nothing needs to keep one.
 */
jb_err jb_client_send(jb_client *client, enum jb_kind kind, struct jb_slice request_id,
                      struct jb_slice store_id, struct jb_slice payload)
{
    struct jb_envelope envelope = {.kind = kind,
                                   .request_id = request_id,
                                   .store_id = store_id,
                                   .payload = payload,
                                   .asked_for = jb_slice_str(client->asked_for)};
    uint8_t signature[JB_SIGNATURE_BYTES];
    if (client->signer && is_signed_kind(kind) && store_id.len == 16) {
        jb_identity_sign(client->signer, kind, store_id.ptr, payload, signature);
        envelope.signer =
            jb_slice_of(jb_identity_public(client->signer)->bytes, sizeof(struct jb_public_key));
        envelope.signature = jb_slice_of(signature, sizeof(signature));
    }
    return send_envelope(client, &envelope);
}

static int ms_left(int64_t deadline_us)
{
    int64_t left = deadline_us - jb_clock_mono_us();
    if (left <= 0)
        return 0;
    return left / 1000 >= INT32_MAX ? INT32_MAX : (int)(left / 1000) + 1;
}

jb_err jb_client_recv(jb_client *client, int timeout_ms, struct jb_envelope *ret)
{
    int64_t deadline_us = jb_clock_mono_us() + (int64_t)timeout_ms * 1000;
    for (;;) {
        jb_err err = jb_sock_recv(client->sock, &client->msg);
        if (err == JB_OK) {
            jb_arena_clear(&client->arena);
            err = jb_wire_envelope_decode(client->msg.bytes, &client->arena, ret);
            if (err == JB_OK)
                return JB_OK;
            err = JB_EINVAL; /* not an envelope: as if it had not come */
        }
        if (err != JB_EAGAIN && err != JB_EINVAL)
            return err;
        int left = ms_left(deadline_us);
        if (left == 0)
            return JB_EAGAIN;
        if (err == JB_EINVAL)
            continue;
        struct jb_wait_item item = {.sock = client->sock};
        err = jb_wait(&item, 1, left);
        if (err && err != JB_EAGAIN)
            return err;
    }
}

enum jb_trouble jb_client_trouble(const jb_client *client)
{
    return client->trouble;
}

static void note_news(jb_client *client, enum jb_sock_news news)
{
    switch (news) {
    case JB_SOCK_NEWS_NOBODY:
        client->trouble = JB_TROUBLE_NOBODY;
        break;
    case JB_SOCK_NEWS_HANDSHAKE:
        client->trouble = JB_TROUBLE_HANDSHAKE;
        break;
    case JB_SOCK_NEWS_NONE:
    case JB_SOCK_NEWS_CONNECTED:
        break;
    }
}

/* Waits until a message can be sent. JB_EAGAIN: no connection came up until then. */
static jb_err wait_connected(jb_client *client, jb_sock_monitor *monitor, int64_t until_us)
{
    for (;;) {
        int left = ms_left(until_us);
        struct jb_wait_item item = {.sock = client->sock, .want_write = true};
        if (left == 0)
            return JB_EAGAIN;
        jb_err err = jb_wait(&item, 1, left < LOOK_MS ? left : LOOK_MS);
        if (err && err != JB_EAGAIN)
            return err;
        note_news(client, jb_sock_monitor_read(monitor));
        if (item.writable)
            return JB_OK;
        if (item.readable) { /* an old answer: nobody waits for it */
            struct jb_envelope old;
            jb_ignore(jb_client_recv(client, 0, &old));
        }
    }
}

/* Waits for a connection; the library gives up on some handshakes for good, so that what does not
 * come up is tried on a socket made anew, later each time. */
static jb_err await_connection(jb_client *client, int64_t deadline_us)
{
    int64_t anew_ms = ANEW_MS_FIRST;
    stop_tending(client);
    client->trouble = JB_TROUBLE_UNREACHED;
    for (;;) {
        int64_t until_us = jb_clock_mono_us() + anew_ms * 1000;
        jb_sock_monitor *monitor = jb_sock_monitor_open(client->net, client->sock);
        jb_err err =
            wait_connected(client, monitor, until_us < deadline_us ? until_us : deadline_us);
        jb_sock_monitor_close(monitor);
        if (err != JB_EAGAIN || ms_left(deadline_us) == 0)
            return err;
        if (anew_ms < ANEW_MS_MAX)
            anew_ms += ANEW_MS_FIRST;
        err = jb_client_reconnect(client);
        if (err)
            return err;
    }
}

jb_err jb_client_tend(jb_client *client)
{
    struct jb_wait_item item = {.sock = client->sock, .want_write = true};
    int64_t now_us = jb_clock_mono_us();

    jb_err err = jb_wait(&item, 1, 0);
    if (err && err != JB_EAGAIN)
        return err;
    if (item.writable) {
        client->trouble = JB_TROUBLE_NONE;
        client->tend_anew_ms = 0;
        stop_tending(client);
        return JB_OK;
    }
    if (client->tending) {
        note_news(client, jb_sock_monitor_read(client->tending));
        if (now_us < client->tend_until_us)
            return JB_OK;
        err = jb_client_reconnect(client);
        if (err)
            return err;
    } else if (client->tend_anew_ms == 0) {
        client->trouble = JB_TROUBLE_UNREACHED;
    }
    if (client->tend_anew_ms < ANEW_MS_MAX)
        client->tend_anew_ms += ANEW_MS_FIRST;
    client->tend_until_us = now_us + client->tend_anew_ms * 1000;
    client->tending = jb_sock_monitor_open(client->net, client->sock);
    return JB_OK;
}

/* Sends as soon as a connection is there. JB_EAGAIN: none came up in time. */
static jb_err send_when_connected(jb_client *client, enum jb_kind kind, struct jb_slice id,
                                  struct jb_slice store_id, struct jb_slice payload,
                                  int64_t deadline_us)
{
    for (;;) {
        jb_err err = jb_client_send(client, kind, id, store_id, payload);
        if (err != JB_EAGAIN)
            return err;
        err = await_connection(client, deadline_us);
        if (err)
            return err;
    }
}

static bool is_connected(jb_client *client)
{
    struct jb_wait_item item = {.sock = client->sock, .want_write = true};
    return jb_wait(&item, 1, 0) == JB_OK && item.writable;
}

/* The answer to this request; answers to older ones are dropped. JB_EAGAIN: the time is over.
 * JB_EGONE: the connection broke. */
static jb_err await_answer(jb_client *client, struct jb_slice id, int64_t until_us,
                           struct jb_envelope *ret)
{
    for (;;) {
        int left = ms_left(until_us);
        struct jb_envelope answer;
        jb_err err = jb_client_recv(client, left < LOOK_MS ? left : LOOK_MS, &answer);
        if (err == JB_OK && jb_slice_eq(answer.request_id, id)) {
            *ret = answer;
            return JB_OK;
        }
        if (err && err != JB_EAGAIN)
            return err;
        if (ms_left(until_us) == 0)
            return JB_EAGAIN;
        if (err && !is_connected(client))
            return JB_EGONE;
    }
}

/* Until when to wait for an answer before the request goes out again. Verifying takes as long as
 * the store is large, and asking again would begin again: only a break tells that its answer is
 * lost. */
static int64_t patience_us(enum jb_kind kind, int64_t silence_ms, int64_t deadline_us)
{
    int64_t until_us = jb_clock_mono_us() + silence_ms * 1000;
    return kind == JB_KIND_VERIFY || until_us > deadline_us ? deadline_us : until_us;
}

jb_err jb_client_ask(jb_client *client, enum jb_kind kind, struct jb_slice store_id,
                     struct jb_slice payload, int timeout_ms, uint32_t *ret_kind,
                     struct jb_slice *ret_payload)
{
    struct jb_slice id = next_request_id(client);
    int64_t deadline_us = jb_clock_mono_us() + (int64_t)timeout_ms * 1000;
    int64_t silence_ms = SILENCE_MS_FIRST;

    for (;;) {
        struct jb_envelope answer;
        jb_err err = send_when_connected(client, kind, id, store_id, payload, deadline_us);
        if (err)
            return err;
        client->trouble = JB_TROUBLE_SILENT;
        err = await_answer(client, id, patience_us(kind, silence_ms, deadline_us), &answer);
        if (err == JB_OK) {
            client->trouble = JB_TROUBLE_NONE;
            *ret_kind = answer.kind;
            *ret_payload = answer.payload;
            return JB_OK;
        }
        if (err == JB_EGONE)
            continue; /* libzmq connects again by itself */
        if (err != JB_EAGAIN || ms_left(deadline_us) == 0)
            return err;
        if (silence_ms < SILENCE_MS_MAX)
            silence_ms *= 2;
        err = jb_client_reconnect(client);
        if (err)
            return err;
    }
}

jb_err jb_client_expect(jb_client *client, enum jb_kind kind, struct jb_slice store_id,
                        struct jb_slice payload, int timeout_ms, enum jb_kind expected,
                        struct jb_slice *ret_payload, struct jb_findings *findings)
{
    uint32_t came;
    struct jb_slice answer;
    jb_err err = jb_client_ask(client, kind, store_id, payload, timeout_ms, &came, &answer);
    if (err)
        return err;
    if (came == (uint32_t)expected) {
        *ret_payload = answer;
        return JB_OK;
    }
    struct jb_arena arena;
    jb_arena_init(&arena, 4 * JB_MESSAGE_BYTES_MAX);
    if (came != JB_KIND_REFUSED || jb_wire_refused_decode(answer, &arena, findings) != JB_OK)
        jb_findings_add(findings, &(struct jb_finding){.code = JB_F_MALFORMED,
                                                       .severity = JB_ERROR,
                                                       .got = jb_kind_name(came),
                                                       .expected = jb_kind_name(expected)});
    jb_arena_free(&arena);
    return JB_EINVAL;
}

jb_err jb_client_hello(jb_client *client, int timeout_ms, struct jb_welcome *ret)
{
    struct jb_slice answer;
    struct jb_findings findings;
    jb_findings_init(&findings);
    jb_err err = jb_client_expect(client, JB_KIND_HELLO, (struct jb_slice){0}, (struct jb_slice){0},
                                  timeout_ms, JB_KIND_WELCOME, &answer, &findings);
    if (!err)
        err = jb_wire_welcome_decode(answer, &client->arena, ret);
    jb_findings_free(&findings);
    return err;
}
