/* libzmq's socket monitor, for telling apart why a client does not get in. A connection that is
 * refused and one whose other side has another key look the same here: the handshake does not end.
 */
#include "net/sock_monitor.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <zmq.h>

#include "net/sock_inner.h"

#define HANDSHAKE_FAILED                                                                           \
    (ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |                  \
     ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
#define EVENTS (HANDSHAKE_FAILED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED)

struct jb_sock_monitor {
    void *watched, *news;
    enum jb_sock_news last;
};

jb_sock_monitor *jb_sock_monitor_open(jb_net *net, jb_sock *sock)
{
    static atomic_uint number;
    char name[48];
    snprintf(name, sizeof(name), "inproc://jibao.monitor.%u", atomic_fetch_add(&number, 1));
    void *watched = jb_sock_handle(sock);
    void *news = zmq_socket(jb_net_context(net), ZMQ_PAIR);
    if (!news)
        return NULL;
    if (zmq_socket_monitor(watched, name, EVENTS) != 0 || zmq_connect(news, name) != 0) {
        jb_ignore(zmq_socket_monitor(watched, NULL, 0));
        jb_assert(zmq_close(news) == 0);
        return NULL;
    }
    jb_sock_monitor *monitor = jb_xcalloc(1, sizeof(*monitor));
    monitor->watched = watched;
    monitor->news = news;
    return monitor;
}

static void take(jb_sock_monitor *monitor, uint16_t event)
{
    if (event & HANDSHAKE_FAILED)
        monitor->last = JB_SOCK_NEWS_HANDSHAKE;
    else if (event == ZMQ_EVENT_CLOSED) /* an attempt that did not become a connection */
        monitor->last = JB_SOCK_NEWS_NOBODY;
    else if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
        monitor->last = JB_SOCK_NEWS_CONNECTED;
}

enum jb_sock_news jb_sock_monitor_read(jb_sock_monitor *monitor)
{
    if (!monitor)
        return JB_SOCK_NEWS_NONE;
    for (;;) { /* an event is two frames: its number and value, and the address */
        uint8_t event[6], address[256];
        uint16_t number;
        int len = zmq_recv(monitor->news, event, sizeof(event), ZMQ_DONTWAIT);
        if (len < 0)
            return monitor->last;
        jb_ignore(zmq_recv(monitor->news, address, sizeof(address), ZMQ_DONTWAIT));
        memcpy(&number, event, sizeof(number));
        if (len == (int)sizeof(event))
            take(monitor, number);
    }
}

void jb_sock_monitor_close(jb_sock_monitor *monitor)
{
    if (!monitor)
        return;
    jb_ignore(jb_sock_monitor_read(monitor)); /* room for the last news, which is that it ends */
    jb_ignore(zmq_socket_monitor(monitor->watched, NULL, 0));
    jb_assert(zmq_close(monitor->news) == 0);
    free(monitor);
}
