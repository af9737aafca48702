/* One lock is held while a message is taken, so its place in the batch is its place at the door;
 * reading and verifying, the dear part, is done without it. The engine's side looks at what is read
 * without the lock: whoever takes may stand at the door for as long as answers leave. */
#include "intake.h"

#include "base/limits.h"
#include "net/loop.h"

void jb_intake_init(struct jb_intake *intake, jb_engine *engine, struct jb_door *door,
                    int wakeup_fd)
{
    *intake = (struct jb_intake){.engine = engine, .door = door, .wakeup_fd = wakeup_fd};
    jb_assert(pthread_mutex_init(&intake->lock, NULL) == 0);
    jb_assert(pthread_cond_init(&intake->read, NULL) == 0);
    jb_assert(pthread_cond_init(&intake->rest, NULL) == 0);
    jb_batch_init(&intake->batches[0]);
    jb_batch_init(&intake->batches[1]);
    intake->open = &intake->batches[0];
    intake->spare = &intake->batches[1];
}

void jb_intake_free(struct jb_intake *intake)
{
    jb_batch_free(&intake->batches[0]);
    jb_batch_free(&intake->batches[1]);
    pthread_cond_destroy(&intake->rest);
    pthread_cond_destroy(&intake->read);
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

/* With the lock: the next member, not yet read. */
static jb_err take(struct jb_intake *intake, bool waits, struct jb_envelope *ret_envelope,
                   struct jb_batch **ret_batch, struct jb_member **ret)
{
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
    if (ret_envelope->signature.len > 0 && intake->resting && jb_door_is_pending(intake->door)) {
        intake->wanted = true;
        pthread_cond_signal(&intake->rest);
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
    if (batch->awaited)
        pthread_cond_signal(&intake->read);
    pthread_mutex_unlock(&intake->lock);
    return JB_OK;
}

jb_err jb_intake_take(struct jb_intake *intake, uint32_t reader)
{
    return take_and_read(intake, reader, true);
}

/* With the lock: until help is wanted, which it gives, or something else has changed. */
static void rest(struct jb_intake *intake, uint32_t reader)
{
    jb_err err;
    if (!intake->wanted) {
        intake->resting++;
        pthread_cond_wait(&intake->rest, &intake->lock);
        intake->resting--;
        return;
    }
    intake->wanted = false;
    pthread_mutex_unlock(&intake->lock);
    do
        err = take_and_read(intake, reader, false);
    while (!err || err == JB_EINVAL);
    pthread_mutex_lock(&intake->lock);
}

void jb_intake_stand(struct jb_intake *intake, uint32_t reader)
{
    pthread_mutex_lock(&intake->lock);
    while (intake->watched)
        rest(intake, reader);
    intake->watched = true;
    pthread_mutex_unlock(&intake->lock);
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

void jb_intake_end_help(struct jb_intake *intake)
{
    pthread_mutex_lock(&intake->lock);
    intake->over = true;
    pthread_cond_broadcast(&intake->rest);
    pthread_mutex_unlock(&intake->lock);
}

struct jb_batch *jb_intake_due(struct jb_intake *intake)
{
    pthread_mutex_lock(&intake->lock);
    struct jb_batch *batch = intake->open && intake->open->count > 0 ? intake->open : NULL;
    pthread_mutex_unlock(&intake->lock);
    return batch;
}

struct jb_member *jb_intake_member(struct jb_intake *intake, struct jb_batch *batch, uint32_t at)
{
    struct jb_member *m = &batch->members[at];
    if (at < atomic_load(&batch->count) && atomic_load(&m->read))
        return m;
    pthread_mutex_lock(&intake->lock);
    bool there = at < batch->count;
    batch->awaited = true;
    while (there && !m->read)
        pthread_cond_wait(&intake->read, &intake->lock);
    batch->awaited = false;
    pthread_mutex_unlock(&intake->lock);
    return there ? m : NULL;
}

/* With the lock, when a batch begins to be filled. */
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
        intake->open = intake->spare;
        intake->spare = NULL;
        tell_room(intake);
    }
    batch->awaited = close;
    while (close && batch->unread > 0)
        pthread_cond_wait(&intake->read, &intake->lock);
    batch->awaited = false;
    pthread_mutex_unlock(&intake->lock);
    return close;
}

void jb_intake_give_back(struct jb_intake *intake, struct jb_batch *batch)
{
    jb_batch_clear(batch);
    pthread_mutex_lock(&intake->lock);
    if (intake->open) {
        intake->spare = batch;
    } else {
        intake->open = batch;
        tell_room(intake);
    }
    pthread_mutex_unlock(&intake->lock);
}
