/* What is done to a message beside the store. Nothing is refused here: a refusal is a decision, and
 * decisions are made in the order in which the messages came. */
#include "proposal.h"

#include <sodium.h>

/* To see that 32 bytes are a key costs about half as much as a signature: those that hold grants
 * were looked at when they got them. */
static bool is_key(const struct jb_verifier *verifier, struct jb_slice bytes,
                   struct jb_public_key *ret)
{
    struct jb_public_key key;
    if (bytes.len != sizeof(key.bytes))
        return false;
    memcpy(key.bytes, bytes.ptr, sizeof(key.bytes));
    jb_rights *rights = jb_rights_board_get(verifier->board);
    bool known = jb_rights_by_key(rights, &key) != NULL;
    jb_rights_free(rights);
    if (known)
        *ret = key;
    return known || !jb_public_check(bytes, ret);
}

static bool is_signed(const struct jb_verifier *verifier, const struct jb_envelope *envelope)
{
    struct jb_slice store_id = jb_slice_of(verifier->store_id, sizeof(verifier->store_id));
    struct jb_public_key signer;
    return jb_slice_eq(envelope->store_id, store_id) &&
           envelope->signature.len == JB_SIGNATURE_BYTES &&
           is_key(verifier, envelope->signer, &signer) &&
           jb_signature_good(&signer, envelope->kind, verifier->store_id, envelope->payload,
                             envelope->signature);
}

void jb_proposal_read(const struct jb_envelope *envelope, uint64_t connection,
                      const struct jb_verifier *verifier, struct jb_arena *arena,
                      struct jb_proposal *ret)
{
    *ret = (struct jb_proposal){.envelope = *envelope, .connection = connection, .why = ""};
    if (envelope->kind == JB_KIND_SUBMIT || envelope->kind == JB_KIND_CATALOG_PUT)
        ret->signature_good = is_signed(verifier, envelope);
    if (envelope->kind != JB_KIND_SUBMIT)
        return;
    crypto_generichash(ret->content_hash, sizeof(ret->content_hash), envelope->payload.ptr,
                       envelope->payload.len, NULL, 0);
    ret->fault = jb_wire_submission_decode(envelope->payload, arena, &ret->submission, &ret->why);
}
