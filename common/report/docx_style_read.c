/* Which of the file's paragraph styles are headings and the like (ISO/IEC 29500-1 §17.7): by their
 * names, which Word, WPS and LibreOffice share, else by their outline level. */
#include <stdio.h>

#include "files/xml.h"
#include "report/docx_parts.h"

static uint32_t number(const char *text)
{
    uint32_t v = 0;
    for (; text && *text >= '0' && *text <= '9' && v < 100000; text++)
        v = v * 10 + (uint32_t)(*text - '0');
    return v;
}

struct style_reading {
    struct jb_docx_template *t;
    struct jb_docx_style style;
};

/* "heading 2", "标题 2", "Title". */
static void name_style(struct jb_docx_style *style, const char *name)
{
    static const struct {
        const char *name;
        enum jb_doc_style style;
    } known[] = {{"title", JB_DOC_TITLE},     {"标题", JB_DOC_TITLE},   {"subtitle", JB_DOC_PLAIN},
                 {"caption", JB_DOC_CAPTION}, {"题注", JB_DOC_CAPTION}, {"note", JB_DOC_NOTE}};
    char lower[32];
    size_t len = 0;
    for (; name[len] && len + 1 < sizeof(lower); len++)
        lower[len] = (char)(name[len] >= 'A' && name[len] <= 'Z' ? name[len] + 32 : name[len]);
    lower[len] = '\0';
    for (size_t i = 0; i < JB_COUNT(known); i++) {
        if (strcmp(lower, known[i].name) == 0)
            style->style = known[i].style;
    }
    const char *level = strncmp(lower, "heading ", 8) == 0 ? lower + 8
                        : strncmp(lower, "标题 ", 7) == 0  ? lower + 7
                                                           : NULL;
    if (level && number(level) >= 1)
        style->style =
            (enum jb_doc_style)(JB_DOC_HEADING_1 + (number(level) < 4 ? number(level) : 4) - 1);
}

static void on_style_start(void *context, jb_xml *xml, const char *name,
                           const char *const *attributes)
{
    struct style_reading *r = context;
    const char *value = jb_xml_attribute(attributes, "val");
    (void)xml;
    if (strcmp(name, "style") == 0) {
        const char *id = jb_xml_attribute(attributes, "styleId");
        r->style = (struct jb_docx_style){.id = jb_arena_copy(r->t->arena, jb_slice_str(id))};
    } else if (strcmp(name, "name") == 0 && value) {
        name_style(&r->style, value);
    } else if (strcmp(name, "outlineLvl") == 0 && value && r->style.style == JB_DOC_BODY &&
               number(value) < 9) {
        uint32_t level = number(value) < 3 ? number(value) : 3;
        r->style.style = (enum jb_doc_style)(JB_DOC_HEADING_1 + level);
    }
}

static void on_style_end(void *context, jb_xml *xml, const char *name)
{
    struct style_reading *r = context;
    (void)xml;
    if (strcmp(name, "style") == 0 && r->style.id.len && r->style.style != JB_DOC_BODY &&
        r->t->style_count < JB_DOCX_STYLES_MAX)
        r->t->styles[r->t->style_count++] = r->style;
}

jb_err jb_docx_read_styles(struct jb_docx_template *t, const char *name, struct jb_fault *fault)
{
    struct style_reading r = {.t = t};
    const struct jb_xml_events events = {on_style_start, on_style_end, NULL, &r};
    t->styles = jb_arena_array(t->arena, JB_DOCX_STYLES_MAX, sizeof(*t->styles));
    if (!t->styles)
        return JB_ENOMEM;
    return jb_zip_has(t->zip, name) ? jb_xml_parse_entry(t->zip, name, &events, fault) : JB_OK;
}
