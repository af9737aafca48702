/* Live watches 订阅 (proto/jibao/v1/watch.proto): each is a filter and a position in the change
 * log. Nothing is queued for a watcher: it is sent to until its pipe is full, and later goes on
 * from its position.
 *
 * The turn of all watches is bounded: those that are caught up follow a change together, decoded
 * once; those that lag, and the snapshots of those that begin, go on one by one, a part each
 * turn. */
#ifndef JB_WATCH_H
#define JB_WATCH_H

#include "desk.h"
#include "net/sock.h"

typedef struct jb_watches jb_watches;

/* Sends one message to a watcher. JB_EAGAIN: its pipe is full, the same message is made again
 * later; JB_EGONE: it is gone. */
typedef jb_err jb_watch_send(void *ctx, const struct jb_peer *peer, uint32_t kind,
                             struct jb_slice request_id, struct jb_slice payload);

/* Who talks about a watch: a connection, and its key. */
struct jb_watcher {
    const struct jb_peer *peer;
    struct jb_asker *asker;
};

/* view and pins are the reader's. max: watches at most (JB_WATCHES_MAX, less in tests). */
jb_watches *jb_watches_new(struct jb_view *view, struct jb_pins *pins, uint32_t max,
                           jb_watch_send *send, void *ctx);
void jb_watches_free(jb_watches *watches); /* NULL is fine */
uint32_t jb_watches_count(const jb_watches *watches);
/* Where the rights are that open watches are held to: a watch shows what its key may read at the
 * time. When that changes it is reset, and ended when nothing is left. Before the first turn; NULL:
 * nobody is held to any. */
void jb_watches_guard(jb_watches *watches, jb_rights_board *rights);

/* Opens a watch, named by peer, key and request id (one of the same name is replaced); answers at
 * the next turn, or at once when it is refused. Errors are the store's only. */
JB_MUST_USE jb_err jb_watches_open(jb_watches *watches, const struct jb_watcher *watcher,
                                   struct jb_slice request_id, struct jb_slice payload,
                                   int64_t mono_us);
/* The one that was asked for last was refused for want of a right. */
bool jb_watches_was_denied(const jb_watches *watches);
/* WATCH_PONG, or `ended` when the watcher has no such watch. */
void jb_watches_ping(jb_watches *watches, const struct jb_watcher *watcher,
                     struct jb_slice request_id, int64_t mono_us);
void jb_watches_cancel(jb_watches *watches, const struct jb_watcher *watcher,
                       struct jb_slice request_id);
/* Sends what there is to send. *ret_wait_ms: when to come again: 0 at once, more when only pipes
 * are full, -1 when all are quiet (a commit or a second of time moves them again). */
JB_MUST_USE jb_err jb_watches_turn(jb_watches *watches, int64_t now_us, int64_t mono_us,
                                   int *ret_wait_ms);

#endif
