/* The names of a template's placeholders, looked up once; each mistake is told with what was
 * probably meant. */
#include "base/text.h"
#include "model/nearest.h"
#include "report_parts.h"

struct resolve {
    struct jb_report *report;
    const struct jb_placeholder *ph;
};

/* A name in quotes may mean the name without them. */
static struct jb_slice unquoted(struct jb_slice name)
{
    static const char *const quotes[][2] = {{"\"", "\""}, {"“", "”"}};
    for (size_t i = 0; i < JB_COUNT(quotes); i++) {
        size_t open = strlen(quotes[i][0]), close = strlen(quotes[i][1]);
        if (name.len > open + close && memcmp(name.ptr, quotes[i][0], open) == 0 &&
            memcmp(name.ptr + name.len - close, quotes[i][1], close) == 0)
            return jb_slice_of(name.ptr + open, name.len - open - close);
    }
    return name;
}

static void complain_unknown(struct resolve *r, const char *what, struct jb_slice name,
                             const char *near)
{
    struct jb_complaints *complaints = r->report->complaints;
    if (near[0])
        jb_complain(complaints, r->ph->place, r->ph->text,
                    _("there is no %s '%.*s'; did you mean %s?"), what, JB_ARG(name), near);
    else
        jb_complain(complaints, r->ph->place, r->ph->text, _("there is no %s '%.*s'"), what,
                    JB_ARG(name));
}

static void complain_ambiguous(struct resolve *r, struct jb_slice name)
{
    jb_complain(r->report->complaints, r->ph->place, r->ph->text,
                _("several bear the name '%.*s'; write the code"), JB_ARG(name));
}

/* "新增市场主体 去年": the name is good and the rest is not. */
static bool complain_tail(struct resolve *r, struct jb_slice name)
{
    uint32_t index;
    for (size_t len = name.len; len > 0; len--) {
        if (name.ptr[len - 1] != ' ')
            continue;
        struct jb_slice head = jb_slice_of(name.ptr, len - 1);
        if (jb_catalog_find_indicator(r->report->catalog, head, &index) != JB_OK)
            continue;
        jb_complain(r->report->complaints, r->ph->place, r->ph->text,
                    _("'%.*s' is neither a period nor a word that is known here"),
                    (int)(name.len - len), (const char *)name.ptr + len);
        return true;
    }
    return false;
}

static uint32_t find_indicator(struct resolve *r, struct jb_slice name)
{
    const jb_catalog *catalog = r->report->catalog;
    uint32_t index;
    jb_err err = jb_catalog_find_indicator(catalog, name, &index);
    if (err == JB_ENOTFOUND)
        err = jb_catalog_find_indicator(catalog, unquoted(name), &index);
    if (!err)
        return index;
    if (err == JB_EEXIST)
        complain_ambiguous(r, name);
    else if (!complain_tail(r, name))
        complain_unknown(r, _("indicator"), name, jb_catalog_suggest_indicator(catalog, name));
    return JB_NONE;
}

static uint32_t find_unit(struct resolve *r, struct jb_slice name)
{
    const jb_catalog *catalog = r->report->catalog;
    uint32_t index;
    jb_err err = jb_catalog_find_unit(catalog, name, &index);
    if (err == JB_ENOTFOUND)
        err = jb_catalog_find_unit(catalog, unquoted(name), &index);
    if (!err)
        return index;
    if (err == JB_EEXIST)
        complain_ambiguous(r, name);
    else
        complain_unknown(r, _("unit"), name, jb_catalog_suggest_unit(catalog, name));
    return JB_NONE;
}

static bool is_called(struct jb_slice name, const char *code, const struct jb_names *names)
{
    if (jb_slice_is(name, code) || jb_slice_is(name, names->zh) || jb_slice_is(name, names->en))
        return true;
    for (const char **alias = names->aliases; *alias; alias++) {
        if (jb_slice_is(name, *alias))
            return true;
    }
    return false;
}

static uint32_t find_section(struct resolve *r, struct jb_slice name)
{
    const struct jb_catalog_view *view = r->report->view;
    uint32_t found = jb_catalog_section(r->report->catalog, name);
    struct jb_nearest nearest;
    if (found != JB_NONE)
        return found;
    jb_nearest_init(&nearest, name);
    for (uint32_t i = 0; i < view->section_count; i++) {
        const struct jb_section *section = &view->sections[i];
        jb_nearest_offer(&nearest, section->code);
        jb_nearest_offer(&nearest, section->name.zh);
        if (!is_called(name, section->code, &section->name) &&
            !is_called(unquoted(name), section->code, &section->name))
            continue;
        if (found != JB_NONE) {
            complain_ambiguous(r, name);
            return JB_NONE;
        }
        found = i;
    }
    if (found == JB_NONE)
        complain_unknown(r, _("section"), name, jb_nearest_result(&nearest));
    return found;
}

static uint32_t find_group(struct resolve *r, struct jb_slice name)
{
    const struct jb_catalog_view *view = r->report->view;
    struct jb_nearest nearest;
    jb_nearest_init(&nearest, name);
    for (uint32_t i = 0; i < view->group_count; i++) {
        if (is_called(name, view->groups[i].code, &view->groups[i].name))
            return i;
        jb_nearest_offer(&nearest, view->groups[i].code);
        jb_nearest_offer(&nearest, view->groups[i].name.zh);
    }
    complain_unknown(r, _("group"), name, jb_nearest_result(&nearest));
    return JB_NONE;
}

typedef uint32_t (*finder)(struct resolve *r, struct jb_slice name);

static jb_err find_all(struct resolve *r, const struct jb_ph_list *names, finder find,
                       uint32_t **ret, uint32_t *ret_count)
{
    uint32_t *found = jb_arena_array(r->report->arena, names->count + 1u, sizeof(*found));
    uint32_t count = 0;
    if (!found)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < names->count; i++) {
        uint32_t index = find(r, names->items[i]);
        if (index != JB_NONE)
            found[count++] = index;
    }
    *ret = found;
    *ret_count = count;
    return JB_OK;
}

static void check_measures(struct resolve *r, const struct jb_report_refs *refs)
{
    bool wants_text = r->ph->kind == JB_PH_COLLATE;
    for (uint32_t i = 0; i < refs->indicator_count; i++) {
        const struct jb_indicator *indicator = &r->report->view->indicators[refs->indicators[i]];
        bool text = indicator->measure == JB_TEXT;
        if (text && !wants_text && r->ph->show != JB_SHOW_NAME)
            jb_complain(r->report->complaints, r->ph->place, r->ph->text,
                        _("%s is a text; {{汇编 ...}} prints texts"), indicator->code);
        else if (!text && wants_text)
            jb_complain(r->report->complaints, r->ph->place, r->ph->text,
                        _("%s is a number and no text"), indicator->code);
    }
}

static void check_basis(struct resolve *r)
{
    struct jb_slice basis = r->ph->basis;
    struct jb_span span;
    bool since = basis.len > 6 && memcmp(basis.ptr, "since:", 6) == 0;
    struct jb_slice start = since ? jb_slice_of(basis.ptr + 6, basis.len - 6) : basis;
    if (basis.len && !jb_slice_is(basis, "period") && !jb_slice_is(basis, "ytd") &&
        jb_span_parse(start, &span) != JB_OK)
        jb_complain(r->report->complaints, r->ph->place, r->ph->text,
                    _("'%.*s' is no basis; write period, ytd or since:2021-Q1"), JB_ARG(basis));
}

static jb_err resolve_one(struct jb_report *report, const struct jb_placeholder *ph,
                          struct jb_report_refs *refs)
{
    struct resolve r = {report, ph};
    uint32_t before = report->complaints->total;
    *refs = (struct jb_report_refs){.group = JB_NONE, .under = JB_NONE};
    jb_err err =
        find_all(&r, &ph->names, find_indicator, &refs->indicators, &refs->indicator_count);
    if (!err)
        err = find_all(&r, &ph->units, find_unit, &refs->units, &refs->unit_count);
    if (!err)
        err = find_all(&r, &ph->sections, find_section, &refs->sections, &refs->section_count);
    if (err)
        return err;
    if (ph->group.len)
        refs->group = find_group(&r, ph->group);
    if (ph->under.len)
        refs->under = find_unit(&r, ph->under);
    check_measures(&r, refs);
    check_basis(&r);
    refs->complained = report->complaints->total > before;
    report->wants_diff = report->wants_diff || ph->kind == JB_PH_REVISIONS ||
                         (ph->kind == JB_PH_IF && ph->test == JB_TEST_REVISED) ||
                         (ph->kind == JB_PH_FACT && ph->fact == JB_FACT_REVISED_COUNT);
    report->wants_status = report->wants_status || ph->kind == JB_PH_MISSING ||
                           (ph->kind == JB_PH_IF && ph->test == JB_TEST_MISSING) ||
                           (ph->kind == JB_PH_FACT && ph->fact >= JB_FACT_FORMS_EXPECTED &&
                            ph->fact <= JB_FACT_MISSING_COUNT);
    report->has_appendix = report->has_appendix || ph->kind == JB_PH_APPENDIX;
    return JB_OK;
}

jb_err jb_report_resolve(struct jb_report *report, const jb_template *template)
{
    uint32_t count;
    struct jb_placeholder *const *phs = jb_template_placeholders(template, &count);
    report->refs = jb_arena_array(report->arena, count + 1u, sizeof(*report->refs));
    jb_err err = report->refs ? JB_OK : JB_ENOMEM;
    for (uint32_t i = 0; !err && i < count; i++)
        err = resolve_one(report, phs[i], &report->refs[i]);
    return err;
}
