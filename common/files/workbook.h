/* A spreadsheet workbook (.xlsx, ECMA-376 Office Open XML, transitional and strict) as WPS, Excel
 * and LibreOffice save it, read whole: its sheets and what their cells show.
 *
 * Read: shared, inline and rich texts (phonetic guides left out), numbers as exact decimals
 * (files/sheet_number.h), dates of both systems, booleans, errors, what formulas gave when the file
 * was saved, merged ranges, hidden sheets, rows and columns. Passed over: comments, drawings,
 * conditional formats, names, chart sheets. Nothing is calculated, nothing outside is followed and
 * no program inside is run: macros and links to other files are reported as facts.
 *
 * Refused, each with a sentence, advice and a place: what files/zip_read.h and files/xml.h refuse
 * (bombs, names that lead out, document types, depth); files with a password and .xls; binary
 * workbooks (.xlsb); a place beyond the format's rows and columns, a cell twice, a text that the
 * shared texts do not have; more than JB_WORKBOOK_SHEETS_MAX sheets, JB_WORKBOOK_CELLS_MAX cells
 * that are not empty, JB_WORKBOOK_STRINGS_MAX shared texts, JB_WORKBOOK_CELL_BYTES_MAX bytes in
 * one cell, JB_WORKBOOK_MEMORY_MAX in all. */
#ifndef JB_WORKBOOK_H
#define JB_WORKBOOK_H

#include "base/arena.h"
#include "base/base.h"
#include "files/fault.h"
#include "files/sheet_place.h"

enum jb_sheet_kind {
    JB_SHEET_TEXT,
    JB_SHEET_NUMBER,     /* text: the exact decimal, -?digits(.digits)? */
    JB_SHEET_DATE,       /* text: 2023-06-30, or 2023-06-30T12:00:00 */
    JB_SHEET_BOOLEAN,    /* TRUE or FALSE */
    JB_SHEET_ERROR,      /* #DIV/0!, #REF! ... */
    JB_SHEET_UNCOMPUTED, /* a formula that was saved without its result; text: empty */
};

struct jb_sheet_cell {
    uint32_t row, column; /* from 0 */
    enum jb_sheet_kind kind;
    bool formula;
    bool linked;    /* the formula takes something from another file */
    bool hidden;    /* its row or column is */
    bool percent;   /* a number that is shown as a percentage: 0.9 is seen as 90% */
    bool worded;    /* a number whose format shows words beside it: 461 is seen as 461余 */
    bool imprecise; /* a number that a spreadsheet does not show as it is, see sheet_number.h */
    struct jb_slice text; /* UTF-8, NUL-terminated, as it is there: blanks around are kept */
};

struct jb_sheet {
    const char *name;
    bool hidden;
    struct jb_sheet_cell *cells; /* those that are not empty, by row and column */
    uint32_t cell_count, cell_cap;
    struct jb_sheet_range *merges;
    uint32_t merge_count, merge_cap;
};

struct jb_workbook {
    struct jb_sheet *sheets; /* in the order of their tabs */
    uint32_t sheet_count;
    bool macros;         /* it holds programs */
    bool external_links; /* it is linked to other files */
    bool from_1904;      /* counts days from 1904 */
    struct jb_arena arena;
};

/* *ret has copies of everything and is the caller's until free. JB_EINVAL, JB_ERANGE, JB_ENOMEM:
 * the fault says what and where. */
JB_MUST_USE jb_err jb_workbook_read(struct jb_slice bytes, struct jb_workbook *ret,
                                    struct jb_fault *fault);
void jb_workbook_free(struct jb_workbook *workbook);
/* By its tab's name, exactly; NULL: none. */
const struct jb_sheet *jb_workbook_sheet(const struct jb_workbook *workbook, const char *name);
/* NULL: the cell is empty. */
const struct jb_sheet_cell *jb_sheet_at(const struct jb_sheet *sheet, uint32_t row,
                                        uint32_t column);
/* The merged range that the place lies in, or NULL. Its first cell is the one that shows. */
const struct jb_sheet_range *jb_sheet_merge_at(const struct jb_sheet *sheet, uint32_t row,
                                               uint32_t column);
/* "text", "number" ...: translated. */
const char *jb_sheet_kind_name(enum jb_sheet_kind kind);

#endif
