/* The last keys that a ZAP handler refused, in a table of fixed size, and which of the refusals are
 * worth a log line. Time comes in; the caller locks. */
#ifndef JB_ZAP_REFUSALS_H
#define JB_ZAP_REFUSALS_H

#include "net/zap.h"

struct jb_zap_table {
    struct jb_zap_refusal items[JB_ZAP_REFUSALS_MAX];
    uint32_t count;
};
/* Counts one; returns its row. */
const struct jb_zap_refusal *jb_zap_table_add(struct jb_zap_table *table, struct jb_slice address,
                                              const uint8_t curve[JB_CURVE_BYTES],
                                              const char *reason, int64_t now_us);
uint32_t jb_zap_table_list(const struct jb_zap_table *table, struct jb_zap_refusal *ret,
                           uint32_t max);
uint64_t jb_zap_table_times(const struct jb_zap_table *table, const uint8_t curve[JB_CURVE_BYTES]);

/* At most JB_ZAP_LINES_MAX lines in each minute. */
struct jb_zap_lines {
    int64_t minute_us; /* when the present minute began */
    uint32_t written;
    uint64_t left_out;
};
/* True: write a line. *ret_sum: how many were left out in the minute that is over, to be told
 * first; 0: nothing to tell. */
bool jb_zap_lines_next(struct jb_zap_lines *lines, int64_t now_us, uint64_t *ret_sum);
/* The sum when its minute is over and nothing more came; 0: nothing to tell yet. */
uint64_t jb_zap_lines_sum(struct jb_zap_lines *lines, int64_t now_us);

#endif
