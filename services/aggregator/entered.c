/* Decodes the entry and, of its payload, who it was entered by. */
#include "entered.h"

#include <stdlib.h>

#include "base/limits.h"
#include "net/wire_submission.h"

void jb_entered_free(struct jb_entered_memory *memory)
{
    free(memory->effects);
    if (memory->made)
        jb_arena_free(&memory->scratch);
    *memory = (struct jb_entered_memory){0};
}

static jb_err read_submission(jb_kv_txn *txn, uint64_t revision, struct jb_entered_memory *memory,
                              struct jb_submission *ret)
{
    struct jb_slice bytes;
    struct jb_entry entry;
    jb_err err = jb_store_entry(txn, revision, &bytes);
    if (!err)
        err = jb_entry_decode(bytes, memory->effects, JB_SUBMISSION_ROWS_MAX, &entry);
    if (!err && entry.kind != JB_ENTRY_SUBMISSION)
        err = JB_EDAMAGED;
    if (!err)
        err = jb_wire_submission_decode(entry.payload, &memory->scratch, ret, NULL);
    return err && err != JB_ENOMEM ? JB_EDAMAGED : err;
}

jb_err jb_entered_by(jb_kv_txn *txn, uint64_t revision, struct jb_entered_memory *memory,
                     struct jb_arena *arena, struct jb_slice *ret)
{
    struct jb_submission submission;
    struct jb_slice who = {0};
    if (!memory->made) {
        jb_arena_init(&memory->scratch, 4 * JB_MESSAGE_BYTES_MAX);
        memory->effects = calloc(JB_SUBMISSION_ROWS_MAX, sizeof(*memory->effects));
        memory->made = true;
    }
    if (!memory->effects)
        return JB_ENOMEM;
    jb_arena_clear(&memory->scratch);
    jb_err err = read_submission(txn, revision, memory, &submission);
    if (!err && submission.on_behalf_of.len) {
        who = jb_arena_copy(arena, submission.on_behalf_of);
        err = who.ptr ? JB_OK : JB_ENOMEM;
    }
    if (!err)
        *ret = who;
    return err;
}
