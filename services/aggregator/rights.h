/* Who may do what at this moment: every holder of grants as the last commit left them, in memory.
 * One immutable table, replaced as a whole when a commit changed it; writer, reader and the thread
 * that answers handshakes take a reference each time they look, so a change of rights holds from
 * the next message on, also on connections that are open. */
#ifndef JB_RIGHTS_H
#define JB_RIGHTS_H

#include "model/grant.h"
#include "net/identity.h"
#include "store.h"

struct jb_rights;
typedef struct jb_rights jb_rights;

/* All holders of the store; the caller's reference. */
JB_MUST_USE jb_err jb_rights_load(jb_kv_txn *txn, jb_rights **ret);
void jb_rights_free(jb_rights *rights); /* gives a reference back; NULL is fine */

uint32_t jb_rights_count(const jb_rights *rights);
const struct jb_holder *jb_rights_at(const jb_rights *rights,
                                     uint32_t index); /* by key, then person */
/* NULL: nobody. */
const struct jb_holder *jb_rights_by_key(const jb_rights *rights, const struct jb_public_key *key);
const struct jb_holder *jb_rights_by_curve(const jb_rights *rights, const uint8_t curve[32]);
const struct jb_holder *jb_rights_by_person(const jb_rights *rights, struct jb_slice person_code);
/* The key is known, active and has at least one grant that is current: it may connect. */
bool jb_rights_may_connect(const jb_rights *rights, const struct jb_public_key *key,
                           int64_t now_us);

/* Where the threads find the present table. */
typedef struct jb_rights_board jb_rights_board;
jb_rights_board *jb_rights_board_new(jb_rights *rights); /* takes over the reference */
void jb_rights_board_free(jb_rights_board *board);
void jb_rights_board_set(jb_rights_board *board, jb_rights *rights); /* takes over the reference */
jb_rights *jb_rights_board_get(jb_rights_board *board);              /* the caller's reference */

/* Whose grants count for what a key signs: the key's own, or, where it signs for a person (代签),
 * the person's, and then the key must hold the role web beside it. NULL: *ret_why says why (unknown
 * key or person, suspended, revoked, expired, no such grant). */
const struct jb_holder *jb_rights_actor(const jb_rights *rights, const struct jb_public_key *signer,
                                        struct jb_slice signed_for, int64_t now_us,
                                        enum jb_finding_code *ret_why);

/* What a submission's signer may do for its unit. */
enum jb_standing {
    JB_STANDING_NONE = 0,
    JB_STANDING_REPORT, /* its own unit */
    JB_STANDING_ENTER,  /* 代录: must name whom for and the ground */
};
/* signer: of the message. signed_for: the person that a WEB key signs for, or empty: then both the
 * key's WEB role and the person's own grant must hold. *ret_why: the finding's code for
 * JB_STANDING_NONE (unknown key, suspended, revoked, expired, no grant for this unit...). */
enum jb_standing jb_rights_standing(const jb_rights *rights, const struct jb_public_key *signer,
                                    struct jb_slice signed_for, const jb_catalog *catalog,
                                    uint32_t unit, jb_date day, int64_t now_us,
                                    enum jb_finding_code *ret_why);

/* What a holder (NULL: nobody) may read of a catalogue: a set of units, made once a question or
 * watch.
 */
struct jb_reach {
    bool everything; /* units, groups, all */
    uint32_t count;  /* units that it reaches */
    uint8_t *units;  /* a bit a unit index; NULL when everything */
    uint64_t hash;   /* changes when the set does: part of a watch's token */
};
JB_MUST_USE jb_err jb_reach_make(const struct jb_holder *holder, const jb_catalog *catalog,
                                 jb_date day, int64_t now_us, struct jb_reach *ret);
void jb_reach_free(struct jb_reach *reach);
/* Takes out of reach what is not in limit; both of one catalogue. */
JB_MUST_USE jb_err jb_reach_limit(struct jb_reach *reach, const struct jb_reach *limit,
                                  const jb_catalog *catalog);
bool jb_reach_unit(const struct jb_reach *reach, uint32_t unit);
/* A unit's rollup needs the unit itself; a group's needs everything. */
bool jb_reach_node(const struct jb_reach *reach, uint32_t unit, bool is_group);

#endif
