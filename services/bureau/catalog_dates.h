/* When forms open, are due and lock in the periods of a span, as a table: people read days in
 * words, programs read dates. */
#ifndef JB_BUREAU_CATALOG_DATES_H
#define JB_BUREAU_CATALOG_DATES_H

#include "model/catalog.h"
#include "options.h"

/* form: a code, or NULL for every form that has a period within the span. Years without listed
 * holidays are told on standard error. */
enum jb_exit jb_catalog_show_dates(const jb_catalog *catalog, const char *form, const char *span,
                                   enum jb_output output);
/* "dates: opens ...; due ..." of one form, a line for people. */
void jb_catalog_print_schedule(const struct jb_form *form, FILE *out);

#endif
