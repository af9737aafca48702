/* From JSON text, or from the parameters of a web address, to a message. The text is read by
 * jansson; the message's bytes are written field by field in the order of the descriptor, and are
 * scanned at the end as whoever receives them would do, so that no limit is told twice. */
#include "net/wire_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

#include "base/limits.h"
#include "net/wire_pb.h"

#define BASE64_BYTES_MAX (1024 * 1024)
enum { WIRE_VARINT = 0, WIRE_BYTES = 2 };

struct reading {
    struct jb_wire_json_why *why;
    bool lenient; /* parameters: every value is text, and a list may have one item */
    jb_err err;
};

/* path: of what surrounds the field. */
static void refuse(struct reading *r, const char *path, const char *name, const char *expected)
{
    if (r->err)
        return;
    r->err = JB_EINVAL;
    snprintf(r->why->field, sizeof(r->why->field), "%s%s%s", path, path[0] && name[0] ? "." : "",
             name);
    snprintf(r->why->expected, sizeof(r->why->expected), "%s", expected);
}

/* Digits only, with a sign where it is allowed; the number's bits. */
static bool parse_number(const char *text, bool is_signed, uint64_t *ret)
{
    bool minus = is_signed && text[0] == '-';
    uint64_t value = 0;

    if (minus)
        text++;
    if (!text[0])
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
            return false;
    }
    if (is_signed && value > (uint64_t)INT64_MAX + minus)
        return false;
    *ret = minus ? 0 - value : value;
    return true;
}

static bool get_number(const json_t *json, bool is_signed, uint64_t max, uint64_t *ret)
{
    uint64_t value = 0;
    bool good = false;

    if (json_is_integer(json)) {
        json_int_t integer = json_integer_value(json);
        good = is_signed || integer >= 0;
        value = (uint64_t)integer;
    } else if (json_is_string(json)) {
        good = strlen(json_string_value(json)) == json_string_length(json) &&
               parse_number(json_string_value(json), is_signed, &value);
    }
    if (!good || (!is_signed && value > max))
        return false;
    *ret = value;
    return true;
}

static bool get_bool(const struct reading *r, const json_t *json, bool *ret)
{
    const char *text = json_string_value(json);

    if (json_is_boolean(json)) {
        *ret = json_is_true(json);
        return true;
    }
    if (!r->lenient || !text)
        return false;
    *ret = strcmp(text, "true") == 0;
    return *ret || strcmp(text, "false") == 0;
}

static bool get_enum(const ProtobufCEnumDescriptor *type, const json_t *json, uint64_t *ret)
{
    const char *name = json_string_value(json);
    const ProtobufCEnumValue *value = NULL;

    if (json_is_integer(json) && json_integer_value(json) >= 0 &&
        json_integer_value(json) <= INT32_MAX)
        value = protobuf_c_enum_descriptor_get_value(type, (int)json_integer_value(json));
    else if (name)
        value = protobuf_c_enum_descriptor_get_value_by_name(type, name);
    if (!value)
        return false;
    *ret = (uint64_t)value->value;
    return true;
}

static void put_tag(const ProtobufCFieldDescriptor *field, unsigned wire, struct jb_buf *out)
{
    jb_buf_put_varint(out, (uint64_t)field->id << 3 | wire);
}

/* Both alphabets of base64, with padding or without. */
static bool put_base64(const char *text, size_t len, struct jb_buf *out)
{
    static const int variants[] = {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_URLSAFE,
                                   sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
                                   sodium_base64_VARIANT_URLSAFE_NO_PADDING};
    uint8_t *bytes = len <= BASE64_BYTES_MAX ? malloc(len + 1) : NULL;
    bool good = false;
    size_t size = 0;

    for (size_t i = 0; bytes && !good && i < JB_COUNT(variants); i++)
        good = sodium_base642bin(bytes, len + 1, text, len, NULL, &size, NULL, variants[i]) == 0;
    if (good)
        jb_buf_put_bytes(out, jb_slice_of(bytes, size));
    free(bytes);
    return good;
}

static void put_message(struct reading *r, const ProtobufCMessageDescriptor *type,
                        const json_t *json, const char *path, uint32_t depth, struct jb_buf *out);

static void put_inner(struct reading *r, const ProtobufCFieldDescriptor *field, const json_t *json,
                      const char *path, uint32_t depth, struct jb_buf *out)
{
    struct jb_buf inner;

    jb_buf_init(&inner, JB_MESSAGE_BYTES_MAX);
    put_message(r, field->descriptor, json, path, depth + 1, &inner);
    put_tag(field, WIRE_BYTES, out);
    jb_buf_put_bytes(out, jb_buf_slice(&inner));
    out->failed = out->failed || inner.failed;
    jb_buf_free(&inner);
}

static void put_varint(const ProtobufCFieldDescriptor *field, uint64_t value, bool always,
                       struct jb_buf *out)
{
    if (value == 0 && !always)
        return; /* the default: its canonical spelling is to be left out */
    put_tag(field, WIRE_VARINT, out);
    jb_buf_put_varint(out, value);
}

static void put_text(struct reading *r, const ProtobufCFieldDescriptor *field, const json_t *json,
                     const char *path, bool always, struct jb_buf *out)
{
    const char *text = json_string_value(json);
    size_t len = json_string_length(json);

    if (!text) {
        refuse(r, path, "",
               field->type == PROTOBUF_C_TYPE_BYTES ? "a string of base64" : "a string");
        return;
    }
    if (len == 0 && !always)
        return;
    put_tag(field, WIRE_BYTES, out);
    if (field->type == PROTOBUF_C_TYPE_STRING)
        jb_buf_put_bytes(out, jb_slice_of(text, len));
    else if (!put_base64(text, len, out))
        refuse(r, path, "", "a string of base64");
}

/* always: also the default, as an item of a list. */
static void put_value(struct reading *r, const ProtobufCFieldDescriptor *field, const json_t *json,
                      const char *path, uint32_t depth, bool always, struct jb_buf *out)
{
    uint64_t number = 0;
    bool flag = false;

    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_UINT32:
        if (!get_number(json, false, UINT32_MAX, &number))
            refuse(r, path, "", "a whole number from 0 to 4294967295");
        put_varint(field, number, always, out);
        break;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_INT64:
        if (!get_number(json, field->type == PROTOBUF_C_TYPE_INT64, UINT64_MAX, &number))
            refuse(r, path, "", "a whole number, best as a string");
        put_varint(field, number, always, out);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        if (!get_bool(r, json, &flag))
            refuse(r, path, "", "true or false");
        put_varint(field, flag, always, out);
        break;
    case PROTOBUF_C_TYPE_ENUM:
        if (!get_enum(field->descriptor, json, &number))
            refuse(r, path, "", ((const ProtobufCEnumDescriptor *)field->descriptor)->short_name);
        put_varint(field, number, always, out);
        break;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
        put_text(r, field, json, path, always, out);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        put_inner(r, field, json, path, depth, out);
        break;
    default: /* the contract has no other types: jb_wire_scan asserts it */
        out->failed = true;
    }
}

static void put_field(struct reading *r, const ProtobufCFieldDescriptor *field, const json_t *json,
                      const char *path, uint32_t depth, struct jb_buf *out)
{
    char inner[JB_WIRE_JSON_WHY_BYTES], name[JB_WIRE_JSON_NAME_BYTES];

    if (json_is_null(json))
        return;
    jb_wire_json_name(field, name);
    snprintf(inner, sizeof(inner), "%s%s%s", path, path[0] ? "." : "", name);
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        put_value(r, field, json, inner, depth, false, out);
        return;
    }
    if (r->lenient && !json_is_array(json)) {
        put_value(r, field, json, inner, depth, true, out);
        return;
    }
    if (!json_is_array(json)) {
        refuse(r, inner, "", "a list");
        return;
    }
    size_t len = strlen(inner);
    for (size_t i = 0; i < json_array_size(json) && !r->err; i++) {
        snprintf(inner + len, sizeof(inner) - len, "[%zu]", i);
        put_value(r, field, json_array_get(json, i), inner, depth, true, out);
    }
}

static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *type,
                                                  const char *key)
{
    char name[JB_WIRE_JSON_NAME_BYTES];

    for (unsigned i = 0; i < type->n_fields; i++) {
        jb_wire_json_name(&type->fields[i], name);
        if (strcmp(name, key) == 0 || strcmp(type->fields[i].name, key) == 0)
            return &type->fields[i];
    }
    return NULL;
}

static void refuse_strangers(struct reading *r, const ProtobufCMessageDescriptor *type,
                             const json_t *json, const char *path)
{
    bool seen[64] = {false}; /* a field by its place: its two names are one */
    const char *key;
    json_t *value;

    jb_assert(type->n_fields <= JB_COUNT(seen));
    /* jansson's iterator takes the object without const and changes nothing. */
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
    {
        const ProtobufCFieldDescriptor *field = find_field(type, key);
        if (!field)
            refuse(r, path, key, "no such field");
        else if (seen[field - type->fields])
            refuse(r, path, key, "once");
        else
            seen[field - type->fields] = true;
    }
}

static void put_message(struct reading *r, const ProtobufCMessageDescriptor *type,
                        const json_t *json, const char *path, uint32_t depth, struct jb_buf *out)
{
    char name[JB_WIRE_JSON_NAME_BYTES];

    if (!json_is_object(json) || depth > JB_WIRE_DEPTH_MAX) {
        refuse(r, path, "", "an object");
        return;
    }
    refuse_strangers(r, type, json, path);
    for (unsigned i = 0; i < type->n_fields && !r->err; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        jb_wire_json_name(field, name);
        const json_t *value = json_object_get(json, name);
        if (!value)
            value = json_object_get(json, field->name);
        if (value)
            put_field(r, field, value, path, depth, out);
    }
}

static jb_err write_message(enum jb_kind kind, const json_t *json, bool lenient, struct jb_buf *out,
                            struct jb_wire_json_why *why)
{
    const ProtobufCMessageDescriptor *type = jb_wire_kind_type(kind);
    struct reading r = {.why = why, .lenient = lenient};
    size_t from = out->len;

    jb_assert(type != NULL);
    *why = (struct jb_wire_json_why){.field = ""};
    put_message(&r, type, json, "", 1, out);
    if (r.err)
        return r.err;
    if (out->failed)
        return JB_ERANGE;
    jb_err err =
        jb_wire_scan(type, jb_slice_of(out->ptr + from, out->len - from), &jb_wire_ignoring);
    if (err)
        snprintf(why->expected, sizeof(why->expected), "%s",
                 err == JB_ERANGE ? "less: a text or a list is beyond its limit"
                                  : "a valid message");
    return err;
}

jb_err jb_wire_json_decode(enum jb_kind kind, struct jb_slice text, struct jb_buf *out,
                           struct jb_wire_json_why *why)
{
    json_error_t error;
    json_t *json = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &error);

    *why = (struct jb_wire_json_why){.field = ""};
    if (!json) {
        snprintf(why->expected, sizeof(why->expected), "JSON; line %d, column %d: %.100s",
                 error.line, error.column, error.text);
        return JB_EINVAL;
    }
    jb_err err = write_message(kind, json, false, out, why);
    json_decref(json);
    return err;
}

/* Puts text under a dotted name; a second one of the name makes a list. False: no memory, no UTF-8,
 * or a name that is a value and a message at once. */
static bool add_param(json_t *object, const char *name, json_t *text)
{
    const char *dot;

    while ((dot = strchr(name, '.'))) {
        char head[JB_WIRE_JSON_NAME_BYTES];
        snprintf(head, sizeof(head), "%.*s", (int)(dot - name), name);
        json_t *inner = json_object_get(object, head);
        if (!inner) {
            inner = json_object();
            if (json_object_set_new(object, head, inner) != 0)
                return false;
        }
        if (!json_is_object(inner))
            return false;
        object = inner;
        name = dot + 1;
    }
    json_t *old = json_object_get(object, name);
    if (!old)
        return json_object_set(object, name, text) == 0;
    if (json_is_array(old))
        return json_array_append(old, text) == 0;
    json_t *list = json_is_string(old) ? json_array() : NULL;
    bool good = list && json_array_append(list, old) == 0 && json_array_append(list, text) == 0 &&
                json_object_set(object, name, list) == 0;
    json_decref(list);
    return good;
}

jb_err jb_wire_json_params(enum jb_kind kind, const struct jb_wire_json_param *params,
                           uint32_t count, struct jb_buf *out, struct jb_wire_json_why *why)
{
    json_t *object = json_object();
    jb_err err = count <= JB_WIRE_JSON_PARAMS_MAX ? JB_OK : JB_ERANGE;

    *why = (struct jb_wire_json_why){.field = ""};
    for (uint32_t i = 0; !err && i < count; i++) {
        char name[2 * JB_WIRE_JSON_NAME_BYTES];
        snprintf(name, sizeof(name), "%.*s", JB_ARG(params[i].name));
        json_t *text = json_stringn((const char *)params[i].value.ptr, params[i].value.len);
        if (!text || params[i].name.len >= JB_WIRE_JSON_NAME_BYTES ||
            !add_param(object, name, text)) {
            snprintf(why->field, sizeof(why->field), "%.60s",
                     jb_utf8_valid(params[i].name) ? name : "?");
            snprintf(why->expected, sizeof(why->expected), "one name and UTF-8 text");
            err = JB_EINVAL;
        }
        json_decref(text);
    }
    if (!err)
        err = write_message(kind, object, true, out, why);
    json_decref(object);
    return err;
}
