/* Walking the chain backwards, on libsodium's BLAKE2b. Whoever checks takes nothing from the other
 * side but hashes: where each step must lead follows from the numbers alone. */
#include "net/proof.h"

#include <sodium.h>

#define DOMAIN "jibao.v1.entry" /* its final NUL is hashed too */
#define HASH_BYTES JB_PROOF_HASH_BYTES

static const uint8_t none[HASH_BYTES];

uint64_t jb_proof_skip(uint64_t revision)
{
    return revision & (revision - 1);
}

void jb_proof_hash(uint64_t revision, const uint8_t digest[HASH_BYTES],
                   const uint8_t previous[HASH_BYTES], const uint8_t skip[HASH_BYTES],
                   uint8_t ret[HASH_BYTES])
{
    uint8_t bytes[sizeof(DOMAIN) + 8 + 3 * HASH_BYTES], *to = bytes;

    memcpy(to, DOMAIN, sizeof(DOMAIN));
    to += sizeof(DOMAIN);
    for (int shift = 56; shift >= 0; shift -= 8)
        *to++ = (uint8_t)(revision >> shift);
    memcpy(to, digest, HASH_BYTES);
    memcpy(to + HASH_BYTES, previous, HASH_BYTES);
    memcpy(to + 2 * (size_t)HASH_BYTES, skip, HASH_BYTES);
    int rc = crypto_generichash(ret, HASH_BYTES, bytes, sizeof(bytes), NULL, 0);
    jb_assert(rc == 0);
}

uint64_t jb_proof_next(uint64_t at, uint64_t target)
{
    uint64_t skip = jb_proof_skip(at);

    return skip >= target ? skip : at - 1;
}

uint32_t jb_proof_length(uint64_t head, uint64_t target)
{
    uint32_t steps = 1;

    jb_assert(target >= 1 && target <= head);
    for (uint64_t at = head; at > target; at = jb_proof_next(at, target))
        steps++;
    return steps;
}

/* What the numbers alone say about the two hashes: none before the first, and the skip of an odd
 * revision is the entry before. */
static bool links_fit(const struct jb_proof_step *step)
{
    if (step->revision == 1 && memcmp(step->previous, none, HASH_BYTES) != 0)
        return false;
    uint64_t skip = jb_proof_skip(step->revision);
    const uint8_t *same = skip == 0                    ? none
                          : skip == step->revision - 1 ? step->previous
                                                       : step->skip;
    return memcmp(step->skip, same, HASH_BYTES) == 0;
}

bool jb_proof_check(const struct jb_proof_path *path, uint64_t head_revision,
                    const uint8_t head[HASH_BYTES], uint8_t ret[HASH_BYTES])
{
    const uint8_t *expected = head;
    uint64_t at = head_revision;

    if (path->revision == 0 || path->revision > head_revision)
        return false;
    for (uint32_t i = 0; i < path->step_count; i++) {
        const struct jb_proof_step *step = &path->steps[i];
        uint8_t hash[HASH_BYTES];
        if (step->revision != at || !links_fit(step))
            return false;
        jb_proof_hash(at, step->digest, step->previous, step->skip, hash);
        if (memcmp(hash, expected, HASH_BYTES) != 0)
            return false;
        if (at == path->revision) {
            if (i + 1 != path->step_count)
                return false;
            memcpy(ret, hash, HASH_BYTES);
            return true;
        }
        uint64_t next = jb_proof_next(at, path->revision);
        expected = next == at - 1 ? step->previous : step->skip;
        at = next;
    }
    return false;
}

void jb_head_sign(const jb_identity *server, const jb_identity *next, struct jb_signed_head *head)
{
    uint8_t bytes[JB_HEAD_SIGNED_BYTES];

    head->server = *jb_identity_public(server);
    jb_signed_head_bytes(head, bytes);
    jb_identity_sign_bytes(server, jb_slice_of(bytes, sizeof(bytes)), head->signature);
    head->has_next = next != NULL;
    if (!next)
        return;
    head->next = *jb_identity_public(next);
    jb_identity_sign_bytes(next, jb_slice_of(bytes, sizeof(bytes)), head->next_signature);
}

void jb_head_turn_to(struct jb_signed_head *head, const struct jb_public_key *server)
{
    const struct jb_signed_head was = *head;

    if (!head->has_next || !jb_public_eq(&head->next, server))
        return;
    head->server = was.next;
    head->next = was.server;
    memcpy(head->signature, was.next_signature, sizeof(head->signature));
    memcpy(head->next_signature, was.signature, sizeof(head->next_signature));
}

bool jb_head_good(const struct jb_signed_head *head, const struct jb_public_key *server,
                  const uint8_t store_id[16])
{
    uint8_t bytes[JB_HEAD_SIGNED_BYTES];

    if (!jb_public_eq(&head->server, server) || memcmp(head->store_id, store_id, 16) != 0)
        return false;
    jb_signed_head_bytes(head, bytes);
    return jb_signature_of_bytes(server, jb_slice_of(bytes, sizeof(bytes)), head->signature);
}
