/* What the writer does beside writing: says what the days bring, prunes the change log, reports. */
#ifndef JB_UPKEEP_H
#define JB_UPKEEP_H

#include "door.h"
#include "writer.h"

/* The judge's alone. */
struct jb_upkeep {
    const struct jb_writer_config *config;
    struct jb_door *door;
    struct jb_gate *gate;
    int64_t tidy_at_us, report_at_us;  /* monotonic */
    int64_t due_at_us, due_after_us;   /* by the clock; and, monotonic, not before */
    uint64_t accepted, refused, later; /* members, since the last report */
};

void jb_upkeep_init(struct jb_upkeep *upkeep, const struct jb_writer_config *config,
                    struct jb_door *door, struct jb_gate *gate);
/* Something is to be done now; between batches. */
bool jb_upkeep_is_due(const struct jb_upkeep *upkeep);
/* Does it. JB_EIO: the storage failed; what else fails is tried again later. */
JB_MUST_USE jb_err jb_upkeep_run(struct jb_upkeep *upkeep);
void jb_upkeep_report(struct jb_upkeep *upkeep);

#endif
