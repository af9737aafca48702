/* What the tests of the read side add to the desk: a catalogue with rates, ratios and texts, and
 * questions asked through jb_query_run as if by name. */
#ifndef JB_TEST_AGG_READS_H
#define JB_TEST_AGG_READS_H

#include "agg_fixture.h"
#include "aggregator/query.h"

#define READS_INDICATORS                                                                           \
    "sections:\n"                                                                                  \
    "  - {code: work, name: {zh: \"工作\"}}\n"                                                   \
    "  - {code: work.law, name: {zh: \"法治\"}, parent: work}\n"                                 \
    "indicators:\n"                                                                                \
    "  - {code: cases, name: {zh: \"案件\"}, unit_of_measure: {zh: \"件\"}, measure: flow,\n"   \
    "     decimals: 1, owners: [ash, beech, dune], sections: [work.law]}\n"                        \
    "  - {code: solved, name: {zh: \"办结\"}, unit_of_measure: {zh: \"件\"}, measure: flow,\n"  \
    "     decimals: 0, owners: [ash, beech, dune], sections: [work.law]}\n"                        \
    "  - {code: staff, name: {zh: \"人员\"}, unit_of_measure: {zh: \"人\"}, measure: stock,\n"  \
    "     decimals: 0, owners: [ash, beech, dune], sections: [work]}\n"                            \
    "  - {code: rate, name: {zh: \"满意率\"}, unit_of_measure: {zh: \"%\"}, measure: rate,\n"   \
    "     decimals: 2, owners: [dune], sections: [work]}\n"                                        \
    "  - {code: share, name: {zh: \"办结率\"}, unit_of_measure: {zh: \"%\"}, measure: ratio,\n" \
    "     numerator: solved, denominator: cases, sections: [work]}\n"                              \
    "  - {code: load, name: {zh: \"人均案件\"}, unit_of_measure: {zh: \"件/人\"},\n"         \
    "     measure: ratio, numerator: cases, denominator: staff, sections: [work]}\n"               \
    "  - {code: story, name: {zh: \"情况\"}, measure: text, owners: [ash, dune],\n"              \
    "     sections: [work]}\n"
#define READS_FORMS                                                                                \
    "forms:\n"                                                                                     \
    "  - code: daily\n"                                                                            \
    "    title: {zh: \"日常\"}\n"                                                                \
    "    units: [ash, beech, dune]\n"                                                              \
    "    rows:\n"                                                                                  \
    "      - {indicator: cases}\n"                                                                 \
    "      - {indicator: solved}\n"                                                                \
    "      - {indicator: staff}\n"                                                                 \
    "      - {indicator: rate, owed: [2022-Q4]}\n"                                                 \
    "      - {indicator: story, optional: true}\n"
#define READS_CATALOG AGG_UNITS AGG_GROUPS READS_INDICATORS READS_FORMS

static inline struct agg_desk *reads_desk_new(void)
{
    struct agg_desk *d = agg_desk_new(0);
    struct jb_catalog_put_done done = agg_load(d, READS_CATALOG);
    assert_int_equal(done.version, 1);
    return d;
}

/* One whole form row set of a unit for a period; values as text. */
static inline uint64_t reads_submit(struct agg_desk *d, const char *unit, const char *period,
                                    uint8_t id, uint8_t predecessor, const char *indicator,
                                    const char *value)
{
    struct jb_receipt receipt =
        agg_submit_rows(d, unit, "daily", period, id, predecessor, AGG_ROW(indicator, value));
    assert_int_equal(receipt.outcome, JB_ACCEPTED);
    return receipt.revision;
}

/* A question under way: the transaction stays open while the answer is looked at. */
struct reads_asked {
    jb_kv_txn *txn;
    struct jb_binding *binding;
    struct jb_arena arena;
    struct jb_findings findings;
    struct jb_answer answer;
    jb_err err;
};

static inline void reads_ask(struct agg_desk *d, const struct jb_query *query,
                             struct reads_asked *ret)
{
    uint32_t version = 0;
    memset(ret, 0, sizeof(*ret));
    jb_arena_init(&ret->arena, 64 << 20);
    jb_findings_init(&ret->findings);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &ret->txn), JB_OK);
    if (query->as_of_revision)
        assert_int_equal(jb_store_catalog_at(ret->txn, query->as_of_revision, &version), JB_OK);
    assert_int_equal(jb_binding_load(ret->txn, version, &ret->binding), JB_OK);
    ret->err = jb_query_run(ret->txn, ret->binding, query, d->now_us, &ret->arena, &ret->answer,
                            &ret->findings);
}

static inline void reads_done(struct reads_asked *asked)
{
    jb_binding_free(asked->binding);
    jb_kv_abort(&asked->txn);
    jb_findings_free(&asked->findings);
    jb_arena_free(&asked->arena);
}

/* One figure: unit (or group), indicator, period. */
static inline const struct jb_answer_row *reads_one(struct agg_desk *d, const char *node,
                                                    const char *indicator, const char *period,
                                                    struct jb_query query, struct reads_asked *ret)
{
    struct jb_slice n = jb_slice_str(node), i = jb_slice_str(indicator), p = jb_slice_str(period);
    struct jb_strings nodes = {&n, 1};
    if (strcmp(node, "river") == 0)
        query.groups = nodes;
    else
        query.units = nodes;
    query.indicators = (struct jb_strings){&i, 1};
    query.periods = (struct jb_strings){&p, 1};
    reads_ask(d, &query, ret);
    assert_int_equal(ret->err, JB_OK);
    assert_int_equal(ret->answer.row_count, 1);
    return &ret->answer.rows[0];
}

static inline void reads_text_is(struct jb_slice got, const char *expected)
{
    char *text = jb_xstrndup(got.ptr ? (const char *)got.ptr : "", got.len);
    assert_string_equal(text, expected);
    free(text);
}

/* state value with this text; "" for any other state. */
static inline void reads_expect(struct agg_desk *d, const char *node, const char *indicator,
                                const char *period, enum jb_state state, const char *value,
                                uint32_t reported, uint32_t expected)
{
    struct reads_asked asked;
    const struct jb_answer_row *row =
        reads_one(d, node, indicator, period, (struct jb_query){0}, &asked);
    assert_int_equal(row->state, state);
    reads_text_is(row->value, value);
    assert_int_equal(row->reported, reported);
    assert_int_equal(row->expected, expected);
    reads_done(&asked);
}

#endif
