/* The one place where an exact decimal becomes what a spreadsheet keeps: libxlsxwriter takes
 * numbers as binary fractions and as nothing else. Only decimals of at most 15 significant digits
 * pass, for those come back unchanged from every reader (files/sheet_number.h); the others are
 * written as text by who asked. */
#ifndef JB_WORKBOOK_NUMBER_H
#define JB_WORKBOOK_NUMBER_H

#include <xlsxwriter.h>

#include "base/base.h"

/* True for -?digits(.digits)? that survives. */
bool jb_workbook_number_survives(struct jb_slice decimal);
/* Only for what survives. */
lxw_error jb_workbook_number_put(lxw_worksheet *sheet, uint32_t row, uint16_t column,
                                 struct jb_slice decimal, lxw_format *format);

#endif
