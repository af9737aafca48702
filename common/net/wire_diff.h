/* Releases of periods, and the differences between two views (proto/jibao/v1/query.proto). See
 * wire_query.h for the rules. */
#ifndef JB_WIRE_DIFF_H
#define JB_WIRE_DIFF_H

#include "net/wire_query.h"

struct jb_releases_query {
    struct jb_strings periods;
    uint32_t release;
    uint64_t as_of_revision;
};
struct jb_releases_answer {
    struct jb_snapshot snapshot;
    const struct jb_release *releases;
    uint32_t release_count;
    bool truncated;
};
JB_MUST_USE jb_err jb_wire_releases_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                 struct jb_releases_query *ret);
void jb_wire_releases_query_encode(const struct jb_releases_query *query, struct jb_buf *out);
JB_MUST_USE jb_err jb_wire_releases_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                  struct jb_releases_answer *ret,
                                                  struct jb_findings *findings);
void jb_wire_releases_answer_encode(const struct jb_releases_answer *answer,
                                    const struct jb_findings *findings, struct jb_buf *out);

struct jb_sight {
    struct jb_viewpoint viewpoint;
    uint64_t as_of_revision; /* 0: now */
};
struct jb_diff_query {
    struct jb_sight before, after;
    struct jb_strings units, indicators, periods;
    struct jb_slice under;
};
struct jb_diff_row {
    struct jb_slice unit, indicator, period, basis;
    struct jb_history_row change;
    struct jb_slice text_before;
};
struct jb_diff_answer {
    struct jb_snapshot snapshot;
    const struct jb_diff_row *rows;
    uint32_t row_count;
    const struct jb_name *units, *indicators;
    uint32_t unit_count, indicator_count;
    const struct jb_release *releases_before, *releases_after;
    uint32_t release_before_count, release_after_count;
    bool truncated;
};
JB_MUST_USE jb_err jb_wire_diff_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                             struct jb_diff_query *ret);
void jb_wire_diff_query_encode(const struct jb_diff_query *query, struct jb_buf *out);
JB_MUST_USE jb_err jb_wire_diff_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                              struct jb_diff_answer *ret,
                                              struct jb_findings *findings);
void jb_wire_diff_answer_encode(const struct jb_diff_answer *answer,
                                const struct jb_findings *findings, struct jb_buf *out);

#endif
