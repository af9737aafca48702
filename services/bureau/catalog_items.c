/* Keys of maps inside maps are few and known, so a path is looked up and not taken apart. */
#include "catalog_items.h"

#include <stdlib.h>

static const struct {
    const char *path, *map, *key;
} nested[] = {
    {"name.zh", "name", "zh"},
    {"name.en", "name", "en"},
    {"title.zh", "title", "zh"},
    {"title.en", "title", "en"},
    {"unit_of_measure.zh", "unit_of_measure", "zh"},
    {"unit_of_measure.en", "unit_of_measure", "en"},
    {"schedule.opens", "schedule", "opens"},
    {"schedule.due", "schedule", "due"},
    {"schedule.locks", "schedule", "locks"},
    {"schedule.shift", "schedule", "shift"},
    {"schedule.dates", "schedule", "dates"},
};

struct jb_item jb_item_new(struct jb_items *items, uint32_t line)
{
    return (struct jb_item){.map = jb_yaml_open(items->arena, JB_YAML_MAP, line, 1)};
}

void jb_items_init(struct jb_items *items, struct jb_arena *arena, uint32_t line)
{
    *items = (struct jb_items){.arena = arena};
    items->root = jb_item_new(items, line);
}

void jb_items_free(struct jb_items *items)
{
    for (uint32_t i = 0; i < items->roll_count; i++) {
        free(items->rolls[i].items);
        free(items->rolls[i].codes);
        free(items->rolls[i].sorted);
    }
}

static struct jb_yaml_open *find_inner(struct jb_item_inner *inner, uint32_t count,
                                       const char *path)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(inner[i].path, path) == 0)
            return &inner[i].in;
    }
    return NULL;
}

static struct jb_yaml_open *open_map(struct jb_items *items, struct jb_item *item, const char *key,
                                     const struct jb_yaml_node *place)
{
    struct jb_yaml_open *map = find_inner(item->maps, item->map_count, key);

    if (map)
        return map;
    jb_assert(item->map_count < JB_ITEM_MAPS_MAX);
    struct jb_item_inner *inner = &item->maps[item->map_count++];
    inner->path = key;
    inner->in = jb_yaml_open(items->arena, JB_YAML_MAP, place->line, place->column);
    jb_yaml_put(items->arena, &item->map, key, inner->in.node);
    return &inner->in;
}

void jb_item_put(struct jb_items *items, struct jb_item *item, const char *path,
                 struct jb_yaml_node *value)
{
    for (size_t i = 0; value && i < JB_COUNT(nested); i++) {
        if (strcmp(nested[i].path, path) == 0) {
            struct jb_yaml_open *map = open_map(items, item, nested[i].map, value);
            jb_yaml_put(items->arena, map, nested[i].key, value);
            return;
        }
    }
    jb_yaml_put(items->arena, &item->map, path, value);
}

struct jb_yaml_open *jb_item_list(struct jb_items *items, struct jb_item *item, const char *path,
                                  uint32_t line)
{
    struct jb_yaml_open *list = find_inner(item->lists, item->list_count, path);

    if (list)
        return list;
    jb_assert(item->list_count < JB_ITEM_LISTS_MAX);
    struct jb_item_inner *inner = &item->lists[item->list_count++];
    inner->path = path;
    inner->in = jb_yaml_open(items->arena, JB_YAML_LIST, line, 1);
    jb_item_put(items, item, path, inner->in.node);
    return &inner->in;
}

struct jb_item_roll *jb_items_roll(struct jb_items *items, const char *key, uint32_t line)
{
    for (uint32_t i = 0; i < items->roll_count; i++) {
        if (strcmp(items->rolls[i].key, key) == 0)
            return &items->rolls[i];
    }
    jb_assert(items->roll_count < JB_ITEM_ROLLS_MAX);
    struct jb_item_roll *roll = &items->rolls[items->roll_count++];
    *roll = (struct jb_item_roll){.key = key,
                                  .list = jb_yaml_open(items->arena, JB_YAML_LIST, line, 1)};
    return roll;
}

struct jb_item *jb_items_add(struct jb_items *items, struct jb_item_roll *roll,
                             struct jb_slice code, uint32_t line)
{
    jb_assert(!roll->sorted);
    if (roll->count == roll->cap) {
        roll->cap = roll->cap ? roll->cap * 2 : 64;
        roll->items = jb_xrealloc(roll->items, roll->cap * sizeof(*roll->items));
        roll->codes = jb_xrealloc(roll->codes, roll->cap * sizeof(*roll->codes));
    }
    struct jb_item *item = &roll->items[roll->count];
    *item = jb_item_new(items, line);
    roll->codes[roll->count++] = code;
    jb_yaml_add(&roll->list, item->map.node);
    return item;
}

static const struct jb_item_roll *sorted_roll; /* qsort has no argument to pass it by */

static int by_code(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int order = jb_slice_cmp(sorted_roll->codes[x], sorted_roll->codes[y]);

    return order ? order : (x > y) - (x < y);
}

struct jb_item *jb_items_find(struct jb_item_roll *roll, struct jb_slice code)
{
    uint32_t low = 0, high = roll->count;

    if (!roll->sorted) {
        roll->sorted = jb_xcalloc(roll->count + 1u, sizeof(*roll->sorted));
        for (uint32_t i = 0; i < roll->count; i++)
            roll->sorted[i] = i;
        sorted_roll = roll;
        qsort(roll->sorted, roll->count, sizeof(*roll->sorted), by_code);
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (jb_slice_cmp(roll->codes[roll->sorted[middle]], code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = code.len && low < roll->count && jb_slice_eq(roll->codes[roll->sorted[low]], code);
    return found ? &roll->items[roll->sorted[low]] : NULL;
}

const struct jb_yaml_node *jb_items_root(struct jb_items *items)
{
    for (uint32_t i = 0; i < items->roll_count; i++) {
        struct jb_item_roll *roll = &items->rolls[i];
        bool needed = strcmp(roll->key, "units") == 0;
        if (roll->list.node && (roll->list.node->len || needed))
            jb_yaml_put(items->arena, &items->root.map, roll->key, roll->list.node);
    }
    return items->root.map.node;
}
