/* What form_read.c and form_read_rows.c share; nobody else includes this. */
#ifndef JB_FORM_READ_INNER_H
#define JB_FORM_READ_INNER_H

#include "form/form_read.h"

struct jb_form_reading {
    const char *path;
    const jb_catalog *catalog;
    const struct jb_form_given *given;
    struct jb_findings *findings;
    struct jb_form_file *file;
    bool found; /* a sheet with a row of titles */
    /* Of the sheet that is being read. */
    const struct jb_sheet *sheet;
    uint32_t sheet_number;
    uint32_t head_row;
    uint32_t place[JB_FORM_COLUMNS]; /* the sheet's column, or UINT32_MAX */
    uint32_t label_cell[JB_LABELS];  /* 1 + index of the cell; 0: there is none */
};

/* row and column from 0; column UINT32_MAX: none. */
void jb_form_refuse(const struct jb_form_reading *r, enum jb_finding_code code, uint32_t row,
                    uint32_t column, const char *got, const char *expected, const char *hint);
/* Adds what stands below the titles to the file's rows. */
JB_MUST_USE jb_err jb_form_read_rows(struct jb_form_reading *r, const struct jb_figures_foot *foot);

#endif
