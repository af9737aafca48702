/* The walk over a template's tree, for two purposes: gathering what has to be asked, and filling.
 */
#include "report/template_parts.h"

struct walk {
    const struct jb_filler *filler;
    struct jb_doc *doc; /* NULL: gathers */
    uint32_t steps;
    jb_err err;
};

typedef void (*visit)(struct walk *w, const struct jb_node *node, const struct jb_scope *scope,
                      void *to);

static bool may_go_on(struct walk *w)
{
    if (w->doc && w->doc->failed)
        w->err = JB_ENOMEM;
    if (++w->steps > JB_TEMPLATE_STEPS_MAX)
        w->err = JB_ERANGE;
    return !w->err;
}

static void walk_each(struct walk *w, const struct jb_node *node, const struct jb_scope *scope,
                      visit one, void *to);

/* The nodes of a chain; loops and conditions are resolved here, the others are the visitor's. */
static void walk(struct walk *w, const struct jb_node *node, const struct jb_scope *scope,
                 visit one, void *to)
{
    for (; node && may_go_on(w); node = node->next) {
        if (node->kind == JB_NODE_EACH) {
            walk_each(w, node, scope, one, to);
        } else if (node->kind != JB_NODE_IF) {
            one(w, node, scope, to);
        } else if (w->doc) {
            bool yes = w->filler->is_true(w->filler->ctx, node->ph, scope);
            walk(w, yes ? node->body : node->otherwise, scope, one, to);
        } else {
            w->filler->note(w->filler->ctx, node->ph, scope);
            walk(w, node->body, scope, one, to);
            walk(w, node->otherwise, scope, one, to);
        }
    }
}

static void walk_each(struct walk *w, const struct jb_node *node, const struct jb_scope *scope,
                      visit one, void *to)
{
    const uint32_t *items = NULL;
    uint32_t count = w->filler->items(w->filler->ctx, node->ph, scope, &items);
    struct jb_scope turn = {.outer = scope, .each = node->ph, .count = count};
    if (!w->doc)
        w->filler->note(w->filler->ctx, node->ph, scope);
    for (; turn.index < count && !w->err; turn.index++) {
        /* The filler's list lives until it is asked again, which a loop inside does. */
        if (turn.index)
            count = w->filler->items(w->filler->ctx, node->ph, scope, &items);
        turn.item = items[turn.index];
        walk(w, node->body, &turn, one, to);
    }
}

static void visit_inline(struct walk *w, const struct jb_node *node, const struct jb_scope *scope,
                         void *to)
{
    struct jb_doc_runs *runs = to;
    if (!w->doc) {
        if (node->kind == JB_NODE_FILL)
            w->filler->note(w->filler->ctx, node->ph, scope);
    } else if (node->kind == JB_NODE_FILL) {
        w->filler->fill(w->filler->ctx, node->ph, scope, w->doc, runs, node->run);
    } else {
        jb_doc_copy_run(w->doc, runs, node->run)->text = node->text;
    }
}

/* Nothing but runs: as the template has it. */
static bool is_plain(const struct jb_node *node)
{
    while (node && node->kind == JB_NODE_RUN)
        node = node->next;
    return !node;
}

static bool has_choice(const struct jb_node *node)
{
    for (; node; node = node->next) {
        if (node->kind == JB_NODE_EACH || node->kind == JB_NODE_IF)
            return true;
    }
    return false;
}

static bool says_nothing(const struct jb_doc_runs *runs)
{
    for (const struct jb_doc_run *run = runs->first; run; run = run->next) {
        if (run->opaque)
            return false;
        for (size_t i = 0; i < run->text.len; i++) {
            if (run->text.ptr[i] != ' ')
                return false;
        }
    }
    return true;
}

/* A paragraph of which a condition left nothing is left out. */
static void walk_paragraph(struct walk *w, const struct jb_node *node, const struct jb_scope *scope,
                           struct jb_doc_blocks *to)
{
    struct jb_doc_runs runs = {0};
    walk(w, node->body, scope, visit_inline, &runs);
    if (!w->doc || (has_choice(node->body) && says_nothing(&runs)))
        return;
    struct jb_doc_block *block = jb_doc_copy_block(w->doc, to, node->block);
    block->runs = runs.first;
    block->as_is = is_plain(node->body);
}

static void visit_row(struct walk *w, const struct jb_node *node, const struct jb_scope *scope,
                      void *to);

static void visit_block(struct walk *w, const struct jb_node *node, const struct jb_scope *scope,
                        void *to)
{
    struct jb_doc_blocks *blocks = to;
    if (node->kind == JB_NODE_PARAGRAPH) {
        walk_paragraph(w, node, scope, blocks);
    } else if (node->kind == JB_NODE_TABLE) {
        struct jb_doc_block *table = w->doc ? jb_doc_copy_block(w->doc, blocks, node->block) : NULL;
        walk(w, node->body, scope, visit_row, table);
    } else if (node->kind == JB_NODE_BLOCKS && !w->doc) {
        w->filler->note(w->filler->ctx, node->ph, scope);
    } else if (node->kind == JB_NODE_BLOCKS) {
        w->filler->fill_blocks(w->filler->ctx, node->ph, scope, w->doc, blocks);
    } else if (w->doc) {
        jb_ignore(jb_doc_copy_block(w->doc, blocks, node->block) != NULL);
    }
}

static void visit_row(struct walk *w, const struct jb_node *node, const struct jb_scope *scope,
                      void *to)
{
    struct jb_doc_row *row = w->doc ? jb_doc_copy_row(w->doc, to, node->row) : NULL;
    for (const struct jb_node *cell = node->body; cell && !w->err; cell = cell->next) {
        struct jb_doc_blocks blocks = {0};
        struct jb_doc_cell *copy = w->doc ? jb_doc_copy_cell(w->doc, row, cell->cell) : NULL;
        walk(w, cell->body, scope, visit_block, &blocks);
        /* Word wants a paragraph in each cell. */
        if (copy && !blocks.first)
            jb_ignore(jb_doc_add_text(w->doc, &blocks, JB_DOC_CELL, JB_LIT("")) != NULL);
        if (copy && !w->doc->failed)
            copy->blocks = blocks.first;
    }
}

jb_err jb_template_gather(const struct jb_template_part *part, const struct jb_filler *filler)
{
    struct walk w = {.filler = filler};
    struct jb_doc_blocks none = {0};
    walk(&w, part->body, NULL, visit_block, &none);
    return w.err;
}

jb_err jb_template_fill(const struct jb_template_part *part, const struct jb_filler *filler,
                        struct jb_doc *doc, struct jb_doc_blocks *to)
{
    struct walk w = {.filler = filler, .doc = doc};
    walk(&w, part->body, NULL, visit_block, to);
    if (!w.err && doc->failed)
        w.err = JB_ENOMEM;
    return w.err;
}
