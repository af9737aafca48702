/* From the store's record to the wire's words. */
#include "standing.h"

struct jb_filing_standing jb_standing_of(const struct jb_filing *filing)
{
    return (struct jb_filing_standing){
        .state = filing->state,
        .complete_at_us = filing->complete_at_us,
        .accepted_revision = filing->accepted_revision,
        .act_revision =
            filing->last_revision > filing->submission_revision ? filing->last_revision : 0,
        .has_due = filing->has_due,
        .due_on = filing->due_on,
        .returns = filing->returns,
        .corrections = filing->corrections,
        .excused = filing->excused,
    };
}
