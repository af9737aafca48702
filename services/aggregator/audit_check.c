/* One line after the other; the file need not fit into memory, but each entry must. */
#include "audit_check.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "birth.h"
#include "chain.h"
#include "decide.h"
#include "decide_act.h"
#include "decide_due.h"
#include "decide_key.h"
#include "net/proof.h"

#define LINE_BYTES_MAX ((size_t)2 * JB_CATALOG_BYTES_MAX)
#define ENTRY_BYTES_MAX (JB_CATALOG_BYTES_MAX + 1024 * 1024)
#define ARENA_BYTES_MAX ((size_t)2 * JB_CATALOG_BYTES_MAX)
#define SCRATCH_BATCH 1024 /* entries in one transaction */

struct check {
    jb_kv *kv;
    jb_kv_txn *txn;
    jb_applier *applier;
    struct jb_chain chain;
    struct jb_verifier verifier;
    jb_rights *rights;
    struct jb_arena arena; /* of one entry */
    struct jb_buf stripped, payload, entry, again, due;
    struct jb_entry_effect *effects;
    int64_t previous_at_us;
    bool has_head;
    struct jb_findings *findings;
    struct jb_audit_report *report;
};

/* The first trouble is the one that is told. */
static jb_err wrong(struct check *c, uint64_t revision, const char *why)
{
    c->report->at = revision;
    c->report->why = why;
    return JB_EINVAL;
}

static bool take_base64(const json_t *line, const char *name, struct jb_buf *out)
{
    const json_t *text = json_object_get(line, name);
    size_t len = 0;
    jb_buf_clear(out);
    if (!json_is_string(text))
        return false;
    size_t room = json_string_length(text) / 4 * 3 + 3;
    uint8_t *bytes = malloc(room);
    bool good =
        bytes && sodium_base642bin(bytes, room, json_string_value(text), json_string_length(text),
                                   NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
    if (good)
        jb_buf_put(out, bytes, len);
    free(bytes);
    return good && !out->failed;
}

static bool take_hex(const json_t *object, const char *name, uint8_t *bytes, size_t size)
{
    const json_t *text = json_object_get(object, name);
    size_t len = 0;
    return json_is_string(text) &&
           sodium_hex2bin(bytes, size, json_string_value(text), json_string_length(text), NULL,
                          &len, NULL) == 0 &&
           len == size;
}

static bool take_head(const json_t *object, struct jb_signed_head *ret)
{
    struct jb_signed_head head = {
        .epoch = (uint32_t)json_integer_value(json_object_get(object, "epoch")),
        .revision = (uint64_t)json_integer_value(json_object_get(object, "revision")),
        .at_us = json_integer_value(json_object_get(object, "at_us")),
    };
    if (!take_hex(object, "store_id", head.store_id, sizeof(head.store_id)) ||
        !take_hex(object, "head", head.head, sizeof(head.head)) ||
        !take_hex(object, "server", head.server.bytes, sizeof(head.server.bytes)) ||
        !take_hex(object, "signature", head.signature, sizeof(head.signature)))
        return false;
    *ret = head;
    return true;
}

static jb_err check_head(struct check *c, const json_t *object, const struct jb_public_key *server)
{
    struct jb_signed_head *head = &c->report->head;
    if (!take_head(object, head))
        return wrong(c, 0, N_("the signed head cannot be read"));
    if (!jb_head_good(head, server, c->verifier.store_id))
        return wrong(c, 0, N_("the head is not signed by that server key for this store"));
    if (head->revision != c->chain.revision ||
        memcmp(head->head, c->chain.last, sizeof(head->head)) != 0)
        return wrong(c, 0, N_("the entries do not lead to the signed head"));
    c->has_head = true;
    return JB_OK;
}

static jb_err see_rights(struct check *c)
{
    jb_rights *rights = NULL;
    jb_err err = jb_rights_load(c->txn, &rights);
    if (err)
        return err;
    if (c->verifier.board)
        jb_rights_board_set(c->verifier.board, rights);
    else
        c->verifier.board = jb_rights_board_new(rights);
    jb_rights_free(c->rights);
    c->rights = jb_rights_board_get(c->verifier.board);
    return JB_OK;
}

static jb_err scene_of(struct check *c, const struct jb_entry *entry, struct jb_scene *ret)
{
    const struct jb_binding *binding = NULL;
    jb_err err = jb_applier_binding(c->applier, c->txn, &binding);
    if (!err && !c->rights)
        err = see_rights(c);
    if (!err)
        *ret = (struct jb_scene){.txn = c->txn,
                                 .binding = binding,
                                 .store_id = c->verifier.store_id,
                                 .receipts = jb_applier_receipts(c->applier),
                                 .rights = c->rights,
                                 .epoch = entry->epoch,
                                 .now_us = entry->at_us};
    return err;
}

static struct jb_envelope envelope_of(const struct check *c, const struct jb_entry *entry,
                                      enum jb_kind kind, struct jb_slice payload)
{
    return (struct jb_envelope){.kind = kind,
                                .store_id =
                                    jb_slice_of(c->verifier.store_id, sizeof(c->verifier.store_id)),
                                .payload = payload,
                                .signer = entry->signer,
                                .signature = entry->signature};
}

static jb_err again_submission(struct check *c, const struct jb_entry *entry,
                               const struct jb_scene *scene, struct jb_entry *ret, bool *ret_append)
{
    struct jb_envelope envelope = envelope_of(c, entry, JB_KIND_SUBMIT, entry->payload);
    struct jb_proposal proposal;
    struct jb_decision decision;
    jb_proposal_read(&envelope, 0, &c->verifier, &c->arena, &proposal);
    jb_err err = jb_decide_submission(scene, &proposal, &c->arena, &decision, c->findings);
    *ret_append = !err && decision.append;
    if (*ret_append)
        *ret = decision.entry;
    return err;
}

static jb_err again_catalog(struct check *c, const struct jb_entry *entry,
                            const struct jb_scene *scene, struct jb_entry *ret, bool *ret_append)
{
    struct jb_catalog_put put;
    struct jb_proposal proposal;
    struct jb_buf bytes;
    bool unchanged = false;
    *ret_append = false;
    jb_buf_init(&bytes, JB_MESSAGE_BYTES_MAX);
    jb_catalog_put_last(entry->payload, entry->author, entry->reason, entry->catalog_version - 1,
                        entry->epoch, &put);
    jb_wire_catalog_put_encode(&put, &bytes);
    struct jb_envelope envelope =
        envelope_of(c, entry, JB_KIND_CATALOG_PUT, jb_arena_copy(&c->arena, jb_buf_slice(&bytes)));
    jb_buf_free(&bytes);
    if (!envelope.payload.ptr)
        return JB_ENOMEM;
    jb_proposal_read(&envelope, 0, &c->verifier, &c->arena, &proposal);
    if (!jb_decide_catalog_part(scene, &proposal, c->findings))
        return JB_OK;
    jb_err err =
        jb_decide_catalog(scene, &envelope, &put, entry->payload, ret, &unchanged, c->findings);
    *ret_append = !err && !unchanged;
    return err == JB_EINVAL ? JB_OK : err;
}

static jb_err again_change(struct check *c, const struct jb_entry *entry,
                           const struct jb_scene *scene, struct jb_entry *ret, bool *ret_append)
{
    const struct jb_key_scene key_scene = {.txn = scene->txn,
                                           .binding = scene->binding,
                                           .rights = scene->rights,
                                           .store_id = scene->store_id,
                                           .epoch = entry->epoch,
                                           .now_us = scene->now_us};
    struct jb_envelope envelope = envelope_of(c, entry, JB_KIND_KEY_CHANGE, entry->payload);
    struct jb_key_decision decision;
    if (entry->birth) { /* apply checks its place */
        *ret = *entry;
        *ret_append = true;
        return JB_OK;
    }
    jb_err err = jb_decide_key_change(&key_scene, &envelope, &c->arena, &decision, c->findings);
    *ret_append = !err && decision.append;
    if (*ret_append)
        *ret = decision.entry;
    return err;
}

static jb_err again_act(struct check *c, const struct jb_entry *entry, const struct jb_scene *scene,
                        struct jb_entry *ret, bool *ret_append)
{
    const struct jb_key_scene act_scene = {.txn = scene->txn,
                                           .binding = scene->binding,
                                           .rights = scene->rights,
                                           .store_id = scene->store_id,
                                           .epoch = entry->epoch,
                                           .now_us = scene->now_us};
    struct jb_envelope envelope = envelope_of(c, entry, JB_KIND_ACT, entry->payload);
    struct jb_act_decision decision;
    jb_err err = jb_decide_act(&act_scene, &envelope, &c->arena, &decision, c->findings);
    *ret_append = !err && decision.append;
    if (*ret_append)
        *ret = decision.entry;
    return err;
}

/* What the days said is nobody's word: it is decided again, at the moment that it bears. */
static jb_err again_due(struct check *c, const struct jb_entry *entry, struct jb_entry *ret,
                        bool *ret_append)
{
    struct jb_scene scene;
    jb_err err = scene_of(c, entry, &scene);
    return err ? err
               : jb_decide_due(scene.txn, scene.binding, entry->said_at_us, &c->due, ret,
                               ret_append);
}

/* What the aggregator had to write for what was sent. */
static jb_err decide_again(struct check *c, const struct jb_entry *entry, struct jb_entry *ret,
                           bool *ret_append)
{
    struct jb_scene scene;
    jb_err err;
    switch (entry->kind) {
    case JB_ENTRY_GENESIS:
    case JB_ENTRY_EPOCH:
        *ret = *entry;
        *ret_append = true;
        return JB_OK;
    case JB_ENTRY_CATALOG:
        err = scene_of(c, entry, &scene);
        return err ? err : again_catalog(c, entry, &scene, ret, ret_append);
    case JB_ENTRY_SUBMISSION:
    case JB_ENTRY_CONFLICT:
        err = scene_of(c, entry, &scene);
        return err ? err : again_submission(c, entry, &scene, ret, ret_append);
    case JB_ENTRY_KEY:
        err = scene_of(c, entry, &scene);
        return err ? err : again_change(c, entry, &scene, ret, ret_append);
    case JB_ENTRY_ACT:
        err = scene_of(c, entry, &scene);
        return err ? err : again_act(c, entry, &scene, ret, ret_append);
    case JB_ENTRY_DUE:
        return again_due(c, entry, ret, ret_append);
    }
    return JB_EDAMAGED;
}

static jb_err check_decision(struct check *c, const struct jb_entry *entry)
{
    struct jb_entry made = {0};
    bool append = false;
    jb_findings_clear(c->findings);
    jb_err err = decide_again(c, entry, &made, &append);
    if (err)
        return err;
    if (!append)
        return wrong(c, entry->revision, N_("it may not stand in the ledger"));
    made.revision = entry->revision;
    made.at_us = entry->at_us;
    made.epoch = entry->epoch;
    memcpy(made.previous_hash, entry->previous_hash, sizeof(made.previous_hash));
    memcpy(made.skip_hash, entry->skip_hash, sizeof(made.skip_hash));
    jb_buf_clear(&c->again);
    jb_entry_encode(&made, &c->again);
    if (c->again.failed || !jb_slice_eq(jb_buf_slice(&c->again), jb_buf_slice(&c->entry)))
        return wrong(c, entry->revision, N_("it does not say what was signed"));
    return JB_OK;
}

static jb_err check_links(struct check *c, const struct jb_entry *entry)
{
    struct jb_entry linked;
    jb_chain_link(&c->chain, &linked);
    if (entry->revision != c->chain.revision + 1 || entry->at_us < c->previous_at_us ||
        (entry->revision == 1) != (entry->kind == JB_ENTRY_GENESIS) ||
        memcmp(entry->previous_hash, linked.previous_hash, sizeof(linked.previous_hash)) != 0 ||
        memcmp(entry->skip_hash, linked.skip_hash, sizeof(linked.skip_hash)) != 0)
        return wrong(c, c->chain.revision + 1, N_("the entry does not follow those before"));
    jb_chain_add(&c->chain, entry);
    c->previous_at_us = entry->at_us;
    if (entry->kind == JB_ENTRY_GENESIS)
        memcpy(c->verifier.store_id, entry->store_id, sizeof(entry->store_id));
    return JB_OK;
}

static jb_err read_entry(struct check *c, const json_t *line, struct jb_entry *ret)
{
    uint64_t revision = c->chain.revision + 1;
    if (!take_base64(line, "entry", &c->stripped))
        return wrong(c, revision, N_("the line cannot be read"));
    jb_buf_clear(&c->entry);
    if (json_object_get(line, "payload")) {
        if (!take_base64(line, "payload", &c->payload) ||
            jb_entry_join(jb_buf_slice(&c->stripped), jb_buf_slice(&c->payload), &c->entry))
            return wrong(c, revision, N_("the line cannot be read"));
    } else {
        jb_buf_put(&c->entry, c->stripped.ptr, c->stripped.len);
    }
    if (c->entry.failed ||
        jb_entry_decode(jb_buf_slice(&c->entry), c->effects, JB_SUBMISSION_ROWS_MAX, ret))
        return wrong(c, revision, N_("the entry cannot be read, or is not what its hash says"));
    return JB_OK;
}

static jb_err check_entry(struct check *c, const json_t *line)
{
    struct jb_entry entry;
    jb_err err = read_entry(c, line, &entry);
    if (!err)
        err = check_links(c, &entry);
    if (!err && !c->txn)
        err = jb_kv_begin_write(c->kv, &c->txn);
    jb_arena_clear(&c->arena);
    if (!err)
        err = check_decision(c, &entry);
    if (!err)
        err = jb_store_append_entry(c->txn, entry.revision, jb_buf_slice(&c->entry));
    if (!err && jb_apply(c->applier, c->txn, &entry, false))
        err = wrong(c, entry.revision, N_("the entry cannot be applied"));
    if (!err && entry.kind == JB_ENTRY_KEY)
        err = see_rights(c);
    c->report->entries = c->chain.revision;
    if (!err && entry.revision % SCRATCH_BATCH == 0)
        err = jb_kv_commit(&c->txn);
    return err;
}

static jb_err check_line(struct check *c, const char *text, size_t len,
                         const struct jb_public_key *server)
{
    json_t *line = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    const json_t *head = json_object_get(line, "head");
    jb_err err;
    if (!line || c->has_head)
        err = wrong(c, c->chain.revision + 1, N_("the line cannot be read"));
    else
        err = head ? check_head(c, head, server) : check_entry(c, line);
    json_decref(line);
    return err;
}

static jb_err check_file(struct check *c, FILE *file, const struct jb_public_key *server)
{
    char *text = NULL;
    size_t size = 0;
    ssize_t len;
    jb_err err = JB_OK;
    while (!err && (len = getline(&text, &size, file)) > 0) {
        if ((size_t)len > LINE_BYTES_MAX)
            err = wrong(c, c->chain.revision + 1, N_("the line cannot be read"));
        else
            err = check_line(c, text, (size_t)len, server);
    }
    free(text);
    if (!err && ferror(file))
        err = JB_EIO;
    if (!err && !c->has_head)
        err = wrong(c, 0, N_("the file has no signed head: it was cut off"));
    return err;
}

static jb_err open_check(struct check *c, const char *scratch_dir)
{
    jb_kv_remove(scratch_dir);
    jb_arena_init(&c->arena, ARENA_BYTES_MAX);
    jb_buf_init(&c->stripped, ENTRY_BYTES_MAX);
    jb_buf_init(&c->payload, JB_CATALOG_BYTES_MAX);
    jb_buf_init(&c->entry, ENTRY_BYTES_MAX);
    jb_buf_init(&c->again, ENTRY_BYTES_MAX);
    jb_buf_init(&c->due, ENTRY_BYTES_MAX);
    c->effects = calloc(JB_SUBMISSION_ROWS_MAX, sizeof(*c->effects));
    jb_err err = c->effects ? jb_applier_new(&c->applier) : JB_ENOMEM;
    return err ? err : jb_store_open(scratch_dir, 0, 0, true, false, true, &c->kv);
}

static void close_check(struct check *c, const char *scratch_dir)
{
    jb_kv_abort(&c->txn);
    jb_applier_free(c->applier);
    jb_kv_close(c->kv);
    jb_rights_free(c->rights);
    if (c->verifier.board)
        jb_rights_board_free(c->verifier.board);
    free(c->effects);
    jb_buf_free(&c->stripped);
    jb_buf_free(&c->payload);
    jb_buf_free(&c->entry);
    jb_buf_free(&c->again);
    jb_buf_free(&c->due);
    jb_arena_free(&c->arena);
    jb_kv_remove(scratch_dir);
}

jb_err jb_audit_check(FILE *file, const struct jb_public_key *server, const char *scratch_dir,
                      struct jb_audit_report *ret, struct jb_findings *findings)
{
    struct jb_audit_report report = {0};
    struct check c = {.previous_at_us = INT64_MIN, .findings = findings, .report = &report};
    jb_err err = open_check(&c, scratch_dir);
    if (!err)
        err = check_file(&c, file, server);
    close_check(&c, scratch_dir);
    report.good = !err;
    if (err && !report.why)
        return err;
    *ret = report;
    return JB_OK;
}
