/* Loops over all that was ever done, up to a revision; nothing is kept. */
#include "life.h"

static bool of_period(const struct s_act *a, struct l_period p, uint64_t revision)
{
    return a->revision <= revision && a->freq == p.freq && a->ordinal == p.ordinal;
}

/* The last act of the kind on the period, or NULL. */
static const struct s_act *last_act(const struct script *s, struct l_period p,
                                    enum jb_act_kind kind, uint64_t revision)
{
    const struct s_act *found = NULL;
    for (int i = 0; i < s->act_count; i++) {
        if (of_period(&s->acts[i], p, revision) && s->acts[i].kind == kind)
            found = &s->acts[i];
    }
    return found;
}

enum jb_period_phase life_phase(const struct script *s, struct l_period p, uint64_t revision)
{
    if (last_act(s, p, JB_ACT_PUBLISH, revision))
        return JB_PERIOD_PUBLISHED;
    if (last_act(s, p, JB_ACT_PERIOD_CLOSE, revision))
        return JB_PERIOD_CLOSED;
    return last_act(s, p, JB_ACT_PERIOD_OPEN, revision) ? JB_PERIOD_OPEN : JB_PERIOD_NOT_OPENED;
}

bool life_is_trial(const struct script *s, struct l_period p, uint64_t revision)
{
    const struct s_act *open = last_act(s, p, JB_ACT_PERIOD_OPEN, revision);
    return open && open->trial;
}

int life_releases(const struct script *s, struct l_period p, uint64_t revision)
{
    const struct s_act *newest = last_act(s, p, JB_ACT_PUBLISH, revision);
    return newest ? newest->release : 0;
}

bool life_takes(const struct script *s, struct l_period p, int unit, uint64_t revision,
                int64_t at_us)
{
    const struct s_act *reopened = NULL;
    if (life_phase(s, p, revision) == JB_PERIOD_OPEN)
        return true;
    for (int i = 0; i < s->act_count; i++) {
        const struct s_act *a = &s->acts[i];
        if (of_period(a, p, revision) && a->kind == JB_ACT_PERIOD_REOPEN && a->unit == unit)
            reopened = a;
    }
    return reopened && at_us < reopened->until_us;
}

static bool is_of(const struct s_accepted *a, struct l_place place)
{
    return a->unit == place.unit && a->form == place.form && a->ordinal == place.ordinal;
}

static int last_submission(const struct script *s, struct l_place place, uint64_t revision)
{
    for (int i = s->accepted_count - 1; i >= 0; i--) {
        if (s->accepted[i].revision <= revision && is_of(&s->accepted[i], place))
            return i;
    }
    return W_NONE;
}

static bool acts_on(const struct s_act *a, const struct script *s, struct l_place place,
                    uint64_t revision)
{
    struct l_period p = {s->worlds[0].forms[place.form].freq, place.ordinal};
    return of_period(a, p, revision) && jb_act_is_of_filing(a->kind) && a->unit == place.unit &&
           a->form == place.form;
}

/* What became of what was there at the revision: the newest of submission, acceptance, return. */
static enum jb_filing_state state_at(const struct script *s, struct l_place place,
                                     uint64_t revision)
{
    int last = last_submission(s, place, revision);
    uint64_t newest = last == W_NONE ? 0 : s->accepted[last].revision;
    enum jb_filing_state state = last == W_NONE ? JB_FILING_NOT_REPORTED : JB_FILING_SUBMITTED;
    for (int i = 0; i < s->act_count; i++) {
        const struct s_act *a = &s->acts[i];
        if (!acts_on(a, s, place, revision) || a->kind == JB_ACT_FILING_EXCUSE ||
            a->revision < newest)
            continue;
        newest = a->revision;
        state = a->kind == JB_ACT_FILING_ACCEPT ? JB_FILING_ACCEPTED : JB_FILING_RETURNED;
    }
    return state;
}

struct l_filing life_filing(const struct script *s, struct l_place place, uint64_t revision)
{
    struct l_filing f = {.state = state_at(s, place, revision),
                         .last = last_submission(s, place, revision)};
    for (int i = 0; i < s->act_count; i++) {
        if (!acts_on(&s->acts[i], s, place, revision))
            continue;
        f.returns += s->acts[i].kind == JB_ACT_FILING_RETURN;
        f.excused = f.excused || s->acts[i].kind == JB_ACT_FILING_EXCUSE;
    }
    for (int i = 0; i < s->accepted_count; i++) {
        const struct s_accepted *a = &s->accepted[i];
        if (a->revision <= revision && is_of(a, place))
            f.corrections += state_at(s, place, a->revision - 1) == JB_FILING_ACCEPTED;
    }
    return f;
}

int life_accepted(const struct script *s, struct l_place place, uint64_t revision)
{
    int found = W_NONE;
    for (int i = 0; i < s->act_count; i++) {
        if (acts_on(&s->acts[i], s, place, revision) && s->acts[i].kind == JB_ACT_FILING_ACCEPT)
            found = last_submission(s, place, s->acts[i].revision);
    }
    return found;
}

int life_form_of(const struct script *s, const struct world *w, int unit, int indicator,
                 int ordinal, uint64_t revision, int *ret_row)
{
    int form = world_form_of(w, unit, indicator, ordinal, ret_row);
    bool owed = true;
    for (int i = 0; form != W_NONE && i < s->act_count; i++) {
        const struct s_act *a = &s->acts[i];
        struct l_period p = {w->forms[form].freq, ordinal};
        if (of_period(a, p, revision) && a->kind == JB_ACT_PERIOD_AMEND && a->unit == unit &&
            a->form == form && a->indicator == indicator)
            owed = a->owed;
    }
    return owed ? form : W_NONE;
}

bool life_has_release(const struct script *s, struct l_period p, uint32_t number, uint64_t revision)
{
    return life_releases(s, p, revision) >= (int)number;
}

int life_release(const struct script *s, struct l_period p, uint32_t number, uint64_t revision)
{
    int found = W_NONE;
    for (int i = 0; i < s->act_count; i++) {
        const struct s_act *a = &s->acts[i];
        if (!of_period(a, p, revision) || a->kind != JB_ACT_PUBLISH)
            continue;
        found = i;
        if (number && a->release == (int)number)
            return i;
    }
    return found;
}

bool life_expects(const struct world *w, struct l_period p)
{
    for (int unit = 0; unit < w->unit_count; unit++) {
        for (int i = 0; i < w->indicator_count; i++) {
            int row, form;
            if (w->indicators[i].freq != p.freq || w->indicators[i].measure == JB_RATIO)
                continue;
            form = world_form_of(w, unit, i, p.ordinal, &row);
            if (form != W_NONE && !w->forms[form].rows[row].optional)
                return true;
        }
    }
    return false;
}
