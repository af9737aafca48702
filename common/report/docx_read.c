/* WordprocessingML (ISO/IEC 29500-1 §17) by its events. Bytes are kept by their place in the part,
 * so that what is not understood is written back as it was. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "report/docx_reading.h"

struct frame *docx_top(struct reading *r)
{
    return &r->frames[r->depth - 1];
}

struct frame *docx_push(struct reading *r, enum frame_kind kind, const jb_xml *xml)
{
    jb_assert(r->depth < JB_COUNT(r->frames));
    struct frame *frame = &r->frames[r->depth++];
    *frame = (struct frame){.kind = kind, .from = jb_xml_from(xml)};
    return frame;
}

/* The frame of that kind that is open around the event. */
struct frame *docx_around(struct reading *r, enum frame_kind kind)
{
    for (uint32_t i = r->depth; i > 0; i--) {
        if (r->frames[i - 1].kind == kind)
            return &r->frames[i - 1];
    }
    return NULL;
}

struct jb_slice docx_bytes(const struct reading *r, size_t from, size_t till)
{
    return jb_slice_of(r->part->bytes.ptr + from, till - from);
}

struct jb_docx_origin *docx_new_origin(struct reading *r)
{
    struct jb_docx_origin *origin = jb_arena_alloc(r->doc.arena, sizeof(*origin));
    static struct jb_docx_origin spill;
    if (!origin) {
        r->doc.failed = true;
        return &spill;
    }
    return origin;
}

bool docx_is(const char *name, const char *const *names)
{
    for (; *names; names++) {
        if (strcmp(name, *names) == 0)
            return true;
    }
    return false;
}

void docx_begin_skip(struct reading *r, const jb_xml *xml, enum skip how, const char *name)
{
    r->skip = how;
    r->skip_depth = 1;
    r->skip_from = jb_xml_from(xml);
    size_t len = strlen(name);
    r->skip_is_section = strcmp(name, "sectPr") == 0;
    r->skip_is_mark =
        len > 5 && (strcmp(name + len - 5, "Start") == 0 || strcmp(name + len - 3, "End") == 0);
    jb_buf_clear(&r->skip_text);
}

struct jb_doc_runs *docx_runs(struct reading *r)
{
    struct frame *frame = docx_around(r, FRAME_PARAGRAPH);
    return frame ? &frame->runs : NULL;
}

static struct jb_doc_blocks *blocks_around(struct reading *r)
{
    struct frame *frame = docx_around(r, FRAME_BLOCKS);
    return frame ? &frame->blocks : NULL;
}

/* What was skipped may hide a placeholder, which would then be printed as it is. */
static void complain_hidden(struct reading *r)
{
    struct jb_slice text = jb_buf_slice(&r->skip_text);
    uint32_t place = r->part_index * JB_DOCX_PLACES_A_PART + r->paragraphs + (r->paragraphs == 0);
    if (text.len && (memmem(text.ptr, text.len, "{{", 2) || memmem(text.ptr, text.len, "｛｛", 6)))
        jb_complain(r->t->complaints, place, jb_slice_of(text.ptr, text.len < 80 ? text.len : 0),
                    _("a placeholder in a text box or a content control is not filled; move it "
                      "into a paragraph"));
}

static void end_skip(struct reading *r, const jb_xml *xml)
{
    struct jb_slice whole = docx_bytes(r, r->skip_from, jb_xml_till(xml));
    if (r->skip == SKIP_DROP)
        return;
    complain_hidden(r);
    if (r->skip == SKIP_BLOCK) {
        struct jb_docx_origin *origin = docx_new_origin(r);
        origin->whole = whole;
        r->last_is_section = r->skip_is_section;
        r->section_from = r->skip_from;
        jb_doc_add(&r->doc, blocks_around(r), JB_DOC_OPAQUE)->origin = origin;
        return;
    }
    docx_add_opaque(r, whole, r->skip == SKIP_IN_RUN, JB_LIT(""));
}

static void begin_paragraph(struct reading *r, const jb_xml *xml)
{
    struct jb_doc_blocks *to = blocks_around(r);
    struct frame *frame = docx_push(r, FRAME_PARAGRAPH, xml);
    frame->origin = docx_new_origin(r);
    frame->origin->open = docx_bytes(r, jb_xml_from(xml), jb_xml_till(xml));
    frame->block = jb_doc_add(&r->doc, to, JB_DOC_PARAGRAPH);
    frame->block->origin = frame->origin;
    frame->block->place = r->part_index * JB_DOCX_PLACES_A_PART + ++r->paragraphs;
    frame->block->style = docx_around(r, FRAME_TABLE) ? JB_DOC_CELL : JB_DOC_BODY;
    r->last_is_section = false;
}

static void begin_table(struct reading *r, const jb_xml *xml)
{
    struct jb_doc_blocks *to = blocks_around(r);
    struct frame *frame = docx_push(r, FRAME_TABLE, xml);
    frame->origin = docx_new_origin(r);
    frame->origin->open = docx_bytes(r, jb_xml_from(xml), jb_xml_till(xml));
    frame->block = jb_doc_add(&r->doc, to, JB_DOC_TABLE);
    frame->block->origin = frame->origin;
    r->last_is_section = false;
}

/* What stands between the start tag and the first row or cell is the head. */
static void close_head(struct reading *r, struct frame *frame, const jb_xml *xml)
{
    struct jb_docx_origin *origin = frame->origin;
    const uint8_t *from = origin->open.ptr + origin->open.len;
    if (!origin->head.ptr)
        origin->head = jb_slice_of(from, (size_t)(r->part->bytes.ptr + jb_xml_from(xml) - from));
}

static void begin_row(struct reading *r, const jb_xml *xml)
{
    struct frame *table = docx_around(r, FRAME_TABLE);
    close_head(r, table, xml);
    struct frame *frame = docx_push(r, FRAME_ROW, xml);
    frame->origin = docx_new_origin(r);
    frame->origin->open = docx_bytes(r, jb_xml_from(xml), jb_xml_till(xml));
    frame->row = jb_doc_add_row(&r->doc, table->block, false);
    frame->row->origin = frame->origin;
}

static void begin_cell(struct reading *r, const jb_xml *xml)
{
    static const struct jb_doc_cell empty = {.span = 1};
    struct frame *row = docx_around(r, FRAME_ROW);
    close_head(r, row, xml);
    struct frame *frame = docx_push(r, FRAME_BLOCKS, xml);
    frame->origin = docx_new_origin(r);
    frame->origin->open = docx_bytes(r, jb_xml_from(xml), jb_xml_till(xml));
    frame->cell = jb_doc_copy_cell(&r->doc, row->row, &empty);
    frame->cell->origin = frame->origin;
}

static void start_block(struct reading *r, const jb_xml *xml, const char *name)
{
    if (++r->blocks > JB_DOCX_BLOCKS_MAX)
        r->doc.failed = true;
    if (strcmp(name, "p") == 0)
        begin_paragraph(r, xml);
    else if (strcmp(name, "tbl") == 0)
        begin_table(r, xml);
    else if (strcmp(name, "tcPr") == 0 && docx_top(r)->cell)
        jb_ignore(docx_push(r, FRAME_PROPS, xml) == NULL);
    else
        docx_begin_skip(r, xml, SKIP_BLOCK, name);
}

static uint32_t number(const char *text)
{
    uint32_t v = 0;
    for (; text && *text >= '0' && *text <= '9' && v < 100000; text++)
        v = v * 10 + (uint32_t)(*text - '0');
    return v;
}

static enum jb_doc_style style_of(const struct jb_docx_template *t, const char *id)
{
    for (uint32_t i = 0; i < t->style_count; i++) {
        if (jb_slice_is(t->styles[i].id, id))
            return t->styles[i].style;
    }
    return JB_DOC_BODY;
}

static void set_paragraph(struct reading *r, struct jb_doc_block *block, const char *name,
                          const char *value)
{
    if (strcmp(name, "pStyle") == 0 && value && block->style == JB_DOC_BODY)
        block->style = style_of(r->t, value);
    else if (strcmp(name, "jc") == 0 && value)
        block->align = strcmp(value, "center") == 0                               ? JB_DOC_CENTER
                       : strcmp(value, "right") == 0 || strcmp(value, "end") == 0 ? JB_DOC_RIGHT
                                                                                  : JB_DOC_LEFT;
}

/* What of a look matters beyond this file: heading, alignment, bold, span, head row. */
static void start_property(struct reading *r, const char *name, const char *const *attributes)
{
    struct frame *owner = &r->frames[r->depth - 2];
    const char *value = jb_xml_attribute(attributes, "val");
    bool off = value && (strcmp(value, "0") == 0 || strcmp(value, "false") == 0);
    if (owner->kind == FRAME_PARAGRAPH)
        set_paragraph(r, owner->block, name, value);
    else if (owner->kind == FRAME_RUN && strcmp(name, "b") == 0 && !off)
        owner->flags |= JB_DOC_BOLD;
    else if (owner->kind == FRAME_BLOCKS && owner->cell && strcmp(name, "gridSpan") == 0)
        owner->cell->span = number(value) ? number(value) : 1;
}

static void start_in_table(struct reading *r, jb_xml *xml, const char *name,
                           const char *const *attributes)
{
    static const char *const passed[] = {"sdt", "sdtContent", "customXml", NULL};
    struct frame *table = docx_around(r, FRAME_TABLE);
    (void)attributes;
    if (strcmp(name, "tr") == 0 && docx_top(r)->kind != FRAME_ROW)
        begin_row(r, xml);
    else if (strcmp(name, "tc") == 0 && docx_around(r, FRAME_ROW) &&
             docx_around(r, FRAME_ROW) > docx_around(r, FRAME_TABLE))
        begin_cell(r, xml);
    else if (docx_is(name, passed) && docx_declares(r, xml)) {
        jb_xml_stop(xml, JB_EINVAL);
    } else if (docx_is(name, passed)) { /* is left out; what it holds is not */
        if (docx_top(r)->kind != FRAME_PASS)
            close_head(r, docx_top(r), xml);
        jb_ignore(docx_push(r, FRAME_PASS, xml) == NULL);
    } else {
        if (strcmp(name, "tblGrid") == 0)
            table->block->columns = 0;
        jb_ignore(docx_push(r, FRAME_PROPS, xml) == NULL);
    }
}

static void start_root(struct reading *r, jb_xml *xml, const char *name)
{
    struct jb_slice tag = docx_bytes(r, jb_xml_from(xml), jb_xml_till(xml));
    bool document = strcmp(name, "document") == 0, body = strcmp(name, "body") == 0;
    if (tag.len < 3 || memcmp(tag.ptr, "<w:", 3) != 0) {
        jb_xml_stop(xml, JB_EINVAL);
        return;
    }
    if (document && r->depth == 0) {
        jb_ignore(docx_push(r, FRAME_ROOT, xml) == NULL);
    } else if ((body && r->depth == 1) ||
               (r->depth == 0 && (strcmp(name, "hdr") == 0 || strcmp(name, "ftr") == 0))) {
        struct frame *frame = docx_push(r, FRAME_BLOCKS, xml);
        r->part->from = jb_xml_till(xml);
        r->part->till = r->part->from;
        jb_ignore(frame == NULL);
    } else if (r->depth) {
        docx_begin_skip(r, xml, SKIP_DROP, name);
    } else {
        jb_xml_stop(xml, JB_EINVAL);
    }
}

static void on_start(void *context, jb_xml *xml, const char *name, const char *const *attributes)
{
    struct reading *r = context;
    if (r->doc.failed) {
        jb_xml_stop(xml, JB_ENOMEM);
    } else if (r->skip_depth) {
        r->skip_depth++;
    } else if (r->depth == 0 || docx_top(r)->kind == FRAME_ROOT) {
        start_root(r, xml, name);
    } else {
        switch (docx_top(r)->kind) {
        case FRAME_BLOCKS:
            start_block(r, xml, name);
            break;
        case FRAME_PARAGRAPH:
        case FRAME_WRAP:
            docx_start_inline(r, xml, name);
            break;
        case FRAME_RUN:
            docx_start_in_run(r, xml, name, attributes);
            break;
        case FRAME_TABLE:
        case FRAME_ROW:
        case FRAME_PASS:
            start_in_table(r, xml, name, attributes);
            break;
        case FRAME_PROPS:
            start_property(r, name, attributes);
            if (strcmp(name, "gridCol") == 0 && docx_around(r, FRAME_TABLE))
                docx_around(r, FRAME_TABLE)->block->columns++;
            if (strcmp(name, "tblHeader") == 0 && docx_around(r, FRAME_ROW))
                docx_around(r, FRAME_ROW)->row->head = true;
            docx_begin_skip(r, xml, SKIP_DROP, name);
            break;
        case FRAME_TEXT:
        case FRAME_ROOT:
            docx_begin_skip(r, xml, SKIP_DROP, name);
            break;
        }
    }
}

static void end_props(struct reading *r, const struct frame *frame, const jb_xml *xml)
{
    struct frame *owner = r->depth ? docx_top(r) : NULL;
    if (!owner || !owner->origin || owner->kind == FRAME_TABLE || owner->kind == FRAME_ROW)
        return;
    owner->origin->head = docx_bytes(r, frame->from, jb_xml_till(xml));
}

static void end_paragraph(struct reading *r, struct frame *frame, const jb_xml *xml)
{
    frame->block->runs = frame->runs.first;
    frame->origin->whole = docx_bytes(r, frame->from, jb_xml_till(xml));
}

static void on_end(void *context, jb_xml *xml, const char *name)
{
    struct reading *r = context;
    (void)name;
    if (r->skip_depth) {
        if (--r->skip_depth == 0)
            end_skip(r, xml);
        return;
    }
    if (!r->depth)
        return;
    if (docx_top(r)->kind == FRAME_RUN)
        docx_end_text_run(r);
    struct frame frame = *docx_top(r);
    if (frame.kind == FRAME_WRAP)
        docx_end_wrap(r, &frame, xml);
    if (frame.kind == FRAME_PARAGRAPH)
        end_paragraph(r, docx_top(r), xml);
    if (frame.kind == FRAME_TABLE || frame.kind == FRAME_ROW)
        close_head(r, docx_top(r), xml);
    if (frame.kind == FRAME_BLOCKS && frame.cell)
        frame.cell->blocks = docx_top(r)->blocks.first;
    r->depth--;
    if (frame.kind == FRAME_PROPS)
        end_props(r, &frame, xml);
    if (frame.kind == FRAME_BLOCKS && !frame.cell) {
        r->part->blocks = frame.blocks;
        r->part->till = r->last_is_section ? r->section_from : jb_xml_from(xml);
    }
}

static void on_text(void *context, jb_xml *xml, struct jb_slice piece)
{
    struct reading *r = context;
    (void)xml;
    if (r->skip_depth && r->skip != SKIP_DROP && r->skip_text.len < 4096)
        jb_buf_put(&r->skip_text, piece.ptr, piece.len < 1024 ? piece.len : 1024);
    else if (!r->skip_depth && r->depth && docx_top(r)->kind == FRAME_TEXT)
        jb_buf_put(&r->text, piece.ptr, piece.len);
}

/* The section at the end belongs to what is not written anew. */
static void drop_section(struct reading *r)
{
    struct jb_doc_block **at = &r->part->blocks.first;
    while (*at && (*at)->next)
        at = &(*at)->next;
    if (*at && r->last_is_section) {
        *at = NULL;
        r->part->blocks.end = at;
    }
}

jb_err jb_docx_read_part(struct jb_docx_template *t, uint32_t index, struct jb_fault *fault)
{
    struct reading *r = jb_xcalloc(1, sizeof(*r));
    const struct jb_xml_events events = {on_start, on_end, on_text, r};
    struct jb_docx_part_read *part = &t->parts[index];
    r->t = t;
    r->part = part;
    r->part_index = index;
    jb_doc_init(&r->doc, t->arena);
    jb_buf_init(&r->text, JB_DOCX_TEMPLATE_BYTES_MAX);
    jb_buf_init(&r->skip_text, 8192);
    jb_err err = jb_xml_parse(jb_buf_slice(&part->bytes), part->name, &events, fault);
    if (!err && (r->doc.failed || r->text.failed))
        err = JB_ERANGE;
    if (!err && part->from == 0)
        err = JB_EINVAL;
    if (!err)
        drop_section(r);
    jb_buf_free(&r->text);
    jb_buf_free(&r->skip_text);
    free(r);
    if (err == JB_ENOMEM || err == JB_ERANGE)
        return jb_fault_set(fault, JB_ERANGE, _("the document is larger than a template may be"),
                            "", "%s", part->name);
    if (err)
        return jb_fault_set(fault, err, _("this is no text of a Word document"),
                            _("Save it again in WPS or Word as .docx."), "%s", part->name);
    return JB_OK;
}
