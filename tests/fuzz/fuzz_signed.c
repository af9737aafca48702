/* What may come in at the write door: an envelope as a stranger wrote it, or one that the holder of
 * a key signed over any payload. A signature is good exactly when a key that the store knows signed
 * these bytes, as this kind, for this store; and two ways to ask agree. */
#include "fuzz/fuzz.h"

#include "aggregator/authority.h"
#include "aggregator/proposal.h"
#include "base/limits.h"
#include "fuzz/scratch.h"

#define ARENA_BYTES_MAX (16 * 1024 * 1024)

enum { SIGN = 1, FOR_ANOTHER_STORE = 2, AS_ANOTHER_KIND = 4, TURN_A_BIT = 8, CATALOG = 16 };

static struct jb_verifier verifier = {.store_id = {7, 7, 7}};
static jb_identity *signer;

static void set_up(void)
{
    static const uint8_t seed[32] = {1};
    jb_rights *rights = NULL;
    jb_kv_txn *txn = NULL;
    jb_kv *kv = NULL;
    signer = jb_identity_from_seed(seed);
    jb_assert(jb_store_open(scratch_dir(), 0, 0, true, false, true, &kv) == JB_OK);
    jb_assert(jb_kv_begin_read(kv, &txn) == JB_OK);
    jb_assert(jb_rights_load(txn, &rights) == JB_OK);
    jb_kv_abort(&txn);
    jb_kv_close(kv);
    verifier.board = jb_rights_board_new(rights); /* nobody is known: every signer is looked at */
}

/* Both ways must say the same, and only what is signed is good. */
static bool look(const struct jb_envelope *envelope, struct jb_arena *arena)
{
    struct jb_proposal proposal;
    struct jb_findings findings;
    struct jb_public_key who;
    jb_findings_init(&findings);
    jb_proposal_read(envelope, 1, &verifier, arena, &proposal);
    bool good = jb_authority_verify(envelope, verifier.store_id, &who, &findings);
    jb_assert(good == (findings.total == 0));
    bool here = jb_slice_eq(envelope->store_id, jb_slice_of(verifier.store_id, 16));
    bool looked_at = envelope->kind == JB_KIND_SUBMIT || envelope->kind == JB_KIND_CATALOG_PUT;
    jb_assert(proposal.signature_good == (good && here && looked_at));
    if (good)
        jb_assert(jb_slice_eq(jb_slice_of(who.bytes, JB_KEY_BYTES), envelope->signer));
    if (envelope->kind == JB_KIND_SUBMIT)
        jb_assert((proposal.fault == JB_OK) == (proposal.why == NULL || !proposal.why[0]));
    jb_findings_free(&findings);
    return good;
}

static void check_signed(uint8_t flags, struct jb_slice payload, struct jb_arena *arena)
{
    static const uint8_t other_store[16] = {8};
    uint8_t signature[JB_SIGNATURE_BYTES];
    uint32_t kind = flags & CATALOG ? JB_KIND_CATALOG_PUT : JB_KIND_SUBMIT;
    uint32_t said = flags & AS_ANOTHER_KIND ? JB_KIND_KEY_CHANGE : kind;
    jb_identity_sign(signer, said, flags & FOR_ANOTHER_STORE ? other_store : verifier.store_id,
                     payload, signature);
    if (flags & TURN_A_BIT)
        signature[payload.len % JB_SIGNATURE_BYTES] ^= (uint8_t)(1 << (payload.len / 64 % 8));
    struct jb_envelope envelope = {
        .kind = kind,
        .request_id = JB_LIT("r"),
        .store_id = jb_slice_of(verifier.store_id, sizeof(verifier.store_id)),
        .payload = payload,
        .signer = jb_slice_of(jb_identity_public(signer)->bytes, JB_KEY_BYTES),
        .signature = jb_slice_of(signature, sizeof(signature)),
    };
    bool wrong = flags & (FOR_ANOTHER_STORE | AS_ANOTHER_KIND | TURN_A_BIT);
    jb_assert(look(&envelope, arena) == !wrong);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_arena arena;
    struct jb_envelope envelope;
    if (!signer)
        set_up();
    if (size == 0 || size > JB_MESSAGE_BYTES_MAX)
        return 0;
    struct jb_slice bytes = jb_slice_of(data + 1, size - 1);
    jb_arena_init(&arena, ARENA_BYTES_MAX);
    if (data[0] & SIGN)
        check_signed(data[0], bytes, &arena);
    else if (!jb_wire_envelope_decode(bytes, &arena, &envelope))
        jb_ignore(look(&envelope, &arena));
    jb_arena_free(&arena);
    return 0;
}
