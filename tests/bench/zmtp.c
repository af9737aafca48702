/* Only what a DEALER that trusts its peer needs: a greeting, one command each way, short and long
 * frames. */
#include "bench/zmtp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/limits.h"
#include "bench/sample.h"

#define GREETING_BYTES 64
#define HELLO_MS 10000
#define READ_BYTES 65536
#define FLAG_MORE 1
#define FLAG_LONG 2
#define FLAG_COMMAND 4

static const uint8_t greeting[GREETING_BYTES] = {
    0xFF, 0,   0,   0,   0, 0, 0, 0, 0, 0x7F, /* signature */
    3,    0,                                  /* version */
    'N',  'U', 'L', 'L',                      /* mechanism, padded; then: no server; filler */
};
static const uint8_t ready[] = {
    FLAG_COMMAND,
    28, /* of 28 bytes */
    5,
    'R',
    'E',
    'A',
    'D',
    'Y', /* command */
    11,
    'S',
    'o',
    'c',
    'k',
    'e',
    't',
    '-',
    'T',
    'y',
    'p',
    'e',
    0,
    0,
    0,
    6, /* property */
    'D',
    'E',
    'A',
    'L',
    'E',
    'R',
};

static void need(bool good, const char *what)
{
    if (!good)
        die("agents: %s: %s", what, strerror(errno));
}

static int connect_to(const char *endpoint)
{
    static const char scheme[] = "tcp://127.0.0.1:";
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    uint32_t port = 0;
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (strncmp(endpoint, scheme, sizeof(scheme) - 1) != 0)
        die("agents: cannot connect to %s", endpoint);
    for (const char *at = endpoint + sizeof(scheme) - 1; *at >= '0' && *at <= '9'; at++)
        port = port * 10 + (uint32_t)(*at - '0');
    address.sin_port = htons((uint16_t)port);
    need(fd >= 0, "socket");
    need(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "connect");
    need(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) == 0, "option");
    return fd;
}

static void send_all(int fd, struct iovec *parts, int count, size_t left)
{
    while (left > 0) {
        ssize_t sent = writev(fd, parts, count);
        need(sent > 0, "send");
        left -= (size_t)sent;
        for (size_t skip = (size_t)sent; left > 0 && skip > 0;) {
            size_t part = parts->iov_len < skip ? parts->iov_len : skip;
            parts->iov_base = (uint8_t *)parts->iov_base + part;
            parts->iov_len -= part;
            skip -= part;
            if (parts->iov_len == 0) {
                parts++;
                count--;
            }
        }
    }
}

void zmtp_fill(struct zmtp *z)
{
    uint8_t bytes[READ_BYTES];
    size_t left = z->in.len - z->taken;
    if (z->taken && left)
        memmove(z->in.ptr, z->in.ptr + z->taken, left);
    z->in.len = left;
    z->taken = 0;
    ssize_t got = recv(z->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN)
        return;
    need(got > 0, "the aggregator closed the connection");
    jb_buf_put(&z->in, bytes, (size_t)got);
}

/* A whole frame, if one is there. */
static bool next_frame(struct zmtp *z, uint8_t *ret_flags, struct jb_slice *ret)
{
    const uint8_t *at = z->in.ptr + z->taken;
    size_t left = z->in.len - z->taken, head = 2;
    uint64_t size = 0;
    if (left < 2)
        return false;
    if (at[0] & FLAG_LONG) {
        head = 9;
        for (size_t i = 1; i < 9 && left >= 9; i++)
            size = size << 8 | at[i];
    } else {
        size = at[1];
    }
    if (left < head || left - head < size)
        return false;
    *ret_flags = at[0];
    *ret = jb_slice_of(at + head, size);
    z->taken += head + size;
    return true;
}

bool zmtp_next(struct zmtp *z, struct jb_slice *ret)
{
    uint8_t flags = 0;
    while (next_frame(z, &flags, ret)) {
        if (flags & FLAG_MORE)
            die("agents: an answer of several frames");
        if (!(flags & FLAG_COMMAND))
            return true;
    }
    return false;
}

static void wait_for(struct zmtp *z)
{
    struct pollfd item = {.fd = z->fd, .events = POLLIN};
    need(poll(&item, 1, HELLO_MS) == 1, "no hello");
    zmtp_fill(z);
}

void zmtp_open(struct zmtp *z, const char *endpoint)
{
    struct jb_slice command;
    uint8_t flags = 0;
    *z = (struct zmtp){.fd = connect_to(endpoint)};
    jb_buf_init(&z->in, JB_MESSAGE_BYTES_MAX + READ_BYTES);
    need(write(z->fd, greeting, sizeof(greeting)) == sizeof(greeting), "greeting");
    while (z->in.len < GREETING_BYTES)
        wait_for(z);
    z->taken = GREETING_BYTES;
    need(write(z->fd, ready, sizeof(ready)) == sizeof(ready), "hello");
    while (!next_frame(z, &flags, &command))
        wait_for(z);
    if (!(flags & FLAG_COMMAND))
        die("agents: the aggregator speaks another protocol");
}

void zmtp_close(struct zmtp *z)
{
    close(z->fd);
    jb_buf_free(&z->in);
}

void zmtp_send(struct zmtp *z, struct jb_slice message)
{
    uint8_t head[9] = {message.len > UINT8_MAX ? FLAG_LONG : 0, (uint8_t)message.len};
    size_t head_len = 2;
    if (head[0] & FLAG_LONG) {
        head_len = sizeof(head);
        for (size_t i = 0; i < 8; i++)
            head[1 + i] = (uint8_t)(message.len >> (56 - 8 * i));
    }
    union { /* writev's type has no const; it only reads */
        const uint8_t *in;
        void *out;
    } body = {.in = message.ptr};
    struct iovec parts[2] = {{head, head_len}, {body.out, message.len}};
    send_all(z->fd, parts, 2, head_len + message.len);
}
