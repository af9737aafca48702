/* The chain of the ledger, and proofs that an entry stands in it. Pure: agents and the bureau check
 * with the same lines that the aggregator links its entries with.
 *
 *     digest = BLAKE2b-256 of the entry's content, all of it but the chain itself
 *     hash   = BLAKE2b-256("jibao.v1.entry" 0x00 | revision, 8 bytes big-endian | digest
 *              | hash of the entry before | hash of entry skip(revision))
 *
 * skip(r) is r without its lowest set bit; there is no entry 0, and where one would be named stand
 * 32 zero bytes. A path goes from the head down to an entry: over the skip as long as that is not
 * past the entry, else to the entry before. From a head below 2^k it has at most k (k + 1) / 2
 * steps; halfway down a ledger of a million entries some 60. */
#ifndef JB_PROOF_H
#define JB_PROOF_H

#include "net/wire_keys.h"

#define JB_PROOF_HASH_BYTES 32
#define JB_PROOF_STEPS_MAX (64 * 65 / 2)

uint64_t jb_proof_skip(uint64_t revision);
void jb_proof_hash(uint64_t revision, const uint8_t digest[JB_PROOF_HASH_BYTES],
                   const uint8_t previous[JB_PROOF_HASH_BYTES],
                   const uint8_t skip[JB_PROOF_HASH_BYTES], uint8_t ret[JB_PROOF_HASH_BYTES]);
/* The revision after `at` on the way down to `target`, which is below it. */
uint64_t jb_proof_next(uint64_t at, uint64_t target);
/* Steps from head down to target, both included; 1 <= target <= head. */
uint32_t jb_proof_length(uint64_t head, uint64_t target);

/* The path leads from that head to entry path->revision, every hash is what it must be, and nothing
 * is left over: *ret is then the entry's hash in the chain of that head. */
bool jb_proof_check(const struct jb_proof_path *path, uint64_t head_revision,
                    const uint8_t head[JB_PROOF_HASH_BYTES], uint8_t ret[JB_PROOF_HASH_BYTES]);

/* Sets server and signature; next: the same of a server's next key, NULL when there is none. */
void jb_head_sign(const jb_identity *server, const jb_identity *next, struct jb_signed_head *head);
/* Of a head that two keys signed, puts that server's signature first, where it is looked for and
 * where it is kept. Any other head stays as it is. */
void jb_head_turn_to(struct jb_signed_head *head, const struct jb_public_key *server);
/* It is signed by that server for that store. */
bool jb_head_good(const struct jb_signed_head *head, const struct jb_public_key *server,
                  const uint8_t store_id[16]);

#endif
