/* Frequencies are asked one by one: a quarterly indicator by quarters, a yearly one by years. */
#include "collect.h"

#include <stdlib.h>

#include "base/text.h"
#include "net/wire_keys.h"

#define UNITS_AT_ONCE 5000
#define ATTEMPTS_MAX 5

void jb_collect_init(struct jb_collect *x, struct jb_desk *desk, const jb_catalog *catalog,
                     struct jb_span span)
{
    *x = (struct jb_collect){.desk = desk, .catalog = catalog, .span = span};
    x->view = jb_catalog_view(catalog);
    jb_pages_init(&x->pages);
}

void jb_collect_free(struct jb_collect *x)
{
    free(x->reads);
    jb_list_free(&x->units);
    jb_list_free(&x->indicators);
    jb_list_free(&x->periods);
    jb_pages_free(&x->pages);
}

/* What an answer keeps must outlive this: texts go to the desk's arena. */
static struct jb_slice keep(struct jb_collect *x, const char *text)
{
    return jb_arena_copy(&x->desk->arena, jb_slice_str(text));
}

static void note_reads(struct jb_collect *x, const struct jb_holder *holder)
{
    int64_t now_us = jb_clock_now_us();
    jb_date today = jb_date_at(now_us, x->view->zone_offset_minutes);

    for (uint32_t i = 0; i < x->view->unit_count; i++)
        x->reads[i] = jb_holder_reads(holder, x->catalog, i, today, now_us);
}

/* A question that names a unit out of reach is refused as a whole, so the units within reach are
 * found first, from the asker's own grants. */
static enum jb_exit ask_reads(struct jb_collect *x)
{
    const struct jb_keys_ask ask = {.own = true};
    struct jb_keys_answer answer = {0};
    struct jb_slice payload;
    struct jb_buf buf;

    jb_buf_init(&buf, JB_SHORT_TEXT_BYTES_MAX);
    jb_wire_keys_ask_encode(&ask, &buf);
    enum jb_exit code = jb_desk_ask(x->desk, JB_DOOR_READ, JB_KIND_KEYS, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_KEYS_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code == JB_EXIT_OK)
        code =
            jb_desk_settle(x->desk, jb_wire_keys_answer_decode(payload, &x->desk->arena, &answer));
    if (code == JB_EXIT_OK && answer.holder_count)
        note_reads(x, &answer.holders[0]);
    return code;
}

/* A key that reads nothing asks for everything, and hears the refusal. */
static void list_units(struct jb_collect *x)
{
    uint32_t left_out = 0;
    bool *owns = jb_xcalloc(x->view->unit_count + 1u, sizeof(*owns));

    for (uint32_t i = 0; i < x->view->indicator_count; i++) {
        const struct jb_indicator *indicator = &x->view->indicators[i];
        for (uint32_t n = 0; n < indicator->owner_count; n++) {
            if (indicator->owners[n].unit != JB_NONE)
                owns[indicator->owners[n].unit] = true;
        }
    }
    for (uint32_t i = 0; i < x->view->unit_count; i++) {
        if (owns[i] && x->reads[i])
            jb_list_add(&x->units, jb_slice_str(x->view->units[i].code));
        left_out += owns[i] && !x->reads[i];
    }
    for (uint32_t i = 0; x->units.count == 0 && i < x->view->unit_count; i++) {
        if (owns[i])
            jb_list_add(&x->units, jb_slice_str(x->view->units[i].code));
    }
    if (left_out)
        fprintf(stderr, "jibao: %s\n", jb_finding_sentence(JB_F_NARROWED));
    free(owns);
}

static void list_indicators(struct jb_collect *x, enum jb_freq freq)
{
    x->indicators.count = 0;
    for (uint32_t i = 0; i < x->view->indicator_count; i++) {
        const struct jb_indicator *indicator = &x->view->indicators[i];
        if (indicator->freq == freq && indicator->measure != JB_RATIO &&
            (!x->public_only || indicator->is_public))
            jb_list_add(&x->indicators, jb_slice_str(indicator->code));
    }
}

static enum jb_exit ask_units(struct jb_collect *x, uint32_t first)
{
    uint32_t count = x->units.count - first;
    struct jb_query query = {
        .units = {x->units.items + first, count < UNITS_AT_ONCE ? count : UNITS_AT_ONCE},
        .indicators = jb_list_strings(&x->indicators),
        .periods = jb_list_strings(&x->periods),
        .own = true,
        .viewpoint = x->viewpoint,
        .public_only = x->public_only,
        .only_reported = true,
        .as_of_revision = x->pages.snapshot.revision, /* 0 the first time: now */
    };

    return jb_ask_query(x->desk, &query, &x->pages);
}

static enum jb_exit ask_frequency(struct jb_collect *x, enum jb_freq freq)
{
    struct jb_span base;
    char text[JB_PERIOD_TEXT_SIZE];
    enum jb_exit code = JB_EXIT_OK;

    list_indicators(x, freq);
    if (!x->indicators.count || jb_span_to_base(x->span, freq, &base) != JB_OK)
        return JB_EXIT_OK;
    x->fits = true;
    x->periods.count = 0;
    for (uint32_t i = 0; i < jb_span_count(base); i++) {
        jb_period_format(jb_period_add(base.first, (int32_t)i), text);
        jb_list_add(&x->periods, keep(x, text));
    }
    for (uint32_t first = 0; code == JB_EXIT_OK && first < x->units.count; first += UNITS_AT_ONCE)
        code = ask_units(x, first);
    return code;
}

/* Rows that the filings tell better are dropped. */
static void drop_not_computable(struct jb_pages *pages)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < pages->count; i++) {
        if (pages->rows[i]->state != JB_STATE_NOT_COMPUTABLE)
            pages->rows[kept++] = pages->rows[i];
    }
    pages->count = kept;
}

static void add_row(struct jb_collect *x, const struct jb_row *from, const char *unit,
                    struct jb_period period)
{
    uint32_t i = jb_catalog_indicator(x->catalog, from->indicator);
    struct jb_answer_row *row = jb_arena_alloc(&x->desk->arena, sizeof(*row));
    char text[JB_PERIOD_TEXT_SIZE + JB_DEC_TEXT_SIZE];
    struct jb_span span;
    struct jb_answer page = {.snapshot = x->pages.snapshot, .rows = row, .row_count = 1};

    if (!row || i == JB_NONE || jb_span_parse(from->basis, &span) != JB_OK)
        return;
    span.last = period;
    row->unit = jb_slice_str(unit);
    row->indicator = jb_slice_str(x->view->indicators[i].code);
    jb_period_format(period, text);
    row->period = keep(x, text);
    jb_span_format(span, text);
    row->basis = keep(x, text);
    row->state = from->state;
    row->mark = from->mark;
    row->status = from->status;
    row->text = from->text;
    row->unit_of_measure = jb_slice_str(x->view->indicators[i].unit_of_measure_zh);
    row->reported = from->state != JB_STATE_WITHDRAWN;
    row->expected = 1;
    if (from->state == JB_STATE_VALUE && from->text.len == 0) {
        jb_dec_format(from->number.mantissa, from->number.scale, text);
        row->value = keep(x, text);
    }
    jb_pages_add(&x->pages, &page);
}

static enum jb_exit ask_filing(struct jb_collect *x, uint32_t unit, uint32_t form,
                               struct jb_period period)
{
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_filing_answer answer = {0};
    struct jb_slice payload;
    struct jb_buf buf;

    jb_period_format(period, text);
    const struct jb_filing_query query = {.unit = jb_slice_str(x->view->units[unit].code),
                                          .form = jb_slice_str(x->view->forms[form].code),
                                          .period = jb_slice_str(text),
                                          .viewpoint = x->viewpoint};
    jb_buf_init(&buf, JB_SHORT_TEXT_BYTES_MAX);
    jb_wire_filing_query_encode(&query, &buf);
    enum jb_exit code = jb_desk_ask(x->desk, JB_DOOR_READ, JB_KIND_FILING, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_FILING_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code == JB_EXIT_OK)
        code = jb_desk_settle(x->desk, jb_wire_filing_answer_decode(payload, &x->desk->arena,
                                                                    &answer, &x->desk->findings));
    if (code != JB_EXIT_OK)
        return code;
    x->moved = x->moved || answer.snapshot.revision != x->pages.snapshot.revision;
    for (uint32_t i = 0; i < answer.row_count; i++) {
        uint32_t indicator = jb_catalog_indicator(x->catalog, answer.rows[i].indicator);
        if (answer.rows[i].basis.len && indicator != JB_NONE &&
            (!x->public_only || x->view->indicators[indicator].is_public))
            add_row(x, &answer.rows[i], x->view->units[unit].code, period);
    }
    return JB_EXIT_OK;
}

static bool has_other_bases(const struct jb_collect *x, const struct jb_form *form)
{
    for (uint32_t i = 0; i < form->row_count; i++) {
        if (x->view->indicators[form->rows[i].indicator].bases & ~(unsigned)JB_BASIS_PERIOD)
            return true;
    }
    return false;
}

static enum jb_exit ask_filings(struct jb_collect *x)
{
    enum jb_exit code = JB_EXIT_OK;

    for (uint32_t f = 0; f < x->view->form_count; f++) {
        const struct jb_form *form = &x->view->forms[f];
        struct jb_span base;
        if (!has_other_bases(x, form) || jb_span_to_base(x->span, form->freq, &base) != JB_OK)
            continue;
        for (uint32_t i = 0; i < form->unit_count && !x->moved; i++) {
            if (!x->reads[form->units[i].unit])
                continue;
            for (uint32_t n = 0; code == JB_EXIT_OK && n < jb_span_count(base); n++) {
                struct jb_period period = jb_period_add(base.first, (int32_t)n);
                if (jb_catalog_owes_form(x->catalog, form->units[i].unit, f, period))
                    code = ask_filing(x, form->units[i].unit, f, period);
            }
        }
        jb_progress(_("forms"), f + 1, x->view->form_count);
    }
    jb_progress_end();
    return code;
}

enum jb_exit jb_collect_ask(struct jb_collect *x)
{
    static const enum jb_freq freqs[] = {JB_FREQ_YEAR, JB_FREQ_HALF, JB_FREQ_QUARTER, JB_FREQ_MONTH,
                                         JB_FREQ_DAY};
    enum jb_exit code = JB_EXIT_OK;

    x->reads = jb_xcalloc(x->view->unit_count + 1u, sizeof(*x->reads));
    code = ask_reads(x);
    if (code != JB_EXIT_OK)
        return code;
    list_units(x);
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        jb_pages_free(&x->pages);
        jb_pages_init(&x->pages);
        jb_arena_clear(&x->desk->arena);
        x->moved = false;
        for (size_t i = 0; code == JB_EXIT_OK && i < JB_COUNT(freqs); i++)
            code = ask_frequency(x, freqs[i]);
        if (code != JB_EXIT_OK)
            return code;
        if (!x->fits) {
            fputs(_("jibao: no indicator is reported for periods as short as this\n"), stderr);
            return JB_EXIT_USAGE;
        }
        drop_not_computable(&x->pages);
        code = ask_filings(x);
        if (code != JB_EXIT_OK || !x->moved)
            return code;
    }
    fputs(_("jibao: figures keep arriving; export when it is quieter\n"), stderr);
    return JB_EXIT_FAILED;
}
