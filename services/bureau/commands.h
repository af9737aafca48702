/* The commands of `jibao`, one file each. argv[0] is the command's name; options holds what stood
 * before it. */
#ifndef JB_BUREAU_COMMANDS_H
#define JB_BUREAU_COMMANDS_H

#include "options.h"

typedef enum jb_exit (*jb_command_run)(struct jb_options *options, int argc, char **argv);

struct jb_command {
    const char *name;
    const char *summary; /* msgid */
    jb_command_run run;
};

enum jb_exit jb_cmd_query(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_status(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_history(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_explain(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_watch(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_diff(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_release(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_report(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_export(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_collate(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_print(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_catalog(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_period(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_filing(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_notices(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_publish(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_key(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_contacts(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_audit(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_verify(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_backup(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_restore(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_cmd_rebuild(struct jb_options *options, int argc, char **argv);

/* Finds the command that argv[0] names and runs it; tells what was meant when there is none. */
enum jb_exit jb_command_dispatch(const struct jb_command *commands, const char *what,
                                 struct jb_options *options, int argc, char **argv);

#endif
