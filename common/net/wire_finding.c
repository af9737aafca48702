/* Findings on the wire. The code travels by name, so that an older program can still show what a
 * newer one says: a name that it does not know becomes `unsupported` with the sender's English
 * sentence as the hint. */
#include "jibao/v1/envelope.pb-c.h"
#include "net/wire_pb.h"

#define STRING_BYTES_MAX 512 /* of what came and what was expected: enough to recognise it */

_Static_assert(JIBAO__V1__FINDING__SEVERITY__ERROR == (int)JB_ERROR, "one numbering");
_Static_assert(JIBAO__V1__FINDING__SEVERITY__NOTICE == (int)JB_NOTICE, "one numbering");

void jb_wire_get_findings(struct jb_wire_in *in, size_t count)
{
    if (count > JB_FINDINGS_MAX && !in->err)
        in->err = JB_ERANGE;
}

static void add_one(struct jb_findings *list, const Jibao__V1__Finding *pb)
{
    struct jb_finding finding = {
        .severity = pb->severity ? (enum jb_severity)pb->severity : JB_ERROR,
        .row = pb->row,
        .column = pb->column,
        .column_name = pb->column_name,
        .unit = pb->unit,
        .form = pb->form,
        .period = pb->period,
        .indicator = pb->indicator,
        .got = pb->got,
        .expected = pb->expected,
        .hint = pb->hint,
    };
    if (jb_finding_code_parse(pb->code, &finding.code)) {
        finding.code = JB_F_UNSUPPORTED;
        finding.got = pb->got[0] ? pb->got : pb->code;
        finding.hint = pb->hint[0] ? pb->hint : pb->sentence;
    }
    jb_findings_add(list, &finding);
}

void jb_wire_add_findings(struct jb_findings *list, size_t count,
                          struct Jibao__V1__Finding *const *items, uint32_t total)
{
    if (!list)
        return;
    for (size_t i = 0; i < count; i++)
        add_one(list, items[i]);
    uint32_t untold = total > count ? total - (uint32_t)count : 0;
    list->total = untold > UINT32_MAX - list->total ? UINT32_MAX : list->total + untold;
}

/* At most STRING_BYTES_MAX bytes, cut between characters. */
static char *put_cut(struct jb_wire_out *out, const char *text)
{
    struct jb_slice slice = jb_slice_str(text);
    if (slice.len > STRING_BYTES_MAX) {
        slice.len = STRING_BYTES_MAX;
        while (slice.len > 0 && (slice.ptr[slice.len] & 0xc0) == 0x80)
            slice.len--;
    }
    return jb_wire_put_text(out, slice);
}

static void put_one(struct jb_wire_out *out, const struct jb_finding *finding,
                    Jibao__V1__Finding *pb)
{
    jibao__v1__finding__init(pb);
    pb->code = jb_wire_put_cstr(out, jb_finding_code_name(finding->code));
    pb->severity = (Jibao__V1__Finding__Severity)finding->severity;
    pb->row = finding->row;
    pb->column = finding->column;
    pb->column_name = put_cut(out, finding->column_name);
    pb->unit = put_cut(out, finding->unit);
    pb->form = put_cut(out, finding->form);
    pb->period = put_cut(out, finding->period);
    pb->indicator = put_cut(out, finding->indicator);
    pb->got = put_cut(out, finding->got);
    pb->expected = put_cut(out, finding->expected);
    pb->hint = put_cut(out, finding->hint);
    pb->sentence = jb_wire_put_cstr(out, jb_finding_sentence_en(finding->code));
    pb->advice = jb_wire_put_cstr(out, jb_finding_advice_en(finding->code));
    pb->retry_helps = jb_finding_retry_helps(finding->code);
}

struct Jibao__V1__Finding **
jb_wire_put_findings(struct jb_wire_out *out, const struct jb_findings *findings, size_t *ret_count)
{
    uint32_t count = findings ? findings->count : 0;
    size_t bytes = 0, kept = 0;
    *ret_count = 0;
    if (count > JB_FINDINGS_MAX)
        count = JB_FINDINGS_MAX;
    Jibao__V1__Finding **list = jb_wire_put_list(out, count, sizeof(**list));
    for (; list && kept < count; kept++) {
        put_one(out, &findings->items[kept], list[kept]);
        bytes += protobuf_c_message_get_packed_size(&list[kept]->base) + 4; /* tag and length */
        if (bytes > JB_WIRE_FINDINGS_BYTES_MAX)
            break;
    }
    *ret_count = kept;
    return list;
}
