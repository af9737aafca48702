/* Markdown that its own reader (report/md_read.h) reads back to the same document. */
#include "report/doc_write.h"

static void put_escaped(struct jb_buf *out, struct jb_slice text, bool in_cell)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c == '\n') {
            jb_buf_put_str(out, "<br>");
            continue;
        }
        if (memchr("\\*<_`[", c, 6) || (c == '|' && in_cell))
            jb_buf_put_u8(out, '\\');
        jb_buf_put_u8(out, c == '\t' ? ' ' : c);
    }
}

static void put_runs(struct jb_buf *out, const struct jb_doc_run *run, bool in_cell)
{
    for (; run; run = run->next) {
        if (!run->text.len)
            continue;
        const char *stars = run->flags & JB_DOC_BOLD ? "**" : run->flags & JB_DOC_ITALIC ? "*" : "";
        jb_buf_put_str(out, stars);
        put_escaped(out, run->text, in_cell);
        jb_buf_put_str(out, stars);
    }
}

/* A body that looks like something else at its start gets a backslash. */
static void put_guard(struct jb_buf *out, const struct jb_doc_block *block)
{
    const struct jb_doc_run *run = block->runs;
    while (run && !run->text.len)
        run = run->next;
    if (run && memchr("#>-|", run->text.ptr[0], 4))
        jb_buf_put_u8(out, '\\');
}

static void put_paragraph(struct jb_buf *out, const struct jb_doc_block *block)
{
    static const char *const marks[JB_DOC_STYLES] = {
        [JB_DOC_BODY] = "",          [JB_DOC_TITLE] = "# ",        [JB_DOC_HEADING_1] = "## ",
        [JB_DOC_HEADING_2] = "### ", [JB_DOC_HEADING_3] = "#### ", [JB_DOC_HEADING_4] = "##### ",
        [JB_DOC_PLAIN] = "",         [JB_DOC_NOTE] = "> ",         [JB_DOC_CAPTION] = "",
        [JB_DOC_ITEM] = "- ",        [JB_DOC_CELL] = "",           [JB_DOC_CELL_HEAD] = "",
        [JB_DOC_CELL_SMALL] = "",
    };
    bool aligned = block->align != JB_DOC_LEFT && !marks[block->style][0];
    if (!block->runs)
        return;
    if (aligned)
        jb_buf_printf(out, "<div align=\"%s\">",
                      block->align == JB_DOC_CENTER ? "center" : "right");
    else if (marks[block->style][0])
        jb_buf_put_str(out, marks[block->style]);
    else
        put_guard(out, block);
    put_runs(out, block->runs, false);
    jb_buf_put_str(out, aligned ? "</div>\n\n" : "\n\n");
}

static void put_cell(struct jb_buf *out, const struct jb_doc_cell *cell)
{
    jb_buf_put_str(out, " ");
    for (const struct jb_doc_block *block = cell->blocks; block; block = block->next) {
        if (block != cell->blocks)
            jb_buf_put_str(out, "<br>");
        put_runs(out, block->runs, true);
    }
    jb_buf_put_str(out, " |");
    for (uint32_t i = 1; i < cell->span; i++)
        jb_buf_put_str(out, " |");
}

static enum jb_doc_align align_of(const struct jb_doc_block *table, uint32_t column)
{
    /* Of the first row that is no head: heads are centred. */
    const struct jb_doc_row *row = table->rows;
    while (row && row->head)
        row = row->next;
    const struct jb_doc_cell *cell = row ? row->cells : NULL;
    for (; cell && column; column--)
        cell = cell->next;
    return cell && cell->blocks ? cell->blocks->align : JB_DOC_LEFT;
}

static void put_table(struct jb_buf *out, const struct jb_doc_block *table)
{
    for (const struct jb_doc_row *row = table->rows; row; row = row->next) {
        jb_buf_put_u8(out, '|');
        for (const struct jb_doc_cell *cell = row->cells; cell; cell = cell->next)
            put_cell(out, cell);
        jb_buf_put_u8(out, '\n');
        if (row != table->rows)
            continue;
        jb_buf_put_u8(out, '|');
        for (uint32_t i = 0; i < table->columns; i++) {
            static const char *const rulers[] = {"---|", ":-:|", "--:|"};
            jb_buf_put_str(out, rulers[align_of(table, i)]);
        }
        jb_buf_put_u8(out, '\n');
    }
    jb_buf_put_u8(out, '\n');
}

/* A table of the chart lives only while it is written. */
static void put_chart(struct jb_buf *out, const struct jb_chart *chart)
{
    struct jb_arena arena;
    struct jb_doc doc;
    jb_arena_init(&arena, JB_DOC_BYTES_MAX);
    jb_doc_init(&doc, &arena);
    jb_doc_add_chart_table(&doc, &doc.body, chart);
    if (!doc.failed && doc.body.first)
        put_table(out, doc.body.first);
    jb_arena_free(&arena);
}

void jb_doc_write_md(const struct jb_doc *doc, struct jb_buf *out)
{
    for (const struct jb_doc_block *block = doc->body.first; block; block = block->next) {
        switch (block->kind) {
        case JB_DOC_PARAGRAPH:
            put_paragraph(out, block);
            if (block->style == JB_DOC_ITEM && block->next && block->next->style == JB_DOC_ITEM &&
                out->len)
                out->len--; /* a list is not torn apart */
            break;
        case JB_DOC_TABLE:
            put_table(out, block);
            break;
        case JB_DOC_CHART:
            put_chart(out, block->chart);
            break;
        case JB_DOC_PAGE_BREAK:
            jb_buf_put_str(out, "<!-- pagebreak -->\n\n");
            break;
        case JB_DOC_OPAQUE:
            break;
        }
    }
}
