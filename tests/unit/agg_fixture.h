/* A desk for tests of the aggregator: a store in a temporary folder with its engine, a small
 * catalogue whose numbers can be added up by hand, and submissions in one line.
 *
 * The tree: county -> east -> {ash, beech, cedar}, county -> west -> {dune}. The group `river` has
 * ash and dune. `east` reports too: `visits` adds to its towns', `audit` is compared with theirs.
 */
#ifndef JB_TEST_AGG_FIXTURE_H
#define JB_TEST_AGG_FIXTURE_H

#include "jb_test.h"

#include <sodium.h>

#include "aggregator/binding.h"
#include "aggregator/engine.h"
#include "net/wire_catalog.h"
#include "net/wire_submission.h"

#define AGG_START_US 1700000000000000LL /* 2023-11-14 */
#define AGG_ROWS_MAX 64

#define AGG_UNITS                                                                                  \
    "catalog: trees\n"                                                                             \
    "name: {zh: \"树县\", en: Tree County}\n"                                                    \
    "zone: \"+08:00\"\n"                                                                           \
    "frequency: quarter\n"                                                                         \
    "units:\n"                                                                                     \
    "  - {code: county, name: {zh: \"县\"}, kind: county}\n"                                      \
    "  - {code: east, name: {zh: \"东\"}, kind: branch, parent: county}\n"                        \
    "  - {code: west, name: {zh: \"西\"}, kind: branch, parent: county}\n"                        \
    "  - {code: ash, name: {zh: \"甲\"}, kind: town, parent: east}\n"                             \
    "  - {code: beech, name: {zh: \"乙\"}, kind: town, parent: east}\n"                           \
    "  - {code: cedar, name: {zh: \"丙\"}, kind: town, parent: east}\n"                           \
    "  - {code: dune, name: {zh: \"丁\"}, kind: town, parent: west}\n"
#define AGG_GROUPS                                                                                 \
    "groups:\n"                                                                                    \
    "  - {code: river, name: {zh: \"河\"}, members: [ash, dune]}\n"
#define AGG_INDICATORS                                                                             \
    "sections:\n"                                                                                  \
    "  - {code: all, name: {zh: \"全部\"}}\n"                                                    \
    "indicators:\n"                                                                                \
    "  - {code: cases, name: {zh: \"案件\"}, unit_of_measure: {zh: \"件\"}, measure: flow,\n"   \
    "     decimals: 2, owners: [ash, beech, cedar, dune], sections: [all]}\n"                      \
    "  - {code: staff, name: {zh: \"人员\"}, unit_of_measure: {zh: \"人\"}, measure: stock,\n"  \
    "     decimals: 0, owners: [ash, beech, cedar, dune], sections: [all]}\n"                      \
    "  - {code: oldest, name: {zh: \"最长\"}, unit_of_measure: {zh: \"天\"}, measure: stock,\n" \
    "     decimals: 0, unit_agg: max, owners: [ash, beech, cedar, dune], sections: [all]}\n"       \
    "  - {code: newest, name: {zh: \"最短\"}, unit_of_measure: {zh: \"天\"}, measure: stock,\n" \
    "     decimals: 0, unit_agg: min, owners: [ash, beech, cedar, dune], sections: [all]}\n"       \
    "  - {code: visits, name: {zh: \"走访\"}, unit_of_measure: {zh: \"次\"}, measure: flow,\n"  \
    "     decimals: 0, parent_value: add, owners: [east, ash, beech, cedar, dune],\n"              \
    "     sections: [all]}\n"                                                                      \
    "  - {code: audit, name: {zh: \"核查\"}, unit_of_measure: {zh: \"次\"}, measure: flow,\n"   \
    "     decimals: 0, parent_value: compare, owners: [east, ash, dune], sections: [all]}\n"       \
    "  - {code: grown, name: {zh: \"累计\"}, unit_of_measure: {zh: \"件\"}, measure: flow,\n"   \
    "     decimals: 0, bases: [period, ytd], owners: [ash, beech, cedar, dune],\n"                 \
    "     sections: [all]}\n"                                                                      \
    "  - {code: story, name: {zh: \"情况\"}, measure: text, unit_of_measure: {zh: \"无\"},\n"   \
    "     owners: [ash, beech, cedar, dune], sections: [all]}\n"
#define AGG_FORMS                                                                                  \
    "forms:\n"                                                                                     \
    "  - code: daily\n"                                                                            \
    "    title: {zh: \"日常\"}\n"                                                                \
    "    units: [ash, beech, cedar, dune]\n"                                                       \
    "    rows:\n"                                                                                  \
    "      - {indicator: cases}\n"                                                                 \
    "      - {indicator: staff}\n"                                                                 \
    "      - {indicator: oldest}\n"                                                                \
    "      - {indicator: newest}\n"                                                                \
    "      - {indicator: grown}\n"                                                                 \
    "      - {indicator: story}\n"                                                                 \
    "  - code: rounds\n"                                                                           \
    "    title: {zh: \"巡查\"}\n"                                                                \
    "    units: [east, ash, beech, cedar, dune]\n"                                                 \
    "    rows:\n"                                                                                  \
    "      - {indicator: visits}\n"                                                                \
    "      - {indicator: audit}\n"
#define AGG_CATALOG AGG_UNITS AGG_GROUPS AGG_INDICATORS AGG_FORMS

static const uint8_t agg_store_id[16] = {'t', 'r', 'e', 'e', 's'};

struct agg_desk {
    char *base; /* the test's folder */
    char *dir;  /* the store's */
    jb_engine *engine;
    bool unsigned_ok;
    int64_t now_us;
    uint64_t requests;
    const char *explanation;            /* of every submission; NULL: none */
    const char *signed_for;             /* of the submissions that are made; NULL: none */
    struct jb_arena arena;              /* answers of the last call */
    struct jb_arena proposals, replies; /* of all batches since the last agg_send */
    struct jb_buf buf;
    struct jb_findings findings; /* of the last call */
};

/* One row: value as text, "n/a" or "withdrawn", or "text:..." for a text figure. */
struct agg_row {
    const char *indicator, *value;
    enum jb_mark mark;
    enum jb_status status;
    const char *basis; /* NULL: the default */
    const char *note;  /* NULL: none */
};

#define AGG_ROW(indicator_, value_, ...)                                                           \
    {                                                                                              \
        .indicator = (indicator_), .value = (value_), ##__VA_ARGS__                                \
    }

struct agg_submission {
    const char *unit, *form, *period;
    uint8_t id, predecessor; /* ids are this byte 16 times; predecessor 0: none */
    const struct agg_row *rows;
    uint32_t row_count;
    uint32_t catalog_version;
    const char *reason;
};

static inline struct jb_uuid agg_id(uint8_t id)
{
    struct jb_uuid uuid;
    memset(uuid.bytes, id, sizeof(uuid.bytes));
    return uuid;
}

static inline void agg_desk_open_engine(struct agg_desk *d, uint64_t map_bytes)
{
    struct jb_engine_config config = {.map_bytes = map_bytes, .unsigned_ok = d->unsigned_ok};
    assert_int_equal(jb_engine_open(d->dir, &config, &d->engine), JB_OK);
}

/* A new store without a catalogue. map_bytes 0: default. birth NULL: nobody needs to sign. */
static inline struct agg_desk *agg_desk_born(uint64_t map_bytes, const struct jb_birth *birth)
{
    struct agg_desk *d = calloc(1, sizeof(*d));
    struct jb_engine_config config = {.map_bytes = map_bytes, .unsigned_ok = !birth};
    d->unsigned_ok = !birth;
    d->base = jb_test_tmpdir();
    d->dir = jb_xasprintf("%s/store", d->base);
    d->now_us = AGG_START_US;
    jb_arena_init(&d->arena, 64 << 20);
    jb_arena_init(&d->proposals, 256 << 20);
    jb_arena_init(&d->replies, 256 << 20);
    jb_buf_init(&d->buf, 64 << 20);
    jb_findings_init(&d->findings);
    assert_int_equal(jb_engine_init(d->dir, &config, agg_store_id, d->now_us, birth), JB_OK);
    agg_desk_open_engine(d, map_bytes);
    return d;
}

static inline struct agg_desk *agg_desk_new(uint64_t map_bytes)
{
    return agg_desk_born(map_bytes, NULL);
}

static inline void agg_desk_free(struct agg_desk *d)
{
    jb_engine_close(d->engine);
    jb_findings_free(&d->findings);
    jb_buf_free(&d->buf);
    jb_arena_free(&d->arena);
    jb_arena_free(&d->proposals);
    jb_arena_free(&d->replies);
    jb_test_rmdir(d->base);
    free(d->dir);
    free(d);
}

static inline struct jb_envelope agg_envelope(enum jb_kind kind, struct jb_slice payload)
{
    return (struct jb_envelope){.kind = (uint32_t)kind,
                                .request_id = JB_LIT("r"),
                                .store_id = jb_slice_of(agg_store_id, 16),
                                .payload = payload};
}

static inline jb_err agg_offer(struct agg_desk *d, const struct jb_envelope *envelope,
                               uint64_t connection, struct jb_reply *ret)
{
    struct jb_proposal proposal;
    jb_proposal_read(envelope, connection, jb_engine_verifier(d->engine), &d->proposals, &proposal);
    return jb_engine_offer(d->engine, &proposal, d->now_us, ret);
}

/* One message as a batch of its own. */
static inline jb_err agg_send(struct agg_desk *d, const struct jb_envelope *envelope,
                              struct jb_reply *ret)
{
    bool moved;
    d->now_us += 1000000;
    jb_arena_clear(&d->proposals);
    jb_arena_clear(&d->replies);
    jb_err err = jb_engine_begin(d->engine, &d->replies);
    if (!err)
        err = agg_offer(d, envelope, 1, ret);
    if (!err)
        err = jb_engine_commit(d->engine, &moved);
    jb_engine_abort(d->engine);
    return err;
}

static inline struct jb_row agg_row_of(const struct agg_row *from)
{
    struct jb_row row = {.indicator = jb_slice_str(from->indicator),
                         .state = JB_STATE_VALUE,
                         .mark = from->mark,
                         .status = from->status};
    if (from->basis)
        row.basis = jb_slice_str(from->basis);
    if (from->note)
        row.note = jb_slice_str(from->note);
    if (strcmp(from->value, "n/a") == 0)
        row.state = JB_STATE_NOT_APPLICABLE;
    else if (strcmp(from->value, "withdrawn") == 0)
        row.state = JB_STATE_WITHDRAWN;
    else if (strncmp(from->value, "text:", 5) == 0)
        row.text = jb_slice_str(from->value + 5);
    else
        assert_int_equal(jb_dec_parse(jb_slice_str(from->value), &row.number), JB_OK);
    return row;
}

/* The payload, in d->buf. */
static inline struct jb_slice agg_encode(struct agg_desk *d, const struct agg_submission *from)
{
    struct jb_row rows[AGG_ROWS_MAX];
    struct jb_submission submission = {
        .id = agg_id(from->id),
        .unit = jb_slice_str(from->unit),
        .form = jb_slice_str(from->form),
        .period = jb_slice_str(from->period),
        .has_predecessor = from->predecessor != 0,
        .predecessor = agg_id(from->predecessor),
        .catalog_version = from->catalog_version ? from->catalog_version : 1,
        .reason = jb_slice_str(from->reason ? from->reason : ""),
        .signed_for = jb_slice_str(d->signed_for ? d->signed_for : ""),
        .explanation = jb_slice_str(d->explanation ? d->explanation : ""),
        .rows = rows,
        .row_count = from->row_count,
    };
    assert_true(from->row_count <= AGG_ROWS_MAX);
    for (uint32_t i = 0; i < from->row_count; i++)
        rows[i] = agg_row_of(&from->rows[i]);
    jb_buf_clear(&d->buf);
    jb_wire_submission_encode(&submission, &d->buf);
    assert_false(d->buf.failed);
    return jb_buf_slice(&d->buf);
}

static inline void agg_read_receipt(struct agg_desk *d, const struct jb_reply *reply,
                                    struct jb_receipt *ret)
{
    assert_int_equal(reply->kind, JB_KIND_RECEIPT);
    jb_findings_clear(&d->findings);
    assert_int_equal(jb_wire_receipt_decode(reply->payload, &d->arena, ret, &d->findings), JB_OK);
}

/* Sends one submission; the receipt's slices live until the next call. */
static inline struct jb_receipt agg_submit(struct agg_desk *d, const struct agg_submission *from)
{
    struct jb_envelope envelope = agg_envelope(JB_KIND_SUBMIT, agg_encode(d, from));
    struct jb_reply reply = {0};
    struct jb_receipt receipt;
    jb_arena_clear(&d->arena);
    assert_int_equal(agg_send(d, &envelope, &reply), JB_OK);
    agg_read_receipt(d, &reply, &receipt);
    return receipt;
}

/* agg_submit_rows(d, "ash", "daily", "2023-Q1", id, predecessor, AGG_ROW("cases", "12"), ...) */
#define agg_submit_rows(d, unit_, form_, period_, id_, predecessor_, ...)                          \
    agg_submit(                                                                                    \
        d, &(struct agg_submission){.unit = (unit_),                                               \
                                    .form = (form_),                                               \
                                    .period = (period_),                                           \
                                    .id = (id_),                                                   \
                                    .predecessor = (predecessor_),                                 \
                                    .rows = (const struct agg_row[]){__VA_ARGS__},                 \
                                    .row_count = sizeof((const struct agg_row[]){__VA_ARGS__}) /   \
                                                 sizeof(struct agg_row)})

/* Loads a catalogue in one part. The answer's findings are in d->findings. */
static inline struct jb_catalog_put_done agg_load(struct agg_desk *d, const char *yaml)
{
    struct jb_catalog_put put = {.size = strlen(yaml), .bytes = jb_slice_str(yaml)};
    struct jb_catalog_put_done done;
    struct jb_reply reply = {0};
    crypto_generichash(put.hash, sizeof(put.hash), put.bytes.ptr, put.bytes.len, NULL, 0);
    jb_buf_clear(&d->buf);
    jb_wire_catalog_put_encode(&put, &d->buf);
    assert_false(d->buf.failed);
    struct jb_envelope envelope = agg_envelope(JB_KIND_CATALOG_PUT, jb_buf_slice(&d->buf));
    jb_arena_clear(&d->arena);
    jb_findings_clear(&d->findings);
    assert_int_equal(agg_send(d, &envelope, &reply), JB_OK);
    assert_int_equal(reply.kind, JB_KIND_CATALOG_PUT_DONE);
    assert_int_equal(jb_wire_catalog_put_done_decode(reply.payload, &d->arena, &done, &d->findings),
                     JB_OK);
    return done;
}

/* Where a cell is; an unknown unit or group fails the test. */
static inline void agg_place(jb_kv_txn *txn, const char *node, const char *indicator,
                             uint32_t *ret_node, uint32_t *ret_number)
{
    if (jb_store_number(txn, JB_NAME_UNIT, jb_slice_str(node), ret_node)) {
        assert_int_equal(jb_store_number(txn, JB_NAME_GROUP, jb_slice_str(node), ret_node), JB_OK);
        *ret_node |= JB_NODE_GROUP;
    }
    assert_int_equal(jb_store_number(txn, JB_NAME_INDICATOR, jb_slice_str(indicator), ret_number),
                     JB_OK);
}

/* The sum cell below a unit or of a group; empty when there is none. */
static inline struct jb_sum_cell agg_sum(struct agg_desk *d, const char *node,
                                         const char *indicator, const char *period_text,
                                         uint32_t stretch)
{
    struct jb_sum_cell cell = {0};
    struct jb_sum_block block = {0};
    struct jb_period period;
    struct jb_slice record;
    jb_kv_txn *txn = NULL;
    uint32_t number, at;
    assert_int_equal(jb_period_parse(jb_slice_str(period_text), &period), JB_OK);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    agg_place(txn, node, indicator, &at, &number);
    jb_err err = jb_store_block(txn, JB_PLANE_SUM, at, period, jb_block_of(number), &record);
    if (err != JB_ENOTFOUND) {
        assert_int_equal(err, JB_OK);
        assert_int_equal(jb_sum_block_decode(record, &block), JB_OK);
        const struct jb_sum_cell *found = jb_sum_block_find(&block, jb_slot_of(number), stretch);
        if (found)
            cell = *found;
    }
    jb_sum_block_free(&block);
    jb_kv_abort(&txn);
    return cell;
}

/* What the unit itself reported; state NOT_REPORTED when nothing. */
static inline struct jb_own_cell agg_own(struct agg_desk *d, const char *unit,
                                         const char *indicator, const char *period_text,
                                         uint32_t stretch)
{
    struct jb_own_cell cell = {0};
    struct jb_own_block block = {0};
    struct jb_period period;
    struct jb_slice record;
    jb_kv_txn *txn = NULL;
    uint32_t number, at;
    assert_int_equal(jb_period_parse(jb_slice_str(period_text), &period), JB_OK);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    agg_place(txn, unit, indicator, &at, &number);
    jb_err err = jb_store_block(txn, JB_PLANE_OWN, at, period, jb_block_of(number), &record);
    if (err != JB_ENOTFOUND) {
        assert_int_equal(err, JB_OK);
        assert_int_equal(jb_own_block_decode(record, &block), JB_OK);
        const struct jb_own_cell *found = jb_own_block_find(&block, jb_slot_of(number), stretch);
        if (found)
            cell = *found;
    }
    jb_own_block_free(&block);
    jb_kv_abort(&txn);
    return cell;
}

static inline struct jb_store_head agg_head(struct agg_desk *d)
{
    struct jb_store_head head;
    jb_kv_txn *txn = NULL;
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_head(txn, &head), JB_OK);
    jb_kv_abort(&txn);
    return head;
}

/* A store with the catalogue above. */
static inline struct agg_desk *agg_desk_ready(void)
{
    struct agg_desk *d = agg_desk_new(0);
    struct jb_catalog_put_done done = agg_load(d, AGG_CATALOG);
    if (done.version != 1)
        jb_findings_print(&d->findings, stderr);
    assert_int_equal(done.version, 1);
    return d;
}

#endif
