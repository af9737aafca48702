/* The package around a body: what every document has in the order in which Word writes it. */
#include "files/docx.h"

#include <stdlib.h>

#include "base/limits.h"
#include "files/docx_inner.h"
#include "files/docx_styles.h"
#include "files/xml_text.h"
#include "files/zip_write.h"

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006"
#define WORDML "application/vnd.openxmlformats-officedocument.wordprocessingml"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define NAMESPACES                                                                                 \
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"" OFFICE   \
    "/relationships\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/"                \
    "wordprocessingDrawing\""

const struct jb_docx_page jb_docx_official_page = {false, 37, 26, 35, 28, 15, 25};
const struct jb_docx_page jb_docx_form_page = {false, 15, 15, 20, 15, 8, 9};
const struct jb_docx_page jb_docx_form_page_wide = {true, 15, 15, 20, 15, 8, 9};

struct jb_docx {
    char *title, *author, *subject, *created;
    jb_docx_body *content, *header, *footer;
};

static char *copy_of(const char *text)
{
    return jb_xstrdup(text ? text : "");
}

jb_docx *jb_docx_new(const struct jb_docx_about *about)
{
    jb_docx *doc = jb_xcalloc(1, sizeof(*doc));
    doc->title = copy_of(about->title);
    doc->author = copy_of(about->author);
    doc->subject = copy_of(about->subject);
    doc->created = copy_of(about->created);
    doc->content = jb_docx_body_new();
    doc->header = jb_docx_body_new();
    doc->footer = jb_docx_body_new();
    return doc;
}

void jb_docx_free(jb_docx *doc)
{
    if (!doc)
        return;
    free(doc->title);
    free(doc->author);
    free(doc->subject);
    free(doc->created);
    jb_docx_body_free(doc->content);
    jb_docx_body_free(doc->header);
    jb_docx_body_free(doc->footer);
    free(doc);
}

jb_docx_body *jb_docx_content(jb_docx *doc)
{
    return doc->content;
}

jb_docx_body *jb_docx_header(jb_docx *doc)
{
    return doc->header;
}

jb_docx_body *jb_docx_footer(jb_docx *doc)
{
    return doc->footer;
}

uint16_t jb_docx_page_width_dmm(const struct jb_docx_page *page)
{
    return (uint16_t)(((page->landscape ? 297 : 210) - page->left_mm - page->right_mm) * 10);
}

static void put_section(struct jb_buf *xml, const struct jb_docx_page *page)
{
    uint32_t width = twips_of_dmm(2100), height = twips_of_dmm(2970);

    jb_buf_put_str(xml, "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/>"
                        "<w:footerReference w:type=\"default\" r:id=\"rId4\"/>");
    if (page->landscape)
        jb_buf_printf(xml, "<w:pgSz w:w=\"%u\" w:h=\"%u\" w:orient=\"landscape\"/>", height, width);
    else
        jb_buf_printf(xml, "<w:pgSz w:w=\"%u\" w:h=\"%u\"/>", width, height);
    jb_buf_printf(xml,
                  "<w:pgMar w:top=\"%u\" w:right=\"%u\" w:bottom=\"%u\" w:left=\"%u\" "
                  "w:header=\"%u\" w:footer=\"%u\" w:gutter=\"0\"/></w:sectPr>",
                  twips_of_dmm(page->top_mm * 10u), twips_of_dmm(page->right_mm * 10u),
                  twips_of_dmm(page->bottom_mm * 10u), twips_of_dmm(page->left_mm * 10u),
                  twips_of_dmm(page->header_mm * 10u), twips_of_dmm(page->footer_mm * 10u));
}

void jb_docx_section_end(jb_docx *doc, const struct jb_docx_page *page)
{
    jb_assert(docx_inside(doc->content) == 0);
    doc->content->table_ended = false;
    /* The paragraph that carries the section is as low as can be: it must not begin a page. */
    jb_buf_put_str(&doc->content->xml, "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" "
                                       "w:line=\"20\" w:lineRule=\"exact\"/>");
    put_section(&doc->content->xml, page);
    jb_buf_put_str(&doc->content->xml, "</w:pPr></w:p>");
}

static void put_types(struct jb_buf *xml, const jb_docx_body *content)
{
    static const struct {
        const char *name, *type;
    } fixed[] = {
        {"/word/document.xml", WORDML ".document.main+xml"},
        {"/word/styles.xml", WORDML ".styles+xml"},
        {"/word/settings.xml", WORDML ".settings+xml"},
        {"/word/header1.xml", WORDML ".header+xml"},
        {"/word/footer1.xml", WORDML ".footer+xml"},
        {"/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"},
        {"/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties"
                              "+xml"}};
    jb_buf_put_str(xml, DECLARATION
                   "<Types xmlns=\"" PACKAGE "/content-types\"><Default Extension=\"rels\" "
                   "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                   "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                   "<Default Extension=\"png\" ContentType=\"image/png\"/><Default "
                   "Extension=\"xlsx\" ContentType=\"application/"
                   "vnd.openxmlformats-officedocument.spreadsheetml.sheet\"/>");
    for (size_t i = 0; i < JB_COUNT(fixed); i++)
        jb_buf_printf(xml, "<Override PartName=\"%s\" ContentType=\"%s\"/>", fixed[i].name,
                      fixed[i].type);
    for (uint32_t i = 0; i < content->part_count; i++) {
        if (content->parts[i].content_type)
            jb_buf_printf(xml, "<Override PartName=\"/%s\" ContentType=\"%s\"/>",
                          content->parts[i].name, content->parts[i].content_type);
    }
    jb_buf_put_str(xml, "</Types>");
}

static void put_package_relations(struct jb_buf *xml)
{
    jb_buf_put_str(
        xml, DECLARATION
        "<Relationships xmlns=\"" PACKAGE "/relationships\"><Relationship Id=\"rId1\" "
        "Type=\"" OFFICE "/relationships/officeDocument\" Target=\"word/document.xml\"/>"
        "<Relationship Id=\"rId2\" Type=\"" PACKAGE
        "/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
        "<Relationship Id=\"rId3\" Type=\"" OFFICE
        "/relationships/extended-properties\" Target=\"docProps/app.xml\"/></Relationships>");
}

static void put_document_relations(struct jb_buf *xml, const jb_docx_body *content)
{
    static const char *const fixed[] = {"styles", "settings", "header1", "footer1"};
    static const char *const types[] = {"styles", "settings", "header", "footer"};
    jb_buf_put_str(xml, DECLARATION "<Relationships xmlns=\"" PACKAGE "/relationships\">");
    for (size_t i = 0; i < JB_COUNT(fixed); i++)
        jb_buf_printf(xml,
                      "<Relationship Id=\"rId%zu\" Type=\"" OFFICE "/relationships/%s\" "
                      "Target=\"%s.xml\"/>",
                      i + 1, types[i], fixed[i]);
    for (uint32_t i = 0; i < content->part_count; i++) {
        const struct jb_docx_part *part = &content->parts[i];
        if (part->relation)
            jb_buf_printf(xml, "<Relationship Id=\"%s\" Type=\"%s\" Target=\"/%s\"/>", part->id,
                          part->relation, part->name);
    }
    jb_buf_put_str(xml, "</Relationships>");
}

static void put_about(struct jb_buf *xml, const jb_docx *doc)
{
    static const char *const tags[] = {"dc:title", "dc:subject", "dc:creator"};
    const char *const texts[] = {doc->title, doc->subject, doc->author};
    jb_buf_put_str(xml, DECLARATION
                   "<cp:coreProperties xmlns:cp=\"" PACKAGE
                   "/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
                   "xmlns:dcterms=\"http://purl.org/dc/terms/\" "
                   "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">");
    for (size_t i = 0; i < JB_COUNT(tags); i++) {
        if (!texts[i][0])
            continue;
        jb_buf_printf(xml, "<%s>", tags[i]);
        jb_xml_put_text(xml, jb_slice_str(texts[i]));
        jb_buf_printf(xml, "</%s>", tags[i]);
    }
    if (doc->created[0])
        jb_buf_printf(xml,
                      "<dcterms:created xsi:type=\"dcterms:W3CDTF\">%s</dcterms:created>"
                      "<dcterms:modified xsi:type=\"dcterms:W3CDTF\">%s</dcterms:modified>",
                      doc->created, doc->created);
    jb_buf_put_str(xml, "</cp:coreProperties>");
}

static void put_settings(struct jb_buf *xml)
{
    jb_buf_put_str(xml, DECLARATION
                   "<w:settings " NAMESPACES "><w:zoom w:percent=\"100\"/>"
                   "<w:defaultTabStop w:val=\"420\"/><w:characterSpacingControl "
                   "w:val=\"compressPunctuation\"/><w:compat><w:compatSetting "
                   "w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\""
                   " w:val=\"15\"/></w:compat><w:themeFontLang w:val=\"en-US\" "
                   "w:eastAsia=\"zh-CN\"/></w:settings>");
}

static void put_app(struct jb_buf *xml)
{
    jb_buf_put_str(xml, DECLARATION "<Properties xmlns=\"" OFFICE
                                    "/extended-properties\"><Application>jibao</Application>"
                                    "</Properties>");
}

/* A root element around a body; a header or footer needs a paragraph even when it says nothing. */
static jb_err put_content(struct jb_buf *xml, const char *root, jb_docx_body *body,
                          const struct jb_docx_page *page)
{
    struct jb_slice content;
    jb_err err = jb_docx_body_xml(body, &content);
    if (err)
        return err;
    jb_buf_printf(xml, DECLARATION "<w:%s " NAMESPACES ">%s", root, page ? "<w:body>" : "");
    if (content.len)
        jb_buf_put(xml, content.ptr, content.len);
    else
        jb_buf_put_str(xml, "<w:p/>");
    if (page) {
        put_section(xml, page);
        jb_buf_put_str(xml, "</w:body>");
    }
    jb_buf_printf(xml, "</w:%s>", root);
    return JB_OK;
}

/* Adds the part and empties the buffer for the next. */
static void add(jb_zip_writer *zip, const char *name, struct jb_buf *xml, jb_err *err)
{
    if (xml->failed && !*err)
        *err = JB_ERANGE;
    if (!*err)
        jb_zip_writer_add(zip, name, jb_buf_slice(xml));
    jb_buf_clear(xml);
}

static jb_err pack(jb_docx *doc, const struct jb_docx_page *page, jb_zip_writer *zip)
{
    const jb_docx_body *content = doc->content;
    struct jb_buf xml;
    jb_err err = JB_OK, wrong;

    jb_assert(doc->header->part_count == 0 && doc->footer->part_count == 0);
    jb_buf_init(&xml, JB_DOCUMENT_BYTES_MAX);
    put_types(&xml, content);
    add(zip, "[Content_Types].xml", &xml, &err);
    put_package_relations(&xml);
    add(zip, "_rels/.rels", &xml, &err);
    wrong = put_content(&xml, "document", doc->content, page);
    err = err ? err : wrong;
    add(zip, "word/document.xml", &xml, &err);
    put_document_relations(&xml, content);
    add(zip, "word/_rels/document.xml.rels", &xml, &err);
    docx_styles(&xml);
    add(zip, "word/styles.xml", &xml, &err);
    put_settings(&xml);
    add(zip, "word/settings.xml", &xml, &err);
    wrong = put_content(&xml, "hdr", doc->header, NULL);
    err = err ? err : wrong;
    add(zip, "word/header1.xml", &xml, &err);
    wrong = put_content(&xml, "ftr", doc->footer, NULL);
    err = err ? err : wrong;
    add(zip, "word/footer1.xml", &xml, &err);
    put_about(&xml, doc);
    add(zip, "docProps/core.xml", &xml, &err);
    put_app(&xml);
    add(zip, "docProps/app.xml", &xml, &err);
    for (uint32_t i = 0; !err && i < content->part_count; i++)
        jb_zip_writer_add(zip, content->parts[i].name, jb_buf_slice(&content->parts[i].bytes));
    jb_buf_free(&xml);
    return err;
}

jb_err jb_docx_finish(jb_docx **doc, const struct jb_docx_page *page, struct jb_buf *ret)
{
    jb_zip_writer *zip = jb_zip_writer_new();
    jb_err err = pack(*doc, page, zip);
    if (err)
        jb_zip_writer_free(zip);
    else
        err = jb_zip_writer_finish(&zip, ret);
    jb_docx_free(*doc);
    *doc = NULL;
    return err;
}
