/* What is the same in every row (the unit, the period, the indicator) stands once above the table;
 * the rest is a row each, and what a number alone would hide stands in its last column. */
#include "answer_people.h"

#include <stdlib.h>

#include "answer_order.h"
#include "answer_pivot.h"
#include "base/text.h"
#include "view_args.h"
#include "words.h"

#define COLUMNS_MAX 12
#define MISSING_MAX 100 /* lines */
#define NOTES_BYTES_MAX (16 * 1024)

struct layout {
    bool unit, period, indicator; /* have a column */
};

static bool is_percent(const struct jb_answer_row *row)
{
    return jb_slice_is(row->unit_of_measure, "%");
}

static struct layout layout_of(const struct jb_pages *pages)
{
    struct layout layout = {false, false, false};
    bool several = false;

    for (uint32_t i = 1; i < pages->count; i++) {
        const struct jb_answer_row *a = pages->rows[0], *b = pages->rows[i];
        layout.unit = layout.unit || !jb_slice_eq(a->unit, b->unit);
        layout.period = layout.period || !jb_slice_eq(a->period, b->period);
        several = several || !jb_slice_eq(a->indicator, b->indicator);
    }
    layout.indicator = several || (!layout.unit && !layout.period);
    return layout;
}

static void bold(const struct jb_answer_view *view, const char *text, FILE *out)
{
    fprintf(out, view->color ? "\033[1m%s\033[0m" : "%s", text);
}

static void print_title(struct jb_pages *pages, const struct jb_answer_view *view,
                        struct layout layout, FILE *out)
{
    const struct jb_answer_row *row = pages->rows[0];
    char code[JB_NAME_CODE_SIZE], words[JB_WORDS_SIZE], measure[JB_NAME_CODE_SIZE];
    const char *gap = "";

    if (!layout.unit) {
        bold(view, jb_name_of_unit(&pages->names, row->unit, code), out);
        gap = "  ";
    }
    if (!layout.indicator) {
        fputs(gap, out);
        bold(view, jb_name_of_indicator(&pages->names, row->indicator, code), out);
        if (row->unit_of_measure.len)
            fprintf(
                out, " (%s)",
                jb_name_of_measure(&pages->names, row->indicator, row->unit_of_measure, measure));
        gap = "  ";
    }
    if (!layout.period) {
        fputs(gap, out);
        bold(view, jb_words_period(row->period, words), out);
        gap = "  ";
    }
    if (gap[0])
        fputs("\n\n", out);
}

static void note(struct jb_buf *out, const char *text)
{
    if (text[0] == '\0')
        return;
    if (out->len)
        jb_buf_put_str(out, _("; "));
    jb_buf_put_str(out, text);
}

static void note_growth(const struct jb_answer_row *row, const struct jb_growth *growth,
                        const char *label, struct jb_buf *out)
{
    char text[2 * JB_WORDS_SIZE], period[JB_WORDS_SIZE];

    if (growth->value.len == 0 && row->state != JB_STATE_VALUE)
        return; /* what is not there does not grow: said already */
    if (growth->value.len == 0) {
        snprintf(text, sizeof(text), _("%s: %s"), label, jb_words_reason(growth->reason));
        note(out, text);
        return;
    }
    snprintf(text, sizeof(text), _("%s against %.*s of %s"), label, JB_ARG(growth->base),
             jb_words_period(growth->base_period, period));
    note(out, text);
    if (growth->redefined.len) {
        snprintf(text, sizeof(text), _("the definition changed on %.*s"),
                 JB_ARG(growth->redefined));
        note(out, text);
    }
    if (row->status == JB_ESTIMATED && growth->base_status == JB_ESTIMATED)
        note(out, _("both sides are estimated"));
    else if (growth->base_status == JB_ESTIMATED)
        note(out, _("the base is estimated"));
    else if (growth->base_status == JB_PROVISIONAL)
        note(out, _("the base is provisional"));
}

void jb_answer_notes(const struct jb_answer_row *row, const struct jb_answer_view *view,
                     struct jb_buf *out)
{
    char text[2 * JB_WORDS_SIZE], words[JB_WORDS_SIZE];

    if (row->state == JB_STATE_NOT_COMPUTABLE)
        note(out, jb_words_reason(row->reason));
    if (row->value_period.len && !jb_slice_eq(row->value_period, row->period)) {
        snprintf(text, sizeof(text), _("as of %s"), jb_words_period(row->value_period, words));
        note(out, text);
    }
    note(out, jb_words_basis(row->basis, words));
    if (row->numerator.len || row->denominator.len) {
        snprintf(text, sizeof(text), "%.*s/%.*s",
                 (int)(row->numerator.len ? row->numerator.len : 1),
                 row->numerator.len ? (const char *)row->numerator.ptr : "?",
                 (int)(row->denominator.len ? row->denominator.len : 1),
                 row->denominator.len ? (const char *)row->denominator.ptr : "?");
        note(out, text);
    }
    if (row->unpaired)
        note(out, _("numerator and denominator were not reported by the same units"));
    if (row->not_yet_due) {
        snprintf(text, sizeof(text), _("%u not yet due"), row->not_yet_due);
        note(out, text);
    }
    if (view->yoy && row->has_yoy)
        note_growth(row, &row->yoy, _("year on year"), out);
    if (view->qoq && row->has_qoq)
        note_growth(row, &row->qoq, _("on the period before"), out);
}

const char *jb_answer_figure(const struct jb_answer_row *row, char buf[JB_WORDS_SIZE])
{
    if (row->state == JB_STATE_NOT_REPORTED && row->expected == 0)
        return "—"; /* nobody owes it */
    if (row->state == JB_STATE_VALUE && row->value.len == 0)
        return _("(text)");
    return jb_words_value(row->state, row->value, row->mark, is_percent(row), buf);
}

static void put_growth(jb_table *table, const struct jb_answer_row *row,
                       const struct jb_growth *growth, bool has)
{
    char number[JB_WORDS_SIZE], words[JB_WORDS_SIZE];
    bool plus = growth->value.len && growth->value.ptr[0] != '-';

    if (!has || growth->value.len == 0) {
        jb_table_cell(table, has && row->state == JB_STATE_VALUE ? _("not computable") : NULL);
        return;
    }
    snprintf(number, sizeof(number), "%s%.*s%s", plus ? "+" : "", JB_ARG(growth->value),
             growth->points ? _(" points") : "%");
    jb_table_cell(table,
                  jb_figure_text(words, sizeof(words), number, growth->mark, jb_text_is_zh()));
}

static jb_table *make_table(const struct jb_answer_view *view, struct layout layout)
{
    struct jb_column columns[COLUMNS_MAX];
    uint32_t n = 0;

    if (layout.unit)
        columns[n++] = (struct jb_column){.key = "unit", .title = _("unit")};
    if (layout.indicator)
        columns[n++] = (struct jb_column){.key = "indicator", .title = _("indicator")};
    if (layout.period)
        columns[n++] = (struct jb_column){.key = "period", .title = _("period")};
    columns[n++] = (struct jb_column){.key = "value", .title = _("figure"), .align = JB_RIGHT};
    if (layout.indicator)
        columns[n++] = (struct jb_column){.key = "measure", .title = _("measured in")};
    if (!view->own)
        columns[n++] =
            (struct jb_column){.key = "coverage", .title = _("reported"), .align = JB_RIGHT};
    columns[n++] = (struct jb_column){.key = "status", .title = _("status")};
    if (view->yoy)
        columns[n++] =
            (struct jb_column){.key = "yoy", .title = _("year on year"), .align = JB_RIGHT};
    if (view->qoq)
        columns[n++] =
            (struct jb_column){.key = "qoq", .title = _("on the period before"), .align = JB_RIGHT};
    columns[n++] = (struct jb_column){.key = "note", .title = _("note")};
    return jb_table_new(columns, n);
}

static void put_rest(jb_table *table, struct jb_pages *pages, const struct jb_answer_row *row,
                     const struct jb_answer_view *view, struct layout layout)
{
    char measure[JB_NAME_CODE_SIZE], words[JB_WORDS_SIZE];
    struct jb_buf notes;

    jb_table_cell(table, jb_answer_figure(row, words));
    if (layout.indicator)
        jb_table_cell(table, jb_name_of_measure(&pages->names, row->indicator, row->unit_of_measure,
                                                measure));
    if (!view->own && row->expected == 0 && row->reported == 0)
        jb_table_cell(table, "—");
    else if (!view->own)
        jb_table_cellf(table, "%u/%u", row->reported, row->expected);
    jb_table_cell(table, row->state == JB_STATE_VALUE ? jb_status_name(row->status) : NULL);
    if (view->yoy)
        put_growth(table, row, &row->yoy, row->has_yoy);
    if (view->qoq)
        put_growth(table, row, &row->qoq, row->has_qoq);
    jb_buf_init(&notes, NOTES_BYTES_MAX);
    jb_answer_notes(row, view, &notes);
    jb_table_cellf(table, "%.*s", JB_ARG(jb_buf_slice(&notes)));
    jb_buf_free(&notes);
    jb_table_end_row(table);
}

/* Names that the row above has too are left out. */
static void put_row(jb_table *table, struct jb_pages *pages, const struct jb_answer_row *above,
                    const struct jb_answer_row *row, const struct jb_answer_view *view,
                    struct layout layout, const char *indent)
{
    char code[JB_NAME_CODE_SIZE], words[JB_WORDS_SIZE];
    bool same_unit = above && jb_slice_eq(above->unit, row->unit);
    bool same = same_unit && jb_slice_eq(above->indicator, row->indicator);

    if (layout.unit)
        jb_table_cell(table, same_unit ? NULL : jb_name_of_unit(&pages->names, row->unit, code));
    if (layout.indicator && same)
        jb_table_cell(table, NULL);
    else if (layout.indicator)
        jb_table_cellf(table, "%s%s", indent,
                       jb_name_of_indicator(&pages->names, row->indicator, code));
    if (layout.period)
        jb_table_cell(table, jb_words_period(row->period, words));
    put_rest(table, pages, row, view, layout);
}

static uint32_t column_count(const struct jb_answer_view *view, struct layout layout)
{
    return (uint32_t)layout.unit + (uint32_t)layout.period + 2 * (uint32_t)layout.indicator +
           (uint32_t)view->yoy + (uint32_t)view->qoq + (uint32_t)!view->own + 3;
}

/* Texts are long: they follow the table, each under its own line. */
static void print_texts(struct jb_pages *pages, FILE *out)
{
    char unit[JB_NAME_CODE_SIZE], indicator[JB_NAME_CODE_SIZE], words[JB_WORDS_SIZE];

    for (uint32_t i = 0; i < pages->count; i++) {
        const struct jb_answer_row *row = pages->rows[i];
        if (row->text.len == 0)
            continue;
        fprintf(
            out, "\n%s, %s, %s:\n", jb_name_of_indicator(&pages->names, row->indicator, indicator),
            jb_name_of_unit(&pages->names, row->unit, unit), jb_words_period(row->period, words));
        char *text = jb_xstrndup(row->text.ptr, row->text.len);
        for (char *line = text; line;) {
            char *end = strchr(line, '\n');
            if (end)
                *end = '\0';
            fputs("  ", out);
            jb_print_padded(line, 0, JB_LEFT, out);
            fputc('\n', out);
            line = end ? end + 1 : NULL;
        }
        free(text);
    }
}

/* Out of all indicators, those that nobody owes and nobody reported say nothing. Their number. */
static uint32_t drop_unowed(struct jb_pages *pages)
{
    uint32_t kept = 0, count = pages->count;

    for (uint32_t i = 0; i < count; i++) {
        const struct jb_answer_row *row = pages->rows[i];
        bool nothing = row->state == JB_STATE_NOT_REPORTED || row->state == JB_STATE_NOT_COMPUTABLE;
        if (!nothing || row->expected || row->reported)
            pages->rows[kept++] = row;
    }
    pages->count = kept;
    return count - kept;
}

static void print_rows(struct jb_pages *pages, const struct jb_answer_view *view, FILE *out)
{
    struct layout layout = layout_of(pages);
    bool sections = view->catalog && !layout.unit && layout.indicator;
    uint32_t last = JB_NONE;

    if (sections)
        jb_answer_order(pages, view->catalog);
    if (sections && jb_answer_pivot(pages, view, out))
        return;
    print_title(pages, view, layout, out);
    jb_table *table = make_table(view, layout);
    for (uint32_t i = 0; i < pages->count; i++) {
        const struct jb_answer_row *row = pages->rows[i];
        uint32_t section = sections ? jb_answer_section(view->catalog, row->indicator) : JB_NONE;
        bool heading = sections && (i == 0 || section != last);
        if (heading)
            jb_answer_put_heading(table, view->catalog, section, column_count(view, layout));
        put_row(table, pages, i && !heading ? pages->rows[i - 1] : NULL, row, view, layout,
                sections ? "  " : "");
        last = section;
    }
    jb_table_print(table, JB_OUT_TABLE, NULL, out);
    jb_table_free(table);
    print_texts(pages, out);
}

/* The row says something that no row above it said. */
static bool is_news(const struct jb_pages *pages, uint32_t at)
{
    const struct jb_answer_row *row = pages->rows[at];
    for (uint32_t i = at; i > 0; i--) {
        const struct jb_answer_row *above = pages->rows[i - 1];
        if (jb_slice_eq(above->unit, row->unit) && jb_slice_eq(above->period, row->period) &&
            above->missing_forms == row->missing_forms)
            return false;
    }
    return true;
}

void jb_answer_print_missing(const struct jb_answer_row *row, struct jb_name_book *names, FILE *out)
{
    char unit[JB_NAME_CODE_SIZE], words[JB_WORDS_SIZE];

    if (row->missing_forms)
        fprintf(out, _("%s, %s: closed with %u forms missing; nothing is filled in for them.\n"),
                jb_name_of_unit(names, row->unit, unit), jb_words_period(row->period, words),
                row->missing_forms);
}

static void print_missing(struct jb_pages *pages, FILE *out)
{
    uint32_t told = 0;

    for (uint32_t i = 0; i < pages->count && told < MISSING_MAX; i++) {
        if (!pages->rows[i]->missing_forms || !is_news(pages, i))
            continue;
        if (told++ == 0)
            fputc('\n', out);
        jb_answer_print_missing(pages->rows[i], &pages->names, out);
    }
}

void jb_answer_print_people(struct jb_pages *pages, const struct jb_answer_view *view, FILE *out)
{
    uint32_t dropped = view->owed_only ? drop_unowed(pages) : 0;

    jb_view_print(pages->view, pages->releases, pages->release_count, out);
    if (pages->count)
        print_rows(pages, view, out);
    else
        fputs(_("There is nothing to show: no figure fits the question.\n"), out);
    if (dropped)
        fprintf(out, _("\n%u rows that nobody owes are left out (--all shows them).\n"), dropped);
    print_missing(pages, out);
    if (pages->count)
        fputc('\n', out);
    jb_words_footer(&pages->snapshot, out);
}
