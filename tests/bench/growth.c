/* What becomes of the service when the store grows: starts and memory with a million figures, and
 * the rate and the file from 100,000 to 10 million. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/ask.h"
#include "bench/rounds.h"

#define START_GOAL_NS (500 * 1000000LL)
#define GROWTH_AGENTS 64
#define GROWTH_LANE 1000 /* submissions of an agent a second, more than it can send */

void restarts_run(const struct settings *settings, struct report *report)
{
    struct county county;
    char *dir = jb_xasprintf("%s/million", settings->dir);
    county_open(&county, settings->self, dir, &settings->restart, false);
    county_fill(&county, workload_filings(&settings->restart));
    for (uint32_t i = 0; i < settings->rounds; i++) {
        struct samples answers = {0};
        server_stop(&county.server);
        report_add(report, M_START, server_start(&county.server), START_GOAL_NS);
        ask_run(county.server.read, &settings->restart, &settings->restart, 0, &answers);
        struct server_memory memory = server_memory(&county.server);
        report_add(report, M_MEMORY, (int64_t)memory.anonymous, 0);
        report_add(report, M_RESIDENT, (int64_t)memory.resident, 0);
        samples_free(&answers);
    }
    county_close(&county);
    free(dir);
}

/* The median of a few runs, each with its floor. */
static void grown_rate(const struct settings *settings, struct county *county,
                       const struct shape *filled, int64_t *ret_rate, int64_t *ret_ratio)
{
    struct samples rates = {0}, ratios = {0}, commits = {0};
    for (uint32_t i = 0; i < settings->rounds; i++) {
        struct plan plan;
        struct load_result result = {0};
        plan_corrections(&plan, &county->book, filled, GROWTH_AGENTS,
                         (uint32_t)(settings->point_ns * GROWTH_LANE / 1000000000) + 16);
        load_run(&(struct load){.endpoint = county->server.write,
                                .plan = &plan,
                                .book = &county->book,
                                .duration_ns = settings->point_ns},
                 &result);
        plan_rewind(&plan);
        int64_t rate = tally_rate(result.done);
        int64_t floor = tally_rate(
            floor_run(county->floor, &plan, GROWTH_AGENTS, settings->point_ns, &commits));
        samples_add(&rates, rate);
        samples_add(&ratios, floor ? rate * 1000 / floor : 0);
        samples_free(&result.receipts);
        plan_free(&plan, &county->book);
    }
    *ret_rate = samples_at(&rates, 500);
    *ret_ratio = samples_at(&ratios, 500);
    samples_free(&rates);
    samples_free(&ratios);
    samples_free(&commits);
}

void growth_run(const struct settings *settings)
{
    static const struct shape whole = {1000, 40};
    static const struct shape steps[] = {{400, 1}, {1000, 4}, {1000, 40}};
    struct county county;
    char *dir = jb_xasprintf("%s/growth", settings->dir);
    county_open(&county, settings->self, dir, &whole, true);
    printf("\n%-12s %14s %14s %10s %12s %14s %10s %10s\n", "figures", "filling /s", "64 agents /s",
           "of floor", "file MiB", "bytes/figure", "start ms", "own MiB");
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        char texts[5][32];
        int64_t rate, ratio;
        int64_t figures = (int64_t)steps[i].units * steps[i].quarters * INDICATORS;
        int64_t filling = county_fill(&county, workload_filings(&steps[i]) - county.filings);
        int64_t file = (int64_t)server_file_bytes(&county.server);
        grown_rate(settings, &county, &steps[i], &rate, &ratio);
        server_stop(&county.server);
        int64_t start = server_start(&county.server);
        struct server_memory memory = server_memory(&county.server);
        printf("%-12s %14s %14s %8lld.%02lld %12s %14s %10lld %10llu\n", grouped(figures, texts[0]),
               grouped(filling, texts[1]), grouped(rate, texts[2]), (long long)(ratio / 1000),
               (long long)(ratio % 1000 / 10), grouped(file >> 20, texts[3]),
               grouped(file / figures, texts[4]), (long long)(start / 1000000),
               (unsigned long long)(memory.anonymous >> 20));
        fflush(stdout);
    }
    county_close(&county);
    free(dir);
}
