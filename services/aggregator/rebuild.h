/* Everything that follows from the ledger, made anew. */
#ifndef JB_REBUILD_H
#define JB_REBUILD_H

#include "base/base.h"

/* Makes a new store of the ledger of dir, entry by entry, each checked against the chain, and puts
 * it in its place when it is whole: until then nothing of dir is touched, and no page of another
 * table, which may be damaged, is ever looked at, but that contacts are carried over
 * (contacts_carry.h). *ret_contacts_lost: those that were damaged are not. The change log begins
 * anew, so that watches that were behind are told reset. Needs the disk space of a second store.
 * progress may be NULL. Errors as jb_store_open; JB_EDAMAGED, JB_EVERSION: the ledger itself is. */
JB_MUST_USE jb_err jb_rebuild(const char *dir,
                              void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx,
                              bool *ret_contacts_lost);

#endif
