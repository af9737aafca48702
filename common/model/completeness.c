/* Counting, and fractions compared by their products. */
#include "model/completeness.h"

#include <stdio.h>

#include "base/text.h"
#include "model/decimal.h"

#define PERCENT_POWER 2
#define PERCENT_DECIMALS 2

enum jb_timing jb_verdict_timing(const struct jb_verdict *verdict)
{
    bool missed = verdict->overdue_days > 0 || (verdict->judged && verdict->late_days > 0);
    if (!verdict->dated)
        return JB_TIMING_NONE;
    if (missed && verdict->excused)
        return JB_TIMING_EXCUSED;
    if (verdict->overdue_days > 0)
        return JB_TIMING_OVERDUE;
    if (!verdict->judged)
        return JB_TIMING_PENDING;
    return missed ? JB_TIMING_LATE : JB_TIMING_ON_TIME;
}

static const struct {
    const char *code, *name;
} timings[] = {
    [JB_TIMING_NONE] = {"none", ""},
    [JB_TIMING_PENDING] = {"pending", N_("not due yet")},
    [JB_TIMING_ON_TIME] = {"on_time", N_("on time")},
    [JB_TIMING_LATE] = {"late", N_("late")},
    [JB_TIMING_OVERDUE] = {"overdue", N_("overdue")},
    [JB_TIMING_EXCUSED] = {"excused", N_("excused")},
};

const char *jb_timing_code(enum jb_timing timing)
{
    return timings[timing].code;
}

const char *jb_timing_name(enum jb_timing timing)
{
    return timings[timing].name;
}

static void raise_to(uint32_t *max, uint32_t value)
{
    if (value > *max)
        *max = value;
}

static void add_timing(struct jb_completeness *sum, const struct jb_verdict *verdict)
{
    switch (jb_verdict_timing(verdict)) {
    case JB_TIMING_NONE:
        return;
    case JB_TIMING_PENDING:
        sum->pending++;
        return;
    case JB_TIMING_ON_TIME:
        sum->on_time++;
        return;
    case JB_TIMING_LATE:
        sum->late++;
        raise_to(&sum->late_days_max, verdict->late_days);
        return;
    case JB_TIMING_OVERDUE:
        sum->overdue++;
        raise_to(&sum->overdue_days_max, verdict->overdue_days);
        return;
    case JB_TIMING_EXCUSED:
        sum->excused++;
        return;
    }
}

void jb_completeness_add(struct jb_completeness *sum, const struct jb_filing_count *filing)
{
    if (filing->rows_expected == 0)
        return;
    bool reported = filing->state > JB_FILING_NOT_REPORTED;
    sum->forms_expected++;
    sum->forms_reported += reported;
    sum->not_reported += !reported;
    sum->submitted += filing->state == JB_FILING_SUBMITTED;
    sum->returned += filing->state == JB_FILING_RETURNED;
    sum->accepted += filing->state == JB_FILING_ACCEPTED;
    sum->flawed += reported && (filing->returns > 0 || filing->corrections > 0);
    sum->rows_expected += filing->rows_expected;
    sum->rows_reported += filing->rows_reported;
    add_timing(sum, &filing->verdict);
}

static const struct {
    const char *code, *name;
} rates[JB_RATES] = {
    [JB_RATE_REPORTED] = {"reported_rate", N_("reporting rate")},
    [JB_RATE_TIMELY] = {"timely_rate", N_("timely rate")},
    [JB_RATE_COMPLETE] = {"complete_rate", N_("complete rate")},
    [JB_RATE_ERROR] = {"error_rate", N_("error rate")},
};

const char *jb_rate_code(enum jb_rate_kind kind)
{
    return rates[kind].code;
}

const char *jb_rate_name(enum jb_rate_kind kind)
{
    return rates[kind].name;
}

struct jb_rate jb_completeness_rate(const struct jb_completeness *sum, enum jb_rate_kind kind)
{
    switch (kind) {
    case JB_RATE_REPORTED:
        return (struct jb_rate){sum->forms_reported, sum->forms_expected};
    case JB_RATE_TIMELY:
        return (struct jb_rate){sum->on_time, sum->on_time + sum->late + sum->overdue};
    case JB_RATE_COMPLETE:
        return (struct jb_rate){sum->rows_reported, sum->rows_expected};
    case JB_RATE_ERROR:
        return (struct jb_rate){sum->flawed, sum->forms_reported};
    case JB_RATES:
        break;
    }
    return (struct jb_rate){0};
}

void jb_rate_format(struct jb_rate rate, char text[JB_RATE_TEXT_SIZE])
{
    char number[JB_DEC_TEXT_SIZE];
    text[0] = '\0';
    if (rate.whole && !jb_dec_divide(rate.part, rate.whole, PERCENT_POWER, PERCENT_DECIMALS,
                                     JB_ROUND_HALF_UP, number))
        snprintf(text, JB_RATE_TEXT_SIZE, "%.12s%%", number);
}

/* Below 0: a is the greater rate. */
static int compare_rates(struct jb_rate a, struct jb_rate b)
{
    uint64_t left = (uint64_t)a.part * b.whole, right = (uint64_t)b.part * a.whole;
    if (a.whole == 0 || b.whole == 0)
        return (a.whole == 0) - (b.whole == 0);
    return (left < right) - (left > right);
}

int jb_completeness_compare(const struct jb_completeness *a, const struct jb_completeness *b)
{
    for (enum jb_rate_kind kind = JB_RATE_REPORTED; kind < JB_RATE_ERROR; kind++) {
        int order = compare_rates(jb_completeness_rate(a, kind), jb_completeness_rate(b, kind));
        if (order)
            return order;
    }
    struct jb_rate x = jb_completeness_rate(a, JB_RATE_ERROR);
    struct jb_rate y = jb_completeness_rate(b, JB_RATE_ERROR);
    return x.whole && y.whole ? compare_rates(y, x) : compare_rates(x, y);
}
