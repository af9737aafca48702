/* What the wire files share, and nobody else includes: unpacking that refuses before it allocates,
 * and small steps between generated structs and ours. protobuf-c checks neither UTF-8 nor NULs nor
 * enum ranges, keeps every unknown field, and takes memory as the sender likes; so each message is
 * walked once against its descriptor first. */
#ifndef JB_WIRE_PB_H
#define JB_WIRE_PB_H

#include <protobuf-c/protobuf-c.h>

#include "base/uuid.h"
#include "model/submission.h"
#include "net/wire.h"

#define JB_WIRE_DEPTH_MAX 4
#define JB_WIRE_UNKNOWN_MAX                                                                        \
    64 /* unknown fields that one message may bring when they are ignored                          \
        */
#define JB_WIRE_SCRATCH_BYTES_MAX                                                                  \
    (64 * 1024 * 1024) /* generated structs of one message to encode */

struct Jibao__V1__Finding;
struct Jibao__V1__Row;

struct jb_wire_rules {
    bool strict;       /* refuse unknown fields */
    uint32_t list_max; /* items of one repeated field */
};
extern const struct jb_wire_rules jb_wire_signed;   /* payloads that are signed and kept */
extern const struct jb_wire_rules jb_wire_ignoring; /* all others */

/* Well formed; known fields of the declared type, at most once unless repeated; enums in range;
 * strings UTF-8 without NUL and within JB_TEXT_FIGURE_BYTES_MAX; nesting and counts within limits.
 * Takes no memory. */
JB_MUST_USE jb_err jb_wire_scan(const ProtobufCMessageDescriptor *type, struct jb_slice bytes,
                                const struct jb_wire_rules *rules);
/* Scans, then unpacks into the arena. Strings of the result have no NUL inside, so that strlen
 * tells their length. */
JB_MUST_USE jb_err jb_wire_unpack(const ProtobufCMessageDescriptor *type, struct jb_slice bytes,
                                  const struct jb_wire_rules *rules, struct jb_arena *arena,
                                  const void **ret);

/* The message in the payload of that kind (wire_kinds.c); NULL: that kind has none. */
const ProtobufCMessageDescriptor *jb_wire_kind_type(enum jb_kind kind);

/* Reading generated structs: the first failure stays in err; check it once, at the end. */
struct jb_wire_in {
    struct jb_arena *arena;
    jb_err err;
};
struct jb_slice jb_wire_get_text(struct jb_wire_in *in, const char *text, size_t len_max);
/* Copies exactly len bytes. False, and nothing is copied, when there are none; any other length
 * fails. */
bool jb_wire_get_fixed(struct jb_wire_in *in, ProtobufCBinaryData data, void *to, size_t len);
struct jb_strings jb_wire_get_strings(struct jb_wire_in *in, size_t count, char *const *items);
/* NULL when in has failed. */
void *jb_wire_get_array(struct jb_wire_in *in, size_t count, size_t size);
static inline struct jb_slice jb_wire_get_short(struct jb_wire_in *in, const char *text)
{
    return jb_wire_get_text(in, text, JB_SHORT_TEXT_BYTES_MAX);
}
static inline struct jb_slice jb_wire_get_bytes(ProtobufCBinaryData data)
{
    return jb_slice_of(data.data, data.len);
}

/* Building generated structs; all of it lives until jb_wire_pack. A failure is sticky and ends as
 * out->failed. */
struct jb_wire_out {
    struct jb_arena arena;
    bool failed;
    char none[1]; /* the empty string */
};
void jb_wire_out_init(struct jb_wire_out *out);
/* A NUL inside fails: it would cut the string on the wire. */
char *jb_wire_put_text(struct jb_wire_out *out, struct jb_slice text);
char *jb_wire_put_cstr(struct jb_wire_out *out, const char *text);    /* NULL is empty */
ProtobufCBinaryData jb_wire_put_bytes(const void *bytes, size_t len); /* borrowed */
/* As above; empty when every byte is zero: "there is none". */
ProtobufCBinaryData jb_wire_put_hash(const uint8_t *bytes, size_t len);
char **jb_wire_put_strings(struct jb_wire_out *out, struct jb_strings strings);
/* count pointers to zeroed items of `size` bytes, to be initialised by the caller; NULL when out
 * has failed. */
void *jb_wire_put_list(struct jb_wire_out *out, uint32_t count, size_t size);
void *jb_wire_put_one(struct jb_wire_out *out, size_t size);
/* Appends the message to the buffer and frees what out holds. */
void jb_wire_pack(struct jb_wire_out *out, const ProtobufCMessage *message, struct jb_buf *to);

/* Findings (wire_finding.c). get checks, add appends afterwards, when the rest of the message is
 * known to be good. list may be NULL. total 0: not told. */
void jb_wire_get_findings(struct jb_wire_in *in, size_t count);
void jb_wire_add_findings(struct jb_findings *list, size_t count,
                          struct Jibao__V1__Finding *const *items, uint32_t total);
/* As many as fit into JB_WIRE_FINDINGS_BYTES_MAX. findings may be NULL. */
#define JB_WIRE_FINDINGS_BYTES_MAX (640 * 1024)
struct Jibao__V1__Finding **jb_wire_put_findings(struct jb_wire_out *out,
                                                 const struct jb_findings *findings,
                                                 size_t *ret_count);

/* JSON (wire_json.c): the field's name in JSON, as {lowerCamelCase, NUL}. */
#define JB_WIRE_JSON_NAME_BYTES 64
void jb_wire_json_name(const ProtobufCFieldDescriptor *field, char ret[JB_WIRE_JSON_NAME_BYTES]);

/* One row of a submission or filing (wire_submission.c). why gets a literal on failure. */
void jb_wire_get_row(struct jb_wire_in *in, const struct Jibao__V1__Row *pb, struct jb_row *ret,
                     const char **why);
/* The rows of a message; NULL when out has failed. */
struct Jibao__V1__Row **jb_wire_put_rows(struct jb_wire_out *out, const struct jb_row *rows,
                                         uint32_t count);

#endif
