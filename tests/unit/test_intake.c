/* Between the door and the engine: messages stay in the order in which they came, however many
 * threads read them, and batches take turns. */
#include "unit/agg_fixture.h"

#include <pthread.h>

#include "aggregator/intake.h"
#include "net/loop.h"

#define WAIT_MS 5000 /* far above what any step takes */
#define LOOK_MS 10
#define ROUNDS 8
#define AT_ONCE 100 /* messages, below the door's high-water mark */
#define HELPERS 3

struct desk {
    struct agg_desk *agg;
    jb_net *net;
    jb_sock *sock, *client;
    struct jb_door door;
    int wakeup_fd;
    struct jb_intake intake;
};

static int set_up(void **state)
{
    struct desk *d = jb_xcalloc(1, sizeof(*d));
    d->agg = agg_desk_ready();
    d->net = jb_net_new(1);
    assert_int_equal(jb_wakeup_open(&d->wakeup_fd), JB_OK);
    assert_int_equal(jb_sock_listen(d->net, "tcp://127.0.0.1:*", &jb_door_limits, NULL, &d->sock),
                     JB_OK);
    assert_int_equal(
        jb_sock_connect(d->net, jb_sock_endpoint(d->sock), &jb_door_limits, NULL, &d->client),
        JB_OK);
    jb_door_init(&d->door, d->sock);
    jb_door_share(&d->door, d->wakeup_fd);
    jb_intake_init(&d->intake, d->agg->engine, &d->door, d->wakeup_fd);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    jb_intake_free(&d->intake);
    jb_door_free(&d->door);
    jb_sock_close(d->client);
    jb_sock_close(d->sock);
    jb_net_free(d->net);
    agg_desk_free(d->agg);
    free(d);
    return 0;
}

/* What the library's client sends; signed, so that there is something to verify. */
static void send_number(struct desk *d, uint32_t number)
{
    static const uint8_t bytes[JB_SIGNATURE_BYTES] = {1};
    struct jb_wait_item item = {.sock = d->client, .want_write = true};
    struct jb_envelope envelope = agg_envelope(JB_KIND_SUBMIT, JB_LIT("payload"));
    struct jb_buf out;
    envelope.request_id = jb_slice_of((uint8_t *)&number, sizeof(number));
    envelope.signer = jb_slice_of(bytes, JB_KEY_BYTES);
    envelope.signature = jb_slice_of(bytes, sizeof(bytes));
    jb_buf_init(&out, JB_MESSAGE_BYTES_MAX);
    jb_wire_envelope_encode(&envelope, &out);
    assert_int_equal(jb_wait(&item, 1, WAIT_MS), JB_OK);
    assert_int_equal(jb_sock_send(d->client, NULL, jb_buf_slice(&out)), JB_OK);
    jb_buf_free(&out);
}

static uint32_t number_of(const struct jb_member *m)
{
    uint32_t number = UINT32_MAX;
    if (m && m->proposal.envelope.request_id.len == sizeof(number))
        memcpy(&number, m->proposal.envelope.request_id.ptr, sizeof(number));
    return number;
}

/* Takes one; waits for it as long as it must. */
static jb_err take(struct desk *d)
{
    struct jb_wait_item items[2] = {{.fd = d->wakeup_fd}, {.fd = jb_door_fd(&d->door)}};
    jb_err err = jb_intake_take(&d->intake, 0);
    while (err == JB_EAGAIN) {
        assert_int_equal(jb_wait(items, 2, WAIT_MS), JB_OK);
        assert_true(items[0].readable || items[1].readable);
        if (items[0].readable)
            jb_wakeup_clear(d->wakeup_fd);
        err = jb_intake_take(&d->intake, 0);
    }
    return err;
}

/* Until so many were taken; the last of them perhaps by a helper, of which nothing wakes. */
static void take_with_helpers(struct desk *d, uint64_t count)
{
    struct jb_wait_item items[2] = {{.fd = d->wakeup_fd}, {.fd = jb_door_fd(&d->door)}};
    int64_t end_us = jb_clock_mono_us() + WAIT_MS * 1000LL;
    while (atomic_load(&d->intake.taken) < count) {
        if (jb_intake_take(&d->intake, 0) == JB_EAGAIN)
            jb_ignore(jb_wait(items, 2, LOOK_MS));
        if (items[0].readable)
            jb_wakeup_clear(d->wakeup_fd);
        assert_true(jb_clock_mono_us() < end_us);
    }
}

struct helper {
    pthread_t thread;
    struct jb_intake *intake;
    uint32_t number;
};

static void *help(void *arg)
{
    struct helper *h = arg;
    jb_intake_help(h->intake, h->number);
    return NULL;
}

static void members_stand_as_they_came_however_many_read_them(void **state)
{
    struct desk *d = *state;
    struct helper helpers[HELPERS];
    for (uint32_t i = 0; i < HELPERS; i++) {
        helpers[i] = (struct helper){.intake = &d->intake, .number = i + 1};
        assert_int_equal(pthread_create(&helpers[i].thread, NULL, help, &helpers[i]), 0);
    }
    jb_intake_set_share(&d->intake, AT_ONCE);
    assert_true(jb_intake_stand(&d->intake, JB_PORTER, 0));
    for (uint32_t round = 0, sent = 0, seen = 0; round < ROUNDS; round++) {
        for (uint32_t i = 0; i < AT_ONCE; i++)
            send_number(d, sent++);
        take_with_helpers(d, sent);
        struct jb_batch *batch = jb_intake_due(&d->intake);
        assert_non_null(batch);
        assert_true(jb_intake_close(&d->intake, batch, AT_ONCE));
        assert_int_equal(batch->count, AT_ONCE);
        for (uint32_t i = 0; i < AT_ONCE; i++)
            assert_int_equal(number_of(jb_intake_member(&d->intake, batch, i, 0)), seen++);
        assert_null(jb_intake_member(&d->intake, batch, AT_ONCE, 0));
        jb_intake_give_back(&d->intake, batch);
    }
    jb_intake_leave(&d->intake);
    jb_intake_end(&d->intake);
    for (uint32_t i = 0; i < HELPERS; i++)
        pthread_join(helpers[i].thread, NULL);
}

static void a_batch_with_more_than_was_seen_stays_open(void **state)
{
    struct desk *d = *state;
    assert_null(jb_intake_due(&d->intake));
    send_number(d, 1);
    assert_int_equal(take(d), JB_OK);
    struct jb_batch *batch = jb_intake_due(&d->intake);
    assert_int_equal(number_of(jb_intake_member(&d->intake, batch, 0, 0)), 1);
    send_number(d, 2);
    assert_int_equal(take(d), JB_OK);
    assert_false(jb_intake_close(&d->intake, batch, 1));
    assert_int_equal(number_of(jb_intake_member(&d->intake, batch, 1, 0)), 2);
    assert_true(jb_intake_close(&d->intake, batch, 2));
}

static void a_closed_batch_is_left_alone_and_four_are_all_there_is(void **state)
{
    struct desk *d = *state;
    struct jb_wait_item woken = {.fd = d->wakeup_fd};
    struct jb_batch *batches[JB_INTAKE_BATCHES];
    for (uint32_t i = 1; i <= JB_INTAKE_BATCHES + 1; i++)
        send_number(d, i);
    for (uint32_t i = 0; i < JB_INTAKE_BATCHES; i++) {
        assert_int_equal(take(d), JB_OK);
        batches[i] = jb_intake_due(&d->intake);
        for (uint32_t j = 0; j < i; j++)
            assert_ptr_not_equal(batches[i], batches[j]);
        assert_true(jb_intake_close(&d->intake, batches[i], 1));
        assert_null(jb_intake_due(&d->intake));
    }
    assert_int_equal(take(d), JB_EFULL);
    for (uint32_t i = 0; i < JB_INTAKE_BATCHES; i++) {
        assert_int_equal(batches[i]->count, 1);
        assert_int_equal(number_of(jb_intake_member(&d->intake, batches[i], 0, 0)), i + 1);
    }

    /* Who found no room is told when there is some. */
    jb_wakeup_clear(d->wakeup_fd);
    jb_intake_give_back(&d->intake, batches[0]);
    assert_int_equal(jb_wait(&woken, 1, WAIT_MS), JB_OK);
    assert_true(woken.readable);
    assert_int_equal(take(d), JB_OK);
    assert_ptr_equal(jb_intake_due(&d->intake), batches[0]);
    assert_int_equal(number_of(jb_intake_member(&d->intake, batches[0], 0, 0)),
                     JB_INTAKE_BATCHES + 1);
}

static void take_many(struct desk *d, uint32_t *sent, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        send_number(d, (*sent)++);
        assert_int_equal(take(d), JB_OK);
    }
}

/* Judges the next batch; it must hold these. */
static struct jb_batch *judge(struct desk *d, uint32_t from, uint32_t count)
{
    struct jb_batch *batch = jb_intake_await(&d->intake, 0, WAIT_MS * 1000LL);
    assert_non_null(batch);
    assert_int_equal(batch->count, count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(number_of(jb_intake_member(&d->intake, batch, i, 0)), from + i);
    return batch;
}

static void a_batch_takes_its_share_while_there_is_another(void **state)
{
    struct desk *d = *state;
    const uint32_t share = JB_INTAKE_SHARE_MIN + 8;
    uint32_t sent = 0;
    jb_intake_set_share(&d->intake, share);
    take_many(d, &sent, share + 1);
    struct jb_batch *first = judge(d, 0, share);
    assert_true(jb_intake_close(&d->intake, first, share));

    /* One is judged, one is full; so the next one grows beyond its share. */
    take_many(d, &sent, 2 * share);
    struct jb_batch *second = judge(d, share, share);
    assert_true(jb_intake_close(&d->intake, second, share));
    struct jb_batch *third = judge(d, 2 * share, share + 1);
    take_many(d, &sent, 1); /* the one that is judged has its share: it waits for the next */
    assert_true(jb_intake_close(&d->intake, third, share + 1));
    jb_intake_give_back(&d->intake, first);
    jb_intake_give_back(&d->intake, second);
    jb_intake_give_back(&d->intake, third);
    struct jb_batch *fourth = judge(d, 3 * share + 1, 1);
    assert_true(jb_intake_close(&d->intake, fourth, 1));
    jb_intake_give_back(&d->intake, fourth);

    /* A share is never less than what is worth a commit. */
    jb_intake_set_share(&d->intake, 1);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const uint32_t counts[] = {JB_INTAKE_SHARE_MIN, 1};
        uint32_t from = sent;
        take_many(d, &sent, JB_INTAKE_SHARE_MIN + 1);
        for (size_t i = 0; i < JB_COUNT(counts); from += counts[i++]) {
            struct jb_batch *batch = judge(d, from, counts[i]);
            assert_true(jb_intake_close(&d->intake, batch, counts[i]));
            jb_intake_give_back(&d->intake, batch);
        }
    }
}

static void nothing_is_awaited_when_it_is_over_but_what_was_taken(void **state)
{
    struct desk *d = *state;
    uint32_t sent = 0;
    assert_null(jb_intake_await(&d->intake, 0, LOOK_MS * 1000LL));
    take_many(d, &sent, 1);
    jb_intake_end(&d->intake);
    assert_true(jb_intake_is_over(&d->intake));
    assert_false(jb_intake_stand(&d->intake, JB_JUDGE, 0));
    struct jb_batch *batch = judge(d, 0, 1);
    assert_true(jb_intake_close(&d->intake, batch, 1));
    assert_null(jb_intake_await(&d->intake, 0, WAIT_MS * 1000LL));
}

struct keeper {
    struct jb_intake *intake;
    atomic_bool stood;
};

static void *keep(void *arg)
{
    struct keeper *k = arg;
    atomic_store(&k->stood, jb_intake_stand(k->intake, JB_JUDGE, 1));
    jb_intake_leave(k->intake);
    return NULL;
}

static void the_door_is_kept_by_whom_it_was_entrusted_to(void **state)
{
    struct desk *d = *state;
    struct jb_wait_item woken = {.fd = d->wakeup_fd};
    struct keeper judge = {.intake = &d->intake};
    pthread_t thread;
    assert_true(jb_intake_stand(&d->intake, JB_PORTER, 0));
    assert_int_equal(pthread_create(&thread, NULL, keep, &judge), 0);
    jb_intake_entrust(&d->intake, JB_JUDGE);
    assert_int_equal(jb_wait(&woken, 1, WAIT_MS), JB_OK); /* the porter hears of it */
    assert_true(woken.readable);
    assert_false(jb_intake_is_keeper(&d->intake, JB_PORTER));
    assert_false(atomic_load(&judge.stood)); /* not both */
    jb_intake_leave(&d->intake);
    pthread_join(thread, NULL);
    assert_true(atomic_load(&judge.stood));
    jb_intake_entrust(&d->intake, JB_PORTER);
    assert_true(jb_intake_stand(&d->intake, JB_PORTER, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(members_stand_as_they_came_however_many_read_them, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_batch_with_more_than_was_seen_stays_open, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_closed_batch_is_left_alone_and_four_are_all_there_is,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_batch_takes_its_share_while_there_is_another, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_awaited_when_it_is_over_but_what_was_taken,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_door_is_kept_by_whom_it_was_entrusted_to, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
