/* Handshakes that failed at doors before the ZAP handler had a key to judge: who speaks no CURVE,
 * says half a greeting, or never goes on. Counted, and the first of each minute logged with their
 * address (none when it had left by then) and reason. Keys that the handler refused it tells itself
 * (net/zap.h); their connections are counted here too when their time is over. */
#ifndef JB_SOCK_KNOCKS_H
#define JB_SOCK_KNOCKS_H

#include "net/sock.h"

#define JB_KNOCKS_DOORS_MAX 2

typedef struct jb_knocks jb_knocks; /* with a thread of its own */

/* Looks at these listening sockets, before other threads use them. JB_ENOMEM: out of sockets or
 * threads. */
JB_MUST_USE jb_err jb_knocks_start(jb_net *net, jb_sock *const *doors, uint32_t count,
                                   jb_knocks **ret);
/* Ends the thread and logs the count. NULL is fine; before the doors are closed, after all others
 * are done with them. */
void jb_knocks_stop(jb_knocks *knocks);
uint64_t jb_knocks_failed(const jb_knocks *knocks); /* any thread */

#endif
