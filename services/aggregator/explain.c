/* Which cells and revisions make up a rollup: the answer, and under it every part that went in,
 * that is owed and missing, or that stands beside it without counting. */
#include <stdio.h>

#include "answer_row.h"
#include "desk.h"
#include "entered.h"
#include "lookup.h"
#include "net/wire_query.h"

#define PART_FRAME_BYTES 136

struct explanation {
    struct jb_desk *desk;
    const struct jb_desk_scope *scope;
    struct jb_row_ask ask;
    struct jb_viewpoint viewpoint;
    const struct jb_reach *reach;
    struct jb_explain_part *parts;
    uint32_t count, cap;
    struct jb_name *names;
    uint32_t name_count, name_cap;
    bool *named; /* by unit */
    size_t bytes;
    bool truncated;
    struct jb_entered_memory entered;
    bool narrowed; /* parts of units that the asker may not read were left out */
};

static jb_err more_room(struct explanation *x)
{
    if (x->count == x->cap) {
        uint32_t cap = x->cap ? x->cap * 2 : 32;
        struct jb_explain_part *parts = jb_arena_array(&x->desk->arena, cap, sizeof(*parts));
        if (!parts)
            return JB_ENOMEM;
        if (x->count)
            memcpy(parts, x->parts, x->count * sizeof(*parts));
        x->parts = parts;
        x->cap = cap;
    }
    if (x->name_count == x->name_cap) {
        uint32_t cap = x->name_cap ? x->name_cap * 2 : 32;
        struct jb_name *names = jb_arena_array(&x->desk->arena, cap, sizeof(*names));
        if (!names)
            return JB_ENOMEM;
        if (x->name_count)
            memcpy(names, x->names, x->name_count * sizeof(*names));
        x->names = names;
        x->name_cap = cap;
    }
    return JB_OK;
}

static jb_err add_part(struct explanation *x, const struct jb_measured *figure, uint32_t unit,
                       struct jb_period period, const struct jb_past_figure *found, bool owed)
{
    const struct jb_binding *b = x->scope->binding;
    const struct jb_indicator *indicator = &b->view->indicators[figure->indicator];
    const struct jb_result *result = &figure->result;
    char text[JB_PERIOD_TEXT_SIZE + JB_DEC_TEXT_SIZE];
    bool failed = false;
    jb_err err = more_room(x);
    if (err)
        return err;
    jb_period_format(period, text);
    struct jb_explain_part part = {
        .unit = jb_slice_str(b->view->units[unit].code),
        .indicator = jb_slice_str(indicator->code),
        .period = jb_lookup_text(&x->desk->arena, text, &failed),
        .owed = owed,
        .counts = jb_catalog_own_counts(b->catalog, unit, figure->indicator,
                                        jb_period_last_day(period)) &&
                  (!result->has_value_period || jb_period_eq(result->value_period, period)),
    };
    if (found) {
        part.state = found->value.state;
        part.mark = found->value.mark;
        part.status = found->value.status;
        part.revision = found->revision;
        part.has_submission = true;
        part.submission_id = found->submission;
    }
    const struct jb_period_state *state = NULL;
    struct jb_entered entered = {.by = {0}};
    err = jb_source_amended(x->desk->source, period, &state);
    if (!err && found)
        err = jb_entered_read(x->desk->view.txn, found->revision, &x->entered,
                              x->desk->asker.rights, &x->desk->arena, &entered);
    if (err)
        return err;
    part.entered_by = entered.by;
    part.signing = entered.signing;
    part.backfill = state && state->backfill;
    if (found && found->value.state == JB_STATE_VALUE && !found->is_text) {
        jb_dec_format(found->value.mantissa, indicator->decimals, text);
        part.value = jb_lookup_text(&x->desk->arena, text, &failed);
    }
    if (found && found->stretch) {
        struct jb_span span = {jb_period_add(period, -(int32_t)found->stretch), period};
        jb_span_format(span, text);
        part.basis = jb_lookup_text(&x->desk->arena, text, &failed);
    }
    x->bytes += PART_FRAME_BYTES + part.unit.len + part.indicator.len + part.value.len +
                part.entered_by.len + part.signing.signer.len + part.signing.signed_for.len;
    x->parts[x->count++] = part;
    if (!x->named[unit]) {
        x->names[x->name_count] = jb_name_of_node(b, jb_node_of_unit(b, unit));
        x->bytes += 24 + x->names[x->name_count].zh.len + x->names[x->name_count].en.len;
        x->name_count++;
        x->named[unit] = true;
    }
    x->truncated = x->bytes > JB_ANSWER_PAGE_BYTES_MAX;
    return failed ? JB_ENOMEM : JB_OK;
}

/* The units of one base period that own the indicator. */
static jb_err add_period(struct explanation *x, const struct jb_measured *figure,
                         struct jb_period period, uint32_t stretch)
{
    const struct jb_binding *b = x->scope->binding;
    const struct jb_indicator *indicator = &b->view->indicators[figure->indicator];
    jb_date day = jb_period_last_day(period);
    for (uint32_t i = 0; i < indicator->owner_count && !x->truncated; i++) {
        const struct jb_edge *owner = &indicator->owners[i];
        const struct jb_past *past;
        if (owner->unit == JB_NONE || day < owner->from || day > owner->until ||
            !jb_node_has_unit(b, x->ask.total.node, owner->unit, day))
            continue;
        uint32_t owed = 0;
        jb_err err = jb_source_expected(x->desk->source, jb_node_of_unit(b, owner->unit), true,
                                        figure->indicator, period, &owed);
        if (!err)
            err = jb_source_past(x->desk->source, owner->unit, period, &past);
        if (err)
            return err;
        const struct jb_past_figure *found = jb_past_find(past, indicator->number, stretch);
        if ((found || owed) && !jb_reach_unit(x->reach, owner->unit))
            x->narrowed = true;
        else if (found || owed)
            err = add_part(x, figure, owner->unit, period, found, owed > 0);
        if (err)
            return err;
    }
    return JB_OK;
}

static jb_err add_figure(struct explanation *x, const struct jb_measured *figure)
{
    struct jb_span span = figure->span;
    uint32_t stretch = 0;
    if (figure->exact_stretch) {
        stretch = jb_span_count(span) - 1;
        span.first = span.last;
    }
    for (uint32_t i = 0; i < jb_span_count(span) && !x->truncated; i++) {
        jb_err err = add_period(x, figure, jb_period_add(span.first, (int32_t)i), stretch);
        if (err)
            return err;
    }
    return JB_OK;
}

static const char *unit_rule(enum jb_unit_agg agg)
{
    switch (agg) {
    case JB_UNIT_SUM:
        return "sum over units";
    case JB_UNIT_MEAN:
        return "mean over units";
    case JB_UNIT_MIN:
        return "least of the units";
    case JB_UNIT_MAX:
        return "greatest of the units";
    case JB_UNIT_SOLE:
        break;
    }
    return "the one unit that reports it";
}

static const char *time_rule(enum jb_time_agg agg)
{
    switch (agg) {
    case JB_TIME_SUM:
        return "sum over time";
    case JB_TIME_LAST:
        return "last base period with a value";
    case JB_TIME_MEAN:
        return "mean over time";
    case JB_TIME_MIN:
        return "least over time";
    case JB_TIME_MAX:
        return "greatest over time";
    case JB_TIME_NONE:
        break;
    }
    return "only for the stretch it was reported for";
}

static void print_rule(const struct jb_catalog_view *view, const struct jb_total *total, char *text,
                       size_t size)
{
    const struct jb_indicator *indicator = &view->indicators[total->self.indicator];
    if (total->is_ratio)
        snprintf(text, size, "%s / %s, each over units, then over time",
                 view->indicators[indicator->numerator].code,
                 view->indicators[indicator->denominator].code);
    else if (total->self.exact_stretch)
        snprintf(text, size, "%s, reported for exactly this stretch",
                 unit_rule(indicator->unit_agg));
    else
        snprintf(text, size, "%s, then %s", unit_rule(indicator->unit_agg),
                 time_rule(indicator->time_agg));
}

static jb_err answer(struct explanation *x)
{
    struct jb_desk *desk = x->desk;
    const struct jb_binding *b = x->scope->binding;
    uint64_t revision = x->scope->snapshot.revision;
    struct jb_explain_answer reply = {.snapshot = x->scope->snapshot};
    struct jb_total total;
    char rule[256];
    x->named = jb_arena_array(&desk->arena, b->view->unit_count, sizeof(*x->named));
    if (!x->named)
        return JB_ENOMEM;
    jb_err err = jb_answer_row_make(desk->source, &x->ask, &desk->arena, &reply.result, &total);
    if (err)
        return err;
    err = jb_query_releases(desk->source, &desk->arena, &reply.releases, &reply.release_count);
    if (err)
        return err;
    /* The parts come from the filings, so that each names the revision that set it. */
    jb_source_set_view(desk->source, desk->view.txn, b, desk->view.snapshot.revision, revision,
                       x->viewpoint);
    if (total.self.result.reason == JB_REASON_NOT_PUBLISHED ||
        total.self.result.reason == JB_REASON_PARTLY_PUBLISHED) {
        err = JB_OK; /* nor are its parts told */
    } else if (total.is_ratio) {
        err = add_figure(x, &total.parts[0]);
        if (!err)
            err = add_figure(x, &total.parts[1]);
    } else {
        err = add_figure(x, &total.self);
    }
    if (err)
        return err;
    if (x->narrowed)
        jb_reach_tell_narrowed(&desk->findings);
    print_rule(b->view, &total, rule, sizeof(rule));
    reply.rule = jb_slice_str(rule);
    reply.parts = x->parts;
    reply.part_count = x->count;
    reply.units = x->names;
    reply.unit_count = x->name_count;
    reply.truncated = x->truncated;
    reply.view = x->viewpoint.kind;
    jb_wire_explain_answer_encode(&reply, &desk->findings, &desk->payload);
    return JB_OK;
}

static jb_err read_question(struct explanation *x, const struct jb_explain_query *query)
{
    const struct jb_binding *b = x->scope->binding;
    struct jb_findings *findings = &x->desk->findings;
    struct jb_total_ask *ask = &x->ask.total;
    bool known = jb_lookup_node(b, query->unit, &ask->node, findings);
    known = jb_lookup_indicator(b, query->indicator, &ask->indicator, findings) && known;
    known = jb_lookup_span(query->period, &x->ask.span, findings) && known;
    if (!known)
        return JB_EINVAL;
    const struct jb_indicator *indicator = &b->view->indicators[ask->indicator];
    if (jb_span_to_base(x->ask.span, indicator->freq, &ask->span) != JB_OK) {
        jb_lookup_refuse(findings, JB_F_QUERY_FINER_THAN_BASE, query->period,
                         jb_freq_name(indicator->freq));
        return JB_EINVAL;
    }
    x->viewpoint = query->viewpoint;
    if (jb_query_check_view(query->viewpoint, findings) != JB_OK)
        return JB_EINVAL;
    ask->basis = query->basis;
    ask->today = jb_date_at(x->desk->now_us, b->view->zone_offset_minutes);
    return JB_OK;
}

/* The node itself must be within reach; its parts are left out where they are not. */
static jb_err check_reach(struct explanation *x)
{
    const struct jb_binding *b = x->scope->binding;
    const struct jb_node *node = &x->ask.total.node;
    jb_err err = jb_asker_reach(&x->desk->asker, b, &x->reach);
    if (err || jb_reach_node(x->reach, node->index, node->is_group))
        return err;
    jb_reach_refuse(&x->desk->findings, node->is_group ? b->view->groups[node->index].code
                                                       : b->view->units[node->index].code);
    return JB_EINVAL;
}

static uint64_t cost_of(const struct explanation *x)
{
    const struct jb_catalog_view *view = x->scope->binding->view;
    const struct jb_indicator *indicator = &view->indicators[x->ask.total.indicator];
    uint64_t owners = indicator->owner_count;
    if (indicator->measure == JB_RATIO)
        owners = (uint64_t)view->indicators[indicator->numerator].owner_count +
                 view->indicators[indicator->denominator].owner_count;
    return (owners + 1) * jb_span_count(x->ask.total.span);
}

jb_err jb_answer_explain(struct jb_desk *desk, struct jb_slice payload)
{
    struct jb_explain_query query;
    struct jb_desk_scope scope;
    struct explanation x = {.desk = desk, .scope = &scope};
    if (jb_wire_explain_query_decode(payload, &desk->arena, &query) != JB_OK) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = jb_desk_need_catalog(desk);
    if (!err)
        err = jb_desk_scope(desk, query.as_of_revision, &scope);
    if (err)
        return err;
    err = read_question(&x, &query);
    if (!err)
        err = check_reach(&x);
    if (!err && !jb_desk_affords(desk, cost_of(&x)))
        err = JB_EAGAIN;
    if (!err) {
        jb_desk_look(desk, &scope, x.viewpoint);
        err = jb_query_check_span(desk->source, x.ask.total.span, &desk->findings);
    }
    if (!err)
        err = answer(&x);
    jb_entered_free(&x.entered);
    jb_desk_release(desk, &scope);
    return err;
}
