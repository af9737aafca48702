/* Answers as tables on paper. */
#ifndef JB_BUREAU_SUMMARY_SHEET_H
#define JB_BUREAU_SUMMARY_SHEET_H

#include "ask.h"
#include "paper/table_sheet.h"

struct jb_summary {
    const jb_catalog *catalog;
    uint32_t node; /* whose totals */
    struct jb_span span;
    struct jb_pages
        *total; /* the node's, with growth on the year before; of any number of indicators */
    struct jb_pages *to_date; /* the same over the year to date; NULL: the span is it */
    struct jb_pages *units;   /* own figures of the units, for the table by unit */
    const char *form_title;   /* of the table by unit */
};

/* Rows are indicators, by section: this period, year to date, the year before, growth, coverage. */
jb_table_sheet *jb_summary_sheet(const struct jb_summary *summary);
/* Rows are units, columns indicators: as many tables as the indicators need,
 * JB_SUMMARY_INDICATORS_MAX in each. *ret_count of them; free() the list after freeing each. */
#define JB_SUMMARY_INDICATORS_MAX 10
jb_table_sheet **jb_summary_sheets_by_unit(const struct jb_summary *summary, uint32_t *ret_count);

#endif
