/* The command lines of acts: what `jibao period`, `jibao filing` and `jibao publish` take. */
#ifndef JB_BUREAU_ACT_ARGS_H
#define JB_BUREAU_ACT_ARGS_H

#include "args.h"
#include "net/wire_acts.h"

#define JB_ACT_REASONS_GIVEN_MAX 200

/* The act borrows from argv and from this. */
struct jb_act_args {
    struct jb_act act; /* id and epoch are set when it is sent */
    struct jb_list units, indicators, forms;
    struct jb_act_reason reasons[JB_ACT_REASONS_GIVEN_MAX];
    bool decided;   /* PERIOD_AMEND: owed or not was said */
    uint32_t words; /* arguments so far */
};

/* Reads the command line of one act. A bad one ends the program with JB_EXIT_USAGE. */
enum jb_exit jb_act_args_read(enum jb_act_kind kind, struct jb_options *options, int argc,
                              char **argv, struct jb_act_args *ret);
void jb_act_args_free(struct jb_act_args *args);

#endif
