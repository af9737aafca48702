/* The text of --help from a command's argp tables. argp's own printer counts bytes, so that Chinese
 * comes out ragged, and it breaks the lines of examples. */
#ifndef JB_HELP_H
#define JB_HELP_H

#include <argp.h>
#include <stdio.h>

/* --help and --usage, which jb_help_parse adds to every table. */
extern const struct argp_option jb_help_options[];
/* argp_parse, with these options answered here: they end the process. argv[0] is the name that
 * messages begin with. */
error_t jb_help_parse(const struct argp *argp, int argc, char **argv, void *input);
/* Prints usage, what the command does, its options by group, those of its children (under their
 * headers), and what stands in the doc behind its first \v or empty line: examples, whose lines are
 * never broken. Texts are msgids, or translated already. */
void jb_help_print(const struct argp *argp, const char *name, FILE *out);

#endif
