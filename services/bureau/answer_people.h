/* The form of an answer for people (see answer_table.h). */
#ifndef JB_BUREAU_ANSWER_PEOPLE_H
#define JB_BUREAU_ANSWER_PEOPLE_H

#include "answer_table.h"

void jb_answer_print_people(struct jb_pages *pages, const struct jb_answer_view *view, FILE *out);
/* Bar charts: of each unit and indicator over its periods; of one period, over the units. */
void jb_answer_print_chart(struct jb_pages *pages, const struct jb_answer_view *view, bool utf8,
                           FILE *out);
/* What has to be known about a row beside its number, as sentences joined with "; ". */
void jb_answer_notes(const struct jb_answer_row *row, const struct jb_answer_view *view,
                     struct jb_buf *out);

/* A line, when the row's period was closed with forms missing. */
void jb_answer_print_missing(const struct jb_answer_row *row, struct jb_name_book *names,
                             FILE *out);

#endif
