/* When forms open, are due and lock, from the catalogue that this home has. */
#ifndef JB_AGENT_CATALOG_DATES_H
#define JB_AGENT_CATALOG_DATES_H

#include "exits.h"
#include "files/print.h"
#include "model/catalog.h"

/* One row for each form and period of the span: of the forms that the unit owes (by code or name;
 * NULL: of all), of one form (by code; NULL: of all). What is wrong with the words is told, and
 * years without listed holidays too, on standard error. */
enum jb_exit jb_catalog_dates_list(const jb_catalog *catalog, const char *unit, const char *form,
                                   const char *span, enum jb_output output);

#endif
