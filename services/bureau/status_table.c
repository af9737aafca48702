/* Dates and review have columns in a table only where there is any: a catalogue with free periods
 * knows neither. CSV and JSON always have them all. */
#include "status_table.h"

#include "base/text.h"
#include "words.h"

#define NOTE_SIZE 256

static void put(jb_table *out, struct jb_slice text)
{
    jb_table_cellf(out, "%.*s", JB_ARG(text));
}

static void put_day(jb_table *out, bool has, jb_date day)
{
    char text[16];
    if (has)
        jb_date_format(day, text);
    jb_table_cell(out, has ? text : NULL);
}

static void put_bool(jb_table *out, bool value)
{
    jb_table_cell(out, value ? "true" : "false");
}

/* Anything is due, or was reviewed. */
static bool is_lively(const struct jb_status_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct jb_status_row *row = &list->rows[i];
        if (row->verdict.dated || row->standing.state > JB_FILING_SUBMITTED ||
            row->standing.excused || row->backfill || row->trial)
            return true;
    }
    return false;
}

/* "overdue, 3 days" */
static void put_timing(jb_table *out, const struct jb_verdict *verdict)
{
    enum jb_timing timing = jb_verdict_timing(verdict);
    uint32_t days = verdict->overdue_days ? verdict->overdue_days : verdict->late_days;
    if (timing == JB_TIMING_NONE)
        jb_table_cell(out, NULL);
    else if (days)
        jb_table_cellf(out, _("%s, days: %u"), _(jb_timing_name(timing)), days);
    else
        jb_table_cell(out, _(jb_timing_name(timing)));
}

/* What is to be known about where it comes from: 补录, 试报, 代录, 网页代签. */
static void put_notes(jb_table *out, const struct jb_status_row *row)
{
    char text[NOTE_SIZE] = "";
    int len = 0;
    if (row->backfill)
        len += snprintf(text, sizeof(text), "%s", _("backfilled"));
    if (row->trial)
        len += snprintf(text + len, sizeof(text) - (size_t)len, "%s%s", len ? ", " : "",
                        _("trial run"));
    if (row->entered_by.len)
        len += snprintf(text + len, sizeof(text) - (size_t)len, _("%sentered by %.*s"),
                        len ? ", " : "", row->entered_by.len < 64 ? (int)row->entered_by.len : 64,
                        (const char *)row->entered_by.ptr);
    if (row->signed_for.len)
        snprintf(text + len, sizeof(text) - (size_t)len, _("%ssigned on the web for %.*s"),
                 len ? ", " : "", JB_ARG(row->signed_for));
    jb_table_cell(out, text[0] ? text : NULL);
}

static void put_dates(jb_table *out, const struct jb_status_row *row)
{
    const struct jb_verdict *verdict = &row->verdict;
    bool dated = verdict->dated || row->standing.has_due;
    put_day(out, dated, verdict->dated ? verdict->due_on : row->standing.due_on);
    jb_table_cell(out, jb_timing_code(jb_verdict_timing(verdict)));
    put_timing(out, verdict);
    jb_table_cellf(out, "%u", verdict->late_days);
    jb_table_cellf(out, "%u", verdict->overdue_days);
    put_bool(out, row->standing.excused);
    put_day(out, row->opens_on > JB_DATE_MIN, row->opens_on);
    put_day(out, row->locks_on < JB_DATE_MAX, row->locks_on);
    put_bool(out, row->backfill);
    put_bool(out, row->trial);
    put(out, row->entered_by);
    put(out, row->signed_for);
    put_notes(out, row);
}

static void put_filing(jb_table *out, struct jb_status_list *list, const struct jb_status_row *row,
                       bool people)
{
    char buf[JB_WORDS_SIZE], code[JB_NAME_CODE_SIZE];
    put(out, row->unit);
    jb_table_cell(out, jb_name_of_unit(&list->names, row->unit, code));
    if (people)
        jb_table_cell(out, jb_words_period(row->period, buf));
    else
        put(out, row->period);
    put(out, row->form);
    put(out, jb_text_is_zh() ? row->form_title_zh : row->form_title_en);
    jb_table_cellf(out, "%u", row->rows_reported);
    jb_table_cellf(out, "%u", row->rows_expected);
    jb_table_cellf(out, "%u/%u", row->rows_reported, row->rows_expected);
    jb_table_cellf(out, "%u", row->rows_expected - row->rows_reported);
    jb_table_cell(out, people ? _(jb_filing_state_name(row->standing.state))
                              : jb_filing_state_code(row->standing.state));
    jb_table_cellf(out, "%u", row->standing.returns);
    jb_table_cellf(out, "%u", row->standing.corrections);
    put_dates(out, row);
    if (row->has_last)
        jb_table_cellf(out, "%llu", (unsigned long long)row->last_revision);
    else
        jb_table_cell(out, NULL);
    jb_table_cell(out, row->has_last ? jb_words_time_code(row->last_at_us, buf) : NULL);
    jb_table_cell(out, row->has_last ? jb_words_time(row->last_at_us, buf)
                                     : jb_state_name(JB_STATE_NOT_REPORTED));
    jb_table_end_row(out);
}

void jb_status_print_filings(struct jb_status_list *list, const struct jb_options *options,
                             bool overdue)
{
    bool people = options->output == JB_OUT_TABLE, csv = options->output == JB_OUT_CSV;
    bool quiet = !is_lively(list);
    const struct jb_column columns[] = {
        {.key = "unit", .title = _("code")},
        {.key = "unit_name", .title = _("unit"), .table_only = csv},
        {.key = "period", .title = _("period")},
        {.key = "form", .csv_only = true},
        {.key = "form_title", .title = _("form"), .table_only = csv},
        {.key = "rows_reported", .csv_only = true, .boolean_or_integer = true},
        {.key = "rows_expected", .csv_only = true, .boolean_or_integer = true},
        {.key = "rows", .title = _("rows"), .align = JB_RIGHT, .table_only = true},
        {.key = "missing", .title = _("missing"), .align = JB_RIGHT, .boolean_or_integer = true},
        {.key = "state", .title = _("state")},
        {.key = "returns", .csv_only = true, .boolean_or_integer = true},
        {.key = "corrections", .csv_only = true, .boolean_or_integer = true},
        {.key = "due_on", .title = _("due on"), .csv_only = quiet},
        {.key = "timing", .csv_only = true},
        {.key = "timing_words", .title = _("in time"), .csv_only = quiet, .table_only = true},
        {.key = "late_days", .csv_only = true, .boolean_or_integer = true},
        {.key = "overdue_days", .csv_only = true, .boolean_or_integer = true},
        {.key = "excused", .csv_only = true, .boolean_or_integer = true},
        {.key = "opens_on", .csv_only = true},
        {.key = "locks_on", .csv_only = true},
        {.key = "backfill", .csv_only = true, .boolean_or_integer = true},
        {.key = "trial", .csv_only = true, .boolean_or_integer = true},
        {.key = "entered_by", .csv_only = true},
        {.key = "signed_for", .csv_only = true},
        {.key = "notes", .title = _("note"), .csv_only = quiet, .table_only = true},
        {.key = "last_revision",
         .title = _("revision"),
         .align = JB_RIGHT,
         .boolean_or_integer = true},
        {.key = "last_at", .csv_only = true},
        {.key = "last_time", .title = _("last submitted"), .table_only = true},
    };
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));
    for (uint32_t i = 0; i < list->count; i++) {
        const struct jb_status_row *row = &list->rows[i];
        if (!overdue || jb_verdict_timing(&row->verdict) == JB_TIMING_OVERDUE)
            put_filing(out, list, row, people);
    }
    if (overdue && people && jb_table_rows(out) == 0)
        fputs(_("Nothing is overdue.\n"), stdout);
    else
        jb_table_print(out, options->output, jb_words_snapshot(&list->snapshot, &words), stdout);
    jb_table_free(out);
}

static void put_due(jb_table *out, struct jb_status_list *list, const struct jb_status_row *row,
                    const struct jb_due_event *event, bool people)
{
    char code[JB_NAME_CODE_SIZE];
    put_day(out, true, event->on);
    if (people)
        jb_table_cell(out, event->level ? _("overdue") : _("due soon"));
    else
        jb_table_cell(out, jb_due_code(event->level));
    jb_table_cellf(out, "%u", event->level);
    put(out, row->unit);
    jb_table_cell(out, jb_name_of_unit(&list->names, row->unit, code));
    put(out, row->period);
    put(out, row->form);
    put_day(out, true, row->verdict.due_on);
    jb_table_end_row(out);
}

void jb_status_print_due(struct jb_status_list *list, const struct jb_options *options,
                         jb_date since, jb_date today)
{
    const struct jb_column columns[] = {
        {.key = "on", .title = _("day")},
        {.key = "event", .title = _("what")},
        {.key = "level", .title = _("days"), .align = JB_RIGHT, .boolean_or_integer = true},
        {.key = "unit", .title = _("code")},
        {.key = "unit_name", .title = _("unit"), .table_only = options->output == JB_OUT_CSV},
        {.key = "period", .title = _("period")},
        {.key = "form", .title = _("form")},
        {.key = "due_on", .title = _("due on")},
    };
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));
    for (uint32_t i = 0; i < list->count; i++) {
        const struct jb_status_row *row = &list->rows[i];
        bool must_come =
            jb_due_must_come(&row->verdict, row->standing.state, row->standing.has_due);
        struct jb_due_event events[JB_DUE_EVENTS_MAX];
        uint32_t count;
        jb_due_events(&row->verdict, must_come, since, today, events, &count);
        for (uint32_t k = 0; k < count; k++)
            put_due(out, list, row, &events[k], options->output == JB_OUT_TABLE);
    }
    jb_table_print(out, options->output, jb_words_snapshot(&list->snapshot, &words), stdout);
    jb_table_free(out);
}

static void put_count(jb_table *out, uint32_t count)
{
    jb_table_cellf(out, "%u", count);
}

static void put_counts(jb_table *out, const struct jb_completeness *sum)
{
    put_count(out, sum->forms_reported);
    put_count(out, sum->forms_expected);
    jb_table_cellf(out, "%u/%u", sum->forms_reported, sum->forms_expected);
    put_count(out, sum->rows_reported);
    put_count(out, sum->rows_expected);
    jb_table_cellf(out, "%u/%u", sum->rows_reported, sum->rows_expected);
    put_count(out, sum->rows_expected - sum->rows_reported);
    put_count(out, sum->not_reported);
    put_count(out, sum->submitted);
    put_count(out, sum->returned);
    put_count(out, sum->accepted);
    put_count(out, sum->overdue);
    put_count(out, sum->late);
    put_count(out, sum->on_time);
    put_count(out, sum->pending);
    put_count(out, sum->excused);
    put_count(out, sum->flawed);
    put_count(out, sum->overdue_days_max);
    put_count(out, sum->late_days_max);
    for (enum jb_rate_kind kind = 0; kind < JB_RATES; kind++) {
        char text[JB_RATE_TEXT_SIZE];
        jb_rate_format(jb_completeness_rate(sum, kind), text);
        jb_table_cell(out, text[0] ? text : NULL);
    }
    jb_table_end_row(out);
}

void jb_status_print_lines(struct jb_status_list *list, const struct jb_status_lines *lines,
                           const struct jb_options *options, bool ranked, bool with_total)
{
    bool people = options->output == JB_OUT_TABLE, quiet = !is_lively(list);
#define COUNT_OF(key_, ...)                                                                        \
    {                                                                                              \
        .key = (key_), .align = JB_RIGHT, .boolean_or_integer = true, ##__VA_ARGS__                \
    }
#define RATE_OF(kind)                                                                              \
    {                                                                                              \
        .key = jb_rate_code(kind), .title = _(jb_rate_name(kind)), .align = JB_RIGHT,              \
        .csv_only = quiet                                                                          \
    }
    const struct jb_column columns[] = {
        COUNT_OF("place", .title = _("place"), .csv_only = !ranked),
        {.key = "unit", .title = _("code")},
        {.key = "unit_name", .title = _("unit"), .table_only = options->output == JB_OUT_CSV},
        {.key = "is_group", .csv_only = true, .boolean_or_integer = true},
        COUNT_OF("forms_reported", .csv_only = true),
        COUNT_OF("forms_expected", .csv_only = true),
        {.key = "forms", .title = _("forms"), .align = JB_RIGHT, .table_only = true},
        COUNT_OF("rows_reported", .csv_only = true),
        COUNT_OF("rows_expected", .csv_only = true),
        {.key = "rows", .title = _("rows"), .align = JB_RIGHT, .table_only = true},
        COUNT_OF("missing", .title = _("missing"), .csv_only = !quiet),
        COUNT_OF("not_reported", .csv_only = true),
        COUNT_OF("submitted", .title = _("waits for review"), .csv_only = quiet),
        COUNT_OF("returned", .title = _("sent back"), .csv_only = quiet),
        COUNT_OF("accepted", .title = _("reviewed"), .csv_only = quiet),
        COUNT_OF("overdue", .title = _("overdue"), .csv_only = quiet),
        COUNT_OF("late", .title = _("late"), .csv_only = quiet),
        COUNT_OF("on_time", .csv_only = true),
        COUNT_OF("pending", .csv_only = true),
        COUNT_OF("excused", .csv_only = true),
        COUNT_OF("flawed", .csv_only = true),
        COUNT_OF("overdue_days_max", .csv_only = true),
        COUNT_OF("late_days_max", .csv_only = true),
        RATE_OF(JB_RATE_REPORTED),
        RATE_OF(JB_RATE_TIMELY),
        RATE_OF(JB_RATE_COMPLETE),
        RATE_OF(JB_RATE_ERROR),
    };
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));
    for (uint32_t i = 0; i < lines->count; i++) {
        const struct jb_status_line *line = &lines->items[i];
        char code[JB_NAME_CODE_SIZE];
        if (line->place)
            put_count(out, line->place);
        else
            jb_table_cell(out, NULL);
        put(out, line->code);
        jb_table_cell(out, jb_name_of_unit(&list->names, line->code, code));
        put_bool(out, line->is_group);
        put_counts(out, &line->counts);
    }
    if (people && with_total && lines->count) {
        struct jb_status_sum all = jb_status_sum_all(list);
        jb_table_cell(out, NULL);
        jb_table_cell(out, _("total"));
        jb_table_cell(out, NULL);
        put_bool(out, false);
        put_counts(out, &all.counts);
    }
    jb_table_print(out, options->output, jb_words_snapshot(&list->snapshot, &words), stdout);
    jb_table_free(out);
}

void jb_status_print_foot(const struct jb_status_list *list)
{
    struct jb_status_sum all = jb_status_sum_all(list);
    printf(_("\nUnits with everything in: %u of %u; forms: %u of %u; rows: %u of %u.\n"),
           all.units_complete, all.units, all.counts.forms_reported, all.counts.forms_expected,
           all.counts.rows_reported, all.counts.rows_expected);
    for (enum jb_rate_kind kind = 0; is_lively(list) && kind < JB_RATES; kind++) {
        struct jb_rate rate = jb_completeness_rate(&all.counts, kind);
        char text[JB_RATE_TEXT_SIZE];
        jb_rate_format(rate, text);
        if (rate.whole)
            printf(_("%s: %s (%u of %u)\n"), _(jb_rate_name(kind)), text, rate.part, rate.whole);
    }
    jb_words_footer(&list->snapshot, stdout);
}
