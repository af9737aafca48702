/* What stands in a paragraph: runs, what wraps them, and what is kept without being understood. */
#include "report/docx_reading.h"

void docx_add_opaque(struct reading *r, struct jb_slice whole, bool in_run, struct jb_slice text)
{
    struct jb_doc_runs *runs = docx_runs(r);
    struct jb_docx_origin *origin = docx_new_origin(r);
    const struct frame *run = docx_around(r, FRAME_RUN);
    if (!runs)
        return;
    origin->whole = whole;
    origin->in_run = in_run;
    if (in_run && run && run->origin)
        origin->head = run->origin->head;
    unsigned flags = !in_run && !text.len && r->skip_is_mark ? JB_DOC_MARK : 0;
    jb_doc_add_run(&r->doc, runs, text, flags)->opaque = origin;
}

void docx_end_text_run(struct reading *r)
{
    struct frame *run = docx_around(r, FRAME_RUN);
    struct jb_doc_runs *runs = docx_runs(r);
    if (!r->text.len || !run || !runs)
        return;
    struct jb_doc_run *added = jb_doc_add_run(&r->doc, runs, jb_buf_slice(&r->text), run->flags);
    added->origin = run->origin;
    jb_buf_clear(&r->text);
}

bool docx_declares(const struct reading *r, const jb_xml *xml)
{
    struct jb_slice tag = docx_bytes(r, jb_xml_from(xml), jb_xml_till(xml));
    return memmem(tag.ptr, tag.len, "xmlns", 5) != NULL;
}

void docx_start_inline(struct reading *r, const jb_xml *xml, const char *name)
{
    static const char *const flat[] = {"ins", "smartTag", "moveTo", "sdtContent", NULL};
    static const char *const wraps[] = {"hyperlink", "fldSimple", "sdt", "customXml", NULL};
    static const char *const dropped[] = {"del",      "moveFrom",   "proofErr", "sdtPr",
                                          "sdtEndPr", "smartTagPr", NULL};
    if (docx_declares(r, xml) &&
        (strcmp(name, "r") == 0 || docx_is(name, flat) || docx_is(name, wraps))) {
        docx_begin_skip(r, xml, SKIP_RUN, name);
    } else if (strcmp(name, "r") == 0) {
        struct frame *frame = docx_push(r, FRAME_RUN, xml);
        frame->origin = docx_new_origin(r);
        jb_buf_clear(&r->text);
    } else if (strcmp(name, "pPr") == 0 && docx_top(r)->kind == FRAME_PARAGRAPH) {
        jb_ignore(docx_push(r, FRAME_PROPS, xml) == NULL);
    } else if (docx_is(name, flat) || docx_is(name, wraps)) {
        struct jb_doc_runs *runs = docx_runs(r);
        struct jb_doc_run **end = runs->end ? runs->end : &runs->first;
        struct frame *frame = docx_push(r, FRAME_WRAP, xml);
        frame->opaque_wrap = docx_is(name, wraps);
        frame->wrap_at = end;
    } else {
        docx_begin_skip(r, xml, docx_is(name, dropped) ? SKIP_DROP : SKIP_RUN, name);
    }
}

void docx_start_in_run(struct reading *r, const jb_xml *xml, const char *name,
                       const char *const *attributes)
{
    static const char *const ignored[] = {"lastRenderedPageBreak", "softHyphen", NULL};
    const char *type = jb_xml_attribute(attributes, "type");
    if (strcmp(name, "rPr") == 0) {
        jb_ignore(docx_push(r, FRAME_PROPS, xml) == NULL);
    } else if (strcmp(name, "t") == 0) {
        jb_ignore(docx_push(r, FRAME_TEXT, xml) == NULL);
    } else if (strcmp(name, "tab") == 0 || strcmp(name, "noBreakHyphen") == 0 ||
               strcmp(name, "cr") == 0 ||
               (strcmp(name, "br") == 0 && (!type || strcmp(type, "textWrapping") == 0))) {
        jb_buf_put_u8(&r->text, name[0] == 't' ? '\t' : name[0] == 'n' ? '-' : '\n');
        docx_begin_skip(r, xml, SKIP_DROP, name);
    } else if (docx_is(name, ignored)) {
        docx_begin_skip(r, xml, SKIP_DROP, name);
    } else {
        docx_end_text_run(r);
        docx_begin_skip(r, xml, SKIP_IN_RUN, name);
    }
}

static bool has_brace(struct jb_slice text)
{
    return text.len && (memchr(text.ptr, '{', text.len) || memmem(text.ptr, text.len, "｛", 3));
}

/* A link without placeholders is one opaque run that still has its text. */
void docx_end_wrap(struct reading *r, struct frame *frame, const jb_xml *xml)
{
    struct jb_doc_runs *runs = docx_runs(r);
    struct jb_doc_block view = {.runs = *frame->wrap_at};
    struct jb_slice text = jb_doc_text(&r->doc, &view);
    size_t from = frame->from;
    if (!frame->opaque_wrap || has_brace(text) || !runs)
        return;
    *frame->wrap_at = NULL;
    runs->end = frame->wrap_at;
    docx_add_opaque(r, docx_bytes(r, from, jb_xml_till(xml)), false, text);
}
