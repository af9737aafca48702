#include "form/form_read.h"

#include <stdlib.h>
#include <strings.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/zip_read.h"
#include "form/form_read_inner.h"
#include "model/fold.h"

#define ARENA_BYTES_MAX (64 * 1024 * 1024)

bool jb_form_is_workbook(const char *path, struct jb_slice bytes)
{
    static const char *const endings[] = {".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".et"};
    size_t len = strlen(path);

    for (size_t i = 0; i < JB_COUNT(endings); i++) {
        size_t end = strlen(endings[i]);
        if (len > end && strcasecmp(path + len - end, endings[i]) == 0)
            return true;
    }
    return jb_zip_magic(bytes) || jb_zip_ole_magic(bytes);
}

void jb_form_refuse(const struct jb_form_reading *r, enum jb_finding_code code, uint32_t row,
                    uint32_t column, const char *got, const char *expected, const char *hint)
{
    jb_findings_add(r->findings,
                    &(struct jb_finding){.code = code,
                                         .severity = JB_ERROR,
                                         .file = r->path,
                                         .sheet = r->sheet ? r->sheet->name : NULL,
                                         .sheet_number = r->sheet_number,
                                         .row = row + 1,
                                         .column = column == UINT32_MAX ? 0 : column + 1,
                                         .got = got,
                                         .expected = expected,
                                         .hint = hint});
}

/* The row of titles: one for an indicator and one for a value at least. */
static bool is_head(const struct jb_form_reading *r, uint32_t first)
{
    const struct jb_sheet *sheet = r->sheet;
    bool indicator = false, value = false;

    for (uint32_t i = first;
         i < sheet->cell_count && sheet->cells[i].row == sheet->cells[first].row; i++) {
        enum jb_form_column column = jb_form_column_of(sheet->cells[i].text);
        indicator = indicator || column == JB_FORM_NAME || column == JB_FORM_CODE;
        value = value || (column != JB_FORM_COLUMNS && jb_form_column_is_value(column));
    }
    return indicator && value;
}

/* Index of the head's first cell, or the cell count. */
static uint32_t find_head(const struct jb_form_reading *r)
{
    const struct jb_sheet *sheet = r->sheet;

    for (uint32_t i = 0; i < sheet->cell_count; i++) {
        if ((i == 0 || sheet->cells[i - 1].row != sheet->cells[i].row) && is_head(r, i))
            return i;
    }
    return sheet->cell_count;
}

/* What a label says: behind its colon, else in the next cell of its row that holds something. */
static struct jb_slice value_of(const struct jb_form_reading *r, uint32_t label,
                                struct jb_slice rest)
{
    const struct jb_sheet *sheet = r->sheet;
    const struct jb_sheet_cell *at = &sheet->cells[label];
    struct jb_slice ignored;

    if (rest.len || label + 1 == sheet->cell_count || at[1].row != at->row ||
        jb_form_label_of(at[1].text, &ignored) != JB_LABELS)
        return rest;
    return jb_trim(at[1].text);
}

static void read_labels(struct jb_form_reading *r, struct jb_figures_foot *foot)
{
    const struct jb_sheet *sheet = r->sheet;

    for (uint32_t i = 0; i < sheet->cell_count; i++) {
        const struct jb_sheet_cell *cell = &sheet->cells[i];
        struct jb_slice rest;
        enum jb_form_label label = cell->kind == JB_SHEET_TEXT && cell->row != r->head_row
                                       ? jb_form_label_of(cell->text, &rest)
                                       : JB_LABELS;
        if (label == JB_LABELS || (cell->row > r->head_row) == (label <= JB_LABEL_PERIOD) ||
            foot->label[label].len)
            continue;
        foot->label[label] = value_of(r, i, rest);
        r->label_cell[label] = i + 1;
    }
}

static void read_titles(struct jb_form_reading *r, uint32_t first)
{
    const struct jb_sheet *sheet = r->sheet;

    for (uint32_t i = first; i < sheet->cell_count && sheet->cells[i].row == r->head_row; i++) {
        const struct jb_sheet_cell *cell = &sheet->cells[i];
        enum jb_form_column column = jb_form_column_of(cell->text);
        char *got = jb_xstrndup(cell->text.ptr, cell->text.len < 200 ? cell->text.len : 0);
        if (column == JB_FORM_COLUMNS)
            jb_form_refuse(r, JB_F_FILE_HEADER, cell->row, cell->column, got,
                           _("a title of the form's columns"), NULL);
        else if (r->place[column] != UINT32_MAX)
            jb_form_refuse(r, JB_F_FILE_HEADER, cell->row, cell->column, got, _("each column once"),
                           NULL);
        else
            r->place[column] = cell->column;
        free(got);
    }
}

static bool refuse_label(const struct jb_form_reading *r, enum jb_form_label label,
                         struct jb_slice got, const char *near)
{
    const struct jb_sheet_cell *cell =
        r->label_cell[label] ? &r->sheet->cells[r->label_cell[label] - 1] : NULL;
    char *quoted = jb_xasprintf("%s%.*s", jb_form_label(label, jb_text_is_zh()),
                                got.len < 200 ? (int)got.len : 0, (const char *)got.ptr);
    char *hint = near && *near ? jb_xasprintf(_("did you mean %s?"), near) : NULL;

    jb_form_refuse(r, JB_F_WORKBOOK_HEAD, cell ? cell->row : r->head_row,
                   cell ? cell->column : UINT32_MAX, quoted, NULL, hint);
    free(quoted);
    free(hint);
    return false;
}

/* Unit, form and period of the sheet are told once, not with each of its rows. */
static bool check_head(const struct jb_form_reading *r, const struct jb_figures_foot *foot)
{
    struct jb_slice unit = foot->label[JB_LABEL_UNIT], form = foot->label[JB_LABEL_FORM],
                    period = foot->label[JB_LABEL_PERIOD];
    struct jb_period ignored;
    uint32_t index;
    bool good = true;

    if (r->place[JB_FORM_UNIT] == UINT32_MAX && !r->given->unit.len &&
        (!unit.len || jb_catalog_find_unit(r->catalog, unit, &index)))
        good = refuse_label(r, JB_LABEL_UNIT, unit,
                            unit.len ? jb_catalog_suggest_unit(r->catalog, unit) : NULL);
    if (form.len && jb_catalog_form(r->catalog, form) == JB_NONE)
        good = refuse_label(r, JB_LABEL_FORM, form, jb_catalog_suggest_form(r->catalog, form));
    if (r->place[JB_FORM_PERIOD] == UINT32_MAX && !r->given->period.len &&
        (!period.len || jb_period_parse(period, &ignored)))
        good = refuse_label(r, JB_LABEL_PERIOD, period, NULL);
    return good;
}

static jb_err read_sheet(struct jb_form_reading *r)
{
    uint32_t first = find_head(r), errors = r->findings->errors;
    struct jb_figures_foot *foot = jb_arena_alloc(&r->file->arena, sizeof(*foot));

    for (enum jb_form_column k = 0; k < JB_FORM_COLUMNS; k++)
        r->place[k] = UINT32_MAX;
    memset(r->label_cell, 0, sizeof(r->label_cell));
    if (!foot)
        return JB_ENOMEM;
    if (first == r->sheet->cell_count) {
        struct jb_slice ignored;
        for (uint32_t i = 0; i < r->sheet->cell_count; i++) {
            if (jb_form_label_of(r->sheet->cells[i].text, &ignored) != JB_LABEL_FORM)
                continue;
            jb_form_refuse(r, JB_F_FILE_HEADER, r->sheet->cells[i].row, UINT32_MAX,
                           _("no row of titles"), _("a row with the titles of the form's columns"),
                           NULL);
            break;
        }
        return JB_OK;
    }
    r->head_row = r->sheet->cells[first].row;
    r->found = true;
    read_labels(r, foot);
    read_titles(r, first);
    if (!check_head(r, foot) || r->findings->errors != errors)
        return JB_OK;
    return jb_form_read_rows(r, foot);
}

static jb_err refuse_fault(const struct jb_form_reading *r, const struct jb_fault *fault)
{
    char *got = jb_xasprintf("%s%s%s", fault->what, *fault->place ? ": " : "", fault->place);

    jb_findings_add(r->findings, &(struct jb_finding){.code = JB_F_WORKBOOK,
                                                      .severity = JB_ERROR,
                                                      .file = r->path,
                                                      .got = got,
                                                      .hint = fault->advice});
    free(got);
    return JB_EINVAL;
}

static void tell_dangers(const struct jb_form_reading *r)
{
    const struct jb_workbook *workbook = &r->file->workbook;
    struct jb_finding finding = {.code = JB_F_WORKBOOK, .file = r->path};

    if (workbook->macros) {
        finding.severity = JB_ERROR;
        finding.got = _("it holds macros");
        finding.hint = _("Save it as .xlsx, which has none.");
        jb_findings_add(r->findings, &finding);
    }
    if (workbook->external_links) {
        finding.severity = JB_NOTICE;
        finding.got = _("it is linked to other files; they are not looked at");
        finding.hint = _("Break the links before you send it.");
        jb_findings_add(r->findings, &finding);
    }
}

jb_err jb_form_read(const char *path, struct jb_slice bytes, const jb_catalog *catalog,
                    const struct jb_form_given *given, struct jb_findings *findings,
                    struct jb_form_file *ret)
{
    struct jb_form_file file = {0};
    struct jb_form_reading r = {
        .path = path, .catalog = catalog, .given = given, .findings = findings, .file = &file};
    struct jb_fault fault = {0};

    if (jb_workbook_read(bytes, &file.workbook, &fault))
        return refuse_fault(&r, &fault);
    jb_arena_init(&file.arena, ARENA_BYTES_MAX);
    tell_dangers(&r);
    jb_err err = JB_OK;
    for (uint32_t i = 0; !err && i < file.workbook.sheet_count; i++) {
        r.sheet = &file.workbook.sheets[i];
        r.sheet_number = i + 1;
        err = read_sheet(&r);
    }
    r.sheet = NULL;
    if (!err && !r.found && !findings->errors) {
        jb_form_refuse(&r, JB_F_FILE_HEADER, 0, UINT32_MAX, _("no sheet with a row of titles"),
                       _("a sheet with the titles of the form's columns"), NULL);
        err = JB_EINVAL;
    }
    if (err)
        jb_form_file_free(&file);
    else
        *ret = file;
    return err;
}

void jb_form_file_free(struct jb_form_file *file)
{
    free(file->rows);
    jb_arena_free(&file->arena);
    jb_workbook_free(&file->workbook);
    *file = (struct jb_form_file){0};
}
