/* Tables on paper: which pages they need, and that every column has its room. */
#include "jb_test.h"

#include <zip.h>

#include "model/catalog_yaml.h"
#include "paper/table_sheet.h"

static const char yaml[] = "catalog: t\n"
                           "name: {zh: 目录, en: Catalogue}\n"
                           "units: [{code: u, name: {zh: 单位}, kind: county}]\n";

static jb_table_sheet *sheet_of(uint32_t figures, const char *words, uint32_t rows)
{
    struct jb_sheet_column columns[JB_PAPER_COLUMNS_MAX] = {{"单位", JB_DOCX_START}};
    for (uint32_t i = 1; i <= figures; i++)
        columns[i] = (struct jb_sheet_column){"指标名称比较长（件）", JB_DOCX_END};
    jb_table_sheet *sheet = jb_table_sheet_new("汇总表", "（2023年）", columns, figures + 1);
    for (uint32_t r = 0; r < rows; r++) {
        jb_table_sheet_cell(sheet, words);
        for (uint32_t i = 0; i < figures; i++)
            jb_table_sheet_cellf(sheet, "%u", 1234567 + i);
        jb_table_sheet_end_row(sheet, JB_SHEET_PLAIN, 0);
    }
    return sheet;
}

static void a_table_turns_when_it_is_too_wide(void **state)
{
    (void)state;
    for (uint32_t figures = 1; figures < JB_PAPER_COLUMNS_MAX; figures++) {
        jb_table_sheet *sheet = sheet_of(figures, "县市场监管局", 3);
        assert_int_equal(jb_table_sheet_is_wide(sheet), figures > 7);
        jb_table_sheet_free(sheet);
    }
}

/* The document's main part. */
static char *put(const jb_table_sheet *sheet, bool landscape)
{
    struct jb_findings findings;
    jb_catalog *catalog = NULL;
    struct jb_buf bytes;
    struct zip_stat stat;
    jb_findings_init(&findings);
    assert_int_equal(jb_catalog_read_yaml(JB_LIT(yaml), "test", &findings, &catalog), JB_OK);
    const struct jb_paper_about about = {.title = "t", .catalog = catalog, .landscape = landscape};
    jb_docx *doc = jb_paper_new(&about);
    jb_table_sheet_put(doc, sheet, landscape, true);
    jb_buf_init(&bytes, 4 * 1024 * 1024);
    assert_int_equal(jb_docx_finish(&doc, jb_paper_page(landscape), &bytes), JB_OK);
    zip_source_t *source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, NULL);
    zip_t *archive = zip_open_from_source(source, ZIP_RDONLY, NULL);
    assert_int_equal(zip_stat(archive, "word/document.xml", 0, &stat), 0);
    char *text = jb_xcalloc(1, stat.size + 1);
    zip_file_t *file = zip_fopen(archive, "word/document.xml", 0);
    assert_int_equal(zip_fread(file, text, stat.size), stat.size);
    zip_fclose(file);
    zip_discard(archive);
    jb_buf_free(&bytes);
    jb_catalog_free(catalog);
    jb_findings_free(&findings);
    return text;
}

static void columns_fill_the_page_and_never_more(void **state)
{
    static const char *const words[] = {
        "县", "一个名称长得在任何一页纸上都写不下的单位，名称里还有 Latin words 和数字 "
              "12345678，并且没有完没有了地继续写下去"};
    (void)state;
    for (uint32_t figures = 1; figures < JB_PAPER_COLUMNS_MAX; figures++) {
        for (size_t w = 0; w < JB_COUNT(words); w++) {
            jb_table_sheet *sheet = sheet_of(figures, words[w], 2);
            bool wide = jb_table_sheet_is_wide(sheet);
            uint32_t room = jb_docx_page_width_dmm(jb_paper_page(wide)) * 1440u / 254, total = 0;
            char *xml = put(sheet, wide);
            const char *grid = strstr(xml, "<w:tblGrid>"), *end = strstr(xml, "</w:tblGrid>");
            for (const char *at = grid; (at = strstr(at, "w:w=\"")) && at < end; at++)
                total += (uint32_t)strtoul(at + 5, NULL, 10);
            assert_in_range(total, room * 95 / 100, room + 24);
            free(xml);
            jb_table_sheet_free(sheet);
        }
    }
}

static void cells_that_go_on_are_merged_and_headings_stand_across(void **state)
{
    static const struct jb_sheet_column columns[] = {
        {"单位", JB_DOCX_START}, {"报表", JB_DOCX_START}, {"缺", JB_DOCX_END}};
    (void)state;
    jb_table_sheet *sheet = jb_table_sheet_new("名单", NULL, columns, 3);
    jb_table_sheet_heading(sheet, "第一章");
    for (uint32_t i = 0; i < 2; i++) {
        jb_table_sheet_cell(sheet, i ? NULL : "县司法局");
        jb_table_sheet_cellf(sheet, "表%u", i);
        jb_table_sheet_cell(sheet, "1");
        jb_table_sheet_end_row(sheet, JB_SHEET_PLAIN, 0);
    }
    jb_table_sheet_note(sheet, "说明 <1>");
    assert_int_equal(jb_table_sheet_rows(sheet), 3);
    char *xml = put(sheet, false);
    assert_non_null(strstr(xml, "<w:gridSpan w:val=\"3\"/>"));
    const char *start = strstr(xml, "<w:vMerge w:val=\"restart\"/>");
    assert_non_null(start);
    assert_non_null(strstr(start, "<w:vMerge/>"));
    assert_non_null(strstr(xml, "说明 &lt;1&gt;"));
    assert_non_null(strstr(xml, "<w:tblHeader/>"));
    free(xml);
    jb_table_sheet_free(sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_turns_when_it_is_too_wide),
        cmocka_unit_test(columns_fill_the_page_and_never_more),
        cmocka_unit_test(cells_that_go_on_are_merged_and_headings_stand_across),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
