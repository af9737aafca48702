/* The members are those of the wire's Finding, and the file. */
#include "findings_table.h"

static const struct jb_column columns[] = {
    {.key = "file"},
    {.key = "sheet"},
    {.key = "cell"},
    {.key = "row", .number = true, .boolean_or_integer = true},
    {.key = "column", .number = true, .boolean_or_integer = true},
    {.key = "column_name"},
    {.key = "severity"},
    {.key = "code"},
    {.key = "unit"},
    {.key = "form"},
    {.key = "period"},
    {.key = "indicator"},
    {.key = "got"},
    {.key = "expected"},
    {.key = "hint"},
    {.key = "sentence"},
    {.key = "advice"},
};

static const char *severity_code(enum jb_severity severity)
{
    switch (severity) {
    case JB_ERROR:
        return "error";
    case JB_NEEDS_EXPLANATION:
        return "needs_explanation";
    case JB_NOTICE:
        return "notice";
    }
    return "error";
}

void jb_findings_table_print(const struct jb_findings *findings, enum jb_output output,
                             const char *const *extra, FILE *out)
{
    jb_table *table = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < findings->count; i++) {
        const struct jb_finding *f = &findings->items[i];
        char cell[JB_FINDING_CELL_SIZE];
        jb_table_cell(table, f->file);
        jb_table_cell(table, f->sheet);
        jb_table_cell(table, f->sheet[0] ? jb_finding_cell(f, cell) : "");
        jb_table_cellf(table, "%u", f->row);
        jb_table_cellf(table, "%u", f->column);
        jb_table_cell(table, f->column_name);
        jb_table_cell(table, severity_code(f->severity));
        jb_table_cell(table, jb_finding_code_name(f->code));
        jb_table_cell(table, f->unit);
        jb_table_cell(table, f->form);
        jb_table_cell(table, f->period);
        jb_table_cell(table, f->indicator);
        jb_table_cell(table, f->got);
        jb_table_cell(table, f->expected);
        jb_table_cell(table, f->hint);
        jb_table_cell(table, jb_finding_sentence(f->code));
        jb_table_cell(table, jb_finding_advice(f->code));
        jb_table_end_row(table);
    }
    jb_table_print(table, output, extra, out);
    jb_table_free(table);
}
