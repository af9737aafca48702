/* From the store's records to the wire's words. */
#include "standing.h"

struct jb_filing_standing jb_standing_of(const struct jb_filing *filing)
{
    return (struct jb_filing_standing){
        .state = filing->state,
        .complete_at_us = filing->complete_at_us,
        .accepted_revision = filing->accepted_revision,
        .act_revision =
            filing->last_revision > filing->submission_revision ? filing->last_revision : 0,
        .has_due = filing->has_due,
        .due_on = filing->due_on,
        .returns = filing->returns,
        .corrections = filing->corrections,
        .excused = filing->excused,
    };
}

struct jb_verdict jb_standing_judge(const struct jb_filing *filing,
                                    const struct jb_form_dates *dates, int zone_offset_minutes,
                                    int64_t now_us)
{
    bool came = filing->complete_at_us != 0;
    bool must_come = !came || filing->state == JB_FILING_RETURNED;
    struct jb_verdict verdict = {
        .dated = filing->judged.dated,
        .due_on = filing->judged.due_on,
        .judged = filing->judged.dated,
        .late_days = filing->judged.late_days,
        .excused = filing->excused,
    };
    if (filing->has_due && must_come) {
        verdict.dated = true;
        verdict.due_on = filing->due_on;
    } else if (!came && dates && dates->due_on < JB_DATE_MAX) {
        verdict.dated = true;
        verdict.due_on = dates->due_on;
    } else {
        must_come = false;
    }
    if (must_come)
        verdict.overdue_days = jb_days_late(verdict.due_on, zone_offset_minutes, now_us);
    return verdict;
}

struct jb_slice jb_signer_name(const jb_rights *rights, struct jb_slice signer,
                               struct jb_arena *arena, bool *failed)
{
    const struct jb_holder *holder = NULL;
    char nick[JB_KEY_SHORT_SIZE];
    struct jb_public_key key;
    if (signer.len != sizeof(key.bytes))
        return (struct jb_slice){0};
    memcpy(key.bytes, signer.ptr, sizeof(key.bytes));
    if (rights)
        holder = jb_rights_by_key(rights, &key);
    jb_public_short(&key, nick);
    struct jb_slice name = jb_arena_copy(arena, holder ? holder->label : jb_slice_str(nick));
    *failed = *failed || !name.ptr;
    return name;
}

struct jb_slice jb_signed_for_name(const jb_rights *rights, struct jb_slice person_code,
                                   struct jb_arena *arena, bool *failed)
{
    if (person_code.len == 0)
        return person_code;
    const struct jb_holder *holder = rights ? jb_rights_by_person(rights, person_code) : NULL;
    struct jb_slice name = jb_arena_copy(arena, holder ? holder->label : person_code);
    *failed = *failed || !name.ptr;
    return name;
}
