/* The catalogue's tree as it stands on one day: parents, children and groups as plain arrays, so
 * that nothing on the write path walks dated edges. Made once a day and catalogue, and kept. */
#ifndef JB_TREE_H
#define JB_TREE_H

#include "model/catalog.h"

struct jb_tree {
    jb_date day;
    uint32_t unit_count;
    uint32_t *parents;     /* by unit: index or JB_NONE */
    uint32_t *child_first; /* by unit, and one more: where its children start in `children` */
    uint32_t *children;
    uint32_t *group_first; /* by unit: where its groups start in `groups`; JB_NONE: not asked yet */
    uint32_t *group_count; /* by unit */
    uint32_t *groups;      /* group indexes */
    uint32_t groups_count, groups_cap;
};

/* The last days asked for, newest use first: agents that catch up send years of quarters mixed. All
 * of one catalogue. */
struct jb_trees {
    struct jb_tree *slots[16];
};
/* Borrowed until the next get or clear. */
JB_MUST_USE jb_err jb_trees_get(struct jb_trees *cache, const jb_catalog *catalog, jb_date day,
                                struct jb_tree **ret);
void jb_trees_clear(struct jb_trees *cache);
/* The groups that the unit is in on the tree's day. *ret lives until the next call. */
JB_MUST_USE jb_err jb_tree_groups(struct jb_tree *tree, const jb_catalog *catalog, uint32_t unit,
                                  const uint32_t **ret, uint32_t *ret_count);

#endif
