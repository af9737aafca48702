/* What a question in the published view rests on: releases that were asked for by number, and those
 * that were used. */
#include <stdio.h>

#include "lookup.h"
#include "query_plan.h"

jb_err jb_query_check_view(struct jb_viewpoint viewpoint, struct jb_findings *findings)
{
    if (!viewpoint.release || viewpoint.kind == JB_VIEW_PUBLISHED)
        return JB_OK;
    jb_lookup_refuse(findings, JB_F_QUERY_VIEW, jb_slice_str(jb_viewpoint_code(viewpoint.kind)),
                     jb_viewpoint_code(JB_VIEW_PUBLISHED));
    return JB_EINVAL;
}

jb_err jb_query_check_span(jb_source *source, struct jb_span base, struct jb_findings *findings)
{
    uint32_t wanted = jb_source_viewpoint(source).release;
    uint32_t errors = findings->errors;
    for (uint32_t i = 0; wanted && i < jb_span_count(base); i++) {
        struct jb_shown_release release;
        char period[JB_PERIOD_TEXT_SIZE], got[16], expected[24];
        jb_err err = jb_source_release(source, jb_period_add(base.first, (int32_t)i), &release);
        if (err)
            return err;
        if (release.number == wanted)
            continue;
        jb_period_format(jb_period_add(base.first, (int32_t)i), period);
        snprintf(got, sizeof(got), "%u", wanted);
        snprintf(expected, sizeof(expected), "<= %u", release.number);
        jb_findings_add(findings, &(struct jb_finding){.code = JB_F_RELEASE_UNKNOWN,
                                                       .severity = JB_ERROR,
                                                       .period = period,
                                                       .got = got,
                                                       .expected = expected});
    }
    return findings->errors > errors ? JB_EINVAL : JB_OK;
}

jb_err jb_query_check_releases(jb_source *source, const jb_query_plan *plan,
                               struct jb_findings *findings)
{
    const struct jb_catalog_view *view = jb_source_binding(source)->view;
    enum jb_freq checked = JB_FREQ_NONE; /* most catalogues know one frequency */
    uint32_t errors = findings->errors;
    for (uint32_t i = 0; plan->viewpoint.release && i < plan->indicator_count; i++) {
        enum jb_freq freq = view->indicators[plan->indicators[i]].freq;
        for (uint32_t s = 0; freq != checked && s < plan->span_count; s++) {
            struct jb_span base;
            if (jb_span_to_base(plan->spans[s], freq, &base) != JB_OK)
                continue;
            jb_err err = jb_query_check_span(source, base, findings);
            if (err && err != JB_EINVAL)
                return err;
        }
        checked = freq;
    }
    return findings->errors > errors ? JB_EINVAL : JB_OK;
}

jb_err jb_query_releases(jb_source *source, struct jb_arena *arena, const struct jb_release **ret,
                         uint32_t *ret_count)
{
    uint32_t count;
    const struct jb_shown_release *shown = jb_source_shown(source, &count);
    struct jb_release *releases = jb_arena_array(arena, count, sizeof(*releases));
    bool failed = count && !releases;
    for (uint32_t i = 0; !failed && i < count; i++) {
        char text[JB_PERIOD_TEXT_SIZE];
        jb_period_format(shown[i].period, text);
        releases[i] = (struct jb_release){.period = jb_lookup_text(arena, text, &failed),
                                          .number = shown[i].number,
                                          .revision = shown[i].revision,
                                          .at_us = shown[i].at_us};
    }
    *ret = releases;
    *ret_count = failed ? 0 : count;
    return failed ? JB_ENOMEM : JB_OK;
}
