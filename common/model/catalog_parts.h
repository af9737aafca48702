/* What a catalogue is made of inside: the view that everyone reads and the sorted indexes that make
 * look-ups fast. Only the catalogue's own files and the reader that fills it include this. */
#ifndef JB_CATALOG_PARTS_H
#define JB_CATALOG_PARTS_H

#include "base/arena.h"
#include "model/catalog.h"

/* Words to indexes, sorted by bytes and then by index; one word may stand several times. */
struct jb_catalog_key {
    const char *text;
    uint32_t len;
    uint32_t index;
};
struct jb_catalog_keys {
    struct jb_catalog_key *items;
    uint32_t count;
};

/* The dated units of a list of objects (an indicator's owners, a form's units, a group's members),
 * each object's sorted by unit and then by date: object i has items[first[i]] up to items[first[i +
 * 1]]. */
struct jb_catalog_holder {
    uint32_t unit;
    jb_date from, until;
    uint32_t item : 31; /* place in the YAML's list */
    uint32_t above : 1; /* owners: another owner stands below at some time */
};
struct jb_catalog_holders {
    uint32_t *first;
    struct jb_catalog_holder *items;
};

/* Where an indicator stands in forms, sorted by form; laid out like holders. */
struct jb_catalog_place {
    uint32_t form, row;
};
/* Who files an indicator where and when: owner, form's unit, unit and indicator all hold. Sorted by
 * unit and then by date, laid out like holders. */
struct jb_catalog_duty {
    uint32_t indicator;
    uint32_t unit;
    jb_date from, until;
    uint32_t form, row;
};

/* The same of one unit, sorted by indicator and then by date: what a submission's rows are looked
 * up in lies together. */
struct jb_catalog_filer {
    uint32_t indicator;
    jb_date from, until;
    uint32_t form;
};

struct jb_catalog {
    struct jb_catalog_view view;
    struct jb_arena arena;
    struct jb_catalog_keys units, groups, sections, indicators, forms, rules; /* codes */
    struct jb_catalog_keys unit_names, indicator_names;
    struct jb_catalog_holders owners, form_units, members;
    uint32_t *place_first;
    struct jb_catalog_place *places;
    uint32_t *duty_first;
    struct jb_catalog_duty *duties;
    uint32_t *filer_first; /* by unit */
    struct jb_catalog_filer *filers;
};

/* Sorts keys that are all filled in. */
void jb_catalog_keys_sort(struct jb_catalog_keys *keys);
/* The first key with the text, or NULL. */
const struct jb_catalog_key *jb_catalog_keys_find(const struct jb_catalog_keys *keys,
                                                  struct jb_slice text);
const char *jb_catalog_keys_nearest(const struct jb_catalog_keys *keys, struct jb_slice text);
/* Sorts the names of units and indicators; call when all are read. JB_ENOMEM. */
JB_MUST_USE jb_err jb_catalog_index_names(jb_catalog *catalog);

/* The holder of object `object` for the unit on the day, or NULL. */
const struct jb_catalog_holder *jb_catalog_holder_on(const struct jb_catalog_holders *holders,
                                                     uint32_t object, uint32_t unit, jb_date day);
/* The first of the object's holders whose unit is at least `unit`; may be items + first[object +
 * 1]. */
const struct jb_catalog_holder *jb_catalog_holder_from(const struct jb_catalog_holders *holders,
                                                       uint32_t object, uint32_t unit);
/* Sorts owners, form units, members and places. Edges to JB_NONE are left out. JB_ENOMEM. */
JB_MUST_USE jb_err jb_catalog_index_holders(jb_catalog *catalog);
/* Joins owners and forms. After index_holders. JB_ERANGE: more than JB_CATALOG_DUTIES_MAX;
 * JB_ENOMEM. */
JB_MUST_USE jb_err jb_catalog_index_duties(jb_catalog *catalog);

/* An empty catalogue. NULL when memory is over. */
jb_catalog *jb_catalog_new(void);

#endif
