#include "jb_test.h"

#include <pthread.h>

#include "base/limits.h"
#include "net/client.h"
#include "net/loop.h"

#define WAIT_MS 10000 /* far above what any step takes */

/* What the server does with the requests that come, in this order. */
enum act {
    ACT_ANSWER = 1,
    ACT_IGNORE,
    ACT_REFUSE,
    ACT_WRONG_KIND,
    ACT_OLD_FIRST, /* an answer to a request that nobody made, garbage, then the answer */
    ACT_RESTART,   /* closes the door without an answer and opens it again */
    ACT_END,
};

struct desk {
    jb_net *net;
    jb_client *client;
    pthread_t server;
    bool serving;
    char *dir, *endpoint;
    enum act acts[8];
    uint32_t came;        /* requests that the server saw */
    bool same_request_id; /* as the one before */
};

static const struct jb_sock_limits limits = {
    .send_hwm = 16, .recv_hwm = 16, .bytes_max = JB_MESSAGE_BYTES_MAX};

static void reply(jb_sock *door, const struct jb_peer *peer, enum jb_kind kind, struct jb_slice id,
                  struct jb_slice payload)
{
    struct jb_buf out;
    const struct jb_envelope envelope = {.kind = kind, .request_id = id, .payload = payload};
    jb_buf_init(&out, JB_MESSAGE_BYTES_MAX);
    jb_wire_envelope_encode(&envelope, &out);
    jb_ignore(jb_sock_send(door, peer, jb_buf_slice(&out)));
    jb_buf_free(&out);
}

static void refuse(jb_sock *door, const struct jb_peer *peer, struct jb_slice id)
{
    struct jb_findings findings;
    struct jb_buf out;
    jb_findings_init(&findings);
    jb_findings_add(&findings, &(struct jb_finding){.code = JB_F_BUSY, .severity = JB_ERROR});
    jb_buf_init(&out, JB_MESSAGE_BYTES_MAX);
    jb_wire_refused_encode(&findings, &out);
    reply(door, peer, JB_KIND_REFUSED, id, jb_buf_slice(&out));
    jb_buf_free(&out);
    jb_findings_free(&findings);
}

static void welcome(jb_sock *door, const struct jb_peer *peer, struct jb_slice id)
{
    struct jb_buf out;
    const struct jb_welcome welcome = {.store_id = {1}, .epoch = 4, .program = JB_LIT("test")};
    jb_buf_init(&out, 1024);
    jb_wire_welcome_encode(&welcome, &out);
    reply(door, peer, JB_KIND_WELCOME, id, jb_buf_slice(&out));
    jb_buf_free(&out);
}

static void act(struct desk *desk, enum act what, jb_sock **door, const struct jb_msg *msg,
                const struct jb_envelope *asked)
{
    const struct jb_peer *peer = &msg->peer;
    switch (what) {
    case ACT_ANSWER:
        if (asked->kind == JB_KIND_HELLO)
            welcome(*door, peer, asked->request_id);
        else
            reply(*door, peer, JB_KIND_RECEIPT, asked->request_id, asked->payload);
        break;
    case ACT_REFUSE:
        refuse(*door, peer, asked->request_id);
        break;
    case ACT_WRONG_KIND:
        reply(*door, peer, JB_KIND_ANSWER, asked->request_id, asked->payload);
        break;
    case ACT_OLD_FIRST:
        reply(*door, peer, JB_KIND_RECEIPT, JB_LIT("older"), JB_LIT("old"));
        jb_ignore(jb_sock_send(*door, peer, JB_LIT("garbage")));
        reply(*door, peer, JB_KIND_RECEIPT, asked->request_id, asked->payload);
        break;
    case ACT_RESTART:
        jb_sock_close(*door);
        jb_assert(jb_sock_listen(desk->net, desk->endpoint, &limits, NULL, door) == JB_OK);
        break;
    case ACT_IGNORE:
    case ACT_END:
        break;
    }
}

static void *serve(void *data)
{
    struct desk *desk = data;
    struct jb_arena arena;
    struct jb_msg msg;
    jb_sock *door = NULL;
    uint8_t last_id[JB_REQUEST_ID_BYTES_MAX] = {0};
    jb_arena_init(&arena, 1024);
    jb_msg_init(&msg);
    jb_assert(jb_sock_listen(desk->net, desk->endpoint, &limits, NULL, &door) == JB_OK);
    while (desk->acts[desk->came]) {
        struct jb_wait_item item = {.sock = door};
        struct jb_envelope asked;
        jb_ignore(jb_wait(&item, 1, WAIT_MS));
        if (jb_sock_recv(door, &msg) || jb_wire_envelope_decode(msg.bytes, &arena, &asked))
            break;
        desk->same_request_id = memcmp(last_id, asked.request_id.ptr, asked.request_id.len) == 0;
        memcpy(last_id, asked.request_id.ptr, asked.request_id.len);
        act(desk, desk->acts[desk->came++], &door, &msg, &asked);
        if (desk->acts[desk->came] == ACT_END)
            break;
    }
    /* Stays until the client has read: closing now would drop the last answer. */
    struct jb_wait_item item = {.sock = door};
    jb_ignore(jb_wait(&item, 1, WAIT_MS));
    jb_msg_free(&msg);
    jb_sock_close(door);
    return NULL;
}

static void start(struct desk *desk, const enum act *acts, size_t count)
{
    memcpy(desk->acts, acts, count * sizeof(*acts));
    desk->acts[count] = ACT_END;
    assert_int_equal(pthread_create(&desk->server, NULL, serve, desk), 0);
    desk->serving = true;
}

#define START(desk, ...)                                                                           \
    start(desk, (const enum act[]){__VA_ARGS__},                                                   \
          sizeof((const enum act[]){__VA_ARGS__}) / sizeof(enum act))

/* The server waits for one more message before it ends. */
static void stop(struct desk *desk)
{
    if (!desk->serving)
        return;
    assert_int_equal(jb_client_send(desk->client, JB_KIND_HELLO, JB_LIT("end"),
                                    (struct jb_slice){0}, (struct jb_slice){0}),
                     JB_OK);
    pthread_join(desk->server, NULL);
    desk->serving = false;
}

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    desk->net = jb_net_new(1);
    desk->dir = jb_test_tmpdir();
    desk->endpoint = jb_xasprintf("ipc://%s/door", desk->dir);
    assert_int_equal(jb_client_open(desk->net, desk->endpoint, NULL, &desk->client), JB_OK);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    stop(desk);
    jb_client_close(desk->client);
    jb_net_free(desk->net);
    free(desk->endpoint);
    jb_test_rmdir(desk->dir);
    free(desk);
    return 0;
}

static jb_err ask(struct desk *desk, enum jb_kind kind, const char *text, int timeout_ms)
{
    uint32_t came = 0;
    struct jb_slice answer;
    jb_err err = jb_client_ask(desk->client, kind, (struct jb_slice){0}, jb_slice_str(text),
                               timeout_ms, &came, &answer);
    if (!err) {
        assert_int_equal(came, JB_KIND_RECEIPT);
        assert_true(jb_slice_is(answer, text));
    }
    return err;
}

static void questions_are_answered_one_after_another(void **state)
{
    struct desk *desk = *state;
    START(desk, ACT_ANSWER, ACT_ANSWER, ACT_OLD_FIRST);
    assert_int_equal(ask(desk, JB_KIND_SUBMIT, "one", WAIT_MS), JB_OK);
    assert_int_equal(ask(desk, JB_KIND_SUBMIT, "", WAIT_MS), JB_OK);
    assert_int_equal(ask(desk, JB_KIND_SUBMIT, "three", WAIT_MS), JB_OK);
    assert_int_equal(desk->came, 3);
    assert_false(desk->same_request_id);
}

static void nobody_there_is_told_in_time(void **state)
{
    struct desk *desk = *state;
    int64_t began_us = jb_clock_mono_us();
    assert_int_equal(jb_client_trouble(desk->client), JB_TROUBLE_NONE);
    assert_int_equal(ask(desk, JB_KIND_SUBMIT, "x", 300), JB_EAGAIN);
    assert_int_equal(jb_client_trouble(desk->client), JB_TROUBLE_NOBODY);
    assert_true(jb_clock_mono_us() - began_us >= 300 * 1000);
    assert_true(jb_clock_mono_us() - began_us < 2000 * 1000);
}

static void a_restart_is_noticed_before_the_silence(void **state)
{
    struct desk *desk = *state;
    START(desk, ACT_RESTART, ACT_ANSWER);
    int64_t began_us = jb_clock_mono_us();
    assert_int_equal(ask(desk, JB_KIND_VERIFY, "x", WAIT_MS), JB_OK);
    assert_true(jb_clock_mono_us() - began_us < 1500 * 1000);
    assert_int_equal(desk->came, 2);
    assert_true(desk->same_request_id);
}

static void a_silent_server_is_asked_again(void **state)
{
    struct desk *desk = *state;
    START(desk, ACT_IGNORE, ACT_ANSWER);
    assert_int_equal(ask(desk, JB_KIND_SUBMIT, "x", WAIT_MS), JB_OK);
    assert_int_equal(desk->came, 2);
    assert_true(desk->same_request_id);
}

static void a_refusal_becomes_findings(void **state)
{
    struct desk *desk = *state;
    struct jb_findings findings;
    struct jb_slice answer;
    jb_findings_init(&findings);
    START(desk, ACT_REFUSE, ACT_WRONG_KIND, ACT_ANSWER);
    const enum jb_kind kind = JB_KIND_SUBMIT;
    const struct jb_slice none = {0};
    assert_int_equal(jb_client_expect(desk->client, kind, none, none, WAIT_MS, JB_KIND_RECEIPT,
                                      &answer, &findings),
                     JB_EINVAL);
    assert_int_equal(findings.count, 1);
    assert_int_equal(findings.items[0].code, JB_F_BUSY);
    assert_int_equal(jb_client_expect(desk->client, kind, none, none, WAIT_MS, JB_KIND_RECEIPT,
                                      &answer, &findings),
                     JB_EINVAL);
    assert_int_equal(findings.count, 2);
    assert_int_equal(findings.items[1].code, JB_F_MALFORMED);
    assert_int_equal(jb_client_expect(desk->client, kind, none, none, WAIT_MS, JB_KIND_RECEIPT,
                                      &answer, &findings),
                     JB_OK);
    jb_findings_free(&findings);
}

static void a_door_welcomes(void **state)
{
    struct desk *desk = *state;
    struct jb_welcome got;
    START(desk, ACT_ANSWER);
    assert_int_equal(jb_client_hello(desk->client, WAIT_MS, &got), JB_OK);
    assert_int_equal(got.store_id[0], 1);
    assert_int_equal(got.epoch, 4);
    assert_true(jb_slice_is(got.program, "test"));
}

static void streams_use_their_own_ids(void **state)
{
    struct desk *desk = *state;
    struct jb_envelope got;
    START(desk, ACT_ANSWER, ACT_ANSWER);
    assert_int_equal(jb_client_recv(desk->client, 0, &got), JB_EAGAIN);
    struct jb_wait_item item = {.sock = jb_client_sock(desk->client), .want_write = true};
    assert_int_equal(jb_wait(&item, 1, WAIT_MS), JB_OK);
    const struct jb_slice none = {0};
    for (int i = 0; i < 2; i++)
        assert_int_equal(jb_client_send(desk->client, JB_KIND_WATCH,
                                        i ? JB_LIT("watch-2") : JB_LIT("watch-1"), none,
                                        JB_LIT("p")),
                         JB_OK);
    assert_int_equal(jb_client_recv(desk->client, WAIT_MS, &got), JB_OK);
    assert_true(jb_slice_is(got.request_id, "watch-1"));
    assert_int_equal(jb_client_recv(desk->client, WAIT_MS, &got), JB_OK);
    assert_true(jb_slice_is(got.request_id, "watch-2"));
    assert_true(jb_slice_is(got.payload, "p"));
}

static void a_request_beyond_the_limit_is_not_sent(void **state)
{
    struct desk *desk = *state;
    uint8_t *large = jb_xcalloc(1, JB_MESSAGE_BYTES_MAX);
    assert_int_equal(jb_client_send(desk->client, JB_KIND_SUBMIT, JB_LIT("r"), (struct jb_slice){0},
                                    jb_slice_of(large, JB_MESSAGE_BYTES_MAX)),
                     JB_ERANGE);
    free(large);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(questions_are_answered_one_after_another),
        TEST(nobody_there_is_told_in_time),
        TEST(a_restart_is_noticed_before_the_silence),
        TEST(a_silent_server_is_asked_again),
        TEST(a_refusal_becomes_findings),
        TEST(a_door_welcomes),
        TEST(streams_use_their_own_ids),
        TEST(a_request_beyond_the_limit_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
