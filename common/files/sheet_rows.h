/* A sheet that is a plain table, header first, as the rows that a CSV file gives: what reads one
 * reads the other. */
#ifndef JB_SHEET_ROWS_H
#define JB_SHEET_ROWS_H

#include "files/csv.h"
#include "files/workbook.h"

/* The line of a row is the sheet's row from 1; rows without any text are left out. The fields
 * borrow the workbook's texts; jb_csv_free. JB_ERANGE: more rows or columns than a file of ours
 * has, at *ret_line. */
JB_MUST_USE jb_err jb_sheet_rows(const struct jb_sheet *sheet, struct jb_csv *ret,
                                 uint32_t *ret_line);

#endif
