/* The figures of a chart as the least workbook (.xlsx): what Word opens for "edit data". Only
 * files/docx_chart.c includes it. Numbers are written as their decimal text, so that no binary
 * fraction stands between; a general writer of workbooks takes numbers as such. */
#ifndef JB_CHART_WORKBOOK_H
#define JB_CHART_WORKBOOK_H

#include "files/chart.h"

/* Column A the categories, B and on a series each, row 1 the names. */
JB_MUST_USE jb_err chart_workbook(const struct jb_chart *chart, struct jb_buf *ret);

#endif
