/* A batch's memory and its way through the door. It keeps all that its members need until they are
 * answered, so that the engine can be busy with the next one meanwhile. */
#include "batch.h"

#include <stdlib.h>

#include "base/limits.h"

#define BATCH_BYTES_MAX (32 * 1024 * 1024)
#define PROPOSALS_BYTES_FULL (64 * 1024 * 1024)        /* the batch takes no more messages then */
#define PROPOSALS_BYTES_MAX (2 * PROPOSALS_BYTES_FULL) /* so that any one message still fits */
#define REPLIES_BYTES_MAX (64 * 1024 * 1024)
#define SEND_AT_ONCE 16 /* while the taker waits for its turn at the socket */
#define OUT_BYTES_FULL (4 * 1024 * 1024)
#define ENVELOPE_BYTES 64 /* around a payload, at the most */

void jb_batch_init(struct jb_batch *batch)
{
    *batch = (struct jb_batch){0};
    batch->members = jb_xcalloc(JB_BATCH_SUBMISSIONS_MAX, sizeof(*batch->members));
    for (uint32_t i = 0; i < JB_BATCH_SUBMISSIONS_MAX; i++)
        jb_msg_init(&batch->members[i].msg);
    for (uint32_t i = 0; i < JB_READERS_MAX; i++)
        jb_arena_init(&batch->proposals[i], PROPOSALS_BYTES_MAX);
    jb_arena_init(&batch->replies, REPLIES_BYTES_MAX);
    jb_buf_init(&batch->out, OUT_BYTES_FULL + JB_MESSAGE_BYTES_MAX);
}

void jb_batch_clear(struct jb_batch *batch)
{
    for (uint32_t i = 0; i < batch->count; i++)
        jb_msg_free(&batch->members[i].msg);
    batch->count = 0;
    batch->bytes = batch->rows = batch->proposal_bytes = 0;
    for (uint32_t i = 0; i < JB_READERS_MAX; i++)
        jb_arena_clear(&batch->proposals[i]);
    jb_arena_clear(&batch->replies);
}

void jb_batch_free(struct jb_batch *batch)
{
    for (uint32_t i = 0; batch->members && i < JB_BATCH_SUBMISSIONS_MAX; i++)
        jb_msg_free(&batch->members[i].msg);
    free(batch->members);
    for (uint32_t i = 0; i < JB_READERS_MAX; i++)
        jb_arena_free(&batch->proposals[i]);
    jb_arena_free(&batch->replies);
    jb_buf_free(&batch->out);
}

bool jb_batch_has_room(const struct jb_batch *batch)
{
    return batch->count < JB_BATCH_SUBMISSIONS_MAX && batch->bytes < BATCH_BYTES_MAX &&
           batch->rows < JB_BATCH_FIGURES_MAX && batch->proposal_bytes < PROPOSALS_BYTES_FULL;
}

static uint64_t connection_of(const struct jb_peer *peer)
{
    uint64_t hash = 14695981039346656037u;
    for (uint8_t i = 0; i < peer->id_len; i++)
        hash = (hash ^ peer->id[i]) * 1099511628211u;
    return hash;
}

struct jb_member *jb_batch_place(struct jb_batch *batch)
{
    return &batch->members[batch->count];
}

void jb_batch_add(struct jb_batch *batch, struct jb_member *member)
{
    member->reply = (struct jb_reply){0};
    atomic_store(&member->read, false);
    batch->bytes += member->msg.bytes.len;
    batch->unread++;
    atomic_fetch_add(&batch->count, 1);
}

size_t jb_batch_read(struct jb_batch *batch, uint32_t reader, const struct jb_envelope *envelope,
                     const struct jb_verifier *verifier, struct jb_member *member)
{
    struct jb_arena *arena = &batch->proposals[reader];
    size_t used = arena->used;
    jb_proposal_read(envelope, connection_of(&member->msg.peer), verifier, arena,
                     &member->proposal);
    return arena->used - used;
}

void jb_batch_add_read(struct jb_batch *batch, struct jb_member *member, size_t bytes)
{
    const struct jb_proposal *proposal = &member->proposal;
    if (proposal->envelope.kind == JB_KIND_SUBMIT && !proposal->fault)
        batch->rows += proposal->submission.row_count;
    batch->proposal_bytes += bytes;
    batch->unread--;
    atomic_store(&member->read, true);
}

/* Encodes the replies of the members from..., as many as go out at once, and sends them. Encoding
 * needs no socket, so it is done before the door is entered. */
static uint32_t speak_some(struct jb_batch *batch, struct jb_door *door, uint32_t from, uint32_t to)
{
    struct jb_door_answer answers[SEND_AT_ONCE];
    uint32_t count = 0;
    jb_buf_clear(&batch->out);
    while (from + count < to && count < SEND_AT_ONCE && batch->out.len < OUT_BYTES_FULL) {
        const struct jb_member *m = &batch->members[from + count];
        struct jb_envelope envelope = {.kind = m->reply.kind,
                                       .request_id = m->proposal.envelope.request_id,
                                       .payload = m->reply.payload};
        /* No answer is that long; if one were, its sender should not wait for ever. */
        if (m->reply.payload.len > JB_MESSAGE_BYTES_MAX - ENVELOPE_BYTES)
            envelope =
                (struct jb_envelope){.kind = JB_KIND_REFUSED, .request_id = envelope.request_id};
        size_t at = batch->out.len;
        jb_wire_envelope_encode(&envelope, &batch->out);
        answers[count].peer = &m->msg.peer;
        answers[count++].bytes = jb_slice_of(NULL, batch->out.len - at);
    }
    const uint8_t *ptr = batch->out.ptr; /* the buffer does not move any more */
    for (uint32_t i = 0; i < count; ptr += answers[i++].bytes.len)
        answers[i].bytes.ptr = ptr;
    jb_door_send_all(door, answers, count);
    return count;
}

void jb_batch_speak(struct jb_batch *batch, struct jb_door *door, uint32_t from, uint32_t to)
{
    while (from < to)
        from += speak_some(batch, door, from, to);
    jb_arena_clear(&batch->replies);
}
