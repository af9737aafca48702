/* One row a style. Body text and headings have exact line heights, as official documents have, so
 * that a line does not grow when a font is missing and another stands in. */
#include "files/docx_styles.h"

#include "files/docx_inner.h"
#include "files/docx.h"

struct style {
    const char *id, *name;
    enum jb_docx_face face;
    uint16_t half_points, line_points;
    uint16_t before_points, after_points, first_line_chars;
    bool bold, center, keep_next;
    uint8_t outline; /* level of a heading, from 1; 0: none */
};

static const struct style styles[] = {
    {.id = JB_DOCX_TITLE,
     .name = "Title",
     .face = JB_FACE_TITLE,
     .half_points = 44,
     .line_points = 35,
     .after_points = 14,
     .center = true,
     .keep_next = true},
    {.id = JB_DOCX_SUBTITLE,
     .name = "Subtitle",
     .face = JB_FACE_KAI,
     .half_points = 32,
     .line_points = 28,
     .after_points = 14,
     .center = true},
    {.id = JB_DOCX_HEADING1,
     .name = "heading 1",
     .face = JB_FACE_HEI,
     .half_points = 32,
     .line_points = 28,
     .first_line_chars = 200,
     .keep_next = true,
     .outline = 1},
    {.id = JB_DOCX_HEADING2,
     .name = "heading 2",
     .face = JB_FACE_KAI,
     .half_points = 32,
     .line_points = 28,
     .first_line_chars = 200,
     .keep_next = true,
     .outline = 2},
    {.id = JB_DOCX_HEADING3,
     .name = "heading 3",
     .face = JB_FACE_FANGSONG,
     .half_points = 32,
     .line_points = 28,
     .first_line_chars = 200,
     .bold = true,
     .keep_next = true,
     .outline = 3},
    {.id = JB_DOCX_BODY_TEXT,
     .name = "Body Text",
     .face = JB_FACE_FANGSONG,
     .half_points = 32,
     .line_points = 28,
     .first_line_chars = 200},
    {.id = JB_DOCX_TABLE_TEXT, .name = "Table Text", .face = JB_FACE_SONG, .half_points = 21},
    {.id = JB_DOCX_TABLE_HEAD,
     .name = "Table Head",
     .face = JB_FACE_HEI,
     .half_points = 21,
     .center = true},
    {.id = JB_DOCX_CAPTION,
     .name = "caption",
     .face = JB_FACE_HEI,
     .half_points = 24,
     .before_points = 6,
     .after_points = 3,
     .center = true,
     .keep_next = true},
    {.id = JB_DOCX_NOTE, .name = "Note", .face = JB_FACE_SONG, .half_points = 18},
};

static void put_style(struct jb_buf *xml, const struct style *style)
{
    struct jb_docx_font font = {
        .face = style->face, .half_points = style->half_points, .bold = style->bold};

    jb_buf_printf(xml,
                  "<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name w:val=\"%s\"/>"
                  "<w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>",
                  style->id, style->name);
    if (style->keep_next)
        jb_buf_put_str(xml, "<w:keepNext/>");
    if (style->line_points)
        jb_buf_printf(xml,
                      "<w:spacing w:before=\"%u\" w:after=\"%u\" w:line=\"%u\" "
                      "w:lineRule=\"exact\"/>",
                      style->before_points * 20u, style->after_points * 20u,
                      style->line_points * 20u);
    else
        jb_buf_printf(xml, "<w:spacing w:before=\"%u\" w:after=\"%u\"/>",
                      style->before_points * 20u, style->after_points * 20u);
    if (style->first_line_chars)
        jb_buf_printf(xml, "<w:ind w:firstLineChars=\"%u\" w:firstLine=\"%u\"/>",
                      style->first_line_chars, style->first_line_chars * style->half_points / 10u);
    jb_buf_printf(xml, "<w:jc w:val=\"%s\"/>",
                  style->center                                       ? "center"
                  : style->outline || style->face != JB_FACE_FANGSONG ? "left"
                                                                      : "both");
    if (style->outline)
        jb_buf_printf(xml, "<w:outlineLvl w:val=\"%u\"/>", style->outline - 1u);
    jb_buf_put_str(xml, "</w:pPr>");
    docx_run_properties(xml, &font);
    jb_buf_put_str(xml, "</w:style>");
}

void docx_styles(struct jb_buf *xml)
{
    jb_buf_put_str(xml,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                   "<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/"
                   "main\"><w:docDefaults><w:rPrDefault><w:rPr>");
    docx_fonts(xml, JB_FACE_SONG);
    jb_buf_put_str(xml, "<w:sz w:val=\"21\"/><w:szCs w:val=\"21\"/><w:lang w:val=\"en-US\" "
                        "w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault>"
                        "<w:pPrDefault/></w:docDefaults><w:style w:type=\"paragraph\" "
                        "w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/>"
                        "<w:qFormat/></w:style><w:style w:type=\"table\" w:default=\"1\" "
                        "w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:tblPr>"
                        "<w:tblInd w:w=\"0\" w:type=\"dxa\"/></w:tblPr></w:style>");
    for (size_t i = 0; i < JB_COUNT(styles); i++)
        put_style(xml, &styles[i]);
    jb_buf_put_str(xml, "</w:styles>");
}
