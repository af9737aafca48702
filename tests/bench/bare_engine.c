/* The write engine alone, without doors, threads or clients: the same rows, the same batches as the
 * floor. What it is short of the floor is the engine's own work; what the doors' figures are short
 * of this is the way there and back. Also the thing to put under a profiler. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "aggregator/engine.h"
#include "base/limits.h"
#include "bench/rounds.h"
#include "net/wire_catalog.h"
#include "net/wire_submission.h"

#define FOREVER_NS INT64_MAX
#define MAP_BYTES (8ULL << 30)
#define FILL_BATCH 1000
#define BATCH_BYTES_MAX (64 << 20)
#define FILL_AT_ONCE (1500 * FORMS)

struct bare {
    jb_engine *engine;
    struct jb_arena arena, proposals, replies;
    struct book book;
    struct floor *floor;
};

static void need(jb_err err, const char *what)
{
    if (err)
        die("engine: %s: %s", what, jb_err_name(err));
}

static void begin(struct bare *bare)
{
    jb_arena_clear(&bare->proposals);
    jb_arena_clear(&bare->replies);
    need(jb_engine_begin(bare->engine, &bare->replies), "begin");
}

static void offer(struct bare *bare, struct jb_slice bytes, struct jb_reply *ret)
{
    struct jb_envelope envelope;
    struct jb_proposal proposal;
    jb_arena_clear(&bare->arena);
    need(jb_wire_envelope_decode(bytes, &bare->arena, &envelope), "envelope");
    jb_proposal_read(&envelope, 1, jb_engine_verifier(bare->engine), &bare->proposals, &proposal);
    need(jb_engine_offer(bare->engine, &proposal, jb_clock_now_us(), ret), "offer");
}

static void put_catalog(struct bare *bare, const struct shape *shape, const uint8_t store_id[16])
{
    struct jb_buf yaml, payload, bytes;
    struct jb_reply reply;
    bool moved = false;
    jb_buf_init(&yaml, JB_CATALOG_PART_BYTES_MAX);
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&bytes, JB_MESSAGE_BYTES_MAX);
    workload_catalog(shape, &yaml);
    struct jb_catalog_put put = {.size = yaml.len, .bytes = jb_buf_slice(&yaml)};
    crypto_generichash(put.hash, sizeof(put.hash), yaml.ptr, yaml.len, NULL, 0);
    jb_wire_catalog_put_encode(&put, &payload);
    jb_wire_envelope_encode(&(struct jb_envelope){.kind = JB_KIND_CATALOG_PUT,
                                                  .request_id = JB_LIT("1"),
                                                  .store_id = jb_slice_of(store_id, 16),
                                                  .payload = jb_buf_slice(&payload)},
                            &bytes);
    begin(bare);
    offer(bare, jb_buf_slice(&bytes), &reply);
    need(jb_engine_commit(bare->engine, &moved), "commit");
    if (!moved)
        die("engine: the catalogue was not taken");
    jb_buf_free(&yaml);
    jb_buf_free(&payload);
    jb_buf_free(&bytes);
}

/* Like floor_run, for the engine. */
static int64_t run_batches(struct bare *bare, struct plan *plan, uint32_t batch,
                           int64_t duration_ns)
{
    uint32_t turn = 0;
    uint64_t figures = 0;
    bool moved = true;
    int64_t start = now_ns(), last = start;
    while (moved && last - start < duration_ns) {
        begin(bare);
        for (uint32_t i = 0; i < batch; i++) {
            const struct parcel *p = plan_next(plan, &turn);
            struct jb_reply reply;
            if (!p)
                break;
            offer(bare, jb_slice_of(plan->bytes.ptr + p->at, p->len), &reply);
            if (reply.kind != JB_KIND_RECEIPT || reply.payload.ptr[1] != JB_ACCEPTED)
                die("engine: a submission was not accepted");
            book_accept(&bare->book, p);
            figures += p->row_count;
        }
        need(jb_engine_commit(bare->engine, &moved), "commit");
        last = now_ns();
    }
    return last > start ? (int64_t)(figures * 1000000000ULL / (uint64_t)(last - start)) : 0;
}

static void fill(struct bare *bare, const struct shape *shape)
{
    struct samples commits = {0};
    uint32_t total = workload_filings(shape);
    for (uint32_t done = 0; done < total; done += FILL_AT_ONCE) {
        struct plan plan;
        uint32_t part = total - done < FILL_AT_ONCE ? total - done : FILL_AT_ONCE;
        plan_first(&plan, &bare->book, LANES_MAX, done, part);
        run_batches(bare, &plan, FILL_BATCH, FOREVER_NS);
        plan_rewind(&plan);
        floor_run(bare->floor, &plan, FILL_BATCH, FOREVER_NS, &commits);
        plan_free(&plan, &bare->book);
    }
    samples_free(&commits);
}

static void open_bare(struct bare *bare, const struct settings *settings)
{
    const uint8_t store_id[16] = {1};
    const struct jb_engine_config config = {.map_bytes = MAP_BYTES, .unsigned_ok = true};
    struct jb_welcome welcome;
    char *store = jb_xasprintf("%s/engine", settings->dir);
    char *floor = jb_xasprintf("%s/engine-floor", settings->dir);
    jb_arena_init(&bare->arena, JB_MESSAGE_BYTES_MAX);
    jb_arena_init(&bare->proposals, BATCH_BYTES_MAX);
    jb_arena_init(&bare->replies, BATCH_BYTES_MAX);
    need(jb_engine_init(store, &config, store_id, jb_clock_now_us(), NULL), "init");
    need(jb_engine_open(store, &config, &bare->engine), "open");
    put_catalog(bare, &settings->shape, store_id);
    jb_engine_welcome(bare->engine, jb_clock_now_us(), &welcome);
    book_open(&bare->book, &settings->shape, store_id, welcome.catalog_version);
    bare->floor = floor_open(floor, &settings->shape);
    fill(bare, &settings->shape);
    free(store);
    free(floor);
}

void engine_run(const struct settings *settings)
{
    static const uint32_t batches[] = {1, 8, 64};
    struct bare bare;
    memset(&bare, 0, sizeof(bare));
    open_bare(&bare, settings);
    printf("%-28s %14s %14s %8s\n", "engine without doors", "figures/s", "floor", "ratio");
    for (uint32_t round = 0; round < settings->rounds; round++) {
        for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
            struct samples commits = {0};
            struct plan plan;
            char texts[2][32];
            uint32_t lanes = batches[i];
            plan_corrections(&plan, &bare.book, &settings->shape, lanes,
                             (uint32_t)(settings->point_ns / 1000 / 20 / lanes));
            int64_t rate = run_batches(&bare, &plan, lanes, settings->point_ns);
            plan_rewind(&plan);
            int64_t floor =
                tally_rate(floor_run(bare.floor, &plan, lanes, settings->point_ns, &commits));
            plan_free(&plan, &bare.book);
            samples_free(&commits);
            printf("%4u figures a commit %7s %14s %14s %5lld.%02lld\n", lanes * FORM_ROWS, "",
                   grouped(rate, texts[0]), grouped(floor, texts[1]), (long long)(rate / floor),
                   (long long)(rate * 100 / floor % 100));
            fflush(stdout);
        }
    }
    jb_engine_close(bare.engine);
    floor_close(bare.floor);
    book_close(&bare.book);
    jb_arena_free(&bare.arena);
    jb_arena_free(&bare.proposals);
    jb_arena_free(&bare.replies);
}
