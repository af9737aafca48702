/* Both lists are sorted and short; a day is found in them by halving. */
#include "model/workdays.h"

#include "base/limits.h"

#define SATURDAY 6
#define AHEAD_MAX (JB_FREE_DAYS_MAX + 2) /* a weekend may stand before the holiday */

unsigned jb_date_weekday(jb_date day)
{
    int64_t since_monday = ((int64_t)day + 3) % 7; /* 1970-01-01 was a Thursday */

    return (unsigned)(since_monday < 0 ? since_monday + 7 : since_monday) + 1;
}

const struct jb_holiday *jb_workdays_holiday(const struct jb_workdays *workdays, jb_date day)
{
    uint32_t low = 0;
    uint32_t high = workdays->holiday_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (workdays->holidays[middle].until < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low < workdays->holiday_count && workdays->holidays[low].from <= day
               ? &workdays->holidays[low]
               : NULL;
}

static bool is_listed_as_worked(const struct jb_workdays *workdays, jb_date day)
{
    uint32_t low = 0;
    uint32_t high = workdays->worked_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (workdays->worked[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low < workdays->worked_count && workdays->worked[low] == day;
}

bool jb_workdays_is_worked(const struct jb_workdays *workdays, jb_date day)
{
    if (is_listed_as_worked(workdays, day))
        return true;
    return jb_date_weekday(day) < SATURDAY && !jb_workdays_holiday(workdays, day);
}

jb_date jb_workdays_from(const struct jb_workdays *workdays, jb_date day)
{
    for (int ahead = 0; ahead < AHEAD_MAX && !jb_workdays_is_worked(workdays, day); ahead++)
        day++;
    return day;
}

bool jb_workdays_knows_year(const struct jb_workdays *workdays, int year)
{
    for (uint32_t i = 0; i < workdays->holiday_count; i++) {
        int holiday_year, month, day;

        jb_date_split(workdays->holidays[i].until, &holiday_year, &month, &day);
        if (holiday_year == year)
            return true;
    }
    return false;
}
