/* Messages that share one transaction, from the door to their answers. The writer has two: one is
 * taken while the other is committed. */
#ifndef JB_BATCH_H
#define JB_BATCH_H

#include "door.h"
#include "engine.h"
#include "proposal.h"

struct jb_member {
    struct jb_msg msg;
    struct jb_proposal proposal; /* points into msg and the batch's proposals */
    struct jb_reply reply;       /* in the batch's replies */
};
struct jb_batch {
    struct jb_member *members; /* messages are initialised, also beyond count */
    uint32_t count;
    size_t bytes, rows;
    struct jb_arena proposals, replies;
    struct jb_buf out; /* envelopes on their way out */
};

void jb_batch_init(struct jb_batch *batch);
void jb_batch_free(struct jb_batch *batch);
/* Lets the messages go and all that points into them. */
void jb_batch_clear(struct jb_batch *batch);
/* There is room for one more message of any size that the door takes. */
bool jb_batch_has_room(const struct jb_batch *batch);
/* Takes the next message of the door, reads it and adds it; there is room. JB_EAGAIN, JB_EINVAL: as
 * jb_door_take. JB_EEXIST: it is a greeting, which needs no batch: its message and envelope are in
 * the first place that is free, until the next call. */
JB_MUST_USE jb_err jb_batch_take(struct jb_batch *batch, struct jb_door *door,
                                 const struct jb_verifier *verifier);
/* Sends the replies of the members from..to - 1 and forgets all replies. */
void jb_batch_speak(struct jb_batch *batch, struct jb_door *door, uint32_t from, uint32_t to);

#endif
