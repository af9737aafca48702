/* Options are printed group by group, as in argp; children without a header stand among their
 * parent's options. */
#include "files/help.h"

#include <stdlib.h>

#include "base/base.h"
#include "base/text.h"
#include "files/print.h"

#define COLUMNS_DEFAULT 80
#define COLUMNS_MOST 100 /* longer lines are hard to read */
#define HELP_AT 28       /* where what an option does begins */
#define GROUP_MOST 99

enum { KEY_USAGE = 0x3ff };

/* gettext answers the empty msgid with the message file's header. */
static const char *translated(const char *msgid)
{
    return msgid && msgid[0] ? _(msgid) : "";
}

static uint32_t columns_of(FILE *out)
{
    uint32_t columns = jb_print_columns(out);
    if (columns == 0)
        return COLUMNS_DEFAULT;
    return columns < COLUMNS_MOST ? columns : COLUMNS_MOST;
}

/* Text in lines of at most `columns`, all but the first indented. */
static void print_filled(struct jb_slice text, uint32_t indent, uint32_t columns, FILE *out)
{
    char *copy = jb_xstrndup(text.ptr, text.len), *rest = copy;
    while (*rest) {
        size_t len = jb_text_fit(rest, columns - indent);
        fprintf(out, "%.*s\n", (int)len, rest);
        rest += len + strspn(rest + len, " ");
        if (*rest)
            fprintf(out, "%*s", (int)indent, "");
    }
    free(copy);
}

static void print_usage(const char *name, const char *arguments, FILE *out)
{
    const char *before = _("Usage:");
    do {
        size_t len = strcspn(arguments, "\n");
        fprintf(out, "%s %s%s%s%.*s\n", before, name, _(" [OPTION...]"), len ? " " : "", (int)len,
                arguments);
        arguments += len + (arguments[len] ? 1 : 0);
        before = _("   or:");
    } while (*arguments);
}

static void print_option(const struct argp_option *option, uint32_t columns, FILE *out)
{
    char *left;
    bool letter = option->key > ' ' && option->key < 0x7f;
    bool optional = (option->flags & OPTION_ARG_OPTIONAL) != 0;
    left =
        jb_xasprintf("  %c%c%c --%s%s%s%s", letter ? '-' : ' ', letter ? option->key : ' ',
                     letter ? ',' : ' ', option->name, option->arg ? (optional ? "[=" : "=") : "",
                     option->arg ? option->arg : "", option->arg && optional ? "]" : "");
    const char *help = translated(option->doc);
    uint32_t width = jb_text_width(left);
    fputs(left, out);
    if (width + 2 > HELP_AT)
        fprintf(out, "\n%*s", HELP_AT, "");
    else
        fprintf(out, "%*s", (int)(HELP_AT - width), "");
    print_filled(jb_slice_str(help), HELP_AT, columns, out);
    free(left);
}

static void print_group(const struct argp *argp, int group, uint32_t columns, FILE *out)
{
    const struct argp_option *option = argp->options;
    for (; option && (option->name || option->key || option->doc); option++) {
        if (option->name && option->group == group && !(option->flags & OPTION_HIDDEN))
            print_option(option, columns, out);
    }
    for (const struct argp_child *child = argp->children; child && child->argp; child++) {
        if (!child->header)
            print_group(child->argp, group, columns, out);
    }
}

static void print_groups(const struct argp *argp, uint32_t columns, FILE *out)
{
    for (int group = 0; group <= GROUP_MOST; group++)
        print_group(argp, group, columns, out);
}

/* The options under headers follow the others, wherever their tables hang. */
static void print_headed(const struct argp *argp, uint32_t columns, FILE *out)
{
    for (const struct argp_child *child = argp->children; child && child->argp; child++) {
        if (!child->header) {
            print_headed(child->argp, columns, out);
            continue;
        }
        fprintf(out, "\n%s\n", translated(child->header));
        print_groups(child->argp, columns, out);
    }
}

/* argp's own messages point at --usage, so it is there. */
const struct argp_option jb_help_options[] = {
    {"help", '?', NULL, 0, N_("show this help"), 95},
    {"usage", KEY_USAGE, NULL, OPTION_HIDDEN, NULL, 95},
    {0},
};

void jb_help_print(const struct argp *argp, const char *name, FILE *out)
{
    uint32_t columns = columns_of(out);
    const char *doc = translated(argp->doc);
    size_t before = strcspn(doc, "\v");
    const char *gap = strstr(doc, "\n\n");
    if (gap && (size_t)(gap - doc) < before)
        before = (size_t)(gap - doc);
    const char *after = doc + before;
    after += strspn(after, "\v\n");
    print_usage(name, argp->args_doc ? argp->args_doc : "", out);
    print_filled(jb_slice_of(doc, before), 0, columns, out);
    fputc('\n', out);
    print_groups(argp, columns, out);
    print_headed(argp, columns, out);
    if (*after)
        fprintf(out, "\n%s%s", after, after[strlen(after) - 1] == '\n' ? "" : "\n");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    const struct argp *argp = state->root_argp;
    (void)arg;
    if (key == ARGP_KEY_INIT) {
        state->child_inputs[0] = state->input;
        return 0;
    }
    if (key == '?')
        jb_help_print(argp, state->name, stdout);
    else if (key == KEY_USAGE)
        print_usage(state->name, argp->args_doc ? argp->args_doc : "", stdout);
    else
        return ARGP_ERR_UNKNOWN;
    exit(fflush(stdout) != 0);
}

error_t jb_help_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    struct argp inner = *argp; /* argp would print the arguments of both */
    const struct argp_child children[] = {{&inner, 0, NULL, 0}, {0}};
    const struct argp whole = {
        jb_help_options, parse, argp->args_doc, argp->doc, children, NULL, NULL};
    inner.args_doc = inner.doc = NULL;
    return argp_parse(&whole, argc, argv, ARGP_NO_HELP, NULL, input);
}
