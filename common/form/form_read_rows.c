/* From the cells below the titles to rows of figures: one for each cell that holds a value. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/sheet_number.h"
#include "form/form_read_inner.h"
#include "model/fold.h"

#define QUOTE_BYTES_MAX 60

static const enum jb_form_column value_columns[] = {JB_FORM_OF_PERIOD, JB_FORM_TO_DATE,
                                                    JB_FORM_SINCE, JB_FORM_TEXT, JB_FORM_VALUE};
#define VALUE_COLUMNS (sizeof(value_columns) / sizeof(value_columns[0]))

static const struct jb_sheet_cell *cell_at(const struct jb_form_reading *r, uint32_t row,
                                           enum jb_form_column column)
{
    return r->place[column] == UINT32_MAX ? NULL : jb_sheet_at(r->sheet, row, r->place[column]);
}

static struct jb_slice text_at(const struct jb_form_reading *r, uint32_t row,
                               enum jb_form_column column)
{
    const struct jb_sheet_cell *cell = cell_at(r, row, column);

    return cell ? jb_trim(cell->text) : jb_slice_of("", 0);
}

/* What the template writes where nothing may be filled in. */
static bool is_closed(struct jb_slice text)
{
    static const char *const marks[] = {"—", "-", "见文字材料", "see texts"};

    for (size_t i = 0; i < JB_COUNT(marks); i++) {
        if (jb_slice_is(text, marks[i]))
            return true;
    }
    return false;
}

static void refuse_cell(const struct jb_form_reading *r, const struct jb_sheet_cell *cell,
                        enum jb_finding_code code, const char *expected, const char *hint)
{
    size_t len = cell->text.len < QUOTE_BYTES_MAX ? cell->text.len : 0;
    char *got = jb_xasprintf("%s%s%.*s", jb_sheet_kind_name(cell->kind), len ? " " : "", (int)len,
                             (const char *)cell->text.ptr);

    jb_form_refuse(r, code, cell->row, cell->column, got, expected, hint);
    free(got);
}

/* False, and told, for what is no figure although it stands there. */
static bool is_usable(const struct jb_form_reading *r, const struct jb_sheet_cell *cell)
{
    switch (cell->kind) {
    case JB_SHEET_TEXT:
    case JB_SHEET_NUMBER:
        break;
    case JB_SHEET_DATE:
        refuse_cell(r, cell, JB_F_CELL_KIND, _("a figure, not a date"),
                    _("A spreadsheet makes a date of what is typed like 1-2 or 6/30; format the "
                      "cell as a number or as text and type the figure."));
        return false;
    case JB_SHEET_BOOLEAN:
    case JB_SHEET_ERROR:
        refuse_cell(r, cell, JB_F_CELL_KIND, _("a figure"), NULL);
        return false;
    case JB_SHEET_UNCOMPUTED:
        refuse_cell(r, cell, JB_F_CELL_KIND, _("a figure"),
                    _("Open the workbook in a spreadsheet program, let it calculate, save it "
                      "again; or write the value itself."));
        return false;
    }
    if (cell->linked) {
        refuse_cell(r, cell, JB_F_CELL_LINKED, NULL, NULL);
        return false;
    }
    if (cell->worded) {
        refuse_cell(r, cell, JB_F_CELL_KIND, _("a figure as it is seen"),
                    _("The cell's number format shows words beside the number: type both, as "
                      "461余, or set the format to General."));
        return false;
    }
    if (cell->imprecise) {
        refuse_cell(r, cell, JB_F_CELL_KIND, _("a number of at most 15 digits"),
                    _("A spreadsheet keeps 15 digits: format the cell as text and type the number; "
                      "round what a formula gives with ROUND."));
        return false;
    }
    return true;
}

/* A cell's text as people see it. {NULL, 0}: no memory. */
static struct jb_slice shown(const struct jb_form_reading *r, const struct jb_sheet_cell *cell)
{
    char text[JB_SHEET_PERCENT_SIZE];
    struct jb_slice trimmed = jb_trim(cell->text);

    if (cell->kind == JB_SHEET_NUMBER && cell->percent) {
        jb_sheet_percent(cell->text, text);
        return jb_arena_copy(&r->file->arena, jb_slice_str(text));
    }
    if (cell->kind != JB_SHEET_TEXT || !trimmed.len || !memchr(trimmed.ptr, '\r', trimmed.len))
        return trimmed;
    struct jb_slice kept = jb_arena_copy(&r->file->arena, trimmed); /* lines end with LF here */
    uint8_t *bytes = (uint8_t *)(uintptr_t)kept.ptr;
    size_t to = 0;
    for (size_t i = 0; bytes && i < kept.len; i++) {
        if (bytes[i] != '\r')
            bytes[to++] = bytes[i];
    }
    return jb_slice_of(bytes, to);
}

/* The indicator: by its code, else by the name without what the form writes before it. */
static struct jb_slice indicator_of(const struct jb_form_reading *r, uint32_t row)
{
    struct jb_slice code = text_at(r, row, JB_FORM_CODE), name = text_at(r, row, JB_FORM_NAME);

    if (code.len)
        return code;
    if (!jb_take_prefix(&name, "其中：") && !jb_take_prefix(&name, "其中:"))
        jb_ignore(jb_take_prefix(&name, "of which:"));
    return jb_trim(name);
}

static bool is_foot(const struct jb_form_reading *r, uint32_t first, uint32_t last)
{
    struct jb_slice ignored;

    for (uint32_t i = first; i < last; i++) {
        const struct jb_sheet_cell *cell = &r->sheet->cells[i];
        if (cell->kind == JB_SHEET_TEXT && jb_form_label_of(cell->text, &ignored) != JB_LABELS)
            return true;
    }
    return false;
}

/* 甲 乙 丙 1 2 under the titles. */
static bool is_letters(const struct jb_form_reading *r, uint32_t row)
{
    struct jb_slice name = text_at(r, row, JB_FORM_NAME);

    return row == r->head_row + 1 && !text_at(r, row, JB_FORM_CODE).len &&
           r->place[JB_FORM_CODE] != UINT32_MAX &&
           (!name.len || jb_slice_is(name, "甲") || jb_slice_is(name, "（甲）"));
}

/* One cell that stands for several rows is no figure of any. */
static bool is_shared(const struct jb_form_reading *r, uint32_t row, enum jb_form_column column)
{
    const struct jb_sheet_range *merge = jb_sheet_merge_at(r->sheet, row, r->place[column]);

    if (!merge ||
        (merge->first_row == merge->last_row && merge->first_column == merge->last_column))
        return false;
    jb_form_refuse(r, JB_F_CELL_KIND, row, r->place[column], _("merged cells"),
                   _("one cell for each figure"), _("Unmerge the cells and fill in each of them."));
    return true;
}

static const struct jb_figures_place *make_place(struct jb_form_reading *r,
                                                 enum jb_form_column value)
{
    struct jb_figures_place *place = jb_arena_alloc(&r->file->arena, sizeof(*place));
    uint32_t name = r->place[JB_FORM_CODE] == UINT32_MAX ? JB_FORM_NAME : JB_FORM_CODE;

    if (!place)
        return NULL;
    *place = (struct jb_figures_place){
        .sheet = r->sheet->name,
        .sheet_number = r->sheet_number,
        .column = {[JB_COLUMN_UNIT] = r->place[JB_FORM_UNIT],
                   [JB_COLUMN_PERIOD] = r->place[JB_FORM_PERIOD],
                   [JB_COLUMN_INDICATOR] = r->place[name],
                   [JB_COLUMN_BASIS] = value == JB_FORM_SINCE   ? r->place[JB_FORM_SINCE_FROM]
                                       : value == JB_FORM_VALUE ? r->place[JB_FORM_BASIS]
                                                                : r->place[value],
                   [JB_COLUMN_VALUE] = r->place[value],
                   [JB_COLUMN_STATUS] = r->place[JB_FORM_STATUS],
                   [JB_COLUMN_NOTE] = r->place[JB_FORM_NOTE]}};
    return place;
}

static struct jb_slice basis_of(const struct jb_form_reading *r, uint32_t row,
                                enum jb_form_column value)
{
    if (value == JB_FORM_OF_PERIOD)
        return JB_LIT("period");
    if (value == JB_FORM_TO_DATE)
        return JB_LIT("ytd");
    return text_at(r, row, value == JB_FORM_SINCE ? JB_FORM_SINCE_FROM : JB_FORM_BASIS);
}

static struct jb_slice first_of(struct jb_slice a, struct jb_slice b, struct jb_slice c)
{
    return a.len ? a : b.len ? b : c;
}

static jb_err add_row(struct jb_form_reading *r, uint32_t row, enum jb_form_column value,
                      const struct jb_figures_place *place, const struct jb_figures_foot *foot,
                      struct jb_slice shown_value)
{
    struct jb_form_file *file = r->file;

    if (file->row_count == JB_FILE_ROWS_MAX) {
        char limit[64];
        snprintf(limit, sizeof(limit), _("at most %d rows"), JB_FILE_ROWS_MAX);
        jb_form_refuse(r, JB_F_FILE_TOO_MANY_ROWS, row, UINT32_MAX, NULL, limit, NULL);
        return JB_EINVAL;
    }
    if (file->row_count == file->row_cap) {
        file->row_cap = file->row_cap ? file->row_cap * 2 : 64;
        file->rows = jb_xrealloc(file->rows, file->row_cap * sizeof(*file->rows));
    }
    file->rows[file->row_count++] = (struct jb_figures_raw){
        .line = row + 1,
        .place = place,
        .foot = foot,
        .cells = {[JB_COLUMN_UNIT] = first_of(text_at(r, row, JB_FORM_UNIT),
                                              foot->label[JB_LABEL_UNIT], r->given->unit),
                  [JB_COLUMN_PERIOD] = first_of(text_at(r, row, JB_FORM_PERIOD),
                                                foot->label[JB_LABEL_PERIOD], r->given->period),
                  [JB_COLUMN_INDICATOR] = indicator_of(r, row),
                  [JB_COLUMN_BASIS] = basis_of(r, row, value),
                  [JB_COLUMN_VALUE] = shown_value,
                  [JB_COLUMN_STATUS] = text_at(r, row, JB_FORM_STATUS),
                  [JB_COLUMN_NOTE] = text_at(r, row, JB_FORM_NOTE)}};
    return JB_OK;
}

/* A row that nobody filled in: it is named, so that what stands is shown, if it may be filled in.
 */
static jb_err add_empty_row(struct jb_form_reading *r, uint32_t row,
                            const struct jb_figures_place *const places[VALUE_COLUMNS],
                            const struct jb_figures_foot *foot)
{
    struct jb_slice name = indicator_of(r, row);
    uint32_t ignored;

    if (!name.len || (!text_at(r, row, JB_FORM_CODE).len &&
                      jb_catalog_find_indicator(r->catalog, name, &ignored)))
        return JB_OK;
    for (size_t i = 0; i < VALUE_COLUMNS; i++) {
        enum jb_form_column column = value_columns[i];
        bool no_start = column == JB_FORM_SINCE;
        if (places[i] && !no_start && !is_closed(text_at(r, row, column)))
            return add_row(r, row, column, places[i], foot, jb_slice_of("", 0));
    }
    return JB_OK;
}

static jb_err read_row(struct jb_form_reading *r, uint32_t row,
                       const struct jb_figures_place *const places[VALUE_COLUMNS],
                       const struct jb_figures_foot *foot)
{
    bool filled = false;
    jb_err err = JB_OK;

    for (size_t i = 0; !err && i < VALUE_COLUMNS; i++) {
        if (!places[i])
            continue;
        const struct jb_sheet_cell *cell = cell_at(r, row, value_columns[i]);
        bool named = indicator_of(r, row).len != 0;
        if (named && text_at(r, row, JB_FORM_CODE).len && is_shared(r, row, value_columns[i])) {
            filled = true;
            continue;
        }
        if (!cell || (cell->kind == JB_SHEET_TEXT &&
                      (!jb_trim(cell->text).len || is_closed(jb_trim(cell->text)))))
            continue;
        filled = true;
        if (!is_usable(r, cell))
            continue;
        struct jb_slice text = shown(r, cell);
        err = text.ptr ? add_row(r, row, value_columns[i], places[i], foot, text) : JB_ENOMEM;
    }
    return err || filled ? err : add_empty_row(r, row, places, foot);
}

jb_err jb_form_read_rows(struct jb_form_reading *r, const struct jb_figures_foot *foot)
{
    const struct jb_figures_place *places[VALUE_COLUMNS] = {NULL};
    const struct jb_sheet *sheet = r->sheet;
    jb_err err = JB_OK;

    for (size_t i = 0; i < VALUE_COLUMNS; i++) {
        if (r->place[value_columns[i]] == UINT32_MAX)
            continue;
        places[i] = make_place(r, value_columns[i]);
        if (!places[i])
            return JB_ENOMEM;
    }
    for (uint32_t i = 0, next; !err && i < sheet->cell_count; i = next) {
        uint32_t row = sheet->cells[i].row;
        for (next = i; next < sheet->cell_count && sheet->cells[next].row == row;)
            next++;
        if (row > r->head_row && !is_letters(r, row) && !is_foot(r, i, next))
            err = read_row(r, row, places, foot);
    }
    return err;
}
