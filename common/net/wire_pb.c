/* Between generated structs and ours: the arena as protobuf-c's allocator, checked reads, and
 * copies for packing. */
#include "net/wire_pb.h"

struct source {
    struct jb_arena *arena;
    bool empty; /* an allocation failed */
};

static void *take(void *data, size_t size)
{
    struct source *source = data;
    void *ptr = jb_arena_alloc(source->arena, size);
    source->empty = source->empty || !ptr;
    return ptr;
}

static void give_back(void *data, void *ptr)
{
    (void)data; /* the arena is freed as a whole */
    (void)ptr;
}

jb_err jb_wire_unpack(const ProtobufCMessageDescriptor *type, struct jb_slice bytes,
                      const struct jb_wire_rules *rules, struct jb_arena *arena, const void **ret)
{
    jb_err err = jb_wire_scan(type, bytes, rules);
    if (err)
        return err;
    struct source source = {.arena = arena};
    ProtobufCAllocator allocator = {take, give_back, &source};
    const void *message = protobuf_c_message_unpack(type, &allocator, bytes.len, bytes.ptr);
    if (!message)
        return source.empty ? JB_ENOMEM : JB_EINVAL;
    *ret = message;
    return JB_OK;
}

static void fail(struct jb_wire_in *in, jb_err err)
{
    if (!in->err)
        in->err = err;
}

struct jb_slice jb_wire_get_text(struct jb_wire_in *in, const char *text, size_t len_max)
{
    struct jb_slice slice = jb_slice_str(text);
    if (slice.len > len_max)
        fail(in, JB_ERANGE);
    return slice;
}

bool jb_wire_get_fixed(struct jb_wire_in *in, ProtobufCBinaryData data, void *to, size_t len)
{
    if (data.len == 0)
        return false;
    if (data.len != len) {
        fail(in, JB_EINVAL);
        return false;
    }
    memcpy(to, data.data, len);
    return true;
}

void *jb_wire_get_array(struct jb_wire_in *in, size_t count, size_t size)
{
    void *ptr = in->err ? NULL : jb_arena_array(in->arena, count, size);
    if (!ptr)
        fail(in, JB_ENOMEM);
    return ptr;
}

struct jb_strings jb_wire_get_strings(struct jb_wire_in *in, size_t count, char *const *items)
{
    if (count == 0)
        return (struct jb_strings){0};
    struct jb_slice *slices = jb_wire_get_array(in, count, sizeof(*slices));
    if (!slices)
        return (struct jb_strings){0};
    for (size_t i = 0; i < count; i++)
        slices[i] = jb_wire_get_short(in, items[i]);
    return (struct jb_strings){slices, (uint32_t)count};
}

void jb_wire_out_init(struct jb_wire_out *out)
{
    *out = (struct jb_wire_out){.failed = false};
    jb_arena_init(&out->arena, JB_WIRE_SCRATCH_BYTES_MAX);
}

char *jb_wire_put_text(struct jb_wire_out *out, struct jb_slice text)
{
    if (text.len == 0)
        return out->none;
    char *copy = memchr(text.ptr, 0, text.len) ? NULL : jb_arena_alloc(&out->arena, text.len + 1);
    if (!copy) {
        out->failed = true;
        return out->none;
    }
    memcpy(copy, text.ptr, text.len);
    return copy; /* the arena's memory is zeroed: a NUL follows */
}

char *jb_wire_put_cstr(struct jb_wire_out *out, const char *text)
{
    return jb_wire_put_text(out, jb_slice_str(text));
}

ProtobufCBinaryData jb_wire_put_bytes(const void *bytes, size_t len)
{
    /* The generated struct has no const; packing only reads. */
    return (ProtobufCBinaryData){.len = len, .data = (uint8_t *)(uintptr_t)bytes};
}

ProtobufCBinaryData jb_wire_put_hash(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != 0)
            return jb_wire_put_bytes(bytes, len);
    }
    return (ProtobufCBinaryData){0};
}

void *jb_wire_put_one(struct jb_wire_out *out, size_t size)
{
    void *ptr = out->failed ? NULL : jb_arena_alloc(&out->arena, size);
    out->failed = out->failed || !ptr;
    return ptr;
}

void *jb_wire_put_list(struct jb_wire_out *out, uint32_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow((size_t)count, size + sizeof(void *), &bytes)) {
        out->failed = true;
        return NULL;
    }
    uint8_t **list = jb_wire_put_one(out, bytes);
    if (!list)
        return NULL;
    uint8_t *items = (uint8_t *)(list + count);
    for (uint32_t i = 0; i < count; i++)
        list[i] = items + (size_t)i * size;
    return list;
}

char **jb_wire_put_strings(struct jb_wire_out *out, struct jb_strings strings)
{
    char **list = jb_wire_put_one(out, sizeof(*list) * strings.count);
    for (uint32_t i = 0; list && i < strings.count; i++)
        list[i] = jb_wire_put_text(out, strings.items[i]);
    return list;
}

void jb_wire_pack(struct jb_wire_out *out, const ProtobufCMessage *message, struct jb_buf *to)
{
    if (out->failed) {
        to->failed = true;
    } else {
        size_t size = protobuf_c_message_get_packed_size(message);
        uint8_t *ptr = jb_buf_reserve(to, size);
        if (ptr)
            to->len += protobuf_c_message_pack(message, ptr);
    }
    jb_arena_free(&out->arena);
}
