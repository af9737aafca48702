/* A flood of unknown keys must not cost memory or fill the log. A table that is searched from one
 * end to the other is fast enough: a handshake costs far more than a look at a thousand rows. */
#include "net/zap_refusals.h"

#include <stdlib.h>

#define MINUTE_US (60 * 1000000LL)

static size_t cut_address(struct jb_slice address)
{
    return address.len < JB_ZAP_ADDRESS_BYTES_MAX ? address.len : JB_ZAP_ADDRESS_BYTES_MAX;
}

static bool is_row_of(const struct jb_zap_refusal *row, struct jb_slice address,
                      const uint8_t curve[JB_CURVE_BYTES])
{
    return memcmp(row->curve, curve, JB_CURVE_BYTES) == 0 &&
           jb_slice_eq(jb_slice_str(row->address), address);
}

const struct jb_zap_refusal *jb_zap_table_add(struct jb_zap_table *table, struct jb_slice address,
                                              const uint8_t curve[JB_CURVE_BYTES],
                                              const char *reason, int64_t now_us)
{
    struct jb_zap_refusal *row = NULL, *oldest = &table->items[0];
    address.len = cut_address(address);
    for (uint32_t i = 0; i < table->count && !row; i++) {
        if (is_row_of(&table->items[i], address, curve))
            row = &table->items[i];
        else if (table->items[i].last_us < oldest->last_us)
            oldest = &table->items[i];
    }
    if (!row) {
        row = table->count < JB_ZAP_REFUSALS_MAX ? &table->items[table->count++] : oldest;
        *row = (struct jb_zap_refusal){.count = 0};
        if (address.len)
            memcpy(row->address, address.ptr, address.len);
        memcpy(row->curve, curve, JB_CURVE_BYTES);
    }
    row->reason = reason;
    row->count++;
    row->last_us = now_us;
    return row;
}

static int newest_first(const void *left, const void *right)
{
    const struct jb_zap_refusal *a = left, *b = right;
    return (b->last_us > a->last_us) - (b->last_us < a->last_us);
}

uint32_t jb_zap_table_list(const struct jb_zap_table *table, struct jb_zap_refusal *ret,
                           uint32_t max)
{
    struct jb_zap_table *sorted = jb_xmalloc(sizeof(*sorted));
    *sorted = *table;
    qsort(sorted->items, sorted->count, sizeof(sorted->items[0]), newest_first);
    uint32_t count = sorted->count < max ? sorted->count : max;
    memcpy(ret, sorted->items, count * sizeof(*ret));
    free(sorted);
    return count;
}

uint64_t jb_zap_table_times(const struct jb_zap_table *table, const uint8_t curve[JB_CURVE_BYTES])
{
    uint64_t times = 0;
    for (uint32_t i = 0; i < table->count; i++)
        if (memcmp(table->items[i].curve, curve, JB_CURVE_BYTES) == 0)
            times += table->items[i].count;
    return times;
}

uint64_t jb_zap_lines_sum(struct jb_zap_lines *lines, int64_t now_us)
{
    if (now_us >= lines->minute_us && now_us - lines->minute_us < MINUTE_US)
        return 0;
    uint64_t sum = lines->left_out;
    *lines = (struct jb_zap_lines){.minute_us = now_us};
    return sum;
}

bool jb_zap_lines_next(struct jb_zap_lines *lines, int64_t now_us, uint64_t *ret_sum)
{
    *ret_sum = jb_zap_lines_sum(lines, now_us);
    if (lines->written < JB_ZAP_LINES_MAX) {
        lines->written++;
        return true;
    }
    lines->left_out++;
    return false;
}
