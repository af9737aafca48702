/* Figures alone: coverage, status and notes differ from period to period and stand in the table of
 * one period, to which the last line points. What is not reported in full shows it all the same. */
#include "answer_pivot.h"

#include <stdlib.h>

#include "answer_order.h"
#include "base/text.h"
#include "files/demonstration.h"
#include "words.h"

#define PERIODS_MAX 8

struct pivot {
    struct jb_slice periods[PERIODS_MAX];
    uint32_t count;
};

static uint32_t place_of(const struct pivot *pivot, struct jb_slice period)
{
    uint32_t i = 0;

    while (i < pivot->count && !jb_slice_eq(pivot->periods[i], period))
        i++;
    return i;
}

/* One unit, several periods, and each indicator's rows together. */
static bool fits(const struct jb_pages *pages, struct pivot *pivot)
{
    for (uint32_t i = 0; i < pages->count; i++) {
        const struct jb_answer_row *row = pages->rows[i];
        uint32_t place = place_of(pivot, row->period);
        if (!jb_slice_eq(row->unit, pages->rows[0]->unit) || place == PERIODS_MAX)
            return false;
        if (place == pivot->count)
            pivot->periods[pivot->count++] = row->period;
    }
    return pivot->count > 1;
}

static jb_table *make_table(const struct pivot *pivot)
{
    struct jb_column columns[PERIODS_MAX + 2];
    char words[PERIODS_MAX][JB_WORDS_SIZE];
    uint32_t n = 0;

    columns[n++] = (struct jb_column){.key = "indicator", .title = _("indicator")};
    for (uint32_t i = 0; i < pivot->count; i++)
        columns[n++] = (struct jb_column){.key = "period",
                                          .title = jb_words_period(pivot->periods[i], words[i]),
                                          .align = JB_RIGHT};
    columns[n++] = (struct jb_column){.key = "measure", .title = _("measured in")};
    return jb_table_new(columns, n);
}

static void put_figure(jb_table *table, const struct jb_answer_row *row)
{
    char words[JB_WORDS_SIZE];

    if (!row)
        jb_table_cell(table, "—");
    else if (row->state == JB_STATE_VALUE && row->reported < row->expected)
        jb_table_cellf(table, "(%u/%u) %s", row->reported, row->expected,
                       jb_answer_figure(row, words));
    else
        jb_table_cell(table, jb_answer_figure(row, words));
}

/* The rows of one indicator; returns how many they are. */
static uint32_t put_line(jb_table *table, struct jb_pages *pages, uint32_t at,
                         const struct pivot *pivot)
{
    const struct jb_answer_row *first = pages->rows[at], *found[PERIODS_MAX] = {NULL};
    char name[JB_NAME_CODE_SIZE];
    uint32_t end = at;

    for (; end < pages->count && jb_slice_eq(pages->rows[end]->indicator, first->indicator); end++)
        found[place_of(pivot, pages->rows[end]->period)] = pages->rows[end];
    jb_table_cellf(table, "  %s", jb_name_of_indicator(&pages->names, first->indicator, name));
    for (uint32_t i = 0; i < pivot->count; i++)
        put_figure(table, found[i]);
    jb_table_cell(
        table, jb_name_of_measure(&pages->names, first->indicator, first->unit_of_measure, name));
    jb_table_end_row(table);
    return end - at;
}

bool jb_answer_pivot(struct jb_pages *pages, const struct jb_answer_view *view, FILE *out)
{
    struct pivot pivot = {.count = 0};
    char name[JB_NAME_CODE_SIZE];
    uint32_t last = JB_NONE;

    if (view->yoy || view->qoq || !view->catalog || pages->count == 0 || !fits(pages, &pivot))
        return false;
    jb_demonstration_line(out);
    fprintf(out, view->color ? "\033[1m%s\033[0m\n\n" : "%s\n\n",
            jb_name_of_unit(&pages->names, pages->rows[0]->unit, name));
    jb_table *table = make_table(&pivot);
    for (uint32_t i = 0; i < pages->count;) {
        uint32_t section = jb_answer_section(view->catalog, pages->rows[i]->indicator);
        if (i == 0 || section != last)
            jb_answer_put_heading(table, view->catalog, section, pivot.count + 2);
        last = section;
        i += put_line(table, pages, i, &pivot);
    }
    jb_table_print(table, JB_OUT_TABLE, NULL, out);
    jb_table_free(table);
    fputs(_("\nAsked for one period, the table has coverage, status and notes too.\n"), out);
    return true;
}
