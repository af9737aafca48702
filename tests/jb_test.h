/* cmocka with what it needs before it, and a temporary folder. Tests include this, never
 * <cmocka.h>. */
#ifndef JB_TEST_H
#define JB_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A fresh folder under $TMPDIR (or /tmp); free() the path after removing it with jb_test_rmdir. */
static inline char *jb_test_tmpdir(void)
{
    const char *base = getenv("TMPDIR");
    char *path = NULL;
    if (asprintf(&path, "%s/jibao-test-XXXXXX", base ? base : "/tmp") < 0 || !mkdtemp(path))
        abort();
    return path;
}
static inline void jb_test_rmdir(char *path)
{
    char *command = NULL;
    if (asprintf(&command, "rm -rf '%s'", path) < 0 || system(command) != 0)
        abort();
    free(command);
    free(path);
}

#endif
