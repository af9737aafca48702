/* What the write door answers: the greeting, receipts, refusals. A receipt counts only when it
 * speaks of the very sending that is under way, of the expected store, and, accepted, of the bytes
 * that were sent. */
#include <sodium.h>
#include <stdlib.h>

#include "base/log.h"
#include "self.h"
#include "sender_inner.h"

#define ANSWERS_A_TURN 256

/* The group did not happen: all of it waits as before and goes again. */
static void unsettle(jb_sender *sender)
{
    for (uint32_t i = 0; i < sender->queue.count; i++)
        sender->queue.items[i].settled = false;
    jb_queue_recall(&sender->queue);
}

static jb_err commit(jb_sender *sender)
{
    if (!sender->settling)
        return JB_OK;
    sender->settling = false;
    jb_err err = jb_outbox_commit(sender->outbox);
    if (!err)
        jb_queue_drop_settled(&sender->queue);
    else
        unsettle(sender);
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
        !jb_slice_eq(envelope->request_id, jb_slice_of(sender->hello, JB_SENDER_HELLO_BYTES)) ||
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
    if (!sender->barred)
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
        jb_sender_rest(sender, now);
}

/* The key may do nothing now: nothing is decided about what waits. */
static void bar(jb_sender *sender, enum jb_finding_code code)
{
    if (sender->log && sender->barred != code)
        jb_log(JB_LOG_ERROR, "sender.barred", "reason=%s", jb_finding_code_name(code));
    sender->barred = code;
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
    enum jb_finding_code barred = jb_self_barred(&sender->findings);
    if (receipt.outcome == JB_REFUSED && barred) {
        bar(sender, barred);
        later(sender, item, now);
        return JB_OK;
    }
    sender->barred = JB_F_NONE;
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
    bool greeting =
        sender->hello_sent &&
        jb_slice_eq(envelope->request_id, jb_slice_of(sender->hello, JB_SENDER_HELLO_BYTES));
    if ((!item && !greeting) ||
        jb_wire_refused_decode(envelope->payload, &sender->arena, &sender->findings))
        return JB_OK;
    enum jb_finding_code barred = jb_self_barred(&sender->findings);
    if (barred || greeting) {
        if (barred)
            bar(sender, barred);
        jb_sender_go_offline(sender, now);
        return JB_OK;
    }
    for (uint32_t i = 0; i < sender->findings.count; i++) {
        enum jb_finding_code code = sender->findings.items[i].code;
        retry = retry || jb_finding_retry_helps(code);
        if (code == JB_F_WRONG_STORE) {
            jb_sender_go_offline(sender, now);
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

jb_err jb_sender_take_answers(jb_sender *sender, int64_t now)
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
        unsettle(sender);
    }
    return err ? err : commit(sender);
}
