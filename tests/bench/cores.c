/* How the verification of signatures grows with processors: alone, in as many threads as there are
 * processors, and in the aggregator, which is kept to the first one, two, ... of them. The agents
 * share the machine. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "aggregator/proposal.h"
#include "base/limits.h"
#include "bench/rounds.h"

#define CORES_MAX 64
#define LOOK_EVERY 16 /* messages between two looks at the clock */

struct verifying {
    pthread_t thread;
    const struct plan *plan;
    const struct jb_verifier *verifier;
    int64_t duration_ns, took_ns;
    uint64_t done;
};

/* Reads the plan's messages over and over, as those who stand at the door do. */
static void *verify(void *arg)
{
    struct verifying *v = arg;
    const struct lane *lane = &v->plan->lanes[0];
    struct jb_arena arena;
    jb_arena_init(&arena, JB_MESSAGE_BYTES_MAX);
    int64_t start = now_ns();
    while (v->took_ns < v->duration_ns) {
        const struct parcel *p = &lane->parcels[v->done % lane->count];
        struct jb_envelope envelope;
        struct jb_proposal proposal;
        if (jb_wire_envelope_decode(jb_slice_of(v->plan->bytes.ptr + p->at, p->len), NULL,
                                    &envelope))
            die("cores: a message cannot be read");
        jb_arena_clear(&arena);
        jb_proposal_read(&envelope, 1, v->verifier, &arena, &proposal);
        if (!proposal.signature_good)
            die("cores: a signature is not good");
        if (++v->done % LOOK_EVERY == 0)
            v->took_ns = now_ns() - start;
    }
    jb_arena_free(&arena);
    return NULL;
}

/* Who may do what, as the aggregator left it in its store. */
static jb_rights_board *read_rights(const struct county *county)
{
    char *path = jb_xasprintf("%s/store", county->server.dir);
    jb_kv *kv = NULL;
    jb_kv_txn *txn = NULL;
    jb_rights *rights = NULL;
    if (jb_store_open(path, 0, 0, false, true, false, &kv) || jb_kv_begin_read(kv, &txn) ||
        jb_rights_load(txn, &rights))
        die("cores: the store cannot be read");
    jb_kv_abort(&txn);
    jb_kv_close(kv);
    free(path);
    return jb_rights_board_new(rights);
}

/* Messages a second. */
static int64_t verify_alone(const struct settings *settings, struct county *county, uint32_t count)
{
    struct verifying threads[CORES_MAX];
    struct jb_verifier verifier = {.board = read_rights(county)};
    struct plan plan;
    int64_t rate = 0;
    memcpy(verifier.store_id, county->server.welcome.store_id, sizeof(verifier.store_id));
    county->book.signer = county->signer;
    plan_corrections(&plan, &county->book, &settings->shape, 1,
                     lane_length(1, settings->point_ns / 8));
    county->book.signer = NULL;
    for (uint32_t i = 0; i < count; i++) {
        threads[i] = (struct verifying){
            .plan = &plan, .verifier = &verifier, .duration_ns = settings->point_ns};
        if (pthread_create(&threads[i].thread, NULL, verify, &threads[i]))
            die("cores: no thread");
    }
    for (uint32_t i = 0; i < count; i++) {
        pthread_join(threads[i].thread, NULL);
        rate += (int64_t)(threads[i].done * 1000000000ULL / (uint64_t)threads[i].took_ns);
    }
    plan_free(&plan, &county->book);
    jb_rights_board_free(verifier.board);
    return rate;
}

void cores_run(const struct settings *settings)
{
    struct county county;
    cpu_set_t cpus;
    char *dir = jb_xasprintf("%s/cores", settings->dir);
    if (sched_getaffinity(0, sizeof(cpus), &cpus))
        die("cores: they cannot be counted");
    uint32_t cores = (uint32_t)CPU_COUNT(&cpus);
    county_open(&county, settings->self, dir, &settings->shape, false);
    county_fill(&county, workload_filings(&settings->shape));
    printf("\n%-10s %16s %20s %20s %8s\n", "processors", "verified alone/s", "figures/s unsigned",
           "figures/s signed", "ratio");
    for (uint32_t n = 1; n <= cores && n <= CORES_MAX; n++) {
        struct samples alone = {0}, bare = {0}, with = {0}, ratios = {0};
        char texts[3][32];
        server_stop(&county.server);
        county.server.cpus = n;
        server_start(&county.server);
        for (uint32_t i = 0; i < settings->rounds; i++) {
            jb_ignore(wait_for_quiet());
            int64_t rate = rate_run(settings, &county, NULL, LANES_MAX);
            int64_t signed_rate = rate_run(settings, &county, county.signer, LANES_MAX);
            samples_add(&alone, verify_alone(settings, &county, n));
            samples_add(&bare, rate);
            samples_add(&with, signed_rate);
            samples_add(&ratios, rate ? signed_rate * 100 / rate : 0);
        }
        int64_t ratio = samples_at(&ratios, 500);
        printf("%-10u %16s %20s %20s %5lld.%02lld\n", n, grouped(samples_at(&alone, 500), texts[0]),
               grouped(samples_at(&bare, 500), texts[1]), grouped(samples_at(&with, 500), texts[2]),
               (long long)(ratio / 100), (long long)(ratio % 100));
        fflush(stdout);
        samples_free(&alone);
        samples_free(&bare);
        samples_free(&with);
        samples_free(&ratios);
    }
    county_close(&county);
    free(dir);
}
