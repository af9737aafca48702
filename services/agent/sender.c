/* The sender's turns; see the header for the protocol. */
#include "sender.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/log.h"
#include "net/loop.h"
#include "queue.h"

#define WINDOW 32
#define ANSWERS_A_TURN 256
#define HELLO_EVERY_US 10000000
#define LOOK_US 50000 /* below libzmq's wait before it connects again */
#define SILENCE_US_MIN 2000000
#define LOST_FACTOR 5 /* one answer may be overtaken by others for so long */
#define PAUSE_US_MIN 200000
#define PAUSE_US_MAX 30000000
#define WAIT_MS_MAX 30000
#define HELLO_BYTES 8
#define ARENA_BYTES_MAX (8 * 1024 * 1024)

struct jb_sender {
    jb_client *client;
    jb_outbox *outbox;
    uint8_t store_id[16]; /* expected */
    uint8_t met[16];
    uint32_t epoch; /* the newest the store said since we run */
    enum jb_sender_state state;
    bool log;
    bool hello_sent;
    uint8_t hello[HELLO_BYTES]; /* request id of the last HELLO */
    int64_t hello_us;
    int64_t heard_us;      /* of the last answer */
    int64_t not_before_us; /* the pause's end */
    int64_t pause_us;      /* of the last pause; 0: none since the last success */
    uint64_t sendings;
    struct jb_queue queue;
    struct jb_sender_counts counts;
    struct jb_arena arena;
    struct jb_findings findings;
    bool settling; /* the outbox has an open group */
};

jb_err jb_sender_new(jb_net *net, const char *endpoint, jb_outbox *outbox,
                     const uint8_t store_id[16], bool log, jb_sender **ret)
{
    jb_sender *sender = jb_xcalloc(1, sizeof(*sender));

    jb_err err = jb_client_open(net, endpoint, &sender->client);
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

static void rest(jb_sender *sender, int64_t now)
{
    int64_t next = sender->pause_us ? 2 * sender->pause_us : PAUSE_US_MIN;

    sender->pause_us = next > PAUSE_US_MAX ? PAUSE_US_MAX : next;
    uint32_t half = (uint32_t)(sender->pause_us / 2);
    sender->not_before_us = now + half + randombytes_uniform(half);
}

/* Greets again as soon as the socket can be written. */
static void lose(jb_sender *sender)
{
    if (sender->log && sender->state == JB_SENDER_ONLINE)
        jb_log(JB_LOG_WARN, "sender.offline", "waiting=%u", sender->queue.count);
    sender->state = JB_SENDER_OFFLINE;
    sender->hello_sent = false;
}

static void go_offline(jb_sender *sender, int64_t now)
{
    lose(sender);
    jb_queue_recall(&sender->queue);
    jb_ignore(jb_client_reconnect(sender->client));
    rest(sender, now);
}

static jb_err commit(jb_sender *sender)
{
    if (!sender->settling)
        return JB_OK;
    sender->settling = false;
    jb_err err = jb_outbox_commit(sender->outbox);
    if (!err) {
        jb_queue_drop_settled(&sender->queue);
        return JB_OK;
    }
    for (uint32_t i = 0; i < sender->queue.count; i++)
        sender->queue.items[i].settled = false;
    jb_queue_recall(&sender->queue);
    return err;
}

/* The store said its epoch. What was under way was decided by a chain that may lack what it builds
 * on, so it goes again after what is offered again. */
static jb_err meet_epoch(jb_sender *sender, uint32_t epoch, bool *ret_newer)
{
    uint64_t offered = 0;

    *ret_newer = false;
    if (epoch <= sender->epoch)
        return JB_OK;
    jb_err err = commit(sender);
    if (!err)
        err = jb_outbox_meet_epoch(sender->outbox, sender->store_id, epoch, ret_newer, &offered);
    if (err)
        return err;
    sender->epoch = epoch;
    if (!*ret_newer)
        return JB_OK;
    jb_queue_recall(&sender->queue);
    if (sender->log)
        jb_log(JB_LOG_NOTICE, "sender.epoch", "epoch=%u offered_again=%llu", epoch,
               (unsigned long long)offered);
    return JB_OK;
}

static jb_err take_welcome(jb_sender *sender, const struct jb_envelope *envelope)
{
    struct jb_welcome welcome;
    bool newer = false;

    if (!sender->hello_sent ||
        !jb_slice_eq(envelope->request_id, jb_slice_of(sender->hello, HELLO_BYTES)) ||
        jb_wire_welcome_decode(envelope->payload, &sender->arena, &welcome))
        return JB_OK;
    sender->hello_sent = false;
    memcpy(sender->met, welcome.store_id, sizeof(sender->met));
    if (memcmp(welcome.store_id, sender->store_id, sizeof(sender->store_id)) != 0) {
        if (sender->log && sender->state != JB_SENDER_WRONG_STORE)
            jb_log(JB_LOG_ERROR, "sender.wrong_store", "nothing is sent");
        sender->state = JB_SENDER_WRONG_STORE;
        return JB_OK;
    }
    if (sender->log && sender->state != JB_SENDER_ONLINE)
        jb_log(JB_LOG_INFO, "sender.online", "epoch=%u revision=%llu", welcome.epoch,
               (unsigned long long)welcome.revision);
    sender->state = JB_SENDER_ONLINE;
    sender->pause_us = 0;
    return meet_epoch(sender, welcome.epoch, &newer);
}

static void tell(const jb_sender *sender, const struct jb_queue_item *item,
                 const struct jb_receipt *receipt)
{
    char id[37];

    if (!sender->log)
        return;
    jb_uuid_format(item->id, id);
    jb_log(receipt->outcome == JB_ACCEPTED ? JB_LOG_INFO : JB_LOG_WARN, "sender.receipt",
           "id=%s outcome=%s revision=%llu", id, jb_outcome_code(receipt->outcome),
           (unsigned long long)receipt->revision);
}

static void count(jb_sender *sender, enum jb_outcome outcome)
{
    switch (outcome) {
    case JB_ACCEPTED:
        sender->counts.accepted++;
        break;
    case JB_REFUSED:
        sender->counts.refused++;
        break;
    case JB_CONFLICT:
        sender->counts.conflicts++;
        break;
    case JB_STALE:
        sender->counts.stale++;
        break;
    case JB_TRY_LATER:
        sender->counts.later++;
        break;
    }
}

static jb_err settle(jb_sender *sender, struct jb_queue_item *item,
                     const struct jb_receipt *receipt, struct jb_slice bytes)
{
    jb_err err = JB_OK;

    if (!sender->settling) {
        err = jb_outbox_begin(sender->outbox);
        if (err)
            return err;
        sender->settling = true;
    }
    err = jb_outbox_settle(sender->outbox, item->seq, receipt, bytes, jb_clock_now_us());
    if (err && err != JB_ENOTFOUND)
        return err;
    item->settled = true;
    sender->pause_us = 0;
    count(sender, receipt->outcome);
    tell(sender, item, receipt);
    return JB_OK;
}

static void later(jb_sender *sender, struct jb_queue_item *item, int64_t now)
{
    item->under_way = false;
    sender->queue.under_way--;
    count(sender, JB_TRY_LATER);
    if (sender->not_before_us <= now)
        rest(sender, now);
}

/* True when the receipt speaks of this very sending. */
static bool fits(const jb_sender *sender, const struct jb_queue_item *item,
                 const struct jb_receipt *receipt)
{
    return jb_uuid_eq(receipt->submission_id, item->id) &&
           memcmp(receipt->store_id, sender->store_id, sizeof(sender->store_id)) == 0 &&
           (receipt->outcome != JB_ACCEPTED ||
            memcmp(receipt->content_hash, item->content_hash, sizeof(item->content_hash)) == 0);
}

static jb_err take_receipt(jb_sender *sender, const struct jb_envelope *envelope, int64_t now)
{
    struct jb_receipt receipt;
    struct jb_queue_item *item = jb_queue_find(&sender->queue, envelope->request_id);
    bool newer = false;

    jb_findings_clear(&sender->findings);
    if (!item ||
        jb_wire_receipt_decode(envelope->payload, &sender->arena, &receipt, &sender->findings))
        return JB_OK;
    if (!fits(sender, item, &receipt)) {
        jb_log(JB_LOG_ERROR, "sender.odd_receipt", "seq=%llu", (unsigned long long)item->seq);
        return JB_OK; /* silence will have it sent again */
    }
    if (receipt.outcome == JB_TRY_LATER) {
        later(sender, item, now);
        return JB_OK;
    }
    if (receipt.outcome == JB_ACCEPTED) {
        jb_err err = settle(sender, item, &receipt, envelope->payload);
        return err ? err : meet_epoch(sender, receipt.epoch, &newer);
    }
    jb_err err = meet_epoch(sender, receipt.epoch, &newer);
    if (err || newer)
        return err;
    item = jb_queue_find(&sender->queue, envelope->request_id); /* a commit moves the items */
    return item ? settle(sender, item, &receipt, envelope->payload) : JB_OK;
}

/* The message itself was not taken. What can never be taken is stored as a refusal with the
 * findings. */
static jb_err take_refused(jb_sender *sender, const struct jb_envelope *envelope, int64_t now)
{
    struct jb_queue_item *item = jb_queue_find(&sender->queue, envelope->request_id);
    bool retry = false;
    struct jb_buf bytes;

    jb_findings_clear(&sender->findings);
    if (!item || jb_wire_refused_decode(envelope->payload, &sender->arena, &sender->findings))
        return JB_OK;
    for (uint32_t i = 0; i < sender->findings.count; i++) {
        enum jb_finding_code code = sender->findings.items[i].code;
        retry = retry || jb_finding_retry_helps(code);
        if (code == JB_F_WRONG_STORE) {
            go_offline(sender, now);
            return JB_OK;
        }
    }
    if (retry) {
        later(sender, item, now);
        return JB_OK;
    }
    struct jb_receipt receipt = {.outcome = JB_REFUSED, .submission_id = item->id};
    memcpy(receipt.store_id, sender->store_id, sizeof(receipt.store_id));
    jb_buf_init(&bytes, JB_MESSAGE_BYTES_MAX);
    jb_wire_receipt_encode(&receipt, &sender->findings, &bytes);
    jb_err err = settle(sender, item, &receipt, jb_buf_slice(&bytes));
    jb_buf_free(&bytes);
    return err;
}

static jb_err take_answers(jb_sender *sender, int64_t now)
{
    jb_err err = JB_OK;

    for (int i = 0; i < ANSWERS_A_TURN && !err; i++) {
        struct jb_envelope envelope;
        jb_arena_clear(&sender->arena);
        jb_err got = jb_client_recv(sender->client, 0, &envelope);
        if (got == JB_EINVAL)
            continue;
        if (got)
            break;
        sender->heard_us = now;
        if (envelope.kind == JB_KIND_WELCOME)
            err = take_welcome(sender, &envelope);
        else if (envelope.kind == JB_KIND_RECEIPT)
            err = take_receipt(sender, &envelope, now);
        else if (envelope.kind == JB_KIND_REFUSED)
            err = take_refused(sender, &envelope, now);
    }
    if (err && sender->settling) {
        sender->settling = false;
        jb_outbox_abort(sender->outbox);
    }
    return err ? err : commit(sender);
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
    lose(sender);
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
        go_offline(sender, now);
}

static void say_hello(jb_sender *sender, int64_t now)
{
    randombytes_buf(sender->hello, HELLO_BYTES);
    if (jb_client_send(sender->client, JB_KIND_HELLO, jb_slice_of(sender->hello, HELLO_BYTES),
                       jb_slice_of(NULL, 0), jb_slice_of(NULL, 0))) {
        lose(sender);
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
        lose(sender);
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
    jb_err err = take_answers(sender, mono_us);
    if (err)
        return err;
    check_connection(sender);
    check_silence(sender, mono_us);
    if (mono_us < sender->not_before_us)
        return JB_OK;
    if (sender->state == JB_SENDER_ONLINE)
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

const struct jb_sender_counts *jb_sender_counts(const jb_sender *sender)
{
    return &sender->counts;
}

bool jb_sender_idle(const jb_sender *sender)
{
    uint64_t waiting = 1;

    return sender->queue.loaded && !jb_outbox_waiting(sender->outbox, &waiting) && waiting == 0;
}
