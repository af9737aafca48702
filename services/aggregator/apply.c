/* The fold of the ledger: what each kind of entry does to the derived tables. An entry's effects
 * were decided before; nothing is checked again here, so a stricter check of a later version cannot
 * change what an old ledger adds up to. */
#include "apply.h"

#include <stdlib.h>

#include "apply_inner.h"
#include "apply_key.h"
#include "base/limits.h"
#include "change.h"
#include "model/catalog_yaml.h"

#define RECORD_BYTES_MAX (16 * 1024 * 1024)
#define CHANGE_BYTES_MAX (64 * 1024 * 1024)

jb_err jb_applier_new(jb_applier **ret)
{
    jb_applier *a = calloc(1, sizeof(*a));
    if (!a)
        return JB_ENOMEM;
    jb_buf_init(&a->record, CHANGE_BYTES_MAX);
    jb_buf_init(&a->nodes, CHANGE_BYTES_MAX);
    jb_buf_init(&a->cells, RECORD_BYTES_MAX);
    jb_buf_init(&a->targets, JB_MESSAGE_BYTES_MAX);
    *ret = a;
    return JB_OK;
}

static void forget_binding(jb_applier *applier)
{
    jb_binding_free(applier->binding);
    applier->binding = NULL;
    free(applier->traits);
    applier->traits = NULL;
    free(applier->targeted);
    applier->targeted = NULL;
    applier->targeted_count = 0;
    jb_trees_clear(&applier->trees);
}

void jb_applier_reset(jb_applier *applier)
{
    forget_binding(applier);
    jb_receipts_forget(&applier->receipts);
}

struct jb_receipts *jb_applier_receipts(jb_applier *applier)
{
    return &applier->receipts;
}

void jb_applier_free(jb_applier *applier)
{
    if (!applier)
        return;
    jb_applier_reset(applier);
    free(applier->deltas);
    jb_own_block_free(&applier->own);
    jb_own_block_free(&applier->other_own);
    jb_sum_block_free(&applier->sum);
    jb_sum_block_free(&applier->other_sum);
    jb_filings_free(&applier->filings);
    jb_buf_free(&applier->record);
    jb_buf_free(&applier->nodes);
    jb_buf_free(&applier->cells);
    jb_buf_free(&applier->targets);
    jb_source_free(applier->source);
    free(applier->watched);
    free(applier);
}

static uint8_t *make_traits(const struct jb_catalog_view *view)
{
    uint8_t *traits = calloc((size_t)view->unit_count + 1, 1);
    if (!traits)
        return NULL;
    for (uint32_t i = 0; i < view->indicator_count; i++) {
        for (uint32_t o = 0; o < view->indicators[i].owner_count; o++)
            traits[view->indicators[i].owners[o].unit] |= JB_UNIT_OWNS;
    }
    for (uint32_t i = 0; i < view->unit_count; i++) {
        for (uint32_t p = 0; p < view->units[i].parent_count; p++)
            traits[view->units[i].parents[p].unit] |= JB_UNIT_HAS_CHILDREN;
    }
    return traits;
}

static jb_err load_binding(jb_applier *a, jb_kv_txn *txn, uint32_t version)
{
    struct jb_binding *binding = NULL;
    jb_err err = jb_binding_load(txn, version, &binding);
    if (err)
        return err;
    uint8_t *traits = make_traits(binding->view);
    if (!traits) {
        jb_binding_free(binding);
        return JB_ENOMEM;
    }
    forget_binding(a);
    a->binding = binding;
    a->traits = traits;
    err = jb_apply_list_targets(a);
    if (err)
        jb_applier_reset(a);
    return err;
}

jb_err jb_applier_binding(jb_applier *applier, jb_kv_txn *txn, const struct jb_binding **ret)
{
    if (!applier->binding) {
        jb_err err = load_binding(applier, txn, 0);
        if (err && err != JB_ENOTFOUND)
            return err;
    }
    *ret = applier->binding;
    return JB_OK;
}

/* A change record with what apply_cells gathered, or with nothing. */
static jb_err log_change(jb_applier *a, jb_kv_txn *txn, const struct jb_entry *entry)
{
    bool catalog = entry->kind == JB_ENTRY_CATALOG, figures = entry->kind == JB_ENTRY_SUBMISSION;
    /* A record without nodes still needs a period that can be read. */
    struct jb_period period =
        figures ? entry->period : jb_period_make(JB_FREQ_YEAR, JB_YEAR_MIN, 0);
    if (!a->log_changes)
        return JB_OK;
    jb_buf_clear(&a->record);
    if (entry->kind == JB_ENTRY_DUE) {
        jb_change_encode_due(entry->said_at_us, entry->period, entry->due, &a->record);
        return a->record.failed
                   ? JB_ENOMEM
                   : jb_store_append_change(txn, entry->revision, jb_buf_slice(&a->record));
    }
    if (entry->kind == JB_ENTRY_ACT) {
        const struct jb_change_act act = {entry->act.kind, entry->unit, entry->form,
                                          entry->act.release};
        jb_change_encode_act(entry->at_us, entry->period, &act, &a->record);
        return a->record.failed
                   ? JB_ENOMEM
                   : jb_store_append_change(txn, entry->revision, jb_buf_slice(&a->record));
    }
    if (figures && a->targets.len)
        jb_change_encode_targets(entry->at_us, period, jb_buf_slice(&a->targets), a->node_count,
                                 &a->record);
    else
        jb_change_encode_head(entry->at_us, catalog, period, figures ? a->node_count : 0,
                              &a->record);
    if (figures)
        jb_buf_put(&a->record, a->nodes.ptr, a->nodes.len);
    if (a->record.failed || a->nodes.failed || a->cells.failed || a->targets.failed)
        return JB_ENOMEM;
    return jb_store_append_change(txn, entry->revision, jb_buf_slice(&a->record));
}

static jb_err apply_submission(jb_applier *a, jb_kv_txn *txn, const struct jb_entry *entry)
{
    const struct jb_binding *binding = NULL;
    struct jb_store_receipt receipt = {.revision = entry->revision};
    jb_err err = jb_applier_binding(a, txn, &binding);
    if (err)
        return err;
    struct jb_place place = {.txn = txn, .period = entry->period, .unit = JB_NONE};
    if (binding && entry->unit < binding->unit_numbers)
        place.unit = binding->unit_of[entry->unit];
    if (place.unit == JB_NONE)
        return JB_EDAMAGED;
    memcpy(receipt.content_hash, entry->content_hash, sizeof(receipt.content_hash));
    err = jb_trees_get(&a->trees, binding->catalog, jb_period_last_day(entry->period), &place.tree);
    if (!err)
        err = jb_receipts_put(&a->receipts, txn, entry->unit, entry->id, &receipt);
    bool targets = a->log_changes && a->targeted_count > 0;
    jb_buf_clear(&a->targets);
    if (!err && targets)
        err = jb_apply_targets_before(a, &place, entry);
    if (!err)
        err = jb_apply_own(a, &place, entry);
    if (!err)
        err = jb_apply_sums(a, &place);
    if (!err && targets)
        err = jb_apply_targets_after(a, &place);
    return err;
}

/* The accepted submission's receipt remembers that its id was used again. */
static jb_err apply_conflict(jb_applier *a, jb_kv_txn *txn, const struct jb_entry *entry)
{
    struct jb_store_receipt receipt;
    jb_err err = jb_receipts_find(&a->receipts, txn, entry->unit, entry->id, &receipt);
    if (err)
        return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
    receipt.conflict_revision = entry->revision;
    return jb_receipts_put(&a->receipts, txn, entry->unit, entry->id, &receipt);
}

static jb_err apply_catalog(jb_applier *a, jb_kv_txn *txn, const struct jb_entry *entry)
{
    const struct jb_binding *before = NULL;
    struct jb_findings findings;
    jb_catalog *catalog = NULL;
    jb_err err = jb_applier_binding(a, txn, &before);
    if (err)
        return err;
    jb_findings_init(&findings);
    err = jb_catalog_read_yaml(entry->payload, "", &findings, &catalog);
    jb_findings_free(&findings);
    if (err)
        return err == JB_ENOMEM ? err : JB_EDAMAGED;
    bool resum = before && !jb_catalog_sums_alike(before->catalog, catalog);
    err = jb_binding_assign_numbers(txn, catalog);
    jb_catalog_free(catalog);
    if (!err)
        err =
            jb_store_put_catalog(txn, entry->catalog_version, entry->revision, entry->content_hash);
    if (!err)
        err = load_binding(a, txn, entry->catalog_version);
    if (!err && resum)
        err = jb_apply_resum(a, txn);
    return err;
}

jb_err jb_apply(jb_applier *applier, jb_kv_txn *txn, const struct jb_entry *entry, bool log_changes)
{
    applier->log_changes = log_changes;
    if (entry->kind == JB_ENTRY_GENESIS)
        jb_receipts_begin(&applier->receipts);
    jb_err err = jb_receipts_advance(&applier->receipts, txn, entry->revision);
    if (err)
        return err;
    switch (entry->kind) {
    case JB_ENTRY_GENESIS:
        err = jb_store_set_id(txn, entry->store_id);
        break;
    case JB_ENTRY_EPOCH:
        break;
    case JB_ENTRY_CATALOG:
        err = apply_catalog(applier, txn, entry);
        break;
    case JB_ENTRY_SUBMISSION:
        err = apply_submission(applier, txn, entry);
        break;
    case JB_ENTRY_CONFLICT:
        err = apply_conflict(applier, txn, entry);
        break;
    case JB_ENTRY_KEY:
        err = jb_apply_key(txn, entry);
        break;
    case JB_ENTRY_ACT:
        err = jb_apply_act(applier, txn, entry);
        break;
    case JB_ENTRY_DUE:
        err = jb_apply_due(applier, txn, entry);
        break;
    }
    return err ? err : log_change(applier, txn, entry);
}
