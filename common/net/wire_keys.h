/* Keys, grants, the audit trail and proofs over the wire (proto/jibao/v1/keys.proto). */
#ifndef JB_WIRE_KEYS_H
#define JB_WIRE_KEYS_H

#include "base/uuid.h"
#include "model/grant.h"
#include "net/identity.h"
#include "net/wire.h"

#define JB_PROOF_REVISIONS_MAX 256

enum jb_key_action {
    JB_KEY_ALLOW = 1,
    JB_KEY_TAKE = 2,
    JB_KEY_SUSPEND = 3,
    JB_KEY_RESUME = 4,
    JB_KEY_REVOKE = 5,
    JB_KEY_ROTATE = 6,
};

struct jb_key_change {
    struct jb_uuid id;
    uint32_t epoch;
    enum jb_key_action action;
    bool is_person; /* the holder */
    struct jb_public_key key;
    struct jb_slice person_code;
    struct jb_slice label;
    bool has_grant;
    struct jb_grant grant; /* ALLOW; TAKE: its role */
    struct jb_public_key new_key;
    int64_t overlap_until_us;
    struct jb_slice reason;
};
/* Strict: see wire.h. Checks what can be checked without a store: the fields that the action needs
 * are there and no others, keys are keys, codes are codes, a scope only where the role has one,
 * until after from. */
JB_MUST_USE jb_err jb_wire_key_change_decode(struct jb_slice bytes, struct jb_arena *arena,
                                             struct jb_key_change *ret, const char **ret_why);
void jb_wire_key_change_encode(const struct jb_key_change *change, struct jb_buf *out);

struct jb_key_change_done {
    uint64_t revision;
    uint8_t head[32];
};
JB_MUST_USE jb_err jb_wire_key_change_done_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                  struct jb_key_change_done *ret,
                                                  struct jb_findings *findings);
void jb_wire_key_change_done_encode(const struct jb_key_change_done *done,
                                    const struct jb_findings *findings, struct jb_buf *out);

struct jb_keys_ask {
    bool own;
    struct jb_slice after;
};
JB_MUST_USE jb_err jb_wire_keys_ask_decode(struct jb_slice bytes, struct jb_arena *arena,
                                           struct jb_keys_ask *ret);
void jb_wire_keys_ask_encode(const struct jb_keys_ask *ask, struct jb_buf *out);
struct jb_keys_answer {
    uint8_t store_id[16];
    uint64_t revision;
    const struct jb_holder *holders;
    uint32_t holder_count;
    struct jb_slice next;
    bool narrowed;
};
JB_MUST_USE jb_err jb_wire_keys_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                              struct jb_keys_answer *ret);
void jb_wire_keys_answer_encode(const struct jb_keys_answer *answer, struct jb_buf *out);

struct jb_signed_head {
    uint8_t store_id[16];
    uint32_t epoch;
    uint64_t revision;
    uint8_t head[32];
    int64_t at_us;
    struct jb_public_key server;
    uint8_t signature[JB_SIGNATURE_BYTES];
    bool has_next; /* a second one, while the server's key is changed for its next one */
    struct jb_public_key next;
    uint8_t next_signature[JB_SIGNATURE_BYTES];
};
/* The bytes that each signature is over. */
#define JB_HEAD_SIGNED_BYTES (14 + 16 + 4 + 8 + 32 + 8)
void jb_signed_head_bytes(const struct jb_signed_head *head, uint8_t ret[JB_HEAD_SIGNED_BYTES]);

struct jb_audit_ask {
    uint64_t from_revision, until_revision;
    int64_t from_us, until_us;
    bool has_signer;
    struct jb_public_key signer;
    struct jb_slice person, unit, kind;
    bool with_bytes;
};
JB_MUST_USE jb_err jb_wire_audit_ask_decode(struct jb_slice bytes, struct jb_arena *arena,
                                            struct jb_audit_ask *ret);
void jb_wire_audit_ask_encode(const struct jb_audit_ask *ask, struct jb_buf *out);
struct jb_audit_entry {
    uint64_t revision;
    int64_t at_us;
    struct jb_slice kind;
    struct jb_slice signer; /* 32 bytes or none */
    struct jb_slice label, person_code, unit, form, period, outcome, summary;
    uint8_t hash[32];
    struct jb_slice entry; /* with_bytes */
};
struct jb_audit_answer {
    const struct jb_audit_entry *entries;
    uint32_t entry_count;
    uint64_t next_revision;
    struct jb_signed_head head;
};
JB_MUST_USE jb_err jb_wire_audit_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                               struct jb_audit_answer *ret);
void jb_wire_audit_answer_encode(const struct jb_audit_answer *answer, struct jb_buf *out);

struct jb_proof_ask {
    const uint64_t *revisions;
    uint32_t count;
};
JB_MUST_USE jb_err jb_wire_proof_ask_decode(struct jb_slice bytes, struct jb_arena *arena,
                                            struct jb_proof_ask *ret);
void jb_wire_proof_ask_encode(const struct jb_proof_ask *ask, struct jb_buf *out);
struct jb_proof_step {
    uint64_t revision;
    uint8_t digest[32], previous[32], skip[32];
};
struct jb_proof_path {
    uint64_t revision;
    const struct jb_proof_step *steps;
    uint32_t step_count;
};
struct jb_proof_answer {
    struct jb_signed_head head;
    const struct jb_proof_path *paths;
    uint32_t path_count;
};
JB_MUST_USE jb_err jb_wire_proof_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                               struct jb_proof_answer *ret);
void jb_wire_proof_answer_encode(const struct jb_proof_answer *answer, struct jb_buf *out);

#endif
