/* What is done to a submission beside the store. Nothing is refused here: a refusal is a decision,
 * and decisions are made in the order in which the messages came. */
#include "proposal.h"

#include <sodium.h>

void jb_proposal_read(const struct jb_envelope *envelope, uint64_t connection,
                      struct jb_arena *arena, struct jb_proposal *ret)
{
    *ret = (struct jb_proposal){.envelope = *envelope, .connection = connection, .why = ""};
    if (envelope->kind != JB_KIND_SUBMIT)
        return;
    /* Whatever else needs only the bytes (a signature, say) belongs here. */
    crypto_generichash(ret->content_hash, sizeof(ret->content_hash), envelope->payload.ptr,
                       envelope->payload.len, NULL, 0);
    ret->fault = jb_wire_submission_decode(envelope->payload, arena, &ret->submission, &ret->why);
}
