/* What the daemon's doors have in common: the server's own key, and the handler that decides who
 * may connect. Order of birth: open, then the doors with its lock, then prove each, then tell
 * anybody where they are; the doors are closed before it is. */
#ifndef JB_TRUST_H
#define JB_TRUST_H

#include "net/identity.h"
#include "net/zap.h"
#include "rights.h"

struct jb_trust {
    jb_net *net;
    jb_rights_board *board;
    jb_identity *server;
    jb_zap *zap;
};

/* Loads the server's key from its file, sees that it is the one that the store knows, and starts
 * the handler. JB_EINVAL, JB_ENOTFOUND, JB_EIO: why says what to do. */
JB_MUST_USE jb_err jb_trust_open(struct jb_trust *trust, jb_net *net, jb_rights_board *board,
                                 const char *server_key, char *why, size_t why_size);
void jb_trust_close(struct jb_trust *trust); /* one full of zeros is fine */

/* A door there, locked with the server's key. Errors as jb_sock_listen. */
JB_MUST_USE jb_err jb_trust_listen(const struct jb_trust *trust, const char *endpoint,
                                   const struct jb_sock_limits *limits, jb_sock **ret);
/* Tries the door with a key that nobody knows. Anything but JB_OK must end the program. */
JB_MUST_USE jb_err jb_trust_prove(const struct jb_trust *trust, const jb_sock *door);

#endif
