/* From the words of a question to indexes of the catalogue. */
#include "lookup.h"

#include <stdio.h>

#include "base/limits.h"

#define SHOWN_BYTES 256 /* of a name that was not found */

/* A terminated copy of foreign bytes, cut to what a finding needs. */
static const char *shown(char buf[SHOWN_BYTES], struct jb_slice text)
{
    size_t len = text.len < SHOWN_BYTES ? text.len : SHOWN_BYTES - 1;
    if (len)
        memcpy(buf, text.ptr, len);
    while (len < text.len && len && (((const uint8_t *)buf)[len - 1] & 0x80))
        len--; /* not in the middle of a character */
    buf[len] = '\0';
    return buf;
}

void jb_lookup_refuse(struct jb_findings *findings, enum jb_finding_code code, struct jb_slice got,
                      const char *expected)
{
    char buf[SHOWN_BYTES];
    jb_findings_add(findings, &(struct jb_finding){.code = code,
                                                   .severity = JB_ERROR,
                                                   .got = shown(buf, got),
                                                   .expected = expected});
}

struct jb_slice jb_lookup_text(struct jb_arena *arena, const char *text, bool *failed)
{
    if (!text || !text[0])
        return (struct jb_slice){0};
    struct jb_slice copy = jb_arena_copy(arena, jb_slice_str(text));
    if (!copy.ptr)
        *failed = true;
    return copy;
}

/* A message full of unknown names must not hold up the others with a search for each. */
static bool may_suggest(const struct jb_findings *findings)
{
    return findings->total < JB_SUGGESTIONS_MAX;
}

bool jb_lookup_unit(const struct jb_binding *binding, struct jb_slice name, uint32_t *ret,
                    struct jb_findings *findings)
{
    char buf[SHOWN_BYTES];
    jb_err err = jb_catalog_find_unit(binding->catalog, name, ret);
    if (!err)
        return true;
    const char *got = shown(buf, name);
    const char *near = may_suggest(findings) ? jb_catalog_suggest_unit(binding->catalog, name) : "";
    jb_findings_add(findings, &(struct jb_finding){.code = err == JB_EEXIST ? JB_F_AMBIGUOUS_NAME
                                                                            : JB_F_UNKNOWN_UNIT,
                                                   .severity = JB_ERROR,
                                                   .unit = got,
                                                   .got = got,
                                                   .hint = near});
    return false;
}

bool jb_lookup_group(const struct jb_binding *binding, struct jb_slice name, uint32_t *ret,
                     struct jb_findings *findings)
{
    const struct jb_catalog_view *view = binding->view;
    uint32_t group = jb_catalog_group(binding->catalog, name);
    for (uint32_t i = 0; group == JB_NONE && i < view->group_count; i++) {
        if (jb_slice_is(name, view->groups[i].name.zh) ||
            jb_slice_is(name, view->groups[i].name.en))
            group = i;
    }
    if (group == JB_NONE) {
        jb_lookup_refuse(findings, JB_F_UNKNOWN_UNIT, name, "");
        return false;
    }
    *ret = group;
    return true;
}

bool jb_lookup_indicator(const struct jb_binding *binding, struct jb_slice name, uint32_t *ret,
                         struct jb_findings *findings)
{
    char buf[SHOWN_BYTES];
    jb_err err = jb_catalog_find_indicator(binding->catalog, name, ret);
    if (!err)
        return true;
    const char *got = shown(buf, name);
    const char *near =
        may_suggest(findings) ? jb_catalog_suggest_indicator(binding->catalog, name) : "";
    jb_findings_add(findings,
                    &(struct jb_finding){.code = err == JB_EEXIST ? JB_F_AMBIGUOUS_NAME
                                                                  : JB_F_UNKNOWN_INDICATOR,
                                         .severity = JB_ERROR,
                                         .indicator = got,
                                         .got = got,
                                         .hint = near});
    return false;
}

bool jb_lookup_section(const struct jb_binding *binding, struct jb_slice name, uint32_t *ret,
                       struct jb_findings *findings)
{
    const struct jb_catalog_view *view = binding->view;
    uint32_t section = jb_catalog_section(binding->catalog, name);
    for (uint32_t i = 0; section == JB_NONE && i < view->section_count; i++) {
        if (jb_slice_is(name, view->sections[i].name.zh) ||
            jb_slice_is(name, view->sections[i].name.en))
            section = i;
    }
    if (section == JB_NONE) {
        jb_lookup_refuse(findings, JB_F_QUERY_UNKNOWN_SECTION, name, "");
        return false;
    }
    *ret = section;
    return true;
}

bool jb_lookup_form(const struct jb_binding *binding, struct jb_slice name, uint32_t *ret,
                    struct jb_findings *findings)
{
    char buf[SHOWN_BYTES];
    const struct jb_catalog_view *view = binding->view;
    uint32_t form = jb_catalog_form(binding->catalog, name);
    for (uint32_t i = 0; form == JB_NONE && i < view->form_count; i++) {
        if (jb_slice_is(name, view->forms[i].name.zh) || jb_slice_is(name, view->forms[i].name.en))
            form = i;
    }
    if (form != JB_NONE) {
        *ret = form;
        return true;
    }
    const char *got = shown(buf, name);
    const char *near = may_suggest(findings) ? jb_catalog_suggest_form(binding->catalog, name) : "";
    jb_findings_add(findings, &(struct jb_finding){.code = JB_F_UNKNOWN_FORM,
                                                   .severity = JB_ERROR,
                                                   .form = got,
                                                   .got = got,
                                                   .hint = near});
    return false;
}

bool jb_lookup_span(struct jb_slice text, struct jb_span *ret, struct jb_findings *findings)
{
    if (jb_span_parse(text, ret) == JB_OK)
        return true;
    jb_lookup_refuse(findings, JB_F_PERIOD_SYNTAX, text,
                     "2023-Q2, 2023-S1, 2023, 2021-Q1..2023-Q2");
    return false;
}

bool jb_lookup_node(const struct jb_binding *binding, struct jb_slice name, struct jb_node *ret,
                    struct jb_findings *findings)
{
    uint32_t index = jb_catalog_group(binding->catalog, name);
    if (index != JB_NONE && jb_catalog_unit(binding->catalog, name) == JB_NONE) {
        *ret = jb_node_of_group(binding, index);
        return true;
    }
    if (!jb_lookup_unit(binding, name, &index, findings))
        return false;
    *ret = jb_node_of_unit(binding, index);
    return true;
}

bool jb_lookup_base_period(enum jb_freq freq, struct jb_slice text, struct jb_period *ret,
                           struct jb_findings *findings)
{
    struct jb_span span, base;
    if (!jb_lookup_span(text, &span, findings))
        return false;
    if (jb_span_to_base(span, freq, &base) == JB_OK && jb_span_count(base) == 1) {
        *ret = base.first;
        return true;
    }
    jb_lookup_refuse(findings, JB_F_PERIOD_FREQUENCY, text, jb_freq_name(freq));
    return false;
}
