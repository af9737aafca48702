/* The program is looked for beside this one first, so that a build tree and an installed pair never
 * mix; then on PATH. */
#include "sibling.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base.h"
#include "base/text.h"

#define SIBLING "jibao-aggregator"

static char *path_beside(void)
{
    char exe[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

    if (len <= 0)
        return NULL;
    exe[len] = '\0';
    char *slash = strrchr(exe, '/');
    if (!slash)
        return NULL;
    return jb_xasprintf("%.*s/%s", (int)(slash - exe), exe, SIBLING);
}

enum jb_exit jb_sibling_exec(const char *command, int argc, char **argv)
{
    char *program = path_beside();
    char **args = jb_xcalloc((size_t)argc + 2, sizeof(*args));
    int number = ENOENT;

    args[0] = jb_xstrdup(SIBLING);
    args[1] = jb_xstrdup(command);
    for (int i = 1; i < argc; i++)
        args[i + 1] = argv[i];
    fflush(stdout);
    if (program) {
        execv(program, args);
        number = errno;
    }
    if (number == ENOENT) {
        execvp(SIBLING, args);
        number = errno;
    }
    fprintf(stderr, _("jibao: cannot start %s: %s\n"), program ? program : SIBLING,
            strerror(number));
    free(args[0]);
    free(args[1]);
    free(args);
    free(program);
    return JB_EXIT_FAILED;
}
