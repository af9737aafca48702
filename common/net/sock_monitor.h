/* What becomes of a client's attempts to connect, while somebody looks: the library's own thread
 * waits when its news are not read, so a monitor is open only during a wait for a connection. Used
 * by the thread of its socket. */
#ifndef JB_SOCK_MONITOR_H
#define JB_SOCK_MONITOR_H

#include "net/sock.h"

typedef struct jb_sock_monitor jb_sock_monitor;

enum jb_sock_news {
    JB_SOCK_NEWS_NONE = 0,  /* nothing was heard yet */
    JB_SOCK_NEWS_NOBODY,    /* the last attempt found nobody who listens */
    JB_SOCK_NEWS_HANDSHAKE, /* the last handshake failed */
    JB_SOCK_NEWS_CONNECTED,
};

/* NULL: out of sockets; then nothing is heard, which harms nobody. */
jb_sock_monitor *jb_sock_monitor_open(jb_net *net, jb_sock *sock);
/* Takes what came since; never waits. Returns the last that is known. */
enum jb_sock_news jb_sock_monitor_read(jb_sock_monitor *monitor); /* NULL: NONE */
void jb_sock_monitor_close(jb_sock_monitor *monitor); /* NULL is fine; before the socket */

#endif
