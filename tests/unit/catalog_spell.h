/* Everything that a catalogue means, as text: two that spell alike mean the same. Written from
 * model/catalog.h and not from any reader or writer of files. */
#ifndef JB_TEST_CATALOG_SPELL_H
#define JB_TEST_CATALOG_SPELL_H

#include "base/buf.h"
#include "model/catalog.h"
#include "model/rule_eval.h"

static inline void spell_names(struct jb_buf *out, const struct jb_names *names)
{
    jb_buf_printf(out, " [%s|%s", names->zh, names->en);
    for (uint32_t i = 0; names->aliases && names->aliases[i]; i++)
        jb_buf_printf(out, "|%s", names->aliases[i]);
    jb_buf_printf(out, "]");
}

static inline void spell_edges(struct jb_buf *out, const struct jb_catalog_view *view,
                               const char *what, const struct jb_edge *edges, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        jb_buf_printf(out, "\n  %s %s %d..%d", what, view->units[edges[i].unit].code, edges[i].from,
                      edges[i].until);
}

static inline void spell_schedule(struct jb_buf *out, const struct jb_schedule *schedule)
{
    if (!schedule)
        return;
    jb_buf_printf(out, "\n  schedule shift %d", schedule->shift);
    for (int i = 0; i < JB_STEPS; i++)
        jb_buf_printf(out, " %d:%d", schedule->rule[i].set, schedule->rule[i].days);
    for (uint32_t k = 0; k < schedule->date_count; k++) {
        jb_buf_printf(out, "\n    %d/%d", schedule->dates[k].period.freq,
                      schedule->dates[k].period.ordinal);
        for (int i = 0; i < JB_STEPS; i++)
            jb_buf_printf(out, " %d:%d", schedule->dates[k].on[i].set,
                          schedule->dates[k].on[i].days);
    }
}

static inline void spell_span(struct jb_buf *out, struct jb_span span)
{
    jb_buf_printf(out, " %d/%d..%d", span.first.freq, span.first.ordinal, span.last.ordinal);
}

static inline void spell_indicator(struct jb_buf *out, const struct jb_catalog_view *view,
                                   const struct jb_indicator *x)
{
    jb_buf_printf(
        out, "\nindicator %s %s/%s %d %d %d %d %d %d %d %d %u %d %d%d%d%d%d %d %d %u %u %d %d..%d",
        x->code, x->unit_of_measure_zh, x->unit_of_measure_en, x->percent, x->measure, x->freq,
        x->decimals, x->display_decimals, x->unit_agg, x->time_agg, x->direction, x->bases,
        x->default_basis, x->negative_allowed, x->not_applicable_allowed,
        x->not_applicable_explained, x->marks_allowed, x->marks_explained, x->authoritative,
        x->is_public, x->numerator, x->denominator, x->power10, x->from, x->until);
    jb_buf_printf(out, " %d note <%s>", x->parent_value, x->note);
    spell_names(out, &x->name);
    spell_edges(out, view, "owner", x->owners, x->owner_count);
    spell_edges(out, view, "lead", x->leads, x->lead_count);
    spell_edges(out, view, "contributor", x->contributors, x->contributor_count);
    for (uint32_t i = 0; i < x->section_count; i++)
        jb_buf_printf(out, "\n  section %s", view->sections[x->sections[i]].code);
    for (uint32_t i = 0; i < x->target_count; i++) {
        jb_buf_printf(out, "\n  target %lld/%u %d <%s>", (long long)x->targets[i].value.mantissa,
                      x->targets[i].value.scale, x->targets[i].mark, x->targets[i].note);
        spell_span(out, x->targets[i].span);
    }
    for (uint32_t i = 0; i < x->redefined_count; i++)
        jb_buf_printf(out, "\n  redefined %d <%s>", x->redefined[i].from, x->redefined[i].note);
}

static inline void spell_form(struct jb_buf *out, const struct jb_catalog_view *view,
                              const struct jb_form *x)
{
    jb_buf_printf(out, "\nform %s %d scan %d own dates %d", x->code, x->freq, x->scan,
                  x->schedule != view->schedule);
    spell_names(out, &x->name);
    spell_edges(out, view, "unit", x->units, x->unit_count);
    spell_schedule(out, x->schedule);
    for (uint32_t i = 0; i < x->row_count; i++) {
        const struct jb_form_row *row = &x->rows[i];
        jb_buf_printf(out, "\n  row %s of %d %d %d", view->indicators[row->indicator].code,
                      (int)row->of, row->optional, row->parts);
        for (uint32_t k = 0; k < row->owed_count; k++)
            spell_span(out, row->owed[k]);
    }
}

static inline void spell_terms(struct jb_buf *out, const struct jb_rule_term *terms, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        jb_buf_printf(out, " %d*%.*s@%d+%lld/%u", terms[i].coefficient, JB_ARG(terms[i].code),
                      terms[i].when, (long long)terms[i].constant.mantissa,
                      terms[i].constant.scale);
}

static inline void spell_rule(struct jb_buf *out, const struct jb_rule *x)
{
    jb_buf_printf(out, "\nrule %d %s form %d %d %d %d %lld/%u %d <%s>", x->kind, x->code,
                  (int)x->form, x->explain, x->missing, x->op, (long long)x->tolerance.mantissa,
                  x->tolerance.scale, x->freq, x->note);
    spell_names(out, &x->name);
    spell_terms(out, x->left, x->left_count);
    jb_buf_printf(out, " %s", jb_rule_op_name(x->op));
    spell_terms(out, x->right, x->right_count);
}

/* malloc'd. */
static inline char *spell_catalog(const jb_catalog *catalog)
{
    const struct jb_catalog_view *v = jb_catalog_view(catalog);
    struct jb_buf out;

    jb_buf_init(&out, 16 << 20);
    jb_buf_printf(&out, "catalog %s zone %d managed %d ranking %d demonstration %d checks %d%d",
                  v->code, v->zone_offset_minutes, v->managed_periods, v->ranking, v->demonstration,
                  v->check_history, v->check_unchanged);
    spell_names(&out, &v->name);
    spell_schedule(&out, v->schedule);
    for (uint32_t i = 0; i < v->workdays.holiday_count; i++)
        jb_buf_printf(&out, "\nholiday %d..%d %s|%s", v->workdays.holidays[i].from,
                      v->workdays.holidays[i].until, v->workdays.holidays[i].name_zh,
                      v->workdays.holidays[i].name_en);
    for (uint32_t i = 0; i < v->workdays.worked_count; i++)
        jb_buf_printf(&out, "\nworked %d", v->workdays.worked[i]);
    for (uint32_t i = 0; i < v->unit_count; i++) {
        const struct jb_unit *x = &v->units[i];
        jb_buf_printf(&out, "\nunit %s <%s> %d %d..%d", x->code, x->kind, x->assessed, x->from,
                      x->until);
        spell_names(&out, &x->name);
        spell_edges(&out, v, "parent", x->parents, x->parent_count);
    }
    for (uint32_t i = 0; i < v->group_count; i++) {
        jb_buf_printf(&out, "\ngroup %s", v->groups[i].code);
        spell_names(&out, &v->groups[i].name);
        spell_edges(&out, v, "member", v->groups[i].members, v->groups[i].member_count);
    }
    for (uint32_t i = 0; i < v->section_count; i++) {
        jb_buf_printf(&out, "\nsection %s under %d", v->sections[i].code,
                      (int)v->sections[i].parent);
        spell_names(&out, &v->sections[i].name);
    }
    for (uint32_t i = 0; i < v->indicator_count; i++)
        spell_indicator(&out, v, &v->indicators[i]);
    for (uint32_t i = 0; i < v->form_count; i++)
        spell_form(&out, v, &v->forms[i]);
    for (uint32_t i = 0; i < v->rule_count; i++)
        spell_rule(&out, &v->rules[i]);
    jb_buf_put(&out, "", 1);
    jb_assert(!out.failed);
    return (char *)out.ptr;
}

#endif
