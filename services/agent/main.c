/* jibao-agent: a department's end of jibao. Finds the command and hands it its arguments; options
 * that all commands share may stand before the command or behind it. */
#include <argp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "catalog_cmd.h"
#include "check_cmd.h"
#include "daemon.h"
#include "files/outlet.h"
#include "print_cmd.h"
#include "show.h"
#include "status_cmd.h"
#include "submit_cmd.h"
#include "template.h"

static const struct command {
    const char *name;
    enum jb_exit (*run)(int argc, char **argv);
} commands[] = {
    {"catalog", jb_catalog_cmd}, {"template", jb_template_cmd},  {"check", jb_check_cmd},
    {"submit", jb_submit_cmd},   {"outbox", jb_show_outbox_cmd}, {"receipts", jb_show_receipts_cmd},
    {"status", jb_status_cmd},   {"print", jb_print_cmd},        {"run", jb_daemon_cmd},
};

static void print_help(FILE *out)
{
    fputs(_("Usage: jibao-agent COMMAND [OPTION...] [FILE...]\n"
            "Checks a department's figures and submits them to the aggregator, online or later.\n"
            "\n"
            "  catalog fetch|import   get the catalogue that figures are checked against\n"
            "  catalog dates PERIOD   when forms open, are due and lock\n"
            "  template               write the CSV that the unit has to fill\n"
            "  check FILE...          list every mistake, without a connection\n"
            "  submit FILE...         check, queue, send, wait for the receipt\n"
            "  outbox                 what waits to be sent; --send offers it now\n"
            "  receipts               what was answered\n"
            "  status PERIOD          where the unit stands, and what to do next\n"
            "  print                  the unit's forms as documents, blank or filled in\n"
            "  run                    send and watch a folder until stopped\n"
            "\n"
            "jibao-agent COMMAND --help says more, with examples.\n"
            "\n"
            "Exit codes: 0 accepted, 1 failed, 2 usage, 3 refused with findings, 4 no catalogue,\n"
            "5 queued because the aggregator cannot be reached, 6 conflict or stale.\n"
            "\n"
            "Settings (write, read, home, lang, unit, filled_by, checked_by, released_by,\n"
            "key, server_key) come from options, else from --config FILE, else from the file that\n"
            "JIBAO_CONFIG names, else /etc/jibao/jibao.conf.\n"),
          out);
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < JB_COUNT(commands); i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

/* The first argument that is no option and no option's value. Every long option before the command
 * takes a value. */
static int find_place(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-')
            return i;
        if (strncmp(argv[i], "--", 2) == 0 && !strchr(argv[i], '='))
            i++;
    }
    return argc;
}

/* Messages of the command line itself are wanted in the chosen language already. */
static const char *find_language(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--lang=", 7) == 0)
            return argv[i] + 7;
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            return argv[i + 1];
    }
    return NULL;
}

/* What was refused, or waits, is an output like any other; half an answer is none. */
static enum jb_exit finish(enum jb_exit code)
{
    bool failed = code == JB_EXIT_FAILED || code == JB_EXIT_USAGE || code == JB_EXIT_NO_CATALOG;
    enum jb_outlet_end end = code == JB_EXIT_OK ? JB_END_GOOD
                             : failed           ? JB_END_FAILED
                                                : JB_END_REFUSED;

    if (!jb_outlet_finish("jibao-agent", end) && code == JB_EXIT_OK)
        return JB_EXIT_FAILED;
    return code;
}

int main(int argc, char **argv)
{
    char name[64];

    jb_text_init(find_language(argc, argv));
    argp_err_exit_status = JB_EXIT_USAGE;
    if (sodium_init() < 0)
        return JB_EXIT_FAILED;
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0 ||
                     strcmp(argv[1], "help") == 0)) {
        print_help(stdout);
        return JB_EXIT_OK;
    }
    int place = find_place(argc, argv);
    const struct command *command = place < argc ? find_command(argv[place]) : NULL;
    if (!command) {
        if (place < argc)
            fprintf(stderr, _("jibao-agent: there is no command '%s'\n"), argv[place]);
        print_help(stderr);
        return JB_EXIT_USAGE;
    }
    char **arguments = jb_xcalloc((size_t)argc + 1, sizeof(*arguments));
    int count = 0;
    snprintf(name, sizeof(name), "jibao-agent %s", command->name);
    arguments[count++] = name;
    for (int i = 1; i < argc; i++) {
        if (i != place)
            arguments[count++] = argv[i];
    }
    enum jb_exit code = command->run(count, arguments);
    free(arguments);
    return finish(code);
}
