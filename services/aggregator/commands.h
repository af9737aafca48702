/* The sub-commands of jibao-aggregator. Each gets its own arguments (argv[0] is the command's full
 * name) and returns the exit code. */
#ifndef JB_COMMANDS_H
#define JB_COMMANDS_H

#include "base/base.h"

enum jb_exit {
    JB_EXIT_OK = 0,
    JB_EXIT_FAILED = 1,
    JB_EXIT_USAGE = 2,
    JB_EXIT_STORAGE = 74, /* EX_IOERR: restart, verify */
    JB_EXIT_RUNNING = 75, /* EX_TEMPFAIL: another process has the store */
};

int jb_command_run(int argc, char **argv);
int jb_command_init(int argc, char **argv);
int jb_command_backup(int argc, char **argv);
int jb_command_restore(int argc, char **argv);
int jb_command_verify(int argc, char **argv);
int jb_command_rebuild(int argc, char **argv);
int jb_command_audit(int argc, char **argv);
int jb_command_dump(int argc, char **argv);

/* From here on a crash says that the store's pages may be damaged; and no longer. */
void jb_command_expect_crash(const char *dir);
void jb_command_survived(void);
/* Says why a store could not be opened and gives the exit code. */
int jb_command_open_failed(const char *dir, jb_err err);
/* A running aggregator leaves its process number in its store's folder. */
void jb_command_write_pid(const char *dir);
void jb_command_remove_pid(const char *dir);

#endif
