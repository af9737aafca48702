/* What stands in filings, and the figures of earlier periods beside the cells that are to be filled
 * in: of the period before 上期 and of the year before 上年同期. */
#ifndef JB_FORM_EARLIER_H
#define JB_FORM_EARLIER_H

#include "base/arena.h"
#include "form/form_page.h"
#include "net/wire_query.h"

/* The row that stands for an indicator and a stretch, or NULL. */
const struct jb_row *jb_filing_row(const struct jb_filing_answer *answer,
                                   const struct jb_indicator *indicator, struct jb_period period,
                                   uint32_t stretch);
/* The stretch that a row of a filing covers. False: its basis cannot be read. */
bool jb_filing_row_stretch(const struct jb_row *row, const struct jb_indicator *indicator,
                           struct jb_period period, uint32_t *ret);

/* The period whose figures stand in the column, JB_FORM_BEFORE or JB_FORM_YEAR_AGO. False: none, a
 * day stands alone. */
bool jb_form_earlier_period(struct jb_period period, enum jb_form_column column,
                            struct jb_period *ret);
/* Fills the column with what the filing of that period says, each figure on its indicator's usual
 * basis. The texts are copied into the arena. */
void jb_form_earlier_fill(struct jb_form_sheet *sheet, enum jb_form_column column,
                          const struct jb_filing_answer *answer, struct jb_arena *arena);

#endif
