/* How the gateway does, for Prometheus: text format 0.0.4, names by its conventions. */
#ifndef JB_METRICS_H
#define JB_METRICS_H

#include "http.h"

struct jb_gateway;

#define JB_METRICS_ROUTES_MAX 128
#define JB_METRICS_BUCKETS 9

struct jb_metrics {
    struct jb_metrics_route {
        const char *name;     /* lives as long as the program */
        uint64_t by_class[6]; /* requests by the first digit of the status; 0: cut off */
        uint64_t buckets[JB_METRICS_BUCKETS]; /* by duration; not cumulated */
        uint64_t count, sum_us;
    } routes[JB_METRICS_ROUTES_MAX];
    uint32_t route_count;
};

/* A request is over. status 0: it was cut off unanswered. */
void jb_metrics_count(struct jb_metrics *metrics, const char *route, uint32_t status,
                      int64_t duration_us);
void jb_metrics_reply(struct jb_gateway *gateway, jb_request *request);

#endif
