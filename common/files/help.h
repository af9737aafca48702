/* The text of --help from a command's argp tables. argp's own printer counts bytes, so that Chinese
 * comes out ragged, and it breaks the lines of examples. */
#ifndef JB_HELP_H
#define JB_HELP_H

#include <argp.h>
#include <stdio.h>

/* For the outermost argp table of a command, which is parsed with ARGP_NO_HELP. */
extern const struct argp_option jb_help_options[];
/* Answers those options and ends the process; ARGP_ERR_UNKNOWN: the key is not one of them. */
error_t jb_help_parse(int key, struct argp_state *state);

/* Prints usage, what the command does, its options by group, those of its children (under their
 * headers), and what stands in the doc behind its first \v or empty line: examples, whose lines are
 * never broken. Texts are msgids, or translated already. */
void jb_help_print(const struct argp *argp, const char *name, FILE *out);

#endif
