/* The writer reactor: owns the write door and drives the engine. All messages that wait become one
 * transaction; receipts leave only after its commit, while the next ones are taken. */
#ifndef JB_WRITER_H
#define JB_WRITER_H

#include <stdatomic.h>

#include "engine.h"
#include "net/sock.h"
#include "view.h"

struct jb_writer_config {
    jb_engine *engine;
    jb_sock *sock; /* listening */
    /* Who may connect, asked for each message. NULL: the door is open. */
    jb_rights_board *rights;
    struct jb_commits *commits;
    const atomic_bool *stop;
    int wakeup_fd; /* set after stop became true; the reactor uses it too */
};
/* Serves in the calling thread and a second one until stop; what was taken is finished. JB_EIO: the
 * storage failed, nobody who was not answered before will be, the process must end. */
JB_MUST_USE jb_err jb_writer_run(const struct jb_writer_config *config);

#endif
