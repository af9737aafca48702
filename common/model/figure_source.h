/* Where checks across figures look: the figures of one unit as they would stand with the submission
 * that is checked. The aggregator answers from the store and the submission, the agent from its
 * file alone. */
#ifndef JB_FIGURE_SOURCE_H
#define JB_FIGURE_SOURCE_H

#include "model/figure.h"
#include "model/period.h"

enum jb_found {
    JB_FOUND_VALUE = 1, /* value has it: VALUE or NOT_APPLICABLE */
    JB_FOUND_MISSING,   /* could be reported; is not, or was withdrawn */
    JB_FOUND_NOT_OWED,  /* the unit does not report it in that period */
    JB_FOUND_PENDING,   /* stands in another form, which is not there yet for the period */
    JB_FOUND_UNKNOWN,   /* cannot be known here */
};
struct jb_found_figure {
    enum jb_found found;
    struct jb_value value; /* at the indicator's decimals */
};
struct jb_figure_source {
    void *ctx;
    /* An indicator by its index in the catalogue, a base period, and the stretch of the basis (0:
     * 本期). Anything but JB_OK is the store's failure, and ends the check. */
    jb_err (*get)(void *ctx, uint32_t indicator, struct jb_period period, uint32_t stretch,
                  struct jb_found_figure *ret);
};

#endif
