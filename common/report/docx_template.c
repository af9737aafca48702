/* The package of a Word template: its main part is found by its relationships, as the standard has
 * it (ECMA-376 part 2), not by its name. */
#include "report/docx_template.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "files/xml.h"
#include "report/docx_parts.h"

/* The target of the package's relationship to its document. */
struct finding {
    char target[256];
};

static void on_relation(void *context, jb_xml *xml, const char *name, const char *const *attributes)
{
    struct finding *found = context;
    const char *type = jb_xml_attribute(attributes, "Type");
    const char *target = jb_xml_attribute(attributes, "Target");
    static const char wanted[] = "/officeDocument";
    (void)xml;
    if (strcmp(name, "Relationship") != 0 || !type || !target || found->target[0])
        return;
    size_t len = strlen(type);
    if (len < sizeof(wanted) - 1 || strcmp(type + len - (sizeof(wanted) - 1), wanted) != 0)
        return;
    target += target[0] == '/';
    if (strlen(target) < sizeof(found->target))
        snprintf(found->target, sizeof(found->target), "%s", target);
}

static void on_relation_end(void *context, jb_xml *xml, const char *name)
{
    (void)context, (void)xml, (void)name;
}

static jb_err refuse(struct jb_fault *fault)
{
    return jb_fault_set(fault, JB_EINVAL, _("this is no Word document (.docx)"),
                        _("Save it in WPS or Word as .docx, not as .doc or .wps."), "%s", "");
}

/* Parts are told apart by their bytes: UTF-8 only, as every word processor writes. */
static jb_err add_part(struct jb_docx_template *t, const char *name, struct jb_fault *fault)
{
    if (t->part_count == JB_DOCX_TEMPLATE_PARTS_MAX)
        return jb_fault_set(fault, JB_ERANGE, _("the document has too many headers and footers"),
                            "", "%s", name);
    struct jb_docx_part_read *part = &t->parts[t->part_count];
    snprintf(part->name, sizeof(part->name), "%s", name);
    jb_buf_init(&part->bytes, JB_DOCX_TEMPLATE_BYTES_MAX);
    t->part_count++;
    jb_err err = jb_zip_read(t->zip, name, &part->bytes, fault);
    if (err)
        return err;
    if (!jb_utf8_valid(jb_buf_slice(&part->bytes)))
        return jb_fault_set(fault, JB_EINVAL, _("a part of the document is not UTF-8"),
                            _("Save it again in WPS or Word as .docx."), "%s", name);
    return jb_docx_read_part(t, t->part_count - 1, fault);
}

static bool is_header(const char *name, const char *folder)
{
    size_t len = strlen(folder);
    if (strncmp(name, folder, len) != 0)
        return false;
    name += len;
    return (strncmp(name, "header", 6) == 0 || strncmp(name, "footer", 6) == 0) &&
           !strchr(name, '/') && strlen(name) > 4 && strcmp(name + strlen(name) - 4, ".xml") == 0;
}

static jb_err read_package(struct jb_docx_template *t, struct jb_fault *fault)
{
    struct finding found = {""};
    const struct jb_xml_events events = {on_relation, on_relation_end, NULL, &found};
    char folder[256], styles[320];
    jb_err err = jb_xml_parse_entry(t->zip, "_rels/.rels", &events, fault);
    if (err == JB_ENOTFOUND || (!err && !found.target[0]) ||
        (!err && !jb_zip_has(t->zip, found.target))) {
        *fault = (struct jb_fault){0};
        return refuse(fault);
    }
    if (err)
        return err;
    snprintf(folder, sizeof(folder), "%s", found.target);
    char *slash = strrchr(folder, '/');
    folder[slash ? slash + 1 - folder : 0] = '\0';
    snprintf(styles, sizeof(styles), "%sstyles.xml", folder);
    err = jb_docx_read_styles(t, styles, fault);
    if (!err)
        err = add_part(t, found.target, fault);
    for (uint32_t i = 0; !err && i < jb_zip_count(t->zip); i++) {
        if (is_header(jb_zip_name(t->zip, i), folder))
            err = add_part(t, jb_zip_name(t->zip, i), fault);
    }
    return err;
}

jb_err jb_docx_template_open(struct jb_slice bytes, struct jb_arena *arena,
                             struct jb_complaints *complaints, jb_docx_template **ret,
                             struct jb_fault *fault)
{
    if (!jb_zip_magic(bytes))
        return refuse(fault);
    struct jb_docx_template *t = jb_xcalloc(1, sizeof(*t));
    t->bytes = bytes;
    t->arena = arena;
    t->complaints = complaints;
    jb_err err = jb_zip_open(bytes, &t->zip, fault);
    if (!err)
        err = read_package(t, fault);
    if (err) {
        jb_docx_template_free(t);
        return err;
    }
    *ret = t;
    return JB_OK;
}

void jb_docx_template_free(jb_docx_template *t)
{
    if (!t)
        return;
    for (uint32_t i = 0; i < t->part_count; i++)
        jb_buf_free(&t->parts[i].bytes);
    jb_zip_close(t->zip);
    free(t);
}

uint32_t jb_docx_template_parts(const jb_docx_template *t)
{
    return t->part_count;
}

const struct jb_doc_block *jb_docx_template_blocks(const jb_docx_template *t, uint32_t part)
{
    return t->parts[part].blocks.first;
}

void jb_docx_template_place(const jb_docx_template *t, uint32_t place, char *text, size_t size)
{
    uint32_t part = place / JB_DOCX_PLACES_A_PART, number = place % JB_DOCX_PLACES_A_PART;
    if (part == 0 || part >= t->part_count)
        snprintf(text, size, _("paragraph %u"), number);
    else
        snprintf(text, size, _("%s, paragraph %u"), t->parts[part].name, number);
}
