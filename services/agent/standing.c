/* Rows that stand carry the stretch's first base period as their basis, empty for the period
 * itself; rows of a file carry what their author wrote. Both are compared by indicator and stretch.
 */
#include "standing.h"

#include <stdlib.h>

#include "base/text.h"
#include "form/form_earlier.h"

#define ARENA_BYTES_MAX (16 * 1024 * 1024)
#define TEXT_SHOWN_MAX 48

jb_err jb_standing_open(struct jb_standing *standing, const char *endpoint,
                        const struct jb_who *who, int timeout_ms)
{
    *standing = (struct jb_standing){.timeout_ms = timeout_ms};
    jb_arena_init(&standing->arena, ARENA_BYTES_MAX);
    jb_findings_init(&standing->findings);
    standing->net = jb_net_new(1);
    jb_err err = jb_client_open_as(standing->net, endpoint, who, &standing->client);
    if (err)
        jb_standing_close(standing);
    return err;
}

void jb_standing_close(struct jb_standing *standing)
{
    jb_client_close(standing->client);
    if (standing->net)
        jb_net_free(standing->net);
    jb_findings_free(&standing->findings);
    jb_arena_free(&standing->arena);
    *standing = (struct jb_standing){0};
}

jb_err jb_standing_ask(struct jb_standing *standing, struct jb_slice unit, struct jb_slice form,
                       struct jb_slice period, struct jb_filing_answer *ret)
{
    struct jb_filing_query query = {.unit = unit, .form = form, .period = period};
    struct jb_buf request;
    struct jb_slice payload;

    jb_findings_clear(&standing->findings);
    jb_arena_clear(&standing->arena);
    jb_buf_init(&request, 4096);
    jb_wire_filing_query_encode(&query, &request);
    jb_err err = request.failed
                     ? JB_ERANGE
                     : jb_client_expect(standing->client, JB_KIND_FILING, jb_slice_of(NULL, 0),
                                        jb_buf_slice(&request), standing->timeout_ms,
                                        JB_KIND_FILING_ANSWER, &payload, &standing->findings);
    jb_buf_free(&request);
    if (err)
        return err;
    err = jb_wire_filing_answer_decode(payload, &standing->arena, ret, &standing->findings);
    return !err && standing->findings.errors ? JB_EINVAL : err;
}

static bool is_named(const struct jb_figures *figures, const struct jb_figures_filing *filing,
                     uint32_t indicator, uint32_t stretch)
{
    for (uint32_t i = 0; i < filing->checked.effect_count; i++) {
        if (filing->effects[i].indicator == indicator && filing->effects[i].stretch == stretch)
            return true;
    }
    for (uint32_t i = 0; i < figures->empty_count; i++) {
        const struct jb_figures_empty *empty = &figures->empty[i];
        if (empty->indicator == indicator && empty->unit == filing->checked.unit &&
            empty->form == filing->checked.form &&
            jb_period_eq(empty->period, filing->checked.period))
            return true;
    }
    return false;
}

uint32_t jb_standing_withdraw_rest(const struct jb_filing_answer *answer,
                                   const struct jb_catalog_file *catalog,
                                   struct jb_figures *figures, uint32_t filing)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog->catalog);
    struct jb_figures_filing *to = &figures->filings[filing];
    uint32_t added = 0;

    for (uint32_t i = 0; i < answer->row_count; i++) {
        const struct jb_row *row = &answer->rows[i];
        uint32_t indicator = jb_catalog_indicator(catalog->catalog, row->indicator), stretch;
        if (indicator == JB_NONE || row->state == JB_STATE_WITHDRAWN ||
            !jb_filing_row_stretch(row, &view->indicators[indicator], to->checked.period,
                                   &stretch) ||
            is_named(figures, to, indicator, stretch))
            continue;
        char code[JB_PERIOD_TEXT_SIZE] = "period";
        if (stretch)
            jb_period_format(jb_period_add(to->checked.period, -(int32_t)stretch), code);
        struct jb_row withdrawal = {.indicator = jb_slice_str(view->indicators[indicator].code),
                                    .basis = jb_arena_copy(&figures->arena, jb_slice_str(code)),
                                    .state = JB_STATE_WITHDRAWN};
        jb_figures_add_row(to, &withdrawal);
        added++;
    }
    return added;
}

const char *jb_standing_text(const struct jb_row *row, char *buf, size_t size)
{
    char number[JB_DEC_TEXT_SIZE], value[128];

    if (row->state != JB_STATE_VALUE) {
        snprintf(buf, size, "%s", jb_state_name(row->state));
        return buf;
    }
    if (row->text.len) {
        size_t len = row->text.len;
        if (len > TEXT_SHOWN_MAX) {
            len = TEXT_SHOWN_MAX;
            while (len > 0 && (row->text.ptr[len] & 0xc0) == 0x80)
                len--;
        }
        snprintf(buf, size, "%.*s%s", (int)len, (const char *)row->text.ptr,
                 len < row->text.len ? "…" : "");
        return buf;
    }
    jb_dec_format(row->number.mantissa, row->number.scale, number);
    jb_figure_text(value, sizeof(value), number, row->mark, jb_text_is_zh());
    if (row->status == JB_FINAL)
        snprintf(buf, size, "%s", value);
    else
        snprintf(buf, size, "%s (%s)", value, jb_status_name(row->status));
    return buf;
}

jb_table *jb_standing_table(void)
{
    const struct jb_column columns[] = {
        {.key = "unit", .title = _("Unit")},
        {.key = "form", .title = _("Form")},
        {.key = "period", .title = _("Period")},
        {.key = "indicator", .csv_only = true},
        {.key = "name", .title = _("Indicator")},
        {.key = "basis", .title = _("Basis")},
        {.key = "stands", .title = _("Stands"), .align = JB_RIGHT},
        {.key = "file", .title = _("File"), .align = JB_RIGHT},
        {.key = "change", .title = _("Change")},
    };
    return jb_table_new(columns, JB_COUNT(columns));
}

/* Numbers are equal when their values are, whatever zeros they are written with. */
static bool same_figure(const struct jb_row *a, const struct jb_row *b, uint8_t decimals)
{
    int64_t left = 0, right = 0;

    if (a->state != b->state || a->status != b->status)
        return false;
    if (a->state != JB_STATE_VALUE)
        return true;
    return a->mark == b->mark && jb_slice_eq(a->text, b->text) &&
           !jb_dec_rescale(a->number, decimals, &left) &&
           !jb_dec_rescale(b->number, decimals, &right) && left == right;
}

void jb_standing_compare(const struct jb_filing_answer *answer,
                         const struct jb_catalog_file *catalog,
                         const struct jb_figures_filing *filing, jb_table *table,
                         uint32_t *ret_changes)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog->catalog);
    const struct jb_submission *s = &filing->submission;
    char text[256], basis[JB_PERIOD_TEXT_SIZE];

    for (uint32_t i = 0; i < s->row_count; i++) {
        const struct jb_effect *effect = &filing->effects[i];
        const struct jb_indicator *indicator = &view->indicators[effect->indicator];
        const struct jb_row *old =
            jb_filing_row(answer, indicator, filing->checked.period, effect->stretch);
        const char *change = _("changed");
        if (!old || old->state == JB_STATE_WITHDRAWN)
            change = s->rows[i].state == JB_STATE_WITHDRAWN ? _("nothing to withdraw") : _("new");
        else if (same_figure(old, &s->rows[i], indicator->decimals))
            change = _("same");
        else if (s->rows[i].state == JB_STATE_WITHDRAWN)
            change = _("withdrawn");
        bool same = old && same_figure(old, &s->rows[i], indicator->decimals);
        *ret_changes += same ? 0 : 1;
        jb_basis_format(filing->checked.period, effect->stretch, basis);
        jb_table_cellf(table, "%.*s", JB_ARG(s->unit));
        jb_table_cellf(table, "%.*s", JB_ARG(s->form));
        jb_table_cellf(table, "%.*s", JB_ARG(s->period));
        jb_table_cell(table, indicator->code);
        jb_table_cell(table, jb_text_is_zh() ? indicator->name.zh : indicator->name.en);
        jb_table_cell(table, basis[0] ? basis : jb_text_is_zh() ? "本期" : "period");
        jb_table_cell(table, old ? jb_standing_text(old, text, sizeof(text)) : "");
        jb_table_cell(table, jb_standing_text(&s->rows[i], text, sizeof(text)));
        jb_table_cell(table, change);
        jb_table_end_row(table);
    }
}
