/* Checks a submission against the catalogue: the same code in the agent (before sending) and in the
 * aggregator (deciding). Pure: no I/O, no clock. Checks that need the store (predecessor, id,
 * nothing to withdraw) are the aggregator's. */
#ifndef JB_CHECK_H
#define JB_CHECK_H

#include "model/catalog.h"
#include "model/finding.h"
#include "model/submission.h"

/* One row made exact: what it sets. */
struct jb_effect {
    uint32_t indicator; /* index in the catalogue */
    uint32_t row;       /* index in submission.rows */
    uint32_t
        stretch; /* basis: base periods before `period` at which the stretch starts; 0 = 本期 */
    struct jb_value value;
    bool is_text;
};

struct jb_checked {
    uint32_t unit, form;     /* indexes */
    struct jb_period period; /* a base period of the form's frequency */
    uint32_t effect_count;   /* one a row, in the rows' order */
};

/* today: the local date, against future periods (a period may be reported before it ends, not
 * before it begins). effects: room for submission->row_count. Every mistake is added to findings,
 * not only the first. JB_OK: *ret and effects are complete. JB_EINVAL: findings has errors, or
 * something that needs an explanation and has none; *ret untouched. */
JB_MUST_USE jb_err jb_check_submission(const jb_catalog *catalog,
                                       const struct jb_submission *submission, jb_date today,
                                       struct jb_effect *effects, struct jb_checked *ret,
                                       struct jb_findings *findings);

/* Reads a basis as people and files write it: "", 本期/period, 本年累计/ytd/year-to-date,
 * since:2021-Q1, 2021-Q1, 累计:2021-Q1, 2021年以来 … relative to period, checked against nothing.
 * "" gives the indicator's default. JB_EINVAL: not readable, starts after period, is finer than
 * period, or "" where the default basis needs a start. */
JB_MUST_USE jb_err jb_basis_parse(const struct jb_indicator *indicator, struct jb_slice text,
                                  struct jb_period period, uint32_t *ret_stretch);
/* "" for 0 (本期), else the span's code ("2021-Q1..2023-Q2"). */
void jb_basis_format(struct jb_period period, uint32_t stretch, char text[JB_PERIOD_TEXT_SIZE]);

#endif
