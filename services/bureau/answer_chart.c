/* One indicator of one unit over its periods, a bar each. */
#include <stdlib.h>

#include "answer_people.h"
#include "answer_pivot.h"
#include "base/text.h"
#include "chart.h"
#include "files/demonstration.h"
#include "words.h"

#define CHART_CELLS 40

struct bar_text {
    char label[JB_WORDS_SIZE], value[2 * JB_WORDS_SIZE];
};

static void fill_bar(const struct jb_answer_row *row, struct bar_text *text, struct jb_bar *ret)
{
    char words[JB_WORDS_SIZE];
    const char *value = jb_answer_figure(row, words);

    jb_words_period(row->period, text->label);
    if (row->state == JB_STATE_VALUE && row->status != JB_FINAL)
        snprintf(text->value, sizeof(text->value), "%s  %s", value, jb_status_name(row->status));
    else
        snprintf(text->value, sizeof(text->value), "%s", value);
    *ret = (struct jb_bar){.label = text->label, .text = text->value};
    if (row->state == JB_STATE_VALUE)
        ret->number = row->value;
}

static void print_run(struct jb_pages *pages, const struct jb_answer_view *view, uint32_t first,
                      uint32_t count, bool utf8, FILE *out)
{
    const struct jb_answer_row *row = pages->rows[first];
    struct jb_chart_style style = {CHART_CELLS, utf8, view->color};
    struct jb_bar *bars = jb_xcalloc(count, sizeof(*bars));
    struct bar_text *texts = jb_xcalloc(count, sizeof(*texts));
    char unit[JB_NAME_CODE_SIZE], indicator[JB_NAME_CODE_SIZE], measure[JB_NAME_CODE_SIZE];

    for (uint32_t i = 0; i < count; i++)
        fill_bar(pages->rows[first + i], &texts[i], &bars[i]);
    jb_demonstration_line(out);
    fprintf(out, view->color ? "\033[1m%s  %s\033[0m" : "%s  %s",
            jb_name_of_unit(&pages->names, row->unit, unit),
            jb_name_of_indicator(&pages->names, row->indicator, indicator));
    if (row->unit_of_measure.len)
        fprintf(out, " (%s)",
                jb_name_of_measure(&pages->names, row->indicator, row->unit_of_measure, measure));
    fputs("\n\n", out);
    jb_chart_print(bars, count, &style, out);
    fputc('\n', out);
    free(bars);
    free(texts);
}

void jb_answer_print_chart(struct jb_pages *pages, const struct jb_answer_view *view, bool utf8,
                           FILE *out)
{
    uint32_t first = 0;

    for (uint32_t i = 1; i <= pages->count; i++) {
        const struct jb_answer_row *a = pages->rows[first];
        const struct jb_answer_row *b = i < pages->count ? pages->rows[i] : NULL;
        if (b && jb_slice_eq(a->unit, b->unit) && jb_slice_eq(a->indicator, b->indicator))
            continue;
        print_run(pages, view, first, i - first, utf8, out);
        first = i;
    }
    if (pages->count == 0)
        fputs(_("There is nothing to show: no figure fits the question.\n"), out);
    jb_words_footer(&pages->snapshot, out);
}
