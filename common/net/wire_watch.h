/* Watches on the wire (proto/jibao/v1/watch.proto). See wire.h for the rules of decoders. */
#ifndef JB_WIRE_WATCH_H
#define JB_WIRE_WATCH_H

#include "model/act.h"
#include "model/figure.h"
#include "net/wire.h"

struct jb_watch_request {
    struct jb_strings units, groups, indicators;
    struct jb_slice from;
    bool acts;
};

struct jb_watch_cell {
    struct jb_slice unit, indicator, period, basis;
    bool is_group;
    enum jb_state state;
    struct jb_slice value;
    enum jb_mark mark;
    enum jb_status status;
    uint32_t reported;
};

enum jb_watch_type {
    JB_WATCH_CONTINUED = 1,
    JB_WATCH_RESET,
    JB_WATCH_SNAPSHOT,
    JB_WATCH_SNAPSHOT_END,
    JB_WATCH_CHANGES,
    JB_WATCH_PROGRESS,
    JB_WATCH_ENDED,
    JB_WATCH_ACT,
    JB_WATCH_DUE,
};
const char *jb_watch_type_name(enum jb_watch_type type);

struct jb_watch_act {
    enum jb_act_kind kind;
    struct jb_slice period, unit, form;
    uint32_t release;
};
/* A filing that has not come. */
struct jb_watch_due {
    struct jb_slice unit, form, period, due_on;
    uint32_t level; /* 0: due soon; else overdue by so many days */
};
/* A target that the figure of the whole misses since then, or meets again. */
struct jb_watch_target {
    struct jb_slice unit, indicator, period, value, target;
    enum jb_mark mark, target_mark;
    bool missed;
};
struct jb_watch_event {
    enum jb_watch_type type;
    struct jb_slice reason;
    uint64_t revision, previous;
    int64_t at_us;
    struct jb_slice token;
    bool more;
    bool narrowed; /* of continued and reset */
    const struct jb_watch_cell *cells;
    uint32_t cell_count;
    struct jb_watch_act act;        /* of JB_WATCH_ACT, else its kind is 0 */
    const struct jb_watch_due *due; /* of JB_WATCH_DUE */
    uint32_t due_count;
    const struct jb_watch_target *targets; /* of JB_WATCH_CHANGES */
    uint32_t target_count;
};

JB_MUST_USE jb_err jb_wire_watch_decode(struct jb_slice bytes, struct jb_arena *arena,
                                        struct jb_watch_request *ret);
void jb_wire_watch_encode(const struct jb_watch_request *request, struct jb_buf *out);
JB_MUST_USE jb_err jb_wire_watch_event_decode(struct jb_slice bytes, struct jb_arena *arena,
                                              struct jb_watch_event *ret);
void jb_wire_watch_event_encode(const struct jb_watch_event *event, struct jb_buf *out);

#endif
