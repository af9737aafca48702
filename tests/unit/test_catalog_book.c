/* Catalogues as workbooks: there and back they mean the same, and what an officer breaks is told
 * with sheet and cell. */
#include "jb_test.h"

#include <stdlib.h>

#include "base/text.h"
#include "bureau/catalog_book.h"
#include "catalog_spell.h"
#include "files/encoding.h"
#include "files/sheet_place.h"
#include "files/workbook.h"
#include "files/workbook_write.h"
#include "model/catalog_yaml.h"
#include "model/yaml_build.h"

/* Every key of the format, and what is easily lost on the way. */
static const char everything[] =
    "catalog: all.keys\n"
    "name: {zh: 全, en: \"All: of it\"}\n"
    "zone: \"-03:30\"\n"
    "frequency: month\n"
    "periods: managed\n"
    "ranking: true\n"
    "demonstration: true\n"
    "holidays: [{from: 2023-01-21, until: 2023-01-27, name: {zh: 春节, en: Spring}}]\n"
    "workdays: [2023-01-28, 2023-01-29]\n"
    "schedule: {opens: -10, due: 10, locks: 20, shift: next_workday, dates: [{period: 2023-M02, "
    "due: 2023-03-05}]}\n"
    "units:\n"
    "- {code: county, name: {zh: 某县}, kind: county}\n"
    "- {code: gov, name: {zh: 政府系统}, parent: county}\n"
    "- {code: towns, name: {zh: 乡镇}, parents: [{unit: county}]}\n"
    "- {code: justice, name: {zh: 县司法局, en: '=Justice'}, aliases: [司法局, 法律、法规处, 'a; "
    "b'], parent: "
    "gov, assessed: true}\n"
    "- code: zone\n"
    "  name: {zh: 开发区}\n"
    "  assessed: false\n"
    "  from: 2019-01-01\n"
    "  until: 2030-12-31\n"
    "  parents: [{unit: gov, until: 2021-12-31}, {unit: towns, from: 2022-01-01}]\n"
    "groups:\n"
    "- {code: law, name: {zh: 守法组}, aliases: [组], members: [justice, {unit: zone, from: "
    "2022-01-01}]}\n"
    "- {code: none, name: {zh: 空组}, members: []}\n"
    "sections:\n"
    "- {code: s, name: {zh: 方案}}\n"
    "- {code: s.1, name: {zh: 一}, parent: s, aliases: [壹]}\n"
    "indicators:\n"
    "- code: cases\n"
    "  name: {zh: 案件数, en: Cases}\n"
    "  aliases: [案件]\n"
    "  unit_of_measure: {zh: 件, en: cases}\n"
    "  measure: flow\n"
    "  decimals: 2\n"
    "  owners: [justice, {unit: zone, from: 2020-01-01, until: 2025-12-31}]\n"
    "  lead: [{unit: gov, until: 2022-12-31}, {unit: justice, from: 2023-01-01}]\n"
    "  contributors: [towns, {unit: zone, from: 2021-01-01}]\n"
    "  sections: [s.1, s]\n"
    "  direction: down\n"
    "  bases: [ytd, period]\n"
    "  authoritative: ytd\n"
    "  negative: true\n"
    "  not_applicable: reason\n"
    "  marks: explain\n"
    "  public: true\n"
    "  targets: [{period: 2022, value: \"50.50\", mark: at_least, note: \"'quoted\\nsecond line "
    "\"}, "
    "{period: 2023-M01..2023-M04, value: \"-3\"}]\n"
    "  redefined: [{from: 2023-01-01, note: 新口径}, {from: 2024-01-01}]\n"
    "  from: 2019-01-01\n"
    "  until: 2029-12-31\n"
    "  note: \"  说明 with blanks around  \\n+1\"\n"
    "- {code: done, name: {zh: 办结}, unit_of_measure: {zh: 件}, measure: flow, owners: [justice], "
    "lead: "
    "justice, not_applicable: false, marks: false, decimals: 0, display_decimals: 3}\n"
    "- {code: share, name: {zh: 占比}, unit_of_measure: {zh: '%'}, measure: ratio, numerator: "
    "done, "
    "denominator: cases, power10: 4, display_decimals: 1}\n"
    "- {code: staff, name: {zh: 人数}, unit_of_measure: {zh: 人}, measure: stock, owners: [gov, "
    "justice], "
    "parent_value: compare, unit_agg: mean, time_agg: mean}\n"
    "- {code: asked, name: {zh: 调度}, unit_of_measure: {zh: 次}, measure: flow, frequency: day, "
    "owners: "
    "[justice]}\n"
    "- {code: story, name: {zh: 材料}, measure: text, owners: [justice]}\n"
    "- {code: plan, name: {zh: 计划数}, unit_of_measure: {zh: 个}, measure: stock}\n"
    "forms:\n"
    "- code: work\n"
    "  title: {zh: 工作, en: Work}\n"
    "  aliases: [工作表]\n"
    "  scan: true\n"
    "  units: [justice, {unit: zone, from: 2021-01-01}]\n"
    "  schedule: {due: -4, dates: [{period: 2022-M12, opens: 2022-12-01, due: 2022-12-27, locks: "
    "2023-01-20}]}\n"
    "  rows:\n"
    "  - {indicator: cases, owed: [2022-M01..2022-M06, 2023], parts: \"<=\"}\n"
    "  - {indicator: done, of: cases, optional: true}\n"
    "  - {indicator: story}\n"
    "- {code: staffing, title: {zh: 人员}, units: [gov, justice], schedule: {}, rows: [{indicator: "
    "staff}]}\n"
    "- {code: adhoc, title: {zh: 调度}, frequency: day, units: [justice], rows: [{indicator: "
    "asked, owed: "
    "[2023-05-12]}]}\n"
    "rules:\n"
    "- {code: r.1, name: {zh: 关系, en: Rule}, form: work, severity: explain, left: done - "
    "cases@previous, "
    "op: \"<=\", right: 2*cases + 1.5, when_missing: zero, tolerance: 0.5, note: n}\n"
    "- {code: r.2, name: {zh: 二}, severity: error, left: done, op: \"!=\", right: cases}\n"
    "checks: [unchanged, history]\n";

static jb_catalog *read_yaml(struct jb_slice text)
{
    struct jb_findings findings;
    jb_catalog *catalog = NULL;

    jb_findings_init(&findings);
    if (jb_catalog_read_yaml(text, "in.yaml", &findings, &catalog) != JB_OK)
        jb_findings_print(&findings, stderr);
    jb_findings_free(&findings);
    assert_non_null(catalog);
    return catalog;
}

/* The workbook of a catalogue. */
static uint8_t *write_book(struct jb_slice yaml, const jb_catalog *catalog, size_t *ret_len)
{
    const struct jb_yaml_node *root = NULL;
    struct jb_findings findings;
    struct jb_arena arena;
    uint8_t *bytes = NULL;

    jb_findings_init(&findings);
    jb_arena_init(&arena, 256 << 20);
    assert_int_equal(jb_yaml_parse(yaml, "in.yaml", &arena, &findings, &root), JB_OK);
    assert_int_equal(jb_catalog_book_write(catalog, root, NULL, 0, &bytes, ret_len), JB_OK);
    jb_arena_free(&arena);
    jb_findings_free(&findings);
    return bytes;
}

static void there_and_back(struct jb_slice yaml)
{
    jb_catalog *before = read_yaml(yaml), *after = NULL;
    size_t len = 0;
    uint8_t *bytes = write_book(yaml, before, &len);
    struct jb_findings findings;
    struct jb_buf text;

    jb_findings_init(&findings);
    jb_buf_init(&text, 64 << 20);
    assert_true(jb_catalog_is_book(jb_slice_of(bytes, len)));
    jb_err err = jb_catalog_book_read(jb_slice_of(bytes, len), "b.xlsx", &findings, &text, &after);
    if (err)
        jb_findings_print(&findings, stderr);
    assert_int_equal(err, JB_OK);
    char *was = spell_catalog(before), *is = spell_catalog(after);
    assert_string_equal(was, is);
    free(was);
    free(is);
    jb_findings_free(&findings);
    jb_buf_free(&text);
    free(bytes);
    jb_catalog_free(before);
    jb_catalog_free(after);
}

static void every_catalogue_means_the_same_there_and_back(void **state)
{
    static const char *const files[] = {JB_SOURCE_DIR "/deploy/suixi/catalog.yaml",
                                        JB_SOURCE_DIR "/deploy/provinces/catalog.yaml",
                                        JB_SOURCE_DIR "/deploy/demo/catalog.yaml"};
    (void)state;
    for (int zh = 0; zh < 2; zh++) {
        jb_text_init(zh ? "zh" : "en");
        there_and_back(JB_LIT(everything));
        for (size_t i = 0; i < JB_COUNT(files); i++) {
            uint8_t *bytes = NULL;
            size_t len = 0;
            assert_int_equal(jb_read_file(files[i], 16 << 20, &bytes, &len), JB_OK);
            there_and_back(jb_slice_of(bytes, len));
            free(bytes);
        }
    }
    jb_text_init("en");
}

/* A workbook again, with one thing changed: the text of a cell, or (cell NULL) a sheet's name. */
static uint8_t *changed(struct jb_slice bytes, const char *sheet, const char *cell,
                        const char *text, size_t *ret_len)
{
    struct jb_workbook old;
    struct jb_fault fault = {0};
    jb_book *book = jb_book_new(false);
    uint32_t row = 0, column = 0;
    uint8_t *ret = NULL;

    assert_int_equal(jb_workbook_read(bytes, &old, &fault), JB_OK);
    if (cell)
        assert_int_equal(jb_sheet_place_parse(jb_slice_str(cell), &row, &column), JB_OK);
    for (uint32_t i = 0; i < old.sheet_count; i++) {
        bool own = strcmp(old.sheets[i].name, sheet) == 0;
        jb_page *page = jb_book_page(book, own && !cell ? text : old.sheets[i].name, NULL);
        for (uint32_t k = 0; k < old.sheets[i].cell_count; k++) {
            const struct jb_sheet_cell *at = &old.sheets[i].cells[k];
            if (!own || !cell || at->row != row || at->column != column)
                jb_page_text(page, at->row, at->column, at->text, NULL);
        }
        if (own && cell && text[0])
            jb_page_text(page, row, column, jb_slice_str(text), NULL);
    }
    jb_workbook_free(&old);
    assert_int_equal(jb_book_finish(&book, &ret, ret_len), JB_OK);
    return ret;
}

static const struct bad {
    const char *sheet, *cell, *text;
    enum jb_finding_code code;
    const char *place; /* "": the sheet itself */
} bad_cells[] = {
    {"units", NULL, "unitz", JB_F_CATALOG_UNKNOWN_KEY, "unitz"},
    {"units", "A1", "codes", JB_F_CATALOG_UNKNOWN_KEY, "units!A1"},
    {"units", "B1", "", JB_F_CATALOG_MISSING_KEY, "units!A1"},
    {"units", "B1", "code", JB_F_CATALOG_DUPLICATE, "units!B1"},
    {"units", "A5", "Justice", JB_F_CATALOG_BAD_VALUE, "units!A5"},
    {"units", "A5", "gov", JB_F_CATALOG_DUPLICATE, "units!A5"},
    {"units", "B5", "", JB_F_CATALOG_MISSING_KEY, "units!B5"},
    {"units", "F5", "gvo", JB_F_CATALOG_UNKNOWN_REFERENCE, "units!F5"},
    {"units", "G5", "maybe", JB_F_CATALOG_BAD_VALUE, "units!G5"},
    {"units", "H5", "2023-1-1", JB_F_CATALOG_BAD_VALUE, "units!H5"},
    {"indicators", "G2", "flows", JB_F_CATALOG_BAD_VALUE, "indicators!G2"},
    {"indicators", "G3", "", JB_F_CATALOG_MISSING_KEY, "indicators!G3"},
    {"indicators", "I2", "17", JB_F_CATALOG_BAD_VALUE, "indicators!I2"},
    {"indicators", "K2", "s; s.9", JB_F_CATALOG_UNKNOWN_REFERENCE, "indicators!K2"},
    {"division of work", "A2", "casez", JB_F_CATALOG_UNKNOWN_REFERENCE, "division of work!A2"},
    {"division of work", "C2", "owner of it", JB_F_CATALOG_BAD_VALUE, "division of work!C2"},
    {"division of work", "D2", "nobody", JB_F_CATALOG_UNKNOWN_REFERENCE, "division of work!D2"},
    {"targets", "E2", "about 50", JB_F_CATALOG_BAD_VALUE, "targets!E2"},
    {"form rows", "E3", "story", JB_F_CATALOG_CONTRADICTION, "form rows!E3"},
    {"form rows", "F2", "2022-Q9", JB_F_CATALOG_BAD_VALUE, "form rows!F2"},
    {"dates", "E2", "2023-03-50", JB_F_CATALOG_BAD_VALUE, "dates!E2"},
    {"rules", "E2", "done +", JB_F_CATALOG_BAD_VALUE, "rules!E2"},
    {"holidays", "B2", "2022-01-01", JB_F_CATALOG_CONTRADICTION, "holidays!B2"},
    {"catalogue", "B5", "8", JB_F_CATALOG_BAD_VALUE, "catalogue!B5"},
    {"catalogue", "A5", "time zone", JB_F_CATALOG_UNKNOWN_KEY, "catalogue!A5"},
};

static bool has_finding(const struct jb_findings *findings, const struct bad *bad)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct jb_finding *finding = &findings->items[i];
        char cell[JB_FINDING_CELL_SIZE], place[128];
        jb_finding_cell(finding, cell);
        snprintf(place, sizeof(place), "%s%s%s", finding->sheet, cell[0] ? "!" : "", cell);
        if (finding->code == bad->code && strcmp(place, bad->place) == 0)
            return true;
    }
    return false;
}

static void what_is_wrong_is_told_with_sheet_and_cell(void **state)
{
    jb_catalog *catalog = read_yaml(JB_LIT(everything));
    size_t len = 0;
    uint8_t *good = write_book(JB_LIT(everything), catalog, &len);

    (void)state;
    for (size_t i = 0; i < JB_COUNT(bad_cells); i++) {
        const struct bad *bad = &bad_cells[i];
        struct jb_findings findings;
        struct jb_buf text;
        jb_catalog *after = NULL;
        size_t bad_len = 0;
        uint8_t *bytes =
            changed(jb_slice_of(good, len), bad->sheet, bad->cell, bad->text, &bad_len);
        jb_findings_init(&findings);
        jb_buf_init(&text, 1 << 20);
        jb_err err =
            jb_catalog_book_read(jb_slice_of(bytes, bad_len), "b.xlsx", &findings, &text, &after);
        if (err != JB_EINVAL || !has_finding(&findings, bad)) {
            jb_findings_print(&findings, stderr);
            fail_msg("%s %s = %s", bad->sheet, bad->cell, bad->text);
        }
        assert_null(after);
        jb_findings_free(&findings);
        jb_buf_free(&text);
        free(bytes);
    }
    free(good);
    jb_catalog_free(catalog);
}

static void what_an_officer_types_is_read(void **state)
{
    jb_catalog *before = read_yaml(JB_LIT(everything)), *after = NULL;
    struct jb_findings findings;
    struct jb_buf text;
    size_t len = 0, len2 = 0, len3 = 0;
    uint8_t *good = write_book(JB_LIT(everything), before, &len);
    uint8_t *one = changed(jb_slice_of(good, len), "indicators", "K2", "s.1，s、", &len2);
    uint8_t *two = changed(jb_slice_of(one, len2), "indicators", "G2", " 时期数 ", &len3);

    (void)state;
    jb_findings_init(&findings);
    jb_buf_init(&text, 1 << 20);
    assert_int_equal(
        jb_catalog_book_read(jb_slice_of(two, len3), "b.xlsx", &findings, &text, &after), JB_OK);
    char *was = spell_catalog(before), *is = spell_catalog(after);
    assert_string_equal(was, is);
    free(was);
    free(is);
    jb_findings_free(&findings);
    jb_buf_free(&text);
    free(good);
    free(one);
    free(two);
    jb_catalog_free(before);
    jb_catalog_free(after);
}

/* A key that the format gets and the sheets do not would be lost without a word. */
static void a_key_without_a_column_is_not_dropped(void **state)
{
    static const char *const more[] = {"colour: red\n", "forms: [{code: x, colour: red}]\n"};
    jb_catalog *catalog = read_yaml(JB_LIT(everything));
    (void)state;
    for (size_t i = 0; i < JB_COUNT(more); i++) {
        const struct jb_yaml_node *root = NULL;
        struct jb_findings findings;
        struct jb_arena arena;
        uint8_t *bytes = NULL;
        size_t len = 0;
        jb_findings_init(&findings);
        jb_arena_init(&arena, 1 << 20);
        assert_int_equal(jb_yaml_parse(jb_slice_str(more[i]), "x", &arena, &findings, &root),
                         JB_OK);
        assert_int_equal(jb_catalog_book_write(catalog, root, NULL, 0, &bytes, &len), JB_EINVAL);
        assert_null(bytes);
        jb_arena_free(&arena);
        jb_findings_free(&findings);
    }
    jb_catalog_free(catalog);
}

static bool same_tree(const struct jb_yaml_node *a, const struct jb_yaml_node *b)
{
    if (a->kind != b->kind || a->len != b->len)
        return false;
    if (a->kind == JB_YAML_TEXT)
        return memcmp(a->text, b->text, a->len) == 0;
    for (a = a->first, b = b->first; a && b; a = a->next, b = b->next) {
        if (!same_tree(a, b))
            return false;
    }
    return !a && !b;
}

static void written_yaml_is_the_same_tree(void **state)
{
    static const char *const texts[] = {
        everything,
        "{}\n",
        "[]\n",
        "a: []\nb: {}\nc: ''\nd: [[a, [b]], {x: {y: [1]}}]\n",
        "a: \" lead\"\nb: \"tail \"\nc: \"x: y\"\nd: \"#no\"\ne: \"- x\"\nf: "
        "\"a\\tb\\x01\\\\\"\ng: \"two  blanks\"\n"
        "h: \"\\u4e2d\\ufeff\\u2028\\U0001F600\"\ni: \"?\"\nj: \"true\"\nk: \"~\"\nl: 'a''b'\n",
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(texts); i++) {
        const struct jb_yaml_node *before = NULL, *after = NULL;
        struct jb_findings findings;
        struct jb_arena arena;
        struct jb_buf text;
        jb_findings_init(&findings);
        jb_arena_init(&arena, 64 << 20);
        jb_buf_init(&text, 1 << 20);
        assert_int_equal(jb_yaml_parse(jb_slice_str(texts[i]), "a", &arena, &findings, &before),
                         JB_OK);
        jb_yaml_write(before, &text);
        jb_err err = jb_yaml_parse(jb_buf_slice(&text), "b", &arena, &findings, &after);
        if (err || !same_tree(before, after))
            fail_msg("%.*s", JB_ARG(jb_buf_slice(&text)));
        jb_buf_free(&text);
        jb_arena_free(&arena);
        jb_findings_free(&findings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_catalogue_means_the_same_there_and_back),
        cmocka_unit_test(what_is_wrong_is_told_with_sheet_and_cell),
        cmocka_unit_test(what_an_officer_types_is_read),
        cmocka_unit_test(a_key_without_a_column_is_not_dropped),
        cmocka_unit_test(written_yaml_is_the_same_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
