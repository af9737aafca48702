/* Key pairs and signatures, on libsodium. The secret half lies in guarded, locked, read-only memory
 * of its own; whatever else held it for a moment is wiped. Files are identity_file.c's. */
#include "net/identity.h"

#include <sodium.h>
#include <stdlib.h>

#define DOMAIN "jibao.v1.signed" /* its final NUL is signed too */
#define SIGNED_HEAD_BYTES (sizeof(DOMAIN) + 4 + 16)

struct jb_identity {
    struct jb_public_key public_key;
    char label[JB_KEY_LABEL_BYTES_MAX + 1];
    uint8_t *secret; /* crypto_sign_SECRETKEYBYTES from sodium_malloc */
};

bool jb_key_label_valid(struct jb_slice label)
{
    uint32_t point;

    if (label.len > JB_KEY_LABEL_BYTES_MAX || !jb_utf8_valid(label))
        return false;
    if (label.len && (label.ptr[0] == ' ' || label.ptr[label.len - 1] == ' '))
        return false;
    for (size_t i = 0, len; i < label.len; i += len) {
        len = jb_utf8_decode(jb_slice_of(label.ptr + i, label.len - i), &point);
        /* Controls, line and paragraph separators, and what turns the direction of text around, so
         * that no label can look like another one or like two lines of a list. */
        if (point < 0x20 || (point >= 0x7f && point < 0xa0) ||
            (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) ||
            point == 0xfeff)
            return false;
    }
    return true;
}

bool jb_public_eq(const struct jb_public_key *a, const struct jb_public_key *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

void jb_public_format(const struct jb_public_key *key, char ret[JB_KEY_HEX_SIZE])
{
    sodium_bin2hex(ret, JB_KEY_HEX_SIZE, key->bytes, sizeof(key->bytes));
}

void jb_public_short(const struct jb_public_key *key, char ret[JB_KEY_SHORT_SIZE])
{
    char hex[JB_KEY_HEX_SIZE];

    jb_public_format(key, hex);
    memcpy(ret, hex, 4);
    ret[4] = '-';
    memcpy(ret + 5, hex + 4, 4);
    ret[JB_KEY_SHORT_SIZE - 1] = 0;
}

jb_err jb_public_parse(struct jb_slice text, struct jb_public_key *ret)
{
    uint8_t bytes[JB_KEY_BYTES];
    size_t len = 0;

    if (text.len != JB_KEY_HEX_SIZE - 1 ||
        sodium_hex2bin(bytes, sizeof(bytes), (const char *)text.ptr, text.len, NULL, &len, NULL) ||
        len != sizeof(bytes))
        return JB_EINVAL;
    return jb_public_check(jb_slice_of(bytes, len), ret);
}

jb_err jb_public_check(struct jb_slice bytes, struct jb_public_key *ret)
{
    /* On the curve, canonical, in the group that the base point makes: so that neither a signature
     * nor the conversion to CURVE can fail later. */
    if (bytes.len != JB_KEY_BYTES || !crypto_core_ed25519_is_valid_point(bytes.ptr))
        return JB_EINVAL;
    memcpy(ret->bytes, bytes.ptr, JB_KEY_BYTES);
    return JB_OK;
}

void jb_public_curve(const struct jb_public_key *key, uint8_t ret[JB_KEY_BYTES])
{
    int rc = crypto_sign_ed25519_pk_to_curve25519(ret, key->bytes);

    jb_assert(rc == 0); /* checked when it came in */
}

/* With room for the secret, still writable. */
static jb_identity *allocate(void)
{
    jb_identity *identity = jb_xcalloc(1, sizeof(*identity));
    int rc = sodium_init(); /* does nothing when it was called before */

    jb_assert(rc >= 0);
    identity->secret = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    jb_assert(identity->secret);
    return identity;
}

static jb_identity *seal(jb_identity *identity)
{
    int rc = sodium_mprotect_readonly(identity->secret);

    jb_assert(rc == 0);
    return identity;
}

jb_identity *jb_identity_new(void)
{
    jb_identity *identity = allocate();

    crypto_sign_keypair(identity->public_key.bytes, identity->secret);
    return seal(identity);
}

jb_identity *jb_identity_from_seed(const uint8_t seed[JB_KEY_BYTES])
{
    jb_identity *identity = allocate();

    crypto_sign_seed_keypair(identity->public_key.bytes, identity->secret, seed);
    return seal(identity);
}

void jb_identity_free(jb_identity *identity)
{
    if (!identity)
        return;
    sodium_free(identity->secret); /* wipes it */
    free(identity);
}

const struct jb_public_key *jb_identity_public(const jb_identity *identity)
{
    return &identity->public_key;
}

const char *jb_identity_label(const jb_identity *identity)
{
    return identity->label;
}

void jb_identity_set_label(jb_identity *identity, const char *label)
{
    struct jb_slice text = jb_slice_str(label);

    jb_assert(jb_key_label_valid(text));
    memcpy(identity->label, label, text.len);
    identity->label[text.len] = 0;
}

void jb_identity_curve_secret(const jb_identity *identity, uint8_t ret[JB_KEY_BYTES])
{
    crypto_sign_ed25519_sk_to_curve25519(ret, identity->secret);
}

void jb_identity_seed(const jb_identity *identity, uint8_t ret[JB_KEY_BYTES])
{
    crypto_sign_ed25519_sk_to_seed(ret, identity->secret);
}

/* Ed25519 wants all bytes in one piece. *ret_len of them; free() it. */
static uint8_t *signed_bytes(uint32_t kind, const uint8_t store_id[16], struct jb_slice payload,
                             size_t *ret_len)
{
    size_t len = SIGNED_HEAD_BYTES + payload.len;
    uint8_t *bytes = jb_xmalloc(len), *to = bytes;

    memcpy(to, DOMAIN, sizeof(DOMAIN));
    to += sizeof(DOMAIN);
    for (int shift = 24; shift >= 0; shift -= 8)
        *to++ = (uint8_t)(kind >> shift);
    memcpy(to, store_id, 16);
    to += 16;
    if (payload.len)
        memcpy(to, payload.ptr, payload.len);
    *ret_len = len;
    return bytes;
}

void jb_identity_sign(const jb_identity *identity, uint32_t kind, const uint8_t store_id[16],
                      struct jb_slice payload, uint8_t ret[JB_SIGNATURE_BYTES])
{
    size_t len;
    uint8_t *bytes = signed_bytes(kind, store_id, payload, &len);

    crypto_sign_detached(ret, NULL, bytes, len, identity->secret);
    free(bytes);
}

bool jb_signature_good(const struct jb_public_key *signer, uint32_t kind,
                       const uint8_t store_id[16], struct jb_slice payload,
                       struct jb_slice signature)
{
    size_t len;

    if (signature.len != JB_SIGNATURE_BYTES)
        return false;
    uint8_t *bytes = signed_bytes(kind, store_id, payload, &len);
    bool good = crypto_sign_verify_detached(signature.ptr, bytes, len, signer->bytes) == 0;
    free(bytes);
    return good;
}

void jb_identity_sign_bytes(const jb_identity *identity, struct jb_slice bytes,
                            uint8_t ret[JB_SIGNATURE_BYTES])
{
    crypto_sign_detached(ret, NULL, bytes.ptr, bytes.len, identity->secret);
}

bool jb_signature_of_bytes(const struct jb_public_key *signer, struct jb_slice bytes,
                           const uint8_t signature[JB_SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(signature, bytes.ptr, bytes.len, signer->bytes) == 0;
}
