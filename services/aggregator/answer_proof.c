/* Proofs that entries stand in the ledger under the present head. Anybody who may connect may ask:
 * a path holds nothing but hashes. */
#include "base/limits.h"
#include "chain.h"
#include "head_sign.h"
#include "lookup.h"
#include "net/proof.h"

#define STEP_BYTES_MAX 120 /* on the wire */

/* What the answer costs; revisions that are not there cost nothing. */
static uint64_t steps_of(const struct jb_proof_ask *ask, uint64_t head)
{
    uint64_t steps = 0;
    for (uint32_t i = 0; i < ask->count; i++) {
        if (ask->revisions[i] >= 1 && ask->revisions[i] <= head)
            steps += jb_proof_length(head, ask->revisions[i]);
    }
    return steps;
}

jb_err jb_answer_proof(struct jb_desk *desk, struct jb_slice payload)
{
    struct jb_proof_ask ask;
    struct jb_proof_answer answer = {0};
    uint64_t head = desk->view.snapshot.revision, steps = 0;
    if (jb_wire_proof_ask_decode(payload, &desk->arena, &ask)) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = jb_desk_signed_head(desk, &answer.head);
    if (err)
        return err;
    if (!jb_desk_affords(desk, steps_of(&ask, head)))
        return JB_EAGAIN;
    struct jb_proof_path *paths = jb_arena_array(&desk->arena, ask.count, sizeof(*paths));
    if (!paths)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < ask.count; i++) {
        uint64_t target = ask.revisions[i];
        if (target < 1 || target > head)
            continue;
        if (steps &&
            (steps + jb_proof_length(head, target)) * STEP_BYTES_MAX > JB_ANSWER_PAGE_BYTES_MAX)
            break; /* asked again for the rest */
        err = jb_chain_path(desk->view.txn, head, target, &desk->arena, &paths[answer.path_count]);
        if (err)
            return err;
        steps += paths[answer.path_count++].step_count;
    }
    answer.paths = paths;
    jb_wire_proof_answer_encode(&answer, &desk->payload);
    return JB_OK;
}
