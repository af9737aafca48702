/* What differs between two views of the units' own figures: both are walked unit by unit and base
 * period by base period, and what one shows otherwise than the other becomes a row with both sides
 * and the entry that made the later one. */
#include <stdlib.h>

#include "answer_row.h"
#include "base/limits.h"
#include "desk.h"
#include "entered.h"
#include "lookup.h"
#include "net/wire_diff.h"
#include "text_figure.h"

#define ROW_FRAME_BYTES 200
#define NAME_FRAME_BYTES 24
#define FREQS_MAX 8
#define PAST_COST 40 /* of walking a unit's entries of a period, beside a cell looked at */

/* A figure that differs; NULL: that side does not show it. */
struct found {
    uint32_t indicator;
    const struct jb_past_figure *before, *after;
};

struct diff {
    struct jb_desk *desk;
    const struct jb_desk_scope *scope;
    const struct jb_reach *reach;
    jb_source *before, *after;
    bool *unit_asked, *indicator_asked;
    bool *unit_named, *indicator_named;
    struct jb_span *spans;
    uint32_t span_count;
    struct found *found;
    uint32_t found_cap;
    struct jb_arena scratch; /* of one row's submissions */
    struct jb_diff_row *rows;
    uint32_t count, cap;
    struct jb_name *units, *indicators;
    uint32_t unit_count, indicator_count;
    size_t bytes;
    bool truncated;
    bool failed; /* no memory */
};

static struct jb_slice keep(struct diff *d, struct jb_slice text)
{
    struct jb_slice copy = text.len ? jb_arena_copy(&d->desk->arena, text) : (struct jb_slice){0};
    d->failed = d->failed || (text.len && !copy.ptr);
    d->bytes += copy.len;
    return copy;
}

static struct jb_slice number_text(struct diff *d, const struct jb_indicator *indicator,
                                   const struct jb_past_figure *figure)
{
    char text[JB_DEC_TEXT_SIZE];
    if (!figure || figure->is_text || figure->value.state != JB_STATE_VALUE)
        return (struct jb_slice){0};
    jb_dec_format(figure->value.mantissa, indicator->decimals, text);
    return keep(d, jb_slice_str(text));
}

/* The words of a text figure, in scratch. */
static jb_err words_of(struct diff *d, const struct jb_indicator *indicator,
                       struct jb_period period, const struct jb_past_figure *figure,
                       struct jb_slice *ret)
{
    struct jb_entry_row sent;
    *ret = (struct jb_slice){0};
    if (!figure || !figure->is_text || figure->value.state != JB_STATE_VALUE)
        return JB_OK;
    jb_err err = jb_entry_row(d->desk->view.txn, figure->revision, indicator, period,
                              figure->stretch, &d->scratch, &sent);
    if (!err)
        *ret = sent.row.text;
    return err;
}

/* The row's values, before and after. */
static void put_values(struct diff *d, const struct jb_indicator *indicator,
                       const struct found *found, struct jb_history_row *ret)
{
    ret->state_before = found->before ? found->before->value.state : JB_STATE_NOT_REPORTED;
    ret->state = found->after ? found->after->value.state : JB_STATE_NOT_REPORTED;
    ret->before = number_text(d, indicator, found->before);
    ret->value = number_text(d, indicator, found->after);
    if (found->before) {
        ret->mark_before = found->before->value.mark;
        ret->status_before = found->before->value.status;
    }
    if (found->after) {
        ret->mark = found->after->value.mark;
        ret->status = found->after->value.status;
    }
}

/* Who, when and why: of the entry that set what is shown after, else before. */
static jb_err put_entry(struct diff *d, const struct jb_indicator *indicator,
                        struct jb_period period, const struct jb_past_figure *figure,
                        struct jb_history_row *ret)
{
    struct jb_entry_row sent;
    jb_err err = jb_entry_row(d->desk->view.txn, figure->revision, indicator, period,
                              figure->stretch, &d->scratch, &sent);
    if (err)
        return err;
    const struct jb_submission s = sent.submission;
    ret->revision = figure->revision;
    ret->at_us = sent.entry.at_us;
    ret->submission_id = figure->submission;
    ret->form = keep(d, s.form);
    ret->filled_by = keep(d, s.filled_by);
    ret->checked_by = keep(d, s.checked_by);
    ret->released_by = keep(d, s.released_by);
    ret->on_behalf_of = keep(d, s.on_behalf_of);
    ret->ground = keep(d, s.ground);
    ret->reason = keep(d, s.reason);
    ret->note = keep(d, sent.row.note);
    ret->source = keep(d, s.source);
    ret->signing = jb_entered_signing(&sent.entry, s.signed_for, d->desk->asker.rights,
                                      &d->desk->arena, &d->failed);
    return JB_OK;
}

static bool more_room(struct diff *d)
{
    if (d->count < d->cap)
        return true;
    uint32_t cap = d->cap ? d->cap * 2 : 64;
    struct jb_diff_row *rows = jb_arena_array(&d->desk->arena, cap, sizeof(*rows));
    if (!rows)
        return false;
    if (d->count)
        memcpy(rows, d->rows, d->count * sizeof(*rows));
    d->rows = rows;
    d->cap = cap;
    return true;
}

static void name(struct diff *d, bool *named, struct jb_name *names, uint32_t *count, uint32_t at,
                 struct jb_name fresh)
{
    if (named[at])
        return;
    named[at] = true;
    names[(*count)++] = fresh;
    d->bytes += NAME_FRAME_BYTES + fresh.code.len + fresh.zh.len + fresh.en.len +
                fresh.unit_of_measure_en.len;
}

static jb_err add_row(struct diff *d, uint32_t unit, struct jb_period period,
                      const struct found *found)
{
    const struct jb_binding *b = d->scope->binding;
    const struct jb_indicator *indicator = &b->view->indicators[found->indicator];
    const struct jb_past_figure *shown = found->after ? found->after : found->before;
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_slice before, after;
    struct jb_diff_row row = {.unit = jb_slice_str(b->view->units[unit].code),
                              .indicator = jb_slice_str(indicator->code)};
    jb_arena_clear(&d->scratch);
    jb_err err = words_of(d, indicator, period, found->before, &before);
    if (!err)
        err = words_of(d, indicator, period, found->after, &after);
    if (err)
        return err;
    if (found->before && found->after && jb_value_eq(found->before->value, found->after->value) &&
        jb_slice_eq(before, after))
        return JB_OK; /* the same words, sent again */
    if (!more_room(d))
        return JB_ENOMEM;
    put_values(d, indicator, found, &row.change);
    err = put_entry(d, indicator, period, shown, &row.change);
    row.text_before = keep(d, before);
    row.change.text = keep(d, after);
    jb_period_format(period, text);
    row.period = keep(d, jb_slice_str(text));
    if (shown->stretch) {
        jb_span_format((struct jb_span){jb_period_add(period, -(int32_t)shown->stretch), period},
                       text);
        row.basis = keep(d, jb_slice_str(text));
    }
    name(d, d->unit_named, d->units, &d->unit_count, unit,
         jb_name_of_node(b, jb_node_of_unit(b, unit)));
    name(d, d->indicator_named, d->indicators, &d->indicator_count, found->indicator,
         jb_name_of_indicator(b, found->indicator));
    d->bytes += ROW_FRAME_BYTES + row.unit.len + row.indicator.len;
    d->rows[d->count++] = row;
    d->truncated = d->bytes > JB_ANSWER_PAGE_BYTES_MAX;
    return err ? err : d->failed ? JB_ENOMEM : JB_OK;
}

/* The side shows the figure: it is asked for, and the release, if that is the view, lists it. */
static jb_err is_shown(struct diff *d, jb_source *source, struct jb_period period,
                       const struct jb_past_figure *figure, uint32_t *ret_indicator, bool *ret)
{
    const struct jb_binding *b = d->scope->binding;
    uint32_t indicator =
        figure->indicator < b->indicator_numbers ? b->indicator_of[figure->indicator] : JB_NONE;
    uint32_t listed = 1;
    jb_err err = JB_OK;
    *ret_indicator = indicator;
    *ret = false;
    if (indicator == JB_NONE || !d->indicator_asked[indicator])
        return JB_OK;
    if (jb_source_viewpoint(source).kind == JB_VIEW_PUBLISHED)
        err = jb_source_published(source, indicator, jb_span_of(period), &listed);
    *ret = !err && listed;
    return err;
}

static int compare_found(const void *left, const void *right)
{
    const struct found *a = left;
    const struct found *b = right;
    const struct jb_past_figure *x = a->after ? a->after : a->before;
    const struct jb_past_figure *y = b->after ? b->after : b->before;
    if (a->indicator != b->indicator)
        return (a->indicator > b->indicator) - (a->indicator < b->indicator);
    return (x->stretch > y->stretch) - (x->stretch < y->stretch);
}

static int compare_figures(const struct jb_past_figure *a, const struct jb_past_figure *b)
{
    if (a->indicator != b->indicator)
        return a->indicator < b->indicator ? -1 : 1;
    return (a->stretch > b->stretch) - (a->stretch < b->stretch);
}

/* The next figure of either side, in the order of both. */
static struct found next_found(const struct jb_past *before, uint32_t *i,
                               const struct jb_past *after, uint32_t *j)
{
    const struct jb_past_figure *a = *i < before->count ? &before->figures[*i] : NULL;
    const struct jb_past_figure *b = *j < after->count ? &after->figures[*j] : NULL;
    int order = !a ? 1 : !b ? -1 : compare_figures(a, b);
    struct found found = {.before = order <= 0 ? a : NULL, .after = order >= 0 ? b : NULL};
    *i += order <= 0;
    *j += order >= 0;
    return found;
}

static jb_err add_unit(struct diff *d, uint32_t unit, struct jb_period period)
{
    const struct jb_past *before, *after;
    uint32_t count = 0, i = 0, j = 0;
    jb_err err = jb_source_past(d->before, unit, period, &before);
    if (!err)
        err = jb_source_past(d->after, unit, period, &after);
    if (err)
        return err;
    if (before->count + after->count > d->found_cap) {
        d->found_cap = before->count + after->count;
        d->found = jb_xrealloc(d->found, d->found_cap * sizeof(*d->found));
    }
    while (i < before->count || j < after->count) {
        struct found found = next_found(before, &i, after, &j);
        bool shown = false;
        if (found.before)
            err = is_shown(d, d->before, period, found.before, &found.indicator, &shown);
        if (!shown)
            found.before = NULL;
        shown = false;
        if (!err && found.after)
            err = is_shown(d, d->after, period, found.after, &found.indicator, &shown);
        if (err)
            return err;
        if (!shown)
            found.after = NULL;
        if (!found.before && !found.after)
            continue;
        if (!found.before || !found.after ||
            !jb_value_eq(found.before->value, found.after->value) ||
            (found.before->is_text && found.before->revision != found.after->revision))
            d->found[count++] = found;
    }
    if (count > 1)
        qsort(d->found, count, sizeof(*d->found), compare_found);
    for (i = 0; !err && i < count && !d->truncated; i++)
        err = add_row(d, unit, period, &d->found[i]);
    return err;
}

static jb_err add_period(struct diff *d, struct jb_period period)
{
    jb_err err = JB_OK;
    for (uint32_t u = 0; !err && u < d->scope->binding->view->unit_count && !d->truncated; u++) {
        if (d->unit_asked[u])
            err = add_unit(d, u, period);
    }
    return err;
}

/* Every base period of the span. */
static jb_err add_span(struct diff *d, struct jb_span base)
{
    jb_err err = jb_query_check_span(d->before, base, &d->desk->findings);
    if (!err)
        err = jb_query_check_span(d->after, base, &d->desk->findings);
    for (uint32_t n = 0; !err && n < jb_span_count(base) && !d->truncated; n++)
        err = add_period(d, jb_period_add(base.first, (int32_t)n));
    return err;
}

/* By each frequency that is asked for. */
static jb_err add_spans(struct diff *d)
{
    const struct jb_catalog_view *view = d->scope->binding->view;
    enum jb_freq freqs[FREQS_MAX];
    uint32_t count = 0;
    jb_err err = JB_OK;
    for (uint32_t i = 0; i < view->indicator_count; i++) {
        uint32_t k = 0;
        while (k < count && freqs[k] != view->indicators[i].freq)
            k++;
        if (k == count && d->indicator_asked[i] && count < FREQS_MAX)
            freqs[count++] = view->indicators[i].freq;
    }
    for (uint32_t s = 0; s < d->span_count; s++) {
        for (uint32_t k = 0; !err && k < count; k++) {
            struct jb_span base;
            if (jb_span_to_base(d->spans[s], freqs[k], &base) == JB_OK)
                err = add_span(d, base);
        }
    }
    return err;
}

static jb_err read_units(struct diff *d, const struct jb_diff_query *query)
{
    const struct jb_binding *b = d->scope->binding;
    struct jb_findings *findings = &d->desk->findings;
    jb_date day = jb_period_last_day(d->spans[0].last);
    bool named = query->units.count;
    bool narrowed = false;
    uint32_t above = JB_NONE, count = 0;
    if (query->under.len && !jb_lookup_unit(b, query->under, &above, findings))
        return JB_EINVAL;
    for (uint32_t i = 0; i < query->units.count; i++) {
        uint32_t unit;
        if (!jb_lookup_unit(b, query->units.items[i], &unit, findings))
            continue;
        d->unit_asked[unit] = true;
        if (!jb_reach_unit(d->reach, unit))
            jb_reach_refuse(findings, b->view->units[unit].code);
    }
    for (uint32_t u = 0; !named && u < b->view->unit_count; u++) {
        if (above != JB_NONE && !jb_catalog_is_under(b->catalog, u, above, day))
            continue;
        d->unit_asked[u] = jb_reach_unit(d->reach, u);
        narrowed = narrowed || !d->unit_asked[u];
        count += d->unit_asked[u];
    }
    if (narrowed && !count)
        jb_reach_refuse(findings, above == JB_NONE ? "" : b->view->units[above].code);
    else if (narrowed)
        jb_reach_tell_narrowed(findings);
    return findings->errors ? JB_EINVAL : JB_OK;
}

static jb_err read_question(struct diff *d, const struct jb_diff_query *query)
{
    const struct jb_binding *b = d->scope->binding;
    struct jb_findings *findings = &d->desk->findings;
    d->spans = jb_arena_array(&d->desk->arena, query->periods.count, sizeof(*d->spans));
    d->unit_asked = jb_arena_array(&d->desk->arena, b->view->unit_count, sizeof(bool));
    d->unit_named = jb_arena_array(&d->desk->arena, b->view->unit_count, sizeof(bool));
    d->units = jb_arena_array(&d->desk->arena, b->view->unit_count, sizeof(*d->units));
    d->indicator_asked = jb_arena_array(&d->desk->arena, b->view->indicator_count, sizeof(bool));
    d->indicator_named = jb_arena_array(&d->desk->arena, b->view->indicator_count, sizeof(bool));
    d->indicators =
        jb_arena_array(&d->desk->arena, b->view->indicator_count, sizeof(*d->indicators));
    if (!d->spans || !d->unit_asked || !d->unit_named || !d->units || !d->indicator_asked ||
        !d->indicator_named || !d->indicators)
        return JB_ENOMEM;
    jb_ignore(jb_query_check_view(query->before.viewpoint, findings));
    jb_ignore(jb_query_check_view(query->after.viewpoint, findings));
    if (!query->periods.count)
        jb_lookup_refuse(findings, JB_F_PERIOD_SYNTAX, (struct jb_slice){0}, "2023-Q2");
    for (uint32_t i = 0; i < query->periods.count; i++)
        d->span_count +=
            jb_lookup_span(query->periods.items[i], &d->spans[d->span_count], findings);
    if (!query->indicators.count)
        memset(d->indicator_asked, 1, b->view->indicator_count * sizeof(bool));
    for (uint32_t i = 0; i < query->indicators.count; i++) {
        uint32_t indicator;
        if (jb_lookup_indicator(b, query->indicators.items[i], &indicator, findings))
            d->indicator_asked[indicator] = true;
    }
    return findings->errors ? JB_EINVAL : read_units(d, query);
}

static uint64_t cost_of(const struct diff *d)
{
    uint64_t units = 0, months = 0;
    for (uint32_t u = 0; u < d->scope->binding->view->unit_count; u++)
        units += d->unit_asked[u];
    for (uint32_t s = 0; s < d->span_count; s++)
        months += jb_span_count(d->spans[s]);
    return units * months * PAST_COST;
}

/* Sets a side's source; as of the head it is walked like the past. JB_EINVAL: the revision lies
 * ahead. */
static jb_err look(struct diff *d, const struct jb_sight *sight, jb_source *source)
{
    struct jb_view *view = &d->desk->view;
    const struct jb_query asked = {.as_of_revision = sight->as_of_revision};
    uint64_t as_of = 0;
    jb_err err =
        jb_query_revision(view->txn, &asked, view->snapshot.revision, &as_of, &d->desk->findings);
    if (!err)
        jb_source_set_view(source, view->txn, d->scope->binding, view->snapshot.revision,
                           as_of ? as_of : view->snapshot.revision, sight->viewpoint);
    return err;
}

static jb_err answer(struct diff *d)
{
    struct jb_diff_answer reply = {.snapshot = d->scope->snapshot};
    struct jb_arena *arena = &d->desk->arena;
    jb_err err = add_spans(d);
    if (!err)
        err = jb_query_releases(d->before, arena, &reply.releases_before,
                                &reply.release_before_count);
    if (!err)
        err = jb_query_releases(d->after, arena, &reply.releases_after, &reply.release_after_count);
    if (err)
        return err;
    reply.rows = d->rows;
    reply.row_count = d->count;
    reply.units = d->units;
    reply.unit_count = d->unit_count;
    reply.indicators = d->indicators;
    reply.indicator_count = d->indicator_count;
    reply.truncated = d->truncated;
    jb_wire_diff_answer_encode(&reply, &d->desk->findings, &d->desk->payload);
    return JB_OK;
}

jb_err jb_answer_diff(struct jb_desk *desk, struct jb_slice payload)
{
    struct jb_diff_query query;
    struct jb_desk_scope scope;
    struct diff d = {.desk = desk, .scope = &scope, .after = desk->source};
    if (jb_wire_diff_query_decode(payload, &desk->arena, &query) != JB_OK) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = jb_desk_need_catalog(desk);
    if (!err)
        err = jb_desk_scope(desk, 0, &scope);
    if (err)
        return err;
    d.before = jb_source_new();
    jb_arena_init(&d.scratch, desk->arena.bytes_max);
    err = jb_asker_reach(&desk->asker, scope.binding, &d.reach);
    if (!err)
        err = read_question(&d, &query);
    if (!err)
        err = look(&d, &query.before, d.before);
    if (!err)
        err = look(&d, &query.after, d.after);
    if (!err && !jb_desk_affords(desk, cost_of(&d)))
        err = JB_EAGAIN;
    if (!err)
        err = answer(&d);
    free(d.found);
    jb_arena_free(&d.scratch);
    jb_source_free(d.before);
    jb_desk_release(desk, &scope);
    return err;
}
