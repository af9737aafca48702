/* The tree of a template: shared by who builds it (template.c) and who walks it (template_fill.c).
 */
#ifndef JB_REPORT_TEMPLATE_PARTS_H
#define JB_REPORT_TEMPLATE_PARTS_H

#include "report/template.h"

enum jb_node_kind {
    JB_NODE_RUN = 1,   /* text of a run, or an opaque run */
    JB_NODE_FILL,      /* a placeholder in a line */
    JB_NODE_BLOCKS,    /* a placeholder that is blocks */
    JB_NODE_EACH,      /* body */
    JB_NODE_IF,        /* body, otherwise */
    JB_NODE_PARAGRAPH, /* body: runs */
    JB_NODE_TABLE,     /* body: rows */
    JB_NODE_ROW,       /* body: cells */
    JB_NODE_CELL,      /* body: blocks */
    JB_NODE_AS_IS,     /* a block without text */
    JB_NODE_ELSE,      /* only while the tree is built */
    JB_NODE_END,
};

struct jb_node {
    struct jb_node *next, *body, *otherwise;
    enum jb_node_kind kind;
    const struct jb_doc_block *block;
    const struct jb_doc_row *row;
    const struct jb_doc_cell *cell;
    const struct jb_doc_run *run; /* of text, and where a placeholder begins */
    struct jb_slice text;
    const struct jb_placeholder *ph;
    bool loose; /* a mark without its other half in the same chain; only while it is built */
};

struct jb_template {
    struct jb_arena *arena;
    struct jb_complaints *complaints;
    struct jb_placeholder **placeholders;
    uint32_t count, cap;
    bool failed; /* the arena was full */
    bool broken; /* too deep: what follows would only be complained about */
};

/* A chain of nodes that grows at its end. */
struct jb_nodes {
    struct jb_node *first, **end;
};
void jb_nodes_append(struct jb_nodes *to, struct jb_node *node); /* NULL is fine */
/* A new node at the end; NULL, and t->failed, when the arena is full. (template_inline.c) */
struct jb_node *jb_node_add(struct jb_template *t, struct jb_nodes *to, enum jb_node_kind kind);
/* The paragraph's runs and placeholders; loops and conditions still as marks. */
struct jb_nodes jb_template_inline(struct jb_template *t, const struct jb_doc_block *block);

struct jb_template_part {
    const struct jb_node *body;
};

#endif
