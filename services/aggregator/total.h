/* One figure of one node over one span: folded over units, then time; for a ratio both parts and
 * their quotient. The rules that the design leaves open are in query.h. */
#ifndef JB_TOTAL_H
#define JB_TOTAL_H

#include "rollup.h"
#include "source.h"

struct jb_total_ask {
    struct jb_node node;
    bool own;
    uint32_t indicator;
    struct jb_span span;   /* in base periods of the indicator */
    struct jb_slice basis; /* as asked; empty: 本期, else exactly the span */
    bool part;             /* of `ratio`, whose place in releases counts, not its own */
    uint32_t ratio;
    jb_date today;
};

/* An indicator that is not computed from others. */
struct jb_measured {
    uint32_t indicator;
    struct jb_span span; /* in base periods of this indicator */
    /* answered by the one cell that covers exactly the span (of more than one base period) */
    bool exact_stretch;
    struct jb_result result;
    uint32_t expected, not_yet_due;
};

/* numerator / denominator * 10^power10, denominator > 0. */
struct jb_fraction {
    jb_i128 numerator, denominator;
    int power10;
};

struct jb_total {
    /* of a ratio: state, reason, mark, status, coverage and value period only */
    struct jb_measured self;
    bool is_ratio, unpaired;
    struct jb_measured parts[2]; /* of a ratio: numerator, denominator */
    struct jb_fraction value;    /* when self.result is in state value and no text */
};

/* Errors are the store's only. */
JB_MUST_USE jb_err jb_total_of(jb_source *source, const struct jb_total_ask *ask,
                               struct jb_total *ret);
/* The same for what is no ratio. */
JB_MUST_USE jb_err jb_measured_of(jb_source *source, const struct jb_total_ask *ask,
                                  struct jb_measured *ret);
/* In the published view: why the span cannot be told, as none or only some of its base periods have
 * a release that lists the indicator. JB_REASON_NONE: it can. */
JB_MUST_USE jb_err jb_unpublished(jb_source *source, uint32_t indicator, struct jb_span span,
                                  enum jb_reason *ret);
/* In ratio.c. */
JB_MUST_USE jb_err jb_ratio_of(jb_source *source, const struct jb_total_ask *ask,
                               struct jb_total *ret);
/* The displayed value. JB_ERANGE: too many digits. */
JB_MUST_USE jb_err jb_total_format(const struct jb_total *total,
                                   const struct jb_indicator *indicator, enum jb_rounding rounding,
                                   char text[JB_DEC_TEXT_SIZE]);
bool jb_basis_is_period(struct jb_slice basis);

#endif
