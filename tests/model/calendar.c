/* Months are counted from year 0; everything else is a division. */
#include "calendar.h"

#include <stdio.h>

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

int cal_last_day(int freq, int ordinal)
{
    int months = (ordinal + 1) * (12 / freq); /* that have passed at its end */
    int year = (months - 1) / 12;
    int month = (months - 1) % 12 + 1;
    return year * 10000 + month * 100 + month_days(year, month);
}

int cal_first_day(int freq, int ordinal)
{
    int months = ordinal * (12 / freq);
    return months / 12 * 10000 + (months % 12 + 1) * 100 + 1;
}

int cal_day_of_test(int days)
{
    int year = 2022, month = 8, day = 15;
    for (; days > 0; days--) {
        if (++day <= month_days(year, month))
            continue;
        day = 1;
        if (++month > 12) {
            month = 1;
            year++;
        }
    }
    return year * 10000 + month * 100 + day;
}

void cal_code(int freq, int ordinal, char text[32])
{
    int year = ordinal / freq, n = ordinal % freq + 1;
    if (freq == 1)
        snprintf(text, 32, "%04d", year);
    else if (freq == 12)
        snprintf(text, 32, "%04d-M%02d", year, n);
    else
        snprintf(text, 32, "%04d-%c%d", year, freq == 2 ? 'S' : 'Q', n);
}

bool cal_in(struct stretch s, int freq, struct stretch *ret)
{
    int months = 12 / s.freq, wanted = 12 / freq;
    int from = s.first * months, until = (s.first + s.count) * months;
    if (from % wanted || until % wanted)
        return false;
    *ret = (struct stretch){freq, from / wanted, (until - from) / wanted};
    return true;
}

void cal_stretch_text(struct stretch s, char text[80])
{
    static const int freqs[] = {1, 2, 4, 12};
    char first[32], last[32];
    for (int i = 0; i < 4; i++) {
        struct stretch coarse;
        if (cal_in(s, freqs[i], &coarse) && coarse.count == 1) {
            cal_code(freqs[i], coarse.first, first);
            snprintf(text, 80, "%s", first);
            return;
        }
    }
    cal_code(s.freq, s.first, first);
    cal_code(s.freq, s.first + s.count - 1, last);
    snprintf(text, 80, "%s..%s", first, last);
}
