/* A form of a unit for a period as sheets of a workbook, as clerks know it from paper: title, form
 * number, unit and period; a row for each indicator with its line, its place among the parts 其中
 * and its unit of measure, the figures of the period before and of the year before, and cells to
 * fill in; below them what is to be explained and who signs. Texts 文字材料 stand on a sheet of
 * their own. Only cells to fill in are unlocked. form_read.h reads what comes back. */
#ifndef JB_FORM_PAGE_H
#define JB_FORM_PAGE_H

#include "files/workbook_write.h"
#include "form/form_column.h"
#include "model/catalog.h"

/* What a row of the form shows. Texts are as people write them: 12402, 461余, 不涉及. Unset: empty.
 */
struct jb_form_cells {
    struct jb_slice cell[JB_FORM_COLUMNS];
    char *remark[JB_FORM_COLUMNS]; /* becomes a comment on the cell; NULL: none */
};

struct jb_form_sheet {
    const jb_catalog *catalog;
    uint32_t unit, form;
    struct jb_period period;
    bool zh;
    struct jb_form_cells *rows;       /* one for each row of the form */
    struct jb_slice label[JB_LABELS]; /* of the foot; those of the head are filled in here */
};

/* Rows allocated; everything else as given here. */
void jb_form_sheet_init(struct jb_form_sheet *sheet, const jb_catalog *catalog, uint32_t unit,
                        uint32_t form, struct jb_period period, bool zh);
void jb_form_sheet_free(struct jb_form_sheet *sheet); /* and the remarks */
/* Adds to a remark; text is copied. */
void jb_form_sheet_remark(struct jb_form_sheet *sheet, uint32_t row, enum jb_form_column column,
                          const char *text);
/* The column that takes a figure on this basis of this indicator, or JB_FORM_COLUMNS. */
enum jb_form_column jb_form_column_for(const struct jb_indicator *indicator,
                                       enum jb_basis_kind basis);
/* Writes the form's sheet, and the one of its texts where it has any. *ret_rows: cells rows to
 * fill in. */
void jb_form_page_write(jb_book *book, const struct jb_form_sheet *sheet, uint32_t *ret_rows);

#endif
