/* What the daemon's doors have in common: the server's own key, and the handler that decides who
 * may connect. Order of birth: open, then the doors with its lock, then prove each, then tell
 * anybody where they are; the doors are closed before it is.
 *
 * A server's key is changed with an overlap. A door of CURVE has one key, so that while there are
 * two each door listens at a second address, locked with the next key; and heads are signed with
 * both. Clients know one address and one key, and go over to the other pair on any day of the
 * overlap.
 *
 * 1. The next key is made beside the store (jibao key new).
 * 2. A change of rights, signed by a security key, puts it into the place of the old one until a
 *    moment (jibao key rotate OLD --to NEXT --overlap-until): that is an entry of the ledger, so
 * that the store itself says which keys are its server's, and since when, and who said so.
 * 3. The daemon is started with the next key and its two addresses. It takes no key that the store
 *    does not name.
 * 4. From the moment on the store does not take the old key any more: the daemon, started again,
 *    serves the second addresses only. */
#ifndef JB_TRUST_H
#define JB_TRUST_H

#include "net/identity.h"
#include "net/zap.h"
#include "rights.h"

struct jb_trust {
    jb_net *net;
    jb_rights_board *board;
    jb_identity *server;
    jb_identity *next; /* NULL: there is none */
    bool moved;        /* the old key is over: server is what was named as the next one */
    jb_zap *zap;
};

/* Loads the server's key from its file, and the next one (NULL: there is none), sees that they are
 * those that the store knows, and starts the handler. JB_EINVAL, JB_ENOTFOUND, JB_EIO: why says
 * what to do. */
JB_MUST_USE jb_err jb_trust_open(struct jb_trust *trust, jb_net *net, jb_rights_board *board,
                                 const char *server_key, const char *next_key, char *why,
                                 size_t why_size);
void jb_trust_close(struct jb_trust *trust); /* one full of zeros is fine */

/* A door there, locked with the server's key. Errors as jb_sock_listen. */
JB_MUST_USE jb_err jb_trust_listen(const struct jb_trust *trust, const char *endpoint,
                                   const struct jb_sock_limits *limits, jb_sock **ret);
/* The door there too, locked with the next key, which there is. Errors as jb_sock_listen. */
JB_MUST_USE jb_err jb_trust_listen_next(const struct jb_trust *trust, const char *endpoint,
                                        jb_sock *door);
/* Tries the door, at each of its addresses, with a key that nobody knows. Anything but JB_OK must
 * end the program. */
JB_MUST_USE jb_err jb_trust_prove(const struct jb_trust *trust, const jb_sock *door);

#endif
