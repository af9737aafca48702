/* The gateway as a client of the aggregator: questions are sent without waiting, and whoever asked
 * is told when the answer is there, the time is over, or nobody can be reached. One thread. Each
 * question is sent again when its connection broke, as every one of jibao's may be. */
#ifndef JB_BACKEND_H
#define JB_BACKEND_H

#include "net/client.h"
#include "net/loop.h"

#define JB_BACKEND_QUESTIONS_MAX 512
#define JB_BACKEND_BYTES_MAX ((size_t)64 << 20) /* of all questions that wait for an answer */
#define JB_BACKEND_ANSWER_S 15                  /* until a question is given up */
#define JB_BACKEND_CONNECT_S 4                  /* until one that could not be sent is */
#define JB_BACKEND_FRESH_S 12 /* the aggregator counts as there for so long after it was heard */

typedef struct jb_backend jb_backend;

enum jb_door { JB_DOOR_READ = 0, JB_DOOR_WRITE = 1 };

struct jb_backend_config {
    jb_net *net;
    const char *endpoints[2]; /* by door */
    struct jb_who who;
};
JB_MUST_USE jb_err jb_backend_open(const struct jb_backend_config *config, jb_backend **ret);
/* Questions that still wait are told that nobody answered. NULL is fine. */
void jb_backend_close(jb_backend *backend);

/* What became of a question. */
struct jb_told {
    jb_err err; /* JB_OK: kind and payload (borrowed); JB_EAGAIN: no answer, see trouble */
    uint32_t kind;
    struct jb_slice payload;
    enum jb_trouble trouble;
};
typedef void jb_tell(void *arg, const struct jb_told *told);
/* Asks; payload is copied. tell is called once, later, unless JB_EFULL: as many questions wait as
 * may, and it is never called. At the write door the message is signed, and meant for the store
 * that was heard last. */
JB_MUST_USE jb_err jb_backend_ask(jb_backend *backend, enum jb_door door, enum jb_kind kind,
                                  struct jb_slice payload, jb_tell *tell, void *arg);
/* A question at the read door for an enrolled person, by whose rights it is answered; "": as above.
 */
JB_MUST_USE jb_err jb_backend_ask_for(jb_backend *backend, const char *person, enum jb_kind kind,
                                      struct jb_slice payload, jb_tell *tell, void *arg);

/* The sockets to wait on: 2 items; and how long at most. */
int jb_backend_wait(jb_backend *backend, struct jb_wait_item items[2]);
/* Takes what came, sends what waits, gives up what is over. */
void jb_backend_turn(jb_backend *backend, int64_t now_us);

/* The last WELCOME; false: none yet. Asked for every few seconds. */
bool jb_backend_welcome(const jb_backend *backend, struct jb_welcome *ret);
/* The time by the aggregator's clock, as far as it was heard; by this machine's before that. Dates
 * are judged by it, like those of submissions. */
int64_t jb_backend_clock_us(const jb_backend *backend);
/* It was heard of within JB_BACKEND_FRESH_S. */
bool jb_backend_is_fresh(const jb_backend *backend, int64_t now_us);

struct jb_backend_counts {
    uint64_t asked, answered, unanswered, refused_full;
    uint32_t waiting;
};
struct jb_backend_counts jb_backend_counts(const jb_backend *backend);

#endif
