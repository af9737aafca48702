/* Readers of streams that left. A stream that has nothing to give is suspended, and then
 * libmicrohttpd does not look at its connection: that the reader went away would be found at the
 * next write, seconds later. So the connections of streams are looked at here as well, for that
 * alone. A reader that shuts down its own half counts as gone: none of ours does so and reads on.
 */
#include "http_inner.h"

#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"

#define EVENTS_A_TURN 64

static bool add(int epoll, int fd, uint32_t events, void *what)
{
    struct epoll_event event = {.events = events, .data = {.ptr = what}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* The caller polls one descriptor: that of the daemon and this one are both in it. */
jb_err jb_http_gone_open(jb_http *http)
{
    int daemon = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;

    http->gone_fd = epoll_create1(EPOLL_CLOEXEC);
    http->fd = epoll_create1(EPOLL_CLOEXEC);
    return http->gone_fd >= 0 && http->fd >= 0 && add(http->fd, daemon, EPOLLIN, NULL) &&
                   add(http->fd, http->gone_fd, EPOLLIN, NULL)
               ? JB_OK
               : JB_EIO;
}

void jb_http_gone_close(jb_http *http)
{
    if (http->gone_fd >= 0)
        close(http->gone_fd);
    if (http->fd >= 0)
        close(http->fd);
}

void jb_http_gone_watch(jb_request *request)
{
    request->watched = add(request->http->gone_fd, request->line->fd, EPOLLRDHUP, request);
    if (!request->watched)
        jb_log(JB_LOG_WARN, "gateway.http", "message=stream_not_watched");
}

void jb_http_gone_forget(jb_request *request)
{
    if (request->watched)
        jb_ignore(epoll_ctl(request->http->gone_fd, EPOLL_CTL_DEL, request->line->fd, NULL) != 0);
    request->watched = false;
}

void jb_http_gone_turn(jb_http *http)
{
    struct epoll_event events[EVENTS_A_TURN];
    int count = epoll_wait(http->gone_fd, events, EVENTS_A_TURN, 0);

    for (int i = 0; i < count; i++) {
        jb_request *request = events[i].data.ptr;
        jb_http_gone_forget(request);
        request->gone = true;
        jb_request_wake(request);
    }
}
