/* Relations in a catalogue: what is made of written ones and of parts 其中, and the broken ones,
 * each refused at its line and column. */
#include "jb_test.h"

#include "model/catalog_yaml.h"

#define HEAD                                                                                       \
    "catalog: t\n"                                                                                 \
    "name: {zh: 目录}\n"                                                                         \
    "units: [{code: u, name: {zh: 甲}}]\n"                                                        \
    "indicators:\n"                                                                                \
    "- {code: x, name: {zh: 全}, unit_of_measure: {zh: 件}, measure: flow, owners: [u]}\n"       \
    "- {code: y, name: {zh: 部}, unit_of_measure: {zh: 件}, measure: flow, owners: [u],\n"       \
    "   bases: [period, ytd]}\n"                                                                   \
    "- {code: z, name: {zh: 存}, unit_of_measure: {zh: 人}, measure: stock, owners: [u]}\n"      \
    "- {code: o, name: {zh: 起}, unit_of_measure: {zh: 件}, measure: flow, owners: [u],\n"       \
    "   bases: [since]}\n"                                                                         \
    "- {code: w, name: {zh: 文}, measure: text, owners: [u]}\n"                                   \
    "- {code: m, name: {zh: 月}, unit_of_measure: {zh: 件}, measure: flow, frequency: month}\n"
#define FORMS                                                                                      \
    HEAD "forms:\n"                                                                                \
         "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x}, {indicator: y}]}\n"     \
         "- {code: g, title: {zh: 又}, units: [u], rows: [{indicator: z}, {indicator: o},\n"      \
         "   {indicator: w}]}\n"
#define RULE FORMS "rules:\n- {code: r, name: {zh: 规}, severity: error, "

static const struct broken {
    const char *marked; /* '^' where the first finding must point */
    enum jb_finding_code code;
    const char *expected; /* a part of what the finding says was expected, or NULL */
} files[] = {
    {FORMS "rules: ^x\n", JB_F_CATALOG_BAD_VALUE, NULL},
    {FORMS "rules: [^x]\n", JB_F_CATALOG_BAD_VALUE, NULL},
    {RULE "left: x, op: \"<=\", ^rite: y, right: y}\n", JB_F_CATALOG_UNKNOWN_KEY, NULL},
    {FORMS "rules:\n- ^{code: r, name: {zh: 规}, left: x, op: \"<\", right: y}\n",
     JB_F_CATALOG_MISSING_KEY, NULL},
    {RULE "left: x, op: ^\"=<\", right: y}\n", JB_F_CATALOG_BAD_VALUE, "<="},
    {RULE "left: ^x +, op: \"<\", right: y}\n", JB_F_CATALOG_BAD_VALUE, "character 4"},
    {RULE "left: x, op: \"<\", right: ^\"y 5\"}\n", JB_F_CATALOG_BAD_VALUE, "character 3"},
    {RULE "left: x, op: \"<\", right: ^y@last}\n", JB_F_CATALOG_BAD_VALUE, "character 3"},
    {RULE "left: x, op: \"<\", right: ^[y]}\n", JB_F_CATALOG_BAD_VALUE, NULL},
    {RULE "left: x, op: \"<\", right: ^yy}\n", JB_F_CATALOG_UNKNOWN_REFERENCE, NULL},
    {RULE "left: x, op: \"<\", right: ^w}\n", JB_F_CATALOG_CONTRADICTION, "number"},
    {RULE "left: x, op: \"<\", right: ^m}\n", JB_F_CATALOG_CONTRADICTION, "frequency"},
    {RULE "left: x, op: \"<\", right: ^o}\n", JB_F_CATALOG_CONTRADICTION, "basis"},
    {RULE "left: x, op: \"<\", right: ^z@ytd}\n", JB_F_CATALOG_CONTRADICTION, "flow"},
    {RULE "left: ^x@previous, op: \"<\", right: \"5\"}\n", JB_F_CATALOG_CONTRADICTION, "itself"},
    {RULE "form: f, left: x, op: \"<\", right: ^z}\n", JB_F_CATALOG_CONTRADICTION, "form"},
    {RULE "form: ^h, left: x, op: \"<\", right: y}\n", JB_F_CATALOG_UNKNOWN_REFERENCE, NULL},
    {RULE "left: x, op: \"=\", right: y, tolerance: ^-1}\n", JB_F_CATALOG_BAD_VALUE, NULL},
    {RULE "left: x, op: \"!=\", right: y, tolerance: ^1}\n", JB_F_CATALOG_CONTRADICTION, NULL},
    {RULE "left: x, op: \"=\", right: y, when_missing: ^no}\n", JB_F_CATALOG_BAD_VALUE, "skip"},
    {RULE
     "left: x, op: \"=\", right: y}\n- {code: ^r, name: {zh: 规}, severity: explain, left: x,\n"
     "   op: \"=\", right: y}\n",
     JB_F_CATALOG_DUPLICATE, NULL},
    {FORMS "checks: [history, ^histry]\n", JB_F_CATALOG_BAD_VALUE, "unchanged"},
    {FORMS "checks: [history, ^history]\n", JB_F_CATALOG_DUPLICATE, NULL},
    {HEAD "forms:\n- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x, parts: ^\"<\"},\n"
          "   {indicator: y, of: x}, {indicator: z}, {indicator: o}, {indicator: w}]}\n",
     JB_F_CATALOG_BAD_VALUE, "="},
    {HEAD "forms:\n- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x}, {indicator: y,\n"
          "   of: x, parts: ^\"=\"}, {indicator: z}, {indicator: o}, {indicator: w}]}\n",
     JB_F_CATALOG_CONTRADICTION, NULL},
    {"catalog: t\nname: {zh: 目录}\nunits: [{code: u, name: {zh: 甲}}]\nindicators:\n"
     "- {code: x, name: {zh: 全}, unit_of_measure: {zh: 件}, measure: flow, authoritative: ^ytd}\n",
     JB_F_CATALOG_CONTRADICTION, NULL},
    {"catalog: t\nname: {zh: 目录}\nunits: [{code: u, name: {zh: 甲}}]\nindicators:\n"
     "- {code: x, name: {zh: 全}, unit_of_measure: {zh: 件}, measure: flow, marks: ^reason}\n",
     JB_F_CATALOG_BAD_VALUE, "explain"},
};

static void unmark(const char *marked, char *yaml, uint32_t *line, uint32_t *column)
{
    uint32_t at_line = 1, at_column = 1;
    size_t len = 0;

    for (const char *c = marked; *c; c++) {
        if (*c == '^') {
            *line = at_line;
            *column = at_column;
            continue;
        }
        yaml[len++] = *c;
        at_column += ((uint8_t)*c & 0xc0) != 0x80;
        if (*c == '\n') {
            at_line++;
            at_column = 1;
        }
    }
    yaml[len] = '\0';
}

static void each_broken_relation_is_refused_at_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < JB_COUNT(files); i++) {
        uint32_t line = 0, column = 0;
        struct jb_findings findings;
        jb_catalog *catalog = NULL;
        char yaml[2048];

        unmark(files[i].marked, yaml, &line, &column);
        jb_findings_init(&findings);
        assert_int_equal(jb_catalog_read_yaml(jb_slice_str(yaml), "t.yaml", &findings, &catalog),
                         JB_EINVAL);
        const struct jb_finding *first = &findings.items[0];
        if (findings.total != 1 || first->code != files[i].code || first->row != line ||
            first->column != column) {
            fprintf(stderr, "%s\n", strstr(files[i].marked, "forms:"));
            jb_findings_print(&findings, stderr);
        }
        assert_int_equal(findings.total, 1);
        assert_int_equal(first->code, files[i].code);
        assert_int_equal(first->row, line);
        assert_int_equal(first->column, column);
        if (files[i].expected)
            assert_non_null(strstr(first->expected, files[i].expected));
        jb_findings_free(&findings);
    }
}

static void a_form_knows_the_relations_that_look_at_its_rows(void **state)
{
    static const char text[] = HEAD
        "forms:\n"
        "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x, parts: \"<=\"},\n"
        "   {indicator: y, of: x}, {indicator: z, of: x}]}\n"
        "- {code: g, title: {zh: 又}, units: [u], rows: [{indicator: o}, {indicator: w}]}\n"
        "rules:\n"
        "- {code: r, name: {zh: 规}, severity: explain, left: x + y@previous - 2, op: \">=\",\n"
        "   right: \"2*y@ytd\", tolerance: 0.5, when_missing: require, note: 见办法}\n"
        "checks: [unchanged]\n";
    struct jb_findings findings;
    jb_catalog *catalog = NULL;

    (void)state;
    jb_findings_init(&findings);
    assert_int_equal(jb_catalog_read_yaml(jb_slice_str(text), "t.yaml", &findings, &catalog),
                     JB_OK);
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    assert_int_equal(view->rule_count, 3);
    assert_int_equal(view->forms[0].rule_count, 3);
    assert_int_equal(view->forms[1].rule_count, 0);
    assert_true(view->check_unchanged && !view->check_history && view->forms[1].compared);
    const struct jb_rule *r = &view->rules[0];
    assert_true(r->explain && r->kind == JB_RULE_WRITTEN && r->op == JB_OP_GE);
    assert_int_equal(r->missing, JB_MISSING_REQUIRE);
    assert_int_equal(r->left_count, 3);
    assert_int_equal(r->left[1].when, JB_WHEN_PREVIOUS);
    assert_int_equal(r->left[2].coefficient, -1);
    assert_int_equal(r->right[0].coefficient, 2);
    assert_string_equal(r->note, "见办法");
    assert_int_equal(jb_catalog_rule(catalog, JB_LIT("r")), 0);
    assert_int_equal(view->written_rule_count, 1);
    assert_int_equal(view->rules[2].kind, JB_RULE_PART);
    assert_true(jb_slice_is(view->rules[2].left[0].code, "z"));
    assert_true(jb_slice_is(view->rules[2].right[0].code, "x"));
    jb_catalog_free(catalog);
    jb_findings_free(&findings);
}

static void without_relations_no_form_is_compared(void **state)
{
    struct jb_findings findings;
    jb_catalog *catalog = NULL;

    (void)state;
    jb_findings_init(&findings);
    assert_int_equal(jb_catalog_read_yaml(jb_slice_str(FORMS), "t.yaml", &findings, &catalog),
                     JB_OK);
    assert_false(jb_catalog_view(catalog)->forms[0].compared);
    assert_int_equal(jb_catalog_view(catalog)->rule_count, 0);
    jb_catalog_free(catalog);
    jb_findings_free(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_broken_relation_is_refused_at_its_place),
        cmocka_unit_test(a_form_knows_the_relations_that_look_at_its_rows),
        cmocka_unit_test(without_relations_no_form_is_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
