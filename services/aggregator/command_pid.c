/* Who has a store, and why one cannot be opened, in words. The lock is the kernel's (files/dir.h);
 * the number beside it is only for people. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "commands.h"
#include "ledger.h"
#include "store.h"

static char *pid_path(const char *dir)
{
    return jb_xasprintf("%s/pid", dir);
}

void jb_command_write_pid(const char *dir)
{
    char *path = pid_path(dir);
    FILE *file = fopen(path, "we");
    if (file) {
        fprintf(file, "%ld\n", (long)getpid());
        jb_ignore(fclose(file) != 0);
    }
    free(path);
}

void jb_command_remove_pid(const char *dir)
{
    char *path = pid_path(dir);
    jb_ignore(unlink(path) != 0);
    free(path);
}

/* Digits only; "" when unknown. */
static void read_pid(const char *dir, char *text, size_t size)
{
    char *path = pid_path(dir);
    FILE *file = fopen(path, "re");
    size_t len = 0;
    if (file) {
        len = fread(text, 1, size - 1, file);
        fclose(file);
    }
    text[len] = '\0';
    text[strspn(text, "0123456789")] = '\0';
    free(path);
}

static int in_use(const char *dir)
{
    char pid[16];
    read_pid(dir, pid, sizeof(pid));
    if (pid[0])
        fprintf(stderr, _("%s: is served already, by process %s\n"), dir, pid);
    else
        fprintf(stderr, _("%s: is in use by another process\n"), dir);
    return JB_EXIT_RUNNING;
}

static int other_version(const char *dir)
{
    uint32_t format = 0, entry_format = 0;
    jb_ignore(jb_store_versions(dir, &format, &entry_format) != JB_OK);
    if (entry_format > 0 && entry_format < JB_ENTRY_FORMAT)
        fprintf(
            stderr,
            _("%s: was made by an earlier version of jibao, whose entries are not signed (entry "
              "format %u; this version reads %u). It cannot be taken over. Read it with the "
              "version that made it, and begin a new store: jibao-aggregator init --dir NEW\n"),
            dir, entry_format, (unsigned)JB_ENTRY_FORMAT);
    else
        fprintf(
            stderr,
            _("%s: was written by a newer version of jibao (store format %u; this version knows "
              "%u): install that one\n"),
            dir, format, (unsigned)JB_STORE_FORMAT);
    return JB_EXIT_FAILED;
}

int jb_command_open_failed(const char *dir, jb_err err)
{
    if (err == JB_EAGAIN)
        return in_use(dir);
    if (err == JB_ENOTFOUND) {
        fprintf(stderr, _("%s: there is no store; make one with: jibao-aggregator init --dir %s\n"),
                dir, dir);
        return JB_EXIT_FAILED;
    }
    if (err == JB_EVERSION)
        return other_version(dir);
    if (err == JB_EINVAL) {
        fprintf(stderr,
                _("%s: is not a folder on a local disk; network file systems cannot hold a "
                  "store\n"),
                dir);
        return JB_EXIT_FAILED;
    }
    if (err == JB_EDAMAGED)
        fprintf(stderr, _("%s: is damaged; see: jibao-aggregator verify --dir %s\n"), dir, dir);
    else if (err == JB_EFULL)
        fprintf(stderr, _("%s: the disk or the store's map is full\n"), dir);
    else
        fprintf(stderr, _("%s: the storage failed (%s)\n"), dir, jb_err_name(err));
    return JB_EXIT_STORAGE;
}
