/* A catalogue's tree in the making, as rows of sheets fill it: the root, the items of its lists by
 * code, and the lists inside them, in any order. Everything lives in the arena that it is given. */
#ifndef JB_BUREAU_CATALOG_ITEMS_H
#define JB_BUREAU_CATALOG_ITEMS_H

#include "catalog_sheets.h"
#include "model/yaml_build.h"

#define JB_ITEM_MAPS_MAX 4
#define JB_ITEM_LISTS_MAX 8

/* A map that is open for further keys, with the maps and lists inside it that are. */
struct jb_item_inner {
    const char *path;
    struct jb_yaml_open in;
};
struct jb_item {
    struct jb_yaml_open map;
    struct jb_item_inner maps[JB_ITEM_MAPS_MAX], lists[JB_ITEM_LISTS_MAX];
    uint32_t map_count, list_count;
};

/* One of the root's lists. */
struct jb_item_roll {
    const char *key;
    struct jb_yaml_open list;
    struct jb_item *items;
    struct jb_slice *codes;
    uint32_t *sorted; /* by code; made when one is looked for first */
    uint32_t count, cap;
};

#define JB_ITEM_ROLLS_MAX 8
struct jb_items {
    struct jb_arena *arena;
    struct jb_item root;
    struct jb_item_roll rolls[JB_ITEM_ROLLS_MAX];
    uint32_t roll_count;
};

void jb_items_init(struct jb_items *items, struct jb_arena *arena, uint32_t line);
void jb_items_free(struct jb_items *items);
struct jb_item jb_item_new(struct jb_items *items, uint32_t line);
/* The value's place in the item: at a key, or at one of a map inside it (name.zh). NULL: nothing.
 */
void jb_item_put(struct jb_items *items, struct jb_item *item, const char *path,
                 struct jb_yaml_node *value);
/* The list at the path, made when it is not there; path is a literal. */
struct jb_yaml_open *jb_item_list(struct jb_items *items, struct jb_item *item, const char *path,
                                  uint32_t line);
/* key is a literal. */
struct jb_item_roll *jb_items_roll(struct jb_items *items, const char *key, uint32_t line);
/* Borrowed until the next one. No item is added once one was looked for. */
struct jb_item *jb_items_add(struct jb_items *items, struct jb_item_roll *roll,
                             struct jb_slice code, uint32_t line);
struct jb_item *jb_items_find(struct jb_item_roll *roll, struct jb_slice code); /* or NULL */
/* Puts the lists under the root; NULL: the arena is full. */
const struct jb_yaml_node *jb_items_root(struct jb_items *items);

#endif
