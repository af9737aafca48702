/* Who somebody is: an Ed25519 key pair. The secret half lives in a file of its owner and in locked
 * memory; the public half is what grants name. The CURVE key of the doors is made from it (RFC 8032
 * and RFC 7748 through libsodium), so an agent or a person has one key for both.
 *
 * A signature is Ed25519 over
 *     "jibao.v1.signed" 0x00 | kind, 4 bytes big-endian | store id, 16 bytes | payload as sent
 * so that what was signed for one store or for one kind of message is worth nothing anywhere else.
 */
#ifndef JB_IDENTITY_H
#define JB_IDENTITY_H

#include "base/base.h"

#define JB_KEY_BYTES 32
#define JB_SIGNATURE_BYTES 64
#define JB_KEY_HEX_SIZE (2 * JB_KEY_BYTES + 1)
#define JB_KEY_SHORT_SIZE 10 /* "3f9a-01bc": to tell keys apart in tables, no proof of anything */
#define JB_KEY_LABEL_BYTES_MAX 128 /* a person or a device, UTF-8 */
#define JB_KEY_FILE_BYTES_MAX 4096

/* UTF-8 of at most JB_KEY_LABEL_BYTES_MAX bytes on one line: no control characters, no blank at
 * either end. "" means that there is none and is valid. */
bool jb_key_label_valid(struct jb_slice label);

/* Comes from one of the functions here, which let valid points pass only. */
struct jb_public_key {
    uint8_t bytes[JB_KEY_BYTES];
};
bool jb_public_eq(const struct jb_public_key *a, const struct jb_public_key *b);
void jb_public_format(const struct jb_public_key *key, char ret[JB_KEY_HEX_SIZE]);
void jb_public_short(const struct jb_public_key *key, char ret[JB_KEY_SHORT_SIZE]);
/* 64 hexadecimal digits of a point that a signature can be checked with (no small order). JB_EINVAL
 * otherwise. */
JB_MUST_USE jb_err jb_public_parse(struct jb_slice text, struct jb_public_key *ret);
/* The same for 32 raw bytes. */
JB_MUST_USE jb_err jb_public_check(struct jb_slice bytes, struct jb_public_key *ret);
/* The CURVE key that belongs to it. */
void jb_public_curve(const struct jb_public_key *key, uint8_t ret[JB_KEY_BYTES]);

/* A key pair in locked memory that is wiped when it is freed. */
typedef struct jb_identity jb_identity;

jb_identity *jb_identity_new(void); /* from the system's randomness */
jb_identity *jb_identity_from_seed(const uint8_t seed[JB_KEY_BYTES]);
void jb_identity_free(jb_identity *identity); /* NULL is fine */
const struct jb_public_key *jb_identity_public(const jb_identity *identity);
const char *jb_identity_label(const jb_identity *identity);           /* "" if none */
void jb_identity_set_label(jb_identity *identity, const char *label); /* a valid one */
/* Wipe what it wrote to when done. */
void jb_identity_curve_secret(const jb_identity *identity, uint8_t ret[JB_KEY_BYTES]);
void jb_identity_seed(const jb_identity *identity, uint8_t ret[JB_KEY_BYTES]);

void jb_identity_sign(const jb_identity *identity, uint32_t kind, const uint8_t store_id[16],
                      struct jb_slice payload, uint8_t ret[JB_SIGNATURE_BYTES]);
bool jb_signature_good(const struct jb_public_key *signer, uint32_t kind,
                       const uint8_t store_id[16], struct jb_slice payload,
                       struct jb_slice signature);
/* For what is signed under a domain of its own (a head: wire_keys.h), with which bytes begins. */
void jb_identity_sign_bytes(const jb_identity *identity, struct jb_slice bytes,
                            uint8_t ret[JB_SIGNATURE_BYTES]);
bool jb_signature_of_bytes(const struct jb_public_key *signer, struct jb_slice bytes,
                           const uint8_t signature[JB_SIGNATURE_BYTES]);

/* Files. A secret one is written once, 0400, in the text form below; a public one (what its owner
 * hands over) has no `secret` line. '#' starts a comment line.
 *
 *     jibao-key: 1
 *     label: ...
 *     public: 64 hexadecimal digits
 *     secret: 64 hexadecimal digits (the seed)
 *
 * Loading a secret refuses a file that others may read or write, that is not
 * a plain file (O_NOFOLLOW) or does not belong to the user the program runs as; `why` (why_size
 * bytes) gets a sentence that names the file and what to do. JB_ENOTFOUND, JB_EINVAL (not such a
 * file; wrong owner or mode; public and secret do not belong together), JB_ERANGE (too large),
 * JB_EIO. Secrets are never printed, logged or put into `why`. */
JB_MUST_USE jb_err jb_identity_load(const char *path, jb_identity **ret, char *why,
                                    size_t why_size);
/* Writes PATH (secret, 0400) durably under a temporary name and then its own. JB_EEXIST: something
 * of that name is there, which is never overwritten. */
JB_MUST_USE jb_err jb_identity_save(const jb_identity *identity, const char *path);
/* A public key file. label gets "" when the file has none. A secret file is JB_EINVAL, so that
 * nobody gets used to handing that one over. */
JB_MUST_USE jb_err jb_public_load(const char *path, struct jb_public_key *ret,
                                  char label[JB_KEY_LABEL_BYTES_MAX + 1], char *why,
                                  size_t why_size);
JB_MUST_USE jb_err jb_public_save(const struct jb_public_key *key, const char *label,
                                  const char *path); /* 0644; JB_EEXIST */
/* Either kind of file: *ret_secret is NULL for a public one; a secret one must pass its checks. */
JB_MUST_USE jb_err jb_key_load(const char *path, struct jb_public_key *ret_public,
                               jb_identity **ret_secret, char label[JB_KEY_LABEL_BYTES_MAX + 1],
                               char *why, size_t why_size);
/* A public key as configurations and command lines name it: 64 hexadecimal digits, or the path of a
 * public key file. */
JB_MUST_USE jb_err jb_public_named(const char *text, struct jb_public_key *ret, char *why,
                                   size_t why_size);
/* Both keys of a program that connects, as its configuration names them (NULL or "": not set): the
 * identity's file, and the aggregator's public key in either way. JB_EINVAL also when one is not
 * set. */
JB_MUST_USE jb_err jb_identity_configured(const char *key, const char *server_key,
                                          jb_identity **ret, struct jb_public_key *ret_server,
                                          char *why, size_t why_size);
/* The parser behind them, for bytes in memory (a reader of foreign bytes: fuzzed). *ret_secret is
 * NULL for a public file. */
JB_MUST_USE jb_err jb_key_text_parse(struct jb_slice text, struct jb_public_key *ret_public,
                                     jb_identity **ret_secret,
                                     char label[JB_KEY_LABEL_BYTES_MAX + 1], char *why,
                                     size_t why_size);

#endif
