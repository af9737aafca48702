/* jibao period, jibao filing, jibao publish: what the bureau does to periods and filings. */
#include "act_run.h"
#include "base/text.h"
#include "commands.h"
#include "filing_show.h"
#include "period_list.h"

static enum jb_exit run_open(struct jb_options *options, int argc, char **argv)
{
    return jb_act_run(JB_ACT_PERIOD_OPEN, options, argc, argv);
}
static enum jb_exit run_amend(struct jb_options *options, int argc, char **argv)
{
    return jb_act_run(JB_ACT_PERIOD_AMEND, options, argc, argv);
}
static enum jb_exit run_close(struct jb_options *options, int argc, char **argv)
{
    return jb_act_run(JB_ACT_PERIOD_CLOSE, options, argc, argv);
}
static enum jb_exit run_reopen(struct jb_options *options, int argc, char **argv)
{
    return jb_act_run(JB_ACT_PERIOD_REOPEN, options, argc, argv);
}
static enum jb_exit run_accept(struct jb_options *options, int argc, char **argv)
{
    return jb_act_run(JB_ACT_FILING_ACCEPT, options, argc, argv);
}
static enum jb_exit run_return(struct jb_options *options, int argc, char **argv)
{
    return jb_act_run(JB_ACT_FILING_RETURN, options, argc, argv);
}
static enum jb_exit run_excuse(struct jb_options *options, int argc, char **argv)
{
    return jb_act_run(JB_ACT_FILING_EXCUSE, options, argc, argv);
}

static const struct jb_command period_verbs[] = {
    {"open", N_("lets the units report for a period"), run_open},
    {"amend", N_("corrects what is expected in an open period"), run_amend},
    {"close", N_("ends reporting for a period"), run_close},
    {"reopen", N_("lets units report again until a time"), run_reopen},
    {"list", N_("where periods stand"), jb_period_run_list},
    {"show", N_("what was done to a period, by whom and why"), jb_period_run_show},
    {NULL, NULL, NULL},
};
static const struct jb_command filing_verbs[] = {
    {"accept", N_("accepts what a unit submitted"), run_accept},
    {"return", N_("gives a filing back to be corrected"), run_return},
    {"excuse", N_("excuses lateness"), run_excuse},
    {"show", N_("where a filing stands, and what was said about it"), jb_filing_run_show},
    {NULL, NULL, NULL},
};

static void print_help(const char *usage, const struct jb_command *verbs, const char *more,
                       const char *examples, FILE *out)
{
    fputs(usage, out);
    for (const struct jb_command *verb = verbs; verb->name; verb++) {
        fputs("  ", out);
        jb_print_padded(verb->name, 10, JB_LEFT, out);
        fprintf(out, "%s\n", _(verb->summary));
    }
    fputs(more, out);
    fputs(_("Examples:"), out);
    fputs(examples, out);
}

static bool wants_help(int argc, char **argv)
{
    return argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0;
}

enum jb_exit jb_cmd_period(struct jb_options *options, int argc, char **argv)
{
    if (!wants_help(argc, argv))
        return jb_command_dispatch(period_verbs, _("there is no command period"), options, argc - 1,
                                   argv + 1);
    print_help(_("Usage: jibao period COMMAND [OPTION...]\n\n"
                 "Opens and closes reporting periods, where the catalogue says periods: managed.\n"
                 "Whoever changes them needs the role periods.\n\n"),
               period_verbs, _("\njibao period COMMAND --help says more about each.\n"),
               "\n  jibao period open 2023-Q2\n"
               "  jibao period list\n"
               "  jibao period close 2023-Q2\n"
               "  jibao publish 2023-Q2\n",
               argc < 2 ? stderr : stdout);
    return argc < 2 ? JB_EXIT_USAGE : JB_EXIT_OK;
}

enum jb_exit jb_cmd_filing(struct jb_options *options, int argc, char **argv)
{
    if (!wants_help(argc, argv))
        return jb_command_dispatch(filing_verbs, _("there is no command filing"), options, argc - 1,
                                   argv + 1);
    print_help(_("Usage: jibao filing COMMAND [OPTION...]\n\n"
                 "Reviews what units submitted. Whoever reviews needs the role review for the\n"
                 "unit, and cannot be who submitted.\n\n"),
               filing_verbs, _("\njibao filing COMMAND --help says more about each.\n"),
               "\n  jibao filing accept justice legal 2023-Q2\n"
               "  jibao filing return justice legal 2023-Q2 --reason \"与台账不符\"\n",
               argc < 2 ? stderr : stdout);
    return argc < 2 ? JB_EXIT_USAGE : JB_EXIT_OK;
}

enum jb_exit jb_cmd_publish(struct jb_options *options, int argc, char **argv)
{
    return jb_act_run(JB_ACT_PUBLISH, options, argc, argv);
}
