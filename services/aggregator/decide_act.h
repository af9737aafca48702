/* Decides about an act of the bureau on a period or a filing, once. Pure but for the store's
 * records that it reads. */
#ifndef JB_DECIDE_ACT_H
#define JB_DECIDE_ACT_H

#include "decide_key.h"
#include "net/wire_acts.h"

struct jb_act_decision {
    bool append;             /* entry is to be appended and applied */
    bool repeat;             /* done is the first answer; there is nothing to append */
    struct jb_entry entry;   /* borrows from the envelope and the arena */
    struct jb_act_done done; /* revision 0: refused, see the findings; or still to be set from the
                                entry when append */
};

/* The signer must be an active key of role periods, or for a filing of role review for its unit,
 * and then neither be the submission's signer nor bear the same label; or a key of role web that
 * signs for a person who holds that role, and did not submit himself; the signature good and for
 * this store, the epoch this one. An id that was seen before is answered as it was then. What the
 * states of period and filing do not allow is refused with since when, by whom and what to do.
 * Errors are the storage's. */
JB_MUST_USE jb_err jb_decide_act(const struct jb_key_scene *scene,
                                 const struct jb_envelope *envelope, struct jb_arena *arena,
                                 struct jb_act_decision *ret, struct jb_findings *findings);

#endif
