/* The words of acts and states: one for programs, one for people. */
#include "model/act.h"

#include "base/text.h"

struct words {
    const char *code, *name;
};

static const struct words acts[JB_ACTS_END] = {
    [JB_ACT_PERIOD_OPEN] = {"period_open", N_("opened")},
    [JB_ACT_PERIOD_AMEND] = {"period_amend", N_("amended")},
    [JB_ACT_PERIOD_CLOSE] = {"period_close", N_("closed")},
    [JB_ACT_PERIOD_REOPEN] = {"period_reopen", N_("reopened")},
    [JB_ACT_PUBLISH] = {"publish", N_("published")},
    [JB_ACT_FILING_ACCEPT] = {"filing_accept", N_("accepted by review")},
    [JB_ACT_FILING_RETURN] = {"filing_return", N_("returned")},
    [JB_ACT_FILING_EXCUSE] = {"filing_excuse", N_("excused")},
};
static const struct words phases[JB_PERIOD_PHASES_END] = {
    [JB_PERIOD_NOT_OPENED] = {"not_opened", N_("not opened")},
    [JB_PERIOD_OPEN] = {"open", N_("open for reports")},
    [JB_PERIOD_CLOSED] = {"closed", N_("closed for reports")},
    [JB_PERIOD_PUBLISHED] = {"published", N_("figures published")},
};
static const struct words states[JB_FILING_STATES_END] = {
    [JB_FILING_NOT_REPORTED] = {"not_reported", N_("not filed")},
    [JB_FILING_SUBMITTED] = {"submitted", N_("waits for review")},
    [JB_FILING_RETURNED] = {"returned", N_("sent back")},
    [JB_FILING_ACCEPTED] = {"accepted", N_("reviewed")},
};

static struct words words_of(const struct words *table, unsigned end, unsigned at)
{
    return at < end && table[at].code ? table[at] : (struct words){"", ""};
}

const char *jb_act_code(enum jb_act_kind kind)
{
    return words_of(acts, JB_ACTS_END, kind).code;
}

const char *jb_act_name(enum jb_act_kind kind)
{
    return words_of(acts, JB_ACTS_END, kind).name;
}

const char *jb_period_phase_code(enum jb_period_phase phase)
{
    return words_of(phases, JB_PERIOD_PHASES_END, phase).code;
}

const char *jb_period_phase_name(enum jb_period_phase phase)
{
    return words_of(phases, JB_PERIOD_PHASES_END, phase).name;
}

const char *jb_filing_state_code(enum jb_filing_state state)
{
    return words_of(states, JB_FILING_STATES_END, state).code;
}

const char *jb_filing_state_name(enum jb_filing_state state)
{
    return words_of(states, JB_FILING_STATES_END, state).name;
}
