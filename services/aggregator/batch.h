/* Messages that share one transaction, from the door to their answers. */
#ifndef JB_BATCH_H
#define JB_BATCH_H

#include <stdatomic.h>

#include "door.h"
#include "engine.h"
#include "proposal.h"

#define JB_READERS_MAX 8 /* threads that read messages at once */

struct jb_member {
    struct jb_msg msg;
    struct jb_proposal proposal; /* points into msg and the batch's proposals */
    struct jb_reply reply;       /* in the batch's replies */
    atomic_bool read;            /* the proposal is there */
};
struct jb_batch {
    struct jb_member *members; /* messages are initialised, also beyond count */
    atomic_uint count;
    size_t bytes, rows;
    size_t proposal_bytes;
    uint32_t unread;
    struct jb_arena proposals[JB_READERS_MAX], replies;
    struct jb_buf out; /* envelopes on their way out */
};

void jb_batch_init(struct jb_batch *batch);
void jb_batch_free(struct jb_batch *batch);
/* Lets the messages go, and all that points into them. */
void jb_batch_clear(struct jb_batch *batch);
/* There is room for one more message of any size that the door takes. */
bool jb_batch_has_room(const struct jb_batch *batch);
/* Where the next message goes; there is room. Then it is a member, and not yet read. */
struct jb_member *jb_batch_place(struct jb_batch *batch);
void jb_batch_add(struct jb_batch *batch, struct jb_member *member);
/* Reads a member's message, as thread `reader`; the bytes that this took. Members of one batch may
 * be read at the same time, each thread under a number of its own. */
size_t jb_batch_read(struct jb_batch *batch, uint32_t reader, const struct jb_envelope *envelope,
                     const struct jb_verifier *verifier, struct jb_member *member);
/* It may be offered now. */
void jb_batch_add_read(struct jb_batch *batch, struct jb_member *member, size_t bytes);
/* Sends the replies of the members from..to - 1 and forgets all replies. */
void jb_batch_speak(struct jb_batch *batch, struct jb_door *door, uint32_t from, uint32_t to);

#endif
