/* verify as a command, and as the process that it and the daemon let do it (verify_process.h). */
#ifndef JB_VERIFY_CHILD_H
#define JB_VERIFY_CHILD_H

/* The exit code of the command; everything was told. */
int jb_verify_dir(const char *dir);
/* The process itself. */
int jb_verify_child(const char *dir, const char *scratch_dir);

#endif
