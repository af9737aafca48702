/* Whether figures keep a relation. Pure and exact: integers of 128 bits at the common scale.
 *
 * A marked figure is an interval: 以上 [v, inf), 余 (v, inf), 以内 [0, v], 近 [0, v), both from
 * minus infinity where the indicator may be negative, 约 everything. The relation is broken only if
 * no values within the marks keep it. A figure that stands on both sides, or twice on one, is one
 * value.
 *
 * 不涉及 counts as 0; a relation of nothing but 不涉及 holds. Of a missing figure the rule says
 * what it means: skip (the relation is not checked), zero (it counts as 0, unless all are missing),
 * require (the relation is broken for lack of it). What the unit does not report in that period
 * counts as 0 under zero, and else leaves the relation unchecked. `ytd` is the figure reported on
 * that basis, else the sum of the year's base periods, in which every one counts as a figure. */
#ifndef JB_RULE_EVAL_H
#define JB_RULE_EVAL_H

#include "base/buf.h"
#include "model/catalog.h"
#include "model/figure_source.h"

enum jb_rule_outcome {
    JB_RULE_HOLDS = 1,
    JB_RULE_BROKEN,
    JB_RULE_LACKS,     /* a figure that is required is missing */
    JB_RULE_UNCHECKED, /* for want of figures, as the rule says, or of a form yet to come */
    JB_RULE_UNKNOWN,   /* for want of figures that cannot be known here */
};

struct jb_rule_atom { /* one figure of a relation, brought to the left side */
    uint32_t indicator;
    int32_t ordinal;  /* of its base period */
    uint32_t stretch; /* of its basis */
    int64_t coefficient;
    struct jb_value value;
};
struct jb_rule_side {
    jb_i128 total;                    /* nominal */
    jb_i128 terms[JB_RULE_TERMS_MAX]; /* the first of them, without their coefficients */
    enum jb_mark marks[JB_RULE_TERMS_MAX];
};
/* Room for one evaluation after the other. Starts as all zero. */
struct jb_rule_work {
    struct jb_rule_atom *atoms;
    uint32_t count, cap;
    uint8_t scale; /* of the totals */
    struct jb_rule_side left, right;
    /* LACKS: what is missing. */
    uint32_t lacking;
    struct jb_period lacking_period;
};
void jb_rule_work_free(struct jb_rule_work *work);

/* Evaluates for the base period. Errors are the source's. */
JB_MUST_USE jb_err jb_rule_eval(const struct jb_catalog_view *view, const struct jb_rule *rule,
                                struct jb_period period, const struct jb_figure_source *source,
                                struct jb_rule_work *work, enum jb_rule_outcome *ret);
/* After BROKEN: "12 + 7 = 19 ≠ 20". And the relation in codes: "plan.done + plan.doing =
 * plan.total". What does not fit is cut. Return buf. */
const char *jb_rule_sides_text(const struct jb_rule *rule, const struct jb_rule_work *work,
                               char *buf, size_t size);
const char *jb_rule_text(const struct jb_rule *rule, char *buf, size_t size);

#endif
