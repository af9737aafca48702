/* A submission's rows beside the figures that stand: what there is to withdraw, and, when another
 * submission came first, what it says where the two differ. */
#include <stdio.h>

#include "base/text.h"
#include "decide_inner.h"
#include "model/filing_check.h"
#include "unit_figures.h"

#define VALUE_TEXT_SIZE 160
#define QUOTED_BYTES_MAX 200 /* of a text figure in a finding */

/* The unit's own cells, block by block as rows ask for them. */
struct standing {
    const struct jb_case *c;
    struct jb_own_block own;
    uint32_t block;               /* 0: none is loaded */
    struct jb_submission earlier; /* the last entry whose text was asked for */
    uint64_t earlier_revision;
};

/* The standing cell, or NULL. */
static jb_err standing_cell(struct standing *s, const struct jb_effect *effect,
                            const struct jb_own_cell **ret)
{
    uint32_t number = s->c->binding->view->indicators[effect->indicator].number;
    uint16_t block = jb_block_of(number);
    if (s->block != block) {
        struct jb_slice record = {0};
        jb_err err = jb_store_block(s->c->txn, JB_PLANE_OWN, s->c->unit, s->c->checked.period,
                                    block, &record);
        if (!err || err == JB_ENOTFOUND)
            err = jb_own_block_decode(record, &s->own);
        if (err)
            return err;
        s->block = block;
    }
    *ret = jb_own_block_find(&s->own, jb_slot_of(number), effect->stretch);
    return JB_OK;
}

jb_err jb_case_check_withdrawals(const struct jb_case *c)
{
    struct standing s = {.c = c};
    jb_err err = JB_OK;
    for (uint32_t i = 0; !err && i < c->checked.effect_count; i++) {
        const struct jb_own_cell *cell = NULL;
        if (c->effects[i].value.state != JB_STATE_WITHDRAWN)
            continue;
        err = standing_cell(&s, &c->effects[i], &cell);
        if (!err && (!cell || cell->value.state == JB_STATE_WITHDRAWN))
            jb_case_row_finding(c, JB_F_NOTHING_TO_WITHDRAW, &c->effects[i], "", "");
    }
    jb_own_block_free(&s.own);
    return err;
}

jb_err jb_case_check_figures(const struct jb_case *c)
{
    if (!jb_filing_is_compared(c->binding->catalog, &c->checked))
        return JB_OK;
    struct jb_unit_figures figures = {.txn = c->txn,
                                      .binding = c->binding,
                                      .unit = c->unit,
                                      .checked = c->checked,
                                      .effects = c->effects};
    struct jb_filing_check check = {.catalog = c->binding->catalog,
                                    .checked = c->checked,
                                    .submission = c->submission,
                                    .effects = c->effects,
                                    .source = jb_unit_figures_source(&figures),
                                    .findings = c->findings};
    jb_err err = jb_filing_check(&check);
    jb_unit_figures_free(&figures);
    return err;
}

/* "12 at_least provisional", "not_applicable". */
static void describe(const struct jb_indicator *indicator, struct jb_value value,
                     char text[VALUE_TEXT_SIZE])
{
    char number[JB_DEC_TEXT_SIZE];
    bool marked = value.mark != JB_EXACT, weak = value.status != JB_FINAL;
    if (value.state != JB_STATE_VALUE) {
        snprintf(text, VALUE_TEXT_SIZE, "%s", jb_state_code(value.state));
        return;
    }
    jb_dec_format(value.mantissa, indicator->decimals, number);
    snprintf(text, VALUE_TEXT_SIZE, "%s%s%s%s%s", number, marked ? " " : "",
             marked ? jb_mark_code(value.mark) : "", weak ? " " : "",
             weak ? jb_status_code(value.status) : "");
}

/* The start of a text, cut between characters. */
static const char *quote(const struct jb_case *c, struct jb_slice text)
{
    size_t len = 0;
    while (len < text.len && len < QUOTED_BYTES_MAX) {
        uint32_t point;
        size_t step = jb_utf8_decode(jb_slice_of(text.ptr + len, text.len - len), &point);
        if (step == 0 || len + step > QUOTED_BYTES_MAX)
            break;
        len += step;
    }
    struct jb_slice copy = jb_arena_copy(c->arena, jb_slice_of(text.ptr, len));
    return copy.ptr ? (const char *)copy.ptr : "";
}

/* The text that an entry holds for this place; empty when it cannot be read here. */
static struct jb_slice text_of(struct standing *s, const struct jb_effect *effect,
                               uint64_t revision)
{
    const struct jb_indicator *indicator = &s->c->binding->view->indicators[effect->indicator];
    struct jb_slice bytes;
    struct jb_entry entry;
    if (s->earlier_revision != revision) {
        struct jb_entry_effect *effects =
            jb_arena_array(s->c->arena, JB_SUBMISSION_ROWS_MAX, sizeof(*effects));
        s->earlier_revision = 0;
        if (!effects || jb_store_entry(s->c->txn, revision, &bytes) ||
            jb_entry_decode(bytes, effects, JB_SUBMISSION_ROWS_MAX, &entry) ||
            jb_wire_submission_decode(entry.payload, s->c->arena, &s->earlier, NULL))
            return (struct jb_slice){0};
        s->earlier_revision = revision;
    }
    for (uint32_t i = 0; i < s->earlier.row_count; i++) {
        const struct jb_row *row = &s->earlier.rows[i];
        uint32_t stretch;
        if (jb_slice_is(row->indicator, indicator->code) &&
            !jb_basis_parse(indicator, row->basis, s->c->checked.period, &stretch) &&
            stretch == effect->stretch)
            return row->text;
    }
    return (struct jb_slice){0};
}

/* One row beside what stands. Adds a finding when they differ. */
static void compare_row(struct standing *s, const struct jb_effect *effect,
                        const struct jb_own_cell *cell)
{
    const struct jb_indicator *indicator = &s->c->binding->view->indicators[effect->indicator];
    char got[VALUE_TEXT_SIZE], expected[VALUE_TEXT_SIZE];
    const char *theirs = got, *ours = expected;
    describe(indicator, effect->value, got);
    if (cell)
        describe(indicator, cell->value, expected);
    else
        snprintf(expected, sizeof(expected), "%s", jb_state_code(JB_STATE_NOT_REPORTED));
    if (cell && cell->is_text && cell->value.state == JB_STATE_VALUE) {
        struct jb_slice stands = text_of(s, effect, cell->text_revision);
        if (effect->value.state == JB_STATE_VALUE &&
            jb_slice_eq(stands, s->c->submission->rows[effect->row].text))
            return;
        ours = quote(s->c, stands);
    } else if (cell && jb_value_eq(cell->value, effect->value)) {
        return;
    }
    if (effect->is_text && effect->value.state == JB_STATE_VALUE)
        theirs = quote(s->c, s->c->submission->rows[effect->row].text);
    jb_case_row_finding(s->c, JB_F_STALE, effect, theirs, ours);
}

jb_err jb_case_tell_stale(const struct jb_case *c)
{
    struct standing s = {.c = c};
    jb_err err = JB_OK;
    for (uint32_t i = 0; !err && i < c->checked.effect_count; i++) {
        const struct jb_own_cell *cell = NULL;
        err = standing_cell(&s, &c->effects[i], &cell);
        if (!err)
            compare_row(&s, &c->effects[i], cell);
    }
    jb_own_block_free(&s.own);
    if (!err && c->findings->total == 0) { /* the same figures: still not what the author knew */
        char period[JB_PERIOD_TEXT_SIZE];
        struct jb_finding finding = jb_case_finding(c, JB_F_STALE);
        jb_period_format(c->checked.period, period);
        finding.period = period;
        jb_findings_add(c->findings, &finding);
    }
    return err;
}
