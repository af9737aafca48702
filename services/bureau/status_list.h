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
    uint32_t forms_reported, forms_expected;
    uint32_t rows_reported, rows_expected;
};
/* Of the unit whose rows begin at first; *ret_next is the row behind them. */
struct jb_status_sum jb_status_sum_unit(const struct jb_status_list *list, uint32_t first,
                                        uint32_t *ret_next);
struct jb_status_sum jb_status_sum_all(const struct jb_status_list *list);

#endif
