/* Acts: strict like every signed payload, for an act is kept by its bytes. Which fields an act
 * takes stands in one table. */
#include "net/wire_acts.h"

#include <stdlib.h>

#include "base/limits.h"
#include "jibao/v1/acts.pb-c.h"
#include "net/wire_pb.h"

_Static_assert(JIBAO__V1__ACT__ACTION__PERIOD_OPEN == (int)JB_ACT_PERIOD_OPEN, "one numbering");
_Static_assert(JIBAO__V1__ACT__ACTION__PUBLISH == (int)JB_ACT_PUBLISH, "one numbering");
_Static_assert(JIBAO__V1__ACT__ACTION__FILING_EXCUSE == (int)JB_ACT_FILING_EXCUSE, "one numbering");
_Static_assert(JIBAO__V1__ACT__ACTION__NOTICE + 1 == (int)JB_ACTS_END, "one numbering");

enum field {
    NOTE = 1,
    TRIAL = 2,
    BACKFILL = 4,
    UNIT = 8,
    FORM = 16,
    INDICATOR = 32,
    OWED = 64,
    UNITS = 128,
    UNTIL = 256,
    INDICATORS = 512,
    SUBMISSION = 1024,
    DUE = 2048,
    REASONS = 4096,
    FORMS = 8192,
    NUMBER = 16384,
    CORRECTION = 32768,
    SIGNED_FOR = 65536,
};
#define FILING (UNIT | FORM)

static const struct {
    unsigned needs, takes; /* beside what it needs */
} rules[JB_ACTS_END] = {
    [JB_ACT_PERIOD_OPEN] = {0, TRIAL | BACKFILL | NOTE | FORMS | UNITS},
    [JB_ACT_PERIOD_AMEND] = {FILING | NOTE, INDICATOR | OWED},
    [JB_ACT_PERIOD_CLOSE] = {0, NOTE},
    [JB_ACT_PERIOD_REOPEN] = {UNITS | UNTIL | NOTE, 0},
    [JB_ACT_PUBLISH] = {0, INDICATORS | NOTE},
    [JB_ACT_FILING_ACCEPT] = {FILING | SUBMISSION, NOTE | SIGNED_FOR},
    [JB_ACT_FILING_RETURN] = {FILING | SUBMISSION, NOTE | DUE | REASONS | SIGNED_FOR},
    [JB_ACT_FILING_EXCUSE] = {FILING | NOTE, SIGNED_FOR},
    [JB_ACT_NOTICE] = {UNIT | FORMS | NOTE, DUE | NUMBER | CORRECTION | SIGNED_FOR},
};

static void need(struct jb_wire_in *in, bool good, const char *reason, const char **why)
{
    if (good || in->err)
        return;
    in->err = JB_EINVAL;
    *why = reason;
}

static unsigned fields_of(const struct jb_act *act)
{
    return (act->note.len ? NOTE : 0u) | (act->trial ? TRIAL : 0u) |
           (act->backfill ? BACKFILL : 0u) | (act->unit.len ? UNIT : 0u) |
           (act->form.len ? FORM : 0u) | (act->indicator.len ? INDICATOR : 0u) |
           (act->owed ? OWED : 0u) | (act->units.count ? UNITS : 0u) |
           (act->until_us ? UNTIL : 0u) | (act->indicators.count ? INDICATORS : 0u) |
           (jb_uuid_is_nil(act->submission) ? 0u : SUBMISSION) | (act->has_due ? DUE : 0u) |
           (act->reason_count ? REASONS : 0u) | (act->forms.count ? FORMS : 0u) |
           (act->number.len ? NUMBER : 0u) | (act->correction ? CORRECTION : 0u) |
           (act->signed_for.len ? SIGNED_FOR : 0u);
}

static int compare_slices(const void *left, const void *right)
{
    const struct jb_slice *a = left, *b = right;
    return jb_slice_cmp(*a, *b);
}

/* Codes, each once. */
static struct jb_strings get_codes(struct jb_wire_in *in, size_t count, char *const *items,
                                   size_t max, const char **why)
{
    need(in, count <= max, "the act names too many at once", why);
    struct jb_strings codes = jb_wire_get_strings(in, count, items);
    struct jb_slice *sorted = jb_wire_get_array(in, count, sizeof(*sorted));
    if (in->err || count == 0)
        return (struct jb_strings){0};
    memcpy(sorted, codes.items, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), compare_slices);
    for (size_t i = 0; i < count; i++) {
        need(in, jb_code_valid(sorted[i]), "something that the act names is not a code", why);
        need(in, i == 0 || !jb_slice_eq(sorted[i - 1], sorted[i]), "the act names one code twice",
             why);
    }
    return codes;
}

static void get_reasons(struct jb_wire_in *in, const Jibao__V1__Act *pb, struct jb_act *act,
                        const char **why)
{
    struct jb_act_reason *reasons = jb_wire_get_array(in, pb->n_reasons, sizeof(*reasons));
    char **codes = jb_wire_get_array(in, pb->n_reasons, sizeof(*codes));
    for (size_t i = 0; !in->err && i < pb->n_reasons; i++) {
        codes[i] = pb->reasons[i]->indicator;
        reasons[i].indicator = jb_slice_str(pb->reasons[i]->indicator);
        reasons[i].reason = jb_wire_get_short(in, pb->reasons[i]->reason);
        need(in, reasons[i].reason.len > 0, "a figure is returned without a reason", why);
    }
    if (in->err)
        return;
    get_codes(in, pb->n_reasons, codes, JB_SUBMISSION_ROWS_MAX, why);
    act->reasons = reasons;
    act->reason_count = (uint32_t)pb->n_reasons;
}

static struct jb_slice get_code(struct jb_wire_in *in, const char *text, const char **why)
{
    struct jb_slice code = jb_slice_str(text);
    need(in, code.len == 0 || jb_code_valid(code), "something that the act names is not a code",
         why);
    return code;
}

static void get_when(struct jb_wire_in *in, const Jibao__V1__Act *pb, struct jb_act *act,
                     const char **why)
{
    need(in, !jb_period_parse(jb_slice_str(pb->period), &act->period),
         "the act names no single period", why);
    act->until_us = pb->until_us;
    need(in, pb->until_us >= 0, "the period is reopened until a time before 1970", why);
    if (!pb->due_on[0])
        return;
    act->has_due = true;
    need(in, !jb_date_parse(jb_slice_str(pb->due_on), &act->due_on), "due_on is not a date", why);
}

static void get_act(struct jb_wire_in *in, const Jibao__V1__Act *pb, struct jb_act *act,
                    const char **why)
{
    *act = (struct jb_act){.epoch = pb->epoch,
                           .kind = (enum jb_act_kind)pb->action,
                           .trial = pb->trial != 0,
                           .backfill = pb->backfill != 0,
                           .owed = pb->owed != 0,
                           .correction = pb->correction != 0};
    if (pb->id.len == sizeof(act->id))
        memcpy(act->id.bytes, pb->id.data, sizeof(act->id));
    need(in, !jb_uuid_is_nil(act->id), "the act's id is not 16 bytes, or zero", why);
    need(in, pb->action != JIBAO__V1__ACT__ACTION__ACTION_UNSPECIFIED, "the act says not what",
         why);
    if (in->err)
        return;
    act->note = jb_wire_get_short(in, pb->note);
    act->unit = get_code(in, pb->unit, why);
    act->form = get_code(in, pb->form, why);
    act->indicator = get_code(in, pb->indicator, why);
    act->signed_for = get_code(in, pb->signed_for, why);
    act->units = get_codes(in, pb->n_units, pb->units, JB_ACT_UNITS_MAX, why);
    act->indicators = get_codes(in, pb->n_indicators, pb->indicators, JB_SUBMISSION_ROWS_MAX, why);
    act->forms = get_codes(in, pb->n_forms, pb->forms, JB_ACT_FORMS_MAX, why);
    act->number = jb_wire_get_short(in, pb->number);
    need(in, act->number.len <= JB_NOTICE_NUMBER_BYTES_MAX, "the document number is too long", why);
    jb_wire_get_fixed(in, pb->submission, act->submission.bytes, sizeof(act->submission.bytes));
    get_when(in, pb, act, why);
    get_reasons(in, pb, act, why);
    if (in->err)
        return;
    unsigned fields = fields_of(act), needs = rules[act->kind].needs;
    need(in, (fields & needs) == needs, "the act lacks something that it needs", why);
    need(in, (fields & ~(needs | rules[act->kind].takes)) == 0,
         "the act says something that it does not take", why);
    need(in, act->kind != JB_ACT_PERIOD_OPEN || !(fields & UNITS) || (fields & FORMS),
         "a period is opened for units without a form", why);
    need(in, act->kind != JB_ACT_FILING_RETURN || (fields & (NOTE | REASONS)),
         "a filing is returned without a reason", why);
}

jb_err jb_wire_act_decode(struct jb_slice bytes, struct jb_arena *arena, struct jb_act *ret,
                          const char **ret_why)
{
    const void *base = NULL;
    const char *why = NULL;
    struct jb_act got;
    struct jb_wire_in in = {.arena = arena};
    in.err = jb_wire_unpack(&jibao__v1__act__descriptor, bytes, &jb_wire_signed, arena, &base);
    if (!in.err)
        get_act(&in, base, &got, &why);
    if (!in.err)
        *ret = got;
    else if (ret_why)
        *ret_why = why ? why : "the bytes are not an act, or too much for one";
    return in.err;
}

static Jibao__V1__FigureReason **put_reasons(struct jb_wire_out *out, const struct jb_act *act)
{
    Jibao__V1__FigureReason **list =
        jb_wire_put_list(out, act->reason_count, sizeof(Jibao__V1__FigureReason));
    for (uint32_t i = 0; list && i < act->reason_count; i++) {
        jibao__v1__figure_reason__init(list[i]);
        list[i]->indicator = jb_wire_put_text(out, act->reasons[i].indicator);
        list[i]->reason = jb_wire_put_text(out, act->reasons[i].reason);
    }
    return list;
}

void jb_wire_act_encode(const struct jb_act *act, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__Act pb;
    char period[JB_PERIOD_TEXT_SIZE], due_on[16] = "";
    jb_wire_out_init(&scratch);
    jibao__v1__act__init(&pb);
    jb_period_format(act->period, period);
    if (act->has_due)
        jb_date_format(act->due_on, due_on);
    pb.id = jb_wire_put_bytes(act->id.bytes, sizeof(act->id.bytes));
    pb.epoch = act->epoch;
    pb.action = (Jibao__V1__Act__Action)act->kind;
    pb.period = jb_wire_put_cstr(&scratch, period);
    pb.note = jb_wire_put_text(&scratch, act->note);
    pb.trial = act->trial;
    pb.backfill = act->backfill;
    pb.owed = act->owed;
    pb.unit = jb_wire_put_text(&scratch, act->unit);
    pb.form = jb_wire_put_text(&scratch, act->form);
    pb.indicator = jb_wire_put_text(&scratch, act->indicator);
    pb.n_units = act->units.count;
    pb.units = jb_wire_put_strings(&scratch, act->units);
    pb.until_us = act->until_us;
    pb.n_indicators = act->indicators.count;
    pb.indicators = jb_wire_put_strings(&scratch, act->indicators);
    pb.n_forms = act->forms.count;
    pb.forms = jb_wire_put_strings(&scratch, act->forms);
    pb.number = jb_wire_put_text(&scratch, act->number);
    pb.correction = act->correction;
    pb.signed_for = jb_wire_put_text(&scratch, act->signed_for);
    pb.submission = jb_wire_put_hash(act->submission.bytes, sizeof(act->submission.bytes));
    pb.due_on = jb_wire_put_cstr(&scratch, due_on);
    pb.n_reasons = act->reason_count;
    pb.reasons = put_reasons(&scratch, act);
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_act_done_decode(struct jb_slice bytes, struct jb_arena *arena,
                               struct jb_act_done *ret, struct jb_findings *findings)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__act_done__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__ActDone *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_act_done got = {.revision = pb->revision, .release = pb->release};
    jb_wire_get_fixed(&in, pb->head, got.head, sizeof(got.head));
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, pb->findings_total);
    *ret = got;
    return JB_OK;
}

void jb_wire_act_done_encode(const struct jb_act_done *done, const struct jb_findings *findings,
                             struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__ActDone pb;
    jb_wire_out_init(&scratch);
    jibao__v1__act_done__init(&pb);
    pb.revision = done->revision;
    pb.head = jb_wire_put_hash(done->head, sizeof(done->head));
    pb.release = done->release;
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    pb.findings_total = findings ? findings->total : 0;
    jb_wire_pack(&scratch, &pb.base, out);
}
