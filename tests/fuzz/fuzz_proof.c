/* Paths that are to prove that an entry stands under a head. A chain of entries is given; a path
 * that holds under its head must end in just the hash that this chain has there, however it was
 * made; and the steps that belong to it do hold. */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "net/proof.h"
#include "net/wire_keys.h"

#define ENTRIES 37
#define ARENA_BYTES_MAX (16 * 1024 * 1024)

static struct jb_proof_step chain[ENTRIES + 1];
static uint8_t hashes[ENTRIES + 1][JB_PROOF_HASH_BYTES];

static void make_chain(void)
{
    for (uint64_t r = 1; r <= ENTRIES; r++) {
        struct jb_proof_step *step = &chain[r];
        step->revision = r;
        memset(step->digest, (int)r, sizeof(step->digest));
        memcpy(step->previous, hashes[r - 1], sizeof(step->previous));
        memcpy(step->skip, hashes[jb_proof_skip(r)], sizeof(step->skip));
        jb_proof_hash(r, step->digest, step->previous, step->skip, hashes[r]);
    }
}

static void check(const struct jb_proof_path *path)
{
    uint8_t hash[JB_PROOF_HASH_BYTES];
    if (!jb_proof_check(path, ENTRIES, hashes[ENTRIES], hash))
        return;
    jb_assert(path->revision >= 1 && path->revision <= ENTRIES);
    jb_assert(path->step_count == jb_proof_length(ENTRIES, path->revision));
    jb_assert(memcmp(hash, hashes[path->revision], sizeof(hash)) == 0);
}

/* Bytes as instructions: which step of the chain comes next, and what is altered in it. */
static void check_made_path(const uint8_t *data, size_t size)
{
    static struct jb_proof_step steps[64];
    struct jb_proof_path path = {.revision = data[0], .steps = steps};
    bool altered = false;
    for (size_t i = 1; i + 2 < size && path.step_count < 64; i += 3) {
        struct jb_proof_step *step = &steps[path.step_count++];
        *step = chain[data[i] % (ENTRIES + 1)];
        uint8_t *bytes = (uint8_t *)step;
        bytes[data[i + 1] % sizeof(*step)] ^= data[i + 2];
        altered |= data[i + 2] != 0;
    }
    uint8_t hash[JB_PROOF_HASH_BYTES];
    if (jb_proof_check(&path, ENTRIES, hashes[ENTRIES], hash))
        jb_assert(!altered);
    check(&path);
}

/* The path that belongs to the entry that the byte names. */
static void check_right_path(uint8_t at)
{
    static struct jb_proof_step steps[64];
    struct jb_proof_path path = {.revision = 1 + at % ENTRIES, .steps = steps};
    uint8_t hash[JB_PROOF_HASH_BYTES];
    for (uint64_t r = ENTRIES;; r = jb_proof_next(r, path.revision)) {
        steps[path.step_count++] = chain[r];
        if (r == path.revision)
            break;
    }
    jb_assert(jb_proof_check(&path, ENTRIES, hashes[ENTRIES], hash));
    jb_assert(memcmp(hash, hashes[path.revision], sizeof(hash)) == 0);
}

static void check_answer(struct jb_slice bytes)
{
    static const uint8_t store_id[16] = {7};
    struct jb_arena arena;
    struct jb_proof_answer answer;
    jb_arena_init(&arena, ARENA_BYTES_MAX);
    if (!jb_wire_proof_answer_decode(bytes, &arena, &answer)) {
        uint8_t hash[JB_PROOF_HASH_BYTES];
        jb_assert(answer.path_count <= JB_PROOF_REVISIONS_MAX);
        jb_assert(!jb_head_good(&answer.head, &answer.head.server, store_id));
        for (uint32_t i = 0; i < answer.path_count; i++) {
            jb_assert(answer.paths[i].step_count <= JB_PROOF_STEPS_MAX);
            check(&answer.paths[i]);
            jb_ignore(
                jb_proof_check(&answer.paths[i], answer.head.revision, answer.head.head, hash));
        }
    }
    jb_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!chain[1].revision)
        make_chain();
    if (size < 2)
        return 0;
    if (data[0] & 1)
        check_made_path(data + 1, size - 1);
    else
        check_answer(jb_slice_of(data + 1, size - 1));
    check_right_path(data[1]);
    return 0;
}
