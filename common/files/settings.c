/* One table of keys makes the parser of the file, the options and their help. */
#include "files/settings.h"

#include <argp.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "files/help.h"

#define WHY_BYTES 256

struct arguments {
    const struct jb_settings *settings;
    const char *config;
    struct {
        const char *key, *value;
    } given[JB_SETTINGS_KEYS_MAX];
    size_t count;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    if (key == 'c') {
        arguments->config = arg;
        return 0;
    }
    if (key == ARGP_KEY_ARG)
        argp_error(state, _("too many arguments"));
    if (key < 256 || (size_t)(key - 256) >= arguments->settings->count)
        return ARGP_ERR_UNKNOWN;
    if (arguments->count == JB_SETTINGS_KEYS_MAX)
        argp_error(state, _("too many arguments"));
    arguments->given[arguments->count].key = arguments->settings->keys[key - 256].name;
    arguments->given[arguments->count++].value = arg;
    return 0;
}

static void parse_line(const struct jb_settings *settings, int argc, char **argv,
                       struct arguments *arguments)
{
    struct argp_option options[JB_SETTINGS_KEYS_MAX + 2] = {0};
    char *helps[JB_SETTINGS_KEYS_MAX], *names[JB_SETTINGS_KEYS_MAX];
    const struct jb_conf_key *keys = settings->keys;
    jb_assert(settings->count <= JB_SETTINGS_KEYS_MAX);
    for (size_t i = 0; i < settings->count; i++) {
        helps[i] = keys[i].def ? jb_xasprintf(_("%s (default %s)"), _(keys[i].help), keys[i].def)
                               : jb_xstrdup(_(keys[i].help));
        names[i] = jb_xstrdup(keys[i].name);
        for (char *p = names[i]; (p = strchr(p, '_'));)
            *p = '-';
        options[i] = (struct argp_option){names[i], 256 + (int)i, "VALUE", 0, helps[i], 0};
    }
    options[settings->count] = (struct argp_option){
        "config", 'c', "FILE", 0, _("read these settings from a file of key = value lines"), 0};
    const struct argp argp = {.options = options, .parser = parse_option, .doc = settings->doc};
    jb_ignore(jb_help_parse(&argp, argc, argv, arguments) != 0);
    for (size_t i = 0; i < settings->count; i++) {
        free(helps[i]);
        free(names[i]);
    }
}

bool jb_settings_read(const struct jb_settings *settings, int argc, char **argv, void *conf)
{
    struct arguments arguments = {.settings = settings};
    char why[WHY_BYTES] = "";
    jb_err err = JB_OK;
    parse_line(settings, argc, argv, &arguments);
    jb_conf_defaults(settings->keys, settings->count, conf);
    const char *file = arguments.config;
    if (!file && settings->file && access(settings->file, F_OK) == 0)
        file = settings->file;
    if (file) {
        err = jb_conf_read(settings->keys, settings->count, conf, file, why, sizeof(why));
        if (err == JB_ENOTFOUND)
            snprintf(why, sizeof(why), _("%.200s: no such file"), file);
    }
    for (size_t i = 0; !err && i < arguments.count; i++)
        err = jb_conf_set(settings->keys, settings->count, conf, arguments.given[i].key,
                          arguments.given[i].value, why, sizeof(why));
    if (err)
        fprintf(stderr, "%s: %s\n", settings->program, why);
    return !err;
}
