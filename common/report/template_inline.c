/* Placeholders in the text of one paragraph, whatever its runs. */
#include "base/text.h"
#include "report/template_parts.h"

void jb_nodes_append(struct jb_nodes *to, struct jb_node *node)
{
    if (!node)
        return;
    if (!to->end)
        to->end = &to->first;
    *to->end = node;
    to->end = &node->next;
}

struct jb_node *jb_node_add(jb_template *t, struct jb_nodes *to, enum jb_node_kind kind)
{
    struct jb_node *node = jb_arena_alloc(t->arena, sizeof(*node));
    if (!node) {
        t->failed = true;
        return NULL;
    }
    node->kind = kind;
    jb_nodes_append(to, node);
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

static void add_placeholder(jb_template *t, struct jb_nodes *to, const struct jb_doc_run *run,
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
    struct jb_node *node = jb_node_add(t, to, node_kind_of(kept));
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
static void add_runs(jb_template *t, struct jb_nodes *to, struct spot from, struct spot till)
{
    while (from.run && (from.run != till.run || from.at < till.at)) {
        size_t end = from.run == till.run ? till.at : from.run->text.len;
        if (end > from.at || (from.run->opaque && from.at == 0)) {
            struct jb_node *node = jb_node_add(t, to, JB_NODE_RUN);
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

/* Opaque runs between the braces are kept, in front of the placeholder; those at the start of the
 * paragraph, too, which no text comes before. */
static void add_opaque(jb_template *t, struct jb_nodes *to, struct spot from, struct spot till)
{
    const struct jb_doc_run *run = from.run;
    if (run && !(run->opaque && run->text.len == 0))
        run = from.run == till.run ? NULL : run->next;
    for (; run && run != till.run; run = run->next) {
        struct jb_node *node = run->opaque ? jb_node_add(t, to, JB_NODE_RUN) : NULL;
        if (node)
            node->run = run;
    }
}

struct jb_nodes jb_template_inline(jb_template *t, const struct jb_doc_block *block)
{
    struct jb_doc view = {.arena = t->arena};
    struct jb_nodes nodes = {0};
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
        add_runs(t, &nodes, spot_of(block, done), (struct spot){NULL, 0});
    return nodes;
}
