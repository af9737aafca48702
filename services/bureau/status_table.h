/* Who has reported, as tables, CSV and JSON. */
#ifndef JB_BUREAU_STATUS_TABLE_H
#define JB_BUREAU_STATUS_TABLE_H

#include "model/due_event.h"
#include "status_lines.h"

/* One row a filing; overdue: only those that have not come. */
void jb_status_print_filings(struct jb_status_list *list, const struct jb_options *options,
                             bool overdue);
/* One row a line; ranked: with its place. with_total: and what they add up to, in a table. */
void jb_status_print_lines(struct jb_status_list *list, const struct jb_status_lines *lines,
                           const struct jb_options *options, bool ranked, bool with_total);
/* What the days after `since` up to today brought up (model/due_event.h). */
void jb_status_print_due(struct jb_status_list *list, const struct jb_options *options,
                         jb_date since, jb_date today);
/* Below a table: how many units and forms are in, and the rates. */
void jb_status_print_foot(const struct jb_status_list *list);

#endif
