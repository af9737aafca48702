/* Details are a table of two columns, so that the three outputs stay one code. */
#include "catalog_detail.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"
#include "catalog_dates.h"
#include "model/finding.h"
#include "words.h"

#define CELL_BYTES_MAX ((size_t)1 << 20)

static const char *name_of(const struct jb_names *names)
{
    return jb_text_is_zh() ? names->zh : names->en;
}

static enum jb_exit tell_unknown(enum jb_finding_code code, const char *name,
                                 const char *suggestion)
{
    struct jb_findings findings;
    struct jb_finding finding = {.code = code, .severity = JB_ERROR, .got = name};

    finding.hint = suggestion;
    jb_findings_init(&findings);
    jb_findings_add(&findings, &finding);
    jb_findings_print(&findings, stderr);
    jb_findings_free(&findings);
    return JB_EXIT_REFUSED;
}

static jb_table *new_detail(void)
{
    const struct jb_column columns[] = {
        {.key = "key", .title = _("entry")},
        {.key = "value", .title = _("content")},
    };
    return jb_table_new(columns, JB_COUNT(columns));
}

static void line(jb_table *out, const char *label, const char *value)
{
    if (!value || !value[0])
        return;
    jb_table_cell(out, label);
    jb_table_cell(out, value);
    jb_table_end_row(out);
}

static void line_buf(jb_table *out, const char *label, struct jb_buf *buf)
{
    jb_buf_put_u8(buf, 0);
    if (!buf->failed)
        line(out, label, (const char *)buf->ptr);
    jb_buf_free(buf);
}

static void put_dates(struct jb_buf *buf, jb_date from, jb_date until)
{
    char text[16];

    if (from != JB_DATE_MIN) {
        jb_date_format(from, text);
        jb_buf_printf(buf, _(" from %s"), text);
    }
    if (until != JB_DATE_MAX) {
        jb_date_format(until, text);
        jb_buf_printf(buf, _(" until %s"), text);
    }
}

static void put_edges(const struct jb_catalog_view *view, const struct jb_edge *edges,
                      uint32_t count, struct jb_buf *buf)
{
    for (uint32_t i = 0; i < count; i++) {
        if (edges[i].unit == JB_NONE)
            continue;
        jb_buf_printf(buf, "%s%s (%s)", buf->len ? _("; ") : "",
                      name_of(&view->units[edges[i].unit].name), view->units[edges[i].unit].code);
        put_dates(buf, edges[i].from, edges[i].until);
    }
}

static void line_aliases(jb_table *out, const struct jb_names *names)
{
    struct jb_buf buf;

    jb_buf_init(&buf, CELL_BYTES_MAX);
    for (const char **alias = names->aliases; *alias; alias++)
        jb_buf_printf(&buf, "%s%s", buf.len ? _("; ") : "", *alias);
    line_buf(out, _("also called"), &buf);
}

static void line_bases(jb_table *out, const struct jb_indicator *x)
{
    static const enum jb_basis_kind kinds[] = {JB_BASIS_PERIOD, JB_BASIS_YTD, JB_BASIS_SINCE};
    struct jb_buf buf;

    jb_buf_init(&buf, CELL_BYTES_MAX);
    for (size_t i = 0; i < JB_COUNT(kinds); i++) {
        if (x->bases & kinds[i])
            jb_buf_printf(&buf, "%s%s%s", buf.len ? " " : "", jb_basis_kind_code(kinds[i]),
                          x->default_basis == kinds[i] ? _(" (default)") : "");
    }
    line_buf(out, _("basis"), &buf);
}

static void lines_of_links(jb_table *out, const struct jb_catalog_view *view,
                           const struct jb_indicator *x)
{
    struct jb_buf buf;

    jb_buf_init(&buf, CELL_BYTES_MAX);
    if (x->numerator != JB_NONE && x->denominator != JB_NONE)
        jb_buf_printf(&buf, "%s / %s", view->indicators[x->numerator].code,
                      view->indicators[x->denominator].code);
    line_buf(out, _("computed as"), &buf);
    jb_buf_init(&buf, CELL_BYTES_MAX);
    put_edges(view, x->owners, x->owner_count, &buf);
    line_buf(out, _("reported by"), &buf);
    jb_buf_init(&buf, CELL_BYTES_MAX);
    put_edges(view, x->leads, x->lead_count, &buf);
    line_buf(out, _("led by"), &buf);
    jb_buf_init(&buf, CELL_BYTES_MAX);
    put_edges(view, x->contributors, x->contributor_count, &buf);
    line_buf(out, _("with a part in it"), &buf);
    jb_buf_init(&buf, CELL_BYTES_MAX);
    for (uint32_t i = 0; i < x->section_count; i++)
        jb_buf_printf(&buf, "%s%s (%s)", buf.len ? _("; ") : "",
                      name_of(&view->sections[x->sections[i]].name),
                      view->sections[x->sections[i]].code);
    line_buf(out, _("sections"), &buf);
    jb_buf_init(&buf, CELL_BYTES_MAX);
    for (uint32_t i = 0; i < x->target_count; i++) {
        char value[JB_DEC_TEXT_SIZE], shown[JB_DEC_TEXT_SIZE + 16], period[JB_PERIOD_TEXT_SIZE];
        jb_dec_format(x->targets[i].value.mantissa, x->targets[i].value.scale, value);
        jb_span_format(x->targets[i].span, period);
        jb_buf_printf(
            &buf, "%s%s: %s", buf.len ? _("; ") : "", period,
            jb_figure_text(shown, sizeof(shown), value, x->targets[i].mark, jb_text_is_zh()));
    }
    line_buf(out, _("targets"), &buf);
    jb_buf_init(&buf, CELL_BYTES_MAX);
    for (uint32_t i = 0; i < x->redefined_count; i++) {
        char day[16];
        jb_date_format(x->redefined[i].from, day);
        jb_buf_printf(&buf, "%s%s %s", buf.len ? _("; ") : "", day, x->redefined[i].note);
    }
    line_buf(out, _("redefined"), &buf);
}

enum jb_exit jb_catalog_detail_indicator(const jb_catalog *catalog, const char *name,
                                         enum jb_output output)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    uint32_t i;
    jb_err err = jb_catalog_find_indicator(catalog, jb_slice_str(name), &i);

    if (err)
        return tell_unknown(err == JB_EEXIST ? JB_F_AMBIGUOUS_NAME : JB_F_UNKNOWN_INDICATOR, name,
                            jb_catalog_suggest_indicator(catalog, jb_slice_str(name)));
    const struct jb_indicator *x = &view->indicators[i];
    char number[24];
    jb_table *out = new_detail();
    line(out, _("code"), x->code);
    line(out, _("Chinese name"), x->name.zh);
    line(out, _("English name"), x->name.en);
    line_aliases(out, &x->name);
    line(out, _("measured in"), jb_text_is_zh() ? x->unit_of_measure_zh : x->unit_of_measure_en);
    line(out, _("measure"), jb_measure_name(x->measure));
    line(out, _("frequency"), jb_words_freq(x->freq));
    snprintf(number, sizeof(number), "%u", x->decimals);
    line(out, _("decimals"), number);
    if (x->measure != JB_RATIO) {
        line(out, _("over units"), jb_unit_agg_code(x->unit_agg));
        line(out, _("over time"), jb_time_agg_code(x->time_agg));
    }
    if (x->direction != JB_DIRECTION_NONE)
        line(out, _("better when"), jb_direction_code(x->direction));
    line_bases(out, x);
    lines_of_links(out, view, x);
    line(out, _("note"), x->note);
    jb_table_print(out, output, NULL, stdout);
    jb_table_free(out);
    return JB_EXIT_OK;
}

static void lines_of_forms(jb_table *out, const struct jb_catalog_view *view, uint32_t unit)
{
    for (uint32_t f = 0; f < view->form_count; f++) {
        const struct jb_form *form = &view->forms[f];
        struct jb_buf buf;
        bool owes = false;
        jb_buf_init(&buf, CELL_BYTES_MAX);
        jb_buf_printf(&buf, _("%s (%s), %u rows"), name_of(&form->name), form->code,
                      form->row_count);
        for (uint32_t i = 0; i < form->unit_count; i++) {
            if (form->units[i].unit != unit)
                continue;
            owes = true;
            put_dates(&buf, form->units[i].from, form->units[i].until);
        }
        if (owes)
            line_buf(out, _("owes form"), &buf);
        else
            jb_buf_free(&buf);
    }
}

/* What the unit answers for, and what it has a part in, beside its forms. */
static void lines_of_work(jb_table *out, const struct jb_catalog_view *view, uint32_t unit)
{
    struct jb_buf leads, parts;

    jb_buf_init(&leads, CELL_BYTES_MAX);
    jb_buf_init(&parts, CELL_BYTES_MAX);
    for (uint32_t i = 0; i < view->indicator_count; i++) {
        const struct jb_indicator *x = &view->indicators[i];
        for (uint32_t n = 0; n < x->lead_count; n++) {
            if (x->leads[n].unit != unit)
                continue;
            jb_buf_printf(&leads, "%s%s (%s)", leads.len ? _("; ") : "", name_of(&x->name),
                          x->code);
            put_dates(&leads, x->leads[n].from, x->leads[n].until);
        }
        for (uint32_t n = 0; n < x->contributor_count; n++) {
            if (x->contributors[n].unit != unit)
                continue;
            jb_buf_printf(&parts, "%s%s (%s)", parts.len ? _("; ") : "", name_of(&x->name),
                          x->code);
            put_dates(&parts, x->contributors[n].from, x->contributors[n].until);
        }
    }
    line_buf(out, _("leads"), &leads);
    line_buf(out, _("has a part in"), &parts);
}

static void line_children(jb_table *out, const struct jb_catalog_view *view, uint32_t unit)
{
    struct jb_buf buf;

    jb_buf_init(&buf, CELL_BYTES_MAX);
    for (uint32_t i = 0; i < view->unit_count; i++) {
        const struct jb_unit *x = &view->units[i];
        bool child = false;
        for (uint32_t n = 0; n < x->parent_count; n++)
            child = child || x->parents[n].unit == unit;
        if (child)
            jb_buf_printf(&buf, "%s%s (%s)", buf.len ? _("; ") : "", name_of(&x->name), x->code);
    }
    line_buf(out, _("units under it"), &buf);
}

enum jb_exit jb_catalog_detail_unit(const jb_catalog *catalog, const char *name,
                                    enum jb_output output)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    struct jb_buf buf;
    uint32_t i;
    jb_err err = jb_catalog_find_unit(catalog, jb_slice_str(name), &i);

    if (err)
        return tell_unknown(err == JB_EEXIST ? JB_F_AMBIGUOUS_NAME : JB_F_UNKNOWN_UNIT, name,
                            jb_catalog_suggest_unit(catalog, jb_slice_str(name)));
    const struct jb_unit *x = &view->units[i];
    jb_table *out = new_detail();
    line(out, _("code"), x->code);
    line(out, _("Chinese name"), x->name.zh);
    line(out, _("English name"), x->name.en);
    line_aliases(out, &x->name);
    line(out, _("kind"), x->kind);
    jb_buf_init(&buf, CELL_BYTES_MAX);
    put_dates(&buf, x->from, x->until);
    line_buf(out, _("exists"), &buf);
    jb_buf_init(&buf, CELL_BYTES_MAX);
    put_edges(view, x->parents, x->parent_count, &buf);
    line_buf(out, _("under"), &buf);
    line_children(out, view, i);
    lines_of_forms(out, view, i);
    lines_of_work(out, view, i);
    jb_table_print(out, output, NULL, stdout);
    jb_table_free(out);
    return JB_EXIT_OK;
}

enum jb_exit jb_catalog_tell_unknown_form(const jb_catalog *catalog, const char *name)
{
    return tell_unknown(JB_F_UNKNOWN_FORM, name,
                        jb_catalog_suggest_form(catalog, jb_slice_str(name)));
}

static void put_owed(jb_table *out, const struct jb_form_row *row)
{
    char period[JB_PERIOD_TEXT_SIZE];
    struct jb_buf buf;

    jb_buf_init(&buf, CELL_BYTES_MAX);
    for (uint32_t i = 0; i < row->owed_count; i++) {
        jb_span_format(row->owed[i], period);
        jb_buf_printf(&buf, "%s%s", buf.len ? ", " : "", period);
    }
    if (row->optional)
        jb_buf_printf(&buf, "%s%s", buf.len ? "; " : "", _("optional"));
    else if (!row->owed_count)
        jb_buf_put_str(&buf, _("every period"));
    jb_table_cellf(out, "%.*s", JB_ARG(jb_buf_slice(&buf)));
    jb_buf_free(&buf);
}

enum jb_exit jb_catalog_detail_form(const jb_catalog *catalog, const char *name,
                                    enum jb_output output)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    const struct jb_column columns[] = {
        {.key = "row", .title = _("row"), .align = JB_RIGHT, .boolean_or_integer = true},
        {.key = "indicator", .title = _("code")},
        {.key = "name", .title = _("indicator")},
        {.key = "unit_of_measure", .title = _("measured in")},
        {.key = "of", .csv_only = true},
        {.key = "owed", .title = _("owed")},
    };
    uint32_t f = jb_catalog_form(catalog, jb_slice_str(name));

    if (f == JB_NONE)
        return jb_catalog_tell_unknown_form(catalog, name);
    const struct jb_form *form = &view->forms[f];
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));
    for (uint32_t r = 0; r < form->row_count; r++) {
        const struct jb_form_row *row = &form->rows[r];
        const struct jb_indicator *x = &view->indicators[row->indicator];
        bool part = row->of != JB_NONE;
        jb_table_cellf(out, "%u", r + 1);
        jb_table_cell(out, x->code);
        jb_table_cellf(out, "%s%s", part && output == JB_OUT_TABLE ? _("  of which: ") : "",
                       name_of(&x->name));
        jb_table_cell(out, jb_text_is_zh() ? x->unit_of_measure_zh : x->unit_of_measure_en);
        jb_table_cell(out, part ? view->indicators[form->rows[row->of].indicator].code : NULL);
        put_owed(out, row);
        jb_table_end_row(out);
    }
    if (output == JB_OUT_TABLE) {
        struct jb_buf buf;
        jb_buf_init(&buf, CELL_BYTES_MAX);
        put_edges(view, form->units, form->unit_count, &buf);
        jb_buf_put_u8(&buf, 0);
        printf("%s (%s)  %s\n", name_of(&form->name), form->code, jb_words_freq(form->freq));
        printf(_("%s: %s"), _("owed by"), buf.failed ? "" : (const char *)buf.ptr);
        fputc('\n', stdout);
        jb_catalog_print_schedule(form, stdout);
        if (form->scan)
            puts(_("accepted only with the hash of its stamped scan"));
        fputc('\n', stdout);
        jb_buf_free(&buf);
    }
    jb_table_print(out, output, NULL, stdout);
    jb_table_free(out);
    return JB_EXIT_OK;
}
