/* Both sides block in libzmq's own calls, with its default options but for the linger: nothing is
 * between the two but libzmq and the kernel. */
#include "bench/rr.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#define BYTES_MAX 4096
#define WARM_UP 200
#define TRIPS_MIN 200
#define SILENCE_MS 10000

static void need(bool good, const char *what)
{
    if (!good)
        die("round trip: %s: %s", what, zmq_strerror(zmq_errno()));
}

void rr_serve(int fd)
{
    char endpoint[128] = {0};
    size_t len = sizeof(endpoint);
    void *ctx = zmq_ctx_new();
    void *router = zmq_socket(ctx, ZMQ_ROUTER);
    need(router && zmq_bind(router, "tcp://127.0.0.1:*") == 0, "bind");
    need(zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, endpoint, &len) == 0, "endpoint");
    need(write(fd, endpoint, sizeof(endpoint)) == sizeof(endpoint), "write");
    close(fd);
    zmq_msg_t id, body;
    zmq_msg_init(&id);
    zmq_msg_init(&body);
    for (;;) {
        need(zmq_msg_recv(&id, router, 0) >= 0, "receive");
        need(zmq_msg_recv(&body, router, 0) >= 0, "receive");
        need(zmq_msg_send(&id, router, ZMQ_SNDMORE) >= 0, "send");
        need(zmq_msg_send(&body, router, 0) >= 0, "send");
    }
}

void rr_start(struct rr *rr, const char *self)
{
    int fds[2];
    need(pipe(fds) == 0, "pipe");
    rr->pid = fork();
    need(rr->pid >= 0, "fork");
    if (rr->pid == 0) {
        char fd_text[16];
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        snprintf(fd_text, sizeof(fd_text), "%d", fds[1]);
        execl(self, self, "--echo", fd_text, (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    need(read(fds[0], rr->endpoint, sizeof(rr->endpoint)) == sizeof(rr->endpoint), "start");
    close(fds[0]);
}

void rr_stop(struct rr *rr)
{
    kill(rr->pid, SIGKILL);
    waitpid(rr->pid, NULL, 0);
}

void rr_run(const struct rr *rr, uint32_t bytes, int64_t duration_ns, struct samples *ret)
{
    char body[BYTES_MAX];
    int zero = 0, silence = SILENCE_MS;
    void *ctx = zmq_ctx_new();
    void *dealer = zmq_socket(ctx, ZMQ_DEALER);
    memset(body, 'x', sizeof(body));
    need(dealer && bytes <= sizeof(body), "socket");
    zmq_setsockopt(dealer, ZMQ_LINGER, &zero, sizeof(zero));
    zmq_setsockopt(dealer, ZMQ_RCVTIMEO, &silence, sizeof(silence));
    need(zmq_connect(dealer, rr->endpoint) == 0, "connect");
    int64_t start = now_ns(), sent = start;
    for (uint32_t i = 0; i < WARM_UP + TRIPS_MIN || sent - start < duration_ns; i++) {
        need(zmq_send(dealer, body, bytes, 0) == (int)bytes, "send");
        need(zmq_recv(dealer, body, sizeof(body), 0) == (int)bytes, "answer");
        int64_t now = now_ns();
        if (i >= WARM_UP)
            samples_add(ret, now - sent);
        sent = now;
    }
    zmq_close(dealer);
    zmq_ctx_term(ctx);
}
