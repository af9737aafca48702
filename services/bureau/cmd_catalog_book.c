/* Contacts are personal data beside the catalogue: they go into the workbook when they are asked
 * for, and come back by contacts load alone, which reads their sheet. */
#include "cmd_catalog_book.h"

#include <stdlib.h>

#include "args.h"
#include "ask.h"
#include "base/text.h"
#include "catalog_book.h"
#include "catalog_load.h"
#include "catalog_show.h"
#include "contacts_ask.h"
#include "files/encoding.h"

enum { KEY_XLSX = 0x200, KEY_CONTACTS, KEY_VERSION, KEY_REASON, KEY_AUTHOR, KEY_YAML };
#define TREE_MEMORY_MAX ((size_t)1 << 30)

struct input {
    const char *xlsx, *path, *yaml, *reason, *author;
    uint64_t version;
    bool contacts;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_XLSX:
        input->xlsx = arg;
        return 0;
    case KEY_CONTACTS:
        input->contacts = true;
        return 0;
    case KEY_VERSION:
        if (jb_args_uint(arg, UINT32_MAX, &input->version) || !input->version)
            argp_error(state, _("--catalog-version takes a number from 1, not '%s'"), arg);
        return 0;
    case KEY_REASON:
        input->reason = arg;
        return 0;
    case KEY_AUTHOR:
        input->author = arg;
        return 0;
    case KEY_YAML:
        input->yaml = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (input->path)
            argp_error(state, _("too many files"));
        input->path = arg;
        return 0;
    case ARGP_KEY_END:
        if (!input->xlsx)
            argp_error(state, _("name the workbook with --xlsx FILE.xlsx"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option export_options[] = {
    {"xlsx", KEY_XLSX, "FILE.xlsx", 0, N_("the workbook, whole or not at all"), 1},
    {"contacts", KEY_CONTACTS, NULL, 0,
     N_("with a sheet of whom to call, for those who may see that"), 1},
    {"catalog-version", KEY_VERSION, "N", 0, N_("this version instead of the current one"), 1},
    {0},
};
static const struct argp_option import_options[] = {
    {"xlsx", KEY_XLSX, "FILE.xlsx", 0, N_("the workbook"), 1},
    {"yaml", KEY_YAML, "FILE.yaml", 0,
     N_("write it as a catalogue file and load nothing, without any aggregator"), 1},
    {"reason", KEY_REASON, "TEXT", 0, N_("why it changes; kept in the ledger"), 1},
    {"author", KEY_AUTHOR, "NAME", 0, N_("who changes it; kept in the ledger"), 1},
    {0},
};

static const struct jb_args_spec export_spec = {
    .name = "catalog export",
    .options = export_options,
    .parser = parse,
    .arguments = "[FILE.yaml]",
    .doc =
        N_("Writes the catalogue in force (or a file's) as a workbook: units, indicators, forms, "
           "division of work, dates, relations, holidays, each in a sheet to edit. Contacts are "
           "personal data outside the catalogue; with --contacts they have a sheet too, which "
           "jibao contacts load FILE.xlsx reads."),
    .examples = "  jibao catalog export --xlsx catalog.xlsx\n"
                "  jibao catalog export --xlsx catalog.xlsx --contacts\n"
                "  jibao catalog export --xlsx suixi.xlsx deploy/suixi/catalog.yaml\n",
};
static const struct jb_args_spec import_spec = {
    .name = "catalog import",
    .options = import_options,
    .parser = parse,
    .doc =
        N_("Checks an edited workbook, telling every mistake with sheet and cell, and loads it as "
           "the next version. What changes is shown by jibao catalog diff FILE.xlsx. The "
           "configured key signs it and needs the role catalog."),
    .examples = "  jibao catalog diff catalog.xlsx\n"
                "  jibao catalog import --xlsx catalog.xlsx --reason \"two new towns\"\n"
                "  jibao catalog import --xlsx catalog.xlsx --yaml catalog.yaml\n",
};

/* The text is a catalogue: it was read as one. */
static enum jb_exit write_book(const struct input *input, const jb_catalog *catalog,
                               struct jb_slice yaml, const struct jb_contacts_found *found)
{
    const struct jb_yaml_node *root = NULL;
    struct jb_findings findings;
    struct jb_arena arena;
    uint8_t *bytes = NULL;
    size_t len = 0;

    jb_findings_init(&findings);
    jb_arena_init(&arena, TREE_MEMORY_MAX);
    jb_err err = jb_yaml_parse(yaml, "", &arena, &findings, &root);
    if (!err)
        err = jb_catalog_book_write(catalog, root, input->contacts ? found->units : NULL,
                                    found->count, &bytes, &len);
    if (!err)
        err = jb_write_file(input->xlsx, jb_slice_of(bytes, len));
    free(bytes);
    jb_arena_free(&arena);
    jb_findings_free(&findings);
    if (err) {
        fprintf(stderr, _("jibao: %s could not be written (%s)\n"), input->xlsx, jb_err_name(err));
        return JB_EXIT_FAILED;
    }
    printf("%s: ", input->xlsx);
    jb_catalog_print_counts(catalog, stdout);
    return JB_EXIT_OK;
}

enum jb_exit jb_catalog_run_export(struct jb_options *options, int argc, char **argv)
{
    static struct jb_unit_contacts nobody;
    struct jb_contacts_found found = {0};
    struct jb_fetched fetched = {0};
    struct input input = {0};
    struct jb_desk desk;
    struct jb_buf yaml;

    enum jb_exit code = jb_args_parse(&export_spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    jb_buf_init(&yaml, JB_CATALOG_BYTES_MAX);
    if (code == JB_EXIT_OK && input.path)
        code = jb_read_catalog(input.path, &yaml, &fetched.catalog);
    else if (code == JB_EXIT_OK)
        code = jb_ask_catalog_text(&desk, (uint32_t)input.version, &yaml, &fetched);
    if (code == JB_EXIT_OK && !fetched.catalog)
        code = jb_catalog_tell_none();
    if (code == JB_EXIT_OK && input.contacts)
        code = jb_contacts_ask(&desk, NULL, false, &found);
    if (code == JB_EXIT_OK) {
        const struct jb_contacts_found all = {.units = found.units ? found.units : &nobody,
                                              .count = found.count};
        code = write_book(&input, fetched.catalog, jb_buf_slice(&yaml), &all);
    }
    jb_contacts_found_free(&found);
    jb_catalog_free(fetched.catalog);
    jb_buf_free(&yaml);
    jb_desk_free(&desk);
    return code;
}

static enum jb_exit write_yaml(const struct input *input, const struct jb_buf *yaml,
                               const jb_catalog *catalog)
{
    jb_err err = jb_write_file(input->yaml, jb_buf_slice(yaml));

    if (err) {
        fprintf(stderr, _("jibao: %s could not be written (%s)\n"), input->yaml, jb_err_name(err));
        return JB_EXIT_FAILED;
    }
    printf("%s: ", input->yaml);
    jb_catalog_print_counts(catalog, stdout);
    return JB_EXIT_OK;
}

enum jb_exit jb_catalog_run_import(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    jb_catalog *catalog = NULL;
    struct jb_desk desk;
    struct jb_buf yaml;

    enum jb_exit code = jb_args_parse(&import_spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    jb_buf_init(&yaml, JB_CATALOG_BYTES_MAX);
    if (code == JB_EXIT_OK)
        code = jb_read_catalog(input.xlsx, &yaml, &catalog);
    if (code == JB_EXIT_OK && input.yaml)
        code = write_yaml(&input, &yaml, catalog);
    else if (code == JB_EXIT_OK)
        code = jb_catalog_load(&desk, &yaml, catalog, input.reason, input.author);
    jb_catalog_free(catalog);
    jb_buf_free(&yaml);
    jb_desk_free(&desk);
    return code;
}
