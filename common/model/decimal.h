/* Exact decimals: a 64-bit mantissa and a scale; sums in 128 bits; no binary fractions anywhere.
 * The value is mantissa / 10^scale. Division happens once, on display, by a named rounding rule. */
#ifndef JB_DECIMAL_H
#define JB_DECIMAL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/limits.h"

/* A struct, so that + does not compile. |mantissa| < 10^18, scale <= JB_DECIMALS_MAX. */
struct jb_dec {
    int64_t mantissa;
    uint8_t scale;
};

enum jb_rounding {
    JB_ROUND_HALF_UP = 0, /* half away from zero: the default */
    JB_ROUND_HALF_EVEN,   /* GB/T 8170 */
    JB_ROUND_TRUNCATE,
};
/* "half-up", "half-even", "truncate". */
const char *jb_rounding_name(enum jb_rounding rule);
JB_MUST_USE jb_err jb_rounding_parse(struct jb_slice text, enum jb_rounding *ret);

/* Canonical text only: -?digits(.digits)?, no leading zeros, no sign on zero, no blanks. Trailing
 * zeros in the fraction are accepted and dropped. JB_EINVAL: malformed; JB_ERANGE: more than
 * JB_FIGURE_DIGITS_MAX digits or more than JB_DECIMALS_MAX decimals. */
JB_MUST_USE jb_err jb_dec_parse(struct jb_slice text, struct jb_dec *ret);
/* The same value at exactly `scale` decimals. JB_ERANGE: would lose digits, or the mantissa does
 * not fit. */
JB_MUST_USE jb_err jb_dec_rescale(struct jb_dec value, uint8_t scale, int64_t *ret_mantissa);

#define JB_DEC_TEXT_SIZE 64
/* value / 10^scale without trailing zeros ("0.5", "-12", "0"). Returns the length. */
size_t jb_dec_format(jb_i128 value, uint8_t scale, char text[JB_DEC_TEXT_SIZE]);
/* numerator / denominator (denominator > 0), rounded once to exactly `decimals` digits ("40.00").
 * The arguments are plain integers: bring both to a common scale first, or fold the difference into
 * power10 (the quotient is multiplied by 10^power10 before rounding, power10 in [-18, 18]). Never
 * overflows for |numerator| < 2^120. JB_ERANGE: denominator <= 0, decimals > JB_DECIMALS_MAX, or
 * the result has more than 60 digits. */
JB_MUST_USE jb_err jb_dec_divide(jb_i128 numerator, jb_i128 denominator, int power10,
                                 uint8_t decimals, enum jb_rounding rule,
                                 char text[JB_DEC_TEXT_SIZE]);
/* Rounds a canonical or fixed decimal to `decimals` digits, fixed. */
JB_MUST_USE jb_err jb_dec_round(jb_i128 value, uint8_t scale, uint8_t decimals,
                                enum jb_rounding rule, char text[JB_DEC_TEXT_SIZE]);
/* Checked 128-bit sum. JB_ERANGE on overflow; *sum untouched then. */
JB_MUST_USE jb_err jb_i128_add(jb_i128 *sum, jb_i128 addend);
/* 10^n for n in [0, 18]. */
int64_t jb_pow10(unsigned n);

#endif
