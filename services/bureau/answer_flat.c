/* Nothing is left out because the row above says it already: rows are moved about. */
#include "answer_flat.h"

#include "base/text.h"
#include "files/print.h"
#include "words.h"

static void put(jb_table *table, struct jb_slice text)
{
    jb_table_cellf(table, "%.*s", JB_ARG(text));
}

static void put_row(jb_table *table, struct jb_pages *pages, const struct jb_answer_row *row)
{
    char code[JB_NAME_CODE_SIZE], words[JB_WORDS_SIZE];
    bool percent = jb_slice_is(row->unit_of_measure, "%");
    bool text = row->state == JB_STATE_VALUE && !row->value.len && row->text.len;

    put(table, row->unit);
    jb_table_cell(table, jb_name_of_unit(&pages->names, row->unit, code));
    put(table, row->indicator);
    jb_table_cell(table, jb_name_of_indicator(&pages->names, row->indicator, code));
    jb_table_cell(table, jb_words_period(row->period, words));
    jb_table_cell(table, jb_words_basis(row->basis, words));
    if (text)
        put(table, row->text);
    else
        jb_table_cell(table, jb_words_value(row->state, row->value, row->mark, percent, words));
    jb_table_cell(table,
                  jb_name_of_measure(&pages->names, row->indicator, row->unit_of_measure, code));
    jb_table_cell(table, row->state == JB_STATE_VALUE || row->state == JB_STATE_NOT_APPLICABLE
                             ? jb_status_name(row->status)
                             : "");
    jb_table_end_row(table);
}

void jb_answer_print_flat(struct jb_pages *pages, FILE *out)
{
    const struct jb_column columns[] = {
        {.key = "unit", .title = _("unit code")},
        {.key = "unit_name", .title = _("unit")},
        {.key = "indicator", .title = _("indicator code")},
        {.key = "indicator_name", .title = _("indicator")},
        {.key = "period", .title = _("period")},
        {.key = "basis", .title = _("basis")},
        {.key = "figure", .title = _("figure"), .align = JB_RIGHT},
        {.key = "unit_of_measure", .title = _("measured in")},
        {.key = "status", .title = _("status")},
    };
    jb_table *table = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < pages->count; i++)
        put_row(table, pages, pages->rows[i]);
    jb_table_print(table, JB_OUT_TABLE, NULL, out);
    jb_table_free(table);
    fputc('\n', out);
    jb_words_footer(&pages->snapshot, out);
}
