/* A YAML document as a tree whose nodes remember where they stand, so that every later check can
 * name line and column. Built from libyaml's events and not by its document loader: the loader
 * resolves aliases silently and has no limit.
 *
 * Refused, each with its place: anchors, aliases, tags, a second document, nesting below
 * JB_CATALOG_NESTING_MAX, more than JB_CATALOG_NODES_MAX nodes, and of course bad syntax and bad
 * UTF-8. */
#ifndef JB_YAML_TREE_H
#define JB_YAML_TREE_H

#include "base/arena.h"
#include "model/finding.h"

enum jb_yaml_kind { JB_YAML_TEXT = 1, JB_YAML_LIST = 2, JB_YAML_MAP = 3 };

struct jb_yaml_node {
    union {
        const char *text;                 /* TEXT: NUL-terminated; may hold NUL inside, see len */
        const struct jb_yaml_node *first; /* LIST: items; MAP: key, value, key, value ... */
    };
    const struct jb_yaml_node *next; /* sibling, NULL at the end */
    uint32_t len;                    /* TEXT: bytes; LIST: items; MAP: keys and values together */
    uint32_t line;                   /* 1-based, like column */
    uint32_t column : 24;            /* in characters */
    uint32_t kind : 8;
};

static inline struct jb_slice jb_yaml_slice(const struct jb_yaml_node *node)
{
    return jb_slice_of(node->text, node->len);
}

/* Everything lives in the arena. JB_OK: *ret is the document's root. JB_EINVAL: at least one error
 * was added to findings. JB_ENOMEM: the arena is full. */
JB_MUST_USE jb_err jb_yaml_parse(struct jb_slice yaml, const char *file, struct jb_arena *arena,
                                 struct jb_findings *findings, const struct jb_yaml_node **ret);

#endif
