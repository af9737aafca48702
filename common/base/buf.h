/* A growing byte buffer with a stated maximum, and the integer codings of stored records.
 * A failed append sets `failed` and leaves the buffer as it was, and so do all after it; check
 * once, at the end.
 *
 * Codings: uN = big-endian fixed; varint = LEB128 unsigned, at most 10 bytes (19 for 128 bits),
 * shortest form only; zigzag maps signed to unsigned; bytes = varint length + bytes. */
#ifndef JB_BUF_H
#define JB_BUF_H

#include "base/base.h"

typedef __int128 jb_i128;
typedef unsigned __int128 jb_u128;

struct jb_buf {
    uint8_t *ptr;
    size_t len;
    size_t cap;
    size_t bytes_max;
    bool failed;
};

void jb_buf_init(struct jb_buf *buf, size_t bytes_max);
void jb_buf_clear(struct jb_buf *buf); /* keeps the memory, resets failed */
void jb_buf_free(struct jb_buf *buf);
/* Room for len more bytes; NULL (and failed) beyond the maximum. The caller adds to len itself. */
uint8_t *jb_buf_reserve(struct jb_buf *buf, size_t len);
void jb_buf_put(struct jb_buf *buf, const void *ptr, size_t len);
void jb_buf_put_str(struct jb_buf *buf, const char *text);
void jb_buf_printf(struct jb_buf *buf, const char *fmt, ...) JB_PRINTF(2, 3);
void jb_buf_put_u8(struct jb_buf *buf, uint8_t v);
void jb_buf_put_u16(struct jb_buf *buf, uint16_t v);
void jb_buf_put_u32(struct jb_buf *buf, uint32_t v);
void jb_buf_put_u64(struct jb_buf *buf, uint64_t v);
void jb_buf_put_varint(struct jb_buf *buf, uint64_t v);
void jb_buf_put_zigzag(struct jb_buf *buf, int64_t v);
void jb_buf_put_zigzag128(struct jb_buf *buf, jb_i128 v);
void jb_buf_put_bytes(struct jb_buf *buf, struct jb_slice bytes);
static inline struct jb_slice jb_buf_slice(const struct jb_buf *buf)
{
    return jb_slice_of(buf->ptr, buf->len);
}

/* For codings that write many numbers where they know there is room: at most 10 bytes to `to`, and
 * how many. */
static inline size_t jb_varint_spell(uint8_t *to, uint64_t v)
{
    size_t len = 0;
    while (v >= 0x80) {
        to[len++] = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    to[len++] = (uint8_t)v;
    return len;
}
/* The same backwards, from at least 9 bytes: behind the number, or NULL for what is longer than 9
 * bytes or not the shortest form. */
static inline const uint8_t *jb_varint_peek(const uint8_t *from, uint64_t *ret)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
        uint8_t byte = *from++;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *ret = v;
            return byte || shift == 0 ? from : NULL;
        }
    }
    return NULL;
}
static inline uint64_t jb_zigzag_of(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}
static inline int64_t jb_zigzag_back(uint64_t v)
{
    return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

/* A cursor over borrowed bytes. Reading past the end or a malformed number sets `failed`, moves
 * nothing further and yields 0 or empty; check once, at the end. */
struct jb_reader {
    const uint8_t *ptr;
    const uint8_t *end;
    bool failed;
};

static inline struct jb_reader jb_reader_of(struct jb_slice bytes)
{
    return (struct jb_reader){bytes.ptr, bytes.len ? bytes.ptr + bytes.len : bytes.ptr, false};
}
static inline size_t jb_reader_left(const struct jb_reader *r)
{
    return r->failed ? 0 : (size_t)(r->end - r->ptr);
}
/* Nothing failed and nothing is left. */
static inline bool jb_reader_done(const struct jb_reader *r)
{
    return !r->failed && r->ptr == r->end;
}
struct jb_slice jb_read_raw(struct jb_reader *r, size_t len);
uint8_t jb_read_u8(struct jb_reader *r);
uint16_t jb_read_u16(struct jb_reader *r);
uint32_t jb_read_u32(struct jb_reader *r);
uint64_t jb_read_u64(struct jb_reader *r);
uint64_t jb_read_varint(struct jb_reader *r);
/* A varint that must be at most max, else failed. */
uint64_t jb_read_varint_max(struct jb_reader *r, uint64_t max);
int64_t jb_read_zigzag(struct jb_reader *r);
jb_i128 jb_read_zigzag128(struct jb_reader *r);
struct jb_slice jb_read_bytes(struct jb_reader *r, size_t len_max);

#endif
