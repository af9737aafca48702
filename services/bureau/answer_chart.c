/* One indicator of one unit over its periods, a bar each; or, when it is asked of several units for
 * one period, of the units that owe it. */
#include <stdlib.h>

#include "answer_people.h"
#include "answer_pivot.h"
#include "base/text.h"
#include "chart.h"
#include "files/demonstration.h"
#include "words.h"

#define CHART_CELLS 40
#define CHART_CELLS_LEAST 10
#define GAPS 4 /* columns between label, bar and value */

struct bar_text {
    char label[JB_WORDS_SIZE], value[2 * JB_WORDS_SIZE];
};

/* What is drawn together. */
struct run {
    const struct jb_answer_row **rows;
    uint32_t count;
    bool by_unit;
};

static void fill_bar(struct jb_pages *pages, const struct run *run, uint32_t i,
                     struct bar_text *text, struct jb_bar *ret)
{
    const struct jb_answer_row *row = run->rows[i];
    char words[JB_WORDS_SIZE], name[JB_NAME_CODE_SIZE];
    const char *value = jb_answer_figure(row, words);

    if (run->by_unit)
        snprintf(text->label, sizeof(text->label), "%s",
                 jb_name_of_unit(&pages->names, row->unit, name));
    else
        jb_words_period(row->period, text->label);
    if (row->state == JB_STATE_VALUE && row->status != JB_FINAL)
        snprintf(text->value, sizeof(text->value), "%s  %s", value, jb_status_name(row->status));
    else
        snprintf(text->value, sizeof(text->value), "%s", value);
    *ret = (struct jb_bar){.label = text->label, .text = text->value};
    if (row->state == JB_STATE_VALUE)
        ret->number = row->value;
}

/* On a narrow terminal the bars give way, not the words. */
static uint32_t cells_of(const struct jb_bar *bars, uint32_t count, FILE *out)
{
    uint32_t columns = jb_print_columns(out), label = 0, text = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t own_label = jb_text_width(bars[i].label), own_text = jb_text_width(bars[i].text);
        label = own_label > label ? own_label : label;
        text = own_text > text ? own_text : text;
    }
    if (!columns || columns >= label + text + GAPS + CHART_CELLS)
        return CHART_CELLS;
    return columns > label + text + GAPS + CHART_CELLS_LEAST ? columns - label - text - GAPS
                                                             : CHART_CELLS_LEAST;
}

static void print_title(struct jb_pages *pages, const struct run *run, bool color, FILE *out)
{
    const struct jb_answer_row *row = run->rows[0];
    char first[JB_WORDS_SIZE], indicator[JB_NAME_CODE_SIZE], measure[JB_NAME_CODE_SIZE];

    jb_demonstration_line(out);
    fprintf(out, color ? "\033[1m%s  %s\033[0m" : "%s  %s",
            run->by_unit ? jb_words_period(row->period, first)
                         : jb_name_of_unit(&pages->names, row->unit, first),
            jb_name_of_indicator(&pages->names, row->indicator, indicator));
    if (row->unit_of_measure.len)
        fprintf(out, " (%s)",
                jb_name_of_measure(&pages->names, row->indicator, row->unit_of_measure, measure));
    fputs("\n\n", out);
}

static void print_run(struct jb_pages *pages, const struct jb_answer_view *view,
                      const struct run *run, bool utf8, FILE *out)
{
    struct jb_bar *bars = jb_xcalloc(run->count, sizeof(*bars));
    struct bar_text *texts = jb_xcalloc(run->count, sizeof(*texts));

    for (uint32_t i = 0; i < run->count; i++)
        fill_bar(pages, run, i, &texts[i], &bars[i]);
    const struct jb_chart_style style = {cells_of(bars, run->count, out), utf8, view->color};
    print_title(pages, run, view->color, out);
    jb_chart_print(bars, run->count, &style, out);
    fputc('\n', out);
    free(bars);
    free(texts);
}

static bool one_period_of_several_units(const struct jb_pages *pages)
{
    bool several = false;

    for (uint32_t i = 1; i < pages->count; i++) {
        if (!jb_slice_eq(pages->rows[i]->period, pages->rows[0]->period))
            return false;
        several = several || !jb_slice_eq(pages->rows[i]->unit, pages->rows[0]->unit);
    }
    return several;
}

static void print_over_periods(struct jb_pages *pages, const struct jb_answer_view *view, bool utf8,
                               FILE *out)
{
    uint32_t first = 0;

    for (uint32_t i = 1; i <= pages->count; i++) {
        const struct jb_answer_row *a = pages->rows[first];
        const struct jb_answer_row *b = i < pages->count ? pages->rows[i] : NULL;
        if (b && jb_slice_eq(a->unit, b->unit) && jb_slice_eq(a->indicator, b->indicator))
            continue;
        const struct run run = {&pages->rows[first], i - first, false};
        print_run(pages, view, &run, utf8, out);
        first = i;
    }
}

static bool was_drawn(const struct jb_pages *pages, uint32_t until)
{
    for (uint32_t i = 0; i < until; i++) {
        if (jb_slice_eq(pages->rows[i]->indicator, pages->rows[until]->indicator))
            return true;
    }
    return false;
}

/* Units that neither owe nor reported it have no bar. */
static void print_over_units(struct jb_pages *pages, const struct jb_answer_view *view, bool utf8,
                             FILE *out)
{
    struct run run = {.rows = jb_xcalloc(pages->count, sizeof(*run.rows)), .by_unit = true};

    for (uint32_t i = 0; i < pages->count; i++) {
        run.count = 0;
        for (uint32_t n = i; !was_drawn(pages, i) && n < pages->count; n++) {
            const struct jb_answer_row *row = pages->rows[n];
            if (jb_slice_eq(row->indicator, pages->rows[i]->indicator) &&
                (row->expected || row->reported || row->state == JB_STATE_VALUE))
                run.rows[run.count++] = row;
        }
        if (run.count)
            print_run(pages, view, &run, utf8, out);
    }
    free(run.rows);
}

void jb_answer_print_chart(struct jb_pages *pages, const struct jb_answer_view *view, bool utf8,
                           FILE *out)
{
    if (pages->count == 0)
        fputs(_("There is nothing to show: no figure fits the question.\n"), out);
    else if (one_period_of_several_units(pages))
        print_over_units(pages, view, utf8, out);
    else
        print_over_periods(pages, view, utf8, out);
    jb_words_footer(&pages->snapshot, out);
}
