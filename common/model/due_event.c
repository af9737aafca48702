/* Days added to a due date. */
#include "model/due_event.h"

static const int32_t levels[JB_DUE_EVENTS_MAX] = {0, 1, 7, 15};

bool jb_due_must_come(const struct jb_verdict *verdict, enum jb_filing_state state,
                      bool return_has_due)
{
    return verdict->dated && (!verdict->judged || (state == JB_FILING_RETURNED && return_has_due));
}

void jb_due_events(const struct jb_verdict *verdict, bool must_come, jb_date since, jb_date today,
                   struct jb_due_event ret[JB_DUE_EVENTS_MAX], uint32_t *ret_count)
{
    uint32_t count = 0;
    for (size_t i = 0; must_come && !verdict->excused && i < JB_COUNT(levels); i++) {
        jb_date on = verdict->due_on + (levels[i] ? levels[i] : -JB_DUE_SOON_DAYS);
        if (on > since && on <= today)
            ret[count++] = (struct jb_due_event){.on = on, .level = (uint32_t)levels[i]};
    }
    *ret_count = count;
}

const char *jb_due_code(uint32_t level)
{
    return level ? "overdue" : "due_soon";
}
