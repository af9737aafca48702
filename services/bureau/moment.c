/* Dates and times are read by model/date.c; what is added is a stretch from now, of at most ten
 * years, which is longer than any key should live. */
#include "moment.h"

#include "args.h"
#include "model/period.h"
#include "words.h"

#define SECOND_US INT64_C(1000000)
#define DAY_S INT64_C(86400)
#define STRETCH_S_MAX (3660 * DAY_S)

/* "+7d" */
static jb_err parse_stretch(const char *text, int64_t now_us, int64_t *ret)
{
    static const struct {
        char letter;
        int64_t seconds;
    } measures[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', DAY_S}};
    size_t len = strlen(text);
    uint64_t count = 0;
    char digits[12];

    if (len < 3 || len - 2 >= sizeof(digits))
        return JB_EINVAL;
    memcpy(digits, text + 1, len - 2);
    digits[len - 2] = '\0';
    for (size_t i = 0; i < JB_COUNT(measures); i++) {
        if (text[len - 1] != measures[i].letter)
            continue;
        jb_err err = jb_args_uint(digits, (uint64_t)(STRETCH_S_MAX / measures[i].seconds), &count);
        if (!err)
            *ret = now_us + (int64_t)count * measures[i].seconds * SECOND_US;
        return err;
    }
    return JB_EINVAL;
}

jb_err jb_moment_parse(const char *text, bool end, int64_t now_us, int64_t *ret)
{
    jb_date day = 0;
    int64_t at_us = 0;
    jb_err err = JB_OK;

    if (text[0] == '+')
        return parse_stretch(text, now_us, ret);
    if (strchr(text, 'T')) {
        err = jb_time_parse(jb_slice_str(text), JB_ZONE_MINUTES, &at_us);
    } else {
        err = jb_date_parse(jb_slice_str(text), &day);
        at_us = ((int64_t)day + end) * DAY_S * SECOND_US - JB_ZONE_MINUTES * 60 * SECOND_US;
    }
    if (!err && at_us <= 0)
        err = JB_ERANGE;
    if (!err)
        *ret = at_us;
    return err;
}
