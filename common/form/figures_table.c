/* Reads the table and finds out what each column is. */
#include "form/figures_table.h"

#include <stdlib.h>

#include "base/text.h"
#include "form/figures_sdmx.h"
#include "model/fold.h"

static const struct title {
    const char *en, *zh;
    const char *others[3]; /* what people write in its place */
} titles[JB_COLUMNS] = {
    {"unit", "单位", {"填报单位", NULL, NULL}},
    {"period", "报告期", {"填报期", "期间", NULL}},
    {"indicator", "指标", {"指标名称", "指标代码", NULL}},
    {"basis", "口径", {NULL, NULL, NULL}},
    {"value", "数值", {"数据", "填报值", NULL}},
    {"status", "数据性质", {NULL, NULL, NULL}},
    {"note", "说明", {"备注", NULL, NULL}},
};

const char *jb_figures_column_title(enum jb_figures_column column, bool zh)
{
    return zh ? titles[column].zh : titles[column].en;
}

const char *jb_figures_table_title(const struct jb_figures_table *table,
                                   enum jb_figures_column column)
{
    return table && table->sdmx ? jb_figures_sdmx_title(column)
                                : jb_figures_column_title(column, jb_text_is_zh());
}

static bool is_title(const struct title *title, struct jb_slice text)
{
    if (jb_slice_is_nocase(text, title->en) || jb_slice_is(text, title->zh))
        return true;
    for (size_t i = 0; i < JB_COUNT(title->others) && title->others[i]; i++) {
        if (jb_slice_is(text, title->others[i]))
            return true;
    }
    return false;
}

struct reading {
    const char *path;
    struct jb_findings *findings;
};

static jb_err refuse(const struct reading *reading, enum jb_finding_code code, uint32_t row,
                     uint32_t column, const char *got, const char *expected)
{
    jb_findings_add(reading->findings, &(struct jb_finding){
                                           .code = code,
                                           .severity = JB_ERROR,
                                           .file = reading->path,
                                           .row = row,
                                           .column = column,
                                           .got = got,
                                           .expected = expected,
                                       });
    return JB_EINVAL;
}

static enum jb_figures_column column_of(struct jb_slice cell)
{
    char buf[256];
    struct jb_slice text;
    enum jb_figures_column column = 0;

    if (jb_fold(cell, buf, sizeof(buf), &text))
        return JB_COLUMNS;
    while (column < JB_COLUMNS && !is_title(&titles[column], text))
        column++;
    return column;
}

static jb_err read_header(const struct reading *reading, struct jb_figures_table *table)
{
    const struct jb_csv_row *header = &table->csv.rows[0];
    bool zh = jb_text_is_zh();
    jb_err err = JB_OK;

    for (uint32_t i = 0; i < JB_COLUMNS; i++)
        table->place[i] = UINT32_MAX;
    for (uint32_t i = 0; i < header->field_count; i++) {
        struct jb_slice cell = jb_trim(header->fields[i]);
        enum jb_figures_column column = column_of(cell);
        char *got = jb_xstrndup(cell.ptr, cell.len);
        if (column == JB_COLUMNS && cell.len)
            err = refuse(reading, JB_F_FILE_HEADER, header->line, i + 1, got,
                         zh ? "单位,报告期,指标,口径,数值,数据性质,说明"
                            : "unit,period,indicator,basis,value,status,note");
        else if (column != JB_COLUMNS && table->place[column] != UINT32_MAX)
            err =
                refuse(reading, JB_F_FILE_HEADER, header->line, i + 1, got, _("each column once"));
        else if (column != JB_COLUMNS)
            table->place[column] = i;
        free(got);
    }
    for (enum jb_figures_column i = 0; i < JB_COLUMNS; i++) {
        bool needed = i == JB_COLUMN_INDICATOR || i == JB_COLUMN_VALUE;
        if (!needed || table->place[i] != UINT32_MAX)
            continue;
        char *expected = jb_xasprintf(_("a column %s"), jb_figures_column_title(i, zh));
        err = refuse(reading, JB_F_FILE_HEADER, header->line, 0, _("no such column"), expected);
        free(expected);
    }
    return err;
}

/* A row with more cells than the header has columns was not meant so: a comma in a number, mostly.
 */
static jb_err check_widths(const struct reading *reading, const struct jb_figures_table *table)
{
    uint32_t width = table->csv.rows[0].field_count;
    char got[48], expected[48];
    jb_err err = JB_OK;

    for (uint32_t i = 1; i < table->csv.row_count; i++) {
        const struct jb_csv_row *row = &table->csv.rows[i];
        uint32_t count = row->field_count;
        while (count > width && jb_trim(row->fields[count - 1]).len == 0)
            count--;
        if (count <= width)
            continue;
        snprintf(got, sizeof(got), _("%u cells"), count);
        snprintf(expected, sizeof(expected), _("at most %u cells"), width);
        err = refuse(reading, JB_F_FILE_SYNTAX, row->line, width + 1, got, expected);
    }
    return err;
}

static jb_err decode(const struct reading *reading, struct jb_slice bytes,
                     enum jb_encoding encoding, struct jb_decoded *ret)
{
    size_t offset = 0;
    uint32_t line = 0;
    char got[64];

    jb_err err = jb_decode_text(bytes, encoding, ret, &offset, &line);
    if (err) {
        snprintf(got, sizeof(got), _("byte 0x%02x at offset %zu"),
                 offset < bytes.len ? bytes.ptr[offset] : 0, offset);
        return refuse(reading, JB_F_FILE_ENCODING, line, 0, got, _("UTF-8 or GB18030"));
    }
    if (ret->guessed &&
        ret->encoding != JB_ENC_UTF8) /* what reads as UTF-8 is hardly anything else */
        jb_findings_add(reading->findings,
                        &(struct jb_finding){.code = JB_F_ENCODING_GUESSED,
                                             .severity = JB_NOTICE,
                                             .file = reading->path,
                                             .got = jb_encoding_name(ret->encoding)});
    return JB_OK;
}

jb_err jb_figures_table_parse(const char *path, struct jb_slice bytes, enum jb_encoding encoding,
                              struct jb_findings *findings, struct jb_figures_table *ret)
{
    struct reading reading = {path, findings};
    struct jb_figures_table table = {0};
    uint32_t line = 0;
    char limit[96];

    jb_err err = decode(&reading, bytes, encoding, &table.decoded);
    if (err)
        return err;
    err = jb_csv_parse(jb_slice_of(table.decoded.text, table.decoded.len), 0, &table.csv, &line);
    if (err == JB_ERANGE) {
        snprintf(limit, sizeof(limit), _("at most %d rows, and %d bytes a cell"), JB_FILE_ROWS_MAX,
                 JB_FILE_FIELD_BYTES_MAX);
        err = refuse(&reading,
                     line > JB_FILE_ROWS_MAX ? JB_F_FILE_TOO_MANY_ROWS : JB_F_FIELD_TOO_LONG, line,
                     0, NULL, limit);
    } else if (err) {
        err = refuse(&reading, JB_F_FILE_SYNTAX, line, 0, NULL, NULL);
    }
    if (err) {
        free(table.decoded.text);
        return err;
    }
    if (table.csv.row_count == 0)
        err = refuse(&reading, JB_F_FILE_EMPTY, 1, 0, NULL, NULL);
    table.sdmx = jb_figures_sdmx_is(&table.csv);
    if (!err && !table.sdmx)
        err = read_header(&reading, &table);
    if (!err && !table.sdmx)
        err = check_widths(&reading, &table);
    if (!err && table.csv.row_count == 1)
        err = refuse(&reading, JB_F_FILE_EMPTY, table.csv.rows[0].line, 0, NULL, NULL);
    if (err)
        jb_figures_table_free(&table);
    else
        *ret = table;
    return err;
}

jb_err jb_figures_table_load(const char *path, struct jb_findings *findings, uint8_t **ret,
                             size_t *ret_len)
{
    struct reading reading = {path, findings};
    char limit[64];

    jb_err err = jb_read_file(path, JB_FILE_BYTES_MAX, ret, ret_len);
    if (err == JB_ERANGE) {
        snprintf(limit, sizeof(limit), _("at most %d MiB"), JB_FILE_BYTES_MAX >> 20);
        return refuse(&reading, JB_F_FILE_TOO_LARGE, 0, 0, NULL, limit);
    }
    if (err)
        return refuse(&reading, JB_F_FILE_UNREADABLE, 0, 0,
                      err == JB_ENOTFOUND ? _("there is no such file") : jb_err_name(err), NULL);
    return JB_OK;
}

void jb_figures_table_free(struct jb_figures_table *table)
{
    jb_csv_free(&table->csv);
    free(table->decoded.text);
    free(table->broken);
    *table = (struct jb_figures_table){0};
}

struct jb_slice jb_figures_table_cell(const struct jb_figures_table *table, uint32_t row,
                                      enum jb_figures_column column)
{
    const struct jb_csv_row *at = &table->csv.rows[row + 1];

    if (table->place[column] >= at->field_count)
        return jb_slice_of(NULL, 0);
    return jb_trim(at->fields[table->place[column]]);
}
