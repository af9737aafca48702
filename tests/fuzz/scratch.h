/* A folder of the target's own for stores that are thrown away, removed when the program ends. */
#ifndef JB_FUZZ_SCRATCH_H
#define JB_FUZZ_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "files/kv.h"

static char scratch_base[] = "/tmp/jibao-fuzz-XXXXXX";
static char *scratch_store;

static inline void scratch_remove(void)
{
    jb_kv_remove(scratch_store);
    jb_ignore(rmdir(scratch_base) != 0);
    free(scratch_store);
    scratch_store = NULL;
}

/* The path of a store that is not there yet. */
static inline const char *scratch_dir(void)
{
    if (!scratch_store) {
        jb_assert(mkdtemp(scratch_base));
        scratch_store = jb_xasprintf("%s/store", scratch_base);
        jb_assert(atexit(scratch_remove) == 0);
    }
    return scratch_store;
}

#endif
