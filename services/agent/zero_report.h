/* 零报告: nothing happened in a period. Every flow that is owed is 0, because a duty without a case
 * is 0; a rate of nothing is not applicable where the catalogue allows that without a reason; what
 * stands at the period's end is asked for, or taken as it stood (与上期一致). */
#ifndef JB_AGENT_ZERO_REPORT_H
#define JB_AGENT_ZERO_REPORT_H

#include "submitting.h"

struct jb_zero_report {
    uint32_t unit, form; /* indexes; form JB_NONE: all that the unit owes */
    struct jb_period period;
    bool as_before; /* with the figures of the base period before for what stands */
};
/* Makes the report and lets it go its way. Everything wrong is told on standard error, what is left
 * to give above all. */
enum jb_exit jb_zero_report_submit(struct jb_submitting *s, const struct jb_zero_report *report);

#endif
