/* Styles of the document to styles of the file. */
#include "report/docx_write.h"

#include "files/docx_chart.h"

#define PAGE_WIDTH_DMM 1560 /* of official documents, between the margins */
#define CHART_HEIGHT_MAX_DMM 2000
#define MISSING_COLOR "C00000"

struct look {
    const char *style;
    enum jb_docx_face face;
    uint16_t half_points, line_points, first_line_chars, before_points, after_points;
    bool bold, center, keep_next;
};

static const struct look looks[JB_DOC_STYLES] = {
    [JB_DOC_BODY] = {JB_DOCX_BODY_TEXT, JB_FACE_FANGSONG, 32, 28, 200, 0, 0, false, false, false},
    [JB_DOC_TITLE] = {JB_DOCX_TITLE, JB_FACE_TITLE, 44, 35, 0, 0, 14, false, true, true},
    [JB_DOC_HEADING_1] = {JB_DOCX_HEADING1, JB_FACE_HEI, 32, 28, 200, 0, 0, false, false, true},
    [JB_DOC_HEADING_2] = {JB_DOCX_HEADING2, JB_FACE_KAI, 32, 28, 200, 0, 0, false, false, true},
    [JB_DOC_HEADING_3] = {JB_DOCX_HEADING3, JB_FACE_FANGSONG, 32, 28, 200, 0, 0, true, false, true},
    [JB_DOC_HEADING_4] = {JB_DOCX_BODY_TEXT, JB_FACE_FANGSONG, 32, 28, 200, 0, 0, false, false,
                          true},
    [JB_DOC_PLAIN] = {NULL, JB_FACE_FANGSONG, 32, 28, 0, 0, 0, false, false, false},
    [JB_DOC_NOTE] = {JB_DOCX_NOTE, JB_FACE_SONG, 18, 0, 0, 0, 0, false, false, false},
    [JB_DOC_CAPTION] = {JB_DOCX_CAPTION, JB_FACE_HEI, 24, 0, 0, 6, 3, false, true, true},
    [JB_DOC_ITEM] = {JB_DOCX_BODY_TEXT, JB_FACE_FANGSONG, 32, 28, 200, 0, 0, false, false, false},
    [JB_DOC_CELL] = {JB_DOCX_TABLE_TEXT, JB_FACE_SONG, 21, 0, 0, 0, 0, false, false, false},
    [JB_DOC_CELL_HEAD] = {JB_DOCX_TABLE_HEAD, JB_FACE_HEI, 21, 0, 0, 0, 0, false, true, false},
    [JB_DOC_CELL_SMALL] = {JB_DOCX_TABLE_TEXT, JB_FACE_SONG, 15, 0, 0, 0, 0, false, false, false},
};

struct put {
    jb_docx_body *body;
    uint32_t width_dmm;
    bool styled;
    bool page_break; /* the next paragraph begins a page */
};

static enum jb_docx_align align_of(const struct jb_doc_block *block, const struct look *look)
{
    if (block->align == JB_DOC_CENTER || (look->center && block->align == JB_DOC_LEFT))
        return JB_DOCX_CENTER;
    return block->align == JB_DOC_RIGHT ? JB_DOCX_END : JB_DOCX_START;
}

static void put_runs(struct put *p, const struct jb_doc_block *block, const struct look *look)
{
    bool spelled = !p->styled || !look->style || block->style == JB_DOC_CELL_SMALL;
    for (const struct jb_doc_run *run = block->runs; run; run = run->next) {
        struct jb_docx_font font = {.bold = look->bold || (run->flags & JB_DOC_BOLD),
                                    .color = run->flags & JB_DOC_MISSING ? MISSING_COLOR : NULL};
        if (spelled) {
            font.face = look->face;
            font.half_points = look->half_points;
        }
        jb_docx_run(p->body, &font, run->text);
    }
}

static void put_paragraph(struct put *p, const struct jb_doc_block *block)
{
    const struct look *look = &looks[block->style];
    struct jb_docx_para para = {.style = p->styled ? look->style : NULL,
                                .align = align_of(block, look),
                                .page_break = p->page_break};
    if (!para.style) {
        para.first_line_chars = look->first_line_chars;
        para.before_points = look->before_points;
        para.after_points = look->after_points;
        para.line_points = look->line_points;
        para.keep_next = look->keep_next;
    }
    p->page_break = false;
    jb_docx_para_begin(p->body, &para);
    put_runs(p, block, look);
    jb_docx_para_end(p->body);
}

#define COLUMNS_MAX 63 /* Word's own limit */

static void set_widths(const struct put *p, const struct jb_doc_block *table, uint16_t *widths,
                       uint32_t columns)
{
    uint32_t left = p->width_dmm;
    for (uint32_t i = 0; i < columns; i++) {
        uint32_t width =
            table->widths ? p->width_dmm * table->widths[i] / 100 : p->width_dmm / columns;
        if (i + 1 == columns)
            width = left;
        widths[i] = (uint16_t)(width < left ? width : left);
        left -= widths[i];
    }
}

static void put_cell(struct put *p, const struct jb_doc_cell *cell, uint32_t span)
{
    const struct jb_docx_cell look = {.columns = span};
    jb_docx_cell_begin(p->body, &look);
    for (const struct jb_doc_block *block = cell ? cell->blocks : NULL; block;
         block = block->next) {
        if (block->kind == JB_DOC_PARAGRAPH)
            put_paragraph(p, block);
    }
    jb_docx_cell_end(p->body);
}

static void put_table(struct put *p, const struct jb_doc_block *table)
{
    uint32_t columns = table->columns < COLUMNS_MAX ? table->columns : COLUMNS_MAX;
    uint16_t widths[COLUMNS_MAX];
    if (columns == 0 || !table->rows)
        return;
    set_widths(p, table, widths, columns);
    const struct jb_docx_table look = {.widths_dmm = widths,
                                       .column_count = columns,
                                       .lines = JB_LINES_GRID,
                                       .align = JB_DOCX_CENTER};
    jb_docx_table_begin(p->body, &look);
    for (const struct jb_doc_row *row = table->rows; row; row = row->next) {
        const struct jb_docx_row row_look = {.head = row->head};
        uint32_t column = 0;
        jb_docx_row_begin(p->body, &row_look);
        for (const struct jb_doc_cell *cell = row->cells; cell && column < columns;
             cell = cell->next) {
            uint32_t span = cell->span < columns - column ? cell->span : columns - column;
            put_cell(p, cell, span);
            column += span;
        }
        for (; column < columns; column++)
            put_cell(p, NULL, 1);
        jb_docx_row_end(p->body);
    }
    jb_docx_table_end(p->body);
}

static void put_chart(struct put *p, const struct jb_chart *chart)
{
    uint32_t height = jb_docx_chart_height_dmm(chart);
    const struct jb_docx_para para = {.align = JB_DOCX_CENTER, .page_break = p->page_break};
    p->page_break = false;
    jb_docx_para_begin(p->body, &para);
    jb_ignore(jb_docx_chart(p->body, chart, p->width_dmm,
                            height < CHART_HEIGHT_MAX_DMM ? height : CHART_HEIGHT_MAX_DMM) !=
              JB_OK);
    jb_docx_para_end(p->body);
}

void jb_doc_put_docx(const struct jb_doc_block *block, uint32_t width_dmm, bool styled,
                     jb_docx_body *body)
{
    struct put p = {.body = body, .width_dmm = width_dmm, .styled = styled};
    for (; block; block = block->next) {
        switch (block->kind) {
        case JB_DOC_PARAGRAPH:
            put_paragraph(&p, block);
            break;
        case JB_DOC_TABLE:
            put_table(&p, block);
            break;
        case JB_DOC_CHART:
            put_chart(&p, block->chart);
            break;
        case JB_DOC_PAGE_BREAK:
            p.page_break = true;
            break;
        case JB_DOC_OPAQUE:
            break;
        }
    }
}

/* — 1 — as GB/T 9704-2012 §7.5 has it. */
static void put_page_number(jb_docx_body *footer)
{
    const struct jb_docx_para para = {.align = JB_DOCX_CENTER};
    const struct jb_docx_font font = {.face = JB_FACE_SONG, .half_points = 28};
    jb_docx_para_begin(footer, &para);
    jb_docx_run(footer, &font, JB_LIT("— "));
    jb_docx_field(footer, &font, JB_FIELD_PAGE);
    jb_docx_run(footer, &font, JB_LIT(" —"));
    jb_docx_para_end(footer);
}

jb_err jb_doc_write_docx(const struct jb_doc *doc, const struct jb_docx_about *about,
                         struct jb_buf *out)
{
    jb_docx *file = jb_docx_new(about);
    jb_doc_put_docx(doc->body.first, PAGE_WIDTH_DMM, true, jb_docx_content(file));
    put_page_number(jb_docx_footer(file));
    return jb_docx_finish(&file, &jb_docx_official_page, out);
}
