/* A table on paper: a summary 汇总表, a list 名单. Columns get the widths that their words ask for;
 * a table that is too wide for a portrait page stands on landscape ones, in a smaller font if it
 * must; a long one repeats its head on each page. */
#ifndef JB_TABLE_SHEET_H
#define JB_TABLE_SHEET_H

#include "paper/paper.h"

#define JB_PAPER_COLUMNS_MAX 24

struct jb_sheet_column {
    const char *title;
    enum jb_docx_align align; /* JB_DOCX_END: figures, which are never broken over lines */
};

enum jb_sheet_row {
    JB_SHEET_PLAIN = 0,
    JB_SHEET_HEADING, /* its first cell, across the table */
    JB_SHEET_TOTAL,   /* emphasised */
};

typedef struct jb_table_sheet jb_table_sheet;
/* All texts are copied. below, left and right (of the line above the table) may be NULL. */
jb_table_sheet *jb_table_sheet_new(const char *title, const char *below,
                                   const struct jb_sheet_column *columns, uint32_t count);
void jb_table_sheet_free(jb_table_sheet *sheet); /* NULL is fine */
void jb_table_sheet_above(jb_table_sheet *sheet, const char *left, const char *right);
/* A row's cells, then its end. NULL: the cell above goes on. indent_chars: of the first cell. */
void jb_table_sheet_cell(jb_table_sheet *sheet, const char *text);
void jb_table_sheet_cellf(jb_table_sheet *sheet, const char *fmt, ...) JB_PRINTF(2, 3);
void jb_table_sheet_end_row(jb_table_sheet *sheet, enum jb_sheet_row kind, uint16_t indent_chars);
/* A heading across the table: a whole row. */
void jb_table_sheet_heading(jb_table_sheet *sheet, const char *text);
void jb_table_sheet_note(jb_table_sheet *sheet, const char *text); /* a line below the table */
uint32_t jb_table_sheet_rows(const jb_table_sheet *sheet);

/* Whether it needs landscape pages. */
bool jb_table_sheet_is_wide(const jb_table_sheet *sheet);
/* Puts it on the document's pages, which the caller ends as landscape or not. signed_for: with
 * lines for who made, checked and released it, and for the seal. */
void jb_table_sheet_put(jb_docx *doc, const jb_table_sheet *sheet, bool landscape, bool signed_for);

#endif
