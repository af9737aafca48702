/* jibao-aggregator: chooses the sub-command. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "commands.h"

struct command {
    const char *name, *about;
    int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
    {"init", N_("make a new store"), jb_command_init},
    {"run", N_("serve the store"), jb_command_run},
    {"backup", N_("copy a store, also while it is served"), jb_command_backup},
    {"restore", N_("make a new store from a backup"), jb_command_restore},
    {"verify", N_("prove that everything follows from the ledger"), jb_command_verify},
    {"rebuild", N_("make everything anew from the ledger"), jb_command_rebuild},
    {"audit", N_("check an exported ledger without a store"), jb_command_audit},
    {"dump", N_("print every record as text"), jb_command_dump},
};

static void print_help(FILE *out)
{
    fprintf(out, _("Usage: jibao-aggregator COMMAND [OPTION...]\n\n"
                   "Keeps the quarterly figures of many units: writes each submission once into a\n"
                   "ledger, keeps every total up to date, answers questions and live "
                   "watches.\n\n"));
    for (size_t i = 0; i < JB_COUNT(commands); i++)
        fprintf(out, "  %-9s %s\n", commands[i].name, _(commands[i].about));
    fprintf(out, _("\nExample:\n"
                   "  jibao-aggregator init --dir /var/lib/jibao\n"
                   "  jibao-aggregator run --dir /var/lib/jibao\n\n"
                   "jibao-aggregator COMMAND --help tells the options of a command.\n"));
}

int main(int argc, char **argv)
{
    jb_text_init(NULL);
    if (sodium_init() < 0) {
        fprintf(stderr, _("jibao-aggregator: the random source does not work\n"));
        return JB_EXIT_FAILED;
    }
    const char *wanted = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < JB_COUNT(commands); i++) {
        if (strcmp(wanted, commands[i].name) != 0)
            continue;
        char *name = jb_xasprintf("jibao-aggregator %s", commands[i].name);
        argv[1] = name; /* what argp prints in its messages */
        int code = commands[i].run(argc - 1, argv + 1);
        free(name);
        return code;
    }
    if (strcmp(wanted, "--help") == 0 || strcmp(wanted, "help") == 0) {
        print_help(stdout);
        return JB_EXIT_OK;
    }
    if (strcmp(wanted, "--version") == 0) {
        printf("jibao-aggregator %s\n", JIBAO_VERSION);
        return JB_EXIT_OK;
    }
    if (wanted[0])
        fprintf(stderr, _("jibao-aggregator: no such command: %s\n"), wanted);
    print_help(stderr);
    return JB_EXIT_USAGE;
}
