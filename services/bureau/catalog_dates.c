/* One row a form and period. */
#include "catalog_dates.h"

#include "base/text.h"
#include "catalog_detail.h"
#include "model/schedule_text.h"

#define SENTENCE_BYTES_MAX 1024

/* One listing, and the years that were told of. */
struct listing {
    const jb_catalog *catalog;
    jb_table *table;
    bool people;
    bool told[JB_YEAR_MAX - JB_YEAR_MIN + 1];
};

static void put_day(struct listing *listing, jb_date on, jb_date before)
{
    char words[JB_FORM_DAY_TEXT_SIZE], date[16];
    bool none = on == JB_DATE_MIN || on == JB_DATE_MAX;

    if (listing->people) {
        jb_form_day_format(&jb_catalog_view(listing->catalog)->workdays, on, before,
                           jb_text_is_zh(), words);
        jb_table_cell(listing->table, words);
        return;
    }
    if (!none)
        jb_date_format(on, date);
    jb_table_cell(listing->table, none ? NULL : date);
}

static void put_moved_from(struct listing *listing, jb_date on, jb_date before)
{
    char date[16];

    if (on != before)
        jb_date_format(before, date);
    jb_table_cell(listing->table, on == before ? NULL : date);
}

static void note_year(struct listing *listing, int year)
{
    if (year < JB_YEAR_MIN || year > JB_YEAR_MAX || listing->told[year - JB_YEAR_MIN])
        return;
    listing->told[year - JB_YEAR_MIN] = true;
    fprintf(stderr,
            _("jibao: no holiday of %d is listed; dates of that year move past weekends only\n"),
            year);
}

static void put_row(struct listing *listing, uint32_t index, struct jb_period period)
{
    const struct jb_form *form = &jb_catalog_view(listing->catalog)->forms[index];
    char period_text[JB_PERIOD_TEXT_SIZE];
    struct jb_form_dates dates;

    jb_catalog_dates(listing->catalog, index, period, &dates);
    if (listing->people && jb_text_is_zh())
        jb_period_format_zh(period, period_text);
    else
        jb_period_format(period, period_text);
    jb_table_cell(listing->table, form->code);
    jb_table_cell(listing->table, jb_text_is_zh() ? form->name.zh : form->name.en);
    jb_table_cell(listing->table, period_text);
    put_day(listing, dates.opens_on, dates.opens_on);
    put_day(listing, dates.due_on, dates.due_before);
    put_day(listing, dates.locks_on, dates.locks_before);
    put_moved_from(listing, dates.due_on, dates.due_before);
    put_moved_from(listing, dates.locks_on, dates.locks_before);
    jb_table_end_row(listing->table);
    note_year(listing, jb_catalog_unlisted_year(listing->catalog, index, &dates));
}

/* Nothing for a form that has no period within the span. */
static void put_form(struct listing *listing, uint32_t form, struct jb_span asked)
{
    struct jb_span span;

    if (jb_span_to_base(asked, jb_catalog_view(listing->catalog)->forms[form].freq, &span))
        return;
    for (uint32_t i = 0; i < jb_span_count(span); i++)
        put_row(listing, form, jb_period_add(span.first, (int32_t)i));
}

static void list(struct listing *listing, uint32_t form, struct jb_span span, enum jb_output output)
{
    const struct jb_column columns[] = {
        {.key = "form", .title = _("code")},         {.key = "title", .title = _("form")},
        {.key = "period", .title = _("period")},     {.key = "opens_on", .title = _("opens")},
        {.key = "due_on", .title = _("due")},        {.key = "locks_on", .title = _("locks")},
        {.key = "due_moved_from", .csv_only = true}, {.key = "locks_moved_from", .csv_only = true},
    };

    listing->table = jb_table_new(columns, JB_COUNT(columns));
    for (uint32_t i = 0; i < jb_catalog_view(listing->catalog)->form_count; i++) {
        if (form == JB_NONE || form == i)
            put_form(listing, i, span);
    }
    jb_table_print(listing->table, output, NULL, stdout);
    jb_table_free(listing->table);
}

enum jb_exit jb_catalog_show_dates(const jb_catalog *catalog, const char *form, const char *span,
                                   enum jb_output output)
{
    struct listing listing = {.catalog = catalog, .people = output == JB_OUT_TABLE};
    const struct jb_form *asked;
    struct jb_span days, base;
    uint32_t index = JB_NONE;

    if (jb_span_parse(jb_slice_str(span), &days)) {
        fprintf(stderr, _("jibao catalog show: '%s' is not a period; write it like 2023-Q2\n"),
                span);
        return JB_EXIT_USAGE;
    }
    if (form) {
        index = jb_catalog_form(catalog, jb_slice_str(form));
        if (index == JB_NONE)
            return jb_catalog_tell_unknown_form(catalog, form);
        asked = &jb_catalog_view(catalog)->forms[index];
        if (jb_span_to_base(days, asked->freq, &base)) {
            fprintf(stderr, _("jibao catalog show: form %s has no period within %s\n"), form, span);
            return JB_EXIT_USAGE;
        }
    }
    list(&listing, index, days, output);
    return JB_EXIT_OK;
}

void jb_catalog_print_schedule(const struct jb_form *form, FILE *out)
{
    struct jb_buf buf;

    jb_buf_init(&buf, SENTENCE_BYTES_MAX);
    jb_schedule_describe(form->schedule, &buf);
    jb_buf_put_u8(&buf, 0);
    fprintf(out, _("%s: %s"), _("dates"), buf.failed ? "" : (const char *)buf.ptr);
    fputc('\n', out);
    jb_buf_free(&buf);
}
