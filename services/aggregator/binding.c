/* Binds a catalogue to the store's numbers, and gives numbers to what is new.
 *
 * Keys and cells hold numbers, never codes or the catalogue's own indexes, so that a figure keeps
 * its place when the catalogue is reordered or grows. The maps back from number to index make every
 * look-up of the write path one array access. */
#include "binding.h"

#include <stdlib.h>

#include "ledger.h"
#include "model/catalog_yaml.h"

/* Block numbers are 16 bits in keys and start at 1. */
#define INDICATOR_NUMBERS_MAX ((UINT16_MAX - 1) * JB_BLOCK_INDICATORS)

struct numbering {
    jb_kv_txn *txn;
    enum jb_name_kind kind;
    uint32_t next;
};

static jb_err numbering_begin(jb_kv_txn *txn, enum jb_name_kind kind, struct numbering *ret)
{
    *ret = (struct numbering){.txn = txn, .kind = kind};
    return jb_store_next_number(txn, kind, &ret->next);
}

/* JB_OK: the code has a number; JB_ENOTFOUND: it is new. */
static jb_err is_numbered(const struct numbering *n, const char *code)
{
    uint32_t number;
    return jb_store_number(n->txn, n->kind, jb_slice_str(code), &number);
}

static jb_err give_number(struct numbering *n, const char *code)
{
    jb_err err = is_numbered(n, code);
    if (err != JB_ENOTFOUND)
        return err;
    if (n->kind == JB_NAME_INDICATOR ? n->next >= INDICATOR_NUMBERS_MAX : n->next >= JB_NODE_GROUP)
        return JB_ERANGE;
    return jb_store_put_name(n->txn, n->kind, jb_slice_str(code), n->next++);
}

/* The new rows of one form: together in a block if a block can hold them. */
static jb_err number_form_rows(struct numbering *n, const struct jb_catalog_view *view,
                               const struct jb_form *form)
{
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < form->row_count; i++) {
        jb_err err = is_numbered(n, view->indicators[form->rows[i].indicator].code);
        if (err && err != JB_ENOTFOUND)
            return err;
        fresh += err == JB_ENOTFOUND;
    }
    uint32_t taken = n->next % JB_BLOCK_INDICATORS;
    if (taken && taken + fresh > JB_BLOCK_INDICATORS)
        n->next += JB_BLOCK_INDICATORS - taken;
    for (uint32_t i = 0; i < form->row_count; i++) {
        jb_err err = give_number(n, view->indicators[form->rows[i].indicator].code);
        if (err)
            return err;
    }
    return JB_OK;
}

static jb_err number_indicators(jb_kv_txn *txn, const struct jb_catalog_view *view)
{
    struct numbering n;
    jb_err err = numbering_begin(txn, JB_NAME_INDICATOR, &n);
    for (uint32_t i = 0; !err && i < view->form_count; i++)
        err = number_form_rows(&n, view, &view->forms[i]);
    for (uint32_t i = 0; !err && i < view->indicator_count; i++) /* ratios stand in no form */
        err = give_number(&n, view->indicators[i].code);
    return err;
}

/* A new form's filings go where its first row's figures go; rows may come and go later. */
static jb_err place_filings(jb_kv_txn *txn, const struct jb_catalog_view *view)
{
    jb_err err = JB_OK;
    for (uint32_t i = 0; !err && i < view->form_count; i++) {
        const struct jb_form *form = &view->forms[i];
        uint32_t number = 0, row = 0;
        uint16_t block;
        err = jb_store_number(txn, JB_NAME_FORM, jb_slice_str(form->code), &number);
        if (!err)
            err = jb_store_form_block(txn, number, &block);
        if (err != JB_ENOTFOUND)
            continue;
        err = JB_OK;
        if (form->row_count)
            err =
                jb_store_number(txn, JB_NAME_INDICATOR,
                                jb_slice_str(view->indicators[form->rows[0].indicator].code), &row);
        if (!err)
            err = jb_store_put_form_block(txn, number, jb_block_of(row));
    }
    return err;
}

jb_err jb_binding_assign_numbers(jb_kv_txn *txn, const jb_catalog *catalog)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    struct numbering n;
    jb_err err = numbering_begin(txn, JB_NAME_UNIT, &n);
    for (uint32_t i = 0; !err && i < view->unit_count; i++)
        err = give_number(&n, view->units[i].code);
    if (!err)
        err = numbering_begin(txn, JB_NAME_GROUP, &n);
    for (uint32_t i = 0; !err && i < view->group_count; i++)
        err = give_number(&n, view->groups[i].code);
    if (!err)
        err = numbering_begin(txn, JB_NAME_FORM, &n);
    for (uint32_t i = 0; !err && i < view->form_count; i++)
        err = give_number(&n, view->forms[i].code);
    if (!err)
        err = number_indicators(txn, view);
    return err ? err : place_filings(txn, view);
}

/* A map from number to index, all JB_NONE. */
static jb_err make_map(jb_kv_txn *txn, enum jb_name_kind kind, uint32_t **ret, uint32_t *ret_len)
{
    uint32_t len = 0;
    jb_err err = jb_store_next_number(txn, kind, &len);
    if (err)
        return err;
    uint32_t *map = malloc(((size_t)len + 1) * sizeof(*map)); /* never of size 0 */
    if (!map)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < len; i++)
        map[i] = JB_NONE;
    *ret = map;
    *ret_len = len;
    return JB_OK;
}

/* One object: its number, and the way back. A code of a loaded catalogue without number is damage.
 */
static jb_err bind_one(jb_kv_txn *txn, enum jb_name_kind kind, const char *code, uint32_t index,
                       uint32_t *map, uint32_t len, uint32_t *ret_number)
{
    uint32_t number = 0;
    jb_err err = jb_store_number(txn, kind, jb_slice_str(code), &number);
    if (err)
        return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
    if (number >= len)
        return JB_EDAMAGED;
    map[number] = index;
    *ret_number = number;
    return JB_OK;
}

static jb_err bind_filings(jb_kv_txn *txn, struct jb_binding *b)
{
    jb_err err = JB_OK;
    b->form_block = calloc((size_t)b->form_numbers + 1, sizeof(*b->form_block));
    if (!b->form_block)
        return JB_ENOMEM;
    for (uint32_t i = 0; !err && i < b->view->form_count; i++) {
        uint32_t number = b->view->forms[i].number;
        err = jb_store_form_block(txn, number, &b->form_block[number]);
    }
    return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
}

static jb_err bind_numbers(jb_kv_txn *txn, struct jb_binding *b)
{
    const struct jb_catalog_view *v = b->view;
    jb_err err = make_map(txn, JB_NAME_UNIT, &b->unit_of, &b->unit_numbers);
    for (uint32_t i = 0; !err && i < v->unit_count; i++)
        err = bind_one(txn, JB_NAME_UNIT, v->units[i].code, i, b->unit_of, b->unit_numbers,
                       &v->units[i].number);
    if (!err)
        err = make_map(txn, JB_NAME_GROUP, &b->group_of, &b->group_numbers);
    for (uint32_t i = 0; !err && i < v->group_count; i++)
        err = bind_one(txn, JB_NAME_GROUP, v->groups[i].code, i, b->group_of, b->group_numbers,
                       &v->groups[i].number);
    if (!err)
        err = make_map(txn, JB_NAME_INDICATOR, &b->indicator_of, &b->indicator_numbers);
    for (uint32_t i = 0; !err && i < v->indicator_count; i++)
        err = bind_one(txn, JB_NAME_INDICATOR, v->indicators[i].code, i, b->indicator_of,
                       b->indicator_numbers, &v->indicators[i].number);
    if (!err)
        err = make_map(txn, JB_NAME_FORM, &b->form_of, &b->form_numbers);
    for (uint32_t i = 0; !err && i < v->form_count; i++)
        err = bind_one(txn, JB_NAME_FORM, v->forms[i].code, i, b->form_of, b->form_numbers,
                       &v->forms[i].number);
    return err ? err : bind_filings(txn, b);
}

/* The catalogue that an entry holds. It was checked when it was accepted; a mistake now is damage.
 */
static jb_err read_catalog(jb_kv_txn *txn, uint64_t revision, const uint8_t hash[32],
                           jb_catalog **ret)
{
    struct jb_slice bytes;
    struct jb_entry entry;
    struct jb_findings findings;
    jb_catalog *catalog = NULL;
    jb_err err = jb_store_entry(txn, revision, &bytes);
    if (!err)
        err = jb_entry_decode(bytes, NULL, 0, &entry);
    if (err)
        return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
    if (entry.kind != JB_ENTRY_CATALOG || memcmp(entry.content_hash, hash, 32) != 0)
        return JB_EDAMAGED;
    jb_findings_init(&findings);
    err = jb_catalog_read_yaml(entry.payload, "", &findings, &catalog);
    jb_findings_free(&findings);
    if (err)
        return err == JB_ENOMEM ? err : JB_EDAMAGED;
    *ret = catalog;
    return JB_OK;
}

jb_err jb_binding_load(jb_kv_txn *txn, uint32_t version, struct jb_binding **ret)
{
    uint8_t hash[32];
    struct jb_binding *b = calloc(1, sizeof(*b));
    if (!b)
        return JB_ENOMEM;
    jb_err err = jb_store_catalog(txn, version, &b->version, &b->revision, hash);
    if (!err)
        err = read_catalog(txn, b->revision, hash, &b->catalog);
    if (!err) {
        b->view = jb_catalog_view(b->catalog);
        err = bind_numbers(txn, b);
    }
    if (err)
        jb_binding_free(b);
    else
        *ret = b;
    return err;
}

void jb_binding_free(struct jb_binding *binding)
{
    if (!binding)
        return;
    jb_catalog_free(binding->catalog);
    free(binding->unit_of);
    free(binding->group_of);
    free(binding->indicator_of);
    free(binding->form_of);
    free(binding->form_block);
    free(binding);
}

jb_err jb_bindings_get(struct jb_bindings *cache, jb_kv_txn *txn, uint32_t version,
                       struct jb_binding **ret)
{
    uint32_t wanted = version;
    uint64_t revision;
    uint8_t hash[32];
    if (version == 0) {
        jb_err err = jb_store_catalog(txn, 0, &wanted, &revision, hash);
        if (err)
            return err;
    }
    uint32_t last = JB_COUNT(cache->slots) - 1, at = 0;
    while (at < last && cache->slots[at] && cache->slots[at]->version != wanted)
        at++;
    struct jb_binding *found = cache->slots[at];
    if (!found || found->version != wanted) {
        struct jb_binding *fresh = NULL;
        jb_err err = jb_binding_load(txn, wanted, &fresh);
        if (err)
            return err;
        jb_binding_free(found);
        found = fresh;
    }
    memmove(&cache->slots[1], &cache->slots[0], at * sizeof(cache->slots[0]));
    cache->slots[0] = found;
    *ret = found;
    return JB_OK;
}

void jb_bindings_clear(struct jb_bindings *cache)
{
    for (uint32_t i = 0; i < JB_COUNT(cache->slots); i++) {
        jb_binding_free(cache->slots[i]);
        cache->slots[i] = NULL;
    }
}
