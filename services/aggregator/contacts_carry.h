/* What a rebuild keeps that is no fold of the ledger. */
#ifndef JB_CONTACTS_CARRY_H
#define JB_CONTACTS_CARRY_H

#include "files/kv.h"

/* Puts the contacts of the store in dir, which nobody writes meanwhile, into the new store `to`,
 * record by record as they are. A process of its own reads them: a damaged page, on which LMDB may
 * crash or walk for ever, ends that one only. *ret_lost: some were damaged, or the table was, and
 * are not in the new store; its version of contacts then never was one before, so that no recorded
 * change is taken again. A store of a format that had none has none. Errors are those of the new
 * store, and JB_ENOMEM: no process could be started. */
JB_MUST_USE jb_err jb_contacts_carry(const char *dir, jb_kv *to, bool *ret_lost);

#endif
