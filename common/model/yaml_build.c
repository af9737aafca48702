/* The writer knows only what the reader takes: no anchors, no tags, no second document. */
#include "model/yaml_build.h"

#define FLOW_KEYS_MAX 4 /* of a map that stands on one line */
#define FLOW_TEXT_MAX 60

struct jb_yaml_open jb_yaml_open(struct jb_arena *arena, enum jb_yaml_kind kind, uint32_t line,
                                 uint32_t column)
{
    struct jb_yaml_node *node = jb_arena_alloc(arena, sizeof(*node));

    if (!node)
        return (struct jb_yaml_open){NULL, NULL};
    *node = (struct jb_yaml_node){
        .first = NULL, .line = line, .column = column & 0xffffff, .kind = (unsigned char)kind};
    return (struct jb_yaml_open){node, &node->first};
}

struct jb_yaml_node *jb_yaml_text(struct jb_arena *arena, struct jb_slice text, uint32_t line,
                                  uint32_t column)
{
    struct jb_yaml_node *node = jb_arena_alloc(arena, sizeof(*node));
    struct jb_slice copy = jb_arena_copy(arena, text);

    if (!node || !copy.ptr)
        return NULL;
    *node = (struct jb_yaml_node){.text = (const char *)copy.ptr,
                                  .len = (uint32_t)copy.len,
                                  .line = line,
                                  .column = column & 0xffffff,
                                  .kind = JB_YAML_TEXT};
    return node;
}

void jb_yaml_add(struct jb_yaml_open *list, struct jb_yaml_node *item)
{
    if (!list->node || !item)
        return;
    *list->tail = item;
    list->tail = &item->next;
    list->node->len++;
}

void jb_yaml_put(struct jb_arena *arena, struct jb_yaml_open *map, const char *key,
                 struct jb_yaml_node *value)
{
    if (!value)
        return;
    jb_yaml_add(map, jb_yaml_text(arena, jb_slice_str(key), value->line, value->column));
    jb_yaml_add(map, value);
}

/* Letters, digits, Chinese; with . _ / inside, and - and single blanks between them. */
static bool is_plain(struct jb_slice text)
{
    if (!text.len)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        bool inside = c == '.' || c == '-' || c == ' ' || c == '/';
        bool last = i + 1 == text.len;
        size_t len = c >= 0xf0 ? 4 : 3;
        if (letter || c == '_')
            continue;
        if (c >= 0xe3 && text.len - i >= len && memcmp(&text.ptr[i], "\xef\xbb\xbf", 3) != 0) {
            i += len - 1; /* from U+3000 on, where nothing is a line break */
            continue;
        }
        if (!inside || i == 0 || (c == ' ' && (last || text.ptr[i + 1] == ' ')))
            return false;
    }
    return true;
}

static void write_quoted(struct jb_slice text, struct jb_buf *out)
{
    jb_buf_put_str(out, "\"");
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c == '"' || c == '\\')
            jb_buf_printf(out, "\\%c", c);
        else if (c == '\n')
            jb_buf_put_str(out, "\\n");
        else if (c < 0x20 || c == 0x7f)
            jb_buf_printf(out, "\\x%02x", c);
        else
            jb_buf_put(out, &text.ptr[i], 1);
    }
    jb_buf_put_str(out, "\"");
}

static void write_text(const struct jb_yaml_node *node, struct jb_buf *out)
{
    struct jb_slice text = jb_yaml_slice(node);

    if (is_plain(text))
        jb_buf_put(out, text.ptr, text.len);
    else
        write_quoted(text, out);
}

/* Lists of words, and short maps of them. */
static bool is_flow(const struct jb_yaml_node *node)
{
    if (node->kind == JB_YAML_TEXT)
        return true;
    if (node->kind == JB_YAML_MAP && node->len > 2 * FLOW_KEYS_MAX)
        return false;
    for (const struct jb_yaml_node *child = node->first; child; child = child->next) {
        bool short_text = child->kind == JB_YAML_TEXT &&
                          (node->kind == JB_YAML_LIST || child->len <= FLOW_TEXT_MAX);
        if (!short_text)
            return false;
    }
    return true;
}

static void write_flow(const struct jb_yaml_node *node, struct jb_buf *out)
{
    bool map = node->kind == JB_YAML_MAP;
    const char *gap = "";

    if (node->kind == JB_YAML_TEXT) {
        write_text(node, out);
        return;
    }
    jb_buf_put_str(out, map ? "{" : "[");
    for (const struct jb_yaml_node *child = node->first; child; child = child->next) {
        jb_buf_put_str(out, gap);
        write_text(child, out);
        if (map) {
            child = child->next;
            jb_buf_put_str(out, ": ");
            write_text(child, out);
        }
        gap = ", ";
    }
    jb_buf_put_str(out, map ? "}" : "]");
}

static void write_block(const struct jb_yaml_node *node, unsigned indent, bool indented,
                        struct jb_buf *out);

/* Behind "key:" or "-". */
static void write_value(const struct jb_yaml_node *value, unsigned indent, bool in_list,
                        struct jb_buf *out)
{
    if (is_flow(value)) {
        jb_buf_put_str(out, " ");
        write_flow(value, out);
        jb_buf_put_str(out, "\n");
        return;
    }
    jb_buf_put_str(out, in_list ? " " : "\n");
    write_block(value, indent + 2, in_list, out);
}

/* indented: the first line has its indent already. */
static void write_block(const struct jb_yaml_node *node, unsigned indent, bool indented,
                        struct jb_buf *out)
{
    for (const struct jb_yaml_node *child = node->first; child; child = child->next) {
        if (!indented)
            jb_buf_printf(out, "%*s", (int)indent, "");
        indented = false;
        if (node->kind == JB_YAML_LIST) {
            jb_buf_put_str(out, "-");
            write_value(child, indent, true, out);
        } else {
            write_text(child, out);
            child = child->next;
            jb_buf_put_str(out, ":");
            write_value(child, indent, false, out);
        }
    }
}

void jb_yaml_write(const struct jb_yaml_node *root, struct jb_buf *out)
{
    if (root->kind != JB_YAML_TEXT && root->len)
        write_block(root, 0, false, out);
    else
        write_value(root, 0, false, out);
}
