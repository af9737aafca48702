/* One writer, one transaction a batch: decide, append, apply, commit; only then is a reply spoken.
 * The head is kept in memory; a batch that fails leaves it and the store as they were. */
#include "base/limits.h"
#include "decide.h"
#include "decide_act.h"
#include "decide_contacts.h"
#include "decide_key.h"
#include "engine_inner.h"

#define REPLIES_BYTES_FULL (16 * 1024 * 1024) /* the batch takes no more messages then */
#define ENTRY_BYTES_KEPT (4 * 1024 * 1024)    /* a catalogue's buffer is not kept for ever */
#define FIRST_EPOCH 1                         /* of a new store; each restore adds one */

jb_err jb_engine_append(jb_engine *e, struct jb_entry *entry, int64_t now_us)
{
    struct jb_store_head *head = &e->pending.head;
    entry->revision = head->revision + 1;
    entry->at_us = now_us > head->at_us ? now_us : head->at_us;
    if (entry->kind != JB_ENTRY_EPOCH)
        entry->epoch = head->epoch ? head->epoch : FIRST_EPOCH;
    jb_chain_link(&e->pending.chain, entry);
    jb_buf_clear(&e->entry);
    jb_entry_encode(entry, &e->entry);
    jb_err err = e->entry.failed
                     ? JB_ENOMEM
                     : jb_store_append_entry(e->txn, entry->revision, jb_buf_slice(&e->entry));
    if (!err)
        err = jb_apply(e->applier, e->txn, entry, true);
    if (e->entry.cap > ENTRY_BYTES_KEPT)
        jb_buf_free(&e->entry);
    if (err) {
        jb_applier_reset(e->applier); /* it may hold a catalogue that will never be */
        return err;
    }
    head->revision = entry->revision;
    head->at_us = entry->at_us;
    head->epoch = entry->epoch;
    memcpy(head->hash, entry->hash, sizeof(head->hash));
    jb_chain_add(&e->pending.chain, entry);
    if (entry->kind == JB_ENTRY_KEY)
        e->rights_changed = true;
    e->owing_changed =
        e->owing_changed || entry->kind == JB_ENTRY_CATALOG ||
        (entry->kind == JB_ENTRY_ACT &&
         (entry->act.kind == JB_ACT_PERIOD_OPEN || entry->act.kind == JB_ACT_PERIOD_AMEND ||
          entry->act.kind == JB_ACT_PERIOD_REOPEN || entry->act.kind == JB_ACT_FILING_RETURN));
    if (entry->kind != JB_ENTRY_CATALOG)
        return JB_OK;
    e->pending.catalog_version = entry->catalog_version;
    return jb_engine_see_catalog(e, e->txn, &e->pending);
}

/* Read anew once for all changes that came since. */
jb_err jb_engine_see_rights(jb_engine *e)
{
    jb_rights *rights = NULL;
    if (!e->rights_changed) {
        if (!e->rights)
            e->rights = jb_rights_board_get(e->verifier.board);
        return JB_OK;
    }
    jb_err err = jb_rights_load(e->txn, &rights);
    if (err)
        return err;
    jb_rights_free(e->rights);
    e->rights = rights;
    e->rights_changed = false;
    return JB_OK;
}

/* The batch's rights are those of everybody from now on, or of nobody. */
static void end_rights(jb_engine *e, bool committed)
{
    if (committed && e->rights)
        jb_rights_board_set(e->verifier.board, e->rights);
    else
        jb_rights_free(e->rights);
    e->rights = NULL;
    e->rights_changed = false;
}

jb_rights_board *jb_engine_rights(jb_engine *engine)
{
    return engine->verifier.board;
}

const struct jb_verifier *jb_engine_verifier(const jb_engine *engine)
{
    return &engine->verifier;
}

jb_kv *jb_engine_kv(jb_engine *engine)
{
    return engine->kv;
}

void jb_engine_welcome(jb_engine *engine, int64_t now_us, struct jb_welcome *ret)
{
    pthread_mutex_lock(&engine->tip_lock);
    const struct jb_engine_tip *tip = &engine->committed;
    *ret = (struct jb_welcome){
        .epoch = tip->head.epoch,
        .revision = tip->head.revision,
        .catalog_version = tip->catalog_version,
        .demonstration = tip->demonstration,
        .now_us = now_us,
        .program = JB_LIT("jibao-aggregator"),
    };
    memcpy(ret->store_id, engine->verifier.store_id, sizeof(ret->store_id));
    memcpy(ret->head, tip->head.hash, sizeof(ret->head));
    pthread_mutex_unlock(&engine->tip_lock);
}

jb_err jb_engine_begin(jb_engine *engine, struct jb_arena *replies)
{
    jb_assert(!engine->txn);
    engine->replies = replies;
    engine->replied = 0;
    jb_err err = jb_kv_begin_write(engine->kv, &engine->txn);
    if (err)
        return err;
    engine->pending = engine->committed;
    engine->submissions = engine->figures = 0;
    engine->contacts_changed = false;
    engine->owing_changed = false;
    return JB_OK;
}

static enum jb_finding_code denied(const struct jb_findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        enum jb_finding_code code = findings->items[i].code;
        if (code >= JB_F_NOT_SIGNED && code <= JB_F_GRANT_MISSING)
            return code;
    }
    return JB_F_NONE;
}

/* Gives what was encoded into engine->reply a life as long as the batch's. */
static jb_err keep_reply(jb_engine *e, enum jb_kind kind, struct jb_reply *ret)
{
    struct jb_slice payload = {0};
    if (!e->reply.failed)
        payload = jb_arena_copy(e->replies, jb_buf_slice(&e->reply));
    if (!payload.ptr)
        return JB_ENOMEM;
    e->replied += payload.len;
    *ret = (struct jb_reply){.kind = kind, .payload = payload, .denied = denied(&e->findings)};
    return JB_OK;
}

static jb_err reply_receipt(jb_engine *e, const struct jb_receipt *receipt, struct jb_reply *ret)
{
    jb_buf_clear(&e->reply);
    jb_wire_receipt_encode(receipt, &e->findings, &e->reply);
    jb_err err = keep_reply(e, JB_KIND_RECEIPT, ret);
    if (!err)
        ret->outcome = receipt->outcome;
    return err;
}

static jb_err reply_refused(jb_engine *e, enum jb_finding_code code, struct jb_reply *ret)
{
    jb_findings_clear(&e->findings);
    jb_findings_add(&e->findings, &(struct jb_finding){.code = code, .severity = JB_ERROR});
    jb_buf_clear(&e->reply);
    jb_wire_refused_encode(&e->findings, &e->reply);
    return keep_reply(e, JB_KIND_REFUSED, ret);
}

static jb_err reply_put_done(jb_engine *e, const struct jb_catalog_put_done *done,
                             struct jb_reply *ret)
{
    jb_buf_clear(&e->reply);
    jb_wire_catalog_put_done_encode(done, &e->findings, &e->reply);
    return keep_reply(e, JB_KIND_CATALOG_PUT_DONE, ret);
}

/* Decisions are made at the time that their entry will have. */
static jb_err set_scene(jb_engine *e, int64_t now_us, struct jb_scene *ret)
{
    const struct jb_binding *binding = NULL;
    jb_err err = jb_applier_binding(e->applier, e->txn, &binding);
    if (!err)
        err = jb_engine_see_rights(e);
    if (!err)
        *ret = (struct jb_scene){.txn = e->txn,
                                 .binding = binding,
                                 .store_id = e->verifier.store_id,
                                 .receipts = jb_applier_receipts(e->applier),
                                 .rights = e->rights,
                                 .epoch = e->pending.head.epoch,
                                 .unsigned_ok = e->unsigned_ok,
                                 .now_us = now_us > e->pending.head.at_us ? now_us
                                                                          : e->pending.head.at_us};
    return err;
}

static struct jb_key_scene scene_of_keys(const struct jb_scene *scene)
{
    return (struct jb_key_scene){.txn = scene->txn,
                                 .binding = scene->binding,
                                 .rights = scene->rights,
                                 .store_id = scene->store_id,
                                 .epoch = scene->epoch,
                                 .now_us = scene->now_us};
}

static jb_err offer_submission(jb_engine *e, const struct jb_proposal *proposal, int64_t now_us,
                               struct jb_reply *ret)
{
    struct jb_scene scene;
    struct jb_decision decision;
    struct jb_receipt *receipt = &decision.receipt;
    jb_err err = set_scene(e, now_us, &scene);
    if (!err)
        err = jb_decide_submission(&scene, proposal, &e->scratch, &decision, &e->findings);
    if (err)
        return err;
    e->submissions++;
    if (!decision.repeat)
        receipt->epoch = e->pending.head.epoch;
    if (decision.append) {
        err = jb_engine_append(e, &decision.entry, now_us);
        if (err)
            return err;
        e->figures += decision.entry.effect_count;
    }
    if (decision.append && receipt->outcome == JB_ACCEPTED) {
        receipt->revision = decision.entry.revision;
        receipt->accepted_at_us = decision.entry.at_us;
        memcpy(receipt->head, decision.entry.hash, sizeof(receipt->head));
    }
    return reply_receipt(e, receipt, ret);
}

/* The whole catalogue is here. */
static jb_err decide_upload(jb_engine *e, const struct jb_scene *scene,
                            const struct jb_envelope *envelope, const struct jb_catalog_put *put,
                            const struct jb_upload *upload, struct jb_catalog_put_done *done)
{
    struct jb_entry entry;
    jb_err err = jb_decide_catalog(scene, envelope, put, jb_buf_slice(&upload->bytes), &entry,
                                   &done->unchanged, &e->findings);
    if (err)
        return err == JB_EINVAL ? JB_OK : err; /* the findings are the answer */
    if (done->unchanged) {
        done->version = scene->binding->version;
        done->revision = scene->binding->revision;
        return JB_OK;
    }
    err = jb_engine_append(e, &entry, scene->now_us);
    if (err)
        return err;
    done->version = entry.catalog_version;
    done->revision = entry.revision;
    return JB_OK;
}

static jb_err offer_catalog(jb_engine *e, const struct jb_proposal *proposal, int64_t now_us,
                            struct jb_reply *ret)
{
    const struct jb_envelope *envelope = &proposal->envelope;
    struct jb_catalog_put put;
    struct jb_catalog_put_done done = {0};
    struct jb_upload *whole = NULL;
    struct jb_scene scene;
    jb_err err = set_scene(e, now_us, &scene);
    if (err)
        return err;
    if (!jb_decide_catalog_part(&scene, proposal, &e->findings))
        return reply_put_done(e, &done, ret);
    err = jb_wire_catalog_put_decode(envelope->payload, &e->scratch, &put);
    if (err) {
        enum jb_finding_code code = err == JB_EVERSION ? JB_F_UNKNOWN_FIELDS
                                    : err == JB_EINVAL ? JB_F_MALFORMED
                                                       : JB_F_TOO_LARGE;
        jb_findings_add(&e->findings, &(struct jb_finding){.code = code, .severity = JB_ERROR});
        return reply_put_done(e, &done, ret);
    }
    err = jb_uploads_take(&e->uploads, proposal->connection, &put, now_us, &done.next_offset,
                          &whole, &e->findings);
    if (err && err != JB_EINVAL)
        return err;
    if (whole) {
        err = decide_upload(e, &scene, envelope, &put, whole, &done);
        jb_upload_drop(whole);
        if (err)
            return err;
    }
    return reply_put_done(e, &done, ret);
}

static jb_err offer_key_change(jb_engine *e, const struct jb_proposal *proposal, int64_t now_us,
                               struct jb_reply *ret)
{
    struct jb_scene scene;
    struct jb_key_decision decision;
    jb_err err = set_scene(e, now_us, &scene);
    if (err)
        return err;
    const struct jb_key_scene key_scene = scene_of_keys(&scene);
    err =
        jb_decide_key_change(&key_scene, &proposal->envelope, &e->scratch, &decision, &e->findings);
    if (!err && decision.append) {
        err = jb_engine_append(e, &decision.entry, now_us);
        decision.done.revision = decision.entry.revision;
        memcpy(decision.done.head, decision.entry.hash, sizeof(decision.done.head));
    }
    if (err)
        return err;
    e->submissions++;
    jb_buf_clear(&e->reply);
    jb_wire_key_change_done_encode(&decision.done, &e->findings, &e->reply);
    return keep_reply(e, JB_KIND_KEY_CHANGE_DONE, ret);
}

static jb_err offer_act(jb_engine *e, const struct jb_proposal *proposal, int64_t now_us,
                        struct jb_reply *ret)
{
    struct jb_scene scene;
    struct jb_act_decision decision;
    jb_err err = set_scene(e, now_us, &scene);
    if (err)
        return err;
    const struct jb_key_scene act_scene = scene_of_keys(&scene);
    err = jb_decide_act(&act_scene, &proposal->envelope, &e->scratch, &decision, &e->findings);
    if (!err && decision.append) {
        err = jb_engine_append(e, &decision.entry, now_us);
        decision.done.revision = decision.entry.revision;
        decision.done.release = decision.entry.act.release;
        memcpy(decision.done.head, decision.entry.hash, sizeof(decision.done.head));
    }
    if (err)
        return err;
    e->submissions++;
    jb_buf_clear(&e->reply);
    jb_wire_act_done_encode(&decision.done, &e->findings, &e->reply);
    return keep_reply(e, JB_KIND_ACT_DONE, ret);
}

static jb_err offer_contacts(jb_engine *e, const struct jb_proposal *proposal, int64_t now_us,
                             struct jb_reply *ret)
{
    struct jb_scene scene;
    struct jb_contacts_put_done done = {0};
    jb_err err = set_scene(e, now_us, &scene);
    if (!err)
        err = jb_decide_contacts(&scene, &proposal->envelope, &e->scratch, &done,
                                 &e->contacts_changed, &e->findings);
    if (err)
        return err;
    e->submissions++;
    jb_buf_clear(&e->reply);
    jb_wire_contacts_put_done_encode(&done, &e->findings, &e->reply);
    return keep_reply(e, JB_KIND_CONTACTS_PUT_DONE, ret);
}

static jb_err offer_hello(jb_engine *e, int64_t now_us, struct jb_reply *ret)
{
    struct jb_welcome welcome;
    jb_engine_welcome(e, now_us, &welcome);
    jb_buf_clear(&e->reply);
    jb_wire_welcome_encode(&welcome, &e->reply);
    return keep_reply(e, JB_KIND_WELCOME, ret);
}

jb_err jb_engine_offer(jb_engine *engine, const struct jb_proposal *proposal, int64_t now_us,
                       struct jb_reply *ret)
{
    jb_assert(engine->txn && engine->replies);
    jb_arena_clear(&engine->scratch);
    jb_findings_clear(&engine->findings);
    if (proposal->envelope.kind == JB_KIND_SUBMIT)
        return offer_submission(engine, proposal, now_us, ret);
    if (proposal->envelope.kind == JB_KIND_CATALOG_PUT)
        return offer_catalog(engine, proposal, now_us, ret);
    if (proposal->envelope.kind == JB_KIND_KEY_CHANGE)
        return offer_key_change(engine, proposal, now_us, ret);
    if (proposal->envelope.kind == JB_KIND_ACT)
        return offer_act(engine, proposal, now_us, ret);
    if (proposal->envelope.kind == JB_KIND_CONTACTS_PUT)
        return offer_contacts(engine, proposal, now_us, ret);
    if (proposal->envelope.kind == JB_KIND_HELLO)
        return offer_hello(engine, now_us, ret);
    return reply_refused(engine, JB_F_UNSUPPORTED, ret);
}

bool jb_engine_full(const jb_engine *engine)
{
    return engine->submissions >= JB_BATCH_SUBMISSIONS_MAX ||
           engine->figures >= JB_BATCH_FIGURES_MAX || engine->replied >= REPLIES_BYTES_FULL;
}

void jb_engine_abort(jb_engine *engine)
{
    if (!engine->txn)
        return;
    jb_kv_abort(&engine->txn);
    end_rights(engine, false);
    /* The applier may have seen a catalogue, and receipts, that are now gone. */
    if (engine->pending.catalog_version != engine->committed.catalog_version)
        jb_applier_reset(engine->applier);
    if (engine->pending.head.revision != engine->committed.head.revision)
        jb_receipts_forget(jb_applier_receipts(engine->applier));
    engine->pending = engine->committed;
}

jb_err jb_engine_commit(jb_engine *engine, bool *ret_head_moved)
{
    jb_assert(engine->txn);
    bool moved = engine->pending.head.revision != engine->committed.head.revision ||
                 engine->contacts_changed;
    if (!moved) { /* nothing to make durable: no fsync */
        jb_engine_abort(engine);
        *ret_head_moved = false;
        return JB_OK;
    }
    jb_err err = jb_engine_see_rights(engine); /* what cannot be read must not be made to last */
    if (!err)
        err = jb_kv_commit(&engine->txn);
    if (err) {
        jb_kv_abort(&engine->txn);
        end_rights(engine, false);
        jb_applier_reset(engine->applier);
        engine->pending = engine->committed;
        return err;
    }
    end_rights(engine, true);
    pthread_mutex_lock(&engine->tip_lock);
    engine->committed = engine->pending;
    pthread_mutex_unlock(&engine->tip_lock);
    if (engine->owing_changed)
        engine->look_due_at_us = 0;
    *ret_head_moved = true;
    return JB_OK;
}

static void try_later_receipt(jb_engine *e, const struct jb_proposal *proposal)
{
    struct jb_receipt receipt = {.outcome = JB_TRY_LATER, .epoch = e->committed.head.epoch};
    memcpy(receipt.store_id, e->verifier.store_id, sizeof(receipt.store_id));
    if (!proposal->fault) {
        receipt.submission_id = proposal->submission.id;
        receipt.unit = proposal->submission.unit;
    }
    jb_wire_receipt_encode(&receipt, &e->findings, &e->reply);
}

void jb_engine_try_later(jb_engine *engine, const struct jb_proposal *proposal,
                         struct jb_reply *ret)
{
    struct jb_catalog_put_done done = {0}; /* from the beginning: the parts are gone */
    struct jb_key_change_done change = {0};
    struct jb_act_done act = {0};
    struct jb_contacts_put_done contacts = {0};
    enum jb_kind kind = JB_KIND_REFUSED;
    jb_findings_clear(&engine->findings);
    jb_findings_add(&engine->findings,
                    &(struct jb_finding){.code = JB_F_TRY_LATER, .severity = JB_ERROR});
    jb_buf_clear(&engine->reply);
    if (proposal->envelope.kind == JB_KIND_SUBMIT) {
        kind = JB_KIND_RECEIPT;
        try_later_receipt(engine, proposal);
    } else if (proposal->envelope.kind == JB_KIND_CATALOG_PUT) {
        kind = JB_KIND_CATALOG_PUT_DONE;
        jb_wire_catalog_put_done_encode(&done, &engine->findings, &engine->reply);
    } else if (proposal->envelope.kind == JB_KIND_KEY_CHANGE) {
        kind = JB_KIND_KEY_CHANGE_DONE;
        jb_wire_key_change_done_encode(&change, &engine->findings, &engine->reply);
    } else if (proposal->envelope.kind == JB_KIND_ACT) {
        kind = JB_KIND_ACT_DONE;
        jb_wire_act_done_encode(&act, &engine->findings, &engine->reply);
    } else if (proposal->envelope.kind == JB_KIND_CONTACTS_PUT) {
        kind = JB_KIND_CONTACTS_PUT_DONE;
        jb_wire_contacts_put_done_encode(&contacts, &engine->findings, &engine->reply);
    } else {
        jb_wire_refused_encode(&engine->findings, &engine->reply);
    }
    if (keep_reply(engine, kind, ret)) /* no memory: the kind alone says enough to try again */
        *ret = (struct jb_reply){.kind = JB_KIND_REFUSED};
}

void jb_engine_refuse(jb_engine *engine, enum jb_finding_code code, struct jb_reply *ret)
{
    if (reply_refused(engine, code, ret))
        *ret = (struct jb_reply){.kind = JB_KIND_REFUSED};
}
