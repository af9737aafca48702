/* The worker: one thread for long questions (verify, as_of and explanations over a big tree), so
 * that they hold up neither short questions nor watches. Jobs go in through a bounded queue and
 * come back through another, with a wake-up. */
#ifndef JB_WORKER_H
#define JB_WORKER_H

#include "net/sock.h"
#include "desk.h"

#define JB_WORKER_JOBS_MAX 32

struct jb_job {
    struct jb_peer peer;
    struct jb_asking user; /* whose question it is */
    bool has_user;
    uint32_t kind;
    uint8_t request_id[JB_REQUEST_ID_BYTES_MAX];
    uint8_t request_id_len;
    struct jb_buf payload; /* the question's, then the answer's */
    struct jb_pin *pin;    /* in: of the cursor; out: of the rest, see new_pin */
    bool new_pin;          /* the worker made it: the reader keeps or frees it */
    uint64_t pin_position;
    uint32_t answer; /* kind; 0: the store failed, err says how */
    jb_err err;
    struct jb_job *next;
};

typedef struct jb_worker jb_worker;

struct jb_worker_config {
    jb_kv *kv;
    jb_shelf *shelf;
    const char *scratch_dir; /* for verify; copied */
    const char *store_dir;   /* verified in a process of its own; copied. NULL: in this one, for
                                programs that are not the aggregator (tests) */
    int wakeup_fd;           /* set when a job is done */
    jb_rights_board *rights; /* NULL: everybody may see everything */
    const jb_identity *server, *next; /* as in jb_desk */
};
/* Starts the thread. */
JB_MUST_USE jb_err jb_worker_start(const struct jb_worker_config *config, jb_worker **ret);
/* Ends the thread; a verification stops early. Jobs that nobody took are freed, their pins too when
 * new. NULL is fine. */
void jb_worker_stop(jb_worker *worker);
/* A copy of the question. What the asker may see is looked up when the worker comes to it.
 * JB_EAGAIN: the queue is full, or it is VERIFY and another one waits or is at work. */
JB_MUST_USE jb_err jb_worker_ask(jb_worker *worker, const struct jb_peer *peer,
                                 const struct jb_asker *asker, const struct jb_envelope *question,
                                 struct jb_pin *pin, uint64_t pin_position);
/* The next finished job, or NULL; free it with jb_job_free. */
struct jb_job *jb_worker_done(jb_worker *worker);
void jb_job_free(struct jb_job *job); /* not its pin */

#endif
