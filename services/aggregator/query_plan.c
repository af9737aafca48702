/* Reads a question against a catalogue. Everything that is not known is told at once; nothing is
 * guessed. */
#include "query_plan.h"

#include <stdio.h>

#include "asker.h"
#include "lookup.h"
#include "model/check.h"

#define OVERLAPS_MAX 8     /* told of */
#define OVERLAPPING_MAX 64 /* groups that are compared, each with each */

struct planner {
    const struct jb_binding *binding;
    const struct jb_query *query;
    const struct jb_reach *reach; /* NULL: everything */
    struct jb_arena *arena;
    struct jb_findings *findings;
    struct jb_query_plan *plan;
};

jb_err jb_query_revision(jb_kv_txn *txn, const struct jb_query *query, uint64_t head,
                         uint64_t *ret_as_of, struct jb_findings *findings)
{
    uint64_t as_of = query->as_of_revision;
    if (!as_of && query->as_of_us) {
        jb_err err = jb_store_revision_at(txn, query->as_of_us, &as_of);
        if (err)
            return err;
        if (!as_of) {
            jb_lookup_refuse(findings, JB_F_QUERY_TOO_EARLY, (struct jb_slice){0}, "");
            return JB_EINVAL;
        }
    }
    if (as_of > head) {
        char got[24], expected[24];
        snprintf(got, sizeof(got), "%llu", (unsigned long long)as_of);
        snprintf(expected, sizeof(expected), "<= %llu", (unsigned long long)head);
        jb_lookup_refuse(findings, JB_F_QUERY_REVISION, jb_slice_str(got), expected);
        return JB_EINVAL;
    }
    *ret_as_of = as_of == head ? 0 : as_of;
    return JB_OK;
}

static jb_err plan_spans(struct planner *p)
{
    const struct jb_strings *asked = &p->query->periods;
    struct jb_span *spans = jb_arena_array(p->arena, asked->count, sizeof(*spans));
    if (!spans)
        return JB_ENOMEM;
    if (!asked->count)
        jb_lookup_refuse(p->findings, JB_F_PERIOD_SYNTAX, (struct jb_slice){0}, "2023-Q2");
    for (uint32_t i = 0; i < asked->count; i++)
        jb_ignore(!jb_lookup_span(asked->items[i], &spans[i], p->findings));
    p->plan->spans = spans;
    p->plan->span_count = asked->count;
    return JB_OK;
}

/* The children of a unit on the last day of the first period, those that exist on that day. */
static uint32_t children(const struct planner *p, uint32_t unit, jb_date day, struct jb_node *out)
{
    const struct jb_catalog_view *view = p->binding->view;
    uint32_t count = 0;
    for (uint32_t i = 0; i < view->unit_count; i++) {
        if (day < view->units[i].from || day > view->units[i].until ||
            jb_catalog_parent(p->binding->catalog, i, day) != unit)
            continue;
        if (out)
            out[count] = jb_node_of_unit(p->binding, i);
        count++;
    }
    return count;
}

/* What was named must be within reach. */
static void check_node(struct planner *p, struct jb_node node)
{
    const struct jb_catalog_view *view = p->binding->view;
    if (p->reach && !jb_reach_node(p->reach, node.index, node.is_group))
        jb_reach_refuse(p->findings, node.is_group ? view->groups[node.index].code
                                                   : view->units[node.index].code);
}

/* What was not named one by one is narrowed; nothing left is a refusal. */
static uint32_t narrow(struct planner *p, struct jb_node *nodes, uint32_t count, uint32_t above)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!p->reach || jb_reach_unit(p->reach, nodes[i].index))
            nodes[kept++] = nodes[i];
    }
    if (kept == 0 && count > 0)
        jb_reach_refuse(p->findings, p->binding->view->units[above].code);
    else if (kept < count)
        jb_reach_tell_narrowed(p->findings);
    return kept;
}

/* A unit that stands in both groups on the day; NULL: there is none. */
static const char *shared(const jb_catalog *catalog, uint32_t group, uint32_t other, jb_date day)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    for (uint32_t i = 0; i < view->groups[group].member_count; i++) {
        uint32_t unit = view->groups[group].members[i].unit;
        if (jb_catalog_in_group(catalog, unit, group, day) &&
            jb_catalog_in_group(catalog, unit, other, day))
            return view->units[unit].code;
    }
    return NULL;
}

/* Groups overlap, so whoever asks for several is told not to add them. */
static void tell_overlaps(struct planner *p, const struct jb_node *nodes, uint32_t count)
{
    const struct jb_catalog_view *view = p->binding->view;
    uint32_t told = 0;
    if (!p->plan->span_count || p->findings->errors) /* a period may be none */
        return;
    jb_date day = jb_period_last_day(p->plan->spans[0].last);
    uint32_t first = count; /* groups stand behind units */
    while (first > 0 && nodes[first - 1].is_group)
        first--;
    if (count - first > OVERLAPPING_MAX)
        count = first + OVERLAPPING_MAX;
    for (uint32_t i = first; i < count; i++) {
        for (uint32_t k = i + 1; k < count && told < OVERLAPS_MAX; k++) {
            const char *unit = shared(p->binding->catalog, nodes[i].index, nodes[k].index, day);
            char both[2 * JB_CODE_BYTES_MAX + 8];
            if (!unit)
                continue;
            snprintf(both, sizeof(both), "%s, %s", view->groups[nodes[i].index].code,
                     view->groups[nodes[k].index].code);
            jb_findings_add(p->findings, &(struct jb_finding){.code = JB_F_GROUPS_OVERLAP,
                                                              .severity = JB_NOTICE,
                                                              .unit = unit,
                                                              .got = both});
            told++;
        }
    }
}

static jb_err plan_nodes(struct planner *p)
{
    const struct jb_query *q = p->query;
    uint32_t above = JB_NONE;
    uint32_t below = 0;
    uint32_t count = 0;
    jb_date day = 0;
    if (q->under.len) {
        if (!jb_lookup_unit(p->binding, q->under, &above, p->findings))
            above = JB_NONE;
        if (above != JB_NONE && p->plan->span_count && !p->findings->errors) {
            day = jb_period_last_day(p->plan->spans[0].last);
            below = children(p, above, day, NULL);
        }
    }
    uint64_t wanted = (uint64_t)q->units.count + below + q->groups.count;
    struct jb_node *nodes = jb_arena_array(p->arena, (size_t)wanted, sizeof(*nodes));
    if (!nodes)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < q->units.count; i++) {
        uint32_t unit;
        if (jb_lookup_unit(p->binding, q->units.items[i], &unit, p->findings))
            nodes[count++] = jb_node_of_unit(p->binding, unit);
    }
    for (uint32_t i = 0; i < count; i++)
        check_node(p, nodes[i]);
    if (below)
        count += narrow(p, nodes + count, children(p, above, day, nodes + count), above);
    for (uint32_t i = 0; i < q->groups.count; i++) {
        uint32_t group;
        if (!jb_lookup_group(p->binding, q->groups.items[i], &group, p->findings))
            continue;
        nodes[count] = jb_node_of_group(p->binding, group);
        check_node(p, nodes[count++]);
    }
    tell_overlaps(p, nodes, count);
    if (!q->units.count && !q->groups.count && !q->under.len)
        jb_lookup_refuse(p->findings, JB_F_UNKNOWN_UNIT, (struct jb_slice){0}, "");
    p->plan->nodes = nodes;
    p->plan->node_count = count;
    return JB_OK;
}

/* A section holds what stands in it and in the sections below it. */
static bool in_section(const struct jb_catalog_view *view, const struct jb_indicator *indicator,
                       uint32_t section)
{
    for (uint32_t i = 0; i < indicator->section_count; i++) {
        uint32_t at = indicator->sections[i];
        for (uint32_t depth = 0; at != JB_NONE && depth < view->section_count; depth++) {
            if (at == section)
                return true;
            at = view->sections[at].parent;
        }
    }
    return false;
}

/* What is asked for on single days says nothing about longer periods, and they nothing about a day:
 * who did not name an indicator is not told so about each. */
static bool may_fit(const struct planner *p, const struct jb_indicator *indicator)
{
    for (uint32_t s = 0; s < p->plan->span_count; s++) {
        if ((p->plan->spans[s].first.freq == JB_FREQ_DAY) == (indicator->freq == JB_FREQ_DAY))
            return true;
    }
    return p->plan->span_count == 0;
}

static void choose_sections(struct planner *p, bool *chosen)
{
    const struct jb_catalog_view *view = p->binding->view;
    for (uint32_t s = 0; s < p->query->sections.count; s++) {
        uint32_t section;
        if (!jb_lookup_section(p->binding, p->query->sections.items[s], &section, p->findings))
            continue;
        for (uint32_t i = 0; i < view->indicator_count; i++)
            chosen[i] = chosen[i] || (in_section(view, &view->indicators[i], section) &&
                                      may_fit(p, &view->indicators[i]));
    }
}

static void choose_forms(struct planner *p, bool *chosen)
{
    const struct jb_catalog_view *view = p->binding->view;
    for (uint32_t f = 0; f < p->query->forms.count; f++) {
        uint32_t form;
        if (!jb_lookup_form(p->binding, p->query->forms.items[f], &form, p->findings))
            continue;
        for (uint32_t r = 0; r < view->forms[form].row_count; r++)
            chosen[view->forms[form].rows[r].indicator] = true;
    }
}

/* What was named must be public where only that is asked for. */
static void check_public(struct planner *p, uint32_t indicator)
{
    const struct jb_indicator *info = &p->binding->view->indicators[indicator];
    if (p->query->public_only && !info->is_public)
        jb_findings_add(p->findings, &(struct jb_finding){.code = JB_F_NOT_PUBLIC,
                                                          .severity = JB_ERROR,
                                                          .indicator = info->code});
}

static jb_err plan_indicators(struct planner *p)
{
    const struct jb_query *q = p->query;
    const struct jb_catalog_view *view = p->binding->view;
    uint32_t count = 0;
    uint32_t single = 0;
    if (q->indicators.count == 1 && !q->sections.count && !q->forms.count) { /* the usual one */
        uint32_t *one = jb_arena_array(p->arena, 1, sizeof(*one));
        if (!one)
            return JB_ENOMEM;
        if (jb_lookup_indicator(p->binding, q->indicators.items[0], one, p->findings)) {
            check_public(p, *one);
            single = 1;
        }
        p->plan->indicators = one;
        p->plan->indicator_count = single;
        return JB_OK;
    }
    bool *chosen = jb_arena_array(p->arena, view->indicator_count, sizeof(*chosen));
    uint32_t *indicators = jb_arena_array(p->arena, view->indicator_count, sizeof(*indicators));
    if (!chosen || !indicators)
        return JB_ENOMEM;
    bool all = !q->indicators.count && !q->sections.count && !q->forms.count;
    for (uint32_t i = 0; all && i < view->indicator_count; i++)
        chosen[i] = may_fit(p, &view->indicators[i]);
    for (uint32_t i = 0; i < q->indicators.count; i++) {
        uint32_t indicator;
        if (!jb_lookup_indicator(p->binding, q->indicators.items[i], &indicator, p->findings))
            continue;
        chosen[indicator] = true;
        check_public(p, indicator);
    }
    choose_sections(p, chosen);
    choose_forms(p, chosen);
    for (uint32_t i = 0; i < view->indicator_count; i++) {
        if (chosen[i] && (!q->public_only || view->indicators[i].is_public))
            indicators[count++] = i;
    }
    p->plan->indicators = indicators;
    p->plan->indicator_count = count;
    return JB_OK;
}

static size_t freq_slot(enum jb_freq freq)
{
    switch (freq) {
    case JB_FREQ_YEAR:
        return 0;
    case JB_FREQ_HALF:
        return 1;
    case JB_FREQ_QUARTER:
        return 2;
    case JB_FREQ_MONTH:
        return 3;
    case JB_FREQ_DAY:
    case JB_FREQ_NONE:
        break;
    }
    return 4;
}

/* One notice for each base period and span that do not fit, naming the first such indicator. */
static void tell_finer(struct planner *p)
{
    const struct jb_catalog_view *view = p->binding->view;
    uint32_t first[5] = {JB_NONE, JB_NONE, JB_NONE, JB_NONE, JB_NONE};
    for (uint32_t i = p->plan->indicator_count; i > 0; i--) {
        uint32_t indicator = p->plan->indicators[i - 1];
        first[freq_slot(view->indicators[indicator].freq)] = indicator;
    }
    for (uint32_t s = 0; s < p->plan->span_count; s++) {
        for (size_t f = 0; f < JB_COUNT(first); f++) {
            struct jb_span base;
            char text[JB_PERIOD_TEXT_SIZE];
            if (first[f] == JB_NONE)
                continue;
            const struct jb_indicator *indicator = &view->indicators[first[f]];
            if (jb_span_to_base(p->plan->spans[s], indicator->freq, &base) == JB_OK)
                continue;
            jb_span_format(p->plan->spans[s], text);
            jb_findings_add(p->findings,
                            &(struct jb_finding){.code = JB_F_QUERY_FINER_THAN_BASE,
                                                 .severity = JB_NOTICE,
                                                 .indicator = indicator->code,
                                                 .period = text,
                                                 .got = text,
                                                 .expected = jb_freq_name(indicator->freq)});
        }
    }
}

/* Only the published view has releases, and only what is published is public. */
static void plan_view(struct planner *p)
{
    const struct jb_query *q = p->query;
    bool published = q->viewpoint.kind == JB_VIEW_PUBLISHED;
    if (!published && (q->viewpoint.release || q->public_only))
        jb_lookup_refuse(p->findings, JB_F_QUERY_VIEW,
                         jb_slice_str(jb_viewpoint_code(q->viewpoint.kind)),
                         jb_viewpoint_code(JB_VIEW_PUBLISHED));
    p->plan->viewpoint = q->viewpoint;
    p->plan->public_only = q->public_only;
}

static jb_err plan_rest(struct planner *p)
{
    const struct jb_query *q = p->query;
    struct jb_query_plan *plan = p->plan;
    const struct jb_indicator *first;
    struct jb_span base;
    uint32_t stretch;
    plan->yoy = q->yoy;
    plan->qoq = q->qoq;
    plan->only_reported = q->only_reported;
    plan->own = q->own;
    plan_view(p);
    plan->rounding = JB_ROUND_HALF_UP;
    if (q->rounding.len && jb_rounding_parse(q->rounding, &plan->rounding) != JB_OK)
        jb_lookup_refuse(p->findings, JB_F_VALUE_SYNTAX, q->rounding,
                         "half-up, half-even, truncate");
    if (!q->basis.len || p->findings->errors || !plan->indicator_count || !plan->span_count)
        return JB_OK;
    first = &p->binding->view->indicators[plan->indicators[0]];
    if (jb_span_to_base(plan->spans[0], first->freq, &base) != JB_OK)
        base = plan->spans[0]; /* finer: told as such */
    if (jb_basis_parse(first, q->basis, base.last, &stretch) != JB_OK)
        jb_lookup_refuse(p->findings, JB_F_BASIS_SYNTAX, q->basis, "period, ytd, 2021-Q1");
    plan->basis = jb_arena_copy(p->arena, q->basis);
    return plan->basis.ptr ? JB_OK : JB_ENOMEM;
}

jb_err jb_query_plan_make(const struct jb_binding *binding, const struct jb_query *query,
                          const struct jb_reach *reach, struct jb_arena *arena, jb_query_plan **ret,
                          struct jb_findings *findings)
{
    uint32_t errors = findings->errors;
    struct jb_query_plan *plan = jb_arena_array(arena, 1, sizeof(*plan));
    struct planner p = {binding, query, reach, arena, findings, plan};
    if (!plan)
        return JB_ENOMEM;
    jb_err err = plan_spans(&p);
    if (!err)
        err = plan_nodes(&p);
    if (!err)
        err = plan_indicators(&p);
    if (!err)
        err = plan_rest(&p);
    if (err)
        return err;
    uint64_t rows = (uint64_t)plan->node_count * plan->indicator_count;
    if (rows > JB_QUERY_ROWS_MAX || rows * plan->span_count > JB_QUERY_ROWS_MAX)
        jb_lookup_refuse(findings, JB_F_QUERY_TOO_MANY, (struct jb_slice){0}, "");
    if (findings->errors > errors)
        return JB_EINVAL;
    tell_finer(&p);
    *ret = plan;
    return JB_OK;
}

struct jb_viewpoint jb_query_plan_viewpoint(const jb_query_plan *plan)
{
    return plan->viewpoint;
}

uint64_t jb_query_plan_cost(const jb_query_plan *plan, const struct jb_binding *binding, bool as_of)
{
    uint64_t cost = 0;
    for (uint32_t i = 0; i < plan->indicator_count; i++) {
        const struct jb_indicator *indicator = &binding->view->indicators[plan->indicators[i]];
        uint64_t each = as_of ? 1 + (uint64_t)indicator->owner_count : 1;
        for (uint32_t s = 0; s < plan->span_count; s++) {
            struct jb_span base;
            if (jb_span_to_base(plan->spans[s], indicator->freq, &base) == JB_OK)
                cost += each * jb_span_count(base);
        }
    }
    return cost * plan->node_count;
}
