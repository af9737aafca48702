/* A key file as a stranger might hand it over. What is accepted is a good key with a label that
 * keeps its rules, whose secret signs what its public half verifies; a refusal says why, and leaves
 * what it was given alone. */
#include "fuzz/fuzz.h"

#include "net/identity.h"

static void check_good(const struct jb_public_key *key, const jb_identity *identity)
{
    static const uint8_t store_id[16] = {1};
    uint8_t signature[JB_SIGNATURE_BYTES], curve[JB_KEY_BYTES];
    struct jb_public_key again;
    char hex[JB_KEY_HEX_SIZE];

    jb_public_format(key, hex);
    jb_assert(jb_public_parse(jb_slice_str(hex), &again) == JB_OK && jb_public_eq(key, &again));
    jb_public_curve(key, curve);
    if (!identity)
        return;
    jb_assert(jb_public_eq(key, jb_identity_public(identity)));
    jb_identity_sign(identity, 7, store_id, JB_LIT("payload"), signature);
    jb_assert(jb_signature_good(key, 7, store_id, JB_LIT("payload"),
                                jb_slice_of(signature, sizeof(signature))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_public_key key;
    jb_identity *identity = NULL;
    char label[JB_KEY_LABEL_BYTES_MAX + 1] = "as before", why[256] = "";
    jb_err err =
        jb_key_text_parse(jb_slice_of(data, size), &key, &identity, label, why, sizeof(why));

    if (err) {
        jb_assert(err == JB_EINVAL || (err == JB_ERANGE && size > JB_KEY_FILE_BYTES_MAX));
        jb_assert(why[0] && !identity && strcmp(label, "as before") == 0);
        return 0;
    }
    jb_assert(size <= JB_KEY_FILE_BYTES_MAX && jb_key_label_valid(jb_slice_str(label)));
    check_good(&key, identity);
    jb_identity_free(identity);
    return 0;
}
