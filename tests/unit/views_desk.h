/* A desk for tests of views: managed periods, public indicators and a ratio, one clerk per town and
 * a reviewer, and figures asked for in any view in one line. */
#ifndef JB_TEST_VIEWS_DESK_H
#define JB_TEST_VIEWS_DESK_H

#include "unit/act_desk.h"
#include "unit/agg_reads.h"

#define VIEWS_WITH(calls, extra)                                                                   \
    "periods: managed\n" AGG_UNITS AGG_GROUPS "sections:\n"                                        \
    "  - {code: all, name: {zh: \"全部\"}}\n"                                                    \
    "indicators:\n"                                                                                \
    "  - {code: calls, name: {zh: \"电话\"}, unit_of_measure: {zh: \"件\"}, measure: flow,\n"   \
    "     decimals: 0, public: " calls ", owners: [ash, beech, dune], sections: [all]}\n"          \
    "  - {code: cars, name: {zh: \"车\"}, unit_of_measure: {zh: \"辆\"}, measure: stock,\n"      \
    "     decimals: 0, public: true, owners: [ash, beech, dune], sections: [all]}\n"               \
    "  - {code: extra, name: {zh: \"补充\"}, unit_of_measure: {zh: \"件\"}, measure: flow,\n"   \
    "     decimals: 0, public: " extra ", owners: [ash, beech, dune], sections: [all]}\n"          \
    "  - {code: share, name: {zh: \"占比\"}, unit_of_measure: {zh: \"%\"}, measure: ratio,\n"    \
    "     numerator: extra, denominator: calls, public: true, sections: [all]}\n"                  \
    "forms:\n"                                                                                     \
    "  - code: work\n"                                                                             \
    "    title: {zh: \"工作\"}\n"                                                                \
    "    units: [ash, beech, dune]\n"                                                              \
    "    rows:\n"                                                                                  \
    "      - {indicator: calls}\n"                                                                 \
    "      - {indicator: cars}\n"                                                                  \
    "      - {indicator: extra, optional: true}\n"
#define VIEWS_CATALOG VIEWS_WITH("true", "false")

#define ACCEPTED ((struct jb_viewpoint){JB_VIEW_ACCEPTED, 0})
#define PUBLISHED(release) ((struct jb_viewpoint){JB_VIEW_PUBLISHED, (release)})
#define WORKING ((struct jb_viewpoint){0})

static inline struct agg_desk *views_desk_new(void)
{
    struct agg_desk *d = act_desk_new();
    assert_int_equal(act_load(d, VIEWS_CATALOG, 1), 2);
    assert_true(
        act_allow(d, SPARE_HAND, "Second reviewer",
                  (struct jb_grant){.role = JB_ROLE_REVIEW, RIGHTS_UNITS(RIGHTS_BELOW("county"))}));
    return d;
}

/* Submits (calls, cars, extra; each may be NULL) and returns the revision. */
static inline uint64_t views_submit(struct agg_desk *d, const char *unit, const char *period,
                                    uint8_t id, uint8_t predecessor, const char *calls,
                                    const char *cars, const char *extra)
{
    static const char *const codes[] = {"calls", "cars", "extra"};
    const char *values[] = {calls, cars, extra};
    struct agg_row rows[3];
    struct agg_submission from = {.unit = unit,
                                  .form = "work",
                                  .period = period,
                                  .id = id,
                                  .predecessor = predecessor,
                                  .rows = rows};
    struct jb_receipt receipt;
    struct jb_reply reply = {0};
    uint8_t key = unit[0] == 'a' ? ASH : unit[0] == 'b' ? BEECH : DUNE;
    for (size_t i = 0; i < 3; i++) {
        if (values[i])
            rows[from.row_count++] = (struct agg_row){.indicator = codes[i], .value = values[i]};
    }
    assert_int_equal(act_sign_send(d, key, JB_KIND_SUBMIT, agg_encode(d, &from), &reply), JB_OK);
    agg_read_receipt(d, &reply, &receipt);
    return receipt.outcome == JB_ACCEPTED ? receipt.revision : 0;
}

static inline uint64_t views_do(struct agg_desk *d, uint8_t signer, struct jb_act act)
{
    struct jb_act_done done;
    return act_do(d, signer, act, &done) ? done.revision : 0;
}
#define VIEWS_ACT(kind_, period_, ...)                                                             \
    ((struct jb_act){.kind = (kind_), .period = act_period(period_), ##__VA_ARGS__})
static inline uint64_t views_review(struct agg_desk *d, enum jb_act_kind kind, const char *unit,
                                    const char *period, uint8_t id)
{
    struct jb_act act = VIEWS_ACT(kind, period, .unit = jb_slice_str(unit), .form = JB_LIT("work"),
                                  .submission = agg_id(id));
    if (kind == JB_ACT_FILING_RETURN)
        act.note = JB_LIT("核对");
    return views_do(d, SPARE_HAND, act);
}
static inline uint64_t views_open(struct agg_desk *d, const char *period)
{
    return views_do(d, OFFICE, VIEWS_ACT(JB_ACT_PERIOD_OPEN, period));
}
static inline uint64_t views_close(struct agg_desk *d, const char *period)
{
    return views_do(d, OFFICE, VIEWS_ACT(JB_ACT_PERIOD_CLOSE, period));
}
static inline uint64_t views_publish(struct agg_desk *d, const char *period)
{
    return views_do(d, OFFICE, VIEWS_ACT(JB_ACT_PUBLISH, period));
}
static inline uint64_t views_reopen(struct agg_desk *d, const char *period, const char *unit)
{
    struct jb_slice units[] = {jb_slice_str(unit)};
    return views_do(d, OFFICE,
                    VIEWS_ACT(JB_ACT_PERIOD_REOPEN, period, .units = {units, 1},
                              .until_us = d->now_us + 3600000000, .note = JB_LIT("更正")));
}

/* "calls" of the node is `text`: a value, or the reason why there is none, or the state's code. */
static inline void views_text(const struct jb_answer_row *row, char text[64])
{
    struct jb_slice shown = row->state == JB_STATE_VALUE ? row->value : row->reason;
    if (row->state == JB_STATE_VALUE || row->state == JB_STATE_NOT_COMPUTABLE)
        snprintf(text, 64, "%.*s", JB_ARG(shown));
    else
        snprintf(text, 64, "%s", jb_state_code(row->state));
}
static inline void views_expect(struct agg_desk *d, const char *node, const char *indicator,
                                const char *period, struct jb_viewpoint viewpoint, uint64_t as_of,
                                const char *expected)
{
    struct reads_asked asked;
    char text[64];
    const struct jb_answer_row *row =
        reads_one(d, node, indicator, period,
                  (struct jb_query){.viewpoint = viewpoint, .as_of_revision = as_of}, &asked);
    views_text(row, text);
    assert_string_equal(text, expected);
    assert_int_equal(asked.answer.view, viewpoint.kind);
    reads_done(&asked);
}

#endif
