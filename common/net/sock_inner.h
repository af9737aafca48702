/* What the files behind the ZeroMQ wall share: for net/sock*.c, and for tests that speak to the ZAP
 * handler as the library does. Handles and frames are libzmq's own. */
#ifndef JB_SOCK_INNER_H
#define JB_SOCK_INNER_H

#include "net/sock.h"

void *jb_net_context(jb_net *net);
/* The handle, whoever owns the socket: for what the library lets any thread do with it. */
void *jb_sock_raw(const jb_sock *sock);

/* The options of a lock, for what is bound or connected after them. */
void jb_sock_lock_door(void *handle, const struct jb_sock_lock *lock);
void jb_sock_lock_client(void *handle, const struct jb_sock_lock *lock);
/* The user that the ZAP handler named for the connection a frame came by. False: it named none.
 * frame: a message's last one, because the library may hand over a routing id without any. */
bool jb_sock_user_of(void *frame, uint8_t ret[JB_CURVE_BYTES]);

#endif
