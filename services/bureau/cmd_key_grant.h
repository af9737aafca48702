/* The verbs of jibao key that ask the aggregator; jibao key (cmd_key.c) finds them by name. */
#ifndef JB_BUREAU_CMD_KEY_GRANT_H
#define JB_BUREAU_CMD_KEY_GRANT_H

#include "options.h"

enum jb_exit jb_key_run_allow(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_key_run_take(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_key_run_suspend(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_key_run_resume(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_key_run_revoke(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_key_run_rotate(struct jb_options *options, int argc, char **argv);
/* cmd_key_list.c */
enum jb_exit jb_key_run_list(struct jb_options *options, int argc, char **argv);

#endif
