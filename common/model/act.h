/* Acts 办理: what the bureau does to periods and filings; and the states that these have. Numbers
 * go over the wire and into the ledger: append only. */
#ifndef JB_ACT_H
#define JB_ACT_H

#include "base/base.h"

enum jb_act_kind {
    JB_ACT_PERIOD_OPEN = 1,
    JB_ACT_PERIOD_AMEND = 2,
    JB_ACT_PERIOD_CLOSE = 3,
    JB_ACT_PERIOD_REOPEN = 4,
    JB_ACT_PUBLISH = 5,
    JB_ACT_FILING_ACCEPT = 6,
    JB_ACT_FILING_RETURN = 7,
    JB_ACT_FILING_EXCUSE = 8,
    JB_ACTS_END,
};
/* What is wrong with one figure of a filing that is returned. */
struct jb_act_reason {
    struct jb_slice indicator, reason;
};
static inline bool jb_act_is_of_filing(enum jb_act_kind kind)
{
    return kind >= JB_ACT_FILING_ACCEPT && kind < JB_ACTS_END;
}
/* "period_open"; for watches, CSV and JSON. Never NULL. */
const char *jb_act_code(enum jb_act_kind kind);
/* "opened", as a msgid. */
const char *jb_act_name(enum jb_act_kind kind);

/* 未开始, 填报中, 已截止, 已发布 */
enum jb_period_phase {
    JB_PERIOD_NOT_OPENED = 1,
    JB_PERIOD_OPEN = 2,
    JB_PERIOD_CLOSED = 3,
    JB_PERIOD_PUBLISHED = 4,
    JB_PERIOD_PHASES_END,
};
const char *jb_period_phase_code(enum jb_period_phase phase); /* "not_opened" */
const char *jb_period_phase_name(enum jb_period_phase phase); /* msgid */

/* 未报, 待审核, 已退回, 已审核 */
enum jb_filing_state {
    JB_FILING_NOT_REPORTED = 1,
    JB_FILING_SUBMITTED = 2,
    JB_FILING_RETURNED = 3,
    JB_FILING_ACCEPTED = 4,
    JB_FILING_STATES_END,
};
const char *jb_filing_state_code(enum jb_filing_state state); /* "submitted" */
const char *jb_filing_state_name(enum jb_filing_state state); /* msgid */

#endif
