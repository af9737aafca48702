/* The verification of a store in a process of its own: LMDB trusts its pages, so a damaged one can
 * make it crash or walk for ever; then the damage is reported like any other. The process is this
 * program again (fork and exec, so threads of the caller do not matter), as
 *     jibao-aggregator verify --child DIR SCRATCH
 * and tells over a socket how far it is and what it found. It ends when its parent does. */
#ifndef JB_VERIFY_PROCESS_H
#define JB_VERIFY_PROCESS_H

#include "base/buf.h"

#define JB_VERIFY_CHILD_OPTION "--child"
#define JB_VERIFY_CHILD_FD 3             /* where the child writes */
#define JB_VERIFY_STUCK_MS 120000        /* without a sign of life: it is ended */
#define JB_VERIFY_TOTAL_MS (3600 * 1000) /* it is ended anyhow */

#define JB_VERIFY_TOLD_BYTES_MAX (128 * 1024)

/* What the child tells: packets of one such byte and what belongs to it. */
enum {
    JB_VERIFY_PLACE = 'p',  /* two u64: entries done, and of how many */
    JB_VERIFY_ANSWER = 'a', /* a VerifyAnswer; the last one counts, and the first only says which
                               store and revision it is about */
    JB_VERIFY_ERROR = 'e',  /* u32: why there will be no answer (jb_err) */
};

struct jb_verify_process {
    const char *dir;         /* the store, which may be served meanwhile */
    const char *scratch_dir; /* made by the child, removed here in any case */
    int stop_fd;             /* readable: end early; -1: never */
    void (*progress)(void *ctx, uint64_t done, uint64_t total); /* may be NULL */
    void *ctx;
};
/* Waits for the end. Appends the VerifyAnswer to an empty *out: damage, also such that crashed the
 * child, is a problem in it. JB_EAGAIN: stopped. JB_ENOMEM: no process could be started. Else the
 * child's: the store could not be opened, or the scratch store failed. */
JB_MUST_USE jb_err jb_verify_process(const struct jb_verify_process *asked, struct jb_buf *out);

#endif
