/* Decodes the entry and, of its payload, who it was entered by and signed for. */
#include "entered.h"

#include <stdlib.h>

#include "base/limits.h"
#include "net/wire_submission.h"
#include "standing.h"

void jb_entered_free(struct jb_entered_memory *memory)
{
    free(memory->effects);
    if (memory->made)
        jb_arena_free(&memory->scratch);
    *memory = (struct jb_entered_memory){0};
}

static jb_err read_submission(jb_kv_txn *txn, uint64_t revision, struct jb_entered_memory *memory,
                              struct jb_entry *ret_entry, struct jb_submission *ret)
{
    struct jb_slice bytes;
    jb_err err = jb_store_entry(txn, revision, &bytes);
    if (!err)
        err = jb_entry_decode(bytes, memory->effects, JB_SUBMISSION_ROWS_MAX, ret_entry);
    if (!err && ret_entry->kind != JB_ENTRY_SUBMISSION)
        err = JB_EDAMAGED;
    if (!err)
        err = jb_wire_submission_decode(ret_entry->payload, &memory->scratch, ret, NULL);
    return err && err != JB_ENOMEM ? JB_EDAMAGED : err;
}

static struct jb_slice keep(struct jb_arena *arena, struct jb_slice text, bool *failed)
{
    struct jb_slice copy = text.len ? jb_arena_copy(arena, text) : (struct jb_slice){0};
    *failed = *failed || (text.len && !copy.ptr);
    return copy;
}

struct jb_signing jb_entered_signing(const struct jb_entry *entry, struct jb_slice signed_for,
                                     const jb_rights *rights, struct jb_arena *arena, bool *failed)
{
    struct jb_signing signing = {.signer = jb_signer_name(rights, entry->signer, arena, failed),
                                 .signed_for = keep(arena, signed_for, failed),
                                 .has_hash = true};
    memcpy(signing.content_hash, entry->content_hash, sizeof(signing.content_hash));
    return signing;
}

jb_err jb_entered_read(jb_kv_txn *txn, uint64_t revision, struct jb_entered_memory *memory,
                       const jb_rights *rights, struct jb_arena *arena, struct jb_entered *ret)
{
    struct jb_submission submission;
    struct jb_entry entry;
    bool failed = false;
    if (!memory->made) {
        jb_arena_init(&memory->scratch, 4 * JB_MESSAGE_BYTES_MAX);
        memory->effects = calloc(JB_SUBMISSION_ROWS_MAX, sizeof(*memory->effects));
        memory->made = true;
    }
    if (!memory->effects)
        return JB_ENOMEM;
    jb_arena_clear(&memory->scratch);
    jb_err err = read_submission(txn, revision, memory, &entry, &submission);
    if (err)
        return err;
    struct jb_entered entered = {
        .by = keep(arena, submission.on_behalf_of, &failed),
        .signing = jb_entered_signing(&entry, submission.signed_for, rights, arena, &failed)};
    if (failed)
        return JB_ENOMEM;
    *ret = entered;
    return JB_OK;
}
