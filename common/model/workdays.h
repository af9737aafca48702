/* Which days are worked: Monday to Friday, without the public holidays 法定节假日 that the
 * catalogue lists, and with the weekend days that it lists as worked 调休. The State Council
 * announces both for one year at a time, so a catalogue grows by a list a year; what it does not
 * list is an ordinary week. Days are local dates: no zone, no clock. */
#ifndef JB_WORKDAYS_H
#define JB_WORKDAYS_H

#include "model/period.h"

struct jb_holiday {
    jb_date from, until; /* both are days off */
    const char *name_zh, *name_en;
};

/* All zero: an ordinary week. */
struct jb_workdays {
    const struct jb_holiday *holidays; /* by date, without a common day */
    uint32_t holiday_count;
    const jb_date *worked; /* by date: weekend days and days of holidays that are worked */
    uint32_t worked_count;
};

/* 1 Monday to 7 Sunday. */
unsigned jb_date_weekday(jb_date day);

/* The holiday that the day lies in, also when the day is worked, or NULL. */
const struct jb_holiday *jb_workdays_holiday(const struct jb_workdays *workdays, jb_date day);
bool jb_workdays_is_worked(const struct jb_workdays *workdays, jb_date day);
/* The day itself when it is worked, else the next one that is. (Looks about a month ahead: the
 * check of the catalogue refuses a holiday that begins JB_FREE_DAYS_MAX days without work.) */
jb_date jb_workdays_from(const struct jb_workdays *workdays, jb_date day);
/* Whether holidays of the year are listed: one ends in it (New Year's may begin the year before).
 */
bool jb_workdays_knows_year(const struct jb_workdays *workdays, int year);

#endif
