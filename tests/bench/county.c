/* Filling goes through the write door with 64 agents, like everything else: a store that was made
 * in another way might not be the one that a service leaves behind. */
#include "bench/county.h"

#include <stdio.h>
#include <stdlib.h>

#define CATALOG_BYTES_MAX (64U << 20)
#define FILL_AT_ONCE (1500 * FORMS) /* submissions encoded at a time */
#define FLOOR_FILL_BATCH 1000
#define FOREVER_NS INT64_MAX

void county_open(struct county *county, const char *program, const char *dir,
                 const struct shape *shape, bool with_floor)
{
    struct jb_buf yaml;
    memset(county, 0, sizeof(*county));
    jb_buf_init(&yaml, CATALOG_BYTES_MAX);
    workload_catalog(shape, &yaml);
    server_init(&county->server, program, dir);
    server_start(&county->server);
    server_load_catalog(&county->server, jb_buf_slice(&yaml));
    jb_buf_free(&yaml);
    county->signer = jb_identity_new();
    server_grant(&county->server, jb_identity_public(county->signer), WORKLOAD_ROOT);
    book_open(&county->book, shape, county->server.welcome.store_id,
              county->server.welcome.catalog_version);
    if (with_floor) {
        char *path = jb_xasprintf("%s/floor", dir);
        county->floor = floor_open(path, shape);
        free(path);
    }
}

void county_close(struct county *county)
{
    server_stop(&county->server);
    server_free(&county->server);
    floor_close(county->floor);
    book_close(&county->book);
    jb_identity_free(county->signer);
}

int64_t county_fill(struct county *county, uint32_t count)
{
    uint64_t figures = 0;
    int64_t took = 0;
    struct samples commits = {0};
    for (uint32_t done = 0; done < count;) {
        uint32_t part = count - done < FILL_AT_ONCE ? count - done : FILL_AT_ONCE;
        struct plan plan;
        struct load_result result = {0};
        plan_first(&plan, &county->book, LANES_MAX, county->filings, part);
        struct load load = {.endpoint = county->server.write, .plan = &plan, .book = &county->book};
        int64_t start = now_ns();
        load_run(&load, &result);
        took += now_ns() - start;
        if (result.submissions != part)
            die("only %lu of %u filings were taken", (unsigned long)result.submissions, part);
        figures += (uint64_t)part * INDICATORS / FORMS;
        if (county->floor) {
            plan_rewind(&plan);
            floor_run(county->floor, &plan, FLOOR_FILL_BATCH, FOREVER_NS, &commits);
        }
        samples_free(&result.receipts);
        plan_free(&plan, &county->book);
        county->filings += part;
        done += part;
    }
    samples_free(&commits);
    return took ? (int64_t)(figures * 1000000000ULL / (uint64_t)took) : 0;
}
