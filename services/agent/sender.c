/* The sender's turns; see the header for the protocol. */
#include "sender.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/log.h"
#include "net/loop.h"
#include "sender_inner.h"

#define WINDOW 32
#define HELLO_EVERY_US 10000000
#define TEND_US 500000 /* between two looks at a connection that does not come up */
#define LOOK_US 50000  /* below libzmq's wait before it connects again */
#define SILENCE_US_MIN 2000000
#define LOST_FACTOR 5 /* one answer may be overtaken by others for so long */
#define PAUSE_US_MIN 200000
#define PAUSE_US_MAX 30000000
#define WAIT_MS_MAX 30000
#define ARENA_BYTES_MAX (8 * 1024 * 1024)

jb_err jb_sender_new(jb_net *net, const char *endpoint, const struct jb_who *who, jb_outbox *outbox,
                     const uint8_t store_id[16], bool log, jb_sender **ret)
{
    jb_sender *sender = jb_xcalloc(1, sizeof(*sender));

    jb_err err = jb_client_open_as(net, endpoint, who, &sender->client);
    if (err) {
        free(sender);
        return err;
    }
    sender->outbox = outbox;
    sender->log = log;
    memcpy(sender->store_id, store_id, sizeof(sender->store_id));
    randombytes_buf(&sender->sendings, sizeof(sender->sendings));
    jb_arena_init(&sender->arena, ARENA_BYTES_MAX);
    jb_findings_init(&sender->findings);
    *ret = sender;
    return JB_OK;
}

void jb_sender_free(jb_sender *sender)
{
    if (!sender)
        return;
    jb_client_close(sender->client);
    jb_queue_free(&sender->queue);
    jb_arena_free(&sender->arena);
    jb_findings_free(&sender->findings);
    free(sender);
}

void jb_sender_rest(jb_sender *sender, int64_t now)
{
    int64_t next = sender->pause_us ? 2 * sender->pause_us : PAUSE_US_MIN;

    sender->pause_us = next > PAUSE_US_MAX ? PAUSE_US_MAX : next;
    uint32_t half = (uint32_t)(sender->pause_us / 2);
    sender->not_before_us = now + half + randombytes_uniform(half);
}

void jb_sender_lose(jb_sender *sender)
{
    if (sender->log && sender->state == JB_SENDER_ONLINE)
        jb_log(JB_LOG_WARN, "sender.offline", "waiting=%u", sender->queue.count);
    sender->state = JB_SENDER_OFFLINE;
    sender->hello_sent = false;
}

void jb_sender_go_offline(jb_sender *sender, int64_t now)
{
    jb_sender_lose(sender);
    jb_queue_recall(&sender->queue);
    jb_ignore(jb_client_reconnect(sender->client));
    jb_sender_rest(sender, now);
}

/* What was on its way when a connection broke is lost. The caller looks often enough to see a break
 * before libzmq has mended it. */
static void check_connection(jb_sender *sender)
{
    struct jb_wait_item item = {.sock = jb_client_sock(sender->client), .want_write = true};

    if (!sender->hello_sent && !sender->queue.under_way)
        return;
    if (jb_wait(&item, 1, 0) || item.writable)
        return;
    jb_queue_recall(&sender->queue);
    jb_sender_lose(sender);
}

/* Hellos and submissions that get no answer say that the other side, or the connection, is gone. */
static void check_silence(jb_sender *sender, int64_t now)
{
    int64_t patience = SILENCE_US_MIN > sender->pause_us ? SILENCE_US_MIN : sender->pause_us;
    int64_t since = INT64_MAX; /* the oldest that is not answered */

    if (sender->hello_sent)
        since = sender->hello_us;
    for (uint32_t i = 0; i < sender->queue.count; i++) {
        if (sender->queue.items[i].under_way && sender->queue.items[i].sent_us < since)
            since = sender->queue.items[i].sent_us;
    }
    if (since == INT64_MAX)
        return;
    int64_t quiet = since > sender->heard_us ? since : sender->heard_us;
    if (now - quiet > patience || now - since > LOST_FACTOR * patience)
        jb_sender_go_offline(sender, now);
}

static void say_hello(jb_sender *sender, int64_t now)
{
    randombytes_buf(sender->hello, JB_SENDER_HELLO_BYTES);
    if (jb_client_send(sender->client, JB_KIND_HELLO,
                       jb_slice_of(sender->hello, JB_SENDER_HELLO_BYTES), jb_slice_of(NULL, 0),
                       jb_slice_of(NULL, 0))) {
        jb_sender_lose(sender);
        return;
    }
    sender->hello_sent = true;
    sender->hello_us = now;
}

static jb_err send_one(jb_sender *sender, struct jb_queue_item *item, int64_t now, bool *ret_sent)
{
    struct jb_slice payload;

    jb_err err = jb_outbox_payload(sender->outbox, item->seq, &payload);
    if (err)
        return err;
    sender->sendings++;
    memcpy(item->request, item->id.bytes, sizeof(item->id.bytes));
    memcpy(item->request + sizeof(item->id.bytes), &sender->sendings, sizeof(sender->sendings));
    crypto_generichash(item->content_hash, sizeof(item->content_hash), payload.ptr, payload.len,
                       NULL, 0);
    *ret_sent =
        jb_client_send(sender->client, JB_KIND_SUBMIT,
                       jb_slice_of(item->request, JB_QUEUE_REQUEST_BYTES),
                       jb_slice_of(sender->store_id, sizeof(sender->store_id)), payload) == JB_OK;
    if (!*ret_sent) {
        jb_sender_lose(sender);
        return JB_OK;
    }
    item->under_way = true;
    item->sent_us = now;
    sender->queue.under_way++;
    return JB_OK;
}

static jb_err fill_window(jb_sender *sender, int64_t now)
{
    uint32_t from = 0;
    bool sent = true;

    jb_err err = jb_queue_load(&sender->queue, sender->outbox);
    while (!err && sent && sender->queue.under_way < WINDOW) {
        struct jb_queue_item *item = jb_queue_ready(&sender->queue, from);
        if (!item)
            break;
        from = (uint32_t)(item - sender->queue.items) + 1;
        err = send_one(sender, item, now, &sent);
    }
    return err;
}

jb_err jb_sender_turn(jb_sender *sender, int64_t mono_us)
{
    jb_err err = jb_sender_take_answers(sender, mono_us);
    if (err)
        return err;
    check_connection(sender);
    check_silence(sender, mono_us);
    if (mono_us < sender->not_before_us)
        return JB_OK;
    if (sender->state == JB_SENDER_OFFLINE && !sender->hello_sent)
        err = jb_client_tend(sender->client);
    if (!err && sender->state == JB_SENDER_ONLINE)
        err = fill_window(sender, mono_us);
    if (!err && !sender->hello_sent &&
        (sender->state == JB_SENDER_OFFLINE || mono_us - sender->hello_us > HELLO_EVERY_US))
        say_hello(sender, mono_us);
    return err;
}

int jb_sender_wait_ms(const jb_sender *sender, int64_t mono_us)
{
    int64_t until = mono_us + HELLO_EVERY_US;

    if (mono_us < sender->not_before_us)
        until = sender->not_before_us;
    else if (sender->hello_sent || sender->queue.under_way)
        until = mono_us + LOOK_US;
    else if (sender->state == JB_SENDER_OFFLINE)
        until = mono_us + TEND_US;
    int64_t ms = (until - mono_us + 999) / 1000;
    return ms > WAIT_MS_MAX ? WAIT_MS_MAX : (int)ms;
}

jb_sock *jb_sender_sock(jb_sender *sender, bool *ret_want_write)
{
    *ret_want_write = sender->state == JB_SENDER_OFFLINE && !sender->hello_sent &&
                      jb_clock_mono_us() >= sender->not_before_us;
    return jb_client_sock(sender->client);
}

enum jb_sender_state jb_sender_state(const jb_sender *sender)
{
    return sender->state;
}

const uint8_t *jb_sender_met(const jb_sender *sender)
{
    return sender->met;
}

enum jb_trouble jb_sender_trouble(const jb_sender *sender, enum jb_finding_code *ret_barred)
{
    *ret_barred = sender->barred;
    return jb_client_trouble(sender->client);
}

const struct jb_sender_counts *jb_sender_counts(const jb_sender *sender)
{
    return &sender->counts;
}

bool jb_sender_idle(const jb_sender *sender)
{
    uint64_t waiting = 1;

    return sender->queue.loaded && !jb_outbox_waiting(sender->outbox, &waiting) && waiting == 0;
}
