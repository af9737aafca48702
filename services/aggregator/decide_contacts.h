/* Decides about a change of contacts and makes it: beside the ledger, in the batch's transaction.
 */
#ifndef JB_DECIDE_CONTACTS_H
#define JB_DECIDE_CONTACTS_H

#include "decide.h"
#include "net/wire_contacts.h"

/* The signer must be an active key of role periods, the signature good and for this store, the
 * epoch this one, the version that is replaced the one in force: what was recorded is never taken
 * again, not even after a restore. The change that made the version in force is answered again as
 * it was. Units must be the catalogue's, each once. *ret_changed becomes true when something was
 * written. Errors are the storage's. */
JB_MUST_USE jb_err jb_decide_contacts(const struct jb_scene *scene,
                                      const struct jb_envelope *envelope, struct jb_arena *arena,
                                      struct jb_contacts_put_done *ret, bool *ret_changed,
                                      struct jb_findings *findings);

#endif
