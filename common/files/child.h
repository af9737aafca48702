/* Another program, run to its end: in a process group of its own that is killed as a whole when its
 * time is over, when its output is too long, and when we die. It gets the environment it is given
 * and nothing else: no descriptors beyond the standard ones, nothing to read, its errors go nowhere
 * or into the output. */
#ifndef JB_CHILD_H
#define JB_CHILD_H

#include "base/buf.h"

struct jb_child {
    const char *const *arguments;   /* the first is the program's path; NULL ends */
    const char *const *environment; /* NAME=value; NULL ends */
    uint32_t seconds_max;
    bool no_network;  /* in an empty network of its own, where the kernel lets an ordinary user make
                         one; else as it is */
    bool keep_errors; /* standard error goes into the output too */
};

/* Appends its standard output to *output. *ret_status: its exit code, 128 + the signal that killed
 * it. JB_EAGAIN: killed, because its time was over; JB_ERANGE: killed, more than *output may hold;
 * JB_EIO: it could not be started. */
JB_MUST_USE jb_err jb_child_run(const struct jb_child *child, struct jb_buf *output,
                                int *ret_status);
/* The program's path, looked for in PATH; NULL: there is none. free() it. */
char *jb_child_find(const char *name);

#endif
