/* jibao print missing: who has not reported, and whom to call 未报单位名单. */
#ifndef JB_BUREAU_PRINT_MISSING_H
#define JB_BUREAU_PRINT_MISSING_H

#include "options.h"

enum jb_exit jb_print_run_missing(struct jb_options *options, int argc, char **argv);

#endif
