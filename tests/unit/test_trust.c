/* What guards the daemon's doors, with a real store behind it: who is let in, from when on, and
 * that a door which nobody guards is not opened. */
#include "unit/rights_desk.h"

#include <unistd.h>

#include "aggregator/door.h"
#include "aggregator/trust.h"
#include "net/loop.h"

#define WAIT_MS 8000
#define SHORT_MS 300

struct house {
    struct agg_desk *store;
    jb_net *net, *outside;
    struct jb_trust trust;
    jb_sock *door;
    char *key_path;
    char why[256];
};

static jb_identity *identity_of(uint8_t n)
{
    uint8_t seed[32];
    memset(seed, n, sizeof(seed));
    return jb_identity_from_seed(seed);
}

static void save_key(struct house *h, uint8_t n)
{
    jb_identity *identity = identity_of(n);
    assert_int_equal(jb_identity_save(identity, h->key_path), JB_OK);
    jb_identity_free(identity);
}

static int set_up(void **state)
{
    const struct jb_birth birth = {.security = rights_key(KEY_SECURITY),
                                   .security_label = JB_LIT("Chief"),
                                   .recovery = rights_key(KEY_RECOVERY),
                                   .server = rights_key(KEY_SERVER)};
    struct house *h = calloc(1, sizeof(*h));
    h->store = agg_desk_born(0, &birth);
    h->key_path = jb_xasprintf("%s/server.key", h->store->base);
    h->net = jb_net_new(1);
    h->outside = jb_net_new(1);
    *state = h;
    return 0;
}

static int tear_down(void **state)
{
    struct house *h = *state;
    jb_sock_close(h->door);
    jb_trust_close(&h->trust);
    jb_net_free(h->outside);
    jb_net_free(h->net);
    agg_desk_free(h->store);
    free(h->key_path);
    free(h);
    return 0;
}

static jb_err open_trust(struct house *h)
{
    h->why[0] = '\0';
    return jb_trust_open(&h->trust, h->net, jb_engine_rights(h->store->engine), h->key_path, NULL,
                         h->why, sizeof(h->why));
}

static void open_door(struct house *h)
{
    save_key(h, KEY_SERVER);
    assert_int_equal(open_trust(h), JB_OK);
    assert_int_equal(jb_trust_listen(&h->trust, "tcp://127.0.0.1:*", &jb_door_limits, &h->door),
                     JB_OK);
}

static jb_sock *knock(struct house *h, uint8_t n)
{
    struct jb_public_key server = rights_key(KEY_SERVER);
    struct jb_sock_lock lock = {.domain = NULL};
    jb_identity *identity = identity_of(n);
    jb_sock *sock = NULL;
    jb_identity_curve_secret(identity, lock.secret);
    jb_public_curve(&server, lock.server);
    assert_int_equal(
        jb_sock_connect(h->outside, jb_sock_endpoint(h->door), &jb_door_limits, &lock, &sock),
        JB_OK);
    jb_identity_free(identity);
    return sock;
}

static bool is_in(jb_sock *sock, int within_ms)
{
    struct jb_wait_item item = {.sock = sock, .want_write = true};
    assert_int_equal(jb_wait(&item, 1, within_ms), JB_OK);
    return item.writable;
}

static void only_the_stores_own_key_serves_it(void **state)
{
    struct house *h = *state;
    assert_int_equal(open_trust(h), JB_ENOTFOUND);
    assert_non_null(strstr(h->why, h->key_path));
    jb_trust_close(&h->trust);
    save_key(h, 77);
    assert_int_equal(open_trust(h), JB_EINVAL);
    assert_non_null(strstr(h->why, "--server-key"));
    jb_trust_close(&h->trust);
    assert_int_equal(unlink(h->key_path), 0);
    save_key(h, KEY_SECURITY); /* active, and known to the store: but not as its server's */
    assert_int_equal(open_trust(h), JB_EINVAL);
    assert_non_null(strstr(h->why, "--server-key"));
}

static void holders_come_in_under_their_name_and_others_do_not(void **state)
{
    struct house *h = *state;
    struct jb_msg msg;
    struct jb_public_key chief = rights_key(KEY_SECURITY);
    struct jb_wait_item item;
    open_door(h);
    jb_sock *holder = knock(h, KEY_SECURITY), *stranger = knock(h, 50),
            *server = knock(h, KEY_SERVER);
    assert_true(is_in(holder, WAIT_MS));
    assert_int_equal(jb_sock_send(holder, NULL, JB_LIT("hello")), JB_OK);
    item = (struct jb_wait_item){.sock = h->door};
    assert_int_equal(jb_wait(&item, 1, WAIT_MS), JB_OK);
    jb_msg_init(&msg);
    assert_int_equal(jb_sock_recv(h->door, &msg), JB_OK);
    assert_true(msg.has_user);
    assert_memory_equal(msg.user, chief.bytes, 32);
    jb_msg_free(&msg);
    assert_false(is_in(stranger, SHORT_MS));
    assert_false(is_in(server, SHORT_MS)); /* it has no grant, whoever stole it */
    jb_sock_close(holder);
    jb_sock_close(stranger);
    jb_sock_close(server);
}

static void a_door_is_proved_while_its_guard_lives_and_not_after(void **state)
{
    struct house *h = *state;
    open_door(h);
    assert_int_equal(jb_trust_prove(&h->trust, h->door), JB_OK);
    jb_zap_stop(h->trust.zap);
    h->trust.zap = NULL;
    jb_sock *holder = knock(h, KEY_SECURITY);
    assert_false(is_in(holder, SHORT_MS));
    jb_sock_close(holder);
}

/* A message as the door sees it. */
static enum jb_finding_code ask_gate(struct jb_gate *gate, uint8_t n, size_t bytes, int64_t mono_us)
{
    static const uint8_t zeros[1 << 20];
    struct jb_public_key key = rights_key(n);
    struct jb_msg msg = {
        .has_user = n != 0, .bytes = jb_slice_of(zeros, bytes), .peer = {.id_len = 5}};
    memcpy(msg.user, key.bytes, 32);
    return jb_gate_ask(gate, &msg, AGG_START_US, mono_us);
}

static void the_gate_asks_at_every_message(void **state)
{
    struct house *h = *state;
    struct jb_gate gate;
    jb_gate_open(&gate, jb_engine_rights(h->store->engine));
    assert_int_equal(ask_gate(&gate, KEY_SECURITY, 10, 0), JB_F_NONE);
    assert_int_equal(ask_gate(&gate, 50, 10, 0), JB_F_UNKNOWN_KEY);
    assert_int_equal(ask_gate(&gate, 0, 10, 0), JB_F_UNKNOWN_KEY);
    assert_int_equal(ask_gate(&gate, KEY_SERVER, 10, 0), JB_F_GRANT_MISSING);
    struct jb_public_key key = rights_key(KEY_SECURITY);
    struct jb_msg named = {.has_user = true, .peer = {.id = "\1abcd", .id_len = 5}};
    memcpy(named.user, key.bytes, 32);
    assert_int_equal(jb_gate_ask(&gate, &named, AGG_START_US, 0), JB_F_ROUTING_ID);
    int passed = 0;
    while (passed < 100000 && ask_gate(&gate, KEY_SECURITY, 10, 0) == JB_F_NONE)
        passed++;
    assert_in_range(passed, 1000, 99999);
    assert_int_equal(ask_gate(&gate, KEY_SECURITY, 10, 0), JB_F_RATE_LIMITED);
    assert_int_equal(ask_gate(&gate, KEY_RECOVERY, 10, 0), JB_F_NONE); /* another key's own rate */
    assert_int_equal(ask_gate(&gate, KEY_SECURITY, 10, 1000000), JB_F_NONE);
    jb_gate_close(&gate);
    jb_gate_open(&gate, NULL);
    assert_int_equal(ask_gate(&gate, 0, 10, 0), JB_F_NONE);
    jb_gate_close(&gate);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(only_the_stores_own_key_serves_it),
        T(holders_come_in_under_their_name_and_others_do_not),
        T(a_door_is_proved_while_its_guard_lives_and_not_after),
        T(the_gate_asks_at_every_message),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
