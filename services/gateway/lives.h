/* The gateway's watches at the aggregator, one for each filter and person that somebody looks
 * through, shared by all who do: the aggregator itself holds each to the person's rights, and says
 * `reset` when they change. They come back by themselves after a break, from their last token. What
 * is kept of all of them together is bounded. One thread. */
#ifndef JB_LIVES_H
#define JB_LIVES_H

#include "base/limits.h"
#include "feed.h"
#include "net/client.h"
#include "net/loop.h"
#include "net/watch_stream.h"

/* Of one person, or of the gateway itself: below what the aggregator allows one asker
 * (JB_KEY_WATCHES_MAX), whose last places are for resuming. */
#define JB_PERSON_WATCHES_MAX 48
#define JB_GATEWAY_WATCHES_MAX 512
#define JB_LIVES_BYTES_MAX ((size_t)64 << 20) /* of all their events */
#define JB_WATCH_IDLE_S 30                    /* kept so long without anybody looking */

typedef struct jb_lives jb_lives;

struct jb_live {
    struct jb_feed feed;
    struct jb_buf filter;               /* the Watch message without `from` */
    char person[JB_CODE_BYTES_MAX + 1]; /* by whose rights; "": the gateway's own */
    struct jb_watch_stream stream;
    uint8_t id[16]; /* request id at the aggregator */
    bool open;      /* asked for, and not known to be over */
    bool ready;     /* `continued`, or the snapshot's end, was heard once */
    bool over;      /* refused for good: readers are told and end */
    bool told_lost; /* readers know that the aggregator is away */
    uint32_t readers;
    uint64_t revision; /* of the last event */
    int64_t heard_us, pinged_us, empty_us;
    struct jb_live *next;
};

struct jb_lives_config {
    jb_net *net;
    const char *endpoint; /* of the read door */
    struct jb_who who;
    void (*moved)(void *arg, struct jb_live *live); /* events were added, or it became ready */
    void *arg;
};
JB_MUST_USE jb_err jb_lives_open(const struct jb_lives_config *config, jb_lives **ret);
void jb_lives_close(jb_lives *lives); /* NULL is fine */

/* The watch of that filter (a Watch message without `from`) by the rights of that person ("": of
 * the gateway). token NULL: any; *ret_number is where its end is. Else one that still has that
 * token, *ret_number being the event behind it, or a new one that resumes from the token, whose
 * first event says what came of it. The caller is a reader until it leaves. JB_EFULL: too many. */
JB_MUST_USE jb_err jb_lives_join(jb_lives *lives, const char *person, struct jb_slice filter,
                                 const char *token, struct jb_live **ret, uint64_t *ret_number);
void jb_lives_leave(jb_lives *lives, struct jb_live *live);

jb_sock *jb_lives_sock(jb_lives *lives);
/* How long to wait for it at most. */
int jb_lives_wait_ms(const jb_lives *lives);
void jb_lives_turn(jb_lives *lives, int64_t now_us);
uint32_t jb_lives_count(const jb_lives *lives);

#endif
