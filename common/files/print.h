/* A table for people and programs: aligned text (Chinese characters are two columns wide), CSV or
 * JSON from the same rows. */
#ifndef JB_PRINT_H
#define JB_PRINT_H

#include <stdio.h>

#include "base/base.h"

enum jb_output { JB_OUT_TABLE = 0, JB_OUT_CSV, JB_OUT_JSON };
JB_MUST_USE jb_err jb_output_parse(struct jb_slice text, enum jb_output *ret);

enum jb_align { JB_LEFT = 0, JB_RIGHT = 1 };

struct jb_column {
    const char *key;   /* CSV header and JSON member */
    const char *title; /* of the table; NULL: key. Already translated */
    enum jb_align align;
    bool number; /* JSON keeps it a string all the same (exact decimals); CSV needs no formula guard
                  */
    bool csv_only; /* left out of the table */
    bool table_only;
    bool boolean_or_integer; /* JSON writes it bare */
};

typedef struct jb_table jb_table;
jb_table *jb_table_new(const struct jb_column *columns, uint32_t count);
void jb_table_free(jb_table *table);
/* Cells are copied; NULL is an empty cell (JSON null). The caller sets every column of a row, then
 * ends it. */
void jb_table_cell(jb_table *table, const char *text);
void jb_table_cellf(jb_table *table, const char *fmt, ...) JB_PRINTF(2, 3);
void jb_table_end_row(jb_table *table);
uint32_t jb_table_rows(const jb_table *table);
uint32_t jb_table_columns(const jb_table *table);
const struct jb_column *jb_table_column(const jb_table *table, uint32_t column);
const char *jb_table_text(const jb_table *table, uint32_t row, uint32_t column); /* may be NULL */
/* A row of nothing but its first cell. */
bool jb_table_is_heading(const jb_table *table, uint32_t row);
/* Table: header, rule, rows, trailing blanks cut; on a terminal that it does not fit, the widest
 * cells are wrapped. A row of nothing but its first cell is a heading across the table. CSV: UTF-8,
 * header row, LF. JSON: an array of objects inside {"rows": [...]} plus the pairs of `extra`
 * (alternating key, value; a NULL key ends; may be NULL). A table for an open workbook goes there
 * (files/outlet.h). Each says so where it holds demonstration data (files/demonstration.h). */
void jb_table_print(const jb_table *table, enum jb_output output, const char *const *extra,
                    FILE *out);

/* Columns that the UTF-8 text takes on a terminal (CJK wide 2, combining 0; ambiguous counts 1; a
 * control or a byte that is no UTF-8 counts 1: jb_print_padded writes a blank or '?' for it). */
uint32_t jb_text_width(const char *text);
/* Bytes of the text's first line of at most width columns: it ends at a blank or beside a Chinese
 * character where it can, else anywhere; never 0 unless the text is empty. The next line begins
 * behind the blanks. */
size_t jb_text_fit(const char *text, uint32_t width);
/* Lines that the text takes where `width` columns are there: its own, and those it is broken into.
 */
uint32_t jb_text_lines(const char *text, uint32_t width);
/* Columns of the terminal behind `out`, or those that the environment's COLUMNS asks for; 0: there
 * is no limit. */
uint32_t jb_print_columns(FILE *out);
/* Writes the text padded with blanks to width columns. */
void jb_print_padded(const char *text, uint32_t width, enum jb_align align, FILE *out);
/* One line of bars from values scaled to max (U+2581..U+2588, or ASCII when utf8 is false); NULL
 * entries (mask false) are blanks. Integers: the caller scales. Bars grow from 0; what is below it
 * gets the lowest. Writes no line end. */
void jb_print_spark(const int64_t *values, const bool *present, uint32_t count, bool utf8,
                    FILE *out);

/* Progress on standard error, only on a terminal: one line that is written over. done of total. */
void jb_progress(const char *label, uint64_t done, uint64_t total);
void jb_progress_end(void);

#endif
