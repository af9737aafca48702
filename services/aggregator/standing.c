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
