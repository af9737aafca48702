/* People read days in words, programs read dates. */
#include "catalog_dates.h"

#include "base/text.h"
#include "model/schedule_text.h"

struct listing {
    const jb_catalog *catalog;
    uint32_t unit; /* JB_NONE: any */
    jb_table *table;
    bool people;
    bool told[JB_YEAR_MAX - JB_YEAR_MIN + 1]; /* years that were told of */
};

static void put_day(struct listing *listing, jb_date on, jb_date before)
{
    char words[JB_FORM_DAY_TEXT_SIZE], date[16];

    if (listing->people) {
        jb_form_day_format(&jb_catalog_view(listing->catalog)->workdays, on, before,
                           jb_text_is_zh(), words);
        jb_table_cell(listing->table, words);
    } else if (on == JB_DATE_MIN || on == JB_DATE_MAX) {
        jb_table_cell(listing->table, NULL);
    } else {
        jb_date_format(on, date);
        jb_table_cell(listing->table, date);
    }
}

static void note_year(struct listing *listing, int year)
{
    if (year < JB_YEAR_MIN || year > JB_YEAR_MAX || listing->told[year - JB_YEAR_MIN])
        return;
    listing->told[year - JB_YEAR_MIN] = true;
    fprintf(
        stderr,
        _("jibao-agent: no holiday of %d is listed; dates of that year move past weekends only\n"),
        year);
}

static void put_row(struct listing *listing, uint32_t index, struct jb_period period)
{
    const struct jb_form *form = &jb_catalog_view(listing->catalog)->forms[index];
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_form_dates dates;

    if (listing->unit != JB_NONE &&
        !jb_catalog_expects_form(listing->catalog, listing->unit, index, period))
        return;
    jb_catalog_dates(listing->catalog, index, period, &dates);
    if (listing->people && jb_text_is_zh())
        jb_period_format_zh(period, text);
    else
        jb_period_format(period, text);
    jb_table_cell(listing->table, form->code);
    jb_table_cell(listing->table, jb_text_is_zh() ? form->name.zh : form->name.en);
    jb_table_cell(listing->table, text);
    put_day(listing, dates.opens_on, dates.opens_on);
    put_day(listing, dates.due_on, dates.due_before);
    put_day(listing, dates.locks_on, dates.locks_before);
    jb_table_end_row(listing->table);
    note_year(listing, jb_catalog_unlisted_year(listing->catalog, index, &dates));
}

static void list(struct listing *listing, uint32_t form, struct jb_span asked,
                 enum jb_output output)
{
    const struct jb_catalog_view *view = jb_catalog_view(listing->catalog);
    const struct jb_column columns[] = {
        {.key = "form", .title = _("code")},     {.key = "title", .title = _("form")},
        {.key = "period", .title = _("period")}, {.key = "opens_on", .title = _("opens")},
        {.key = "due_on", .title = _("due")},    {.key = "locks_on", .title = _("locks")},
    };

    listing->table = jb_table_new(columns, JB_COUNT(columns));
    for (uint32_t i = 0; i < view->form_count; i++) {
        struct jb_span span;

        if ((form != JB_NONE && form != i) || jb_span_to_base(asked, view->forms[i].freq, &span))
            continue;
        for (uint32_t k = 0; k < jb_span_count(span); k++)
            put_row(listing, i, jb_period_add(span.first, (int32_t)k));
    }
    jb_table_print(listing->table, output, NULL, stdout);
    jb_table_free(listing->table);
}

enum jb_exit jb_catalog_dates_list(const jb_catalog *catalog, const char *unit, const char *form,
                                   const char *span, enum jb_output output)
{
    struct listing listing = {
        .catalog = catalog, .unit = JB_NONE, .people = output == JB_OUT_TABLE};
    uint32_t index = JB_NONE;
    struct jb_span asked, own;

    if (jb_span_parse(jb_slice_str(span), &asked)) {
        fprintf(stderr, _("jibao-agent: '%s' is not a period; write it like 2023-Q2\n"), span);
        return JB_EXIT_USAGE;
    }
    if (unit && jb_catalog_find_unit(catalog, jb_slice_str(unit), &listing.unit)) {
        fprintf(stderr, _("jibao-agent: the catalogue has no unit '%s'; did you mean '%s'?\n"),
                unit, jb_catalog_suggest_unit(catalog, jb_slice_str(unit)));
        return JB_EXIT_USAGE;
    }
    if (form && (index = jb_catalog_form(catalog, jb_slice_str(form))) == JB_NONE) {
        fprintf(stderr, _("jibao-agent: the catalogue has no form '%s'; did you mean '%s'?\n"),
                form, jb_catalog_suggest_form(catalog, jb_slice_str(form)));
        return JB_EXIT_USAGE;
    }
    if (form && jb_span_to_base(asked, jb_catalog_view(catalog)->forms[index].freq, &own)) {
        fprintf(stderr, _("jibao-agent: form %s has no period within %s\n"), form, span);
        return JB_EXIT_USAGE;
    }
    list(&listing, index, asked, output);
    return JB_EXIT_OK;
}
