/* Releases, and what differs between two views. */
#include "net/wire_diff.h"

#include "base/limits.h"
#include "jibao/v1/query.pb-c.h"
#include "net/wire_answer_pb.h"

const struct jb_release *jb_wire_get_releases(struct jb_wire_in *in, size_t count,
                                              struct Jibao__V1__Release *const *items)
{
    struct jb_release *releases = jb_wire_get_array(in, count, sizeof(*releases));
    for (size_t i = 0; releases && i < count; i++) {
        const Jibao__V1__Release *pb = items[i];
        releases[i] = (struct jb_release){
            .period = jb_wire_get_short(in, pb->period),
            .number = pb->number,
            .revision = pb->revision,
            .at_us = pb->at_us,
            .by = jb_wire_get_short(in, pb->by),
            .note = jb_wire_get_short(in, pb->note),
            .indicators = jb_wire_get_strings(in, pb->n_indicators, pb->indicators),
        };
        jb_wire_get_fixed(in, pb->head, releases[i].head, sizeof(releases[i].head));
    }
    return releases;
}

struct Jibao__V1__Release **jb_wire_put_releases(struct jb_wire_out *out,
                                                 const struct jb_release *releases, uint32_t count)
{
    Jibao__V1__Release **list = jb_wire_put_list(out, count, sizeof(**list));
    for (uint32_t i = 0; list && i < count; i++) {
        jibao__v1__release__init(list[i]);
        list[i]->period = jb_wire_put_text(out, releases[i].period);
        list[i]->number = releases[i].number;
        list[i]->revision = releases[i].revision;
        list[i]->at_us = releases[i].at_us;
        list[i]->by = jb_wire_put_text(out, releases[i].by);
        list[i]->note = jb_wire_put_text(out, releases[i].note);
        list[i]->n_indicators = releases[i].indicators.count;
        list[i]->indicators = jb_wire_put_strings(out, releases[i].indicators);
        list[i]->head = jb_wire_put_hash(releases[i].head, sizeof(releases[i].head));
    }
    return list;
}

jb_err jb_wire_releases_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                     struct jb_releases_query *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__releases_query__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__ReleasesQuery *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_releases_query got = {
        .periods = jb_wire_get_strings(&in, pb->n_periods, pb->periods),
        .release = pb->release,
        .as_of_revision = pb->as_of_revision,
    };
    if (!in.err)
        *ret = got;
    return in.err;
}

void jb_wire_releases_query_encode(const struct jb_releases_query *query, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__ReleasesQuery pb;
    jb_wire_out_init(&scratch);
    jibao__v1__releases_query__init(&pb);
    pb.n_periods = query->periods.count;
    pb.periods = jb_wire_put_strings(&scratch, query->periods);
    pb.release = query->release;
    pb.as_of_revision = query->as_of_revision;
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_releases_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                      struct jb_releases_answer *ret, struct jb_findings *findings)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__releases_answer__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__ReleasesAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_releases_answer got = {
        .snapshot = jb_wire_get_snapshot(&in, pb->snapshot),
        .releases = jb_wire_get_releases(&in, pb->n_releases, pb->releases),
        .release_count = (uint32_t)pb->n_releases,
        .truncated = pb->truncated != 0,
    };
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, 0);
    *ret = got;
    return JB_OK;
}

void jb_wire_releases_answer_encode(const struct jb_releases_answer *answer,
                                    const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__ReleasesAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__releases_answer__init(&pb);
    pb.snapshot = jb_wire_put_snapshot(&scratch, &answer->snapshot);
    pb.n_releases = answer->release_count;
    pb.releases = jb_wire_put_releases(&scratch, answer->releases, answer->release_count);
    pb.truncated = answer->truncated;
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    jb_wire_pack(&scratch, &pb.base, out);
}

static struct jb_sight get_sight(const Jibao__V1__Sight *pb)
{
    if (!pb)
        return (struct jb_sight){0};
    return (struct jb_sight){{(enum jb_viewpoint_kind)pb->view, pb->release}, pb->as_of_revision};
}

static Jibao__V1__Sight *put_sight(struct jb_wire_out *out, const struct jb_sight *sight)
{
    Jibao__V1__Sight *pb = jb_wire_put_one(out, sizeof(*pb));
    if (!pb)
        return NULL;
    jibao__v1__sight__init(pb);
    pb->view = (Jibao__V1__View)sight->viewpoint.kind;
    pb->release = sight->viewpoint.release;
    pb->as_of_revision = sight->as_of_revision;
    return pb;
}

jb_err jb_wire_diff_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                 struct jb_diff_query *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__diff_query__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__DiffQuery *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_diff_query got = {
        .before = get_sight(pb->before),
        .after = get_sight(pb->after),
        .units = jb_wire_get_strings(&in, pb->n_units, pb->units),
        .under = jb_wire_get_short(&in, pb->under),
        .indicators = jb_wire_get_strings(&in, pb->n_indicators, pb->indicators),
        .periods = jb_wire_get_strings(&in, pb->n_periods, pb->periods),
    };
    if (!in.err)
        *ret = got;
    return in.err;
}

void jb_wire_diff_query_encode(const struct jb_diff_query *query, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__DiffQuery pb;
    jb_wire_out_init(&scratch);
    jibao__v1__diff_query__init(&pb);
    pb.before = put_sight(&scratch, &query->before);
    pb.after = put_sight(&scratch, &query->after);
    pb.n_units = query->units.count;
    pb.units = jb_wire_put_strings(&scratch, query->units);
    pb.under = jb_wire_put_text(&scratch, query->under);
    pb.n_indicators = query->indicators.count;
    pb.indicators = jb_wire_put_strings(&scratch, query->indicators);
    pb.n_periods = query->periods.count;
    pb.periods = jb_wire_put_strings(&scratch, query->periods);
    jb_wire_pack(&scratch, &pb.base, out);
}

static const struct jb_diff_row *get_rows(struct jb_wire_in *in, const Jibao__V1__DiffAnswer *pb)
{
    struct jb_diff_row *rows = jb_wire_get_array(in, pb->n_rows, sizeof(*rows));
    for (size_t i = 0; rows && i < pb->n_rows; i++) {
        const Jibao__V1__DiffRow *from = pb->rows[i];
        rows[i] = (struct jb_diff_row){
            .unit = jb_wire_get_short(in, from->unit),
            .indicator = jb_wire_get_short(in, from->indicator),
            .period = jb_wire_get_short(in, from->period),
            .basis = jb_wire_get_short(in, from->basis),
            .text_before = jb_wire_get_text(in, from->text_before, JB_TEXT_FIGURE_BYTES_MAX),
        };
        if (from->change)
            jb_wire_get_history_row(in, from->change, &rows[i].change);
    }
    return rows;
}

static void put_row(struct jb_wire_out *out, const struct jb_diff_row *row, Jibao__V1__DiffRow *pb)
{
    jibao__v1__diff_row__init(pb);
    pb->unit = jb_wire_put_text(out, row->unit);
    pb->indicator = jb_wire_put_text(out, row->indicator);
    pb->period = jb_wire_put_text(out, row->period);
    pb->basis = jb_wire_put_text(out, row->basis);
    pb->text_before = jb_wire_put_text(out, row->text_before);
    pb->change = jb_wire_put_one(out, sizeof(*pb->change));
    if (pb->change)
        jb_wire_put_history_row(out, &row->change, pb->change);
}

jb_err jb_wire_diff_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                  struct jb_diff_answer *ret, struct jb_findings *findings)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__diff_answer__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__DiffAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_diff_answer got = {
        .snapshot = jb_wire_get_snapshot(&in, pb->snapshot),
        .rows = get_rows(&in, pb),
        .row_count = (uint32_t)pb->n_rows,
        .units = jb_wire_get_names(&in, pb->n_units, pb->units),
        .unit_count = (uint32_t)pb->n_units,
        .indicators = jb_wire_get_names(&in, pb->n_indicators, pb->indicators),
        .indicator_count = (uint32_t)pb->n_indicators,
        .releases_before = jb_wire_get_releases(&in, pb->n_releases_before, pb->releases_before),
        .release_before_count = (uint32_t)pb->n_releases_before,
        .releases_after = jb_wire_get_releases(&in, pb->n_releases_after, pb->releases_after),
        .release_after_count = (uint32_t)pb->n_releases_after,
        .truncated = pb->truncated != 0,
    };
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, 0);
    *ret = got;
    return JB_OK;
}

void jb_wire_diff_answer_encode(const struct jb_diff_answer *answer,
                                const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__DiffAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__diff_answer__init(&pb);
    pb.snapshot = jb_wire_put_snapshot(&scratch, &answer->snapshot);
    pb.n_rows = answer->row_count;
    pb.rows = jb_wire_put_list(&scratch, answer->row_count, sizeof(Jibao__V1__DiffRow));
    for (uint32_t i = 0; pb.rows && i < answer->row_count; i++)
        put_row(&scratch, &answer->rows[i], pb.rows[i]);
    pb.n_units = answer->unit_count;
    pb.units = jb_wire_put_names(&scratch, answer->units, answer->unit_count);
    pb.n_indicators = answer->indicator_count;
    pb.indicators = jb_wire_put_names(&scratch, answer->indicators, answer->indicator_count);
    pb.n_releases_before = answer->release_before_count;
    pb.releases_before =
        jb_wire_put_releases(&scratch, answer->releases_before, answer->release_before_count);
    pb.n_releases_after = answer->release_after_count;
    pb.releases_after =
        jb_wire_put_releases(&scratch, answer->releases_after, answer->release_after_count);
    pb.truncated = answer->truncated;
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    jb_wire_pack(&scratch, &pb.base, out);
}
