/* The reader reactor: owns the read door; answers questions, feeds watches, hands long questions to
 * the worker. It never waits for the writer: a read transaction sees the last commit. */
#ifndef JB_READER_H
#define JB_READER_H

#include <stdatomic.h>

#include "net/identity.h"
#include "net/sock.h"
#include "rights.h"
#include "view.h"

struct jb_reader_config {
    jb_kv *kv;
    jb_sock *sock; /* listening */
    /* its wake-up is the reader's: set it after stop became true, too */
    struct jb_commits *commits;
    const atomic_bool *stop;
    const char *scratch_dir; /* for verify */
    const char *store_dir;   /* as in jb_worker_config */
    /* Who may see what. NULL: everybody everything, for tests and measurements of what is not the
     * lock. */
    jb_rights_board *rights;
    const jb_identity *server; /* signs heads; NULL: questions that need one are refused */
    const jb_identity *next;   /* signs them too; NULL: there is no next key */
    uint32_t watches_max;
};
/* Serves in the calling thread until stop. JB_EIO, JB_EDAMAGED: the storage failed in a way that no
 * question can be answered. */
JB_MUST_USE jb_err jb_reader_run(const struct jb_reader_config *config);

#endif
