/* From accepted submissions to the figures that stand, to what goes into one node, and to marks. */
#include <string.h>

#include "figure_oracle.h"
#include "life.h"

/* The submission is among what the view shows. */
static bool is_shown(const struct o_view *v, int index)
{
    const struct script *s = v->script;
    const struct s_accepted *a = &s->accepted[index];
    struct l_place place = {a->unit, a->form, a->ordinal};
    struct l_period period = {v->world->forms[a->form].freq, a->ordinal};
    int release;
    if (a->revision > v->revision)
        return false;
    switch (v->viewpoint.kind) {
    case JB_VIEW_ACCEPTED:
        return index <= life_accepted(s, place, v->revision);
    case JB_VIEW_PUBLISHED:
        release = life_release(s, period, v->viewpoint.release, v->revision);
        return release != W_NONE && index <= life_accepted(s, place, s->acts[release].revision);
    case JB_VIEW_WORKING:
    case JB_VIEWPOINTS_END:
        break;
    }
    return true;
}

void oracle_view(struct o_view *v, const struct script *s, uint64_t revision,
                 struct jb_viewpoint viewpoint)
{
    v->script = s;
    v->revision = revision;
    v->viewpoint = viewpoint;
    v->world = script_world(s, revision);
    v->count = 0;
    memset(v->facts, 0, sizeof(v->facts));
    for (int i = 0; i < s->accepted_count; i++) {
        const struct s_accepted *a = &s->accepted[i];
        for (int r = 0; r < a->row_count && is_shown(v, i); r++) {
            struct o_fact *fact = &v->memory[v->count++];
            struct o_fact **list = &v->facts[a->rows[r].indicator];
            *fact = (struct o_fact){a->unit, a->ordinal, &a->rows[r], *list};
            *list = fact; /* the newest comes first and hides the older */
        }
    }
}

static const struct s_row *stands(const struct o_view *v, int unit, int indicator, int ordinal,
                                  int stretch)
{
    for (const struct o_fact *f = v->facts[indicator]; f; f = f->next) {
        if (f->unit == unit && f->ordinal == ordinal && f->row->stretch == stretch)
            return f->row;
    }
    return NULL;
}

static bool inside(const struct o_view *v, const struct o_ask *ask, int unit, int day)
{
    if (ask->own)
        return unit == ask->node;
    if (ask->group)
        return world_in_group(v->world, unit, ask->node, day);
    return world_under(v->world, unit, ask->node, day);
}

const struct s_row *oracle_part(const struct o_view *v, const struct o_ask *ask, int unit,
                                int ordinal, int stretch)
{
    const struct s_row *row = stands(v, unit, ask->indicator, ordinal, stretch);
    int day = cal_last_day(v->world->indicators[ask->indicator].freq, ordinal);
    if (!row || !inside(v, ask, unit, day))
        return NULL;
    return ask->own || world_counts(v->world, unit, ask->indicator, day) ? row : NULL;
}

struct o_tally oracle_tally(const struct o_view *v, const struct o_ask *ask, int ordinal,
                            int stretch)
{
    struct o_tally t;
    memset(&t, 0, sizeof(t)); /* compared as bytes, gaps included */
    for (int unit = 0; unit < v->world->unit_count; unit++) {
        const struct s_row *row = oracle_part(v, ask, unit, ordinal, stretch);
        if (!row)
            continue;
        t.absent += row->state == JB_STATE_NOT_APPLICABLE;
        t.withdrawn += row->state == JB_STATE_WITHDRAWN;
        if (row->state != JB_STATE_VALUE)
            continue;
        t.values++;
        t.sum += row->mantissa;
        t.marks[row->mark]++;
        t.provisional += row->status == JB_PROVISIONAL;
        t.estimated += row->status == JB_ESTIMATED;
    }
    return t;
}

const char *oracle_unpublished(const struct o_view *v, int indicator, int from, int until)
{
    int freq = v->world->indicators[indicator].freq, listed = 0;
    for (int p = from; p <= until; p++) {
        struct l_period period = {freq, p};
        int release = life_release(v->script, period, v->viewpoint.release, v->revision);
        listed += release != W_NONE && v->script->acts[release].lists[indicator];
    }
    if (v->viewpoint.kind != JB_VIEW_PUBLISHED || listed == until - from + 1)
        return "";
    return listed ? "partly_published" : "not_published";
}

/* What was amended by then counts; of a published base period, by its release. */
static uint64_t expected_at(const struct o_view *v, int freq, int ordinal)
{
    int release = W_NONE;
    if (v->viewpoint.kind == JB_VIEW_PUBLISHED)
        release = life_release(v->script, (struct l_period){freq, ordinal}, v->viewpoint.release,
                               v->revision);
    return release == W_NONE ? v->revision : v->script->acts[release].revision;
}

int oracle_expected(const struct o_view *v, const struct o_ask *ask, int ordinal)
{
    int freq = v->world->indicators[ask->indicator].freq;
    int day = cal_last_day(freq, ordinal);
    int count = 0;
    uint64_t revision = expected_at(v, freq, ordinal);
    for (int unit = 0; unit < v->world->unit_count; unit++) {
        int row,
            form = life_form_of(v->script, v->world, unit, ask->indicator, ordinal, revision, &row);
        if (form != W_NONE && !v->world->forms[form].rows[row].optional &&
            inside(v, ask, unit, day))
            count++;
    }
    return count;
}

int oracle_reported(const struct o_view *v, const struct o_ask *ask, int ordinal, int stretch)
{
    int count = 0;
    for (int unit = 0; unit < v->world->unit_count; unit++) {
        const struct s_row *row = oracle_part(v, ask, unit, ordinal, stretch);
        if (row && row->state != JB_STATE_WITHDRAWN)
            count++;
    }
    return count;
}

enum jb_mark oracle_mark_of_ways(bool up, bool down, bool strict)
{
    if (up && down)
        return JB_APPROXIMATE;
    if (up)
        return strict ? JB_MORE_THAN : JB_AT_LEAST;
    if (down)
        return strict ? JB_NEARLY : JB_AT_MOST;
    return JB_EXACT;
}

void oracle_ways(enum jb_mark mark, bool *up, bool *down, bool *strict)
{
    *up = *up || mark == JB_AT_LEAST || mark == JB_MORE_THAN || mark == JB_APPROXIMATE;
    *down = *down || mark == JB_AT_MOST || mark == JB_NEARLY || mark == JB_APPROXIMATE;
    *strict = *strict || mark == JB_MORE_THAN || mark == JB_NEARLY;
}

enum jb_mark oracle_mark(struct spot spot)
{
    bool floor = spot.low == spot.at, ceiling = spot.high == spot.at;
    if (floor && ceiling) {
        if (spot.high_open)
            return JB_NEARLY;
        return spot.low_open ? JB_MORE_THAN : JB_EXACT;
    }
    if (floor)
        return spot.low_open ? JB_MORE_THAN : JB_AT_LEAST;
    if (ceiling)
        return spot.high_open ? JB_NEARLY : JB_AT_MOST;
    return JB_APPROXIMATE;
}
