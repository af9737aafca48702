/* What stands below a form's figures: explanations, lines for signatures and the seal, and what
 * identifies the submission. Only paper/form_sheet.c includes it. */
#ifndef JB_SHEET_FOOT_H
#define JB_SHEET_FOOT_H

#include "paper/form_sheet.h"

/* summed: a year to date was added up for the sheet; lacking: one of them lacks a period. */
void sheet_foot(jb_docx_body *body, const struct jb_form_sheet *sheet, bool summed, bool lacking);

#endif
