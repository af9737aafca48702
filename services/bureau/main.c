/* jibao, the bureau's and operator's command line: a table of commands. Shared options may stand
 * before the command and behind it. */
#include <argp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "commands.h"

#ifndef JIBAO_VERSION
#define JIBAO_VERSION "unknown"
#endif

static const struct jb_command commands[] = {
    {"query", N_("totals over units and periods: what, compared, as of when"), jb_cmd_query},
    {"status", N_("who has reported: forms and rows, what is missing"), jb_cmd_status},
    {"history", N_("every revision of one figure: who, when, why"), jb_cmd_history},
    {"explain", N_("which figures make up a total"), jb_cmd_explain},
    {"watch", N_("changes as they come, live and resumable"), jb_cmd_watch},
    {"diff", N_("what two views, releases or moments show differently"), jb_cmd_diff},
    {"release", N_("what was published: by whom, when, what changed"), jb_cmd_release},
    {"report", N_("a report from a template in Word or Markdown"), jb_cmd_report},
    {"export", N_("all figures of a whole period"), jb_cmd_export},
    {"collate", N_("what the units wrote, gathered for a report"), jb_cmd_collate},
    {"print", N_("forms, tables and lists as documents to print"), jb_cmd_print},
    {"period", N_("open, amend, close and list reporting periods"), jb_cmd_period},
    {"filing", N_("accept or return what a unit submitted"), jb_cmd_filing},
    {"notices", N_("chasing and correction notices, and what is unanswered"), jb_cmd_notices},
    {"publish", N_("make a closed period's next release"), jb_cmd_publish},
    {"catalog", N_("check, load, show or compare the catalogue"), jb_cmd_catalog},
    {"key", N_("make or show a key; let keys in, or keep them out"), jb_cmd_key},
    {"contacts", N_("whom to call about a unit's forms"), jb_cmd_contacts},
    {"audit", N_("who changed what; the ledger as a file, and its check"), jb_cmd_audit},
    {"verify", N_("prove that every total is the sum of the ledger"), jb_cmd_verify},
    {"backup", N_("copy the store while it is in use"), jb_cmd_backup},
    {"restore", N_("make a store from a backup"), jb_cmd_restore},
    {"rebuild", N_("derive every total anew from the ledger"), jb_cmd_rebuild},
    {NULL, NULL, NULL},
};

struct start {
    struct jb_options *options;
    int command_at; /* in argv; 0: none */
};

static void print_help(FILE *out)
{
    fputs(_("Usage: jibao [OPTION...] COMMAND [OPTION...]\n\n"
            "Asks the aggregator for what the departments reported.\n\nCommands:\n"),
          out);
    for (const struct jb_command *c = commands; c->name; c++) {
        fputs("  ", out);
        jb_print_padded(c->name, 10, JB_LEFT, out);
        fprintf(out, "%s\n", _(c->summary));
    }
    fputs(_("\nOptions of all commands:\n"
            "  --read ADDRESS, --write ADDRESS   where the aggregator's doors are\n"
            "  --key FILE, --server-key KEY      who you are, and who the aggregator must be\n"
            "  --config FILE                     read this configuration file\n"
            "  --lang zh|en                      language of messages and names\n"
            "  -o table|csv|json|xlsx|FILE       form of the output, or a file to write\n"
            "  --timeout SECONDS, --no-color\n\n"),
          out);
    fputs(_("Examples:\n"), out);
    fputs("  jibao query --unit suixi --period 2022 --compare yoy\n"
          "  jibao status --under suixi --period 2023-Q2 --summary\n"
          "  jibao watch --unit suixi\n\n",
          out);
    fputs(_("jibao COMMAND --help says more about each.\n"), out);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct start *start = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = start->options;
        return 0;
    case '?':
        print_help(stdout);
        exit(JB_EXIT_OK);
    case 'V':
        printf("jibao %s\n", JIBAO_VERSION);
        exit(JB_EXIT_OK);
    case ARGP_KEY_ARG:
        (void)arg;
        start->command_at = state->next - 1;
        state->next = state->argc; /* the rest is the command's */
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What was found wrong (verify, audit) is an output like any other; half an answer is none. */
static enum jb_exit finish(enum jb_exit code)
{
    enum jb_outlet_end end = code == JB_EXIT_OK        ? JB_END_GOOD
                             : code == JB_EXIT_REFUSED ? JB_END_REFUSED
                                                       : JB_END_FAILED;

    if (!jb_outlet_finish("jibao", end) && code == JB_EXIT_OK)
        return JB_EXIT_FAILED;
    return code;
}

int main(int argc, char **argv)
{
    static const struct argp_option table[] = {
        {"help", '?', NULL, 0, NULL, 0}, {"version", 'V', NULL, 0, NULL, 0}, {0}};
    static const struct argp_child children[] = {{&jb_options_argp, 0, NULL, 0},
                                                 {NULL, 0, NULL, 0}};
    static const struct argp argp = {table, parse, NULL, NULL, children, NULL, NULL};
    struct jb_options options = {0};
    struct start start = {&options, 0};

    jb_text_init(NULL);
    if (sodium_init() < 0) {
        fputs(_("jibao: the random source does not work\n"), stderr);
        return JB_EXIT_FAILED;
    }
    argp_err_exit_status = JB_EXIT_USAGE;
    jb_ignore(argp_parse(&argp, argc, argv, ARGP_IN_ORDER | ARGP_NO_HELP, NULL, &start) != 0);
    if (start.command_at == 0) {
        print_help(stderr);
        return JB_EXIT_USAGE;
    }
    enum jb_exit code = jb_command_dispatch(commands, _("there is no command"), &options,
                                            argc - start.command_at, argv + start.command_at);
    jb_options_free(&options);
    return finish(code);
}
