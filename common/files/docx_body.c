/* Paragraphs, runs and pictures, and what is open. Elements inside a property element stand in the
 * order that the schema demands: Word refuses a document otherwise. */
#include "files/docx_inner.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "files/xml_text.h"

static const struct {
    const char *east_asia, *latin;
} faces[] = {
    [JB_FACE_SONG] = {"宋体", "Times New Roman"},
    [JB_FACE_FANGSONG] = {"仿宋_GB2312", "Times New Roman"},
    [JB_FACE_HEI] = {"黑体", "黑体"},
    [JB_FACE_KAI] = {"楷体_GB2312", "Times New Roman"},
    [JB_FACE_TITLE] = {"方正小标宋简体", "方正小标宋简体"},
};

jb_docx_body *jb_docx_body_new(void)
{
    jb_docx_body *body = jb_xcalloc(1, sizeof(*body));
    jb_buf_init(&body->xml, JB_DOCUMENT_BYTES_MAX);
    return body;
}

void jb_docx_body_free(jb_docx_body *body)
{
    if (!body)
        return;
    for (uint32_t i = 0; i < body->part_count; i++)
        jb_buf_free(&body->parts[i].bytes);
    free(body->parts);
    jb_buf_free(&body->xml);
    free(body);
}

enum node docx_inside(const struct jb_docx_body *body)
{
    return body->depth ? body->open[body->depth - 1] : 0;
}

struct jb_docx_part *docx_part_add(struct jb_docx_body *body)
{
    body->parts = jb_xrealloc(body->parts, (body->part_count + 1) * sizeof(*body->parts));
    struct jb_docx_part *part = &body->parts[body->part_count++];
    *part = (struct jb_docx_part){0};
    jb_buf_init(&part->bytes, JB_DOCUMENT_BYTES_MAX);
    return part;
}

void docx_fonts(struct jb_buf *xml, enum jb_docx_face face)
{
    if (face == JB_FACE_STYLE)
        return;
    jb_buf_printf(xml, "<w:rFonts w:ascii=\"%s\" w:eastAsia=\"%s\" w:hAnsi=\"%s\" w:cs=\"%s\"/>",
                  faces[face].latin, faces[face].east_asia, faces[face].latin, faces[face].latin);
}

void docx_run_properties(struct jb_buf *xml, const struct jb_docx_font *font)
{
    if (!font)
        return;
    jb_buf_put_str(xml, "<w:rPr>");
    docx_fonts(xml, font->face);
    if (font->bold)
        jb_buf_put_str(xml, "<w:b/><w:bCs/>");
    if (font->color)
        jb_buf_printf(xml, "<w:color w:val=\"%s\"/>", font->color);
    if (font->half_points)
        jb_buf_printf(xml, "<w:sz w:val=\"%u\"/><w:szCs w:val=\"%u\"/>", font->half_points,
                      font->half_points);
    if (font->underline)
        jb_buf_put_str(xml, "<w:u w:val=\"single\"/>");
    jb_buf_put_str(xml, "</w:rPr>");
}

static void put_indent(struct jb_buf *xml, const struct jb_docx_para *para)
{
    if (!para->left_chars && !para->first_line_chars)
        return;
    jb_buf_put_str(xml, "<w:ind");
    if (para->left_chars) /* twips for who does not read characters: of a 10.5 point font */
        jb_buf_printf(xml, " w:leftChars=\"%u\" w:left=\"%u\"", para->left_chars,
                      para->left_chars * 210u / 100);
    if (para->first_line_chars)
        jb_buf_printf(xml, " w:firstLineChars=\"%u\" w:firstLine=\"%u\"", para->first_line_chars,
                      para->first_line_chars * 320u / 100); /* of a 16 point font */
    jb_buf_put_str(xml, "/>");
}

static void put_spacing(struct jb_buf *xml, const struct jb_docx_para *para)
{
    if (!para->before_points && !para->after_points && !para->line_points)
        return;
    jb_buf_put_str(xml, "<w:spacing");
    if (para->before_points)
        jb_buf_printf(xml, " w:before=\"%u\"", para->before_points * 20u);
    if (para->after_points)
        jb_buf_printf(xml, " w:after=\"%u\"", para->after_points * 20u);
    if (para->line_points)
        jb_buf_printf(xml, " w:line=\"%u\" w:lineRule=\"exact\"", para->line_points * 20u);
    jb_buf_put_str(xml, "/>");
}

static void put_para_properties(struct jb_buf *xml, const struct jb_docx_para *para)
{
    static const char *const aligns[] = {
        [JB_DOCX_CENTER] = "center", [JB_DOCX_END] = "right", [JB_DOCX_JUSTIFY] = "both"};
    jb_buf_put_str(xml, "<w:pPr>");
    if (para->style)
        jb_buf_printf(xml, "<w:pStyle w:val=\"%s\"/>", para->style);
    if (para->keep_next)
        jb_buf_put_str(xml, "<w:keepNext/>");
    if (para->page_break)
        jb_buf_put_str(xml, "<w:pageBreakBefore/>");
    if (para->tab_dmm)
        jb_buf_printf(xml, "<w:tabs><w:tab w:val=\"right\" w:pos=\"%u\"/></w:tabs>",
                      twips_of_dmm(para->tab_dmm));
    put_spacing(xml, para);
    put_indent(xml, para);
    if (para->align != JB_DOCX_START)
        jb_buf_printf(xml, "<w:jc w:val=\"%s\"/>", aligns[para->align]);
    jb_buf_put_str(xml, "</w:pPr>");
}

void jb_docx_para_begin(jb_docx_body *body, const struct jb_docx_para *para)
{
    enum node inside = docx_inside(body);
    jb_assert((inside == 0 || inside == NODE_CELL) && body->depth < NESTING_MAX);
    body->open[body->depth++] = NODE_PARA;
    body->table_ended = false;
    jb_buf_put_str(&body->xml, "<w:p>");
    if (para)
        put_para_properties(&body->xml, para);
}

void jb_docx_para_end(jb_docx_body *body)
{
    jb_assert(docx_inside(body) == NODE_PARA);
    body->depth--;
    body->cell_ends_with_para = true;
    jb_buf_put_str(&body->xml, "</w:p>");
}

static void put_words(struct jb_buf *xml, struct jb_slice words)
{
    if (!words.len)
        return;
    jb_buf_put_str(xml, "<w:t xml:space=\"preserve\">");
    jb_xml_put_text(xml, words);
    jb_buf_put_str(xml, "</w:t>");
}

void jb_docx_run(jb_docx_body *body, const struct jb_docx_font *font, struct jb_slice text)
{
    struct jb_buf *xml = &body->xml;
    size_t start = 0;

    jb_assert(docx_inside(body) == NODE_PARA);
    if (!text.len)
        return;
    jb_buf_put_str(xml, "<w:r>");
    docx_run_properties(xml, font);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c != '\n' && c != '\t' && c != '\r')
            continue;
        put_words(xml, jb_slice_of(text.ptr + start, i - start));
        if (c != '\r')
            jb_buf_put_str(xml, c == '\n' ? "<w:br/>" : "<w:tab/>");
        start = i + 1;
    }
    put_words(xml, jb_slice_of(text.ptr + start, text.len - start));
    jb_buf_put_str(xml, "</w:r>");
}

void jb_docx_field(jb_docx_body *body, const struct jb_docx_font *font, enum jb_docx_field field)
{
    jb_assert(docx_inside(body) == NODE_PARA);
    jb_buf_printf(&body->xml, "<w:fldSimple w:instr=\" %s \"><w:r>",
                  field == JB_FIELD_PAGE ? "PAGE" : "NUMPAGES");
    docx_run_properties(&body->xml, font);
    jb_buf_put_str(&body->xml, "<w:t>1</w:t></w:r></w:fldSimple>");
}

void jb_docx_text(jb_docx_body *body, const struct jb_docx_para *para,
                  const struct jb_docx_font *font, const char *text)
{
    jb_docx_para_begin(body, para);
    jb_docx_run(body, font, jb_slice_str(text));
    jb_docx_para_end(body);
}

void docx_drawing_begin(struct jb_docx_body *body, uint32_t width_dmm, uint32_t height_dmm,
                        const char *alt)
{
    struct jb_buf *xml = &body->xml;
    jb_assert(docx_inside(body) == NODE_PARA);
    body->drawing_count++;
    jb_buf_printf(xml,
                  "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">"
                  "<wp:extent cx=\"%u\" cy=\"%u\"/><wp:effectExtent l=\"0\" t=\"0\" r=\"0\" "
                  "b=\"0\"/><wp:docPr id=\"%u\" name=\"jibao%u\" descr=\"",
                  width_dmm * EMU_PER_DMM, height_dmm * EMU_PER_DMM, 7000 + body->drawing_count,
                  body->drawing_count);
    jb_xml_put_attribute(xml, jb_slice_str(alt));
    jb_buf_put_str(xml, "\"/><wp:cNvGraphicFramePr/><a:graphic xmlns:a=\"http://"
                        "schemas.openxmlformats.org/drawingml/2006/main\">");
}

void docx_drawing_end(struct jb_docx_body *body)
{
    jb_buf_put_str(&body->xml, "</a:graphic></wp:inline></w:drawing></w:r>");
}

void jb_docx_picture(jb_docx_body *body, struct jb_slice png, uint32_t width_dmm,
                     uint32_t height_dmm, const char *alt)
{
    static const char picture[] = "http://schemas.openxmlformats.org/drawingml/2006/picture";
    struct jb_docx_part *part = docx_part_add(body);
    uint32_t number = body->part_count;

    snprintf(part->name, sizeof(part->name), "word/media/jibao%u.png", number);
    snprintf(part->id, sizeof(part->id), "jibao%u", number);
    part->relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image";
    jb_buf_put(&part->bytes, png.ptr, png.len);
    docx_drawing_begin(body, width_dmm, height_dmm, alt);
    jb_buf_printf(&body->xml,
                  "<a:graphicData uri=\"%s\"><pic:pic xmlns:pic=\"%s\"><pic:nvPicPr><pic:cNvPr "
                  "id=\"%u\" name=\"jibao%u\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip "
                  "r:embed=\"%s\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>"
                  "<a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"%u\" cy=\"%u\"/></a:xfrm>"
                  "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>"
                  "</a:graphicData>",
                  picture, picture, number, number, part->id, width_dmm * EMU_PER_DMM,
                  height_dmm * EMU_PER_DMM);
    docx_drawing_end(body);
}

jb_err jb_docx_body_xml(jb_docx_body *body, struct jb_slice *ret)
{
    jb_assert(body->depth == 0);
    if (body->xml.failed)
        return JB_ERANGE;
    for (uint32_t i = 0; i < body->part_count; i++) {
        if (body->parts[i].bytes.failed)
            return JB_ERANGE;
    }
    *ret = jb_buf_slice(&body->xml);
    return JB_OK;
}

uint32_t jb_docx_body_parts(const jb_docx_body *body, const struct jb_docx_part **ret)
{
    *ret = body->parts;
    return body->part_count;
}
