/* The parts of a workbook's package and how they hang together: content types, relations, the list
 * of sheets. */
#include "files/workbook_parts.h"

#include <stdio.h>
#include <strings.h>

#include "base/limits.h"
#include "base/text.h"

#define RELATIONS_MAX 4096

struct relation {
    const char *id, *type, *target;
    bool external;
};

struct package {
    jb_zip *zip;
    struct jb_workbook *workbook;
    struct jb_workbook_package *ret;
    struct jb_fault *fault;
    /* of the relations that are being read */
    const char *source; /* the part they are of; "" for the package */
    struct relation *relations;
    uint32_t relation_count;
    /* of the content types */
    bool is_workbook, is_binary, is_other;
};

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcasecmp(text + len - end_len, end) == 0;
}

static const char *keep(struct package *p, const char *text)
{
    return (const char *)jb_arena_copy(&p->workbook->arena, jb_slice_str(text)).ptr;
}

static void ignore_end(void *context, jb_xml *xml, const char *name)
{
    (void)context, (void)xml, (void)name;
}

/* The name of the part that a target means, from the part whose relation it is. Steps up end at
 * the package's root, as in a URI. NULL: no memory. */
static const char *resolve(struct package *p, const char *target)
{
    const char *slash = strrchr(p->source, '/');
    size_t base_len = slash && target[0] != '/' ? (size_t)(slash - p->source) : 0;
    size_t room = base_len + strlen(target) + 2, len = base_len;
    char *path = jb_arena_alloc(&p->workbook->arena, room);

    if (!path)
        return NULL;
    memcpy(path, p->source, base_len);
    for (const char *step = target; *step;) {
        size_t step_len = strcspn(step, "/");
        if (step_len == 2 && memcmp(step, "..", 2) == 0) {
            while (len && path[len - 1] != '/')
                len--;
            len -= len > 0;
        } else if (step_len && !(step_len == 1 && step[0] == '.')) {
            if (len)
                path[len++] = '/';
            memcpy(path + len, step, step_len);
            len += step_len;
        }
        step += step_len + (step[step_len] == '/');
    }
    path[len] = 0;
    return path;
}

static jb_err add_relation(struct package *p, const char *const *attributes)
{
    const char *id = jb_xml_attribute(attributes, "Id");
    const char *type = jb_xml_attribute(attributes, "Type");
    const char *target = jb_xml_attribute(attributes, "Target");
    const char *mode = jb_xml_attribute(attributes, "TargetMode");

    if (!id || !type || !target)
        return JB_OK;
    if (p->relation_count == RELATIONS_MAX)
        return jb_fault_set(p->fault, JB_ERANGE, _("the file has too many parts"),
                            _("Make a new one from the template."), "%s", p->source);
    struct relation *r = &p->relations[p->relation_count];
    r->external = mode && strcasecmp(mode, "External") == 0;
    r->id = keep(p, id);
    r->type = keep(p, type);
    r->target = r->external ? "" : resolve(p, target);
    if (!r->id || !r->type || !r->target)
        return jb_workbook_no_memory(p->fault);
    p->relation_count++;
    return JB_OK;
}

static void on_relation(void *context, jb_xml *xml, const char *name, const char *const *attributes)
{
    jb_err err = strcmp(name, "Relationship") == 0 ? add_relation(context, attributes) : JB_OK;

    if (err)
        jb_xml_stop(xml, err);
}

static jb_err read_relations(struct package *p, const char *source, const char *part)
{
    struct jb_xml_events events = {on_relation, ignore_end, NULL, p};

    p->source = source;
    p->relation_count = 0;
    if (!p->relations)
        p->relations = jb_arena_array(&p->workbook->arena, RELATIONS_MAX, sizeof(*p->relations));
    if (!p->relations)
        return jb_workbook_no_memory(p->fault);
    return jb_xml_parse_entry(p->zip, part, &events, p->fault);
}

static const struct relation *relation_of_type(const struct package *p, const char *type)
{
    for (uint32_t i = 0; i < p->relation_count; i++) {
        if (ends_with(p->relations[i].type, type) && !p->relations[i].external)
            return &p->relations[i];
    }
    return NULL;
}

static const struct relation *relation_of_id(const struct package *p, const char *id)
{
    for (uint32_t i = 0; id && i < p->relation_count; i++) {
        if (strcmp(p->relations[i].id, id) == 0)
            return &p->relations[i];
    }
    return NULL;
}

/* What the package says of the type of its main part. */
static void on_type(void *context, jb_xml *xml, const char *name, const char *const *attributes)
{
    struct package *p = context;
    const char *part = jb_xml_attribute(attributes, "PartName");
    const char *type = jb_xml_attribute(attributes, "ContentType");

    (void)xml;
    if (!type || (strcmp(name, "Override") != 0 && strcmp(name, "Default") != 0))
        return;
    if (strcasestr(type, "macroEnabled"))
        p->workbook->macros = true;
    if (part && part[0] == '/' && strcasecmp(part + 1, p->ret->main) == 0) {
        p->is_workbook =
            strcasestr(type, "sheet.main+xml") || strcasestr(type, "template.main+xml");
        p->is_binary = strcasestr(type, "sheet.binary") != NULL;
        p->is_other = !p->is_workbook && !p->is_binary;
    }
}

static jb_err check_types(struct package *p)
{
    struct jb_xml_events events = {on_type, ignore_end, NULL, p};
    jb_err err = jb_xml_parse_entry(p->zip, "[Content_Types].xml", &events, p->fault);

    if (err || p->is_workbook)
        return err;
    if (p->is_binary)
        return jb_fault_set(p->fault, JB_EINVAL, _("the workbook is of the binary kind (.xlsb)"),
                            _("Save it as .xlsx."), "%s", p->ret->main);
    return jb_fault_set(p->fault, JB_EINVAL,
                        p->is_other ? _("the file is no spreadsheet workbook")
                                    : _("the file does not say what its main part is"),
                        _("Save it as .xlsx from a spreadsheet program."), "%s", p->ret->main);
}

static jb_err add_tab(struct package *p, const char *const *attributes)
{
    const char *name = jb_xml_attribute(attributes, "name");
    const char *state = jb_xml_attribute(attributes, "state");
    const struct relation *relation = relation_of_id(p, jb_xml_attribute(attributes, "id"));

    if (!name || !relation)
        return jb_fault_set(p->fault, JB_EINVAL, _("a sheet of the workbook is missing"),
                            _("Open it in a spreadsheet program and save it again."), "%s",
                            name ? name : p->ret->main);
    if (p->ret->tab_count == JB_WORKBOOK_SHEETS_MAX)
        return jb_fault_set(p->fault, JB_ERANGE, _("the workbook has too many sheets"),
                            _("Keep only those of the template."), "%s", name);
    struct jb_workbook_tab *tab = &p->ret->tabs[p->ret->tab_count++];
    tab->name = keep(p, name);
    tab->hidden = state && strcmp(state, "visible") != 0;
    tab->part = ends_with(relation->type, "/worksheet") ? relation->target : NULL;
    return tab->name ? JB_OK : jb_workbook_no_memory(p->fault);
}

static void on_main(void *context, jb_xml *xml, const char *name, const char *const *attributes)
{
    struct package *p = context;
    jb_err err = JB_OK;

    if (strcmp(name, "workbookPr") == 0)
        p->workbook->from_1904 = jb_xml_flag(attributes, "date1904");
    else if (strcmp(name, "sheet") == 0 && jb_xml_depth(xml) == 3)
        err = add_tab(p, attributes);
    if (err)
        jb_xml_stop(xml, err);
}

/* dir/_rels/name.rels for dir/name. */
static const char *relations_part(struct package *p, const char *part)
{
    const char *slash = strrchr(part, '/');
    int dir_len = slash ? (int)(slash - part + 1) : 0;
    size_t size = strlen(part) + sizeof("_rels/.rels");
    char *name = jb_arena_alloc(&p->workbook->arena, size);

    if (name)
        snprintf(name, size, "%.*s_rels/%s.rels", dir_len, part, part + dir_len);
    return name;
}

static void note_dangers(struct package *p)
{
    for (uint32_t i = 0; i < jb_zip_count(p->zip); i++) {
        const char *name = jb_zip_name(p->zip, i);
        p->workbook->macros = p->workbook->macros || ends_with(name, "vbaProject.bin") ||
                              strncasecmp(name, "xl/macrosheets/", 15) == 0;
        p->workbook->external_links =
            p->workbook->external_links || strncasecmp(name, "xl/externalLinks/", 17) == 0;
    }
    for (uint32_t i = 0; i < p->relation_count; i++)
        p->workbook->external_links = p->workbook->external_links || p->relations[i].external;
}

static jb_err read_main(struct package *p)
{
    struct jb_xml_events events = {on_main, ignore_end, NULL, p};
    const char *part = relations_part(p, p->ret->main);
    jb_err err = part ? read_relations(p, p->ret->main, part) : jb_workbook_no_memory(p->fault);
    if (err)
        return err;
    const struct relation *strings = relation_of_type(p, "/sharedStrings");
    const struct relation *styles = relation_of_type(p, "/styles");
    p->ret->strings = strings ? strings->target : NULL;
    p->ret->styles = styles ? styles->target : NULL;
    note_dangers(p);
    return jb_xml_parse_entry(p->zip, p->ret->main, &events, p->fault);
}

jb_err jb_workbook_package_read(jb_zip *zip, struct jb_workbook *workbook,
                                struct jb_workbook_package *ret, struct jb_fault *fault)
{
    struct package p = {.zip = zip, .workbook = workbook, .ret = ret, .fault = fault};
    jb_err err = read_relations(&p, "", "_rels/.rels");

    if (err)
        return err;
    const struct relation *main = relation_of_type(&p, "/officeDocument");
    if (!main)
        return jb_fault_set(fault, JB_EINVAL, _("the file is no spreadsheet workbook"),
                            _("Save it as .xlsx from a spreadsheet program."), "%s", "_rels/.rels");
    ret->main = main->target;
    err = check_types(&p);
    if (!err)
        err = read_main(&p);
    if (!err && !ret->tab_count)
        err =
            jb_fault_set(fault, JB_EINVAL, _("a sheet of the workbook is missing"),
                         _("Open it in a spreadsheet program and save it again."), "%s", ret->main);
    return err;
}
