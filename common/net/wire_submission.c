/* Submissions and receipts. A submission is decided and kept by its bytes, so reading one is
 * strict: nothing is guessed, nothing unknown is passed over, and a row is either a number, a text,
 * or neither by its state.
 *
 * Submissions are what an aggregator reads all day. So once their bytes are scanned they are read
 * in place, field by field, and not unpacked into generated structs first. */
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

/* The next field of a message that was scanned: all of ours are numbers or bytes, and each has the
 * type that its number says. False at the end. */
struct field {
    uint32_t number;
    uint64_t value;
    struct jb_slice bytes;
};

static bool next_field(struct jb_reader *r, struct field *ret)
{
    if (jb_reader_left(r) == 0)
        return false;
    uint64_t tag = jb_read_varint(r), value = jb_read_varint(r);
    *ret = (struct field){.number = (uint32_t)(tag >> 3), .value = value};
    if (tag & 7) /* a length */
        ret->bytes = jb_read_raw(r, (size_t)value);
    return !r->failed;
}

static void read_row(struct jb_wire_in *in, struct jb_slice bytes, struct jb_row *ret,
                     const char **why)
{
    struct row_parts parts = {0};
    struct jb_reader r = jb_reader_of(bytes);
    for (struct field field; next_field(&r, &field);) {
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
    check_row(in, &parts, ret, why);
}

static void read_attachment(struct jb_wire_in *in, struct jb_slice bytes, struct jb_attachment *ret,
                            const char **why)
{
    struct jb_slice sha256 = {0};
    struct jb_reader r = jb_reader_of(bytes);
    for (struct field field; next_field(&r, &field);) {
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
    limit(in, ret->name, JB_SHORT_TEXT_BYTES_MAX, "an attachment's name is longer than 4 KiB", why);
    if (sha256.len != sizeof(ret->sha256))
        refuse(in, JB_EINVAL, "an attachment's sha256 is not 32 bytes", why);
    else
        memcpy(ret->sha256, sha256.ptr, sizeof(ret->sha256));
}

/* The submission's fields by number (message Submission); lists are counted only. */
enum { FIELD_ATTACHMENT = 14, FIELD_ROW = 15, FIELD_SIGNED_FOR = 16, FIELDS_END = 17 };
struct submission_parts {
    struct jb_slice bytes[FIELDS_END];
    uint64_t catalog_version;
    uint32_t row_count, attachment_count;
};

static void read_parts(struct jb_slice bytes, struct submission_parts *ret)
{
    struct jb_reader r = jb_reader_of(bytes);
    for (struct field field; next_field(&r, &field);) {
        if (field.number == FIELD_ROW)
            ret->row_count++;
        else if (field.number == FIELD_ATTACHMENT)
            ret->attachment_count++;
        else if (field.number == 6)
            ret->catalog_version = field.value;
        else if (field.number < FIELDS_END)
            ret->bytes[field.number] = field.bytes;
    }
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
        .attachment_count = parts->attachment_count,
        .row_count = parts->row_count,
    };
    for (int i = 7; i <= 13; i++)
        limit(in, bytes[i], JB_SHORT_TEXT_BYTES_MAX, too_long, why);
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

static void get_lists(struct jb_wire_in *in, struct jb_slice bytes, struct jb_submission *ret,
                      const char **why)
{
    struct jb_row *row = jb_wire_get_array(in, ret->row_count, sizeof(*row));
    struct jb_attachment *attachment =
        jb_wire_get_array(in, ret->attachment_count, sizeof(*attachment));
    struct jb_reader r = jb_reader_of(bytes);
    ret->rows = row;
    ret->attachments = attachment;
    for (struct field field; !in->err && next_field(&r, &field);) {
        if (field.number == FIELD_ATTACHMENT)
            read_attachment(in, field.bytes, attachment++, why);
        else if (field.number == FIELD_ROW)
            read_row(in, field.bytes, row++, why);
    }
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
    in.err = jb_wire_scan(&jibao__v1__submission__descriptor, bytes, &jb_wire_signed);
    if (!in.err) {
        struct jb_slice copy = jb_arena_copy(arena, bytes);
        if (!copy.ptr)
            in.err = JB_ENOMEM;
        read_parts(copy, &parts);
        get_head(&in, &parts, &got, &reason);
        get_lists(&in, copy, &got, &reason);
    }
    if (!in.err)
        *ret = got;
    else if (why)
        *why = reason ? reason : scan_reason(in.err);
    return in.err;
}

static void put_row(struct jb_wire_out *out, const struct jb_row *row, Jibao__V1__Row *pb)
{
    char number[JB_DEC_TEXT_SIZE];
    jibao__v1__row__init(pb);
    pb->indicator = jb_wire_put_text(out, row->indicator);
    pb->basis = jb_wire_put_text(out, row->basis);
    pb->state = (Jibao__V1__State)row->state;
    if (row->state == JB_STATE_VALUE && row->text.len == 0) {
        size_t len = jb_dec_format(row->number.mantissa, row->number.scale, number);
        pb->value = jb_wire_put_text(out, jb_slice_of(number, len));
    }
    pb->precision = (Jibao__V1__Precision)row->mark;
    pb->status = (Jibao__V1__Status)row->status;
    pb->text = jb_wire_put_text(out, row->text);
    pb->note = jb_wire_put_text(out, row->note);
    pb->source_row = row->source_row;
}

struct Jibao__V1__Row **jb_wire_put_rows(struct jb_wire_out *out, const struct jb_row *rows,
                                         uint32_t count)
{
    Jibao__V1__Row **list = jb_wire_put_list(out, count, sizeof(**list));
    for (uint32_t i = 0; list && i < count; i++)
        put_row(out, &rows[i], list[i]);
    return list;
}

void jb_wire_submission_encode(const struct jb_submission *submission, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__Submission pb;
    jb_wire_out_init(&scratch);
    jibao__v1__submission__init(&pb);
    pb.id = jb_wire_put_bytes(&submission->id, sizeof(submission->id));
    pb.unit = jb_wire_put_text(&scratch, submission->unit);
    pb.form = jb_wire_put_text(&scratch, submission->form);
    pb.period = jb_wire_put_text(&scratch, submission->period);
    if (submission->has_predecessor)
        pb.predecessor =
            jb_wire_put_bytes(&submission->predecessor, sizeof(submission->predecessor));
    pb.catalog_version = submission->catalog_version;
    pb.filled_by = jb_wire_put_text(&scratch, submission->filled_by);
    pb.checked_by = jb_wire_put_text(&scratch, submission->checked_by);
    pb.released_by = jb_wire_put_text(&scratch, submission->released_by);
    pb.on_behalf_of = jb_wire_put_text(&scratch, submission->on_behalf_of);
    pb.ground = jb_wire_put_text(&scratch, submission->ground);
    pb.reason = jb_wire_put_text(&scratch, submission->reason);
    pb.source = jb_wire_put_text(&scratch, submission->source);
    pb.signed_for = jb_wire_put_text(&scratch, submission->signed_for);
    pb.n_attachments = submission->attachment_count;
    pb.attachments =
        jb_wire_put_list(&scratch, submission->attachment_count, sizeof(Jibao__V1__Attachment));
    for (uint32_t i = 0; pb.attachments && i < submission->attachment_count; i++) {
        const struct jb_attachment *attachment = &submission->attachments[i];
        jibao__v1__attachment__init(pb.attachments[i]);
        pb.attachments[i]->name = jb_wire_put_text(&scratch, attachment->name);
        pb.attachments[i]->size = attachment->size;
        pb.attachments[i]->sha256 =
            jb_wire_put_bytes(attachment->sha256, sizeof(attachment->sha256));
    }
    pb.n_rows = submission->row_count;
    pb.rows = jb_wire_put_rows(&scratch, submission->rows, submission->row_count);
    jb_wire_pack(&scratch, &pb.base, out);
}
