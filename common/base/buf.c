/* The growing buffer and the cursor, and the integer codings that both share. A write past the
 * maximum fails the buffer for good, so that a record never loses a field from its middle. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define CAP_MIN ((size_t)64)
#define VARINT_BYTES_MAX 19 /* 128 bits, seven a byte */
#define VARINT64_BYTES_MAX 10

void jb_buf_init(struct jb_buf *buf, size_t bytes_max)
{
    jb_assert(bytes_max < SIZE_MAX);
    *buf = (struct jb_buf){.bytes_max = bytes_max};
}

void jb_buf_clear(struct jb_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

void jb_buf_free(struct jb_buf *buf)
{
    free(buf->ptr);
    *buf = (struct jb_buf){.bytes_max = buf->bytes_max};
}

uint8_t *jb_buf_reserve(struct jb_buf *buf, size_t len)
{
    if (buf->failed || len > buf->bytes_max - buf->len) {
        buf->failed = true;
        return NULL;
    }
    if (!buf->ptr || len > buf->cap - buf->len) {
        size_t cap = buf->cap > buf->bytes_max / 2 ? buf->bytes_max : buf->cap * 2;
        if (cap < CAP_MIN)
            cap = CAP_MIN;
        if (cap < buf->len + len)
            cap = buf->len + len;
        if (cap > buf->bytes_max)
            cap = buf->bytes_max;
        uint8_t *ptr = realloc(buf->ptr, cap + 1); /* one more: vsnprintf always ends with NUL */
        if (!ptr) {
            buf->failed = true;
            return NULL;
        }
        buf->ptr = ptr;
        buf->cap = cap;
    }
    return buf->ptr + buf->len;
}

/* Room for len more bytes is there already: most puts need not ask further. */
static inline bool has_room(const struct jb_buf *buf, size_t len)
{
    return !buf->failed && buf->cap - buf->len >= len && buf->ptr;
}

void jb_buf_put(struct jb_buf *buf, const void *ptr, size_t len)
{
    uint8_t *to = has_room(buf, len) ? buf->ptr + buf->len : jb_buf_reserve(buf, len);
    if (!to || len == 0)
        return;
    memcpy(to, ptr, len);
    buf->len += len;
}

void jb_buf_put_str(struct jb_buf *buf, const char *text)
{
    jb_buf_put(buf, text, strlen(text));
}

void jb_buf_printf(struct jb_buf *buf, const char *fmt, ...)
{
    va_list args;
    char *to = (char *)jb_buf_reserve(buf, 0);
    if (!to)
        return;
    size_t room = buf->cap - buf->len;
    va_start(args, fmt);
    int len = vsnprintf(to, room + 1, fmt, args);
    va_end(args);
    if (len < 0) {
        buf->failed = true;
        return;
    }
    if ((size_t)len > room) {
        to = (char *)jb_buf_reserve(buf, (size_t)len);
        if (!to)
            return;
        va_start(args, fmt);
        vsnprintf(to, (size_t)len + 1, fmt, args);
        va_end(args);
    }
    buf->len += (size_t)len;
}

static void put_big_endian(struct jb_buf *buf, uint64_t v, size_t len)
{
    uint8_t *to = jb_buf_reserve(buf, len);
    if (!to)
        return;
    for (size_t i = len; i > 0; i--) {
        to[i - 1] = (uint8_t)(v & 0xff);
        v >>= 8;
    }
    buf->len += len;
}

void jb_buf_put_u8(struct jb_buf *buf, uint8_t v)
{
    if (has_room(buf, 1))
        buf->ptr[buf->len++] = v;
    else
        put_big_endian(buf, v, 1);
}

void jb_buf_put_u16(struct jb_buf *buf, uint16_t v)
{
    put_big_endian(buf, v, 2);
}

void jb_buf_put_u32(struct jb_buf *buf, uint32_t v)
{
    put_big_endian(buf, v, 4);
}

void jb_buf_put_u64(struct jb_buf *buf, uint64_t v)
{
    put_big_endian(buf, v, 8);
}

void jb_buf_put_varint(struct jb_buf *buf, uint64_t v)
{
    uint8_t bytes[VARINT64_BYTES_MAX];
    if (has_room(buf, VARINT64_BYTES_MAX))
        buf->len += jb_varint_spell(buf->ptr + buf->len, v);
    else
        jb_buf_put(buf, bytes, jb_varint_spell(bytes, v));
}

void jb_buf_put_zigzag(struct jb_buf *buf, int64_t v)
{
    jb_buf_put_varint(buf, jb_zigzag_of(v));
}

void jb_buf_put_zigzag128(struct jb_buf *buf, jb_i128 v)
{
    uint8_t bytes[VARINT_BYTES_MAX];
    size_t len = 0;
    jb_u128 u = (jb_u128)v << 1 ^ (v < 0 ? ~(jb_u128)0 : 0);
    if (u <= UINT64_MAX) { /* nearly every sum */
        jb_buf_put_varint(buf, (uint64_t)u);
        return;
    }
    while (u >= 0x80) {
        bytes[len++] = (uint8_t)((uint8_t)u | 0x80);
        u >>= 7;
    }
    bytes[len++] = (uint8_t)u;
    jb_buf_put(buf, bytes, len);
}

void jb_buf_put_bytes(struct jb_buf *buf, struct jb_slice bytes)
{
    size_t before = buf->len;
    jb_buf_put_varint(buf, bytes.len);
    jb_buf_put(buf, bytes.ptr, bytes.len);
    if (buf->failed)
        buf->len = before;
}

struct jb_slice jb_read_raw(struct jb_reader *r, size_t len)
{
    if (r->failed || len > (size_t)(r->end - r->ptr)) {
        r->failed = true;
        return jb_slice_of(NULL, 0);
    }
    struct jb_slice bytes = jb_slice_of(r->ptr, len);
    if (len)
        r->ptr += len;
    return bytes;
}

static uint64_t read_big_endian(struct jb_reader *r, size_t len)
{
    struct jb_slice bytes = jb_read_raw(r, len);
    uint64_t v = 0;
    for (size_t i = 0; i < bytes.len; i++)
        v = v << 8 | bytes.ptr[i];
    return v;
}

uint8_t jb_read_u8(struct jb_reader *r)
{
    return (uint8_t)read_big_endian(r, 1);
}

uint16_t jb_read_u16(struct jb_reader *r)
{
    return (uint16_t)read_big_endian(r, 2);
}

uint32_t jb_read_u32(struct jb_reader *r)
{
    return (uint32_t)read_big_endian(r, 4);
}

uint64_t jb_read_u64(struct jb_reader *r)
{
    return read_big_endian(r, 8);
}

/* bytes_max and last_max (the greatest last byte of the longest form) say how many bits fit. A last
 * byte 0 after others would be a second spelling of the same number, so it is refused. */
static jb_u128 read_varint(struct jb_reader *r, size_t bytes_max, uint8_t last_max)
{
    jb_u128 v = 0;
    uint64_t small = 0; /* the first bytes, without 128-bit shifts */
    size_t left = r->failed ? 0 : (size_t)(r->end - r->ptr);
    for (size_t i = 0; i < left && i < bytes_max; i++) {
        uint8_t byte = r->ptr[i];
        if (i < VARINT64_BYTES_MAX - 1)
            v = small |= (uint64_t)(byte & 0x7f) << (7 * i);
        else
            v |= (jb_u128)(byte & 0x7f) << (7 * i);
        if (byte & 0x80)
            continue;
        if ((i > 0 && byte == 0) || (i + 1 == bytes_max && byte > last_max))
            break;
        r->ptr += i + 1;
        return v;
    }
    r->failed = true;
    return 0;
}

uint64_t jb_read_varint(struct jb_reader *r)
{
    if (!r->failed && r->ptr < r->end && *r->ptr < 0x80)
        return *r->ptr++; /* most numbers of most records */
    return (uint64_t)read_varint(r, VARINT64_BYTES_MAX, 1);
}

uint64_t jb_read_varint_max(struct jb_reader *r, uint64_t max)
{
    struct jb_reader before = *r;
    uint64_t v = jb_read_varint(r);
    if (v <= max)
        return v;
    *r = before;
    r->failed = true;
    return 0;
}

int64_t jb_read_zigzag(struct jb_reader *r)
{
    uint64_t u = jb_read_varint(r);
    return (int64_t)(u >> 1 ^ (u & 1 ? UINT64_MAX : 0));
}

jb_i128 jb_read_zigzag128(struct jb_reader *r)
{
    jb_u128 u = read_varint(r, VARINT_BYTES_MAX, 3);
    return (jb_i128)(u >> 1 ^ (u & 1 ? ~(jb_u128)0 : 0));
}

struct jb_slice jb_read_bytes(struct jb_reader *r, size_t len_max)
{
    struct jb_reader before = *r;
    struct jb_slice bytes = jb_read_raw(r, jb_read_varint_max(r, len_max));
    if (r->failed) {
        *r = before;
        r->failed = true;
    }
    return bytes;
}
