/* What a stranger, or a guest with bad manners, can do to a locked door: while each attack goes on,
 * a guest who may works on. */
#include "lock_desk.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <zmq.h>

#include "base/limits.h"
#include "net/sock_knocks.h"

#define CROWD 200

static int set_up(void **state)
{
    struct lock_desk *desk = jb_xcalloc(1, sizeof(*desk));
    lock_desk_open(desk, "tcp://127.0.0.1:*");
    grant(desk, 0);
    grant(desk, 1);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    lock_desk_close(*state);
    free(*state);
    return 0;
}

/* A socket as any ZeroMQ program would make it. */
static void *foreign(void **ret_context, int type)
{
    int wait_ms = WAIT_MS, linger = 0;
    void *context = zmq_ctx_new();
    void *sock = zmq_socket(context, type);
    assert_int_equal(zmq_setsockopt(sock, ZMQ_RCVTIMEO, &wait_ms, sizeof(wait_ms)), 0);
    assert_int_equal(zmq_setsockopt(sock, ZMQ_LINGER, &linger, sizeof(linger)), 0);
    *ret_context = context;
    return sock;
}

static void lock_foreign(void *sock, uint32_t number)
{
    const struct jb_sock_lock lock = guest_lock(number, SERVER);
    uint8_t secret[JB_CURVE_BYTES], public[JB_CURVE_BYTES];
    key_of(number, secret, public);
    assert_int_equal(zmq_setsockopt(sock, ZMQ_CURVE_SERVERKEY, lock.server, 32), 0);
    assert_int_equal(zmq_setsockopt(sock, ZMQ_CURVE_PUBLICKEY, public, 32), 0);
    assert_int_equal(zmq_setsockopt(sock, ZMQ_CURVE_SECRETKEY, secret, 32), 0);
}

static void close_foreign(void *sock, void *context)
{
    zmq_close(sock);
    zmq_ctx_term(context);
}

/* A guest talks; whatever else came to the door in the meantime fails the test. */
static void nothing_else_came(struct lock_desk *desk)
{
    jb_sock *sock = guest(desk, 0);
    talk(desk, sock, 0);
    assert_int_equal(jb_sock_recv(desk->door, &desk->msg), JB_EAGAIN);
    assert_int_equal(jb_sock_strays(desk->door), 0);
    jb_sock_close(sock);
}

static void no_key_is_no_way_in(void **state)
{
    struct lock_desk *desk = *state;
    void *context, *dealer = foreign(&context, ZMQ_DEALER);
    assert_int_equal(zmq_connect(dealer, jb_sock_endpoint(desk->door)), 0);
    assert_int_equal(zmq_send(dealer, "question", 8, 0), 8);
    nothing_else_came(desk);
    assert_int_equal(counts_of(desk).refused, 0); /* it does not get as far as that */
    close_foreign(dealer, context);
}

static void a_password_is_no_way_in(void **state)
{
    struct lock_desk *desk = *state;
    void *context, *dealer = foreign(&context, ZMQ_DEALER);
    assert_int_equal(zmq_setsockopt(dealer, ZMQ_PLAIN_USERNAME, "admin", 5), 0);
    assert_int_equal(zmq_setsockopt(dealer, ZMQ_PLAIN_PASSWORD, "admin", 5), 0);
    assert_int_equal(zmq_connect(dealer, jb_sock_endpoint(desk->door)), 0);
    assert_int_equal(zmq_send(dealer, "question", 8, 0), 8);
    nothing_else_came(desk);
    close_foreign(dealer, context);
}

static void another_servers_key_is_no_way_in(void **state)
{
    struct lock_desk *desk = *state;
    jb_sock *sock = guest_at(desk, 0, jb_sock_endpoint(desk->door), SERVER_NEXT);
    nothing_else_came(desk);
    assert_false(is_in(sock, 100));
    jb_sock_close(sock);
}

/* A guest takes the routing id of another's connection: the door goes on answering the other. */
static void a_guessed_routing_id_gets_nobody_elses_answers(void **state)
{
    struct lock_desk *desk = *state;
    void *context, *thief = foreign(&context, ZMQ_DEALER);
    char got[16];
    int short_ms = 300;
    jb_sock *sock = guest(desk, 0);
    assert_true(is_in(sock, WAIT_MS));
    assert_int_equal(jb_sock_send(sock, NULL, JB_LIT("question")), JB_OK);
    assert_int_equal(take(desk->door, &desk->msg, WAIT_MS), JB_OK);
    struct jb_peer victim = desk->msg.peer;
    lock_foreign(thief, 1);
    assert_int_equal(zmq_setsockopt(thief, ZMQ_ROUTING_ID, victim.id, victim.id_len), 0);
    assert_int_equal(zmq_setsockopt(thief, ZMQ_RCVTIMEO, &short_ms, sizeof(short_ms)), 0);
    uint64_t let_in = counts_of(desk).let_in;
    assert_int_equal(zmq_connect(thief, jb_sock_endpoint(desk->door)), 0);
    assert_int_equal(zmq_send(thief, "stolen", 6, 0), 6);
    int64_t until_us = jb_clock_mono_us() + WAIT_MS * 1000LL;
    while (counts_of(desk).let_in == let_in && jb_clock_mono_us() < until_us)
        assert_int_equal(take(desk->door, &desk->msg, 5), JB_EAGAIN);
    assert_int_equal(take(desk->door, &desk->msg, 300), JB_EAGAIN); /* in, but not heard */
    assert_int_equal(jb_sock_send(desk->door, &victim, JB_LIT("answer")), JB_OK);
    assert_int_equal(take(sock, &desk->msg, WAIT_MS), JB_OK);
    assert_true(jb_slice_is(desk->msg.bytes, "answer"));
    assert_int_equal(zmq_recv(thief, got, sizeof(got), 0), -1);
    jb_sock_close(sock);
    close_foreign(thief, context);
}

static void too_large_or_too_many_frames_do_not_arrive(void **state)
{
    struct lock_desk *desk = *state;
    void *context, *dealer = foreign(&context, ZMQ_DEALER);
    uint8_t *large = jb_xcalloc(1, lock_limits.bytes_max + 1);
    lock_foreign(dealer, 1);
    assert_int_equal(zmq_connect(dealer, jb_sock_endpoint(desk->door)), 0);
    for (int i = 0; i < 2000; i++)
        assert_int_equal(zmq_send(dealer, "frame", 5, ZMQ_SNDMORE), 5);
    assert_int_equal(zmq_send(dealer, "last", 4, 0), 4);
    assert_int_equal(take(desk->door, &desk->msg, WAIT_MS), JB_EINVAL);
    assert_int_equal(zmq_send(dealer, large, lock_limits.bytes_max + 1, 0),
                     lock_limits.bytes_max + 1);
    nothing_else_came(desk);
    free(large);
    close_foreign(dealer, context);
}

static int raw_connection(struct lock_desk *desk)
{
    const char *port = strrchr(jb_sock_endpoint(desk->door), ':') + 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    address.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

/* True when the door has closed it; what it sent is read away. */
static bool was_closed(int fd)
{
    uint8_t bytes[256];
    ssize_t n;
    do
        n = recv(fd, bytes, sizeof(bytes), 0);
    while (n > 0);
    return n == 0 || errno != EAGAIN;
}

static void closed_within(struct lock_desk *desk, int *fds, int count, int within_ms)
{
    int64_t until_us = jb_clock_mono_us() + within_ms * 1000LL;
    for (int i = 0; i < count;) {
        struct jb_wait_item item = {.sock = desk->door};
        assert_true(jb_clock_mono_us() < until_us);
        if (was_closed(fds[i]))
            close(fds[i++]);
        else
            jb_ignore(jb_wait(&item, 1, 10));
    }
}

static void garbage_for_a_greeting_is_cut_off(void **state)
{
    struct lock_desk *desk = *state;
    uint8_t noise[4096];
    int fds[32];
    for (int i = 0; i < 32; i++) {
        randombytes_buf(noise, sizeof(noise));
        memcpy(noise, "GET / HTTP/1.1\r\n", i == 0 ? 16 : 0);
        noise[0] = i % 4 == 1 ? 0xff : noise[0]; /* begins like a greeting */
        noise[9] = i % 4 == 1 ? 0x7f : noise[9];
        fds[i] = raw_connection(desk);
        jb_ignore(send(fds[i], noise, sizeof(noise), MSG_NOSIGNAL) < 0);
    }
    nothing_else_came(desk);
    closed_within(desk, fds, 32, WAIT_MS);
    nothing_else_came(desk);
}

static void counted_within(struct lock_desk *desk, const jb_knocks *knocks, uint64_t count,
                           int within_ms)
{
    int64_t until_us = jb_clock_mono_us() + within_ms * 1000LL;
    while (jb_knocks_failed(knocks) < count && jb_clock_mono_us() < until_us) {
        struct jb_wait_item item = {.sock = desk->door};
        jb_ignore(jb_wait(&item, 1, 10));
    }
    assert_int_equal(jb_knocks_failed(knocks), count);
}

/* Half say nothing; half greet properly and go no further. Who comes in is not counted. */
static void handshakes_that_never_end_disturb_nobody_are_cut_off_and_counted(void **state)
{
    struct lock_desk *desk = *state;
    const uint8_t greeting[64] = {0xff, 0, 0, 0,   0,   0,   0,   0,   1,
                                  0x7f, 3, 0, 'C', 'U', 'R', 'V', 'E', '\0'};
    int fds[CROWD];
    jb_knocks *knocks = NULL;
    assert_int_equal(jb_knocks_start(desk->net, &desk->door, 1, &knocks), JB_OK);
    jb_sock *before = guest(desk, 0);
    talk(desk, before, 0);
    for (int i = 0; i < CROWD; i++) {
        fds[i] = raw_connection(desk);
        if (i % 2)
            assert_int_equal(send(fds[i], greeting, sizeof(greeting), MSG_NOSIGNAL),
                             sizeof(greeting));
    }
    for (int i = 0; i < 100; i++)
        talk(desk, before, 0);
    jb_sock *late = guest(desk, 1);
    talk(desk, late, 1);
    closed_within(desk, fds, CROWD, WAIT_MS);
    talk(desk, before, 0);
    assert_int_equal(counts_of(desk).refused, 0);
    counted_within(desk, knocks, CROWD, WAIT_MS);
    jb_sock_close(before);
    jb_sock_close(late);
    jb_knocks_stop(knocks);
}

/* Recorded bytes are worth nothing on another connection: what a guest sent once, sent again. */
static void a_recorded_connection_cannot_be_played_again(void **state)
{
    struct lock_desk *desk = *state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    uint8_t tape[16384], bytes[4096];
    size_t taped = 0;
    ssize_t n;
    int ear = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(ear, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(ear, 1), 0);
    assert_int_equal(getsockname(ear, (struct sockaddr *)&address, &size), 0);
    char *endpoint = jb_xasprintf("tcp://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
    jb_sock *sock = guest_at(desk, 0, endpoint, SERVER);
    int in = accept(ear, NULL, NULL), out = raw_connection(desk);
    assert_int_equal(fcntl(in, F_SETFL, O_NONBLOCK), 0);
    bool sent = false, heard = false;
    int64_t until_us = jb_clock_mono_us() + WAIT_MS * 1000LL;
    while (!heard && jb_clock_mono_us() < until_us) {
        if ((n = recv(in, tape + taped, sizeof(tape) - taped, 0)) > 0) {
            assert_int_equal(send(out, tape + taped, (size_t)n, MSG_NOSIGNAL), n);
            taped += (size_t)n;
        }
        if ((n = recv(out, bytes, sizeof(bytes), 0)) > 0)
            assert_int_equal(send(in, bytes, (size_t)n, MSG_NOSIGNAL), n);
        sent = sent || (is_in(sock, 1) && jb_sock_send(sock, NULL, JB_LIT("secret")) == JB_OK);
        heard = take(desk->door, &desk->msg, 1) == JB_OK;
    }
    assert_true(heard);
    assert_true(jb_slice_is(desk->msg.bytes, "secret"));
    assert_null(memmem(tape, taped, "secret", 6)); /* nor can it be read on the way */
    jb_sock_close(sock);
    close(in);
    close(out);
    close(ear);
    int again = raw_connection(desk);
    assert_int_equal(send(again, tape, taped, MSG_NOSIGNAL), taped);
    nothing_else_came(desk);
    closed_within(desk, &again, 1, WAIT_MS);
    assert_int_equal(counts_of(desk).let_in, 2);
    free(endpoint);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_key_is_no_way_in),
        TEST(a_password_is_no_way_in),
        TEST(another_servers_key_is_no_way_in),
        TEST(a_guessed_routing_id_gets_nobody_elses_answers),
        TEST(too_large_or_too_many_frames_do_not_arrive),
        TEST(garbage_for_a_greeting_is_cut_off),
        TEST(handshakes_that_never_end_disturb_nobody_are_cut_off_and_counted),
        TEST(a_recorded_connection_cannot_be_played_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
