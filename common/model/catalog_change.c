/* The additive rule: a catalogue may grow, but for a period that has figures it may not say
 * something else than before, because the rollups of that period were made by it. Compared is what
 * holds on the last day of each such period, so moving a date within a quarter is no change. Where
 * a list of edges is the same in both catalogues nothing is compared at all. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/catalog_yaml.h"

struct change {
    const jb_catalog *old_catalog, *new_catalog;
    const struct jb_catalog_view *old_view, *new_view;
    jb_catalog_has_figures has_figures;
    void *ctx;
    struct jb_findings *findings;
    uint32_t *unit_map;  /* old index to new, or JB_NONE */
    uint32_t *group_map; /* likewise; JB_NONE also where the members are the same */
    bool *told;          /* by old unit: its parent was reported */
    bool parents_moved;  /* some unit's parents differ at all */
    bool freqs[JB_FREQ_DAY + 1];
};

/* The object a finding is about; line is in the new catalogue, 0 where it is gone from it. */
struct subject {
    const char *unit, *indicator;
    uint32_t line;
};

static void refuse(struct change *ch, struct subject subject, const char *key, const char *got,
                   const char *expected)
{
    struct jb_finding finding = {
        .code = JB_F_CATALOG_CHANGE_REFUSED,
        .severity = JB_ERROR,
        .row = subject.line,
        .column_name = key,
        .unit = subject.unit,
        .indicator = subject.indicator,
        .got = got,
        .expected = expected,
    };

    jb_findings_add(ch->findings, &finding);
}

static bool same_edges(const struct change *ch, const struct jb_edge *a, uint32_t a_count,
                       const struct jb_edge *b, uint32_t b_count)
{
    if (a_count != b_count)
        return false;
    for (uint32_t i = 0; i < a_count; i++) {
        if (ch->unit_map[a[i].unit] != b[i].unit || a[i].from != b[i].from ||
            a[i].until != b[i].until)
            return false;
    }
    return true;
}

/* What held in the old catalogue must hold in the new one for the days with figures. */
static bool narrowed(jb_date old_from, jb_date old_until, jb_date from, jb_date until,
                     jb_date first, jb_date last)
{
    jb_date need_from = old_from > first ? old_from : first;
    jb_date need_until = old_until < last ? old_until : last;

    return need_from <= need_until && (from > need_from || until < need_until);
}

static void compare_words(struct change *ch, struct subject subject, const char *key,
                          const char *was, const char *is)
{
    if (strcmp(was, is) != 0)
        refuse(ch, subject, key, is, was);
}

static void compare_numbers(struct change *ch, struct subject subject, const char *key,
                            unsigned was, unsigned is)
{
    char was_text[16];
    char is_text[16];

    snprintf(was_text, sizeof(was_text), "%u", was);
    snprintf(is_text, sizeof(is_text), "%u", is);
    compare_words(ch, subject, key, was_text, is_text);
}

static void compare_meaning(struct change *ch, struct subject subject,
                            const struct jb_indicator *was, const struct jb_indicator *is)
{

    compare_words(ch, subject, "measure", jb_measure_code(was->measure),
                  jb_measure_code(is->measure));
    compare_words(ch, subject, "frequency", jb_freq_name(was->freq), jb_freq_name(is->freq));
    compare_words(ch, subject, "unit_of_measure", was->unit_of_measure_zh, is->unit_of_measure_zh);
    compare_numbers(ch, subject, "decimals", was->decimals, is->decimals);
    compare_words(ch, subject, "unit_agg", jb_unit_agg_code(was->unit_agg),
                  jb_unit_agg_code(is->unit_agg));
    compare_words(ch, subject, "time_agg", jb_time_agg_code(was->time_agg),
                  jb_time_agg_code(is->time_agg));
    compare_words(ch, subject, "parent_value", jb_parent_value_code(was->parent_value),
                  jb_parent_value_code(is->parent_value));
    compare_words(ch, subject, "bases", jb_basis_kind_code(was->default_basis),
                  jb_basis_kind_code(is->default_basis));
    for (unsigned basis = JB_BASIS_PERIOD; basis <= JB_BASIS_SINCE; basis *= 2) {
        if ((was->bases & basis) && !(is->bases & basis))
            refuse(ch, subject, "bases", "", jb_basis_kind_code((enum jb_basis_kind)basis));
    }
}

/* An indicator in one of the two catalogues. */
struct side {
    const jb_catalog *catalog;
    uint32_t indicator;
};

/* An owner of one side on the last day of each period, asked of the other side. */
static void compare_owner(struct change *ch, struct subject subject, struct side here,
                          struct side there, uint32_t unit, const struct jb_period *periods)
{
    uint32_t other;
    bool was = here.catalog == ch->old_catalog;

    subject.unit = jb_catalog_view(here.catalog)->units[unit].code;
    other = jb_catalog_unit(there.catalog, jb_slice_str(subject.unit));
    for (int32_t at = periods[0].ordinal; at <= periods[1].ordinal; at++) {
        jb_date day = jb_period_last_day((struct jb_period){periods[0].freq, at});

        if (!jb_catalog_owns(here.catalog, unit, here.indicator, day) ||
            (other != JB_NONE && jb_catalog_owns(there.catalog, other, there.indicator, day)))
            continue;
        refuse(ch, subject, "owners", was ? _("no owner") : _("owner"),
               was ? _("owner") : _("no owner"));
        return;
    }
}

static void compare_owners(struct change *ch, struct subject subject, uint32_t old_index,
                           uint32_t new_index, const jb_date *span)
{
    const struct jb_indicator *was = &ch->old_view->indicators[old_index];
    const struct jb_indicator *is = &ch->new_view->indicators[new_index];
    const struct jb_period periods[] = {jb_period_at(was->freq, span[0]),
                                        jb_period_at(was->freq, span[1])};
    struct side old_side = {ch->old_catalog, old_index};
    struct side new_side = {ch->new_catalog, new_index};

    if (same_edges(ch, was->owners, was->owner_count, is->owners, is->owner_count))
        return;
    for (uint32_t i = 0; i < was->owner_count; i++)
        compare_owner(ch, subject, old_side, new_side, was->owners[i].unit, periods);
    for (uint32_t i = 0; i < is->owner_count; i++)
        compare_owner(ch, subject, new_side, old_side, is->owners[i].unit, periods);
}

/* A ratio has no figures of its own, but what was published of it was made of its parts'. */
static void compare_ratio(struct change *ch, const struct jb_indicator *was)
{
    struct subject subject = {.indicator = was->code};
    uint32_t found = jb_catalog_indicator(ch->new_catalog, jb_slice_str(was->code));
    const struct jb_indicator *is = found == JB_NONE ? NULL : &ch->new_view->indicators[found];
    jb_date span[2];

    if (!is || (!ch->has_figures(ch->ctx, JB_NONE, was->numerator, &span[0], &span[1]) &&
                !ch->has_figures(ch->ctx, JB_NONE, was->denominator, &span[0], &span[1])))
        return;
    subject.line = is->line;
    compare_words(ch, subject, "measure", jb_measure_code(was->measure),
                  jb_measure_code(is->measure));
    if (is->measure != JB_RATIO)
        return;
    compare_words(ch, subject, "numerator", ch->old_view->indicators[was->numerator].code,
                  ch->new_view->indicators[is->numerator].code);
    compare_words(ch, subject, "denominator", ch->old_view->indicators[was->denominator].code,
                  ch->new_view->indicators[is->denominator].code);
}

static void compare_indicator(struct change *ch, uint32_t index)
{
    const struct jb_indicator *was = &ch->old_view->indicators[index];
    struct subject subject = {.indicator = was->code};
    const struct jb_indicator *is;
    uint32_t found;
    jb_date span[2];

    if (was->measure == JB_RATIO) {
        compare_ratio(ch, was);
        return;
    }
    if (!ch->has_figures(ch->ctx, JB_NONE, index, &span[0], &span[1]))
        return;
    found = jb_catalog_indicator(ch->new_catalog, jb_slice_str(was->code));
    if (found == JB_NONE) {
        refuse(ch, subject, "", _("removed"), _("an indicator that has figures stays"));
        return;
    }
    is = &ch->new_view->indicators[found];
    subject.line = is->line;
    compare_meaning(ch, subject, was, is);
    if (narrowed(was->from, was->until, is->from, is->until, span[0], span[1]))
        refuse(ch, subject, "from", "", _("valid for every period that has figures"));
    compare_owners(ch, subject, index, found, span);
}

/* Every edge on the way up from the unit on that day. */
static void compare_ancestors(struct change *ch, uint32_t unit, jb_date day)
{
    for (uint32_t at = unit; at != JB_NONE; at = jb_catalog_parent(ch->old_catalog, at, day)) {
        uint32_t was = jb_catalog_parent(ch->old_catalog, at, day);
        uint32_t now = ch->unit_map[at];
        uint32_t is;
        struct subject subject = {.unit = ch->old_view->units[at].code};

        if (now == JB_NONE)
            return; /* the edge below it, or the unit itself, was told */
        is = jb_catalog_parent(ch->new_catalog, now, day);
        if (was == JB_NONE ? is == JB_NONE : is != JB_NONE && ch->unit_map[was] == is)
            continue;
        if (!ch->told[at]) {
            ch->told[at] = true;
            subject.line = ch->new_view->units[now].line;
            refuse(ch, subject, "parents", is == JB_NONE ? _("none") : ch->new_view->units[is].code,
                   was == JB_NONE ? _("none") : ch->old_view->units[was].code);
        }
    }
}

static void compare_groups(struct change *ch, uint32_t unit, jb_date day)
{
    for (uint32_t g = 0; g < ch->old_view->group_count; g++) {
        uint32_t now = ch->group_map[g];
        struct subject subject = {.unit = ch->old_view->units[unit].code};
        bool was;

        if (now == JB_NONE)
            continue;
        was = jb_catalog_in_group(ch->old_catalog, unit, g, day);
        if (jb_catalog_in_group(ch->new_catalog, ch->unit_map[unit], now, day) == was)
            continue;
        subject.line = ch->new_view->groups[now].line;
        refuse(ch, subject, ch->old_view->groups[g].code, was ? _("no member") : _("member"),
               was ? _("member") : _("no member"));
        ch->group_map[g] = JB_NONE; /* one finding a group */
    }
}

static void compare_unit(struct change *ch, uint32_t index)
{
    const struct jb_unit *was = &ch->old_view->units[index];
    uint32_t now = ch->unit_map[index];
    struct subject subject = {.unit = was->code};
    jb_date first, last;

    if (!ch->has_figures(ch->ctx, index, JB_NONE, &first, &last))
        return;
    if (now == JB_NONE) {
        refuse(ch, subject, "", _("removed"), _("a unit that has figures stays"));
        return;
    }
    subject.line = ch->new_view->units[now].line;
    if (narrowed(was->from, was->until, ch->new_view->units[now].from,
                 ch->new_view->units[now].until, first, last))
        refuse(ch, subject, "from", "", _("valid for every period that has figures"));
    for (unsigned freq = JB_FREQ_YEAR; freq <= JB_FREQ_DAY; freq++) {
        struct jb_period period, end;

        if (!ch->freqs[freq])
            continue;
        period = jb_period_at((enum jb_freq)freq, first);
        end = jb_period_at((enum jb_freq)freq, last);
        for (; period.ordinal <= end.ordinal; period.ordinal++) {
            jb_date day = jb_period_last_day(period);

            if (ch->parents_moved)
                compare_ancestors(ch, index, day);
            compare_groups(ch, index, day);
        }
    }
}

static void map_objects(struct change *ch)
{
    const struct jb_catalog_view *was = ch->old_view;
    const struct jb_catalog_view *is = ch->new_view;

    for (uint32_t i = 0; i < was->unit_count; i++)
        ch->unit_map[i] = jb_catalog_unit(ch->new_catalog, jb_slice_str(was->units[i].code));
    for (uint32_t i = 0; i < was->unit_count && !ch->parents_moved; i++) {
        uint32_t now = ch->unit_map[i];

        ch->parents_moved =
            now == JB_NONE || !same_edges(ch, was->units[i].parents, was->units[i].parent_count,
                                          is->units[now].parents, is->units[now].parent_count);
    }
    for (uint32_t g = 0; g < was->group_count; g++) {
        uint32_t now = jb_catalog_group(ch->new_catalog, jb_slice_str(was->groups[g].code));
        bool same = now != JB_NONE && !ch->parents_moved &&
                    same_edges(ch, was->groups[g].members, was->groups[g].member_count,
                               is->groups[now].members, is->groups[now].member_count);

        ch->group_map[g] = same ? JB_NONE : now;
    }
    for (uint32_t i = 0; i < was->indicator_count; i++)
        ch->freqs[was->indicators[i].freq] = true;
}

/* What was invented never becomes somebody's figures, nor the other way round. */
static void compare_demonstration(struct change *ch)
{
    jb_date first, last;
    bool was = ch->old_view->demonstration, is = ch->new_view->demonstration;

    if (was != is && ch->has_figures(ch->ctx, JB_NONE, JB_NONE, &first, &last))
        compare_words(ch, (struct subject){.line = 1}, "demonstration", was ? "true" : "false",
                      is ? "true" : "false");
}

jb_err jb_catalog_check_change(const jb_catalog *old_catalog, const jb_catalog *new_catalog,
                               jb_catalog_has_figures has_figures, void *ctx,
                               struct jb_findings *findings)
{
    struct change ch = {
        .old_catalog = old_catalog,
        .new_catalog = new_catalog,
        .old_view = jb_catalog_view(old_catalog),
        .new_view = jb_catalog_view(new_catalog),
        .has_figures = has_figures,
        .ctx = ctx,
        .findings = findings,
    };
    uint32_t errors = findings->errors;
    jb_err err = JB_ENOMEM;

    ch.unit_map = calloc((size_t)ch.old_view->unit_count + 1, sizeof(*ch.unit_map));
    ch.group_map = calloc((size_t)ch.old_view->group_count + 1, sizeof(*ch.group_map));
    ch.told = calloc((size_t)ch.old_view->unit_count + 1, sizeof(*ch.told));
    if (!ch.unit_map || !ch.group_map || !ch.told)
        goto out;
    map_objects(&ch);
    compare_demonstration(&ch);
    for (uint32_t i = 0; i < ch.old_view->indicator_count; i++)
        compare_indicator(&ch, i);
    for (uint32_t i = 0; i < ch.old_view->unit_count; i++)
        compare_unit(&ch, i);
    err = findings->errors == errors ? JB_OK : JB_EINVAL;
out:
    free(ch.unit_map);
    free(ch.group_map);
    free(ch.told);
    return err;
}
