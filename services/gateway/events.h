/* Live events for browsers: GET /api/v1/events as Server-Sent Events. Every event's id is the token
 * of the watch behind it; Last-Event-ID resumes without a hole, or a `reset` says that what is
 * shown is to be asked for anew. A reader costs a connection and a number: who falls behind is cut
 * off and resumes. */
#ifndef JB_EVENTS_H
#define JB_EVENTS_H

#include "http.h"
#include "lives.h"
#include "people.h"

struct jb_gateway;

#define JB_EVENTS_BEAT_S 15 /* a sign of life when nothing else is sent */
/* A browser has one, however many tabs (web/js/live-worker.js); an old one has one a tab. */
#define JB_DEVICE_STREAMS_MAX 16

typedef struct jb_events jb_events;

struct jb_events_config {
    jb_net *net;
    const char *endpoint; /* of the read door */
    struct jb_who who;
    uint32_t readers_max;
    /* The device is still enrolled; asked for each stream now and again. */
    bool (*is_enrolled)(void *arg, const uint8_t device[JB_TOKEN_BYTES]);
    void *arg;
};
JB_MUST_USE jb_err jb_events_open(const struct jb_events_config *config, jb_events **ret);
/* Ends every stream; they are over at the server's next turn. */
void jb_events_stop(jb_events *events);
void jb_events_close(jb_events *events); /* after the server; NULL is fine */

/* Answers a request for events; its parameters are a Watch message without `from`. */
void jb_events_handle(struct jb_gateway *gateway, jb_request *request);
/* The request is over; reader is what jb_events_handle left in the visit. */
void jb_events_left(void *reader);

/* Ends the streams of a device that is not enrolled any more. */
void jb_events_forget(jb_events *events, const uint8_t device[JB_TOKEN_BYTES]);

jb_lives *jb_events_lives(jb_events *events);
void jb_events_turn(jb_events *events, int64_t now_us);

struct jb_events_counts {
    uint32_t readers;
    uint64_t behind, sent_bytes, resumed, begun;
};
struct jb_events_counts jb_events_counts(const jb_events *events);

#endif
