/* Catalogues bound to numbers: a form's rows share a block, a number stays for ever, and every
 * number leads back to its index. */
#include "jb_test.h"

#include <sodium.h>

#include "aggregator/apply.h"
#include "aggregator/binding.h"

struct desk {
    char *dir;
    jb_kv *kv;
    jb_kv_txn *txn;
    jb_applier *applier;
    uint64_t revision;
};

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    d->dir = jb_test_tmpdir();
    assert_int_equal(jb_store_open(d->dir, 0, 0, true, false, false, &d->kv), JB_OK);
    assert_int_equal(jb_kv_begin_write(d->kv, &d->txn), JB_OK);
    assert_int_equal(jb_applier_new(&d->applier), JB_OK);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    jb_applier_free(d->applier);
    jb_kv_abort(&d->txn);
    jb_kv_close(d->kv);
    jb_test_rmdir(d->dir);
    free(d);
    return 0;
}

/* A form `name` with indicators name.0 .. name.count-1, as two pieces of YAML. */
static void add_form(struct jb_buf *indicators, struct jb_buf *forms, const char *name,
                     unsigned count)
{
    jb_buf_printf(forms, "  - {code: %s, title: {zh: %s}, units: [u], rows: [", name, name);
    for (unsigned i = 0; i < count; i++) {
        jb_buf_printf(indicators,
                      "  - {code: %s.%u, name: {zh: %s.%u}, unit_of_measure: {zh: x}, "
                      "measure: flow, decimals: 0, owners: [u], sections: [s]}\n",
                      name, i, name, i);
        jb_buf_printf(forms, "%s{indicator: %s.%u}", i ? ", " : "", name, i);
    }
    jb_buf_put_str(forms, "]}\n");
}

/* a_count indicators in form a, b_count in b; then, when c_count, a form c that stands first. */
static void make_yaml(unsigned a_count, unsigned b_count, unsigned c_count, struct jb_buf *out)
{
    struct jb_buf indicators, forms;
    jb_buf_init(&indicators, 1 << 20);
    jb_buf_init(&forms, 1 << 20);
    jb_buf_init(out, 1 << 20);
    if (c_count)
        add_form(&indicators, &forms, "c", c_count);
    add_form(&indicators, &forms, "a", a_count);
    add_form(&indicators, &forms, "b", b_count);
    jb_buf_put_str(out, "catalog: t\nname: {zh: t}\nzone: \"+08:00\"\nfrequency: quarter\nunits:\n"
                        "  - {code: top, name: {zh: top}, kind: county}\n"
                        "  - {code: u, name: {zh: u}, kind: town, parent: top}\n"
                        "groups:\n  - {code: g, name: {zh: g}, members: [u]}\n"
                        "sections:\n  - {code: s, name: {zh: s}}\nindicators:\n");
    jb_buf_put(out, indicators.ptr, indicators.len);
    jb_buf_put_str(out, "forms:\n");
    jb_buf_put(out, forms.ptr, forms.len);
    assert_false(out->failed || indicators.failed || forms.failed);
    jb_buf_free(&indicators);
    jb_buf_free(&forms);
}

static void load(struct desk *d, uint32_t version, unsigned a, unsigned b, unsigned c)
{
    struct jb_buf yaml, bytes;
    make_yaml(a, b, c, &yaml);
    jb_buf_init(&bytes, 1 << 22);
    struct jb_entry entry = {.kind = JB_ENTRY_CATALOG,
                             .revision = ++d->revision,
                             .epoch = 1,
                             .payload = jb_buf_slice(&yaml),
                             .catalog_version = version};
    crypto_generichash(entry.content_hash, 32, yaml.ptr, yaml.len, NULL, 0);
    jb_entry_encode(&entry, &bytes);
    assert_int_equal(jb_store_append_entry(d->txn, entry.revision, jb_buf_slice(&bytes)), JB_OK);
    assert_int_equal(jb_apply(d->applier, d->txn, &entry, true), JB_OK);
    jb_buf_free(&bytes);
    jb_buf_free(&yaml);
}

static uint32_t number(const struct jb_binding *b, const char *code)
{
    uint32_t index = jb_catalog_indicator(b->catalog, jb_slice_str(code));
    assert_int_not_equal(index, JB_NONE);
    assert_int_equal(b->indicator_of[b->view->indicators[index].number], index);
    return b->view->indicators[index].number;
}

static void a_form_that_does_not_fit_starts_the_next_block(void **state)
{
    struct desk *d = *state;
    const struct jb_binding *b = NULL;
    load(d, 1, 60, 10, 0);
    assert_int_equal(jb_applier_binding(d->applier, d->txn, &b), JB_OK);
    assert_int_equal(number(b, "a.0"), 0);
    assert_int_equal(number(b, "a.59"), 59);
    assert_int_equal(number(b, "b.0"), 64);
    assert_int_equal(number(b, "b.9"), 73);
    assert_int_equal(b->indicator_numbers, 74);
    assert_int_equal(b->indicator_of[60], JB_NONE);
    assert_int_equal(jb_block_of(64), 2);
    assert_int_equal(jb_slot_of(64), 0);
}

static void numbers_stay_when_the_catalogue_grows(void **state)
{
    struct desk *d = *state;
    const struct jb_binding *b = NULL;
    load(d, 1, 60, 10, 0);
    load(d, 2, 61, 10, 60);
    assert_int_equal(jb_applier_binding(d->applier, d->txn, &b), JB_OK);
    assert_int_equal(b->version, 2);
    assert_int_equal(b->revision, 2);
    assert_int_equal(number(b, "a.59"), 59);
    assert_int_equal(number(b, "b.9"), 73);
    assert_int_equal(number(b, "c.0"), 128); /* 74 to 127 could not hold 60 rows */
    assert_int_equal(number(b, "a.60"), 188);
    assert_int_equal(b->form_block[0], 1); /* where the first rows were when the form was new */
    assert_int_equal(b->form_block[1], 2);
    assert_int_equal(b->form_block[2], 3);
    assert_int_equal(b->unit_of[0], 0);
    assert_int_equal(b->unit_of[1], 1);
    assert_int_equal(jb_group_node(&b->view->groups[0]), JB_NODE_GROUP);
}

static void a_cache_keeps_the_versions_in_use(void **state)
{
    struct desk *d = *state;
    struct jb_bindings cache = {0};
    struct jb_binding *one = NULL, *two = NULL, *again = NULL;
    assert_int_equal(jb_bindings_get(&cache, d->txn, 0, &one), JB_ENOTFOUND);
    for (uint32_t v = 1; v <= 6; v++)
        load(d, v, 5 + v, 5, 0);
    assert_int_equal(jb_bindings_get(&cache, d->txn, 1, &one), JB_OK);
    assert_int_equal(one->view->indicator_count, 11);
    assert_int_equal(jb_bindings_get(&cache, d->txn, 0, &two), JB_OK);
    assert_int_equal(two->version, 6);
    assert_int_equal(jb_bindings_get(&cache, d->txn, 1, &again), JB_OK);
    assert_ptr_equal(one, again);
    for (uint32_t v = 2; v <= 5; v++)
        assert_int_equal(jb_bindings_get(&cache, d->txn, v, &two), JB_OK);
    assert_int_equal(jb_bindings_get(&cache, d->txn, 1, &again), JB_OK);
    assert_int_equal(again->version, 1);
    assert_int_equal(jb_bindings_get(&cache, d->txn, 7, &again), JB_ENOTFOUND);
    jb_bindings_clear(&cache);
    assert_null(cache.slots[0]);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_form_that_does_not_fit_starts_the_next_block),
        T(numbers_stay_when_the_catalogue_grows),
        T(a_cache_keeps_the_versions_in_use),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
