/* Who has reported, as one list whatever its length: an answer that was cut is continued from its
 * last unit, at the same revision. */
#ifndef JB_BUREAU_STATUS_LIST_H
#define JB_BUREAU_STATUS_LIST_H

#include "desk.h"
#include "names.h"

struct jb_status_list {
    struct jb_snapshot snapshot;
    struct jb_status_row *rows; /* those of one unit stand together; texts in the desk's arena */
    uint32_t count, cap;
    struct jb_name_book names;
};

void jb_status_list_init(struct jb_status_list *list);
void jb_status_list_free(struct jb_status_list *list);
enum jb_exit jb_ask_status(struct jb_desk *desk, const struct jb_status_query *query,
                           struct jb_status_list *list);

struct jb_status_sum {
    uint32_t units, units_complete; /* complete: every owed row is there */
    struct jb_completeness counts;
};
struct jb_filing_count jb_status_count_of(const struct jb_status_row *row);
struct jb_status_sum jb_status_sum_all(const struct jb_status_list *list);

#endif
