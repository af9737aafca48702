#include "replay.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

jb_err jb_replay_init(struct jb_replay *r, jb_kv_txn *source)
{
    *r = (struct jb_replay){.source = source, .previous_at_us = INT64_MIN};
    r->effects = calloc(JB_SUBMISSION_ROWS_MAX, sizeof(*r->effects));
    return r->effects ? JB_OK : JB_ENOMEM;
}

void jb_replay_free(struct jb_replay *r)
{
    free(r->effects);
    r->effects = NULL;
}

jb_err jb_replay_read(struct jb_replay *r, uint64_t revision, const char **ret_why)
{
    *ret_why = N_("the entry is missing or its checksum is wrong");
    jb_err err = jb_store_entry(r->source, revision, &r->bytes);
    if (err)
        return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
    *ret_why = N_("the entry cannot be read, or is not what its hash says");
    err = jb_entry_decode(r->bytes, r->effects, JB_SUBMISSION_ROWS_MAX, &r->entry);
    if (err)
        return err;
    *ret_why = N_("the entry does not follow those before");
    struct jb_entry linked;
    jb_chain_link(&r->chain, &linked);
    if (r->entry.revision != revision || r->entry.at_us < r->previous_at_us ||
        (revision == 1) != (r->entry.kind == JB_ENTRY_GENESIS) ||
        memcmp(r->entry.previous_hash, linked.previous_hash, sizeof(linked.previous_hash)) != 0 ||
        memcmp(r->entry.skip_hash, linked.skip_hash, sizeof(linked.skip_hash)) != 0)
        return JB_EDAMAGED;
    jb_chain_add(&r->chain, &r->entry);
    r->previous_at_us = r->entry.at_us;
    return JB_OK;
}
