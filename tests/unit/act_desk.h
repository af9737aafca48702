/* A desk for tests of acts: an engine with managed periods and keys for every duty, on which
 * submissions and acts are signed and sent in one line. Test key n has the seed n, 32 times. */
#ifndef JB_TEST_ACT_DESK_H
#define JB_TEST_ACT_DESK_H

#include "unit/rights_desk.h"

#include "aggregator/past.h"
#include "aggregator/periods.h"
#include "aggregator/verify.h"
#include "net/wire_acts.h"

enum { OFFICE = 10, REVIEWER, ASH, BEECH, DUNE, CATALOGUER, SPARE_HAND };

#define ACT_INDICATORS(units)                                                                      \
    "sections:\n"                                                                                  \
    "  - {code: all, name: {zh: \"全部\"}}\n"                                                    \
    "indicators:\n"                                                                                \
    "  - {code: calls, name: {zh: \"电话\"}, unit_of_measure: {zh: \"件\"}, measure: flow,\n"   \
    "     decimals: 0, public: true, owners: " units ", sections: [all]}\n"                        \
    "  - {code: cars, name: {zh: \"车\"}, unit_of_measure: {zh: \"辆\"}, measure: stock,\n"      \
    "     decimals: 0, owners: " units ", sections: [all]}\n"                                      \
    "  - {code: extra, name: {zh: \"补充\"}, unit_of_measure: {zh: \"件\"}, measure: flow,\n"   \
    "     decimals: 0, owners: " units ", sections: [all]}\n"
#define ACT_FORMS(units)                                                                           \
    "forms:\n"                                                                                     \
    "  - code: work\n"                                                                             \
    "    title: {zh: \"工作\"}\n"                                                                \
    "    units: " units "\n"                                                                       \
    "    rows:\n"                                                                                  \
    "      - {indicator: calls}\n"                                                                 \
    "      - {indicator: cars}\n"                                                                  \
    "      - {indicator: extra, optional: true}\n"
#define ACT_OF(units) ACT_INDICATORS(units) ACT_FORMS(units)
#define ACT_CATALOG "periods: managed\n" AGG_UNITS AGG_GROUPS ACT_OF("[ash, beech, dune]")

static inline jb_err act_sign_send(struct agg_desk *d, uint8_t signer, enum jb_kind kind,
                                   struct jb_slice payload, struct jb_reply *ret)
{
    uint8_t signature[64];
    struct jb_public_key key = rights_key(signer);
    struct jb_envelope envelope = agg_envelope(kind, payload);
    rights_sign(signer, kind, agg_store_id, payload, signature);
    envelope.signer = jb_slice_of(key.bytes, 32);
    envelope.signature = jb_slice_of(signature, 64);
    return agg_send(d, &envelope, ret);
}

static inline struct jb_uuid act_id(struct agg_desk *d)
{
    struct jb_uuid id = {{0xaa}};
    d->requests++;
    memcpy(id.bytes + 1, &d->requests, 8);
    return id;
}

static inline bool act_allow(struct agg_desk *d, uint8_t n, const char *label,
                             struct jb_grant grant)
{
    struct jb_key_change change = {.id = act_id(d),
                                   .epoch = 1,
                                   .action = JB_KEY_ALLOW,
                                   .key = rights_key(n),
                                   .label = jb_slice_str(label),
                                   .has_grant = true,
                                   .grant = grant};
    struct jb_key_change_done done;
    struct jb_reply reply = {0};
    jb_buf_clear(&d->buf);
    jb_wire_key_change_encode(&change, &d->buf);
    assert_int_equal(
        act_sign_send(d, KEY_SECURITY, JB_KIND_KEY_CHANGE, jb_buf_slice(&d->buf), &reply), JB_OK);
    jb_findings_clear(&d->findings);
    assert_int_equal(jb_wire_key_change_done_decode(reply.payload, &d->arena, &done, &d->findings),
                     JB_OK);
    if (!done.revision)
        jb_findings_print(&d->findings, stderr);
    return done.revision > 0;
}

static inline uint32_t act_load(struct agg_desk *d, const char *yaml, uint32_t replaces)
{
    struct jb_catalog_put put;
    struct jb_catalog_put_done done;
    struct jb_reply reply = {0};
    jb_catalog_put_last(jb_slice_str(yaml), JB_LIT("office"), JB_LIT("test"), replaces, 1, &put);
    jb_buf_clear(&d->buf);
    jb_wire_catalog_put_encode(&put, &d->buf);
    assert_int_equal(
        act_sign_send(d, CATALOGUER, JB_KIND_CATALOG_PUT, jb_buf_slice(&d->buf), &reply), JB_OK);
    jb_findings_clear(&d->findings);
    assert_int_equal(jb_wire_catalog_put_done_decode(reply.payload, &d->arena, &done, &d->findings),
                     JB_OK);
    return done.version;
}

static inline struct agg_desk *act_desk_new(void)
{
    const struct jb_birth born = {.security = rights_key(KEY_SECURITY),
                                  .security_label = JB_LIT("Chief"),
                                  .recovery = rights_key(KEY_RECOVERY),
                                  .server = rights_key(KEY_SERVER)};
    struct agg_desk *d = agg_desk_born(0, &born);
    assert_true(act_allow(d, CATALOGUER, "Catalogue", (struct jb_grant){.role = JB_ROLE_CATALOG}));
    if (act_load(d, ACT_CATALOG, 0) != 1) {
        jb_findings_print(&d->findings, stderr);
        assert_true(false);
    }
    assert_true(act_allow(d, OFFICE, "Office", (struct jb_grant){.role = JB_ROLE_PERIODS}));
    assert_true(
        act_allow(d, REVIEWER, "Reviewer",
                  (struct jb_grant){.role = JB_ROLE_REVIEW, RIGHTS_UNITS(RIGHTS_BELOW("east"))}));
    assert_true(
        act_allow(d, ASH, "Ash clerk",
                  (struct jb_grant){.role = JB_ROLE_REPORT, RIGHTS_UNITS(RIGHTS_ONE("ash"))}));
    assert_true(
        act_allow(d, BEECH, "Beech clerk",
                  (struct jb_grant){.role = JB_ROLE_REPORT, RIGHTS_UNITS(RIGHTS_ONE("beech"))}));
    assert_true(
        act_allow(d, DUNE, "Dune clerk",
                  (struct jb_grant){.role = JB_ROLE_REPORT, RIGHTS_UNITS(RIGHTS_ONE("dune"))}));
    return d;
}

/* Test key `signer` does the act; epoch, and an id when it has none, are filled in. d->findings say
 * why not. *ret may be NULL. */
static inline bool act_do(struct agg_desk *d, uint8_t signer, struct jb_act act,
                          struct jb_act_done *ret)
{
    struct jb_act_done done = {0};
    struct jb_reply reply = {0};
    act.epoch = act.epoch ? act.epoch : 1;
    if (jb_uuid_is_nil(act.id))
        act.id = act_id(d);
    jb_buf_clear(&d->buf);
    jb_wire_act_encode(&act, &d->buf);
    assert_false(d->buf.failed);
    assert_int_equal(act_sign_send(d, signer, JB_KIND_ACT, jb_buf_slice(&d->buf), &reply), JB_OK);
    assert_int_equal(reply.kind, JB_KIND_ACT_DONE);
    jb_findings_clear(&d->findings);
    assert_int_equal(jb_wire_act_done_decode(reply.payload, &d->arena, &done, &d->findings), JB_OK);
    assert_true((done.revision > 0) == (d->findings.errors == 0));
    if (ret)
        *ret = done;
    return done.revision > 0;
}

static inline struct jb_period act_period(const char *text)
{
    struct jb_period period;
    assert_int_equal(jb_period_parse(jb_slice_str(text), &period), JB_OK);
    return period;
}

/* act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q2", .backfill = true) */
#define act_on(d, signer, kind_, period_, ...)                                                     \
    act_do(d, signer,                                                                              \
           (struct jb_act){.kind = (kind_), .period = act_period(period_), ##__VA_ARGS__}, NULL)
#define act_review(d, signer, kind_, unit_, period_, id_, ...)                                     \
    act_on(d, signer, kind_, period_, .unit = jb_slice_str(unit_), .form = JB_LIT("work"),         \
           .submission = agg_id(id_), ##__VA_ARGS__)

/* Key n sends it. The receipt's findings are in d->findings. */
static inline enum jb_outcome act_send(struct agg_desk *d, uint8_t n,
                                       const struct agg_submission *from)
{
    struct jb_receipt receipt;
    struct jb_reply reply = {0};
    assert_int_equal(act_sign_send(d, n, JB_KIND_SUBMIT, agg_encode(d, from), &reply), JB_OK);
    agg_read_receipt(d, &reply, &receipt);
    return receipt.outcome;
}

/* Key n submits calls and cars (each may be NULL) of its unit. */
static inline enum jb_outcome act_submit(struct agg_desk *d, uint8_t n, const char *unit,
                                         const char *period, uint8_t id, uint8_t predecessor,
                                         const char *calls, const char *cars)
{
    struct agg_row rows[2];
    struct agg_submission from = {.unit = unit,
                                  .form = "work",
                                  .period = period,
                                  .id = id,
                                  .predecessor = predecessor,
                                  .rows = rows};
    if (calls)
        rows[from.row_count++] = (struct agg_row){.indicator = "calls", .value = calls};
    if (cars)
        rows[from.row_count++] = (struct agg_row){.indicator = "cars", .value = cars};
    return act_send(d, n, &from);
}

static inline bool act_told(const struct agg_desk *d, enum jb_finding_code code)
{
    for (uint32_t i = 0; i < d->findings.count; i++) {
        if (d->findings.items[i].code == code)
            return true;
    }
    jb_findings_print(&d->findings, stderr);
    return false;
}
#define ACT_REFUSED(d, code, call)                                                                 \
    do {                                                                                           \
        assert_false(call);                                                                        \
        assert_true(act_told(d, code));                                                            \
    } while (0)

/* The filing of the unit's form `work`, as of a revision (0: now); state NOT_REPORTED when nothing
 * ever happened to it. */
static inline struct jb_filing act_filing(struct agg_desk *d, const char *unit, const char *period,
                                          uint64_t as_of)
{
    struct jb_filing filing = jb_filing_new(0);
    struct jb_past_scratch scratch = {0};
    struct jb_past past = {0};
    jb_kv_txn *txn = NULL;
    uint32_t number;
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_number(txn, JB_NAME_UNIT, jb_slice_str(unit), &number), JB_OK);
    if (as_of) {
        assert_int_equal(jb_past_read(txn, number, act_period(period), as_of, &scratch, &past),
                         JB_OK);
        if (past.filing_count)
            filing = past.filings[0].filing;
    } else {
        assert_int_equal(jb_past_filings(txn, number, act_period(period), &scratch), JB_OK);
        if (scratch.filings.count)
            filing = scratch.filings.items[0];
    }
    jb_past_free(&past);
    jb_past_scratch_free(&scratch);
    jb_kv_abort(&txn);
    return filing;
}

/* The caller frees it. */
static inline struct jb_period_state act_state(struct agg_desk *d, const char *period,
                                               uint64_t as_of)
{
    struct jb_period_state state = {0};
    jb_kv_txn *txn = NULL;
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_periods_get(txn, act_period(period), as_of, &state), JB_OK);
    jb_kv_abort(&txn);
    return state;
}
static inline enum jb_period_phase act_phase(struct agg_desk *d, const char *period, uint64_t as_of)
{
    struct jb_period_state state = act_state(d, period, as_of);
    enum jb_period_phase phase = state.phase;
    jb_period_state_free(&state);
    return phase;
}

/* The store is what its ledger says. */
static inline void act_verify(struct agg_desk *d)
{
    struct jb_verify_report report;
    jb_kv_txn *txn = NULL;
    char *scratch = jb_xasprintf("%s/scratch", d->base);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_verify(txn, scratch, NULL, NULL, NULL, &report), JB_OK);
    for (uint32_t i = 0; i < report.problem_count; i++)
        fprintf(stderr, "%s\n", report.problems[i]);
    assert_true(report.clean);
    jb_verify_report_free(&report);
    jb_kv_abort(&txn);
    free(scratch);
}

#endif
