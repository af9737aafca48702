/* The words of views. */
#include "view_args.h"

#include <stdlib.h>

#include "base/text.h"
#include "files/demonstration.h"

#define RELEASE_MAX 1000000

/* "published:2" up to the end or the '@'. */
static jb_err parse_viewpoint(struct jb_slice text, struct jb_viewpoint *ret)
{
    const uint8_t *colon = memchr(text.ptr, ':', text.len);
    struct jb_viewpoint viewpoint = {0};
    uint64_t release = 0;
    if (colon) {
        char *number = jb_xstrndup(colon + 1, text.len - (size_t)(colon + 1 - text.ptr));
        jb_err err = jb_args_uint(number, RELEASE_MAX, &release);
        free(number);
        if (err || release == 0)
            return JB_EINVAL;
        text.len = (size_t)(colon - text.ptr);
    }
    if (jb_viewpoint_parse(text, &viewpoint.kind) != JB_OK ||
        (release && viewpoint.kind != JB_VIEW_PUBLISHED))
        return JB_EINVAL;
    viewpoint.release = (uint32_t)release;
    *ret = viewpoint;
    return JB_OK;
}

void jb_view_take(struct jb_viewpoint *viewpoint, const char *arg, struct argp_state *state)
{
    uint32_t release = viewpoint->release;
    if (parse_viewpoint(jb_slice_str(arg), viewpoint) != JB_OK)
        argp_error(state, _("--view takes working, accepted, published or published:N, not '%s'"),
                   arg);
    if (release)
        viewpoint->release = release;
}

void jb_view_take_release(struct jb_viewpoint *viewpoint, const char *arg, struct argp_state *state)
{
    uint64_t release = 0;
    if (jb_args_uint(arg, RELEASE_MAX, &release) || release == 0)
        argp_error(state, _("--release takes a number from 1, not '%s'"), arg);
    viewpoint->release = (uint32_t)release;
}

void jb_view_settle(const struct jb_viewpoint *viewpoint, struct argp_state *state)
{
    if (viewpoint->release && viewpoint->kind != JB_VIEW_PUBLISHED)
        argp_error(state, _("only --view published has releases"));
}

jb_err jb_sight_parse(const char *text, struct jb_sight *ret)
{
    struct jb_sight sight = {0};
    struct jb_slice view = jb_slice_str(text);
    const char *at = strchr(text, '@');
    if (at) {
        view.len = (size_t)(at - text);
        if (jb_args_uint(at + 1, UINT64_MAX, &sight.as_of_revision) || !sight.as_of_revision)
            return JB_EINVAL;
    }
    jb_err err = parse_viewpoint(view, &sight.viewpoint);
    if (!err)
        *ret = sight;
    return err;
}

void jb_view_print(enum jb_viewpoint_kind view, const struct jb_release *releases, uint32_t count,
                   FILE *out)
{
    char period[JB_WORDS_SIZE], time[JB_WORDS_SIZE];
    jb_demonstration_line(out);
    if (view == JB_VIEW_WORKING)
        return;
    fputs(_(jb_viewpoint_name(view)), out);
    for (uint32_t i = 0; i < count; i++) {
        fputs(i ? _("; ") : _(": "), out);
        fprintf(out, _("%s release %u (%s)"), jb_words_period(releases[i].period, period),
                releases[i].number, jb_words_time(releases[i].at_us, time));
    }
    fputc('\n', out);
}

void jb_view_releases_of(struct jb_slice span, const struct jb_release *releases, uint32_t count,
                         struct jb_buf *out)
{
    struct jb_span whole, one;
    if (jb_span_parse(span, &whole) != JB_OK)
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (jb_span_parse(releases[i].period, &one) != JB_OK ||
            jb_period_first_day(one.first) < jb_period_first_day(whole.first) ||
            jb_period_last_day(one.last) > jb_period_last_day(whole.last))
            continue;
        jb_buf_printf(out, "%s%.*s:%u", out->len ? " " : "", JB_ARG(releases[i].period),
                      releases[i].number);
    }
}
