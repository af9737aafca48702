/* The walk over a message's bytes that comes before protobuf-c sees them. It knows the message by
 * its generated descriptor and refuses what the generated code would let pass: unknown fields,
 * wrong text, enum values without a name, a field given twice, lists and nesting beyond the limits.
 * Numbers must be in shortest form, so that one message has one spelling. */
#include "base/limits.h"
#include "net/wire_pb.h"
#include "net/wire_query.h"

#define FIELDS_MAX 32 /* of one message type of the contract */

enum wire_type { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

const struct jb_wire_rules jb_wire_signed = {.strict = true, .list_max = JB_SUBMISSION_ROWS_MAX};
const struct jb_wire_rules jb_wire_ignoring = {.strict = false, .list_max = JB_QUERY_LIST_MAX};

static jb_err scan_message(const ProtobufCMessageDescriptor *type, struct jb_slice bytes,
                           const struct jb_wire_rules *rules, uint32_t depth);

static void skip(struct jb_reader *in, uint32_t wire)
{
    if (wire == WIRE_VARINT)
        jb_read_varint(in);
    else if (wire == WIRE_64)
        jb_read_raw(in, 8);
    else if (wire == WIRE_BYTES)
        jb_read_bytes(in, JB_MESSAGE_BYTES_MAX);
    else if (wire == WIRE_32)
        jb_read_raw(in, 4);
    else
        in->failed = true;
}

static bool is_bytes(ProtobufCType type)
{
    return type == PROTOBUF_C_TYPE_STRING || type == PROTOBUF_C_TYPE_BYTES ||
           type == PROTOBUF_C_TYPE_MESSAGE;
}

/* Both look where a contract that counts from one (fields) or zero (values) has it, before they
 * search. */
static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *type,
                                                  uint32_t id)
{
    if (id <= type->n_fields && type->fields[id - 1].id == id)
        return &type->fields[id - 1];
    return protobuf_c_message_descriptor_get_field(type, id);
}

static bool has_value(const ProtobufCEnumDescriptor *type, uint64_t number)
{
    if (number < type->n_values && type->values[number].value == (int)number)
        return true;
    return number <= INT32_MAX && protobuf_c_enum_descriptor_get_value(type, (int)number);
}

static jb_err scan_number(const ProtobufCFieldDescriptor *field, uint64_t number)
{
    bool good = true;
    if (field->type == PROTOBUF_C_TYPE_ENUM) {
        good = has_value(field->descriptor, number);
    } else if (field->type == PROTOBUF_C_TYPE_BOOL) {
        good = number <= 1;
    } else if (field->type == PROTOBUF_C_TYPE_UINT32) {
        good = number <= UINT32_MAX;
    } else {
        jb_assert(field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_INT64);
    }
    return good ? JB_OK : JB_EINVAL;
}

static jb_err scan_field(const ProtobufCFieldDescriptor *field, uint32_t wire, struct jb_reader *in,
                         const struct jb_wire_rules *rules, uint32_t depth)
{
    if (!is_bytes(field->type)) {
        uint64_t number = wire == WIRE_VARINT ? jb_read_varint(in) : 0;
        if (wire != WIRE_VARINT || in->failed)
            return JB_EINVAL;
        return scan_number(field, number);
    }
    struct jb_slice bytes = {0};
    if (wire == WIRE_BYTES)
        bytes = jb_read_bytes(in, JB_MESSAGE_BYTES_MAX);
    if (wire != WIRE_BYTES || in->failed)
        return JB_EINVAL;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return scan_message(field->descriptor, bytes, rules, depth + 1);
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return JB_OK;
    if (bytes.len > JB_TEXT_FIGURE_BYTES_MAX)
        return JB_ERANGE;
    return jb_utf8_valid(bytes) ? JB_OK : JB_EINVAL;
}

/* A list of numbers as one field, which is how proto3 writes them. count: with those before. */
static jb_err scan_packed(const ProtobufCFieldDescriptor *field, struct jb_reader *in,
                          const struct jb_wire_rules *rules, uint32_t *count)
{
    struct jb_reader list = jb_reader_of(jb_read_bytes(in, JB_MESSAGE_BYTES_MAX));
    while (jb_reader_left(&list) > 0) {
        uint64_t number = jb_read_varint(&list);
        if (list.failed || scan_number(field, number))
            return JB_EINVAL;
        if (++*count > rules->list_max)
            return JB_ERANGE;
    }
    return in->failed ? JB_EINVAL : JB_OK;
}

static jb_err scan_message(const ProtobufCMessageDescriptor *type, struct jb_slice bytes,
                           const struct jb_wire_rules *rules, uint32_t depth)
{
    uint32_t counts[FIELDS_MAX] = {0};
    uint32_t unknown = 0;
    struct jb_reader in = jb_reader_of(bytes);
    jb_assert(type->n_fields <= FIELDS_MAX);
    if (depth > JB_WIRE_DEPTH_MAX)
        return JB_ERANGE;
    while (jb_reader_left(&in) > 0) {
        uint32_t tag = (uint32_t)jb_read_varint_max(&in, UINT32_MAX);
        if (in.failed || tag >> 3 == 0)
            return JB_EINVAL;
        const ProtobufCFieldDescriptor *field = find_field(type, tag >> 3);
        if (!field) {
            if (rules->strict)
                return JB_EVERSION;
            if (++unknown > JB_WIRE_UNKNOWN_MAX)
                return JB_ERANGE;
            skip(&in, tag & 7);
            continue;
        }
        uint32_t *count = &counts[field - type->fields];
        jb_err err;
        if (field->label == PROTOBUF_C_LABEL_REPEATED && !is_bytes(field->type) &&
            (tag & 7) == WIRE_BYTES) {
            err = scan_packed(field, &in, rules, count);
        } else {
            bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
            if (++*count > (repeated ? rules->list_max : 1))
                return repeated ? JB_ERANGE : JB_EINVAL;
            err = scan_field(field, tag & 7, &in, rules, depth);
        }
        if (err)
            return err;
    }
    return in.failed ? JB_EINVAL : JB_OK;
}

jb_err jb_wire_scan(const ProtobufCMessageDescriptor *type, struct jb_slice bytes,
                    const struct jb_wire_rules *rules)
{
    if (bytes.len > JB_MESSAGE_BYTES_MAX)
        return JB_ERANGE;
    return scan_message(type, bytes, rules, 1);
}
