/* Numbers in keys are big-endian, so that byte order is the order of numbers. */
#ifndef JB_KEYS_H
#define JB_KEYS_H

#include <stdint.h>

static inline void jb_key_put_u16(uint8_t *to, uint16_t v)
{
    to[0] = (uint8_t)(v >> 8);
    to[1] = (uint8_t)v;
}

static inline void jb_key_put_u32(uint8_t *to, uint32_t v)
{
    jb_key_put_u16(to, (uint16_t)(v >> 16));
    jb_key_put_u16(to + 2, (uint16_t)v);
}

static inline void jb_key_put_u64(uint8_t *to, uint64_t v)
{
    jb_key_put_u32(to, (uint32_t)(v >> 32));
    jb_key_put_u32(to + 4, (uint32_t)v);
}

#endif
