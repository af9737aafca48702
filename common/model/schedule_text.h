/* Days and schedules in words, for people. Messages are in the user's language; zh says how days
 * are written. */
#ifndef JB_SCHEDULE_TEXT_H
#define JB_SCHEDULE_TEXT_H

#include "base/buf.h"
#include "model/catalog.h"

#define JB_DAY_TEXT_SIZE 64
#define JB_FORM_DAY_TEXT_SIZE (2 * JB_DAY_TEXT_SIZE + JB_SHORT_TEXT_BYTES_MAX + 64)

/* "Saturday 10 April 2021", "2021年4月10日（星期六）". */
void jb_day_format(jb_date day, bool zh, char text[JB_DAY_TEXT_SIZE]);
/* A due or lock day with where it moved from: "Monday 12 April 2021, moved from Saturday 10 April",
 * and by which holiday. "—" for a day that is none. */
void jb_form_day_format(const struct jb_workdays *workdays, jb_date on, jb_date before, bool zh,
                        char text[JB_FORM_DAY_TEXT_SIZE]);
/* "opens 10 days before the period's last day; due 10 days after it ..."; NULL: "no dates". */
void jb_schedule_describe(const struct jb_schedule *schedule, struct jb_buf *out);
/* The first year in which the period's due or lock day may have moved although no holiday of that
 * year is listed, or 0. */
int jb_catalog_unlisted_year(const jb_catalog *c, uint32_t form, const struct jb_form_dates *dates);

#endif
