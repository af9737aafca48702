/* Token buckets in a table of chains and one list in the order of last use.
 *
 * Buckets count millionths, so that a rate a second is that many millionths a microsecond and no
 * division loses anything. Keys are public keys of holders: whoever wants them to fall into one
 * chain must first be granted each of them, so that their own first bytes serve as the hash. */
#include "net/meter.h"

#include <stdlib.h>

#define NONE UINT32_MAX
#define MILLION 1000000LL

struct row {
    uint8_t key[JB_METER_KEY_BYTES];
    int64_t requests, bytes; /* millionths; below 0 while a large one is paid off */
    int64_t seen_us;
    uint32_t next;         /* of the chain */
    uint32_t older, newer; /* of the list */
};

struct jb_meter {
    struct jb_meter_rates rates;
    struct row *rows;
    uint32_t *chains; /* as many as rows */
    uint32_t keys_max, count;
    uint32_t oldest, newest;
};

static bool rate_is_good(uint32_t rate)
{
    return rate > 0 && rate <= JB_METER_RATE_MAX;
}

jb_meter *jb_meter_new(const struct jb_meter_rates *rates, uint32_t keys_max)
{
    jb_assert(keys_max > 0 && keys_max <= JB_METER_KEYS_MAX);
    jb_assert(rate_is_good(rates->requests_per_s) && rate_is_good(rates->requests_burst));
    jb_assert(rate_is_good(rates->bytes_per_s) && rate_is_good(rates->bytes_burst));
    jb_meter *meter = jb_xcalloc(1, sizeof(*meter));
    meter->rates = *rates;
    meter->keys_max = keys_max;
    meter->rows = jb_xcalloc(keys_max, sizeof(*meter->rows));
    meter->chains = jb_xcalloc(keys_max, sizeof(*meter->chains));
    memset(meter->chains, 0xff, keys_max * sizeof(*meter->chains));
    meter->oldest = meter->newest = NONE;
    return meter;
}

void jb_meter_free(jb_meter *meter)
{
    if (!meter)
        return;
    free(meter->rows);
    free(meter->chains);
    free(meter);
}

uint32_t jb_meter_keys(const jb_meter *meter)
{
    return meter->count;
}

static uint32_t *chain_of(jb_meter *meter, const uint8_t key[JB_METER_KEY_BYTES])
{
    uint64_t start;
    memcpy(&start, key, sizeof(start));
    return &meter->chains[start % meter->keys_max];
}

static uint32_t find(jb_meter *meter, const uint8_t key[JB_METER_KEY_BYTES])
{
    uint32_t at = *chain_of(meter, key);
    while (at != NONE && memcmp(meter->rows[at].key, key, JB_METER_KEY_BYTES) != 0)
        at = meter->rows[at].next;
    return at;
}

static void unlist(jb_meter *meter, uint32_t at)
{
    struct row *row = &meter->rows[at];
    *(row->older == NONE ? &meter->oldest : &meter->rows[row->older].newer) = row->newer;
    *(row->newer == NONE ? &meter->newest : &meter->rows[row->newer].older) = row->older;
}

static void list_newest(jb_meter *meter, uint32_t at)
{
    struct row *row = &meter->rows[at];
    row->older = meter->newest;
    row->newer = NONE;
    *(meter->newest == NONE ? &meter->oldest : &meter->rows[meter->newest].newer) = at;
    meter->newest = at;
}

static void unchain(jb_meter *meter, uint32_t at)
{
    uint32_t *link = chain_of(meter, meter->rows[at].key);
    while (*link != at)
        link = &meter->rows[*link].next;
    *link = meter->rows[at].next;
}

/* A row for a key that is not known, with full buckets. */
static uint32_t add(jb_meter *meter, const uint8_t key[JB_METER_KEY_BYTES], int64_t now_us)
{
    uint32_t at = meter->count;
    if (meter->count < meter->keys_max) {
        meter->count++;
    } else {
        at = meter->oldest;
        unlist(meter, at);
        unchain(meter, at);
    }
    struct row *row = &meter->rows[at];
    uint32_t *chain = chain_of(meter, key);
    memcpy(row->key, key, JB_METER_KEY_BYTES);
    row->requests = meter->rates.requests_burst * MILLION;
    row->bytes = meter->rates.bytes_burst * MILLION;
    row->seen_us = now_us;
    row->next = *chain;
    *chain = at;
    list_newest(meter, at);
    return at;
}

static int64_t refilled(int64_t have, int64_t passed_us, uint32_t per_s, uint32_t burst)
{
    int64_t full = burst * MILLION;
    if (passed_us >= (full - have) / per_s + 1)
        return full;
    int64_t now = have + passed_us * per_s;
    return now < full ? now : full;
}

/* Microseconds until a bucket has what it needs. */
static int64_t wait_us(int64_t have, int64_t need, uint32_t per_s)
{
    return have >= need ? 0 : (need - have + per_s - 1) / per_s;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

jb_err jb_meter_take(jb_meter *meter, const uint8_t key[JB_METER_KEY_BYTES], size_t bytes,
                     int64_t now_us, uint32_t *ret_wait_ms)
{
    const struct jb_meter_rates *rates = &meter->rates;
    jb_assert(bytes <= JB_METER_RATE_MAX);
    uint32_t at = find(meter, key);
    if (at == NONE) {
        at = add(meter, key, now_us);
    } else {
        unlist(meter, at);
        list_newest(meter, at);
    }
    struct row *row = &meter->rows[at];
    int64_t passed_us = now_us > row->seen_us ? now_us - row->seen_us : 0;
    row->requests =
        refilled(row->requests, passed_us, rates->requests_per_s, rates->requests_burst);
    row->bytes = refilled(row->bytes, passed_us, rates->bytes_per_s, rates->bytes_burst);
    row->seen_us += passed_us;

    int64_t cost = (int64_t)bytes * MILLION;
    int64_t requests_us = wait_us(row->requests, MILLION, rates->requests_per_s);
    int64_t bytes_us =
        wait_us(row->bytes, smaller(cost, rates->bytes_burst * MILLION), rates->bytes_per_s);
    int64_t us = requests_us > bytes_us ? requests_us : bytes_us;
    if (us > 0) {
        *ret_wait_ms = (uint32_t)smaller((us + 999) / 1000, UINT32_MAX);
        return JB_EAGAIN;
    }
    row->requests -= MILLION;
    row->bytes -= cost;
    return JB_OK;
}
