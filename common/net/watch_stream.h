/* What a watch has heard: the last place that it can go on from, whether the chain of events is
 * whole, and the parts of a change that does not fit one message. No socket, no clock. */
#ifndef JB_WATCH_STREAM_H
#define JB_WATCH_STREAM_H

#include "net/wire_watch.h"

#define JB_WATCH_CHANGE_BYTES_MAX ((size_t)256 << 20)

struct jb_watch_stream {
    char *token;       /* to resume from; NULL: none yet */
    uint64_t revision; /* of the last event; later ones must follow it */
    bool known;        /* revision counts: an event came since the watch was opened */
    uint64_t changes;  /* whole changes that were given out */
    /* The change that is arriving in parts. */
    struct jb_arena arena;
    struct jb_watch_cell *cells;
    uint32_t cell_count, cell_cap;
};

void jb_watch_stream_init(struct jb_watch_stream *stream, const char *token);
void jb_watch_stream_free(struct jb_watch_stream *stream);
/* The watch is asked for anew: parts that came are forgotten, the chain starts at the next event.
 */
void jb_watch_stream_reopen(struct jb_watch_stream *stream);

enum jb_watch_step {
    JB_STEP_SHOW = 0, /* *ret is an event to show */
    JB_STEP_WAIT,     /* a part: more is to come */
    JB_STEP_BROKEN,   /* an event is missing: ask again from the token */
};
/* Takes one event. A change in parts is given out once, whole; *ret borrows from the event and from
 * the stream until the next call. */
enum jb_watch_step jb_watch_stream_take(struct jb_watch_stream *stream,
                                        const struct jb_watch_event *event,
                                        struct jb_watch_event *ret);

#endif
