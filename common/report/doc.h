/* A document in memory: paragraphs of runs, tables of cells that hold blocks, charts. Templates are
 * read into it (report/md_read.h, report/docx_read.h), filled (report/fill.h) and written from it
 * (report/doc_write.h, report/docx_write.h). Everything lives in one arena, whose limit bounds the
 * document; texts are UTF-8. */
#ifndef JB_REPORT_DOC_H
#define JB_REPORT_DOC_H

#include "base/arena.h"
#include "base/base.h"
#include "files/chart.h"

enum jb_doc_kind {
    JB_DOC_PARAGRAPH = 1,
    JB_DOC_TABLE,
    JB_DOC_CHART,
    JB_DOC_PAGE_BREAK,
    JB_DOC_OPAQUE, /* of a Word template: kept as it is, empty elsewhere */
};

enum jb_doc_style {
    JB_DOC_BODY = 0, /* 正文: first line indented */
    JB_DOC_TITLE,
    JB_DOC_HEADING_1, /* 一、 */
    JB_DOC_HEADING_2, /* （一） */
    JB_DOC_HEADING_3, /* 1. */
    JB_DOC_HEADING_4, /* （1） */
    JB_DOC_PLAIN,     /* without indent */
    JB_DOC_NOTE,      /* small, without indent */
    JB_DOC_CAPTION,   /* above a table or chart */
    JB_DOC_ITEM,      /* of a list */
    JB_DOC_CELL,
    JB_DOC_CELL_HEAD,
    JB_DOC_CELL_SMALL,
    JB_DOC_STYLES,
};

enum jb_doc_align { JB_DOC_LEFT = 0, JB_DOC_CENTER, JB_DOC_RIGHT };

enum jb_doc_run_flag {
    JB_DOC_BOLD = 1,
    JB_DOC_ITALIC = 2,
    JB_DOC_MISSING = 4, /* stands for a value that is not there: must not be overlooked */
    JB_DOC_MARK = 8,    /* opaque, and nothing to see: a bookmark, the range of a comment */
};

struct jb_doc_run {
    struct jb_doc_run *next;
    struct jb_slice text; /* may hold '\n' (line break) and '\t' */
    unsigned flags;       /* of jb_doc_run_flag */
    const void *origin;   /* of a Word template: the run whose look it has; NULL: the paragraph's */
    const void *opaque;   /* of a Word template: kept as it is; text is empty */
};

struct jb_doc_cell {
    struct jb_doc_cell *next;
    struct jb_doc_block *blocks;
    uint32_t span; /* columns, at least 1 */
    const void *origin;
};

struct jb_doc_row {
    struct jb_doc_row *next;
    struct jb_doc_cell *cells, *last_cell;
    bool head; /* repeated on each page */
    const void *origin;
};

struct jb_doc_block {
    struct jb_doc_block *next;
    enum jb_doc_kind kind;
    enum jb_doc_style style;
    enum jb_doc_align align;
    struct jb_doc_run *runs;            /* paragraph */
    struct jb_doc_row *rows, *last_row; /* table */
    const uint8_t *widths;              /* table: percent, one a column; NULL: equal */
    uint32_t columns;
    const struct jb_chart *chart;
    uint32_t place; /* of a template: its line, or the paragraph's number; 0: none */
    const void *origin;
    bool as_is; /* of a template: no placeholder stood in it */
};

/* A chain that grows at its end; zero is an empty one. */
struct jb_doc_blocks {
    struct jb_doc_block *first, **end;
};
struct jb_doc_runs {
    struct jb_doc_run *first, **end;
};

struct jb_doc {
    struct jb_arena *arena; /* the caller's */
    struct jb_slice title;  /* of the file's properties */
    struct jb_doc_blocks body;
    bool failed; /* the arena was full: the document is not whole */
};

#define JB_DOC_BYTES_MAX ((size_t)256 * 1024 * 1024)

void jb_doc_init(struct jb_doc *doc, struct jb_arena *arena);
/* A zeroed block at the end of the chain. Never NULL: when the arena is full, doc->failed is set
 * and what comes back is thrown away. */
struct jb_doc_block *jb_doc_add(struct jb_doc *doc, struct jb_doc_blocks *to,
                                enum jb_doc_kind kind);
/* A paragraph with one run; the text is copied. */
struct jb_doc_block *jb_doc_add_text(struct jb_doc *doc, struct jb_doc_blocks *to,
                                     enum jb_doc_style style, struct jb_slice text);
/* A table of so many columns; widths may be NULL. */
struct jb_doc_block *jb_doc_add_table(struct jb_doc *doc, struct jb_doc_blocks *to,
                                      uint32_t columns, const uint8_t *widths);
struct jb_doc_row *jb_doc_add_row(struct jb_doc *doc, struct jb_doc_block *table, bool head);
/* A cell at the row's end that holds one paragraph; the text is copied. */
struct jb_doc_cell *jb_doc_add_cell(struct jb_doc *doc, struct jb_doc_row *row,
                                    enum jb_doc_style style, enum jb_doc_align align,
                                    struct jb_slice text);
/* A run at the end; the text is copied. */
struct jb_doc_run *jb_doc_add_run(struct jb_doc *doc, struct jb_doc_runs *to, struct jb_slice text,
                                  unsigned flags);
/* Copies of the structs, without what they are chained to and what hangs below. */
struct jb_doc_block *jb_doc_copy_block(struct jb_doc *doc, struct jb_doc_blocks *to,
                                       const struct jb_doc_block *from);
struct jb_doc_run *jb_doc_copy_run(struct jb_doc *doc, struct jb_doc_runs *to,
                                   const struct jb_doc_run *from);
/* An empty row or cell that looks like that one. */
struct jb_doc_row *jb_doc_copy_row(struct jb_doc *doc, struct jb_doc_block *table,
                                   const struct jb_doc_row *from);
struct jb_doc_cell *jb_doc_copy_cell(struct jb_doc *doc, struct jb_doc_row *row,
                                     const struct jb_doc_cell *from);
/* The paragraph's text, runs laid end to end, from the document's arena. */
struct jb_slice jb_doc_text(struct jb_doc *doc, const struct jb_doc_block *block);

#endif
