/* jibao key: makes and shows key files, offline. What needs the aggregator (who may do what) is a
 * verb of the same table. */
#include <stdlib.h>
#include <unistd.h>

#include "args.h"
#include "base/text.h"
#include "cmd_key_grant.h"
#include "commands.h"
#include "words.h"

#define WHY_BYTES 1024

struct key_input {
    const char *path;
    const char *label;
};

enum { KEY_LABEL = 0x200 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct key_input *input = state->input;

    switch (key) {
    case KEY_LABEL:
        if (!jb_key_label_valid(jb_slice_str(arg)))
            argp_error(state, _("--label takes one line of at most %u bytes"),
                       JB_KEY_LABEL_BYTES_MAX);
        input->label = arg;
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

static const struct argp_option new_options[] = {
    {"label", KEY_LABEL, "TEXT", 0, N_("the person or device that holds it"), 1},
    {0},
};

static const struct jb_args_spec new_spec = {
    .name = "key new",
    .options = new_options,
    .parser = parse,
    .arguments = "FILE",
    .doc = N_("Makes a new key. FILE gets the secret, which only you may read and which nobody "
              "ever asks for; FILE.pub is what to hand over. A file that is there is never "
              "overwritten."),
    .examples = "  jibao key new /etc/jibao/agent.key --label \"县司法局\"\n"
                "  jibao key new ~/.config/jibao/me.key --label \"张三\"\n",
};

static const struct jb_args_spec show_spec = {
    .name = "key show",
    .parser = parse,
    .arguments = "FILE",
    .doc = N_("Shows the public half of a key file, secret or public: the key, its short form "
              "(which tells keys apart but proves nothing) and the CURVE key of its connections. "
              "The secret is never shown."),
    .examples = "  jibao key show /etc/jibao/agent.key\n"
                "  jibao key show agent.key.pub -o json\n",
};

static enum jb_exit read_arguments(const struct jb_args_spec *spec, struct jb_options *options,
                                   int argc, char **argv, struct key_input *ret)
{
    enum jb_exit code = jb_args_parse(spec, argc, argv, ret, options);

    if (code != JB_EXIT_OK || ret->path)
        return code;
    fprintf(stderr, _("jibao %s: name the key's file; see jibao %s --help\n"), spec->name,
            spec->name);
    return JB_EXIT_USAGE;
}

static void print_line(const char *title, const char *text)
{
    jb_print_padded(title, 12, JB_LEFT, stdout);
    printf("%s\n", text);
}

static void print_key(const struct jb_public_key *key, const char *label, bool secret,
                      enum jb_output output)
{
    static const struct jb_column columns[] = {
        {.key = "short"}, {.key = "public"}, {.key = "curve"}, {.key = "label"}, {.key = "holds"}};
    char nick[JB_KEY_SHORT_SIZE], hex[JB_KEY_HEX_SIZE], curve_hex[JB_KEY_HEX_SIZE];
    uint8_t curve[JB_KEY_BYTES];

    jb_public_short(key, nick);
    jb_public_format(key, hex);
    jb_public_curve(key, curve);
    jb_words_hex(curve, sizeof(curve), curve_hex);
    if (output == JB_OUT_TABLE) {
        print_line(_("key"), nick);
        if (label[0])
            print_line(_("label"), label);
        print_line(_("public key"), hex);
        print_line(_("CURVE key"), curve_hex);
        print_line(_("file holds"),
                   secret ? _("the secret and the public half") : _("the public half"));
        return;
    }
    jb_table *table = jb_table_new(columns, JB_COUNT(columns));
    jb_table_cell(table, nick);
    jb_table_cell(table, hex);
    jb_table_cell(table, curve_hex);
    jb_table_cell(table, label);
    jb_table_cell(table, secret ? "secret" : "public");
    jb_table_end_row(table);
    jb_table_print(table, output, NULL, stdout);
    jb_table_free(table);
}

static enum jb_exit tell_not_written(const char *path, jb_err err)
{
    if (err == JB_EEXIST)
        fprintf(stderr, _("jibao: %s exists already and is left as it is\n"), path);
    else
        fprintf(stderr, _("jibao: cannot write %s (%s)\n"), path, jb_err_name(err));
    return JB_EXIT_FAILED;
}

/* Both names must be free before either is taken, so that a mistake leaves nothing behind. */
static enum jb_exit write_pair(const jb_identity *identity, const char *path,
                               const char *public_path)
{
    if (access(path, F_OK) == 0)
        return tell_not_written(path, JB_EEXIST);
    if (access(public_path, F_OK) == 0)
        return tell_not_written(public_path, JB_EEXIST);
    jb_err err = jb_identity_save(identity, path);
    if (err)
        return tell_not_written(path, err);
    err = jb_public_save(jb_identity_public(identity), jb_identity_label(identity), public_path);
    if (!err)
        return JB_EXIT_OK;
    fprintf(stderr, _("jibao: %s is good; jibao key show prints its public half\n"), path);
    return tell_not_written(public_path, err);
}

static void print_next(const char *path, const char *public_path)
{
    char *whole = realpath(path, NULL);

    printf(_("\nWritten: %s (secret; keep it where it is) and %s.\n\n"
             "Next:\n"
             "  1. Hand %s to those who manage the keys and compare the public key above with\n"
             "     them, in person or on paper. They let it in with jibao key allow.\n"
             "  2. Write into your configuration file:\n"
             "         key = %s\n"
             "         server_key = (the aggregator's public key, which they give you)\n"),
           path, public_path, public_path, whole ? whole : path);
    free(whole);
}

static enum jb_exit run_new(struct jb_options *options, int argc, char **argv)
{
    struct key_input input = {NULL, ""};
    enum jb_exit code = read_arguments(&new_spec, options, argc, argv, &input);

    if (code != JB_EXIT_OK)
        return code;
    char *public_path = jb_xasprintf("%s.pub", input.path);
    jb_identity *identity = jb_identity_new();
    jb_identity_set_label(identity, input.label);
    code = write_pair(identity, input.path, public_path);
    if (code == JB_EXIT_OK) {
        print_key(jb_identity_public(identity), input.label, true, options->output);
        if (options->output == JB_OUT_TABLE)
            print_next(input.path, public_path);
    }
    jb_identity_free(identity);
    free(public_path);
    return code;
}

static enum jb_exit run_show(struct jb_options *options, int argc, char **argv)
{
    struct key_input input = {NULL, ""};
    struct jb_public_key key;
    jb_identity *identity = NULL;
    char label[JB_KEY_LABEL_BYTES_MAX + 1], why[WHY_BYTES] = "";
    enum jb_exit code = read_arguments(&show_spec, options, argc, argv, &input);

    if (code != JB_EXIT_OK)
        return code;
    if (jb_key_load(input.path, &key, &identity, label, why, sizeof(why))) {
        fprintf(stderr, "jibao: %s\n", why);
        return JB_EXIT_FAILED;
    }
    print_key(&key, label, identity != NULL, options->output);
    jb_identity_free(identity);
    return JB_EXIT_OK;
}

static const struct jb_command verbs[] = {
    {"new", N_("makes a key: FILE and, to hand over, FILE.pub"), run_new},
    {"show", N_("the public half of a key file"), run_show},
    {"list", N_("who may do what"), jb_key_run_list},
    {"allow", N_("gives a key or a person a role"), jb_key_run_allow},
    {"take", N_("takes a role back"), jb_key_run_take},
    {"suspend", N_("keeps a key out for a while"), jb_key_run_suspend},
    {"resume", N_("lets a suspended key in again"), jb_key_run_resume},
    {"revoke", N_("keeps a key out for ever"), jb_key_run_revoke},
    {"rotate", N_("puts a new key in the place of an old one"), jb_key_run_rotate},
    {NULL, NULL, NULL},
};

static void print_help(FILE *out)
{
    fputs(_("Usage: jibao key COMMAND [OPTION...]\n\n"
            "Keys say who sends and who asks. new and show work without an aggregator; the others\n"
            "are signed with your key, and who changes rights needs the role security.\n\n"),
          out);
    for (const struct jb_command *verb = verbs; verb->name; verb++) {
        fputs("  ", out);
        jb_print_padded(verb->name, 10, JB_LEFT, out);
        fprintf(out, "%s\n", _(verb->summary));
    }
    fputs(_("\njibao key COMMAND --help says more about each.\n"), out);
    fputs(_("Examples:"), out);
    fputs("\n  jibao key new agent.key --label \"县司法局\"\n"
          "  jibao key show agent.key.pub\n"
          "  jibao key allow agent.key.pub --role report --units justice\n"
          "  jibao key revoke agent.key.pub --reason \"lost\"\n",
          out);
}

enum jb_exit jb_cmd_key(struct jb_options *options, int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0) {
        print_help(argc < 2 ? stderr : stdout);
        return argc < 2 ? JB_EXIT_USAGE : JB_EXIT_OK;
    }
    return jb_command_dispatch(verbs, _("there is no command key"), options, argc - 1, argv + 1);
}
