/* A catalogue version bound to the store's numbers: numbers are set in the catalogue's objects, and
 * back from number to index. Immutable once made; each thread makes and caches its own. */
#ifndef JB_BINDING_H
#define JB_BINDING_H

#include "cell.h"
#include "model/catalog.h"
#include "store.h"

struct jb_binding {
    jb_catalog *catalog;
    const struct jb_catalog_view *view;
    uint32_t version;
    uint64_t revision; /* of its entry */
    /* Index by number; JB_NONE where this version has none. */
    uint32_t *unit_of, *group_of, *indicator_of, *form_of;
    uint16_t *form_block; /* by form number: where its filings are kept; 0 where it has none */
    uint32_t unit_numbers, group_numbers, indicator_numbers, form_numbers; /* lengths */
};
/* A group's number in the catalogue is the bare one; as a node it carries JB_NODE_GROUP. */
static inline uint32_t jb_group_node(const struct jb_group *group)
{
    return group->number | JB_NODE_GROUP;
}
/* Where an indicator's cells are: the block of a record's key, and the slot in it. */
static inline uint16_t jb_block_of(uint32_t indicator_number)
{
    return (uint16_t)(indicator_number / JB_BLOCK_INDICATORS + 1);
}
static inline uint8_t jb_slot_of(uint32_t indicator_number)
{
    return (uint8_t)(indicator_number % JB_BLOCK_INDICATORS);
}
/* Loads a version (0: newest) from the ledger and binds it. JB_ENOTFOUND: none is loaded. */
JB_MUST_USE jb_err jb_binding_load(jb_kv_txn *txn, uint32_t version, struct jb_binding **ret);
/* Gives numbers to the codes of a catalogue that have none yet (part of applying a catalogue
 * entry): deterministic from the names table and the catalogue. Indicators are numbered form by
 * form, row by row, so that a form's rows share a block: rows of a form that do not fit in what is
 * left of a block start the next one. */
JB_MUST_USE jb_err jb_binding_assign_numbers(jb_kv_txn *txn, const jb_catalog *catalog);
void jb_binding_free(struct jb_binding *binding); /* NULL is fine */

/* A few versions, newest use first; owned by one thread. */
struct jb_bindings {
    struct jb_binding *slots[4];
};
/* Borrowed until the next get or clear. */
JB_MUST_USE jb_err jb_bindings_get(struct jb_bindings *cache, jb_kv_txn *txn, uint32_t version,
                                   struct jb_binding **ret);
void jb_bindings_clear(struct jb_bindings *cache);

#endif
