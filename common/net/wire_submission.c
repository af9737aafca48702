/* Submissions and receipts. A submission is decided and kept by its bytes, so reading one is
 * strict: nothing is guessed, nothing unknown is passed over, and a row is either a number, a text,
 * or neither by its state.
 *
 * Submissions are what an aggregator reads all day. So they are not scanned and unpacked into
 * generated structs like the rest, but read in one walk with the same rules; the fuzzer holds the
 * two against each other. */
#include "net/wire_submission.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "jibao/v1/submission.pb-c.h"
#include "net/wire_pb.h"

_Static_assert(JIBAO__V1__STATE__STATE_NOT_COMPUTABLE == (int)JB_STATE_NOT_COMPUTABLE, "numbers");
_Static_assert(JIBAO__V1__PRECISION__APPROXIMATE == (int)JB_APPROXIMATE, "one numbering");
_Static_assert(JIBAO__V1__STATUS__ESTIMATED == (int)JB_ESTIMATED, "one numbering");
_Static_assert(JIBAO__V1__OUTCOME__TRY_LATER == (int)JB_TRY_LATER, "one numbering");

static void refuse(struct jb_wire_in *in, jb_err err, const char *reason, const char **why)
{
    if (in->err)
        return;
    in->err = err;
    *why = reason;
}

static void limit(struct jb_wire_in *in, struct jb_slice text, size_t len_max, const char *reason,
                  const char **why)
{
    if (text.len > len_max)
        refuse(in, JB_ERANGE, reason, why);
}

static void need_code(struct jb_wire_in *in, struct jb_slice code, const char *reason,
                      const char **why)
{
    if (!jb_code_valid(code))
        refuse(in, code.len > JB_CODE_BYTES_MAX ? JB_ERANGE : JB_EINVAL, reason, why);
}

/* A row as it stands in the message; enums are known to have names. */
struct row_parts {
    struct jb_slice indicator, basis, value, text, note;
    uint32_t state, precision, status, source_row;
};

static void check_row(struct jb_wire_in *in, const struct row_parts *parts, struct jb_row *ret,
                      const char **why)
{
    bool has_number = parts->value.len > 0, has_text = parts->text.len > 0;
    bool is_value = parts->state == JB_STATE_VALUE;
    need_code(in, parts->indicator, "a row's indicator is not a code", why);
    limit(in, parts->basis, JB_CODE_BYTES_MAX, "a row's basis is longer than 64 bytes", why);
    limit(in, parts->text, JB_TEXT_FIGURE_BYTES_MAX, "a row's text is longer than 64 KiB", why);
    limit(in, parts->note, JB_SHORT_TEXT_BYTES_MAX, "a row's note is longer than 4 KiB", why);
    *ret = (struct jb_row){
        .indicator = parts->indicator,
        .basis = parts->basis,
        .state = (enum jb_state)parts->state,
        .mark = (enum jb_mark)parts->precision,
        .status = (enum jb_status)parts->status,
        .text = parts->text,
        .note = parts->note,
        .source_row = parts->source_row,
    };
    if (!is_value && parts->state != JB_STATE_NOT_APPLICABLE && parts->state != JB_STATE_WITHDRAWN)
        refuse(in, JB_EINVAL, "a row's state is none of value, not applicable, withdrawn", why);
    if (is_value && has_number == has_text)
        refuse(in, JB_EINVAL, "a row with a value needs a number or a text, not both", why);
    if (!is_value && (has_number || has_text || ret->mark != JB_EXACT))
        refuse(in, JB_EINVAL, "a row without a value has a number, a text or a precision", why);
    if (has_number) {
        jb_err err = jb_dec_parse(parts->value, &ret->number);
        if (err)
            refuse(in, err,
                   err == JB_ERANGE ? "a number has more than 18 digits or 9 decimals"
                                    : "a number is not a canonical decimal",
                   why);
    }
}

void jb_wire_get_row(struct jb_wire_in *in, const struct Jibao__V1__Row *pb, struct jb_row *ret,
                     const char **why)
{
    struct row_parts parts = {
        .indicator = jb_slice_str(pb->indicator),
        .basis = jb_slice_str(pb->basis),
        .value = jb_slice_str(pb->value),
        .text = jb_slice_str(pb->text),
        .note = jb_slice_str(pb->note),
        .state = (uint32_t)pb->state,
        .precision = (uint32_t)pb->precision,
        .status = (uint32_t)pb->status,
        .source_row = pb->source_row,
    };
    check_row(in, &parts, ret, why);
}

/* What the contract says of a field: its type, and how often it may come. */
struct field_rule {
    uint64_t max; /* of a number */
    bool bytes, text, list;
};
#define NUMBER(most)                                                                               \
    {                                                                                              \
        .max = (most)                                                                              \
    }
#define BYTES                                                                                      \
    {                                                                                              \
        .bytes = true                                                                              \
    }
#define TEXT                                                                                       \
    {                                                                                              \
        .bytes = true, .text = true                                                                \
    }
#define LIST                                                                                       \
    {                                                                                              \
        .bytes = true, .list = true                                                                \
    }

/* By field number. What is not here is refused, so a field that the contract gets must be added. */
static const struct field_rule row_rules[] = {
    [1] = TEXT,
    [2] = TEXT,
    [3] = NUMBER(JIBAO__V1__STATE__STATE_NOT_COMPUTABLE),
    [4] = TEXT,
    [5] = NUMBER(JIBAO__V1__PRECISION__APPROXIMATE),
    [6] = NUMBER(JIBAO__V1__STATUS__ESTIMATED),
    [7] = TEXT,
    [8] = TEXT,
    [9] = NUMBER(UINT32_MAX),
};
static const struct field_rule attachment_rules[] = {
    [1] = TEXT, [2] = NUMBER(UINT64_MAX), [3] = BYTES};
/* The submission's lists, and the field behind them. */
enum {
    FIELD_ATTACHMENT = 14,
    FIELD_ROW = 15,
    FIELD_SIGNED_FOR = 16,
    FIELD_EXPLANATION,
    FIELDS_END
};
static const struct field_rule submission_rules[FIELDS_END] = {[1] = BYTES,
                                                               [2] = TEXT,
                                                               [3] = TEXT,
                                                               [4] = TEXT,
                                                               [5] = BYTES,
                                                               [6] = NUMBER(UINT32_MAX),
                                                               [7] = TEXT,
                                                               [8] = TEXT,
                                                               [9] = TEXT,
                                                               [10] = TEXT,
                                                               [11] = TEXT,
                                                               [12] = TEXT,
                                                               [13] = TEXT,
                                                               [FIELD_ATTACHMENT] = LIST,
                                                               [FIELD_ROW] = LIST,
                                                               [FIELD_SIGNED_FOR] = TEXT,
                                                               [FIELD_EXPLANATION] = TEXT};

/* A walk over one message's fields, as strict as jb_wire_scan and with its errors. */
struct walk {
    struct jb_reader r;
    const struct field_rule *rules;
    uint32_t rules_end;
    uint32_t seen; /* a bit a field number */
    uint32_t attachments, rows;
    jb_err err;
};

struct field {
    uint32_t number;
    uint64_t value;
    struct jb_slice bytes;
};

static bool stop(struct walk *w, jb_err err)
{
    w->err = err;
    return false;
}

static inline uint64_t read_number(struct jb_reader *r)
{
    return r->ptr < r->end && *r->ptr < 0x80 ? *r->ptr++ : jb_read_varint(r);
}

static bool read_content(struct walk *w, const struct field_rule *rule, struct field *ret)
{
    ret->value = read_number(&w->r);
    if (w->r.failed || (!rule->bytes && ret->value > rule->max))
        return stop(w, JB_EINVAL);
    if (!rule->bytes)
        return true;
    if (ret->value > (uint64_t)(w->r.end - w->r.ptr))
        return stop(w, JB_EINVAL);
    ret->bytes = jb_slice_of(w->r.ptr, (size_t)ret->value);
    w->r.ptr += ret->value;
    if (!rule->text)
        return true;
    if (ret->value > JB_TEXT_FIGURE_BYTES_MAX)
        return stop(w, JB_ERANGE);
    return jb_utf8_valid(ret->bytes) || stop(w, JB_EINVAL);
}

/* False at the end, and with an error in the walk. */
static bool next_field(struct walk *w, struct field *ret)
{
    if (w->err || w->r.ptr == w->r.end)
        return false;
    uint64_t tag = read_number(&w->r), number = tag >> 3;
    if (w->r.failed || tag > UINT32_MAX || number == 0)
        return stop(w, JB_EINVAL);
    if (number >= w->rules_end)
        return stop(w, JB_EVERSION);
    const struct field_rule *rule = &w->rules[number];
    if (rule->list) {
        uint32_t *count = number == FIELD_ROW ? &w->rows : &w->attachments;
        if (++*count > JB_SUBMISSION_ROWS_MAX)
            return stop(w, JB_ERANGE);
    } else if (w->seen & 1u << number) {
        return stop(w, JB_EINVAL);
    }
    w->seen |= 1u << number;
    if ((tag & 7) != (rule->bytes ? 2 : 0)) /* the wire's types: 0 numbers, 2 bytes */
        return stop(w, JB_EINVAL);
    ret->number = (uint32_t)number;
    return read_content(w, rule, ret);
}

/* A field of that tag with less than 128 bytes. */
static bool take_short(struct jb_reader *r, uint8_t tag, struct jb_slice *ret)
{
    if (r->end - r->ptr < 2 || r->ptr[0] != tag || r->ptr[1] >= 0x80 ||
        r->ptr[1] > r->end - r->ptr - 2)
        return false;
    *ret = jb_slice_of(r->ptr + 2, r->ptr[1]);
    r->ptr += 2 + ret->len;
    return true;
}

/* Nearly every row is one exact, final number: indicator, state, value, and perhaps where it was
 * read from. It is read here in one go. False: it has another shape, or something is wrong with
 * it: what that is, the walk finds out. */
static bool read_plain_row(struct jb_slice bytes, struct jb_row *ret)
{
    enum { INDICATOR = 1 << 3 | 2, STATE = 3 << 3, VALUE = 4 << 3 | 2, SOURCE_ROW = 9 << 3 };
    struct jb_reader r = jb_reader_of(bytes);
    struct jb_row row = {.state = JB_STATE_VALUE};
    struct jb_slice value;
    if (!take_short(&r, INDICATOR, &row.indicator) || r.end - r.ptr < 2 || r.ptr[0] != STATE ||
        r.ptr[1] != JB_STATE_VALUE)
        return false;
    r.ptr += 2;
    if (!take_short(&r, VALUE, &value) || !jb_code_valid(row.indicator) ||
        jb_dec_parse(value, &row.number))
        return false;
    if (r.ptr < r.end) {
        r.failed = *r.ptr++ != SOURCE_ROW;
        row.source_row = (uint32_t)jb_read_varint_max(&r, UINT32_MAX);
    }
    if (!jb_reader_done(&r))
        return false;
    *ret = row;
    return true;
}

/* Errors of the walk are returned, those of the row's meaning stay in `in`. */
static jb_err read_row(struct jb_wire_in *in, struct jb_slice bytes, struct jb_row *ret,
                       const char **why)
{
    struct row_parts parts = {0};
    struct walk w = {
        .r = jb_reader_of(bytes), .rules = row_rules, .rules_end = JB_COUNT(row_rules)};
    if (!in->err && read_plain_row(bytes, ret))
        return JB_OK;
    for (struct field field; next_field(&w, &field);) {
        switch (field.number) { /* of message Row */
        case 1:
            parts.indicator = field.bytes;
            break;
        case 2:
            parts.basis = field.bytes;
            break;
        case 3:
            parts.state = (uint32_t)field.value;
            break;
        case 4:
            parts.value = field.bytes;
            break;
        case 5:
            parts.precision = (uint32_t)field.value;
            break;
        case 6:
            parts.status = (uint32_t)field.value;
            break;
        case 7:
            parts.text = field.bytes;
            break;
        case 8:
            parts.note = field.bytes;
            break;
        case 9:
            parts.source_row = (uint32_t)field.value;
            break;
        }
    }
    if (!w.err && !in->err)
        check_row(in, &parts, ret, why);
    return w.err;
}

static jb_err read_attachment(struct jb_wire_in *in, struct jb_slice bytes,
                              struct jb_attachment *ret, const char **why)
{
    struct jb_slice sha256 = {0};
    struct walk w = {.r = jb_reader_of(bytes),
                     .rules = attachment_rules,
                     .rules_end = JB_COUNT(attachment_rules)};
    for (struct field field; next_field(&w, &field);) {
        switch (field.number) { /* of message Attachment */
        case 1:
            ret->name = field.bytes;
            break;
        case 2:
            ret->size = field.value;
            break;
        case 3:
            sha256 = field.bytes;
            break;
        }
    }
    if (w.err || in->err)
        return w.err;
    limit(in, ret->name, JB_SHORT_TEXT_BYTES_MAX, "an attachment's name is longer than 4 KiB", why);
    if (sha256.len != sizeof(ret->sha256))
        refuse(in, JB_EINVAL, "an attachment's sha256 is not 32 bytes", why);
    else
        memcpy(ret->sha256, sha256.ptr, sizeof(ret->sha256));
    return JB_OK;
}

/* The submission's fields by number (message Submission), and its lists. */
struct submission_parts {
    struct jb_slice bytes[FIELDS_END];
    uint64_t catalog_version;
    uint32_t row_count, attachment_count;
    struct jb_row *rows;
    struct jb_attachment *attachments;
    jb_err list_err; /* of what the lists mean: it comes after the head's */
    const char *list_reason;
};

/* How long the lists are, as far as the bytes can be read: the walk refuses the rest. */
static void count_lists(struct jb_slice bytes, uint32_t *ret_rows, uint32_t *ret_attachments)
{
    struct jb_reader r = jb_reader_of(bytes);
    uint32_t rows = 0, attachments = 0;
    while (r.ptr < r.end && !r.failed) {
        uint64_t tag = read_number(&r), value = read_number(&r);
        if ((tag & 7) == 2)
            jb_read_raw(&r, (size_t)value);
        rows += tag >> 3 == FIELD_ROW && rows < JB_SUBMISSION_ROWS_MAX;
        attachments += tag >> 3 == FIELD_ATTACHMENT && attachments < JB_SUBMISSION_ROWS_MAX;
    }
    *ret_rows = rows;
    *ret_attachments = attachments;
}

static jb_err read_parts(struct jb_slice bytes, struct jb_arena *arena,
                         struct submission_parts *ret)
{
    struct jb_wire_in in = {.arena = arena};
    struct walk w = {.r = jb_reader_of(bytes), .rules = submission_rules, .rules_end = FIELDS_END};
    uint32_t rows, attachments;
    count_lists(bytes, &rows, &attachments);
    ret->rows = jb_arena_array(arena, rows, sizeof(*ret->rows));
    ret->attachments = jb_arena_array(arena, attachments, sizeof(*ret->attachments));
    if (!ret->rows || !ret->attachments)
        return JB_ENOMEM;
    for (struct field field; next_field(&w, &field);) {
        if (field.number == FIELD_ROW)
            w.err = read_row(&in, field.bytes, &ret->rows[w.rows - 1], &ret->list_reason);
        else if (field.number == FIELD_ATTACHMENT)
            w.err = read_attachment(&in, field.bytes, &ret->attachments[w.attachments - 1],
                                    &ret->list_reason);
        else if (field.number == 6)
            ret->catalog_version = field.value;
        else
            ret->bytes[field.number] = field.bytes;
    }
    ret->row_count = w.rows;
    ret->attachment_count = w.attachments;
    ret->list_err = in.err;
    return w.err;
}

static void get_head(struct jb_wire_in *in, const struct submission_parts *parts,
                     struct jb_submission *ret, const char **why)
{
    static const char too_long[] = "a text of the submission is longer than 4 KiB";
    const struct jb_slice *bytes = parts->bytes;
    struct jb_slice id = bytes[1], predecessor = bytes[5];
    *ret = (struct jb_submission){
        .unit = bytes[2],
        .form = bytes[3],
        .period = bytes[4],
        .has_predecessor = predecessor.len != 0,
        .catalog_version = (uint32_t)parts->catalog_version,
        .filled_by = bytes[7],
        .checked_by = bytes[8],
        .released_by = bytes[9],
        .on_behalf_of = bytes[10],
        .ground = bytes[11],
        .reason = bytes[12],
        .source = bytes[13],
        .signed_for = bytes[FIELD_SIGNED_FOR],
        .explanation = bytes[FIELD_EXPLANATION],
        .attachment_count = parts->attachment_count,
        .attachments = parts->attachments,
        .row_count = parts->row_count,
        .rows = parts->rows,
    };
    for (int i = 7; i <= 13; i++)
        limit(in, bytes[i], JB_SHORT_TEXT_BYTES_MAX, too_long, why);
    limit(in, ret->explanation, JB_SHORT_TEXT_BYTES_MAX, too_long, why);
    if (id.len == sizeof(ret->id))
        memcpy(&ret->id, id.ptr, sizeof(ret->id));
    if (jb_uuid_is_nil(ret->id))
        refuse(in, JB_EINVAL, "the submission's id is not 16 bytes, or zero", why);
    if (predecessor.len == sizeof(ret->predecessor))
        memcpy(&ret->predecessor, predecessor.ptr, sizeof(ret->predecessor));
    else if (predecessor.len != 0)
        refuse(in, JB_EINVAL, "the predecessor's id is not 16 bytes", why);
    need_code(in, ret->unit, "the unit is not a code", why);
    need_code(in, ret->form, "the form is not a code", why);
    limit(in, ret->period, JB_CODE_BYTES_MAX, "the period is longer than 64 bytes", why);
    if (ret->signed_for.len != 0)
        need_code(in, ret->signed_for, "the person signed for is not a code", why);
    if (parts->attachment_count > JB_ATTACHMENTS_MAX)
        refuse(in, JB_ERANGE, "more than 32 attachments", why);
}

static const char *scan_reason(jb_err err)
{
    if (err == JB_EVERSION)
        return "the submission has a field that this version does not know";
    if (err == JB_ERANGE)
        return "the submission is larger than allowed";
    if (err == JB_ENOMEM)
        return "the submission needs more memory than one may have";
    return "the bytes are not a submission, or a text is not UTF-8";
}

jb_err jb_wire_submission_decode(struct jb_slice bytes, struct jb_arena *arena,
                                 struct jb_submission *ret, const char **why)
{
    const char *reason = NULL;
    struct jb_submission got;
    struct submission_parts parts = {0};
    struct jb_wire_in in = {.arena = arena};
    struct jb_slice copy = {0};
    if (bytes.len > JB_MESSAGE_BYTES_MAX)
        in.err = JB_ERANGE;
    else
        copy = jb_arena_copy(arena, bytes);
    if (!in.err)
        in.err = copy.ptr ? read_parts(copy, arena, &parts) : JB_ENOMEM;
    if (!in.err) {
        get_head(&in, &parts, &got, &reason);
        if (!in.err) {
            in.err = parts.list_err;
            reason = parts.list_reason;
        }
    }
    if (!in.err)
        *ret = got;
    else if (why)
        *why = reason ? reason : scan_reason(in.err);
    return in.err;
}
