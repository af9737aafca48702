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

/* Releases by period and number, and the snapshot they were asked in. */
struct releases {
    struct jb_release *items;
    uint32_t count, cap;
    struct jb_snapshot snapshot;
};

static enum jb_exit ask_release(struct jb_report *report, struct jb_period of, uint32_t number,
                                uint64_t as_of, struct jb_releases_answer *ret)
{
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_desk *desk = report->desk;
    struct jb_slice payload, period;
    struct jb_buf buf;

    jb_period_format(of, text);
    period = jb_slice_str(text);
    const struct jb_releases_query query = {
        .periods = {&period, 1}, .release = number, .as_of_revision = as_of};
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

/* One by one: a release lists its indicators, and many of them are more than an answer holds. */
static enum jb_exit ask_period(struct jb_report *report, struct jb_period period, uint64_t as_of,
                               struct releases *to)
{
    for (uint32_t number = 1;; number++) {
        struct jb_releases_answer answer = {0};
        enum jb_exit code = ask_release(report, period, number, as_of, &answer);
        if (code != JB_EXIT_OK)
            return code;
        to->snapshot = answer.snapshot;
        if (answer.release_count == 0)
            return JB_EXIT_OK;
        if (to->count == to->cap) {
            to->cap = to->cap ? 2 * to->cap : 16;
            to->items = jb_xrealloc(to->items, to->cap * sizeof(*to->items));
        }
        to->items[to->count++] = answer.releases[0];
    }
}

static bool has_freq(const struct jb_report *report, enum jb_freq freq)
{
    for (uint32_t i = 0; i < report->view->indicator_count; i++) {
        if (report->view->indicators[i].freq == freq)
            return true;
    }
    return false;
}

/* Of every base period of the span, of each frequency that something is reported in. */
static enum jb_exit ask_releases(struct jb_report *report, uint64_t as_of, struct releases *to)
{
    static const enum jb_freq freqs[] = {JB_FREQ_YEAR, JB_FREQ_HALF, JB_FREQ_QUARTER, JB_FREQ_MONTH,
                                         JB_FREQ_DAY};
    enum jb_exit code = JB_EXIT_OK;
    bool asked = false;
    for (size_t f = 0; f < JB_COUNT(freqs); f++) {
        struct jb_span base;
        if (!has_freq(report, freqs[f]) ||
            jb_span_to_base(report->order.span, freqs[f], &base) != JB_OK)
            continue;
        for (uint32_t n = 0; code == JB_EXIT_OK && n < jb_span_count(base); n++)
            code = ask_period(report, jb_period_add(base.first, (int32_t)n), as_of, to);
        asked = true;
    }
    if (asked || code != JB_EXIT_OK)
        return code;
    fputs(_("jibao report: nothing is reported for periods as short as this one\n"), stderr);
    return JB_EXIT_USAGE;
}

static bool is_of_period(const struct jb_release *a, const struct jb_release *b)
{
    return jb_slice_eq(a->period, b->period);
}

static enum jb_exit keep_newest(struct jb_report *report, const struct releases *all)
{
    struct jb_release *kept = jb_arena_array(report->arena, all->count + 1u, sizeof(*kept));
    uint32_t count = 0;
    if (!kept)
        return jb_desk_settle(report->desk, JB_ENOMEM);
    for (uint32_t i = 0; i < all->count; i++) {
        if (count && is_of_period(&kept[count - 1], &all->items[i]))
            count--;
        kept[count++] = all->items[i];
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
                                             const struct releases *all)
{
    const struct jb_release *picked = NULL;
    uint32_t number = report->order.viewpoint.release;
    for (uint32_t i = 0; i < all->count; i++) {
        const struct jb_release *release = &all->items[i];
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

static enum jb_exit look_at_release(struct jb_report *report, const struct releases *all)
{
    struct jb_report_sight *sight = &report->sight;
    const struct jb_release *release = pick_release(report, all);
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

/* Base periods like those of the newest release that have none. */
static uint32_t count_unpublished(const struct jb_report *report)
{
    const struct jb_report_sight *sight = &report->sight;
    struct jb_span newest, one;
    uint32_t published = 0;
    if (!sight->release_count)
        return 0;
    const struct jb_release *last = &sight->releases[sight->release_count - 1];
    if (jb_span_parse(last->period, &newest) != JB_OK)
        return 0;
    for (uint32_t i = 0; i < sight->release_count; i++)
        published += jb_span_parse(sight->releases[i].period, &one) == JB_OK &&
                     one.first.freq == newest.first.freq;
    return periods_of(report->order.span, last) - published;
}

/* The releases and the catalogue as they were at the revision. */
static enum jb_exit look_back(struct jb_report *report)
{
    struct jb_report_sight *sight = &report->sight;
    struct releases then = {0};
    enum jb_exit code = ask_releases(report, sight->revision, &then);
    if (code == JB_EXIT_OK)
        code = keep_newest(report, &then);
    free(then.items);
    if (code != JB_EXIT_OK)
        return code;
    sight->at_us = then.snapshot.at_us;
    sight->catalog_version = then.snapshot.catalog_version;
    sight->unpublished = count_unpublished(report);
    return fetch_catalog(report, sight->catalog_version);
}

enum jb_exit jb_report_look(struct jb_report *report, const struct jb_report_order *order)
{
    struct releases now = {0};
    report->order = *order;
    enum jb_exit code = fetch_catalog(report, 0);
    if (code == JB_EXIT_OK)
        code = ask_releases(report, order->as_of, &now);
    if (code == JB_EXIT_OK) {
        report->sight.view = order->has_view                 ? order->viewpoint.kind
                             : report->view->managed_periods ? JB_VIEW_PUBLISHED
                                                             : JB_VIEW_WORKING;
        code = report->sight.view == JB_VIEW_PUBLISHED ? look_at_release(report, &now)
                                                       : look_at_now(report);
    }
    free(now.items);
    if (code == JB_EXIT_OK)
        code = look_back(report);
    if (code == JB_EXIT_OK)
        code = find_root(report);
    return code;
}
