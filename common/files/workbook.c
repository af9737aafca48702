#include "files/workbook_parts.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

static jb_err read_sheets(struct jb_workbook_context *context,
                          const struct jb_workbook_package *package)
{
    struct jb_workbook *workbook = context->workbook;

    workbook->sheets = jb_xcalloc(package->tab_count, sizeof(*workbook->sheets));
    for (uint32_t i = 0; i < package->tab_count; i++) {
        const struct jb_workbook_tab *tab = &package->tabs[i];
        if (!tab->part)
            continue;
        struct jb_sheet *sheet = &workbook->sheets[workbook->sheet_count++];
        sheet->name = tab->name;
        sheet->hidden = tab->hidden;
        jb_err err = jb_workbook_sheet_read(context, tab->part, sheet);
        if (err)
            return err;
    }
    return JB_OK;
}

static jb_err read_parts(struct jb_workbook_context *context)
{
    struct jb_workbook *workbook = context->workbook;
    struct jb_workbook_package *package =
        jb_arena_alloc(&workbook->arena, sizeof(struct jb_workbook_package));
    jb_err err = package ? jb_workbook_package_read(context->zip, workbook, package, context->fault)
                         : jb_workbook_no_memory(context->fault);

    if (!err && package->strings)
        err = jb_workbook_strings_read(context->zip, package->strings, &workbook->arena,
                                       &context->strings, context->fault);
    if (!err && package->styles)
        err = jb_workbook_styles_read(context->zip, package->styles, &context->styles,
                                      context->fault);
    if (!err)
        err = read_sheets(context, package);
    free(context->strings.items);
    free(context->styles.kind);
    return err;
}

jb_err jb_workbook_read(struct jb_slice bytes, struct jb_workbook *ret, struct jb_fault *fault)
{
    struct jb_workbook workbook = {0};
    struct jb_workbook_context context = {
        .workbook = &workbook, .cells_left = JB_WORKBOOK_CELLS_MAX, .fault = fault};

    jb_arena_init(&workbook.arena, JB_WORKBOOK_MEMORY_MAX);
    jb_err err = jb_zip_open(bytes, &context.zip, fault);
    if (!err)
        err = read_parts(&context);
    jb_zip_close(context.zip);
    if (err)
        jb_workbook_free(&workbook);
    else
        *ret = workbook;
    return err;
}

void jb_workbook_free(struct jb_workbook *workbook)
{
    for (uint32_t i = 0; i < workbook->sheet_count; i++) {
        free(workbook->sheets[i].cells);
        free(workbook->sheets[i].merges);
    }
    free(workbook->sheets);
    jb_arena_free(&workbook->arena);
    *workbook = (struct jb_workbook){0};
}

const struct jb_sheet *jb_workbook_sheet(const struct jb_workbook *workbook, const char *name)
{
    for (uint32_t i = 0; i < workbook->sheet_count; i++) {
        if (strcmp(workbook->sheets[i].name, name) == 0)
            return &workbook->sheets[i];
    }
    return NULL;
}

const struct jb_sheet_cell *jb_sheet_at(const struct jb_sheet *sheet, uint32_t row, uint32_t column)
{
    uint32_t low = 0, high = sheet->cell_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct jb_sheet_cell *cell = &sheet->cells[middle];
        if (cell->row == row && cell->column == column)
            return cell;
        if (cell->row < row || (cell->row == row && cell->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct jb_sheet_range *jb_sheet_merge_at(const struct jb_sheet *sheet, uint32_t row,
                                               uint32_t column)
{
    for (uint32_t i = 0; i < sheet->merge_count; i++) {
        const struct jb_sheet_range *range = &sheet->merges[i];
        if (row >= range->first_row && row <= range->last_row && column >= range->first_column &&
            column <= range->last_column)
            return range;
    }
    return NULL;
}

const char *jb_sheet_kind_name(enum jb_sheet_kind kind)
{
    switch (kind) {
    case JB_SHEET_TEXT:
        return _("text");
    case JB_SHEET_NUMBER:
        return _("a number");
    case JB_SHEET_DATE:
        return _("a date");
    case JB_SHEET_BOOLEAN:
        return _("true or false");
    case JB_SHEET_ERROR:
        return _("an error");
    case JB_SHEET_UNCOMPUTED:
        return _("a formula without a result");
    }
    return "";
}
