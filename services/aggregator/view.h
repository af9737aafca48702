/* The present as one thread sees it: one read transaction, what it is called, and the catalogue in
 * force. Taken anew only after a commit, so that a question on a quiet store costs no transaction
 * at all. */
#ifndef JB_VIEW_H
#define JB_VIEW_H

#include <stdatomic.h>

#include "net/wire.h"
#include "shelf.h"

/* Commits of the writer, counted for readers in other threads; the wake-up follows the count. */
struct jb_commits {
    atomic_ullong count;
    atomic_bool wanted; /* a view is held, or watches wait: the next commit must wake */
    int wakeup_fd;      /* -1: nobody waits */
};
/* Count before the receipts are sent, so that who has one is shown what it accepts; wake after, so
 * that no receipt waits for the readers. */
void jb_commits_count(struct jb_commits *commits);
void jb_commits_wake(struct jb_commits *commits);

struct jb_view {
    jb_kv *kv;
    jb_shelf *shelf;
    struct jb_commits *commits; /* NULL: taken anew each time */
    jb_kv_txn *txn;             /* NULL or let go: see taken */
    bool taken;
    unsigned long long seen; /* commits.count when it was taken */
    struct jb_snapshot snapshot;
    uint8_t head[32];
    const struct jb_binding *binding; /* held; NULL: no catalogue is loaded */
};

void jb_view_open(struct jb_view *view, jb_kv *kv, jb_shelf *shelf, struct jb_commits *commits);
void jb_view_close(struct jb_view *view);
/* Makes it show the newest commit. */
JB_MUST_USE jb_err jb_view_take(struct jb_view *view);
/* Lets the transaction go, so that the writer can use old pages again. */
void jb_view_drop(struct jb_view *view);

#endif
