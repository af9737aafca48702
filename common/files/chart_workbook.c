/* SpreadsheetML, ISO/IEC 29500-1 §18: workbook, one sheet, inline strings. */
#include "files/chart_workbook.h"

#include "base/limits.h"
#include "files/xml_text.h"
#include "files/zip_write.h"

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define SHEETML "application/vnd.openxmlformats-officedocument.spreadsheetml"

static const char types[] =
    DECLARATION "<Types xmlns=\"" PACKAGE "/content-types\"><Default Extension=\"rels\" "
                "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" SHEETML
                ".sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" "
                "ContentType=\"" SHEETML ".worksheet+xml\"/></Types>";
static const char package_relations[] =
    DECLARATION "<Relationships xmlns=\"" PACKAGE "/relationships\"><Relationship Id=\"rId1\" "
                "Type=\"" RELATIONS "/officeDocument\" Target=\"xl/workbook.xml\"/>"
                "</Relationships>";
static const char workbook[] =
    DECLARATION "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" RELATIONS "\"><sheets><sheet "
                "name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
static const char workbook_relations[] =
    DECLARATION "<Relationships xmlns=\"" PACKAGE "/relationships\"><Relationship Id=\"rId1\" "
                "Type=\"" RELATIONS "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
                "</Relationships>";

static void put_words(struct jb_buf *xml, char column, uint32_t row, const char *text)
{
    jb_buf_printf(xml, "<c r=\"%c%u\" t=\"inlineStr\"><is><t xml:space=\"preserve\">", column, row);
    jb_xml_put_text(xml, jb_slice_str(text ? text : ""));
    jb_buf_put_str(xml, "</t></is></c>");
}

static void put_sheet(struct jb_buf *xml, const struct jb_chart *chart)
{
    jb_buf_put_str(xml, DECLARATION "<worksheet xmlns=\"" MAIN "\"><sheetData><row r=\"1\">");
    for (uint32_t s = 0; s < chart->series_count; s++)
        put_words(xml, (char)('B' + s), 1, chart->series[s].name);
    for (uint32_t i = 0; i < chart->category_count; i++) {
        jb_buf_printf(xml, "</row><row r=\"%u\">", i + 2);
        put_words(xml, 'A', i + 2, chart->categories[i]);
        for (uint32_t s = 0; s < chart->series_count; s++) {
            struct jb_slice number = chart->series[s].points[i].number;
            if (number.len)
                jb_buf_printf(xml, "<c r=\"%c%u\"><v>%.*s</v></c>", (char)('B' + s), i + 2,
                              JB_ARG(number));
        }
    }
    jb_buf_put_str(xml, "</row></sheetData></worksheet>");
}

jb_err chart_workbook(const struct jb_chart *chart, struct jb_buf *ret)
{
    jb_zip_writer *zip = jb_zip_writer_new();
    struct jb_buf sheet;

    jb_buf_init(&sheet, JB_DOCUMENT_BYTES_MAX);
    put_sheet(&sheet, chart);
    jb_zip_writer_add(zip, "[Content_Types].xml", JB_LIT(types));
    jb_zip_writer_add(zip, "_rels/.rels", JB_LIT(package_relations));
    jb_zip_writer_add(zip, "xl/workbook.xml", JB_LIT(workbook));
    jb_zip_writer_add(zip, "xl/_rels/workbook.xml.rels", JB_LIT(workbook_relations));
    jb_zip_writer_add(zip, "xl/worksheets/sheet1.xml", jb_buf_slice(&sheet));
    jb_err err = jb_zip_writer_finish(&zip, ret);
    err = sheet.failed ? JB_ERANGE : err;
    jb_buf_free(&sheet);
    return err;
}
