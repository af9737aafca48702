/* Filters and tokens. The hash is over the names as asked, sorted, so that the order of a list does
 * not matter. */
#include "watch_filter.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "asker.h"
#include "lookup.h"

void jb_watch_filter_free(struct jb_watch_filter *filter)
{
    free(filter->nodes);
    free(filter->indicators);
    free(filter->allowed);
    *filter = (struct jb_watch_filter){0};
}

static int compare_numbers(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static int compare_slices(const void *left, const void *right)
{
    return jb_slice_cmp(*(const struct jb_slice *)left, *(const struct jb_slice *)right);
}

/* One list, sorted and each name with its length, so that two lists never read as one. */
static void hash_list(crypto_generichash_state *state, const struct jb_strings *list)
{
    struct jb_slice *sorted = jb_xcalloc(list->count + 1, sizeof(*sorted));
    uint32_t count = list->count;
    if (count)
        memcpy(sorted, list->items, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), compare_slices);
    crypto_generichash_update(state, (const uint8_t *)&count, sizeof(count));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t len = (uint32_t)sorted[i].len;
        crypto_generichash_update(state, (const uint8_t *)&len, sizeof(len));
        crypto_generichash_update(state, sorted[i].ptr, sorted[i].len);
    }
    free(sorted);
}

static uint64_t hash_request(const struct jb_watch_request *request)
{
    crypto_generichash_state state;
    uint8_t hash[16];
    crypto_generichash_init(&state, NULL, 0, sizeof(hash));
    hash_list(&state, &request->units);
    hash_list(&state, &request->groups);
    hash_list(&state, &request->indicators);
    if (request->acts)
        crypto_generichash_update(&state, (const uint8_t *)"acts", 4);
    crypto_generichash_final(&state, hash, sizeof(hash));
    struct jb_reader r = jb_reader_of(jb_slice_of(hash, sizeof(hash)));
    return jb_read_u64(&r);
}

/* A name, or two names of one thing, may be asked for twice; it is told once. */
static uint32_t sort_once(uint32_t *numbers, uint32_t count)
{
    uint32_t kept = 0;
    qsort(numbers, count, sizeof(*numbers), compare_numbers);
    for (uint32_t i = 0; i < count; i++) {
        if (!kept || numbers[kept - 1] != numbers[i])
            numbers[kept++] = numbers[i];
    }
    return kept;
}

static void fill_nodes(const struct jb_binding *b, const struct jb_watch_request *request,
                       struct jb_watch_filter *filter, struct jb_findings *findings)
{
    uint32_t index;
    filter->nodes = jb_xcalloc((size_t)request->units.count + request->groups.count + 1,
                               sizeof(*filter->nodes));
    for (uint32_t i = 0; i < request->units.count; i++) {
        if (jb_lookup_unit(b, request->units.items[i], &index, findings))
            filter->nodes[filter->node_count++] = jb_node_of_unit(b, index).number;
    }
    for (uint32_t i = 0; i < request->groups.count; i++) {
        if (jb_lookup_group(b, request->groups.items[i], &index, findings))
            filter->nodes[filter->node_count++] = jb_node_of_group(b, index).number;
    }
    filter->node_count = sort_once(filter->nodes, filter->node_count);
}

jb_err jb_watch_filter_make(const struct jb_binding *binding,
                            const struct jb_watch_request *request, struct jb_watch_filter *ret,
                            struct jb_findings *findings)
{
    struct jb_watch_filter filter = {.hash = hash_request(request), .acts = request->acts};
    uint32_t errors = findings->errors;
    uint32_t index;
    if ((uint64_t)request->units.count + request->groups.count + request->indicators.count >
        JB_WATCH_FILTER_MAX)
        return JB_ERANGE;
    if (request->units.count || request->groups.count)
        fill_nodes(binding, request, &filter, findings);
    if (request->indicators.count) {
        filter.indicators = jb_xcalloc(request->indicators.count, sizeof(*filter.indicators));
        for (uint32_t i = 0; i < request->indicators.count; i++) {
            if (jb_lookup_indicator(binding, request->indicators.items[i], &index, findings))
                filter.indicators[filter.indicator_count++] =
                    binding->view->indicators[index].number;
        }
        filter.indicator_count = sort_once(filter.indicators, filter.indicator_count);
    }
    if (findings->errors > errors) {
        jb_watch_filter_free(&filter);
        return JB_EINVAL;
    }
    *ret = filter;
    return JB_OK;
}

static bool is_allowed(const struct jb_watch_filter *filter, uint32_t node)
{
    if (!filter->allowed)
        return true;
    return node < filter->allowed_bits && (filter->allowed[node / 8] >> node % 8 & 1);
}

/* How many of the names that were asked for are left. */
static uint32_t count_allowed(const struct jb_watch_filter *filter)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < filter->node_count; i++)
        count += filter->nodes[i] == JB_NONE || is_allowed(filter, filter->nodes[i]);
    return count;
}

bool jb_watch_filter_narrow(struct jb_watch_filter *filter, const struct jb_binding *binding,
                            const struct jb_reach *reach)
{
    free(filter->allowed);
    filter->allowed = NULL;
    filter->allowed_bits = 0;
    filter->reach_hash = reach->hash;
    filter->narrowed = false;
    if (reach->everything)
        return true;
    filter->allowed_bits = binding->unit_numbers;
    filter->allowed = jb_xcalloc((size_t)binding->unit_numbers / 8 + 1, 1);
    for (uint32_t number = 0; number < binding->unit_numbers; number++) {
        uint32_t unit = binding->unit_of[number];
        if (unit != JB_NONE && jb_reach_unit(reach, unit))
            filter->allowed[number / 8] |= (uint8_t)(1u << number % 8);
    }
    uint32_t left = filter->nodes ? count_allowed(filter) : reach->count;
    filter->narrowed = !filter->nodes || left < filter->node_count;
    return left > 0;
}

bool jb_watch_filter_check(const struct jb_watch_filter *filter, const struct jb_binding *binding,
                           const struct jb_reach *reach, struct jb_findings *findings)
{
    uint32_t errors = findings->errors;
    if (reach->everything)
        return true;
    if (!filter->nodes && !reach->count)
        jb_reach_refuse(findings, "");
    for (uint32_t i = 0; i < filter->node_count; i++) {
        uint32_t number = filter->nodes[i];
        uint32_t plain = number & ~JB_NODE_GROUP;
        uint32_t unit = JB_NONE;
        if (number == JB_NONE) /* in the catalogue, but not in the store: nothing is there */
            continue;
        if (number & JB_NODE_GROUP) {
            bool known = plain < binding->group_numbers && binding->group_of[plain] != JB_NONE;
            jb_reach_refuse(findings,
                            known ? binding->view->groups[binding->group_of[plain]].code : "");
            continue;
        }
        if (number < binding->unit_numbers)
            unit = binding->unit_of[number];
        if (unit == JB_NONE || !jb_reach_unit(reach, unit))
            jb_reach_refuse(findings, unit == JB_NONE ? "" : binding->view->units[unit].code);
    }
    return findings->errors == errors;
}

bool jb_watch_filter_has_node(const struct jb_watch_filter *filter, uint32_t node)
{
    if (!is_allowed(filter, node))
        return false;
    return !filter->nodes || bsearch(&node, filter->nodes, filter->node_count,
                                     sizeof(*filter->nodes), compare_numbers);
}

bool jb_watch_filter_has_indicator(const struct jb_watch_filter *filter, uint32_t indicator)
{
    return !filter->indicators || bsearch(&indicator, filter->indicators, filter->indicator_count,
                                          sizeof(*filter->indicators), compare_numbers);
}

void jb_watch_token_format(const struct jb_watch_token *token, char text[JB_WATCH_TOKEN_SIZE])
{
    char store[33];
    sodium_bin2hex(store, sizeof(store), token->store_id, sizeof(token->store_id));
    snprintf(text, JB_WATCH_TOKEN_SIZE,
             "%s-%" PRIu32 "-%" PRIu64 "-%016" PRIx64 "-%" PRIu32 "-%016" PRIx64, store,
             token->epoch, token->revision, token->filter_hash, token->catalog_version,
             token->reach_hash);
}

static bool hex_digit(uint8_t c, uint64_t *ret)
{
    if (c >= '0' && c <= '9')
        *ret = (uint64_t)(c - '0');
    else if (c >= 'a' && c <= 'f')
        *ret = (uint64_t)(c - 'a') + 10;
    else
        return false;
    return true;
}

/* A number up to the next dash or the end, in the shortest form (decimal) or with all its digits
 * (hexadecimal). */
static bool take_number(struct jb_slice *text, unsigned base, uint64_t max, uint64_t *ret)
{
    uint64_t value = 0;
    size_t len = 0;
    while (len < text->len && text->ptr[len] != '-') {
        uint64_t digit;
        if (!hex_digit(text->ptr[len], &digit) || digit >= base || value > (max - digit) / base)
            return false;
        value = value * base + digit;
        len++;
    }
    if (len == 0)
        return false;
    text->ptr += len;
    text->len -= len;
    *ret = value;
    return true;
}

static bool take_dash(struct jb_slice *text)
{
    if (text->len == 0 || text->ptr[0] != '-')
        return false;
    text->ptr++;
    text->len--;
    return true;
}

jb_err jb_watch_token_parse(struct jb_slice text, struct jb_watch_token *ret)
{
    struct jb_watch_token token;
    uint64_t epoch, version;
    if (text.len < 33)
        return JB_EINVAL;
    for (size_t i = 0; i < sizeof(token.store_id); i++) {
        uint64_t high, low;
        if (!hex_digit(text.ptr[2 * i], &high) || !hex_digit(text.ptr[2 * i + 1], &low))
            return JB_EINVAL;
        token.store_id[i] = (uint8_t)(high << 4 | low);
    }
    text.ptr += 32;
    text.len -= 32;
    if (!take_dash(&text) || !take_number(&text, 10, UINT32_MAX, &epoch) || !take_dash(&text) ||
        !take_number(&text, 10, UINT64_MAX, &token.revision) || !take_dash(&text) ||
        !take_number(&text, 16, UINT64_MAX, &token.filter_hash) || !take_dash(&text) ||
        !take_number(&text, 10, UINT32_MAX, &version) || !take_dash(&text) ||
        !take_number(&text, 16, UINT64_MAX, &token.reach_hash) || text.len)
        return JB_EINVAL;
    token.epoch = (uint32_t)epoch;
    token.catalog_version = (uint32_t)version;
    *ret = token;
    return JB_OK;
}
