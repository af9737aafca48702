/* Adding up status rows. */
#include "status_lines.h"

#include <stdlib.h>

void jb_status_lines_free(struct jb_status_lines *lines)
{
    free(lines->items);
    *lines = (struct jb_status_lines){0};
}

static void add(struct jb_status_line *line, const struct jb_status_row *row)
{
    struct jb_filing_count filing = jb_status_count_of(row);
    jb_completeness_add(&line->counts, &filing);
}

void jb_status_lines_of_units(const struct jb_status_list *list, struct jb_status_lines *ret)
{
    struct jb_status_lines lines = {
        .items = jb_xrealloc(NULL, ((size_t)list->count + 1) * sizeof(*lines.items))};
    for (uint32_t i = 0; i < list->count; i++) {
        const struct jb_status_row *row = &list->rows[i];
        if (i == 0 || !jb_slice_eq(row->unit, list->rows[i - 1].unit))
            lines.items[lines.count++] = (struct jb_status_line){.code = row->unit};
        add(&lines.items[lines.count - 1], row);
    }
    *ret = lines;
}

/* To every node over the unit, to itself, and to its groups. items: units, then groups. */
static void add_above(const jb_catalog *catalog, const struct jb_status_row *row,
                      struct jb_status_line *items, bool *has_below)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    uint32_t unit = jb_catalog_unit(catalog, row->unit);
    struct jb_period period;
    if (unit == JB_NONE || jb_period_parse(row->period, &period))
        return;
    jb_date day = jb_period_last_day(period);
    for (uint32_t node = unit; node != JB_NONE; node = jb_catalog_parent(catalog, node, day)) {
        add(&items[node], row);
        has_below[node] = has_below[node] || node != unit;
    }
    for (uint32_t g = 0; g < view->group_count; g++) {
        if (jb_catalog_in_group(catalog, unit, g, day))
            add(&items[view->unit_count + g], row);
    }
}

void jb_status_lines_of_nodes(const struct jb_status_list *list, const jb_catalog *catalog,
                              struct jb_status_lines *ret)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    uint32_t count = view->unit_count + view->group_count, kept = 0;
    struct jb_status_line *items = jb_xrealloc(NULL, ((size_t)count + 1) * sizeof(*items));
    bool *has_below = jb_xrealloc(NULL, ((size_t)count + 1) * sizeof(*has_below));
    for (uint32_t i = 0; i < count; i++) {
        bool is_group = i >= view->unit_count;
        has_below[i] = is_group;
        items[i] = (struct jb_status_line){
            .code = jb_slice_str(is_group ? view->groups[i - view->unit_count].code
                                          : view->units[i].code),
            .is_group = is_group};
    }
    for (uint32_t i = 0; i < list->count; i++)
        add_above(catalog, &list->rows[i], items, has_below);
    for (uint32_t i = 0; i < count; i++) {
        if (has_below[i] && items[i].counts.forms_expected > 0)
            items[kept++] = items[i];
    }
    free(has_below);
    *ret = (struct jb_status_lines){items, kept};
}

static int compare_lines(const void *left, const void *right)
{
    const struct jb_status_line *a = left, *b = right;
    int order = jb_completeness_compare(&a->counts, &b->counts);
    return order ? order : jb_slice_cmp(a->code, b->code);
}

void jb_status_lines_rank(struct jb_status_lines *lines, const jb_catalog *catalog)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < lines->count; i++) {
        uint32_t unit = jb_catalog_unit(catalog, lines->items[i].code);
        if (unit != JB_NONE && view->units[unit].assessed &&
            lines->items[i].counts.forms_expected > 0)
            lines->items[kept++] = lines->items[i];
    }
    lines->count = kept;
    if (kept > 1)
        qsort(lines->items, kept, sizeof(*lines->items), compare_lines);
    for (uint32_t i = 0; i < kept; i++) {
        const struct jb_completeness *counts = &lines->items[i].counts;
        bool shared = i && !jb_completeness_compare(&lines->items[i - 1].counts, counts);
        lines->items[i].place = shared ? lines->items[i - 1].place : i + 1;
    }
}
