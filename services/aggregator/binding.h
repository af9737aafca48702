/* A catalogue version bound to the store's numbers: numbers are set in the catalogue's objects, and back from number to index.
 * Immutable once made; each thread makes and caches its own. */
#ifndef JB_BINDING_H
#define JB_BINDING_H

#include "model/catalog.h"
#include "store.h"

struct jb_binding {
    jb_catalog *catalog;
    const struct jb_catalog_view *view;
    uint32_t version;
    uint64_t revision; /* of its entry */
    uint32_t *unit_of, *group_of, *indicator_of, *form_of; /* by number; JB_NONE where this version has none */
    uint32_t unit_numbers, group_numbers, indicator_numbers, form_numbers; /* lengths */
};
/* Loads a version (0: newest) from the ledger and binds it. JB_ENOTFOUND: none is loaded. */
JB_MUST_USE jb_err jb_binding_load(jb_kv_txn *txn, uint32_t version, struct jb_binding **ret);
/* Gives numbers to the codes of a catalogue that have none yet (part of applying a catalogue entry): deterministic from the names
 * table and the catalogue. Indicators are numbered form by form, row by row, so that a form's rows share a block: rows of a form
 * that do not fit in what is left of a block start the next one. */
JB_MUST_USE jb_err jb_binding_assign_numbers(jb_kv_txn *txn, const jb_catalog *catalog);
void jb_binding_free(struct jb_binding *binding); /* NULL is fine */

/* A few versions, newest use first; owned by one thread. */
struct jb_bindings {
    struct jb_binding *slots[4];
};
/* Borrowed until the next get or clear. */
JB_MUST_USE jb_err jb_bindings_get(struct jb_bindings *cache, jb_kv_txn *txn, uint32_t version, struct jb_binding **ret);
void jb_bindings_clear(struct jb_bindings *cache);

#endif
