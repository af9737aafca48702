#include "jb_test.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include <zmq.h>

#include "base/limits.h"
#include "net/loop.h"
#include "net/sock.h"

#define WAIT_MS 5000 /* far above what any step takes */

struct desk {
    jb_net *net;
    jb_sock *door, *client;
    struct jb_msg msg;
};

static const struct jb_sock_limits limits = {.send_hwm = 8, .recv_hwm = 8, .bytes_max = 64 * 1024};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    desk->net = jb_net_new(1);
    jb_msg_init(&desk->msg);
    assert_int_equal(jb_sock_listen(desk->net, "tcp://127.0.0.1:*", &limits, NULL, &desk->door),
                     JB_OK);
    assert_int_equal(
        jb_sock_connect(desk->net, jb_sock_endpoint(desk->door), &limits, NULL, &desk->client),
        JB_OK);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    jb_msg_free(&desk->msg);
    jb_sock_close(desk->client);
    jb_sock_close(desk->door);
    jb_net_free(desk->net);
    free(desk);
    return 0;
}

/* Waits until the socket has something, then takes it. */
static jb_err take(jb_sock *sock, struct jb_msg *msg)
{
    struct jb_wait_item item = {.sock = sock};
    jb_err err = jb_wait(&item, 1, WAIT_MS);
    if (err)
        return err;
    return jb_sock_recv(sock, msg);
}

static void send_from_client(struct desk *desk, struct jb_slice bytes)
{
    struct jb_wait_item item = {.sock = desk->client, .want_write = true};
    assert_int_equal(jb_wait(&item, 1, WAIT_MS), JB_OK);
    assert_true(item.writable);
    assert_int_equal(jb_sock_send(desk->client, NULL, bytes), JB_OK);
}

static void a_message_goes_there_and_back(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(jb_sock_recv(desk->door, &desk->msg), JB_EAGAIN);
    send_from_client(desk, JB_LIT("question"));
    assert_int_equal(take(desk->door, &desk->msg), JB_OK);
    assert_true(jb_slice_is(desk->msg.bytes, "question"));
    assert_false(desk->msg.peer.delimiter);
    struct jb_peer peer = desk->msg.peer;
    assert_int_equal(jb_sock_send(desk->door, &peer, JB_LIT("answer")), JB_OK);
    assert_int_equal(jb_sock_send(desk->door, &peer, (struct jb_slice){0}), JB_OK);
    assert_int_equal(take(desk->client, &desk->msg), JB_OK);
    assert_true(jb_slice_is(desk->msg.bytes, "answer"));
    assert_int_equal(take(desk->client, &desk->msg), JB_OK);
    assert_int_equal(desk->msg.bytes.len, 0);
}

/* A socket as any ZeroMQ program would make it. */
static void *foreign(struct desk *desk, void **ret_context, int type)
{
    int wait_ms = WAIT_MS, linger = 0;
    void *context = zmq_ctx_new();
    void *sock = zmq_socket(context, type);
    assert_int_equal(zmq_setsockopt(sock, ZMQ_RCVTIMEO, &wait_ms, sizeof(wait_ms)), 0);
    assert_int_equal(zmq_setsockopt(sock, ZMQ_LINGER, &linger, sizeof(linger)), 0);
    assert_int_equal(zmq_connect(sock, jb_sock_endpoint(desk->door)), 0);
    *ret_context = context;
    return sock;
}

static void close_foreign(void *sock, void *context)
{
    zmq_close(sock);
    zmq_ctx_term(context);
}

static void a_request_socket_gets_its_delimiter_back(void **state)
{
    struct desk *desk = *state;
    void *context, *req = foreign(desk, &context, ZMQ_REQ);
    char answer[16];
    assert_int_equal(zmq_send(req, "question", 8, 0), 8);
    assert_int_equal(take(desk->door, &desk->msg), JB_OK);
    assert_true(jb_slice_is(desk->msg.bytes, "question"));
    assert_true(desk->msg.peer.delimiter);
    assert_int_equal(jb_sock_send(desk->door, &desk->msg.peer, JB_LIT("answer")), JB_OK);
    assert_int_equal(zmq_recv(req, answer, sizeof(answer), 0), 6);
    assert_memory_equal(answer, "answer", 6);
    close_foreign(req, context);
}

static void a_message_of_many_frames_is_dropped_whole(void **state)
{
    struct desk *desk = *state;
    void *context, *dealer = foreign(desk, &context, ZMQ_DEALER);
    for (int i = 0; i < 2000; i++)
        assert_int_equal(zmq_send(dealer, "frame", 5, ZMQ_SNDMORE), 5);
    assert_int_equal(zmq_send(dealer, "last", 4, 0), 4);
    assert_int_equal(zmq_send(dealer, "two", 3, ZMQ_SNDMORE), 3); /* two that are not empty */
    assert_int_equal(zmq_send(dealer, "frames", 6, 0), 6);
    assert_int_equal(zmq_send(dealer, "", 0, ZMQ_SNDMORE), 0); /* two delimiters and more */
    assert_int_equal(zmq_send(dealer, "", 0, ZMQ_SNDMORE), 0);
    assert_int_equal(zmq_send(dealer, "", 0, ZMQ_SNDMORE), 0);
    assert_int_equal(zmq_send(dealer, "x", 1, 0), 1);
    assert_int_equal(zmq_send(dealer, "good", 4, 0), 4);
    for (int i = 0; i < 3; i++)
        assert_int_equal(take(desk->door, &desk->msg), JB_EINVAL);
    assert_int_equal(take(desk->door, &desk->msg), JB_OK);
    assert_true(jb_slice_is(desk->msg.bytes, "good"));
    close_foreign(dealer, context);
}

static void a_frame_beyond_the_limit_never_arrives(void **state)
{
    struct desk *desk = *state;
    void *context, *dealer = foreign(desk, &context, ZMQ_DEALER);
    uint8_t *large = jb_xcalloc(1, limits.bytes_max + 1);
    assert_int_equal(zmq_send(dealer, large, limits.bytes_max + 1, 0), limits.bytes_max + 1);
    send_from_client(desk, JB_LIT("another peer is not disturbed"));
    assert_int_equal(take(desk->door, &desk->msg), JB_OK);
    assert_true(jb_slice_is(desk->msg.bytes, "another peer is not disturbed"));
    assert_int_equal(jb_sock_recv(desk->door, &desk->msg), JB_EAGAIN);
    assert_int_equal(jb_sock_send(desk->client, NULL, jb_slice_of(large, limits.bytes_max + 1)),
                     JB_ERANGE);
    free(large);
    close_foreign(dealer, context);
}

static void a_full_pipe_says_again_and_keeps_what_it_took(void **state)
{
    struct desk *desk = *state;
    uint8_t *large = jb_xcalloc(1, limits.bytes_max);
    send_from_client(desk, JB_LIT("hello"));
    assert_int_equal(take(desk->door, &desk->msg), JB_OK);
    uint32_t sent = 0, received = 0;
    jb_err err;
    /* The client does not read: its pipe, the network's buffers and ours fill up. */
    while ((err = jb_sock_send(desk->door, &desk->msg.peer,
                               jb_slice_of(large, limits.bytes_max))) == JB_OK)
        assert_true(++sent < 10000);
    assert_int_equal(err, JB_EAGAIN);
    assert_true(sent >= 8);
    struct jb_msg msg;
    jb_msg_init(&msg);
    while (received < sent) {
        assert_int_equal(take(desk->client, &msg), JB_OK);
        assert_int_equal(msg.bytes.len, limits.bytes_max);
        received++;
    }
    assert_int_equal(jb_sock_recv(desk->client, &msg), JB_EAGAIN);
    jb_msg_free(&msg);
    free(large);
}

static void a_peer_that_left_is_gone(void **state)
{
    struct desk *desk = *state;
    send_from_client(desk, JB_LIT("hello"));
    assert_int_equal(take(desk->door, &desk->msg), JB_OK);
    jb_sock_close(desk->client);
    desk->client = NULL;
    jb_err err = JB_OK;
    int64_t until_us = jb_clock_mono_us() + WAIT_MS * 1000;
    while (err == JB_OK && jb_clock_mono_us() < until_us) {
        struct jb_wait_item item = {.sock = desk->door};
        jb_ignore(jb_wait(&item, 1, 1));
        err = jb_sock_send(desk->door, &desk->msg.peer, JB_LIT("late"));
        if (err == JB_EAGAIN) /* full before the break was seen */
            err = JB_OK;
    }
    assert_int_equal(err, JB_EGONE);
    struct jb_peer nobody = {.id = "nobody", .id_len = 6};
    assert_int_equal(jb_sock_send(desk->door, &nobody, JB_LIT("x")), JB_EGONE);
}

static void nothing_is_queued_for_a_server_that_is_not_there(void **state)
{
    struct desk *desk = *state;
    char *dir = jb_test_tmpdir();
    char *endpoint = jb_xasprintf("ipc://%s/door", dir);
    jb_sock *alone = NULL;
    assert_int_equal(jb_sock_connect(desk->net, endpoint, &limits, NULL, &alone), JB_OK);
    assert_int_equal(jb_sock_send(alone, NULL, JB_LIT("x")), JB_EAGAIN);
    jb_sock_close(alone);
    free(endpoint);
    jb_test_rmdir(dir);
}

static void bad_addresses_are_refused(void **state)
{
    struct desk *desk = *state;
    static const char *const bad[] = {"",
                                      "tcp://",
                                      "nonsense",
                                      "udp://x",
                                      "tcp://127.0.0.1",
                                      "tcp://127.0.0.1:0",
                                      "tcp://127.0.0.1:x",
                                      "tcp://127.0.0.1:65536",
                                      "tcp://127.0.0.1:4294967297"};
    jb_sock *sock = NULL;
    for (size_t i = 0; i < JB_COUNT(bad); i++) {
        assert_int_equal(jb_sock_listen(desk->net, bad[i], &limits, NULL, &sock), JB_EINVAL);
        assert_int_equal(jb_sock_connect(desk->net, bad[i], &limits, NULL, &sock), JB_EINVAL);
    }
    assert_int_equal(jb_sock_listen(desk->net, jb_sock_endpoint(desk->door), &limits, NULL, &sock),
                     JB_EEXIST);
    assert_null(sock);
}

static void loopback_is_told_by_the_address(void **state)
{
    (void)state;
    assert_true(jb_endpoint_is_loopback("tcp://127.0.0.1:5570"));
    assert_true(jb_endpoint_is_loopback("tcp://127.1.2.3:*"));
    assert_true(jb_endpoint_is_loopback("tcp://[::1]:5570"));
    assert_true(jb_endpoint_is_loopback("tcp://localhost:5570"));
    assert_true(jb_endpoint_is_loopback("ipc:///run/jibao/write"));
    assert_false(jb_endpoint_is_loopback("tcp://*:5570"));
    assert_false(jb_endpoint_is_loopback("tcp://0.0.0.0:5570"));
    assert_false(jb_endpoint_is_loopback("tcp://[::]:5570"));
    assert_false(jb_endpoint_is_loopback("tcp://127.evil.example:5570"));
    assert_false(jb_endpoint_is_loopback("tcp://localhost.example:5570"));
    assert_false(jb_endpoint_is_loopback("tcp://192.168.1.1:5570"));
    assert_false(jb_endpoint_is_loopback(""));
}

static void peers_are_told_apart(void **state)
{
    (void)state;
    struct jb_peer a = {.id = "12345", .id_len = 5}, b = a;
    assert_true(jb_peer_eq(&a, &b));
    b.delimiter = true;
    assert_false(jb_peer_eq(&a, &b));
    b = a;
    b.id_len = 4;
    assert_false(jb_peer_eq(&a, &b));
    b = a;
    b.id[0] = '9';
    assert_false(jb_peer_eq(&a, &b));
}

static void *wake(void *fd)
{
    jb_wakeup_set(*(int *)fd);
    return NULL;
}

static void another_thread_wakes_the_waiter(void **state)
{
    struct desk *desk = *state;
    int fd = -1;
    pthread_t thread;
    assert_int_equal(jb_wakeup_open(&fd), JB_OK);
    struct jb_wait_item items[] = {{.sock = desk->door}, {.fd = fd}};
    assert_int_equal(jb_wait(items, 2, 0), JB_OK);
    assert_false(items[0].readable || items[1].readable);
    assert_int_equal(pthread_create(&thread, NULL, wake, &fd), 0);
    assert_int_equal(jb_wait(items, 2, WAIT_MS), JB_OK);
    assert_true(items[1].readable && !items[0].readable);
    pthread_join(thread, NULL);
    jb_wakeup_set(fd);
    jb_wakeup_clear(fd);
    jb_wakeup_clear(fd); /* once too often does not wait */
    assert_int_equal(jb_wait(items, 2, 0), JB_OK);
    assert_false(items[1].readable);
    close(fd);
}

static void signals_are_read_like_messages(void **state)
{
    (void)state;
    int fd = -1;
    assert_int_equal(jb_signals_open(&fd), JB_OK);
    assert_int_equal(jb_signals_read(fd), 0);
    assert_int_equal(raise(SIGTERM), 0);
    struct jb_wait_item item = {.fd = fd};
    assert_int_equal(jb_wait(&item, 1, WAIT_MS), JB_OK);
    assert_true(item.readable);
    assert_int_equal(jb_signals_read(fd), SIGTERM);
    assert_int_equal(jb_signals_read(fd), 0);
    close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_message_goes_there_and_back),
        TEST(a_request_socket_gets_its_delimiter_back),
        TEST(a_message_of_many_frames_is_dropped_whole),
        TEST(a_frame_beyond_the_limit_never_arrives),
        TEST(a_full_pipe_says_again_and_keeps_what_it_took),
        TEST(a_peer_that_left_is_gone),
        TEST(nothing_is_queued_for_a_server_that_is_not_there),
        TEST(bad_addresses_are_refused),
        TEST(loopback_is_told_by_the_address),
        TEST(peers_are_told_apart),
        TEST(another_thread_wakes_the_waiter),
        TEST(signals_are_read_like_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
