#include "files/sheet_number.h"

#define SHOWN_DIGITS 15
#define DIGITS_MAX 400   /* of what is read */
#define EXPONENT_MAX 308 /* of the format's numbers, either way */

struct number {
    bool negative;
    uint8_t digits[DIGITS_MAX]; /* significant ones; the first is not 0 */
    int count;
    int point; /* digits before the point; may be below 0 or beyond count */
};

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* The exponent at raw[at]; at is its first byte behind the e. */
static jb_err read_exponent(struct jb_slice raw, size_t at, int *ret)
{
    bool negative = at < raw.len && raw.ptr[at] == '-';
    int exponent = 0;

    at += at < raw.len && (raw.ptr[at] == '-' || raw.ptr[at] == '+');
    if (at == raw.len)
        return JB_EINVAL;
    for (; at < raw.len; at++) {
        if (!is_digit(raw.ptr[at]))
            return JB_EINVAL;
        if (exponent <= EXPONENT_MAX)
            exponent = exponent * 10 + raw.ptr[at] - '0';
    }
    if (exponent > EXPONENT_MAX)
        return JB_ERANGE;
    *ret = negative ? -exponent : exponent;
    return JB_OK;
}

static jb_err read(struct jb_slice raw, struct number *n)
{
    size_t at = raw.len && raw.ptr[0] == '-' ? 1 : 0;
    bool point = false, any = false;
    int exponent = 0;

    *n = (struct number){.negative = at == 1};
    if (raw.len > DIGITS_MAX)
        return JB_ERANGE;
    for (; at < raw.len && (is_digit(raw.ptr[at]) || (raw.ptr[at] == '.' && !point)); at++) {
        if (raw.ptr[at] == '.') {
            point = true;
            continue;
        }
        any = true;
        if (n->count || raw.ptr[at] != '0')
            n->digits[n->count++] = (uint8_t)(raw.ptr[at] - '0');
        else if (point)
            n->point--;
        if (n->count && !point)
            n->point++;
    }
    if (!any)
        return JB_EINVAL;
    if (at < raw.len) {
        if (raw.ptr[at] != 'e' && raw.ptr[at] != 'E')
            return JB_EINVAL;
        jb_err err = read_exponent(raw, at + 1, &exponent);
        if (err)
            return err;
    }
    n->point += exponent;
    while (n->count && n->digits[n->count - 1] == 0)
        n->count--;
    return n->point > EXPONENT_MAX + 1 || n->point < -EXPONENT_MAX ? JB_ERANGE : JB_OK;
}

/* Keeps the first 15 digits, rounded. Whether what was cut is more than traces: a binary fraction
 * is at most 1.2e-16 of the number away from what was meant, and a sum of a few is some of that;
 * in hundredths of the 15th digit that is 11 for the mantissa 999... and 1 for 100... */
static bool round_to_shown(struct number *n)
{
    int first_three = n->digits[0] * 100 + n->digits[1] * 10 + n->digits[2];
    int behind = n->digits[SHOWN_DIGITS] * 10 +
                 (n->count > SHOWN_DIGITS + 1 ? n->digits[SHOWN_DIGITS + 1] : 0);
    bool up = behind >= 50;
    int traces_max = 2 + first_three * 44 / 1000;

    n->count = SHOWN_DIGITS;
    for (int i = SHOWN_DIGITS - 1; up && i >= 0; i--) {
        n->digits[i] = (uint8_t)((n->digits[i] + 1) % 10);
        up = n->digits[i] == 0;
    }
    if (up) { /* 999... became 000... */
        n->digits[0] = 1;
        n->count = 1;
        n->point++;
    }
    while (n->count && n->digits[n->count - 1] == 0)
        n->count--;
    return (behind >= 50 ? 100 - behind : behind) > traces_max;
}

static void write(const struct number *n, char *text)
{
    int last = n->count > n->point ? n->count : n->point;

    if (n->count == 0) {
        memcpy(text, "0", 2);
        return;
    }
    if (n->negative)
        *text++ = '-';
    if (n->point <= 0)
        *text++ = '0';
    for (int i = n->point < 0 ? n->point : 0; i < last; i++) {
        if (i == n->point)
            *text++ = '.';
        *text++ = i >= 0 && i < n->count ? (char)('0' + n->digits[i]) : '0';
    }
    *text = 0;
}

jb_err jb_sheet_number(struct jb_slice raw, char text[JB_SHEET_NUMBER_SIZE], bool *ret_imprecise)
{
    struct number n;
    bool imprecise = false;
    jb_err err = read(raw, &n);

    if (err)
        return err;
    if (n.point > SHOWN_DIGITS)
        imprecise = true;
    else if (n.count > SHOWN_DIGITS)
        imprecise = round_to_shown(&n) || n.point > SHOWN_DIGITS;
    write(&n, text);
    *ret_imprecise = imprecise;
    return JB_OK;
}

void jb_sheet_percent(struct jb_slice number, char text[JB_SHEET_PERCENT_SIZE])
{
    struct number n;

    jb_assert(read(number, &n) == JB_OK);
    n.point += 2;
    write(&n, text);
    memcpy(text + strlen(text), "%", 2);
}
