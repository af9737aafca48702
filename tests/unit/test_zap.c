#include "lock_desk.h"

#include <zmq.h>

#include "net/sock_inner.h"
#include "net/zap_refusals.h"

static int set_up(void **state)
{
    struct lock_desk *desk = jb_xcalloc(1, sizeof(*desk));
    lock_desk_open(desk, "tcp://127.0.0.1:*");
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    lock_desk_close(*state);
    free(*state);
    return 0;
}

static void the_right_key_is_let_in_and_named(void **state)
{
    struct lock_desk *desk = *state;
    grant(desk, 0);
    grant(desk, 2);
    jb_sock *first = guest(desk, 0), *second = guest(desk, 2);
    talk(desk, first, 0);
    talk(desk, second, 2);
    talk(desk, first, 0);
    struct jb_zap_counts counts = counts_of(desk);
    assert_int_equal(counts.asked, 2);
    assert_int_equal(counts.let_in, 2);
    assert_int_equal(counts.refused, 0);
    assert_int_equal(jb_sock_strays(desk->door), 0);
    jb_sock_close(first);
    jb_sock_close(second);
}

static void an_unknown_key_is_refused_and_remembered(void **state)
{
    struct lock_desk *desk = *state;
    struct jb_zap_refusal rows[2];
    uint8_t secret[JB_CURVE_BYTES], public[JB_CURVE_BYTES];
    jb_sock *sock = guest(desk, 50);
    assert_true(refused_within(desk, 1, WAIT_MS));
    assert_false(is_in(sock, 100));
    assert_int_equal(jb_sock_recv(desk->door, &desk->msg), JB_EAGAIN);
    assert_int_equal(jb_zap_refusals(desk->zap, rows, 2), 1);
    key_of(50, secret, public);
    assert_memory_equal(rows[0].curve, public, sizeof(public));
    assert_string_equal(rows[0].address, "127.0.0.1");
    assert_string_equal(rows[0].reason, "unknown");
    assert_int_equal(rows[0].count, jb_zap_refused_times(desk->zap, public));
    assert_true(rows[0].last_us > 0);
    assert_int_equal(counts_of(desk).malformed, 0);
    jb_sock_close(sock);
}

static void a_key_that_is_granted_later_comes_in_by_itself(void **state)
{
    struct lock_desk *desk = *state;
    jb_sock *sock = guest(desk, 1);
    assert_true(refused_within(desk, 1, WAIT_MS));
    grant(desk, 1);
    assert_true(is_in(sock, 30000));
    talk(desk, sock, 1);
    jb_sock_close(sock);
}

static void a_dead_handler_lets_nobody_in(void **state)
{
    struct lock_desk *desk = *state;
    grant(desk, 0);
    jb_zap_stop(desk->zap);
    desk->zap = NULL;
    jb_sock *sock = guest(desk, 0);
    assert_false(is_in(sock, 1500));
    assert_int_equal(jb_sock_recv(desk->door, &desk->msg), JB_EAGAIN);
    assert_int_equal(jb_zap_start(desk->net, DOMAIN, judge_guest, desk, &desk->zap), JB_OK);
    jb_sock_close(sock);
    sock = guest(desk, 0);
    talk(desk, sock, 0); /* and the test would have seen it come in */
    jb_sock_close(sock);
}

static void a_net_has_one_handler(void **state)
{
    struct lock_desk *desk = *state;
    jb_zap *second = NULL;
    assert_int_equal(jb_zap_start(desk->net, DOMAIN, judge_guest, desk, &second), JB_EEXIST);
    assert_null(second);
}

static void a_handler_can_follow_another_at_once(void **state)
{
    struct lock_desk *desk = *state;
    for (int i = 0; i < 200; i++) {
        jb_zap_stop(desk->zap);
        desk->zap = NULL;
        assert_int_equal(jb_zap_start(desk->net, DOMAIN, judge_guest, desk, &desk->zap), JB_OK);
    }
}

static void a_door_with_a_new_key_is_served_beside_the_old_one(void **state)
{
    struct lock_desk *desk = *state;
    const struct jb_sock_lock next = door_lock(SERVER_NEXT);
    grant(desk, 0);
    grant(desk, 1);
    jb_sock *before = guest(desk, 0);
    talk(desk, before, 0);
    assert_string_equal(jb_sock_endpoint_also(desk->door), "");
    assert_int_equal(jb_sock_listen_also(desk->door, jb_sock_endpoint(desk->door), &next),
                     JB_EEXIST);
    assert_int_equal(jb_sock_listen_also(desk->door, "inproc://door", &next), JB_EINVAL);
    assert_int_equal(jb_sock_listen_also(desk->door, "tcp://127.0.0.1:*", &next), JB_OK);
    const char *also = jb_sock_endpoint_also(desk->door);
    jb_sock *moved = guest_at(desk, 1, also, SERVER_NEXT);
    talk(desk, moved, 1);
    talk(desk, before, 0); /* not disturbed */
    jb_sock *late = guest(desk, 0);
    talk(desk, late, 0); /* the first endpoint still has the first key */
    jb_sock *crossed = guest_at(desk, 0, also, SERVER);
    jb_sock *crossed_back = guest_at(desk, 0, jb_sock_endpoint(desk->door), SERVER_NEXT);
    assert_false(is_in(crossed, 400));
    assert_false(is_in(crossed_back, 400));
    jb_sock_close(before);
    jb_sock_close(moved);
    jb_sock_close(late);
    jb_sock_close(crossed);
    jb_sock_close(crossed_back);
}

static void a_locked_door_is_not_opened_within_the_process(void **state)
{
    struct lock_desk *desk = *state;
    const struct jb_sock_lock lock = door_lock(SERVER);
    jb_sock *sock = NULL;
    assert_int_equal(jb_sock_listen(desk->net, "inproc://door", &lock_limits, &lock, &sock),
                     JB_EINVAL);
    assert_null(sock);
}

static void a_door_finds_itself_locked(void **state)
{
    struct lock_desk *desk = *state;
    uint8_t secret[JB_CURVE_BYTES], public[JB_CURVE_BYTES];
    key_of(SERVER, secret, public);
    assert_int_equal(jb_door_selftest(desk->net, jb_sock_endpoint(desk->door), public, desk->zap),
                     JB_OK);
    assert_int_equal(counts_of(desk).let_in, 0);
}

static const char *let_all_in(void *ctx, const uint8_t curve[JB_CURVE_BYTES], uint8_t ret_user[32])
{
    (void)ctx;
    memcpy(ret_user, curve, 32);
    return NULL;
}

static void a_door_that_lets_all_in_finds_out(void **state)
{
    struct lock_desk *desk = *state;
    uint8_t secret[JB_CURVE_BYTES], public[JB_CURVE_BYTES];
    key_of(SERVER, secret, public);
    jb_zap_stop(desk->zap);
    desk->zap = NULL;
    assert_int_equal(jb_zap_start(desk->net, DOMAIN, let_all_in, NULL, &desk->zap), JB_OK);
    assert_int_equal(jb_door_selftest(desk->net, jb_sock_endpoint(desk->door), public, desk->zap),
                     JB_EINVAL);
}

static void a_door_whose_handler_is_not_asked_finds_out(void **state)
{
    struct lock_desk *desk = *state;
    uint8_t secret[JB_CURVE_BYTES], public[JB_CURVE_BYTES];
    jb_net *elsewhere = jb_net_new(1);
    jb_zap *other = NULL;
    key_of(SERVER, secret, public);
    jb_zap_stop(desk->zap);
    desk->zap = NULL;
    assert_int_equal(jb_zap_start(elsewhere, DOMAIN, judge_guest, desk, &other), JB_OK);
    int64_t start_us = jb_clock_mono_us();
    assert_int_equal(jb_door_selftest(desk->net, jb_sock_endpoint(desk->door), public, other),
                     JB_EAGAIN);
    assert_in_range(jb_clock_mono_us() - start_us, 4900000, 6500000);
    jb_zap_stop(other);
    jb_net_free(elsewhere);
}

struct part {
    const char *bytes;
    size_t len;
};

/* Asks the handler as libzmq would, and takes the status of its answer. */
static void ask(struct lock_desk *desk, const struct part *parts, size_t count, char status[4])
{
    int wait_ms = WAIT_MS, linger = 0;
    void *req = zmq_socket(jb_net_context(desk->net), ZMQ_REQ);
    assert_int_equal(zmq_setsockopt(req, ZMQ_RCVTIMEO, &wait_ms, sizeof(wait_ms)), 0);
    assert_int_equal(zmq_setsockopt(req, ZMQ_LINGER, &linger, sizeof(linger)), 0);
    assert_int_equal(zmq_connect(req, "inproc://zeromq.zap.01"), 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(
            zmq_send(req, parts[i].bytes, parts[i].len, i + 1 < count ? ZMQ_SNDMORE : 0),
            parts[i].len);
    char frames[6][80] = {""};
    for (int i = 0; i < 6; i++)
        assert_true(zmq_recv(req, frames[i], sizeof(frames[i]) - 1, 0) >= 0);
    assert_string_equal(frames[0], "1.0");
    assert_int_equal(strlen(frames[4]), strcmp(frames[2], "200") == 0 ? 64 : 0);
    memcpy(status, frames[2], 4);
    zmq_close(req);
}

static void only_whole_questions_let_anybody_in(void **state)
{
    struct lock_desk *desk = *state;
    static const char large[300] = {'x'};
    char status[4];
    grant(desk, 0);
    const struct part good[] = {
        {"1.0", 3}, {"1", 1},     {DOMAIN, strlen(DOMAIN)},           {"127.0.0.1", 9},
        {"", 0},    {"CURVE", 5}, {(const char *)desk->guests[0], 32}};
    const struct {
        int index;
        struct part part;
    } wrong[] = {
        {0, {"2.0", 3}},   {0, {"", 0}},
        {1, {"", 0}},      {1, {large, 300}},
        {2, {"other", 5}}, {2, {"", 0}},
        {2, {"test2", 5}}, {3, {large, 300}},
        {4, {large, 300}}, {5, {"NULL", 4}},
        {5, {"PLAIN", 5}}, {5, {"", 0}},
        {6, {"", 0}},      {6, {good[6].bytes, 31}},
        {6, {large, 33}},  {6, {large, 256}},
    };
    for (size_t i = 0; i < JB_COUNT(wrong); i++) {
        struct part parts[7];
        memcpy(parts, good, sizeof(parts));
        parts[wrong[i].index] = wrong[i].part;
        ask(desk, parts, 7, status);
        assert_string_equal(status, "300");
    }
    for (size_t count = 1; count < 7; count++) {
        ask(desk, good, count, status);
        assert_string_equal(status, "300");
    }
    struct part more[20];
    for (size_t i = 0; i < JB_COUNT(more); i++)
        more[i] = good[i < 7 ? i : 6];
    ask(desk, more, 8, status);
    assert_string_equal(status, "300");
    ask(desk, more, JB_COUNT(more), status);
    assert_string_equal(status, "300");
    struct jb_zap_counts counts = counts_of(desk);
    assert_int_equal(counts.malformed, JB_COUNT(wrong) + 8);
    assert_int_equal(counts.let_in, 0);
    ask(desk, good, 7, status);
    assert_string_equal(status, "200");
}

static void the_table_of_refusals_keeps_the_newest(void **state)
{
    (void)state;
    struct jb_zap_table *table = jb_xcalloc(1, sizeof(*table));
    struct jb_zap_refusal *rows = jb_xcalloc(JB_ZAP_REFUSALS_MAX, sizeof(*rows));
    uint8_t curve[JB_CURVE_BYTES] = {0};
    const char *far = "a-name-that-is-longer-than-the-sixty-three-bytes-that-a-row-has-for-it";
    for (uint32_t i = 0; i < 3 * JB_ZAP_REFUSALS_MAX; i++) {
        memcpy(curve, &i, sizeof(i));
        jb_zap_table_add(table, JB_LIT("10.0.0.1"), curve, "unknown", i + 1);
    }
    assert_int_equal(table->count, JB_ZAP_REFUSALS_MAX);
    jb_zap_table_add(table, JB_LIT("10.0.0.2"), curve, "unknown", 900000);
    jb_zap_table_add(table, JB_LIT("10.0.0.1"), curve, "expired", 900001);
    assert_int_equal(jb_zap_table_add(table, jb_slice_str(far), curve, "x", 900002)->count, 1);
    assert_int_equal(jb_zap_table_add(table, jb_slice_str(far), curve, "x", 900003)->count, 2);
    assert_int_equal(jb_zap_table_times(table, curve), 5);
    assert_int_equal(jb_zap_table_list(table, rows, JB_ZAP_REFUSALS_MAX), JB_ZAP_REFUSALS_MAX);
    assert_int_equal(rows[1].count, 2);
    assert_string_equal(rows[1].reason, "expired");
    assert_string_equal(rows[2].address, "10.0.0.2");
    for (uint32_t i = 1; i < JB_ZAP_REFUSALS_MAX; i++)
        assert_true(rows[i - 1].last_us >= rows[i].last_us);
    assert_int_equal(rows[JB_ZAP_REFUSALS_MAX - 1].last_us, 2 * JB_ZAP_REFUSALS_MAX + 3);
    assert_int_equal(jb_zap_table_list(table, rows, 1), 1);
    free(rows);
    free(table);
}

static void log_lines_are_bounded(void **state)
{
    (void)state;
    const int64_t minute = 60 * 1000000LL;
    struct jb_zap_lines lines = {0};
    uint64_t sum = 77;
    uint32_t written = 0;
    for (int i = 0; i < 1000; i++) {
        written += jb_zap_lines_next(&lines, 5 * minute + i, &sum);
        assert_int_equal(sum, 0);
    }
    assert_int_equal(written, JB_ZAP_LINES_MAX);
    assert_int_equal(jb_zap_lines_sum(&lines, 6 * minute - 1), 0);
    assert_true(jb_zap_lines_next(&lines, 6 * minute, &sum));
    assert_int_equal(sum, 1000 - JB_ZAP_LINES_MAX);
    assert_int_equal(jb_zap_lines_sum(&lines, 9 * minute), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_right_key_is_let_in_and_named),
        TEST(an_unknown_key_is_refused_and_remembered),
        TEST(a_key_that_is_granted_later_comes_in_by_itself),
        TEST(a_dead_handler_lets_nobody_in),
        TEST(a_net_has_one_handler),
        TEST(a_handler_can_follow_another_at_once),
        TEST(a_door_with_a_new_key_is_served_beside_the_old_one),
        TEST(a_locked_door_is_not_opened_within_the_process),
        TEST(a_door_finds_itself_locked),
        TEST(a_door_that_lets_all_in_finds_out),
        TEST(a_door_whose_handler_is_not_asked_finds_out),
        TEST(only_whole_questions_let_anybody_in),
        cmocka_unit_test(the_table_of_refusals_keeps_the_newest),
        cmocka_unit_test(log_lines_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
