/* What the passing of days says about a filing that has not come: it is due soon, it is overdue by
 * a day, a week, a fortnight. An event is a function of the filing's due date, and has a day of its
 * own: so `jibao status --due-since` can list them from the dates alone, and the aggregator can say
 * each once (services/aggregator/decide_due.h), which is what watches get.
 */
#ifndef JB_DUE_EVENT_H
#define JB_DUE_EVENT_H

#include "model/completeness.h"

#define JB_DUE_SOON_DAYS 3 /* before the due day */
#define JB_DUE_EVENTS_MAX 4

struct jb_due_event {
    jb_date on;     /* the day it comes up */
    uint32_t level; /* 0: due soon; else overdue by so many days: 1, 7, 15 */
};
/* Those of the filing with `since` < on <= today, by day; *ret_count of them. None of a filing that
 * came, is excused, or knows no due date: what it was about has ended. since JB_DATE_MIN: all. */
void jb_due_events(const struct jb_verdict *verdict, bool must_come, jb_date since, jb_date today,
                   struct jb_due_event ret[JB_DUE_EVENTS_MAX], uint32_t *ret_count);
/* Something must still come by the verdict's due date: nothing complete did, or it was returned
 * with a day of its own. */
bool jb_due_must_come(const struct jb_verdict *verdict, enum jb_filing_state state,
                      bool return_has_due);

/* "due_soon", "overdue". */
const char *jb_due_code(uint32_t level);

#endif
