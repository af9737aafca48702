/* Submissions and receipts. A submission is decided and kept by its bytes, so reading one is
 * strict: nothing is guessed, nothing unknown is passed over, and a row is either a number, a text,
 * or neither by its state. */
#include "net/wire_submission.h"

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

static struct jb_slice get_limited(struct jb_wire_in *in, const char *text, size_t len_max,
                                   const char *reason, const char **why)
{
    struct jb_slice slice = jb_slice_str(text);
    if (slice.len > len_max)
        refuse(in, JB_ERANGE, reason, why);
    return slice;
}

static struct jb_slice get_code(struct jb_wire_in *in, const char *text, const char *reason,
                                const char **why)
{
    struct jb_slice slice = jb_slice_str(text);
    if (!jb_code_valid(slice))
        refuse(in, slice.len > JB_CODE_BYTES_MAX ? JB_ERANGE : JB_EINVAL, reason, why);
    return slice;
}

void jb_wire_get_row(struct jb_wire_in *in, const struct Jibao__V1__Row *pb, struct jb_row *ret,
                     const char **why)
{
    bool has_number = pb->value[0] != '\0', has_text = pb->text[0] != '\0';
    bool is_value = pb->state == JIBAO__V1__STATE__STATE_VALUE;
    ret->indicator = get_code(in, pb->indicator, "a row's indicator is not a code", why);
    ret->basis =
        get_limited(in, pb->basis, JB_CODE_BYTES_MAX, "a row's basis is longer than 64 bytes", why);
    ret->text = get_limited(in, pb->text, JB_TEXT_FIGURE_BYTES_MAX,
                            "a row's text is longer than 64 KiB", why);
    ret->note = get_limited(in, pb->note, JB_SHORT_TEXT_BYTES_MAX,
                            "a row's note is longer than 4 KiB", why);
    ret->state = (enum jb_state)pb->state;
    ret->mark = (enum jb_mark)pb->precision;
    ret->status = (enum jb_status)pb->status;
    ret->source_row = pb->source_row;
    if (!is_value && pb->state != JIBAO__V1__STATE__STATE_NOT_APPLICABLE &&
        pb->state != JIBAO__V1__STATE__STATE_WITHDRAWN)
        refuse(in, JB_EINVAL, "a row's state is none of value, not applicable, withdrawn", why);
    if (is_value && has_number == has_text)
        refuse(in, JB_EINVAL, "a row with a value needs a number or a text, not both", why);
    if (!is_value && (has_number || has_text || ret->mark != JB_EXACT))
        refuse(in, JB_EINVAL, "a row without a value has a number, a text or a precision", why);
    if (has_number) {
        jb_err err = jb_dec_parse(jb_slice_str(pb->value), &ret->number);
        if (err)
            refuse(in, err,
                   err == JB_ERANGE ? "a number has more than 18 digits or 9 decimals"
                                    : "a number is not a canonical decimal",
                   why);
    }
}

static const struct jb_row *get_rows(struct jb_wire_in *in, size_t count,
                                     Jibao__V1__Row *const *items, const char **why)
{
    struct jb_row *rows = jb_wire_get_array(in, count, sizeof(*rows));
    for (size_t i = 0; rows && i < count && !in->err; i++)
        jb_wire_get_row(in, items[i], &rows[i], why);
    return rows;
}

static const struct jb_attachment *get_attachments(struct jb_wire_in *in, size_t count,
                                                   Jibao__V1__Attachment *const *items,
                                                   const char **why)
{
    if (count > JB_ATTACHMENTS_MAX) {
        refuse(in, JB_ERANGE, "more than 32 attachments", why);
        return NULL;
    }
    struct jb_attachment *list = jb_wire_get_array(in, count, sizeof(*list));
    for (size_t i = 0; list && i < count; i++) {
        list[i].name = get_limited(in, items[i]->name, JB_SHORT_TEXT_BYTES_MAX,
                                   "an attachment's name is longer than 4 KiB", why);
        list[i].size = items[i]->size;
        if (items[i]->sha256.len != sizeof(list[i].sha256))
            refuse(in, JB_EINVAL, "an attachment's sha256 is not 32 bytes", why);
        else
            memcpy(list[i].sha256, items[i]->sha256.data, sizeof(list[i].sha256));
    }
    return list;
}

static void get_head(struct jb_wire_in *in, const Jibao__V1__Submission *pb,
                     struct jb_submission *ret, const char **why)
{
    static const char too_long[] = "a text of the submission is longer than 4 KiB";
    const char *const texts[] = {pb->filled_by, pb->checked_by, pb->released_by, pb->on_behalf_of,
                                 pb->ground,    pb->reason,     pb->source};
    struct jb_slice *const slices[] = {&ret->filled_by,    &ret->checked_by, &ret->released_by,
                                       &ret->on_behalf_of, &ret->ground,     &ret->reason,
                                       &ret->source};
    for (size_t i = 0; i < JB_COUNT(texts); i++)
        *slices[i] = get_limited(in, texts[i], JB_SHORT_TEXT_BYTES_MAX, too_long, why);
    if (pb->id.len == sizeof(ret->id))
        memcpy(&ret->id, pb->id.data, sizeof(ret->id));
    if (jb_uuid_is_nil(ret->id))
        refuse(in, JB_EINVAL, "the submission's id is not 16 bytes, or zero", why);
    if (pb->predecessor.len == sizeof(ret->predecessor))
        memcpy(&ret->predecessor, pb->predecessor.data, sizeof(ret->predecessor));
    else if (pb->predecessor.len != 0)
        refuse(in, JB_EINVAL, "the predecessor's id is not 16 bytes", why);
    ret->has_predecessor = pb->predecessor.len != 0;
    ret->unit = get_code(in, pb->unit, "the unit is not a code", why);
    ret->form = get_code(in, pb->form, "the form is not a code", why);
    ret->period =
        get_limited(in, pb->period, JB_CODE_BYTES_MAX, "the period is longer than 64 bytes", why);
    ret->catalog_version = pb->catalog_version;
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
    const void *base;
    const char *reason = NULL;
    struct jb_submission got = {0};
    struct jb_wire_in in = {.arena = arena};
    in.err =
        jb_wire_unpack(&jibao__v1__submission__descriptor, bytes, &jb_wire_signed, arena, &base);
    if (!in.err) {
        const Jibao__V1__Submission *pb = base;
        get_head(&in, pb, &got, &reason);
        got.attachment_count = (uint32_t)pb->n_attachments;
        got.attachments = get_attachments(&in, pb->n_attachments, pb->attachments, &reason);
        got.row_count = (uint32_t)pb->n_rows;
        got.rows = get_rows(&in, pb->n_rows, pb->rows, &reason);
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
