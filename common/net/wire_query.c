/* The questions of the read door: what is asked, not what is answered. Codes are taken as they
 * come: an unknown one is a finding of the desk that answers. */
#include "net/wire_query.h"

#include "jibao/v1/query.pb-c.h"
#include "net/wire_pb.h"

_Static_assert(JIBAO__V1__VIEW__VIEW_PUBLISHED == (int)JB_VIEW_PUBLISHED, "numbers");

jb_err jb_wire_query_decode(struct jb_slice bytes, struct jb_arena *arena, struct jb_query *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__query__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__Query *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_query got = {
        .units = jb_wire_get_strings(&in, pb->n_units, pb->units),
        .groups = jb_wire_get_strings(&in, pb->n_groups, pb->groups),
        .indicators = jb_wire_get_strings(&in, pb->n_indicators, pb->indicators),
        .sections = jb_wire_get_strings(&in, pb->n_sections, pb->sections),
        .forms = jb_wire_get_strings(&in, pb->n_forms, pb->forms),
        .periods = jb_wire_get_strings(&in, pb->n_periods, pb->periods),
        .under = jb_wire_get_short(&in, pb->under),
        .basis = jb_wire_get_short(&in, pb->basis),
        .rounding = jb_wire_get_short(&in, pb->rounding),
        .cursor = jb_wire_get_bytes(pb->cursor),
        .yoy = pb->yoy != 0,
        .qoq = pb->qoq != 0,
        .only_reported = pb->only_reported != 0,
        .own = pb->plane == JIBAO__V1__PLANE__OWN,
        .as_of_revision = pb->as_of_revision,
        .as_of_us = pb->as_of_us,
        .viewpoint = {(enum jb_viewpoint_kind)pb->view, pb->release},
        .public_only = pb->public_only != 0,
    };
    if (in.err)
        return in.err;
    if (got.cursor.len > JB_SHORT_TEXT_BYTES_MAX)
        return JB_ERANGE;
    *ret = got;
    return JB_OK;
}

void jb_wire_query_encode(const struct jb_query *query, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__Query pb;
    jb_wire_out_init(&scratch);
    jibao__v1__query__init(&pb);
    pb.n_units = query->units.count;
    pb.units = jb_wire_put_strings(&scratch, query->units);
    pb.n_groups = query->groups.count;
    pb.groups = jb_wire_put_strings(&scratch, query->groups);
    pb.n_indicators = query->indicators.count;
    pb.indicators = jb_wire_put_strings(&scratch, query->indicators);
    pb.n_sections = query->sections.count;
    pb.sections = jb_wire_put_strings(&scratch, query->sections);
    pb.n_forms = query->forms.count;
    pb.forms = jb_wire_put_strings(&scratch, query->forms);
    pb.n_periods = query->periods.count;
    pb.periods = jb_wire_put_strings(&scratch, query->periods);
    pb.under = jb_wire_put_text(&scratch, query->under);
    pb.basis = jb_wire_put_text(&scratch, query->basis);
    pb.rounding = jb_wire_put_text(&scratch, query->rounding);
    pb.cursor = jb_wire_put_bytes(query->cursor.ptr, query->cursor.len);
    pb.yoy = query->yoy;
    pb.qoq = query->qoq;
    pb.only_reported = query->only_reported;
    pb.plane = query->own ? JIBAO__V1__PLANE__OWN : JIBAO__V1__PLANE__ROLLUP;
    pb.as_of_revision = query->as_of_revision;
    pb.as_of_us = query->as_of_us;
    pb.view = (Jibao__V1__View)query->viewpoint.kind;
    pb.release = query->viewpoint.release;
    pb.public_only = query->public_only;
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_status_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                   struct jb_status_query *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__status_query__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__StatusQuery *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_status_query got = {
        .units = jb_wire_get_strings(&in, pb->n_units, pb->units),
        .periods = jb_wire_get_strings(&in, pb->n_periods, pb->periods),
        .under = jb_wire_get_short(&in, pb->under),
        .as_of_revision = pb->as_of_revision,
    };
    if (in.err)
        return in.err;
    *ret = got;
    return JB_OK;
}

void jb_wire_status_query_encode(const struct jb_status_query *query, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__StatusQuery pb;
    jb_wire_out_init(&scratch);
    jibao__v1__status_query__init(&pb);
    pb.n_units = query->units.count;
    pb.units = jb_wire_put_strings(&scratch, query->units);
    pb.n_periods = query->periods.count;
    pb.periods = jb_wire_put_strings(&scratch, query->periods);
    pb.under = jb_wire_put_text(&scratch, query->under);
    pb.as_of_revision = query->as_of_revision;
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_history_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                    struct jb_history_query *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__history_query__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__HistoryQuery *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_history_query got = {
        .unit = jb_wire_get_short(&in, pb->unit),
        .indicator = jb_wire_get_short(&in, pb->indicator),
        .period = jb_wire_get_short(&in, pb->period),
        .basis = jb_wire_get_short(&in, pb->basis),
    };
    if (in.err)
        return in.err;
    *ret = got;
    return JB_OK;
}

void jb_wire_history_query_encode(const struct jb_history_query *query, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__HistoryQuery pb;
    jb_wire_out_init(&scratch);
    jibao__v1__history_query__init(&pb);
    pb.unit = jb_wire_put_text(&scratch, query->unit);
    pb.indicator = jb_wire_put_text(&scratch, query->indicator);
    pb.period = jb_wire_put_text(&scratch, query->period);
    pb.basis = jb_wire_put_text(&scratch, query->basis);
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_explain_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                    struct jb_explain_query *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__explain_query__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__ExplainQuery *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_explain_query got = {
        .unit = jb_wire_get_short(&in, pb->unit),
        .indicator = jb_wire_get_short(&in, pb->indicator),
        .period = jb_wire_get_short(&in, pb->period),
        .basis = jb_wire_get_short(&in, pb->basis),
        .as_of_revision = pb->as_of_revision,
        .viewpoint = {(enum jb_viewpoint_kind)pb->view, pb->release},
    };
    if (in.err)
        return in.err;
    *ret = got;
    return JB_OK;
}

void jb_wire_explain_query_encode(const struct jb_explain_query *query, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__ExplainQuery pb;
    jb_wire_out_init(&scratch);
    jibao__v1__explain_query__init(&pb);
    pb.unit = jb_wire_put_text(&scratch, query->unit);
    pb.indicator = jb_wire_put_text(&scratch, query->indicator);
    pb.period = jb_wire_put_text(&scratch, query->period);
    pb.basis = jb_wire_put_text(&scratch, query->basis);
    pb.as_of_revision = query->as_of_revision;
    pb.view = (Jibao__V1__View)query->viewpoint.kind;
    pb.release = query->viewpoint.release;
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_filing_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                   struct jb_filing_query *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__filing_query__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__FilingQuery *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_filing_query got = {
        .unit = jb_wire_get_short(&in, pb->unit),
        .form = jb_wire_get_short(&in, pb->form),
        .period = jb_wire_get_short(&in, pb->period),
        .viewpoint = {(enum jb_viewpoint_kind)pb->view, pb->release},
    };
    if (in.err)
        return in.err;
    *ret = got;
    return JB_OK;
}

void jb_wire_filing_query_encode(const struct jb_filing_query *query, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__FilingQuery pb;
    jb_wire_out_init(&scratch);
    jibao__v1__filing_query__init(&pb);
    pb.unit = jb_wire_put_text(&scratch, query->unit);
    pb.form = jb_wire_put_text(&scratch, query->form);
    pb.period = jb_wire_put_text(&scratch, query->period);
    pb.view = (Jibao__V1__View)query->viewpoint.kind;
    pb.release = query->viewpoint.release;
    jb_wire_pack(&scratch, &pb.base, out);
}
