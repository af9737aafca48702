/* Intervals and marks. A bound is handled by itself: `outer` keeps the one further out, `inner` the
 * other. The smaller of two values reaches down as far as either does, and up only as far as both.
 */
#include "extreme.h"

#include "rollup.h"

struct bound {
    jb_i128 at;
    bool infinite, open;
};

static const struct bound infinite = {.infinite = true};

static struct bound low_of(const struct jb_extreme *e)
{
    return (struct bound){e->low, e->low_infinite, e->low_open};
}

static struct bound high_of(const struct jb_extreme *e)
{
    return (struct bound){e->high, e->high_infinite, e->high_open};
}

static struct jb_extreme interval(jb_i128 nominal, struct bound low, struct bound high)
{
    return (struct jb_extreme){
        .nominal = nominal,
        .low = low.at,
        .high = high.at,
        .low_infinite = low.infinite,
        .high_infinite = high.infinite,
        .low_open = low.open,
        .high_open = high.open,
    };
}

struct jb_extreme jb_extreme_of(jb_i128 value, enum jb_mark mark, bool negative_allowed)
{
    struct bound here = {.at = value};
    struct bound beyond = {.at = value, .open = true};
    struct bound floor = negative_allowed || value < 0 ? infinite : (struct bound){.at = 0};

    switch (mark) {
    case JB_EXACT:
        return interval(value, here, here);
    case JB_AT_LEAST:
        return interval(value, here, infinite);
    case JB_MORE_THAN:
        return interval(value, beyond, infinite);
    case JB_AT_MOST:
        return interval(value, floor, here);
    case JB_NEARLY:
        return interval(value, floor, beyond);
    case JB_APPROXIMATE:
        break;
    }
    return interval(value, infinite, infinite);
}

/* up: which end of the intervals. Where both are equal, one that is attained is enough. */
static struct bound outer(bool up, struct bound a, struct bound b)
{
    if (a.infinite || b.infinite)
        return infinite;
    if (a.at == b.at)
        return (struct bound){a.at, false, a.open && b.open};
    return (a.at > b.at) == up ? a : b;
}

static struct bound inner(bool up, struct bound a, struct bound b)
{
    if (a.infinite)
        return b;
    if (b.infinite)
        return a;
    if (a.at == b.at)
        return (struct bound){a.at, false, a.open || b.open};
    return (a.at > b.at) == up ? b : a;
}

struct jb_extreme jb_extreme_outermost(bool larger, struct jb_extreme a, struct jb_extreme b)
{
    if (larger)
        return interval(a.nominal > b.nominal ? a.nominal : b.nominal,
                        inner(false, low_of(&a), low_of(&b)),
                        outer(true, high_of(&a), high_of(&b)));
    return interval(a.nominal < b.nominal ? a.nominal : b.nominal,
                    outer(false, low_of(&a), low_of(&b)), inner(true, high_of(&a), high_of(&b)));
}

static struct bound bound_sum(struct bound a, struct bound b)
{
    if (a.infinite || b.infinite)
        return infinite;
    return (struct bound){a.at + b.at, false, a.open || b.open};
}

struct jb_extreme jb_extreme_sum(struct jb_extreme a, struct jb_extreme b)
{
    return interval(a.nominal + b.nominal, bound_sum(low_of(&a), low_of(&b)),
                    bound_sum(high_of(&a), high_of(&b)));
}

bool jb_extreme_eq(const struct jb_extreme *a, const struct jb_extreme *b)
{
    return a->nominal == b->nominal && a->low == b->low && a->high == b->high &&
           a->low_infinite == b->low_infinite && a->high_infinite == b->high_infinite &&
           a->low_open == b->low_open && a->high_open == b->high_open;
}

enum jb_mark jb_mark_of_extreme(const struct jb_extreme *extreme)
{
    bool at_low = !extreme->low_infinite && extreme->low == extreme->nominal;
    bool at_high = !extreme->high_infinite && extreme->high == extreme->nominal;

    if (at_low && at_high && !extreme->low_open && !extreme->high_open)
        return JB_EXACT;
    /* Both, one of them open: "nearly 0" where nothing is below 0. The open side speaks. */
    if (at_high && (!at_low || extreme->high_open))
        return extreme->high_open ? JB_NEARLY : JB_AT_MOST;
    if (at_low)
        return extreme->low_open ? JB_MORE_THAN : JB_AT_LEAST;
    return JB_APPROXIMATE;
}

/* One side keeps that side, strict if any part is; both sides, or anything approximate:
 * approximate. */
static enum jb_mark mark_of_sides(bool up, bool down, bool strict, bool approximate)
{
    if (approximate || (up && down))
        return JB_APPROXIMATE;
    if (up)
        return strict ? JB_MORE_THAN : JB_AT_LEAST;
    if (down)
        return strict ? JB_NEARLY : JB_AT_MOST;
    return JB_EXACT;
}

enum jb_mark jb_mark_of_sum(const uint32_t marks[JB_MARKS])
{
    return mark_of_sides(marks[JB_AT_LEAST] || marks[JB_MORE_THAN],
                         marks[JB_AT_MOST] || marks[JB_NEARLY],
                         marks[JB_MORE_THAN] || marks[JB_NEARLY], marks[JB_APPROXIMATE] > 0);
}

static bool points_up(enum jb_mark mark)
{
    return mark == JB_AT_LEAST || mark == JB_MORE_THAN;
}

static bool points_down(enum jb_mark mark)
{
    return mark == JB_AT_MOST || mark == JB_NEARLY;
}

static bool is_strict(enum jb_mark mark)
{
    return mark == JB_MORE_THAN || mark == JB_NEARLY;
}

enum jb_mark jb_mark_of_quotient(enum jb_mark a, int a_sign, enum jb_mark b)
{
    bool b_up = a_sign < 0 ? points_up(b) : points_down(b);
    bool b_down = a_sign < 0 ? points_down(b) : points_up(b);

    if (a_sign == 0)
        return a;
    return mark_of_sides(points_up(a) || b_up, points_down(a) || b_down,
                         is_strict(a) || is_strict(b), a == JB_APPROXIMATE || b == JB_APPROXIMATE);
}
