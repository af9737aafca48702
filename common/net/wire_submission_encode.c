/* Submissions from their structs to bytes: what the agent signs. */
#include "jibao/v1/submission.pb-c.h"
#include "net/wire_pb.h"
#include "net/wire_submission.h"

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
    pb.explanation = jb_wire_put_text(&scratch, submission->explanation);
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
