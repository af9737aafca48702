/* jibao contacts: whom to call about a unit's forms. list shows, load replaces what a file names,
 * erase forgets. Each change is one signed message that names the version it replaces. */
#include <stdlib.h>

#include "args.h"
#include "ask.h"
#include "base/text.h"
#include "catalog_show.h"
#include "commands.h"
#include "contacts_ask.h"
#include "contacts_file.h"

enum { KEY_UNIT = 0x200, KEY_UNDER, KEY_NAME, KEY_ENCODING };

struct input {
    const char *unit, *under, *name, *path;
    enum jb_encoding encoding;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_UNIT:
        input->unit = arg;
        return 0;
    case KEY_UNDER:
        input->under = arg;
        return 0;
    case KEY_NAME:
        input->name = arg;
        return 0;
    case KEY_ENCODING:
        if (jb_encoding_parse(jb_slice_str(arg), &input->encoding) != JB_OK)
            argp_error(state, _("--encoding takes utf-8 or gb18030, not '%s'"), arg);
        return 0;
    case ARGP_KEY_ARG:
        if (input->path)
            argp_error(state, _("too many files"));
        input->path = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option list_options[] = {
    {"unit", KEY_UNIT, "UNIT", 0, N_("the contacts of this unit"), 1},
    {"under", KEY_UNDER, "UNIT", 0, N_("of this unit and all units below it"), 1},
    {0},
};
static const struct argp_option load_options[] = {
    {"encoding", KEY_ENCODING, "NAME", 0, N_("of the file, when it is not recognised"), 1},
    {0},
};
static const struct argp_option erase_options[] = {
    {"unit", KEY_UNIT, "UNIT", 0, N_("the unit, by code"), 1},
    {"name", KEY_NAME, "NAME", 0, N_("only the contact of this name; default: all of the unit"), 1},
    {0},
};

static const struct jb_args_spec list_spec = {
    .name = "contacts list",
    .options = list_options,
    .parser = parse,
    .doc = N_("Lists whom to call: all units for a key of role periods, the units that it reviews "
              "for one of role review, its own for one of role report. CSV and workbooks can be "
              "loaded again."),
    .examples = "  jibao contacts list\n"
                "  jibao contacts list --under government\n"
                "  jibao contacts list --unit justice -o csv > contacts.csv\n",
};
static const struct jb_args_spec load_spec = {
    .name = "contacts load",
    .options = load_options,
    .parser = parse,
    .arguments = "FILE.csv|FILE.xlsx",
    .doc =
        N_("Replaces the contacts of the units that the file names; others keep theirs. Columns: "
           "unit, role (leader, filler, head, other), name, telephone, mobile, email, note. "
           "With a mistake in it nothing is taken. It needs the role periods."),
    .examples = "  jibao contacts load contacts.csv\n"
                "  jibao contacts load catalog.xlsx    the sheet of its name\n",
};
static const struct jb_args_spec erase_spec = {
    .name = "contacts erase",
    .options = erase_options,
    .parser = parse,
    .doc = N_("Forgets the contacts of a unit, or one of them. They are overwritten in the store; "
              "backups keep what they had on their day, until they are removed. It needs the role "
              "periods."),
    .examples = "  jibao contacts erase --unit justice\n"
                "  jibao contacts erase --unit justice --name NAME\n",
};

static void print_contacts(const struct jb_contacts_found *found, enum jb_output output)
{
    struct jb_column columns[JB_CONTACTS_FILE_COLUMNS] = {
        {.key = "unit"},   {.key = "role"},  {.key = "name"}, {.key = "telephone"},
        {.key = "mobile"}, {.key = "email"}, {.key = "note"},
    };

    for (uint32_t i = 0; i < JB_COUNT(columns); i++)
        columns[i].title = jb_contacts_file_title(i); /* so that a workbook can be loaded again */
    jb_table *table = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < found->count; i++) {
        const struct jb_unit_contacts *unit = &found->units[i];
        for (uint32_t k = 0; k < unit->count; k++) {
            struct jb_contact contact = unit->items[k];
            jb_table_cellf(table, "%.*s", JB_ARG(unit->unit));
            jb_table_cell(table, output == JB_OUT_TABLE ? jb_contact_role_name(contact.role)
                                                        : jb_contact_role_code(contact.role));
            for (uint32_t t = 0; t < JB_CONTACT_TEXTS; t++)
                jb_table_cellf(table, "%.*s", JB_ARG(*jb_contact_text(&contact, t)));
            jb_table_end_row(table);
        }
    }
    jb_table_print(table, output, NULL, stdout);
    jb_table_free(table);
}

static enum jb_exit run_list(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct jb_desk desk;
    struct jb_contacts_found found = {0};

    enum jb_exit code = jb_args_parse(&list_spec, argc, argv, &input, options);
    if (code == JB_EXIT_OK && ((input.unit && input.under) || input.path)) {
        fputs(_("jibao contacts list: one of --unit and --under, and nothing else\n"), stderr);
        return JB_EXIT_USAGE;
    }
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = jb_contacts_ask(&desk, input.under ? input.under : input.unit, input.under != NULL,
                               &found);
    if (code == JB_EXIT_OK)
        print_contacts(&found, options->output);
    jb_contacts_found_free(&found);
    jb_desk_free(&desk);
    return code;
}

static enum jb_exit load(struct jb_desk *desk, const struct input *input,
                         struct jb_fetched *fetched, struct jb_contacts_file *file)
{
    uint64_t version = 0;
    enum jb_exit code = jb_ask_catalog(desk, 0, fetched);

    if (code == JB_EXIT_OK && !fetched->catalog)
        code = jb_catalog_tell_none();
    if (code != JB_EXIT_OK)
        return code;
    jb_ignore(jb_contacts_file_read(input->path, input->encoding, fetched->catalog, file,
                                    &desk->findings)); /* the findings say so */
    code = jb_desk_settle(desk, JB_OK);
    if (code == JB_EXIT_OK)
        code = jb_contacts_version(desk, &version);
    if (code == JB_EXIT_OK)
        code = jb_contacts_put(desk, file->units, file->unit_count, version);
    if (code == JB_EXIT_OK)
        printf(_("loaded: %u contacts of %u units\n"), file->contact_count, file->unit_count);
    return code;
}

static enum jb_exit run_load(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct jb_desk desk;
    struct jb_fetched fetched = {0};
    struct jb_contacts_file file = {0};

    enum jb_exit code = jb_args_parse(&load_spec, argc, argv, &input, options);
    if (code == JB_EXIT_OK && !input.path) {
        fputs(_("jibao contacts load: name the file; see jibao contacts load --help\n"), stderr);
        return JB_EXIT_USAGE;
    }
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = load(&desk, &input, &fetched, &file);
    jb_contacts_file_free(&file);
    jb_catalog_free(fetched.catalog);
    jb_desk_free(&desk);
    return code;
}

/* The unit's contacts without those of that name. */
static enum jb_exit erase(struct jb_desk *desk, const struct input *input,
                          struct jb_contacts_found *found)
{
    struct jb_contact left[JB_UNIT_CONTACTS_MAX];
    struct jb_unit_contacts after = {.items = left};
    enum jb_exit code = jb_contacts_ask(desk, input->unit, false, found);
    uint32_t erased = 0;

    if (code != JB_EXIT_OK)
        return code;
    for (uint32_t i = 0; found->count && i < found->units[0].count; i++) {
        const struct jb_contact *contact = &found->units[0].items[i];
        if (!input->name || jb_slice_is(contact->name, input->name))
            erased++;
        else
            left[after.count++] = *contact;
    }
    if (erased == 0) {
        fputs(_("jibao contacts erase: there is no such contact\n"), stderr);
        return JB_EXIT_FAILED;
    }
    after.unit = found->units[0].unit;
    code = jb_contacts_put(desk, &after, 1, found->version);
    if (code == JB_EXIT_OK)
        printf(_("erased: %u contacts of %.*s\n"), erased, JB_ARG(after.unit));
    return code;
}

static enum jb_exit run_erase(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct jb_desk desk;
    struct jb_contacts_found found = {0};

    enum jb_exit code = jb_args_parse(&erase_spec, argc, argv, &input, options);
    if (code == JB_EXIT_OK && (!input.unit || input.path)) {
        fputs(_("jibao contacts erase: name the --unit; see jibao contacts erase --help\n"),
              stderr);
        return JB_EXIT_USAGE;
    }
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = erase(&desk, &input, &found);
    jb_contacts_found_free(&found);
    jb_desk_free(&desk);
    return code;
}

static const struct jb_command verbs[] = {
    {"list", N_("whom to call"), run_list},
    {"load", N_("replaces the contacts of the units in a file"), run_load},
    {"erase", N_("forgets the contacts of a unit, or one of them"), run_erase},
    {NULL, NULL, NULL},
};

static void print_help(FILE *out)
{
    fputs(
        _("Usage: jibao contacts COMMAND [OPTION...]\n\n"
          "Whom to call about a unit's forms. Contacts are kept beside the ledger, not in it, so\n"
          "that they can be erased; only those who chase forms see them.\n\n"),
        out);
    for (const struct jb_command *verb = verbs; verb->name; verb++) {
        fputs("  ", out);
        jb_print_padded(verb->name, 10, JB_LEFT, out);
        fprintf(out, "%s\n", _(verb->summary));
    }
    fputs(_("\njibao contacts COMMAND --help says more about each.\n"), out);
    fputs(_("Examples:"), out);
    fputs("\n  jibao contacts list --under government\n"
          "  jibao contacts load contacts.csv\n"
          "  jibao contacts erase --unit justice\n",
          out);
}

enum jb_exit jb_cmd_contacts(struct jb_options *options, int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0) {
        print_help(argc < 2 ? stderr : stdout);
        return argc < 2 ? JB_EXIT_USAGE : JB_EXIT_OK;
    }
    return jb_command_dispatch(verbs, _("there is no command contacts"), options, argc - 1,
                               argv + 1);
}
