/* Of a workbook's styles only this is wanted: which of them make a number a date or a percentage.
 */
#include "files/workbook_parts.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/sheet_date.h"

#define OWN_FORMATS_MAX 4096

struct styles {
    struct jb_workbook_styles *ret;
    uint32_t cap;
    bool in_cell_styles;
    struct own_format { /* the workbook's own formats that are of a kind */
        uint32_t number;
        enum jb_style_kind kind;
    } * formats;
    uint32_t format_count;
    struct jb_fault *fault;
    const char *part;
};

static uint32_t number_of(const char *text)
{
    uint32_t number = 0;

    for (; text && *text >= '0' && *text <= '9' && number < 1000000; text++)
        number = number * 10 + (uint32_t)(*text - '0');
    return number;
}

static enum jb_style_kind kind_of(const struct styles *s, uint32_t number)
{
    for (uint32_t i = 0; i < s->format_count; i++) {
        if (s->formats[i].number == number)
            return s->formats[i].kind;
    }
    if (jb_sheet_format_is_date(number))
        return JB_STYLE_DATE;
    return jb_sheet_format_is_percent(number) ? JB_STYLE_PERCENT : JB_STYLE_PLAIN;
}

static jb_err too_many(struct styles *s)
{
    return jb_fault_set(s->fault, JB_ERANGE, _("the workbook has too many styles"),
                        _("Make a new one from the template."), "%s", s->part);
}

static jb_err add_format(struct styles *s, const char *const *attributes)
{
    const char *code = jb_xml_attribute(attributes, "formatCode");
    struct jb_slice text = jb_slice_str(code);
    enum jb_style_kind kind = !code                            ? JB_STYLE_PLAIN
                              : jb_sheet_code_is_date(text)    ? JB_STYLE_DATE
                              : jb_sheet_code_is_percent(text) ? JB_STYLE_PERCENT
                              : jb_sheet_code_has_words(text)  ? JB_STYLE_WORDS
                                                               : JB_STYLE_PLAIN;

    if (kind == JB_STYLE_PLAIN)
        return JB_OK;
    if (s->format_count == OWN_FORMATS_MAX)
        return too_many(s);
    s->formats = jb_xrealloc(s->formats, (s->format_count + 1) * sizeof(*s->formats));
    s->formats[s->format_count++] =
        (struct own_format){number_of(jb_xml_attribute(attributes, "numFmtId")), kind};
    return JB_OK;
}

static jb_err add_style(struct styles *s, const char *const *attributes)
{
    struct jb_workbook_styles *ret = s->ret;

    if (ret->count == JB_WORKBOOK_STYLES_MAX)
        return too_many(s);
    if (ret->count == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 64;
        ret->kind = jb_xrealloc(ret->kind, s->cap * sizeof(*ret->kind));
    }
    ret->kind[ret->count++] =
        (uint8_t)kind_of(s, number_of(jb_xml_attribute(attributes, "numFmtId")));
    return JB_OK;
}

static void on_start(void *context, jb_xml *xml, const char *name, const char *const *attributes)
{
    struct styles *s = context;
    jb_err err = JB_OK;

    if (strcmp(name, "cellXfs") == 0)
        s->in_cell_styles = true;
    else if (strcmp(name, "numFmt") == 0)
        err = add_format(s, attributes);
    else if (s->in_cell_styles && strcmp(name, "xf") == 0)
        err = add_style(s, attributes);
    if (err)
        jb_xml_stop(xml, err);
}

static void on_end(void *context, jb_xml *xml, const char *name)
{
    struct styles *s = context;

    (void)xml;
    if (strcmp(name, "cellXfs") == 0)
        s->in_cell_styles = false;
}

jb_err jb_workbook_styles_read(jb_zip *zip, const char *part, struct jb_workbook_styles *ret,
                               struct jb_fault *fault)
{
    struct styles s = {.ret = ret, .fault = fault, .part = part};
    struct jb_xml_events events = {on_start, on_end, NULL, &s};

    jb_err err = jb_xml_parse_entry(zip, part, &events, fault);
    free(s.formats);
    return err;
}
