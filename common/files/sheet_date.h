/* Dates in a spreadsheet: a count of days since the end of 1899 (or since 1904-01-01, as old Macs
 * counted), which only the cell's number format tells from an ordinary number. */
#ifndef JB_SHEET_DATE_H
#define JB_SHEET_DATE_H

#include "base/base.h"

#define JB_SHEET_DATE_SIZE 40 /* "2023-06-30T12:00:00" and room for any int */

/* serial: a decimal as jb_sheet_number gives it. "2023-06-30", with "T12:00:00" behind it unless
 * the time is midnight. In the 1900 system day 60 is the 29th of February 1900, which was none: the
 * error of 1983 that every program keeps (ECMA-376 part 1, 18.17.4.1); it is JB_EINVAL here.
 * JB_ERANGE: before the first day or after 9999-12-31. */
JB_MUST_USE jb_err jb_sheet_date(struct jb_slice serial, bool from_1904,
                                 char text[JB_SHEET_DATE_SIZE]);
/* True when a number format shows dates or times: one of the built-in numbers, or a code with day,
 * month, year, hour, minute or second outside quotes. */
bool jb_sheet_format_is_date(uint32_t number);
bool jb_sheet_code_is_date(struct jb_slice code);
/* True when it shows percentages: 9 and 10 of the built-in ones, or a code with % outside quotes.
 */
bool jb_sheet_format_is_percent(uint32_t number);
bool jb_sheet_code_is_percent(struct jb_slice code);
/* True when it shows words beside a number above zero that are not in the cell: 0"余". Signs of
 * money and blanks are no words. */
bool jb_sheet_code_has_words(struct jb_slice code);

#endif
