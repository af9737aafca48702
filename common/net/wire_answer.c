/* Answers to queries, and the parts that all answers share. */
#include "base/limits.h"
#include "jibao/v1/query.pb-c.h"
#include "net/wire_answer_pb.h"

/* What a field costs beside its bytes, at most: a tag of two bytes and a length of three, or a tag
 * and a number. */
#define FIELD_BYTES 5
#define NUMBER_BYTES 7

struct jb_snapshot jb_wire_get_snapshot(struct jb_wire_in *in, const struct Jibao__V1__Snapshot *pb)
{
    struct jb_snapshot got = {0};
    if (!pb)
        return got;
    jb_wire_get_fixed(in, pb->store_id, got.store_id, sizeof(got.store_id));
    got.epoch = pb->epoch;
    got.revision = pb->revision;
    got.at_us = pb->at_us;
    got.catalog_version = pb->catalog_version;
    return got;
}

struct Jibao__V1__Snapshot *jb_wire_put_snapshot(struct jb_wire_out *out,
                                                 const struct jb_snapshot *snapshot)
{
    Jibao__V1__Snapshot *pb = jb_wire_put_one(out, sizeof(*pb));
    if (!pb)
        return NULL;
    jibao__v1__snapshot__init(pb);
    pb->store_id = jb_wire_put_hash(snapshot->store_id, sizeof(snapshot->store_id));
    pb->epoch = snapshot->epoch;
    pb->revision = snapshot->revision;
    pb->at_us = snapshot->at_us;
    pb->catalog_version = snapshot->catalog_version;
    return pb;
}

const struct jb_name *jb_wire_get_names(struct jb_wire_in *in, size_t count,
                                        struct Jibao__V1__Name *const *items)
{
    struct jb_name *names = jb_wire_get_array(in, count, sizeof(*names));
    for (size_t i = 0; names && i < count; i++) {
        names[i].code = jb_wire_get_short(in, items[i]->code);
        names[i].zh = jb_wire_get_short(in, items[i]->zh);
        names[i].en = jb_wire_get_short(in, items[i]->en);
        names[i].unit_of_measure_en = jb_wire_get_short(in, items[i]->unit_of_measure_en);
    }
    return names;
}

struct Jibao__V1__Name **jb_wire_put_names(struct jb_wire_out *out, const struct jb_name *names,
                                           uint32_t count)
{
    Jibao__V1__Name **list = jb_wire_put_list(out, count, sizeof(**list));
    for (uint32_t i = 0; list && i < count; i++) {
        jibao__v1__name__init(list[i]);
        list[i]->code = jb_wire_put_text(out, names[i].code);
        list[i]->zh = jb_wire_put_text(out, names[i].zh);
        list[i]->en = jb_wire_put_text(out, names[i].en);
        list[i]->unit_of_measure_en = jb_wire_put_text(out, names[i].unit_of_measure_en);
    }
    return list;
}

ProtobufCBinaryData jb_wire_put_id(bool has, const struct jb_uuid *id)
{
    return has ? jb_wire_put_bytes(id->bytes, sizeof(id->bytes)) : (ProtobufCBinaryData){0};
}

static bool get_growth(struct jb_wire_in *in, const Jibao__V1__Growth *pb, struct jb_growth *ret)
{
    if (!pb)
        return false;
    *ret = (struct jb_growth){
        .value = jb_wire_get_short(in, pb->value),
        .base = jb_wire_get_short(in, pb->base_value),
        .base_period = jb_wire_get_short(in, pb->base_period),
        .reason = jb_wire_get_short(in, pb->reason),
        .redefined = jb_wire_get_short(in, pb->redefined),
        .points = pb->points != 0,
        .mark = (enum jb_mark)pb->precision,
        .status = (enum jb_status)pb->status,
        .base_status = (enum jb_status)pb->base_status,
    };
    return true;
}

static Jibao__V1__Growth *put_growth(struct jb_wire_out *out, bool has,
                                     const struct jb_growth *growth)
{
    Jibao__V1__Growth *pb = has ? jb_wire_put_one(out, sizeof(*pb)) : NULL;
    if (!pb)
        return NULL;
    jibao__v1__growth__init(pb);
    pb->value = jb_wire_put_text(out, growth->value);
    pb->base_value = jb_wire_put_text(out, growth->base);
    pb->base_period = jb_wire_put_text(out, growth->base_period);
    pb->reason = jb_wire_put_text(out, growth->reason);
    pb->redefined = jb_wire_put_text(out, growth->redefined);
    pb->points = growth->points;
    pb->precision = (Jibao__V1__Precision)growth->mark;
    pb->status = (Jibao__V1__Status)growth->status;
    pb->base_status = (Jibao__V1__Status)growth->base_status;
    return pb;
}

void jb_wire_get_answer_row(struct jb_wire_in *in, const struct Jibao__V1__AnswerRow *pb,
                            struct jb_answer_row *ret)
{
    *ret = (struct jb_answer_row){
        .unit = jb_wire_get_short(in, pb->unit),
        .indicator = jb_wire_get_short(in, pb->indicator),
        .period = jb_wire_get_short(in, pb->period),
        .is_group = pb->is_group != 0,
        .state = (enum jb_state)pb->state,
        .value = jb_wire_get_short(in, pb->value),
        .mark = (enum jb_mark)pb->precision,
        .status = (enum jb_status)pb->status,
        .unit_of_measure = jb_wire_get_short(in, pb->unit_of_measure),
        .reported = pb->reported,
        .expected = pb->expected,
        .not_yet_due = pb->not_yet_due,
        .missing_forms = pb->missing_forms,
        .value_period = jb_wire_get_short(in, pb->value_period),
        .basis = jb_wire_get_short(in, pb->basis),
        .reason = jb_wire_get_short(in, pb->reason),
        .numerator = jb_wire_get_short(in, pb->numerator),
        .denominator = jb_wire_get_short(in, pb->denominator),
        .text = jb_wire_get_text(in, pb->text, JB_TEXT_FIGURE_BYTES_MAX),
        .unpaired = pb->unpaired != 0,
    };
    ret->has_yoy = get_growth(in, pb->yoy, &ret->yoy);
    ret->has_qoq = get_growth(in, pb->qoq, &ret->qoq);
}

void jb_wire_put_answer_row(struct jb_wire_out *out, const struct jb_answer_row *row,
                            struct Jibao__V1__AnswerRow *pb)
{
    jibao__v1__answer_row__init(pb);
    pb->unit = jb_wire_put_text(out, row->unit);
    pb->indicator = jb_wire_put_text(out, row->indicator);
    pb->period = jb_wire_put_text(out, row->period);
    pb->is_group = row->is_group;
    pb->state = (Jibao__V1__State)row->state;
    pb->value = jb_wire_put_text(out, row->value);
    pb->precision = (Jibao__V1__Precision)row->mark;
    pb->status = (Jibao__V1__Status)row->status;
    pb->unit_of_measure = jb_wire_put_text(out, row->unit_of_measure);
    pb->reported = row->reported;
    pb->expected = row->expected;
    pb->not_yet_due = row->not_yet_due;
    pb->missing_forms = row->missing_forms;
    pb->value_period = jb_wire_put_text(out, row->value_period);
    pb->basis = jb_wire_put_text(out, row->basis);
    pb->reason = jb_wire_put_text(out, row->reason);
    pb->numerator = jb_wire_put_text(out, row->numerator);
    pb->denominator = jb_wire_put_text(out, row->denominator);
    pb->text = jb_wire_put_text(out, row->text);
    pb->unpaired = row->unpaired;
    pb->yoy = put_growth(out, row->has_yoy, &row->yoy);
    pb->qoq = put_growth(out, row->has_qoq, &row->qoq);
}

static size_t growth_size(bool has, const struct jb_growth *growth)
{
    return has ? growth->value.len + growth->base.len + growth->base_period.len +
                     growth->reason.len + growth->redefined.len + 6 * FIELD_BYTES + 4 * NUMBER_BYTES
               : 0;
}

size_t jb_wire_answer_row_size(const struct jb_answer_row *row)
{
    const struct jb_slice texts[] = {
        row->unit,         row->indicator, row->period, row->value, row->unit_of_measure,
        row->value_period, row->basis,     row->reason, row->text,  row->numerator,
        row->denominator,
    };
    size_t size = FIELD_BYTES + 9 * NUMBER_BYTES; /* its own head; numbers and flags */
    for (size_t i = 0; i < JB_COUNT(texts); i++)
        size += texts[i].len + FIELD_BYTES;
    return size + growth_size(row->has_yoy, &row->yoy) + growth_size(row->has_qoq, &row->qoq);
}

jb_err jb_wire_answer_decode(struct jb_slice bytes, struct jb_arena *arena, struct jb_answer *ret,
                             struct jb_findings *findings)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__answer__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__Answer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_answer got = {
        .snapshot = jb_wire_get_snapshot(&in, pb->snapshot),
        .row_count = (uint32_t)pb->n_rows,
        .cursor = jb_wire_get_bytes(pb->cursor),
        .units = jb_wire_get_names(&in, pb->n_units, pb->units),
        .unit_count = (uint32_t)pb->n_units,
        .indicators = jb_wire_get_names(&in, pb->n_indicators, pb->indicators),
        .indicator_count = (uint32_t)pb->n_indicators,
        .view = (enum jb_viewpoint_kind)pb->view,
        .releases = jb_wire_get_releases(&in, pb->n_releases, pb->releases),
        .release_count = (uint32_t)pb->n_releases,
    };
    struct jb_answer_row *rows = jb_wire_get_array(&in, pb->n_rows, sizeof(*rows));
    for (size_t i = 0; rows && i < pb->n_rows; i++)
        jb_wire_get_answer_row(&in, pb->rows[i], &rows[i]);
    got.rows = rows;
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    if (got.cursor.len > JB_SHORT_TEXT_BYTES_MAX)
        return JB_ERANGE;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, 0);
    *ret = got;
    return JB_OK;
}

void jb_wire_answer_encode(const struct jb_answer *answer, const struct jb_findings *findings,
                           struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__Answer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__answer__init(&pb);
    pb.snapshot = jb_wire_put_snapshot(&scratch, &answer->snapshot);
    pb.n_rows = answer->row_count;
    pb.rows = jb_wire_put_list(&scratch, answer->row_count, sizeof(Jibao__V1__AnswerRow));
    for (uint32_t i = 0; pb.rows && i < answer->row_count; i++)
        jb_wire_put_answer_row(&scratch, &answer->rows[i], pb.rows[i]);
    pb.cursor = jb_wire_put_bytes(answer->cursor.ptr, answer->cursor.len);
    pb.n_units = answer->unit_count;
    pb.units = jb_wire_put_names(&scratch, answer->units, answer->unit_count);
    pb.n_indicators = answer->indicator_count;
    pb.indicators = jb_wire_put_names(&scratch, answer->indicators, answer->indicator_count);
    pb.view = (Jibao__V1__View)answer->view;
    pb.n_releases = answer->release_count;
    pb.releases = jb_wire_put_releases(&scratch, answer->releases, answer->release_count);
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    jb_wire_pack(&scratch, &pb.base, out);
}
