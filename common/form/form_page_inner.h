/* What form_page.c and form_texts.c share; nobody else includes this. */
#ifndef JB_FORM_PAGE_INNER_H
#define JB_FORM_PAGE_INNER_H

#include "form/form_page.h"

#define JB_FORM_HEAD_ROW 3 /* of the columns' titles, from 0 */

struct jb_form_columns {
    uint32_t place[JB_FORM_COLUMNS]; /* UINT32_MAX: the form has no such column */
    uint32_t width[JB_FORM_COLUMNS]; /* by place */
    uint32_t count;
};

const struct jb_indicator *jb_form_indicator(const struct jb_form_sheet *sheet, uint32_t row);
/* The unit may file the row in this period. */
bool jb_form_row_taken(const struct jb_form_sheet *sheet, uint32_t row);
const char *jb_form_name_of(struct jb_names name, bool zh);
void jb_form_write_head(jb_page *page, const struct jb_form_sheet *sheet, uint32_t columns,
                        const char *title);
void jb_form_write_input(jb_page *page, uint32_t row, uint32_t column,
                         const struct jb_form_cells *cells, enum jb_form_column kind,
                         const struct jb_look *look);
void jb_form_write_status(jb_page *page, const struct jb_form_sheet *sheet, uint32_t row,
                          uint32_t column, const struct jb_form_cells *cells);
/* The sheet of the form's texts. */
void jb_form_texts_write(jb_book *book, const struct jb_form_sheet *sheet);

#endif
