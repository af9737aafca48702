/* A whole export for people: one row a figure, with codes and names, so that a spreadsheet can
 * sort, filter and pivot it. */
#ifndef JB_BUREAU_ANSWER_FLAT_H
#define JB_BUREAU_ANSWER_FLAT_H

#include <stdio.h>

#include "pages.h"

void jb_answer_print_flat(struct jb_pages *pages, FILE *out);

#endif
