/* Reads the dated edges of a catalogue once for a day. Groups are asked for unit by unit, when a
 * unit first needs them: most days see few units. */
#include "tree.h"

#include <stdlib.h>

#define GROUPS_CAP_MIN 16u

static void tree_free(struct jb_tree *tree)
{
    if (!tree)
        return;
    free(tree->parents);
    free(tree->child_first);
    free(tree->children);
    free(tree->group_first);
    free(tree->group_count);
    free(tree->groups);
    free(tree);
}

static uint32_t *numbers(uint32_t count)
{
    return calloc((size_t)count + 1, sizeof(uint32_t)); /* never of size 0 */
}

/* Children by parent, in the order of the catalogue. Each first[] starts as the end of its children
 * and moves down to their start while they are put in, last ones first. */
static void order_children(struct jb_tree *tree)
{
    uint32_t *first = tree->child_first, end = 0;
    for (uint32_t i = 0; i < tree->unit_count; i++) {
        if (tree->parents[i] != JB_NONE)
            first[tree->parents[i]]++;
    }
    for (uint32_t i = 0; i <= tree->unit_count; i++) {
        end += first[i];
        first[i] = end;
    }
    for (uint32_t i = tree->unit_count; i-- > 0;) {
        if (tree->parents[i] != JB_NONE)
            tree->children[--first[tree->parents[i]]] = i;
    }
}

static jb_err tree_make(const jb_catalog *catalog, jb_date day, struct jb_tree **ret)
{
    uint32_t count = jb_catalog_view(catalog)->unit_count;
    struct jb_tree *tree = calloc(1, sizeof(*tree));
    if (!tree)
        return JB_ENOMEM;
    tree->day = day;
    tree->unit_count = count;
    tree->parents = numbers(count);
    tree->child_first = numbers(count);
    tree->children = numbers(count);
    tree->group_first = numbers(count);
    tree->group_count = numbers(count);
    if (!tree->parents || !tree->child_first || !tree->children || !tree->group_first ||
        !tree->group_count) {
        tree_free(tree);
        return JB_ENOMEM;
    }
    for (uint32_t i = 0; i < count; i++) {
        tree->parents[i] = jb_catalog_parent(catalog, i, day);
        tree->group_first[i] = JB_NONE;
    }
    order_children(tree);
    *ret = tree;
    return JB_OK;
}

jb_err jb_trees_get(struct jb_trees *cache, const jb_catalog *catalog, jb_date day,
                    struct jb_tree **ret)
{
    uint32_t last = JB_COUNT(cache->slots) - 1, at = 0;
    while (at < last && cache->slots[at] && cache->slots[at]->day != day)
        at++;
    struct jb_tree *found = cache->slots[at];
    if (!found || found->day != day) {
        struct jb_tree *fresh = NULL;
        jb_err err = tree_make(catalog, day, &fresh);
        if (err)
            return err;
        tree_free(found);
        found = fresh;
    }
    memmove(&cache->slots[1], &cache->slots[0], at * sizeof(cache->slots[0]));
    cache->slots[0] = found;
    *ret = found;
    return JB_OK;
}

void jb_trees_clear(struct jb_trees *cache)
{
    for (uint32_t i = 0; i < JB_COUNT(cache->slots); i++) {
        tree_free(cache->slots[i]);
        cache->slots[i] = NULL;
    }
}

static jb_err groups_push(struct jb_tree *tree, uint32_t group)
{
    if (tree->groups_count == tree->groups_cap) {
        uint32_t cap = tree->groups_cap ? tree->groups_cap * 2 : GROUPS_CAP_MIN;
        uint32_t *fresh = realloc(tree->groups, cap * sizeof(*fresh));
        if (!fresh)
            return JB_ENOMEM;
        tree->groups = fresh;
        tree->groups_cap = cap;
    }
    tree->groups[tree->groups_count++] = group;
    return JB_OK;
}

jb_err jb_tree_groups(struct jb_tree *tree, const jb_catalog *catalog, uint32_t unit,
                      const uint32_t **ret, uint32_t *ret_count)
{
    if (tree->group_first[unit] == JB_NONE) {
        uint32_t first = tree->groups_count, count = jb_catalog_view(catalog)->group_count;
        for (uint32_t g = 0; g < count; g++) {
            jb_err err =
                jb_catalog_in_group(catalog, unit, g, tree->day) ? groups_push(tree, g) : JB_OK;
            if (err)
                return err;
        }
        tree->group_count[unit] = tree->groups_count - first;
        tree->group_first[unit] = first;
    }
    *ret = tree->groups ? tree->groups + tree->group_first[unit] : NULL;
    *ret_count = tree->group_count[unit];
    return JB_OK;
}
