/* The sender against an aggregator that is played here, in the same thread, behind a locked door:
 * it checks every signature and answers what each test tells it to. */
#include "agent_desk.h"

#include <sched.h>
#include <sodium.h>

#include "agent/home.h"
#include "agent/sender.h"
#include "net/loop.h"
#include "net/zap.h"

#define SEEN_MAX 64

/* What the played aggregator was sent, and how it answers. */
struct door {
    jb_net *net;
    jb_sock *sock;
    char *endpoint;
    uint8_t store_id[16];
    uint32_t epoch;
    enum jb_outcome outcome;
    bool deaf;                   /* takes messages and says nothing */
    enum jb_finding_code barred; /* else: refuses everything for this reason */
    jb_identity *server;
    jb_zap *zap;
    struct jb_public_key signer; /* who must have signed */
    uint32_t barred_count;
    struct jb_uuid seen[SEEN_MAX], predecessor[SEEN_MAX];
    uint32_t seen_count, hellos;
    uint64_t revision;
};

/* While armed, the second answer of a group finds no room; then all is well again. */
static bool armed;
static uint32_t group;

jb_err __real_jb_outbox_begin(jb_outbox *outbox);
jb_err __wrap_jb_outbox_begin(jb_outbox *outbox);
jb_err __wrap_jb_outbox_begin(jb_outbox *outbox)
{
    group = 0;
    return __real_jb_outbox_begin(outbox);
}

jb_err __real_jb_outbox_settle(jb_outbox *outbox, uint64_t seq, const struct jb_receipt *receipt,
                               struct jb_slice bytes, int64_t now_us);
jb_err __wrap_jb_outbox_settle(jb_outbox *outbox, uint64_t seq, const struct jb_receipt *receipt,
                               struct jb_slice bytes, int64_t now_us);
jb_err __wrap_jb_outbox_settle(jb_outbox *outbox, uint64_t seq, const struct jb_receipt *receipt,
                               struct jb_slice bytes, int64_t now_us)
{
    if (armed && ++group == 2) {
        armed = false;
        return JB_EFULL;
    }
    return __real_jb_outbox_settle(outbox, seq, receipt, bytes, now_us);
}

struct desk {
    char *dir, *home;
    jb_identity *me, *next; /* next: of a rotation */
    struct jb_who who;
    jb_outbox *outbox;
    jb_sender *sender;
    struct door door;
};

static const struct jb_sock_limits limits = {100, 100, JB_MESSAGE_BYTES_MAX};

/* A socket that was closed gives its port back a little later, when libzmq's own thread comes to
 * it. */
static void listen_on(struct door *door, const char *endpoint)
{
    int64_t until_us = jb_clock_mono_us() + 30 * 1000000LL;
    struct jb_sock_lock lock = {.domain = "test"};
    jb_err err;

    jb_identity_curve_secret(door->server, lock.secret);
    do {
        err = jb_sock_listen(door->net, endpoint, &limits, &lock, &door->sock);
        sched_yield();
    } while (err == JB_EEXIST && jb_clock_mono_us() < until_us);
    assert_int_equal(err, JB_OK);
    free(door->endpoint);
    door->endpoint = jb_xstrdup(jb_sock_endpoint(door->sock));
}

static const char *let_in(void *ctx, const uint8_t curve[JB_CURVE_BYTES], uint8_t ret_user[32])
{
    (void)ctx;
    memcpy(ret_user, curve, 32);
    return NULL;
}

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof(*desk));

    assert_true(sodium_init() >= 0);
    desk->dir = jb_test_tmpdir();
    assert_int_equal(jb_home_open(desk->dir, &desk->home), JB_OK);
    assert_int_equal(jb_outbox_open(desk->home, false, &desk->outbox), JB_OK);
    desk->door = (struct door){.net = jb_net_new(1), .epoch = 1, .outcome = JB_ACCEPTED};
    memcpy(desk->door.store_id, desk_store, sizeof(desk_store));
    desk->door.server = jb_identity_new();
    desk->me = jb_identity_new();
    desk->next = jb_identity_new();
    desk->who = (struct jb_who){desk->me, *jb_identity_public(desk->door.server)};
    desk->door.signer = *jb_identity_public(desk->me);
    assert_int_equal(jb_zap_start(desk->door.net, "test", let_in, NULL, &desk->door.zap), JB_OK);
    listen_on(&desk->door, "tcp://127.0.0.1:*");
    assert_int_equal(jb_sender_new(desk->door.net, desk->door.endpoint, &desk->who, desk->outbox,
                                   desk_store, false, &desk->sender),
                     JB_OK);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;

    jb_sender_free(desk->sender);
    jb_outbox_close(desk->outbox);
    jb_sock_close(desk->door.sock);
    jb_zap_stop(desk->door.zap);
    jb_net_free(desk->door.net);
    jb_identity_free(desk->door.server);
    jb_identity_free(desk->me);
    jb_identity_free(desk->next);
    free(desk->door.endpoint);
    free(desk->home);
    jb_test_rmdir(desk->dir);
    free(desk);
    return 0;
}

static void answer(struct door *door, const struct jb_peer *peer, enum jb_kind kind,
                   struct jb_slice request_id, const struct jb_buf *payload)
{
    struct jb_envelope envelope = {
        .kind = kind, .request_id = request_id, .payload = jb_buf_slice(payload)};
    struct jb_buf out;

    jb_buf_init(&out, JB_MESSAGE_BYTES_MAX);
    jb_wire_envelope_encode(&envelope, &out);
    jb_ignore(jb_sock_send(door->sock, peer, jb_buf_slice(&out)));
    jb_buf_free(&out);
}

static void answer_hello(struct door *door, const struct jb_peer *peer, struct jb_slice request_id)
{
    struct jb_welcome welcome = {
        .epoch = door->epoch, .revision = door->revision, .program = JB_LIT("played")};
    struct jb_buf payload;

    door->hellos++;
    memcpy(welcome.store_id, door->store_id, sizeof(welcome.store_id));
    jb_buf_init(&payload, 4096);
    jb_wire_welcome_encode(&welcome, &payload);
    answer(door, peer, JB_KIND_WELCOME, request_id, &payload);
    jb_buf_free(&payload);
}

static void answer_submit(struct door *door, const struct jb_peer *peer,
                          const struct jb_envelope *envelope)
{
    struct jb_arena arena;
    struct jb_submission submission;
    struct jb_buf payload;

    jb_arena_init(&arena, 1 << 20);
    assert_int_equal(jb_wire_submission_decode(envelope->payload, &arena, &submission, NULL),
                     JB_OK);
    assert_true(jb_slice_eq(envelope->store_id, jb_slice_of(desk_store, sizeof(desk_store))));
    assert_true(jb_slice_eq(envelope->signer, jb_slice_of(door->signer.bytes, 32)));
    assert_true(jb_signature_good(&door->signer, JB_KIND_SUBMIT, desk_store, envelope->payload,
                                  envelope->signature));
    assert_true(door->seen_count < SEEN_MAX);
    door->seen[door->seen_count] = submission.id;
    door->predecessor[door->seen_count++] = submission.predecessor;
    struct jb_receipt receipt = {.outcome = door->outcome,
                                 .submission_id = submission.id,
                                 .unit = submission.unit,
                                 .epoch = door->epoch,
                                 .has_last_submission = door->outcome == JB_STALE};
    if (door->outcome == JB_ACCEPTED)
        receipt.revision = ++door->revision;
    memcpy(receipt.store_id, door->store_id, sizeof(receipt.store_id));
    crypto_generichash(receipt.content_hash, 32, envelope->payload.ptr, envelope->payload.len, NULL,
                       0);
    jb_buf_init(&payload, 1 << 20);
    jb_wire_receipt_encode(&receipt, NULL, &payload);
    if (!door->deaf)
        answer(door, peer, JB_KIND_RECEIPT, envelope->request_id, &payload);
    jb_buf_free(&payload);
    jb_arena_free(&arena);
}

static void refuse(struct door *door, const struct jb_peer *peer, struct jb_slice request_id)
{
    struct jb_findings findings;
    struct jb_buf payload;

    door->barred_count++;
    jb_findings_init(&findings);
    jb_findings_add(&findings, &(struct jb_finding){.code = door->barred, .severity = JB_ERROR});
    jb_buf_init(&payload, 1 << 16);
    jb_wire_refused_encode(&findings, &payload);
    answer(door, peer, JB_KIND_REFUSED, request_id, &payload);
    jb_buf_free(&payload);
    jb_findings_free(&findings);
}

static void serve(struct door *door)
{
    struct jb_msg msg;
    struct jb_arena arena;

    jb_arena_init(&arena, 1 << 20);
    jb_msg_init(&msg);
    while (door->sock && jb_sock_recv(door->sock, &msg) == JB_OK) {
        struct jb_envelope envelope;
        assert_int_equal(jb_wire_envelope_decode(msg.bytes, &arena, &envelope), JB_OK);
        if (door->barred)
            refuse(door, &msg.peer, envelope.request_id);
        else if (envelope.kind == JB_KIND_HELLO)
            answer_hello(door, &msg.peer, envelope.request_id);
        else
            answer_submit(door, &msg.peer, &envelope);
        jb_msg_free(&msg);
        jb_arena_clear(&arena);
    }
    jb_msg_free(&msg);
    jb_arena_free(&arena);
}

typedef bool (*condition)(const struct desk *desk);

/* Turns both until the condition holds. */
static void play_until(struct desk *desk, condition holds)
{
    int64_t deadline = jb_clock_mono_us() + 20000000;
    bool full = armed; /* then one turn may fail */

    while (!holds(desk)) {
        assert_true(jb_clock_mono_us() < deadline);
        jb_err err = jb_sender_turn(desk->sender, jb_clock_mono_us());
        assert_true(!err || (full && err == JB_EFULL));
        full = full && !err;
        serve(&desk->door);
        struct jb_wait_item items[2] = {{.fd = -1}, {.sock = desk->door.sock, .fd = -1}};
        items[0].sock = jb_sender_sock(desk->sender, &items[0].want_write);
        int ms = jb_sender_wait_ms(desk->sender, jb_clock_mono_us());
        jb_ignore(jb_wait(items, desk->door.sock ? 2 : 1, ms < 20 ? ms : 20));
    }
}

static bool idle(const struct desk *desk)
{
    return jb_sender_idle(desk->sender);
}

static bool wrong_store(const struct desk *desk)
{
    return jb_sender_state(desk->sender) == JB_SENDER_WRONG_STORE;
}

static bool some_later(const struct desk *desk)
{
    return jb_sender_counts(desk->sender)->later >= 3;
}

static bool one_seen(const struct desk *desk)
{
    return desk->door.seen_count >= 1;
}

static struct jb_uuid add(struct desk *desk, const char *period, int64_t cases)
{
    struct jb_uuid id;
    struct jb_parcel parcel = desk_parcel(period, cases, &id);

    assert_int_equal(jb_outbox_add(desk->outbox, &parcel, NULL, 1), JB_OK);
    jb_parcel_free(&parcel);
    return id;
}

static enum jb_outcome outcome_of(struct desk *desk, struct jb_uuid id)
{
    struct jb_outbox_receipt receipt = {0};
    bool waits = true;

    assert_int_equal(jb_outbox_find(desk->outbox, id, &waits, &receipt), JB_OK);
    return waits ? JB_TRY_LATER : receipt.outcome;
}

static void everything_is_sent_in_order(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1), b = add(desk, "2023-Q1", 2),
                   c = add(desk, "2023-Q2", 3);

    play_until(desk, idle);
    assert_int_equal(desk->door.seen_count, 3);
    uint32_t at_a = 9, at_b = 9;
    for (uint32_t i = 0; i < 3; i++) {
        at_a = jb_uuid_eq(desk->door.seen[i], a) ? i : at_a;
        at_b = jb_uuid_eq(desk->door.seen[i], b) ? i : at_b;
    }
    assert_true(at_a < at_b && at_b < 3);
    assert_true(jb_uuid_eq(desk->door.predecessor[at_b], a));
    assert_int_equal(outcome_of(desk, c), JB_ACCEPTED);
    assert_int_equal(jb_sender_counts(desk->sender)->accepted, 3);
}

static void another_store_gets_nothing(void **state)
{
    struct desk *desk = *state;

    add(desk, "2023-Q1", 1);
    desk->door.store_id[3] ^= 1;
    play_until(desk, wrong_store);
    assert_memory_equal(jb_sender_met(desk->sender), desk->door.store_id, 16);
    assert_int_equal(desk->door.seen_count, 0);
    assert_false(jb_sender_idle(desk->sender));
}

static void try_later_keeps_it_and_asks_again(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1);

    desk->door.outcome = JB_TRY_LATER;
    play_until(desk, some_later);
    assert_int_equal(outcome_of(desk, a), JB_TRY_LATER);
    desk->door.outcome = JB_ACCEPTED;
    play_until(desk, idle);
    for (uint32_t i = 0; i < desk->door.seen_count; i++)
        assert_true(jb_uuid_eq(desk->door.seen[i], a));
    assert_int_equal(outcome_of(desk, a), JB_ACCEPTED);
}

static void a_broken_connection_has_it_sent_again(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1);

    desk->door.deaf = true;
    play_until(desk, one_seen);
    jb_sock_close(desk->door.sock);
    desk->door.sock = NULL;
    char *endpoint = jb_xstrdup(desk->door.endpoint);
    listen_on(&desk->door, endpoint);
    free(endpoint);
    desk->door.deaf = false;
    play_until(desk, idle);
    assert_true(desk->door.seen_count >= 2);
    assert_int_equal(outcome_of(desk, a), JB_ACCEPTED);
}

static void silence_has_it_sent_again(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1);

    desk->door.deaf = true;
    play_until(desk, one_seen);
    desk->door.deaf = false;
    play_until(desk, idle);
    assert_int_equal(desk->door.seen_count, 2);
    assert_int_equal(outcome_of(desk, a), JB_ACCEPTED);
}

/* A group of receipts of which one finds no room: none is stored, and all come again. */
static void receipts_that_find_no_room_come_again(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid ids[SEEN_MAX / 2];
    uint32_t count = 0;

    armed = true;
    while (armed && count + 4 <= JB_COUNT(ids)) { /* until two receipts came in one turn */
        for (uint32_t i = 0; i < 4; i++, count++) {
            char *period = jb_xasprintf("20%02u-Q%u", count / 4 + 1, i + 1);
            ids[count] = add(desk, period, 1);
            free(period);
        }
        play_until(desk, idle);
    }
    assert_false(armed);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(outcome_of(desk, ids[i]), JB_ACCEPTED);
}

static void stale_ends_one_and_the_next_goes(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1), b = add(desk, "2023-Q1", 2);

    desk->door.outcome = JB_STALE;
    play_until(desk, idle);
    assert_int_equal(outcome_of(desk, a), JB_STALE);
    assert_int_equal(outcome_of(desk, b), JB_STALE);
    assert_int_equal(jb_sender_counts(desk->sender)->stale, 2);
    assert_true(jb_uuid_is_nil(desk->door.predecessor[1]));
}

static void a_restored_store_gets_the_old_ones_first(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1);

    play_until(desk, idle);
    struct jb_uuid b = add(desk, "2023-Q1", 2);
    desk->door.epoch = 2;
    desk->door.outcome = JB_STALE; /* it lost a, so b does not fit */
    desk->door.seen_count = 0;
    play_until(desk, one_seen);
    assert_true(jb_uuid_eq(desk->door.seen[0], b));
    desk->door.outcome = JB_ACCEPTED;
    play_until(desk, idle);
    assert_true(desk->door.seen_count >= 3);
    assert_true(jb_uuid_eq(desk->door.seen[1], a));
    assert_true(jb_uuid_eq(desk->door.seen[2], b));
    assert_true(jb_uuid_eq(desk->door.predecessor[2], a));
    assert_int_equal(outcome_of(desk, b), JB_ACCEPTED);
}

static bool barred(const struct desk *desk)
{
    enum jb_finding_code code = JB_F_NONE;

    jb_ignore(jb_sender_trouble(desk->sender, &code) != JB_TROUBLE_NONE);
    return code == JB_F_KEY_SUSPENDED && desk->door.barred_count >= 2;
}

static void a_suspended_key_keeps_what_waits(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1);

    desk->door.barred = JB_F_KEY_SUSPENDED;
    play_until(desk, barred);
    assert_int_equal(outcome_of(desk, a), JB_TRY_LATER);
    assert_int_equal(desk->door.seen_count, 0);
    desk->door.barred = JB_F_NONE;
    play_until(desk, idle);
    assert_int_equal(outcome_of(desk, a), JB_ACCEPTED);
    assert_false(barred(desk));
}

static void what_waits_goes_out_under_the_next_key_with_its_id(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1);

    desk->door.deaf = true;
    play_until(desk, one_seen);
    jb_sender_free(desk->sender);
    desk->sender = NULL;
    desk->who.identity = desk->next;
    desk->door.signer = *jb_identity_public(desk->next);
    desk->door.deaf = false;
    assert_int_equal(jb_sender_new(desk->door.net, desk->door.endpoint, &desk->who, desk->outbox,
                                   desk_store, false, &desk->sender),
                     JB_OK);
    play_until(desk, idle);
    assert_int_equal(desk->door.seen_count, 2);
    assert_true(jb_uuid_eq(desk->door.seen[1], a));
    assert_int_equal(outcome_of(desk, a), JB_ACCEPTED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        TEST(everything_is_sent_in_order),
        TEST(another_store_gets_nothing),
        TEST(try_later_keeps_it_and_asks_again),
        TEST(a_broken_connection_has_it_sent_again),
        TEST(silence_has_it_sent_again),
        TEST(receipts_that_find_no_room_come_again),
        TEST(stale_ends_one_and_the_next_goes),
        TEST(a_restored_store_gets_the_old_ones_first),
        TEST(a_suspended_key_keeps_what_waits),
        TEST(what_waits_goes_out_under_the_next_key_with_its_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
