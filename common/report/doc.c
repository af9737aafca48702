/* Chains in an arena, each with its end at hand. */
#include "report/doc.h"

#include "report/doc_write.h"

void jb_doc_init(struct jb_doc *doc, struct jb_arena *arena)
{
    *doc = (struct jb_doc){.arena = arena};
}

/* What is handed out once the arena is full: large enough for any struct of a document. */
static union {
    struct jb_doc_block block;
    struct jb_doc_run run;
    struct jb_doc_row row;
    struct jb_doc_cell cell;
} spill;

static void *take(struct jb_doc *doc, size_t size)
{
    void *got = jb_arena_alloc(doc->arena, size);
    if (got)
        return got;
    doc->failed = true;
    memset(&spill, 0, sizeof(spill));
    return &spill;
}

static struct jb_slice keep(struct jb_doc *doc, struct jb_slice text)
{
    struct jb_slice copy = jb_arena_copy(doc->arena, text);
    doc->failed = doc->failed || !copy.ptr;
    return copy.ptr ? copy : JB_LIT("");
}

static void chain_block(struct jb_doc *doc, struct jb_doc_blocks *to, struct jb_doc_block *block)
{
    if (doc->failed)
        return;
    if (!to->end)
        to->end = &to->first;
    *to->end = block;
    to->end = &block->next;
}

static void chain_run(struct jb_doc *doc, struct jb_doc_runs *to, struct jb_doc_run *run)
{
    if (doc->failed)
        return;
    if (!to->end)
        to->end = &to->first;
    *to->end = run;
    to->end = &run->next;
}

struct jb_doc_block *jb_doc_add(struct jb_doc *doc, struct jb_doc_blocks *to, enum jb_doc_kind kind)
{
    struct jb_doc_block *block = take(doc, sizeof(*block));
    block->kind = kind;
    chain_block(doc, to, block);
    return block;
}

struct jb_doc_block *jb_doc_add_text(struct jb_doc *doc, struct jb_doc_blocks *to,
                                     enum jb_doc_style style, struct jb_slice text)
{
    struct jb_doc_block *block = jb_doc_add(doc, to, JB_DOC_PARAGRAPH);
    struct jb_doc_runs runs = {0};
    block->style = style;
    if (text.len)
        jb_ignore(jb_doc_add_run(doc, &runs, text, 0) != NULL);
    block->runs = runs.first;
    return block;
}

struct jb_doc_block *jb_doc_add_table(struct jb_doc *doc, struct jb_doc_blocks *to,
                                      uint32_t columns, const uint8_t *widths)
{
    struct jb_doc_block *block = jb_doc_add(doc, to, JB_DOC_TABLE);
    block->columns = columns;
    if (widths)
        block->widths = keep(doc, jb_slice_of(widths, columns)).ptr;
    return block;
}

struct jb_doc_row *jb_doc_add_row(struct jb_doc *doc, struct jb_doc_block *table, bool head)
{
    struct jb_doc_row *row = take(doc, sizeof(*row));
    row->head = head;
    if (doc->failed)
        return row;
    *(table->last_row ? &table->last_row->next : &table->rows) = row;
    table->last_row = row;
    return row;
}

static void chain_cell(struct jb_doc *doc, struct jb_doc_row *row, struct jb_doc_cell *cell)
{
    if (doc->failed)
        return;
    *(row->last_cell ? &row->last_cell->next : &row->cells) = cell;
    row->last_cell = cell;
}

struct jb_doc_cell *jb_doc_add_cell(struct jb_doc *doc, struct jb_doc_row *row,
                                    enum jb_doc_style style, enum jb_doc_align align,
                                    struct jb_slice text)
{
    struct jb_doc_cell *cell = take(doc, sizeof(*cell));
    struct jb_doc_blocks blocks = {0};
    cell->span = 1;
    chain_cell(doc, row, cell);
    struct jb_doc_block *block = jb_doc_add_text(doc, &blocks, style, text);
    block->align = align;
    if (!doc->failed)
        cell->blocks = blocks.first;
    return cell;
}

struct jb_doc_run *jb_doc_add_run(struct jb_doc *doc, struct jb_doc_runs *to, struct jb_slice text,
                                  unsigned flags)
{
    struct jb_slice copy = keep(doc, text);
    struct jb_doc_run *run = take(doc, sizeof(*run));
    *run = (struct jb_doc_run){.text = copy, .flags = flags};
    chain_run(doc, to, run);
    return run;
}

struct jb_doc_block *jb_doc_copy_block(struct jb_doc *doc, struct jb_doc_blocks *to,
                                       const struct jb_doc_block *from)
{
    struct jb_doc_block *block = take(doc, sizeof(*block));
    *block = *from;
    block->next = NULL;
    block->runs = NULL;
    block->rows = block->last_row = NULL;
    chain_block(doc, to, block);
    return block;
}

struct jb_doc_run *jb_doc_copy_run(struct jb_doc *doc, struct jb_doc_runs *to,
                                   const struct jb_doc_run *from)
{
    struct jb_doc_run *run = take(doc, sizeof(*run));
    *run = *from;
    run->next = NULL;
    chain_run(doc, to, run);
    return run;
}

struct jb_doc_row *jb_doc_copy_row(struct jb_doc *doc, struct jb_doc_block *table,
                                   const struct jb_doc_row *from)
{
    struct jb_doc_row *row = jb_doc_add_row(doc, table, from->head);
    row->origin = from->origin;
    return row;
}

struct jb_doc_cell *jb_doc_copy_cell(struct jb_doc *doc, struct jb_doc_row *row,
                                     const struct jb_doc_cell *from)
{
    struct jb_doc_cell *cell = take(doc, sizeof(*cell));
    cell->span = from->span;
    cell->origin = from->origin;
    chain_cell(doc, row, cell);
    return cell;
}

struct jb_slice jb_doc_text(struct jb_doc *doc, const struct jb_doc_block *block)
{
    size_t len = 0, at = 0;
    for (const struct jb_doc_run *run = block->runs; run; run = run->next)
        len += run->text.len;
    uint8_t *text = jb_arena_alloc(doc->arena, len + 1);
    if (!text) {
        doc->failed = true;
        return JB_LIT("");
    }
    for (const struct jb_doc_run *run = block->runs; run; run = run->next) {
        if (run->text.len)
            memcpy(text + at, run->text.ptr, run->text.len);
        at += run->text.len;
    }
    return jb_slice_of(text, len);
}

void jb_doc_add_chart_table(struct jb_doc *doc, struct jb_doc_blocks *to,
                            const struct jb_chart *chart)
{
    struct jb_doc_block *table = jb_doc_add_table(doc, to, chart->series_count + 1, NULL);
    struct jb_doc_row *row = jb_doc_add_row(doc, table, true);
    jb_ignore(jb_doc_add_cell(doc, row, JB_DOC_CELL_HEAD, JB_DOC_CENTER,
                              jb_slice_str(chart->unit_of_measure ? chart->unit_of_measure : "")));
    for (uint32_t s = 0; s < chart->series_count; s++)
        jb_ignore(jb_doc_add_cell(doc, row, JB_DOC_CELL_HEAD, JB_DOC_CENTER,
                                  jb_slice_str(chart->series[s].name)));
    for (uint32_t c = 0; c < chart->category_count; c++) {
        row = jb_doc_add_row(doc, table, false);
        jb_ignore(jb_doc_add_cell(doc, row, JB_DOC_CELL, JB_DOC_LEFT,
                                  jb_slice_str(chart->categories[c])));
        for (uint32_t s = 0; s < chart->series_count; s++) {
            const struct jb_chart_point *point = &chart->series[s].points[c];
            jb_ignore(jb_doc_add_cell(doc, row, JB_DOC_CELL, JB_DOC_RIGHT,
                                      point->text ? jb_slice_str(point->text) : point->number));
        }
    }
}
