/* Guidance stands in comment lines above the header, so that the rows hold nothing but what is
 * filled in and read back. A file begins with a byte order mark: spreadsheet programs read Chinese
 * wrongly without one. */
#include "template.h"

#include <stdlib.h>

#include "base/text.h"
#include "catalog_cmd.h"
#include "form/figures_table.h"
#include "files/demonstration.h"
#include "form/form_read.h"
#include "form_template.h"
#include "options.h"

#define BOM "\xef\xbb\xbf"

struct arguments {
    struct jb_options options;
    const char *period, *form, *to, *encoding;
    bool zero, offline;
};

enum { KEY_FORM = 0x700, KEY_ENCODING, KEY_ZERO, KEY_OFFLINE };

static const struct argp_option options_table[] = {
    {"period", 'p', "PERIOD", 0, N_("the period to report (2023-Q2)"), 0},
    {"form", KEY_FORM, "FORM", 0, N_("only this form"), 0},
    {"output", 'o', "FILE", 0,
     N_("write to FILE instead of standard output; FILE.xlsx becomes a workbook"), 0},
    {"encoding", KEY_ENCODING, "NAME", 0, N_("utf-8 (default) or gb18030"), 0},
    {"offline", KEY_OFFLINE, 0, 0,
     N_("a workbook without the figures of earlier periods, for which the aggregator is asked"), 0},
    {"zero-report", KEY_ZERO, 0, 0, N_("nothing happened: 0 for every figure of the period"), 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *args = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->options;
        return 0;
    case 'p':
        args->period = arg;
        return 0;
    case 'o':
        args->to = arg;
        return 0;
    case KEY_FORM:
        args->form = arg;
        return 0;
    case KEY_ENCODING:
        args->encoding = arg;
        return 0;
    case KEY_OFFLINE:
        args->offline = true;
        return 0;
    case KEY_ZERO:
        args->zero = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_usage(state);
        return 0;
    case ARGP_KEY_END:
        if (!args->period)
            argp_error(state, _("--period is needed"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&jb_options_argp, 0, N_("Common options:"), 90}, {0}};
static const struct argp command = {
    options_table,
    parse,
    "--unit UNIT --period PERIOD",
    N_("Writes what a unit has to fill for a period: the forms as a workbook for WPS, Excel or "
       "LibreOffice, or one CSV with a row for each figure that it owes.\n\n"
       "Examples:\n"
       "  jibao-agent template --unit justice --period 2023-Q2 -o form.xlsx\n"
       "  jibao-agent template --unit justice --period 2023-Q2 -o 2023-Q2.csv\n"
       "  jibao-agent template --unit 县司法局 --period 2023年二季度 --lang en"),
    children,
    NULL,
    NULL,
};

static const char *name_of(struct jb_names name, bool zh)
{
    return zh ? name.zh : name.en;
}

static const char *basis_word(enum jb_basis_kind basis, bool zh)
{
    switch (basis) {
    case JB_BASIS_PERIOD:
        return zh ? "本期" : "period";
    case JB_BASIS_YTD:
        return zh ? "本年累计" : "ytd";
    case JB_BASIS_SINCE:
        return "";
    }
    return "";
}

/* One guidance line for each form's figures, so that nobody fills in yuan for ten thousand yuan. */
static void write_guidance(const jb_catalog *catalog, uint32_t unit, uint32_t form,
                           struct jb_period period, bool zh, FILE *out)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    const struct jb_form *f = &view->forms[form];

    fprintf(out, "# %s (%s)\n", name_of(f->name, zh), f->code);
    for (uint32_t i = 0; i < f->row_count; i++) {
        const struct jb_indicator *indicator = &view->indicators[f->rows[i].indicator];
        const char *measured = zh ? indicator->unit_of_measure_zh : indicator->unit_of_measure_en;
        if (!jb_catalog_owes_row(catalog, unit, form, i, period))
            continue;
        fprintf(out, "#   %s%s%s%s%s\n", name_of(indicator->name, zh),
                measured[0] ? (zh ? "：" : ": ") : "", measured,
                f->rows[i].of != JB_NONE ? (zh ? "，其中项" : ", a part") : "",
                indicator->measure == JB_TEXT ? (zh ? "，文字" : ", text") : "");
    }
}

/* A duty without a case is 0; what stands at the period's end, and what is counted from further
 * back, is not for the program to say. */
bool jb_template_is_zero(const struct jb_template *t, const struct jb_indicator *indicator)
{
    return t->zero && indicator->measure == JB_FLOW && indicator->bases & JB_BASIS_PERIOD;
}

static void write_rows(const struct jb_template *t, uint32_t form, FILE *out, uint32_t *rows)
{
    const struct jb_catalog_view *view = jb_catalog_view(t->catalog);
    const struct jb_form *f = &view->forms[form];
    char code[JB_PERIOD_TEXT_SIZE];

    jb_period_format(t->period, code);
    for (uint32_t i = 0; i < f->row_count; i++) {
        const struct jb_indicator *indicator = &view->indicators[f->rows[i].indicator];
        bool zero = jb_template_is_zero(t, indicator);
        if (!jb_catalog_owes_row(t->catalog, t->unit, form, i, t->period))
            continue;
        const char *cells[JB_COLUMNS] = {
            name_of(view->units[t->unit].name, t->zh),
            code,
            name_of(indicator->name, t->zh),
            basis_word(zero ? JB_BASIS_PERIOD : indicator->default_basis, t->zh),
            zero ? "0" : "",
            t->zh ? "正式" : "final",
            ""};
        for (uint32_t k = 0; k < JB_COLUMNS; k++)
            jb_csv_put_field(out, jb_slice_str(cells[k]), false, k + 1 == JB_COLUMNS);
        (*rows)++;
    }
}

bool jb_template_has_form(const struct jb_template *t, uint32_t form)
{
    return (t->form == JB_NONE || t->form == form) &&
           jb_catalog_view(t->catalog)->forms[form].freq == t->period.freq &&
           jb_catalog_expects_form(t->catalog, t->unit, form, t->period);
}

void jb_template_write(const struct jb_template *t, FILE *out, uint32_t *ret_rows)
{
    uint32_t rows = 0, forms = jb_catalog_view(t->catalog)->form_count;

    if (jb_catalog_view(t->catalog)->demonstration)
        fprintf(out, "# %s\n", JB_DEMONSTRATION_WORD);
    fprintf(
        out, "# %s\n",
        t->zh
            ? "填写“数值”一栏：0 是数值；不涉及填“不涉及”；撤回填“撤回”；空白表示不改动。概数可写 "
              "461余、90以上、不低于20。"
            : "Fill in the column value: 0 is a value; 'not applicable' and 'withdrawn' are read; "
              "an empty cell "
              "changes nothing.");
    for (uint32_t i = 0; i < forms; i++) {
        if (jb_template_has_form(t, i))
            write_guidance(t->catalog, t->unit, i, t->period, t->zh, out);
    }
    for (enum jb_figures_column k = 0; k < JB_COLUMNS; k++)
        jb_csv_put_field(out, jb_slice_str(jb_figures_column_title(k, t->zh)), false,
                         k + 1 == JB_COLUMNS);
    for (uint32_t i = 0; i < forms; i++) {
        if (jb_template_has_form(t, i))
            write_rows(t, i, out, &rows);
    }
    *ret_rows = rows;
}

/* The finished text to where it belongs. */
static enum jb_exit put_out(const struct arguments *args, struct jb_slice text)
{
    enum jb_encoding encoding = JB_ENC_UTF8;
    char *bytes = NULL;
    size_t len = 0;

    if (args->encoding && jb_encoding_parse(jb_slice_str(args->encoding), &encoding)) {
        fprintf(stderr, _("jibao-agent: unknown encoding '%s'; known are utf-8 and gb18030\n"),
                args->encoding);
        return JB_EXIT_USAGE;
    }
    struct jb_slice body = text;
    if (encoding == JB_ENC_GB18030 || !args->to)
        body = jb_slice_of(text.ptr + sizeof(BOM) - 1, text.len - (sizeof(BOM) - 1));
    jb_err err = jb_encode_text(body, encoding, &bytes, &len);
    if (!err && args->to)
        err = jb_write_file(args->to, jb_slice_of(bytes, len));
    else if (!err)
        jb_ignore(fwrite(bytes, 1, len, stdout) != len || fflush(stdout) != 0);
    free(bytes);
    if (!err)
        return JB_EXIT_OK;
    fprintf(stderr, _("jibao-agent: cannot write %s: %s\n"), args->to ? args->to : "-",
            jb_err_name(err));
    return JB_EXIT_FAILED;
}

static enum jb_exit find(const struct arguments *args, const jb_catalog *catalog, uint32_t *unit,
                         uint32_t *form, struct jb_period *period)
{
    const char *name = args->options.conf.unit;

    if (!name || jb_catalog_find_unit(catalog, jb_slice_str(name), unit)) {
        fprintf(stderr, _("jibao-agent: the catalogue has no unit '%s'; did you mean '%s'?\n"),
                name ? name : "",
                name ? jb_catalog_suggest_unit(catalog, jb_slice_str(name)) : "--unit");
        return JB_EXIT_USAGE;
    }
    if (jb_period_parse(jb_slice_str(args->period), period)) {
        fprintf(stderr, _("jibao-agent: '%s' is not a period; write it like 2023-Q2\n"),
                args->period);
        return JB_EXIT_USAGE;
    }
    *form = args->form ? jb_catalog_form(catalog, jb_slice_str(args->form)) : JB_NONE;
    if (args->form && *form == JB_NONE) {
        fprintf(stderr, _("jibao-agent: the catalogue has no form '%s'; did you mean '%s'?\n"),
                args->form, jb_catalog_suggest_form(catalog, jb_slice_str(args->form)));
        return JB_EXIT_USAGE;
    }
    return JB_EXIT_OK;
}

static void tell_rows(uint32_t rows)
{
    fprintf(stderr, rows ? _("%u rows to fill\n") : _("nothing is owed in this period (%u rows)\n"),
            rows);
}

static enum jb_exit write_template(const struct arguments *args, const jb_catalog *catalog)
{
    struct jb_template t = {
        .catalog = catalog, .unit = JB_NONE, .zh = jb_text_is_zh() != 0, .zero = args->zero};
    uint32_t rows = 0;
    char *text = NULL;
    size_t len = 0;

    enum jb_exit code = find(args, catalog, &t.unit, &t.form, &t.period);
    if (code != JB_EXIT_OK)
        return code;
    if (args->to && jb_form_is_workbook(args->to, jb_slice_of(NULL, 0))) {
        code = jb_form_template(&t, &args->options, args->offline, args->to, &rows);
        if (code == JB_EXIT_OK)
            tell_rows(rows);
        return code;
    }
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return JB_EXIT_FAILED;
    fputs(BOM, out);
    jb_template_write(&t, out, &rows);
    fclose(out);
    code = put_out(args, jb_slice_of(text, len));
    free(text);
    if (code == JB_EXIT_OK)
        tell_rows(rows);
    return code;
}

enum jb_exit jb_template_cmd(int argc, char **argv)
{
    struct arguments args = {0};
    struct jb_catalog_file catalog = {0};
    char *home = NULL;

    enum jb_exit code = jb_options_parse(&command, argc, argv, &args, &args.options);
    if (code == JB_EXIT_OK)
        code = jb_options_home(&args.options, &home);
    if (code == JB_EXIT_OK)
        code = jb_catalog_cmd_load(home, &catalog);
    if (code == JB_EXIT_OK)
        code = write_template(&args, catalog.catalog);
    jb_catalog_file_free(&catalog);
    jb_options_free(&args.options);
    free(home);
    return code;
}
