/* Grants: every role, every kind of scope, both edges of time, and the duties that one hand may not
 * have together. The tree: county -> east -> {ash, beech}, county -> west -> {dune}. */
#include "jb_test.h"

#include "model/catalog_yaml.h"
#include "model/grant.h"

#define YAML                                                                                       \
    "catalog: trees\n"                                                                             \
    "name: {zh: \"县\", en: Tree}\n"                                                              \
    "zone: \"+08:00\"\n"                                                                           \
    "frequency: quarter\n"                                                                         \
    "units:\n"                                                                                     \
    "  - {code: county, name: {zh: \"甲县\"}, kind: county}\n"                                   \
    "  - {code: east, name: {zh: \"东\"}, kind: branch, parent: county}\n"                        \
    "  - {code: west, name: {zh: \"西\"}, kind: branch, parent: county}\n"                        \
    "  - {code: ash, name: {zh: \"甲\"}, kind: town, parent: east}\n"                             \
    "  - {code: beech, name: {zh: \"乙\"}, kind: town, parent: east}\n"                           \
    "  - {code: dune, name: {zh: \"丁\"}, kind: town, parent: west}\n"                            \
    "sections:\n"                                                                                  \
    "  - {code: all, name: {zh: \"全部\"}}\n"                                                    \
    "indicators:\n"                                                                                \
    "  - {code: cases, name: {zh: \"案件\"}, unit_of_measure: {zh: \"件\"}, measure: flow,\n"   \
    "     decimals: 0, owners: [ash, beech, dune], sections: [all]}\n"                             \
    "forms:\n"                                                                                     \
    "  - code: daily\n"                                                                            \
    "    title: {zh: \"日常\"}\n"                                                                \
    "    units: [ash, beech, dune]\n"                                                              \
    "    rows:\n"                                                                                  \
    "      - {indicator: cases}\n"

#define NOW 1000000
static const jb_date day = 19600; /* in 2023 */
static jb_catalog *catalog;
static struct jb_findings findings;

static int set_up(void **state)
{
    (void)state;
    jb_findings_init(&findings);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    jb_findings_free(&findings);
    return 0;
}

static int load(void **state)
{
    (void)state;
    jb_findings_init(&findings);
    jb_err err = jb_catalog_read_yaml(jb_slice_str(YAML), "trees.yaml", &findings, &catalog);
    jb_findings_print(&findings, stderr);
    jb_findings_free(&findings);
    return err;
}

static int unload(void **state)
{
    (void)state;
    jb_catalog_free(catalog);
    return 0;
}

#define UNITS(...)                                                                                 \
    .units = (const struct jb_scope_unit[]){__VA_ARGS__},                                          \
    .unit_count = JB_COUNT(((const struct jb_scope_unit[]){__VA_ARGS__}))
#define ONE(code)                                                                                  \
    {                                                                                              \
        JB_LIT(code), false                                                                        \
    }
#define BELOW(code)                                                                                \
    {                                                                                              \
        JB_LIT(code), true                                                                         \
    }

static bool covers(const struct jb_grant *grant, const char *unit)
{
    return jb_grant_covers(grant, catalog, jb_catalog_unit(catalog, jb_slice_str(unit)), day);
}

static void every_role_has_a_name_and_comes_back(void **state)
{
    enum jb_role ret = JB_ROLE_AUDIT;
    (void)state;
    for (enum jb_role role = JB_ROLE_CONNECT; role < JB_ROLES_END; role++) {
        assert_int_equal(jb_role_parse(jb_slice_str(jb_role_code(role)), &ret), JB_OK);
        assert_int_equal(ret, role);
        assert_true(strlen(jb_role_name(role)) > 0);
        bool scoped = role == JB_ROLE_REPORT || role == JB_ROLE_ENTER || role == JB_ROLE_REVIEW ||
                      role == JB_ROLE_READ;
        assert_int_equal(jb_role_has_scope(role), scoped);
    }
    ret = JB_ROLE_AUDIT;
    static const char *const none[] = {"", "Report", "reports", "unknown", "securit"};
    for (size_t i = 0; i < JB_COUNT(none); i++)
        assert_int_equal(jb_role_parse(jb_slice_str(none[i]), &ret), JB_EINVAL);
    assert_int_equal(ret, JB_ROLE_AUDIT);
    assert_string_equal(jb_role_code((enum jb_role)0), "unknown");
    assert_false(jb_role_has_scope((enum jb_role)77));
}

static void a_grant_holds_from_its_first_moment_to_before_its_end(void **state)
{
    const struct jb_grant some = {.role = JB_ROLE_READ, .from_us = 10, .until_us = 20};
    const struct jb_grant open = {.role = JB_ROLE_READ, .from_us = 10};
    (void)state;
    assert_false(jb_grant_is_current(&some, 9));
    assert_true(jb_grant_is_current(&some, 10));
    assert_true(jb_grant_is_current(&some, 19));
    assert_false(jb_grant_is_current(&some, 20));
    assert_false(jb_grant_is_current(&open, 9));
    assert_true(jb_grant_is_current(&open, INT64_MAX));
}

static void a_scope_covers_its_units_and_subtrees_and_nothing_else(void **state)
{
    const struct jb_grant one = {.role = JB_ROLE_REPORT, UNITS(ONE("east"), ONE("dune"))};
    const struct jb_grant tree = {.role = JB_ROLE_REVIEW, UNITS(ONE("gone"), BELOW("east"))};
    const struct jb_grant all = {.role = JB_ROLE_READ, .everywhere = true};
    const struct jb_grant not_all = {.role = JB_ROLE_REPORT, .everywhere = true};
    const struct jb_grant store = {.role = JB_ROLE_PERIODS};
    const struct jb_grant none = {.role = JB_ROLE_REPORT};
    (void)state;
    assert_true(covers(&one, "east") && covers(&one, "dune"));
    assert_false(covers(&one, "ash") || covers(&one, "county") || covers(&one, "west"));
    assert_true(covers(&tree, "east") && covers(&tree, "ash") && covers(&tree, "beech"));
    assert_false(covers(&tree, "dune") || covers(&tree, "county"));
    assert_true(covers(&all, "county") && covers(&all, "dune"));
    assert_false(covers(&not_all, "ash"));
    assert_true(covers(&store, "ash"));
    assert_false(covers(&none, "ash"));
}

static void only_a_holder_in_good_standing_has_grants(void **state)
{
    const struct jb_grant grants[] = {
        {.role = JB_ROLE_REPORT, UNITS(ONE("ash")), .from_us = 10, .until_us = 50},
        {.role = JB_ROLE_REVIEW, UNITS(BELOW("west"))}};
    struct jb_holder holder = {.state = JB_HOLDER_ACTIVE, .grants = grants, .grant_count = 2};
    uint32_t ash = jb_catalog_unit(catalog, JB_LIT("ash"));
    uint32_t dune = jb_catalog_unit(catalog, JB_LIT("dune"));
    (void)state;
    assert_ptr_equal(jb_holder_grant(&holder, JB_ROLE_REPORT, 10), &grants[0]);
    assert_null(jb_holder_grant(&holder, JB_ROLE_REPORT, 9));
    assert_null(jb_holder_grant(&holder, JB_ROLE_REPORT, 50));
    assert_null(jb_holder_grant(&holder, JB_ROLE_READ, 20));
    assert_true(jb_holder_covers(&holder, JB_ROLE_REPORT, catalog, ash, day, 20));
    assert_false(jb_holder_covers(&holder, JB_ROLE_REVIEW, catalog, ash, day, 20));
    assert_true(jb_holder_reads(&holder, catalog, ash, day, 20));
    assert_true(jb_holder_reads(&holder, catalog, dune, day, 20));
    assert_false(jb_holder_reads(&holder, catalog, ash, day, 60));
    holder.ends_us = 20;
    assert_non_null(jb_holder_grant(&holder, JB_ROLE_REPORT, 19));
    assert_null(jb_holder_grant(&holder, JB_ROLE_REPORT, 20));
    holder.ends_us = 0;
    holder.state = JB_HOLDER_SUSPENDED;
    assert_null(jb_holder_grant(&holder, JB_ROLE_REVIEW, 20));
    holder.state = JB_HOLDER_REVOKED;
    assert_null(jb_holder_grant(&holder, JB_ROLE_REVIEW, 20));
}

/* Whether two grants may be in one hand: on one holder, and on two of one label. */
static void apart(const struct jb_grant *a, const struct jb_grant *b, const jb_catalog *with,
                  bool expected)
{
    struct jb_grant both[] = {*a, *b};
    struct jb_holder one = {.state = JB_HOLDER_ACTIVE, .grants = both, .grant_count = 2};
    struct jb_holder left = {.state = JB_HOLDER_ACTIVE, .grants = a, .grant_count = 1};
    struct jb_holder right = {.state = JB_HOLDER_SUSPENDED, .grants = b, .grant_count = 1};
    const struct jb_holder *others[] = {&right};
    jb_err want = expected ? JB_OK : JB_EINVAL;
    for (int turn = 0; turn < 2; turn++) {
        both[turn] = *a;
        both[1 - turn] = *b;
        jb_findings_clear(&findings);
        assert_int_equal(jb_duties_check(&one, NULL, 0, with, day, NOW, &findings), want);
        assert_int_equal(findings.errors, expected ? 0 : 1);
    }
    assert_int_equal(jb_duties_check(&left, others, 1, with, day, NOW, &findings), want);
    left.state = JB_HOLDER_SUSPENDED;
    right.state = JB_HOLDER_ACTIVE;
    others[0] = &left;
    jb_findings_clear(&findings);
    assert_int_equal(jb_duties_check(&right, others, 1, with, day, NOW, &findings), want);
    for (uint32_t i = 0; i < findings.count; i++)
        assert_int_equal(findings.items[i].code, JB_F_DUTIES_NOT_SEPARATE);
}

static void reporting_and_review_of_one_unit_are_apart(void **state)
{
    static const enum jb_role writing[] = {JB_ROLE_REPORT, JB_ROLE_ENTER};
    (void)state;
    for (size_t i = 0; i < JB_COUNT(writing); i++) {
        struct jb_grant ash = {.role = writing[i], UNITS(ONE("ash"))};
        struct jb_grant east = {.role = writing[i], UNITS(ONE("dune"), BELOW("east"))};
        struct jb_grant far = {.role = writing[i], UNITS(ONE("gone"), ONE("west"))};
        struct jb_grant all = {.role = writing[i], .everywhere = true};
        struct jb_grant r_ash = {.role = JB_ROLE_REVIEW, UNITS(ONE("beech"), ONE("ash"))};
        struct jb_grant r_east = {.role = JB_ROLE_REVIEW, UNITS(BELOW("east"))};
        struct jb_grant r_just_east = {.role = JB_ROLE_REVIEW, UNITS(ONE("east"))};
        struct jb_grant r_county = {.role = JB_ROLE_REVIEW, UNITS(BELOW("county"))};
        struct jb_grant r_all = {.role = JB_ROLE_REVIEW, .everywhere = true};
        struct jb_grant r_dune = {.role = JB_ROLE_REVIEW, UNITS(ONE("dune"))};
        apart(&ash, &r_ash, catalog, false);
        apart(&ash, &r_east, catalog, false);
        apart(&ash, &r_just_east, catalog, true);
        apart(&ash, &r_dune, catalog, true);
        apart(&east, &r_ash, catalog, false);
        apart(&east, &r_just_east, catalog, false);
        apart(&east, &r_county, catalog, false);
        apart(&far, &r_county, catalog, false);
        apart(&far, &r_dune, catalog, true);
        apart(&far, &r_east, catalog, true);
        apart(&all, &r_dune, catalog, false);
        apart(&ash, &r_all, catalog, false);
        apart(&all, &r_all, catalog, false);
        apart(&ash, &east, catalog, true);
        apart(&ash, &r_east, NULL, true);
        apart(&ash, &r_ash, NULL, false);
    }
}

static void security_and_audit_are_apart_and_other_roles_go_together(void **state)
{
    (void)state;
    for (enum jb_role a = JB_ROLE_CONNECT; a < JB_ROLES_END; a++) {
        for (enum jb_role b = a + 1; b < JB_ROLES_END; b++) {
            struct jb_grant left = {.role = a}, right = {.role = b};
            const struct jb_scope_unit ash = ONE("ash");
            if (jb_role_has_scope(a))
                left.units = &ash, left.unit_count = 1;
            if (jb_role_has_scope(b))
                right.units = &ash, right.unit_count = 1;
            bool together = !(a == JB_ROLE_SECURITY && b == JB_ROLE_AUDIT) &&
                            !(b == JB_ROLE_REVIEW && (a == JB_ROLE_REPORT || a == JB_ROLE_ENTER));
            apart(&left, &right, catalog, together);
        }
    }
}

static void what_is_over_or_revoked_does_not_count_and_what_is_to_come_does(void **state)
{
    struct jb_grant security = {.role = JB_ROLE_SECURITY, .from_us = NOW + 5};
    struct jb_grant over = {.role = JB_ROLE_AUDIT, .until_us = NOW};
    struct jb_grant ending = {.role = JB_ROLE_AUDIT, .until_us = NOW + 1};
    struct jb_holder left = {.state = JB_HOLDER_ACTIVE, .grants = &security, .grant_count = 1};
    struct jb_holder right = {.state = JB_HOLDER_ACTIVE, .grants = &ending, .grant_count = 1};
    const struct jb_holder *others[] = {&right};
    (void)state;
    apart(&security, &over, catalog, true);
    apart(&security, &ending, catalog, false);
    assert_int_equal(jb_duties_check(&left, others, 1, catalog, day, NOW, &findings), JB_EINVAL);
    right.ends_us = NOW;
    assert_int_equal(jb_duties_check(&left, others, 1, catalog, day, NOW, &findings), JB_OK);
    right.ends_us = NOW + 1;
    assert_int_equal(jb_duties_check(&left, others, 1, catalog, day, NOW, &findings), JB_EINVAL);
    right.state = JB_HOLDER_REVOKED;
    assert_int_equal(jb_duties_check(&left, others, 1, catalog, day, NOW, &findings), JB_OK);
    right.state = JB_HOLDER_ACTIVE;
    left.state = JB_HOLDER_REVOKED;
    assert_int_equal(jb_duties_check(&left, others, 1, catalog, day, NOW, &findings), JB_OK);
}

static void a_unit_named_alone_and_with_its_subtree_is_a_subtree(void **state)
{
    struct jb_grant ash = {.role = JB_ROLE_REPORT, UNITS(ONE("ash"))};
    struct jb_grant twice = {.role = JB_ROLE_REVIEW, UNITS(BELOW("east"), ONE("east"))};
    struct jb_grant again = {.role = JB_ROLE_REVIEW, UNITS(ONE("east"), BELOW("east"))};
    (void)state;
    apart(&ash, &twice, catalog, false);
    apart(&ash, &again, catalog, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_role_has_a_name_and_comes_back),
        TEST(a_grant_holds_from_its_first_moment_to_before_its_end),
        TEST(a_scope_covers_its_units_and_subtrees_and_nothing_else),
        TEST(only_a_holder_in_good_standing_has_grants),
        TEST(reporting_and_review_of_one_unit_are_apart),
        TEST(security_and_audit_are_apart_and_other_roles_go_together),
        TEST(what_is_over_or_revoked_does_not_count_and_what_is_to_come_does),
        TEST(a_unit_named_alone_and_with_its_subtree_is_a_subtree),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
