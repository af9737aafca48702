/* Proofs against a chain that is kept naively: every pair of head and entry is proved, no changed
 * byte is, and the paths are as short as promised. */
#include "jb_test.h"

#include <sodium.h>

#include "net/proof.h"

#define HEADS 300

static struct jb_proof_step chain[HEADS + 1]; /* by revision */
static uint8_t hashes[HEADS + 1][32];
static struct jb_proof_step steps[JB_PROOF_STEPS_MAX];

static int make_chain(void **state)
{
    (void)state;
    assert_true(sodium_init() >= 0);
    for (uint64_t r = 1; r <= HEADS; r++) {
        struct jb_proof_step *step = &chain[r];
        uint64_t skip = r;
        for (uint64_t bit = 1; skip == r; bit <<= 1)
            skip = r & ~bit;
        step->revision = r;
        memset(step->digest, (int)(r % 251 + 1), 32);
        memcpy(step->previous, hashes[r - 1], 32);
        memcpy(step->skip, hashes[skip], 32);
        uint8_t bytes[15 + 8 + 96] = "jibao.v1.entry";
        bytes[21] = (uint8_t)(r >> 8);
        bytes[22] = (uint8_t)r;
        memcpy(bytes + 23, step->digest, 96);
        crypto_generichash(hashes[r], 32, bytes, sizeof(bytes), NULL, 0);
    }
    return 0;
}

static struct jb_proof_path path_of(uint64_t head, uint64_t target)
{
    struct jb_proof_path path = {.revision = target, .steps = steps};
    for (uint64_t at = head;; at = jb_proof_next(at, target)) {
        steps[path.step_count++] = chain[at];
        if (at == target)
            return path;
    }
}

static uint32_t steps_promised(uint64_t head)
{
    uint32_t bits = 0;
    for (; head >> bits; bits++)
        ;
    return bits * (bits + 1) / 2;
}

static void every_pair_is_proved(void **state)
{
    uint8_t hash[32];
    (void)state;
    for (uint64_t head = 1; head <= HEADS; head++) {
        for (uint64_t target = 1; target <= head; target++) {
            struct jb_proof_path path = path_of(head, target);
            assert_true(jb_proof_check(&path, head, hashes[head], hash));
            assert_memory_equal(hash, hashes[target], 32);
            assert_int_equal(path.step_count, jb_proof_length(head, target));
            assert_true(path.step_count <= steps_promised(head));
        }
    }
}

static void long_chains_have_short_paths(void **state)
{
    uint64_t head = (1ULL << 20) - 1;
    uint32_t longest = 0;
    (void)state;
    for (uint64_t target = 1; target <= head; target += 97) {
        uint32_t length = jb_proof_length(head, target);
        longest = length > longest ? length : longest;
    }
    assert_true(longest <= 210);
    assert_int_equal(jb_proof_length(head, 1), 210);
    assert_true(jb_proof_length(UINT64_MAX, 1) <= JB_PROOF_STEPS_MAX);
}

static void no_changed_byte_is_proved(void **state)
{
    static const struct {
        uint64_t head, target;
    } pairs[] = {{1, 1}, {7, 7}, {8, 5}, {255, 129}, {300, 1}};
    (void)state;
    for (size_t i = 0; i < JB_COUNT(pairs); i++) {
        struct jb_proof_path path = path_of(pairs[i].head, pairs[i].target);
        uint8_t *bytes = (uint8_t *)steps, hash[32] = {9}, head[32];
        for (size_t at = 0; at < path.step_count * sizeof(*steps); at++) {
            bytes[at] ^= (uint8_t)(1 << (at % 8));
            assert_false(jb_proof_check(&path, pairs[i].head, hashes[pairs[i].head], hash));
            bytes[at] ^= (uint8_t)(1 << (at % 8));
        }
        for (size_t at = 0; at < 32; at++) {
            memcpy(head, hashes[pairs[i].head], 32);
            head[at] ^= 0x80;
            assert_false(jb_proof_check(&path, pairs[i].head, head, hash));
        }
        assert_int_equal(hash[0], 9);
        assert_true(jb_proof_check(&path, pairs[i].head, hashes[pairs[i].head], hash));
    }
}

static void paths_of_the_wrong_shape_are_refused(void **state)
{
    struct jb_proof_path path = path_of(300, 77);
    uint8_t hash[32];
    (void)state;
    assert_false(jb_proof_check(&path, 299, hashes[299], hash));
    assert_false(jb_proof_check(&path, 301, hashes[300], hash));
    path.step_count--;
    assert_false(jb_proof_check(&path, 300, hashes[300], hash));
    path.step_count += 2;
    steps[path.step_count - 1] = chain[76];
    assert_false(jb_proof_check(&path, 300, hashes[300], hash));
    path.step_count = 0;
    assert_false(jb_proof_check(&path, 300, hashes[300], hash));
    path = path_of(300, 77);
    path.revision = 76;
    assert_false(jb_proof_check(&path, 300, hashes[300], hash));
    path.revision = 0;
    assert_false(jb_proof_check(&path, 300, hashes[300], hash));
    path.revision = 301;
    assert_false(jb_proof_check(&path, 300, hashes[300], hash));
    path = (struct jb_proof_path){.revision = 1, .steps = chain + 1, .step_count = 1};
    assert_false(jb_proof_check(&path, 0, hashes[1], hash));
}

static void a_head_is_its_servers_and_its_stores(void **state)
{
    static const uint8_t seed[32] = {1}, other_seed[32] = {2}, store[16] = {3}, other[16] = {4};
    jb_identity *server = jb_identity_from_seed(seed), *rival = jb_identity_from_seed(other_seed);
    struct jb_signed_head head = {.store_id = {3}, .epoch = 2, .revision = 300, .at_us = 5};
    (void)state;
    memcpy(head.head, hashes[300], 32);
    jb_head_sign(server, &head);
    assert_true(jb_head_good(&head, jb_identity_public(server), store));
    assert_false(jb_head_good(&head, jb_identity_public(rival), store));
    assert_false(jb_head_good(&head, jb_identity_public(server), other));
    struct jb_signed_head changed[] = {head, head, head, head, head};
    changed[0].epoch++;
    changed[1].revision--;
    changed[2].head[31] ^= 1;
    changed[3].at_us++;
    changed[4].signature[63] ^= 1;
    for (size_t i = 0; i < JB_COUNT(changed); i++)
        assert_false(jb_head_good(&changed[i], jb_identity_public(server), store));
    jb_identity_free(server);
    jb_identity_free(rival);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_is_proved),
        cmocka_unit_test(long_chains_have_short_paths),
        cmocka_unit_test(no_changed_byte_is_proved),
        cmocka_unit_test(paths_of_the_wrong_shape_are_refused),
        cmocka_unit_test(a_head_is_its_servers_and_its_stores),
    };
    return cmocka_run_group_tests(tests, make_chain, NULL);
}
