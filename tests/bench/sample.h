/* What the benchmark counts with: a clock, a list of durations with its percentiles, dice that fall
 * alike on every machine, and the way out when something is not as it must be. Whole numbers only.
 */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

static inline int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Durations in nanoseconds. */
struct samples {
    int64_t *values;
    uint32_t count, cap;
};
void samples_add(struct samples *s, int64_t value);
/* In thousandths: 500 is the median, 990 the 99th percentile. Sorts. 0 when there is nothing. */
int64_t samples_at(struct samples *s, uint32_t thousandths);
void samples_clear(struct samples *s);
void samples_free(struct samples *s);

/* What was done in how much time. */
struct tally {
    uint64_t figures;
    int64_t ns;
};
static inline void tally_add(struct tally *into, struct tally part)
{
    into->figures += part.figures;
    into->ns += part.ns;
}
/* Figures a second. */
int64_t tally_rate(struct tally tally);

struct dice {
    uint64_t state;
};
uint64_t dice_next(struct dice *dice);
static inline uint32_t dice_roll(struct dice *dice, uint32_t below)
{
    return (uint32_t)(dice_next(dice) % below);
}

/* A benchmark that cannot do its work says why and ends: a number would be a lie. */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
