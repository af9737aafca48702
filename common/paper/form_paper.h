/* A form on paper 报表, as official statistical forms look: title, 表号, unit and period, the rows
 * with their line numbers and 其中 parts, 本期实际 and 本年累计 side by side, texts below, lines
 * for signatures and the seal.
 *
 * Blank, it is to be filled in by hand: cells that are not asked for in the period hold a dash.
 * Filled, it shows what stands in the store, and at its foot the submission's id, content hash and
 * revision, by which anybody can find it again. What a reader must know stands under the title:
 * entered for the unit 代录, backfilled 补录, trial 试报, returned or not reviewed; and in the row:
 * estimated, provisional, the note it came with. */
#ifndef JB_FORM_PAPER_H
#define JB_FORM_PAPER_H

#include "net/wire_query.h"
#include "paper/paper.h"

struct jb_form_paper {
    const jb_catalog *catalog;
    uint32_t catalog_version; /* 0: not told */
    uint32_t unit, form;
    struct jb_period period;
    const struct jb_filing_answer *filing; /* NULL: a blank sheet */
    const struct jb_status_row *status;    /* of the filing; NULL: not known */
    /* The year to date of this unit's indicators, which stands in for 本年累计 where that was not
     * reported; marked where the year's periods are not all there. */
    const struct jb_answer_row *const *to_date;
    uint32_t to_date_count;
};

/* Puts the sheet on the document's portrait pages. The caller ends the section or the document. */
void jb_form_paper_put(jb_docx *doc, const struct jb_form_paper *sheet);
/* The question whose answer fills to_date: the span from the year's first base period to this one.
 * False: the period is the year's first, or a day, and nothing is to be asked. */
bool jb_form_paper_to_date(const struct jb_form_paper *sheet, struct jb_span *ret);

#endif
