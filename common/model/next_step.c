/* First whether anything is to be done, then whether it can be. */
#include "model/next_step.h"

#include "base/text.h"

static const struct {
    const char *code, *name;
} steps[JB_NEXT_STEPS] = {
    [JB_STEP_NOTHING] = {"nothing", N_("nothing is to be done")},
    [JB_STEP_WAIT_TO_OPEN] = {"wait_to_open", N_("wait until reporting begins")},
    [JB_STEP_SUBMIT] = {"submit", N_("fill it in and submit it")},
    [JB_STEP_SUBMIT_NOW] = {"submit_now", N_("submit it now: it is overdue")},
    [JB_STEP_ADD_MISSING] = {"add_missing", N_("submit what is missing")},
    [JB_STEP_CORRECT] = {"correct", N_("correct it and submit it again")},
    [JB_STEP_WAIT_FOR_REVIEW] = {"wait_for_review", N_("wait for the review")},
    [JB_STEP_ASK_TO_REOPEN] = {"ask_to_reopen", N_("ask the bureau to reopen it")},
};

const char *jb_next_step_code(enum jb_next_step step)
{
    return steps[step].code;
}

const char *jb_next_step_name(enum jb_next_step step)
{
    return steps[step].name;
}

/* What is wanted, were it allowed at any time. */
static enum jb_next_step wanted(const struct jb_filing_count *filing)
{
    bool overdue = filing->verdict.overdue_days > 0;
    bool whole = filing->rows_reported >= filing->rows_expected;
    if (filing->state == JB_FILING_RETURNED)
        return JB_STEP_CORRECT;
    if (filing->rows_expected == 0)
        return JB_STEP_NOTHING;
    if (!whole && overdue)
        return JB_STEP_SUBMIT_NOW;
    if (filing->state == JB_FILING_NOT_REPORTED && !whole)
        return JB_STEP_SUBMIT;
    if (!whole)
        return JB_STEP_ADD_MISSING;
    return filing->state == JB_FILING_SUBMITTED ? JB_STEP_WAIT_FOR_REVIEW : JB_STEP_NOTHING;
}

enum jb_next_step jb_next_step(const struct jb_filing_place *place, jb_date today)
{
    enum jb_next_step step = wanted(&place->filing);
    if (step == JB_STEP_NOTHING || step == JB_STEP_WAIT_FOR_REVIEW || place->reopened)
        return step;
    if (place->phase == JB_PERIOD_NOT_OPENED || today < place->opens_on)
        return JB_STEP_WAIT_TO_OPEN;
    if (place->phase == JB_PERIOD_CLOSED || place->phase == JB_PERIOD_PUBLISHED)
        return JB_STEP_ASK_TO_REOPEN;
    /* What was returned may come back past the lock. */
    return today > place->locks_on && step != JB_STEP_CORRECT ? JB_STEP_ASK_TO_REOPEN : step;
}
