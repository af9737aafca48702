/* jibao print: what goes on paper, as Word documents and PDF. */
#include <string.h>

#include "base/text.h"
#include "commands.h"
#include "print_form.h"
#include "print_missing.h"
#include "print_summary.h"

static const struct jb_command verbs[] = {
    {"form", N_("a unit's forms, filled in or blank"), jb_print_run_form},
    {"summary", N_("the totals of a period, or what each unit reported"), jb_print_run_summary},
    {"missing", N_("who has not reported, and whom to call"), jb_print_run_missing},
    {NULL, NULL, NULL},
};

static void print_help(FILE *out)
{
    fputs(_("Usage: jibao print COMMAND [OPTION...]\n\n"
            "Makes A4 documents to print, sign and file: Word (.docx) needs nothing else; PDF is\n"
            "made by LibreOffice, if it is installed.\n\n"),
          out);
    for (const struct jb_command *verb = verbs; verb->name; verb++) {
        fputs("  ", out);
        jb_print_padded(verb->name, 10, JB_LEFT, out);
        fprintf(out, "%s\n", _(verb->summary));
    }
    fputs(_("\njibao print COMMAND --help says more about each.\n"), out);
    fputs(_("Examples:"), out);
    fputs("\n  jibao print form --unit justice --period 2023-Q2 -o form.pdf\n"
          "  jibao print summary --period 2023-Q2 --view accepted -o summary.docx\n"
          "  jibao print missing --period 2023-Q2 --overdue -o missing.pdf\n",
          out);
}

enum jb_exit jb_cmd_print(struct jb_options *options, int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0) {
        print_help(argc < 2 ? stderr : stdout);
        return argc < 2 ? JB_EXIT_USAGE : JB_EXIT_OK;
    }
    return jb_command_dispatch(verbs, _("there is no command print"), options, argc - 1, argv + 1);
}
