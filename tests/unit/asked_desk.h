/* A desk that answers keys of every role over a small county, for tests of what
 * a key is shown. */
#ifndef JB_TEST_ASKED_DESK_H
#define JB_TEST_ASKED_DESK_H

#include "agg_holders.h"
#include "aggregator/desk.h"
#include "aggregator/worker.h"
#include "net/loop.h"
#include "net/wire_keys.h"

enum { ALL = 1, EAST, TOP, ASH, CARRIER, CHIEF, AUDITOR, STRANGER };

struct place {
    struct agg_desk *agg;
    struct agg_holders holders;
    jb_shelf *shelf;
    struct jb_pins pins;
    struct jb_desk desk;
    struct jb_arena arena;
    struct jb_findings findings;
    struct jb_buf question;
};

static inline int make(void **state)
{
    struct place *p = calloc(1, sizeof(*p));
    p->agg = reads_desk_new();
    p->shelf = jb_shelf_new();
    jb_desk_open(&p->desk, jb_engine_kv(p->agg->engine), p->shelf, NULL, false);
    p->desk.pins = &p->pins;
    p->desk.now_us = p->agg->now_us;
    jb_arena_init(&p->arena, 64 << 20);
    jb_findings_init(&p->findings);
    jb_buf_init(&p->question, 1 << 20);
    reads_submit(p->agg, "ash", "2022-Q1", 1, 0, "cases", "5");
    reads_submit(p->agg, "beech", "2022-Q1", 2, 0, "cases", "2");
    reads_submit(p->agg, "dune", "2022-Q1", 3, 0, "cases", "6");
    agg_holders_open(&p->holders, jb_engine_kv(p->agg->engine));
    agg_grant(&p->holders, ALL, .role = JB_ROLE_READ, .everywhere = true);
    agg_grant(&p->holders, EAST, .role = JB_ROLE_READ, AGG_SCOPE(AGG_SUBTREE("east")));
    agg_grant(&p->holders, TOP, .role = JB_ROLE_READ, AGG_SCOPE(AGG_UNIT("ash"), AGG_UNIT("east")));
    agg_grant(&p->holders, ASH, .role = JB_ROLE_REPORT, AGG_SCOPE(AGG_UNIT("ash")));
    agg_grant(&p->holders, CARRIER, .role = JB_ROLE_CONNECT);
    agg_grant(&p->holders, CHIEF, .role = JB_ROLE_SECURITY);
    agg_grant(&p->holders, AUDITOR, .role = JB_ROLE_AUDIT);
    *state = p;
    return 0;
}

static inline int drop(void **state)
{
    struct place *p = *state;
    jb_pins_free(&p->pins);
    jb_desk_close(&p->desk);
    jb_shelf_free(p->shelf);
    agg_holders_close(&p->holders);
    agg_desk_free(p->agg);
    jb_arena_free(&p->arena);
    jb_findings_free(&p->findings);
    jb_buf_free(&p->question);
    free(p);
    return 0;
}

static inline void be(struct place *p, uint8_t n)
{
    struct jb_public_key key = agg_key(n);
    jb_asker_set(&p->desk.asker, p->holders.board, key.bytes, p->desk.now_us);
}

/* The question in p->question, by key n. */
static inline struct jb_slice ask(struct place *p, uint8_t n, enum jb_kind kind, uint32_t *ret_kind)
{
    struct jb_envelope question = {.kind = (uint32_t)kind, .payload = jb_buf_slice(&p->question)};
    be(p, n);
    assert_false(p->question.failed);
    assert_int_equal(jb_desk_answer(&p->desk, &question, ret_kind), JB_OK);
    jb_buf_clear(&p->question);
    jb_findings_clear(&p->findings);
    return jb_buf_slice(&p->desk.payload);
}

static inline struct jb_slice given(struct place *p, uint8_t n, enum jb_kind kind,
                                    enum jb_kind expected)
{
    uint32_t got = 0;
    struct jb_slice payload = ask(p, n, kind, &got);
    assert_int_equal(got, expected);
    return payload;
}

static inline void refused(struct place *p, uint8_t n, enum jb_kind kind, enum jb_finding_code code,
                           const char *unit)
{
    struct jb_slice payload = given(p, n, kind, JB_KIND_REFUSED);
    assert_int_equal(jb_wire_refused_decode(payload, &p->arena, &p->findings), JB_OK);
    assert_int_equal(p->findings.count, 1);
    assert_int_equal(p->findings.items[0].code, code);
    assert_string_equal(p->findings.items[0].unit, unit);
}

#endif
