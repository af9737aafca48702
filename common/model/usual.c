/* Medians are kept twice as large, and the median of the distances, which are twice as large
 * already, four times: so every number is an integer. */
#include "model/usual.h"

#include "model/decimal.h"

#define LEAST_DIFFERENCE 5

/* Sorted in place; eight are too few to call a library. */
static jb_i128 median_twice(jb_i128 *values, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        jb_i128 value = values[i];
        uint32_t k = i;

        for (; k > 0 && values[k - 1] > value; k--)
            values[k] = values[k - 1];
        values[k] = value;
    }
    return values[(count - 1) / 2] + values[count / 2];
}

static jb_i128 distance(jb_i128 a, jb_i128 b)
{
    return a > b ? a - b : b - a;
}

jb_i128 jb_usual_median_twice(const struct jb_usual *usual)
{
    jb_i128 values[JB_USUAL_MAX];

    for (uint32_t i = 0; i < usual->count; i++)
        values[i] = usual->values[i];
    return median_twice(values, usual->count);
}

static bool like_a_season(const struct jb_usual *usual, int64_t value)
{
    for (uint32_t i = 0; i < usual->count; i++) {
        if (usual->same_season[i] &&
            2 * distance(value, usual->values[i]) < distance(usual->values[i], 0))
            return true;
    }
    return false;
}

bool jb_usual_is_far(const struct jb_usual *usual, int64_t value, uint8_t decimals)
{
    jb_i128 distances[JB_USUAL_MAX], sum = 0;

    if (usual->count < JB_USUAL_MIN)
        return false;
    jb_i128 median = jb_usual_median_twice(usual), far = distance(2 * (jb_i128)value, median);
    if (2 * far < distance(median, 0) || far < 2 * LEAST_DIFFERENCE * jb_pow10(decimals) ||
        like_a_season(usual, value))
        return false;
    for (uint32_t i = 0; i < usual->count; i++) {
        distances[i] = distance(2 * (jb_i128)usual->values[i], median);
        sum += distances[i];
    }
    jb_i128 mad = median_twice(distances, usual->count);
    if (mad > 0)
        return 6745 * 2 * far > 35000 * mad;
    return 1000000 * usual->count * far > 4386599 * sum; /* 3.5 * 1.253314 */
}
