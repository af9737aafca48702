/* A workbook of figures, as rows: the forms of form_page.h as they come back from WPS, Excel or
 * LibreOffice, and lists with the columns of a CSV file. Sheets are known by what stands in them,
 * not by their names: the head says unit, form and period, and the row of titles says what each
 * column is, in any order. Sheets without such a row are passed over.
 *
 * Refused: what files/workbook.h refuses; macros; a sheet that does not say what it is or says what
 * the catalogue does not have; titles that are unknown or there twice; a date, an error, a truth
 * value, a formula without a result a number that a spreadsheet cannot hold, or one whose format
 * shows words beside it where a figure is expected; a value from another file; one cell for several
 * figures (merged). */
#ifndef JB_FORM_READ_H
#define JB_FORM_READ_H

#include "form/figures_row.h"
#include "files/workbook.h"
#include "form/form_column.h"

struct jb_form_file {
    struct jb_workbook workbook;
    struct jb_arena arena;
    struct jb_figures_raw *rows; /* in the order of the sheets; each has a place and a foot */
    uint32_t row_count, row_cap;
};

/* What the caller's options say where a sheet says nothing; "" if nothing. */
struct jb_form_given {
    struct jb_slice unit, period;
};

/* True for bytes, or a name, of a workbook: of any kind, readable or not. */
bool jb_form_is_workbook(const char *path, struct jb_slice bytes);
/* JB_OK: *ret is the caller's until free, and findings may have got errors all the same (about
 * single cells). JB_EINVAL: nothing can be read; findings say why. path is for the findings. */
JB_MUST_USE jb_err jb_form_read(const char *path, struct jb_slice bytes, const jb_catalog *catalog,
                                const struct jb_form_given *given, struct jb_findings *findings,
                                struct jb_form_file *ret);
void jb_form_file_free(struct jb_form_file *file);

#endif
