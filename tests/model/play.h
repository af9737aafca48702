/* Plays a script against the engine: batches of random size, some aborted, some whose commit fails,
 * restarts in between. Replies are compared with what the script wants, and on the way questions
 * with what the oracle says. */
#ifndef MODEL_PLAY_H
#define MODEL_PLAY_H

#include "binding.h"
#include "engine.h"
#include "oracle.h"

#define P_KEPT 8

struct player {
    const struct script *script;
    const char *dir;
    struct dice batches, questions;
    bool ask, trace;
    jb_engine *engine;
    struct jb_arena proposals, replies;   /* of the batch */
    struct jb_binding *bindings[2];       /* by version; live while the engine is open */
    struct jb_slice receipts[S_MESSAGES]; /* as first answered, by accepted submission */
    int done;                             /* messages */
    int asked, rows, stood;
    struct {
        struct dice questions;
        int done;
    } kept[P_KEPT]; /* questions whose answers may not change any more */
    int kept_count;
    struct o_view view;
    bool failed;
};

/* Sends everything in order. False: something was not as it must be, and was printed. */
bool play(struct player *p);
/* Sends everything that was accepted three times more, in random order: the same receipts, nothing
 * new. */
bool play_again(struct player *p);
/* jb_verify finds nothing. */
bool play_verify(struct player *p);
/* The change log says, revision by revision, every total that changed, as it then was (log.c). */
bool play_check_log(struct player *p);
/* The canonical dump. *ret is malloc'd. */
bool play_dump(struct player *p, char **ret, size_t *ret_len);
void play_end(struct player *p);

/* One random question about the committed state (ask.c). */
void play_question(struct player *p);
/* The questions about earlier moments and numbered releases once more, at the end: whatever came
 * later, the oracle of then is right. */
void play_ask_again(struct player *p);
/* Where a random period and filing stand, now or at an earlier revision (standing.c). */
void play_standing(struct player *p);
/* The catalogue of a world, as the store has it; NULL after a failure. */
const struct jb_binding *play_binding(struct player *p, jb_kv_txn *txn, const struct world *w);
/* Prints what is wrong; only the first of a seed. */
void play_fail(struct player *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What the next jb_kv_commit answers instead of committing (JB_OK: it commits). */
extern jb_err play_commit_fails;

#endif
