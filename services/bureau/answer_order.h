/* Wide answers in the order of the catalogue's sections. */
#ifndef JB_BUREAU_ANSWER_ORDER_H
#define JB_BUREAU_ANSWER_ORDER_H

#include "base/buf.h"
#include "files/print.h"
#include "pages.h"

/* The first section of the indicator, or JB_NONE. */
uint32_t jb_answer_section(const jb_catalog *catalog, struct jb_slice indicator);
/* "plan / chapter / block" in the user's language; "other" for JB_NONE. */
void jb_answer_section_path(const jb_catalog *catalog, uint32_t section, struct jb_buf *out);
/* A line of its own for a section in a table of so many columns: the other cells stay empty. */
void jb_answer_put_heading(jb_table *table, const jb_catalog *catalog, uint32_t section,
                           uint32_t columns);
/* Rows of one unit by section; what stands in none comes last; else the order stays. */
void jb_answer_order(struct jb_pages *pages, const jb_catalog *catalog);

#endif
