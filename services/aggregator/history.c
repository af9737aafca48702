/* Every revision of one figure, oldest first: who as stated, when, from what to what, why. */
#include <stdlib.h>

#include "desk.h"
#include "entered.h"
#include "lookup.h"
#include "model/check.h"
#include "net/wire_query.h"
#include "past.h"
#include "text_figure.h"

#define ROW_FRAME_BYTES 168

struct step {
    uint64_t revision;
    int64_t at_us;
    struct jb_uuid submission;
    uint32_t form;
    struct jb_value value;
};

struct history {
    struct jb_desk *desk;
    const struct jb_binding *binding;
    uint32_t unit, indicator, stretch;
    struct jb_period period;
    struct jb_past_scratch scratch;
    struct step *steps;
    uint32_t count, cap;
    struct jb_history_row *rows;
    size_t bytes;
};

static int compare_steps(const void *left, const void *right)
{
    const struct step *a = left;
    const struct step *b = right;
    return (a->revision > b->revision) - (a->revision < b->revision);
}

static jb_err add_step(struct history *h, const struct jb_entry *entry)
{
    uint32_t number = h->binding->view->indicators[h->indicator].number;
    for (uint32_t i = 0; i < entry->effect_count; i++) {
        if (entry->effects[i].indicator != number || entry->effects[i].stretch != h->stretch)
            continue;
        if (h->count == h->cap) {
            uint32_t cap = h->cap ? h->cap * 2 : 16;
            struct step *steps = jb_arena_array(&h->desk->arena, cap, sizeof(*steps));
            if (!steps)
                return JB_ENOMEM;
            if (h->count)
                memcpy(steps, h->steps, h->count * sizeof(*steps));
            h->steps = steps;
            h->cap = cap;
        }
        h->steps[h->count++] = (struct step){entry->revision, entry->at_us, entry->id, entry->form,
                                             entry->effects[i].value};
    }
    return JB_OK;
}

/* Walks every filing of the unit and period: the figure may have moved from form to form. */
static jb_err collect(struct history *h)
{
    jb_kv_txn *txn = h->desk->view.txn;
    uint32_t unit = h->binding->view->units[h->unit].number;
    if (unit == JB_NONE)
        return JB_OK;
    jb_err err = jb_past_filings(txn, unit, h->period, &h->scratch);
    for (uint32_t i = 0; !err && i < h->scratch.filings.count; i++) {
        uint64_t revision = h->scratch.filings.items[i].last_revision;
        while (!err && revision) {
            struct jb_entry entry;
            err = jb_past_entry(txn, revision, &h->scratch, &entry);
            if (!err && entry.previous_revision >= revision)
                err = JB_EDAMAGED;
            if (!err)
                err = add_step(h, &entry);
            if (!err)
                revision = entry.previous_revision;
        }
    }
    if (!err && h->count > 1)
        qsort(h->steps, h->count, sizeof(*h->steps), compare_steps);
    return err;
}

static struct jb_slice number_text(struct history *h, struct jb_value value, bool *failed)
{
    const struct jb_indicator *indicator = &h->binding->view->indicators[h->indicator];
    char text[JB_DEC_TEXT_SIZE];
    if (value.state != JB_STATE_VALUE || indicator->measure == JB_TEXT)
        return (struct jb_slice){0};
    jb_dec_format(value.mantissa, indicator->decimals, text);
    return jb_lookup_text(&h->desk->arena, text, failed);
}

static jb_err fill_row(struct history *h, const struct step *before, const struct step *step,
                       struct jb_history_row *ret)
{
    const struct jb_catalog_view *view = h->binding->view;
    struct jb_entry_row found;
    bool failed = false;
    jb_err err = jb_entry_row(h->desk->view.txn, step->revision, &view->indicators[h->indicator],
                              h->period, h->stretch, &h->desk->arena, &found);
    if (err)
        return err;
    const struct jb_submission s = found.submission;
    const struct jb_row sent = found.row;
    struct jb_history_row row = {
        .revision = step->revision,
        .at_us = step->at_us,
        .submission_id = step->submission,
        .form = s.form,
        .state = step->value.state,
        .value = number_text(h, step->value, &failed),
        .mark = step->value.mark,
        .status = step->value.status,
        .filled_by = s.filled_by,
        .checked_by = s.checked_by,
        .released_by = s.released_by,
        .on_behalf_of = s.on_behalf_of,
        .ground = s.ground,
        .reason = s.reason,
        .note = sent.note,
        .source = s.source,
        .text = sent.text,
        .explanation = s.explanation,
        .signing = jb_entered_signing(&found.entry, s.signed_for, h->desk->asker.rights,
                                      &h->desk->arena, &failed),
    };
    if (before) {
        row.state_before = before->value.state;
        row.before = number_text(h, before->value, &failed);
        row.mark_before = before->value.mark;
        row.status_before = before->value.status;
    }
    h->bytes += ROW_FRAME_BYTES + s.form.len + s.filled_by.len + s.checked_by.len +
                s.released_by.len + s.on_behalf_of.len + s.ground.len + s.reason.len +
                s.source.len + s.explanation.len + sent.note.len + sent.text.len +
                row.signing.signer.len + row.signing.signed_for.len;
    *ret = row;
    return failed ? JB_ENOMEM : JB_OK;
}

/* From the newest back while there is room: when a history is cut, its beginning is what is left
 * out. */
static jb_err answer(struct history *h)
{
    uint32_t first = h->count;
    h->rows = jb_arena_array(&h->desk->arena, h->count, sizeof(*h->rows));
    if (!h->rows)
        return JB_ENOMEM;
    while (first > 0 && h->bytes < JB_ANSWER_PAGE_BYTES_MAX) {
        const struct step *before = first > 1 ? &h->steps[first - 2] : NULL;
        jb_err err = fill_row(h, before, &h->steps[first - 1], &h->rows[first - 1]);
        if (err)
            return err;
        first--;
    }
    struct jb_history_answer reply = {.snapshot = h->desk->view.snapshot,
                                      .rows = h->rows + first,
                                      .row_count = h->count - first,
                                      .truncated = first > 0};
    jb_wire_history_answer_encode(&reply, &h->desk->findings, &h->desk->payload);
    return JB_OK;
}

jb_err jb_answer_history(struct jb_desk *desk, struct jb_slice payload)
{
    struct jb_history_query query;
    struct history h = {.desk = desk};
    struct jb_findings *findings = &desk->findings;
    if (jb_wire_history_query_decode(payload, &desk->arena, &query) != JB_OK) {
        jb_lookup_refuse(findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = jb_desk_need_catalog(desk);
    if (err)
        return err;
    h.binding = desk->view.binding;
    bool known = jb_lookup_unit(h.binding, query.unit, &h.unit, findings);
    known = jb_lookup_indicator(h.binding, query.indicator, &h.indicator, findings) && known;
    if (!known)
        return JB_EINVAL;
    err = jb_desk_need_unit(desk, h.binding, h.unit);
    if (err)
        return err;
    const struct jb_indicator *indicator = &h.binding->view->indicators[h.indicator];
    if (!jb_lookup_base_period(indicator->freq, query.period, &h.period, findings))
        return JB_EINVAL;
    if (jb_basis_parse(indicator, query.basis, h.period, &h.stretch) != JB_OK) {
        jb_lookup_refuse(findings, JB_F_BASIS_SYNTAX, query.basis, "period, ytd, 2021-Q1");
        return JB_EINVAL;
    }
    err = collect(&h);
    if (!err)
        err = answer(&h);
    jb_past_scratch_free(&h.scratch);
    return err;
}
