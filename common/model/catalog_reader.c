/* The steps that every part of the catalogue is read with. What they refuse is quoted shortened: a
 * note of megabytes in the place of a code must not fill the list of findings. */
#include "model/catalog_reader.h"

#include <stdio.h>

#include "base/text.h"
#include "model/nearest.h"

#define QUOTE_BYTES_MAX 120

/* What stands at the node, cut between two characters. */
static void quote(jb_yaml_ref node, char *text, size_t size)
{
    size_t len = node->kind == JB_YAML_TEXT ? node->len : 0;

    if (node->kind == JB_YAML_LIST)
        snprintf(text, size, "%s", _("a list"));
    else if (node->kind == JB_YAML_MAP)
        snprintf(text, size, "%s", _("a map of keys"));
    else {
        if (len > QUOTE_BYTES_MAX) {
            len = QUOTE_BYTES_MAX;
            while (len && ((uint8_t)node->text[len] & 0xc0) == 0x80)
                len--;
        }
        snprintf(text, size, "%.*s%s", (int)len, node->text, len < node->len ? " ..." : "");
    }
}

void jb_catread_refuse(struct jb_catread *rd, jb_yaml_ref node, enum jb_finding_code code,
                       const char *got, const char *expected, const char *hint)
{
    char quoted[QUOTE_BYTES_MAX + 8];
    struct jb_finding finding = {
        .code = code,
        .severity = JB_ERROR,
        .file = rd->file,
        .row = node->line,
        .column = node->column,
        .unit = rd->unit,
        .form = rd->form,
        .indicator = rd->indicator,
        .got = got,
        .expected = expected,
        .hint = hint,
    };

    if (!got) {
        quote(node, quoted, sizeof(quoted));
        finding.got = quoted;
    }
    jb_findings_add(rd->findings, &finding);
}

void jb_catread_expect(struct jb_catread *rd, jb_yaml_ref node, const char *expected)
{
    jb_catread_refuse(rd, node, JB_F_CATALOG_BAD_VALUE, NULL, expected, NULL);
}

void *jb_catread_alloc(struct jb_catread *rd, size_t count, size_t size)
{
    void *ptr = jb_arena_array(&rd->catalog->arena, count, size);

    if (!ptr)
        rd->nomem = true;
    return ptr;
}

const char *jb_catread_copy(struct jb_catread *rd, struct jb_slice text)
{
    struct jb_slice copy = jb_arena_copy(&rd->catalog->arena, text);

    if (!copy.ptr)
        rd->nomem = true;
    return copy.ptr ? (const char *)copy.ptr : "";
}

/* The index of the key, or count. */
static size_t key_index(const struct jb_catread_key *keys, size_t count, struct jb_slice name)
{
    size_t i = 0;

    while (i < count && !jb_slice_is(name, keys[i].name))
        i++;
    return i;
}

static void refuse_key(struct jb_catread *rd, jb_yaml_ref key, const struct jb_catread_key *keys,
                       size_t count)
{
    struct jb_nearest nearest;
    char hint[JB_CODE_BYTES_MAX + 64] = "";

    jb_nearest_init(&nearest, jb_yaml_slice(key));
    for (size_t i = 0; i < count && rd->findings->count < JB_FINDINGS_MAX; i++)
        jb_nearest_offer(&nearest, keys[i].name);
    if (*jb_nearest_result(&nearest))
        snprintf(hint, sizeof(hint), _("did you mean %s?"), jb_nearest_result(&nearest));
    jb_catread_refuse(rd, key, JB_F_CATALOG_UNKNOWN_KEY, NULL, NULL, hint);
}

bool jb_catread_fields(struct jb_catread *rd, jb_yaml_ref node, const struct jb_catread_key *keys,
                       size_t count, jb_yaml_ref *values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = NULL;
    if (node->kind != JB_YAML_MAP) {
        jb_catread_expect(rd, node, _("a map of keys"));
        return false;
    }
    for (jb_yaml_ref key = node->first; key; key = key->next->next) {
        size_t i;

        if (key->kind != JB_YAML_TEXT) {
            jb_catread_expect(rd, key, _("a word as key"));
            continue;
        }
        i = key_index(keys, count, jb_yaml_slice(key));
        if (i == count)
            refuse_key(rd, key, keys, count);
        else if (values[i])
            jb_catread_refuse(rd, key, JB_F_CATALOG_DUPLICATE, NULL, _("each key once"), NULL);
        else
            values[i] = key->next;
    }
    for (size_t i = 0; i < count; i++) {
        if (keys[i].required && !values[i])
            jb_catread_refuse(rd, node, JB_F_CATALOG_MISSING_KEY, "", keys[i].name, NULL);
    }
    return true;
}

jb_yaml_ref jb_catread_value(jb_yaml_ref map, const char *key)
{
    if (!map || map->kind != JB_YAML_MAP)
        return NULL;
    for (jb_yaml_ref k = map->first; k; k = k->next->next) {
        if (k->kind == JB_YAML_TEXT && jb_slice_is(jb_yaml_slice(k), key))
            return k->next;
    }
    return NULL;
}

jb_yaml_ref jb_catread_item(jb_yaml_ref list, uint32_t index)
{
    jb_yaml_ref item = list->kind == JB_YAML_LIST ? list->first : NULL;

    while (item && index--)
        item = item->next;
    return item ? item : list;
}

bool jb_catread_list(struct jb_catread *rd, jb_yaml_ref node)
{
    if (!node)
        return false;
    if (node->kind != JB_YAML_LIST) {
        jb_catread_expect(rd, node, _("a list"));
        return false;
    }
    return true;
}

void jb_catread_names(struct jb_catread *rd, jb_yaml_ref name, jb_yaml_ref aliases,
                      struct jb_names *ret)
{
    static const struct jb_catread_key keys[] = {{"zh", true}, {"en", false}};
    jb_yaml_ref values[JB_COUNT(keys)];
    const char **list;
    uint32_t count = 0;

    if (name && jb_catread_fields(rd, name, keys, JB_COUNT(keys), values)) {
        if (jb_catread_text(rd, values[0], &ret->zh))
            ret->en = ret->zh;
        jb_catread_text(rd, values[1], &ret->en);
    }
    if (!aliases || !jb_catread_list(rd, aliases))
        return;
    list = jb_catread_alloc(rd, (size_t)aliases->len + 1, sizeof(*list));
    if (!list)
        return;
    for (jb_yaml_ref item = aliases->first; item; item = item->next) {
        if (jb_catread_text(rd, item, &list[count]))
            count++;
    }
    ret->aliases = list;
}

uint32_t jb_catread_refer(struct jb_catread *rd, jb_yaml_ref node,
                          const struct jb_catalog_keys *keys)
{
    const struct jb_catalog_key *key;
    char hint[JB_CODE_BYTES_MAX + 64] = "";
    struct jb_slice code;

    if (!jb_catread_code(rd, node, &code))
        return JB_NONE;
    key = jb_catalog_keys_find(keys, code);
    if (key)
        return key->index;
    if (rd->suggestions_left) {
        const char *near_code = jb_catalog_keys_nearest(keys, code);

        rd->suggestions_left--;
        if (*near_code)
            snprintf(hint, sizeof(hint), _("did you mean %s?"), near_code);
    }
    jb_catread_refuse(rd, node, JB_F_CATALOG_UNKNOWN_REFERENCE, NULL, _("a code of this file"),
                      hint);
    return JB_NONE;
}

struct jb_edge jb_catread_edge(struct jb_catread *rd, jb_yaml_ref node)
{
    static const struct jb_catread_key keys[] = {{"unit", true}, {"from", false}, {"until", false}};
    struct jb_edge edge = {JB_NONE, JB_DATE_MIN, JB_DATE_MAX};
    jb_yaml_ref values[JB_COUNT(keys)];

    if (node->kind != JB_YAML_MAP) {
        edge.unit = jb_catread_refer(rd, node, &rd->catalog->units);
    } else if (jb_catread_fields(rd, node, keys, JB_COUNT(keys), values)) {
        edge.unit = jb_catread_refer(rd, values[0], &rd->catalog->units);
        jb_catread_dates(rd, values[1], values[2], &edge.from, &edge.until);
        if (edge.from > edge.until)
            edge.unit = JB_NONE;
    }
    return edge;
}

void jb_catread_edges(struct jb_catread *rd, jb_yaml_ref node, struct jb_edge **ret,
                      uint32_t *ret_count)
{
    uint32_t count = 0;

    if (!jb_catread_list(rd, node))
        return;
    *ret = jb_catread_alloc(rd, node->len, sizeof(**ret));
    if (!*ret)
        return;
    for (jb_yaml_ref item = node->first; item; item = item->next)
        (*ret)[count++] = jb_catread_edge(rd, item);
    *ret_count = count;
}
