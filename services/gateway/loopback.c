/* Addresses of this machine that no other machine reaches. */
#include "loopback.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADDRESS_BYTES 64
#define BACKLOG 256

/* A numeric loopback address. What is reached from elsewhere must be encrypted, which is the
 * reverse proxy's part. */
static jb_err parse_listen(const char *listen, struct sockaddr_storage *ret, socklen_t *ret_len)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    struct addrinfo *found = NULL;
    const char *colon = strrchr(listen, ':');
    char host[ADDRESS_BYTES];
    size_t len = colon ? (size_t)(colon - listen) : 0;

    if (len >= 2 && listen[0] == '[' && listen[len - 1] == ']') {
        listen++;
        len -= 2;
    }
    if (len == 0 || len >= sizeof(host))
        return JB_EINVAL;
    memcpy(host, listen, len);
    host[len] = 0;
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
        return JB_EINVAL;
    memcpy(ret, found->ai_addr, found->ai_addrlen);
    *ret_len = found->ai_addrlen;
    const struct sockaddr_in *four = (const void *)ret;
    const struct sockaddr_in6 *six = (const void *)ret;
    bool loopback = found->ai_family == AF_INET ? ntohl(four->sin_addr.s_addr) >> 24 == 127
                                                : IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
    freeaddrinfo(found);
    return loopback ? JB_OK : JB_EINVAL;
}

/* Our own socket, so that the port is known and an address in use is told from other failures. */
jb_err jb_loopback_listen(const char *address, int *ret_fd, char *name, size_t size)
{
    struct sockaddr_storage at;
    socklen_t len = 0;
    char host[ADDRESS_BYTES], port[8];
    int one = 1;

    jb_err err = parse_listen(address, &at, &len);
    if (err)
        return err;
    int fd = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return JB_ENOMEM;
    jb_ignore(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0);
    if (bind(fd, (const struct sockaddr *)&at, len) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) != 0 ||
        getnameinfo((const struct sockaddr *)&at, len, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        close(fd);
        return JB_EEXIST;
    }
    snprintf(name, size, at.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
    *ret_fd = fd;
    return JB_OK;
}
