/* Placeholders are found in the text of a paragraph as it reads, not in its runs: a word processor
 * splits runs wherever somebody paused while typing. Begins and ends that do not match inside their
 * paragraph belong to the level above: a paragraph that holds nothing else stands for itself among
 * the paragraphs; in a table they belong to the row. */
#include "report/template.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "report/template_parts.h"

void jb_complaints_init(struct jb_complaints *complaints, struct jb_arena *arena)
{
    *complaints = (struct jb_complaints){.arena = arena};
}

void jb_complain(struct jb_complaints *complaints, uint32_t place, struct jb_slice text,
                 const char *fmt, ...)
{
    char sentence[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(sentence, sizeof(sentence), fmt, args);
    va_end(args);
    complaints->total++;
    if (complaints->count == JB_TEMPLATE_COMPLAINTS_MAX)
        return;
    const uint8_t *kept = jb_arena_copy(complaints->arena, jb_slice_str(sentence)).ptr;
    complaints->items[complaints->count++] = (struct jb_complaint){
        .place = place,
        .text = jb_arena_copy(complaints->arena, text),
        .sentence = kept ? (const char *)kept : _("memory is over"),
    };
}

jb_template *jb_template_new(struct jb_arena *arena, struct jb_complaints *complaints)
{
    jb_template *t = jb_arena_alloc(arena, sizeof(*t));
    if (t)
        *t = (jb_template){.arena = arena, .complaints = complaints};
    return t;
}

struct jb_placeholder *const *jb_template_placeholders(const jb_template *t, uint32_t *ret_count)
{
    *ret_count = t->count;
    return t->placeholders;
}

/* Finds the marks of a chain that have no other half in it. */
static void match(jb_template *t, const struct jb_nodes *nodes)
{
    struct jb_node *open[JB_TEMPLATE_NESTING_MAX], *otherwise[JB_TEMPLATE_NESTING_MAX];
    uint32_t depth = 0;
    for (struct jb_node *node = nodes->first; node; node = node->next) {
        node->loose = false;
        if (node->kind == JB_NODE_EACH || node->kind == JB_NODE_IF) {
            if (depth == JB_TEMPLATE_NESTING_MAX) {
                jb_complain(t->complaints, node->ph->place, node->ph->text,
                            _("more than %d loops and conditions in one another"), (int)depth);
                t->broken = true;
                return;
            }
            otherwise[depth] = NULL;
            open[depth++] = node;
        } else if (node->kind == JB_NODE_ELSE) {
            node->loose = !depth || open[depth - 1]->kind != JB_NODE_IF || otherwise[depth - 1];
            if (!node->loose)
                otherwise[depth - 1] = node;
        } else if (node->kind == JB_NODE_END) {
            node->loose = !depth;
            depth -= !node->loose;
        }
    }
    while (depth-- > 0) {
        open[depth]->loose = true;
        if (otherwise[depth])
            otherwise[depth]->loose = true;
    }
}

/* Takes a chain without loose marks apart: what stands between begin and end goes below. */
static struct jb_node *fold(struct jb_node **at)
{
    struct jb_nodes out = {0};
    while (*at && (*at)->kind != JB_NODE_END && (*at)->kind != JB_NODE_ELSE) {
        struct jb_node *node = *at;
        *at = node->next;
        node->next = NULL;
        jb_nodes_append(&out, node);
        if (node->kind != JB_NODE_EACH && node->kind != JB_NODE_IF)
            continue;
        node->body = fold(at);
        if (*at && (*at)->kind == JB_NODE_ELSE) {
            *at = (*at)->next;
            node->otherwise = fold(at);
        }
        if (*at)
            *at = (*at)->next;
    }
    return out.first;
}

static struct jb_node *fold_all(struct jb_node *first)
{
    return fold(&first);
}

static bool is_blank_run(const struct jb_node *node)
{
    if (node->kind != JB_NODE_RUN || (node->run->opaque && !(node->run->flags & JB_DOC_MARK)))
        return false;
    for (size_t i = 0; i < node->text.len; i++) {
        if (!memchr(" \t\n", node->text.ptr[i], 3))
            return false;
    }
    return true;
}

static void complain_loose(jb_template *t, const struct jb_node *node)
{
    const struct jb_placeholder *ph = node->ph;
    switch (ph->kind) {
    case JB_PH_END:
        jb_complain(t->complaints, ph->place, ph->text, _("there is no loop or condition to end"));
        break;
    case JB_PH_ELSE:
        jb_complain(t->complaints, ph->place, ph->text, _("there is no condition before it"));
        break;
    case JB_PH_VALUE:
    case JB_PH_FACT:
    case JB_PH_TABLE:
    case JB_PH_CHART:
    case JB_PH_COLLATE:
    case JB_PH_REVISIONS:
    case JB_PH_MISSING:
    case JB_PH_APPENDIX:
    case JB_PH_EACH:
    case JB_PH_IF:
        jb_complain(t->complaints, ph->place, ph->text,
                    _("it has no {{完}} on its own level: in the same paragraph, among the "
                      "paragraphs, or in the same table"));
        break;
    }
}

/* Loose marks of a paragraph go in front of it and behind it; in the midst they are mistakes. */
struct sorted {
    struct jb_nodes before, inside, after;
    bool says; /* the paragraph holds more than marks and blanks */
};

static void misplaced(jb_template *t, struct jb_nodes *marks)
{
    for (const struct jb_node *node = marks->first; node; node = node->next) {
        if (node->kind == JB_NODE_ELSE) {
            complain_loose(t, node);
            continue;
        }
        jb_complain(t->complaints, node->ph->place, node->ph->text,
                    _("what reaches over several paragraphs begins at the start of one and ends "
                      "at the end of one"));
    }
    *marks = (struct jb_nodes){0};
}

static void sort_marks(jb_template *t, struct jb_node *node, struct sorted *out)
{
    for (struct jb_node *next; node; node = next) {
        next = node->next;
        node->next = NULL;
        if (node->loose) {
            jb_nodes_append(out->says ? &out->after : &out->before, node);
            continue;
        }
        if (!is_blank_run(node)) {
            misplaced(t, &out->after);
            out->says = true;
        }
        jb_nodes_append(&out->inside, node);
    }
}

static void append_all(struct jb_nodes *to, struct jb_nodes *from)
{
    for (struct jb_node *node = from->first, *next; node; node = next) {
        next = node->next;
        node->next = NULL;
        jb_nodes_append(to, node);
    }
}

/* A table or list takes the place of its paragraph. */
static bool add_block_placeholder(jb_template *t, struct jb_nodes *to,
                                  const struct jb_nodes *inside, bool in_cell)
{
    const struct jb_node *found = NULL;
    bool alone = true;
    for (const struct jb_node *node = inside->first; node; node = node->next) {
        if (node->kind == JB_NODE_BLOCKS && !found)
            found = node;
        else if (!is_blank_run(node))
            alone = false;
    }
    if (!found)
        return false;
    if (in_cell)
        jb_complain(t->complaints, found->ph->place, found->ph->text,
                    _("tables, charts and lists stand outside of tables"));
    else if (!alone)
        jb_complain(t->complaints, found->ph->place, found->ph->text,
                    _("it takes the place of a paragraph: nothing else may stand in that one"));
    struct jb_node *node = jb_node_add(t, to, JB_NODE_BLOCKS);
    if (node)
        node->ph = found->ph;
    return true;
}

static void add_paragraph(jb_template *t, struct jb_nodes *to, const struct jb_doc_block *block,
                          bool in_cell)
{
    struct jb_nodes nodes = jb_template_inline(t, block);
    struct sorted sorted = {0};
    match(t, &nodes);
    if (t->broken)
        return;
    sort_marks(t, nodes.first, &sorted);
    bool marks = sorted.before.first || sorted.after.first;
    append_all(to, &sorted.before);
    if (sorted.says || !marks) {
        if (!add_block_placeholder(t, to, &sorted.inside, in_cell)) {
            struct jb_node *node = jb_node_add(t, to, JB_NODE_PARAGRAPH);
            if (node) {
                node->block = block;
                node->body = fold_all(sorted.inside.first);
            }
        }
    }
    append_all(to, &sorted.after);
}

static void add_blocks(jb_template *t, struct jb_nodes *to, const struct jb_doc_block *block,
                       bool in_cell);

/* The marks of a row's cells that reach beyond their cell, and whether anything else is left. */
struct row_marks {
    struct jb_nodes opens, closes, all;
    bool says;
};

static void add_cell(jb_template *t, struct jb_nodes *to, const struct jb_doc_cell *cell,
                     struct row_marks *marks)
{
    struct jb_nodes nodes = {0}, kept = {0};
    add_blocks(t, &nodes, cell->blocks, true);
    match(t, &nodes);
    if (t->broken)
        return;
    for (struct jb_node *node = nodes.first, *next; node; node = next) {
        next = node->next;
        node->next = NULL;
        if (!node->loose) {
            marks->says = marks->says || node->kind != JB_NODE_PARAGRAPH || node->body;
            jb_nodes_append(&kept, node);
            continue;
        }
        struct jb_node *copy = jb_node_add(t, &marks->all, node->kind);
        if (copy)
            copy->ph = node->ph;
        jb_nodes_append(node->kind == JB_NODE_END ? &marks->closes : &marks->opens, node);
    }
    struct jb_node *node = jb_node_add(t, to, JB_NODE_CELL);
    if (node) {
        node->cell = cell;
        node->body = fold_all(kept.first);
    }
}

static void add_row(jb_template *t, struct jb_nodes *to, const struct jb_doc_row *row)
{
    struct row_marks marks = {0};
    struct jb_nodes cells = {0};
    for (const struct jb_doc_cell *cell = row->cells; cell; cell = cell->next)
        add_cell(t, &cells, cell, &marks);
    if (!marks.says && marks.all.first) { /* a row of nothing but marks */
        append_all(to, &marks.all);
        return;
    }
    append_all(to, &marks.opens);
    struct jb_node *node = jb_node_add(t, to, JB_NODE_ROW);
    if (node) {
        node->row = row;
        node->body = cells.first;
    }
    append_all(to, &marks.closes);
}

static void drop_loose(jb_template *t, struct jb_nodes *nodes)
{
    struct jb_nodes kept = {0};
    match(t, nodes);
    for (struct jb_node *node = t->broken ? NULL : nodes->first, *next; node; node = next) {
        next = node->next;
        node->next = NULL;
        if (node->loose)
            complain_loose(t, node);
        else
            jb_nodes_append(&kept, node);
    }
    *nodes = kept;
}

static void add_table(jb_template *t, struct jb_nodes *to, const struct jb_doc_block *block)
{
    struct jb_nodes rows = {0};
    for (const struct jb_doc_row *row = block->rows; row && !t->broken; row = row->next)
        add_row(t, &rows, row);
    drop_loose(t, &rows);
    struct jb_node *node = jb_node_add(t, to, JB_NODE_TABLE);
    if (node) {
        node->block = block;
        node->body = fold_all(rows.first);
    }
}

static void add_blocks(jb_template *t, struct jb_nodes *to, const struct jb_doc_block *block,
                       bool in_cell)
{
    for (; block && !t->failed && !t->broken; block = block->next) {
        if (block->kind == JB_DOC_PARAGRAPH) {
            add_paragraph(t, to, block, in_cell);
        } else if (block->kind == JB_DOC_TABLE) {
            add_table(t, to, block);
        } else {
            struct jb_node *node = jb_node_add(t, to, JB_NODE_AS_IS);
            if (node)
                node->block = block;
        }
    }
}

jb_err jb_template_add(jb_template *t, const struct jb_doc_block *blocks,
                       const struct jb_template_part **ret)
{
    struct jb_template_part *part = jb_arena_alloc(t->arena, sizeof(*part));
    struct jb_nodes nodes = {0};
    if (!part)
        return JB_ENOMEM;
    t->broken = false;
    add_blocks(t, &nodes, blocks, false);
    drop_loose(t, &nodes);
    part->body = fold_all(nodes.first);
    *ret = part;
    return t->failed ? JB_ENOMEM : JB_OK;
}
