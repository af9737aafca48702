/* The loop behind jibao watch: keeps one watch alive over broken connections and prints its events.
 */
#ifndef JB_BUREAU_WATCH_RUN_H
#define JB_BUREAU_WATCH_RUN_H

#include "args.h"
#include "desk.h"

struct jb_watch_input {
    struct jb_list units, groups, indicators;
    const char *from, *token_file;  /* NULL: none */
    uint64_t count, until, quiet_s; /* 0: no such end */
    bool snapshot, acts;
};

/* Returns at an end that was asked for, on SIGINT or SIGTERM, or when the watch cannot go on. */
enum jb_exit jb_watch_run(struct jb_desk *desk, const struct jb_watch_input *input);

#endif
