/* Two builds' aggregators, each with a store of its own on the same disk, take turns of a part of a
 * second with the same kind of load; so both meet the same machine, and the ratio says whether a
 * change gained or lost anything. The floor takes its turn, too. */
#include <stdlib.h>

#include "bench/rounds.h"

#define SLICES 10 /* of a point */

struct pair {
    struct county mine, other;
};

static const struct point {
    uint32_t agents;
    bool has_signer;
    enum measure rate, beside, floor;
} points[] = {
    {1, false, M_RATE_1, M_BESIDE_1, M_FLOOR_1},
    {8, false, M_RATE_8, M_BESIDE_8, M_FLOOR_8},
    {64, false, M_RATE_64, M_BESIDE_64, M_FLOOR_64},
    {64, true, M_SIGNED_64, M_BESIDE_SIGNED, MEASURES},
};

static void open_pair(struct pair *pair, const struct settings *settings)
{
    char *mine = jb_xasprintf("%s/mine", settings->dir);
    char *other = jb_xasprintf("%s/other", settings->dir);
    county_open(&pair->mine, settings->self, mine, &settings->shape, true);
    county_open(&pair->other, settings->beside, other, &settings->shape, false);
    county_fill(&pair->mine, workload_filings(&settings->shape));
    county_fill(&pair->other, workload_filings(&settings->shape));
    free(mine);
    free(other);
}

/* A turn of one side; the floor follows the first. */
static void take_turn(const struct settings *settings, const struct point *point,
                      struct county *county, struct tally *tally, struct tally *floor)
{
    struct load_result result = {0};
    struct samples commits = {0};
    struct plan plan;
    county->book.signer = point->has_signer ? county->signer : NULL;
    int64_t slice_ns = settings->point_ns / SLICES;
    plan_corrections(&plan, &county->book, &settings->shape, point->agents,
                     lane_length(point->agents, slice_ns));
    county->book.signer = NULL;
    load_run(&(struct load){.endpoint = county->server.write,
                            .plan = &plan,
                            .book = &county->book,
                            .duration_ns = slice_ns},
             &result);
    tally_add(tally, result.done);
    if (county->floor && !point->has_signer) {
        plan_rewind(&plan);
        tally_add(floor, floor_run(county->floor, &plan, point->agents, slice_ns, &commits));
    }
    plan_free(&plan, &county->book);
    samples_free(&result.receipts);
    samples_free(&commits);
}

/* Who is first changes, so that neither always follows the floor. The rate without signatures. */
static int64_t measure(const struct settings *settings, const struct point *point,
                       struct pair *pair, int64_t unsigned_rate, struct report *report)
{
    struct tally mine = {0}, other = {0}, floor = {0};
    for (int i = 0; i < SLICES; i++) {
        if (i % 2)
            take_turn(settings, point, &pair->other, &other, NULL);
        take_turn(settings, point, &pair->mine, &mine, &floor);
        if (i % 2 == 0)
            take_turn(settings, point, &pair->other, &other, NULL);
    }
    report_add(report, point->rate, tally_rate(mine),
               point->has_signer ? unsigned_rate : tally_rate(floor));
    report_add(report, point->beside, tally_rate(mine), tally_rate(other));
    if (!point->has_signer)
        report_add(report, point->floor, tally_rate(floor), 0);
    return tally_rate(mine);
}

void beside_run(const struct settings *settings, struct report *report)
{
    struct pair pair;
    open_pair(&pair, settings);
    for (uint32_t round = 0; round < settings->rounds; round++) {
        int64_t unsigned_rate = 0;
        report->busy[report->rounds++] = wait_for_quiet();
        for (size_t i = 0; i < JB_COUNT(points); i++)
            unsigned_rate = measure(settings, &points[i], &pair, unsigned_rate, report);
    }
    county_close(&pair.mine);
    county_close(&pair.other);
}
