/* What only the whole catalogue shows: cycles, depth and fan-out of the trees, the same unit named
 * twice, owners above owners, ratios over unlike parts, duties that nobody or two forms carry.
 * Dated edges are followed with the days they share, so a cycle that exists for one day is found
 * and one that never closes is not. */
#include <stdio.h>

#include "base/text.h"
#include "model/catalog_reader.h"

/* The path from a unit upwards, with the days on which all of its edges hold. */
struct climb {
    struct jb_catread *rd;
    uint32_t path[JB_CATALOG_DEPTH_MAX];
    bool refused; /* one finding a unit is enough */
};

static jb_yaml_ref parent_node(const struct jb_catread *rd, uint32_t unit)
{
    jb_yaml_ref node = jb_catread_value(rd->units[unit], "parent");

    if (!node)
        node = jb_catread_value(rd->units[unit], "parents");
    return node ? node : rd->units[unit];
}

/* A cycle is told once, at its first unit; a path that runs into a cycle elsewhere says nothing. */
static void meet(struct climb *climb, uint32_t unit, unsigned depth)
{
    uint32_t start = climb->path[0];
    uint32_t least = start;

    for (unsigned i = 0; i < depth; i++) {
        if (climb->path[i] == unit && i > 0)
            return;
        if (climb->path[i] < least)
            least = climb->path[i];
    }
    climb->refused = true;
    climb->rd->unit = climb->rd->catalog->view.units[start].code;
    if (unit != start)
        jb_catread_refuse(climb->rd, parent_node(climb->rd, start), JB_F_CATALOG_LIMIT, NULL,
                          _("at most 8 levels"), NULL);
    else if (start == least)
        jb_catread_refuse(climb->rd, parent_node(climb->rd, start), JB_F_CATALOG_CYCLE, NULL,
                          _("a parent that does not stand under this unit"), NULL);
    climb->rd->unit = NULL;
}

static void climb_from(struct climb *climb, uint32_t node, unsigned depth, jb_date from,
                       jb_date until)
{
    const struct jb_unit *unit = &climb->rd->catalog->view.units[node];

    climb->path[depth - 1] = node;
    for (uint32_t i = 0; i < unit->parent_count && !climb->refused; i++) {
        const struct jb_edge *edge = &unit->parents[i];
        jb_date first = edge->from > from ? edge->from : from;
        jb_date last = edge->until < until ? edge->until : until;

        if (first > last)
            continue;
        if (edge->unit == climb->path[0] || depth == JB_CATALOG_DEPTH_MAX)
            meet(climb, edge->unit, depth);
        else
            climb_from(climb, edge->unit, depth + 1, first, last);
    }
}

static void check_fan_out(struct jb_catread *rd)
{
    const struct jb_catalog_view *view = &rd->catalog->view;
    uint32_t *children = jb_catread_alloc(rd, view->unit_count, sizeof(*children));

    if (!children)
        return;
    for (uint32_t i = 0; i < view->unit_count; i++) {
        for (uint32_t k = 0; k < view->units[i].parent_count; k++) {
            if (++children[view->units[i].parents[k].unit] == JB_CATALOG_FAN_OUT_MAX + 1)
                jb_catread_refuse(rd, parent_node(rd, i), JB_F_CATALOG_LIMIT, NULL,
                                  _("at most 4,096 units under one"), NULL);
        }
    }
}

/* Told like the units' trees; a section has one parent, so eight steps tell everything. */
static void check_section(struct jb_catread *rd, uint32_t index)
{
    const struct jb_section *sections = rd->catalog->view.sections;
    uint32_t path[JB_CATALOG_DEPTH_MAX];
    uint32_t at = index;
    uint32_t least = index;
    unsigned depth = 0;
    jb_yaml_ref node = jb_catread_value(rd->sections[index], "parent");

    do {
        path[depth++] = at;
        least = at < least ? at : least;
        at = sections[at].parent;
    } while (at != JB_NONE && at != index && depth < JB_CATALOG_DEPTH_MAX);
    if (at == index && least == index)
        jb_catread_refuse(rd, node, JB_F_CATALOG_CYCLE, NULL,
                          _("a parent that does not stand under this section"), NULL);
    if (at == index || at == JB_NONE)
        return;
    for (unsigned i = 0; i < depth; i++) {
        if (path[i] == at)
            return;
    }
    jb_catread_refuse(rd, node, JB_F_CATALOG_LIMIT, NULL, _("at most 8 levels"), NULL);
}

static void check_ratio(struct jb_catread *rd, uint32_t index)
{
    static const char *const keys[] = {"numerator", "denominator"};
    const struct jb_catalog_view *view = &rd->catalog->view;
    const struct jb_indicator *ratio = &view->indicators[index];
    const uint32_t parts[] = {ratio->numerator, ratio->denominator};

    for (size_t i = 0; i < JB_COUNT(parts); i++) {
        const struct jb_indicator *part = parts[i] == JB_NONE ? NULL : &view->indicators[parts[i]];
        jb_yaml_ref node = jb_catread_value(rd->indicators[index], keys[i]);

        if (!part || !part->measure)
            continue;
        if (part->measure == JB_RATIO || part->measure == JB_TEXT)
            jb_catread_refuse(rd, node, JB_F_CATALOG_CONTRADICTION, NULL,
                              _("an indicator with reported numbers"), NULL);
        else if (part->freq != ratio->freq)
            jb_catread_refuse(rd, node, JB_F_CATALOG_CONTRADICTION, NULL,
                              _("an indicator of the ratio's frequency"), NULL);
    }
}

void jb_catread_verify_tree(struct jb_catread *rd)
{
    const struct jb_catalog_view *view = &rd->catalog->view;

    for (uint32_t i = 0; i < view->unit_count; i++) {
        struct climb climb = {.rd = rd};

        climb_from(&climb, i, 1, JB_DATE_MIN, JB_DATE_MAX);
    }
    check_fan_out(rd);
    for (uint32_t i = 0; i < view->section_count; i++)
        check_section(rd, i);
    for (uint32_t i = 0; i < view->indicator_count; i++) {
        rd->indicator = view->indicators[i].code;
        if (view->indicators[i].measure == JB_RATIO)
            check_ratio(rd, i);
    }
    rd->indicator = NULL;
}

/* The list's item, for a finding; not looked for once nobody will see it, because the walk costs
 * the list's length. */
static jb_yaml_ref item_node(const struct jb_catread *rd, jb_yaml_ref object, const char *key,
                             uint32_t item)
{
    jb_yaml_ref list = jb_catread_value(object, key);

    if (!list)
        return object;
    return rd->findings->count < JB_FINDINGS_MAX ? jb_catread_item(list, item) : list;
}

/* False when a unit stands in the list twice at a time, or too often at different times. */
static bool check_twice(struct jb_catread *rd, const struct jb_catalog_holders *holders,
                        uint32_t object, jb_yaml_ref node, const char *key)
{
    uint32_t errors = rd->findings->errors;
    uint32_t stays = 1;

    for (uint32_t i = holders->first[object]; i + 1 < holders->first[object + 1]; i++) {
        const struct jb_catalog_holder *a = &holders->items[i];
        const struct jb_catalog_holder *b = a + 1;

        stays = a->unit == b->unit ? stays + 1 : 1;
        if (stays == JB_CATALOG_PARENTS_MAX + 1)
            jb_catread_refuse(rd, item_node(rd, node, key, b->item), JB_F_CATALOG_LIMIT, NULL,
                              _("at most 64 dates of one unit"), NULL);
        if (a->unit == b->unit && b->from <= a->until)
            jb_catread_refuse(rd, item_node(rd, node, key, a->item > b->item ? a->item : b->item),
                              JB_F_CATALOG_DUPLICATE, NULL, _("each unit once at a time"), NULL);
    }
    return rd->findings->errors == errors;
}

/* Marks every owner above another owner of the indicator; true when the mark is new. */
static bool mark_above(struct jb_catalog_holders *owners, uint32_t indicator, uint32_t unit,
                       jb_date from, jb_date until, uint32_t *ret_item)
{
    uint32_t at = (uint32_t)(jb_catalog_holder_from(owners, indicator, unit) - owners->items);
    bool found = false;

    for (; at < owners->first[indicator + 1] && owners->items[at].unit == unit; at++) {
        struct jb_catalog_holder *owner = &owners->items[at];

        if (owner->from > until || owner->until < from || owner->above)
            continue;
        owner->above = 1;
        *ret_item = owner->item;
        found = true;
    }
    return found;
}

static void climb_owners(struct jb_catread *rd, uint32_t indicator, uint32_t node, unsigned depth,
                         jb_date from, jb_date until)
{
    const struct jb_catalog_view *view = &rd->catalog->view;
    const struct jb_unit *unit = &view->units[node];
    const struct jb_indicator *owned = &view->indicators[indicator];

    for (uint32_t i = 0; i < unit->parent_count && depth < JB_CATALOG_DEPTH_MAX; i++) {
        const struct jb_edge *edge = &unit->parents[i];
        jb_date first = edge->from > from ? edge->from : from;
        jb_date last = edge->until < until ? edge->until : until;
        uint32_t item;

        if (first > last)
            continue;
        if (mark_above(&rd->catalog->owners, indicator, edge->unit, first, last, &item) &&
            !owned->parent_value && owned->measure != JB_TEXT)
            jb_catread_refuse(
                rd, item_node(rd, rd->indicators[indicator], "owners", item),
                JB_F_CATALOG_CONTRADICTION, view->units[edge->unit].code,
                _("parent_value: add or compare, because another owner stands under this one"),
                NULL);
        climb_owners(rd, indicator, edge->unit, depth + 1, first, last);
    }
}

void jb_catread_verify_holders(struct jb_catread *rd)
{
    jb_catalog *c = rd->catalog;

    for (uint32_t i = 0; i < c->view.group_count; i++)
        check_twice(rd, &c->members, i, rd->groups[i], "members");
    for (uint32_t i = 0; i < c->view.form_count; i++) {
        rd->form = c->view.forms[i].code;
        check_twice(rd, &c->form_units, i, rd->forms[i], "units");
    }
    rd->form = NULL;
    for (uint32_t i = 0; i < c->view.indicator_count; i++) {
        uint32_t first = c->owners.first[i];
        uint32_t end = c->owners.first[i + 1];

        rd->indicator = c->view.indicators[i].code;
        if (!check_twice(rd, &c->owners, i, rd->indicators[i], "owners") || end - first < 2)
            continue;
        for (uint32_t k = first; k < end; k++)
            climb_owners(rd, i, c->owners.items[k].unit, 1, c->owners.items[k].from,
                         c->owners.items[k].until);
    }
    rd->indicator = NULL;
}

static jb_yaml_ref row_node(const struct jb_catread *rd, uint32_t form, uint32_t row)
{
    jb_yaml_ref node = item_node(rd, rd->forms[form], "rows", row);
    jb_yaml_ref indicator = jb_catread_value(node, "indicator");

    return indicator ? indicator : node;
}

/* Two forms that ask one unit for one indicator on one day: told once for each pair of forms that
 * meets. */
static void check_two_forms(struct jb_catread *rd, uint32_t indicator)
{
    const jb_catalog *c = rd->catalog;
    uint32_t told = JB_NONE;

    for (uint32_t i = c->duty_first[indicator]; i + 1 < c->duty_first[indicator + 1]; i++) {
        const struct jb_catalog_duty *a = &c->duties[i];
        const struct jb_catalog_duty *b = a + 1;
        const struct jb_catalog_duty *later = a->form > b->form ? a : b;
        char expected[JB_CODE_BYTES_MAX + 64];

        if (a->unit != b->unit || b->from > a->until || a->form == b->form || later->form == told)
            continue;
        told = later->form;
        rd->unit = c->view.units[a->unit].code;
        rd->form = c->view.forms[later->form].code;
        snprintf(expected, sizeof(expected), _("in one form of a unit; also in %s"),
                 c->view.forms[later == a ? b->form : a->form].code);
        jb_catread_refuse(rd, row_node(rd, later->form, later->row), JB_F_CATALOG_CONTRADICTION,
                          NULL, expected, NULL);
        rd->unit = rd->form = NULL;
    }
}

static bool has_duty(const jb_catalog *c, uint32_t indicator, const struct jb_catalog_holder *owner)
{
    uint32_t low = c->duty_first[indicator];
    uint32_t high = c->duty_first[indicator + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (c->duties[middle].unit < owner->unit)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < c->duty_first[indicator + 1] && c->duties[low].unit == owner->unit; low++) {
        if (c->duties[low].from <= owner->until && owner->from <= c->duties[low].until)
            return true;
    }
    return false;
}

static void check_owners_owe(struct jb_catread *rd, uint32_t indicator)
{
    const jb_catalog *c = rd->catalog;
    jb_yaml_ref node = rd->indicators[indicator];

    if (c->view.indicators[indicator].measure == JB_RATIO ||
        !c->view.indicators[indicator].measure ||
        c->owners.first[indicator] == c->owners.first[indicator + 1])
        return;
    if (c->place_first[indicator] == c->place_first[indicator + 1]) {
        jb_catread_refuse(rd, item_node(rd, node, "owners", UINT32_MAX), JB_F_CATALOG_CONTRADICTION,
                          NULL, _("a form that has the indicator, or no owners"), NULL);
        return;
    }
    for (uint32_t i = c->owners.first[indicator]; i < c->owners.first[indicator + 1]; i++) {
        if (!has_duty(c, indicator, &c->owners.items[i]))
            jb_catread_refuse(rd, item_node(rd, node, "owners", c->owners.items[i].item),
                              JB_F_CATALOG_CONTRADICTION,
                              c->view.units[c->owners.items[i].unit].code,
                              _("a form of this unit that has the indicator"), NULL);
    }
}

void jb_catread_verify_duties(struct jb_catread *rd)
{
    for (uint32_t i = 0; i < rd->catalog->view.indicator_count; i++) {
        rd->indicator = rd->catalog->view.indicators[i].code;
        check_two_forms(rd, i);
        if (!rd->forms_broken)
            check_owners_owe(rd, i);
    }
    rd->indicator = NULL;
}
