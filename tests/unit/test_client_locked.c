/* Clients of locked doors: who comes in, when, and what is said of those who do not. */
#include "lock_desk.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/client.h"

#define LONG_MS 30000 /* what a key that was granted may take to come in */

struct hall {
    struct lock_desk desk;
    jb_client *client;
    pthread_t thread;
    atomic_bool ends, grants; /* grants: the first guest, once it was refused */
    atomic_bool silent;
};

static void answer(struct lock_desk *desk)
{
    uint8_t bytes[4096];
    struct jb_arena arena;
    struct jb_envelope asked;
    struct jb_buf out;
    jb_arena_init(&arena, sizeof(bytes));
    jb_buf_init(&out, JB_MESSAGE_BYTES_MAX);
    jb_assert(desk->msg.has_user);
    jb_assert(jb_wire_envelope_decode(desk->msg.bytes, &arena, &asked) == JB_OK);
    asked.kind = JB_KIND_RECEIPT;
    jb_wire_envelope_encode(&asked, &out);
    jb_ignore(jb_sock_send(desk->door, &desk->msg.peer, jb_buf_slice(&out)));
    jb_buf_free(&out);
    jb_arena_free(&arena);
}

static void *serve(void *data)
{
    struct hall *hall = data;
    while (!atomic_load(&hall->ends)) {
        if (take(hall->desk.door, &hall->desk.msg, 20) == JB_OK && !atomic_load(&hall->silent))
            answer(&hall->desk);
        if (atomic_load(&hall->grants) && counts_of(&hall->desk).refused > 0)
            grant(&hall->desk, 0);
    }
    return NULL;
}

static int set_up(void **state)
{
    struct hall *hall = jb_xcalloc(1, sizeof(*hall));
    lock_desk_open(&hall->desk, "tcp://127.0.0.1:*");
    assert_int_equal(pthread_create(&hall->thread, NULL, serve, hall), 0);
    *state = hall;
    return 0;
}

static int tear_down(void **state)
{
    struct hall *hall = *state;
    jb_client_close(hall->client);
    atomic_store(&hall->ends, true);
    pthread_join(hall->thread, NULL);
    lock_desk_close(&hall->desk);
    free(hall);
    return 0;
}

static void open_client(struct hall *hall, const char *endpoint, uint32_t guest_number,
                        uint32_t server)
{
    const struct jb_sock_lock lock = guest_lock(guest_number, server);
    assert_int_equal(jb_client_open(hall->desk.outside, endpoint, &lock, &hall->client), JB_OK);
}

static jb_err ask(struct hall *hall, int timeout_ms)
{
    uint32_t came = 0;
    struct jb_slice got;
    const struct jb_slice none = {0};
    return jb_client_ask(hall->client, JB_KIND_SUBMIT, none, JB_LIT("x"), timeout_ms, &came, &got);
}

static void who_is_granted_is_answered(void **state)
{
    struct hall *hall = *state;
    grant(&hall->desk, 0);
    open_client(hall, jb_sock_endpoint(hall->desk.door), 0, SERVER);
    assert_int_equal(ask(hall, WAIT_MS), JB_OK);
    assert_int_equal(jb_client_trouble(hall->client), JB_TROUBLE_NONE);
    assert_int_equal(jb_client_reconnect(hall->client), JB_OK); /* the lock is kept */
    assert_int_equal(ask(hall, WAIT_MS), JB_OK);
    atomic_store(&hall->silent, true);
    assert_int_equal(ask(hall, 300), JB_EAGAIN);
    assert_int_equal(jb_client_trouble(hall->client), JB_TROUBLE_SILENT);
}

static void who_is_not_known_is_told_of_the_handshake(void **state)
{
    struct hall *hall = *state;
    open_client(hall, jb_sock_endpoint(hall->desk.door), 50, SERVER);
    assert_int_equal(ask(hall, 4500), JB_EAGAIN);
    assert_int_equal(jb_client_trouble(hall->client), JB_TROUBLE_HANDSHAKE);
}

static void who_has_another_servers_key_is_told_of_the_handshake(void **state)
{
    struct hall *hall = *state;
    grant(&hall->desk, 0);
    open_client(hall, jb_sock_endpoint(hall->desk.door), 0, SERVER_NEXT);
    assert_int_equal(ask(hall, 1000), JB_EAGAIN);
    assert_int_equal(jb_client_trouble(hall->client), JB_TROUBLE_HANDSHAKE);
}

static void who_is_granted_after_a_refusal_comes_in(void **state)
{
    struct hall *hall = *state;
    atomic_store(&hall->grants, true);
    open_client(hall, jb_sock_endpoint(hall->desk.door), 0, SERVER);
    assert_int_equal(ask(hall, LONG_MS), JB_OK);
    assert_true(counts_of(&hall->desk).refused > 0);
    assert_int_equal(jb_client_trouble(hall->client), JB_TROUBLE_NONE);
}

/* An address that is taken, where nobody listens until listen is called. */
static int taken_address(char **ret_endpoint)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *ret_endpoint = jb_xasprintf("tcp://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
    return fd;
}

static void nobody_listens_is_told(void **state)
{
    struct hall *hall = *state;
    char *endpoint;
    int fd = taken_address(&endpoint);
    open_client(hall, endpoint, 0, SERVER);
    assert_int_equal(ask(hall, 300), JB_EAGAIN);
    assert_int_equal(jb_client_trouble(hall->client), JB_TROUBLE_NOBODY);
    close(fd);
    free(endpoint);
}

/* libzmq never tries again after an answer that is no handshake; the client does. */
static void a_stranger_at_the_address_is_outlived(void **state)
{
    struct hall *hall = *state;
    static const uint8_t wrong[64 + 8] = {
        0xff, 0,   0,   0,   0,    0,           0, 0, 1,   0x7f, 3,   0,   'C',
        'U',  'R', 'V', 'E', '\0', [64] = 0x04, 6, 4, 'N', 'O',  'P', 'E', '!'};
    const struct jb_sock_lock lock = door_lock(SERVER);
    char *endpoint;
    int ear = taken_address(&endpoint);
    assert_int_equal(listen(ear, 4), 0);
    grant(&hall->desk, 0);
    open_client(hall, endpoint, 0, SERVER);
    int fd = accept(ear, NULL, NULL);
    assert_int_equal(send(fd, wrong, sizeof(wrong), MSG_NOSIGNAL), sizeof(wrong));
    assert_int_equal(ask(hall, 500), JB_EAGAIN);
    close(fd);
    close(ear);
    /* The door moves there; its thread is stopped while its socket changes. */
    atomic_store(&hall->ends, true);
    pthread_join(hall->thread, NULL);
    atomic_store(&hall->ends, false);
    jb_sock_close(hall->desk.door);
    assert_int_equal(
        jb_sock_listen(hall->desk.net, endpoint, &lock_limits, &lock, &hall->desk.door), JB_OK);
    assert_int_equal(pthread_create(&hall->thread, NULL, serve, hall), 0);
    assert_int_equal(ask(hall, LONG_MS), JB_OK);
    free(endpoint);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_is_granted_is_answered),
        TEST(who_is_not_known_is_told_of_the_handshake),
        TEST(who_has_another_servers_key_is_told_of_the_handshake),
        TEST(who_is_granted_after_a_refusal_comes_in),
        TEST(nobody_listens_is_told),
        TEST(a_stranger_at_the_address_is_outlived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
