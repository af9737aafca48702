/* Questions for the sheets of summary_sheet.h: the second and third are asked as of the first one's
 * revision, so that a paper is one moment. */
#include "print_summary.h"

#include <stdlib.h>

#include "args.h"
#include "base/text.h"
#include "print_out.h"
#include "summary_sheet.h"
#include "view_args.h"

enum { KEY_UNIT = 0x200, KEY_PERIOD, KEY_FORM, KEY_SECTION, KEY_BY_UNIT, KEY_VIEW, KEY_RELEASE };

static const struct argp_option table[] = {
    {"period", KEY_PERIOD, "PERIOD", 0, N_("a period or span such as 2023-Q2"), 1},
    {"unit", KEY_UNIT, "UNIT", 0, N_("whose totals; default: the whole tree's"), 1},
    {"form", KEY_FORM, "FORM", 0, N_("only the indicators of this form"), 2},
    {"section", KEY_SECTION, "SECTION", 0, N_("only those of this section"), 2},
    {"by-unit", KEY_BY_UNIT, NULL, 0,
     N_("a row for each unit that owes the form, a column for each indicator; needs --form"), 2},
    {"view", KEY_VIEW, "VIEW", 0, N_("working (default), accepted or published"), 2},
    {"release", KEY_RELEASE, "N", 0, N_("of the published view: this release"), 2},
    JB_PRINT_OUTPUT,
    {0},
};

struct input {
    const char *unit, *period, *form, *section, *path;
    bool by_unit;
    struct jb_viewpoint viewpoint;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_UNIT:
        input->unit = arg;
        return 0;
    case KEY_PERIOD:
        input->period = arg;
        return 0;
    case KEY_FORM:
        input->form = arg;
        return 0;
    case KEY_SECTION:
        input->section = arg;
        return 0;
    case KEY_BY_UNIT:
        input->by_unit = true;
        return 0;
    case KEY_VIEW:
        jb_view_take(&input->viewpoint, arg, state);
        return 0;
    case KEY_RELEASE:
        jb_view_take_release(&input->viewpoint, arg, state);
        return 0;
    case 'o':
        jb_print_take_output(&input->path, arg, state);
        return 0;
    case ARGP_KEY_END:
        if (!input->period || !input->path)
            argp_error(state, _("name the --period, and the file with -o"));
        if (input->by_unit && !input->form)
            argp_error(state, _("--by-unit needs a --form"));
        jb_view_settle(&input->viewpoint, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "print summary",
    .options = table,
    .parser = parse,
    .doc = N_("Prints the totals of a period: a row for each indicator by section, with the year "
              "to date, the year before, growth and coverage; or, by unit, what each unit "
              "reported."),
    .examples = "  jibao print summary --period 2023-Q2 -o summary.pdf\n"
                "  jibao print summary --period 2023-Q2 --view published -o summary.docx\n"
                "  jibao print summary --period 2023-Q2 --form mediation --by-unit -o units.pdf\n",
};

struct printing {
    const struct input *input;
    struct jb_desk desk;
    struct jb_fetched fetched;
    const struct jb_catalog_view *view;
    struct jb_span span;
    uint32_t node, form;
    struct jb_pages total, to_date, units;
};

/* The node that nothing is above; of several, the first. */
static uint32_t root_of(const struct printing *p)
{
    uint32_t best = 0;

    for (uint32_t i = p->view->unit_count; i-- > 0;) {
        if (jb_catalog_parent(p->fetched.catalog, i, jb_period_last_day(p->span.last)) == JB_NONE)
            best = i;
    }
    return best;
}

static enum jb_exit find(struct printing *p)
{
    const struct input *input = p->input;
    const jb_catalog *catalog = p->fetched.catalog;
    enum jb_exit code = JB_EXIT_OK;

    p->node = root_of(p);
    p->form = JB_NONE;
    if (input->unit)
        code = jb_print_find_unit(catalog, jb_slice_str(input->unit), &p->node);
    if (code == JB_EXIT_OK && input->form)
        code = jb_print_find_form(catalog, jb_slice_str(input->form), &p->form);
    return code;
}

static enum jb_exit ask(struct printing *p, struct jb_span span, struct jb_strings units, bool own,
                        struct jb_pages *pages)
{
    struct jb_slice form, section = jb_slice_str(p->input->section), period;
    char text[JB_PERIOD_TEXT_SIZE];

    jb_span_format(span, text);
    period = jb_slice_str(text);
    struct jb_query query = {.units = units,
                             .periods = {&period, 1},
                             .yoy = !own,
                             .own = own,
                             .viewpoint = p->input->viewpoint,
                             .as_of_revision = pages == &p->total ? 0 : p->total.snapshot.revision};
    if (p->form != JB_NONE) {
        form = jb_slice_str(p->view->forms[p->form].code);
        query.forms = (struct jb_strings){&form, 1};
    }
    if (p->input->section)
        query.sections = (struct jb_strings){&section, 1};
    return jb_ask_query(&p->desk, &query, pages);
}

/* From the year's first base period, where the span is one base period inside a year. */
static bool to_date_of(const struct printing *p, struct jb_span *ret)
{
    struct jb_period first = p->span.first;

    if (!jb_period_eq(first, p->span.last) || first.freq == JB_FREQ_DAY ||
        jb_period_index(first) == 0)
        return false;
    *ret = (struct jb_span){jb_period_add(first, -jb_period_index(first)), first};
    return true;
}

static enum jb_exit ask_all(struct printing *p, bool *ret_to_date)
{
    const jb_catalog *catalog = p->fetched.catalog;
    struct jb_slice node = jb_slice_str(p->view->units[p->node].code);
    struct jb_list units = {0};
    struct jb_span span;
    jb_date day = jb_period_last_day(p->span.last);

    enum jb_exit code = ask(p, p->span, (struct jb_strings){&node, 1}, false, &p->total);
    *ret_to_date = !p->input->by_unit && to_date_of(p, &span);
    if (code == JB_EXIT_OK && *ret_to_date)
        code = ask(p, span, (struct jb_strings){&node, 1}, false, &p->to_date);
    for (uint32_t u = 0; p->input->by_unit && u < p->view->unit_count; u++) {
        if (jb_catalog_is_under(catalog, u, p->node, day) &&
            jb_catalog_owes_form(catalog, u, p->form, p->span.last))
            jb_list_add(&units, jb_slice_str(p->view->units[u].code));
    }
    if (code == JB_EXIT_OK && p->input->by_unit && units.count)
        code = ask(p, p->span, jb_list_strings(&units), true, &p->units);
    jb_list_free(&units);
    return code;
}

static enum jb_exit put(struct printing *p, const struct jb_summary *summary)
{
    jb_table_sheet **sheets = NULL, *only = NULL;
    uint32_t count = 1;
    bool wide = false, empty = true;
    enum jb_exit code = JB_EXIT_USAGE;

    if (p->input->by_unit)
        sheets = jb_summary_sheets_by_unit(summary, &count);
    else
        only = jb_summary_sheet(summary);
    for (uint32_t i = 0; i < count; i++) {
        const jb_table_sheet *sheet = sheets ? sheets[i] : only;
        wide = wide || jb_table_sheet_is_wide(sheet);
        empty = empty && jb_table_sheet_rows(sheet) == 0;
    }
    if (empty) {
        fputs(_("jibao print: there is nothing to print: no figure fits the question\n"), stderr);
        goto out;
    }
    const struct jb_paper_about about = {.title = _("Summary"),
                                         .catalog = p->fetched.catalog,
                                         .snapshot = &p->total.snapshot,
                                         .landscape = wide};
    jb_docx *doc = jb_paper_new(&about);
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            jb_docx_section_end(doc, jb_paper_page(wide));
        jb_table_sheet_put(doc, sheets ? sheets[i] : only, wide, i + 1 == count);
    }
    code = jb_print_save(&doc, wide, p->input->path);
out:
    for (uint32_t i = 0; sheets && i < count; i++)
        jb_table_sheet_free(sheets[i]);
    free(sheets);
    jb_table_sheet_free(only);
    return code;
}

static enum jb_exit print(struct printing *p)
{
    bool to_date = false;
    enum jb_exit code = jb_print_catalog(&p->desk, &p->fetched);

    if (code != JB_EXIT_OK)
        return code;
    p->view = jb_catalog_view(p->fetched.catalog);
    code = find(p);
    if (code == JB_EXIT_OK)
        code = ask_all(p, &to_date);
    if (code != JB_EXIT_OK)
        return code;
    const struct jb_summary summary = {
        .catalog = p->fetched.catalog,
        .node = p->node,
        .span = p->span,
        .total = &p->total,
        .to_date = to_date ? &p->to_date : NULL,
        .units = &p->units,
        .form_title = p->form == JB_NONE ? "" : jb_paper_name(&p->view->forms[p->form].name)};
    return put(p, &summary);
}

enum jb_exit jb_print_run_summary(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct printing p = {.input = &input};

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&p.desk, options);
    jb_pages_init(&p.total);
    jb_pages_init(&p.to_date);
    jb_pages_init(&p.units);
    if (code == JB_EXIT_OK && jb_span_parse(jb_slice_str(input.period), &p.span)) {
        fprintf(stderr, _("jibao print: '%s' is not a period; write it like 2023-Q2\n"),
                input.period);
        code = JB_EXIT_USAGE;
    }
    if (code == JB_EXIT_OK)
        code = jb_print_can(input.path);
    if (code == JB_EXIT_OK)
        code = print(&p);
    jb_pages_free(&p.total);
    jb_pages_free(&p.to_date);
    jb_pages_free(&p.units);
    jb_catalog_free(p.fetched.catalog);
    jb_desk_free(&p.desk);
    return code;
}
