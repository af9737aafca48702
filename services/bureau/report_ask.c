/* Questions are gathered one by one and asked together: units that need the same indicators of the
 * same period are one query. All are asked as of the report's revision. */
#include <stdlib.h>

#include "args.h"
#include "base/text.h"
#include "report_parts.h"

#define LIST_AT_ONCE 2000

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* By what one query shares, then by unit. */
static int compare(const void *left, const void *right)
{
    const struct jb_question *a = left, *b = right;
    int order = compare_numbers(a->own, b->own);
    if (!order)
        order = compare_numbers(a->is_group, b->is_group);
    if (!order)
        order = jb_slice_cmp(a->basis, b->basis);
    if (!order)
        order = jb_slice_cmp(a->period, b->period);
    if (!order)
        order = compare_numbers(a->node, b->node);
    return order ? order : compare_numbers(a->indicator, b->indicator);
}

void jb_report_note(struct jb_report *report, const struct jb_report_key *key, bool yoy, bool qoq)
{
    char period[JB_PERIOD_TEXT_SIZE];
    if (report->question_count == JB_REPORT_QUESTIONS_MAX) {
        report->too_many = true;
        return;
    }
    if (report->question_count == report->question_cap) {
        report->question_cap = report->question_cap ? 2 * report->question_cap : 256;
        report->questions =
            jb_xrealloc(report->questions, report->question_cap * sizeof(*report->questions));
    }
    jb_span_format(key->span, period);
    report->questions[report->question_count++] = (struct jb_question){
        .own = key->own,
        .is_group = key->is_group,
        .yoy = yoy,
        .qoq = qoq,
        .node = key->node,
        .indicator = key->indicator,
        .basis = key->basis,
        .period = jb_arena_copy(report->arena, jb_slice_str(period)),
    };
}

struct jb_question *jb_report_find(const struct jb_report *report, const struct jb_report_key *key)
{
    char period[JB_PERIOD_TEXT_SIZE];
    jb_span_format(key->span, period);
    const struct jb_question wanted = {.own = key->own,
                                       .is_group = key->is_group,
                                       .node = key->node,
                                       .indicator = key->indicator,
                                       .basis = key->basis,
                                       .period = jb_slice_str(period)};
    if (!report->question_count)
        return NULL;
    return bsearch(&wanted, report->questions, report->question_count, sizeof(wanted), compare);
}

/* Each once; what one of them needs is asked. */
static void sort_questions(struct jb_report *report)
{
    uint32_t kept = 0;
    if (report->question_count > 1)
        qsort(report->questions, report->question_count, sizeof(*report->questions), compare);
    for (uint32_t i = 0; i < report->question_count; i++) {
        struct jb_question *one = &report->questions[i];
        if (kept && compare(&report->questions[kept - 1], one) == 0) {
            report->questions[kept - 1].yoy |= one->yoy;
            report->questions[kept - 1].qoq |= one->qoq;
        } else {
            report->questions[kept++] = *one;
        }
    }
    report->question_count = kept;
}

static bool is_same_stretch(const struct jb_question *a, const struct jb_question *b)
{
    return a->own == b->own && a->is_group == b->is_group && jb_slice_eq(a->basis, b->basis) &&
           jb_slice_eq(a->period, b->period);
}

/* How many questions from here are of one unit. */
static uint32_t count_of_unit(const struct jb_report *report, uint32_t from)
{
    const struct jb_question *first = &report->questions[from];
    uint32_t count = 1;
    while (from + count < report->question_count && is_same_stretch(first, first + count) &&
           first[count].node == first->node)
        count++;
    return count;
}

static bool asks_the_same(const struct jb_question *a, const struct jb_question *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (a[i].indicator != b[i].indicator)
            return false;
    }
    return is_same_stretch(a, b);
}

/* Rows name units and indicators by code, periods as they were asked for. */
static void take_rows(struct jb_report *report, uint32_t from, const struct jb_question *like)
{
    for (uint32_t i = from; i < report->pages.count; i++) {
        const struct jb_answer_row *row = report->pages.rows[i];
        struct jb_report_key key = {
            .own = like->own,
            .is_group = row->is_group,
            .basis = like->basis,
            .node = row->is_group ? jb_catalog_group(report->catalog, row->unit)
                                  : jb_catalog_unit(report->catalog, row->unit),
            .indicator = jb_catalog_indicator(report->catalog, row->indicator),
        };
        if (jb_span_parse(row->period, &key.span) != JB_OK)
            continue;
        struct jb_question *question = jb_report_find(report, &key);
        if (question)
            question->row = row;
    }
}

/* One query: units from `from` on, each with so many questions about the same indicators. */
static enum jb_exit ask_units(struct jb_report *report, uint32_t from, uint32_t indicators,
                              uint32_t units)
{
    const struct jb_question *first = &report->questions[from];
    struct jb_list unit_codes = {0}, indicator_codes = {0};
    uint32_t before = report->pages.count;
    bool yoy = false, qoq = false;
    for (uint32_t u = 0; u < units; u++) {
        uint32_t node = first[(size_t)u * indicators].node;
        jb_list_add(&unit_codes, jb_slice_str(first->is_group ? report->view->groups[node].code
                                                              : report->view->units[node].code));
    }
    for (uint32_t i = 0; i < indicators; i++)
        jb_list_add(&indicator_codes,
                    jb_slice_str(report->view->indicators[first[i].indicator].code));
    for (uint32_t i = 0; i < units * indicators; i++) {
        yoy = yoy || first[i].yoy;
        qoq = qoq || first[i].qoq;
    }
    struct jb_query query = {
        .indicators = jb_list_strings(&indicator_codes),
        .periods = {&first->period, 1},
        .basis = first->basis,
        .rounding = report->order.rounding,
        .own = first->own,
        .yoy = yoy,
        .qoq = qoq,
        .as_of_revision = report->sight.revision,
        .viewpoint = {.kind = report->sight.view},
    };
    *(first->is_group ? &query.groups : &query.units) = jb_list_strings(&unit_codes);
    enum jb_exit code = jb_ask_query(report->desk, &query, &report->pages);
    if (code == JB_EXIT_OK)
        take_rows(report, before, first);
    jb_list_free(&unit_codes);
    jb_list_free(&indicator_codes);
    return code;
}

static enum jb_exit ask_questions(struct jb_report *report)
{
    enum jb_exit code = JB_EXIT_OK;
    sort_questions(report);
    for (uint32_t at = 0; code == JB_EXIT_OK && at < report->question_count;) {
        uint32_t count = count_of_unit(report, at), units = 1;
        count = count < LIST_AT_ONCE ? count : LIST_AT_ONCE;
        while (units < LIST_AT_ONCE && at + (units + 1) * count <= report->question_count &&
               count_of_unit(report, at + units * count) == count &&
               asks_the_same(&report->questions[at], &report->questions[at + units * count], count))
            units++;
        jb_progress(_("figures"), at, report->question_count);
        code = ask_units(report, at, count, units);
        at += units * count;
    }
    jb_progress_end();
    return code;
}

static enum jb_exit ask_status(struct jb_report *report)
{
    struct jb_slice unit = jb_slice_str(report->view->units[report->root].code), period;
    char text[JB_PERIOD_TEXT_SIZE];
    jb_span_format(report->order.span, text);
    period = jb_slice_str(text);
    const struct jb_status_query query = {
        .under = unit, .periods = {&period, 1}, .as_of_revision = report->sight.revision};
    return report->wants_status ? jb_ask_status(report->desk, &query, &report->status) : JB_EXIT_OK;
}

/* Appends what changed between two sights of a period. */
static enum jb_exit ask_changes(struct jb_report *report, struct jb_slice period,
                                struct jb_sight before, struct jb_sight after)
{
    const struct jb_diff_query query = {.before = before, .after = after, .periods = {&period, 1}};
    struct jb_diff_answer answer = {0};
    struct jb_slice payload;
    struct jb_buf buf;
    jb_buf_init(&buf, JB_SHORT_TEXT_BYTES_MAX);
    jb_wire_diff_query_encode(&query, &buf);
    enum jb_exit code = jb_desk_ask(report->desk, JB_DOOR_READ, JB_KIND_DIFF, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_DIFF_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code == JB_EXIT_OK)
        code = jb_desk_settle(report->desk,
                              jb_wire_diff_answer_decode(payload, &report->desk->arena, &answer,
                                                         &report->desk->findings));
    if (code != JB_EXIT_OK || !answer.row_count)
        return code;
    if (answer.truncated) {
        fputs(_("jibao report: more figures were revised than one list holds; print periods one "
                "by one\n"),
              stderr);
        return JB_EXIT_FAILED;
    }
    uint32_t count = report->change_count + answer.row_count;
    report->changes = jb_xrealloc(report->changes, count * sizeof(*report->changes));
    memcpy(report->changes + report->change_count, answer.rows,
           answer.row_count * sizeof(*report->changes));
    report->change_count = count;
    return JB_EXIT_OK;
}

/* A published report: each period's newest release against the one before. A draft: what it shows
 * against the newest release. */
static enum jb_exit ask_revisions(struct jb_report *report)
{
    enum jb_exit code = JB_EXIT_OK;
    for (uint32_t i = 0; code == JB_EXIT_OK && i < report->sight.release_count; i++) {
        const struct jb_release *release = &report->sight.releases[i];
        struct jb_sight before = {{JB_VIEW_PUBLISHED, 0}, release->revision - 1};
        struct jb_sight after = {{JB_VIEW_PUBLISHED, release->number}, report->sight.revision};
        if (report->sight.view != JB_VIEW_PUBLISHED) {
            before = after;
            after = (struct jb_sight){{report->sight.view, 0}, report->sight.revision};
        } else if (release->number == 1) {
            continue;
        }
        report->changes_known = true;
        code = ask_changes(report, release->period, before, after);
    }
    return code;
}

enum jb_exit jb_report_ask(struct jb_report *report)
{
    if (report->too_many) {
        fprintf(stderr, _("jibao report: the template asks for more than %d figures\n"),
                JB_REPORT_QUESTIONS_MAX);
        return JB_EXIT_REFUSED;
    }
    enum jb_exit code = ask_questions(report);
    if (code == JB_EXIT_OK)
        code = ask_status(report);
    if (code == JB_EXIT_OK && report->wants_diff)
        code = ask_revisions(report);
    report->asked = code == JB_EXIT_OK;
    return code;
}
