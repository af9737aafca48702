/* jibao print form: the forms of units on paper, filled in or blank. */
#ifndef JB_BUREAU_PRINT_FORM_H
#define JB_BUREAU_PRINT_FORM_H

#include "options.h"

enum jb_exit jb_print_run_form(struct jb_options *options, int argc, char **argv);

#endif
