/* One of the two doors: takes messages in, sends answers out, counts what went wrong. */
#ifndef JB_DOOR_H
#define JB_DOOR_H

#include "net/sock.h"
#include "net/wire.h"

struct jb_door {
    jb_sock *sock;
    struct jb_buf out;
    uint64_t malformed; /* since the last report */
    uint64_t unsent;    /* answers that found the pipe full or the peer gone */
};
/* Limits of both doors' sockets: a peer that does not read costs at most this many messages. */
extern const struct jb_sock_limits jb_door_limits;

void jb_door_init(struct jb_door *door, jb_sock *sock);
void jb_door_free(struct jb_door *door); /* the socket is the caller's */
/* The next message, decoded; what cannot be decoded is refused or dropped here. JB_EAGAIN: nothing
 * is there. JB_EINVAL: one was dropped, call again. The envelope's slices live as long as the
 * message. */
JB_MUST_USE jb_err jb_door_take(struct jb_door *door, struct jb_msg *msg, struct jb_envelope *ret);
/* JB_EAGAIN: the peer's pipe is full; JB_EGONE: the peer is gone. Both are counted. */
jb_err jb_door_send(struct jb_door *door, const struct jb_peer *peer, uint32_t kind,
                    struct jb_slice request_id, struct jb_slice payload);
void jb_door_refuse(struct jb_door *door, const struct jb_peer *peer, struct jb_slice request_id,
                    enum jb_finding_code code);
/* Logs and clears the counts, if there is anything to tell. name: "write" or "read". */
void jb_door_report(struct jb_door *door, const char *name);

#endif
