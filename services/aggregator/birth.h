/* Who is there before anybody could be asked: the entries that follow the genesis entry, unsigned,
 * and no later ones ever. */
#ifndef JB_BIRTH_H
#define JB_BIRTH_H

#include "base/arena.h"
#include "ledger.h"
#include "net/identity.h"

struct jb_birth {
    struct jb_public_key security; /* the first key of role security */
    struct jb_slice security_label;
    struct jb_public_key recovery; /* kept offline: it may only manage keys of role security */
    struct jb_public_key server;   /* what the doors and signed heads answer with; has no grants */
};
#define JB_BIRTH_ENTRIES 3

/* The entries in their order, to be appended directly after genesis; payloads are in the arena.
 * epoch: the one that genesis has. JB_EINVAL: no such keys or label, or a key twice. JB_ENOMEM. */
JB_MUST_USE jb_err jb_birth_entries(const struct jb_birth *birth, const uint8_t store_id[16],
                                    uint32_t epoch, struct jb_arena *arena,
                                    struct jb_entry ret[JB_BIRTH_ENTRIES]);
/* An entry of kind key is one of birth exactly at its revision after genesis, and then it is not
 * signed; any other has a signer's key and a signature. */
bool jb_birth_in_place(const struct jb_entry *entry);

#endif
