/* What a department does next about one of its filings: the one answer to "where do we stand". */
#ifndef JB_NEXT_STEP_H
#define JB_NEXT_STEP_H

#include "model/completeness.h"

enum jb_next_step {
    JB_STEP_NOTHING = 0,     /* nothing is owed, or it is done */
    JB_STEP_WAIT_TO_OPEN,    /* the period or the form does not take figures yet */
    JB_STEP_SUBMIT,          /* fill it in and submit it */
    JB_STEP_SUBMIT_NOW,      /* it is overdue */
    JB_STEP_ADD_MISSING,     /* it came, rows are missing */
    JB_STEP_CORRECT,         /* it was returned */
    JB_STEP_WAIT_FOR_REVIEW, /* it is complete */
    JB_STEP_ASK_TO_REOPEN,   /* something is missing and the period or the form takes no more */
    JB_NEXT_STEPS,
};
const char *jb_next_step_code(enum jb_next_step step); /* "submit_now" */
const char *jb_next_step_name(enum jb_next_step step); /* a msgid: what to do, in words */

struct jb_filing_place {
    struct jb_filing_count filing;
    enum jb_period_phase phase; /* 0: periods are free */
    bool reopened;              /* for the unit */
    jb_date opens_on, locks_on; /* JB_DATE_MIN, JB_DATE_MAX: none */
};
enum jb_next_step jb_next_step(const struct jb_filing_place *place, jb_date today);

#endif
