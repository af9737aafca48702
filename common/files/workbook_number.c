#include "files/workbook_number.h"

#define DIGITS_MAX 15
#define SCALE_MAX 22 /* 10^22 is the last power of ten that is exact in binary */

struct parsed {
    bool negative;
    int64_t mantissa; /* below 10^15, so exact in binary */
    unsigned scale;
};

static bool parse(struct jb_slice text, struct parsed *ret)
{
    size_t at = text.len && text.ptr[0] == '-' ? 1 : 0, zeros = 0;
    struct parsed p = {.negative = at == 1};
    unsigned digits = 0;
    bool point = false, any = false;

    for (; at < text.len; at++) {
        uint8_t c = text.ptr[at];
        if (c == '.' && !point && any && at + 1 < text.len) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        any = true;
        if (c == '0' && point) { /* counts once a digit comes behind it */
            zeros++;
            continue;
        }
        for (; zeros; zeros--, p.scale++) {
            digits += digits || p.mantissa;
            p.mantissa = digits > DIGITS_MAX ? p.mantissa : p.mantissa * 10;
        }
        digits += digits || c != '0';
        if (digits > DIGITS_MAX)
            return false;
        p.mantissa = p.mantissa * 10 + c - '0';
        p.scale += point;
    }
    *ret = p;
    return any && p.scale <= SCALE_MAX;
}

bool jb_workbook_number_survives(struct jb_slice decimal)
{
    struct parsed parsed;

    return parse(decimal, &parsed);
}

/* Both sides of the division are exact, and IEEE 754 rounds a quotient to the nearest fraction: the
 * result is the one that any program would have read from these digits. */
lxw_error jb_workbook_number_put(lxw_worksheet *sheet, uint32_t row, uint16_t column,
                                 struct jb_slice decimal, lxw_format *format)
{
    struct parsed p;
    double power = 1;

    jb_assert(parse(decimal, &p));
    for (unsigned i = 0; i < p.scale; i++)
        power *= 10;
    double value = (double)p.mantissa / power;
    return worksheet_write_number(sheet, row, column, p.negative ? -value : value, format);
}
