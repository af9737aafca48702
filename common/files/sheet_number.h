/* A number as a spreadsheet file writes it, as the exact decimal that the person sees.
 *
 * Spreadsheet programs keep numbers as binary fractions of 53 bits and show at most 15 significant
 * digits; what they write may have 17 of them and an exponent: 0.1 is there as
 * 0.10000000000000001, 1.1 times 3 as 3.3000000000000003. More than 15 digits are therefore rounded
 * to 15 (half away from zero), in decimal arithmetic, which gives back every number of up to 15
 * digits that was typed. Whole numbers of more than 15 digits are given with all that is there. */
#ifndef JB_SHEET_NUMBER_H
#define JB_SHEET_NUMBER_H

#include "base/base.h"

#define JB_SHEET_NUMBER_SIZE 420 /* the longest is 309 digits, or 0. and 323 */

/* -?digits(.digits)?([eE][+-]?digits)? to -?digits(.digits)? without needless zeros and without a
 * sign on zero. *ret_imprecise: a spreadsheet cannot hold this number, or shows other digits: it is
 * whole with more than 15 digits, or the digits behind the 15th are more than the traces of binary
 * fractions (a few units in the last place). JB_EINVAL: no such number; JB_ERANGE: an exponent or
 * a length that no such file has. */
JB_MUST_USE jb_err jb_sheet_number(struct jb_slice raw, char text[JB_SHEET_NUMBER_SIZE],
                                   bool *ret_imprecise);

/* What a cell with the number format "percentage" shows: number, as jb_sheet_number gives it, times
 * 100 and with a % behind: 0.125 is 12.5%. */
#define JB_SHEET_PERCENT_SIZE (JB_SHEET_NUMBER_SIZE + 4)
void jb_sheet_percent(struct jb_slice number, char text[JB_SHEET_PERCENT_SIZE]);

#endif
