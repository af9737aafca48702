/* One of the two doors: takes messages in, sends answers out, counts what went wrong. */
#ifndef JB_DOOR_H
#define JB_DOOR_H

#include <stdatomic.h>

#include "gate.h"
#include "net/sock.h"
#include "net/wire.h"

/* Used by one thread; or shared by several. Then one at a time waits for its socket, on
 * jb_door_fd and on wakeup_fd together. */
struct jb_door {
    jb_sock *sock;
    int wakeup_fd;        /* -1: one thread only */
    struct jb_gate *gate; /* NULL: messages are taken from everybody that is connected */
    struct jb_buf out;
    atomic_ullong malformed; /* since the last report */
    atomic_ullong unsent;    /* answers that found the pipe full or the peer gone */
};
/* Limits of both doors' sockets: a peer that does not read costs at most this many messages. */
extern const struct jb_sock_limits jb_door_limits;

/* An answer whose envelope is encoded already. */
struct jb_door_answer {
    const struct jb_peer *peer;
    struct jb_slice bytes;
};

void jb_door_init(struct jb_door *door, jb_sock *sock);
/* Before any other thread uses it. wakeup_fd is set when messages wait of which the socket's
 * descriptor says nothing. */
void jb_door_share(struct jb_door *door, int wakeup_fd);
/* Asks the gate about each message, before it is read. Likewise. */
void jb_door_guard(struct jb_door *door, struct jb_gate *gate);
int jb_door_fd(const struct jb_door *door);
void jb_door_free(struct jb_door *door); /* the socket is the caller's */
/* The next message, decoded; what the gate refuses or cannot be decoded is refused or
 * dropped here. JB_EAGAIN: nothing
 * is there. JB_EINVAL: one was dropped, call again. The envelope's slices live as long as the
 * message. waits: the caller is the one that waits for the door; when others take, it is woken for
 * what they leave. */
JB_MUST_USE jb_err jb_door_take(struct jb_door *door, struct jb_msg *msg, bool waits,
                                struct jb_envelope *ret);
/* More is there to be taken. */
bool jb_door_is_pending(struct jb_door *door);
/* JB_EAGAIN: the peer's pipe is full; JB_EGONE: the peer is gone. Both are counted. */
jb_err jb_door_send(struct jb_door *door, const struct jb_peer *peer, uint32_t kind,
                    struct jb_slice request_id, struct jb_slice payload);
/* Likewise, in order. */
void jb_door_send_all(struct jb_door *door, const struct jb_door_answer *answers, uint32_t count);
void jb_door_refuse(struct jb_door *door, const struct jb_peer *peer, struct jb_slice request_id,
                    enum jb_finding_code code);
/* Logs and clears the counts, if there is anything to tell. name: "write" or "read". */
void jb_door_report(struct jb_door *door, const char *name);

#endif
