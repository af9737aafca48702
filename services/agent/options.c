/* The options that all commands share, laid over the configuration file. */
#include "options.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/text.h"
#include "files/help.h"
#include "home.h"

#define CONFIG_PATH "/etc/jibao/jibao.conf"

enum { KEY_CONFIG = 0x400, KEY_FIRST = 0x401, KEY_ENCODING = 0x440 };

#define FIELD(name) JB_CONF_STRING, offsetof(struct jb_agent_conf, name)
static const struct jb_conf_key keys[JB_OPTIONS_KEYS] = {
    {"write", FIELD(write), "tcp://127.0.0.1:5570", 0, 0, N_("address of the write door")},
    {"read", FIELD(read), "tcp://127.0.0.1:5571", 0, 0, N_("address of the read door")},
    {"home", FIELD(home), NULL, 0, 0, N_("state folder: catalogue, outbox, receipts")},
    {"lang", FIELD(lang), NULL, 0, 0, N_("language of messages: zh or en")},
    {"unit", FIELD(unit), NULL, 0, 0, N_("the reporting unit, by code or name")},
    {"filled_by", FIELD(filled_by), NULL, 0, 0, N_("who filled the form in")},
    {"checked_by", FIELD(checked_by), NULL, 0, 0, N_("who checked it")},
    {"released_by", FIELD(released_by), NULL, 0, 0, N_("who released it")},
    {"key", FIELD(key), NULL, 0, 0, N_("file of the key that proves who you are")},
    {"server_key", FIELD(server_key), NULL, 0, 0,
     N_("the aggregator's public key: 64 hexadecimal digits, or a file")},
};

#define KEY(number, name, arg, help)                                                               \
    {                                                                                              \
        name, KEY_FIRST + (number), arg, 0, help, 90                                               \
    }
static const struct argp_option options_table[] = {
    {"config", KEY_CONFIG, "FILE", 0, N_("read this configuration file"), 90},
    KEY(0, "write", "ADDRESS", N_("address of the write door (tcp://127.0.0.1:5570)")),
    KEY(1, "read", "ADDRESS", N_("address of the read door (tcp://127.0.0.1:5571)")),
    KEY(2, "home", "DIR", N_("state folder: catalogue, outbox, receipts")),
    KEY(3, "lang", "LANG", N_("language of messages: zh or en")),
    KEY(4, "unit", "UNIT", N_("the reporting unit, by code or name")),
    KEY(5, "filled-by", "NAME", N_("who filled the form in")),
    KEY(6, "checked-by", "NAME", N_("who checked it")),
    KEY(7, "released-by", "NAME", N_("who released it")),
    KEY(8, "key", "FILE", N_("file of the key that proves who you are")),
    KEY(9, "server-key", "KEY",
        N_("the aggregator's public key: 64 hexadecimal digits, or a file")),
    {0},
};
static const struct argp_option output_table[] = {
    {"output", 'o', "FORMAT|FILE", 0,
     N_("table, csv, json or xlsx; or a file to write, whole or not at all, that ends in .txt, "
        ".csv, .json or .xlsx"),
     0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct jb_options *options = state->input;

    if (key >= KEY_FIRST && key < KEY_FIRST + JB_OPTIONS_KEYS) {
        options->given[key - KEY_FIRST] = arg;
        return 0;
    }
    if (key != KEY_CONFIG)
        return ARGP_ERR_UNKNOWN;
    options->config_path = arg;
    return 0;
}

void jb_options_take_output(struct jb_options *options, const char *arg, struct argp_state *state)
{
    if (jb_outlet_parse(arg, &options->outlet) != JB_OK || options->outlet.form == JB_FORM_SDMX)
        argp_error(state,
                   _("-o takes table, csv, json, xlsx or a file that ends in .txt, .csv, .json or "
                     ".xlsx, not '%s'"),
                   arg);
    options->output = jb_outlet_output(&options->outlet);
}

static error_t parse_output(int key, char *arg, struct argp_state *state)
{
    struct jb_options *options = state->input;

    if (key != 'o')
        return ARGP_ERR_UNKNOWN;
    size_t len = strlen(arg);
    if (options->file_allowed && len > 5 && strcasecmp(arg + len - 5, ".xlsx") == 0) {
        options->output_file = arg;
        return 0;
    }
    jb_options_take_output(options, arg, state);
    return 0;
}

static error_t parse_encoding(int key, char *arg, struct argp_state *state)
{
    struct jb_options *options = state->input;

    if (key == ARGP_KEY_INIT)
        state->child_inputs[0] = options;
    if (key != KEY_ENCODING)
        return key == ARGP_KEY_INIT ? 0 : ARGP_ERR_UNKNOWN;
    if (jb_outlet_parse_encoding(arg, &options->outlet.encoding) != JB_OK)
        argp_error(state, _("--encoding takes utf-8, utf-8-bom or gb18030, not '%s'"), arg);
    return 0;
}

static const struct argp_option encoding_table[] = {
    {"encoding", KEY_ENCODING, "NAME", 0,
     N_("of csv and tables: utf-8 (as csv comes on standard output), utf-8-bom (as it comes in "
        "files, for spreadsheets) or gb18030"),
     0},
    {0},
};
static const struct argp_child encoding_children[] = {{&jb_options_output_argp, 0, NULL, 0}, {0}};

const struct argp jb_options_list_argp = {encoding_table,    parse_encoding, NULL, NULL,
                                          encoding_children, NULL,           NULL};
const struct argp jb_options_argp = {options_table, parse, NULL, NULL, NULL, NULL, NULL};
const struct argp jb_options_output_argp = {output_table, parse_output, NULL, NULL,
                                            NULL,         NULL,         NULL};

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
    if (!jb_conf_read(keys, JB_OPTIONS_KEYS, &options->conf, path, why, sizeof(why)))
        return JB_EXIT_OK;
    fprintf(stderr, "jibao-agent: %s\n", why[0] ? why : path);
    return JB_EXIT_USAGE;
}

enum jb_exit jb_options_settle(struct jb_options *options)
{
    char why[512];

    jb_conf_defaults(keys, JB_OPTIONS_KEYS, &options->conf);
    enum jb_exit code = read_config(options);
    if (code != JB_EXIT_OK)
        return code;
    for (size_t i = 0; i < JB_OPTIONS_KEYS; i++) {
        if (options->given[i] && jb_conf_set(keys, JB_OPTIONS_KEYS, &options->conf, keys[i].name,
                                             options->given[i], why, sizeof(why))) {
            fprintf(stderr, "jibao-agent: %s\n", why);
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
    fprintf(stderr, "jibao-agent: %s\n", why);
    return JB_EXIT_USAGE;
}

void jb_options_free(struct jb_options *options)
{
    jb_conf_free(keys, JB_OPTIONS_KEYS, &options->conf);
}

enum jb_exit jb_options_parse(const struct argp *argp, int argc, char **argv, void *input,
                              struct jb_options *options)
{
    char why[512];

    if (jb_help_parse(argp, argc, argv, input) != 0)
        return JB_EXIT_USAGE;
    enum jb_exit code = jb_options_settle(options);
    if (code != JB_EXIT_OK || jb_outlet_open(&options->outlet, why, sizeof(why)))
        return code;
    fprintf(stderr, "jibao-agent: %s\n", why);
    return JB_EXIT_USAGE;
}

enum jb_exit jb_options_home(const struct jb_options *options, char **ret)
{
    jb_err err = jb_home_open(options->conf.home, ret);

    if (!err)
        return JB_EXIT_OK;
    fprintf(stderr, _("jibao-agent: cannot open the state folder %s: %s\n"),
            options->conf.home ? options->conf.home : "~/.local/state/jibao", jb_err_name(err));
    return JB_EXIT_FAILED;
}
