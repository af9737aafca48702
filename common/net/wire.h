/* Protobuf to validated structs and back: the envelope and the messages that every program shares.
 * With the other wire_*.h the only readers of generated code. Decoders copy into the caller's arena
 * (bounded), check UTF-8, lengths, enum ranges and counts, and leave *ret untouched on failure.
 * Encoders append to a buffer; check buf->failed once.
 *
 * Decoders return JB_EINVAL (malformed, bad UTF-8 or NUL, bad enum), JB_ERANGE (beyond a limit of
 * base/limits.h), JB_ENOMEM (the arena's limit). The `strict` ones (signed payloads) also refuse
 * unknown fields with JB_EVERSION. */
#ifndef JB_WIRE_H
#define JB_WIRE_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "model/finding.h"

/* The numbers of jibao.v1.Kind. */
enum jb_kind {
    JB_KIND_HELLO = 1,
    JB_KIND_WELCOME = 2,
    JB_KIND_REFUSED = 3,
    JB_KIND_SUBMIT = 10,
    JB_KIND_RECEIPT = 11,
    JB_KIND_CATALOG_PUT = 12,
    JB_KIND_CATALOG_PUT_DONE = 13,
    JB_KIND_KEY_CHANGE = 14,
    JB_KIND_KEY_CHANGE_DONE = 15,
    JB_KIND_ACT = 16,
    JB_KIND_ACT_DONE = 17,
    JB_KIND_CONTACTS_PUT = 18,
    JB_KIND_CONTACTS_PUT_DONE = 19,
    JB_KIND_CATALOG_GET = 20,
    JB_KIND_CATALOG_PART = 21,
    JB_KIND_QUERY = 22,
    JB_KIND_ANSWER = 23,
    JB_KIND_STATUS = 24,
    JB_KIND_STATUS_ANSWER = 25,
    JB_KIND_HISTORY = 26,
    JB_KIND_HISTORY_ANSWER = 27,
    JB_KIND_EXPLAIN = 28,
    JB_KIND_EXPLAIN_ANSWER = 29,
    JB_KIND_FILING = 30,
    JB_KIND_FILING_ANSWER = 31,
    JB_KIND_VERIFY = 32,
    JB_KIND_VERIFY_ANSWER = 33,
    JB_KIND_KEYS = 34,
    JB_KIND_KEYS_ANSWER = 35,
    JB_KIND_AUDIT = 36,
    JB_KIND_AUDIT_ANSWER = 37,
    JB_KIND_PROOF = 38,
    JB_KIND_PROOF_ANSWER = 39,
    JB_KIND_WATCH = 40,
    JB_KIND_WATCH_EVENT = 41,
    JB_KIND_WATCH_PING = 42,
    JB_KIND_WATCH_PONG = 43,
    JB_KIND_WATCH_CANCEL = 44,
    JB_KIND_PERIODS = 46,
    JB_KIND_PERIODS_ANSWER = 47,
    JB_KIND_RELEASES = 48,
    JB_KIND_RELEASES_ANSWER = 49,
    JB_KIND_DIFF = 50,
    JB_KIND_DIFF_ANSWER = 51,
    JB_KIND_NOTICES = 52,
    JB_KIND_NOTICES_ANSWER = 53,
    JB_KIND_CONTACTS = 54,
    JB_KIND_CONTACTS_ANSWER = 55,
};
const char *jb_kind_name(enum jb_kind kind);

#define JB_REQUEST_ID_BYTES_MAX 32

struct jb_envelope {
    uint32_t kind; /* any number: unknown kinds are the receiver's to refuse */
    struct jb_slice request_id, store_id, payload, signer, signature;
    struct jb_slice asked_for; /* a person's code, or empty */
};

struct jb_strings {
    const struct jb_slice *items;
    uint32_t count;
};

struct jb_snapshot {
    uint8_t store_id[16];
    uint32_t epoch;
    uint64_t revision;
    int64_t at_us;
    uint32_t catalog_version;
};

struct jb_welcome {
    uint8_t store_id[16];
    uint32_t epoch;
    uint64_t revision;
    uint8_t head[32];
    uint32_t catalog_version;
    bool demonstration; /* 演示数据: what the catalogue in force says */
    int64_t now_us;
    struct jb_slice program;
};

/* The slices of a decoded envelope point into `bytes` where possible, else into the arena.
 * request_id is 1..32 bytes, store_id 0 or 16, payload at most JB_MESSAGE_BYTES_MAX. */
JB_MUST_USE jb_err jb_wire_envelope_decode(struct jb_slice bytes, struct jb_arena *arena,
                                           struct jb_envelope *ret);
/* The request id of an envelope that could not be decoded, as far as it can be read: for the
 * refusal. False: none. */
bool jb_wire_request_id(struct jb_slice bytes, struct jb_slice *ret);
void jb_wire_envelope_encode(const struct jb_envelope *envelope, struct jb_buf *out);

JB_MUST_USE jb_err jb_wire_welcome_decode(struct jb_slice bytes, struct jb_arena *arena,
                                          struct jb_welcome *ret);
void jb_wire_welcome_encode(const struct jb_welcome *welcome, struct jb_buf *out);

/* Findings are appended to the list (which copies them); sentences and advice are sent in English
 * and not read back. */
JB_MUST_USE jb_err jb_wire_refused_decode(struct jb_slice bytes, struct jb_arena *arena,
                                          struct jb_findings *ret);
/* The findings that any answer carries, whatever its kind (wire_kinds.c). */
JB_MUST_USE jb_err jb_wire_findings_decode(enum jb_kind kind, struct jb_slice bytes,
                                           struct jb_arena *arena, struct jb_findings *ret);
void jb_wire_refused_encode(const struct jb_findings *findings, struct jb_buf *out);

#endif
