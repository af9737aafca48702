/* Counters are kept where things happen and are read when they are asked for; times are whole
 * microseconds until they are printed as decimals of a second. */
#include "metrics.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gateway.h"

#ifndef JIBAO_VERSION
#define JIBAO_VERSION "unknown"
#endif

static const uint32_t bucket_us[JB_METRICS_BUCKETS - 1] = {1000,   5000,   10000,   50000,
                                                           100000, 500000, 1000000, 5000000};

void jb_metrics_count(struct jb_metrics *metrics, const char *route, uint32_t status,
                      int64_t duration_us)
{
    struct jb_metrics_route *found = metrics->routes;
    size_t bucket = 0;

    while (found < metrics->routes + metrics->route_count && strcmp(found->name, route) != 0)
        found++;
    if (found == metrics->routes + metrics->route_count) {
        jb_assert(metrics->route_count < JB_METRICS_ROUTES_MAX);
        metrics->route_count++;
        found->name = route;
    }
    found->by_class[status / 100 < 6 ? status / 100 : 0]++;
    while (bucket < JB_COUNT(bucket_us) && duration_us > bucket_us[bucket])
        bucket++;
    found->buckets[bucket]++;
    found->count++;
    found->sum_us += (uint64_t)duration_us;
}

static void put_head(struct jb_buf *out, const char *name, const char *type, const char *help)
{
    jb_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_one(struct jb_buf *out, const char *name, const char *type, const char *help,
                    uint64_t value)
{
    put_head(out, name, type, help);
    jb_buf_printf(out, "%s %" PRIu64 "\n", name, value);
}

static void put_seconds(struct jb_buf *out, uint64_t us)
{
    jb_buf_printf(out, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

static void put_requests(const struct jb_metrics *metrics, struct jb_buf *out)
{
    static const char *const classes[] = {"cut", "1xx", "2xx", "3xx", "4xx", "5xx"};
    const char *name = "jibao_gateway_http_requests_total";

    put_head(out, name, "counter", "Requests by route and class of status.");
    for (uint32_t r = 0; r < metrics->route_count; r++) {
        for (size_t c = 0; c < JB_COUNT(classes); c++) {
            if (metrics->routes[r].by_class[c])
                jb_buf_printf(out, "%s{route=\"%s\",status=\"%s\"} %" PRIu64 "\n", name,
                              metrics->routes[r].name, classes[c], metrics->routes[r].by_class[c]);
        }
    }
}

static void put_durations(const struct jb_metrics *metrics, struct jb_buf *out)
{
    const char *name = "jibao_gateway_http_request_duration_seconds";

    put_head(out, name, "histogram", "From a request's headers to the end of its answer.");
    for (uint32_t r = 0; r < metrics->route_count; r++) {
        const struct jb_metrics_route *route = &metrics->routes[r];
        uint64_t below = 0;
        for (size_t b = 0; b < JB_COUNT(bucket_us); b++) {
            below += route->buckets[b];
            jb_buf_printf(out, "%s_bucket{route=\"%s\",le=\"", name, route->name);
            put_seconds(out, bucket_us[b]);
            jb_buf_printf(out, "\"} %" PRIu64 "\n", below);
        }
        jb_buf_printf(out, "%s_bucket{route=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, route->name,
                      route->count);
        jb_buf_printf(out, "%s_sum{route=\"%s\"} ", name, route->name);
        put_seconds(out, route->sum_us);
        jb_buf_printf(out, "\n%s_count{route=\"%s\"} %" PRIu64 "\n", name, route->name,
                      route->count);
    }
}

static void put_tasks(const struct jb_gateway *gateway, struct jb_buf *out)
{
    put_one(out, "jibao_gateway_readers_killed_total", "counter",
            "Readers of uploaded files that were ended: too long, too large, or they crashed.",
            jb_tasks_killed(gateway->readers));
    put_one(out, "jibao_gateway_printers_killed_total", "counter",
            "Printers of reports that were ended.", jb_tasks_killed(gateway->printers));
}

static void put_aggregator(const struct jb_gateway *gateway, struct jb_buf *out)
{
    struct jb_backend_counts counts = jb_backend_counts(gateway->backend);
    struct jb_welcome welcome = {.revision = 0};

    jb_ignore(!jb_backend_welcome(gateway->backend, &welcome));
    put_one(out, "jibao_gateway_aggregator_up", "gauge",
            "Whether the aggregator was heard of within the last seconds.",
            jb_backend_is_fresh(gateway->backend, gateway->now_us));
    put_one(out, "jibao_gateway_aggregator_revision", "gauge",
            "The ledger's head when it was heard of last.", welcome.revision);
    put_one(out, "jibao_gateway_catalog_version", "gauge", "The catalogue that is shown; 0: none.",
            jb_catalog_keep_version(gateway->catalog));
    put_one(out, "jibao_gateway_questions_total", "counter", "Questions to the aggregator.",
            counts.asked);
    put_one(out, "jibao_gateway_questions_unanswered_total", "counter",
            "Questions that were given up.", counts.unanswered);
    put_one(out, "jibao_gateway_questions_refused_total", "counter",
            "Questions that were refused because too many were waiting.", counts.refused_full);
    put_one(out, "jibao_gateway_questions_waiting", "gauge", "Questions that wait for an answer.",
            counts.waiting);
}

static void put_events(const struct jb_gateway *gateway, struct jb_buf *out)
{
    struct jb_events_counts counts = jb_events_counts(gateway->events);

    put_one(out, "jibao_gateway_streams", "gauge", "Live streams of browsers.", counts.readers);
    put_one(out, "jibao_gateway_streams_begun_total", "counter", "Live streams that were begun.",
            counts.begun);
    put_one(out, "jibao_gateway_streams_resumed_total", "counter",
            "Live streams that were begun with the id of an event.", counts.resumed);
    put_one(out, "jibao_gateway_streams_behind_total", "counter",
            "Live streams that were ended because their reader fell behind.", counts.behind);
    put_one(out, "jibao_gateway_stream_sent_bytes_total", "counter", "Sent to live streams.",
            counts.sent_bytes);
    put_one(out, "jibao_gateway_watches", "gauge", "Watches at the aggregator.",
            jb_lives_count(jb_events_lives(gateway->events)));
}

static uint64_t open_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    uint64_t count = 0;

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count > 3 ? count - 3 : 0; /* ".", ".." and the folder itself */
}

static uint64_t resident_bytes(void)
{
    uint64_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (file && fscanf(file, "%*u %" SCNu64, &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void put_process(const struct jb_gateway *gateway, struct jb_buf *out)
{
    struct rusage usage = {0};

    jb_ignore(getrusage(RUSAGE_SELF, &usage) != 0);
    uint64_t cpu_us = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                      (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    put_head(out, "process_cpu_seconds_total", "counter", "Processor time spent.");
    jb_buf_put_str(out, "process_cpu_seconds_total ");
    put_seconds(out, cpu_us);
    jb_buf_put_str(out, "\n");
    put_head(out, "process_start_time_seconds", "gauge", "When the program was started.");
    jb_buf_put_str(out, "process_start_time_seconds ");
    put_seconds(out, (uint64_t)gateway->started_at_us);
    jb_buf_put_str(out, "\n");
    put_one(out, "process_resident_memory_bytes", "gauge", "Memory in use.", resident_bytes());
    put_one(out, "process_open_fds", "gauge", "Open files.", open_files());
}

void jb_metrics_reply(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_buf out;

    jb_buf_init(&out, JB_HTTP_REPLY_BYTES_MAX);
    put_head(&out, "jibao_gateway_build_info", "gauge", "The version that runs.");
    jb_buf_put_str(&out, "jibao_gateway_build_info{version=\"" JIBAO_VERSION "\"} 1\n");
    put_aggregator(gateway, &out);
    put_tasks(gateway, &out);
    put_events(gateway, &out);
    put_one(&out, "jibao_gateway_http_connections", "gauge", "Open connections of browsers.",
            jb_http_connections(gateway->http));
    put_one(&out, "jibao_gateway_http_connections_cut_total", "counter",
            "Connections that were cut because they took too long.", jb_http_cut(gateway->http));
    put_requests(&gateway->metrics, &out);
    put_durations(&gateway->metrics, &out);
    put_process(gateway, &out);
    jb_request_reply(request, &(struct jb_reply){.status = 200,
                                                 .type = "text/plain; version=0.0.4; charset=utf-8",
                                                 .body = &out});
    jb_buf_free(&out);
}
