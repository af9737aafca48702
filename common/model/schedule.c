/* Dates from rules. A due day and a lock day move the same way, so that their order stands. */
#include "model/schedule.h"

const char *jb_step_code(enum jb_step step)
{
    static const char *const codes[JB_STEPS] = {"opens", "due", "locks"};

    return codes[step];
}

const char *jb_shift_code(enum jb_shift shift)
{
    static const char *const codes[] = {"none", "next_workday"};

    return codes[shift];
}

static const struct jb_schedule_dates *find_dates(const struct jb_schedule *schedule,
                                                  struct jb_period period)
{
    uint32_t low = 0;
    uint32_t high = schedule->date_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct jb_period there = schedule->dates[middle].period;

        if (there.freq < period.freq ||
            (there.freq == period.freq && there.ordinal < period.ordinal))
            low = middle + 1;
        else
            high = middle;
    }
    return low < schedule->date_count && jb_period_eq(schedule->dates[low].period, period)
               ? &schedule->dates[low]
               : NULL;
}

/* False: the schedule says nothing of the step. */
static bool day_of(const struct jb_schedule *schedule, const struct jb_workdays *workdays,
                   const struct jb_schedule_dates *dates, jb_date last_day, enum jb_step step,
                   jb_date *ret_on, jb_date *ret_before)
{
    if (dates && dates->on[step].set) {
        *ret_on = *ret_before = dates->on[step].days;
        return true;
    }
    if (!schedule->rule[step].set)
        return false;
    *ret_on = *ret_before = last_day + schedule->rule[step].days;
    if (schedule->shift == JB_SHIFT_NEXT_WORKDAY && step != JB_STEP_OPENS)
        *ret_on = jb_workdays_from(workdays, *ret_before);
    return true;
}

bool jb_schedule_dates(const struct jb_schedule *schedule, const struct jb_workdays *workdays,
                       struct jb_period period, struct jb_form_dates *ret)
{
    jb_date on[JB_STEPS] = {JB_DATE_MIN, JB_DATE_MAX, JB_DATE_MAX};
    jb_date before[JB_STEPS] = {JB_DATE_MIN, JB_DATE_MAX, JB_DATE_MAX};
    bool any = false;

    if (schedule) {
        const struct jb_schedule_dates *dates = find_dates(schedule, period);
        jb_date last_day = jb_period_last_day(period);

        for (enum jb_step step = 0; step < JB_STEPS; step++)
            any =
                day_of(schedule, workdays, dates, last_day, step, &on[step], &before[step]) || any;
    }
    *ret = (struct jb_form_dates){on[JB_STEP_OPENS], on[JB_STEP_DUE], on[JB_STEP_LOCKS],
                                  before[JB_STEP_DUE], before[JB_STEP_LOCKS]};
    return any;
}

bool jb_form_dates_in_order(const struct jb_form_dates *dates)
{
    jb_date due = dates->due_on == JB_DATE_MAX ? dates->opens_on : dates->due_on;

    return dates->opens_on <= due && due <= dates->locks_on;
}

enum jb_window jb_form_window(const struct jb_form_dates *dates, int zone_offset_minutes,
                              int64_t at_us)
{
    jb_date today = jb_date_at(at_us, zone_offset_minutes);

    if (today < dates->opens_on)
        return JB_WINDOW_BEFORE;
    return today <= dates->locks_on ? JB_WINDOW_OPEN : JB_WINDOW_LOCKED;
}

uint32_t jb_days_late(jb_date due_on, int zone_offset_minutes, int64_t received_us)
{
    jb_date received_on = jb_date_at(received_us, zone_offset_minutes);

    return received_on <= due_on ? 0 : (uint32_t)((int64_t)received_on - due_on);
}
