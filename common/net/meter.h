/* How much each key may ask: two token buckets a key, one for requests and one for their bytes.
 * Pure: time comes in. One thread. The table has a fixed size; when it is full, the key that was
 * seen longest ago is forgotten, which gives it a full bucket when it comes again. */
#ifndef JB_METER_H
#define JB_METER_H

#include "base/base.h"

#define JB_METER_KEYS_MAX 16384
#define JB_METER_KEY_BYTES 32
#define JB_METER_RATE_MAX 1000000000 /* of every number in struct jb_meter_rates */

/* All above 0. The bursts are what a key that was quiet may do at once. */
struct jb_meter_rates {
    uint32_t requests_per_s, requests_burst;
    uint32_t bytes_per_s, bytes_burst;
};

typedef struct jb_meter jb_meter;
jb_meter *jb_meter_new(const struct jb_meter_rates *rates, uint32_t keys_max);
void jb_meter_free(jb_meter *meter); /* NULL is fine */

/* One request of a key. JB_OK: it is within both rates and was taken off. JB_EAGAIN: not now, and
 * nothing was taken; *ret_wait_ms (at least 1) is when it would be. A request larger than the whole
 * burst passes when the bucket is full, and is paid off afterwards. now_us is monotonic; a smaller
 * one than before counts as no time. */
JB_MUST_USE jb_err jb_meter_take(jb_meter *meter, const uint8_t key[JB_METER_KEY_BYTES],
                                 size_t bytes, int64_t now_us, uint32_t *ret_wait_ms);
/* How many keys are known at present. */
uint32_t jb_meter_keys(const jb_meter *meter);

#endif
