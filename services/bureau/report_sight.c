/* What a report stands on. A published one is as of its newest release's revision: that fixes the
 * figures, the catalogue and every earlier release, so that a later day prints the same. A draft is
 * as of now, or as of the revision that was asked for. */
#include <stdlib.h>

#include "base/text.h"
#include "report_parts.h"
#include "words.h"

void jb_report_init(struct jb_report *report, struct jb_desk *desk, struct jb_arena *arena,
                    struct jb_complaints *complaints)
{
    *report = (struct jb_report){.desk = desk,
                                 .arena = arena,
                                 .complaints = complaints,
                                 .root = JB_NONE,
                                 .zh = jb_text_is_zh() != 0};
    jb_pages_init(&report->pages);
    jb_status_list_init(&report->status);
}

void jb_report_free(struct jb_report *report)
{
    jb_catalog_free(report->catalog);
    jb_pages_free(&report->pages);
    jb_status_list_free(&report->status);
    free(report->questions);
    free(report->citations);
    free(report->changes);
}

static enum jb_exit ask_releases(struct jb_desk *desk, struct jb_span span, uint64_t as_of,
                                 struct jb_releases_answer *ret)
{
    char text[JB_PERIOD_TEXT_SIZE], ends[2][JB_PERIOD_TEXT_SIZE];
    struct jb_span quarters = span;
    struct jb_slice payload, period;
    struct jb_buf buf;

    /* Releases are of base periods, so the span is named by its quarters where it has some. */
    jb_ignore(jb_span_to_base(span, JB_FREQ_QUARTER, &quarters));
    jb_period_format(quarters.first, ends[0]);
    jb_period_format(quarters.last, ends[1]);
    snprintf(text, sizeof(text), "%.30s..%.30s", ends[0], ends[1]);
    period = jb_slice_str(text);
    const struct jb_releases_query query = {.periods = {&period, 1}, .as_of_revision = as_of};
    jb_buf_init(&buf, JB_SHORT_TEXT_BYTES_MAX);
    jb_wire_releases_query_encode(&query, &buf);
    enum jb_exit code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_RELEASES, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_RELEASES_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    return jb_desk_settle(
        desk, jb_wire_releases_answer_decode(payload, &desk->arena, ret, &desk->findings));
}

static bool is_of_period(const struct jb_release *a, const struct jb_release *b)
{
    return jb_slice_eq(a->period, b->period);
}

/* The newest of each period: they come by period and number. */
static enum jb_exit keep_newest(struct jb_report *report, const struct jb_releases_answer *answer)
{
    struct jb_release *kept =
        jb_arena_array(report->arena, answer->release_count + 1u, sizeof(*kept));
    uint32_t count = 0;
    if (!kept)
        return jb_desk_settle(report->desk, JB_ENOMEM);
    for (uint32_t i = 0; i < answer->release_count; i++) {
        if (count && is_of_period(&kept[count - 1], &answer->releases[i]))
            count--;
        kept[count++] = answer->releases[i];
    }
    report->sight.releases = kept;
    report->sight.release_count = count;
    return JB_EXIT_OK;
}

static enum jb_exit tell_unpublished(const struct jb_report *report)
{
    char text[JB_PERIOD_TEXT_SIZE], words[JB_WORDS_SIZE];
    jb_span_format(report->order.span, text);
    jb_words_period(jb_slice_str(text), words);
    if (report->order.viewpoint.release)
        fprintf(stderr, _("jibao report: %s has no release %u\n"), words,
                report->order.viewpoint.release);
    else
        fprintf(stderr, _("jibao report: %s is not published\n"), words);
    fputs(
        _("  Publish it (jibao publish), or print a draft: --view accepted, or --view working.\n"),
        stderr);
    return JB_EXIT_REFUSED;
}

/* The release that the report is of: of a period by number, else the newest there is. */
static const struct jb_release *pick_release(const struct jb_report *report,
                                             const struct jb_releases_answer *answer)
{
    const struct jb_release *picked = NULL;
    uint32_t number = report->order.viewpoint.release;
    for (uint32_t i = 0; i < answer->release_count; i++) {
        const struct jb_release *release = &answer->releases[i];
        if (number ? release->number == number : !picked || release->revision > picked->revision)
            picked = release;
    }
    return picked;
}

static uint32_t periods_of(struct jb_span span, const struct jb_release *release)
{
    struct jb_span one, base;
    if (jb_span_parse(release->period, &one) != JB_OK ||
        jb_span_to_base(span, one.first.freq, &base) != JB_OK)
        return 1;
    return jb_span_count(base);
}

static enum jb_exit look_at_release(struct jb_report *report,
                                    const struct jb_releases_answer *answer)
{
    struct jb_report_sight *sight = &report->sight;
    const struct jb_release *release = pick_release(report, answer);
    if (!release)
        return tell_unpublished(report);
    if (report->order.viewpoint.release && periods_of(report->order.span, release) > 1) {
        fputs(_("jibao report: --release names one period's release; this report has several "
                "periods. Name a revision instead: --as-of\n"),
              stderr);
        return JB_EXIT_USAGE;
    }
    sight->revision = release->revision;
    sight->at_us = release->at_us;
    memcpy(sight->head, release->head, sizeof(sight->head));
    sight->has_head = true;
    sight->published = true;
    return JB_EXIT_OK;
}

static enum jb_exit look_at_now(struct jb_report *report)
{
    struct jb_report_sight *sight = &report->sight;
    struct jb_welcome welcome;
    enum jb_exit code = jb_desk_hello(report->desk, JB_DOOR_READ, &welcome);
    if (code != JB_EXIT_OK)
        return code;
    sight->revision = report->order.as_of ? report->order.as_of : welcome.revision;
    sight->has_head = sight->revision == welcome.revision;
    memcpy(sight->head, welcome.head, sizeof(sight->head));
    return JB_EXIT_OK;
}

static enum jb_exit find_root(struct jb_report *report)
{
    struct jb_slice name = report->order.unit;
    uint32_t roots = 0;
    if (name.len) {
        if (jb_catalog_find_unit(report->catalog, name, &report->root) == JB_OK)
            return JB_EXIT_OK;
        const char *near = jb_catalog_suggest_unit(report->catalog, name);
        fprintf(stderr, _("jibao report: there is no unit '%.*s'"), JB_ARG(name));
        if (near[0])
            fprintf(stderr, _("; did you mean %s?"), near);
        fputc('\n', stderr);
        return JB_EXIT_USAGE;
    }
    for (uint32_t i = 0; i < report->view->unit_count; i++) {
        if (report->view->units[i].parent_count == 0) {
            report->root = i;
            roots++;
        }
    }
    if (roots == 1)
        return JB_EXIT_OK;
    fputs(_("jibao report: the catalogue has several topmost units; say which with --unit\n"),
          stderr);
    return JB_EXIT_USAGE;
}

static enum jb_exit fetch_catalog(struct jb_report *report, uint32_t version)
{
    struct jb_fetched fetched = {0};
    enum jb_exit code = jb_ask_catalog(report->desk, version, &fetched);
    if (code == JB_EXIT_OK && !fetched.catalog) {
        fputs(_("jibao report: no catalogue is loaded\n"), stderr);
        code = JB_EXIT_REFUSED;
    }
    if (code != JB_EXIT_OK)
        return code;
    jb_catalog_free(report->catalog);
    report->catalog = fetched.catalog;
    report->view = jb_catalog_view(fetched.catalog);
    return JB_EXIT_OK;
}

/* The releases and the catalogue as they were at the revision. */
static enum jb_exit look_back(struct jb_report *report)
{
    struct jb_report_sight *sight = &report->sight;
    struct jb_releases_answer then = {0};
    enum jb_exit code = ask_releases(report->desk, report->order.span, sight->revision, &then);
    if (code == JB_EXIT_OK)
        code = keep_newest(report, &then);
    if (code != JB_EXIT_OK)
        return code;
    sight->at_us = then.snapshot.at_us;
    sight->catalog_version = then.snapshot.catalog_version;
    if (sight->release_count) {
        uint32_t periods = periods_of(report->order.span, &sight->releases[0]);
        sight->unpublished = periods - sight->release_count;
    }
    return fetch_catalog(report, sight->catalog_version);
}

enum jb_exit jb_report_look(struct jb_report *report, const struct jb_report_order *order)
{
    struct jb_releases_answer answer = {0};
    report->order = *order;
    enum jb_exit code = fetch_catalog(report, 0);
    if (code == JB_EXIT_OK)
        code = ask_releases(report->desk, order->span, order->as_of, &answer);
    if (code != JB_EXIT_OK)
        return code;
    report->sight.view = order->has_view                 ? order->viewpoint.kind
                         : report->view->managed_periods ? JB_VIEW_PUBLISHED
                                                         : JB_VIEW_WORKING;
    code = report->sight.view == JB_VIEW_PUBLISHED ? look_at_release(report, &answer)
                                                   : look_at_now(report);
    if (code == JB_EXIT_OK)
        code = look_back(report);
    if (code == JB_EXIT_OK)
        code = find_root(report);
    return code;
}
