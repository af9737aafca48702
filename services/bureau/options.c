/* The options that all commands share, laid over the configuration file. */
#include "options.h"

#include <stdlib.h>
#include <unistd.h>

#include "args.h"
#include "base/conf.h"
#include "base/text.h"

#define CONFIG_PATH "/etc/jibao/jibao.conf"
#define TIMEOUT_SECONDS_MAX 86400

enum {
    KEY_CONFIG = 0x400,
    KEY_TIMEOUT,
    KEY_NO_COLOR,
    KEY_FOR,
    KEY_OUTPUT,
    KEY_ENCODING,
    KEY_FIRST
};

#define FIELD(name) JB_CONF_STRING, offsetof(struct jb_bureau_conf, name)
static const struct jb_conf_key keys[] = {
    {"write", FIELD(write), "tcp://127.0.0.1:5570", 0, 0, N_("address of the write door")},
    {"read", FIELD(read), "tcp://127.0.0.1:5571", 0, 0, N_("address of the read door")},
    {"lang", FIELD(lang), NULL, 0, 0, N_("language of messages: zh or en")},
    {"key", FIELD(key), NULL, 0, 0, N_("file of the key that proves who you are")},
    {"server_key", FIELD(server_key), NULL, 0, 0,
     N_("the aggregator's public key: 64 hexadecimal digits, or a file")},
    {"home", FIELD(home), NULL, 0, 0, N_("state folder of the agent")},
    {"unit", FIELD(unit), NULL, 0, 0, N_("the agent's reporting unit")},
    {"filled_by", FIELD(filled_by), NULL, 0, 0, N_("who filled the form in")},
    {"checked_by", FIELD(checked_by), NULL, 0, 0, N_("who checked it")},
    {"released_by", FIELD(released_by), NULL, 0, 0, N_("who released it")},
};

static const struct argp_option table[] = {
    {"config", KEY_CONFIG, "FILE", 0, N_("read this configuration file"), 90},
    {"write", KEY_FIRST, "ADDRESS", 0, N_("address of the write door (tcp://127.0.0.1:5570)"), 90},
    {"read", KEY_FIRST + 1, "ADDRESS", 0, N_("address of the read door (tcp://127.0.0.1:5571)"),
     90},
    {"lang", KEY_FIRST + 2, "LANG", 0, N_("language of messages: zh or en"), 90},
    {"key", KEY_FIRST + 3, "FILE", 0, N_("file of the key that proves who you are"), 90},
    {"server-key", KEY_FIRST + 4, "KEY", 0,
     N_("the aggregator's public key: 64 hexadecimal digits, or a file"), 90},
    {"format", 'o', "FORMAT|FILE", 0,
     N_("table, csv, json or xlsx, for figures sdmx-csv too; or a file to write, whole or not at "
        "all, that ends in .txt, .csv, .json, .xlsx or .sdmx.csv"),
     91},
    {"output", KEY_OUTPUT, "FILE", 0, N_("write this file, whatever its name ends in"), 91},
    {"encoding", KEY_ENCODING, "NAME", 0,
     N_("of csv and tables: utf-8 (as csv comes on standard output), utf-8-bom (as it comes in "
        "files, for spreadsheets) or gb18030"),
     91},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, N_("how long to wait for an answer"), 91},
    {"for", KEY_FOR, "PERSON", 0,
     N_("ask by the rights of this enrolled person, with a web key (as the gateway does)"), 91},
    {"no-color", KEY_NO_COLOR, NULL, 0, N_("never colour the output"), 91},
    {0},
};

static void set_lang(struct jb_options *options, char *arg, struct argp_state *state)
{
    if (strcmp(arg, "zh") != 0 && strcmp(arg, "en") != 0)
        argp_error(state, _("--lang takes zh or en, not '%s'"), arg);
    options->given[2] = arg;
    jb_text_init(arg); /* at once, so that --help speaks it too */
}

static error_t parse_outlet(struct jb_options *options, int key, char *arg,
                            struct argp_state *state)
{
    struct jb_outlet *outlet = &options->outlet;
    struct jb_outlet file = {0};

    if (key == 'o') {
        options->form_given = true;
        if (jb_outlet_parse(arg, outlet) != JB_OK)
            argp_error(state,
                       _("-o takes table, csv, json, xlsx, sdmx-csv or a file that ends in .txt, "
                         ".csv, .json, .xlsx or .sdmx.csv, not '%s'"),
                       arg);
    } else if (key == KEY_OUTPUT) {
        outlet->path = arg;
        if (!options->form_given && jb_outlet_parse(arg, &file) == JB_OK && file.path) {
            options->form_given = true;
            outlet->form = file.form;
        }
    } else if (jb_outlet_parse_encoding(arg, &outlet->encoding) != JB_OK) {
        argp_error(state, _("--encoding takes utf-8, utf-8-bom or gb18030, not '%s'"), arg);
    }
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct jb_options *options = state->input;
    uint64_t seconds;

    switch (key) {
    case KEY_CONFIG:
        options->config_path = arg;
        return 0;
    case KEY_FIRST:
    case KEY_FIRST + 1:
    case KEY_FIRST + 3:
    case KEY_FIRST + 4:
        options->given[key - KEY_FIRST] = arg;
        return 0;
    case KEY_FIRST + 2:
        set_lang(options, arg, state);
        return 0;
    case KEY_TIMEOUT:
        if (jb_args_uint(arg, TIMEOUT_SECONDS_MAX, &seconds) || seconds == 0)
            argp_error(state, _("--timeout takes a number of seconds, not '%s'"), arg);
        options->timeout_ms = (int)seconds * 1000;
        return 0;
    case KEY_FOR:
        if (!jb_code_valid(jb_slice_str(arg)))
            argp_error(state, _("--for takes a person's code, not '%s'"), arg);
        options->asked_for = arg;
        return 0;
    case KEY_NO_COLOR:
        options->no_color = true;
        return 0;
    case 'o':
    case KEY_OUTPUT:
    case KEY_ENCODING:
        return parse_outlet(options, key, arg, state);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp jb_options_argp = {table, parse, NULL, NULL, NULL, NULL, NULL};

static enum jb_exit read_config(struct jb_options *options)
{
    char why[512] = "";
    const char *path = options->config_path;
    bool asked = true;

    if (!path)
        path = getenv("JIBAO_CONFIG");
    if (!path || !path[0]) {
        path = CONFIG_PATH;
        asked = false;
    }
    if (!asked && access(path, F_OK) != 0)
        return JB_EXIT_OK;
    if (!jb_conf_read(keys, JB_COUNT(keys), &options->conf, path, why, sizeof(why)))
        return JB_EXIT_OK;
    fprintf(stderr, "jibao: %s\n", why[0] ? why : path);
    return JB_EXIT_USAGE;
}

enum jb_exit jb_options_settle(struct jb_options *options)
{
    char why[512];

    jb_conf_defaults(keys, JB_COUNT(keys), &options->conf);
    enum jb_exit code = read_config(options);
    if (code != JB_EXIT_OK)
        return code;
    for (size_t i = 0; i < JB_OPTIONS_GIVEN; i++) {
        if (options->given[i] && jb_conf_set(keys, JB_COUNT(keys), &options->conf, keys[i].name,
                                             options->given[i], why, sizeof(why))) {
            fprintf(stderr, "jibao: %s\n", why);
            return JB_EXIT_USAGE;
        }
    }
    if (options->conf.lang && options->conf.lang[0])
        jb_text_init(options->conf.lang);
    return JB_EXIT_OK;
}

enum jb_exit jb_options_identity(const struct jb_options *options, jb_identity **ret,
                                 struct jb_public_key *ret_server)
{
    char why[1024] = "";

    if (!jb_identity_configured(options->conf.key, options->conf.server_key, ret, ret_server, why,
                                sizeof(why)))
        return JB_EXIT_OK;
    fprintf(stderr, "jibao: %s\n", why);
    return JB_EXIT_USAGE;
}

void jb_options_free(struct jb_options *options)
{
    jb_conf_free(keys, JB_COUNT(keys), &options->conf);
}

bool jb_options_color(const struct jb_options *options, FILE *out)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    return !options->no_color && !(no && no[0]) && term && strcmp(term, "dumb") != 0 &&
           isatty(fileno(out));
}
