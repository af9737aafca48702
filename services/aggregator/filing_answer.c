/* What stands in one filing, row by row: for the author of a correction. */
#include <stdio.h>

#include "desk.h"
#include "lookup.h"
#include "model/check.h"
#include "model/filing_check.h"
#include "net/wire_acts.h"
#include "net/wire_query.h"
#include "net/wire_submission.h"
#include "past.h"
#include "standing.h"
#include "unit_figures.h"

#define NOTES_BYTES_MAX (JB_ANSWER_PAGE_BYTES_MAX / 2) /* the figures are what is asked for */

#define ACTS_MAX 100 /* told of a filing, the newest */
#define ACTS_BYTES_MAX (128 * 1024)

struct filing {
    struct jb_desk *desk;
    const struct jb_binding *binding;
    uint32_t unit, form;
    struct jb_period period;
    const struct jb_past *past; /* as the view shows it */
    struct jb_past_scratch scratch;
    struct jb_row *rows;
    uint32_t count;
    struct jb_submission sent; /* of sent_revision; its rows mostly come as they are asked for */
    uint64_t sent_revision;
    struct jb_last_submission sent_last; /* the same, as its receipt and its signer say */
    uint32_t sent_next;
    size_t note_bytes;          /* of all rows so far */
    struct jb_filing_act *acts; /* newest first */
    uint32_t act_count;
    size_t act_bytes;
};

static jb_err load_sent(struct filing *f, uint64_t revision)
{
    struct jb_entry entry;
    bool failed = false;
    if (f->sent_revision == revision)
        return JB_OK;
    f->sent_revision = f->sent_next = 0;
    jb_err err = jb_past_entry(f->desk->view.txn, revision, &f->scratch, &entry);
    if (!err && jb_wire_submission_decode(entry.payload, &f->desk->arena, &f->sent, NULL))
        err = JB_EDAMAGED;
    if (err)
        return err;
    f->sent_last = (struct jb_last_submission){
        .at_us = entry.at_us,
        .filled_by = f->sent.filled_by,
        .checked_by = f->sent.checked_by,
        .released_by = f->sent.released_by,
        .on_behalf_of = f->sent.on_behalf_of,
        .ground = f->sent.ground,
        .reason = f->sent.reason,
        .signed_for = f->sent.signed_for,
        .signer = jb_signer_name(f->desk->asker.rights, entry.signer, &f->desk->arena, &failed)};
    memcpy(f->sent_last.content_hash, entry.content_hash, sizeof(f->sent_last.content_hash));
    f->sent_revision = failed ? 0 : revision;
    return failed ? JB_ENOMEM : JB_OK;
}

/* The row that set the figure, from the entry of that revision; NULL where a later catalogue reads
 * its basis in another way. */
static jb_err find_sent(struct filing *f, const struct jb_indicator *info,
                        const struct jb_past_figure *figure, const struct jb_row **ret)
{
    jb_err err = load_sent(f, figure->revision);
    if (err)
        return err;
    for (uint32_t i = 0; i < f->sent.row_count; i++) {
        uint32_t at = (f->sent_next + i) % f->sent.row_count, stretch;
        const struct jb_row *row = &f->sent.rows[at];
        if (jb_slice_is(row->indicator, info->code) &&
            !jb_basis_parse(info, row->basis, f->period, &stretch) && stretch == figure->stretch) {
            f->sent_next = at + 1;
            *ret = row;
            return JB_OK;
        }
    }
    *ret = NULL;
    return JB_OK;
}

static jb_err fill_row(struct filing *f, uint32_t indicator, const struct jb_past_figure *figure,
                       struct jb_row *ret)
{
    const struct jb_indicator *info = &f->binding->view->indicators[indicator];
    const struct jb_row *sent = NULL;
    struct jb_row row = {
        .indicator = jb_slice_str(info->code),
        .state = figure->value.state,
        .number = {figure->value.mantissa, figure->is_text ? 0 : info->decimals},
        .mark = figure->value.mark,
        .status = figure->value.status,
    };
    bool failed = false;
    if (figure->stretch) { /* its first base period says it whatever the default is */
        char text[JB_PERIOD_TEXT_SIZE];
        jb_period_format(jb_period_add(f->period, -(int32_t)figure->stretch), text);
        row.basis = jb_lookup_text(&f->desk->arena, text, &failed);
    }
    if (failed)
        return JB_ENOMEM;
    jb_err err = find_sent(f, info, figure, &sent);
    if (err)
        return err;
    if (sent && f->note_bytes + sent->note.len <= NOTES_BYTES_MAX) {
        row.note = sent->note;
        f->note_bytes += sent->note.len;
    }
    if (figure->is_text && figure->value.state == JB_STATE_VALUE) {
        if (!sent)
            return JB_EDAMAGED;
        row.text = sent->text;
    }
    *ret = row;
    return JB_OK;
}

/* In the form's order; figures of one indicator by stretch. */
static jb_err fill_rows(struct filing *f)
{
    const struct jb_form *form = &f->binding->view->forms[f->form];
    const struct jb_indicator *indicators = f->binding->view->indicators;
    f->rows = jb_arena_array(&f->desk->arena, f->past->count, sizeof(*f->rows));
    if (!f->rows)
        return JB_ENOMEM;
    for (uint32_t r = 0; r < form->row_count; r++) {
        uint32_t indicator = form->rows[r].indicator;
        uint32_t listed = 1;
        if (jb_source_viewpoint(f->desk->source).kind == JB_VIEW_PUBLISHED) {
            jb_err err =
                jb_source_published(f->desk->source, indicator, jb_span_of(f->period), &listed);
            if (err)
                return err;
        }
        for (uint32_t i = 0; listed && i < f->past->count; i++) {
            if (f->past->figures[i].indicator != indicators[indicator].number)
                continue;
            jb_err err = fill_row(f, indicator, &f->past->figures[i], &f->rows[f->count]);
            if (err)
                return err;
            f->count++;
        }
    }
    return JB_OK;
}

/* What the checks across figures say of what stands. */
static jb_err check_standing(struct filing *f, uint32_t unit)
{
    const struct jb_checked checked = {.unit = f->unit, .form = f->form, .period = f->period};
    if (!jb_filing_is_compared(f->binding->catalog, &checked))
        return JB_OK;
    struct jb_unit_figures figures = {
        .txn = f->desk->view.txn, .binding = f->binding, .unit = unit, .checked = checked};
    struct jb_filing_check check = {.catalog = f->binding->catalog,
                                    .checked = checked,
                                    .source = jb_unit_figures_source(&figures),
                                    .findings = &f->desk->findings};
    jb_err err = jb_filing_check(&check);
    jb_unit_figures_free(&figures);
    return err;
}

static jb_err add_act(struct filing *f, const struct jb_entry *entry)
{
    struct jb_act said;
    bool failed = false;
    f->act_bytes += entry->payload.len;
    if (f->act_bytes > ACTS_BYTES_MAX) /* what stands is told in any case */
        return JB_OK;
    /* The entry's bytes go with the next one that is read. */
    struct jb_slice payload = jb_arena_copy(&f->desk->arena, entry->payload);
    jb_err err =
        payload.ptr ? jb_wire_act_decode(payload, &f->desk->arena, &said, NULL) : JB_ENOMEM;
    if (err)
        return err == JB_ENOMEM ? err : JB_EDAMAGED;
    f->acts[f->act_count++] = (struct jb_filing_act){
        .kind = said.kind,
        .revision = entry->revision,
        .at_us = entry->at_us,
        .by = jb_signer_name(f->desk->asker.rights, entry->signer, &f->desk->arena, &failed),
        .note = said.note,
        .signed_for = said.signed_for,
        .signed_for_name =
            jb_signed_for_name(f->desk->asker.rights, said.signed_for, &f->desk->arena, &failed),
        .has_due = said.has_due,
        .due_on = said.due_on,
        .reasons = said.reasons,
        .reason_count = said.reason_count};
    return failed ? JB_ENOMEM : JB_OK;
}

/* What was done to it, oldest first. */
static jb_err fill_acts(struct filing *f)
{
    uint32_t form = f->binding->view->forms[f->form].number;
    const struct jb_filing *filing = jb_filings_find(&f->scratch.filings, form);
    uint64_t revision = filing ? filing->last_revision : 0;
    jb_err err = JB_OK;
    f->acts = jb_arena_array(&f->desk->arena, ACTS_MAX, sizeof(*f->acts));
    if (!f->acts)
        return JB_ENOMEM;
    while (!err && revision && f->act_count < ACTS_MAX) {
        struct jb_entry entry;
        err = jb_past_entry(f->desk->view.txn, revision, &f->scratch, &entry);
        if (!err && entry.previous_revision >= revision)
            err = JB_EDAMAGED;
        if (!err && entry.kind == JB_ENTRY_ACT)
            err = add_act(f, &entry);
        revision = err || f->act_bytes > ACTS_BYTES_MAX ? 0 : entry.previous_revision;
    }
    for (uint32_t i = 0; i < f->act_count / 2; i++) {
        struct jb_filing_act newer = f->acts[i];
        f->acts[i] = f->acts[f->act_count - 1 - i];
        f->acts[f->act_count - 1 - i] = newer;
    }
    return err;
}

static jb_err answer(struct filing *f)
{
    const struct jb_catalog_view *view = f->binding->view;
    struct jb_filing_answer reply = {.snapshot = f->desk->view.snapshot,
                                     .standing = {.state = JB_FILING_NOT_REPORTED}};
    uint32_t unit = view->units[f->unit].number;
    jb_err err = JB_OK;
    if (unit != JB_NONE)
        err = jb_past_filings(f->desk->view.txn, unit, f->period, &f->scratch);
    if (!err)
        err = jb_query_check_span(f->desk->source, jb_span_of(f->period), &f->desk->findings);
    if (!err)
        err = jb_source_past(f->desk->source, f->unit, f->period, &f->past);
    if (!err)
        err = fill_rows(f);
    if (!err)
        err = fill_acts(f);
    if (err)
        return err;
    for (uint32_t i = 0; i < f->past->filing_count; i++) {
        if (f->past->filings[i].form != view->forms[f->form].number)
            continue;
        reply.has_last = f->past->filings[i].revision > 0;
        reply.last_submission = f->past->filings[i].submission;
        reply.last_revision = f->past->filings[i].revision;
        reply.standing = jb_standing_of(&f->past->filings[i].filing);
        if (!reply.has_last) /* it has only been excused */
            continue;
        err = load_sent(f, reply.last_revision);
        if (!err)
            err = check_standing(f, unit);
        if (err)
            return err;
        reply.explanation = f->sent.explanation;
        reply.last = f->sent_last;
        reply.attachments = f->sent.attachments;
        reply.attachment_count = f->sent.attachment_count;
    }
    reply.rows = f->rows;
    reply.row_count = f->count;
    reply.acts = f->acts;
    reply.act_count = f->act_count;
    jb_wire_filing_answer_encode(&reply, &f->desk->findings, &f->desk->payload);
    return JB_OK;
}

jb_err jb_answer_filing(struct jb_desk *desk, struct jb_slice payload)
{
    struct jb_filing_query query;
    struct filing f = {.desk = desk};
    if (jb_wire_filing_query_decode(payload, &desk->arena, &query) != JB_OK) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = jb_desk_need_catalog(desk);
    if (err)
        return err;
    f.binding = desk->view.binding;
    bool known = jb_lookup_unit(f.binding, query.unit, &f.unit, &desk->findings);
    known = jb_lookup_form(f.binding, query.form, &f.form, &desk->findings) && known;
    if (!known || !jb_lookup_base_period(f.binding->view->forms[f.form].freq, query.period,
                                         &f.period, &desk->findings))
        return JB_EINVAL;
    err = jb_desk_need_unit(desk, f.binding, f.unit);
    if (!err)
        err = jb_query_check_view(query.viewpoint, &desk->findings);
    if (!err) {
        /* Walked as of the head, so that each row is found with its submission. */
        uint64_t head = desk->view.snapshot.revision;
        jb_source_set_view(desk->source, desk->view.txn, f.binding, head, head, query.viewpoint);
        err = answer(&f);
    }
    jb_past_scratch_free(&f.scratch);
    return err;
}
