/* Messages of the contract as JSON and back, by their descriptors: no message has code of its own.
 *
 * The mapping is proto3's canonical one (protobuf.dev, "ProtoJSON Format"): lowerCamelCase names,
 * 64-bit numbers as strings, bytes as base64, enumerations by name, fields that have their default
 * left out. One thing is added: `sentence` and `advice` of a Finding are in the language of the
 * program (base/text.h) where its code is known, not in the wire's English. Reading also takes the
 * contract's own field names (snake_case), numbers or strings for numbers, and null for a field
 * that is left out; what it does not know it refuses by name. */
#ifndef JB_WIRE_JSON_H
#define JB_WIRE_JSON_H

#include "net/wire.h"

#define JB_WIRE_JSON_BYTES_MAX ((size_t)16 * JB_MESSAGE_BYTES_MAX) /* of one message's text */
#define JB_WIRE_JSON_WHY_BYTES 160
#define JB_WIRE_JSON_PARAMS_MAX 1024

/* Appends the message as one JSON object. JB_EINVAL, JB_ERANGE, JB_ENOMEM: the payload is not such
 * a message, or its text would be beyond the buffer's limit; out then holds rubbish. */
JB_MUST_USE jb_err jb_wire_json_encode(enum jb_kind kind, struct jb_slice payload,
                                       struct jb_buf *out);

/* Where in the text something is wrong, and what was expected there; for people who write
 * programs, in English. */
struct jb_wire_json_why {
    char field[JB_WIRE_JSON_WHY_BYTES]; /* "before.release", "units[3]"; "" for the text as such */
    char expected[JB_WIRE_JSON_WHY_BYTES];
};
/* Appends the payload that the text stands for; it was scanned as a receiver would. JB_EINVAL: *why
 * says what is wrong. JB_ERANGE: beyond a limit. */
JB_MUST_USE jb_err jb_wire_json_decode(enum jb_kind kind, struct jb_slice text, struct jb_buf *out,
                                       struct jb_wire_json_why *why);

/* One `name=value` of a web address. A name with a dot is a field of a message within
 * ("before.release"); a name that stands more than once, a list. */
struct jb_wire_json_param {
    struct jb_slice name, value;
};
/* The same from parameters, all of whose values are text. At most JB_WIRE_JSON_PARAMS_MAX. */
JB_MUST_USE jb_err jb_wire_json_params(enum jb_kind kind, const struct jb_wire_json_param *params,
                                       uint32_t count, struct jb_buf *out,
                                       struct jb_wire_json_why *why);

/* Text as a JSON string, with its quotes. Text that is not UTF-8 fails the buffer. */
void jb_wire_json_text(struct jb_slice text, struct jb_buf *out);

#endif
