/* Completeness 填报情况: what stands in one filing against what was due, counts of many filings,
 * and the rates made of them. This header is the one place that defines them; whoever shows them
 * names them as here.
 *
 * Only expected filings 应报 count: those of the frozen expected set, with its amendments, that owe
 * at least one row. Every count is one of a subset of them, so that no rate can pass 100 %.
 *
 *   上报率 reported rate      forms_reported / forms_expected
 *                             reported 实报: something was submitted, whatever became of it
 *   及时率 timely rate        on_time / (on_time + late + overdue)
 *                             of what came or should have come; what is not yet due, what knows no
 * due date (backfill, no date in the catalogue) and what is excused is in neither 完整率 complete
 * rate      rows_reported / rows_expected a row is there with a value or as not applicable, on any
 * basis 差错率 error rate         flawed / forms_reported flawed: returned at least once, or
 * corrected after it was accepted
 *
 * Rates are two counts; they are divided once, for display. */
#ifndef JB_COMPLETENESS_H
#define JB_COMPLETENESS_H

#include "model/act.h"
#include "model/period.h"

/* One filing against its dates. */
struct jb_verdict {
    bool dated;            /* there is a due date: it knows lateness */
    jb_date due_on;        /* in force, or the one it was judged by; of a return: its own */
    bool judged;           /* it came, complete, and had to meet a due date */
    uint32_t late_days;    /* judged: by how many days it missed it 迟报; 0: on time */
    uint32_t overdue_days; /* it has not come, or not come back, and is due since 逾期未报 */
    bool excused;          /* the lateness, by the bureau */
};
/* How a filing counts for timeliness: exactly one of these. */
enum jb_timing {
    JB_TIMING_NONE = 0,    /* knows no lateness */
    JB_TIMING_PENDING = 1, /* not due yet */
    JB_TIMING_ON_TIME = 2,
    JB_TIMING_LATE = 3,    /* came late */
    JB_TIMING_OVERDUE = 4, /* has not come */
    JB_TIMING_EXCUSED = 5, /* either of the two, excused */
};
enum jb_timing jb_verdict_timing(const struct jb_verdict *verdict);
/* "none", "pending", "on_time", "late", "overdue", "excused". */
const char *jb_timing_code(enum jb_timing timing);
const char *jb_timing_name(enum jb_timing timing); /* msgid; "" of NONE */

struct jb_completeness {
    uint32_t forms_expected, forms_reported;
    uint32_t not_reported, submitted, returned, accepted; /* sum: forms_expected */
    uint32_t pending, on_time, late, overdue, excused;    /* of those that are dated */
    uint32_t late_days_max, overdue_days_max;
    uint32_t flawed;
    uint32_t rows_expected, rows_reported;
};
/* One filing, as a status row tells it. */
struct jb_filing_count {
    enum jb_filing_state state;
    struct jb_verdict verdict;
    uint32_t returns, corrections, rows_expected, rows_reported;
};
/* A filing that owes no row changes nothing. */
void jb_completeness_add(struct jb_completeness *sum, const struct jb_filing_count *filing);

/* part <= whole; whole 0: there is nothing to divide by. */
struct jb_rate {
    uint32_t part, whole;
};
enum jb_rate_kind {
    JB_RATE_REPORTED = 0,
    JB_RATE_TIMELY = 1,
    JB_RATE_COMPLETE = 2,
    JB_RATE_ERROR = 3,
    JB_RATES = 4,
};
const char *jb_rate_code(enum jb_rate_kind kind); /* "reported_rate" */
const char *jb_rate_name(enum jb_rate_kind kind); /* msgid */
struct jb_rate jb_completeness_rate(const struct jb_completeness *sum, enum jb_rate_kind kind);
/* "83.33%", half away from zero; "" when there is nothing to divide by. */
#define JB_RATE_TEXT_SIZE 16
void jb_rate_format(struct jb_rate rate, char text[JB_RATE_TEXT_SIZE]);

/* The order of a ranking, best first: by reported, timely and complete rate, then by the lower
 * error rate; a rate with nothing to divide by stands behind every other. Exact. 0: they share a
 * place. */
int jb_completeness_compare(const struct jb_completeness *a, const struct jb_completeness *b);

#endif
