/* Submissions and acts as they come, right and wrong, against an oracle that knows the rules of the
 * two state machines from their description and nothing of the code: what is done and what is
 * refused, where every period and filing stands after each step, and that what stood at any earlier
 * revision is told for ever as it was. ACTS_SEED=n plays one seed again. */
#include "unit/act_desk.h"

#include <stdlib.h>

#define SEEDS 12
#define STEPS 120

enum { UNITS = 2, PERIODS = 2 };
static const char *const unit_names[UNITS] = {"ash", "beech"};
static const uint8_t clerks[UNITS] = {ASH, BEECH};
static const char *const period_names[PERIODS] = {"2023-Q2", "2023-Q3"};

/* What the oracle knows. */
struct filing_model {
    enum jb_filing_state state;
    uint8_t last;     /* id of the last submission; 0: none */
    bool calls, cars; /* rows that are there */
    bool complete, excused;
    uint32_t returns, corrections;
    bool owes_cars;
};
struct period_model {
    enum jb_period_phase phase;
    bool trial;
    uint32_t releases;
    int64_t reopened_until[UNITS];
    struct filing_model filings[UNITS];
};
struct moment {
    uint64_t revision;
    struct period_model periods[PERIODS];
};

struct game {
    struct agg_desk *d;
    uint64_t dice;
    uint8_t ids;
    struct period_model periods[PERIODS];
    struct moment past[STEPS];
    uint32_t count, done, refused;
};

static uint32_t roll(struct game *g, uint32_t sides)
{
    g->dice ^= g->dice << 13;
    g->dice ^= g->dice >> 7;
    g->dice ^= g->dice << 17;
    return (uint32_t)(g->dice >> 33) % sides;
}

static bool takes_submissions(const struct period_model *p, uint32_t unit, int64_t at_us)
{
    return p->phase == JB_PERIOD_OPEN || at_us < p->reopened_until[unit];
}

static bool expect_submission(struct game *g, struct period_model *p, uint32_t unit, uint8_t id,
                              bool calls, bool cars)
{
    struct filing_model *f = &p->filings[unit];
    /* The desk moves its clock by a second before it sends. */
    if (!takes_submissions(p, unit, g->d->now_us + 1000000) || (cars && !f->owes_cars))
        return false;
    f->corrections += f->state == JB_FILING_ACCEPTED;
    f->state = JB_FILING_SUBMITTED;
    f->last = id;
    f->calls = f->calls || calls;
    f->cars = f->cars || cars;
    f->complete = f->complete || (f->calls && (f->cars || !f->owes_cars));
    return true;
}

static void submit(struct game *g, uint32_t period, uint32_t unit)
{
    struct period_model *p = &g->periods[period];
    uint8_t id = (uint8_t)(g->ids + 1), before = p->filings[unit].last;
    bool calls = roll(g, 2), cars = !calls || roll(g, 2);
    bool expected = expect_submission(g, p, unit, id, calls, cars);
    enum jb_outcome got = act_submit(g->d, clerks[unit], unit_names[unit], period_names[period], id,
                                     before, calls ? "5" : NULL, cars ? "6" : NULL);
    assert_int_equal(got, expected ? JB_ACCEPTED : JB_REFUSED);
    g->ids += expected;
    g->done += expected;
    g->refused += !expected;
}

static bool expect_filing(struct game *g, struct period_model *p, uint32_t unit,
                          enum jb_act_kind kind)
{
    struct filing_model *f = &p->filings[unit];
    if (p->phase == JB_PERIOD_NOT_OPENED)
        return false;
    if (kind == JB_ACT_FILING_EXCUSE) {
        if (f->excused)
            return false;
        return f->excused = true;
    }
    if (f->last == 0 || f->state == JB_FILING_RETURNED ||
        (kind == JB_ACT_FILING_ACCEPT && f->state == JB_FILING_ACCEPTED))
        return false;
    if (kind == JB_ACT_FILING_RETURN && !takes_submissions(p, unit, g->d->now_us + 1000000))
        return false;
    f->returns += kind == JB_ACT_FILING_RETURN;
    f->state = kind == JB_ACT_FILING_RETURN ? JB_FILING_RETURNED : JB_FILING_ACCEPTED;
    return true;
}

static bool expect_period(struct game *g, struct period_model *p, uint32_t unit,
                          const struct jb_act *act)
{
    bool closed = p->phase == JB_PERIOD_CLOSED || p->phase == JB_PERIOD_PUBLISHED;
    struct filing_model *f = &p->filings[unit];
    if (act->kind == JB_ACT_PERIOD_OPEN) {
        if (p->phase != JB_PERIOD_NOT_OPENED)
            return false;
        p->phase = JB_PERIOD_OPEN;
        p->trial = act->trial;
        return true;
    }
    if (act->kind == JB_ACT_PERIOD_CLOSE || act->kind == JB_ACT_PERIOD_AMEND) {
        if (p->phase != JB_PERIOD_OPEN)
            return false;
        if (act->kind == JB_ACT_PERIOD_CLOSE)
            p->phase = JB_PERIOD_CLOSED;
        else if (act->owed == f->owes_cars || (!act->owed && f->cars))
            return false;
        else
            f->owes_cars = act->owed;
        return true;
    }
    if (!closed || (act->kind == JB_ACT_PUBLISH && p->trial))
        return false;
    if (act->kind == JB_ACT_PERIOD_REOPEN) {
        if (act->until_us <= g->d->now_us + 1000000)
            return false;
        p->reopened_until[unit] = act->until_us;
        return true;
    }
    p->phase = JB_PERIOD_PUBLISHED;
    p->releases++;
    return true;
}

static void act(struct game *g, uint32_t period, uint32_t unit)
{
    struct period_model *p = &g->periods[period];
    const struct jb_slice units[1] = {jb_slice_str(unit_names[unit])};
    struct jb_act act = {.kind = (enum jb_act_kind)(1 + roll(g, JB_ACTS_END - 1)),
                         .period = act_period(period_names[period]),
                         .note = JB_LIT("?")};
    bool of_filing = jb_act_is_of_filing(act.kind);
    if (of_filing || act.kind == JB_ACT_PERIOD_AMEND) {
        act.unit = units[0];
        act.form = JB_LIT("work");
    }
    if (act.kind == JB_ACT_PERIOD_OPEN)
        act.trial = roll(g, 4) == 0;
    if (act.kind == JB_ACT_PERIOD_AMEND) {
        act.indicator = JB_LIT("cars");
        act.owed = roll(g, 2);
    }
    if (act.kind == JB_ACT_PERIOD_REOPEN) {
        act.units = (struct jb_strings){units, 1};
        act.until_us = g->d->now_us + (int64_t)roll(g, 20) * 1000000;
    }
    if (act.kind == JB_ACT_FILING_ACCEPT || act.kind == JB_ACT_FILING_RETURN)
        act.submission = agg_id(p->filings[unit].last ? p->filings[unit].last : 200);
    if (act.until_us == 0 && act.kind == JB_ACT_PERIOD_REOPEN)
        act.until_us = 1;
    bool expected =
        of_filing ? expect_filing(g, p, unit, act.kind) : expect_period(g, p, unit, &act);
    struct jb_act_done done;
    bool got = act_do(g->d, of_filing ? REVIEWER : OFFICE, act, &done);
    if (got != expected)
        jb_findings_print(&g->d->findings, stderr);
    assert_int_equal(got, expected);
    if (got && act.kind == JB_ACT_PUBLISH)
        assert_int_equal(done.release, p->releases);
    g->done += expected;
    g->refused += !expected;
}

static void check_filing(struct game *g, uint32_t period, uint32_t unit,
                         const struct filing_model *model, uint64_t as_of)
{
    struct jb_filing is = act_filing(g->d, unit_names[unit], period_names[period], as_of);
    assert_int_equal(is.state, model->state);
    assert_int_equal(is.returns, model->returns);
    assert_int_equal(is.corrections, model->corrections);
    assert_int_equal(is.excused, model->excused);
    assert_int_equal(is.complete_at_us != 0, model->complete);
    if (model->last)
        assert_memory_equal(is.last_submission.bytes, agg_id(model->last).bytes, 16);
}

static void check(struct game *g, const struct period_model *models, uint64_t as_of)
{
    for (uint32_t p = 0; p < PERIODS; p++) {
        struct jb_period_state is = act_state(g->d, period_names[p], as_of);
        assert_int_equal(is.phase, models[p].phase);
        assert_int_equal(is.releases, models[p].releases);
        assert_int_equal(is.trial, models[p].trial);
        jb_period_state_free(&is);
        for (uint32_t u = 0; u < UNITS; u++)
            check_filing(g, p, u, &models[p].filings[u], as_of);
    }
}

static void play(uint64_t seed)
{
    struct game *g = calloc(1, sizeof(*g));
    g->d = act_desk_new();
    g->dice = seed * 0x9e3779b97f4a7c15u + 1;
    for (uint32_t p = 0; p < PERIODS; p++) {
        g->periods[p].phase = JB_PERIOD_NOT_OPENED;
        for (uint32_t u = 0; u < UNITS; u++)
            g->periods[p].filings[u] =
                (struct filing_model){.state = JB_FILING_NOT_REPORTED, .owes_cars = true};
    }
    for (uint32_t step = 0; step < STEPS; step++) {
        uint32_t period = roll(g, PERIODS), unit = roll(g, UNITS);
        if (roll(g, 3) == 0)
            submit(g, period, unit);
        else
            act(g, period, unit);
        check(g, g->periods, 0);
        struct moment *moment = &g->past[g->count++];
        moment->revision = agg_head(g->d).revision;
        memcpy(moment->periods, g->periods, sizeof(moment->periods));
    }
    for (uint32_t i = 0; i < g->count; i++)
        check(g, g->past[i].periods, g->past[i].revision);
    assert_true(g->done > STEPS / 8 && g->refused > STEPS / 8);
    act_verify(g->d);
    agg_desk_free(g->d);
    free(g);
}

static void every_step_and_every_earlier_moment_is_as_the_rules_say(void **state)
{
    const char *one = getenv("ACTS_SEED");
    uint64_t seed = 0;
    (void)state;
    for (const char *c = one; c && *c; c++)
        seed = seed * 10 + (uint64_t)(*c - '0');
    if (one) {
        play(seed);
        return;
    }
    for (seed = 1; seed <= SEEDS; seed++) {
        fprintf(stderr, "seed %llu (ACTS_SEED=%llu plays it again)\n", (unsigned long long)seed,
                (unsigned long long)seed);
        play(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_and_every_earlier_moment_is_as_the_rules_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
