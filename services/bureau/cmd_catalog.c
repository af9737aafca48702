/* jibao catalog: check a file offline, load it, show what is in force, compare. */
#include "args.h"
#include "ask.h"
#include "base/text.h"
#include "catalog_load.h"
#include "catalog_show.h"
#include "cmd_catalog_book.h"
#include "commands.h"
#include "files/demonstration.h"
#include "model/catalog_yaml.h"

static error_t parse_files(int key, char *arg, struct argp_state *state)
{
    struct jb_list *files = state->input;

    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    if (files->count == 2)
        argp_error(state, _("too many files"));
    jb_list_add(files, jb_slice_str(arg));
    return 0;
}

static const char *file_at(const struct jb_list *files, uint32_t i)
{
    return (const char *)files->items[i].ptr; /* an argument: it ends with NUL */
}

static enum jb_exit need_files(const struct jb_list *files, const char *name)
{
    if (files->count)
        return JB_EXIT_OK;
    fprintf(stderr, _("jibao %s: name the catalogue's file; see jibao %s --help\n"), name, name);
    return JB_EXIT_USAGE;
}

static const struct jb_args_spec check_spec = {
    .name = "catalog check",
    .parser = parse_files,
    .arguments = "FILE",
    .doc = N_("Reads a catalogue file without any aggregator and tells every mistake with line and "
              "column."),
    .examples = "  jibao catalog check deploy/suixi/catalog.yaml\n"
                "  jibao catalog check new.yaml --lang zh\n",
};

static enum jb_exit run_check(struct jb_options *options, int argc, char **argv)
{
    struct jb_list files = {0};
    jb_catalog *catalog = NULL;

    enum jb_exit code = jb_args_parse(&check_spec, argc, argv, &files, options);
    if (code == JB_EXIT_OK)
        code = need_files(&files, check_spec.name);
    for (uint32_t i = 0; code == JB_EXIT_OK && i < files.count; i++) {
        code = jb_read_catalog(file_at(&files, i), NULL, &catalog);
        if (code == JB_EXIT_OK) {
            jb_demonstration_line(stdout);
            printf("%s: ", file_at(&files, i));
            jb_catalog_print_counts(catalog, stdout);
        }
        jb_catalog_free(catalog);
        catalog = NULL;
    }
    jb_list_free(&files);
    return code;
}

struct load_input {
    struct jb_list files;
    const char *reason, *author;
};

enum { KEY_REASON = 0x200, KEY_AUTHOR };

static error_t parse_load(int key, char *arg, struct argp_state *state)
{
    struct load_input *input = state->input;

    switch (key) {
    case KEY_REASON:
        input->reason = arg;
        return 0;
    case KEY_AUTHOR:
        input->author = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (input->files.count)
            argp_error(state, _("too many files"));
        jb_list_add(&input->files, jb_slice_str(arg));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option load_options[] = {
    {"reason", KEY_REASON, "TEXT", 0, N_("why it changes; kept in the ledger"), 1},
    {"author", KEY_AUTHOR, "NAME", 0, N_("who changes it; kept in the ledger"), 1},
    {0},
};

static const struct jb_args_spec load_spec = {
    .name = "catalog load",
    .options = load_options,
    .parser = parse_load,
    .arguments = "FILE",
    .doc = N_("Checks a catalogue file and loads it into the aggregator, as the next version. The "
              "configured key signs it and needs the role catalog."),
    .examples = "  jibao catalog load deploy/suixi/catalog.yaml\n"
                "  jibao catalog load new.yaml --reason \"two new towns\" --author \"Office\"\n",
};

static enum jb_exit load_file(struct jb_desk *desk, const struct load_input *input)
{
    jb_catalog *catalog = NULL;
    struct jb_buf yaml;

    jb_buf_init(&yaml, JB_CATALOG_BYTES_MAX);
    enum jb_exit code = jb_read_catalog(file_at(&input->files, 0), &yaml, &catalog);
    if (code == JB_EXIT_OK)
        code = jb_catalog_load(desk, &yaml, catalog, input->reason, input->author);
    jb_catalog_free(catalog);
    jb_buf_free(&yaml);
    return code;
}

static enum jb_exit run_load(struct jb_options *options, int argc, char **argv)
{
    struct load_input input = {0};
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(&load_spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = need_files(&input.files, load_spec.name);
    if (code == JB_EXIT_OK)
        code = load_file(&desk, &input);
    jb_list_free(&input.files);
    jb_desk_free(&desk);
    return code;
}

static const struct jb_args_spec diff_spec = {
    .name = "catalog diff",
    .parser = parse_files,
    .arguments = "[OLD] NEW",
    .doc = N_("Shows what changes from one catalogue file to another, or from the aggregator's "
              "catalogue to a file."),
    .examples = "  jibao catalog diff new.yaml\n"
                "  jibao catalog diff old.yaml new.yaml\n",
};

static void print_diff(const jb_catalog *old_catalog, const jb_catalog *new_catalog)
{
    if (memcmp(jb_catalog_view(old_catalog)->hash, jb_catalog_view(new_catalog)->hash, 32) == 0)
        fputs(_("The two are the same.\n"), stdout);
    else
        jb_catalog_print_diff(old_catalog, new_catalog, stdout);
}

static enum jb_exit run_diff(struct jb_options *options, int argc, char **argv)
{
    struct jb_list files = {0};
    struct jb_desk desk;
    struct jb_fetched old = {0};
    jb_catalog *new_catalog = NULL;

    enum jb_exit code = jb_args_parse(&diff_spec, argc, argv, &files, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = need_files(&files, diff_spec.name);
    if (code == JB_EXIT_OK)
        code = jb_read_catalog(file_at(&files, files.count - 1), NULL, &new_catalog);
    if (code == JB_EXIT_OK && files.count == 2)
        code = jb_read_catalog(file_at(&files, 0), NULL, &old.catalog);
    else if (code == JB_EXIT_OK)
        code = jb_ask_catalog(&desk, 0, &old);
    if (code == JB_EXIT_OK && !old.catalog)
        code = jb_catalog_tell_none();
    else if (code == JB_EXIT_OK)
        print_diff(old.catalog, new_catalog);
    jb_catalog_free(old.catalog);
    jb_catalog_free(new_catalog);
    jb_list_free(&files);
    jb_desk_free(&desk);
    return code;
}

static void print_help(FILE *out)
{
    fputs(_("Usage: jibao catalog COMMAND [OPTION...]\n\n"
            "  check FILE     tells every mistake of a file, offline\n"
            "  load FILE      makes it the aggregator's next version\n"
            "  show           what is in force: indicators, units, forms, targets\n"
            "  diff [OLD] NEW what changes\n"
            "  export         writes it as a workbook to edit\n"
            "  import         checks an edited workbook and loads it\n\n"
            "A FILE is YAML or such a workbook.\n"
            "jibao catalog COMMAND --help says more about each.\n"),
          out);
    fputs(_("Examples:"), out);
    fputs("\n  jibao catalog check deploy/suixi/catalog.yaml\n"
          "  jibao catalog show --unit justice\n"
          "  jibao catalog export --xlsx catalog.xlsx\n",
          out);
}

enum jb_exit jb_cmd_catalog(struct jb_options *options, int argc, char **argv)
{
    static const struct jb_command commands[] = {
        {"check", "", run_check},
        {"load", "", run_load},
        {"show", "", jb_catalog_run_show},
        {"diff", "", run_diff},
        {"export", "", jb_catalog_run_export},
        {"import", "", jb_catalog_run_import},
        {NULL, NULL, NULL},
    };

    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0) {
        print_help(argc < 2 ? stderr : stdout);
        return argc < 2 ? JB_EXIT_USAGE : JB_EXIT_OK;
    }
    return jb_command_dispatch(commands, _("there is no command catalog"), options, argc - 1,
                               argv + 1);
}
