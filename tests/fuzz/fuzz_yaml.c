/* Any bytes as a catalogue. A refusal has a finding with a place and leaves the output alone. What
 * is accepted keeps every limit: indexes in range, dates in order, trees that end, one form a unit
 * and indicator; and it differs from itself in nothing and may follow itself. */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "model/catalog_yaml.h"

static void check_names(const struct jb_names *names)
{
    jb_assert(*names->zh && *names->en && names->aliases);
    for (const char **alias = names->aliases; *alias; alias++)
        jb_assert(jb_utf8_valid(jb_slice_str(*alias)) && strlen(*alias) <= JB_SHORT_TEXT_BYTES_MAX);
}

static void check_edges(const struct jb_catalog_view *v, const struct jb_edge *edges,
                        uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        jb_assert(edges[i].unit < v->unit_count && edges[i].from <= edges[i].until);
}

static void check_units(const jb_catalog *c, const struct jb_catalog_view *v, jb_date day)
{
    for (uint32_t i = 0; i < v->unit_count; i++) {
        const struct jb_unit *unit = &v->units[i];
        unsigned levels = 0;

        check_names(&unit->name);
        check_edges(v, unit->parents, unit->parent_count);
        jb_assert(unit->from <= unit->until && unit->number == JB_NONE && unit->line > 0);
        jb_assert(jb_catalog_unit(c, jb_slice_str(unit->code)) == i);
        for (uint32_t k = 1; k < unit->parent_count; k++)
            jb_assert(unit->parents[k - 1].until < unit->parents[k].from);
        for (uint32_t at = i; at != JB_NONE; at = jb_catalog_parent(c, at, day))
            jb_assert(++levels <= JB_CATALOG_DEPTH_MAX);
    }
    for (uint32_t i = 0; i < v->group_count; i++) {
        check_names(&v->groups[i].name);
        check_edges(v, v->groups[i].members, v->groups[i].member_count);
        jb_assert(jb_catalog_group(c, jb_slice_str(v->groups[i].code)) == i);
    }
    for (uint32_t i = 0; i < v->section_count; i++) {
        check_names(&v->sections[i].name);
        jb_assert(v->sections[i].parent == JB_NONE || v->sections[i].parent < v->section_count);
    }
}

static void check_owners(const jb_catalog *c, const struct jb_catalog_view *v, uint32_t index,
                         jb_date day)
{
    const struct jb_indicator *indicator = &v->indicators[index];
    struct jb_period period = jb_period_at(indicator->freq, day);

    for (uint32_t i = 0; i < indicator->owner_count; i++) {
        uint32_t unit = indicator->owners[i].unit;
        uint32_t form = jb_catalog_form_of(c, unit, index, day);

        jb_assert(jb_catalog_own_counts(c, unit, index, day) ||
                  indicator->parent_value == JB_PARENT_COMPARE);
        if (form == JB_NONE)
            continue;
        jb_assert(form < v->form_count && jb_catalog_owns(c, unit, index, day));
        jb_assert(jb_catalog_form_row(c, form, index) < v->forms[form].row_count);
        jb_assert(v->forms[form].freq == indicator->freq);
        jb_assert(jb_catalog_expected(c, false, unit, index, period) <= indicator->owner_count);
    }
}

static void check_indicators(const jb_catalog *c, const struct jb_catalog_view *v, jb_date day)
{
    for (uint32_t i = 0; i < v->indicator_count; i++) {
        const struct jb_indicator *in = &v->indicators[i];
        bool ratio = in->measure == JB_RATIO;

        check_names(&in->name);
        check_edges(v, in->owners, in->owner_count);
        jb_assert(jb_catalog_indicator(c, jb_slice_str(in->code)) == i);
        jb_assert(in->measure >= JB_FLOW && in->measure <= JB_TEXT && in->freq != JB_FREQ_NONE);
        jb_assert(in->decimals <= JB_DECIMALS_MAX && in->display_decimals <= JB_DECIMALS_MAX);
        jb_assert(in->unit_agg && in->time_agg && (in->bases & in->default_basis));
        jb_assert(in->measure == JB_TEXT || *in->unit_of_measure_zh);
        jb_assert((in->numerator < v->indicator_count) == ratio &&
                  (in->denominator < v->indicator_count) == ratio);
        jb_assert(in->from <= in->until && (!ratio || in->owner_count == 0));
        for (uint32_t k = 0; k < in->section_count; k++)
            jb_assert(in->sections[k] < v->section_count);
        for (uint32_t k = 0; k < in->target_count; k++)
            jb_assert(in->targets[k].span.first.ordinal <= in->targets[k].span.last.ordinal);
        check_owners(c, v, i, day);
    }
}

static void check_workdays(const struct jb_workdays *workdays)
{
    for (uint32_t i = 0; i < workdays->holiday_count; i++) {
        const struct jb_holiday *holiday = &workdays->holidays[i];

        jb_assert(holiday->from <= holiday->until && *holiday->name_zh && *holiday->name_en);
        jb_assert(i == 0 || workdays->holidays[i - 1].until < holiday->from);
        jb_assert(jb_workdays_is_worked(workdays, jb_workdays_from(workdays, holiday->from)));
    }
    for (uint32_t i = 0; i < workdays->worked_count; i++)
        jb_assert(i == 0 || workdays->worked[i - 1] < workdays->worked[i]);
}

/* Dates are in order and move forward only, to a day that is worked. */
static void check_dates(const jb_catalog *c, const struct jb_catalog_view *v, uint32_t form,
                        struct jb_period period)
{
    struct jb_form_dates dates;

    jb_catalog_dates(c, form, period, &dates);
    jb_assert(jb_form_dates_in_order(&dates));
    jb_assert(dates.due_before <= dates.due_on && dates.locks_before <= dates.locks_on);
    jb_assert(dates.due_before == dates.due_on ||
              jb_workdays_is_worked(&v->workdays, dates.due_on));
    jb_assert(dates.locks_before == dates.locks_on ||
              jb_workdays_is_worked(&v->workdays, dates.locks_on));
}

static void check_terms(const struct jb_catalog_view *v, const struct jb_rule *rule,
                        const struct jb_rule_term *terms, uint32_t count)
{
    jb_assert(count > 0);
    for (uint32_t i = 0; i < count; i++) {
        if (!terms[i].code.len)
            continue;
        jb_assert(terms[i].indicator < v->indicator_count);
        jb_assert(v->indicators[terms[i].indicator].freq == rule->freq);
        jb_assert(jb_slice_is(terms[i].code, v->indicators[terms[i].indicator].code));
    }
}

static void check_rules(const jb_catalog *c, const struct jb_catalog_view *v)
{
    jb_assert(v->written_rule_count <= v->rule_count && v->rule_count <= JB_CATALOG_RULES_MAX);
    for (uint32_t i = 0; i < v->rule_count; i++) {
        const struct jb_rule *rule = &v->rules[i];

        check_names(&rule->name);
        check_terms(v, rule, rule->left, rule->left_count);
        check_terms(v, rule, rule->right, rule->right_count);
        jb_assert(rule->op && (rule->form == JB_NONE || rule->form < v->form_count));
        jb_assert((rule->kind == JB_RULE_WRITTEN) == (i < v->written_rule_count));
        if (rule->kind == JB_RULE_WRITTEN)
            jb_assert(jb_catalog_rule(c, jb_slice_str(rule->code)) == i);
    }
    for (uint32_t i = 0; i < v->form_count; i++) {
        for (uint32_t k = 0; k < v->forms[i].rule_count; k++)
            jb_assert(v->forms[i].compared && v->forms[i].rules[k] < v->rule_count &&
                      (k == 0 || v->forms[i].rules[k - 1] < v->forms[i].rules[k]));
    }
}

static void check_forms(const jb_catalog *c, const struct jb_catalog_view *v, jb_date day)
{
    for (uint32_t i = 0; i < v->form_count; i++) {
        const struct jb_form *form = &v->forms[i];
        struct jb_period period = jb_period_at(form->freq, day);

        check_names(&form->name);
        check_edges(v, form->units, form->unit_count);
        check_dates(c, v, i, period);
        for (uint32_t k = 0; form->schedule && k < form->schedule->date_count; k++)
            check_dates(c, v, i, form->schedule->dates[k].period);
        jb_assert(form->row_count > 0 && jb_catalog_form(c, jb_slice_str(form->code)) == i);
        for (uint32_t r = 0; r < form->row_count; r++) {
            const struct jb_form_row *row = &form->rows[r];

            jb_assert(row->indicator < v->indicator_count && (row->of == JB_NONE || row->of < r));
            jb_assert(jb_catalog_form_row(c, i, row->indicator) == r);
            for (uint32_t k = 0; k < row->owed_count; k++)
                jb_assert(row->owed[k].first.freq == form->freq);
            for (uint32_t k = 0; k < form->unit_count; k++) {
                uint32_t unit = form->units[k].unit;

                if (jb_catalog_owes_row(c, unit, i, r, period))
                    jb_assert(jb_catalog_accepts_row(c, unit, i, r, period) &&
                              jb_catalog_owes_form(c, unit, i, period) &&
                              jb_catalog_form_of(c, unit, row->indicator,
                                                 jb_period_last_day(period)) == i);
            }
        }
    }
}

static bool always_has_figures(void *ctx, uint32_t unit, uint32_t indicator, jb_date *ret_first,
                               jb_date *ret_last)
{
    (void)ctx;
    (void)unit;
    (void)indicator;
    *ret_first = jb_date_make(2021, 1, 1);
    *ret_last = jb_date_make(2022, 12, 31);
    return true;
}

static void check_itself(const jb_catalog *c, struct jb_findings *findings)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    jb_assert(out != NULL);
    jb_catalog_print_diff(c, c, out);
    fclose(out);
    jb_assert(len == 0);
    free(text);
    jb_assert(jb_catalog_check_change(c, c, always_has_figures, NULL, findings) == JB_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_findings findings;
    jb_catalog *catalog = NULL;
    jb_err err;

    jb_findings_init(&findings);
    err = jb_catalog_read_yaml(jb_slice_of(data, size), "fuzz", &findings, &catalog);
    if (err) {
        jb_assert(err == JB_EINVAL && !catalog && findings.errors > 0);
        for (uint32_t i = 0; i < findings.count; i++)
            jb_assert(findings.items[i].row > 0 && findings.items[i].column > 0);
    } else {
        const struct jb_catalog_view *v = jb_catalog_view(catalog);

        jb_assert(findings.total == 0 && jb_code_valid(jb_slice_str(v->code)));
        check_names(&v->name);
        check_workdays(&v->workdays);
        for (int year = 2020; year <= 2023; year++) {
            jb_date day = jb_date_make(year, 12, 31);

            check_units(catalog, v, day);
            check_indicators(catalog, v, day);
            check_forms(catalog, v, day);
        }
        check_rules(catalog, v);
        check_itself(catalog, &findings);
    }
    jb_catalog_free(catalog);
    jb_findings_free(&findings);
    return 0;
}
