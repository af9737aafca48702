/* Whether a figure is far from what a unit reported so far. Meant for four to eight quarters, which
 * may hold an outlier themselves; exact, in integers.
 *
 * The modified z-score with its usual threshold (Iglewicz and Hoaglin, How to Detect and Handle
 * Outliers, 1993): far is 0.6745 * |x - median| > 3.5 * MAD, where MAD is the median of the
 * |x[i] - median|. Half of the figures alike makes MAD 0; then the mean of the |x[i] - median|
 * takes its place: |x - median| > 3.5 * 1.253314 * mean.
 *
 * Because short series of small counts vary a lot, three things are never far: what differs from
 * the median by less than half of it, or by less than five of the unit of measure, and what differs
 * by less than half from the same season of an earlier year. */
#ifndef JB_USUAL_H
#define JB_USUAL_H

#include "base/base.h"
#include "base/buf.h"

#define JB_USUAL_MIN 4 /* figures below which nothing is said */
#define JB_USUAL_MAX 8

struct jb_usual {
    int64_t values[JB_USUAL_MAX]; /* at the indicator's decimals, like the figure */
    bool same_season[JB_USUAL_MAX];
    uint32_t count;
};
bool jb_usual_is_far(const struct jb_usual *usual, int64_t value, uint8_t decimals);
/* Twice the median, which is an integer. count must not be 0. */
jb_i128 jb_usual_median_twice(const struct jb_usual *usual);

#endif
