/* Several files, one exit code: the worst of them, by what its reader has to do about it. */
#include "exits.h"

static int weight(enum jb_exit code)
{
    switch (code) {
    case JB_EXIT_OK:
        return 0;
    case JB_EXIT_QUEUED:
        return 1;
    case JB_EXIT_CONFLICT:
        return 2;
    case JB_EXIT_REFUSED:
        return 3;
    case JB_EXIT_NO_CATALOG:
        return 4;
    case JB_EXIT_FAILED:
        return 5;
    case JB_EXIT_USAGE:
        return 6;
    }
    return 6;
}

enum jb_exit jb_exit_worse(enum jb_exit a, enum jb_exit b)
{
    return weight(a) >= weight(b) ? a : b;
}
