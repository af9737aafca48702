/* Acts of the bureau and where periods stand, over the wire (proto/jibao/v1/acts.proto). */
#ifndef JB_WIRE_ACTS_H
#define JB_WIRE_ACTS_H

#include "base/uuid.h"
#include "model/act.h"
#include "model/period.h"
#include "net/wire.h"

#define JB_ACT_UNITS_MAX 1000
#define JB_ACT_FORMS_MAX 1000
#define JB_NOTICE_NUMBER_BYTES_MAX 256

/* What an act does not take is zero; see acts.proto for what each takes. */
struct jb_act {
    struct jb_uuid id;
    uint32_t epoch;
    enum jb_act_kind kind;
    struct jb_period period;
    struct jb_slice note;
    bool trial, backfill, owed, correction;
    struct jb_slice unit, form, indicator, number;
    struct jb_slice signed_for; /* 代签: the person for whom a web key signs; else empty */
    struct jb_strings units, indicators, forms;
    int64_t until_us;
    struct jb_uuid submission;
    bool has_due;
    jb_date due_on;
    const struct jb_act_reason *reasons;
    uint32_t reason_count;
};
/* Strict: see wire.h. Checks what can be checked without a store: the fields that the act needs are
 * there and no others, codes are codes, no unit, indicator or reason twice. */
JB_MUST_USE jb_err jb_wire_act_decode(struct jb_slice bytes, struct jb_arena *arena,
                                      struct jb_act *ret, const char **ret_why);
void jb_wire_act_encode(const struct jb_act *act, struct jb_buf *out);

struct jb_act_done {
    uint64_t revision; /* 0: refused */
    uint8_t head[32];
    uint32_t release;
};
JB_MUST_USE jb_err jb_wire_act_done_decode(struct jb_slice bytes, struct jb_arena *arena,
                                           struct jb_act_done *ret, struct jb_findings *findings);
void jb_wire_act_done_encode(const struct jb_act_done *done, const struct jb_findings *findings,
                             struct jb_buf *out);

struct jb_notices_query {
    struct jb_strings periods;
    bool unanswered;
    uint64_t as_of_revision;
};
JB_MUST_USE jb_err jb_wire_notices_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                struct jb_notices_query *ret);
void jb_wire_notices_query_encode(const struct jb_notices_query *query, struct jb_buf *out);

struct jb_notice_form {
    struct jb_slice form;
    enum jb_filing_state state;
    bool closed;
};
struct jb_notice {
    uint64_t revision;
    int64_t at_us;
    struct jb_slice by, period, unit, number, text;
    struct jb_slice signed_for, signed_for_name; /* empty: nobody but `by` */
    bool correction, has_due;
    jb_date due_on;
    const struct jb_notice_form *forms;
    uint32_t form_count;
};
struct jb_notices_answer {
    struct jb_snapshot snapshot;
    const struct jb_notice *notices;
    uint32_t count;
    bool truncated;
};
JB_MUST_USE jb_err jb_wire_notices_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                 struct jb_notices_answer *ret,
                                                 struct jb_findings *findings);
void jb_wire_notices_answer_encode(const struct jb_notices_answer *answer,
                                   const struct jb_findings *findings, struct jb_buf *out);

struct jb_periods_query {
    struct jb_strings periods;
    uint64_t as_of_revision;
};
JB_MUST_USE jb_err jb_wire_periods_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                struct jb_periods_query *ret);
void jb_wire_periods_query_encode(const struct jb_periods_query *query, struct jb_buf *out);

struct jb_period_act {
    enum jb_act_kind kind;
    uint64_t revision;
    int64_t at_us;
    struct jb_slice by, note, unit, form, indicator;
    bool owed;
    int64_t until_us;
    uint32_t release, indicator_count;
};
struct jb_period_row {
    struct jb_slice period;
    enum jb_period_phase phase;
    bool trial, backfill;
    uint32_t expected_forms, expected_rows;
    uint8_t expected_hash[32];
    uint32_t forms_now, rows_now;
    const struct jb_period_act *acts;
    uint32_t act_count;
};
struct jb_periods_answer {
    struct jb_snapshot snapshot;
    const struct jb_period_row *rows;
    uint32_t row_count;
    bool managed, truncated;
};
JB_MUST_USE jb_err jb_wire_periods_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                 struct jb_periods_answer *ret,
                                                 struct jb_findings *findings);
void jb_wire_periods_answer_encode(const struct jb_periods_answer *answer,
                                   const struct jb_findings *findings, struct jb_buf *out);

#endif
