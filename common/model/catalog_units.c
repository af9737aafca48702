/* Units, groups and sections: the trees of the catalogue, each object by itself. Cycles, depth and
 * fan-out need the whole tree and are checked afterwards (catalog_verify.c). */
#include "base/text.h"
#include "model/catalog_reader.h"

enum unit_key {
    U_CODE,
    U_NAME,
    U_ALIASES,
    U_KIND,
    U_PARENT,
    U_PARENTS,
    U_ASSESSED,
    U_FROM,
    U_UNTIL,
    UNIT_KEYS
};
static const struct jb_catread_key unit_keys[UNIT_KEYS] = {
    [U_CODE] = {"code", true},          [U_NAME] = {"name", true},
    [U_ALIASES] = {"aliases", false},   [U_KIND] = {"kind", false},
    [U_PARENT] = {"parent", false},     [U_PARENTS] = {"parents", false},
    [U_ASSESSED] = {"assessed", false}, [U_FROM] = {"from", false},
    [U_UNTIL] = {"until", false},
};

/* Takes its place among the unit's parents by date, unless it overlaps one. */
static void add_parent(struct jb_catread *rd, jb_yaml_ref node, struct jb_unit *unit,
                       struct jb_edge edge)
{
    uint32_t at = unit->parent_count;

    if (edge.unit == JB_NONE)
        return;
    for (uint32_t i = 0; i < unit->parent_count; i++) {
        if (edge.from <= unit->parents[i].until && unit->parents[i].from <= edge.until) {
            jb_catread_refuse(rd, node, JB_F_CATALOG_CONTRADICTION, NULL,
                              _("one parent at a time: dates that do not overlap"), NULL);
            return;
        }
    }
    for (; at && unit->parents[at - 1].from > edge.from; at--)
        unit->parents[at] = unit->parents[at - 1];
    unit->parents[at] = edge;
    unit->parent_count++;
}

static void read_parents(struct jb_catread *rd, jb_yaml_ref parent, jb_yaml_ref parents,
                         struct jb_unit *unit)
{
    uint32_t count = 1;

    if (parent && parents)
        jb_catread_refuse(rd, parents, JB_F_CATALOG_CONTRADICTION, NULL,
                          _("parent or parents, not both"), NULL);
    if (!parent && !jb_catread_list(rd, parents))
        return;
    if (!parent)
        count = parents->len;
    if (count > JB_CATALOG_PARENTS_MAX) {
        jb_catread_refuse(rd, parents, JB_F_CATALOG_LIMIT, NULL, _("at most 64 dated parents"),
                          NULL);
        return;
    }
    unit->parents = jb_catread_alloc(rd, count, sizeof(*unit->parents));
    if (!unit->parents)
        return;
    if (parent) {
        struct jb_edge edge = {JB_NONE, JB_DATE_MIN, JB_DATE_MAX};

        edge.unit = jb_catread_refer(rd, parent, &rd->catalog->units);
        add_parent(rd, parent, unit, edge);
        return;
    }
    for (jb_yaml_ref item = parents->first; item; item = item->next)
        add_parent(rd, item, unit, jb_catread_edge(rd, item));
}

static void read_unit(struct jb_catread *rd, jb_yaml_ref node, struct jb_unit *unit)
{
    jb_yaml_ref v[UNIT_KEYS];
    struct jb_slice code;

    unit->line = node->line;
    unit->from = JB_DATE_MIN;
    unit->until = JB_DATE_MAX;
    if (!jb_catread_fields(rd, node, unit_keys, UNIT_KEYS, v))
        return;
    if (jb_catread_code(rd, v[U_CODE], &code))
        unit->code = jb_catread_copy(rd, code);
    rd->unit = unit->code;
    jb_catread_names(rd, v[U_NAME], v[U_ALIASES], &unit->name);
    jb_catread_text(rd, v[U_KIND], &unit->kind);
    jb_catread_bool(rd, v[U_ASSESSED], &unit->assessed);
    jb_catread_dates(rd, v[U_FROM], v[U_UNTIL], &unit->from, &unit->until);
    read_parents(rd, v[U_PARENT], v[U_PARENTS], unit);
    rd->unit = NULL;
}

void jb_catread_units(struct jb_catread *rd)
{
    for (uint32_t i = 0; i < rd->catalog->view.unit_count; i++)
        read_unit(rd, rd->units[i], &rd->catalog->view.units[i]);
}

enum group_key { G_CODE, G_NAME, G_ALIASES, G_MEMBERS, GROUP_KEYS };
static const struct jb_catread_key group_keys[GROUP_KEYS] = {
    [G_CODE] = {"code", true},
    [G_NAME] = {"name", true},
    [G_ALIASES] = {"aliases", false},
    [G_MEMBERS] = {"members", true},
};

void jb_catread_groups(struct jb_catread *rd)
{
    for (uint32_t i = 0; i < rd->catalog->view.group_count; i++) {
        struct jb_group *group = &rd->catalog->view.groups[i];
        jb_yaml_ref v[GROUP_KEYS];
        struct jb_slice code;

        group->line = rd->groups[i]->line;
        if (!jb_catread_fields(rd, rd->groups[i], group_keys, GROUP_KEYS, v))
            continue;
        if (jb_catread_code(rd, v[G_CODE], &code))
            group->code = jb_catread_copy(rd, code);
        jb_catread_names(rd, v[G_NAME], v[G_ALIASES], &group->name);
        if (v[G_MEMBERS] && v[G_MEMBERS]->kind == JB_YAML_LIST &&
            v[G_MEMBERS]->len > JB_CATALOG_FAN_OUT_MAX)
            jb_catread_refuse(rd, v[G_MEMBERS], JB_F_CATALOG_LIMIT, NULL,
                              _("at most 4,096 members"), NULL);
        else
            jb_catread_edges(rd, v[G_MEMBERS], &group->members, &group->member_count);
    }
}

enum section_key { S_CODE, S_NAME, S_ALIASES, S_PARENT, SECTION_KEYS };
static const struct jb_catread_key section_keys[SECTION_KEYS] = {
    [S_CODE] = {"code", true},
    [S_NAME] = {"name", true},
    [S_ALIASES] = {"aliases", false},
    [S_PARENT] = {"parent", false},
};

void jb_catread_sections(struct jb_catread *rd)
{
    for (uint32_t i = 0; i < rd->catalog->view.section_count; i++) {
        struct jb_section *section = &rd->catalog->view.sections[i];
        jb_yaml_ref v[SECTION_KEYS];
        struct jb_slice code;

        section->line = rd->sections[i]->line;
        if (!jb_catread_fields(rd, rd->sections[i], section_keys, SECTION_KEYS, v))
            continue;
        if (jb_catread_code(rd, v[S_CODE], &code))
            section->code = jb_catread_copy(rd, code);
        jb_catread_names(rd, v[S_NAME], v[S_ALIASES], &section->name);
        if (v[S_PARENT])
            section->parent = jb_catread_refer(rd, v[S_PARENT], &rd->catalog->sections);
    }
}
