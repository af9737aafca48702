/* Messages spelled by hand, byte for byte, so that the tests of the wire do not lean on the code
 * they test. */
#ifndef WIRE_BYTES_H
#define WIRE_BYTES_H

#include "jb_test.h"

#include "base/arena.h"
#include "base/buf.h"

static inline void put_number(struct jb_buf *buf, uint32_t field, uint64_t value)
{
    jb_buf_put_varint(buf, (uint64_t)field << 3);
    jb_buf_put_varint(buf, value);
}

static inline void put_field(struct jb_buf *buf, uint32_t field, struct jb_slice bytes)
{
    jb_buf_put_varint(buf, (uint64_t)field << 3 | 2);
    jb_buf_put_bytes(buf, bytes);
}

static inline void put_str(struct jb_buf *buf, uint32_t field, const char *text)
{
    put_field(buf, field, jb_slice_str(text));
}

static inline void put_fill(struct jb_buf *buf, uint32_t field, uint8_t byte, size_t len)
{
    uint8_t *bytes = jb_xmalloc(len + 1);
    memset(bytes, byte, len);
    put_field(buf, field, jb_slice_of(bytes, len));
    free(bytes);
}

/* Two bytes each. No message that is tested with this has a field 15. */
static inline void put_unknown(struct jb_buf *buf, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_number(buf, 15, 1);
}

#define NUL_TEXT jb_slice_of("a\0b", 3)
#define BAD_TEXT jb_slice_of("a\xff", 2)

/* A copy that ends where its memory ends: a read past it is seen by the sanitizer. */
static inline struct jb_slice exact_copy(struct jb_slice bytes)
{
    uint8_t *copy = jb_xmalloc(bytes.len ? bytes.len : 1);
    if (bytes.len)
        memcpy(copy, bytes.ptr, bytes.len);
    return jb_slice_of(copy, bytes.len);
}

static inline void free_copy(struct jb_slice bytes)
{
    free((void *)(uintptr_t)bytes.ptr);
}

static inline void assert_slice(struct jb_slice got, const char *expected)
{
    assert_int_equal(got.len, strlen(expected));
    if (got.len)
        assert_memory_equal(got.ptr, expected, got.len);
}

#endif
