/* An answer as SDMX-CSV: model/sdmx.h has the columns and what stands in them. */
#ifndef JB_BUREAU_ANSWER_SDMX_H
#define JB_BUREAU_ANSWER_SDMX_H

#include "pages.h"

/* catalog: the code of the catalogue that the figures are of. Action I (information). Records end
 * with LF; an outlet of the form makes it CRLF. */
void jb_answer_print_sdmx(const struct jb_pages *pages, const char *catalog, FILE *out);

#endif
