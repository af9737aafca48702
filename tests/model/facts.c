/* From accepted submissions to the figures that stand, to what goes into one node, and to marks. */
#include <string.h>

#include "figure_oracle.h"

void oracle_view(struct o_view *v, const struct script *s, uint64_t revision)
{
    v->world = script_world(s, revision);
    v->count = 0;
    memset(v->facts, 0, sizeof(v->facts));
    for (int i = 0; i < s->accepted_count; i++) {
        const struct s_accepted *a = &s->accepted[i];
        for (int r = 0; r < a->row_count && a->revision <= revision; r++) {
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

int oracle_expected(const struct o_view *v, const struct o_ask *ask, int ordinal)
{
    int day = cal_last_day(v->world->indicators[ask->indicator].freq, ordinal);
    int count = 0;
    for (int unit = 0; unit < v->world->unit_count; unit++) {
        int row, form = world_form_of(v->world, unit, ask->indicator, ordinal, &row);
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
