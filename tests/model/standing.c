/* The two state machines, beside what the oracle says of them. */
#include "life.h"
#include "past.h"
#include "periods.h"
#include "play.h"

static void differ(struct player *p, const char *code, const char *unit, const char *what, int got,
                   int expected)
{
    if (got != expected)
        play_fail(p, "%s %s: %s is %d, must be %d", code, unit, what, got, expected);
}

static void same_period(struct player *p, jb_kv_txn *txn, struct jb_period period, const char *code,
                        struct l_period which, uint64_t as_of, uint64_t revision)
{
    struct jb_period_state state = {0};
    if (jb_periods_get(txn, period, as_of, &state))
        play_fail(p, "%s: the period is not read", code);
    differ(p, code, "", "phase", (int)state.phase, (int)life_phase(p->script, which, revision));
    differ(p, code, "", "releases", (int)state.releases, life_releases(p->script, which, revision));
    differ(p, code, "", "trial", state.trial, life_is_trial(p->script, which, revision));
    jb_period_state_free(&state);
}

/* The filing as the store has it at the revision; a new one where nothing happened to it yet. */
static struct jb_filing read_filing(struct player *p, jb_kv_txn *txn, struct jb_period period,
                                    uint32_t unit, uint32_t form, uint64_t revision)
{
    struct jb_filing found = jb_filing_new(form);
    struct jb_past_scratch scratch = {0};
    struct jb_past past = {0};
    if (jb_past_read(txn, unit, period, revision, &scratch, &past))
        play_fail(p, "the past is not read");
    for (uint32_t i = 0; i < past.filing_count; i++) {
        if (past.filings[i].form == form)
            found = past.filings[i].filing;
    }
    jb_past_free(&past);
    jb_past_scratch_free(&scratch);
    return found;
}

static void same_filing(struct player *p, const struct jb_filing *is, struct l_place place,
                        const char *code, uint64_t revision)
{
    const struct script *s = p->script;
    const char *unit = s->worlds[0].units[place.unit].code;
    struct l_filing f = life_filing(s, place, revision);
    bool same = f.last == W_NONE ? jb_uuid_is_nil(is->last_submission)
                                 : jb_uuid_eq(is->last_submission, s->accepted[f.last].id);
    differ(p, code, unit, "state", (int)is->state, (int)f.state);
    differ(p, code, unit, "returns", (int)is->returns, f.returns);
    differ(p, code, unit, "corrections", (int)is->corrections, f.corrections);
    differ(p, code, unit, "excused", is->excused, f.excused);
    differ(p, code, unit, "the last submission", same, true);
}

/* Of what was, or will be, filed. */
static struct l_place choose(struct player *p)
{
    const struct script *s = p->script;
    const struct w_form *form = &s->worlds[0].forms[0];
    if (s->accepted_count == 0)
        return (struct l_place){form->units[0], 0, W_FIRST_YEAR * form->freq};
    const struct s_accepted *a = &s->accepted[dice_roll(&p->questions, s->accepted_count)];
    return (struct l_place){a->unit, a->form, a->ordinal};
}

void play_standing(struct player *p)
{
    const struct script *s = p->script;
    struct l_place place = choose(p);
    struct l_period which = {s->worlds[0].forms[place.form].freq, place.ordinal};
    uint64_t head = s->messages[p->done - 1].head, first = s->catalog_revision[0];
    uint64_t revision = head, as_of = 0;
    struct jb_period period;
    jb_kv_txn *txn = NULL;
    char code[32];
    if (dice_chance(&p->questions, 60))
        as_of = revision = first + dice_next(&p->questions) % (head - first + 1);
    cal_code(which.freq, which.ordinal, code);
    if (jb_period_parse(jb_slice_str(code), &period) ||
        jb_kv_begin_read(jb_engine_kv(p->engine), &txn)) {
        play_fail(p, "no reading");
        return;
    }
    const struct jb_binding *binding = play_binding(p, txn, script_world(s, revision));
    same_period(p, txn, period, code, which, as_of, revision);
    if (binding) {
        const struct jb_filing filing =
            read_filing(p, txn, period, binding->view->units[place.unit].number,
                        binding->view->forms[place.form].number, revision);
        same_filing(p, &filing, place, code, revision);
    }
    p->stood++;
    jb_kv_abort(&txn);
}
