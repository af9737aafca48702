/* Makes random catalogues that pass the catalogue's own check, and answers questions about them by
 * looking at everything. */
#include "world.h"

#include <string.h>

static const int middle_days[] = {20210630, 20210701, 20211231, 20220215, 20220630};

static struct w_edge edge_make(struct dice *d, int unit)
{
    struct w_edge e = {unit, DAY_EVER, DAY_NEVER};
    int day = middle_days[dice_roll(d, 5)];
    if (dice_chance(d, 12))
        e.from = day;
    else if (dice_chance(d, 12))
        e.until = day;
    return e;
}

static int depth_of(const struct world *w, int unit)
{
    int deepest = 0;
    for (int i = 0; i < w->units[unit].parent_count; i++) {
        int depth = 1 + depth_of(w, w->units[unit].parents[i].unit);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

/* Some parent with a smaller index that keeps the tree flat enough. */
static int parent_for(const struct world *w, struct dice *d, int unit, int depth_max)
{
    int parent = dice_roll(d, unit);
    while (parent > 0 && depth_of(w, parent) >= depth_max)
        parent = dice_roll(d, parent);
    return parent;
}

static void add_unit(struct world *w, struct dice *d, int depth_max)
{
    int n = w->unit_count++;
    struct w_unit *unit = &w->units[n];
    snprintf(unit->code, sizeof(unit->code), "u%d", n);
    unit->until = DAY_NEVER;
    if (n == 0 || dice_chance(d, 4))
        return;
    unit->parents[unit->parent_count++] =
        (struct w_edge){parent_for(w, d, n, depth_max), DAY_EVER, DAY_NEVER};
    if (n > 2 && dice_chance(d, 20)) { /* moved once */
        int other = parent_for(w, d, n, depth_max);
        unit->parents[0].until = 20211231;
        unit->parents[unit->parent_count++] = (struct w_edge){other, 20220101, DAY_NEVER};
    }
    if (dice_chance(d, 10))
        unit->from = 20210401;
    if (dice_chance(d, 8))
        unit->until = 20220930;
}

static void add_group(struct world *w, struct dice *d)
{
    struct w_group *group = &w->groups[w->group_count];
    snprintf(group->code, sizeof(group->code), "g%d", w->group_count++);
    for (int u = 0; u < w->unit_count && group->member_count < W_EDGES; u++) {
        if (dice_chance(d, 30))
            group->members[group->member_count++] = edge_make(d, u);
    }
    if (group->member_count == 0)
        group->members[group->member_count++] = edge_make(d, w->unit_count - 1);
}

static bool pair_allowed(enum jb_measure m, enum jb_unit_agg unit, enum jb_time_agg time)
{
    if (unit == JB_UNIT_MEAN && time != JB_TIME_MEAN)
        return false;
    if (time == JB_TIME_MEAN && unit != JB_UNIT_MEAN && unit != JB_UNIT_SUM)
        return false;
    return m != JB_RATE || (unit != JB_UNIT_SUM && time != JB_TIME_SUM);
}

static void choose_aggregation(struct w_indicator *ind, struct dice *d)
{
    ind->unit_agg = ind->measure == JB_RATE || ind->measure == JB_TEXT ? JB_UNIT_SOLE : JB_UNIT_SUM;
    ind->time_agg = ind->measure == JB_FLOW    ? JB_TIME_SUM
                    : ind->measure == JB_STOCK ? JB_TIME_LAST
                                               : JB_TIME_NONE;
    if (ind->measure == JB_TEXT || dice_chance(d, 40))
        return;
    do {
        ind->unit_agg = (enum jb_unit_agg)dice_between(d, JB_UNIT_SUM, JB_UNIT_SOLE);
        ind->time_agg = (enum jb_time_agg)dice_between(d, JB_TIME_SUM, JB_TIME_NONE);
    } while (!pair_allowed(ind->measure, ind->unit_agg, ind->time_agg));
}

static void choose_bases(struct w_indicator *ind, struct dice *d)
{
    static const enum jb_basis_kind kinds[] = {JB_BASIS_PERIOD, JB_BASIS_YTD, JB_BASIS_SINCE};
    int start = dice_roll(d, 3);
    ind->bases[0] = JB_BASIS_PERIOD;
    ind->basis_count = 1;
    if (ind->measure == JB_TEXT || dice_chance(d, 50))
        return;
    ind->basis_count = 0;
    for (int i = 0; i < 3; i++) {
        if (dice_chance(d, 60))
            ind->bases[ind->basis_count++] = kinds[(start + i) % 3];
    }
    if (ind->basis_count == 0)
        ind->bases[ind->basis_count++] = kinds[start];
}

/* Each unit once; some day of its ownership lies in the indicator's validity. */
static void add_owner(struct w_indicator *ind, struct w_edge edge)
{
    for (int i = 0; i < ind->owner_count; i++) {
        if (ind->owners[i].unit == edge.unit)
            return;
    }
    if (ind->from != DAY_EVER)
        edge.until = DAY_NEVER;
    ind->owners[ind->owner_count++] = edge;
}

static void add_measured(struct world *w, struct dice *d, int freq)
{
    static const enum jb_measure measures[] = {JB_FLOW,  JB_FLOW, JB_FLOW, JB_STOCK,
                                               JB_STOCK, JB_RATE, JB_RATE, JB_TEXT};
    struct w_indicator *ind = &w->indicators[w->indicator_count];
    int first = dice_roll(d, w->unit_count), wanted = dice_between(d, 1, W_EDGES - 1);
    *ind = (struct w_indicator){.freq = freq, .numerator = W_NONE, .denominator = W_NONE};
    snprintf(ind->code, sizeof(ind->code), "i%d", w->indicator_count++);
    ind->measure = measures[dice_roll(d, 8)];
    ind->decimals = ind->measure == JB_TEXT ? 0 : dice_roll(d, 5);
    ind->display = dice_roll(d, 4);
    choose_aggregation(ind, d);
    choose_bases(ind, d);
    ind->compare = dice_chance(d, 50);
    ind->negative = dice_chance(d, 30);
    ind->not_applicable = dice_chance(d, 85);
    ind->marks = dice_chance(d, 85);
    ind->percent = dice_chance(d, ind->measure == JB_RATE ? 60 : 5);
    ind->from = dice_chance(d, 10) ? 20210701 : DAY_EVER;
    for (int i = 0; i < wanted && i < w->unit_count; i++)
        add_owner(ind, edge_make(d, (first + i * 3) % w->unit_count));
}

static void add_ratio(struct world *w, struct dice *d)
{
    int parts[W_INDICATORS], count = 0, a, b;
    for (int i = 0; i < w->indicator_count; i++) {
        if (w->indicators[i].measure != JB_TEXT && w->indicators[i].measure != JB_RATIO)
            parts[count++] = i;
    }
    if (count < 2)
        return;
    a = parts[dice_roll(d, count)];
    b = parts[dice_roll(d, count)];
    if (w->indicators[a].freq != w->indicators[b].freq)
        return;
    struct w_indicator *ind = &w->indicators[w->indicator_count];
    *ind = (struct w_indicator){.measure = JB_RATIO, .numerator = a, .denominator = b};
    snprintf(ind->code, sizeof(ind->code), "i%d", w->indicator_count++);
    ind->freq = w->indicators[a].freq;
    ind->display = dice_roll(d, 4);
    ind->percent = dice_chance(d, 50);
    ind->power10 = dice_chance(d, 20) ? dice_between(d, -2, 4) : ind->percent ? 2 : 0;
}

static void choose_owed(struct w_row *row, struct dice *d, int freq)
{
    row->owed_count = dice_chance(d, 70) ? 0 : dice_between(d, 1, 2);
    for (int i = 0; i < row->owed_count; i++) {
        int first = dice_roll(d, freq * W_YEARS), left = freq * W_YEARS - first;
        row->owed[i] = (struct stretch){freq, W_FIRST_YEAR * freq + first, 1 + dice_roll(d, left)};
    }
    row->optional = dice_chance(d, 12);
}

/* One form of the frequency for a part of the indicators from `first` on; each owner owes it. */
static void add_form(struct world *w, struct dice *d, int freq, int first, int part, int parts)
{
    struct w_form *form = &w->forms[w->form_count];
    *form = (struct w_form){.freq = freq};
    for (int i = first; i < w->indicator_count; i++) {
        const struct w_indicator *ind = &w->indicators[i];
        if (ind->freq != freq || ind->measure == JB_RATIO || i % parts != part)
            continue;
        struct w_row *row = &form->rows[form->row_count++];
        row->indicator = i;
        choose_owed(row, d, freq);
        for (int o = 0; o < ind->owner_count; o++) {
            bool known = false;
            for (int u = 0; u < form->unit_count; u++)
                known = known || form->units[u] == ind->owners[o].unit;
            if (!known)
                form->units[form->unit_count++] = ind->owners[o].unit;
        }
    }
    if (form->row_count == 0)
        return;
    snprintf(form->code, sizeof(form->code), "f%d", w->form_count++);
}

static void add_forms(struct world *w, struct dice *d, int first)
{
    static const int freqs[] = {1, 4, 12};
    int parts = dice_between(d, 1, 2);
    for (int f = 0; f < 3; f++) {
        for (int part = 0; part < parts; part++)
            add_form(w, d, freqs[f], first, part, parts);
    }
}

static int freq_roll(struct dice *d)
{
    int roll = dice_roll(d, 10);
    return roll == 0 ? 1 : roll == 1 ? 12 : 4;
}

void world_make(struct world *w, struct dice *d)
{
    int depth_max = dice_between(d, 1, 3), units = dice_between(d, 3, W_UNITS - 2);
    int indicators = dice_between(d, 2, 7), groups = dice_roll(d, W_GROUPS - 1);
    int ratios = dice_roll(d, 4);
    memset(w, 0, sizeof(*w));
    for (int i = 0; i < units; i++)
        add_unit(w, d, depth_max);
    for (int i = 0; i < groups; i++)
        add_group(w, d);
    for (int i = 0; i < indicators; i++)
        add_measured(w, d, freq_roll(d));
    for (int i = 0; i < ratios; i++)
        add_ratio(w, d);
    add_forms(w, d, 0);
    w->managed = dice_chance(d, 50);
    for (int i = 0; i < w->indicator_count; i++)
        w->indicators[i].is_public = dice_chance(d, 75);
}

void world_turn(struct world *w, struct dice *d)
{
    w->indicators[0].is_public = !w->indicators[0].is_public;
    for (int i = 1; i < w->indicator_count; i++)
        w->indicators[i].is_public = dice_chance(d, 60);
}

void world_extend(struct world *w, struct dice *d)
{
    int known = w->indicator_count;
    add_unit(w, d, 3);
    if (dice_chance(d, 60))
        add_group(w, d);
    add_measured(w, d, freq_roll(d));
    if (dice_chance(d, 50))
        add_ratio(w, d);
    for (int f = 0; f < w->form_count; f++) {
        for (int r = 0; r < w->forms[f].row_count; r++) {
            if (dice_chance(d, 15))
                choose_owed(&w->forms[f].rows[r], d, w->forms[f].freq);
        }
    }
    w->indicators[0].display = dice_roll(d, 4);
    add_forms(w, d, known);
}
