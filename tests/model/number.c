/* Decimal text by long division on paper: digit after digit, then one look at what is left. */
#include <string.h>

#include "figure_oracle.h"

void number_plain(wide value, int decimals, char text[O_TEXT])
{
    char *dot, *end;
    number_divide(value, 1, -decimals, decimals, 0, text);
    dot = strchr(text, '.');
    if (!dot)
        return;
    end = text + strlen(text);
    while (end[-1] == '0')
        *--end = '\0';
    if (end[-1] == '.')
        end[-1] = '\0';
}

/* Adds one to the number written in `digits`, which starts with a spare zero. */
static void increment(char *digits)
{
    char *at = digits + strlen(digits) - 1;
    while (*at == '9')
        *at-- = '0';
    (*at)++;
}

void number_divide(wide number, wide divisor, int power, int decimals, int rounding,
                   char text[O_TEXT])
{
    char digits[200] = "0", *start;
    size_t len = 1;
    bool negative = number < 0, up = false;
    wide rest, whole, place = 1;
    if (negative)
        number = -number;
    for (; power + decimals < 0; power++)
        divisor *= 10;
    whole = number / divisor;
    rest = number % divisor;
    while (whole / place >= 10)
        place *= 10;
    for (; place > 0; place /= 10)
        digits[len++] = (char)('0' + (int)(whole / place % 10));
    for (int i = 0; i < power + decimals; i++) {
        rest *= 10;
        digits[len++] = (char)('0' + (int)(rest / divisor));
        rest %= divisor;
    }
    digits[len] = '\0';
    if (rounding == 0)
        up = 2 * rest >= divisor;
    else if (rounding == 1)
        up = 2 * rest > divisor || (2 * rest == divisor && (digits[len - 1] - '0') % 2 == 1);
    if (up)
        increment(digits);
    /* At least one digit before the point. */
    if (len < (size_t)decimals + 1) {
        memmove(digits + ((size_t)decimals + 1 - len), digits, len + 1);
        memset(digits, '0', (size_t)decimals + 1 - len);
        len = (size_t)decimals + 1;
    }
    start = digits;
    while (strlen(start) > (size_t)decimals + 1 && *start == '0')
        start++;
    len = strlen(start);
    if (negative && strspn(start, "0") < len)
        *text++ = '-';
    memcpy(text, start, len - (size_t)decimals);
    text += len - (size_t)decimals;
    if (decimals)
        *text++ = '.';
    memcpy(text, start + len - (size_t)decimals, (size_t)decimals + 1);
}
