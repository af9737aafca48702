/* Findings go to standard output here: they are what was asked for. */
#include "check_cmd.h"

#include <stdlib.h>

#include "base/text.h"
#include "catalog_cmd.h"
#include "figures_args.h"
#include "files/demonstration.h"
#include "findings_table.h"
#include "form_checked.h"

struct arguments {
    struct jb_options options;
    struct jb_figures_args figures;
    char **files;
    int file_count;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *args = state->input;

    (void)arg;
    switch (key) {
    case ARGP_KEY_INIT:
        args->options.file_allowed = true;
        state->child_inputs[0] = &args->figures;
        state->child_inputs[1] = &args->options;
        state->child_inputs[2] = &args->options;
        return 0;
    case ARGP_KEY_ARGS:
        args->files = state->argv + state->next;
        args->file_count = state->argc - state->next;
        return 0;
    case ARGP_KEY_END:
        if (args->options.output_file && args->file_count > 1)
            argp_error(state, _("-o FILE.xlsx takes one file to check"));
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_usage(state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&jb_figures_args_argp, 0, NULL, 0},
                                             {&jb_options_output_argp, 0, NULL, 0},
                                             {&jb_options_argp, 0, N_("Common options:"), 90},
                                             {0}};
static const struct argp command = {
    NULL,
    parse,
    "FILE...",
    N_("Checks files of figures against the catalogue and lists every mistake with its row and "
       "column. "
       "Needs no connection. Exit code 0: nothing is wrong; 3: findings.\n\n"
       "Examples:\n"
       "  jibao-agent check 2023-Q2.csv\n"
       "  jibao-agent check form.xlsx -o checked.xlsx      (the form anew, each finding as a "
       "comment)\n"
       "  jibao-agent check --encoding gb18030 -o json *.csv"),
    children,
    NULL,
    NULL,
};

static uint32_t count_unknown(const struct jb_figures *figures)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < figures->filing_count; i++)
        count += figures->filings[i].unknown;
    return count;
}

static void tell_file(const char *path, const struct jb_figures *figures)
{
    const struct jb_decoded *decoded = &figures->table.decoded;

    printf(_("%s: %u rows, %u forms, %u empty cells; read as %s%s\n"), path, figures->row_count,
           figures->filing_count, figures->empty_count,
           figures->is_workbook ? _("a workbook") : jb_encoding_name(decoded->encoding),
           decoded->guessed ? _(" (guessed)") : "");
    uint32_t unknown = count_unknown(figures);
    if (unknown)
        printf(_("%s: %u checks need figures that are not in the file; they are made when it "
                 "arrives\n"),
               path, unknown);
}

static enum jb_exit check_files(const struct arguments *args,
                                const struct jb_figures_options *options)
{
    bool table = args->options.output == JB_OUT_TABLE && args->options.outlet.form != JB_FORM_XLSX;
    struct jb_findings all;
    struct jb_findings found;
    enum jb_exit code = JB_EXIT_OK;
    int wrong = 0;

    jb_findings_init(&all);
    jb_findings_init(&found);
    for (int i = 0; i < args->file_count; i++) {
        struct jb_figures figures = {0};
        jb_progress(_("checking"), (uint64_t)i, (uint64_t)args->file_count);
        jb_findings_clear(&found);
        jb_err err = jb_figures_read(args->files[i], options, &found, &figures);
        wrong += err ? 1 : 0;
        if (table) {
            jb_progress_end();
            jb_demonstration_line(stdout);
            jb_findings_print(&found, stdout);
            if (err)
                printf(_("%s: %u errors\n"), args->files[i], jb_findings_refusals(&found));
            else
                tell_file(args->files[i], &figures);
        }
        if (args->options.output_file)
            code = jb_exit_worse(code, jb_form_checked(args->options.output_file, &figures, &found,
                                                       options->catalog->catalog));
        jb_findings_append(&all, &found);
        jb_figures_free(&figures);
    }
    jb_progress_end();
    if (!table) {
        char *errors = jb_xasprintf("%u", jb_findings_refusals(&all)),
             *files = jb_xasprintf("%d", args->file_count);
        const char *extra[] = {"files", files, "errors", errors, NULL};
        jb_findings_table_print(&all, args->options.output, extra, stdout);
        free(errors);
        free(files);
    } else if (args->file_count > 1) {
        printf(_("%d files: %d good, %d with errors\n"), args->file_count, args->file_count - wrong,
               wrong);
    }
    jb_findings_free(&found);
    jb_findings_free(&all);
    return wrong ? jb_exit_worse(code, JB_EXIT_REFUSED) : code;
}

enum jb_exit jb_check_cmd(int argc, char **argv)
{
    struct arguments *args = jb_xcalloc(1, sizeof(*args));
    struct jb_catalog_file catalog = {0};
    struct jb_figures_options options;
    char *home = NULL;

    enum jb_exit code = jb_options_parse(&command, argc, argv, args, &args->options);
    if (code == JB_EXIT_OK)
        code = jb_options_home(&args->options, &home);
    if (code == JB_EXIT_OK)
        code = jb_catalog_cmd_load(home, &catalog);
    if (code == JB_EXIT_OK)
        code = jb_figures_args_settle(&args->figures, &args->options, &catalog, &options);
    if (code == JB_EXIT_OK)
        options.keep = args->options.output_file != NULL;
    if (code == JB_EXIT_OK)
        code = check_files(args, &options);
    jb_catalog_file_free(&catalog);
    jb_figures_args_free(&args->figures);
    jb_options_free(&args->options);
    free(home);
    free(args);
    return code;
}
