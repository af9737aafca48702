/* A listening socket for the pages, on a loopback address and on no other: what is reached from
 * other machines must be encrypted, which is the reverse proxy's part. */
#ifndef JB_LOOPBACK_H
#define JB_LOOPBACK_H

#include "base/base.h"

/* address: "127.0.0.1:5580", "[::1]:0" (any port). name gets it as bound. JB_EINVAL: no numeric
 * loopback address. JB_EEXIST: it is in use, or not of this machine. */
JB_MUST_USE jb_err jb_loopback_listen(const char *address, int *ret_fd, char *name, size_t size);

#endif
