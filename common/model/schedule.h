/* When a form of a period may be filed, and when it is late: the day it opens, the day it is due
 * 截止日期 and the day it locks. A schedule says so by whole days from the period's last day, and
 * for single periods by dates, which win. Due and lock days may move past days off.
 *
 * All three are local dates in the catalogue's zone; a day lasts to its end (24:00 there). What
 * counts is the moment of receipt, which the caller gives: nothing here reads a clock or the
 * process's zone. */
#ifndef JB_SCHEDULE_H
#define JB_SCHEDULE_H

#include "model/workdays.h"

enum jb_step { JB_STEP_OPENS = 0, JB_STEP_DUE = 1, JB_STEP_LOCKS = 2, JB_STEPS = 3 };
/* Where a due or lock day goes that is a day off; given dates and opening days never move. */
enum jb_shift { JB_SHIFT_NONE = 0, JB_SHIFT_NEXT_WORKDAY = 1 };

/* As the file writes them: "opens"; "next_workday". */
const char *jb_step_code(enum jb_step step);
const char *jb_shift_code(enum jb_shift shift);

struct jb_schedule_day {
    bool set;
    int32_t days;
};
struct jb_schedule_dates { /* what is not set follows the rule */
    struct jb_period period;
    struct jb_schedule_day on[JB_STEPS]; /* jb_date */
};
struct jb_schedule {
    struct jb_schedule_day rule[JB_STEPS]; /* days after the period's last day; below 0: before */
    enum jb_shift shift;
    const struct jb_schedule_dates *dates; /* by frequency and period */
    uint32_t date_count;
};

/* Due day, lock day: JB_DATE_MAX when there is none, so that nothing is late or locked; opening
 * day: JB_DATE_MIN when there is none. The _before days are those that moved, else equal. */
struct jb_form_dates {
    jb_date opens_on, due_on, locks_on;
    jb_date due_before, locks_before;
};

/* The dates of a period. False: there is none of the three (schedule may be NULL); *ret says so. */
bool jb_schedule_dates(const struct jb_schedule *schedule, const struct jb_workdays *workdays,
                       struct jb_period period, struct jb_form_dates *ret);
/* opens <= due <= locks, as far as they are there. */
bool jb_form_dates_in_order(const struct jb_form_dates *dates);

enum jb_window { JB_WINDOW_BEFORE = 1, JB_WINDOW_OPEN = 2, JB_WINDOW_LOCKED = 3 };
/* Whether the form takes submissions at the moment: not yet, yes, no more. */
enum jb_window jb_form_window(const struct jb_form_dates *dates, int zone_offset_minutes,
                              int64_t at_us);
/* By how many days a receipt missed its due day: 0 on the day or before (or no due day), 1 the day
 * after. */
uint32_t jb_days_late(jb_date due_on, int zone_offset_minutes, int64_t received_us);

#endif
