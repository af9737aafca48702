/* Messages on their way from the write door to the engine. One thread stands at the door and takes
 * and reads them; when more waits behind one that is signed, others help. The engine gets them in
 * the order in which they came. There are two batches: one is filled, and offered to the engine
 * meanwhile, while the other is made durable and answered. */
#ifndef JB_INTAKE_H
#define JB_INTAKE_H

#include <pthread.h>
#include <stdatomic.h>

#include "batch.h"

struct jb_intake {
    jb_engine *engine;
    struct jb_door *door;
    int wakeup_fd;
    pthread_mutex_t lock; /* around a look at the door, and all that follows */
    pthread_cond_t read;  /* a member was read for which somebody waits */
    pthread_cond_t rest;  /* help is wanted, or nobody stands at the door */
    struct jb_batch batches[2];
    struct jb_batch *open, *spare; /* filled now, and next; NULL: not yet given back */
    bool starved;                  /* somebody found no room */
    bool watched;                  /* somebody stands at the door */
    bool wanted;                   /* help */
    bool over;                     /* nobody needs to help any more */
    uint32_t resting;
    atomic_ullong taken; /* messages that became members */
};

/* door is shared. wakeup_fd is set when there is room again for somebody who found none. */
void jb_intake_init(struct jb_intake *intake, jb_engine *engine, struct jb_door *door,
                    int wakeup_fd);
void jb_intake_free(struct jb_intake *intake);

/* Waits until nobody else stands at the door, and helps meanwhile. reader: the thread's number,
 * below JB_READERS_MAX. */
void jb_intake_stand(struct jb_intake *intake, uint32_t reader);
void jb_intake_leave(struct jb_intake *intake);
/* Helps until jb_intake_end_help. */
void jb_intake_help(struct jb_intake *intake, uint32_t reader);
void jb_intake_end_help(struct jb_intake *intake);

/* For who stands at the door. Takes the next message into the open batch and reads it. JB_EAGAIN:
 * nothing is there. JB_EFULL: there is no room. JB_EINVAL: it became no member (it was dropped,
 * refused, or answered as a greeting); call again. */
JB_MUST_USE jb_err jb_intake_take(struct jb_intake *intake, uint32_t reader);
/* The open batch if it has members, else NULL. */
struct jb_batch *jb_intake_due(struct jb_intake *intake);
/* The member when it was read; waits while somebody reads it. NULL: it is not there. */
struct jb_member *jb_intake_member(struct jb_intake *intake, struct jb_batch *batch, uint32_t at);
/* Lets nobody add to the batch any more and waits until its members are read. False, and nothing
 * was done: it has more than `count`. */
bool jb_intake_close(struct jb_intake *intake, struct jb_batch *batch, uint32_t count);
/* Its members were answered: it is emptied, to be filled again. By any thread. */
void jb_intake_give_back(struct jb_intake *intake, struct jb_batch *batch);

#endif
