/* Messages on their way from the write door to the engine. One thread stands at the door and takes
 * and reads them into the open batch; when more waits behind one that is signed, others help. The
 * judge offers them to the engine in the order in which they came, batch after batch, from the open
 * one, too, while it is filled. A batch that has its share of members is not filled any more as
 * long as there is another one to fill. */
#ifndef JB_INTAKE_H
#define JB_INTAKE_H

#include <pthread.h>
#include <stdatomic.h>

#include "batch.h"

/* Who stands at the door: a porter, whose only work that is; or the judge, who has the engine, and
 * comes there himself while there is so little to do that to wake another costs more. */
enum jb_keeper { JB_PORTER, JB_JUDGE };

#define JB_INTAKE_BATCHES 4 /* one is filled, one waits, one is judged, one is answered */
#define JB_INTAKE_SHARE_MIN 32

struct jb_intake {
    jb_engine *engine;
    struct jb_door *door;
    int wakeup_fd;
    pthread_mutex_t lock; /* around a look at the door, and all that follows */
    pthread_cond_t news;  /* for the judge: a member was read, help is wanted, or it is over */
    pthread_cond_t rest;  /* for the others: help is wanted, or the door changes hands */
    struct jb_batch batches[JB_INTAKE_BATCHES];
    struct jb_batch *open;   /* filled now; NULL: none was given back yet */
    struct jb_batch *full;   /* has its share, and waits for the judge; or NULL */
    struct jb_batch *judged; /* the judge's; may be the open one */
    struct jb_batch *spare[JB_INTAKE_BATCHES];
    uint32_t spare_count, share;
    enum jb_keeper keeper; /* who is to stand at the door */
    bool watched;          /* somebody stands there */
    bool starved;          /* somebody found no room */
    bool wanted;           /* help */
    bool awaited;          /* the judge waits for news */
    bool over;             /* nobody stands at the door any more, nor needs to help */
    uint32_t resting;
    atomic_ullong taken; /* messages that became members */
};

/* door is shared. wakeup_fd is set when there is room again for somebody who found none. */
void jb_intake_init(struct jb_intake *intake, jb_engine *engine, struct jb_door *door,
                    int wakeup_fd);
void jb_intake_free(struct jb_intake *intake);

/* From now on that one is to stand at the door; who stands there now is woken, and leaves. */
void jb_intake_entrust(struct jb_intake *intake, enum jb_keeper keeper);
/* Waits until it is who's turn and nobody else stands at the door, and helps meanwhile. reader: the
 * thread's number, below JB_READERS_MAX. False: it is over. */
bool jb_intake_stand(struct jb_intake *intake, enum jb_keeper who, uint32_t reader);
/* Whether who stands at the door is still to stand there. */
bool jb_intake_is_keeper(struct jb_intake *intake, enum jb_keeper who);
void jb_intake_leave(struct jb_intake *intake);
/* Helps until jb_intake_end. */
void jb_intake_help(struct jb_intake *intake, uint32_t reader);
/* Nobody will stand at the door any more. */
void jb_intake_end(struct jb_intake *intake);
bool jb_intake_is_over(struct jb_intake *intake);

/* For who stands at the door. Takes the next message into the open batch and reads it. JB_EAGAIN:
 * nothing is there. JB_EFULL: there is no room. JB_EINVAL: it became no member (it was dropped,
 * refused, or answered as a greeting); call again. */
JB_MUST_USE jb_err jb_intake_take(struct jb_intake *intake, uint32_t reader);
/* How many members make a share, but at least JB_INTAKE_SHARE_MIN: fewer are not worth a commit of
 * their own. */
void jb_intake_set_share(struct jb_intake *intake, uint64_t members);

/* For the judge: the batch that he is to judge next; NULL: nothing waits. */
struct jb_batch *jb_intake_due(struct jb_intake *intake);
/* The same while another stands at the door: waits, and helps meanwhile, until its first member is
 * read. NULL: it is over and nothing is left, or timeout_us went by. */
struct jb_batch *jb_intake_await(struct jb_intake *intake, uint32_t reader, int64_t timeout_us);
/* The member when it was read; waits while somebody reads it, and helps meanwhile. NULL: it is not
 * there. */
struct jb_member *jb_intake_member(struct jb_intake *intake, struct jb_batch *batch, uint32_t at,
                                   uint32_t reader);
/* Lets nobody add to the batch any more and waits until its members are read. False, and nothing
 * was done: it has more than `count`. */
bool jb_intake_close(struct jb_intake *intake, struct jb_batch *batch, uint32_t count);
/* Its members were answered: it is emptied, to be filled again. By any thread. */
void jb_intake_give_back(struct jb_intake *intake, struct jb_batch *batch);

#endif
