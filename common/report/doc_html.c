/* The page looks like the printed one: a sheet with the faces of official documents, which fall
 * back to what a browser has. */
#include "report/doc_write.h"

#include "files/xml_text.h"

#define CHART_WIDTH_PX 620

static const char style[] =
    "body{margin:0;background:#f2f2f2;color:#000}\n"
    "main{box-sizing:border-box;max-width:210mm;margin:8mm auto;padding:30mm 26mm 28mm 28mm;"
    "background:#fff;font:16pt/28pt FangSong_GB2312,'仿宋_GB2312',FangSong,'仿宋',STFangsong,"
    "'Noto Serif CJK SC','Source Han Serif SC',serif}\n"
    "p{margin:0;text-indent:2em;text-align:justify;overflow-wrap:anywhere}\n"
    "p.plain,p.note,p.item,p.caption,td p,th p{text-indent:0}\n"
    "p.item{padding-left:2em}\n"
    ".c{text-align:center}.r{text-align:right}\n"
    "h1{margin:0 0 28pt;font:22pt/34pt FZXiaoBiaoSong-B05S,'方正小标宋简体','小标宋',STZhongsong,"
    "'Noto Serif CJK SC',serif;text-align:center}\n"
    "h2,h3,h4,h5{margin:0;text-indent:2em;font-size:16pt;font-weight:normal}\n"
    "h2{font-family:SimHei,'黑体',STHeiti,'Noto Sans CJK SC',sans-serif}\n"
    "h3{font-family:KaiTi_GB2312,'楷体_GB2312',KaiTi,'楷体',STKaiti,'Noto Serif CJK SC',serif}\n"
    "h4{font-weight:bold}\n"
    "p.caption{margin-top:10pt;font:12pt/20pt SimHei,'黑体','Noto Sans CJK SC',sans-serif;"
    "text-align:center}\n"
    "p.note{font:9pt/14pt SimSun,'宋体','Noto Serif CJK SC',serif;color:#333}\n"
    "table{border-collapse:collapse;width:100%;margin:6pt 0 12pt;font:10.5pt/15pt SimSun,'宋体',"
    "'Noto Serif CJK SC',serif}\n"
    "td,th{border:1px solid #000;padding:2pt 4pt;vertical-align:middle}\n"
    "td p,th p{text-align:inherit}\n"
    "td.r,th.r{white-space:nowrap}\n"
    "th{font-family:SimHei,'黑体','Noto Sans CJK SC',sans-serif;font-weight:normal}\n"
    "td.small{font-size:8pt;line-height:11pt}\n"
    "mark{background:#fde8e8;color:#b00000}\n"
    "figure{margin:6pt 0 12pt;text-align:center}\n"
    "svg{max-width:100%;height:auto}\n"
    "@media print{body{background:#fff}main{margin:0;padding:0;max-width:none}"
    "@page{size:A4;margin:37mm 26mm 35mm 28mm}.page{break-before:page}tr,figure{break-inside:"
    "avoid}thead{display:table-header-group}}\n"
    "@media screen{.page{border-top:1px dashed #bbb;margin:28pt 0}}\n";

static void put_text(struct jb_buf *out, struct jb_slice text)
{
    while (text.len) {
        const uint8_t *end = memchr(text.ptr, '\n', text.len);
        struct jb_slice line = text;
        line.len = end ? (size_t)(end - text.ptr) : text.len;
        jb_xml_put_text(out, line);
        if (!end)
            return;
        jb_buf_put_str(out, "<br>");
        text = jb_slice_of(end + 1, text.len - line.len - 1);
    }
}

static void put_runs(struct jb_buf *out, const struct jb_doc_run *run)
{
    static const struct {
        unsigned flag;
        const char *tag;
    } tags[] = {{JB_DOC_BOLD, "b"}, {JB_DOC_ITALIC, "i"}, {JB_DOC_MISSING, "mark"}};
    for (; run; run = run->next) {
        if (!run->text.len)
            continue;
        for (size_t i = 0; i < JB_COUNT(tags); i++) {
            if (run->flags & tags[i].flag)
                jb_buf_printf(out, "<%s>", tags[i].tag);
        }
        put_text(out, run->text);
        for (size_t i = JB_COUNT(tags); i-- > 0;) {
            if (run->flags & tags[i].flag)
                jb_buf_printf(out, "</%s>", tags[i].tag);
        }
    }
}

static const char *align_class(enum jb_doc_align align)
{
    return align == JB_DOC_CENTER ? "c" : align == JB_DOC_RIGHT ? "r" : "";
}

static void put_paragraph(struct jb_buf *out, const struct jb_doc_block *block)
{
    static const struct {
        const char *tag, *name;
    } looks[JB_DOC_STYLES] = {
        [JB_DOC_BODY] = {"p", ""},           [JB_DOC_TITLE] = {"h1", ""},
        [JB_DOC_HEADING_1] = {"h2", ""},     [JB_DOC_HEADING_2] = {"h3", ""},
        [JB_DOC_HEADING_3] = {"h4", ""},     [JB_DOC_HEADING_4] = {"h5", ""},
        [JB_DOC_PLAIN] = {"p", "plain"},     [JB_DOC_NOTE] = {"p", "note"},
        [JB_DOC_CAPTION] = {"p", "caption"}, [JB_DOC_ITEM] = {"p", "item"},
        [JB_DOC_CELL] = {"p", ""},           [JB_DOC_CELL_HEAD] = {"p", ""},
        [JB_DOC_CELL_SMALL] = {"p", ""},
    };
    const char *tag = looks[block->style].tag, *name = looks[block->style].name;
    const char *align = block->style == JB_DOC_TITLE ? "" : align_class(block->align);
    jb_buf_printf(out, "<%s", tag);
    if (name[0] || align[0])
        jb_buf_printf(out, " class=\"%s%s%s\"", name, name[0] && align[0] ? " " : "", align);
    jb_buf_put_str(out, ">");
    put_runs(out, block->runs);
    jb_buf_printf(out, "</%s>\n", tag);
}

static void put_cell(struct jb_buf *out, const struct jb_doc_cell *cell, bool head)
{
    const struct jb_doc_block *first = cell->blocks;
    bool small = first && first->style == JB_DOC_CELL_SMALL;
    const char *align = first ? align_class(first->align) : "";
    jb_buf_put_str(out, head ? "<th" : "<td");
    if (small || align[0])
        jb_buf_printf(out, " class=\"%s%s%s\"", small ? "small" : "", small && align[0] ? " " : "",
                      align);
    if (cell->span > 1)
        jb_buf_printf(out, " colspan=\"%u\"", cell->span);
    jb_buf_put_u8(out, '>');
    for (const struct jb_doc_block *block = first; block; block = block->next) {
        if (block != first)
            jb_buf_put_str(out, "<br>");
        put_runs(out, block->runs);
    }
    jb_buf_put_str(out, head ? "</th>" : "</td>");
}

static void put_table(struct jb_buf *out, const struct jb_doc_block *table)
{
    const struct jb_doc_row *row = table->rows;
    jb_buf_put_str(out, "<table>\n");
    if (table->widths) {
        jb_buf_put_str(out, "<colgroup>");
        for (uint32_t i = 0; i < table->columns; i++)
            jb_buf_printf(out, "<col style=\"width:%u%%\">", table->widths[i]);
        jb_buf_put_str(out, "</colgroup>\n");
    }
    if (row && row->head)
        jb_buf_put_str(out, "<thead>\n");
    for (bool head = row && row->head; row; row = row->next) {
        if (head && !row->head) {
            jb_buf_put_str(out, "</thead>\n");
            head = false;
        }
        jb_buf_put_str(out, "<tr>");
        for (const struct jb_doc_cell *cell = row->cells; cell; cell = cell->next)
            put_cell(out, cell, head);
        jb_buf_put_str(out, "</tr>\n");
        if (head && !row->next)
            jb_buf_put_str(out, "</thead>\n");
    }
    jb_buf_put_str(out, "</table>\n");
}

void jb_doc_write_html(const struct jb_doc *doc, const char *lang, struct jb_buf *out)
{
    jb_buf_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
                  lang);
    jb_buf_put_str(out, "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    jb_xml_put_text(out, doc->title);
    jb_buf_printf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n", style);
    for (const struct jb_doc_block *block = doc->body.first; block; block = block->next) {
        switch (block->kind) {
        case JB_DOC_PARAGRAPH:
            put_paragraph(out, block);
            break;
        case JB_DOC_TABLE:
            put_table(out, block);
            break;
        case JB_DOC_CHART:
            jb_buf_put_str(out, "<figure>");
            jb_ignore(jb_chart_svg(block->chart, CHART_WIDTH_PX, out) != JB_OK);
            jb_buf_put_str(out, "</figure>\n");
            break;
        case JB_DOC_PAGE_BREAK:
            jb_buf_put_str(out, "<div class=\"page\"></div>\n");
            break;
        case JB_DOC_OPAQUE:
            break;
        }
    }
    jb_buf_put_str(out, "</main>\n</body>\n</html>\n");
}
