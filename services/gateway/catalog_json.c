/* Built with jansson, object by object. Dates are "2023-06-30"; the first and the last day of all
 * are left out, as is everything that has its default. */
#include "catalog_json.h"

#include <stdlib.h>

#include <jansson.h>

struct making {
    bool narrow;
    const struct jb_catalog_view *view;
};

static void set_text(json_t *object, const char *key, const char *text)
{
    if (text && text[0])
        json_object_set_new(object, key, json_string(text));
}

static void set_true(json_t *object, const char *key, bool value)
{
    if (value)
        json_object_set_new(object, key, json_true());
}

static void set_list(json_t *object, const char *key, json_t *list)
{
    if (json_array_size(list))
        json_object_set_new(object, key, list);
    else
        json_decref(list);
}

static void set_days(json_t *object, jb_date from, jb_date until)
{
    char text[16];

    if (from != JB_DATE_MIN) {
        jb_date_format(from, text);
        set_text(object, "from", text);
    }
    if (until != JB_DATE_MAX) {
        jb_date_format(until, text);
        set_text(object, "until", text);
    }
}

static json_t *make_named(const char *code, const struct jb_names *name)
{
    json_t *object = json_object(), *aliases = json_array();

    set_text(object, "code", code);
    set_text(object, "zh", name->zh);
    set_text(object, "en", name->en);
    for (const char **alias = name->aliases; *alias; alias++)
        json_array_append_new(aliases, json_string(*alias));
    set_list(object, "aliases", aliases);
    return object;
}

static json_t *make_edges(const struct making *m, const struct jb_edge *edges, uint32_t count)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < count; i++) {
        json_t *edge = json_object();
        set_text(edge, "unit", m->view->units[edges[i].unit].code);
        set_days(edge, edges[i].from, edges[i].until);
        json_array_append_new(list, edge);
    }
    return list;
}

static json_t *make_units(const struct making *m)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < m->view->unit_count; i++) {
        const struct jb_unit *unit = &m->view->units[i];
        json_t *object = make_named(unit->code, &unit->name);
        set_text(object, "kind", unit->kind);
        set_list(object, "parents", make_edges(m, unit->parents, unit->parent_count));
        set_true(object, "assessed", unit->assessed);
        set_days(object, unit->from, unit->until);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *make_groups(const struct making *m)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < m->view->group_count; i++) {
        const struct jb_group *group = &m->view->groups[i];
        json_t *object = make_named(group->code, &group->name);
        set_list(object, "members", make_edges(m, group->members, group->member_count));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *make_sections(const struct making *m)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < m->view->section_count; i++) {
        const struct jb_section *section = &m->view->sections[i];
        json_t *object = make_named(section->code, &section->name);
        if (section->parent != JB_NONE)
            set_text(object, "parent", m->view->sections[section->parent].code);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *make_bases(const struct jb_indicator *indicator)
{
    json_t *list = json_array();

    for (unsigned kind = JB_BASIS_PERIOD; kind <= JB_BASIS_SINCE; kind <<= 1) {
        if (indicator->bases & kind)
            json_array_append_new(list, json_string(jb_basis_kind_code((enum jb_basis_kind)kind)));
    }
    return list;
}

static json_t *make_targets(const struct making *m, const struct jb_indicator *indicator)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < indicator->target_count; i++) {
        const struct jb_target *target = &indicator->targets[i];
        char span[JB_PERIOD_TEXT_SIZE], value[JB_DEC_TEXT_SIZE];
        json_t *object = json_object();
        jb_span_format(target->span, span);
        jb_dec_format(target->value.mantissa, target->value.scale, value);
        set_text(object, "period", span);
        set_text(object, "value", value);
        set_text(object, "precision", jb_mark_code(target->mark));
        set_text(object, "note", m->narrow ? "" : target->note);
        json_array_append_new(list, object);
    }
    return list;
}

static void set_rules_of_cell(json_t *object, const struct jb_indicator *indicator)
{
    json_object_set_new(object, "decimals", json_integer(indicator->decimals));
    set_true(object, "negativeAllowed", indicator->negative_allowed);
    set_true(object, "notApplicableRefused", !indicator->not_applicable_allowed);
    set_true(object, "notApplicableExplained", indicator->not_applicable_explained);
    set_true(object, "marksRefused", !indicator->marks_allowed);
    set_true(object, "marksExplained", indicator->marks_explained);
    set_list(object, "bases", make_bases(indicator));
    set_text(object, "defaultBasis", jb_basis_kind_code(indicator->default_basis));
}

static json_t *make_indicator(const struct making *m, const struct jb_indicator *indicator)
{
    json_t *object = make_named(indicator->code, &indicator->name), *sections = json_array();
    const struct jb_indicator *all = m->view->indicators;

    set_text(object, "unitOfMeasureZh", indicator->unit_of_measure_zh);
    set_text(object, "unitOfMeasureEn", indicator->unit_of_measure_en);
    set_text(object, "measure", jb_measure_code(indicator->measure));
    set_text(object, "frequency", jb_freq_name(indicator->freq));
    set_text(object, "direction",
             indicator->direction ? jb_direction_code(indicator->direction) : "");
    set_rules_of_cell(object, indicator);
    if (indicator->numerator != JB_NONE && !m->narrow) {
        set_text(object, "numerator", all[indicator->numerator].code);
        set_text(object, "denominator", all[indicator->denominator].code);
    }
    if (!m->narrow)
        set_list(object, "owners", make_edges(m, indicator->owners, indicator->owner_count));
    for (uint32_t i = 0; i < indicator->section_count; i++)
        json_array_append_new(sections,
                              json_string(m->view->sections[indicator->sections[i]].code));
    set_list(object, "sections", sections);
    set_list(object, "targets", make_targets(m, indicator));
    set_true(object, "public", indicator->is_public);
    set_days(object, indicator->from, indicator->until);
    set_text(object, "note", m->narrow ? "" : indicator->note);
    return object;
}

static json_t *make_indicators(const struct making *m)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < m->view->indicator_count; i++) {
        if (!m->narrow || m->view->indicators[i].is_public)
            json_array_append_new(list, make_indicator(m, &m->view->indicators[i]));
    }
    return list;
}

static json_t *make_rows(const struct making *m, const struct jb_form *form)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < form->row_count; i++) {
        const struct jb_form_row *row = &form->rows[i];
        json_t *object = json_object();
        set_text(object, "indicator", m->view->indicators[row->indicator].code);
        if (row->of != JB_NONE)
            set_text(object, "of", m->view->indicators[form->rows[row->of].indicator].code);
        set_true(object, "optional", row->optional);
        json_t *owed = json_array();
        for (uint32_t s = 0; s < row->owed_count; s++) {
            char span[JB_PERIOD_TEXT_SIZE];
            jb_span_format(row->owed[s], span);
            json_array_append_new(owed, json_string(span));
        }
        set_list(object, "owed", owed);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *make_forms(const struct making *m)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < m->view->form_count; i++) {
        const struct jb_form *form = &m->view->forms[i];
        json_t *object = make_named(form->code, &form->name);
        set_text(object, "frequency", jb_freq_name(form->freq));
        set_list(object, "units", make_edges(m, form->units, form->unit_count));
        json_object_set_new(object, "rows", make_rows(m, form));
        json_array_append_new(list, object);
    }
    return list;
}

void jb_catalog_json(const jb_catalog *catalog, uint32_t version, bool narrow, struct jb_buf *out)
{
    const struct making m = {narrow, jb_catalog_view(catalog)};
    json_t *object = make_named(m.view->code, &m.view->name);

    json_object_set_new(object, "version", json_integer(version));
    json_object_set_new(object, "zoneOffsetMinutes", json_integer(m.view->zone_offset_minutes));
    set_true(object, "demonstration", m.view->demonstration);
    set_true(object, "managedPeriods", m.view->managed_periods);
    set_true(object, "ranking", m.view->ranking);
    json_object_set_new(object, "units", make_units(&m));
    json_object_set_new(object, "groups", make_groups(&m));
    json_object_set_new(object, "sections", make_sections(&m));
    json_object_set_new(object, "indicators", make_indicators(&m));
    json_object_set_new(object, "forms", narrow ? json_array() : make_forms(&m));
    char *text = json_dumps(object, JSON_COMPACT);
    if (text)
        jb_buf_put_str(out, text);
    else
        out->failed = true;
    free(text);
    json_decref(object);
}
