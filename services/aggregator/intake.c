/* One lock is held while a message is taken, so its place in the batch is its place at the door;
 * reading and verifying, the dear part, is done without it. The judge looks at what is read without
 * the lock: whoever takes may stand at the door for as long as answers leave. */
#include "intake.h"

#include "base/limits.h"
#include "net/loop.h"

void jb_intake_init(struct jb_intake *intake, jb_engine *engine, struct jb_door *door,
                    int wakeup_fd)
{
    pthread_condattr_t attr;
    *intake = (struct jb_intake){
        .engine = engine, .door = door, .wakeup_fd = wakeup_fd, .share = JB_INTAKE_SHARE_MIN};
    jb_assert(pthread_mutex_init(&intake->lock, NULL) == 0);
    jb_assert(pthread_condattr_init(&attr) == 0);
    jb_assert(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
    jb_assert(pthread_cond_init(&intake->news, &attr) == 0);
    jb_assert(pthread_cond_init(&intake->rest, NULL) == 0);
    pthread_condattr_destroy(&attr);
    for (uint32_t i = 0; i < JB_INTAKE_BATCHES; i++)
        jb_batch_init(&intake->batches[i]);
    intake->open = &intake->batches[0];
    while (intake->spare_count + 1 < JB_INTAKE_BATCHES) {
        intake->spare[intake->spare_count] = &intake->batches[intake->spare_count + 1];
        intake->spare_count++;
    }
}

void jb_intake_free(struct jb_intake *intake)
{
    for (uint32_t i = 0; i < JB_INTAKE_BATCHES; i++)
        jb_batch_free(&intake->batches[i]);
    pthread_cond_destroy(&intake->rest);
    pthread_cond_destroy(&intake->news);
    pthread_mutex_destroy(&intake->lock);
}

/* A greeting needs no transaction, and is answered while the store is full. */
static void welcome(struct jb_intake *intake, const struct jb_peer *peer,
                    struct jb_slice request_id)
{
    struct jb_welcome hello;
    struct jb_buf payload;
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_engine_welcome(intake->engine, jb_clock_now_us(), &hello);
    jb_wire_welcome_encode(&hello, &payload);
    jb_ignore(
        jb_door_send(intake->door, peer, JB_KIND_WELCOME, request_id, jb_buf_slice(&payload)));
    jb_buf_free(&payload);
}

/* With the lock: when the open batch has its share, another is filled. */
static void turn_over(struct jb_intake *intake)
{
    struct jb_batch *batch = intake->open;
    if (!batch || !intake->spare_count ||
        (batch->count < intake->share && jb_batch_has_room(batch)))
        return;
    if (batch != intake->judged && intake->full)
        return;
    if (batch != intake->judged)
        intake->full = batch;
    intake->open = intake->spare[--intake->spare_count];
}

void jb_intake_set_share(struct jb_intake *intake, uint64_t members)
{
    pthread_mutex_lock(&intake->lock);
    intake->share = members < JB_INTAKE_SHARE_MIN        ? JB_INTAKE_SHARE_MIN
                    : members > JB_BATCH_SUBMISSIONS_MAX ? JB_BATCH_SUBMISSIONS_MAX
                                                         : (uint32_t)members;
    pthread_mutex_unlock(&intake->lock);
}

/* With the lock: the next member, not yet read. */
static jb_err take(struct jb_intake *intake, bool waits, struct jb_envelope *ret_envelope,
                   struct jb_batch **ret_batch, struct jb_member **ret)
{
    turn_over(intake);
    struct jb_batch *batch = intake->open;
    if (!batch || !jb_batch_has_room(batch)) {
        intake->starved = true;
        return JB_EFULL;
    }
    struct jb_member *m = jb_batch_place(batch);
    jb_err err = jb_door_take(intake->door, &m->msg, waits, ret_envelope);
    if (!err && ret_envelope->kind == JB_KIND_HELLO) {
        welcome(intake, &m->msg.peer, ret_envelope->request_id);
        err = JB_EINVAL;
    } else if (!err && ret_envelope->asked_for.len) { /* what changes something names its person */
        jb_door_refuse(intake->door, &m->msg.peer, ret_envelope->request_id, JB_F_MALFORMED);
        err = JB_EINVAL;
    }
    if (err) {
        jb_msg_free(&m->msg);
        return err == JB_EINVAL ? err : JB_EAGAIN;
    }
    jb_batch_add(batch, m);
    atomic_fetch_add(&intake->taken, 1);
    /* To read what bears no signature is over before a helper is awake. */
    if (ret_envelope->signature.len > 0 && (intake->resting || intake->awaited) &&
        jb_door_is_pending(intake->door)) {
        intake->wanted = true;
        pthread_cond_signal(intake->awaited ? &intake->news : &intake->rest);
    }
    *ret_batch = batch;
    *ret = m;
    return JB_OK;
}

static jb_err take_and_read(struct jb_intake *intake, uint32_t reader, bool waits)
{
    struct jb_envelope envelope;
    struct jb_batch *batch = NULL;
    struct jb_member *m = NULL;
    pthread_mutex_lock(&intake->lock);
    jb_err err = take(intake, waits, &envelope, &batch, &m);
    pthread_mutex_unlock(&intake->lock);
    if (err)
        return err;
    size_t used = jb_batch_read(batch, reader, &envelope, jb_engine_verifier(intake->engine), m);
    pthread_mutex_lock(&intake->lock);
    jb_batch_add_read(batch, m, used);
    if (intake->awaited)
        pthread_cond_signal(&intake->news);
    pthread_mutex_unlock(&intake->lock);
    return JB_OK;
}

jb_err jb_intake_take(struct jb_intake *intake, uint32_t reader)
{
    return take_and_read(intake, reader, true);
}

/* With the lock, which is let go meanwhile: takes and reads one message. */
static void help_once(struct jb_intake *intake, uint32_t reader)
{
    pthread_mutex_unlock(&intake->lock);
    jb_err err = take_and_read(intake, reader, false);
    pthread_mutex_lock(&intake->lock);
    if (err && err != JB_EINVAL)
        intake->wanted = false;
}

/* With the lock: helps when that is wanted, else waits until it is, or something else has changed.
 */
static void rest(struct jb_intake *intake, uint32_t reader)
{
    if (intake->wanted) {
        help_once(intake, reader);
        return;
    }
    intake->resting++;
    pthread_cond_wait(&intake->rest, &intake->lock);
    intake->resting--;
}

void jb_intake_entrust(struct jb_intake *intake, enum jb_keeper keeper)
{
    pthread_mutex_lock(&intake->lock);
    intake->keeper = keeper;
    if (intake->watched)
        jb_wakeup_set(intake->wakeup_fd);
    pthread_cond_broadcast(&intake->rest);
    pthread_mutex_unlock(&intake->lock);
}

bool jb_intake_stand(struct jb_intake *intake, enum jb_keeper who, uint32_t reader)
{
    pthread_mutex_lock(&intake->lock);
    while (!intake->over && (intake->watched || intake->keeper != who))
        rest(intake, reader);
    bool stands = !intake->over;
    if (stands)
        intake->watched = true;
    pthread_mutex_unlock(&intake->lock);
    return stands;
}

bool jb_intake_is_keeper(struct jb_intake *intake, enum jb_keeper who)
{
    pthread_mutex_lock(&intake->lock);
    bool is = intake->keeper == who;
    pthread_mutex_unlock(&intake->lock);
    return is;
}

void jb_intake_leave(struct jb_intake *intake)
{
    pthread_mutex_lock(&intake->lock);
    intake->watched = false;
    pthread_cond_broadcast(&intake->rest);
    pthread_mutex_unlock(&intake->lock);
}

void jb_intake_help(struct jb_intake *intake, uint32_t reader)
{
    pthread_mutex_lock(&intake->lock);
    while (!intake->over)
        rest(intake, reader);
    pthread_mutex_unlock(&intake->lock);
}

void jb_intake_end(struct jb_intake *intake)
{
    pthread_mutex_lock(&intake->lock);
    intake->over = true;
    pthread_cond_broadcast(&intake->rest);
    pthread_cond_broadcast(&intake->news);
    pthread_mutex_unlock(&intake->lock);
}

bool jb_intake_is_over(struct jb_intake *intake)
{
    pthread_mutex_lock(&intake->lock);
    bool over = intake->over;
    pthread_mutex_unlock(&intake->lock);
    return over;
}

/* With the lock. */
static struct jb_batch *first_batch(const struct jb_intake *intake)
{
    if (intake->full)
        return intake->full;
    return intake->open && intake->open->count > 0 ? intake->open : NULL;
}

static struct jb_batch *give_to_judge(struct jb_intake *intake, struct jb_batch *batch)
{
    if (batch == intake->full)
        intake->full = NULL;
    intake->judged = batch;
    return batch;
}

struct jb_batch *jb_intake_due(struct jb_intake *intake)
{
    pthread_mutex_lock(&intake->lock);
    struct jb_batch *batch = give_to_judge(intake, first_batch(intake));
    pthread_mutex_unlock(&intake->lock);
    return batch;
}

/* With the lock: as rest, for the judge. False: the time is over. */
static bool await_news(struct jb_intake *intake, uint32_t reader, const struct timespec *until)
{
    int rc = 0;
    if (intake->wanted) {
        help_once(intake, reader);
        return true;
    }
    intake->awaited = true;
    if (until)
        rc = pthread_cond_timedwait(&intake->news, &intake->lock, until);
    else
        pthread_cond_wait(&intake->news, &intake->lock);
    intake->awaited = false;
    return rc == 0;
}

struct jb_batch *jb_intake_await(struct jb_intake *intake, uint32_t reader, int64_t timeout_us)
{
    int64_t until_us = jb_clock_mono_us() + timeout_us;
    const struct timespec until = {until_us / 1000000, until_us % 1000000 * 1000};
    bool more = true;
    pthread_mutex_lock(&intake->lock);
    struct jb_batch *batch = first_batch(intake);
    while (!(batch && batch->members[0].read) && more && (batch || !intake->over)) {
        more = await_news(intake, reader, &until);
        batch = first_batch(intake);
    }
    batch = give_to_judge(intake, batch && batch->members[0].read ? batch : NULL);
    pthread_mutex_unlock(&intake->lock);
    return batch;
}

struct jb_member *jb_intake_member(struct jb_intake *intake, struct jb_batch *batch, uint32_t at,
                                   uint32_t reader)
{
    struct jb_member *m = &batch->members[at];
    if (at < atomic_load(&batch->count) && atomic_load(&m->read))
        return m;
    pthread_mutex_lock(&intake->lock);
    bool there = at < batch->count;
    while (there && !m->read)
        await_news(intake, reader, NULL);
    pthread_mutex_unlock(&intake->lock);
    return there ? m : NULL;
}

/* With the lock, when there is one more to be filled. */
static void tell_room(struct jb_intake *intake)
{
    if (intake->open && intake->starved) {
        intake->starved = false;
        jb_wakeup_set(intake->wakeup_fd);
    }
}

bool jb_intake_close(struct jb_intake *intake, struct jb_batch *batch, uint32_t count)
{
    pthread_mutex_lock(&intake->lock);
    bool close = batch->count <= count;
    if (close && batch == intake->open) {
        intake->open = intake->spare_count ? intake->spare[--intake->spare_count] : NULL;
        tell_room(intake);
    }
    intake->awaited = close;
    while (close && batch->unread > 0)
        pthread_cond_wait(&intake->news, &intake->lock);
    intake->awaited = false;
    pthread_mutex_unlock(&intake->lock);
    return close;
}

void jb_intake_give_back(struct jb_intake *intake, struct jb_batch *batch)
{
    jb_batch_clear(batch);
    pthread_mutex_lock(&intake->lock);
    if (batch == intake->judged)
        intake->judged = NULL;
    if (intake->open)
        intake->spare[intake->spare_count++] = batch;
    else
        intake->open = batch;
    tell_room(intake);
    pthread_mutex_unlock(&intake->lock);
}
