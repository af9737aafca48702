/* A relation 审核关系 that a unit's figures must keep: sum, operator, sum. What it means when
 * figures are missing or marked is rule_eval.h's to say.
 *
 * A sum is written as
 *
 *     sum   = ["-"] term { ("+" | "-") term }
 *     term  = number | [integer "*"] code ["@" when]
 *     when  = "previous" | "year_ago" | "ytd" | "ytd_previous"
 *
 * with + and - between blanks, because a code may contain a hyphen. A word of digits, with or
 * without a decimal point, is a number. Alone, a code is the figure of the period that is filed. */
#ifndef JB_RULE_H
#define JB_RULE_H

#include "base/base.h"
#include "base/limits.h"
#include "model/decimal.h"

enum jb_rule_when {
    JB_WHEN_NOW = 0,
    JB_WHEN_PREVIOUS,     /* the base period before */
    JB_WHEN_YEAR_AGO,     /* the same base period a year before */
    JB_WHEN_YTD,          /* from the year's first base period to this one */
    JB_WHEN_YTD_PREVIOUS, /* and to the one before; nothing, so 0, in the year's first */
    /* Of the built-in checks, not for texts: what is reported on the basis ytd, and the sum of the
     * year's base periods whatever is. */
    JB_WHEN_YTD_REPORTED,
    JB_WHEN_YTD_SUM,
};
enum jb_rule_op { JB_OP_EQ = 1, JB_OP_NE, JB_OP_LT, JB_OP_LE, JB_OP_GT, JB_OP_GE };
enum jb_rule_missing { JB_MISSING_SKIP = 0, JB_MISSING_ZERO, JB_MISSING_REQUIRE };

struct jb_rule_term {
    int32_t coefficient; /* signed; of a constant 1 or -1 */
    enum jb_rule_when when;
    struct jb_slice code;   /* empty: a constant */
    struct jb_dec constant; /* never below zero */
    uint32_t indicator;     /* index in the catalogue; the text alone leaves it 0 */
};
struct jb_rule_sum {
    struct jb_rule_term terms[JB_RULE_TERMS_MAX];
    uint32_t count;
};

/* Reads a sum. JB_EINVAL: *ret is untouched, *ret_at is the place of the mistake in characters from
 * 1, *ret_expected what ought to stand there, in the user's language. */
JB_MUST_USE jb_err jb_rule_sum_parse(struct jb_slice text, struct jb_rule_sum *ret, size_t *ret_at,
                                     const char **ret_expected);
/* "previous"; "" for the period itself. */
const char *jb_rule_when_name(enum jb_rule_when when);
/* "skip". */
const char *jb_rule_missing_name(enum jb_rule_missing missing);
/* "<=". The other way round, for what was found instead: ">" of "<=", as reports print it. */
const char *jb_rule_op_name(enum jb_rule_op op);
const char *jb_rule_op_broken(enum jb_rule_op op);

#endif
