/* The tree of a day: parents, children in the catalogue's order, groups by unit, and a cache that
 * keeps a few days. */
#include "jb_test.h"

#include "aggregator/tree.h"
#include "model/catalog_yaml.h"

static const char yaml[] =
    "catalog: t\nname: {zh: t}\nzone: \"+08:00\"\nfrequency: quarter\n"
    "units:\n"
    "  - {code: top, name: {zh: top}, kind: county}\n"
    "  - {code: b, name: {zh: b}, kind: town, parent: left}\n"
    "  - {code: left, name: {zh: left}, kind: branch, parent: top}\n"
    "  - {code: right, name: {zh: right}, kind: branch, parent: top}\n"
    "  - code: a\n"
    "    name: {zh: a}\n"
    "    kind: town\n"
    "    parents: [{unit: left, until: 2021-12-31}, {unit: right, from: 2022-01-01}]\n"
    "groups:\n"
    "  - {code: g, name: {zh: g}, members: [right]}\n"
    "  - {code: h, name: {zh: h}, members: [b, {unit: a, from: 2022-01-01}]}\n"
    "sections:\n  - {code: s, name: {zh: s}}\n"
    "indicators:\n"
    "  - {code: i, name: {zh: i}, unit_of_measure: {zh: x}, measure: flow, decimals: 0,\n"
    "     owners: [a, b], sections: [s]}\n"
    "forms:\n"
    "  - {code: f, title: {zh: f}, units: [a, b], rows: [{indicator: i}]}\n";

enum { TOP, B, LEFT, RIGHT, A };

static int set_up(void **state)
{
    struct jb_findings findings;
    jb_catalog *catalog = NULL;
    jb_findings_init(&findings);
    jb_err err = jb_catalog_read_yaml(JB_LIT(yaml), "", &findings, &catalog);
    if (err)
        jb_findings_print(&findings, stderr);
    assert_int_equal(err, JB_OK);
    jb_findings_free(&findings);
    *state = catalog;
    return 0;
}

static int tear_down(void **state)
{
    jb_catalog_free(*state);
    return 0;
}

static void check_children(const struct jb_tree *tree, uint32_t unit, const uint32_t *children,
                           uint32_t count)
{
    uint32_t first = tree->child_first[unit];
    assert_int_equal(tree->child_first[unit + 1] - first, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(tree->children[first + i], children[i]);
        assert_int_equal(tree->parents[children[i]], unit);
    }
}

static void a_day_has_its_own_tree(void **state)
{
    jb_catalog *catalog = *state;
    struct jb_trees trees = {0};
    struct jb_tree *before = NULL, *after = NULL;
    assert_int_equal(jb_trees_get(&trees, catalog, jb_date_make(2021, 12, 31), &before), JB_OK);
    assert_int_equal(before->parents[TOP], JB_NONE);
    check_children(before, TOP, (const uint32_t[]){LEFT, RIGHT}, 2);
    check_children(before, LEFT, (const uint32_t[]){B, A}, 2);
    check_children(before, RIGHT, NULL, 0);
    check_children(before, A, NULL, 0);
    assert_int_equal(jb_trees_get(&trees, catalog, jb_date_make(2022, 1, 1), &after), JB_OK);
    check_children(after, LEFT, (const uint32_t[]){B}, 1);
    check_children(after, RIGHT, (const uint32_t[]){A}, 1);
    jb_trees_clear(&trees);
}

static void check_groups(struct jb_tree *tree, const jb_catalog *catalog, uint32_t unit,
                         const uint32_t *groups, uint32_t count)
{
    const uint32_t *found = NULL;
    uint32_t found_count = 99;
    assert_int_equal(jb_tree_groups(tree, catalog, unit, &found, &found_count), JB_OK);
    assert_int_equal(found_count, count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(found[i], groups[i]);
}

static void groups_are_asked_for_unit_by_unit(void **state)
{
    jb_catalog *catalog = *state;
    struct jb_trees trees = {0};
    struct jb_tree *tree = NULL;
    assert_int_equal(jb_trees_get(&trees, catalog, jb_date_make(2022, 3, 31), &tree), JB_OK);
    for (int twice = 0; twice < 2; twice++) {
        check_groups(tree, catalog, A, (const uint32_t[]){0, 1}, 2); /* under right, and itself */
        check_groups(tree, catalog, TOP, NULL, 0);
        check_groups(tree, catalog, B, (const uint32_t[]){1}, 1);
        check_groups(tree, catalog, RIGHT, (const uint32_t[]){0}, 1);
    }
    jb_trees_clear(&trees);
}

static void the_cache_keeps_the_days_in_use(void **state)
{
    jb_catalog *catalog = *state;
    struct jb_trees trees = {0};
    struct jb_tree *first = NULL, *other = NULL, *again = NULL;
    jb_date day = jb_date_make(2022, 3, 31);
    const int slots = (int)JB_COUNT(trees.slots);
    assert_int_equal(jb_trees_get(&trees, catalog, day, &first), JB_OK);
    for (int i = 1; i < slots; i++)
        assert_int_equal(jb_trees_get(&trees, catalog, day + i, &other), JB_OK);
    assert_int_equal(jb_trees_get(&trees, catalog, day, &again), JB_OK);
    assert_ptr_equal(first, again);
    assert_int_equal(jb_trees_get(&trees, catalog, day + slots, &other), JB_OK);
    assert_int_equal(jb_trees_get(&trees, catalog, day, &again), JB_OK);
    assert_ptr_equal(first, again); /* the one used longest ago went */
    jb_trees_clear(&trees);
    assert_null(trees.slots[0]);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_day_has_its_own_tree),
        T(groups_are_asked_for_unit_by_unit),
        T(the_cache_keeps_the_days_in_use),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
