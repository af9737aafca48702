/* Opens a desk, finds the handler of a question and turns refusals and failures into answers. */
#include "desk.h"

#include "head_sign.h"
#include "ledger.h"
#include "lookup.h"
#include "net/wire_catalog.h"
#include "snapshot.h"

#define ARENA_BYTES_MAX (64 * 1024 * 1024)
#define PLAN_BYTES_MAX (16 * 1024 * 1024)
/* An answer's payload: a page, one row of which may hold a text, or a part of a catalogue. */
#define PAYLOAD_BYTES_MAX (JB_MESSAGE_BYTES_MAX - 256)

/* Who may ask, beside being allowed to connect. What is then answered is the handler's matter. */
enum need {
    NEED_NOTHING,
    NEED_AUDIT,
    NEED_AUDIT_OR_SECURITY,
};

struct handler {
    uint32_t question, answer;
    jb_err (*run)(struct jb_desk *desk, struct jb_slice payload); /* NULL: the worker's own */
    enum need need;
};

static const struct handler handlers[] = {
    {JB_KIND_QUERY, JB_KIND_ANSWER, jb_answer_query, NEED_NOTHING},
    {JB_KIND_HELLO, JB_KIND_WELCOME, jb_answer_hello, NEED_NOTHING},
    {JB_KIND_FILING, JB_KIND_FILING_ANSWER, jb_answer_filing, NEED_NOTHING},
    {JB_KIND_STATUS, JB_KIND_STATUS_ANSWER, jb_answer_status, NEED_NOTHING},
    {JB_KIND_HISTORY, JB_KIND_HISTORY_ANSWER, jb_answer_history, NEED_NOTHING},
    {JB_KIND_EXPLAIN, JB_KIND_EXPLAIN_ANSWER, jb_answer_explain, NEED_NOTHING},
    {JB_KIND_CATALOG_GET, JB_KIND_CATALOG_PART, jb_answer_catalog, NEED_NOTHING},
    {JB_KIND_PERIODS, JB_KIND_PERIODS_ANSWER, jb_answer_periods, NEED_NOTHING},
    {JB_KIND_RELEASES, JB_KIND_RELEASES_ANSWER, jb_answer_releases, NEED_NOTHING},
    {JB_KIND_DIFF, JB_KIND_DIFF_ANSWER, jb_answer_diff, NEED_NOTHING},
    {JB_KIND_NOTICES, JB_KIND_NOTICES_ANSWER, jb_answer_notices, NEED_NOTHING},
    {JB_KIND_KEYS, JB_KIND_KEYS_ANSWER, jb_answer_keys, NEED_NOTHING},
    {JB_KIND_CONTACTS, JB_KIND_CONTACTS_ANSWER, jb_answer_contacts, NEED_NOTHING},
    {JB_KIND_AUDIT, JB_KIND_AUDIT_ANSWER, jb_answer_audit, NEED_AUDIT},
    {JB_KIND_PROOF, JB_KIND_PROOF_ANSWER, jb_answer_proof, NEED_NOTHING},
    {JB_KIND_VERIFY, JB_KIND_VERIFY_ANSWER, NULL, NEED_AUDIT_OR_SECURITY},
};

void jb_desk_open(struct jb_desk *desk, jb_kv *kv, jb_shelf *shelf, struct jb_commits *commits,
                  bool patient)
{
    *desk = (struct jb_desk){.patient = patient, .source = jb_source_new()};
    jb_view_open(&desk->view, kv, shelf, commits);
    jb_arena_init(&desk->arena, ARENA_BYTES_MAX);
    jb_arena_init(&desk->plan_arena, PLAN_BYTES_MAX);
    jb_findings_init(&desk->findings);
    jb_buf_init(&desk->payload, PAYLOAD_BYTES_MAX);
}

void jb_desk_close(struct jb_desk *desk)
{
    jb_asker_clear(&desk->asker);
    jb_source_free(desk->source);
    jb_arena_free(&desk->arena);
    jb_arena_free(&desk->plan_arena);
    jb_findings_free(&desk->findings);
    jb_buf_free(&desk->payload);
    jb_view_close(&desk->view);
}

static void encode_refusal(struct jb_desk *desk, uint32_t *ret_kind)
{
    jb_buf_clear(&desk->payload);
    jb_wire_refused_encode(&desk->findings, &desk->payload);
    if (desk->payload.failed) /* more findings than fit: the kind alone says it was refused */
        jb_buf_clear(&desk->payload);
    *ret_kind = JB_KIND_REFUSED;
}

void jb_desk_refuse(struct jb_desk *desk, enum jb_finding_code code, uint32_t *ret_kind)
{
    jb_findings_clear(&desk->findings);
    jb_lookup_refuse(&desk->findings, code, (struct jb_slice){0}, "");
    encode_refusal(desk, ret_kind);
}

bool jb_desk_affords(const struct jb_desk *desk, uint64_t cost)
{
    return desk->patient || cost <= JB_DESK_WORK_MAX;
}

jb_err jb_desk_need_catalog(struct jb_desk *desk)
{
    if (desk->view.binding)
        return JB_OK;
    jb_lookup_refuse(&desk->findings, JB_F_NO_CATALOG, (struct jb_slice){0}, "");
    return JB_EINVAL;
}

jb_err jb_desk_scope(struct jb_desk *desk, uint64_t as_of, struct jb_desk_scope *ret)
{
    struct jb_view *view = &desk->view;
    struct jb_desk_scope scope = {.snapshot = view->snapshot};
    struct jb_query asked = {.as_of_revision = as_of};
    uint32_t version = view->snapshot.catalog_version;
    jb_err err = jb_query_revision(view->txn, &asked, view->snapshot.revision, &scope.as_of,
                                   &desk->findings);
    if (!err && scope.as_of) {
        err = jb_store_catalog_at(view->txn, scope.as_of, &version);
        if (err == JB_ENOTFOUND)
            version = 0;
        else if (!err)
            err = jb_snapshot_read(view->txn, scope.as_of, version, &scope.snapshot);
    }
    if ((!err || err == JB_ENOTFOUND) && !version) {
        jb_lookup_refuse(&desk->findings, scope.as_of ? JB_F_QUERY_TOO_EARLY : JB_F_NO_CATALOG,
                         (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    if (!err)
        err = jb_shelf_get(view->shelf, view->txn, version, &scope.binding);
    if (err)
        return err;
    jb_source_set(desk->source, view->txn, scope.binding, view->snapshot.revision, scope.as_of);
    *ret = scope;
    return JB_OK;
}

void jb_desk_look(struct jb_desk *desk, const struct jb_desk_scope *scope,
                  struct jb_viewpoint viewpoint)
{
    jb_source_set_view(desk->source, desk->view.txn, scope->binding, desk->view.snapshot.revision,
                       scope->as_of, viewpoint);
}

void jb_desk_release(struct jb_desk *desk, struct jb_desk_scope *scope)
{
    jb_shelf_put(desk->view.shelf, scope->binding);
    scope->binding = NULL;
}

jb_err jb_answer_hello(struct jb_desk *desk, struct jb_slice payload)
{
    const struct jb_view *view = &desk->view;
    struct jb_welcome welcome = {
        .epoch = view->snapshot.epoch,
        .revision = view->snapshot.revision,
        .catalog_version = view->snapshot.catalog_version,
        .demonstration = view->binding && view->binding->view->demonstration,
        .now_us = desk->now_us,
        .program = JB_LIT("jibao-aggregator"),
    };
    memcpy(welcome.store_id, view->snapshot.store_id, sizeof(welcome.store_id));
    memcpy(welcome.head, view->head, sizeof(welcome.head));
    jb_wire_welcome_encode(&welcome, &desk->payload);
    (void)payload;
    return JB_OK;
}

jb_err jb_answer_catalog(struct jb_desk *desk, struct jb_slice payload)
{
    struct jb_catalog_get get;
    struct jb_catalog_part part = {0};
    struct jb_slice bytes;
    struct jb_entry entry;
    jb_kv_txn *txn = desk->view.txn;
    jb_err err = jb_wire_catalog_get_decode(payload, &desk->arena, &get);
    if (err) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    memcpy(part.store_id, desk->view.snapshot.store_id, sizeof(part.store_id));
    err = jb_store_catalog(txn, get.version, &part.version, &part.revision, part.hash);
    if (!err)
        err = jb_store_entry(txn, part.revision, &bytes);
    if (!err)
        err = jb_entry_decode(bytes, NULL, 0, &entry);
    if (!err) {
        size_t size = entry.payload.len;
        size_t from = get.offset < size ? (size_t)get.offset : size;
        size_t len =
            size - from < JB_CATALOG_PART_BYTES_MAX ? size - from : JB_CATALOG_PART_BYTES_MAX;
        part.size = size;
        part.offset = from;
        part.bytes = jb_slice_of(entry.payload.ptr + from, len);
    } else if (err == JB_ENOTFOUND && get.version) {
        jb_lookup_refuse(&desk->findings, JB_F_CATALOG_UNKNOWN, (struct jb_slice){0}, "");
        return JB_EINVAL;
    } else if (err != JB_ENOTFOUND) {
        return err;
    }
    jb_wire_catalog_part_encode(&part, &desk->payload);
    return JB_OK;
}

static const struct handler *handler_of(uint32_t kind)
{
    for (size_t i = 0; i < JB_COUNT(handlers); i++) {
        if (handlers[i].question == kind)
            return &handlers[i];
    }
    return NULL;
}

static bool has_needed(const struct jb_asker *asker, enum need need)
{
    switch (need) {
    case NEED_AUDIT:
        return jb_asker_has_role(asker, JB_ROLE_AUDIT);
    case NEED_AUDIT_OR_SECURITY:
        return jb_asker_has_role(asker, JB_ROLE_AUDIT) ||
               jb_asker_has_role(asker, JB_ROLE_SECURITY);
    case NEED_NOTHING:
        break;
    }
    return true;
}

bool jb_desk_admits(struct jb_desk *desk, uint32_t kind)
{
    const struct handler *handler = handler_of(kind);
    enum jb_finding_code why = jb_asker_trouble(&desk->asker);
    if (!why && handler && !has_needed(&desk->asker, handler->need)) {
        jb_lookup_refuse(&desk->findings, JB_F_GRANT_MISSING, (struct jb_slice){0},
                         handler->need == NEED_AUDIT ? "audit" : "audit, security");
        return false;
    }
    if (why)
        jb_lookup_refuse(&desk->findings, why, (struct jb_slice){0}, "");
    return !why;
}

jb_err jb_desk_need_unit(struct jb_desk *desk, const struct jb_binding *binding, uint32_t unit)
{
    const struct jb_reach *reach;
    jb_err err = jb_asker_reach(&desk->asker, binding, &reach);
    if (err || jb_reach_unit(reach, unit))
        return err;
    jb_reach_refuse(&desk->findings, binding->view->units[unit].code);
    return JB_EINVAL;
}

jb_err jb_desk_answer(struct jb_desk *desk, const struct jb_envelope *question, uint32_t *ret_kind)
{
    const struct handler *handler = handler_of(question->kind);
    jb_arena_clear(&desk->arena);
    jb_arena_clear(&desk->plan_arena);
    jb_findings_clear(&desk->findings);
    jb_buf_clear(&desk->payload);
    if (!jb_desk_admits(desk, question->kind)) {
        encode_refusal(desk, ret_kind);
        return JB_OK;
    }
    if (!handler || !handler->run) {
        jb_desk_refuse(desk, JB_F_UNSUPPORTED, ret_kind);
        return JB_OK;
    }
    jb_err err = jb_view_take(&desk->view);
    if (!err)
        err = handler->run(desk, question->payload);
    if (!err && desk->payload.failed)
        err = JB_ENOMEM;
    if (err == JB_EINVAL) {
        encode_refusal(desk, ret_kind);
        return JB_OK;
    }
    if (err == JB_ENOMEM || err == JB_ERANGE) {
        jb_desk_refuse(desk, JB_F_QUERY_TOO_MANY, ret_kind);
        return JB_OK;
    }
    if (!err)
        *ret_kind = handler->answer;
    return err;
}
