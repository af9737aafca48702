/* Decides about a whole catalogue: whether it can be read, and whether it may follow the one in
 * force. It may not change what stored figures mean, so the store is asked which periods hold
 * figures. */
#include <sodium.h>
#include <stdlib.h>

#include "authority.h"
#include "base/limits.h"
#include "decide_inner.h"
#include "model/catalog_yaml.h"

struct span {
    bool any;
    jb_date first, last;
};

/* Answers jb_catalog_has_figures from the own cells. */
struct figures {
    jb_kv_txn *txn;
    const struct jb_binding *binding;
    struct span *by_indicator; /* by number, made by one walk when it is first asked for */
    struct span all;
    struct jb_own_block own;
    jb_err err; /* of the store: the callback can only say yes or no */
};

static void widen(struct span *span, struct jb_period period)
{
    jb_date first = jb_period_first_day(period), last = jb_period_last_day(period);
    if (!span->any || first < span->first)
        span->first = first;
    if (!span->any || last > span->last)
        span->last = last;
    span->any = true;
}

typedef void visit_block(struct figures *f, const struct jb_block_key *key, void *ctx);

/* Visits the own blocks of a unit, or of all when node is JB_NONE; f->own holds the cells. */
static jb_err walk(struct figures *f, uint32_t node, visit_block *visit, void *ctx)
{
    struct jb_block_key from = {.plane = JB_PLANE_OWN, .node = node == JB_NONE ? 0 : node};
    uint8_t start[JB_BLOCK_KEY_BYTES];
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key, value;
    struct jb_block_key at;
    jb_err err = jb_kv_cursor_open(f->txn, JB_T_CELLS, &cursor);
    if (err)
        return err;
    jb_block_key_encode(&from, start);
    err = jb_kv_seek(cursor, jb_slice_of(start, sizeof(start)), &key, &value);
    while (!err) {
        err = jb_block_key_decode(key, &at);
        if (err || at.plane != JB_PLANE_OWN || (node != JB_NONE && at.node != node))
            break;
        if (at.block > 0)
            err = jb_own_block_decode(value, &f->own);
        if (!err && at.block > 0)
            visit(f, &at, ctx);
        if (!err)
            err = jb_kv_next(cursor, &key, &value);
    }
    jb_kv_cursor_close(cursor);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

static uint32_t number_of(const struct jb_block_key *key, const struct jb_own_cell *cell)
{
    return (key->block - 1u) * JB_BLOCK_INDICATORS + cell->slot;
}

static void visit_for_all(struct figures *f, const struct jb_block_key *key, void *ctx)
{
    (void)ctx;
    widen(&f->all, key->period);
    for (uint32_t i = 0; i < f->own.count; i++) {
        uint32_t number = number_of(key, &f->own.cells[i]);
        if (number < f->binding->indicator_numbers)
            widen(&f->by_indicator[number], key->period);
    }
}

/* What of one unit is asked for. */
struct wanted {
    uint32_t indicator; /* number, or JB_NONE */
    struct span span;
};

static void visit_for_unit(struct figures *f, const struct jb_block_key *key, void *ctx)
{
    struct wanted *wanted = ctx;
    for (uint32_t i = 0; i < f->own.count; i++) {
        if (wanted->indicator == JB_NONE || wanted->indicator == number_of(key, &f->own.cells[i]))
            widen(&wanted->span, key->period);
    }
}

static jb_err walk_all(struct figures *f)
{
    if (f->by_indicator)
        return JB_OK;
    f->by_indicator = calloc((size_t)f->binding->indicator_numbers + 1, sizeof(*f->by_indicator));
    return f->by_indicator ? walk(f, JB_NONE, visit_for_all, NULL) : JB_ENOMEM;
}

static bool has_figures(void *ctx, uint32_t unit, uint32_t indicator, jb_date *ret_first,
                        jb_date *ret_last)
{
    struct figures *f = ctx;
    const struct jb_catalog_view *view = f->binding->view;
    struct wanted wanted = {.indicator = JB_NONE};
    if (indicator != JB_NONE)
        wanted.indicator = view->indicators[indicator].number;
    if (!f->err && unit != JB_NONE)
        f->err = walk(f, view->units[unit].number, visit_for_unit, &wanted);
    else if (!f->err)
        f->err = walk_all(f);
    if (!f->err && unit == JB_NONE)
        wanted.span = indicator == JB_NONE ? f->all : f->by_indicator[wanted.indicator];
    if (f->err || !wanted.span.any)
        return false;
    *ret_first = wanted.span.first;
    *ret_last = wanted.span.last;
    return true;
}

/* JB_EINVAL: findings say what it may not change. */
static jb_err check_change(jb_kv_txn *txn, const struct jb_binding *binding,
                           const jb_catalog *catalog, struct jb_findings *findings)
{
    struct figures f = {.txn = txn, .binding = binding};
    jb_err err = jb_catalog_check_change(binding->catalog, catalog, has_figures, &f, findings);
    if (f.err)
        err = f.err;
    free(f.by_indicator);
    jb_own_block_free(&f.own);
    return err;
}

bool jb_decide_catalog_part(const struct jb_scene *scene, const struct jb_proposal *proposal,
                            struct jb_findings *findings)
{
    struct jb_public_key signer;
    bool bare = false;
    return jb_scene_hears(scene, proposal, &bare, &signer, findings) &&
           (bare ||
            jb_authority_role(scene->rights, &signer, JB_ROLE_CATALOG, scene->now_us, findings));
}

/* JB_EINVAL: from the entry nobody could make again what was signed. */
static jb_err check_lasting(const struct jb_envelope *envelope, const struct jb_catalog_put *put,
                            struct jb_slice yaml, struct jb_findings *findings)
{
    struct jb_catalog_put last;
    struct jb_buf bytes;
    jb_buf_init(&bytes, JB_MESSAGE_BYTES_MAX);
    jb_catalog_put_last(yaml, put->author, put->reason, put->replaces_version, put->epoch, &last);
    jb_wire_catalog_put_encode(&last, &bytes);
    bool same = !bytes.failed && jb_slice_eq(jb_buf_slice(&bytes), envelope->payload);
    jb_buf_free(&bytes);
    if (same)
        return JB_OK;
    jb_findings_add(findings,
                    &(struct jb_finding){.code = JB_F_MALFORMED,
                                         .severity = JB_ERROR,
                                         .hint = "the last part of a catalogue begins at a "
                                                 "multiple of 512 KiB and has no other form"});
    return JB_EINVAL;
}

static jb_err check_catalog(const struct jb_scene *scene, struct jb_slice yaml,
                            struct jb_findings *findings)
{
    jb_catalog *catalog = NULL;
    jb_err err = jb_catalog_read_yaml(yaml, "", findings, &catalog);
    if (!err && scene->binding)
        err = check_change(scene->txn, scene->binding, catalog, findings);
    if (catalog && (!err || err == JB_EINVAL)) {
        jb_err periods = jb_decide_catalog_periods(scene->txn, catalog, findings);
        err = periods ? periods : err;
    }
    jb_catalog_free(catalog);
    return err == JB_ERANGE ? JB_EINVAL : err;
}

jb_err jb_decide_catalog(const struct jb_scene *scene, const struct jb_envelope *envelope,
                         const struct jb_catalog_put *put, struct jb_slice yaml,
                         struct jb_entry *ret_entry, bool *ret_unchanged,
                         struct jb_findings *findings)
{
    const struct jb_binding *binding = scene->binding;
    struct jb_entry entry = {
        .kind = JB_ENTRY_CATALOG,
        .signer = envelope->signer,
        .signature = envelope->signature,
        .payload = yaml,
        .author = put->author,
        .reason = put->reason,
        .catalog_version = binding ? binding->version + 1 : 1,
    };
    crypto_generichash(entry.content_hash, sizeof(entry.content_hash), yaml.ptr, yaml.len, NULL, 0);
    if (binding && memcmp(binding->view->hash, entry.content_hash, 32) == 0) {
        *ret_unchanged = true;
        return JB_OK;
    }
    if (envelope->signer.len > 0) {
        const struct jb_place wanted = {put->replaces_version, put->epoch};
        const struct jb_place present = {binding ? binding->version : 0, scene->epoch};
        if (!jb_authority_replaces(wanted, present, findings))
            return JB_EINVAL;
        jb_err err = check_lasting(envelope, put, yaml, findings);
        if (err)
            return err;
    }
    jb_err err = check_catalog(scene, yaml, findings);
    if (err)
        return err;
    *ret_entry = entry;
    *ret_unchanged = false;
    return JB_OK;
}
