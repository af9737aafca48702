#include "files/sheet_date.h"

#include <stdio.h>

#define DAY_SECONDS 86400
#define DAYS_MAX 2958465 /* 9999-12-31 in the 1900 system */
#define DAYS_1904 1462
#define FALSE_LEAP_DAY 60
#define FRACTION_DIGITS 9

/* Day 0 is 1899-12-31, until the false leap day 1900-02-29 shifts it to 1899-12-30. Days of the
 * civil calendar from Howard Hinnant, "chrono-compatible low-level date algorithms". */
static void civil(int64_t days_since_1970, int *year, int *month, int *day)
{
    int64_t z = days_since_1970 + 719468, era = z / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;

    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

jb_err jb_sheet_date(struct jb_slice serial, bool from_1904, char text[JB_SHEET_DATE_SIZE])
{
    int64_t days = 0, fraction = 0, scale = 1;
    int year, month, day;
    size_t at = 0;

    if (!serial.len || serial.ptr[0] == '-')
        return JB_ERANGE;
    for (; at < serial.len && serial.ptr[at] != '.'; at++) {
        days = days * 10 + serial.ptr[at] - '0';
        if (days > DAYS_MAX)
            return JB_ERANGE;
    }
    for (size_t i = 1; i <= FRACTION_DIGITS; i++, scale *= 10)
        fraction = fraction * 10 + (at + i < serial.len ? serial.ptr[at + i] - '0' : 0);
    int64_t seconds = (fraction * DAY_SECONDS + scale / 2) / scale;
    if (from_1904)
        days += DAYS_1904;
    else if (days == FALSE_LEAP_DAY)
        return JB_EINVAL;
    days += seconds == DAY_SECONDS; /* 23:59:59.9999 */
    seconds %= DAY_SECONDS;
    if (days > DAYS_MAX || days < 1)
        return JB_ERANGE;
    civil(days - 25569 + (days < FALSE_LEAP_DAY), &year, &month, &day);
    if (seconds)
        snprintf(text, JB_SHEET_DATE_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day,
                 (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
    else
        snprintf(text, JB_SHEET_DATE_SIZE, "%04d-%02d-%02d", year, month, day);
    return JB_OK;
}

/* 14 to 22 and 45 to 47 everywhere; 27 to 36 and 50 to 58 in the Chinese, Japanese and Korean
 * editions (ECMA-376 part 1, 18.8.30). */
bool jb_sheet_format_is_date(uint32_t number)
{
    return (number >= 14 && number <= 22) || (number >= 27 && number <= 36) ||
           (number >= 45 && number <= 47) || (number >= 50 && number <= 58);
}

/* Behind what stands at code[at] and is no letter of a format: a quoted text, an escaped or padded
 * character, a bracket that is no elapsed time; at itself when nothing of the kind begins there. */
static size_t skip(struct jb_slice code, size_t at)
{
    uint8_t c = code.ptr[at];

    if (c == '\\' || c == '_' || c == '*')
        return at + 2;
    if (c != '"' && c != '[')
        return at;
    if (c == '[' && at + 1 < code.len && strchr("hHmMsS", code.ptr[at + 1]))
        return at;
    const uint8_t *close = memchr(code.ptr + at + 1, c == '"' ? '"' : ']', code.len - at - 1);
    return close ? (size_t)(close - code.ptr) + 1 : code.len;
}

bool jb_sheet_code_is_date(struct jb_slice code)
{
    for (size_t at = 0; at < code.len;) {
        size_t behind = skip(code, at);
        uint8_t c = code.ptr[at];
        if (behind > at) {
            at = behind;
            continue;
        }
        if (c == ';')
            return false;
        if (c == 'G' && code.len - at >= 7 && memcmp(code.ptr + at, "General", 7) == 0) {
            at += 7;
            continue;
        }
        if (c && strchr("yYmMdDhHsS", c))
            return true;
        at++;
    }
    return false;
}

bool jb_sheet_format_is_percent(uint32_t number)
{
    return number == 9 || number == 10;
}

bool jb_sheet_code_is_percent(struct jb_slice code)
{
    for (size_t at = 0; at < code.len;) {
        size_t behind = skip(code, at);
        if (behind == at && code.ptr[at] == '%')
            return true;
        at = behind > at ? behind : at + 1;
    }
    return false;
}

static bool is_word(struct jb_slice quoted)
{
    static const char *const signs[] = {"", " ", "¥", "￥", "$", "€", "-", ","};

    for (size_t i = 0; i < JB_COUNT(signs); i++) {
        if (jb_slice_is(quoted, signs[i]))
            return false;
    }
    return true;
}

bool jb_sheet_code_has_words(struct jb_slice code)
{
    for (size_t at = 0; at < code.len && code.ptr[at] != ';';) {
        size_t behind = skip(code, at);
        if (code.ptr[at] == '"' && behind > at + 1 &&
            is_word(jb_slice_of(code.ptr + at + 1, behind - at - 2)))
            return true;
        at = behind > at ? behind : at + 1;
    }
    return false;
}
