/* Names of places in a sheet: "B7" is column 1, row 6, counted from 0. */
#ifndef JB_SHEET_PLACE_H
#define JB_SHEET_PLACE_H

#include "base/base.h"
#include "base/limits.h"

#define JB_SHEET_PLACE_SIZE 16 /* "XFD1048576" and NUL */

struct jb_sheet_range { /* both ends inside; from 0 */
    uint32_t first_row, first_column, last_row, last_column;
};

/* Letters (either case), then digits, "$" before either allowed. JB_EINVAL: malformed; JB_ERANGE:
 * beyond the last row or column. */
JB_MUST_USE jb_err jb_sheet_place_parse(struct jb_slice text, uint32_t *ret_row,
                                        uint32_t *ret_column);
/* "A1:C3", or one place. JB_EINVAL also when the ends are the wrong way round. */
JB_MUST_USE jb_err jb_sheet_range_parse(struct jb_slice text, struct jb_sheet_range *ret);
/* Returns text. */
const char *jb_sheet_place(uint32_t row, uint32_t column, char text[JB_SHEET_PLACE_SIZE]);
/* "B", "XFD". Returns text. */
const char *jb_sheet_column(uint32_t column, char text[JB_SHEET_PLACE_SIZE]);

#endif
