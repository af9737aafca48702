/* libyaml's events, one by one, become nodes: a stack of the open lists and maps, each with the
 * place where its next child is linked in. Recursion there is none, so hostile nesting costs
 * nothing but a finding. */
#include "model/yaml_tree.h"

#include <yaml.h>

#include "base/text.h"

#define BOM "\xef\xbb\xbf"

struct open_node {
    struct jb_yaml_node *node;
    const struct jb_yaml_node **tail; /* where the next child's pointer goes */
};

struct builder {
    struct jb_arena *arena;
    struct jb_findings *findings;
    const char *file;
    struct open_node stack[JB_CATALOG_NESTING_MAX];
    uint32_t depth;
    uint32_t nodes;
    uint32_t documents;
    const struct jb_yaml_node *root;
    jb_err err;   /* the first failure */
    bool stopped; /* nothing that follows can be understood */
};

static void refuse(struct builder *b, enum jb_finding_code code, yaml_mark_t mark, const char *got,
                   const char *expected)
{
    struct jb_finding finding = {
        .code = code,
        .severity = JB_ERROR,
        .file = b->file,
        .row = (uint32_t)mark.line + 1,
        .column = (uint32_t)mark.column + 1,
        .got = got,
        .expected = expected,
    };

    jb_findings_add(b->findings, &finding);
    if (!b->err)
        b->err = JB_EINVAL;
}

static void stop(struct builder *b, jb_err err)
{
    if (!b->err)
        b->err = err;
    b->stopped = true;
}

static void check_extras(struct builder *b, yaml_mark_t mark, const yaml_char_t *anchor,
                         const yaml_char_t *tag)
{
    if (anchor)
        refuse(b, JB_F_CATALOG_SYNTAX, mark, (const char *)anchor, _("no anchors (&name)"));
    if (tag)
        refuse(b, JB_F_CATALOG_SYNTAX, mark, (const char *)tag, _("no tags (!name)"));
}

static struct jb_yaml_node *add_node(struct builder *b, enum jb_yaml_kind kind, yaml_mark_t mark)
{
    struct jb_yaml_node *node;

    if (b->nodes == JB_CATALOG_NODES_MAX) {
        refuse(b, JB_F_CATALOG_LIMIT, mark, "", _("fewer entries in the file"));
        stop(b, JB_EINVAL);
        return NULL;
    }
    node = jb_arena_alloc(b->arena, sizeof(*node));
    if (!node) {
        stop(b, JB_ENOMEM);
        return NULL;
    }
    b->nodes++;
    node->kind = kind & 0xffu;
    node->line = (uint32_t)mark.line + 1;
    node->column = ((uint32_t)mark.column + 1) & 0xffffffu;
    if (b->depth) {
        struct open_node *parent = &b->stack[b->depth - 1];

        *parent->tail = node;
        parent->tail = &node->next;
        parent->node->len++;
    } else if (!b->root) {
        b->root = node;
    }
    return node;
}

static void add_text(struct builder *b, yaml_mark_t mark, const void *text, size_t len)
{
    struct jb_slice copy = jb_arena_copy(b->arena, jb_slice_of(text, len));
    struct jb_yaml_node *node;

    if (!copy.ptr) {
        stop(b, JB_ENOMEM);
        return;
    }
    node = add_node(b, JB_YAML_TEXT, mark);
    if (!node)
        return;
    node->text = (const char *)copy.ptr;
    node->len = (uint32_t)copy.len;
}

static void open_children(struct builder *b, enum jb_yaml_kind kind, yaml_mark_t mark)
{
    struct jb_yaml_node *node;

    if (b->depth == JB_CATALOG_NESTING_MAX) {
        refuse(b, JB_F_CATALOG_LIMIT, mark, "", _("lists and maps nested less deeply"));
        stop(b, JB_EINVAL);
        return;
    }
    node = add_node(b, kind, mark);
    if (!node)
        return;
    b->stack[b->depth++] = (struct open_node){node, &node->first};
}

static void take_event(struct builder *b, const yaml_event_t *event)
{
    yaml_mark_t mark = event->start_mark;

    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->documents++) {
            refuse(b, JB_F_CATALOG_SYNTAX, mark, "---", _("one document in the file"));
            stop(b, JB_EINVAL);
        }
        break;
    case YAML_ALIAS_EVENT:
        refuse(b, JB_F_CATALOG_SYNTAX, mark, (const char *)event->data.alias.anchor,
               _("no aliases (*name)"));
        add_text(b, mark, "", 0);
        break;
    case YAML_SCALAR_EVENT:
        check_extras(b, mark, event->data.scalar.anchor, event->data.scalar.tag);
        add_text(b, mark, event->data.scalar.value, event->data.scalar.length);
        break;
    case YAML_SEQUENCE_START_EVENT:
        check_extras(b, mark, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        open_children(b, JB_YAML_LIST, mark);
        break;
    case YAML_MAPPING_START_EVENT:
        check_extras(b, mark, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        open_children(b, JB_YAML_MAP, mark);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        break;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    case YAML_STREAM_END_EVENT:
        b->stopped = true;
        break;
    }
}

/* libyaml's reader gives a byte offset instead of a mark. */
static yaml_mark_t mark_at(struct jb_slice yaml, size_t offset)
{
    yaml_mark_t mark = {0};

    for (size_t i = 0; i < offset && i < yaml.len; i++) {
        if (yaml.ptr[i] == '\n') {
            mark.line++;
            mark.column = 0;
        } else if ((yaml.ptr[i] & 0xc0) != 0x80) {
            mark.column++;
        }
    }
    return mark;
}

static void refuse_syntax(struct builder *b, const yaml_parser_t *parser, struct jb_slice yaml)
{
    yaml_mark_t mark = parser->problem_mark;

    if (parser->error == YAML_MEMORY_ERROR) {
        stop(b, JB_ENOMEM);
        return;
    }
    if (parser->error == YAML_READER_ERROR)
        mark = mark_at(yaml, parser->problem_offset);
    refuse(b, JB_F_CATALOG_SYNTAX, mark, parser->problem ? parser->problem : "",
           _("YAML in UTF-8"));
    stop(b, JB_EINVAL);
}

jb_err jb_yaml_parse(struct jb_slice yaml, const char *file, struct jb_arena *arena,
                     struct jb_findings *findings, const struct jb_yaml_node **ret)
{
    struct builder b = {.arena = arena, .findings = findings, .file = file};
    yaml_parser_t parser;

    if (yaml.len >= 3 && memcmp(yaml.ptr, BOM, 3) == 0)
        yaml = jb_slice_of(yaml.ptr + 3, yaml.len - 3);
    if (!yaml_parser_initialize(&parser))
        return JB_ENOMEM;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, yaml.len ? yaml.ptr : (const uint8_t *)"", yaml.len);
    while (!b.stopped) {
        yaml_event_t event;

        if (!yaml_parser_parse(&parser, &event)) {
            refuse_syntax(&b, &parser, yaml);
            break;
        }
        take_event(&b, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (!b.err && !b.root)
        refuse(&b, JB_F_CATALOG_SYNTAX, (yaml_mark_t){0}, "", _("a catalogue, not an empty file"));
    if (b.err)
        return b.err;
    *ret = b.root;
    return JB_OK;
}
