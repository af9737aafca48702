/* The two forms for programs. The form for people is answer_people.c. */
#include "answer_table.h"

#include <stdlib.h>

#include "answer_people.h"
#include "base/text.h"
#include "base/uuid.h"
#include "view_args.h"
#include "words.h"

#define COLUMNS_MAX 48

struct sheet {
    struct jb_column columns[COLUMNS_MAX];
    uint32_t count;
};

static void column(struct sheet *sheet, const char *key)
{
    jb_assert(sheet->count < COLUMNS_MAX);
    sheet->columns[sheet->count++] = (struct jb_column){.key = key};
}

static void number_column(struct sheet *sheet, const char *key)
{
    column(sheet, key);
    sheet->columns[sheet->count - 1].number = true;
}

static void bare_column(struct sheet *sheet, const char *key)
{
    column(sheet, key);
    sheet->columns[sheet->count - 1].boolean_or_integer = true;
}

static void put(jb_table *table, struct jb_slice text)
{
    if (text.len)
        jb_table_cellf(table, "%.*s", JB_ARG(text));
    else
        jb_table_cell(table, NULL);
}

static void put_bool(jb_table *table, bool v)
{
    jb_table_cell(table, v ? "true" : "false");
}

/* A text figure stands where a number would, guarded against spreadsheets that run it. */
static void put_value(jb_table *table, const struct jb_answer_row *row, bool guard)
{
    if (row->state != JB_STATE_VALUE)
        jb_table_cell(table, NULL);
    else if (row->value.len || row->text.len == 0)
        put(table, row->value);
    else
        jb_table_cellf(table, "%s%.*s", guard && memchr("=+-@\t", row->text.ptr[0], 5) ? "'" : "",
                       JB_ARG(row->text));
}

static void put_precision(jb_table *table, const struct jb_answer_row *row)
{
    bool value = row->state == JB_STATE_VALUE;

    jb_table_cell(table, value ? jb_mark_code(row->mark) : NULL);
    jb_table_cell(
        table, value || row->state == JB_STATE_NOT_APPLICABLE ? jb_status_code(row->status) : NULL);
}

static void put_growth_reason(struct jb_buf *buf, const char *label, const struct jb_growth *growth)
{
    if (growth->reason.len)
        jb_buf_printf(buf, "%s%s:%.*s", buf->len ? " " : "", label, JB_ARG(growth->reason));
    if (growth->redefined.len)
        jb_buf_printf(buf, "%s%s:redefined", buf->len ? " " : "", label);
}

/* Everything that keeps a number from being what it seems: other_stretch unpaired yoy:incomplete */
static void put_reasons(jb_table *table, const struct jb_answer_row *row,
                        const struct jb_answer_view *view)
{
    struct jb_buf buf;

    jb_buf_init(&buf, JB_SHORT_TEXT_BYTES_MAX);
    jb_buf_put(&buf, row->reason.ptr, row->reason.len);
    if (row->unpaired)
        jb_buf_printf(&buf, "%sunpaired", buf.len ? " " : "");
    if (row->missing_forms)
        jb_buf_printf(&buf, "%smissing_forms:%u", buf.len ? " " : "", row->missing_forms);
    if (view->yoy)
        put_growth_reason(&buf, "yoy", &row->yoy);
    if (view->qoq)
        put_growth_reason(&buf, "qoq", &row->qoq);
    put(table, jb_buf_slice(&buf));
    jb_buf_free(&buf);
}

/* CSV's columns; JSON starts with them too. */
static void common_columns(struct sheet *sheet, const struct jb_answer_view *view)
{
    column(sheet, "unit");
    column(sheet, "indicator");
    column(sheet, "period");
    number_column(sheet, "value");
    column(sheet, "state");
    column(sheet, "precision");
    column(sheet, "status");
    column(sheet, "unit_of_measure");
    bare_column(sheet, "reported");
    bare_column(sheet, "expected");
    column(sheet, "value_period");
    bare_column(sheet, "revision");
    column(sheet, "reason");
    if (view->yoy) {
        number_column(sheet, "yoy");
        number_column(sheet, "yoy_base");
    }
    if (view->qoq) {
        number_column(sheet, "qoq");
        number_column(sheet, "qoq_base");
    }
}

static void put_common(jb_table *table, const struct jb_pages *pages,
                       const struct jb_answer_row *row, const struct jb_answer_view *view)
{
    put(table, row->unit);
    put(table, row->indicator);
    put(table, row->period);
    put_value(table, row, view->output == JB_OUT_CSV);
    jb_table_cell(table, jb_state_code(row->state));
    put_precision(table, row);
    put(table, row->unit_of_measure);
    jb_table_cellf(table, "%u", row->reported);
    jb_table_cellf(table, "%u", row->expected);
    put(table, row->value_period);
    jb_table_cellf(table, "%llu", (unsigned long long)pages->snapshot.revision);
    if (view->output == JB_OUT_CSV)
        put_reasons(table, row, view);
    else
        put(table, row->reason);
    if (view->yoy) {
        put(table, row->yoy.value);
        put(table, row->yoy.base);
    }
    if (view->qoq) {
        put(table, row->qoq.value);
        put(table, row->qoq.base);
    }
}

/* Which view the figure is of, told only where it is not the working one. */
static void view_columns(struct sheet *sheet, const struct jb_pages *pages)
{
    if (pages->view == JB_VIEW_WORKING)
        return;
    column(sheet, "view");
    column(sheet, "releases");
}

static void put_view(jb_table *table, const struct jb_pages *pages, const struct jb_answer_row *row)
{
    struct jb_buf buf;
    if (pages->view == JB_VIEW_WORKING)
        return;
    jb_buf_init(&buf, JB_TEXT_FIGURE_BYTES_MAX);
    jb_view_releases_of(row->period, pages->releases, pages->release_count, &buf);
    jb_table_cell(table, jb_viewpoint_code(pages->view));
    put(table, jb_buf_slice(&buf));
    jb_buf_free(&buf);
}

static void print_csv(const struct jb_pages *pages, const struct jb_answer_view *view, FILE *out)
{
    struct sheet sheet = {.count = 0};

    common_columns(&sheet, view);
    if (view->with_basis)
        column(&sheet, "basis");
    view_columns(&sheet, pages);
    jb_table *table = jb_table_new(sheet.columns, sheet.count);
    for (uint32_t i = 0; i < pages->count; i++) {
        put_common(table, pages, pages->rows[i], view);
        if (view->with_basis)
            put(table, pages->rows[i]->basis);
        put_view(table, pages, pages->rows[i]);
        jb_table_end_row(table);
    }
    jb_table_print(table, JB_OUT_CSV, NULL, out);
    jb_table_free(table);
}

static void growth_columns(struct sheet *sheet, bool yoy)
{
    column(sheet, yoy ? "yoy_base_period" : "qoq_base_period");
    bare_column(sheet, yoy ? "yoy_points" : "qoq_points");
    column(sheet, yoy ? "yoy_precision" : "qoq_precision");
    column(sheet, yoy ? "yoy_status" : "qoq_status");
    column(sheet, yoy ? "yoy_base_status" : "qoq_base_status");
    column(sheet, yoy ? "yoy_reason" : "qoq_reason");
    column(sheet, yoy ? "yoy_redefined" : "qoq_redefined");
}

static void put_growth(jb_table *table, const struct jb_growth *growth)
{
    bool value = growth->value.len > 0;

    put(table, growth->base_period);
    put_bool(table, growth->points);
    jb_table_cell(table, value ? jb_mark_code(growth->mark) : NULL);
    jb_table_cell(table, value ? jb_status_code(growth->status) : NULL);
    jb_table_cell(table, growth->base.len ? jb_status_code(growth->base_status) : NULL);
    put(table, growth->reason);
    put(table, growth->redefined);
}

static void json_columns(struct sheet *sheet, const struct jb_answer_view *view)
{
    common_columns(sheet, view);
    column(sheet, "unit_name");
    bare_column(sheet, "is_group");
    column(sheet, "indicator_name");
    column(sheet, "basis");
    bare_column(sheet, "not_yet_due");
    bare_column(sheet, "missing_forms");
    column(sheet, "numerator");
    column(sheet, "denominator");
    bare_column(sheet, "unpaired");
    column(sheet, "text");
    if (view->yoy)
        growth_columns(sheet, true);
    if (view->qoq)
        growth_columns(sheet, false);
}

static void put_json_row(jb_table *table, struct jb_pages *pages, const struct jb_answer_row *row,
                         const struct jb_answer_view *view)
{
    char buf[JB_NAME_CODE_SIZE];

    put_common(table, pages, row, view);
    jb_table_cell(table, jb_name_of_unit(&pages->names, row->unit, buf));
    put_bool(table, row->is_group);
    jb_table_cell(table, jb_name_of_indicator(&pages->names, row->indicator, buf));
    put(table, row->basis);
    jb_table_cellf(table, "%u", row->not_yet_due);
    jb_table_cellf(table, "%u", row->missing_forms);
    put(table, row->numerator);
    put(table, row->denominator);
    put_bool(table, row->unpaired);
    put(table, row->text);
    if (view->yoy)
        put_growth(table, &row->yoy);
    if (view->qoq)
        put_growth(table, &row->qoq);
    put_view(table, pages, row);
    jb_table_end_row(table);
}

static void print_json(struct jb_pages *pages, const struct jb_answer_view *view, FILE *out)
{
    struct sheet sheet = {.count = 0};
    struct jb_snapshot_words words;

    json_columns(&sheet, view);
    view_columns(&sheet, pages);
    jb_table *table = jb_table_new(sheet.columns, sheet.count);
    for (uint32_t i = 0; i < pages->count; i++)
        put_json_row(table, pages, pages->rows[i], view);
    jb_table_print(table, JB_OUT_JSON, jb_words_snapshot(&pages->snapshot, &words), out);
    jb_table_free(table);
}

static int compare(const void *a, const void *b)
{
    const struct jb_answer_row *const *x = a, *const *y = b;

    return jb_slice_cmp((*x)->indicator, (*y)->indicator);
}

uint32_t jb_answer_indicators(const struct jb_pages *pages)
{
    uint32_t count = 0;

    if (pages->count == 0)
        return 0;
    const struct jb_answer_row **rows = jb_xcalloc(pages->count, sizeof(*rows));
    memcpy(rows, pages->rows, pages->count * sizeof(*rows));
    qsort(rows, pages->count, sizeof(*rows), compare);
    for (uint32_t i = 0; i < pages->count; i++)
        count += i == 0 || !jb_slice_eq(rows[i]->indicator, rows[i - 1]->indicator);
    free(rows);
    return count;
}

void jb_answer_print(struct jb_pages *pages, const struct jb_answer_view *view, FILE *out)
{
    switch (view->output) {
    case JB_OUT_TABLE:
        jb_answer_print_people(pages, view, out);
        break;
    case JB_OUT_CSV:
        print_csv(pages, view, out);
        break;
    case JB_OUT_JSON:
        print_json(pages, view, out);
        break;
    }
}
