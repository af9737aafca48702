/* jibao report: a template that an officer keeps in Word, filled with the figures of a release. */
#include <stdlib.h>

#include "args.h"
#include "base/text.h"
#include "commands.h"
#include "files/demonstration.h"
#include "report_file.h"
#include "report_parts.h"
#include "view_args.h"
#include "words.h"

enum {
    KEY_PERIOD = 0x200,
    KEY_UNIT,
    KEY_VIEW,
    KEY_RELEASE,
    KEY_AS_OF,
    KEY_ROUNDING,
    KEY_TO,
    KEY_CHECK,
    KEY_STRICT,
    KEY_WORD,
};

static const struct argp_option table[] = {
    {"period", KEY_PERIOD, "PERIOD", 0,
     N_("the report's period, such as 2023-Q2, 2023-S1, 2022 or 2021-Q1..2023-Q2"), 1},
    {"unit", KEY_UNIT, "UNIT", 0, N_("the report's unit; default: the catalogue's topmost"), 1},
    {"output", 'o', "FILE", 0, N_("the report: a name with .docx, .html, .md or .pdf"), 1},
    {"view", KEY_VIEW, "VIEW", 0,
     N_("published (default where periods are opened and closed), accepted or working"), 2},
    {"release", KEY_RELEASE, "N", 0, N_("of the period: not the newest but this one"), 2},
    {"as-of", KEY_AS_OF, "REVISION", 0, N_("as it stood at this revision of the ledger"), 2},
    {"rounding", KEY_ROUNDING, "RULE", 0, N_("half-up (default), half-even or truncate"), 2},
    {"check", KEY_CHECK, NULL, 0, N_("only look for mistakes in the template"), 3},
    {"strict", KEY_STRICT, NULL, 0, N_("write nothing when a value is missing"), 3},
    {"as-template", KEY_WORD, NULL, 0,
     N_("make a Word template of a Markdown template; fills nothing and asks nobody"), 3},
    {0},
};

struct input {
    const char *template, *output, *period, *unit, *rounding;
    struct jb_viewpoint viewpoint;
    bool has_view, check, strict, as_template;
    uint64_t as_of;
    enum jb_report_kind kind;
};

static void check_input(struct input *input, struct argp_state *state)
{
    if (!input->template)
        argp_error(state, _("name the template"));
    if (!input->period && !input->as_template)
        argp_error(state, _("name the --period"));
    if (!input->output && !input->check)
        argp_error(state, _("say where the report goes: -o report.docx, .html, .md or .pdf"));
    if (input->output && jb_report_kind_of(input->output, &input->kind) != JB_OK)
        argp_error(state, _("-o takes a name with .docx, .html, .md or .pdf, not '%s'"),
                   input->output);
    if (input->as_template && input->kind != JB_REPORT_DOCX)
        argp_error(state, _("--as-template writes a .docx"));
    jb_view_settle(&input->viewpoint, state);
}

static error_t parse_sight(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;
    enum jb_rounding rule;
    switch (key) {
    case KEY_VIEW:
        jb_view_take(&input->viewpoint, arg, state);
        input->has_view = true;
        return 0;
    case KEY_RELEASE:
        jb_view_take_release(&input->viewpoint, arg, state);
        input->viewpoint.kind = JB_VIEW_PUBLISHED;
        input->has_view = true;
        return 0;
    case KEY_AS_OF:
        if (jb_args_uint(arg, UINT64_MAX, &input->as_of) || !input->as_of)
            argp_error(state, _("--as-of takes a revision from 1, not '%s'"), arg);
        return 0;
    case KEY_ROUNDING:
        if (jb_rounding_parse(jb_slice_str(arg), &rule))
            argp_error(state, _("--rounding takes half-up, half-even or truncate, not '%s'"), arg);
        input->rounding = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;
    switch (key) {
    case KEY_PERIOD:
        input->period = arg;
        return 0;
    case KEY_UNIT:
        input->unit = arg;
        return 0;
    case 'o':
        input->output = arg;
        return 0;
    case KEY_CHECK:
        input->check = true;
        return 0;
    case KEY_STRICT:
        input->strict = true;
        return 0;
    case KEY_WORD:
        input->as_template = true;
        return 0;
    case ARGP_KEY_ARG:
        if (input->template)
            argp_error(state, _("'%s' is too much"), arg);
        input->template = arg;
        return 0;
    case ARGP_KEY_END:
        check_input(input, state);
        return 0;
    default:
        return parse_sight(key, arg, state);
    }
}

static const struct jb_args_spec spec = {
    .name = "report",
    .options = table,
    .parser = parse,
    .arguments = "TEMPLATE",
    .doc = N_("Fills a report's template, a Word document or Markdown with {{placeholders}}, with "
              "the figures of one period, all as of one revision, and lists at the end where each "
              "came from. deploy/templates.md describes the placeholders."),
    .examples = "  jibao report deploy/suixi/report.docx --period 2021-Q1..2023-Q2 --view working "
                "-o r.docx\n"
                "  jibao report annual.docx --period 2023 --release 1 -o annual.pdf\n"
                "  jibao report mine.md --period 2023-Q2 --view accepted -o draft.html\n"
                "  jibao report mine.docx --period 2023-Q2 --check\n"
                "  jibao report mine.md --as-template -o mine.docx\n",
};

static enum jb_exit read_order(const struct input *input, struct jb_report_order *ret)
{
    struct jb_report_order order = {
        .unit = jb_slice_str(input->unit),
        .has_view = input->has_view,
        .viewpoint = input->viewpoint,
        .as_of = input->as_of,
        .rounding = jb_slice_str(input->rounding),
    };
    if (jb_span_parse(jb_slice_str(input->period), &order.span) != JB_OK) {
        fprintf(stderr,
                _("jibao report: '%s' is not a period such as 2023-Q2, 2022 or "
                  "2021-Q1..2023-Q2\n"),
                input->period);
        return JB_EXIT_USAGE;
    }
    *ret = order;
    return JB_EXIT_OK;
}

/* What the template asks for; its mistakes are told all at once. */
static enum jb_exit gather(struct jb_report *report, struct jb_report_file *file)
{
    struct jb_filler filler = jb_report_filler(report);
    jb_err err = jb_report_resolve(report, file->template);
    for (uint32_t i = 0; !err && i < file->part_count; i++)
        err = jb_template_gather(file->parts[i], &filler);
    if (err) {
        fprintf(stderr, _("jibao report: the template's loops make more than %d placeholders\n"),
                JB_TEMPLATE_STEPS_MAX);
        return JB_EXIT_REFUSED;
    }
    jb_report_file_tell(file);
    return report->complaints->total ? JB_EXIT_REFUSED : JB_EXIT_OK;
}

static enum jb_exit fill(struct jb_report *report, struct jb_report_file *file,
                         struct jb_report_filled *filled)
{
    struct jb_filler filler = jb_report_filler(report);
    struct jb_doc_blocks *parts =
        jb_arena_array(report->arena, file->part_count, sizeof(struct jb_doc_blocks));
    jb_err err = parts ? JB_OK : JB_ENOMEM;
    if (!err && report->view->demonstration) {
        char *word = jb_xasprintf("%s%s", JB_DEMONSTRATION_WORD,
                                  _(" (demonstration: all of it is invented)"));
        struct jb_doc_block *line =
            jb_doc_add_text(filled->doc, &parts[0], JB_DOC_CAPTION, jb_slice_str(word));
        free(word);
        line->align = JB_DOC_CENTER;
    }
    for (uint32_t i = 0; !err && i < file->part_count; i++)
        err = jb_template_fill(file->parts[i], &filler, filled->doc, &parts[i]);
    if (!err && !report->has_appendix)
        jb_report_add_appendix(report, filled->doc, &parts[0]);
    if (err || filled->doc->failed) {
        fputs(_("jibao report: the report is larger than can be held\n"), stderr);
        return JB_EXIT_REFUSED;
    }
    filled->doc->body = parts[0];
    filled->parts = parts;
    return JB_EXIT_OK;
}

/* The paragraph of that style, else the first that says anything. */
static void find_title(struct jb_doc *doc)
{
    for (const struct jb_doc_block *block = doc->body.first; block && !doc->title.len;
         block = block->next) {
        if (block->kind == JB_DOC_PARAGRAPH && block->style == JB_DOC_TITLE)
            doc->title = jb_doc_text(doc, block);
    }
    for (const struct jb_doc_block *block = doc->body.first; block && !doc->title.len;
         block = block->next) {
        if (block->kind == JB_DOC_PARAGRAPH && block->style != JB_DOC_CAPTION)
            doc->title = jb_doc_text(doc, block);
    }
}

static void tell(const struct jb_report *report, const struct input *input)
{
    if (report->sight.unpublished)
        fprintf(stderr, _("jibao report: %u periods of the span are not published\n"),
                report->sight.unpublished);
    if (report->missing)
        fprintf(stderr,
                _("jibao report: %u values are missing; they stand in brackets in the report\n"),
                report->missing);
    printf(_("%s: %u figures, revision %llu\n"), input->output, report->citation_count,
           (unsigned long long)report->sight.revision);
}

static enum jb_exit print(struct jb_report *report, struct jb_report_file *file,
                          const struct input *input)
{
    struct jb_doc doc;
    char created[JB_WORDS_SIZE], time[40];
    struct jb_report_filled filled = {
        .doc = &doc, .created = created, .lang = report->zh ? "zh" : "en"};
    jb_time_format(report->sight.at_us, 0, time);
    snprintf(created, sizeof(created), "%.19sZ", time);
    jb_doc_init(&doc, report->arena);
    enum jb_exit code = fill(report, file, &filled);
    if (code != JB_EXIT_OK)
        return code;
    find_title(&doc);
    if (input->strict && report->missing) {
        fprintf(stderr, _("jibao report: %u values are missing; nothing was written (--strict)\n"),
                report->missing);
        return JB_EXIT_REFUSED;
    }
    code = jb_report_file_write(file, &filled, input->kind, input->output);
    if (code == JB_EXIT_OK)
        tell(report, input);
    return code;
}

/* A report speaks its template's language, unless somebody said which. */
static void follow_template(struct jb_report *report, const struct jb_report_file *file)
{
    const char *lang = report->desk->options->conf.lang;
    if ((lang && lang[0]) || report->zh || !jb_report_file_is_chinese(file))
        return;
    jb_text_init("zh");
    report->zh = true;
}

static enum jb_exit run(struct jb_desk *desk, const struct input *input, struct jb_arena *arena,
                        struct jb_complaints *complaints)
{
    struct jb_report_file file;
    struct jb_report_order order;
    struct jb_report report;
    jb_report_init(&report, desk, arena, complaints);
    enum jb_exit code = jb_report_file_open(&file, input->template, arena, complaints);
    if (code == JB_EXIT_OK && input->as_template) {
        if (file.docx) {
            fputs(_("jibao report: the template is a Word document already\n"), stderr);
            code = JB_EXIT_USAGE;
        } else {
            code = jb_report_file_convert(&file, input->output);
        }
        goto out;
    }
    if (code == JB_EXIT_OK) {
        follow_template(&report, &file);
        code = read_order(input, &order);
    }
    if (code == JB_EXIT_OK)
        code = jb_report_look(&report, &order);
    if (code == JB_EXIT_OK)
        code = gather(&report, &file);
    if (code == JB_EXIT_OK && input->check)
        puts(_("The template is good."));
    else if (code == JB_EXIT_OK && (code = jb_report_ask(&report)) == JB_EXIT_OK)
        code = print(&report, &file, input);
out:
    jb_report_file_close(&file);
    jb_report_free(&report);
    return code;
}

enum jb_exit jb_cmd_report(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct jb_complaints *complaints = jb_xcalloc(1, sizeof(*complaints));
    struct jb_arena arena;
    struct jb_desk desk;

    jb_arena_init(&arena, 2 * JB_DOC_BYTES_MAX);
    jb_complaints_init(complaints, &arena);
    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = run(&desk, &input, &arena, complaints);
    jb_desk_free(&desk);
    jb_arena_free(&arena);
    free(complaints);
    return code;
}
