/* Durations are kept one by one and sorted once, when a percentile is asked for: exact, and cheap
 * while the clock runs. */
#include "bench/sample.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"

void samples_add(struct samples *s, int64_t value)
{
    if (s->count == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 4096;
        s->values = jb_xrealloc(s->values, s->cap * sizeof(*s->values));
    }
    s->values[s->count++] = value;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t samples_at(struct samples *s, uint32_t thousandths)
{
    if (!s->count)
        return 0;
    qsort(s->values, s->count, sizeof(*s->values), compare);
    return s->values[(uint64_t)(s->count - 1) * thousandths / 1000];
}

void samples_clear(struct samples *s)
{
    s->count = 0;
}

void samples_free(struct samples *s)
{
    free(s->values);
    *s = (struct samples){0};
}

int64_t tally_rate(struct tally tally)
{
    return tally.ns > 0 ? (int64_t)(tally.figures * 1000000000ULL / (uint64_t)tally.ns) : 0;
}

uint64_t dice_next(struct dice *dice)
{
    uint64_t z = dice->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void die(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("bench: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}
