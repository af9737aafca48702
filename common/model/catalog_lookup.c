/* From what people write to an index: codes, names in both languages, former names, and what was
 * probably meant. Sorted arrays and not hash tables: nothing to flood, the same order on every
 * machine, and 17 comparisons among 100,000. */
#include <stdlib.h>

#include "model/catalog_parts.h"
#include "model/fold.h"
#include "model/nearest.h"

static struct jb_slice key_slice(const struct jb_catalog_key *key)
{
    return jb_slice_of(key->text, key->len);
}

static int compare_keys(const void *left, const void *right)
{
    const struct jb_catalog_key *a = left;
    const struct jb_catalog_key *b = right;
    int order = jb_slice_cmp(key_slice(a), key_slice(b));

    return order ? order : (a->index > b->index) - (a->index < b->index);
}

void jb_catalog_keys_sort(struct jb_catalog_keys *keys)
{
    if (keys->count > 1)
        qsort(keys->items, keys->count, sizeof(*keys->items), compare_keys);
}

const struct jb_catalog_key *jb_catalog_keys_find(const struct jb_catalog_keys *keys,
                                                  struct jb_slice text)
{
    uint32_t low = 0;
    uint32_t high = keys->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (jb_slice_cmp(key_slice(&keys->items[middle]), text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < keys->count && jb_slice_eq(key_slice(&keys->items[low]), text))
        return &keys->items[low];
    return NULL;
}

const char *jb_catalog_keys_nearest(const struct jb_catalog_keys *keys, struct jb_slice text)
{
    struct jb_nearest nearest;

    jb_nearest_init(&nearest, text);
    for (uint32_t i = 0; i < keys->count; i++)
        jb_nearest_offer(&nearest, keys->items[i].text);
    return jb_nearest_result(&nearest);
}

static uint32_t index_of(const struct jb_catalog_keys *keys, struct jb_slice code)
{
    const struct jb_catalog_key *key = jb_catalog_keys_find(keys, code);

    return key ? key->index : JB_NONE;
}

uint32_t jb_catalog_unit(const jb_catalog *c, struct jb_slice code)
{
    return index_of(&c->units, code);
}

uint32_t jb_catalog_group(const jb_catalog *c, struct jb_slice code)
{
    return index_of(&c->groups, code);
}

uint32_t jb_catalog_section(const jb_catalog *c, struct jb_slice code)
{
    return index_of(&c->sections, code);
}

uint32_t jb_catalog_indicator(const jb_catalog *c, struct jb_slice code)
{
    return index_of(&c->indicators, code);
}

uint32_t jb_catalog_form(const jb_catalog *c, struct jb_slice code)
{
    return index_of(&c->forms, code);
}

uint32_t jb_catalog_rule(const jb_catalog *c, struct jb_slice code)
{
    return index_of(&c->rules, code);
}

static uint32_t name_count(const struct jb_names *names)
{
    uint32_t count = 2;

    for (const char **alias = names->aliases; *alias; alias++)
        count++;
    return count;
}

static void add_key(struct jb_catalog_keys *keys, const char *text, uint32_t index)
{
    keys->items[keys->count++] = (struct jb_catalog_key){text, (uint32_t)strlen(text), index};
}

static void add_names(struct jb_catalog_keys *keys, const struct jb_names *names, uint32_t index)
{
    add_key(keys, names->zh, index);
    if (strcmp(names->en, names->zh) != 0)
        add_key(keys, names->en, index);
    for (const char **alias = names->aliases; *alias; alias++)
        add_key(keys, *alias, index);
}

jb_err jb_catalog_index_names(jb_catalog *catalog)
{
    const struct jb_catalog_view *view = &catalog->view;
    size_t units = 0;
    size_t indicators = 0;

    for (uint32_t i = 0; i < view->unit_count; i++)
        units += name_count(&view->units[i].name);
    for (uint32_t i = 0; i < view->indicator_count; i++)
        indicators += name_count(&view->indicators[i].name);
    catalog->unit_names.items =
        jb_arena_array(&catalog->arena, units, sizeof(struct jb_catalog_key));
    catalog->indicator_names.items =
        jb_arena_array(&catalog->arena, indicators, sizeof(struct jb_catalog_key));
    if (!catalog->unit_names.items || !catalog->indicator_names.items)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < view->unit_count; i++)
        add_names(&catalog->unit_names, &view->units[i].name, i);
    for (uint32_t i = 0; i < view->indicator_count; i++)
        add_names(&catalog->indicator_names, &view->indicators[i].name, i);
    jb_catalog_keys_sort(&catalog->unit_names);
    jb_catalog_keys_sort(&catalog->indicator_names);
    return JB_OK;
}

/* Blanks at both ends do not belong to a name, the ideographic one included. */
static struct jb_slice trim(struct jb_slice text)
{
    static const char wide_blank[] = "\xe3\x80\x80";

    do {
        text = jb_trim(text);
    } while (jb_take_prefix(&text, wide_blank) || jb_take_suffix(&text, wide_blank));
    return text;
}

static jb_err find(const struct jb_catalog_keys *codes, const struct jb_catalog_keys *names,
                   struct jb_slice text, uint32_t *ret)
{
    const struct jb_catalog_key *key;

    text = trim(text);
    key = jb_catalog_keys_find(codes, text);
    if (!key) {
        key = jb_catalog_keys_find(names, text);
        if (!key)
            return JB_ENOTFOUND;
        for (const struct jb_catalog_key *k = key;
             k < names->items + names->count && jb_slice_eq(key_slice(k), text); k++) {
            if (k->index != key->index)
                return JB_EEXIST;
        }
    }
    *ret = key->index;
    return JB_OK;
}

jb_err jb_catalog_find_indicator(const jb_catalog *c, struct jb_slice name, uint32_t *ret)
{
    return find(&c->indicators, &c->indicator_names, name, ret);
}

jb_err jb_catalog_find_unit(const jb_catalog *c, struct jb_slice name, uint32_t *ret)
{
    return find(&c->units, &c->unit_names, name, ret);
}

static const char *suggest(const struct jb_catalog_keys *codes, const struct jb_catalog_keys *names,
                           struct jb_slice text)
{
    struct jb_nearest nearest;

    jb_nearest_init(&nearest, trim(text));
    for (uint32_t i = 0; i < codes->count; i++)
        jb_nearest_offer(&nearest, codes->items[i].text);
    for (uint32_t i = 0; i < names->count; i++)
        jb_nearest_offer(&nearest, names->items[i].text);
    return jb_nearest_result(&nearest);
}

const char *jb_catalog_suggest_indicator(const jb_catalog *c, struct jb_slice name)
{
    return suggest(&c->indicators, &c->indicator_names, name);
}

const char *jb_catalog_suggest_unit(const jb_catalog *c, struct jb_slice name)
{
    return suggest(&c->units, &c->unit_names, name);
}

const char *jb_catalog_suggest_form(const jb_catalog *c, struct jb_slice name)
{
    return jb_catalog_keys_nearest(&c->forms, name);
}

const struct jb_redefinition *jb_catalog_redefined(const jb_catalog *c, uint32_t indicator,
                                                   jb_date earlier_first, jb_date later_last)
{
    const struct jb_catalog_view *view = jb_catalog_view(c);
    const struct jb_indicator *info = &view->indicators[indicator];
    const uint32_t parts[] = {indicator, info->numerator, info->denominator};
    const struct jb_redefinition *last = NULL;

    for (size_t p = 0; p < (info->measure == JB_RATIO ? JB_COUNT(parts) : 1); p++) {
        info = &view->indicators[parts[p]];
        for (uint32_t i = 0; i < info->redefined_count; i++) {
            const struct jb_redefinition *at = &info->redefined[i];
            if (at->from > earlier_first && at->from <= later_last &&
                (!last || at->from > last->from))
                last = at;
        }
    }
    return last;
}

bool jb_catalog_dates(const jb_catalog *c, uint32_t form, struct jb_period period,
                      struct jb_form_dates *ret)
{
    const struct jb_form *asked = &c->view.forms[form];

    return jb_schedule_dates(period.freq == asked->freq ? asked->schedule : NULL, &c->view.workdays,
                             period, ret);
}
