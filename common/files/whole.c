/* Files read and written as a whole. A reader of the written name finds the old file or the new
 * one, never a part, also after a power cut. */
#include "files/encoding.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "files/dir.h"

#define READ_BYTES ((size_t)64 * 1024)

jb_err jb_read_file(const char *path, size_t bytes_max, uint8_t **ret, size_t *ret_len)
{
    struct jb_buf buf;
    struct stat info;
    jb_buf_init(&buf, bytes_max + 1); /* one more shows that the file is larger */
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    jb_err err = fd < 0 || fstat(fd, &info) != 0 ? jb_dir_errno(errno) : JB_OK;
    if (!err && S_ISREG(info.st_mode) && (uint64_t)info.st_size > bytes_max)
        err = JB_ERANGE;
    while (!err) {
        size_t want = READ_BYTES < buf.bytes_max - buf.len ? READ_BYTES : buf.bytes_max - buf.len;
        uint8_t *to = jb_buf_reserve(&buf, want);
        if (!to) {
            err = JB_ENOMEM;
            break;
        }
        ssize_t got = read(fd, to, want);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            err = JB_EIO;
        if (got <= 0)
            break;
        buf.len += (size_t)got;
        if (buf.len > bytes_max)
            err = JB_ERANGE;
    }
    if (fd >= 0)
        close(fd);
    if (err) {
        jb_buf_free(&buf);
        return err;
    }
    *ret = buf.ptr;
    *ret_len = buf.len;
    return JB_OK;
}

static jb_err write_all(int fd, struct jb_slice bytes)
{
    while (bytes.len) {
        ssize_t done = write(fd, bytes.ptr, bytes.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return jb_dir_errno(errno);
        bytes.ptr += done;
        bytes.len -= (size_t)done;
    }
    return fsync(fd) == 0 ? JB_OK : jb_dir_errno(errno);
}

/* A hidden name beside path, so that one who watches the folder does not take it for a file. */
static char *temporary_name(const char *path)
{
    uint32_t random = 0;
    const char *slash = strrchr(path, '/');
    int folder_len = slash ? (int)(slash + 1 - path) : 0;
    jb_ignore(getrandom(&random, sizeof(random), 0) < 0); /* O_EXCL finds a clash */
    return jb_xasprintf("%.*s.%s.%08x.tmp", folder_len, path, path + folder_len, random);
}

jb_err jb_write_file(const char *path, struct jb_slice bytes)
{
    struct stat old;
    char *temporary = temporary_name(path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        jb_err err = jb_dir_errno(errno);
        free(temporary);
        return err;
    }
    jb_err err = JB_OK;
    if (stat(path, &old) == 0 && fchmod(fd, old.st_mode & 07777) != 0) /* a private file stays so */
        err = jb_dir_errno(errno);
    if (!err)
        err = write_all(fd, bytes);
    if (close(fd) != 0 && !err)
        err = jb_dir_errno(errno);
    if (!err && rename(temporary, path) != 0)
        err = jb_dir_errno(errno);
    if (err)
        jb_ignore(unlink(temporary) != 0);
    else
        err = jb_dir_sync_parent(path);
    free(temporary);
    return err;
}

jb_err jb_write_new_file(const char *path, struct jb_slice bytes, unsigned mode)
{
    char *temporary = temporary_name(path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    jb_err err = fd < 0 ? jb_dir_errno(errno) : JB_OK;
    if (err)
        goto out;
    if (fchmod(fd, mode) != 0) /* whatever the umask says */
        err = jb_dir_errno(errno);
    if (!err)
        err = write_all(fd, bytes);
    if (close(fd) != 0 && !err)
        err = jb_dir_errno(errno);
    if (!err)
        err = jb_dir_rename_new(temporary, path);
    if (err)
        jb_ignore(unlink(temporary) != 0);
out:
    free(temporary);
    return err;
}
