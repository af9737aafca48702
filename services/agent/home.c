/* Finds or makes the state folder. */
#include "home.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "files/dir.h"

static char *choose(const char *configured)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *user = getenv("HOME");

    if (configured && configured[0])
        return jb_xstrdup(configured);
    if (state && state[0] == '/')
        return jb_xasprintf("%s/jibao", state);
    if (user && user[0] == '/')
        return jb_xasprintf("%s/.local/state/jibao", user);
    return NULL;
}

/* Like mkdir -p, each new name durable. */
static jb_err make_all(const char *path)
{
    char *part = jb_xstrdup(path);
    jb_err err = JB_OK;

    for (char *at = part + 1; !err && *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (mkdir(part, 0700) == 0)
            err = jb_dir_sync_parent(part);
        else if (errno != EEXIST)
            err = jb_dir_errno(errno);
        *at = '/';
    }
    if (!err && mkdir(path, 0700) == 0)
        err = jb_dir_sync_parent(path);
    else if (!err && errno != EEXIST)
        err = jb_dir_errno(errno);
    free(part);
    return err;
}

char *jb_home_path(const char *home, const char *name)
{
    return jb_xasprintf("%s/%s", home, name);
}

jb_err jb_home_open(const char *configured, char **ret)
{
    char *path = choose(configured), *spool = NULL;
    jb_err err = JB_EINVAL;

    if (!path)
        return JB_EINVAL;
    err = make_all(path);
    if (err)
        goto out;
    spool = jb_home_path(path, JB_HOME_SPOOL);
    err = jb_dir_make(spool);
    if (err)
        goto out;
    *ret = path;
    path = NULL;
out:
    free(spool);
    free(path);
    return err;
}
