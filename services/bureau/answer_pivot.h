/* Many indicators of one unit over several periods: the periods side by side, a line an indicator.
 */
#ifndef JB_BUREAU_ANSWER_PIVOT_H
#define JB_BUREAU_ANSWER_PIVOT_H

#include "answer_table.h"
#include "words.h"

/* Prints it and says so; false, and nothing was printed: the answer has not that shape. The rows
 * are in the order of the catalogue's sections, which the view has. */
bool jb_answer_pivot(struct jb_pages *pages, const struct jb_answer_view *view, FILE *out);
/* The figure of one row in words: "—" where nobody owes one. buf may hold it. */
const char *jb_answer_figure(const struct jb_answer_row *row, char buf[JB_WORDS_SIZE]);

#endif
