/* Durable folders, the lock against a second writer, and the refusal of network file systems. */
#include "files/dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

jb_err jb_dir_errno(int number)
{
    switch (number) {
    case 0:
        return JB_OK;
    case ENOENT:
    case ENOTDIR:
        return JB_ENOTFOUND;
    case ENOSPC:
    case EDQUOT:
        return JB_EFULL;
    case ENOMEM:
        return JB_ENOMEM;
    default:
        return JB_EIO;
    }
}

static jb_err sync_path(const char *path, int flags)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0)
        return jb_dir_errno(errno);
    jb_err err = fsync(fd) == 0 ? JB_OK : jb_dir_errno(errno);
    close(fd);
    return err;
}

jb_err jb_dir_sync(const char *path)
{
    return sync_path(path, O_DIRECTORY);
}

jb_err jb_dir_sync_file(const char *path)
{
    return sync_path(path, 0);
}

jb_err jb_dir_sync_parent(const char *path)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/') /* "store/" names the same folder as "store" */
        len--;
    while (len > 0 && path[len - 1] != '/')
        len--;
    char *parent = len ? jb_xstrndup(path, len) : jb_xstrdup(".");
    jb_err err = jb_dir_sync(parent);
    free(parent);
    return err;
}

jb_err jb_dir_make(const char *path)
{
    struct stat info;
    if (mkdir(path, 0750) == 0)
        return jb_dir_sync_parent(path);
    if (errno != EEXIST)
        return jb_dir_errno(errno);
    if (stat(path, &info) != 0)
        return jb_dir_errno(errno);
    /* Whoever made it may have been killed before it was on disk. */
    return S_ISDIR(info.st_mode) ? jb_dir_sync_parent(path) : JB_EINVAL;
}

jb_err jb_dir_rename_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) != 0)
        return errno == EEXIST ? JB_EEXIST : jb_dir_errno(errno);
    return jb_dir_sync_parent(to);
}

jb_err jb_dir_check_local(const char *path)
{
    /* As statfs(2) lists them: NFS, SMB, CIFS, SMB2, 9P, AFS twice, Ceph, Coda, NCP, Lustre, OCFS2,
     * GFS2. */
    static const uint32_t magics[] = {0x6969,     0x517b,     0xff534d42, 0xfe534d42, 0x01021997,
                                      0x5346414f, 0x6b414653, 0x00c36400, 0x73757245, 0x564c,
                                      0x0bd00bd0, 0x7461636f, 0x01161970};
    struct statfs info;
    if (statfs(path, &info) != 0)
        return jb_dir_errno(errno);
    for (size_t i = 0; i < JB_COUNT(magics); i++) {
        if ((uint32_t)info.f_type == magics[i])
            return JB_EINVAL;
    }
    return JB_OK;
}

jb_err jb_dir_lock(const char *path, int *ret_fd)
{
    char *name = jb_xasprintf("%s/lock", path);
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    jb_err err = fd < 0 ? jb_dir_errno(errno) : JB_OK;
    free(name);
    if (err)
        return err;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        err = errno == EWOULDBLOCK ? JB_EAGAIN : JB_EIO;
        close(fd);
        return err;
    }
    *ret_fd = fd;
    return JB_OK;
}

jb_err jb_dir_free_bytes(const char *path, uint64_t *ret)
{
    struct statvfs info;
    if (statvfs(path, &info) != 0)
        return jb_dir_errno(errno);
    *ret = (uint64_t)info.f_bavail * info.f_frsize;
    return JB_OK;
}
