/* One round measures every pair back to back, the program first and its floor at once after it,
 * with the same rows; so both meet the same machine. */
#include "bench/rounds.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/alone.h"
#include "bench/ask.h"
#include "bench/live.h"

#define SLICES 5 /* of a point: the program and its floor take turns */
#define QUIET_PERCENT 12
#define QUIET_STEPS 40
#define QUIET_STEP_US 500000
#define MESSAGE_BYTES 100  /* of a plain round trip: a question or a receipt */
#define LANE_RATE_MAX 8000 /* submissions a second that one agent can possibly send */
#define TEAM_RATE_MAX 45000
#define LANE_MIN 100 /* however short the time */

struct cpu {
    uint64_t all, idle;
};

/* The first line of /proc/stat: user nice system idle iowait irq softirq steal. */
static struct cpu cpu_now(void)
{
    struct cpu cpu = {0};
    char text[256] = {0};
    FILE *file = fopen("/proc/stat", "re");
    if (!file)
        return cpu;
    char *at = fgets(text, sizeof(text), file);
    fclose(file);
    for (int field = 0; at && field < 9; field++) {
        uint64_t value = 0;
        at += strspn(at, " cpu");
        for (; *at >= '0' && *at <= '9'; at++)
            value = value * 10 + (uint64_t)(*at - '0');
        if (field >= 8)
            break;
        cpu.all += value;
        if (field == 3 || field == 4)
            cpu.idle += value;
    }
    return cpu;
}

int64_t wait_for_quiet(void)
{
    int64_t busy = 100;
    for (int step = 0; step < QUIET_STEPS && busy > QUIET_PERCENT; step++) {
        struct cpu before = cpu_now();
        usleep(QUIET_STEP_US);
        struct cpu after = cpu_now();
        uint64_t all = after.all - before.all, idle = after.idle - before.idle;
        busy = all ? (int64_t)(100 - idle * 100 / all) : 0;
    }
    return busy;
}

uint32_t lane_length(uint32_t agents, int64_t duration_ns)
{
    uint64_t rate = (uint64_t)agents * LANE_RATE_MAX;
    if (rate > TEAM_RATE_MAX)
        rate = TEAM_RATE_MAX;
    return (uint32_t)(rate * (uint64_t)duration_ns / 1000000000ULL / agents) + LANE_MIN;
}

struct point {
    uint32_t agents;
    enum measure rate, floor;
};

struct times {
    struct samples commits, receipts;
};

static void times_free(struct times *times)
{
    samples_free(&times->commits);
    samples_free(&times->receipts);
}

/* The rate with some agents, and the floor's with as many submissions a commit, in short turns. */
static void measure_rate(const struct settings *settings, struct county *county,
                         const struct point *point, struct report *report, struct times *times)
{
    struct tally program = {0}, floor = {0};
    int64_t slice_ns = settings->point_ns / SLICES;
    for (int i = 0; i < SLICES; i++) {
        struct plan plan;
        struct load_result result = {.receipts = times->receipts};
        plan_corrections(&plan, &county->book, &settings->shape, point->agents,
                         lane_length(point->agents, slice_ns));
        load_run(&(struct load){.endpoint = county->server.write,
                                .plan = &plan,
                                .book = &county->book,
                                .duration_ns = slice_ns},
                 &result);
        plan_rewind(&plan);
        tally_add(&program, result.done);
        tally_add(&floor,
                  floor_run(county->floor, &plan, point->agents, slice_ns, &times->commits));
        plan_free(&plan, &county->book);
        times->receipts = result.receipts;
    }
    report_add(report, point->rate, tally_rate(program), tally_rate(floor));
    report_add(report, point->floor, tally_rate(floor), 0);
}

/* With a signer, signatures are made before the clock starts. */
static struct tally run_slice(const struct settings *settings, struct county *county,
                              const jb_identity *signer, uint32_t agents)
{
    int64_t slice_ns = settings->point_ns / SLICES;
    struct load_result result = {0};
    struct plan plan;
    county->book.signer = signer;
    plan_corrections(&plan, &county->book, &settings->shape, agents, lane_length(agents, slice_ns));
    county->book.signer = NULL;
    load_run(&(struct load){.endpoint = county->server.write,
                            .plan = &plan,
                            .book = &county->book,
                            .duration_ns = slice_ns},
             &result);
    plan_free(&plan, &county->book);
    samples_free(&result.receipts);
    return result.done;
}

int64_t rate_run(const struct settings *settings, struct county *county, const jb_identity *signer,
                 uint32_t agents)
{
    struct tally tally = {0};
    for (int i = 0; i < SLICES; i++)
        tally_add(&tally, run_slice(settings, county, signer, agents));
    return tally_rate(tally);
}

/* The same load without and with signatures, in short turns. */
static void measure_signed(const struct settings *settings, struct county *county,
                           struct report *report)
{
    struct tally bare = {0}, with = {0};
    for (int i = 0; i < SLICES; i++) {
        tally_add(&bare, run_slice(settings, county, NULL, LANES_MAX));
        tally_add(&with, run_slice(settings, county, county->signer, LANES_MAX));
    }
    report_add(report, M_SIGNED_64, tally_rate(with), tally_rate(bare));
}

/* What a receipt takes: alone as departments' agents ask (libzmq at both ends), held against a
 * plain round trip and a bare commit; in company as the load asks. */
static void measure_rates(const struct settings *settings, struct county *county,
                          const struct rr *rr, struct report *report)
{
    static const struct {
        struct point point;
        enum measure p50, p99;
    } points[] = {
        {{1, M_RATE_1, M_FLOOR_1}, M_COMMIT_P50, M_COMMIT_P99},
        {{8, M_RATE_8, M_FLOOR_8}, M_RECEIPT_8_P50, M_RECEIPT_8_P99},
        {{64, M_RATE_64, M_FLOOR_64}, M_RECEIPT_64_P50, M_RECEIPT_64_P99},
    };
    struct samples trips = {0}, alone = {0};
    struct plan plan;
    rr_run(rr, MESSAGE_BYTES, settings->point_ns / 2, &trips);
    plan_corrections(&plan, &county->book, &settings->shape, 1, lane_length(1, settings->point_ns));
    alone_run(&(struct load){.endpoint = county->server.write,
                             .plan = &plan,
                             .book = &county->book,
                             .duration_ns = settings->point_ns},
              &alone);
    plan_free(&plan, &county->book);
    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
        struct times times = {0};
        measure_rate(settings, county, &points[i].point, report, &times);
        struct samples *of = i == 0 ? &times.commits : &times.receipts;
        int64_t p50 = samples_at(of, 500), p99 = samples_at(of, 990);
        report_add(report, points[i].p50, p50, 0);
        report_add(report, points[i].p99, p99, 0);
        if (i == 0) {
            report_add(report, M_RECEIPT_1_P50, samples_at(&alone, 500),
                       samples_at(&trips, 500) + p50);
            report_add(report, M_RECEIPT_1_P99, samples_at(&alone, 990),
                       samples_at(&trips, 990) + p99);
        }
        times_free(&times);
    }
    samples_free(&trips);
    samples_free(&alone);
}

static void *write_beside(void *arg)
{
    struct load_result result = {0};
    load_run(arg, &result);
    samples_free(&result.receipts);
    return NULL;
}

static void measure_queries(const struct settings *settings, struct county *county,
                            const struct rr *rr, struct report *report)
{
    struct samples trips = {0}, idle = {0}, busy = {0};
    struct plan plan;
    atomic_bool stop = false;
    pthread_t writers;
    const struct shape *shape = &settings->shape;
    rr_run(rr, MESSAGE_BYTES, settings->point_ns / 2, &trips);
    ask_run(county->server.read, shape, shape, settings->point_ns / 2, &idle);
    int64_t writing_ns = settings->point_ns * 2;
    plan_corrections(&plan, &county->book, shape, 8, lane_length(8, writing_ns));
    struct load load = {.endpoint = county->server.write,
                        .plan = &plan,
                        .book = &county->book,
                        .duration_ns = writing_ns,
                        .stop = &stop};
    if (pthread_create(&writers, NULL, write_beside, &load))
        die("no thread");
    ask_run(county->server.read, shape, shape, settings->point_ns, &busy);
    atomic_store(&stop, true);
    pthread_join(writers, NULL);
    plan_free(&plan, &county->book);
    int64_t trip = samples_at(&trips, 500), p50 = samples_at(&idle, 500),
            p99 = samples_at(&idle, 990);
    report_add(report, M_ROUND_TRIP_P50, trip, 0);
    report_add(report, M_ROUND_TRIP_P99, samples_at(&trips, 990), 0);
    report_add(report, M_QUERY_P50, p50, trip);
    report_add(report, M_QUERY_P99, p99, samples_at(&trips, 990));
    report_add(report, M_QUERY_BUSY_P50, samples_at(&busy, 500), p50);
    report_add(report, M_QUERY_BUSY_P99, samples_at(&busy, 990), p99);
    samples_free(&trips);
    samples_free(&idle);
    samples_free(&busy);
}

static void measure_watches(const struct settings *settings, struct county *county,
                            uint32_t watchers, enum measure p50, enum measure p99,
                            struct report *report)
{
    struct samples changes = {0}, receipts = {0};
    struct plan plan;
    plan_corrections(&plan, &county->book, &settings->shape, 1, lane_length(1, settings->point_ns));
    live_run(&(struct live){.write = county->server.write,
                            .read = county->server.read,
                            .plan = &plan,
                            .book = &county->book,
                            .watchers = watchers,
                            .duration_ns = settings->point_ns},
             &changes, &receipts);
    plan_free(&plan, &county->book);
    report_add(report, p50, samples_at(&changes, 500), samples_at(&receipts, 500));
    report_add(report, p99, samples_at(&changes, 990), samples_at(&receipts, 990));
    samples_free(&changes);
    samples_free(&receipts);
}

void round_run(const struct settings *settings, struct county *county, const struct rr *rr,
               struct report *report)
{
    report->busy[report->rounds++] = wait_for_quiet();
    measure_rates(settings, county, rr, report);
    measure_signed(settings, county, report);
    measure_queries(settings, county, rr, report);
    measure_watches(settings, county, 1, M_WATCH_1_P50, M_WATCH_1_P99, report);
    measure_watches(settings, county, WATCHERS_MAX, M_WATCH_100_P50, M_WATCH_100_P99, report);
}
