/* RFC 9562 version 7: 48 bits of milliseconds, then random bits. Text is the usual 8-4-4-4-12 form.
 */
#include "base/uuid.h"

#include <errno.h>
#include <sys/random.h>

bool jb_uuid_is_nil(struct jb_uuid id)
{
    static const struct jb_uuid nil;
    return jb_uuid_eq(id, nil);
}

struct jb_uuid jb_uuid_make(int64_t now_us, const uint8_t random[10])
{
    struct jb_uuid id;
    uint64_t ms = now_us > 0 ? (uint64_t)now_us / 1000 : 0;
    for (size_t i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    memcpy(id.bytes + 6, random, 10);
    id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x70); /* version 7 */
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80); /* the RFC's variant */
    return id;
}

struct jb_uuid jb_uuid_new(void)
{
    uint8_t random[10];
    ssize_t got;
    do
        got = getrandom(random, sizeof(random), 0);
    while (got < 0 && errno == EINTR);
    jb_assert(got == (ssize_t)sizeof(random)); /* up to 256 bytes never come short (random(7)) */
    return jb_uuid_make(jb_clock_now_us(), random);
}

static bool is_dash(size_t at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

void jb_uuid_format(struct jb_uuid id, char text[37])
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;
    for (size_t i = 0; i < 16; i++) {
        if (is_dash(at))
            text[at++] = '-';
        text[at++] = digits[id.bytes[i] >> 4];
        text[at++] = digits[id.bytes[i] & 15];
    }
    text[at] = 0;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

jb_err jb_uuid_parse(struct jb_slice text, struct jb_uuid *ret)
{
    struct jb_uuid id;
    if (text.len != 36)
        return JB_EINVAL;
    size_t at = 0;
    for (size_t i = 0; i < 16; i++) {
        if (is_dash(at) && text.ptr[at++] != '-')
            return JB_EINVAL;
        int high = hex_digit(text.ptr[at]);
        int low = hex_digit(text.ptr[at + 1]);
        if (high < 0 || low < 0)
            return JB_EINVAL;
        id.bytes[i] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    *ret = id;
    return JB_OK;
}
