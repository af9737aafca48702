/* Blank sheets need the catalogue at hand and no connection. Filled ones are asked for form by
 * form: what stands, and as of the same revision where it stands in review and the year to date. */
#include "print_cmd.h"

#include <stdlib.h>

#include "base/text.h"
#include "catalog_cmd.h"
#include "files/pdf.h"
#include "options.h"
#include "paper/form_paper.h"
#include "self.h"
#include "standing.h"

#define ASK_MS 10000
#define REQUEST_BYTES_MAX 4096
#define PAGES_MAX 1000 /* of one answer */

struct arguments {
    struct jb_options options;
    const char *period, *form, *path;
    bool filled;
};

enum { KEY_FORM = 0x700, KEY_FILLED };

static const struct argp_option options_table[] = {
    {"period", 'p', "PERIOD", 0, N_("the period, such as 2023-Q2"), 0},
    {"form", KEY_FORM, "FORM", 0, N_("only this form"), 0},
    {"filled", KEY_FILLED, 0, 0, N_("as it stands at the aggregator, with its submission"), 0},
    {"output", 'o', "FILE", 0, N_("the file to write, .docx or .pdf"), 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *args = state->input;
    enum jb_paper_kind kind;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->options;
        return 0;
    case 'p':
        args->period = arg;
        return 0;
    case KEY_FORM:
        args->form = arg;
        return 0;
    case KEY_FILLED:
        args->filled = true;
        return 0;
    case 'o':
        if (jb_paper_kind_of(arg, &kind))
            argp_error(state, _("-o takes a file that ends in .docx or .pdf, not '%s'"), arg);
        args->path = arg;
        return 0;
    case ARGP_KEY_ARG:
        argp_usage(state);
        return 0;
    case ARGP_KEY_END:
        if (!args->period || !args->path)
            argp_error(state, _("name the --period, and the file with -o"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&jb_options_argp, 0, N_("Common options:"), 90}, {0}};
static const struct argp command = {
    options_table,
    parse,
    "--period PERIOD -o FILE",
    N_("Prints the unit's forms of a period, each on pages of its own: blank, to be filled in by "
       "hand, or with --filled as they stand, with submission id, content hash and revision, and "
       "lines for signatures and the seal.\n\n"
       "Examples:\n"
       "  jibao-agent print --unit justice --period 2023-Q2 -o blank.docx\n"
       "  jibao-agent print --period 2023-Q2 --form legal --filled -o legal.pdf"),
    children,
    NULL,
    NULL,
};

struct printing {
    struct arguments *args;
    struct jb_catalog_file file;
    const struct jb_catalog_view *view;
    uint32_t unit, form; /* form JB_NONE: all that it owes */
    struct jb_period period;
    struct jb_self self;
    struct jb_standing standing; /* asks; its arena holds the filing */
    struct jb_arena arena;       /* the other answers of a sheet */
    jb_docx *doc;
    uint32_t sheets;
};

static enum jb_exit tell_unanswered(struct printing *p, jb_err err)
{
    const char *endpoint = p->args->options.conf.read;

    if (err == JB_EINVAL && p->standing.findings.total) {
        jb_findings_print(&p->standing.findings, stderr);
        return JB_EXIT_REFUSED;
    }
    if (jb_client_trouble(p->standing.client) == JB_TROUBLE_HANDSHAKE)
        jb_self_tell_trouble(&p->self, endpoint, JB_TROUBLE_HANDSHAKE);
    fprintf(stderr, _("jibao-agent: cannot ask %s: %s\n"), endpoint, jb_err_name(err));
    return JB_EXIT_FAILED;
}

static jb_err ask(struct printing *p, enum jb_kind kind, const struct jb_buf *request,
                  enum jb_kind expected, struct jb_slice *ret)
{
    if (request->failed)
        return JB_ERANGE;
    return jb_client_expect(p->standing.client, kind, jb_slice_of(NULL, 0), jb_buf_slice(request),
                            ASK_MS, expected, ret, &p->standing.findings);
}

static jb_err ask_status(struct printing *p, const struct jb_form_paper *sheet, uint64_t revision,
                         const struct jb_status_row **ret)
{
    struct jb_slice unit = jb_slice_str(p->view->units[p->unit].code), period, payload;
    struct jb_status_answer answer;
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_buf request;

    jb_period_format(p->period, text);
    period = jb_slice_str(text);
    const struct jb_status_query query = {
        .units = {&unit, 1}, .periods = {&period, 1}, .as_of_revision = revision};
    jb_buf_init(&request, REQUEST_BYTES_MAX);
    jb_wire_status_query_encode(&query, &request);
    jb_err err = ask(p, JB_KIND_STATUS, &request, JB_KIND_STATUS_ANSWER, &payload);
    jb_buf_free(&request);
    if (!err)
        err = jb_wire_status_answer_decode(payload, &p->arena, &answer, &p->standing.findings);
    for (uint32_t i = 0; !err && i < answer.row_count; i++) {
        if (jb_slice_is(answer.rows[i].form, p->view->forms[sheet->form].code))
            *ret = &answer.rows[i];
    }
    return err;
}

struct sums {
    const struct jb_answer_row **rows;
    uint32_t count;
};

static void add_rows(struct sums *sums, const struct jb_answer *page)
{
    if (!page->row_count)
        return;
    sums->rows = jb_xrealloc(sums->rows, (sums->count + page->row_count) * sizeof(*sums->rows));
    for (uint32_t i = 0; i < page->row_count; i++)
        sums->rows[sums->count++] = &page->rows[i];
}

static jb_err ask_to_date(struct printing *p, const struct jb_form_paper *sheet, uint64_t revision,
                          struct sums *sums)
{
    struct jb_slice unit = jb_slice_str(p->view->units[p->unit].code), period, payload;
    struct jb_slice form = jb_slice_str(p->view->forms[sheet->form].code);
    struct jb_answer page = {0};
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_span span;
    struct jb_buf request;
    jb_err err = JB_OK;

    if (!jb_form_paper_to_date(sheet, &span))
        return JB_OK;
    jb_span_format(span, text);
    period = jb_slice_str(text);
    struct jb_query query = {.units = {&unit, 1},
                             .forms = {&form, 1},
                             .periods = {&period, 1},
                             .own = true,
                             .as_of_revision = revision};
    jb_buf_init(&request, REQUEST_BYTES_MAX);
    for (uint32_t pages = 0; !err && pages < PAGES_MAX && (pages == 0 || page.cursor.len);
         pages++) {
        query.cursor = page.cursor;
        jb_buf_clear(&request);
        jb_wire_query_encode(&query, &request);
        err = ask(p, JB_KIND_QUERY, &request, JB_KIND_ANSWER, &payload);
        if (!err)
            err = jb_wire_answer_decode(payload, &p->arena, &page, &p->standing.findings);
        if (!err)
            add_rows(sums, &page);
    }
    jb_buf_free(&request);
    return err;
}

static void put_sheet(struct printing *p, const struct jb_form_paper *sheet)
{
    if (p->sheets++)
        jb_docx_section_end(p->doc, jb_paper_page(false));
    jb_form_paper_put(p->doc, sheet);
}

/* A form that the period's amendments took away, and that nobody filed, is no sheet unless it is
 * named. */
static enum jb_exit put_filled(struct printing *p, struct jb_form_paper *sheet)
{
    struct jb_slice unit = jb_slice_str(p->view->units[p->unit].code), period;
    struct jb_slice form = jb_slice_str(p->view->forms[sheet->form].code);
    struct jb_filing_answer filing;
    struct sums sums = {0};
    char text[JB_PERIOD_TEXT_SIZE];

    jb_period_format(p->period, text);
    period = jb_slice_str(text);
    jb_arena_clear(&p->arena);
    jb_err err = jb_standing_ask(&p->standing, unit, form, period, &filing);
    if (!err)
        err = ask_status(p, sheet, filing.snapshot.revision, &sheet->status);
    if (!err)
        err = ask_to_date(p, sheet, filing.snapshot.revision, &sums);
    if (!err && (sheet->status || filing.has_last || p->form != JB_NONE)) {
        sheet->filing = &filing;
        sheet->to_date = sums.rows;
        sheet->to_date_count = sums.count;
        put_sheet(p, sheet);
    }
    free(sums.rows);
    return err ? tell_unanswered(p, err) : JB_EXIT_OK;
}

static enum jb_exit put_sheets(struct printing *p)
{
    enum jb_exit code = JB_EXIT_OK;

    for (uint32_t f = 0; code == JB_EXIT_OK && f < p->view->form_count; f++) {
        struct jb_form_paper sheet = {.catalog = p->file.catalog,
                                      .catalog_version = p->file.version,
                                      .unit = p->unit,
                                      .form = f,
                                      .period = p->period};
        if (p->form == JB_NONE ? !jb_catalog_expects_form(p->file.catalog, p->unit, f, p->period)
                               : f != p->form)
            continue;
        if (p->args->filled)
            code = put_filled(p, &sheet);
        else
            put_sheet(p, &sheet);
    }
    return code;
}

static enum jb_exit find(struct printing *p)
{
    const struct arguments *args = p->args;
    const char *name = args->options.conf.unit;
    const jb_catalog *catalog = p->file.catalog;

    if (!name || jb_catalog_find_unit(catalog, jb_slice_str(name), &p->unit)) {
        fprintf(stderr, _("jibao-agent: the catalogue has no unit '%s'; did you mean '%s'?\n"),
                name ? name : "",
                name ? jb_catalog_suggest_unit(catalog, jb_slice_str(name)) : "--unit");
        return JB_EXIT_USAGE;
    }
    if (jb_period_parse(jb_slice_str(args->period), &p->period)) {
        fprintf(stderr, _("jibao-agent: '%s' is not a period; write it like 2023-Q2\n"),
                args->period);
        return JB_EXIT_USAGE;
    }
    p->form = args->form ? jb_catalog_form(catalog, jb_slice_str(args->form)) : JB_NONE;
    if (args->form && p->form == JB_NONE) {
        fprintf(stderr, _("jibao-agent: the catalogue has no form '%s'; did you mean '%s'?\n"),
                args->form, jb_catalog_suggest_form(catalog, jb_slice_str(args->form)));
        return JB_EXIT_USAGE;
    }
    if (args->form && !jb_catalog_owes_form(catalog, p->unit, p->form, p->period)) {
        fprintf(stderr, _("jibao-agent: %s does not owe the form %s in %s\n"), name, args->form,
                args->period);
        return JB_EXIT_USAGE;
    }
    return JB_EXIT_OK;
}

static enum jb_exit save(struct printing *p)
{
    char why[JB_PAPER_WHY_SIZE];

    if (!p->sheets) {
        fprintf(stderr, _("jibao-agent: nothing is owed in %s\n"), p->args->period);
        return JB_EXIT_USAGE;
    }
    if (!jb_paper_save(&p->doc, false, p->args->path, why)) {
        fprintf(stderr, "jibao-agent: %s\n", why);
        return JB_EXIT_FAILED;
    }
    fprintf(stderr, _("written: %s\n"), p->args->path);
    return JB_EXIT_OK;
}

static enum jb_exit print(struct printing *p)
{
    enum jb_paper_kind kind = JB_PAPER_DOCX;
    const char *missing;

    if (!jb_paper_kind_of(p->args->path, &kind) && kind == JB_PAPER_PDF &&
        (missing = jb_pdf_missing())) {
        fprintf(stderr, "jibao-agent: %s\n", missing);
        return JB_EXIT_FAILED;
    }
    p->view = jb_catalog_view(p->file.catalog);
    enum jb_exit code = find(p);
    if (code == JB_EXIT_OK && p->args->filled)
        code = jb_self_open(&p->args->options, &p->self);
    if (code == JB_EXIT_OK && p->args->filled &&
        jb_standing_open(&p->standing, p->args->options.conf.read, &p->self.who, ASK_MS))
        code = JB_EXIT_FAILED;
    if (code != JB_EXIT_OK)
        return code;
    const struct jb_paper_about about = {.title = jb_paper_name(&p->view->units[p->unit].name),
                                         .catalog = p->file.catalog};
    p->doc = jb_paper_new(&about);
    code = put_sheets(p);
    return code == JB_EXIT_OK ? save(p) : code;
}

enum jb_exit jb_print_cmd(int argc, char **argv)
{
    struct arguments args = {0};
    struct printing p = {.args = &args};
    char *home = NULL;

    jb_arena_init(&p.arena, 16 * JB_MESSAGE_BYTES_MAX);
    enum jb_exit code = jb_options_parse(&command, argc, argv, &args, &args.options);
    if (code == JB_EXIT_OK)
        code = jb_options_home(&args.options, &home);
    if (code == JB_EXIT_OK)
        code = jb_catalog_cmd_load(home, &p.file);
    if (code == JB_EXIT_OK)
        code = print(&p);
    if (p.standing.net)
        jb_standing_close(&p.standing);
    jb_docx_free(p.doc);
    jb_arena_free(&p.arena);
    jb_catalog_file_free(&p.file);
    jb_self_free(&p.self);
    jb_options_free(&args.options);
    free(home);
    return code;
}
