/* Tables. Widths are fixed, so that Word, WPS and LibreOffice lay a form out alike. */
#include "files/docx_inner.h"

#define THICK 12 /* eighths of a point */
#define THIN 4

static void put_line(struct jb_buf *xml, const char *side, uint32_t eighths)
{
    if (eighths)
        jb_buf_printf(xml, "<w:%s w:val=\"single\" w:sz=\"%u\" w:space=\"0\" w:color=\"000000\"/>",
                      side, eighths);
    else
        jb_buf_printf(xml, "<w:%s w:val=\"nil\"/>", side);
}

static void put_table_lines(struct jb_buf *xml, enum jb_docx_lines lines)
{
    static const struct {
        uint8_t edge, side, inside_h, inside_v;
    } eighths[] = {[JB_LINES_NONE] = {0, 0, 0, 0},
                   [JB_LINES_GRID] = {THIN, THIN, THIN, THIN},
                   [JB_LINES_OPEN] = {THICK, 0, THIN, THIN},
                   [JB_LINES_THREE] = {THICK, 0, 0, 0}};
    jb_buf_put_str(xml, "<w:tblBorders>");
    put_line(xml, "top", eighths[lines].edge);
    put_line(xml, "left", eighths[lines].side);
    put_line(xml, "bottom", eighths[lines].edge);
    put_line(xml, "right", eighths[lines].side);
    put_line(xml, "insideH", eighths[lines].inside_h);
    put_line(xml, "insideV", eighths[lines].inside_v);
    jb_buf_put_str(xml, "</w:tblBorders>");
}

static struct open_table *table_of(jb_docx_body *body)
{
    return &body->tables[body->table_count - 1];
}

void jb_docx_table_begin(jb_docx_body *body, const struct jb_docx_table *table)
{
    static const char *const aligns[] = {[JB_DOCX_START] = "left",
                                         [JB_DOCX_CENTER] = "center",
                                         [JB_DOCX_END] = "right",
                                         [JB_DOCX_JUSTIFY] = "left"};
    struct jb_buf *xml = &body->xml;
    enum node inside = docx_inside(body);
    uint32_t total = 0;

    jb_assert((inside == 0 || inside == NODE_CELL) && body->depth < NESTING_MAX);
    jb_assert(table->column_count > 0 && table->column_count <= TABLE_COLUMNS_MAX);
    if (body->table_ended) /* Word makes one of two tables without a paragraph between */
        jb_buf_put_str(xml, "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"40\" "
                            "w:lineRule=\"exact\"/></w:pPr></w:p>");
    body->table_ended = false;
    body->open[body->depth++] = NODE_TABLE;
    struct open_table *open = &body->tables[body->table_count++];
    *open = (struct open_table){.column_count = table->column_count, .lines = table->lines};
    for (uint32_t i = 0; i < table->column_count; i++) {
        open->widths_dmm[i] = table->widths_dmm[i];
        total += twips_of_dmm(table->widths_dmm[i]);
    }
    jb_buf_printf(xml, "<w:tbl><w:tblPr><w:tblW w:w=\"%u\" w:type=\"dxa\"/><w:jc w:val=\"%s\"/>",
                  total, aligns[table->align]);
    put_table_lines(xml, table->lines);
    jb_buf_put_str(xml, "<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"57\" "
                        "w:type=\"dxa\"/><w:right w:w=\"57\" w:type=\"dxa\"/></w:tblCellMar>"
                        "</w:tblPr><w:tblGrid>");
    for (uint32_t i = 0; i < table->column_count; i++)
        jb_buf_printf(xml, "<w:gridCol w:w=\"%u\"/>", twips_of_dmm(table->widths_dmm[i]));
    jb_buf_put_str(xml, "</w:tblGrid>");
}

void jb_docx_table_end(jb_docx_body *body)
{
    jb_assert(docx_inside(body) == NODE_TABLE);
    body->depth--;
    body->table_count--;
    body->cell_ends_with_para = false;
    body->table_ended = true;
    jb_buf_put_str(&body->xml, "</w:tbl>");
}

void jb_docx_row_begin(jb_docx_body *body, const struct jb_docx_row *row)
{
    struct jb_buf *xml = &body->xml;

    jb_assert(docx_inside(body) == NODE_TABLE && body->depth < NESTING_MAX);
    body->open[body->depth++] = NODE_ROW;
    table_of(body)->column = 0;
    jb_buf_put_str(xml, "<w:tr><w:trPr>");
    if (!row || !row->splits)
        jb_buf_put_str(xml, "<w:cantSplit/>");
    if (row && row->height_dmm)
        jb_buf_printf(xml, "<w:trHeight w:val=\"%u\" w:hRule=\"atLeast\"/>",
                      twips_of_dmm(row->height_dmm));
    if (row && row->head)
        jb_buf_put_str(xml, "<w:tblHeader/>");
    jb_buf_put_str(xml, "</w:trPr>");
}

void jb_docx_row_end(jb_docx_body *body)
{
    jb_assert(docx_inside(body) == NODE_ROW);
    jb_assert(table_of(body)->column == table_of(body)->column_count);
    body->depth--;
    jb_buf_put_str(&body->xml, "</w:tr>");
}

static void put_cell_lines(struct jb_buf *xml, const struct jb_docx_cell *cell)
{
    static const struct {
        const char *name;
        uint8_t side;
    } sides[] = {{"top", JB_SIDE_TOP},
                 {"left", JB_SIDE_LEFT},
                 {"bottom", JB_SIDE_BOTTOM},
                 {"right", JB_SIDE_RIGHT}};
    if (!cell->lines_off && !cell->lines_on)
        return;
    jb_buf_put_str(xml, "<w:tcBorders>");
    for (size_t i = 0; i < JB_COUNT(sides); i++) {
        if ((cell->lines_off | cell->lines_on) & sides[i].side)
            put_line(xml, sides[i].name, cell->lines_on & sides[i].side ? THIN : 0);
    }
    jb_buf_put_str(xml, "</w:tcBorders>");
}

void jb_docx_cell_begin(jb_docx_body *body, const struct jb_docx_cell *cell)
{
    static const struct jb_docx_cell plain;
    static const char *const places[] = {
        [JB_PLACE_MIDDLE] = "center", [JB_PLACE_TOP] = "top", [JB_PLACE_BOTTOM] = "bottom"};
    struct jb_buf *xml = &body->xml;
    struct open_table *table = table_of(body);
    uint32_t width = 0;

    cell = cell ? cell : &plain;
    uint32_t columns = cell->columns ? cell->columns : 1;
    jb_assert(docx_inside(body) == NODE_ROW && body->depth < NESTING_MAX);
    jb_assert(columns <= table->column_count - table->column);
    body->open[body->depth++] = NODE_CELL;
    body->cell_ends_with_para = body->table_ended = false;
    for (uint32_t i = 0; i < columns; i++)
        width += twips_of_dmm(table->widths_dmm[table->column + i]);
    table->column += columns;
    jb_buf_printf(xml, "<w:tc><w:tcPr><w:tcW w:w=\"%u\" w:type=\"dxa\"/>", width);
    if (columns > 1)
        jb_buf_printf(xml, "<w:gridSpan w:val=\"%u\"/>", columns);
    if (cell->merge != JB_MERGE_NONE)
        jb_buf_put_str(xml, cell->merge == JB_MERGE_START ? "<w:vMerge w:val=\"restart\"/>"
                                                          : "<w:vMerge/>");
    put_cell_lines(xml, cell);
    if (cell->fill)
        jb_buf_printf(xml, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"%s\"/>", cell->fill);
    jb_buf_printf(xml, "<w:vAlign w:val=\"%s\"/></w:tcPr>", places[cell->place]);
}

void jb_docx_cell_end(jb_docx_body *body)
{
    jb_assert(docx_inside(body) == NODE_CELL);
    if (!body->cell_ends_with_para)
        jb_buf_put_str(&body->xml, "<w:p/>");
    body->depth--;
    jb_buf_put_str(&body->xml, "</w:tc>");
}

void jb_docx_cell_text(jb_docx_body *body, const struct jb_docx_cell *cell,
                       const struct jb_docx_para *para, const struct jb_docx_font *font,
                       const char *text)
{
    jb_docx_cell_begin(body, cell);
    jb_docx_text(body, para, font, text);
    jb_docx_cell_end(body);
}
