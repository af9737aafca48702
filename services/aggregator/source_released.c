/* Where periods stand for a question, and which of their releases it is shown. */
#include <stdlib.h>

#include "source_inner.h"

static jb_err read_listed(struct jb_period_kept *kept, const struct jb_entry *entry)
{
    struct jb_reader r = jb_reader_of(entry->act.numbers);
    kept->listed_count = 0;
    while (jb_reader_left(&r) > 0 && !r.failed) {
        if (kept->listed_count == kept->listed_cap) {
            kept->listed_cap = kept->listed_cap ? kept->listed_cap * 2 : 64;
            kept->listed = jb_xrealloc(kept->listed, kept->listed_cap * sizeof(*kept->listed));
        }
        kept->listed[kept->listed_count++] = (uint32_t)jb_read_varint_max(&r, UINT32_MAX);
    }
    return r.failed ? JB_EDAMAGED : JB_OK;
}

static jb_err read_release(jb_source *source, struct jb_period period, struct jb_period_kept *kept)
{
    struct jb_entry entry;
    kept->release = (struct jb_shown_release){.period = period};
    kept->listed_count = 0;
    jb_err err =
        jb_periods_release(source->txn, period, source->as_of, source->viewpoint.release, &entry);
    if (err)
        return err == JB_ENOTFOUND ? JB_OK : err;
    kept->release.number = entry.act.release;
    kept->release.revision = entry.revision;
    kept->release.at_us = entry.at_us;
    return read_listed(kept, &entry);
}

jb_err jb_kept_period(jb_source *source, struct jb_period period, struct jb_period_kept **ret)
{
    if (!source->periods)
        source->periods = jb_xcalloc(JB_KEPT_PERIODS, sizeof(*source->periods));
    struct jb_period_kept *kept = &source->periods[jb_kept_mix(0, period, 0) % JB_KEPT_PERIODS];
    if (kept->generation != source->generation || !jb_period_eq(kept->state.period, period)) {
        bool published = source->viewpoint.kind == JB_VIEW_PUBLISHED;
        jb_err err = JB_OK;
        kept->generation = 0;
        if (published)
            err = read_release(source, period, kept);
        bool released = published && !err && kept->release.number;
        if (!err)
            err = jb_periods_get(source->txn, period,
                                 released ? kept->release.revision : source->as_of, &kept->state);
        if (err)
            return err;
        kept->generation = source->generation;
    }
    *ret = kept;
    return JB_OK;
}

void jb_source_free_periods(jb_source *source)
{
    for (size_t i = 0; source->periods && i < JB_KEPT_PERIODS; i++) {
        jb_period_state_free(&source->periods[i].state);
        free(source->periods[i].listed);
    }
    free(source->periods);
    source->periods = NULL;
}

static bool is_before(struct jb_period a, struct jb_period b)
{
    return a.freq != b.freq ? a.freq < b.freq : a.ordinal < b.ordinal;
}

/* In its place, once. */
static void tell(jb_source *source, const struct jb_shown_release *release)
{
    uint32_t low = 0, high = source->shown_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (is_before(source->shown[middle].period, release->period))
            low = middle + 1;
        else
            high = middle;
    }
    if (low < source->shown_count && jb_period_eq(source->shown[low].period, release->period))
        return;
    if (source->shown_count == source->shown_cap) {
        source->shown_cap = source->shown_cap ? source->shown_cap * 2 : 16;
        source->shown = jb_xrealloc(source->shown, source->shown_cap * sizeof(*source->shown));
    }
    memmove(&source->shown[low + 1], &source->shown[low],
            (source->shown_count - low) * sizeof(*source->shown));
    source->shown[low] = *release;
    source->shown_count++;
}

jb_err jb_source_release(jb_source *source, struct jb_period period, struct jb_shown_release *ret)
{
    struct jb_period_kept *kept;
    jb_assert(source->viewpoint.kind == JB_VIEW_PUBLISHED);
    jb_err err = jb_kept_period(source, period, &kept);
    if (err)
        return err;
    if (kept->release.number)
        tell(source, &kept->release);
    *ret = kept->release;
    return JB_OK;
}

static bool lists(const struct jb_period_kept *kept, uint32_t number)
{
    uint32_t low = 0, high = kept->listed_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (kept->listed[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < kept->listed_count && kept->listed[low] == number;
}

jb_err jb_source_published(jb_source *source, uint32_t indicator, struct jb_span span,
                           uint32_t *ret)
{
    const struct jb_catalog_view *view = source->binding->view;
    uint32_t count = 0;
    for (uint32_t i = 0; i < jb_span_count(span); i++) {
        struct jb_shown_release release;
        struct jb_period_kept *kept;
        struct jb_period period = jb_period_add(span.first, (int32_t)i);
        source->work++;
        jb_err err = jb_kept_period(source, period, &kept);
        if (err)
            return err;
        if (!kept->release.number || !lists(kept, view->indicators[indicator].number))
            continue;
        count++;
        err = jb_source_release(source, period, &release);
        if (err)
            return err;
    }
    *ret = count;
    return JB_OK;
}

const struct jb_shown_release *jb_source_shown(jb_source *source, uint32_t *ret_count)
{
    *ret_count = source->shown_count;
    return source->shown;
}
