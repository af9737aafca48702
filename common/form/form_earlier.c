#include "form/form_earlier.h"

#include "model/check.h"

bool jb_filing_row_stretch(const struct jb_row *row, const struct jb_indicator *indicator,
                           struct jb_period period, uint32_t *ret)
{
    if (row->basis.len)
        return !jb_basis_parse(indicator, row->basis, period, ret);
    *ret = 0;
    return true;
}

const struct jb_row *jb_filing_row(const struct jb_filing_answer *answer,
                                   const struct jb_indicator *indicator, struct jb_period period,
                                   uint32_t stretch)
{
    for (uint32_t i = 0; i < answer->row_count; i++) {
        const struct jb_row *row = &answer->rows[i];
        uint32_t at;
        if (jb_slice_is(row->indicator, indicator->code) &&
            jb_filing_row_stretch(row, indicator, period, &at) && at == stretch)
            return row;
    }
    return NULL;
}

bool jb_form_earlier_period(struct jb_period period, enum jb_form_column column,
                            struct jb_period *ret)
{
    if (period.freq == JB_FREQ_DAY)
        return false;
    *ret = jb_period_add(period, column == JB_FORM_BEFORE ? -1 : -(int)period.freq);
    return true;
}

/* The stretch of the indicator's usual basis that ends with the period. */
static bool usual_stretch(const struct jb_indicator *indicator, struct jb_period period,
                          uint32_t *ret)
{
    return indicator->default_basis != JB_BASIS_SINCE &&
           !jb_basis_parse(indicator, jb_slice_of("", 0), period, ret);
}

static struct jb_slice text_of(const struct jb_row *row, bool zh, struct jb_arena *arena)
{
    char number[JB_DEC_TEXT_SIZE], text[128];

    if (row->state == JB_STATE_NOT_APPLICABLE)
        return zh ? JB_LIT("不涉及") : JB_LIT("not applicable");
    if (row->state != JB_STATE_VALUE || row->text.len)
        return jb_slice_of(NULL, 0);
    jb_dec_format(row->number.mantissa, row->number.scale, number);
    struct jb_slice kept = jb_arena_copy(
        arena, jb_slice_str(jb_figure_text(text, sizeof(text), number, row->mark, zh)));
    return kept.ptr ? kept : jb_slice_of(NULL, 0);
}

void jb_form_earlier_fill(struct jb_form_sheet *sheet, enum jb_form_column column,
                          const struct jb_filing_answer *answer, struct jb_arena *arena)
{
    const struct jb_catalog_view *view = jb_catalog_view(sheet->catalog);
    const struct jb_form *form = &view->forms[sheet->form];
    struct jb_period period;

    if (!jb_form_earlier_period(sheet->period, column, &period))
        return;
    for (uint32_t i = 0; i < form->row_count; i++) {
        const struct jb_indicator *indicator = &view->indicators[form->rows[i].indicator];
        uint32_t stretch;
        const struct jb_row *row = usual_stretch(indicator, period, &stretch)
                                       ? jb_filing_row(answer, indicator, period, stretch)
                                       : NULL;
        if (row)
            sheet->rows[i].cell[column] = text_of(row, sheet->zh, arena);
    }
}
