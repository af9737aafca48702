/* A document's tree made by hand instead of from YAML, with the places that its maker gives it, and
 * any tree as YAML text again. */
#ifndef JB_YAML_BUILD_H
#define JB_YAML_BUILD_H

#include "base/buf.h"
#include "model/yaml_tree.h"

/* A list or map that still grows. Everything lives in the arena; where that is full, nodes are NULL
 * and adding them does nothing: ask the arena at the end. */
struct jb_yaml_open {
    struct jb_yaml_node *node;
    const struct jb_yaml_node **tail;
};
struct jb_yaml_open jb_yaml_open(struct jb_arena *arena, enum jb_yaml_kind kind, uint32_t line,
                                 uint32_t column);
struct jb_yaml_node *jb_yaml_text(struct jb_arena *arena, struct jb_slice text, uint32_t line,
                                  uint32_t column);
/* To a list; a node stands in one place only. */
void jb_yaml_add(struct jb_yaml_open *list, struct jb_yaml_node *item);
/* To a map; the key has the value's place. */
void jb_yaml_put(struct jb_arena *arena, struct jb_yaml_open *map, const char *key,
                 struct jb_yaml_node *value);

/* Block style, short maps and lists of words on one line; what YAML would take for something else
 * is quoted. What jb_yaml_parse makes of it is the same tree. */
void jb_yaml_write(const struct jb_yaml_node *root, struct jb_buf *out);

#endif
