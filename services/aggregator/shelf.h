/* Catalogue versions in use, shared by the reader and its worker: loading one reads and binds a
 * whole YAML file, so that each is loaded once and kept while someone holds it. Bindings are
 * immutable; the shelf has its own lock. */
#ifndef JB_SHELF_H
#define JB_SHELF_H

#include "binding.h"

typedef struct jb_shelf jb_shelf;

jb_shelf *jb_shelf_new(void);
void jb_shelf_free(jb_shelf *shelf); /* nothing may be held any more; NULL is fine */
/* Holds a version (0: the newest of the transaction) until jb_shelf_put. JB_ENOTFOUND: none is
 * loaded. */
JB_MUST_USE jb_err jb_shelf_get(jb_shelf *shelf, jb_kv_txn *txn, uint32_t version,
                                const struct jb_binding **ret);
/* Holds once more what is held. */
void jb_shelf_hold(jb_shelf *shelf, const struct jb_binding *binding);
void jb_shelf_put(jb_shelf *shelf, const struct jb_binding *binding); /* NULL is fine */

#endif
