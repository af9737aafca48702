/* Whether the figure of the whole reaches a target 目标 of its indicator: what a watch tells when
 * it becomes so.
 *
 * The whole is the lowest unit under which every owner stands (of a ratio: of both parts); from
 * there up to the root the figure is the same. at_least is missed below the value, at_most above
 * it; exact by the direction in which the indicator is better (up: as at_least, down: as at_most),
 * and without one it is not judged. Rates and ratios are compared unrounded.
 *
 * Nothing is said of what is not all there (reported < expected over the target's periods): less
 * may only be late. But what only grows (a flow that adds up over units and time and is never
 * negative) misses an at_most for good as soon as it is above. Marks are intervals: 461余 may be
 * any more, so a target is missed, or reached, only if no value within the mark says otherwise. */
#ifndef JB_TARGET_H
#define JB_TARGET_H

#include "total.h"

enum jb_target_standing {
    JB_TARGET_OPEN = 0, /* nothing can be said */
    JB_TARGET_MISSED = 1,
    JB_TARGET_MET = 2,
};
struct jb_target_judged {
    enum jb_target_standing standing;
    char value[JB_DEC_TEXT_SIZE]; /* as it is shown; "" while it is open */
    enum jb_mark mark;
};
/* The target of that index of the indicator. node: the whole, or any unit above it. Errors are the
 * store's only. */
JB_MUST_USE jb_err jb_target_judge(jb_source *source, struct jb_node node, uint32_t indicator,
                                   uint32_t target, struct jb_target_judged *ret);
/* The arithmetic alone: an exact or marked value against a target. whole: everything is there. */
enum jb_target_standing jb_target_compare(const struct jb_indicator *indicator,
                                          const struct jb_target *target,
                                          const struct jb_fraction *value, enum jb_mark mark,
                                          bool whole);

#endif
