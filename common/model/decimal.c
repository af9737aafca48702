/* Exact decimals: reading, rescaling, printing and the one division. A quotient is made as a string
 * of digits, one step of long division each, so that no product of the arguments is ever formed and
 * nothing can overflow. */
#include "model/decimal.h"

#include <stdio.h>

#define I128_DIGITS 39
#define QUOTIENT_DIGITS_MAX 60
/* Carry, integer digits of any 128-bit number, then power10 + decimals + 1 more. */
#define DIGITS_SIZE (1 + I128_DIGITS + 18 + JB_DECIMALS_MAX + 1)

static const int64_t pow10_table[] = {
    1LL,
    10LL,
    100LL,
    1000LL,
    10000LL,
    100000LL,
    1000000LL,
    10000000LL,
    100000000LL,
    1000000000LL,
    10000000000LL,
    100000000000LL,
    1000000000000LL,
    10000000000000LL,
    100000000000000LL,
    1000000000000000LL,
    10000000000000000LL,
    100000000000000000LL,
    1000000000000000000LL,
};

static const char *const rounding_names[] = {
    [JB_ROUND_HALF_UP] = "half-up",
    [JB_ROUND_HALF_EVEN] = "half-even",
    [JB_ROUND_TRUNCATE] = "truncate",
};

const char *jb_rounding_name(enum jb_rounding rule)
{
    jb_assert((size_t)rule < JB_COUNT(rounding_names));
    return rounding_names[rule];
}

jb_err jb_rounding_parse(struct jb_slice text, enum jb_rounding *ret)
{
    for (size_t i = 0; i < JB_COUNT(rounding_names); i++) {
        if (jb_slice_is(text, rounding_names[i])) {
            *ret = (enum jb_rounding)i;
            return JB_OK;
        }
    }
    return JB_EINVAL;
}

int64_t jb_pow10(unsigned n)
{
    jb_assert(n < JB_COUNT(pow10_table));
    return pow10_table[n];
}

jb_err jb_i128_add(jb_i128 *sum, jb_i128 addend)
{
    jb_i128 total;

    if (__builtin_add_overflow(*sum, addend, &total))
        return JB_ERANGE;
    *sum = total;
    return JB_OK;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Length of the run of digits at `at`. */
static size_t digit_run(struct jb_slice text, size_t at)
{
    size_t end = at;

    while (end < text.len && is_digit(text.ptr[end]))
        end++;
    return end - at;
}

/* A number that is short enough for one look at each byte. False: it is longer, or not a number. */
static bool parse_short(struct jb_slice text, struct jb_dec *ret)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    const uint8_t *at = text.ptr + negative, *end = text.ptr + text.len, *dot = NULL;
    int64_t mantissa = 0;
    if (text.len > JB_FIGURE_DIGITS_MAX || at == end ||
        (*at == '0' && end - at > 1 && at[1] != '.'))
        return false;
    for (const uint8_t *p = at; p < end; p++) {
        if (is_digit(*p))
            mantissa = mantissa * 10 + (*p - '0');
        else if (*p == '.' && !dot && p > at)
            dot = p;
        else
            return false;
    }
    if (dot && (dot + 1 == end || end[-1] == '0' || end - dot - 1 > JB_DECIMALS_MAX))
        return false;
    if (negative && mantissa == 0)
        return false;
    ret->mantissa = negative ? -mantissa : mantissa;
    ret->scale = dot ? (uint8_t)(end - dot - 1) : 0;
    return true;
}

jb_err jb_dec_parse(struct jb_slice text, struct jb_dec *ret)
{
    if (parse_short(text, ret))
        return JB_OK;
    bool negative = text.len > 0 && text.ptr[0] == '-';
    size_t at = negative ? 1 : 0;
    size_t whole = digit_run(text, at);
    size_t fraction = 0;
    uint64_t mantissa = 0;

    if (whole == 0 || (whole > 1 && text.ptr[at] == '0'))
        return JB_EINVAL;
    if (at + whole < text.len) {
        fraction = digit_run(text, at + whole + 1);
        if (text.ptr[at + whole] != '.' || fraction == 0 || at + whole + 1 + fraction != text.len)
            return JB_EINVAL;
    }
    while (fraction > 0 && text.ptr[at + whole + fraction] == '0')
        fraction--;
    if (fraction > JB_DECIMALS_MAX || whole > JB_FIGURE_DIGITS_MAX)
        return JB_ERANGE;
    for (size_t i = at; i < at + whole + (fraction ? fraction + 1 : 0); i++) {
        if (text.ptr[i] == '.')
            continue;
        mantissa = mantissa * 10 + (uint64_t)(text.ptr[i] - '0');
        if (mantissa >= (uint64_t)jb_pow10(JB_FIGURE_DIGITS_MAX))
            return JB_ERANGE;
    }
    if (negative && mantissa == 0)
        return JB_EINVAL;
    ret->mantissa = negative ? -(int64_t)mantissa : (int64_t)mantissa;
    ret->scale = (uint8_t)fraction;
    return JB_OK;
}

jb_err jb_dec_rescale(struct jb_dec value, uint8_t scale, int64_t *ret_mantissa)
{
    int64_t mantissa = value.mantissa;
    int64_t limit = jb_pow10(JB_FIGURE_DIGITS_MAX);

    if (scale < value.scale) {
        unsigned drop = (unsigned)value.scale - scale;
        if (mantissa == 0)
            drop = 0;
        if (drop > JB_FIGURE_DIGITS_MAX || mantissa % jb_pow10(drop) != 0)
            return JB_ERANGE;
        mantissa /= jb_pow10(drop);
    } else if (mantissa != 0) {
        unsigned grow = (unsigned)scale - value.scale;
        if (grow > JB_FIGURE_DIGITS_MAX ||
            __builtin_mul_overflow(mantissa, jb_pow10(grow), &mantissa))
            return JB_ERANGE;
    }
    if (mantissa <= -limit || mantissa >= limit)
        return JB_ERANGE;
    *ret_mantissa = mantissa;
    return JB_OK;
}

static jb_u128 magnitude(jb_i128 value)
{
    return value < 0 ? -(jb_u128)value : (jb_u128)value;
}

/* The digits of v as numbers 0 to 9, most significant first; at least one. Returns how many. */
static size_t split_digits(jb_u128 v, uint8_t digits[I128_DIGITS])
{
    uint8_t reversed[I128_DIGITS];
    size_t count = 0;

    do {
        reversed[count++] = (uint8_t)(v % 10);
        v /= 10;
    } while (v > 0);
    for (size_t i = 0; i < count; i++)
        digits[i] = reversed[count - 1 - i];
    return count;
}

size_t jb_dec_format(jb_i128 value, uint8_t scale, char text[JB_DEC_TEXT_SIZE])
{
    uint8_t digits[I128_DIGITS];
    jb_u128 v = magnitude(value);
    size_t count, len = 0;

    if (v == 0)
        scale = 0;
    while (scale > 0 && v % 10 == 0) {
        v /= 10;
        scale--;
    }
    jb_assert(scale < I128_DIGITS);
    count = split_digits(v, digits);
    if (value < 0)
        text[len++] = '-';
    if (count <= scale) {
        text[len++] = '0';
        text[len++] = '.';
        for (size_t i = count; i < scale; i++)
            text[len++] = '0';
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && i + scale == count)
            text[len++] = '.';
        text[len++] = (char)('0' + digits[i]);
    }
    text[len] = '\0';
    return len;
}

/* One step of long division: the next digit of rest / denominator; rest becomes the new remainder.
 * Adding rest ten times keeps every intermediate below twice the denominator, which fits whatever
 * the denominator is. */
static uint8_t next_digit(jb_u128 *rest, jb_u128 denominator)
{
    jb_u128 sum = 0;
    uint8_t digit = 0;

    for (int i = 0; i < 10; i++) {
        sum += *rest;
        if (sum >= denominator) {
            sum -= denominator;
            digit++;
        }
    }
    *rest = sum;
    return digit;
}

/* Whether the digits kept must grow by one: `dropped` are the digits behind them, `rest` says that
 * more follow. */
static bool rounds_away(const uint8_t *dropped, size_t count, bool rest, bool kept_is_odd,
                        enum jb_rounding rule)
{
    if (count == 0 || rule == JB_ROUND_TRUNCATE || dropped[0] < 5)
        return false;
    if (dropped[0] > 5 || rest)
        return true;
    for (size_t i = 1; i < count; i++) {
        if (dropped[i] != 0)
            return true;
    }
    return rule == JB_ROUND_HALF_UP || kept_is_odd;
}

/* digits[0] is a zero that takes the carry. */
static void add_one(uint8_t *digits, size_t count)
{
    size_t i = count;

    while (digits[i - 1] == 9)
        digits[--i] = 0;
    digits[i - 1]++;
}

/* Prints digits, of which the last `decimals` stand behind the point, without needless zeros before
 * it. */
static jb_err print_fixed(const uint8_t *digits, size_t count, uint8_t decimals, bool negative,
                          char text[JB_DEC_TEXT_SIZE])
{
    size_t first = 0, len = 0;
    bool zero = true;

    for (size_t i = 0; i < count; i++)
        zero = zero && digits[i] == 0;
    while (first + decimals + 1 < count && digits[first] == 0)
        first++;
    if (count - first > QUOTIENT_DIGITS_MAX)
        return JB_ERANGE;
    if (negative && !zero)
        text[len++] = '-';
    for (size_t i = first; i < count; i++) {
        if (decimals > 0 && i + decimals == count)
            text[len++] = '.';
        text[len++] = (char)('0' + digits[i]);
    }
    text[len] = '\0';
    return JB_OK;
}

jb_err jb_dec_divide(jb_i128 numerator, jb_i128 denominator, int power10, uint8_t decimals,
                     enum jb_rounding rule, char text[JB_DEC_TEXT_SIZE])
{
    uint8_t digits[DIGITS_SIZE] = {0};
    uint8_t fixed[1 + JB_DECIMALS_MAX + DIGITS_SIZE] = {0};
    jb_u128 rest, divisor = (jb_u128)denominator;
    size_t count, kept, pad = 0;
    int behind = power10 + decimals; /* digits of the plain quotient's fraction that are kept */

    if (denominator <= 0 || decimals > JB_DECIMALS_MAX || power10 < -18 || power10 > 18)
        return JB_ERANGE;
    rest = magnitude(numerator) % divisor;
    count = split_digits(magnitude(numerator) / divisor, digits);
    for (int i = 0; i < behind + 1; i++)
        digits[count++] = next_digit(&rest, divisor);
    kept = count - (behind >= 0 ? 1 : 0);
    if (behind < 0)
        kept = kept > (size_t)-behind ? kept - (size_t)-behind : 0;
    if (behind < 0 && count < (size_t)-behind)
        return print_fixed(fixed, (size_t)decimals + 1, decimals, false, text);
    /* Zeros in front, so that a carry and the digits behind the point always have their place. */
    pad = 1 + (kept < (size_t)decimals + 1 ? (size_t)decimals + 1 - kept : 0);
    memcpy(fixed + pad, digits, kept);
    if (rounds_away(digits + kept, count - kept, rest != 0, fixed[pad + kept - 1] % 2 == 1, rule))
        add_one(fixed, pad + kept);
    return print_fixed(fixed, pad + kept, decimals, numerator < 0, text);
}

jb_err jb_dec_round(jb_i128 value, uint8_t scale, uint8_t decimals, enum jb_rounding rule,
                    char text[JB_DEC_TEXT_SIZE])
{
    if (scale > 18)
        return JB_ERANGE;
    return jb_dec_divide(value, 1, -(int)scale, decimals, rule, text);
}
