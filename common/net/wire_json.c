/* From a message to JSON text: unpacked as every message is, then written field by field as the
 * descriptor lists them, straight into the buffer. */
#include "net/wire_json.h"

#include <inttypes.h>

#include <sodium.h>

#include "jibao/v1/envelope.pb-c.h"
#include "net/wire_pb.h"

void jb_wire_json_name(const ProtobufCFieldDescriptor *field, char ret[JB_WIRE_JSON_NAME_BYTES])
{
    bool upper = false;
    size_t len = 0;

    for (const char *p = field->name; *p; p++) {
        jb_assert(len + 1 < JB_WIRE_JSON_NAME_BYTES);
        if (*p == '_') {
            upper = true;
            continue;
        }
        ret[len++] = upper && *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
        upper = false;
    }
    ret[len] = 0;
}

/* Control characters are escaped, and so are < and >, so that no text can end a script it may be
 * put into. */
void jb_wire_json_text(struct jb_slice text, struct jb_buf *out)
{
    size_t from = 0;

    if (!jb_utf8_valid(text))
        out->failed = true;
    jb_buf_put(out, "\"", 1);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != 0x7f)
            continue;
        jb_buf_put(out, text.ptr + from, i - from);
        if (c == '"' || c == '\\')
            jb_buf_printf(out, "\\%c", c);
        else if (c == '\n')
            jb_buf_put_str(out, "\\n");
        else
            jb_buf_printf(out, "\\u%04x", c);
        from = i + 1;
    }
    if (text.len > from)
        jb_buf_put(out, text.ptr + from, text.len - from);
    jb_buf_put(out, "\"", 1);
}

static void put_bytes(ProtobufCBinaryData bytes, struct jb_buf *out)
{
    size_t size = sodium_base64_encoded_len(bytes.len, sodium_base64_VARIANT_ORIGINAL);

    jb_buf_put(out, "\"", 1);
    uint8_t *to = jb_buf_reserve(out, size);
    if (to) {
        sodium_bin2base64((char *)to, size, bytes.data, bytes.len, sodium_base64_VARIANT_ORIGINAL);
        out->len += size - 1; /* without the NUL */
    }
    jb_buf_put(out, "\"", 1);
}

static void put_message(const ProtobufCMessage *message, struct jb_buf *out);

/* item: where the value stands. */
static void put_value(const ProtobufCFieldDescriptor *field, const void *item, struct jb_buf *out)
{
    const ProtobufCEnumValue *value;

    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_UINT32:
        jb_buf_printf(out, "%" PRIu32, *(const uint32_t *)item);
        break;
    case PROTOBUF_C_TYPE_UINT64:
        jb_buf_printf(out, "\"%" PRIu64 "\"", *(const uint64_t *)item);
        break;
    case PROTOBUF_C_TYPE_INT64:
        jb_buf_printf(out, "\"%" PRId64 "\"", *(const int64_t *)item);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        jb_buf_put_str(out, *(const protobuf_c_boolean *)item ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_ENUM:
        value = protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)item);
        jb_buf_printf(out, "\"%s\"", value ? value->name : "");
        break;
    case PROTOBUF_C_TYPE_STRING:
        jb_wire_json_text(jb_slice_str(*(char *const *)item), out);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        put_bytes(*(const ProtobufCBinaryData *)item, out);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        put_message(*(ProtobufCMessage *const *)item, out);
        break;
    default: /* the contract has no other types: jb_wire_scan asserts it */
        out->failed = true;
    }
}

static size_t item_size(const ProtobufCFieldDescriptor *field)
{
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_UINT32:
        return sizeof(uint32_t);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_ENUM:
        return sizeof(int);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    default:
        return sizeof(uint64_t);
    }
}

static bool is_default(const ProtobufCFieldDescriptor *field, const void *item)
{
    static const uint64_t zero;

    if (field->type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(char *const *)item;
        return !text || !text[0];
    }
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return ((const ProtobufCBinaryData *)item)->len == 0;
    return memcmp(item, &zero, item_size(field)) == 0;
}

static void put_list(const ProtobufCFieldDescriptor *field, const void *items, size_t count,
                     struct jb_buf *out)
{
    jb_buf_put(out, "[", 1);
    for (size_t i = 0; i < count; i++) {
        if (i)
            jb_buf_put(out, ",", 1);
        put_value(field, (const uint8_t *)items + i * item_size(field), out);
    }
    jb_buf_put(out, "]", 1);
}

/* What a finding says, in the language of the program. NULL: as the sender said it. */
static const char *own_words(const ProtobufCMessage *message, const char *field)
{
    enum jb_finding_code code;

    if (message->descriptor != &jibao__v1__finding__descriptor)
        return NULL;
    if (jb_finding_code_parse(((const Jibao__V1__Finding *)message)->code, &code))
        return NULL;
    if (strcmp(field, "sentence") == 0)
        return jb_finding_sentence(code);
    return strcmp(field, "advice") == 0 ? jb_finding_advice(code) : NULL;
}

static void put_message(const ProtobufCMessage *message, struct jb_buf *out)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    char name[JB_WIRE_JSON_NAME_BYTES];
    bool first = true;

    jb_buf_put(out, "{", 1);
    for (unsigned i = 0; i < type->n_fields && !out->failed; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        const uint8_t *item = (const uint8_t *)message + field->offset;
        bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
        size_t count = 0;
        if (repeated)
            memcpy(&count, (const uint8_t *)message + field->quantifier_offset, sizeof(count));
        const char *words = own_words(message, field->name);
        if (repeated ? count == 0 : words ? !words[0] : is_default(field, item))
            continue;
        jb_wire_json_name(field, name);
        jb_buf_printf(out, "%s\"%s\":", first ? "" : ",", name);
        first = false;
        if (repeated)
            put_list(field, *(void *const *)(const void *)item, count, out);
        else if (words)
            jb_wire_json_text(jb_slice_str(words), out);
        else
            put_value(field, item, out);
    }
    jb_buf_put(out, "}", 1);
}

jb_err jb_wire_json_encode(enum jb_kind kind, struct jb_slice payload, struct jb_buf *out)
{
    const ProtobufCMessageDescriptor *type = jb_wire_kind_type(kind);
    struct jb_arena arena;
    const void *message = NULL;

    if (!type)
        return JB_EINVAL;
    jb_arena_init(&arena, (size_t)JB_WIRE_SCRATCH_BYTES_MAX);
    jb_err err = jb_wire_unpack(type, payload, &jb_wire_ignoring, &arena, &message);
    if (!err) {
        put_message(message, out);
        err = out->failed ? JB_ERANGE : JB_OK;
    }
    jb_arena_free(&arena);
    return err;
}
