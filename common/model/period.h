/* Reporting periods and dates. A period is a frequency and an ordinal (year * frequency + index
 * from 0), so that neighbours differ by one and a year back is `freq` back. Calendar years only.
 * Codes are SDMX's: 2023, 2023-S1, 2023-Q2, 2023-M06; a span is first..last. Years JB_YEAR_MIN to
 * JB_YEAR_MAX are read.
 *
 * A day (2023-05-12) is the period of an ad hoc form 重点工作调度: its ordinal is the date. It
 * stands alone: no coarser period consists of days, and no day is a part of one. */
#ifndef JB_PERIOD_H
#define JB_PERIOD_H

#include "base/base.h"

#define JB_YEAR_MIN 1900
#define JB_YEAR_MAX 2199
#define JB_DAY_YEAR_MIN 1970 /* of a day, so that its ordinal fits the store's keys */
#define JB_DAY_YEAR_MAX 2148

enum jb_freq {
    JB_FREQ_NONE = 0,
    JB_FREQ_YEAR = 1,
    JB_FREQ_HALF = 2,
    JB_FREQ_QUARTER = 4,
    JB_FREQ_MONTH = 12,
    JB_FREQ_DAY = 'D' /* not a number of periods a year; finer than the others */
};

struct jb_period {
    enum jb_freq freq;
    int32_t ordinal;
};

/* first and last have one frequency; first <= last. A single period is a span with first == last.
 */
struct jb_span {
    struct jb_period first, last;
};

/* Days since 1970-01-01, a local date (no zone, no clock). */
typedef int32_t jb_date;
#define JB_DATE_MIN INT32_MIN /* "since ever" */
#define JB_DATE_MAX INT32_MAX /* "for ever" */

#define JB_PERIOD_TEXT_SIZE 64

/* "year", "half", "quarter", "month", "day"; also parses 年 半年 季 月 日, and A S Q M D. */
const char *jb_freq_name(enum jb_freq freq);
JB_MUST_USE jb_err jb_freq_parse(struct jb_slice text, enum jb_freq *ret);

struct jb_period jb_period_make(enum jb_freq freq, int year, int index);
int jb_period_year(struct jb_period period);
int jb_period_index(struct jb_period period); /* in its year, from 0 */
bool jb_period_eq(struct jb_period a, struct jb_period b);
struct jb_period jb_period_add(struct jb_period period, int32_t steps);
jb_date jb_period_first_day(struct jb_period period);
jb_date jb_period_last_day(struct jb_period period);
/* The period of that frequency which contains the day. */
struct jb_period jb_period_at(enum jb_freq freq, jb_date day);
/* "2023-Q2". */
void jb_period_format(struct jb_period period, char text[JB_PERIOD_TEXT_SIZE]);
/* "2023年第二季度", "2023年上半年", "2023年", "2023年6月". */
void jb_period_format_zh(struct jb_period period, char text[JB_PERIOD_TEXT_SIZE]);

/* Reads a period or a span: 2023-Q2, 2023Q2, 2023-S1, 2023-H1, 2023, 2023-M06, 2023-06,
 * 2023-06-12, a..b (both sides of one frequency or brought to the finer one; days only with days),
 * 2023年, 2023年第二季度, 2023年二季度, 2023年2季度, 2023年上半年, 2023年下半年, 2023年前三季度,
 * 2023年1-9月, 2023年6月, 2023年6月12日; full-width digits and blanks around are read. JB_EINVAL:
 * not a period; JB_ERANGE: last before first, or the year is out of range. */
JB_MUST_USE jb_err jb_span_parse(struct jb_slice text, struct jb_span *ret);
/* A single period, or a span that is exactly one (2023年1-3月 is 2023-Q1); another span is
 * JB_EINVAL. */
JB_MUST_USE jb_err jb_period_parse(struct jb_slice text, struct jb_period *ret);
/* A single period as its code ("2023", "2022-Q4"), else "first..last". Uses the coarsest single
 * code that covers exactly the span ("2023-Q1..2023-Q4" prints as 2023, "2023-Q1..2023-Q2" as
 * 2023-S1). */
void jb_span_format(struct jb_span span, char text[JB_PERIOD_TEXT_SIZE]);
void jb_span_format_zh(struct jb_span span, char text[JB_PERIOD_TEXT_SIZE]);
struct jb_span jb_span_of(struct jb_period period);
bool jb_span_eq(struct jb_span a, struct jb_span b); /* the same days */
uint32_t jb_span_count(struct jb_span span);
/* The span in base periods of `base`. JB_EINVAL: the span does not consist of whole base periods (a
 * question finer than the base period), or exactly one of the two is days. */
JB_MUST_USE jb_err jb_span_to_base(struct jb_span span, enum jb_freq base, struct jb_span *ret);
/* The same span a year earlier, or the span of equal length just before. */
struct jb_span jb_span_year_before(struct jb_span span);
struct jb_span jb_span_before(struct jb_span span);

/* "2023-06-30". */
void jb_date_format(jb_date day, char text[16]);
JB_MUST_USE jb_err jb_date_parse(struct jb_slice text, jb_date *ret);
jb_date jb_date_make(int year, int month, int day);
void jb_date_split(jb_date day, int *ret_year, int *ret_month, int *ret_day);
/* The local day of a moment at a fixed offset from UTC (the catalogue's zone; China is +480
 * minutes, no summer time). */
jb_date jb_date_at(int64_t at_us, int offset_minutes);
/* "2023-06-30T12:00:00.000000+08:00". */
void jb_time_format(int64_t at_us, int offset_minutes, char text[40]);
/* Reads the above (fraction and offset optional; without offset: offset_minutes), and a plain date
 * as its end of day. */
JB_MUST_USE jb_err jb_time_parse(struct jb_slice text, int offset_minutes, int64_t *ret_us);

#endif
