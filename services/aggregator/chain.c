/* Links and paths of the chain. The skip of revision r + 1 is always r or r without some of its
 * lowest bits, and those prefixes differ in how many zero bits they end with: 64 hashes are all
 * that can ever be asked for. */
#include "chain.h"

#include "net/proof.h"

static uint32_t slot_of(uint64_t revision)
{
    return (uint32_t)__builtin_ctzll(revision);
}

static jb_err peek(jb_kv_txn *txn, uint64_t revision, struct jb_entry *ret)
{
    struct jb_slice bytes;
    jb_err err = jb_store_entry(txn, revision, &bytes);
    if (!err)
        err = jb_entry_peek(bytes, ret);
    if (!err && ret->revision != revision)
        err = JB_EDAMAGED;
    return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
}

jb_err jb_chain_open(jb_kv_txn *txn, struct jb_chain *ret)
{
    struct jb_chain chain = {0};
    struct jb_store_head head;
    struct jb_entry entry;
    jb_err err = jb_store_head(txn, &head);
    if (err)
        return err;
    chain.revision = head.revision;
    memcpy(chain.last, head.hash, sizeof(chain.last));
    for (uint64_t at = head.revision; at; at = jb_proof_skip(at)) {
        err = peek(txn, at, &entry);
        if (err)
            return err;
        memcpy(chain.prefixes[slot_of(at)], entry.hash, sizeof(entry.hash));
    }
    *ret = chain;
    return JB_OK;
}

void jb_chain_link(const struct jb_chain *chain, struct jb_entry *entry)
{
    uint64_t skip = jb_proof_skip(chain->revision + 1);
    memcpy(entry->previous_hash, chain->last, sizeof(entry->previous_hash));
    if (skip)
        memcpy(entry->skip_hash, chain->prefixes[slot_of(skip)], sizeof(entry->skip_hash));
    else
        memset(entry->skip_hash, 0, sizeof(entry->skip_hash));
}

void jb_chain_add(struct jb_chain *chain, const struct jb_entry *entry)
{
    jb_assert(entry->revision == chain->revision + 1);
    chain->revision = entry->revision;
    memcpy(chain->last, entry->hash, sizeof(chain->last));
    memcpy(chain->prefixes[slot_of(entry->revision)], entry->hash, sizeof(entry->hash));
}

jb_err jb_chain_path(jb_kv_txn *txn, uint64_t head, uint64_t target, struct jb_arena *arena,
                     struct jb_proof_path *ret)
{
    uint32_t count = jb_proof_length(head, target);
    struct jb_proof_step *steps = jb_arena_array(arena, count, sizeof(*steps));
    uint64_t at = head;
    if (!steps)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < count; i++) {
        struct jb_slice bytes;
        struct jb_entry entry;
        jb_err err = jb_store_entry(txn, at, &bytes);
        if (!err)
            err = jb_entry_peek_checked(bytes, &entry);
        if (!err && entry.revision != at)
            err = JB_EDAMAGED;
        if (err)
            return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
        steps[i].revision = at;
        memcpy(steps[i].digest, entry.digest, sizeof(entry.digest));
        memcpy(steps[i].previous, entry.previous_hash, sizeof(entry.previous_hash));
        memcpy(steps[i].skip, entry.skip_hash, sizeof(entry.skip_hash));
        if (at > target)
            at = jb_proof_next(at, target);
    }
    *ret = (struct jb_proof_path){.revision = target, .steps = steps, .step_count = count};
    return JB_OK;
}
