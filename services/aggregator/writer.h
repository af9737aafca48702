/* The writer reactor: owns the write door and drives the engine. All messages that wait become one
 * transaction; receipts leave only after its commit. */
#ifndef JB_WRITER_H
#define JB_WRITER_H

#include <stdatomic.h>

#include "engine.h"
#include "net/sock.h"
#include "view.h"

struct jb_writer_config {
    jb_engine *engine;
    jb_sock *sock; /* listening */
    struct jb_commits *commits;
    const atomic_bool *stop;
    int wakeup_fd; /* set after stop became true */
};
/* Serves in the calling thread until stop; the batch at hand is finished. JB_EIO: the storage
 * failed, nobody of the batch was answered, the process must end. */
JB_MUST_USE jb_err jb_writer_run(const struct jb_writer_config *config);

#endif
