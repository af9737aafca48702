/* What the files of cell sources share: tables of decoded records before the store, placed by a
 * hash of their key, the newest in its place: a question walks the periods of one block over and
 * over, indicator by indicator. */
#ifndef JB_SOURCE_INNER_H
#define JB_SOURCE_INNER_H

#include "periods.h"
#include "source.h"

#define JB_KEPT_BLOCKS 512
#define JB_KEPT_PASTS 4096
#define JB_KEPT_PERIODS 64
#define JB_KEPT_COUNTS 4096
#define JB_KEPT_MISSING 256

struct jb_kept_place {
    uint64_t generation; /* 0: never used */
    uint32_t node;
    struct jb_period period;
    uint16_t block;
    bool found;
};
struct jb_own_kept {
    struct jb_kept_place place;
    struct jb_own_block block;
};
struct jb_sum_kept {
    struct jb_kept_place place;
    struct jb_sum_block block;
};
struct jb_past_kept {
    struct jb_kept_place place;
    struct jb_past past;
};
/* expected depends on the catalogue only, so it outlives the head. */
struct jb_count_kept {
    uint32_t version; /* 0: never used */
    uint32_t node;
    bool own;
    uint32_t indicator;
    struct jb_period period;
    uint32_t expected;
};

struct jb_missing_kept {
    uint64_t generation; /* 0: never used */
    uint32_t node;
    bool own;
    struct jb_period period;
    uint32_t forms;
};

/* Where a period stands, and in the published view its release, as of whose revision it then
 * stands. */
struct jb_period_kept {
    uint64_t generation; /* 0: never used */
    struct jb_period_state state;
    struct jb_shown_release release; /* number 0: none */
    uint32_t *listed;                /* numbers of indicators, ascending */
    uint32_t listed_count, listed_cap;
};

struct jb_source {
    jb_kv_txn *txn;
    const struct jb_binding *binding;
    uint64_t head, as_of;
    struct jb_viewpoint viewpoint;
    bool walks;          /* figures are found in the filings' entries: all but live and working */
    uint64_t generation; /* one for each (head, as_of, viewpoint) */
    uint64_t work;
    struct jb_past_scratch scratch;
    struct jb_past_kept *pasts;     /* made on first use */
    struct jb_period_kept *periods; /* likewise */
    struct jb_shown_release *shown; /* releases looked at since set */
    uint32_t shown_count, shown_cap;
    struct jb_own_cell past_cell;
    struct jb_past filings_now; /* filings only */
    struct jb_sum_cell *run;
    const struct jb_sum_cell **run_at;
    uint32_t run_cap;
    struct jb_own_kept own[JB_KEPT_BLOCKS];
    struct jb_sum_kept sum[JB_KEPT_BLOCKS];
    struct jb_count_kept counts[JB_KEPT_COUNTS];
    struct jb_missing_kept missing[JB_KEPT_MISSING];
};

/* In source_released.c. */
JB_MUST_USE jb_err jb_kept_period(jb_source *source, struct jb_period period,
                                  struct jb_period_kept **ret);
/* In source_amended.c. */
JB_MUST_USE jb_err jb_source_adjust(jb_source *source, struct jb_node node, bool own,
                                    uint32_t indicator, struct jb_period period,
                                    uint32_t *expected);
void jb_source_free_periods(jb_source *source);

uint32_t jb_kept_mix(uint32_t node, struct jb_period period, uint32_t more);
/* The unit's or node's record (numbers); place.found tells whether there is one. */
JB_MUST_USE jb_err jb_kept_own(jb_source *source, uint32_t unit, struct jb_period period,
                               uint16_t block, const struct jb_own_kept **ret);
JB_MUST_USE jb_err jb_kept_sum(jb_source *source, uint32_t node, struct jb_period period,
                               uint16_t block, const struct jb_sum_kept **ret);
JB_MUST_USE jb_err jb_kept_past(jb_source *source, uint32_t unit, struct jb_period period,
                                const struct jb_past **ret);

#endif
