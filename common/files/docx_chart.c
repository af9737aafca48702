/* Elements stand in the order of the schema (CT_ChartSpace and what is below it): Word calls a
 * document damaged otherwise. The caches carry what is drawn; the workbook inside is only for who
 * edits. */
#include "files/docx_chart.h"

#include <stdio.h>

#include "base/limits.h"
#include "files/chart_workbook.h"
#include "files/docx_inner.h"
#include "files/xml_text.h"

#define LABELS_MAX 24 /* on a standing chart; more of them cover each other */
#define CHART_NS "http://schemas.openxmlformats.org/drawingml/2006/chart"
#define OFFICE_RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static void put_xml(struct jb_buf *xml, const char *text)
{
    jb_xml_put_text(xml, jb_slice_str(text));
}

/* DrawingML text of one size, in hundredths of a point. */
static void put_text_run(struct jb_buf *xml, uint32_t size, const char *face, const char *text)
{
    jb_buf_printf(xml,
                  "<a:r><a:rPr lang=\"zh-CN\" sz=\"%u\" b=\"0\"><a:latin typeface=\"%s\"/>"
                  "<a:ea typeface=\"%s\"/></a:rPr><a:t>",
                  size, face, face);
    put_xml(xml, text);
    jb_buf_put_str(xml, "</a:t></a:r>");
}

static void put_title(struct jb_buf *xml, const struct jb_chart *chart)
{
    if (chart->title || chart->unit_of_measure) {
        jb_buf_put_str(xml, "<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"1200\" "
                            "b=\"0\"/></a:pPr>");
        if (chart->title)
            put_text_run(xml, 1200, "黑体", chart->title);
        if (chart->unit_of_measure) {
            put_text_run(xml, 900, "宋体", chart->title ? "（" : "");
            put_text_run(xml, 900, "宋体", chart->unit_of_measure);
            put_text_run(xml, 900, "宋体", chart->title ? "）" : "");
        }
        jb_buf_put_str(xml, "</a:p></c:rich></c:tx><c:overlay val=\"0\"/></c:title>"
                            "<c:autoTitleDeleted val=\"0\"/>");
    } else {
        jb_buf_put_str(xml, "<c:autoTitleDeleted val=\"1\"/>");
    }
}

static void put_label_flags(struct jb_buf *xml, bool shown)
{
    jb_buf_printf(xml,
                  "<c:showLegendKey val=\"0\"/><c:showVal val=\"%u\"/><c:showCatName val=\"0\"/>"
                  "<c:showSerName val=\"0\"/><c:showPercent val=\"0\"/><c:showBubbleSize "
                  "val=\"0\"/>",
                  shown);
}

/* A point whose figure is shown in words of its own (461余) gets a label of its own. */
static void put_labels(struct jb_buf *xml, const struct jb_chart *chart,
                       const struct jb_chart_series *series)
{
    const char *place = chart->kind == JB_CHART_LINE ? "t" : "outEnd";
    bool shown =
        chart->kind == JB_CHART_BAR || chart->category_count * chart->series_count <= LABELS_MAX;

    jb_buf_put_str(xml, "<c:dLbls>");
    for (uint32_t i = 0; shown && i < chart->category_count; i++) {
        const struct jb_chart_point *point = &series->points[i];
        if (!point->number.len || !point->text ||
            jb_slice_eq(jb_slice_str(point->text), point->number))
            continue;
        jb_buf_printf(xml, "<c:dLbl><c:idx val=\"%u\"/><c:tx><c:rich><a:bodyPr/><a:p>", i);
        put_text_run(xml, 900, "宋体", point->text);
        jb_buf_printf(xml, "</a:p></c:rich></c:tx><c:dLblPos val=\"%s\"/>", place);
        put_label_flags(xml, true);
        jb_buf_put_str(xml, "</c:dLbl>");
    }
    if (shown)
        jb_buf_printf(xml, "<c:dLblPos val=\"%s\"/>", place);
    put_label_flags(xml, shown);
    jb_buf_put_str(xml, "</c:dLbls>");
}

static void put_categories(struct jb_buf *xml, const struct jb_chart *chart)
{
    jb_buf_printf(xml,
                  "<c:cat><c:strRef><c:f>Sheet1!$A$2:$A$%u</c:f><c:strCache><c:ptCount "
                  "val=\"%u\"/>",
                  chart->category_count + 1, chart->category_count);
    for (uint32_t i = 0; i < chart->category_count; i++) {
        jb_buf_printf(xml, "<c:pt idx=\"%u\"><c:v>", i);
        put_xml(xml, chart->categories[i]);
        jb_buf_put_str(xml, "</c:v></c:pt>");
    }
    jb_buf_put_str(xml, "</c:strCache></c:strRef></c:cat>");
}

static void put_values(struct jb_buf *xml, const struct jb_chart *chart, uint32_t s)
{
    char column = (char)('B' + s);

    jb_buf_printf(xml,
                  "<c:val><c:numRef><c:f>Sheet1!$%c$2:$%c$%u</c:f><c:numCache><c:formatCode>"
                  "General</c:formatCode><c:ptCount val=\"%u\"/>",
                  column, column, chart->category_count + 1, chart->category_count);
    for (uint32_t i = 0; i < chart->category_count; i++) {
        struct jb_slice number = chart->series[s].points[i].number;
        if (number.len)
            jb_buf_printf(xml, "<c:pt idx=\"%u\"><c:v>%.*s</c:v></c:pt>", i, JB_ARG(number));
    }
    jb_buf_put_str(xml, "</c:numCache></c:numRef></c:val>");
}

static void put_look(struct jb_buf *xml, enum jb_chart_kind kind, const char *color)
{
    if (kind == JB_CHART_LINE)
        jb_buf_printf(xml,
                      "<c:spPr><a:ln w=\"25400\"><a:solidFill><a:srgbClr val=\"%s\"/>"
                      "</a:solidFill></a:ln></c:spPr><c:marker><c:symbol val=\"circle\"/><c:size "
                      "val=\"5\"/><c:spPr><a:solidFill><a:srgbClr val=\"%s\"/></a:solidFill>"
                      "</c:spPr></c:marker>",
                      color, color);
    else
        jb_buf_printf(xml,
                      "<c:spPr><a:solidFill><a:srgbClr val=\"%s\"/></a:solidFill></c:spPr>"
                      "<c:invertIfNegative val=\"0\"/>",
                      color);
}

static void put_series(struct jb_buf *xml, const struct jb_chart *chart, uint32_t s)
{
    const struct jb_chart_series *series = &chart->series[s];

    jb_buf_printf(xml,
                  "<c:ser><c:idx val=\"%u\"/><c:order val=\"%u\"/><c:tx><c:strRef><c:f>"
                  "Sheet1!$%c$1</c:f><c:strCache><c:ptCount val=\"1\"/><c:pt idx=\"0\"><c:v>",
                  s, s, (char)('B' + s));
    put_xml(xml, series->name ? series->name : "");
    jb_buf_put_str(xml, "</c:v></c:pt></c:strCache></c:strRef></c:tx>");
    put_look(xml, chart->kind, jb_chart_color(s));
    put_labels(xml, chart, series);
    put_categories(xml, chart);
    put_values(xml, chart, s);
    jb_buf_put_str(xml,
                   chart->kind == JB_CHART_LINE ? "<c:smooth val=\"0\"/></c:ser>" : "</c:ser>");
}

static void put_axes(struct jb_buf *xml, const struct jb_chart *chart,
                     const struct jb_chart_axis *axis)
{
    static const char gray[] = "<c:spPr><a:ln w=\"6350\"><a:solidFill><a:srgbClr val=\"%s\"/>"
                               "</a:solidFill></a:ln></c:spPr>";
    bool lying = chart->kind == JB_CHART_BAR;
    char low[48], high[48], step[48];

    jb_chart_tick_text(axis, axis->low, low);
    jb_chart_tick_text(axis, axis->high, high);
    jb_chart_tick_text(axis, axis->step, step);
    jb_buf_printf(xml,
                  "<c:catAx><c:axId val=\"1\"/><c:scaling><c:orientation val=\"%s\"/></c:scaling>"
                  "<c:delete val=\"0\"/><c:axPos val=\"%s\"/><c:majorTickMark val=\"none\"/>"
                  "<c:minorTickMark val=\"none\"/><c:tickLblPos val=\"low\"/>",
                  lying ? "maxMin" : "minMax", lying ? "l" : "b");
    jb_buf_printf(xml, gray, "444444");
    jb_buf_printf(xml,
                  "<c:crossAx val=\"2\"/><c:crosses val=\"autoZero\"/><c:auto val=\"0\"/>"
                  "<c:lblAlgn val=\"ctr\"/><c:lblOffset val=\"100\"/><c:noMultiLvlLbl val=\"1\"/>"
                  "</c:catAx><c:valAx><c:axId val=\"2\"/><c:scaling><c:orientation "
                  "val=\"minMax\"/><c:max val=\"%s\"/><c:min val=\"%s\"/></c:scaling><c:delete "
                  "val=\"0\"/><c:axPos val=\"%s\"/><c:majorGridlines>",
                  high, low, lying ? "b" : "l");
    jb_buf_printf(xml, gray, "D9D9D9");
    jb_buf_put_str(xml, "</c:majorGridlines><c:numFmt formatCode=\"General\" sourceLinked=\"0\"/>"
                        "<c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/>"
                        "<c:tickLblPos val=\"nextTo\"/>");
    jb_buf_printf(xml, gray, "D9D9D9");
    jb_buf_printf(xml,
                  "<c:crossAx val=\"1\"/><c:crosses val=\"%s\"/><c:crossBetween "
                  "val=\"between\"/><c:majorUnit val=\"%s\"/></c:valAx>",
                  lying ? "max" : "autoZero", step);
}

static void put_plot(struct jb_buf *xml, const struct jb_chart *chart,
                     const struct jb_chart_axis *axis)
{
    const char *tag = chart->kind == JB_CHART_LINE ? "lineChart" : "barChart";

    jb_buf_printf(xml, "<c:plotArea><c:layout/><c:%s>", tag);
    if (chart->kind == JB_CHART_LINE)
        jb_buf_put_str(xml, "<c:grouping val=\"standard\"/>");
    else
        jb_buf_printf(xml, "<c:barDir val=\"%s\"/><c:grouping val=\"clustered\"/>",
                      chart->kind == JB_CHART_BAR ? "bar" : "col");
    jb_buf_put_str(xml, "<c:varyColors val=\"0\"/>");
    for (uint32_t s = 0; s < chart->series_count; s++)
        put_series(xml, chart, s);
    jb_buf_printf(
        xml, "%s<c:axId val=\"1\"/><c:axId val=\"2\"/></c:%s>",
        chart->kind == JB_CHART_LINE ? "<c:marker val=\"1\"/>" : "<c:gapWidth val=\"60\"/>", tag);
    put_axes(xml, chart, axis);
    jb_buf_put_str(xml, "</c:plotArea>");
}

static void put_chart(struct jb_buf *xml, const struct jb_chart *chart,
                      const struct jb_chart_axis *axis)
{
    jb_buf_put_str(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                        "<c:chartSpace xmlns:c=\"" CHART_NS
                        "\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
                        "xmlns:r=\"" OFFICE_RELATIONS "\"><c:roundedCorners val=\"0\"/><c:chart>");
    put_title(xml, chart);
    put_plot(xml, chart, axis);
    if (chart->series_count > 1)
        jb_buf_put_str(xml, "<c:legend><c:legendPos val=\"b\"/><c:overlay val=\"0\"/></c:legend>");
    jb_buf_put_str(xml, "<c:plotVisOnly val=\"1\"/><c:dispBlanksAs val=\"gap\"/></c:chart>"
                        "<c:spPr><a:solidFill><a:srgbClr val=\"FFFFFF\"/></a:solidFill><a:ln>"
                        "<a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr "
                        "sz=\"900\"><a:latin typeface=\"宋体\"/><a:ea typeface=\"宋体\"/>"
                        "</a:defRPr></a:pPr><a:endParaRPr lang=\"zh-CN\"/></a:p></c:txPr>"
                        "<c:externalData r:id=\"rId1\"><c:autoUpdate val=\"0\"/>"
                        "</c:externalData></c:chartSpace>");
}

/* The chart part, its workbook, and the relation between them. Returns the chart part's index. */
static jb_err add_parts(jb_docx_body *body, const struct jb_chart *chart,
                        const struct jb_chart_axis *axis, uint32_t *ret)
{
    uint32_t number = body->part_count + 1;
    struct jb_buf workbook;

    jb_buf_init(&workbook, JB_DOCUMENT_BYTES_MAX);
    jb_err err = chart_workbook(chart, &workbook);
    if (err) {
        jb_buf_free(&workbook);
        return err;
    }
    struct jb_docx_part *part = docx_part_add(body);
    snprintf(part->name, sizeof(part->name), "word/charts/jibao%u.xml", number);
    snprintf(part->id, sizeof(part->id), "jibao%u", number);
    part->content_type = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml";
    part->relation = OFFICE_RELATIONS "/chart";
    put_chart(&part->bytes, chart, axis);
    part = docx_part_add(body);
    snprintf(part->name, sizeof(part->name), "word/charts/_rels/jibao%u.xml.rels", number);
    jb_buf_printf(&part->bytes,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships "
                  "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                  "<Relationship Id=\"rId1\" Type=\"" OFFICE_RELATIONS
                  "/package\" Target=\"../embeddings/jibao%u.xlsx\"/></Relationships>",
                  number);
    part = docx_part_add(body);
    snprintf(part->name, sizeof(part->name), "word/embeddings/jibao%u.xlsx", number);
    jb_buf_put(&part->bytes, workbook.ptr, workbook.len);
    jb_buf_free(&workbook);
    *ret = number - 1;
    return JB_OK;
}

jb_err jb_docx_chart(jb_docx_body *body, const struct jb_chart *chart, uint32_t width_dmm,
                     uint32_t height_dmm)
{
    struct jb_chart_axis axis;
    uint32_t index = 0;
    jb_err err = jb_chart_axis_of(chart, &axis);

    err = err ? err : add_parts(body, chart, &axis, &index);
    if (err)
        return err;
    docx_drawing_begin(body, width_dmm, height_dmm, chart->title ? chart->title : "");
    jb_buf_printf(&body->xml,
                  "<a:graphicData uri=\"" CHART_NS "\"><c:chart xmlns:c=\"" CHART_NS
                  "\" r:id=\"%s\"/></a:graphicData>",
                  body->parts[index].id);
    docx_drawing_end(body);
    return JB_OK;
}

uint32_t jb_docx_chart_height_dmm(const struct jb_chart *chart)
{
    uint32_t lying = 200 + chart->category_count * (30 + chart->series_count * 45);

    if (chart->kind != JB_CHART_BAR)
        return 700;
    return lying < 500 ? 500 : lying > 2200 ? 2200 : lying;
}
