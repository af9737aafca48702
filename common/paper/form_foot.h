/* What stands below a form's figures: explanations, lines for signatures and the seal, and what
 * identifies the submission. Only paper/form_paper.c includes it. */
#ifndef JB_FORM_FOOT_H
#define JB_FORM_FOOT_H

#include "paper/form_paper.h"

/* summed: a year to date was added up for the sheet; lacking: one of them lacks a period. */
void form_foot(jb_docx_body *body, const struct jb_form_paper *sheet, bool summed, bool lacking);

#endif
