/* Placeholders are found in the text of a paragraph as it reads, not in its runs: a word processor
 * splits runs wherever somebody paused while typing. Begins and ends that do not match inside their
 * paragraph belong to the level above: a paragraph that holds nothing else stands for itself among
 * the paragraphs; in a table they belong to the row. */
#include "report/template.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "report/template_parts.h"

struct jb_template {
    struct jb_arena *arena;
    struct jb_complaints *complaints;
    struct jb_placeholder **placeholders;
    uint32_t count, cap;
    bool failed; /* the arena was full */
    bool broken; /* too deep: what follows would only be complained about */
};

/* A chain of nodes that grows at its end. */
struct nodes {
    struct jb_node *first, **end;
};

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

static void append(struct nodes *to, struct jb_node *node)
{
    if (!node)
        return;
    if (!to->end)
        to->end = &to->first;
    *to->end = node;
    to->end = &node->next;
}

static struct jb_node *add(jb_template *t, struct nodes *to, enum jb_node_kind kind)
{
    struct jb_node *node = jb_arena_alloc(t->arena, sizeof(*node));
    if (!node) {
        t->failed = true;
        return NULL;
    }
    node->kind = kind;
    append(to, node);
    return node;
}

static enum jb_node_kind node_kind_of(const struct jb_placeholder *ph)
{
    switch (ph->kind) {
    case JB_PH_EACH:
        return JB_NODE_EACH;
    case JB_PH_IF:
        return JB_NODE_IF;
    case JB_PH_ELSE:
        return JB_NODE_ELSE;
    case JB_PH_END:
        return JB_NODE_END;
    case JB_PH_VALUE:
    case JB_PH_FACT:
    case JB_PH_TABLE:
    case JB_PH_CHART:
    case JB_PH_COLLATE:
    case JB_PH_REVISIONS:
    case JB_PH_MISSING:
    case JB_PH_APPENDIX:
        break;
    }
    return jb_placeholder_is_block(ph) ? JB_NODE_BLOCKS : JB_NODE_FILL;
}

static bool keep_placeholder(jb_template *t, const struct jb_placeholder *ph,
                             struct jb_placeholder **ret)
{
    if (t->count == t->cap) {
        uint32_t cap = t->cap ? 2 * t->cap : 64;
        struct jb_placeholder **grown = jb_arena_array(t->arena, cap, sizeof(*grown));
        if (!grown)
            return false;
        if (t->count)
            memcpy(grown, t->placeholders, t->count * sizeof(*grown));
        t->placeholders = grown;
        t->cap = cap;
    }
    *ret = jb_arena_alloc(t->arena, sizeof(**ret));
    if (!*ret)
        return false;
    **ret = *ph;
    (*ret)->index = t->count;
    t->placeholders[t->count++] = *ret;
    return true;
}

static void add_placeholder(jb_template *t, struct nodes *to, const struct jb_doc_run *run,
                            struct jb_slice text, uint32_t place)
{
    struct jb_placeholder ph, *kept;
    char why[400];
    if (t->count == JB_TEMPLATE_PLACEHOLDERS_MAX) {
        jb_complain(t->complaints, place, text, _("the template has more than %d placeholders"),
                    JB_TEMPLATE_PLACEHOLDERS_MAX);
        return;
    }
    jb_err err = jb_placeholder_parse(text, t->arena, &ph, why, sizeof(why));
    if (err == JB_EINVAL) {
        jb_complain(t->complaints, place, text, "%s", why);
        return;
    }
    ph.place = place;
    if (err || !keep_placeholder(t, &ph, &kept)) {
        t->failed = true;
        return;
    }
    struct jb_node *node = add(t, to, node_kind_of(kept));
    if (node) {
        node->ph = kept;
        node->run = run;
    }
}

/* A place in the text of a paragraph: a run and the offset in it. */
struct spot {
    const struct jb_doc_run *run;
    size_t at;
};

/* The texts between two spots, run by run, with what is opaque. */
static void add_runs(jb_template *t, struct nodes *to, struct spot from, struct spot till)
{
    while (from.run && (from.run != till.run || from.at < till.at)) {
        size_t end = from.run == till.run ? till.at : from.run->text.len;
        if (end > from.at || (from.run->opaque && from.at == 0)) {
            struct jb_node *node = add(t, to, JB_NODE_RUN);
            if (!node)
                return;
            node->run = from.run;
            node->text = jb_slice_of(from.run->text.ptr + from.at, end - from.at);
        }
        if (from.run == till.run)
            return;
        from = (struct spot){from.run->next, 0};
    }
}

/* The length of a brace at the offset, plain or full-width; 0: there is none. */
static size_t brace(struct jb_slice text, size_t at, bool open)
{
    const char *wide = open ? "｛" : "｝";
    if (at < text.len && text.ptr[at] == (open ? '{' : '}'))
        return 1;
    return at + 3 <= text.len && memcmp(text.ptr + at, wide, 3) == 0 ? 3 : 0;
}

/* Where two braces stand next, from the offset on; *ret_len is that of both. */
static bool find_braces(struct jb_slice text, size_t from, bool open, size_t *ret_at,
                        size_t *ret_len)
{
    for (size_t at = from; at < text.len; at++) {
        size_t first = brace(text, at, open);
        size_t second = first ? brace(text, at + first, open) : 0;
        if (second) {
            *ret_at = at;
            *ret_len = first + second;
            return true;
        }
    }
    return false;
}

/* The spot of an offset of the whole text. */
static struct spot spot_of(const struct jb_doc_block *block, size_t offset)
{
    const struct jb_doc_run *run = block->runs;
    while (run && run->next && offset > run->text.len) {
        offset -= run->text.len;
        run = run->next;
    }
    return (struct spot){run, offset};
}

/* The run in which the character at the offset stands. */
static const struct jb_doc_run *run_at(const struct jb_doc_block *block, size_t offset)
{
    const struct jb_doc_run *run = block->runs;
    while (run->next && offset >= run->text.len) {
        offset -= run->text.len;
        run = run->next;
    }
    return run;
}

/* Opaque runs between the braces are kept, in front of the placeholder. */
static void add_opaque(jb_template *t, struct nodes *to, struct spot from, struct spot till)
{
    for (const struct jb_doc_run *run = from.run ? from.run->next : NULL;
         run && from.run != till.run && run != till.run; run = run->next) {
        struct jb_node *node = run->opaque ? add(t, to, JB_NODE_RUN) : NULL;
        if (node)
            node->run = run;
    }
}

static struct nodes inline_nodes(jb_template *t, const struct jb_doc_block *block)
{
    struct jb_doc view = {.arena = t->arena};
    struct nodes nodes = {0};
    struct jb_slice text = jb_doc_text(&view, block);
    size_t done = 0, open, open_len, close, close_len;
    t->failed = t->failed || view.failed;
    while (find_braces(text, done, true, &open, &open_len)) {
        struct jb_slice rest = jb_slice_of(text.ptr + open, text.len - open);
        if (!find_braces(text, open + open_len, false, &close, &close_len)) {
            jb_complain(t->complaints, block->place,
                        jb_slice_of(rest.ptr, rest.len < 60 ? rest.len : 0),
                        _("{{ has no }} in this paragraph"));
            break;
        }
        struct spot from = spot_of(block, open), till = spot_of(block, close + close_len);
        add_runs(t, &nodes, spot_of(block, done), from);
        add_opaque(t, &nodes, from, till);
        add_placeholder(t, &nodes, run_at(block, open),
                        jb_slice_of(text.ptr + open + open_len, close - open - open_len),
                        block->place);
        done = close + close_len;
    }
    if (find_braces(text, done, false, &close, &close_len) && !nodes.first && done == 0)
        jb_complain(t->complaints, block->place, JB_LIT(""), _("}} has no {{ before it"));
    if (block->runs)
        add_runs(t, &nodes, spot_of(block, done), spot_of(block, text.len));
    return nodes;
}

/* Finds the marks of a chain that have no other half in it. */
static void match(jb_template *t, const struct nodes *nodes)
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
    struct nodes out = {0};
    while (*at && (*at)->kind != JB_NODE_END && (*at)->kind != JB_NODE_ELSE) {
        struct jb_node *node = *at;
        *at = node->next;
        node->next = NULL;
        append(&out, node);
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
    if (node->kind != JB_NODE_RUN || node->run->opaque)
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
    struct nodes before, inside, after;
    bool says; /* the paragraph holds more than marks and blanks */
};

static void misplaced(jb_template *t, struct nodes *marks)
{
    for (const struct jb_node *node = marks->first; node; node = node->next)
        jb_complain(t->complaints, node->ph->place, node->ph->text,
                    _("what reaches over several paragraphs begins at the start of one and ends "
                      "at the end of one"));
    *marks = (struct nodes){0};
}

static void sort_marks(jb_template *t, struct jb_node *node, struct sorted *out)
{
    for (struct jb_node *next; node; node = next) {
        next = node->next;
        node->next = NULL;
        if (node->loose) {
            append(out->says ? &out->after : &out->before, node);
            continue;
        }
        if (!is_blank_run(node)) {
            misplaced(t, &out->after);
            out->says = true;
        }
        append(&out->inside, node);
    }
}

static void append_all(struct nodes *to, struct nodes *from)
{
    for (struct jb_node *node = from->first, *next; node; node = next) {
        next = node->next;
        node->next = NULL;
        append(to, node);
    }
}

/* A table or list takes the place of its paragraph. */
static bool add_block_placeholder(jb_template *t, struct nodes *to, const struct nodes *inside,
                                  bool in_cell)
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
    struct jb_node *node = add(t, to, JB_NODE_BLOCKS);
    if (node)
        node->ph = found->ph;
    return true;
}

static void add_paragraph(jb_template *t, struct nodes *to, const struct jb_doc_block *block,
                          bool in_cell)
{
    struct nodes nodes = inline_nodes(t, block);
    struct sorted sorted = {0};
    match(t, &nodes);
    if (t->broken)
        return;
    sort_marks(t, nodes.first, &sorted);
    bool marks = sorted.before.first || sorted.after.first;
    append_all(to, &sorted.before);
    if (sorted.says || !marks) {
        if (!add_block_placeholder(t, to, &sorted.inside, in_cell)) {
            struct jb_node *node = add(t, to, JB_NODE_PARAGRAPH);
            if (node) {
                node->block = block;
                node->body = fold_all(sorted.inside.first);
            }
        }
    }
    append_all(to, &sorted.after);
}

static void add_blocks(jb_template *t, struct nodes *to, const struct jb_doc_block *block,
                       bool in_cell);

/* The marks of a row's cells that reach beyond their cell, and whether anything else is left. */
struct row_marks {
    struct nodes opens, closes, all;
    bool says;
};

static void add_cell(jb_template *t, struct nodes *to, const struct jb_doc_cell *cell,
                     struct row_marks *marks)
{
    struct nodes nodes = {0}, kept = {0};
    add_blocks(t, &nodes, cell->blocks, true);
    match(t, &nodes);
    if (t->broken)
        return;
    for (struct jb_node *node = nodes.first, *next; node; node = next) {
        next = node->next;
        node->next = NULL;
        if (!node->loose) {
            marks->says = marks->says || node->kind != JB_NODE_PARAGRAPH || node->body;
            append(&kept, node);
            continue;
        }
        struct jb_node *copy = add(t, &marks->all, node->kind);
        if (copy)
            copy->ph = node->ph;
        append(node->kind == JB_NODE_END ? &marks->closes : &marks->opens, node);
    }
    struct jb_node *node = add(t, to, JB_NODE_CELL);
    if (node) {
        node->cell = cell;
        node->body = fold_all(kept.first);
    }
}

static void add_row(jb_template *t, struct nodes *to, const struct jb_doc_row *row)
{
    struct row_marks marks = {0};
    struct nodes cells = {0};
    for (const struct jb_doc_cell *cell = row->cells; cell; cell = cell->next)
        add_cell(t, &cells, cell, &marks);
    if (!marks.says && marks.all.first) { /* a row of nothing but marks */
        append_all(to, &marks.all);
        return;
    }
    append_all(to, &marks.opens);
    struct jb_node *node = add(t, to, JB_NODE_ROW);
    if (node) {
        node->row = row;
        node->body = cells.first;
    }
    append_all(to, &marks.closes);
}

static void drop_loose(jb_template *t, struct nodes *nodes)
{
    struct nodes kept = {0};
    match(t, nodes);
    for (struct jb_node *node = t->broken ? NULL : nodes->first, *next; node; node = next) {
        next = node->next;
        node->next = NULL;
        if (node->loose)
            complain_loose(t, node);
        else
            append(&kept, node);
    }
    *nodes = kept;
}

static void add_table(jb_template *t, struct nodes *to, const struct jb_doc_block *block)
{
    struct nodes rows = {0};
    for (const struct jb_doc_row *row = block->rows; row && !t->broken; row = row->next)
        add_row(t, &rows, row);
    drop_loose(t, &rows);
    struct jb_node *node = add(t, to, JB_NODE_TABLE);
    if (node) {
        node->block = block;
        node->body = fold_all(rows.first);
    }
}

static void add_blocks(jb_template *t, struct nodes *to, const struct jb_doc_block *block,
                       bool in_cell)
{
    for (; block && !t->failed && !t->broken; block = block->next) {
        if (block->kind == JB_DOC_PARAGRAPH) {
            add_paragraph(t, to, block, in_cell);
        } else if (block->kind == JB_DOC_TABLE) {
            add_table(t, to, block);
        } else {
            struct jb_node *node = add(t, to, JB_NODE_AS_IS);
            if (node)
                node->block = block;
        }
    }
}

jb_err jb_template_add(jb_template *t, const struct jb_doc_block *blocks,
                       const struct jb_template_part **ret)
{
    struct jb_template_part *part = jb_arena_alloc(t->arena, sizeof(*part));
    struct nodes nodes = {0};
    if (!part)
        return JB_ENOMEM;
    t->broken = false;
    add_blocks(t, &nodes, blocks, false);
    drop_loose(t, &nodes);
    part->body = fold_all(nodes.first);
    *ret = part;
    return t->failed ? JB_ENOMEM : JB_OK;
}
