/* jibao print summary: the figures of a period on paper 汇总表. */
#ifndef JB_BUREAU_PRINT_SUMMARY_H
#define JB_BUREAU_PRINT_SUMMARY_H

#include "options.h"

enum jb_exit jb_print_run_summary(struct jb_options *options, int argc, char **argv);

#endif
