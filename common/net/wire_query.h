/* Questions and answers on the wire (proto/jibao/v1/query.proto). See wire.h for the rules of
 * decoders: questions ignore unknown fields; lists hold at most JB_QUERY_LIST_MAX items. Encoders
 * and decoders exist for both directions. */
#ifndef JB_WIRE_QUERY_H
#define JB_WIRE_QUERY_H

#include "base/uuid.h"
#include "model/act.h"
#include "model/completeness.h"
#include "model/figure.h"
#include "model/period.h"
#include "model/submission.h"
#include "model/viewpoint.h"
#include "net/wire.h"

#define JB_QUERY_LIST_MAX 20000

struct jb_query {
    struct jb_strings units, groups, indicators, sections, forms, periods;
    struct jb_slice under, basis, rounding, cursor;
    bool yoy, qoq, only_reported, own;
    uint64_t as_of_revision;
    int64_t as_of_us;
    struct jb_viewpoint viewpoint;
    bool public_only;
};

/* A release of a period. In answers to questions the first four only. */
struct jb_release {
    struct jb_slice period;
    uint32_t number;
    uint64_t revision;
    int64_t at_us;
    struct jb_slice by, note;
    struct jb_strings indicators;
    uint8_t head[32];
};

struct jb_growth {
    struct jb_slice value, base, base_period, reason;
    struct jb_slice redefined; /* a day, when the definition changed between the two sides */
    bool points;
    enum jb_mark mark;
    enum jb_status status, base_status;
};

struct jb_answer_row {
    struct jb_slice unit, indicator, period;
    bool is_group;
    enum jb_state state;
    struct jb_slice value;
    enum jb_mark mark;
    enum jb_status status;
    struct jb_slice unit_of_measure;
    uint32_t reported, expected, not_yet_due;
    uint32_t missing_forms; /* without which its periods were closed */
    struct jb_slice value_period, basis, reason, numerator, denominator, text;
    bool unpaired;
    bool has_yoy, has_qoq;
    struct jb_growth yoy, qoq;
};

struct jb_name {
    struct jb_slice code, zh, en, unit_of_measure_en;
};

struct jb_answer {
    struct jb_snapshot snapshot;
    const struct jb_answer_row *rows;
    uint32_t row_count;
    struct jb_slice cursor;
    const struct jb_name *units, *indicators;
    uint32_t unit_count, indicator_count;
    enum jb_viewpoint_kind view;
    const struct jb_release *releases;
    uint32_t release_count;
};

struct jb_status_query {
    struct jb_strings units, periods;
    struct jb_slice under;
    uint64_t as_of_revision;
};
/* Where a filing stands in review (FilingStanding). state 0: not told. */
struct jb_filing_standing {
    enum jb_filing_state state;
    int64_t complete_at_us;
    uint64_t accepted_revision, act_revision;
    bool has_due;
    jb_date due_on;
    uint32_t returns, corrections;
    bool excused;
};
/* An act on a filing. */
struct jb_filing_act {
    enum jb_act_kind kind;
    uint64_t revision;
    int64_t at_us;
    struct jb_slice by, note;
    struct jb_slice signed_for, signed_for_name; /* empty: nobody but `by` */
    bool has_due;
    jb_date due_on;
    const struct jb_act_reason *reasons;
    uint32_t reason_count;
};
struct jb_status_row {
    struct jb_slice unit, period, form, form_title_zh, form_title_en;
    uint32_t rows_expected, rows_reported;
    struct jb_strings missing;
    bool has_last;
    struct jb_uuid last_submission;
    uint64_t last_revision;
    int64_t last_at_us;
    struct jb_filing_standing standing;
    struct jb_verdict verdict; /* excused is the standing's */
    bool backfill, trial;
    enum jb_period_phase phase; /* 0: periods are free */
    bool reopened;              /* for the unit */
    struct jb_slice entered_by; /* 代录 */
    struct jb_slice signed_for; /* 网页代签 */
    jb_date opens_on, locks_on; /* JB_DATE_MIN, JB_DATE_MAX: none */
};
struct jb_status_answer {
    struct jb_snapshot snapshot;
    const struct jb_status_row *rows;
    uint32_t row_count;
    const struct jb_name *units;
    uint32_t unit_count;
    bool truncated;
};

struct jb_history_query {
    struct jb_slice unit, indicator, period, basis;
};
/* Who stands for a submission (HistoryRow). */
struct jb_signing {
    struct jb_slice signer;     /* label */
    struct jb_slice signed_for; /* 网页代签: the person; empty: the key of its own agent signed */
    bool has_hash;
    uint8_t content_hash[32];
};

struct jb_history_row {
    uint64_t revision;
    int64_t at_us;
    struct jb_uuid submission_id;
    struct jb_slice form;
    enum jb_state state_before, state;
    struct jb_slice before, value;
    enum jb_mark mark_before, mark;
    enum jb_status status_before, status;
    struct jb_slice filled_by, checked_by, released_by, on_behalf_of, ground, reason, note, source,
        text, explanation;
    struct jb_signing signing;
};
struct jb_history_answer {
    struct jb_snapshot snapshot;
    const struct jb_history_row *rows;
    uint32_t row_count;
    bool truncated;
};

struct jb_explain_query {
    struct jb_slice unit, indicator, period, basis;
    uint64_t as_of_revision;
    struct jb_viewpoint viewpoint;
};
struct jb_explain_part {
    struct jb_slice unit, indicator, period, basis, value;
    enum jb_state state;
    enum jb_mark mark;
    enum jb_status status;
    uint64_t revision;
    bool has_submission;
    struct jb_uuid submission_id;
    bool counts, owed;
    struct jb_slice entered_by; /* 代录: for the unit; empty: by itself */
    bool backfill;              /* 补录 */
    struct jb_signing signing;
};
struct jb_explain_answer {
    struct jb_snapshot snapshot;
    struct jb_answer_row result;
    struct jb_slice rule;
    const struct jb_explain_part *parts;
    uint32_t part_count;
    const struct jb_name *units;
    uint32_t unit_count;
    bool truncated;
    enum jb_viewpoint_kind view;
    const struct jb_release *releases;
    uint32_t release_count;
};

struct jb_filing_query {
    struct jb_slice unit, form, period;
    struct jb_viewpoint viewpoint;
};
/* What the receipt of a filing's last submission says, and who stands for it (LastSubmission). */
struct jb_last_submission {
    uint8_t content_hash[32];
    int64_t at_us;
    struct jb_slice filled_by, checked_by, released_by, on_behalf_of, ground, reason, signed_for,
        signer;
};
struct jb_filing_answer {
    struct jb_snapshot snapshot;
    bool has_last;
    struct jb_uuid last_submission;
    uint64_t last_revision;
    struct jb_last_submission last; /* zeros without one, and from an aggregator before it was told
                                     */
    const struct jb_row *rows;
    uint32_t row_count;
    struct jb_slice explanation; /* of the last submission, as what follows */
    const struct jb_attachment *attachments;
    uint32_t attachment_count;
    struct jb_filing_standing standing;
    const struct jb_filing_act *acts; /* oldest first */
    uint32_t act_count;
};

struct jb_verify_answer {
    struct jb_snapshot snapshot;
    bool clean;
    uint64_t entries, records;
    uint8_t dump_hash[32];
    struct jb_strings problems;
};

/* X: decode takes bytes, an arena and the result; answers also a findings list to append to. */
JB_MUST_USE jb_err jb_wire_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                        struct jb_query *ret);
void jb_wire_query_encode(const struct jb_query *query, struct jb_buf *out);
JB_MUST_USE jb_err jb_wire_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                         struct jb_answer *ret, struct jb_findings *findings);
void jb_wire_answer_encode(const struct jb_answer *answer, const struct jb_findings *findings,
                           struct jb_buf *out);
/* Bytes that the row will take in an answer, at most: for filling a page. */
size_t jb_wire_answer_row_size(const struct jb_answer_row *row);

JB_MUST_USE jb_err jb_wire_status_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                               struct jb_status_query *ret);
void jb_wire_status_query_encode(const struct jb_status_query *query, struct jb_buf *out);
JB_MUST_USE jb_err jb_wire_status_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                struct jb_status_answer *ret,
                                                struct jb_findings *findings);
void jb_wire_status_answer_encode(const struct jb_status_answer *answer,
                                  const struct jb_findings *findings, struct jb_buf *out);

JB_MUST_USE jb_err jb_wire_history_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                struct jb_history_query *ret);
void jb_wire_history_query_encode(const struct jb_history_query *query, struct jb_buf *out);
JB_MUST_USE jb_err jb_wire_history_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                 struct jb_history_answer *ret,
                                                 struct jb_findings *findings);
void jb_wire_history_answer_encode(const struct jb_history_answer *answer,
                                   const struct jb_findings *findings, struct jb_buf *out);

JB_MUST_USE jb_err jb_wire_explain_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                struct jb_explain_query *ret);
void jb_wire_explain_query_encode(const struct jb_explain_query *query, struct jb_buf *out);
JB_MUST_USE jb_err jb_wire_explain_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                 struct jb_explain_answer *ret,
                                                 struct jb_findings *findings);
void jb_wire_explain_answer_encode(const struct jb_explain_answer *answer,
                                   const struct jb_findings *findings, struct jb_buf *out);

JB_MUST_USE jb_err jb_wire_filing_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                               struct jb_filing_query *ret);
void jb_wire_filing_query_encode(const struct jb_filing_query *query, struct jb_buf *out);
JB_MUST_USE jb_err jb_wire_filing_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                struct jb_filing_answer *ret,
                                                struct jb_findings *findings);
void jb_wire_filing_answer_encode(const struct jb_filing_answer *answer,
                                  const struct jb_findings *findings, struct jb_buf *out);

JB_MUST_USE jb_err jb_wire_verify_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                struct jb_verify_answer *ret);
void jb_wire_verify_answer_encode(const struct jb_verify_answer *answer, struct jb_buf *out);

#endif
