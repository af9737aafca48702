/* What the files of the filing's check share. Included by filing_check*.c only. */
#ifndef JB_FILING_CHECK_PARTS_H
#define JB_FILING_CHECK_PARTS_H

#include "model/filing_check.h"
#include "model/rule_eval.h"

#define JB_NO_EFFECT UINT32_MAX

struct jb_filing_run {
    struct jb_filing_check *check;
    const struct jb_catalog_view *view;
    const struct jb_form *form;
    struct jb_period period;
    uint32_t *effect_of; /* by row of the form: its first effect, or JB_NO_EFFECT; NULL: all rows
                            are looked at */
};

/* The effect that sets the indicator, or JB_NO_EFFECT. *ret_touched: there is one, or what stands
 * is checked and the form has the indicator. */
uint32_t jb_filing_run_effect(const struct jb_filing_run *run, uint32_t indicator,
                              bool *ret_touched);
/* A finding at an indicator's row (JB_NONE: at the whole form). It is not added where it may be
 * explained and is: `whole` allows the submission's explanation to do so. */
struct jb_filing_report {
    enum jb_finding_code code;
    uint32_t indicator;
    bool error, whole;
    const char *got, *expected, *hint;
};
void jb_filing_run_report(const struct jb_filing_run *run, const struct jb_filing_report *report);
/* The unit's figure so many base periods before; JB_OK also when there is none. */
JB_MUST_USE jb_err jb_filing_run_look(const struct jb_filing_run *run, uint32_t indicator,
                                      uint32_t before, uint32_t stretch,
                                      struct jb_found_figure *ret);

/* The built-in checks. */
JB_MUST_USE jb_err jb_filing_check_history(const struct jb_filing_run *run);
JB_MUST_USE jb_err jb_filing_check_unchanged(const struct jb_filing_run *run);
JB_MUST_USE jb_err jb_filing_check_years(const struct jb_filing_run *run);

#endif
