/* Random numbers that are the same on every machine: everything a seed does follows from them. */
#ifndef MODEL_DICE_H
#define MODEL_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline struct dice dice_make(uint64_t seed, uint64_t stream)
{
    return (struct dice){seed * 0x9e3779b97f4a7c15u + stream * 0xd1b54a32d192ed03u + 1};
}

static inline uint64_t dice_next(struct dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* From 0 to below - 1. */
static inline int dice_roll(struct dice *d, int below)
{
    return (int)(dice_next(d) % (uint64_t)below);
}

/* From low to high, both included. */
static inline int dice_between(struct dice *d, int low, int high)
{
    return low + dice_roll(d, high - low + 1);
}

static inline bool dice_chance(struct dice *d, int percent)
{
    return dice_roll(d, 100) < percent;
}

#endif
