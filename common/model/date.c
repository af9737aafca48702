/* Days and moments: the proleptic Gregorian calendar by arithmetic, and a fixed offset for local
 * time. The C library's calendar functions are not used: they depend on the machine's zone. */
#include <stdio.h>

#include "model/fold.h"
#include "model/period.h"

#define US_PER_SECOND 1000000LL
#define US_PER_DAY (86400LL * US_PER_SECOND)
#define OFFSET_MINUTES_MAX (18 * 60)

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Years start in March here, so that the leap day is a year's last; 400 years ("era") have 146,097
 * days. 719,468 days lie between 0000-03-01 and 1970-01-01. */
static int64_t days_from_civil(int64_t year, int month, int day)
{
    int64_t march_year = month > 2 ? year : year - 1;
    int64_t era = floor_div(march_year, 400);
    int64_t year_of_era = march_year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

static int month_days(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

jb_date jb_date_make(int year, int month, int day)
{
    jb_assert(month >= 1 && month <= 12 && day >= 1 && day <= month_days(year, month));
    return (jb_date)days_from_civil(year, month, day);
}

void jb_date_split(jb_date day, int *ret_year, int *ret_month, int *ret_day)
{
    int64_t days = (int64_t)day + 719468;
    int64_t era = floor_div(days, 146097);
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);

    *ret_day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
    *ret_month = month;
    *ret_year = (int)(year_of_era + era * 400 + (month <= 2 ? 1 : 0));
}

void jb_date_format(jb_date day, char text[16])
{
    int year, month, month_day;

    jb_date_split(day, &year, &month, &month_day);
    snprintf(text, 16, "%04d-%02u-%02u", year, (unsigned)month % 100, (unsigned)month_day % 100);
}

/* Exactly `count` digits at the front of *text; -1 if there are none. */
static int take_number(struct jb_slice *text, size_t count)
{
    int v = 0;

    if (text->len < count)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (text->ptr[i] < '0' || text->ptr[i] > '9')
            return -1;
        v = v * 10 + (text->ptr[i] - '0');
    }
    *text = jb_slice_from(*text, count);
    return v;
}

static jb_err take_date(struct jb_slice *text, jb_date *ret)
{
    struct jb_slice rest = *text;
    int year, month, day;

    year = take_number(&rest, 4);
    if (year < 0 || !jb_take_prefix(&rest, "-"))
        return JB_EINVAL;
    month = take_number(&rest, 2);
    if (month < 1 || month > 12 || !jb_take_prefix(&rest, "-"))
        return JB_EINVAL;
    day = take_number(&rest, 2);
    if (day < 1 || day > month_days(year, month))
        return JB_EINVAL;
    if (year < JB_YEAR_MIN || year > JB_YEAR_MAX)
        return JB_ERANGE;
    *text = rest;
    *ret = jb_date_make(year, month, day);
    return JB_OK;
}

jb_err jb_date_parse(struct jb_slice text, jb_date *ret)
{
    jb_date day;
    jb_err err = take_date(&text, &day);

    if (err)
        return err;
    if (text.len > 0)
        return JB_EINVAL;
    *ret = day;
    return JB_OK;
}

jb_date jb_date_at(int64_t at_us, int offset_minutes)
{
    int64_t second = floor_div(at_us, US_PER_SECOND) + offset_minutes * 60LL;
    int64_t day = floor_div(second, 86400);

    return day < JB_DATE_MIN ? JB_DATE_MIN : day > JB_DATE_MAX ? JB_DATE_MAX : (jb_date)day;
}

void jb_time_format(int64_t at_us, int offset_minutes, char text[40])
{
    int64_t second = floor_div(at_us, US_PER_SECOND) + offset_minutes * 60LL;
    unsigned of_day = (unsigned)(second - floor_div(second, 86400) * 86400);
    unsigned us = (unsigned)(at_us - floor_div(at_us, US_PER_SECOND) * US_PER_SECOND);
    unsigned away = (unsigned)(offset_minutes < 0 ? -offset_minutes : offset_minutes);
    char date[16];

    jb_date_format(jb_date_at(at_us, offset_minutes), date);
    snprintf(text, 40, "%sT%02u:%02u:%02u.%06u%c%02u:%02u", date, of_day / 3600 % 24,
             of_day / 60 % 60, of_day % 60, us % 1000000, offset_minutes < 0 ? '-' : '+',
             away / 60 % 100, away % 60);
}

/* .123456: one to six digits. */
static jb_err take_fraction(struct jb_slice *text, int64_t *ret_us)
{
    int64_t us = 0, unit = US_PER_SECOND / 10;

    while (text->len > 0 && text->ptr[0] >= '0' && text->ptr[0] <= '9') {
        if (unit == 0)
            return JB_EINVAL;
        us += (text->ptr[0] - '0') * unit;
        unit /= 10;
        *text = jb_slice_from(*text, 1);
    }
    if (unit == US_PER_SECOND / 10)
        return JB_EINVAL;
    *ret_us = us;
    return JB_OK;
}

/* hh:mm, hh:mm:ss or hh:mm:ss.ffffff, as microseconds of the day. */
static jb_err take_clock(struct jb_slice *text, int64_t *ret_us)
{
    int64_t fraction = 0;
    int hour = take_number(text, 2), minute, second = 0;

    if (hour < 0 || hour > 23 || !jb_take_prefix(text, ":"))
        return JB_EINVAL;
    minute = take_number(text, 2);
    if (minute < 0 || minute > 59)
        return JB_EINVAL;
    if (jb_take_prefix(text, ":")) {
        second = take_number(text, 2);
        if (second < 0 || second > 59)
            return JB_EINVAL;
        if (jb_take_prefix(text, ".") && take_fraction(text, &fraction) != JB_OK)
            return JB_EINVAL;
    }
    *ret_us = ((hour * 60LL + minute) * 60 + second) * US_PER_SECOND + fraction;
    return JB_OK;
}

/* Z, +08:00, or nothing, which leaves *minutes. */
static jb_err take_offset(struct jb_slice *text, int *minutes)
{
    bool east = jb_take_prefix(text, "+");
    int hour, minute;

    if (jb_take_prefix(text, "Z")) {
        *minutes = 0;
        return east ? JB_EINVAL : JB_OK;
    }
    if (!east && !jb_take_prefix(text, "-"))
        return JB_OK;
    hour = take_number(text, 2);
    if (hour < 0 || !jb_take_prefix(text, ":"))
        return JB_EINVAL;
    minute = take_number(text, 2);
    if (minute < 0 || minute > 59 || hour * 60 + minute > OFFSET_MINUTES_MAX)
        return JB_EINVAL;
    *minutes = east ? hour * 60 + minute : -(hour * 60 + minute);
    return JB_OK;
}

jb_err jb_time_parse(struct jb_slice text, int offset_minutes, int64_t *ret_us)
{
    int64_t clock_us = US_PER_DAY - 1;
    jb_date day;
    jb_err err = take_date(&text, &day);

    if (err)
        return err;
    if (text.len > 0) {
        if (!jb_take_prefix(&text, "T") && !jb_take_prefix(&text, " "))
            return JB_EINVAL;
        if (take_clock(&text, &clock_us) != JB_OK || take_offset(&text, &offset_minutes) != JB_OK)
            return JB_EINVAL;
    }
    if (text.len > 0)
        return JB_EINVAL;
    *ret_us = day * US_PER_DAY + clock_us - offset_minutes * 60 * US_PER_SECOND;
    return JB_OK;
}
