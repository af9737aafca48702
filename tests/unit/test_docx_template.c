/* Word templates: what is filled, what stays byte for byte, and what is refused. */
#include "jb_test.h"

#include "files/zip_read.h"
#include "files/zip_write.h"
#include "fuzz/report_filler.h"
#include "report/docx_template.h"

#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define HEAD "<w:document " W "><w:body>"
#define TAIL "<w:sectPr><w:pgSz w:w=\"11906\"/></w:sectPr></w:body></w:document>"

static const char relations[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
    "relationships/officeDocument\" Target=\"/doc/main.xml\"/></Relationships>";

struct desk {
    struct jb_arena arena;
    struct jb_complaints complaints;
    struct jb_buf package, out, entry;
    jb_docx_template *t;
    struct jb_fault fault;
};

static int open_desk(void **state)
{
    struct desk *d = jb_xcalloc(1, sizeof(*d));
    jb_arena_init(&d->arena, (size_t)64 << 20);
    jb_buf_init(&d->package, (size_t)16 << 20);
    jb_buf_init(&d->out, (size_t)16 << 20);
    jb_buf_init(&d->entry, (size_t)16 << 20);
    *state = d;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *d = *state;
    jb_docx_template_free(d->t);
    jb_arena_free(&d->arena);
    jb_buf_free(&d->package);
    jb_buf_free(&d->out);
    jb_buf_free(&d->entry);
    free(d);
    return 0;
}

static void pack(struct desk *d, const char *document, const char *header)
{
    jb_zip_writer *zip = jb_zip_writer_new();
    jb_buf_clear(&d->package);
    jb_zip_writer_add(zip, "[Content_Types].xml", JB_LIT("<Types></Types>"));
    jb_zip_writer_add(zip, "_rels/.rels", jb_slice_of(relations, sizeof(relations) - 1));
    jb_zip_writer_add(zip, "doc/main.xml", jb_slice_str(document));
    if (header)
        jb_zip_writer_add(zip, "doc/header1.xml", jb_slice_str(header));
    jb_zip_writer_add(zip, "doc/media/picture.png", JB_LIT("\x89PNG not really"));
    assert_int_equal(jb_zip_writer_finish(&zip, &d->package), JB_OK);
}

static jb_err open_template(struct desk *d)
{
    jb_docx_template_free(d->t);
    d->t = NULL;
    d->fault = (struct jb_fault){0};
    jb_arena_clear(&d->arena);
    jb_complaints_init(&d->complaints, &d->arena);
    return jb_docx_template_open(jb_buf_slice(&d->package), &d->arena, &d->complaints, &d->t,
                                 &d->fault);
}

static const char *entry(struct desk *d, const char *name)
{
    struct jb_fault fault = {0};
    jb_zip *zip = NULL;
    jb_buf_clear(&d->entry);
    assert_int_equal(jb_zip_open(jb_buf_slice(&d->out), &zip, &fault), JB_OK);
    assert_int_equal(jb_zip_read(zip, name, &d->entry, &fault), JB_OK);
    jb_zip_close(zip);
    jb_buf_put_u8(&d->entry, 0);
    return (const char *)d->entry.ptr;
}

/* The main part of the filled template. */
static const char *filled(struct desk *d, const char *document, const char *header)
{
    struct echo echo = {0};
    struct jb_filler filler = echo_filler(&echo);
    struct jb_doc_blocks parts[4] = {0};
    struct jb_doc doc;
    pack(d, document, header);
    assert_int_equal(open_template(d), JB_OK);
    jb_doc_init(&doc, &d->arena);
    jb_template *template = jb_template_new(&d->arena, &d->complaints);
    for (uint32_t i = 0; i < jb_docx_template_parts(d->t); i++) {
        const struct jb_template_part *part;
        assert_int_equal(jb_template_add(template, jb_docx_template_blocks(d->t, i), &part), JB_OK);
        assert_int_equal(jb_template_fill(part, &filler, &doc, &parts[i]), JB_OK);
    }
    assert_int_equal(d->complaints.total, 0);
    jb_buf_clear(&d->out);
    assert_int_equal(jb_docx_template_write(d->t, parts, &d->out), JB_OK);
    return entry(d, "doc/main.xml");
}

static void what_has_no_placeholder_stays_byte_for_byte(void **state)
{
    static const char document[] =
        "<?xml version=\"1.0\"?>\n" HEAD
        "\n  <w:p w:rsidR=\"1\"><w:pPr><w:jc w:val='center'/></w:pPr>"
        "<w:r><w:rPr><w:b/></w:rPr><w:t>题 &amp; &#20320;</w:t></w:r></w:p><w:p/>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>目录</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:tbl><w:tblPr><w:tblW w:w=\"0\"/></w:tblPr><w:tr><w:tc><w:tcPr/><w:p/></w:tc></w:tr>"
        "</w:tbl>" TAIL;
    struct desk *d = *state;
    const char *got = filled(d, document, "<w:hdr " W "><w:p/></w:hdr>");
    /* Only blanks between blocks are not kept. */
    assert_non_null(strstr(got,
                           "<w:p w:rsidR=\"1\"><w:pPr><w:jc w:val='center'/></w:pPr><w:r><w:rPr>"
                           "<w:b/></w:rPr><w:t>题 &amp; &#20320;</w:t></w:r></w:p><w:p/><w:sdt>"));
    assert_non_null(strstr(got, "目录</w:t></w:r></w:p></w:sdtContent></w:sdt><w:tbl><w:tblPr>"
                                "<w:tblW w:w=\"0\"/></w:tblPr><w:tr><w:tc><w:tcPr/><w:p/></w:tc>"
                                "</w:tr></w:tbl>" TAIL));
    assert_string_equal(entry(d, "doc/header1.xml"), "<w:hdr " W "><w:p/></w:hdr>");
    assert_string_equal(entry(d, "doc/media/picture.png"), "\x89PNG not really");
}

static void split_runs_are_one_placeholder_with_the_look_of_its_start(void **state)
{
    struct desk *d = *state;
    const char *got =
        filled(d,
               HEAD "<w:p><w:pPr><w:ind/></w:pPr><w:r><w:t>a{</w:t></w:r><w:r><w:rPr><w:b/></w:rPr>"
                    "<w:t>{x</w:t></w:r><w:proofErr w:type=\"spellEnd\"/><w:r><w:t>y}</w:t></w:r>"
                    "<w:bookmarkStart w:id=\"1\" w:name=\"n\"/><w:r><w:t>}b</w:t></w:r></w:p>" TAIL,
               NULL);
    assert_non_null(strstr(
        got, "<w:p><w:pPr><w:ind/></w:pPr><w:r><w:t xml:space=\"preserve\">a</w:t></w:r>"
             "<w:bookmarkStart w:id=\"1\" w:name=\"n\"/><w:r><w:t xml:space=\"preserve\">&lt;xy"
             "&gt;</w:t></w:r><w:r><w:t xml:space=\"preserve\">b</w:t></w:r></w:p>"));
    got = filled(d, HEAD "<w:p><w:r><w:rPr><w:i/></w:rPr><w:t>{{a}}</w:t></w:r></w:p>" TAIL, NULL);
    assert_non_null(
        strstr(got, "<w:r><w:rPr><w:i/></w:rPr><w:t xml:space=\"preserve\">&lt;a&gt;</w:t></w:r>"));
}

static void what_is_kept_around_a_placeholder_is_there_once(void **state)
{
    struct desk *d = *state;
    const char *got =
        filled(d,
               HEAD "<w:p><w:mark a=\"1\"/><w:mark a=\"2\"/><w:r><w:t>{{</w:t></w:r><w:mark "
                    "a=\"3\"/><w:r><w:t>x}}</w:t></w:r><w:mark a=\"4\"/></w:p>" TAIL,
               NULL);
    for (char c = '1'; c <= '4'; c++) {
        char mark[] = "<w:mark a=\"0\"/>";
        *strchr(mark, '0') = c;
        const char *first = strstr(got, mark);
        assert_non_null(first);
        assert_null(strstr(first + 1, mark));
    }
}

static void rows_and_paragraphs_are_repeated_with_their_look(void **state)
{
    struct desk *d = *state;
    const char *got = filled(
        d,
        HEAD "<w:p><w:r><w:t>{{每单位}}</w:t></w:r></w:p><w:p><w:pPr><w:x/></w:pPr><w:r><w:t>"
             "{{单位}}</w:t></w:r></w:p><w:p><w:r><w:t>{{完}}</w:t></w:r></w:p>"
             "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr w:r=\"1\"><w:trPr><w:y/>"
             "</w:trPr><w:tc><w:tcPr><w:z/></w:tcPr><w:p><w:r><w:t>{{每单位}}{{单位}}{{完}}"
             "</w:t></w:r></w:p></w:tc></w:tr></w:tbl>" TAIL,
        NULL);
    assert_non_null(
        strstr(got, "<w:p><w:pPr><w:x/></w:pPr><w:r><w:t xml:space=\"preserve\">&lt;单位/7&gt;"
                    "</w:t></w:r></w:p><w:p><w:pPr><w:x/></w:pPr>"));
    assert_non_null(
        strstr(got, "<w:tr w:r=\"1\"><w:trPr><w:y/></w:trPr><w:tc><w:tcPr><w:z/></w:tcPr>"));
    assert_null(strstr(got, "{{"));
    got = filled(d,
                 HEAD
                 "<w:tbl><w:tblPr/><w:tr><w:tc><w:p><w:r><w:t>{{每单位}}{{单位}}</w:t></w:r></w:p>"
                 "</w:tc><w:tc><w:p><w:r><w:t>{{完}}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>" TAIL,
                 NULL);
    const char *first = strstr(got, "<w:tr>");
    assert_non_null(first);
    assert_non_null(strstr(first + 1, "<w:tr>"));
}

static void headers_links_and_tracked_changes_are_filled(void **state)
{
    struct desk *d = *state;
    const char *got = filled(
        d,
        HEAD
        "<w:p><w:hyperlink w:id=\"9\"><w:r><w:t>link</w:t></w:r></w:hyperlink><w:ins><w:r><w:t>{{a"
        "</w:t></w:r></w:ins><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>}}"
        "</w:t><w:br/><w:drawing><x/></w:drawing></w:r></w:p>" TAIL,
        "<w:hdr " W "><w:p><w:r><w:t>{{链头}}</w:t></w:r></w:p></w:hdr>");
    assert_non_null(strstr(got,
                           "<w:hyperlink w:id=\"9\"><w:r><w:t>link</w:t></w:r></w:hyperlink><w:r>"
                           "<w:t xml:space=\"preserve\">&lt;a&gt;</w:t></w:r>"));
    assert_non_null(strstr(got, "<w:r><w:br/></w:r><w:r><w:drawing><x/></w:drawing></w:r>"));
    assert_null(strstr(got, "gone"));
    assert_non_null(strstr(entry(d, "doc/header1.xml"), "&lt;链头&gt;"));
}

static void tables_that_are_made_stand_before_the_section(void **state)
{
    struct desk *d = *state;
    const char *got = filled(d, HEAD "<w:p><w:r><w:t>{{表 a}}</w:t></w:r></w:p>" TAIL, NULL);
    const char *table = strstr(got, "<w:tbl>"), *section = strstr(got, "<w:sectPr>");
    assert_non_null(table);
    assert_true(section > table);
    assert_null(strstr(section + 1, "<w:sectPr>"));
}

static void what_hides_is_complained_about_with_its_place(void **state)
{
    struct desk *d = *state;
    char place[200];
    pack(d,
         HEAD
         "<w:p/><w:p><w:r><w:pict><w:p><w:r><w:t>{{a}}</w:t></w:r></w:p></w:pict></w:r></w:p>" TAIL,
         NULL);
    assert_int_equal(open_template(d), JB_OK);
    assert_int_equal(d->complaints.count, 1);
    jb_docx_template_place(d->t, d->complaints.items[0].place, place, sizeof(place));
    assert_string_equal(place, "paragraph 2");
    assert_non_null(strstr(d->complaints.items[0].sentence, "text box"));
}

static void what_is_no_document_is_refused_with_a_sentence(void **state)
{
    static const char *const documents[] = {
        "",
        "not xml",
        "<w:document " W "/>",
        "<w:document " W "><w:body>",
        "<v:document xmlns:v=\"x\"><v:body/></v:document>",
        "<w:other " W "/>",
        "<!DOCTYPE x [<!ENTITY a \"b\">]><w:document " W "><w:body/></w:document>",
        "<w:document " W "><w:body>\xff</w:body></w:document>",
    };
    struct desk *d = *state;
    for (size_t i = 0; i < JB_COUNT(documents); i++) {
        pack(d, documents[i], NULL);
        assert_int_equal(open_template(d), JB_EINVAL);
        assert_non_null(d->fault.what);
        assert_null(d->t);
    }
    jb_buf_clear(&d->package);
    jb_buf_put_str(&d->package, "PK nothing");
    assert_int_equal(open_template(d), JB_EINVAL);
    assert_non_null(d->fault.what);
    pack(d, HEAD TAIL, NULL);
    assert_int_equal(open_template(d), JB_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_has_no_placeholder_stays_byte_for_byte, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(split_runs_are_one_placeholder_with_the_look_of_its_start,
                                        open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_is_kept_around_a_placeholder_is_there_once, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(rows_and_paragraphs_are_repeated_with_their_look, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(headers_links_and_tracked_changes_are_filled, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(tables_that_are_made_stand_before_the_section, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(what_hides_is_complained_about_with_its_place, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(what_is_no_document_is_refused_with_a_sentence, open_desk,
                                        close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
