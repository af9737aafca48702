/* Pinned snapshots: bounded in number and time, named by cursors that nobody guesses. */
#include "agg_reads.h"
#include "aggregator/pin.h"

struct pinned {
    struct agg_desk *desk;
    jb_shelf *shelf;
    struct jb_view view;
    struct jb_pins pins;
};

static int make(void **state)
{
    struct pinned *p = calloc(1, sizeof(*p));
    p->desk = reads_desk_new();
    p->shelf = jb_shelf_new();
    jb_view_open(&p->view, jb_engine_kv(p->desk->engine), p->shelf, NULL);
    *state = p;
    return 0;
}

static int drop(void **state)
{
    struct pinned *p = *state;
    jb_pins_free(&p->pins);
    jb_view_close(&p->view);
    jb_shelf_free(p->shelf);
    agg_desk_free(p->desk);
    free(p);
    return 0;
}

static struct jb_pin *pin_now(struct pinned *p, int64_t mono_us)
{
    struct jb_arena arena;
    jb_arena_init(&arena, 1 << 20);
    assert_int_equal(jb_view_take(&p->view), JB_OK);
    assert_true(jb_pins_have_room(&p->pins, mono_us));
    struct jb_snapshot snapshot = p->view.snapshot;
    /* Any pointer stands for a plan: pins do not look into it. */
    jb_query_plan *plan = jb_arena_alloc(&arena, 1);
    struct jb_pin *pin =
        jb_pin_take(&p->view, p->view.binding, &snapshot, 0, mono_us, &arena, plan);
    jb_pins_add(&p->pins, pin);
    return pin;
}

static void a_cursor_finds_its_pin_and_position(void **state)
{
    struct pinned *p = *state;
    uint8_t cursor[JB_CURSOR_BYTES];
    uint64_t position = 0;
    struct jb_pin *pin = pin_now(p, 1000);
    jb_cursor_write(pin, 4711, cursor);
    assert_ptr_equal(jb_pins_find(&p->pins, jb_slice_of(cursor, sizeof(cursor)), 2000, &position),
                     pin);
    assert_int_equal(position, 4711);
    cursor[3] ^= 1;
    assert_null(jb_pins_find(&p->pins, jb_slice_of(cursor, sizeof(cursor)), 2000, &position));
    assert_null(jb_pins_find(&p->pins, jb_slice_of(cursor, 5), 2000, &position));
    assert_int_equal(position, 4711);
}

static void a_pin_keeps_its_moment(void **state)
{
    struct pinned *p = *state;
    struct jb_store_head head;
    struct jb_pin *pin = pin_now(p, 0);
    reads_submit(p->desk, "ash", "2022-Q1", 1, 0, "cases", "5");
    assert_int_equal(jb_store_head(pin->txn, &head), JB_OK);
    assert_int_equal(head.revision, pin->head);
    assert_int_equal(jb_view_take(&p->view), JB_OK);
    assert_int_equal(p->view.snapshot.revision, pin->head + 1);
}

static void a_pin_expires(void **state)
{
    struct pinned *p = *state;
    uint8_t cursor[JB_CURSOR_BYTES];
    uint64_t position;
    struct jb_pin *pin = pin_now(p, 0);
    jb_cursor_write(pin, 0, cursor);
    assert_null(jb_pins_find(&p->pins, jb_slice_of(cursor, sizeof(cursor)), JB_PIN_MS_MAX * 1000LL,
                             &position));
    pin->busy = true; /* a worker reads from it */
    jb_pins_expire(&p->pins, JB_PIN_MS_MAX * 1000LL);
    assert_int_equal(p->pins.count, 1);
    pin->busy = false;
    jb_pins_expire(&p->pins, JB_PIN_MS_MAX * 1000LL - 1);
    assert_int_equal(p->pins.count, 1);
    jb_pins_expire(&p->pins, JB_PIN_MS_MAX * 1000LL);
    assert_int_equal(p->pins.count, 0);
}

static void those_that_are_done_make_room(void **state)
{
    struct pinned *p = *state;
    struct jb_pin *some = NULL;
    for (uint32_t i = 0; i < JB_PINNED_MAX; i++)
        some = pin_now(p, 0);
    assert_false(jb_pins_have_room(&p->pins, 1000));
    some->done = true;
    assert_true(jb_pins_have_room(&p->pins, 1000));
    assert_int_equal(p->pins.count, JB_PINNED_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cursor_finds_its_pin_and_position, make, drop),
        cmocka_unit_test_setup_teardown(a_pin_keeps_its_moment, make, drop),
        cmocka_unit_test_setup_teardown(a_pin_expires, make, drop),
        cmocka_unit_test_setup_teardown(those_that_are_done_make_room, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
