/* The world as YAML, and what holds in it on a day. */
#include "world.h"

static const char *const unit_aggs[] = {"", "sum", "mean", "min", "max", "sole"};
static const char *const time_aggs[] = {"", "sum", "last", "mean", "min", "max", "none"};

static const char *freq_word(int freq)
{
    return freq == 1 ? "year" : freq == 4 ? "quarter" : "month";
}

static const char *basis_word(enum jb_basis_kind kind)
{
    return kind == JB_BASIS_PERIOD ? "period" : kind == JB_BASIS_YTD ? "ytd" : "since";
}

static void print_day(const char *key, int day, FILE *out)
{
    if (day != DAY_EVER && day != DAY_NEVER)
        fprintf(out, ", %s: %04d-%02d-%02d", key, day / 10000, day / 100 % 100, day % 100);
}

static void print_edges(const struct world *w, const char *key, const struct w_edge *edges,
                        int count, FILE *out)
{
    fprintf(out, "    %s:\n", key);
    for (int i = 0; i < count; i++) {
        fprintf(out, "      - {unit: %s", w->units[edges[i].unit].code);
        print_day("from", edges[i].from, out);
        print_day("until", edges[i].until, out);
        fprintf(out, "}\n");
    }
}

static void print_unit(const struct world *w, const struct w_unit *unit, FILE *out)
{
    fprintf(out, "  - code: %s\n    name: {zh: 单位%s}\n", unit->code, unit->code);
    if (unit->parent_count)
        print_edges(w, "parents", unit->parents, unit->parent_count, out);
    if (unit->from != DAY_EVER)
        fprintf(out, "    from: 2021-04-01\n");
    if (unit->until != DAY_NEVER)
        fprintf(out, "    until: 2022-09-30\n");
}

static void print_indicator(const struct world *w, const struct w_indicator *ind, FILE *out)
{
    fprintf(out, "  - code: %s\n    name: {zh: 指标%s}\n", ind->code, ind->code);
    fprintf(out, "    unit_of_measure: {zh: \"%s\"}\n", ind->percent ? "%" : "件");
    fprintf(out, "    measure: %s\n    frequency: %s\n    display_decimals: %d\n",
            jb_measure_code(ind->measure), freq_word(ind->freq), ind->display);
    fprintf(out, "    public: %s\n", ind->is_public ? "true" : "false");
    if (ind->measure == JB_RATIO) {
        fprintf(out, "    numerator: %s\n    denominator: %s\n    power10: %d\n",
                w->indicators[ind->numerator].code, w->indicators[ind->denominator].code,
                ind->power10);
        return;
    }
    if (ind->measure != JB_TEXT) {
        fprintf(out, "    decimals: %d\n    unit_agg: %s\n    time_agg: %s\n", ind->decimals,
                unit_aggs[ind->unit_agg], time_aggs[ind->time_agg]);
        fprintf(out, "    parent_value: %s\n", ind->compare ? "compare" : "add");
        fprintf(out, "    negative: %s\n    marks: %s\n", ind->negative ? "true" : "false",
                ind->marks ? "true" : "false");
    }
    fprintf(out, "    not_applicable: %s\n    bases: [", ind->not_applicable ? "true" : "false");
    for (int i = 0; i < ind->basis_count; i++)
        fprintf(out, "%s%s", i ? ", " : "", basis_word(ind->bases[i]));
    fprintf(out, "]\n");
    if (ind->from != DAY_EVER)
        fprintf(out, "    from: 2021-07-01\n");
    print_edges(w, "owners", ind->owners, ind->owner_count, out);
}

static void print_form(const struct world *w, const struct w_form *form, FILE *out)
{
    char text[80];
    fprintf(out, "  - code: %s\n    title: {zh: 报表%s}\n    frequency: %s\n    units: [",
            form->code, form->code, freq_word(form->freq));
    for (int i = 0; i < form->unit_count; i++)
        fprintf(out, "%s%s", i ? ", " : "", w->units[form->units[i]].code);
    fprintf(out, "]\n    rows:\n");
    for (int r = 0; r < form->row_count; r++) {
        const struct w_row *row = &form->rows[r];
        fprintf(out, "      - {indicator: %s", w->indicators[row->indicator].code);
        for (int i = 0; i < row->owed_count; i++) {
            cal_stretch_text(row->owed[i], text);
            fprintf(out, "%s%s", i ? ", " : ", owed: [", text);
        }
        fprintf(out, "%s%s}\n", row->owed_count ? "]" : "",
                row->optional ? ", optional: true" : "");
    }
}

void world_print_yaml(const struct world *w, FILE *out)
{
    fprintf(out, "catalog: model\nname: {zh: 模型县}\nzone: \"+08:00\"\n%sunits:\n",
            w->managed ? "periods: managed\n" : "");
    for (int i = 0; i < w->unit_count; i++)
        print_unit(w, &w->units[i], out);
    if (w->group_count)
        fprintf(out, "groups:\n");
    for (int i = 0; i < w->group_count; i++) {
        fprintf(out, "  - code: %s\n    name: {zh: 分组%d}\n", w->groups[i].code, i);
        print_edges(w, "members", w->groups[i].members, w->groups[i].member_count, out);
    }
    fprintf(out, "indicators:\n");
    for (int i = 0; i < w->indicator_count; i++)
        print_indicator(w, &w->indicators[i], out);
    fprintf(out, "forms:\n");
    for (int i = 0; i < w->form_count; i++)
        print_form(w, &w->forms[i], out);
}

static bool edge_holds(struct w_edge e, int day)
{
    return e.from <= day && day <= e.until;
}

int world_parent(const struct world *w, int unit, int day)
{
    for (int i = 0; i < w->units[unit].parent_count; i++) {
        if (edge_holds(w->units[unit].parents[i], day))
            return w->units[unit].parents[i].unit;
    }
    return W_NONE;
}

bool world_under(const struct world *w, int unit, int node, int day)
{
    if (unit == W_NONE || unit == node)
        return unit == node;
    return world_under(w, world_parent(w, unit, day), node, day);
}

bool world_in_group(const struct world *w, int unit, int group, int day)
{
    for (int i = 0; i < w->groups[group].member_count; i++) {
        struct w_edge e = w->groups[group].members[i];
        if (edge_holds(e, day) && world_under(w, unit, e.unit, day))
            return true;
    }
    return false;
}

bool world_owns(const struct world *w, int unit, int indicator, int day)
{
    for (int i = 0; i < w->indicators[indicator].owner_count; i++) {
        struct w_edge e = w->indicators[indicator].owners[i];
        if (e.unit == unit && edge_holds(e, day))
            return true;
    }
    return false;
}

bool world_counts(const struct world *w, int unit, int indicator, int day)
{
    if (!w->indicators[indicator].compare || w->indicators[indicator].measure == JB_TEXT)
        return true;
    for (int u = 0; u < w->unit_count; u++) {
        if (u != unit && world_under(w, u, unit, day) && world_owns(w, u, indicator, day))
            return false;
    }
    return true;
}

static bool owed_in(const struct w_row *row, int ordinal)
{
    for (int i = 0; i < row->owed_count; i++) {
        if (ordinal >= row->owed[i].first && ordinal < row->owed[i].first + row->owed[i].count)
            return true;
    }
    return row->owed_count == 0;
}

int world_form_of(const struct world *w, int unit, int indicator, int ordinal, int *ret_row)
{
    const struct w_indicator *ind = &w->indicators[indicator];
    int day = cal_last_day(ind->freq, ordinal);
    if (day < w->units[unit].from || day > w->units[unit].until || day < ind->from ||
        !world_owns(w, unit, indicator, day))
        return W_NONE;
    for (int f = 0; f < w->form_count; f++) {
        for (int r = 0; r < w->forms[f].row_count; r++) {
            if (w->forms[f].rows[r].indicator != indicator ||
                !owed_in(&w->forms[f].rows[r], ordinal))
                continue;
            *ret_row = r;
            return f;
        }
    }
    return W_NONE;
}

bool world_allows_stretch(const struct w_indicator *ind, int ordinal, int stretch)
{
    for (int i = 0; i < ind->basis_count; i++) {
        if ((ind->bases[i] == JB_BASIS_PERIOD && stretch == 0) ||
            (ind->bases[i] == JB_BASIS_YTD && stretch == ordinal % ind->freq) ||
            ind->bases[i] == JB_BASIS_SINCE)
            return true;
    }
    return false;
}
