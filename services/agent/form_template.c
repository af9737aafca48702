#include "form_template.h"

#include <stdlib.h>

#include "base/text.h"
#include "form/form_earlier.h"
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

static void fill_earlier(struct earlier *e, struct jb_form_sheet *sheet, enum jb_form_column column)
{
    const struct jb_catalog_view *view = jb_catalog_view(sheet->catalog);
    struct jb_filing_answer answer;
    char code[JB_PERIOD_TEXT_SIZE];
    struct jb_period period;

    if (!e->open || e->silent || !jb_form_earlier_period(sheet->period, column, &period))
        return;
    jb_period_format(period, code);
    jb_err err =
        jb_standing_ask(&e->standing, jb_slice_str(view->units[sheet->unit].code),
                        jb_slice_str(view->forms[sheet->form].code), jb_slice_str(code), &answer);
    e->silent = err == JB_EAGAIN || err == JB_EGONE;
    if (!err)
        jb_form_earlier_fill(sheet, column, &answer, &e->arena);
}

static void write_form(const struct jb_template *t, struct earlier *e, uint32_t form, jb_book *book,
                       uint32_t *rows)
{
    const struct jb_catalog_view *view = jb_catalog_view(t->catalog);
    struct jb_form_sheet sheet;
    uint32_t added = 0;

    jb_form_sheet_init(&sheet, t->catalog, t->unit, form, t->period, t->zh);
    fill_earlier(e, &sheet, JB_FORM_BEFORE);
    fill_earlier(e, &sheet, JB_FORM_YEAR_AGO);
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
