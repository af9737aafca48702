/* The question where periods stand, and its answer. */
#include "base/limits.h"
#include "jibao/v1/acts.pb-c.h"
#include "net/wire_acts.h"
#include "net/wire_answer_pb.h"

_Static_assert(JIBAO__V1__PERIOD_STATE__PERIOD_NOT_OPENED == (int)JB_PERIOD_NOT_OPENED, "numbers");
_Static_assert(JIBAO__V1__PERIOD_STATE__PERIOD_PUBLISHED == (int)JB_PERIOD_PUBLISHED, "numbers");

jb_err jb_wire_periods_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                    struct jb_periods_query *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__periods_query__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__PeriodsQuery *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_periods_query got = {.periods = jb_wire_get_strings(&in, pb->n_periods, pb->periods),
                                   .as_of_revision = pb->as_of_revision};
    if (!in.err)
        *ret = got;
    return in.err;
}

void jb_wire_periods_query_encode(const struct jb_periods_query *query, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__PeriodsQuery pb;
    jb_wire_out_init(&scratch);
    jibao__v1__periods_query__init(&pb);
    pb.n_periods = query->periods.count;
    pb.periods = jb_wire_put_strings(&scratch, query->periods);
    pb.as_of_revision = query->as_of_revision;
    jb_wire_pack(&scratch, &pb.base, out);
}

static const struct jb_period_act *get_acts(struct jb_wire_in *in, const Jibao__V1__PeriodRow *pb)
{
    struct jb_period_act *acts = jb_wire_get_array(in, pb->n_acts, sizeof(*acts));
    for (size_t i = 0; acts && i < pb->n_acts && !in->err; i++) {
        const Jibao__V1__PeriodAct *from = pb->acts[i];
        acts[i] = (struct jb_period_act){
            .kind = (enum jb_act_kind)from->action,
            .revision = from->revision,
            .at_us = from->at_us,
            .by = jb_wire_get_short(in, from->by),
            .note = jb_wire_get_short(in, from->note),
            .unit = jb_wire_get_short(in, from->unit),
            .form = jb_wire_get_short(in, from->form),
            .indicator = jb_wire_get_short(in, from->indicator),
            .owed = from->owed != 0,
            .until_us = from->until_us,
            .release = from->release,
            .indicator_count = from->indicator_count,
        };
        if (!in->err && from->action == JIBAO__V1__ACT__ACTION__ACTION_UNSPECIFIED)
            in->err = JB_EINVAL;
    }
    return acts;
}

static const struct jb_period_row *get_rows(struct jb_wire_in *in,
                                            const Jibao__V1__PeriodsAnswer *pb)
{
    struct jb_period_row *rows = jb_wire_get_array(in, pb->n_rows, sizeof(*rows));
    for (size_t i = 0; rows && i < pb->n_rows && !in->err; i++) {
        const Jibao__V1__PeriodRow *from = pb->rows[i];
        rows[i] = (struct jb_period_row){
            .period = jb_wire_get_short(in, from->period),
            .phase = (enum jb_period_phase)from->state,
            .trial = from->trial != 0,
            .backfill = from->backfill != 0,
            .expected_forms = from->expected_forms,
            .expected_rows = from->expected_rows,
            .forms_now = from->forms_now,
            .rows_now = from->rows_now,
            .acts = get_acts(in, from),
            .act_count = (uint32_t)from->n_acts,
        };
        jb_wire_get_fixed(in, from->expected_hash, rows[i].expected_hash,
                          sizeof(rows[i].expected_hash));
        if (!in->err && from->state == JIBAO__V1__PERIOD_STATE__PERIOD_STATE_UNSPECIFIED)
            in->err = JB_EINVAL;
    }
    return rows;
}

jb_err jb_wire_periods_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                     struct jb_periods_answer *ret, struct jb_findings *findings)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__periods_answer__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__PeriodsAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_periods_answer got = {.snapshot = jb_wire_get_snapshot(&in, pb->snapshot),
                                    .rows = get_rows(&in, pb),
                                    .row_count = (uint32_t)pb->n_rows,
                                    .managed = pb->managed != 0,
                                    .truncated = pb->truncated != 0};
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, 0);
    *ret = got;
    return JB_OK;
}

static void put_act(struct jb_wire_out *out, const struct jb_period_act *act,
                    Jibao__V1__PeriodAct *pb)
{
    jibao__v1__period_act__init(pb);
    pb->action = (Jibao__V1__Act__Action)act->kind;
    pb->revision = act->revision;
    pb->at_us = act->at_us;
    pb->by = jb_wire_put_text(out, act->by);
    pb->note = jb_wire_put_text(out, act->note);
    pb->unit = jb_wire_put_text(out, act->unit);
    pb->form = jb_wire_put_text(out, act->form);
    pb->indicator = jb_wire_put_text(out, act->indicator);
    pb->owed = act->owed;
    pb->until_us = act->until_us;
    pb->release = act->release;
    pb->indicator_count = act->indicator_count;
}

static void put_row(struct jb_wire_out *out, const struct jb_period_row *row,
                    Jibao__V1__PeriodRow *pb)
{
    jibao__v1__period_row__init(pb);
    pb->period = jb_wire_put_text(out, row->period);
    pb->state = (Jibao__V1__PeriodState)row->phase;
    pb->trial = row->trial;
    pb->backfill = row->backfill;
    pb->expected_forms = row->expected_forms;
    pb->expected_rows = row->expected_rows;
    pb->expected_hash = jb_wire_put_hash(row->expected_hash, sizeof(row->expected_hash));
    pb->forms_now = row->forms_now;
    pb->rows_now = row->rows_now;
    pb->n_acts = row->act_count;
    pb->acts = jb_wire_put_list(out, row->act_count, sizeof(Jibao__V1__PeriodAct));
    for (uint32_t i = 0; pb->acts && i < row->act_count; i++)
        put_act(out, &row->acts[i], pb->acts[i]);
}

void jb_wire_periods_answer_encode(const struct jb_periods_answer *answer,
                                   const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__PeriodsAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__periods_answer__init(&pb);
    pb.snapshot = jb_wire_put_snapshot(&scratch, &answer->snapshot);
    pb.n_rows = answer->row_count;
    pb.rows = jb_wire_put_list(&scratch, answer->row_count, sizeof(Jibao__V1__PeriodRow));
    for (uint32_t i = 0; pb.rows && i < answer->row_count; i++)
        put_row(&scratch, &answer->rows[i], pb.rows[i]);
    pb.managed = answer->managed;
    pb.truncated = answer->truncated;
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    jb_wire_pack(&scratch, &pb.base, out);
}
