/* One sheet a filing. Its figures come with their revision, and what else is asked for the sheet is
 * asked as of that, so that a sheet is one moment. */
#include "print_form.h"

#include <stdlib.h>

#include "args.h"
#include "base/text.h"
#include "filing_show.h"
#include "paper/form_paper.h"
#include "print_out.h"
#include "status_list.h"

#define SHEETS_MAX 2000

enum { KEY_UNIT = 0x200, KEY_UNDER, KEY_PERIOD, KEY_FORM, KEY_BLANK };

static const struct argp_option table[] = {
    {"period", KEY_PERIOD, "PERIOD", 0, N_("the period, such as 2023-Q2"), 1},
    {"unit", KEY_UNIT, "UNIT", 0, N_("this unit's forms; repeatable"), 1},
    {"under", KEY_UNDER, "UNIT", 0, N_("the forms of every unit under this one, and its own"), 1},
    {"form", KEY_FORM, "FORM", 0, N_("this form only; repeatable"), 2},
    {"blank", KEY_BLANK, NULL, 0, N_("not filled in, to be written by hand"), 2},
    JB_PRINT_OUTPUT,
    {0},
};

struct input {
    struct jb_list units, forms;
    const char *under, *period, *path;
    bool blank;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_UNIT:
        jb_list_add_codes(&input->units, arg);
        return 0;
    case KEY_UNDER:
        input->under = arg;
        return 0;
    case KEY_PERIOD:
        input->period = arg;
        return 0;
    case KEY_FORM:
        jb_list_add_codes(&input->forms, arg);
        return 0;
    case KEY_BLANK:
        input->blank = true;
        return 0;
    case 'o':
        jb_print_take_output(&input->path, arg, state);
        return 0;
    case ARGP_KEY_END:
        if (!input->period || !input->path || (!input->units.count && !input->under))
            argp_error(state, _("name the --period, a --unit or --under, and the file with -o"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "print form",
    .options = table,
    .parser = parse,
    .doc = N_("Prints the forms that units owe in a period, each on pages of its own: as they "
              "stand, with submission id, content hash and revision, and lines for signatures and "
              "the seal; or blank."),
    .examples = "  jibao print form --unit justice --period 2023-Q2 -o justice.pdf\n"
                "  jibao print form --unit justice --form legal --period 2023-Q2 --blank "
                "-o blank.docx\n"
                "  jibao print form --under towns --period 2023-Q2 -o towns.pdf\n",
};

struct printing {
    const struct input *input;
    struct jb_desk desk;
    struct jb_fetched fetched;
    const struct jb_catalog_view *view;
    struct jb_period period;
    bool *units, *forms; /* by index; forms NULL: all */
    struct jb_form_paper *sheets;
    uint32_t sheet_count;
    jb_docx *doc;
};

static enum jb_exit pick(struct printing *p)
{
    const jb_catalog *catalog = p->fetched.catalog;
    jb_date day = jb_period_last_day(p->period);
    enum jb_exit code = JB_EXIT_OK;
    uint32_t index;

    p->units = jb_xcalloc(p->view->unit_count + 1, sizeof(bool));
    for (uint32_t i = 0; code == JB_EXIT_OK && i < p->input->units.count; i++) {
        code = jb_print_find_unit(catalog, p->input->units.items[i], &index);
        if (code == JB_EXIT_OK)
            p->units[index] = true;
    }
    if (code == JB_EXIT_OK && p->input->under) {
        code = jb_print_find_unit(catalog, jb_slice_str(p->input->under), &index);
        for (uint32_t i = 0; code == JB_EXIT_OK && i < p->view->unit_count; i++)
            p->units[i] = p->units[i] || jb_catalog_is_under(catalog, i, index, day);
    }
    if (p->input->forms.count)
        p->forms = jb_xcalloc(p->view->form_count + 1, sizeof(bool));
    for (uint32_t i = 0; code == JB_EXIT_OK && i < p->input->forms.count; i++) {
        code = jb_print_find_form(catalog, p->input->forms.items[i], &index);
        if (code == JB_EXIT_OK)
            p->forms[index] = true;
    }
    return code;
}

static enum jb_exit add_sheet(struct printing *p, uint32_t unit, uint32_t form)
{
    if (p->sheet_count == SHEETS_MAX) {
        fprintf(stderr, _("jibao print: more than %d sheets; print them in several files\n"),
                SHEETS_MAX);
        return JB_EXIT_USAGE;
    }
    p->sheets = jb_xrealloc(p->sheets, (p->sheet_count + 1) * sizeof(*p->sheets));
    p->sheets[p->sheet_count++] = (struct jb_form_paper){.catalog = p->fetched.catalog,
                                                         .catalog_version = p->fetched.version,
                                                         .unit = unit,
                                                         .form = form,
                                                         .period = p->period};
    return JB_EXIT_OK;
}

/* What the catalogue asks for: a blank form may be needed before its period is opened. */
static enum jb_exit list_blank(struct printing *p)
{
    const jb_catalog *catalog = p->fetched.catalog;
    enum jb_exit code = JB_EXIT_OK;

    for (uint32_t u = 0; u < p->view->unit_count; u++) {
        for (uint32_t f = 0; code == JB_EXIT_OK && p->units[u] && f < p->view->form_count; f++) {
            if (p->forms ? p->forms[f] && jb_catalog_owes_form(catalog, u, f, p->period)
                         : jb_catalog_expects_form(catalog, u, f, p->period))
                code = add_sheet(p, u, f);
        }
    }
    return code;
}

/* What the store expects of the units in the period, and what it has besides. */
static enum jb_exit list_filed(struct printing *p)
{
    struct jb_list units = {0};
    struct jb_status_list list;
    char text[JB_PERIOD_TEXT_SIZE];

    jb_period_format(p->period, text);
    struct jb_slice period = jb_slice_str(text);
    for (uint32_t u = 0; u < p->view->unit_count; u++) {
        if (p->units[u])
            jb_list_add(&units, jb_slice_str(p->view->units[u].code));
    }
    const struct jb_status_query query = {.units = jb_list_strings(&units),
                                          .periods = {&period, 1}};
    jb_status_list_init(&list);
    enum jb_exit code = jb_ask_status(&p->desk, &query, &list);
    for (uint32_t i = 0; code == JB_EXIT_OK && i < list.count; i++) {
        const struct jb_status_row *row = &list.rows[i];
        uint32_t unit = jb_catalog_unit(p->fetched.catalog, row->unit);
        uint32_t form = jb_catalog_form(p->fetched.catalog, row->form);
        if (unit != JB_NONE && form != JB_NONE && (row->rows_expected || row->has_last) &&
            (!p->forms || p->forms[form]))
            code = add_sheet(p, unit, form);
    }
    jb_status_list_free(&list);
    jb_list_free(&units);
    return code;
}

/* Every sheet there is to print, unit by unit. */
static enum jb_exit list_sheets(struct printing *p)
{
    enum jb_exit code = p->input->blank ? list_blank(p) : list_filed(p);

    if (code != JB_EXIT_OK || p->sheet_count)
        return code;
    fprintf(stderr, _("jibao print: none of these units owes such a form in %s\n"),
            p->input->period);
    return JB_EXIT_USAGE;
}

static enum jb_exit ask_to_date(struct printing *p, const struct jb_form_paper *sheet,
                                uint64_t revision, struct jb_pages *pages)
{
    struct jb_slice unit = jb_slice_str(p->view->units[sheet->unit].code);
    struct jb_slice form = jb_slice_str(p->view->forms[sheet->form].code), period;
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_span span;

    if (!jb_form_paper_to_date(sheet, &span))
        return JB_EXIT_OK;
    jb_span_format(span, text);
    period = jb_slice_str(text);
    const struct jb_query query = {.units = {&unit, 1},
                                   .forms = {&form, 1},
                                   .periods = {&period, 1},
                                   .own = true,
                                   .as_of_revision = revision};
    return jb_ask_query(&p->desk, &query, pages);
}

static enum jb_exit ask_status(struct printing *p, const struct jb_form_paper *sheet,
                               uint64_t revision, struct jb_status_list *list,
                               const struct jb_status_row **ret)
{
    struct jb_slice unit = jb_slice_str(p->view->units[sheet->unit].code), period;
    char text[JB_PERIOD_TEXT_SIZE];

    jb_period_format(p->period, text);
    period = jb_slice_str(text);
    const struct jb_status_query query = {
        .units = {&unit, 1}, .periods = {&period, 1}, .as_of_revision = revision};
    enum jb_exit code = jb_ask_status(&p->desk, &query, list);
    for (uint32_t i = 0; code == JB_EXIT_OK && i < list->count; i++) {
        if (jb_slice_is(list->rows[i].form, p->view->forms[sheet->form].code))
            *ret = &list->rows[i];
    }
    return code;
}

/* The answers live in the desk's arena; the sheet is in the document before the next is asked. */
static enum jb_exit put_filled(struct printing *p, struct jb_form_paper *sheet)
{
    struct jb_filing_answer filing;
    struct jb_status_list list;
    struct jb_pages pages;

    jb_status_list_init(&list);
    jb_pages_init(&pages);
    enum jb_exit code =
        jb_filing_ask(&p->desk, jb_slice_str(p->view->units[sheet->unit].code),
                      jb_slice_str(p->view->forms[sheet->form].code), p->period, &filing);
    if (code == JB_EXIT_OK)
        code = ask_status(p, sheet, filing.snapshot.revision, &list, &sheet->status);
    if (code == JB_EXIT_OK)
        code = ask_to_date(p, sheet, filing.snapshot.revision, &pages);
    if (code == JB_EXIT_OK) {
        sheet->filing = &filing;
        sheet->to_date = pages.rows;
        sheet->to_date_count = pages.count;
        jb_form_paper_put(p->doc, sheet);
    }
    jb_pages_free(&pages);
    jb_status_list_free(&list);
    return code;
}

static enum jb_exit put_sheets(struct printing *p)
{
    enum jb_exit code = JB_EXIT_OK;

    for (uint32_t i = 0; code == JB_EXIT_OK && i < p->sheet_count; i++) {
        if (i)
            jb_docx_section_end(p->doc, jb_paper_page(false));
        if (p->input->blank)
            jb_form_paper_put(p->doc, &p->sheets[i]);
        else
            code = put_filled(p, &p->sheets[i]);
        if (p->sheet_count > 1)
            jb_progress(_("sheets"), i + 1, p->sheet_count);
    }
    jb_progress_end();
    return code;
}

static enum jb_exit print(struct printing *p)
{
    enum jb_exit code = jb_print_catalog(&p->desk, &p->fetched);

    if (code != JB_EXIT_OK)
        return code;
    p->view = jb_catalog_view(p->fetched.catalog);
    code = pick(p);
    if (code == JB_EXIT_OK)
        code = list_sheets(p);
    if (code != JB_EXIT_OK)
        return code;
    const struct jb_form_paper *first = &p->sheets[0];
    const struct jb_paper_about about = {.title = jb_paper_name(&p->view->forms[first->form].name),
                                         .catalog = p->fetched.catalog};
    p->doc = jb_paper_new(&about);
    code = put_sheets(p);
    return code == JB_EXIT_OK ? jb_print_save(&p->doc, false, p->input->path) : code;
}

enum jb_exit jb_print_run_form(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct printing p = {.input = &input};

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&p.desk, options);
    if (code == JB_EXIT_OK)
        code = jb_print_find_period(input.period, &p.period);
    if (code == JB_EXIT_OK)
        code = jb_print_can(input.path);
    if (code == JB_EXIT_OK)
        code = print(&p);
    jb_docx_free(p.doc);
    free(p.units);
    free(p.forms);
    free(p.sheets);
    jb_catalog_free(p.fetched.catalog);
    jb_list_free(&input.units);
    jb_list_free(&input.forms);
    jb_desk_free(&p.desk);
    return code;
}
