/* The outbox: what enters, in which order and with which predecessor it leaves, and what a restored
 * store is offered. */
#include "agent_desk.h"

#include "agent/home.h"
#include "agent/outbox.h"
#include "agent/spool.h"

struct desk {
    char *dir, *home;
    jb_outbox *outbox;
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof(*desk));

    desk->dir = jb_test_tmpdir();
    assert_int_equal(jb_home_open(desk->dir, &desk->home), JB_OK);
    assert_int_equal(jb_outbox_open(desk->home, false, &desk->outbox), JB_OK);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;

    jb_outbox_close(desk->outbox);
    free(desk->home);
    jb_test_rmdir(desk->dir);
    free(desk);
    return 0;
}

static struct jb_uuid add(struct desk *desk, const char *period, int64_t cases)
{
    struct jb_uuid id;
    struct jb_parcel parcel = desk_parcel(period, cases, &id);

    assert_int_equal(jb_outbox_add(desk->outbox, &parcel, NULL, 1), JB_OK);
    jb_parcel_free(&parcel);
    return id;
}

/* The waiting items, with the predecessor as it is inside the bytes that will be sent. */
struct seen {
    uint64_t seq[16];
    struct jb_uuid id[16], predecessor[16];
    bool has_predecessor[16], reoffer[16];
    uint32_t count;
};

static bool see(void *ctx, const struct jb_outbox_item *item)
{
    struct seen *seen = ctx;

    seen->seq[seen->count] = item->head.seq;
    seen->id[seen->count] = item->head.id;
    seen->reoffer[seen->count] = item->reoffer;
    seen->count++;
    return true;
}

static struct seen look(struct desk *desk)
{
    struct seen seen = {0};
    struct jb_arena arena;

    assert_int_equal(jb_outbox_items(desk->outbox, see, &seen), JB_OK);
    jb_arena_init(&arena, 1 << 20);
    for (uint32_t i = 0; i < seen.count; i++) {
        struct jb_submission submission;
        struct jb_slice payload;
        assert_int_equal(jb_outbox_payload(desk->outbox, seen.seq[i], &payload), JB_OK);
        assert_int_equal(jb_wire_submission_decode(payload, &arena, &submission, NULL), JB_OK);
        assert_true(jb_uuid_eq(submission.id, seen.id[i]));
        seen.has_predecessor[i] = submission.has_predecessor;
        seen.predecessor[i] = submission.predecessor;
    }
    jb_arena_free(&arena);
    return seen;
}

static void settle(struct desk *desk, uint64_t seq, struct jb_uuid id, enum jb_outcome outcome,
                   uint32_t epoch)
{
    struct jb_receipt receipt = {.outcome = outcome,
                                 .submission_id = id,
                                 .unit = JB_LIT("justice"),
                                 .epoch = epoch,
                                 .revision = outcome == JB_ACCEPTED ? 10 + seq : 0};
    struct jb_buf bytes;

    if (outcome == JB_STALE) {
        receipt.has_last_submission = true;
        memset(receipt.last_submission.bytes, 0x77, 16);
    }
    memcpy(receipt.store_id, desk_store, sizeof(desk_store));
    jb_buf_init(&bytes, 1 << 20);
    jb_wire_receipt_encode(&receipt, NULL, &bytes);
    assert_int_equal(jb_outbox_begin(desk->outbox), JB_OK);
    assert_int_equal(jb_outbox_settle(desk->outbox, seq, &receipt, jb_buf_slice(&bytes), 5), JB_OK);
    assert_int_equal(jb_outbox_commit(desk->outbox), JB_OK);
    jb_buf_free(&bytes);
}

static void reopen(struct desk *desk)
{
    jb_outbox_close(desk->outbox);
    assert_int_equal(jb_outbox_open(desk->home, false, &desk->outbox), JB_OK);
}

static void each_names_the_one_before(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1), b = add(desk, "2023-Q1", 2),
                   c = add(desk, "2023-Q2", 3);

    reopen(desk);
    struct seen seen = look(desk);
    assert_int_equal(seen.count, 3);
    assert_true(jb_uuid_eq(seen.id[0], a) && jb_uuid_eq(seen.id[1], b) &&
                jb_uuid_eq(seen.id[2], c));
    assert_false(seen.has_predecessor[0]);
    assert_true(seen.has_predecessor[1] && jb_uuid_eq(seen.predecessor[1], a));
    assert_false(seen.has_predecessor[2]);
    settle(desk, seen.seq[0], a, JB_ACCEPTED, 1);
    settle(desk, seen.seq[1], b, JB_ACCEPTED, 1);
    struct jb_uuid d = add(desk, "2023-Q1", 4);
    seen = look(desk);
    assert_int_equal(seen.count, 2);
    assert_true(jb_uuid_eq(seen.id[1], d) && jb_uuid_eq(seen.predecessor[1], b));
}

static void the_next_of_a_refused_one_gets_another_predecessor(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1), b = add(desk, "2023-Q1", 2),
                   c = add(desk, "2023-Q1", 3);
    struct seen seen = look(desk);

    settle(desk, seen.seq[0], a, JB_ACCEPTED, 1);
    settle(desk, seen.seq[1], b, JB_REFUSED, 1);
    seen = look(desk);
    assert_int_equal(seen.count, 1);
    assert_true(jb_uuid_eq(seen.id[0], c));
    assert_true(seen.has_predecessor[0] && jb_uuid_eq(seen.predecessor[0], a));
    settle(desk, seen.seq[0], c, JB_STALE, 1);
    struct jb_outbox_filing filing;
    assert_int_equal(jb_outbox_filing(desk->outbox, JB_LIT("justice"), JB_LIT("work"),
                                      JB_LIT("2023-Q1"), &filing),
                     JB_OK);
    assert_true(filing.has_seen && filing.seen.bytes[0] == 0x77);
    assert_true(filing.has_last && jb_uuid_eq(filing.last, a));
    assert_false(filing.has_tail);
}

static void a_receipt_is_found_and_the_item_is_gone(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1), unknown = {{9}};
    struct jb_outbox_receipt receipt;
    bool waits = false;

    assert_int_equal(jb_outbox_find(desk->outbox, unknown, &waits, &receipt), JB_ENOTFOUND);
    assert_int_equal(jb_outbox_find(desk->outbox, a, &waits, &receipt), JB_OK);
    assert_true(waits);
    settle(desk, look(desk).seq[0], a, JB_ACCEPTED, 1);
    reopen(desk);
    assert_int_equal(jb_outbox_find(desk->outbox, a, &waits, &receipt), JB_OK);
    assert_false(waits);
    assert_int_equal(receipt.outcome, JB_ACCEPTED);
    assert_true(receipt.payload.len > 0);
    assert_true(jb_slice_is(receipt.head.source, "desk.csv"));
}

static void an_aborted_group_changes_nothing(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1);
    struct jb_receipt receipt = {.outcome = JB_ACCEPTED, .submission_id = a};
    struct jb_outbox_receipt found;
    bool waits = false;

    assert_int_equal(jb_outbox_begin(desk->outbox), JB_OK);
    assert_int_equal(jb_outbox_settle(desk->outbox, 1, &receipt, JB_LIT("x"), 5), JB_OK);
    jb_outbox_abort(desk->outbox);
    assert_int_equal(jb_outbox_find(desk->outbox, a, &waits, &found), JB_OK);
    assert_true(waits);
}

static void a_newer_epoch_offers_accepted_ones_again_first(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid a = add(desk, "2023-Q1", 1), b = add(desk, "2023-Q1", 2);
    struct seen seen = look(desk);
    uint64_t offered = 0;
    bool newer = false;

    assert_int_equal(jb_outbox_meet_epoch(desk->outbox, desk_store, 1, &newer, &offered), JB_OK);
    assert_true(newer && offered == 0);
    settle(desk, seen.seq[0], a, JB_ACCEPTED, 1);
    settle(desk, seen.seq[1], b, JB_ACCEPTED, 1);
    struct jb_uuid c = add(desk, "2023-Q1", 3);
    assert_int_equal(jb_outbox_meet_epoch(desk->outbox, desk_store, 2, &newer, &offered), JB_OK);
    assert_true(newer && offered == 2);
    reopen(desk);
    seen = look(desk);
    assert_int_equal(seen.count, 3);
    assert_true(seen.reoffer[0] && seen.reoffer[1] && !seen.reoffer[2]);
    assert_true(jb_uuid_eq(seen.id[0], a) && jb_uuid_eq(seen.id[1], b) &&
                jb_uuid_eq(seen.id[2], c));
    settle(desk, seen.seq[0], a, JB_ACCEPTED, 1); /* it survived: the old receipt */
    settle(desk, seen.seq[1], b, JB_ACCEPTED, 2);
    seen = look(desk);
    assert_int_equal(seen.count, 1);
    assert_true(jb_uuid_eq(seen.predecessor[0], b));
    assert_int_equal(jb_outbox_meet_epoch(desk->outbox, desk_store, 2, &newer, &offered), JB_OK);
    assert_false(newer);
    assert_int_equal(jb_outbox_meet_epoch(desk->outbox, (const uint8_t *)"another store id", 9,
                                          &newer, &offered),
                     JB_EINVAL);
}

static void it_belongs_to_one_store(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid id;
    struct jb_parcel parcel = desk_parcel("2023-Q1", 1, &id);
    uint64_t waiting = 9;

    add(desk, "2023-Q1", 1);
    memset(parcel.store_id, 1, sizeof(parcel.store_id));
    assert_int_equal(jb_outbox_add(desk->outbox, &parcel, NULL, 1), JB_EINVAL);
    assert_int_equal(jb_outbox_waiting(desk->outbox, &waiting), JB_OK);
    assert_int_equal(waiting, 1);
    jb_parcel_free(&parcel);
}

static void the_spool_is_taken_once(void **state)
{
    struct desk *desk = *state;
    struct jb_uuid id;
    struct jb_parcel parcel = desk_parcel("2023-Q1", 1, &id);
    uint32_t taken = 0, bad = 0;
    jb_outbox *other = NULL;

    assert_int_equal(jb_outbox_open(desk->home, false, &other), JB_EAGAIN);
    assert_int_equal(jb_spool_put(desk->home, &parcel), JB_OK);
    assert_int_equal(jb_spool_put(desk->home, &parcel),
                     JB_OK); /* as after a crash before the removal */
    char *garbage = jb_xasprintf("%s/spool/zz.sub", desk->home);
    FILE *out = fopen(garbage, "w");
    fputs("not a parcel, not at all", out);
    fclose(out);
    free(garbage);
    assert_int_equal(jb_spool_take(desk->home, desk->outbox, 1, &taken, &bad), JB_OK);
    assert_int_equal(taken, 2);
    assert_int_equal(bad, 1);
    assert_int_equal(look(desk).count, 1);
    assert_int_equal(jb_spool_take(desk->home, desk->outbox, 1, &taken, &bad), JB_OK);
    assert_int_equal(taken + bad, 0);
    jb_parcel_free(&parcel);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        TEST(each_names_the_one_before),
        TEST(the_next_of_a_refused_one_gets_another_predecessor),
        TEST(a_receipt_is_found_and_the_item_is_gone),
        TEST(an_aborted_group_changes_nothing),
        TEST(a_newer_epoch_offers_accepted_ones_again_first),
        TEST(it_belongs_to_one_store),
        TEST(the_spool_is_taken_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
