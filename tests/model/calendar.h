/* The model's own calendar: a base period is (frequency, ordinal), a day is the number yyyymmdd.
 * Shares nothing with model/period.h, which it checks. */
#ifndef MODEL_CALENDAR_H
#define MODEL_CALENDAR_H

#include <stdbool.h>

#define DAY_EVER 0
#define DAY_NEVER 99999999

/* A stretch of base periods: `count` of them from `first`; freq periods a year; period n of year y
 * is y * freq + n - 1. */
struct stretch {
    int freq, first, count;
};

int cal_last_day(int freq, int ordinal);
int cal_first_day(int freq, int ordinal);
/* Days after 2022-08-15. */
int cal_day_of_test(int days);
/* "2022", "2022-S1", "2022-Q3", "2022-M06". */
void cal_code(int freq, int ordinal, char text[32]);
/* A single code where one fits, else "first..last". */
void cal_stretch_text(struct stretch s, char text[80]);
/* The same days in periods of another frequency; false when they are not whole ones. */
bool cal_in(struct stretch s, int freq, struct stretch *ret);

#endif
