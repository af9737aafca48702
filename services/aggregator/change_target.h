/* Targets that the figure of the whole misses since a revision, or meets again, in change records:
 * in the words and numbers of then, so that no catalogue is needed to read them. */
#ifndef JB_CHANGE_TARGET_H
#define JB_CHANGE_TARGET_H

#include "base/buf.h"
#include "base/limits.h"
#include "model/figure.h"
#include "model/period.h"

struct jb_change_target {
    uint32_t indicator;                   /* number */
    uint32_t nodes[JB_CATALOG_DEPTH_MAX]; /* numbers of those whose figure it is, lowest first */
    uint32_t node_count;
    struct jb_span span;
    bool missed; /* else met again */
    struct jb_slice value, target;
    enum jb_mark mark, target_mark;
};
void jb_change_target_put(const struct jb_change_target *target, struct jb_buf *out);
/* The next of a run of them. False at the end, and when the reader failed. */
bool jb_change_target_next(struct jb_reader *r, struct jb_change_target *ret);
/* Nothing, or every byte is of one. */
bool jb_change_target_is_run(struct jb_slice run);

#endif
