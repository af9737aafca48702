/* The arithmetic of rollups: pure, exact, no I/O, no clock (design: rollup = time_agg of unit_agg).
 */
#ifndef JB_ROLLUP_H
#define JB_ROLLUP_H

#include "cell.h"
#include "model/catalog.h"
#include "model/decimal.h"

/* What one own figure contributes to a sum cell. with_extreme: the indicator's unit_agg is min or
 * max. negative_allowed matters to at_most and nearly, which have 0 as lower end otherwise. */
void jb_sum_cell_of(const struct jb_indicator *indicator, const struct jb_own_cell *own,
                    struct jb_sum_cell *ret);
/* *into += part, or -= part (extremes are left alone: they are recomputed from children by
 * jb_extreme_merge). */
void jb_sum_cell_add(struct jb_sum_cell *into, const struct jb_sum_cell *part);
void jb_sum_cell_subtract(struct jb_sum_cell *from, const struct jb_sum_cell *part);
/* The extreme of the union of two sets. */
void jb_extreme_merge(enum jb_unit_agg agg, struct jb_sum_cell *into,
                      const struct jb_sum_cell *part);
bool jb_sum_cell_is_empty(const struct jb_sum_cell *cell);
/* The same stretch and content; slots are not compared. */
bool jb_sum_cell_eq(const struct jb_sum_cell *a, const struct jb_sum_cell *b);

/* Why an answer is not computable: stable codes for the wire ("other_stretch", ...). */
enum jb_reason {
    JB_REASON_NONE = 0,
    JB_REASON_SEVERAL_REPORTED, /* sole, and more than one unit reported */
    JB_REASON_NOT_OVER_TIME,    /* time_agg none, and no value for exactly this stretch */
    JB_REASON_NO_DENOMINATOR,   /* missing or zero */
    JB_REASON_NO_NUMERATOR,
    JB_REASON_NO_COMMON_PERIOD,  /* ratio of stocks without one common value_period */
    JB_REASON_BASE_NOT_POSITIVE, /* growth */
    JB_REASON_BASE_INCOMPLETE,
    JB_REASON_INCOMPLETE,
    JB_REASON_SPAN_TOO_LONG,
    JB_REASON_TEXT,             /* text of several units or periods */
    JB_REASON_NOT_PUBLISHED,    /* no release of the period lists the indicator */
    JB_REASON_PARTLY_PUBLISHED, /* of some of the span's base periods */
    JB_REASON_UNPAIRED,         /* a ratio that would be published of unequal reporting sets */
    JB_REASON_RANGE,            /* the number has more digits than are supported */
};
const char *jb_reason_code(enum jb_reason reason); /* "" for none */

/* A rollup over units and time: numerator / (10^scale * denominator). */
struct jb_result {
    enum jb_state state;
    enum jb_reason reason;
    jb_i128 number;   /* state value */
    uint32_t divisor; /* 1; means: how many it is divided by on display */
    uint8_t scale;
    enum jb_mark mark;
    enum jb_status status;
    uint32_t reported; /* value + not applicable, over the base periods that count */
    uint32_t parts;    /* values that went in */
    bool has_value_period;
    struct jb_period value_period; /* stocks */
};

/* Folds the cells of one node and indicator over the base periods of a span; cells[i] belongs to
 * first + i and may be NULL (nothing there). expected: of the whole span (for the state
 * not_applicable against not_reported). Stocks, rates and means follow design section 8. Only 本期
 * cells are folded; for another basis pass the one cell with count 1 and exact_stretch. */
void jb_rollup_fold(const struct jb_indicator *indicator, const struct jb_sum_cell *const *cells,
                    uint32_t count, struct jb_period first, bool exact_stretch, uint32_t expected,
                    struct jb_result *ret);

/* The mark of a sum, from the marks of its parts. */
enum jb_mark jb_mark_of_sum(const uint32_t marks[JB_MARKS]);
enum jb_mark jb_mark_of_extreme(const struct jb_extreme *extreme);
/* The mark of a / b and of a growth a / b - 1 (b > 0): an upward mark below the line points down
 * above it, unless a is below zero; and what is below the line does not matter when a is zero.
 * a_sign: of the nominal a (-1, 0, 1). */
enum jb_mark jb_mark_of_quotient(enum jb_mark a, int a_sign, enum jb_mark b);

/* The displayed text of a result in state value: sums without trailing zeros, means at
 * display_decimals. */
JB_MUST_USE jb_err jb_result_format(const struct jb_result *result,
                                    const struct jb_indicator *indicator, enum jb_rounding rounding,
                                    char text[JB_DEC_TEXT_SIZE]);

#endif
