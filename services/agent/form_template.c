#include "form_template.h"

#include <stdlib.h>

#include "base/text.h"
#include "form/form_page.h"
#include "self.h"
#include "standing.h"

#define ASK_MS 3000

/* The read door, asked until it does not answer. */
struct earlier {
    struct jb_self self;
    struct jb_standing standing;
    bool open, silent;
    struct jb_arena arena; /* of the answers' texts */
};

static void open_earlier(const struct jb_template *t, const struct jb_options *options,
                         struct earlier *e)
{
    (void)t;
    if (!options->conf.key || !options->conf.server_key ||
        jb_self_open(options, &e->self) != JB_EXIT_OK)
        return;
    e->open = !jb_standing_open(&e->standing, options->conf.read, &e->self.who, ASK_MS);
}

static void close_earlier(struct earlier *e)
{
    if (e->open)
        jb_standing_close(&e->standing);
    jb_self_free(&e->self);
    jb_arena_free(&e->arena);
}

/* The stretch of the indicator's usual basis that ends with the period. */
static bool usual_stretch(const struct jb_indicator *indicator, struct jb_period period,
                          uint32_t *ret)
{
    return indicator->default_basis != JB_BASIS_SINCE &&
           !jb_basis_parse(indicator, jb_slice_of("", 0), period, ret);
}

static struct jb_slice text_of(const struct jb_row *row, bool zh, struct jb_arena *arena)
{
    char number[JB_DEC_TEXT_SIZE], text[128];

    if (row->state == JB_STATE_NOT_APPLICABLE)
        return zh ? JB_LIT("不涉及") : JB_LIT("not applicable");
    if (row->state != JB_STATE_VALUE || row->text.len)
        return jb_slice_of(NULL, 0);
    jb_dec_format(row->number.mantissa, row->number.scale, number);
    struct jb_slice kept = jb_arena_copy(
        arena, jb_slice_str(jb_figure_text(text, sizeof(text), number, row->mark, zh)));
    return kept.ptr ? kept : jb_slice_of(NULL, 0);
}

static void fill_earlier(struct earlier *e, struct jb_form_sheet *sheet, enum jb_form_column column,
                         struct jb_period period)
{
    const struct jb_catalog_view *view = jb_catalog_view(sheet->catalog);
    const struct jb_form *form = &view->forms[sheet->form];
    struct jb_filing_answer answer;
    char code[JB_PERIOD_TEXT_SIZE];

    if (!e->open || e->silent)
        return;
    jb_period_format(period, code);
    jb_err err = jb_standing_ask(&e->standing, jb_slice_str(view->units[sheet->unit].code),
                                 jb_slice_str(form->code), jb_slice_str(code), &answer);
    e->silent = err == JB_EAGAIN || err == JB_EGONE;
    for (uint32_t i = 0; !err && i < form->row_count; i++) {
        const struct jb_indicator *indicator = &view->indicators[form->rows[i].indicator];
        uint32_t stretch;
        const struct jb_row *row = usual_stretch(indicator, period, &stretch)
                                       ? jb_standing_row(&answer, indicator, period, stretch)
                                       : NULL;
        if (row)
            sheet->rows[i].cell[column] = text_of(row, sheet->zh, &e->arena);
    }
}

static void write_form(const struct jb_template *t, struct earlier *e, uint32_t form, jb_book *book,
                       uint32_t *rows)
{
    const struct jb_catalog_view *view = jb_catalog_view(t->catalog);
    struct jb_form_sheet sheet;
    uint32_t added = 0;

    jb_form_sheet_init(&sheet, t->catalog, t->unit, form, t->period, t->zh);
    if (t->period.freq != JB_FREQ_DAY) { /* a day stands alone */
        fill_earlier(e, &sheet, JB_FORM_BEFORE, jb_period_add(t->period, -1));
        fill_earlier(e, &sheet, JB_FORM_YEAR_AGO, jb_period_add(t->period, -(int)t->period.freq));
    }
    for (uint32_t i = 0; i < view->forms[form].row_count; i++) {
        const struct jb_indicator *indicator =
            &view->indicators[view->forms[form].rows[i].indicator];
        if (jb_template_is_zero(t, indicator) &&
            jb_catalog_owes_row(t->catalog, t->unit, form, i, t->period))
            sheet.rows[i].cell[JB_FORM_OF_PERIOD] = JB_LIT("0");
    }
    jb_form_page_write(book, &sheet, &added);
    *rows += added;
    jb_form_sheet_free(&sheet);
}

enum jb_exit jb_form_book_write(jb_book **book, const char *path)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    jb_err err = jb_book_finish(book, &bytes, &len);

    if (!err)
        err = jb_write_file(path, jb_slice_of(bytes, len));
    free(bytes);
    if (!err)
        return JB_EXIT_OK;
    if (err == JB_ERANGE)
        fprintf(stderr,
                _("jibao-agent: cannot write %s: a text is longer than the 32,767 characters "
                  "that a workbook's cell holds; use a CSV file\n"),
                path);
    else
        fprintf(stderr, _("jibao-agent: cannot write %s: %s\n"), path, jb_err_name(err));
    return JB_EXIT_FAILED;
}

enum jb_exit jb_form_template(const struct jb_template *t, const struct jb_options *options,
                              bool offline, const char *path, uint32_t *ret_rows)
{
    const uint32_t forms = jb_catalog_view(t->catalog)->form_count;
    struct earlier e = {0};
    jb_book *book = jb_book_new(false);
    uint32_t rows = 0;

    jb_arena_init(&e.arena, JB_WORKBOOK_MEMORY_MAX);
    if (!offline)
        open_earlier(t, options, &e);
    for (uint32_t i = 0; i < forms; i++) {
        if (jb_template_has_form(t, i))
            write_form(t, &e, i, book, &rows);
    }
    if (e.silent)
        fprintf(stderr, _("%s does not answer: earlier figures are left out of the form\n"),
                options->conf.read);
    enum jb_exit code = JB_EXIT_OK;
    if (rows)
        code = jb_form_book_write(&book, path);
    jb_book_free(book);
    close_earlier(&e);
    *ret_rows = rows;
    return code;
}
