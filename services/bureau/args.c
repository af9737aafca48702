/* argp with three things that it lacks: one home for the shared options, examples under every
 * --help, and a suggestion for an option that does not exist. */
#include "args.h"

#include <stdlib.h>

#include "base/text.h"
#include "files/help.h"
#include "model/nearest.h"

struct inputs {
    void *own;
    struct jb_options *options;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct inputs *inputs = state->input;

    (void)arg;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = inputs->own;
    state->child_inputs[1] = inputs->options;
    return 0;
}

/* getopt takes any unambiguous beginning of a name. */
static bool is_known(const struct argp_option *options, struct jb_slice name,
                     struct jb_nearest *nearest)
{
    for (; options && (options->name || options->key || options->doc); options++) {
        if (!options->name)
            continue;
        if (strncmp(options->name, (const char *)name.ptr, name.len) == 0)
            return true;
        jb_nearest_offer(nearest, options->name);
    }
    return false;
}

static void check_option(const struct jb_args_spec *spec, const char *arg)
{
    struct jb_nearest nearest;
    struct jb_slice name = jb_slice_str(arg + 2);
    const char *equals = strchr(arg, '=');

    if (equals)
        name.len = (size_t)(equals - arg) - 2;
    jb_nearest_init(&nearest, name);
    if (name.len == 0 || is_known(spec->options, name, &nearest) ||
        is_known(jb_options_argp.options, name, &nearest) ||
        is_known(jb_help_options, name, &nearest))
        return;
    fprintf(stderr, _("jibao %s: there is no option --%.*s"), spec->name, JB_ARG(name));
    if (jb_nearest_result(&nearest)[0])
        fprintf(stderr, _("; did you mean --%s?"), jb_nearest_result(&nearest));
    fputc('\n', stderr);
    char *command = jb_xasprintf("jibao %s", spec->name);
    /* argp says it in these words too. */
    fprintf(stderr, _("Try `%s --help' or `%s --usage' for more information.\n"), command, command);
    free(command);
    exit(JB_EXIT_USAGE);
}

/* The text of --help. No empty part stands behind the tab: gettext answers the empty msgid with the
 * message file's header. */
static char *doc_of(const struct jb_args_spec *spec)
{
    if (!spec->examples)
        return jb_xstrdup(_(spec->doc));
    return jb_xasprintf("%s\v%s\n%s", _(spec->doc), _("Examples:"), spec->examples);
}

/* Everything is known by now; what is printed from here on goes where it was asked to. */
static enum jb_exit open_outlet(const struct jb_args_spec *spec, struct jb_options *options)
{
    struct jb_outlet *outlet = &options->outlet;
    char why[512] = "";

    if (!options->form_given)
        outlet->form = spec->form;
    options->output = jb_outlet_output(outlet);
    if (outlet->form == JB_FORM_SDMX && !spec->sdmx)
        snprintf(why, sizeof(why), _("sdmx-csv is for figures: query and export"));
    else if (spec->endless && !jb_outlet_is_plain(outlet))
        snprintf(why, sizeof(why),
                 _("it has no end, so it goes to standard output only, as table, "
                   "csv or json"));
    else if (jb_outlet_open(outlet, why, sizeof(why)))
        return JB_EXIT_OK;
    fprintf(stderr, "jibao %s: %s\n", spec->name, why);
    return JB_EXIT_USAGE;
}

enum jb_exit jb_args_parse(const struct jb_args_spec *spec, int argc, char **argv, void *input,
                           struct jb_options *options)
{
    struct inputs inputs = {input, options};
    struct argp own = {spec->options, spec->parser, NULL, NULL, NULL, NULL, NULL};
    struct argp_child children[] = {
        {&own, 0, NULL, 0}, {&jb_options_argp, 0, N_("Common options:"), 90}, {NULL, 0, NULL, 0}};
    char *doc = doc_of(spec), *name = jb_xasprintf("jibao %s", spec->name);
    struct argp whole = {NULL, parse, spec->arguments, doc, children, NULL, NULL};

    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) == 0)
            check_option(spec, argv[i]);
    }
    argv[0] = name;
    jb_ignore(jb_help_parse(&whole, argc, argv, &inputs) != 0);
    argv[0] = NULL;
    free(name);
    free(doc);
    enum jb_exit code = jb_options_settle(options);
    return code == JB_EXIT_OK ? open_outlet(spec, options) : code;
}

void jb_args_unknown(const char *what, const char *given, const char *const *words)
{
    struct jb_nearest nearest;

    jb_nearest_init(&nearest, jb_slice_str(given));
    for (size_t i = 0; words[i]; i++)
        jb_nearest_offer(&nearest, words[i]);
    fprintf(stderr, "jibao: %s '%s'", what, given);
    if (jb_nearest_result(&nearest)[0])
        fprintf(stderr, _("; did you mean %s?"), jb_nearest_result(&nearest));
    fputc('\n', stderr);
}

jb_err jb_args_uint(const char *text, uint64_t max, uint64_t *ret)
{
    uint64_t v = 0;

    if (!text[0])
        return JB_EINVAL;
    for (const char *c = text; *c; c++) {
        if (*c < '0' || *c > '9')
            return JB_EINVAL;
    }
    for (const char *c = text; *c; c++) {
        if (__builtin_mul_overflow(v, 10u, &v) ||
            __builtin_add_overflow(v, (uint64_t)(*c - '0'), &v) || v > max)
            return JB_ERANGE;
    }
    *ret = v;
    return JB_OK;
}

void jb_list_add(struct jb_list *list, struct jb_slice item)
{
    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 8;
        list->items = jb_xrealloc(list->items, list->cap * sizeof(*list->items));
    }
    list->items[list->count++] = item;
}

/* The part before the next comma; *text moves behind it. */
static struct jb_slice next_part(struct jb_slice *text)
{
    const uint8_t *comma = memchr(text->ptr, ',', text->len);
    struct jb_slice part = *text;

    part.len = comma ? (size_t)(comma - text->ptr) : text->len;
    size_t used = part.len + (comma != NULL);
    *text = jb_slice_of(text->ptr + used, text->len - used);
    return part;
}

void jb_list_add_codes(struct jb_list *list, const char *text)
{
    struct jb_slice whole = jb_slice_str(text);

    for (struct jb_slice rest = whole; rest.len;) {
        if (!jb_code_valid(next_part(&rest))) {
            jb_list_add(list, whole);
            return;
        }
    }
    jb_list_add_split(list, text);
}

void jb_list_add_split(struct jb_list *list, const char *text)
{
    struct jb_slice rest = jb_slice_str(text);

    do
        jb_list_add(list, next_part(&rest));
    while (rest.len);
}

void jb_list_free(struct jb_list *list)
{
    free(list->items);
    *list = (struct jb_list){0};
}
