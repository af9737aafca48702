/* Who fills a template without figures: each placeholder is answered by its own text, each loop has
 * two turns, each condition is true in turns. Shared by tests of templates. */
#ifndef JB_FUZZ_REPORT_FILLER_H
#define JB_FUZZ_REPORT_FILLER_H

#include "report/template.h"

struct echo {
    uint32_t noted, filled, asked;
};

static uint32_t echo_items(void *ctx, const struct jb_placeholder *each,
                           const struct jb_scope *scope, const uint32_t **ret)
{
    static const uint32_t items[] = {7, 8};
    (void)ctx, (void)each, (void)scope;
    *ret = items;
    return 2;
}

static bool echo_is_true(void *ctx, const struct jb_placeholder *ph, const struct jb_scope *scope)
{
    struct echo *echo = ctx;
    if (ph->test == JB_TEST_FIRST || ph->test == JB_TEST_LAST)
        return scope && scope->index == (ph->test == JB_TEST_FIRST ? 0 : scope->count - 1);
    return echo->asked++ % 2 == 0;
}

static void echo_fill(void *ctx, const struct jb_placeholder *ph, const struct jb_scope *scope,
                      struct jb_doc *doc, struct jb_doc_runs *to, const struct jb_doc_run *like)
{
    struct echo *echo = ctx;
    char text[JB_PLACEHOLDER_BYTES_MAX + 32];
    if (scope)
        snprintf(text, sizeof(text), "<%.*s/%u>", JB_ARG(ph->text), scope->item);
    else
        snprintf(text, sizeof(text), "<%.*s>", JB_ARG(ph->text));
    jb_doc_add_run(doc, to, jb_slice_str(text), like ? like->flags : 0)->origin =
        like ? like->origin : NULL;
    echo->filled++;
}

static void echo_fill_blocks(void *ctx, const struct jb_placeholder *ph,
                             const struct jb_scope *scope, struct jb_doc *doc,
                             struct jb_doc_blocks *to)
{
    struct echo *echo = ctx;
    struct jb_doc_block *table = jb_doc_add_table(doc, to, 2, NULL);
    struct jb_doc_row *row = jb_doc_add_row(doc, table, true);
    (void)scope;
    jb_ignore(jb_doc_add_cell(doc, row, JB_DOC_CELL_HEAD, JB_DOC_CENTER, ph->text) == NULL);
    jb_ignore(jb_doc_add_cell(doc, row, JB_DOC_CELL, JB_DOC_RIGHT, JB_LIT("1")) == NULL);
    echo->filled++;
}

static void echo_note(void *ctx, const struct jb_placeholder *ph, const struct jb_scope *scope)
{
    struct echo *echo = ctx;
    (void)ph, (void)scope;
    echo->noted++;
}

static inline struct jb_filler echo_filler(struct echo *echo)
{
    return (struct jb_filler){.ctx = echo,
                              .items = echo_items,
                              .is_true = echo_is_true,
                              .fill = echo_fill,
                              .fill_blocks = echo_fill_blocks,
                              .note = echo_note};
}

#endif
