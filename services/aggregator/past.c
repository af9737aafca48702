/* Figures as they stood at a revision. A filing's entries form a chain from the newest back to the
 * first; the first one met that names a figure is the one that holds. Several forms of one unit and
 * period are separate chains, and a figure that moved from one form to another is held by the later
 * of the two entries. */
#include "past.h"

#include <stdlib.h>

#include "base/limits.h"
#include "cell.h"

void jb_past_scratch_free(struct jb_past_scratch *scratch)
{
    free(scratch->effects);
    jb_filings_free(&scratch->filings);
    free(scratch->steps);
    *scratch = (struct jb_past_scratch){0};
}

void jb_past_free(struct jb_past *past)
{
    free(past->figures);
    free(past->filings);
    *past = (struct jb_past){0};
}

jb_err jb_past_entry(jb_kv_txn *txn, uint64_t revision, struct jb_past_scratch *scratch,
                     struct jb_entry *ret)
{
    struct jb_slice bytes;
    if (!scratch->effects)
        scratch->effects = jb_xcalloc(JB_SUBMISSION_ROWS_MAX, sizeof(*scratch->effects));
    jb_err err = jb_store_entry(txn, revision, &bytes);
    if (err)
        return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
    return jb_entry_decode(bytes, scratch->effects, JB_SUBMISSION_ROWS_MAX, ret);
}

/* The own records of one unit and period lie side by side. */
static jb_err merge_filings(jb_kv_cursor *cursor, struct jb_slice prefix,
                            struct jb_filings *filings)
{
    struct jb_slice key, record;
    struct jb_own_parts parts;
    jb_err err = jb_kv_seek(cursor, prefix, &key, &record);
    while (!err && key.len >= prefix.len && memcmp(key.ptr, prefix.ptr, prefix.len) == 0) {
        err = jb_own_record_split(record, &parts);
        if (!err)
            err = jb_filings_merge(parts.filings, filings);
        if (!err)
            err = jb_kv_next(cursor, &key, &record);
    }
    return err == JB_ENOTFOUND ? JB_OK : err;
}

jb_err jb_past_filings(jb_kv_txn *txn, uint32_t unit, struct jb_period period,
                       struct jb_past_scratch *scratch)
{
    const struct jb_block_key start = {.plane = JB_PLANE_OWN, .node = unit, .period = period};
    uint8_t key[JB_BLOCK_KEY_BYTES];
    jb_kv_cursor *cursor = NULL;
    jb_block_key_encode(&start, key);
    scratch->filings.count = 0;
    jb_err err = jb_kv_cursor_open(txn, JB_T_CELLS, &cursor);
    if (!err)
        err = merge_filings(cursor, jb_slice_of(key, JB_BLOCK_KEY_BYTES - sizeof(start.block)),
                            &scratch->filings);
    jb_kv_cursor_close(cursor);
    return err;
}

static jb_err reserve(void **items, uint32_t *cap, uint64_t needed, size_t size)
{
    if (needed <= *cap)
        return JB_OK;
    uint64_t wanted = needed + needed / 2 + 16;
    void *grown = wanted > UINT32_MAX ? NULL : realloc(*items, (size_t)wanted * size);
    if (!grown)
        return JB_ENOMEM;
    *items = grown;
    *cap = (uint32_t)wanted;
    return JB_OK;
}

static jb_err add_effects(struct jb_past *past, const struct jb_entry *entry)
{
    void *items = past->figures;
    jb_err err = reserve(&items, &past->cap, (uint64_t)past->count + entry->effect_count,
                         sizeof(*past->figures));
    past->figures = items;
    for (uint32_t i = 0; !err && i < entry->effect_count; i++) {
        const struct jb_entry_effect *effect = &entry->effects[i];
        past->figures[past->count++] = (struct jb_past_figure){
            .indicator = effect->indicator,
            .stretch = effect->stretch,
            .is_text = effect->is_text,
            .value = effect->value,
            .revision = entry->revision,
            .form = entry->form,
            .submission = entry->id,
        };
    }
    return err;
}

static jb_err add_step(struct jb_past_scratch *scratch, const struct jb_filing_step *step)
{
    void *items = scratch->steps;
    jb_err err = reserve(&items, &scratch->step_cap, (uint64_t)scratch->step_count + 1,
                         sizeof(*scratch->steps));
    scratch->steps = items;
    if (!err)
        scratch->steps[scratch->step_count++] = *step;
    return err;
}

/* The filing that the gathered steps make. shown: the newest entry whose figures count. */
static jb_err add_filing(struct jb_past *past, uint32_t form, uint64_t shown,
                         const struct jb_past_scratch *scratch)
{
    struct jb_past_filing fresh = {.form = form, .filing = jb_filing_new(form)};
    void *items = past->filings;
    jb_err err = reserve(&items, &past->filing_cap, (uint64_t)past->filing_count + 1,
                         sizeof(*past->filings));
    past->filings = items;
    if (err)
        return err;
    for (uint32_t i = scratch->step_count; i > 0; i--) {
        const struct jb_filing_step *step = &scratch->steps[i - 1];
        jb_filing_take(&fresh.filing, step);
        if (!step->act && step->revision <= shown) {
            fresh.revision = step->revision;
            fresh.at_us = step->at_us;
            fresh.submission = step->submission;
        }
    }
    past->filings[past->filing_count++] = fresh;
    return JB_OK;
}

/* Newest first among figures of one indicator and stretch. */
static int compare_figures(const void *left, const void *right)
{
    const struct jb_past_figure *a = left;
    const struct jb_past_figure *b = right;
    if (a->indicator != b->indicator)
        return (a->indicator > b->indicator) - (a->indicator < b->indicator);
    if (a->stretch != b->stretch)
        return (a->stretch > b->stretch) - (a->stretch < b->stretch);
    return (a->revision < b->revision) - (a->revision > b->revision);
}

static void keep_newest(struct jb_past *past)
{
    uint32_t kept = 0;
    if (past->count > 1)
        qsort(past->figures, past->count, sizeof(*past->figures), compare_figures);
    for (uint32_t i = 0; i < past->count; i++) {
        const struct jb_past_figure *last = kept ? &past->figures[kept - 1] : NULL;
        if (last && last->indicator == past->figures[i].indicator &&
            last->stretch == past->figures[i].stretch)
            continue;
        past->figures[kept++] = past->figures[i];
    }
    past->count = kept;
}

/* Acceptances name a submission before them, so going back one is met before what it accepts. */
static jb_err walk(jb_kv_txn *txn, const struct jb_filing *filing, uint64_t revision, bool accepted,
                   struct jb_past_scratch *scratch, struct jb_past *past)
{
    uint64_t from = filing->last_revision;
    uint64_t shown = accepted ? 0 : revision;
    uint32_t form = filing->form;
    jb_err err = JB_OK;
    scratch->step_count = 0;
    while (!err && from) {
        struct jb_entry entry;
        struct jb_filing_step step;
        err = jb_past_entry(txn, from, scratch, &entry);
        if (!err && (!jb_filing_step_of(&entry, &step) || entry.previous_revision >= from))
            err = JB_EDAMAGED;
        if (err)
            break;
        if (entry.revision <= revision) {
            err = add_step(scratch, &step);
            if (accepted && shown == 0 && step.act == JB_ACT_FILING_ACCEPT)
                shown = step.submission_revision;
            if (!err && entry.revision <= shown)
                err = add_effects(past, &entry);
        }
        from = entry.previous_revision;
    }
    return err || scratch->step_count == 0 ? err : add_filing(past, form, shown, scratch);
}

static jb_err read_past(jb_kv_txn *txn, uint32_t unit, struct jb_period period, uint64_t revision,
                        bool accepted, struct jb_past_scratch *scratch, struct jb_past *past)
{
    past->count = 0;
    past->filing_count = 0;
    jb_err err = jb_past_filings(txn, unit, period, scratch);
    for (uint32_t i = 0; !err && i < scratch->filings.count; i++)
        err = walk(txn, &scratch->filings.items[i], revision, accepted, scratch, past);
    if (err) {
        past->count = 0;
        past->filing_count = 0;
        return err;
    }
    keep_newest(past);
    return JB_OK;
}

jb_err jb_past_read(jb_kv_txn *txn, uint32_t unit, struct jb_period period, uint64_t revision,
                    struct jb_past_scratch *scratch, struct jb_past *past)
{
    return read_past(txn, unit, period, revision, false, scratch, past);
}

jb_err jb_past_read_accepted(jb_kv_txn *txn, uint32_t unit, struct jb_period period,
                             uint64_t revision, struct jb_past_scratch *scratch,
                             struct jb_past *past)
{
    return read_past(txn, unit, period, revision, true, scratch, past);
}

const struct jb_past_figure *jb_past_find(const struct jb_past *past, uint32_t indicator,
                                          uint32_t stretch)
{
    uint32_t low = 0;
    uint32_t high = past->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct jb_past_figure *f = &past->figures[middle];
        if (f->indicator < indicator || (f->indicator == indicator && f->stretch < stretch))
            low = middle + 1;
        else
            high = middle;
    }
    if (low < past->count && past->figures[low].indicator == indicator &&
        past->figures[low].stretch == stretch)
        return &past->figures[low];
    return NULL;
}
