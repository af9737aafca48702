/* Batches that were judged and are to be answered, in the order in which they were. */
#ifndef JB_VERDICTS_H
#define JB_VERDICTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "intake.h"
#include "view.h"

struct jb_verdict {
    struct jb_batch *batch;
    uint32_t from, to; /* the members that are to be answered; to may be less than there are */
    bool moved;        /* the head: readers are to be woken */
};

struct jb_verdicts {
    struct jb_intake *intake;
    struct jb_door *door;
    struct jb_commits *commits;
    pthread_mutex_t voice; /* who speaks */
    pthread_mutex_t lock;  /* around the queue */
    struct jb_verdict queue[JB_INTAKE_BATCHES];
    atomic_uint count;
};

void jb_verdicts_init(struct jb_verdicts *verdicts, struct jb_intake *intake, struct jb_door *door,
                      struct jb_commits *commits);
void jb_verdicts_free(struct jb_verdicts *verdicts);
/* The batch is durable, or nothing of it is. Its replies stay as they are until they were spoken.
 * How many wait now. */
uint32_t jb_verdicts_add(struct jb_verdicts *verdicts, const struct jb_verdict *verdict);
/* Whether any wait. */
bool jb_verdicts_wait(const struct jb_verdicts *verdicts);
/* Answers all that wait, then wakes readers; a batch whose last member was answered is given back.
 * By any thread; when it returns, what waited at the call was spoken. */
void jb_verdicts_speak(struct jb_verdicts *verdicts);

#endif
