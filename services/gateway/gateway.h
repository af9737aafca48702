/* The gateway as a whole: what its parts share. One thread owns everything here. */
#ifndef JB_GATEWAY_H
#define JB_GATEWAY_H

#include "backend.h"
#include "catalog_keep.h"
#include "events.h"
#include "gateway_conf.h"
#include "http.h"
#include "metrics.h"
#include "people.h"
#include "session.h"
#include "task.h"

struct jb_gateway {
    struct jb_gateway_conf conf;
    jb_net *net;
    jb_identity *identity;
    jb_http *http;
    jb_backend *backend;
    jb_catalog_keep *catalog;
    jb_events *events;
    jb_people *people; /* NULL: nobody is enrolled here */
    jb_sessions *sessions;
    jb_tasks *readers;  /* of files that people put in */
    jb_tasks *printers; /* of reports */
    struct jb_metrics metrics;
    int signals;
    int64_t now_us;        /* monotonic, of this turn of the loop */
    int64_t started_at_us; /* wall clock */
};

/* Serves until a signal comes. The exit code: 0, 1 failed, 2 settings that cannot be used. */
int jb_gateway_run(struct jb_gateway *gateway);

/* What the server hands over (app.c). */
void jb_app_handle(void *arg, jb_request *request);
void jb_app_ended(void *arg, jb_request *request);

/* What belongs to a request; made when it comes, freed when it is over. */
struct jb_visit {
    struct jb_gateway *gateway;
    const char *route; /* for the metrics: a name of ours, never what was asked for */
    bool zh;
    bool narrow;   /* a visitor who sees what was published of public indicators only */
    bool enrolled; /* the device: */
    uint8_t device[JB_TOKEN_BYTES];
    struct jb_person person; /* code "": nobody */
    struct session *session; /* may write; NULL: not now */
    void *job;               /* of the route's own; freed with free() */
    void *reader;            /* of live events */
};
static inline struct jb_visit *jb_visit_of(const jb_request *request)
{
    return jb_request_context(request);
}

#endif
