#include "form_checked.h"

#include <stdlib.h>

#include "base/text.h"
#include "form/form_page.h"
#include "form_template.h"

struct checked {
    const struct jb_figures *figures;
    const struct jb_findings *findings;
    const jb_catalog *catalog;
    struct jb_form_sheet *sheets;
    uint32_t count;
};

/* The sheet of the line's filing, made if there is none yet. NULL: the line belongs to no form. */
static struct jb_form_sheet *sheet_of(struct checked *c, const struct jb_figures_line *line)
{
    if (line->unit == JB_NONE || line->form == JB_NONE || line->indicator == JB_NONE)
        return NULL;
    for (uint32_t i = 0; i < c->count; i++) {
        struct jb_form_sheet *sheet = &c->sheets[i];
        if (sheet->unit == line->unit && sheet->form == line->form &&
            jb_period_eq(sheet->period, line->period))
            return sheet;
    }
    if (c->count == JB_WORKBOOK_SHEETS_MAX / 2)
        return NULL;
    c->sheets = jb_xrealloc(c->sheets, (c->count + 1) * sizeof(*c->sheets));
    struct jb_form_sheet *sheet = &c->sheets[c->count++];
    jb_form_sheet_init(sheet, c->catalog, line->unit, line->form, line->period,
                       jb_text_is_zh() != 0);
    return sheet;
}

/* The column that the line's value stands in; a stretch that no column has goes to the usual one.
 */
static enum jb_form_column column_of(const struct jb_indicator *indicator,
                                     const struct jb_figures_line *line)
{
    struct jb_slice basis = line->raw.cells[JB_COLUMN_BASIS];
    enum jb_basis_kind kind = indicator->default_basis;
    uint32_t stretch = 0;

    if (indicator->measure == JB_TEXT)
        return JB_FORM_TEXT;
    if (basis.len && !jb_basis_parse(indicator, basis, line->period, &stretch)) {
        bool to_date = stretch == (uint32_t)jb_period_index(line->period);
        kind = stretch == 0 && indicator->bases & JB_BASIS_PERIOD ? JB_BASIS_PERIOD
               : to_date && indicator->bases & JB_BASIS_YTD       ? JB_BASIS_YTD
               : indicator->bases & JB_BASIS_SINCE                ? JB_BASIS_SINCE
                                                                  : kind;
    }
    return jb_form_column_for(indicator, kind);
}

static void fill_line(struct checked *c, const struct jb_figures_line *line)
{
    struct jb_form_sheet *sheet = sheet_of(c, line);
    const struct jb_slice *cells = line->raw.cells;
    uint32_t row = sheet ? jb_catalog_form_row(c->catalog, line->form, line->indicator) : JB_NONE;

    if (row == JB_NONE)
        return;
    const struct jb_indicator *indicator =
        &jb_catalog_view(c->catalog)->indicators[line->indicator];
    enum jb_form_column column = column_of(indicator, line);
    struct jb_form_cells *to = &sheet->rows[row];
    if (cells[JB_COLUMN_VALUE].len)
        to->cell[column] = cells[JB_COLUMN_VALUE];
    if (column == JB_FORM_SINCE)
        to->cell[JB_FORM_SINCE_FROM] = cells[JB_COLUMN_BASIS];
    if (cells[JB_COLUMN_STATUS].len)
        to->cell[JB_FORM_STATUS] = cells[JB_COLUMN_STATUS];
    if (cells[JB_COLUMN_NOTE].len)
        to->cell[JB_FORM_NOTE] = cells[JB_COLUMN_NOTE];
    for (enum jb_form_label label = JB_LABEL_EXPLANATION; line->raw.foot && label < JB_LABELS;
         label++) {
        if (line->raw.foot->label[label].len)
            sheet->label[label] = line->raw.foot->label[label];
    }
}

/* What the comment says: the sentence, what came and what was expected, what to do. */
static char *words_of(const struct jb_finding *f)
{
    return jb_xasprintf("%s: %s%s%s%s%s%s%s", jb_severity_name(f->severity),
                        jb_finding_sentence(f->code), f->got[0] ? "\n" : "", f->got,
                        f->expected[0] ? " → " : "", f->expected, "\n",
                        f->hint[0] ? f->hint : jb_finding_advice(f->code));
}

static bool is_of(const struct jb_finding *f, const struct jb_figures_line *line)
{
    uint32_t sheet = line->raw.place ? line->raw.place->sheet_number : 0;

    return f->row && f->row == line->raw.line && f->sheet_number == sheet;
}

static enum jb_form_column remark_column(const struct jb_finding *f, enum jb_form_column value)
{
    for (enum jb_figures_column k = 0; k < JB_COLUMNS; k++) {
        if (strcmp(f->column_name, jb_figures_column_title(k, false)) != 0 &&
            strcmp(f->column_name, jb_figures_column_title(k, true)) != 0)
            continue;
        if (k == JB_COLUMN_STATUS)
            return JB_FORM_STATUS;
        return k == JB_COLUMN_NOTE ? JB_FORM_NOTE : value;
    }
    return value;
}

static void remark(struct checked *c, const struct jb_finding *f)
{
    for (uint32_t i = 0; i < c->figures->line_count; i++) {
        const struct jb_figures_line *line = &c->figures->lines[i];
        struct jb_form_sheet *sheet = is_of(f, line) ? sheet_of(c, line) : NULL;
        uint32_t row =
            sheet ? jb_catalog_form_row(c->catalog, line->form, line->indicator) : JB_NONE;
        if (row == JB_NONE)
            continue;
        const struct jb_indicator *indicator =
            &jb_catalog_view(c->catalog)->indicators[line->indicator];
        char *words = words_of(f);
        jb_form_sheet_remark(sheet, row, remark_column(f, column_of(indicator, line)), words);
        free(words);
        return;
    }
}

static void write_findings(jb_book *book, const struct checked *c)
{
    static const char *const titles[] = {N_("where"),     N_("kind"), N_("indicator"),
                                         N_("finding"),   N_("got"),  N_("expected"),
                                         N_("what to do")};
    static const uint32_t widths[] = {20, 9, 20, 26, 18, 20, 40};
    const struct jb_look head = {
        .border = true, .bold = true, .align = JB_ALIGN_CENTER, .paper = 0xf2f2f2};
    const struct jb_look cell = {.border = true, .wrap = true, .top = true, .align = JB_ALIGN_LEFT};
    jb_page *page = jb_book_page(book, _("findings"), NULL);
    char place[JB_FINDING_CELL_SIZE];

    for (uint32_t i = 0; i < JB_COUNT(titles); i++) {
        jb_page_width(page, i, i, widths[i]);
        jb_page_text(page, 0, i, jb_slice_str(_(titles[i])), &head);
    }
    if (!c->findings->count)
        jb_page_text(page, 1, 0, jb_slice_str(_("nothing is wrong")), &cell);
    for (uint32_t i = 0; i < c->findings->count; i++) {
        const struct jb_finding *f = &c->findings->items[i];
        char *where = f->sheet[0] ? jb_xasprintf("'%s'!%s", f->sheet, jb_finding_cell(f, place))
                      : f->row    ? jb_xasprintf("%u", f->row)
                                  : jb_xstrdup("");
        const char *texts[] = {where,
                               jb_severity_name(f->severity),
                               f->indicator,
                               jb_finding_sentence(f->code),
                               f->got,
                               f->expected,
                               f->hint[0] ? f->hint : jb_finding_advice(f->code)};
        for (uint32_t k = 0; k < JB_COUNT(texts); k++)
            jb_page_text(page, i + 1, k, jb_slice_str(texts[k]), &cell);
        free(where);
    }
    jb_page_freeze(page, 1, 0);
    jb_page_print(page, true, 0, 0, NULL);
}

enum jb_exit jb_form_checked(const char *path, const struct jb_figures *figures,
                             const struct jb_findings *findings, const jb_catalog *catalog)
{
    struct checked c = {.figures = figures, .findings = findings, .catalog = catalog};
    jb_book *book = jb_book_new(false);
    uint32_t rows;

    for (uint32_t i = 0; i < figures->line_count; i++)
        fill_line(&c, &figures->lines[i]);
    for (uint32_t i = 0; i < findings->count; i++)
        remark(&c, &findings->items[i]);
    write_findings(book, &c);
    for (uint32_t i = 0; i < c.count; i++) {
        jb_form_page_write(book, &c.sheets[i], &rows);
        jb_form_sheet_free(&c.sheets[i]);
    }
    free(c.sheets);
    return jb_form_book_write(&book, path);
}
