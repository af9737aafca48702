/* A template: a document in which placeholders stand, as a tree that can be filled again and again
 * without reading a text twice. Loops and conditions reach over characters of one paragraph, over
 * whole paragraphs, or over rows of a table; all three are the same here. */
#ifndef JB_REPORT_TEMPLATE_H
#define JB_REPORT_TEMPLATE_H

#include "report/doc.h"
#include "report/placeholder.h"

#define JB_TEMPLATE_PLACEHOLDERS_MAX 20000
#define JB_TEMPLATE_NESTING_MAX 8    /* loops and conditions in one another */
#define JB_TEMPLATE_STEPS_MAX 500000 /* placeholders that are filled, loops counted */
#define JB_TEMPLATE_COMPLAINTS_MAX 200

/* What is wrong with a template, all of it at once. */
struct jb_complaint {
    uint32_t place;
    struct jb_slice text; /* the placeholder; may be empty */
    const char *sentence; /* translated */
};
struct jb_complaints {
    struct jb_arena *arena;
    struct jb_complaint items[JB_TEMPLATE_COMPLAINTS_MAX];
    uint32_t count, total; /* total counts those that were not kept too */
};
void jb_complaints_init(struct jb_complaints *complaints, struct jb_arena *arena);
void jb_complain(struct jb_complaints *complaints, uint32_t place, struct jb_slice text,
                 const char *fmt, ...) JB_PRINTF(4, 5);

typedef struct jb_template jb_template; /* lives in its arena */
struct jb_template_part;

/* Empty, with room in the arena. NULL: the arena is full. */
jb_template *jb_template_new(struct jb_arena *arena, struct jb_complaints *complaints);
/* Reads the placeholders of a chain of blocks, which stay where they are and must live on. What is
 * wrong is complained about; the part is then still there, without it. JB_ENOMEM. */
JB_MUST_USE jb_err jb_template_add(jb_template *template, const struct jb_doc_block *blocks,
                                   const struct jb_template_part **ret);
/* All placeholders in the order of the text; each one's index is its place in it. */
struct jb_placeholder *const *jb_template_placeholders(const jb_template *template,
                                                       uint32_t *ret_count);

/* Where a placeholder is filled: in which turn of which loops. */
struct jb_scope {
    const struct jb_scope *outer; /* NULL: no loop around */
    const struct jb_placeholder *each;
    uint32_t item;         /* what the filler gave for it */
    uint32_t index, count; /* the turn, from 0, and how many there are */
};

/* Who knows the figures. Every function gets ctx; scope is NULL outside of loops. */
struct jb_filler {
    void *ctx;
    /* The items of a loop, borrowed until the next call. */
    uint32_t (*items)(void *ctx, const struct jb_placeholder *each, const struct jb_scope *scope,
                      const uint32_t **ret);
    bool (*is_true)(void *ctx, const struct jb_placeholder *test, const struct jb_scope *scope);
    /* Appends runs; `like` is the run in which the placeholder stands (copy its look). */
    void (*fill)(void *ctx, const struct jb_placeholder *ph, const struct jb_scope *scope,
                 struct jb_doc *doc, struct jb_doc_runs *to, const struct jb_doc_run *like);
    /* Appends blocks. */
    void (*fill_blocks)(void *ctx, const struct jb_placeholder *ph, const struct jb_scope *scope,
                        struct jb_doc *doc, struct jb_doc_blocks *to);
    /* Instead of the three above when questions are gathered: both sides of each condition. */
    void (*note)(void *ctx, const struct jb_placeholder *ph, const struct jb_scope *scope);
};

/* Calls note for every placeholder in every turn. JB_ERANGE: more than JB_TEMPLATE_STEPS_MAX. */
JB_MUST_USE jb_err jb_template_gather(const struct jb_template_part *part,
                                      const struct jb_filler *filler);
/* Appends the filled part. JB_ERANGE as above; JB_ENOMEM: doc->failed. */
JB_MUST_USE jb_err jb_template_fill(const struct jb_template_part *part,
                                    const struct jb_filler *filler, struct jb_doc *doc,
                                    struct jb_doc_blocks *to);

#endif
