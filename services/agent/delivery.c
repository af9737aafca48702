/* One process may write to the outbox. The lock says who; a process that does not get it looks on
 * and asks for it again now and then, because the holder may be gone before it took the spool. */
#include "delivery.h"

#include <stdlib.h>

#include "base/text.h"
#include "files/print.h"
#include "net/loop.h"
#include "sender.h"
#include "spool.h"

#define LOOK_MS 50

/* Tries to become the writer. JB_OK also when another process is. */
static jb_err acquire(struct jb_delivery *delivery)
{
    uint32_t taken, bad;

    if (delivery->outbox)
        return JB_OK;
    jb_outbox_close(delivery->view); /* one environment a process */
    delivery->view = NULL;
    jb_err err = jb_outbox_open(delivery->home, false, &delivery->outbox);
    if (err == JB_EAGAIN)
        return JB_OK;
    if (err)
        return err;
    err = jb_spool_take(delivery->home, delivery->outbox, jb_clock_now_us(), &taken, &bad);
    if (!err && bad)
        fprintf(stderr, _("jibao-agent: %u damaged files were put aside in %s/spool\n"), bad,
                delivery->home);
    return err;
}

jb_err jb_delivery_open(struct jb_delivery *delivery, const char *home, const char *endpoint,
                        struct jb_self *self, const uint8_t store_id[16])
{
    *delivery = (struct jb_delivery){.home = home, .endpoint = endpoint, .self = self};
    memcpy(delivery->store_id, store_id, sizeof(delivery->store_id));
    return acquire(delivery);
}

void jb_delivery_close(struct jb_delivery *delivery)
{
    jb_outbox_close(delivery->outbox);
    jb_outbox_close(delivery->view);
    delivery->outbox = NULL;
    delivery->view = NULL;
}

jb_outbox *jb_delivery_look(struct jb_delivery *delivery)
{
    if (delivery->outbox)
        return delivery->outbox;
    if (!delivery->view)
        jb_ignore(jb_outbox_open(delivery->home, true, &delivery->view));
    return delivery->view;
}

jb_err jb_delivery_put(struct jb_delivery *delivery, const struct jb_parcel *parcel)
{
    uint8_t mine[16];

    if (delivery->outbox)
        return jb_outbox_add(delivery->outbox, parcel, NULL, jb_clock_now_us());
    jb_outbox *view = jb_delivery_look(delivery);
    if (view && !jb_outbox_store(view, mine) && memcmp(mine, parcel->store_id, sizeof(mine)) != 0)
        return JB_EINVAL;
    return jb_spool_put(delivery->home, parcel);
}

jb_err jb_delivery_find(struct jb_delivery *delivery, struct jb_uuid id, bool *ret_waiting,
                        struct jb_outbox_receipt *ret)
{
    jb_outbox *outbox = jb_delivery_look(delivery);

    if (!outbox)
        return JB_ENOTFOUND;
    jb_err err = jb_outbox_find(outbox, id, ret_waiting, ret);
    if (err == JB_ENOTFOUND) {
        *ret_waiting = true;
        return JB_OK;
    }
    return err;
}

struct waiting {
    const struct jb_uuid *ids;
    uint32_t count, answered; /* the first so many are answered */
    bool empty;               /* nothing waits in the outbox that another process holds */
    int64_t until_us;
};

static jb_err count_answered(struct jb_delivery *delivery, struct waiting *waiting)
{
    uint64_t left = 1;
    jb_outbox *view = waiting->count ? NULL : jb_delivery_look(delivery);

    if (view && !delivery->outbox && !jb_outbox_waiting(view, &left))
        waiting->empty = left == 0;
    while (waiting->answered < waiting->count) {
        struct jb_outbox_receipt receipt;
        bool waits = true;
        jb_err err = jb_delivery_find(delivery, waiting->ids[waiting->answered], &waits, &receipt);
        if (err == JB_ENOTFOUND || (!err && waits))
            break;
        if (err)
            return err;
        waiting->answered++;
    }
    if (waiting->count > 1)
        jb_progress(_("sending"), waiting->answered, waiting->count);
    return JB_OK;
}

static bool is_over(const struct waiting *waiting)
{
    return waiting->empty || (waiting->count && waiting->answered == waiting->count) ||
           jb_clock_mono_us() >= waiting->until_us;
}

static int left_ms(const struct waiting *waiting, int at_most)
{
    int64_t left = (waiting->until_us - jb_clock_mono_us() + 999) / 1000;

    if (left < 0)
        return 0;
    return left < at_most ? (int)left : at_most;
}

static jb_err send_until(struct jb_delivery *delivery, jb_sender *sender, struct waiting *waiting)
{
    jb_err err = JB_OK;

    while (!err) {
        err = jb_sender_turn(sender, jb_clock_mono_us());
        if (err == JB_EFULL)
            err = JB_OK; /* receipts cannot be stored now; they come again */
        if (!err)
            err = count_answered(delivery, waiting);
        enum jb_sender_state state = jb_sender_state(sender);
        delivery->reached = delivery->reached || state == JB_SENDER_ONLINE;
        delivery->wrong_store = state == JB_SENDER_WRONG_STORE;
        delivery->trouble = jb_sender_trouble(sender, &delivery->barred);
        jb_self_hear(delivery->self, delivery->endpoint, delivery->trouble);
        if (err || is_over(waiting) || delivery->wrong_store ||
            (!waiting->count && jb_sender_idle(sender)))
            break;
        struct jb_wait_item item = {.fd = -1};
        item.sock = jb_sender_sock(sender, &item.want_write);
        jb_ignore(
            jb_wait(&item, 1, left_ms(waiting, jb_sender_wait_ms(sender, jb_clock_mono_us()))));
    }
    return err;
}

static jb_err send_myself(struct jb_delivery *delivery, struct waiting *waiting)
{
    jb_net *net = jb_net_new(1);
    jb_sender *sender = NULL;

    jb_err err = jb_sender_new(net, delivery->endpoint, &delivery->self->who, delivery->outbox,
                               delivery->store_id, false, &sender);
    if (!err)
        err = send_until(delivery, sender, waiting);
    jb_sender_free(sender);
    jb_net_free(net);
    return err;
}

jb_err jb_delivery_wait(struct jb_delivery *delivery, const struct jb_uuid *ids, uint32_t count,
                        int64_t wait_ms)
{
    struct waiting waiting = {ids, count, 0, false, jb_clock_mono_us() + wait_ms * 1000};
    jb_err err = count_answered(delivery, &waiting);

    while (!err && !delivery->outbox && !is_over(&waiting)) {
        jb_ignore(jb_wait(NULL, 0, LOOK_MS));
        err = count_answered(delivery, &waiting);
        if (!err && !is_over(&waiting))
            err = acquire(delivery);
    }
    if (!err && delivery->outbox && !is_over(&waiting))
        err = send_myself(delivery, &waiting);
    jb_progress_end();
    return err;
}
