/* jibao period list and show: where periods stand, and one period's story. */
#ifndef JB_BUREAU_PERIOD_LIST_H
#define JB_BUREAU_PERIOD_LIST_H

#include "options.h"

enum jb_exit jb_period_run_list(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_period_run_show(struct jb_options *options, int argc, char **argv);

#endif
