/* One act, from its command line to its answer. */
#ifndef JB_BUREAU_ACT_RUN_H
#define JB_BUREAU_ACT_RUN_H

#include "desk.h"
#include "net/wire_acts.h"

/* Signs and sends it, with the epoch and a new id; tells what was refused. */
enum jb_exit jb_act_send(struct jb_desk *desk, struct jb_act *act, struct jb_act_done *ret);
enum jb_exit jb_act_run(enum jb_act_kind kind, struct jb_options *options, int argc, char **argv);

#endif
