/* Word documents: what is in the package, that it is the same twice, and that limits hold. Another
 * reader of the files is in tests/e2e. */
#include "jb_test.h"

#include <zip.h>

#include "files/docx.h"
#include "files/docx_chart.h"

static void put_table(jb_docx_body *body)
{
    static const uint16_t widths[] = {600, 300, 300};
    const struct jb_docx_table table = {widths, 3, JB_LINES_OPEN, JB_DOCX_CENTER};
    jb_docx_table_begin(body, &table);
    jb_docx_row_begin(body, &(struct jb_docx_row){.head = true, .height_dmm = 80});
    jb_docx_cell_text(body, &(struct jb_docx_cell){.merge = JB_MERGE_START}, NULL, NULL, "指标");
    jb_docx_cell_text(body, &(struct jb_docx_cell){.columns = 2, .fill = "EEEEEE"}, NULL, NULL,
                      "数值");
    jb_docx_row_end(body);
    jb_docx_row_begin(body, NULL);
    jb_docx_cell_begin(body, &(struct jb_docx_cell){.merge = JB_MERGE_CONTINUE});
    jb_docx_cell_end(body);
    jb_docx_cell_text(body, &(struct jb_docx_cell){.lines_off = JB_SIDE_LEFT}, NULL, NULL, "1");
    jb_docx_cell_begin(body,
                       NULL); /* a table inside: the cell ends with a paragraph all the same */
    jb_docx_table_begin(body, &(struct jb_docx_table){widths, 1, JB_LINES_NONE, JB_DOCX_START});
    jb_docx_table_end(body);
    jb_docx_cell_end(body);
    jb_docx_row_end(body);
    jb_docx_table_end(body);
}

static void write_document(struct jb_buf *ret)
{
    static const struct jb_docx_about about = {
        .title = "报表 <1>", .author = "示例县", .created = "2023-07-05T08:00:00Z"};
    static const struct jb_chart_point points[] = {{JB_LIT("12"), NULL}, {JB_LIT("461"), "461余"}};
    static const struct jb_chart_series series = {"本期", points};
    static const char *const names[] = {"2022", "2023"};
    const struct jb_chart chart = {.title = "案件",
                                   .categories = names,
                                   .category_count = 2,
                                   .series = &series,
                                   .series_count = 1};
    jb_docx *doc = jb_docx_new(&about);
    jb_docx_body *body = jb_docx_content(doc), *footer = jb_docx_footer(doc);
    jb_docx_text(body, &(struct jb_docx_para){.style = JB_DOCX_TITLE}, NULL, "报表");
    jb_docx_text(body, NULL, &(struct jb_docx_font){.face = JB_FACE_FANGSONG, .half_points = 32},
                 "坏\x01字 & <b>\t二\n三");
    put_table(body);
    jb_docx_section_end(doc, &jb_docx_form_page_wide);
    jb_docx_para_begin(body, NULL);
    jb_docx_picture(body, JB_LIT("PNG"), 300, 200, "印章\"");
    assert_int_equal(jb_docx_chart(body, &chart, 1500, 700), JB_OK);
    jb_docx_para_end(body);
    jb_docx_para_begin(footer, NULL);
    jb_docx_field(footer, NULL, JB_FIELD_PAGE);
    jb_docx_para_end(footer);
    jb_buf_init(ret, 1024 * 1024);
    assert_int_equal(jb_docx_finish(&doc, &jb_docx_official_page, ret), JB_OK);
    assert_null(doc);
}

static char *part_of(const struct jb_buf *bytes, const char *name)
{
    struct zip_stat stat;
    zip_source_t *source = zip_source_buffer_create(bytes->ptr, bytes->len, 0, NULL);
    zip_t *archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
    assert_non_null(archive);
    if (zip_stat(archive, name, 0, &stat) != 0)
        fail_msg("no part %s", name);
    char *text = jb_xcalloc(1, stat.size + 1);
    zip_file_t *file = zip_fopen(archive, name, 0);
    assert_int_equal(zip_fread(file, text, stat.size), stat.size);
    zip_fclose(file);
    zip_discard(archive);
    return text;
}

static void assert_part_has(const struct jb_buf *bytes, const char *name, const char *words)
{
    char *text = part_of(bytes, name);
    if (!strstr(text, words))
        fail_msg("%s has no %s: %s", name, words, text);
    free(text);
}

static void the_same_calls_give_the_same_bytes(void **state)
{
    struct jb_buf one, two;
    (void)state;
    write_document(&one);
    write_document(&two);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.ptr, two.ptr, one.len);
    jb_buf_free(&one);
    jb_buf_free(&two);
}

static void the_package_has_what_was_written(void **state)
{
    static const struct {
        const char *part, *words;
    } cases[] = {
        {"word/document.xml", "<w:pStyle w:val=\"Title\"/>"},
        {"word/document.xml", "w:eastAsia=\"仿宋_GB2312\" w:hAnsi=\"Times New Roman\""},
        {"word/document.xml", "坏\xef\xbf\xbd字 &amp; &lt;b&gt;</w:t><w:tab/>"},
        {"word/document.xml", "<w:br/><w:t xml:space=\"preserve\">三</w:t>"},
        {"word/document.xml", "<w:tblHeader/>"},
        {"word/document.xml", "<w:gridSpan w:val=\"2\"/>"},
        {"word/document.xml", "<w:vMerge w:val=\"restart\"/>"},
        {"word/document.xml", "<w:vMerge/>"},
        {"word/document.xml", "</w:tbl><w:p/></w:tc>"},
        {"word/document.xml", "w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\""},
        {"word/document.xml", "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>"},
        {"word/document.xml", "descr=\"印章&quot;\""},
        {"word/footer1.xml", "PAGE"},
        {"word/media/jibao1.png", "PNG"},
        {"word/charts/jibao2.xml", "<c:v>461</c:v>"},
        {"word/charts/jibao2.xml", "<a:t>461余</a:t>"},
        {"word/_rels/document.xml.rels", "Id=\"jibao2\""},
        {"[Content_Types].xml", "PartName=\"/word/charts/jibao2.xml\""},
        {"word/charts/_rels/jibao2.xml.rels", "../embeddings/jibao2.xlsx"},
        {"docProps/core.xml", "<dc:title>报表 &lt;1&gt;</dc:title>"},
        {"docProps/core.xml", "2023-07-05T08:00:00Z"},
        {"word/styles.xml", "方正小标宋简体"},
    };
    struct jb_buf bytes;
    (void)state;
    write_document(&bytes);
    for (size_t i = 0; i < JB_COUNT(cases); i++)
        assert_part_has(&bytes, cases[i].part, cases[i].words);
    jb_buf_free(&bytes);
}

static void a_document_without_a_word_has_a_paragraph(void **state)
{
    struct jb_buf bytes;
    jb_docx *doc = jb_docx_new(&(struct jb_docx_about){0});
    (void)state;
    jb_buf_init(&bytes, 1024 * 1024);
    assert_int_equal(jb_docx_finish(&doc, &jb_docx_form_page, &bytes), JB_OK);
    assert_part_has(&bytes, "word/document.xml", "<w:body><w:p/><w:sectPr>");
    jb_buf_free(&bytes);
}

static void what_is_too_large_is_refused_whole(void **state)
{
    struct jb_buf bytes;
    jb_docx *doc = jb_docx_new(&(struct jb_docx_about){0});
    char *text = jb_xcalloc(1, 1024 * 1024);
    (void)state;
    memset(text, '<', 1024 * 1024 - 1);
    jb_buf_init(&bytes, 1024 * 1024);
    for (int i = 0; i < 17; i++) /* four bytes each become &lt; */
        jb_docx_text(jb_docx_content(doc), NULL, NULL, text);
    assert_int_equal(jb_docx_finish(&doc, &jb_docx_form_page, &bytes), JB_ERANGE);
    assert_int_equal(bytes.len, 0);
    free(text);
    jb_buf_free(&bytes);
}

static void a_body_of_its_own_gives_xml_and_parts_for_a_template(void **state)
{
    const struct jb_docx_part *parts;
    struct jb_slice xml;
    jb_docx_body *body = jb_docx_body_new();
    (void)state;
    put_table(body);
    jb_docx_para_begin(body, NULL);
    jb_docx_picture(body, JB_LIT("PNG"), 300, 200, "");
    jb_docx_para_end(body);
    assert_int_equal(jb_docx_body_xml(body, &xml), JB_OK);
    assert_memory_equal(xml.ptr, "<w:tbl>", 7);
    assert_int_equal(jb_docx_body_parts(body, &parts), 1);
    assert_string_equal(parts[0].name, "word/media/jibao1.png");
    assert_string_equal(parts[0].id, "jibao1");
    jb_docx_body_free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_calls_give_the_same_bytes),
        cmocka_unit_test(the_package_has_what_was_written),
        cmocka_unit_test(a_document_without_a_word_has_a_paragraph),
        cmocka_unit_test(what_is_too_large_is_refused_whole),
        cmocka_unit_test(a_body_of_its_own_gives_xml_and_parts_for_a_template),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
