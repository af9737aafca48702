/* Submission and request ids: 16 bytes, UUIDv7 when we make them (RFC 9562). Nothing trusts their
 * order. */
#ifndef JB_UUID_H
#define JB_UUID_H

#include "base/base.h"

struct jb_uuid {
    uint8_t bytes[16];
};

static inline bool jb_uuid_eq(struct jb_uuid a, struct jb_uuid b)
{
    return memcmp(a.bytes, b.bytes, 16) == 0;
}
bool jb_uuid_is_nil(struct jb_uuid id);
/* From a clock and 10 random bytes given by the caller (deterministic in tests). */
struct jb_uuid jb_uuid_make(int64_t now_us, const uint8_t random[10]);
/* From the system's clock and random source. */
struct jb_uuid jb_uuid_new(void);
/* 36 characters and NUL. */
void jb_uuid_format(struct jb_uuid id, char text[37]);
JB_MUST_USE jb_err jb_uuid_parse(struct jb_slice text, struct jb_uuid *ret);

#endif
