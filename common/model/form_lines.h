/* The lines of a form as they stand on paper: each figure's row with its line number 行次, how deep
 * it stands under others 其中, and which of how many parts it is. Texts 文字材料 have no line: they
 * follow the table. */
#ifndef JB_FORM_LINES_H
#define JB_FORM_LINES_H

#include "model/catalog.h"

struct jb_form_line {
    uint32_t row;         /* of the form */
    uint32_t number;      /* 行次: the row's in the form, from 1; the same in every period */
    uint32_t depth;       /* 0: a part of nothing */
    uint32_t part, parts; /* from 1, of how many under the same whole; 0 at depth 0 */
};

/* Whole rows in the form's order, each followed by its parts. ret has room for form->row_count;
 * returns how many are lines. */
uint32_t jb_form_lines(const struct jb_catalog_view *view, const struct jb_form *form,
                       struct jb_form_line *ret);
/* "其中：1．当面申请数", "2．传真申请数", at the next depth "其中：（1）…"; a part alone bears no
 * number; in English "of which: ". Returns buf. */
const char *jb_form_line_name(const struct jb_catalog_view *view, const struct jb_form *form,
                              const struct jb_form_line *line, bool zh, char *buf, size_t size);

#endif
