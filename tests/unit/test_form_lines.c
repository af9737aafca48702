/* Lines of a form on paper: numbers, depths, and names of parts. */
#include "jb_test.h"

#include "model/catalog_yaml.h"
#include "model/form_lines.h"

/* A part may stand apart from its whole; a text has no line, and its parts are nobody's. */
static const char yaml[] =
    "catalog: t\n"
    "name: {zh: 目录}\n"
    "units: [{code: u, name: {zh: 单位}, kind: county}]\n"
    "indicators:\n"
    "- {code: a, name: {zh: 申请总数, en: Applications}, unit_of_measure: {zh: 条}, measure: flow, "
    "owners: [u]}\n"
    "- {code: a1, name: {zh: 当面申请数, en: In person}, unit_of_measure: {zh: 条}, measure: flow, "
    "owners: [u]}\n"
    "- {code: b, name: {zh: 答复总数, en: Answers}, unit_of_measure: {zh: 条}, measure: flow, "
    "owners: [u]}\n"
    "- {code: a2, name: {zh: 传真申请数}, unit_of_measure: {zh: 条}, measure: flow, owners: [u]}\n"
    "- {code: b1, name: {zh: 否决答复数}, unit_of_measure: {zh: 条}, measure: flow, owners: [u]}\n"
    "- {code: b11, name: {zh: 信息不存在数}, unit_of_measure: {zh: 条}, measure: flow, owners: "
    "[u]}\n"
    "- {code: b12, name: {zh: 非本部门掌握数}, unit_of_measure: {zh: 条}, measure: flow, owners: "
    "[u]}\n"
    "- {code: t, name: {zh: 工作情况}, measure: text, owners: [u]}\n"
    "forms:\n"
    "- code: f\n"
    "  title: {zh: 报表}\n"
    "  units: [u]\n"
    "  rows:\n"
    "  - {indicator: t}\n"
    "  - {indicator: a}\n"
    "  - {indicator: a1, of: a}\n"
    "  - {indicator: b}\n"
    "  - {indicator: a2, of: a}\n"
    "  - {indicator: b1, of: b}\n"
    "  - {indicator: b11, of: b1}\n"
    "  - {indicator: b12, of: b1}\n";

static void lines_are_numbered_whole_by_whole(void **state)
{
    static const struct {
        uint32_t number, depth;
        const char *zh, *en;
    } want[] = {
        {2, 0, "申请总数", "Applications"},
        {3, 1, "其中：1．当面申请数", "of which: 1. In person"},
        {5, 1, "2．传真申请数", "2. 传真申请数"},
        {4, 0, "答复总数", "Answers"},
        {6, 1, "其中：否决答复数", "of which: 否决答复数"},
        {7, 2, "其中：（1）信息不存在数", "of which: (1) 信息不存在数"},
        {8, 2, "（2）非本部门掌握数", "(2) 非本部门掌握数"},
    };
    struct jb_findings findings;
    struct jb_form_line lines[8];
    jb_catalog *catalog = NULL;
    char buf[128];
    (void)state;
    jb_findings_init(&findings);
    assert_int_equal(jb_catalog_read_yaml(JB_LIT(yaml), "test", &findings, &catalog), JB_OK);
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    assert_int_equal(jb_form_lines(view, &view->forms[0], lines), JB_COUNT(want));
    for (uint32_t i = 0; i < JB_COUNT(want); i++) {
        assert_int_equal(lines[i].number, want[i].number);
        assert_int_equal(lines[i].depth, want[i].depth);
        assert_string_equal(
            jb_form_line_name(view, &view->forms[0], &lines[i], true, buf, sizeof(buf)),
            want[i].zh);
        assert_string_equal(
            jb_form_line_name(view, &view->forms[0], &lines[i], false, buf, sizeof(buf)),
            want[i].en);
    }
    jb_catalog_free(catalog);
    jb_findings_free(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_numbered_whole_by_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
