#include "jb_test.h"

#include "net/meter.h"

#define SECOND 1000000LL

static const struct jb_meter_rates rates = {
    .requests_per_s = 10, .requests_burst = 5, .bytes_per_s = 1000, .bytes_burst = 2000};

static const uint8_t *key(uint32_t number)
{
    static uint8_t bytes[JB_METER_KEY_BYTES];
    memcpy(bytes, &number, sizeof(number));
    return bytes;
}

static void a_burst_passes_and_then_the_rate(void **state)
{
    (void)state;
    jb_meter *meter = jb_meter_new(&rates, 8);
    uint32_t wait_ms = 77, passed = 0;
    for (int i = 0; i < 5; i++)
        assert_int_equal(jb_meter_take(meter, key(1), 10, SECOND, &wait_ms), JB_OK);
    assert_int_equal(wait_ms, 77); /* untouched */
    assert_int_equal(jb_meter_take(meter, key(1), 10, SECOND, &wait_ms), JB_EAGAIN);
    assert_int_equal(wait_ms, 100);
    assert_int_equal(jb_meter_take(meter, key(1), 10, SECOND + 99999, &wait_ms), JB_EAGAIN);
    assert_int_equal(wait_ms, 1);
    assert_int_equal(jb_meter_take(meter, key(1), 10, SECOND + 100000, &wait_ms), JB_OK);
    /* Tried each millisecond for ten seconds, it gets its rate, and no more. */
    for (int64_t us = SECOND + 100000; us < 11 * SECOND + 100000; us += 1000)
        passed += jb_meter_take(meter, key(1), 1, us, &wait_ms) == JB_OK;
    assert_in_range(passed, 99, 100);
    jb_meter_free(meter);
}

static void bytes_count_too_and_a_refusal_costs_nothing(void **state)
{
    (void)state;
    jb_meter *meter = jb_meter_new(&rates, 8);
    uint32_t wait_ms = 0;
    assert_int_equal(jb_meter_take(meter, key(1), 1500, 0, &wait_ms), JB_OK);
    for (int i = 0; i < 100; i++)
        assert_int_equal(jb_meter_take(meter, key(1), 600, 0, &wait_ms), JB_EAGAIN);
    assert_int_equal(wait_ms, 100);
    assert_int_equal(jb_meter_take(meter, key(1), 500, 0, &wait_ms), JB_OK);
    assert_int_equal(jb_meter_take(meter, key(1), 0, 0, &wait_ms), JB_OK);
    jb_meter_free(meter);
}

static void a_request_above_the_burst_passes_and_is_paid_off(void **state)
{
    (void)state;
    jb_meter *meter = jb_meter_new(&rates, 8);
    uint32_t wait_ms = 0;
    assert_int_equal(jb_meter_take(meter, key(1), 5000, 0, &wait_ms), JB_OK);
    assert_int_equal(jb_meter_take(meter, key(1), 1, 0, &wait_ms), JB_EAGAIN);
    assert_int_equal(wait_ms, 3001); /* 3,000 bytes below nothing, at 1,000 a second */
    assert_int_equal(jb_meter_take(meter, key(1), 1, 3 * SECOND, &wait_ms), JB_EAGAIN);
    assert_int_equal(jb_meter_take(meter, key(1), 1, 3 * SECOND + 1000, &wait_ms), JB_OK);
    jb_meter_free(meter);
}

static void keys_do_not_pay_for_each_other(void **state)
{
    (void)state;
    jb_meter *meter = jb_meter_new(&rates, 8);
    uint32_t wait_ms = 0;
    while (jb_meter_take(meter, key(1), 1, 0, &wait_ms) == JB_OK) {
    }
    assert_int_equal(jb_meter_take(meter, key(2), 1, 0, &wait_ms), JB_OK);
    assert_int_equal(jb_meter_take(meter, key(1), 1, 0, &wait_ms), JB_EAGAIN);
    assert_int_equal(jb_meter_keys(meter), 2);
    jb_meter_free(meter);
}

static void time_may_stand_still_go_back_or_leap(void **state)
{
    (void)state;
    jb_meter *meter = jb_meter_new(&rates, 8);
    uint32_t wait_ms = 0;
    for (int i = 0; i < 5; i++)
        assert_int_equal(jb_meter_take(meter, key(1), 1, 100 * SECOND, &wait_ms), JB_OK);
    assert_int_equal(jb_meter_take(meter, key(1), 1, SECOND, &wait_ms), JB_EAGAIN);
    assert_int_equal(jb_meter_take(meter, key(1), 1, 100 * SECOND, &wait_ms), JB_EAGAIN);
    for (int i = 0; i < 5; i++)
        assert_int_equal(jb_meter_take(meter, key(1), 1, INT64_MAX, &wait_ms), JB_OK);
    assert_int_equal(jb_meter_take(meter, key(1), 1, INT64_MAX, &wait_ms), JB_EAGAIN);
    jb_meter_free(meter);
}

static void the_largest_rates_do_not_overflow(void **state)
{
    (void)state;
    const struct jb_meter_rates large = {JB_METER_RATE_MAX, JB_METER_RATE_MAX, 1,
                                         JB_METER_RATE_MAX};
    jb_meter *meter = jb_meter_new(&large, 1);
    uint32_t wait_ms = 0;
    assert_int_equal(jb_meter_take(meter, key(1), JB_METER_RATE_MAX, 0, &wait_ms), JB_OK);
    assert_int_equal(jb_meter_take(meter, key(1), JB_METER_RATE_MAX, 0, &wait_ms), JB_EAGAIN);
    assert_int_equal(wait_ms, UINT32_MAX); /* 10^12 ms do not fit */
    assert_int_equal(jb_meter_take(meter, key(1), JB_METER_RATE_MAX, INT64_MAX, &wait_ms), JB_OK);
    jb_meter_free(meter);
}

static void a_full_table_forgets_the_least_recently_seen(void **state)
{
    (void)state;
    jb_meter *meter = jb_meter_new(&rates, 3);
    uint32_t wait_ms = 0;
    for (uint32_t number = 1; number <= 3; number++)
        while (jb_meter_take(meter, key(number), 1, 0, &wait_ms) == JB_OK) {
        }
    assert_int_equal(jb_meter_take(meter, key(1), 1, 0, &wait_ms), JB_EAGAIN); /* seen again */
    assert_int_equal(jb_meter_take(meter, key(4), 1, 0, &wait_ms), JB_OK);     /* in place of 2 */
    assert_int_equal(jb_meter_keys(meter), 3);
    assert_int_equal(jb_meter_take(meter, key(1), 1, 0, &wait_ms), JB_EAGAIN);
    assert_int_equal(jb_meter_take(meter, key(3), 1, 0, &wait_ms), JB_EAGAIN);
    assert_int_equal(jb_meter_take(meter, key(2), 1, 0, &wait_ms), JB_OK); /* forgotten */
    jb_meter_free(meter);
}

/* Every answer of a table that is full all the time, against the plainest way to keep one. */
static void a_crowd_is_kept_like_in_a_plain_list(void **state)
{
    enum { ROOM = 50, CROWD = 120, STEPS = 20000 };
    const struct jb_meter_rates slow = {1, 1, 1000, 1000};
    int64_t last_us[CROWD] = {0}, used[CROWD] = {0}; /* used: the step; 0: not known */
    jb_meter *meter = jb_meter_new(&slow, ROOM);
    uint32_t seed = 12345, known = 0, wait_ms;
    (void)state;
    for (int64_t step = 1; step <= STEPS; step++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t number = (seed >> 8) % CROWD;
        int64_t now_us = step * 10000;
        bool is_known = used[number] != 0;
        bool expected = !is_known || now_us - last_us[number] >= SECOND;
        if (!is_known && known == ROOM) {
            uint32_t oldest = CROWD;
            for (uint32_t i = 0; i < CROWD; i++)
                if (used[i] && (oldest == CROWD || used[i] < used[oldest]))
                    oldest = i;
            used[oldest] = 0;
        } else if (!is_known) {
            known++;
        }
        used[number] = step;
        if (expected)
            last_us[number] = now_us;
        assert_int_equal(jb_meter_take(meter, key(number), 0, now_us, &wait_ms) == JB_OK, expected);
    }
    assert_int_equal(jb_meter_keys(meter), ROOM);
    jb_meter_free(meter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_passes_and_then_the_rate),
        cmocka_unit_test(bytes_count_too_and_a_refusal_costs_nothing),
        cmocka_unit_test(a_request_above_the_burst_passes_and_is_paid_off),
        cmocka_unit_test(keys_do_not_pay_for_each_other),
        cmocka_unit_test(time_may_stand_still_go_back_or_leap),
        cmocka_unit_test(the_largest_rates_do_not_overflow),
        cmocka_unit_test(a_full_table_forgets_the_least_recently_seen),
        cmocka_unit_test(a_crowd_is_kept_like_in_a_plain_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
