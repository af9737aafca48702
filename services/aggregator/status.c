/* Who has reported 填报情况: for each unit, base period and form how many rows were owed and how
 * many are there. */
#include <stdlib.h>

#include "answer_row.h"
#include "desk.h"
#include "entered.h"
#include "expected.h"
#include "lookup.h"
#include "net/wire_query.h"
#include "standing.h"

#define MISSING_MAX 100
#define ROW_FRAME_BYTES 160

/* A form that a unit owes at some time. */
struct duty {
    uint32_t unit, form;
};

struct status {
    struct jb_desk *desk;
    const struct jb_desk_scope *scope;
    const struct jb_reach *reach;
    struct duty *duties; /* by unit, then in the catalogue's order */
    uint32_t duty_count;
    uint32_t *units;
    uint32_t unit_count;
    struct jb_span *spans;
    uint32_t span_count;
    uint32_t under; /* JB_NONE: as listed */
    struct jb_status_row *rows;
    uint32_t count, cap;
    struct jb_name *names;
    uint32_t name_count;
    size_t bytes;
    bool truncated;
    int64_t now_us; /* by which dates are judged */
    struct jb_entered_memory entered;
};

static int compare_duties(const void *left, const void *right)
{
    const struct duty *a = left;
    const struct duty *b = right;
    if (a->unit != b->unit)
        return (a->unit > b->unit) - (a->unit < b->unit);
    return (a->form > b->form) - (a->form < b->form);
}

static jb_err list_duties(struct status *s)
{
    const struct jb_catalog_view *view = s->scope->binding->view;
    size_t edges = 0;
    for (uint32_t f = 0; f < view->form_count; f++)
        edges += view->forms[f].unit_count;
    s->duties = jb_arena_array(&s->desk->arena, edges, sizeof(*s->duties));
    if (!s->duties)
        return JB_ENOMEM;
    for (uint32_t f = 0; f < view->form_count; f++) {
        for (uint32_t i = 0; i < view->forms[f].unit_count; i++)
            s->duties[s->duty_count++] = (struct duty){view->forms[f].units[i].unit, f};
    }
    if (s->duty_count > 1)
        qsort(s->duties, s->duty_count, sizeof(*s->duties), compare_duties);
    uint32_t kept = 0; /* a form owed in two stretches of time is one duty */
    for (uint32_t i = 0; i < s->duty_count; i++) {
        if (!kept || compare_duties(&s->duties[kept - 1], &s->duties[i]) != 0)
            s->duties[kept++] = s->duties[i];
    }
    s->duty_count = kept;
    return JB_OK;
}

static jb_err read_question(struct status *s, const struct jb_status_query *query)
{
    const struct jb_binding *b = s->scope->binding;
    struct jb_findings *findings = &s->desk->findings;
    bool all = !query->units.count;
    uint32_t cap = all ? b->view->unit_count : query->units.count;
    s->units = jb_arena_array(&s->desk->arena, cap, sizeof(*s->units));
    s->spans = jb_arena_array(&s->desk->arena, query->periods.count, sizeof(*s->spans));
    s->names = jb_arena_array(&s->desk->arena, cap, sizeof(*s->names));
    if (!s->units || !s->spans || !s->names)
        return JB_ENOMEM;
    s->under = JB_NONE;
    if (query->under.len && !jb_lookup_unit(b, query->under, &s->under, findings))
        return JB_EINVAL;
    for (uint32_t i = 0; i < cap; i++) {
        uint32_t unit = i;
        if (all || jb_lookup_unit(b, query->units.items[i], &unit, findings))
            s->units[s->unit_count++] = unit;
    }
    if (!query->periods.count)
        jb_lookup_refuse(findings, JB_F_PERIOD_SYNTAX, (struct jb_slice){0}, "2023-Q2");
    for (uint32_t i = 0; i < query->periods.count; i++) {
        if (jb_lookup_span(query->periods.items[i], &s->spans[s->span_count], findings))
            s->span_count++;
    }
    return findings->errors ? JB_EINVAL : JB_OK;
}

/* A unit counts as asked for when it is under the unit that was named, if there was one. */
static bool is_asked(const struct status *s, uint32_t unit)
{
    return s->under == JB_NONE || jb_catalog_is_under(s->scope->binding->catalog, unit, s->under,
                                                      jb_period_last_day(s->spans[0].last));
}

/* Units that were named must be within reach; of all, or of all under one, those are left that
 * are. */
static jb_err keep_within_reach(struct status *s, const struct jb_status_query *query)
{
    const struct jb_catalog_view *view = s->scope->binding->view;
    struct jb_findings *findings = &s->desk->findings;
    uint32_t asked = 0;
    uint32_t left = 0;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->unit_count; i++) {
        uint32_t unit = s->units[i];
        bool within = jb_reach_unit(s->reach, unit);
        bool counts = is_asked(s, unit);
        asked += counts;
        left += counts && within;
        if (within)
            s->units[kept++] = unit;
        else if (query->units.count)
            jb_reach_refuse(findings, view->units[unit].code);
    }
    s->unit_count = kept;
    if (findings->errors)
        return JB_EINVAL;
    if (left < asked && !left) {
        jb_reach_refuse(findings, s->under == JB_NONE ? "" : view->units[s->under].code);
        return JB_EINVAL;
    }
    if (left < asked)
        jb_reach_tell_narrowed(findings);
    return JB_OK;
}

static jb_err more_room(struct status *s)
{
    if (s->count < s->cap)
        return JB_OK;
    uint32_t cap = s->cap ? s->cap * 2 : 64;
    struct jb_status_row *rows = jb_arena_array(&s->desk->arena, cap, sizeof(*rows));
    if (!rows)
        return JB_ENOMEM;
    if (s->count)
        memcpy(rows, s->rows, s->count * sizeof(*rows));
    s->rows = rows;
    s->cap = cap;
    return JB_OK;
}

/* Counts the owed rows and names what is missing. */
static jb_err count_rows(struct status *s, const struct duty *duty,
                         const struct jb_period_state *amended, struct jb_period period,
                         struct jb_status_row *row)
{
    const struct jb_binding *b = s->scope->binding;
    const struct jb_form *form = &b->view->forms[duty->form];
    struct jb_slice *missing = jb_arena_array(
        &s->desk->arena, form->row_count < MISSING_MAX ? form->row_count : MISSING_MAX,
        sizeof(*missing));
    uint32_t count = 0;
    if (!missing)
        return JB_ENOMEM;
    for (uint32_t r = 0; r < form->row_count; r++) {
        uint32_t indicator = form->rows[r].indicator;
        unsigned has;
        if (!jb_expected_row(b->catalog, amended, duty->unit, duty->form, r, period))
            continue;
        row->rows_expected++;
        jb_err err = jb_source_own_has(s->desk->source, duty->unit, indicator, period, &has);
        if (err)
            return err;
        row->rows_reported += has != 0;
        if (has || count == MISSING_MAX)
            continue;
        missing[count] = jb_slice_str(b->view->indicators[indicator].code);
        s->bytes += missing[count++].len + 3;
    }
    row->missing = (struct jb_strings){missing, count};
    return JB_OK;
}

/* The dates, and how the filing stands to them. */
static void judge(const struct status *s, const struct duty *duty, struct jb_period period,
                  const struct jb_period_state *amended, const struct jb_filing *filing,
                  struct jb_status_row *row)
{
    const struct jb_binding *b = s->scope->binding;
    struct jb_form_dates dates;
    row->opens_on = JB_DATE_MIN;
    row->locks_on = JB_DATE_MAX;
    if (!amended)
        return;
    row->backfill = amended->backfill;
    row->trial = amended->trial;
    row->phase = amended->phase;
    row->reopened = jb_period_is_reopened(amended, b->view->units[duty->unit].number, s->now_us);
    bool has_dates = jb_catalog_dates(b->catalog, duty->form, period, &dates);
    if (amended->backfill)
        return;
    if (has_dates) {
        row->opens_on = dates.opens_on;
        row->locks_on = dates.locks_on;
    }
    if (amended->phase != JB_PERIOD_NOT_OPENED && row->rows_expected > 0)
        row->verdict = jb_standing_judge(filing, has_dates ? &dates : NULL,
                                         b->view->zone_offset_minutes, s->now_us);
}

static jb_err add_row(struct status *s, const struct duty *duty, struct jb_period period)
{
    const struct jb_catalog_view *view = s->scope->binding->view;
    const struct jb_form *form = &view->forms[duty->form];
    const struct jb_past_filing *filings = NULL;
    const struct jb_period_state *amended = NULL;
    struct jb_status_row row = {
        .unit = jb_slice_str(view->units[duty->unit].code),
        .form = jb_slice_str(form->code),
        .form_title_zh = jb_slice_str(form->name.zh),
        .form_title_en = jb_slice_str(form->name.en),
    };
    char text[JB_PERIOD_TEXT_SIZE];
    uint32_t count;
    bool failed = false;
    struct jb_filing filing = jb_filing_new(form->number);
    row.standing.state = JB_FILING_NOT_REPORTED;
    jb_err err = jb_source_amended(s->desk->source, period, &amended);
    if (!err)
        err = jb_source_filings(s->desk->source, duty->unit, period, &filings, &count);
    if (err)
        return err;
    for (uint32_t i = 0; i < count; i++) {
        if (filings[i].form != form->number)
            continue;
        row.has_last = filings[i].revision > 0;
        row.last_submission = filings[i].submission;
        row.last_revision = filings[i].revision;
        row.last_at_us = filings[i].at_us;
        filing = filings[i].filing;
        row.standing = jb_standing_of(&filing);
    }
    if (!row.has_last &&
        !jb_expected_form(s->scope->binding->catalog, amended, duty->unit, duty->form, period))
        return JB_OK;
    jb_period_format(period, text);
    row.period = jb_lookup_text(&s->desk->arena, text, &failed);
    err = failed ? JB_ENOMEM : count_rows(s, duty, amended, period, &row);
    struct jb_entered entered = {.by = {0}};
    if (!err && row.has_last)
        err = jb_entered_read(s->desk->view.txn, row.last_revision, &s->entered,
                              s->desk->asker.rights, &s->desk->arena, &entered);
    row.entered_by = entered.by;
    row.signed_for = entered.signing.signed_for;
    judge(s, duty, period, amended, &filing, &row);
    if (!err)
        err = more_room(s);
    if (err)
        return err;
    s->bytes += ROW_FRAME_BYTES + row.unit.len + row.form.len + row.form_title_zh.len +
                row.form_title_en.len + row.period.len + row.entered_by.len + row.signed_for.len;
    s->rows[s->count++] = row;
    return JB_OK;
}

static uint32_t first_duty(const struct status *s, uint32_t unit)
{
    uint32_t low = 0;
    uint32_t high = s->duty_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (s->duties[middle].unit < unit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static jb_err add_span(struct status *s, uint32_t unit, struct jb_span span)
{
    const struct jb_binding *b = s->scope->binding;
    if (s->under != JB_NONE &&
        !jb_catalog_is_under(b->catalog, unit, s->under, jb_period_last_day(span.last)))
        return JB_OK;
    for (uint32_t d = first_duty(s, unit); d < s->duty_count && s->duties[d].unit == unit; d++) {
        struct jb_span base;
        if (jb_span_to_base(span, b->view->forms[s->duties[d].form].freq, &base) != JB_OK)
            continue;
        for (uint32_t i = 0; i < jb_span_count(base); i++) {
            jb_err err = add_row(s, &s->duties[d], jb_period_add(base.first, (int32_t)i));
            if (err)
                return err;
            s->truncated = s->bytes > JB_ANSWER_PAGE_BYTES_MAX;
            if (s->truncated)
                return JB_OK;
        }
    }
    return JB_OK;
}

static jb_err answer(struct status *s)
{
    for (uint32_t u = 0; u < s->unit_count && !s->truncated; u++) {
        uint32_t before = s->count;
        for (uint32_t p = 0; p < s->span_count && !s->truncated; p++) {
            jb_err err = add_span(s, s->units[u], s->spans[p]);
            if (err)
                return err;
        }
        if (s->count == before)
            continue;
        s->names[s->name_count] =
            jb_name_of_node(s->scope->binding, jb_node_of_unit(s->scope->binding, s->units[u]));
        s->bytes += 24 + s->names[s->name_count].zh.len + s->names[s->name_count].en.len;
        s->name_count++;
    }
    struct jb_status_answer reply = {.snapshot = s->scope->snapshot,
                                     .rows = s->rows,
                                     .row_count = s->count,
                                     .units = s->names,
                                     .unit_count = s->name_count,
                                     .truncated = s->truncated};
    jb_wire_status_answer_encode(&reply, &s->desk->findings, &s->desk->payload);
    return JB_OK;
}

/* Base periods of months at worst, a form's rows each. */
static uint64_t cost_of(const struct status *s)
{
    uint64_t periods = 0;
    for (uint32_t i = 0; i < s->span_count; i++)
        periods += jb_span_count(s->spans[i]);
    return periods * (s->unit_count < s->duty_count ? s->duty_count : 1) * 16;
}

jb_err jb_answer_status(struct jb_desk *desk, struct jb_slice payload)
{
    struct jb_status_query query;
    struct jb_desk_scope scope;
    struct status s = {.desk = desk, .scope = &scope};
    if (jb_wire_status_query_decode(payload, &desk->arena, &query) != JB_OK) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = jb_desk_need_catalog(desk);
    if (!err)
        err = jb_desk_scope(desk, query.as_of_revision, &scope);
    if (err)
        return err;
    s.now_us = desk->now_us;
    if (query.as_of_revision || s.now_us < scope.snapshot.at_us)
        s.now_us = scope.snapshot.at_us;
    err = read_question(&s, &query);
    if (!err)
        err = jb_asker_reach(&desk->asker, scope.binding, &s.reach);
    if (!err && !s.reach->everything)
        err = keep_within_reach(&s, &query);
    if (!err)
        err = list_duties(&s);
    if (!err && !jb_desk_affords(desk, cost_of(&s)))
        err = JB_EAGAIN;
    if (!err)
        err = answer(&s);
    jb_entered_free(&s.entered);
    jb_desk_release(desk, &scope);
    return err;
}
