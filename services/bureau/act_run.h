/* One act, from its command line to its answer. */
#ifndef JB_BUREAU_ACT_RUN_H
#define JB_BUREAU_ACT_RUN_H

#include "model/act.h"
#include "options.h"

enum jb_exit jb_act_run(enum jb_act_kind kind, struct jb_options *options, int argc, char **argv);

#endif
