/* A submission's effects on the unit's own cells, old to new, and the differences that the sums
 * above take over (apply_sums.c). A block's record is read, changed and written once, however many
 * figures the submission has; cells that it does not name are copied as they are. */
#include "apply_inner.h"

#include <stdlib.h>

#include "rollup.h"

#define DELTAS_CAP_MIN 64u

jb_err jb_apply_load_own(const struct jb_place *place, uint32_t node, uint16_t block,
                         struct jb_own_block *ret)
{
    struct jb_slice record = {0};
    jb_err err = jb_store_block(place->txn, JB_PLANE_OWN, node, place->period, block, &record);
    return err && err != JB_ENOTFOUND ? err : jb_own_block_decode(record, ret);
}

jb_err jb_apply_load_sum(const struct jb_place *place, uint32_t node, uint16_t block,
                         struct jb_sum_block *ret)
{
    struct jb_slice record = {0};
    jb_err err = jb_store_block(place->txn, JB_PLANE_SUM, node, place->period, block, &record);
    return err && err != JB_ENOTFOUND ? err : jb_sum_block_decode(record, ret);
}

bool jb_apply_counts(const struct jb_applier *a, const struct jb_place *place, uint32_t unit,
                     uint32_t indicator)
{
    /* Only where values of two levels are to be compared can one be left out. */
    return a->binding->view->indicators[indicator].parent_value != JB_PARENT_COMPARE ||
           jb_catalog_own_counts(a->binding->catalog, unit, indicator, place->tree->day);
}

static struct jb_delta *deltas_push(struct jb_applier *a)
{
    if (a->delta_count == a->delta_cap) {
        uint32_t cap = a->delta_cap ? a->delta_cap * 2 : DELTAS_CAP_MIN;
        struct jb_delta *fresh = realloc(a->deltas, cap * sizeof(*fresh));
        if (!fresh)
            return NULL;
        a->deltas = fresh;
        a->delta_cap = cap;
    }
    return &a->deltas[a->delta_count++];
}

static bool own_cells_eq(const struct jb_own_cell *a, const struct jb_own_cell *b)
{
    return a->is_text == b->is_text && jb_value_eq(a->value, b->value) &&
           a->text_revision == b->text_revision;
}

/* True when the two make another sum. Another text leaves the counts alone, but whoever watches a
 * node above is shown it. */
static bool sums_differ(const struct jb_indicator *indicator, const struct jb_own_cell *old,
                        const struct jb_own_cell *now)
{
    struct jb_sum_cell before, after;
    if (now->is_text)
        return true;
    jb_sum_cell_of(indicator, old, &before);
    jb_sum_cell_of(indicator, now, &after);
    return !jb_sum_cell_eq(&before, &after);
}

/* Notes what replacing `old` (NULL: nothing was there) by `now` means. */
static jb_err note_delta(struct jb_applier *a, const struct jb_place *place, uint32_t number,
                         const struct jb_own_cell *old, const struct jb_own_cell *now)
{
    const struct jb_binding *b = a->binding;
    uint32_t index = number < b->indicator_numbers ? b->indicator_of[number] : JB_NONE;
    if (index == JB_NONE)
        return JB_EDAMAGED;
    struct jb_delta *delta = deltas_push(a);
    if (!delta)
        return JB_ENOMEM;
    const struct jb_indicator *indicator = &b->view->indicators[index];
    delta->indicator = index;
    delta->number = number;
    delta->had = old != NULL;
    delta->own_changed = !old || !own_cells_eq(old, now);
    delta->counts = jb_apply_counts(a, place, place->unit, index);
    delta->plain = jb_own_cell_is_plain(now) && (!old || jb_own_cell_is_plain(old)) &&
                   !jb_has_extreme(indicator);
    delta->sum_changed = delta->counts && delta->own_changed &&
                         (!old || delta->plain || sums_differ(indicator, old, now));
    if (old)
        delta->before = *old;
    delta->after = *now;
    return JB_OK;
}

/* The reader is before the cell in the unit's record as it was; a->record is the one to be. */
static jb_err set_own_cell(struct jb_applier *a, const struct jb_place *place,
                           const struct jb_entry *entry, const struct jb_entry_effect *effect,
                           struct jb_reader *r)
{
    struct jb_own_cell old, now = {
                                .slot = jb_slot_of(effect->indicator),
                                .stretch = effect->stretch,
                                .is_text = effect->is_text,
                                .value = effect->value,
                                .text_revision = effect->is_text ? entry->revision : 0,
                            };
    bool had = false;
    jb_err err = jb_own_cells_until(r, now.slot, now.stretch, &a->record, &had);
    if (!err && had)
        err = jb_own_cell_decode(r, &old);
    if (!err)
        err = note_delta(a, place, effect->indicator, had ? &old : NULL, &now);
    jb_own_cell_encode(&now, &a->record);
    return err;
}

/* True when the effect stands behind the one before it, in the same block. */
static bool follows(const struct jb_entry_effect *effect)
{
    const struct jb_entry_effect *before = effect - 1;
    return jb_block_of(before->indicator) == jb_block_of(effect->indicator) &&
           (before->indicator < effect->indicator ||
            (before->indicator == effect->indicator && before->stretch < effect->stretch));
}

/* The record to be, as far as its filings: as they were, or with what this entry is of its form.
 * The reader is before the record's cells. */
static jb_err begin_record(struct jb_applier *a, const struct jb_place *place,
                           const struct jb_entry *entry, uint16_t block, bool files,
                           struct jb_reader *ret)
{
    struct jb_slice record = {0};
    struct jb_own_parts parts;
    jb_err err =
        jb_store_block(place->txn, JB_PLANE_OWN, entry->unit, place->period, block, &record);
    if (!err || err == JB_ENOTFOUND)
        err = jb_own_record_split(record, &parts);
    if (err)
        return err;
    jb_buf_clear(&a->record);
    if (files) {
        err = jb_filings_decode(parts.filings, &a->filings);
        struct jb_filing *filing = err ? NULL : jb_filings_at(&a->filings, entry->form);
        if (!filing)
            return err ? err : JB_ENOMEM;
        struct jb_filing_step step;
        if (!jb_filing_step_of(entry, &step))
            return JB_EDAMAGED;
        jb_filing_take(filing, &step);
        jb_buf_clear(&a->cells);
        jb_filings_encode(&a->filings, &a->cells);
        if (a->cells.failed)
            return JB_ENOMEM;
        parts.filings = jb_buf_slice(&a->cells);
    }
    jb_buf_put_bytes(&a->record, parts.filings);
    *ret = jb_reader_of(parts.cells);
    return JB_OK;
}

/* What is left of the cells, and into the store. */
static jb_err end_record(struct jb_applier *a, const struct jb_place *place,
                         const struct jb_entry *entry, uint16_t block, const struct jb_reader *r)
{
    jb_buf_put(&a->record, r->ptr, (size_t)(r->end - r->ptr));
    return a->record.failed ? JB_ENOMEM
                            : jb_store_put_block(place->txn, JB_PLANE_OWN, entry->unit,
                                                 place->period, block, jb_buf_slice(&a->record));
}

jb_err jb_apply_own(struct jb_applier *a, const struct jb_place *place,
                    const struct jb_entry *entry)
{
    const struct jb_entry_effect *effects = entry->effects;
    uint16_t home =
        entry->form < a->binding->form_numbers ? a->binding->form_block[entry->form] : 0;
    struct jb_reader r;
    bool filed = false;
    uint32_t at = 0;
    a->delta_count = 0;
    if (home == 0)
        return JB_EDAMAGED;
    while (at < entry->effect_count) {
        uint16_t block = jb_block_of(effects[at].indicator);
        bool files = block == home && !filed, changed = files, more = true;
        jb_err err = begin_record(a, place, entry, block, files, &r);
        while (!err && more) {
            err = set_own_cell(a, place, entry, &effects[at++], &r);
            changed = changed || (!err && a->deltas[a->delta_count - 1].own_changed);
            more = at < entry->effect_count && follows(&effects[at]);
        }
        if (!err && changed)
            err = end_record(a, place, entry, block, &r);
        if (err)
            return err;
        filed = filed || files;
    }
    if (filed)
        return JB_OK;
    jb_err err = begin_record(a, place, entry, home, true, &r); /* it named no figure there */
    return err ? err : end_record(a, place, entry, home, &r);
}

uint32_t jb_apply_run_end(const struct jb_applier *a, uint32_t at)
{
    const struct jb_delta *d = &a->deltas[at++];
    while (at < a->delta_count && jb_block_of(d[1].number) == jb_block_of(d->number) &&
           (d->number < d[1].number ||
            (d->number == d[1].number && d->after.stretch < d[1].after.stretch))) {
        at++;
        d++;
    }
    return at;
}

jb_err jb_apply_deltas_of(struct jb_applier *a, const struct jb_place *place, uint16_t block,
                          const struct jb_own_block *own)
{
    a->delta_count = 0;
    for (uint32_t i = 0; i < own->count; i++) {
        uint32_t number = (block - 1u) * JB_BLOCK_INDICATORS + own->cells[i].slot;
        jb_err err = note_delta(a, place, number, NULL, &own->cells[i]);
        if (err)
            return err;
    }
    return JB_OK;
}
