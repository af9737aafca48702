/* Figures as intervals, for minima and maxima: what the answer is nominally, and how far the truth
 * may lie below and above. */
#ifndef JB_EXTREME_H
#define JB_EXTREME_H

#include "cell.h"

/* The interval of one value with its mark. Without negatives an upper mark reaches down to 0, and
 * no further. */
struct jb_extreme jb_extreme_of(jb_i128 value, enum jb_mark mark, bool negative_allowed);
/* The interval of the larger (or the smaller) of two values known only by their intervals. */
struct jb_extreme jb_extreme_outermost(bool larger, struct jb_extreme a, struct jb_extreme b);
struct jb_extreme jb_extreme_sum(struct jb_extreme a, struct jb_extreme b);
bool jb_extreme_eq(const struct jb_extreme *a, const struct jb_extreme *b);

#endif
