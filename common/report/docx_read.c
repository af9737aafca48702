/* WordprocessingML (ISO/IEC 29500-1 §17) by its events. Bytes are kept by their place in the part,
 * so that what is not understood is written back as it was. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "files/xml.h"
#include "report/docx_parts.h"

enum frame_kind {
    FRAME_ROOT = 1,
    FRAME_BLOCKS, /* body, header, footer, cell */
    FRAME_PARAGRAPH,
    FRAME_WRAP, /* around runs: hyperlink, inserted text, content control */
    FRAME_RUN,
    FRAME_TEXT,
    FRAME_TABLE,
    FRAME_ROW,
    FRAME_PASS, /* around rows or cells: content control */
    FRAME_PROPS,
};

struct frame {
    enum frame_kind kind;
    struct jb_docx_origin *origin;
    struct jb_doc_block *block; /* paragraph, table */
    struct jb_doc_row *row;
    struct jb_doc_cell *cell;
    struct jb_doc_blocks blocks; /* of a cell or the body */
    struct jb_doc_runs runs;     /* of a paragraph */
    size_t from;                 /* first byte of the element */
    bool opaque_wrap;            /* is kept whole unless a placeholder is inside */
    struct jb_doc_run **wrap_at; /* where its runs begin */
    unsigned flags;              /* of a run's look */
};

enum skip { SKIP_DROP = 1, SKIP_BLOCK, SKIP_RUN, SKIP_IN_RUN };

struct reading {
    struct jb_docx_template *t;
    struct jb_docx_part_read *part;
    struct jb_doc doc;
    struct frame frames[JB_XML_DEPTH_MAX + 1];
    uint32_t depth;
    struct jb_buf text; /* of the run */
    uint32_t skip_depth;
    enum skip skip;
    size_t skip_from;
    bool skip_is_section, skip_has_brace;
    struct jb_buf skip_text;
    uint32_t part_index, paragraphs, blocks;
    bool last_is_section;
    size_t section_from;
};

static struct frame *top(struct reading *r)
{
    return &r->frames[r->depth - 1];
}

static struct frame *push(struct reading *r, enum frame_kind kind, const jb_xml *xml)
{
    jb_assert(r->depth < JB_COUNT(r->frames));
    struct frame *frame = &r->frames[r->depth++];
    *frame = (struct frame){.kind = kind, .from = jb_xml_from(xml)};
    return frame;
}

/* The frame of that kind that is open around the event. */
static struct frame *around(struct reading *r, enum frame_kind kind)
{
    for (uint32_t i = r->depth; i > 0; i--) {
        if (r->frames[i - 1].kind == kind)
            return &r->frames[i - 1];
    }
    return NULL;
}

static struct jb_slice bytes_of(const struct reading *r, size_t from, size_t till)
{
    return jb_slice_of(r->part->bytes.ptr + from, till - from);
}

static struct jb_docx_origin *new_origin(struct reading *r)
{
    struct jb_docx_origin *origin = jb_arena_alloc(r->doc.arena, sizeof(*origin));
    static struct jb_docx_origin spill;
    if (!origin) {
        r->doc.failed = true;
        return &spill;
    }
    return origin;
}

static bool is(const char *name, const char *const *names)
{
    for (; *names; names++) {
        if (strcmp(name, *names) == 0)
            return true;
    }
    return false;
}

static void begin_skip(struct reading *r, const jb_xml *xml, enum skip how, const char *name)
{
    r->skip = how;
    r->skip_depth = 1;
    r->skip_from = jb_xml_from(xml);
    r->skip_is_section = strcmp(name, "sectPr") == 0;
    jb_buf_clear(&r->skip_text);
}

static struct jb_doc_blocks *blocks_around(struct reading *r)
{
    struct frame *frame = around(r, FRAME_BLOCKS);
    return frame ? &frame->blocks : NULL;
}

static struct jb_doc_runs *runs_around(struct reading *r)
{
    struct frame *frame = around(r, FRAME_PARAGRAPH);
    return frame ? &frame->runs : NULL;
}

static void add_opaque_run(struct reading *r, struct jb_slice whole, bool in_run,
                           struct jb_slice text)
{
    struct jb_doc_runs *runs = runs_around(r);
    struct jb_docx_origin *origin = new_origin(r);
    const struct frame *run = around(r, FRAME_RUN);
    if (!runs)
        return;
    origin->whole = whole;
    origin->in_run = in_run;
    if (in_run && run && run->origin)
        origin->head = run->origin->head;
    jb_doc_add_run(&r->doc, runs, text, 0)->opaque = origin;
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
    struct jb_slice whole = bytes_of(r, r->skip_from, jb_xml_till(xml));
    if (r->skip == SKIP_DROP)
        return;
    complain_hidden(r);
    if (r->skip == SKIP_BLOCK) {
        struct jb_docx_origin *origin = new_origin(r);
        origin->whole = whole;
        r->last_is_section = r->skip_is_section;
        r->section_from = r->skip_from;
        jb_doc_add(&r->doc, blocks_around(r), JB_DOC_OPAQUE)->origin = origin;
        return;
    }
    add_opaque_run(r, whole, r->skip == SKIP_IN_RUN, JB_LIT(""));
}

static void begin_paragraph(struct reading *r, const jb_xml *xml)
{
    struct jb_doc_blocks *to = blocks_around(r);
    struct frame *frame = push(r, FRAME_PARAGRAPH, xml);
    frame->origin = new_origin(r);
    frame->origin->open = bytes_of(r, jb_xml_from(xml), jb_xml_till(xml));
    frame->block = jb_doc_add(&r->doc, to, JB_DOC_PARAGRAPH);
    frame->block->origin = frame->origin;
    frame->block->place = r->part_index * JB_DOCX_PLACES_A_PART + ++r->paragraphs;
    frame->block->style = around(r, FRAME_TABLE) ? JB_DOC_CELL : JB_DOC_BODY;
    r->last_is_section = false;
}

static void begin_table(struct reading *r, const jb_xml *xml)
{
    struct jb_doc_blocks *to = blocks_around(r);
    struct frame *frame = push(r, FRAME_TABLE, xml);
    frame->origin = new_origin(r);
    frame->origin->open = bytes_of(r, jb_xml_from(xml), jb_xml_till(xml));
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
    struct frame *table = around(r, FRAME_TABLE);
    close_head(r, table, xml);
    struct frame *frame = push(r, FRAME_ROW, xml);
    frame->origin = new_origin(r);
    frame->origin->open = bytes_of(r, jb_xml_from(xml), jb_xml_till(xml));
    frame->row = jb_doc_add_row(&r->doc, table->block, false);
    frame->row->origin = frame->origin;
}

static void begin_cell(struct reading *r, const jb_xml *xml)
{
    static const struct jb_doc_cell empty = {.span = 1};
    struct frame *row = around(r, FRAME_ROW);
    close_head(r, row, xml);
    struct frame *frame = push(r, FRAME_BLOCKS, xml);
    frame->origin = new_origin(r);
    frame->origin->open = bytes_of(r, jb_xml_from(xml), jb_xml_till(xml));
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
    else if (strcmp(name, "tcPr") == 0 && top(r)->cell)
        jb_ignore(push(r, FRAME_PROPS, xml) == NULL);
    else
        begin_skip(r, xml, SKIP_BLOCK, name);
}

static void start_inline(struct reading *r, const jb_xml *xml, const char *name)
{
    static const char *const flat[] = {"ins", "smartTag", "moveTo", "sdtContent", NULL};
    static const char *const wraps[] = {"hyperlink", "fldSimple", "sdt", "customXml", NULL};
    static const char *const dropped[] = {"del",      "moveFrom",   "proofErr", "sdtPr",
                                          "sdtEndPr", "smartTagPr", NULL};
    if (strcmp(name, "r") == 0) {
        struct frame *frame = push(r, FRAME_RUN, xml);
        frame->origin = new_origin(r);
        jb_buf_clear(&r->text);
    } else if (strcmp(name, "pPr") == 0 && top(r)->kind == FRAME_PARAGRAPH) {
        jb_ignore(push(r, FRAME_PROPS, xml) == NULL);
    } else if (is(name, flat) || is(name, wraps)) {
        struct jb_doc_runs *runs = runs_around(r);
        struct jb_doc_run **end = runs->end ? runs->end : &runs->first;
        struct frame *frame = push(r, FRAME_WRAP, xml);
        frame->opaque_wrap = is(name, wraps);
        frame->wrap_at = end;
    } else {
        begin_skip(r, xml, is(name, dropped) ? SKIP_DROP : SKIP_RUN, name);
    }
}

static void end_text_run(struct reading *r)
{
    struct frame *run = around(r, FRAME_RUN);
    struct jb_doc_runs *runs = runs_around(r);
    if (!r->text.len || !run || !runs)
        return;
    struct jb_doc_run *added = jb_doc_add_run(&r->doc, runs, jb_buf_slice(&r->text), run->flags);
    added->origin = run->origin;
    jb_buf_clear(&r->text);
}

static void start_in_run(struct reading *r, const jb_xml *xml, const char *name,
                         const char *const *attributes)
{
    static const char *const ignored[] = {"lastRenderedPageBreak", "softHyphen", NULL};
    const char *type = jb_xml_attribute(attributes, "type");
    if (strcmp(name, "rPr") == 0) {
        jb_ignore(push(r, FRAME_PROPS, xml) == NULL);
    } else if (strcmp(name, "t") == 0) {
        jb_ignore(push(r, FRAME_TEXT, xml) == NULL);
    } else if (strcmp(name, "tab") == 0 || strcmp(name, "noBreakHyphen") == 0 ||
               strcmp(name, "cr") == 0 ||
               (strcmp(name, "br") == 0 && (!type || strcmp(type, "textWrapping") == 0))) {
        jb_buf_put_u8(&r->text, name[0] == 't' ? '\t' : name[0] == 'n' ? '-' : '\n');
        begin_skip(r, xml, SKIP_DROP, name);
    } else if (is(name, ignored)) {
        begin_skip(r, xml, SKIP_DROP, name);
    } else {
        end_text_run(r);
        begin_skip(r, xml, SKIP_IN_RUN, name);
    }
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

static void start_in_table(struct reading *r, const jb_xml *xml, const char *name,
                           const char *const *attributes)
{
    static const char *const passed[] = {"sdt", "sdtContent", "customXml", NULL};
    struct frame *table = around(r, FRAME_TABLE);
    (void)attributes;
    if (strcmp(name, "tr") == 0 && top(r)->kind != FRAME_ROW)
        begin_row(r, xml);
    else if (strcmp(name, "tc") == 0 && around(r, FRAME_ROW) &&
             around(r, FRAME_ROW) > around(r, FRAME_TABLE))
        begin_cell(r, xml);
    else if (is(name, passed)) { /* is left out; what it holds is not */
        if (top(r)->kind != FRAME_PASS)
            close_head(r, top(r), xml);
        jb_ignore(push(r, FRAME_PASS, xml) == NULL);
    } else {
        if (strcmp(name, "tblGrid") == 0)
            table->block->columns = 0;
        jb_ignore(push(r, FRAME_PROPS, xml) == NULL);
    }
}

static void start_root(struct reading *r, jb_xml *xml, const char *name)
{
    struct jb_slice tag = bytes_of(r, jb_xml_from(xml), jb_xml_till(xml));
    bool document = strcmp(name, "document") == 0, body = strcmp(name, "body") == 0;
    if (tag.len < 3 || memcmp(tag.ptr, "<w:", 3) != 0) {
        jb_xml_stop(xml, JB_EINVAL);
        return;
    }
    if (document && r->depth == 0) {
        jb_ignore(push(r, FRAME_ROOT, xml) == NULL);
    } else if ((body && r->depth == 1) ||
               (r->depth == 0 && (strcmp(name, "hdr") == 0 || strcmp(name, "ftr") == 0))) {
        struct frame *frame = push(r, FRAME_BLOCKS, xml);
        r->part->from = jb_xml_till(xml);
        r->part->till = r->part->from;
        jb_ignore(frame == NULL);
    } else if (r->depth) {
        begin_skip(r, xml, SKIP_DROP, name);
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
    } else if (r->depth == 0 || top(r)->kind == FRAME_ROOT) {
        start_root(r, xml, name);
    } else {
        switch (top(r)->kind) {
        case FRAME_BLOCKS:
            start_block(r, xml, name);
            break;
        case FRAME_PARAGRAPH:
        case FRAME_WRAP:
            start_inline(r, xml, name);
            break;
        case FRAME_RUN:
            start_in_run(r, xml, name, attributes);
            break;
        case FRAME_TABLE:
        case FRAME_ROW:
        case FRAME_PASS:
            start_in_table(r, xml, name, attributes);
            break;
        case FRAME_PROPS:
            start_property(r, name, attributes);
            if (strcmp(name, "gridCol") == 0 && around(r, FRAME_TABLE))
                around(r, FRAME_TABLE)->block->columns++;
            if (strcmp(name, "tblHeader") == 0 && around(r, FRAME_ROW))
                around(r, FRAME_ROW)->row->head = true;
            begin_skip(r, xml, SKIP_DROP, name);
            break;
        case FRAME_TEXT:
        case FRAME_ROOT:
            begin_skip(r, xml, SKIP_DROP, name);
            break;
        }
    }
}

static bool has_brace(struct jb_slice text)
{
    return text.len && (memchr(text.ptr, '{', text.len) || memmem(text.ptr, text.len, "｛", 3));
}

/* A link without placeholders is one opaque run that still has its text. */
static void end_wrap(struct reading *r, struct frame *frame, const jb_xml *xml)
{
    struct jb_doc_runs *runs = runs_around(r);
    struct jb_doc_block view = {.runs = *frame->wrap_at};
    struct jb_slice text = jb_doc_text(&r->doc, &view);
    size_t from = frame->from;
    if (!frame->opaque_wrap || has_brace(text) || !runs)
        return;
    *frame->wrap_at = NULL;
    runs->end = frame->wrap_at;
    add_opaque_run(r, bytes_of(r, from, jb_xml_till(xml)), false, text);
}

static void end_props(struct reading *r, const struct frame *frame, const jb_xml *xml)
{
    struct frame *owner = r->depth ? top(r) : NULL;
    if (!owner || !owner->origin || owner->kind == FRAME_TABLE || owner->kind == FRAME_ROW)
        return;
    owner->origin->head = bytes_of(r, frame->from, jb_xml_till(xml));
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
    if (top(r)->kind == FRAME_RUN)
        end_text_run(r);
    struct frame frame = *top(r);
    if (frame.kind == FRAME_WRAP)
        end_wrap(r, &frame, xml);
    if (frame.kind == FRAME_PARAGRAPH)
        frame.block->runs = top(r)->runs.first;
    if (frame.kind == FRAME_TABLE || frame.kind == FRAME_ROW)
        close_head(r, top(r), xml);
    if (frame.kind == FRAME_BLOCKS && frame.cell)
        frame.cell->blocks = top(r)->blocks.first;
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
    else if (!r->skip_depth && r->depth && top(r)->kind == FRAME_TEXT)
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

/* ---- styles */

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
