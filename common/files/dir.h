/* The folders of stores and files that must survive a power cut: a new name is on disk only after
 * an fsync of the folder that holds it. */
#ifndef JB_DIR_H
#define JB_DIR_H

#include "base/base.h"

/* The error for an errno of the file system: ENOENT is JB_ENOTFOUND, no space or quota JB_EFULL,
 * else JB_EIO. */
jb_err jb_dir_errno(int number);
/* Makes the folder when it is missing (its parent must be there) and the name durable. */
JB_MUST_USE jb_err jb_dir_make(const char *path);
JB_MUST_USE jb_err jb_dir_sync(const char *path);
JB_MUST_USE jb_err jb_dir_sync_file(const char *path);
/* fsync of the folder that holds path. */
JB_MUST_USE jb_err jb_dir_sync_parent(const char *path);
/* Gives the folder its final name and makes that durable, so that a name never stands for half a
 * folder. JB_EEXIST: something has the name already. */
JB_MUST_USE jb_err jb_dir_rename_new(const char *from, const char *to);
/* JB_EINVAL: the folder is on a network file system, whose locks and maps cannot be relied on. */
JB_MUST_USE jb_err jb_dir_check_local(const char *path);
/* Takes path/lock against other processes (and other openers here) until *ret_fd is closed.
 * JB_EAGAIN: taken. */
JB_MUST_USE jb_err jb_dir_lock(const char *path, int *ret_fd);
/* What an ordinary user may still write on the file system of path. */
JB_MUST_USE jb_err jb_dir_free_bytes(const char *path, uint64_t *ret);

#endif
