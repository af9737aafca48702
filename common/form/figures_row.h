/* One row of a figures file, as typed, and what it means by the catalogue. Every cell that cannot
 * be understood is a finding with its row and column. Whether the unit may report this figure there
 * is model/check.h's to say. */
#ifndef JB_FIGURES_ROW_H
#define JB_FIGURES_ROW_H

#include "form/figures_table.h"
#include "form/form_column.h"
#include "model/catalog.h"
#include "model/submission.h"

/* Where a workbook's row has its cells. */
struct jb_figures_place {
    const char *sheet;
    uint32_t sheet_number;       /* from 1 */
    uint32_t column[JB_COLUMNS]; /* from 0; UINT32_MAX: it has none */
};

/* What head and foot of a workbook's sheet say; empty where they say nothing. */
struct jb_figures_foot {
    struct jb_slice label[JB_LABELS];
};

struct jb_figures_raw {
    uint32_t line;
    bool broken; /* its value is refused already: only where it belongs is looked at */
    struct jb_slice cells[JB_COLUMNS];
    const struct jb_figures_place *place; /* NULL: of a CSV file, or of no file */
    const struct jb_figures_foot *foot;   /* NULL likewise */
};

struct jb_figures_reader {
    const jb_catalog *catalog;
    const char *file;
    const struct jb_figures_table *table; /* NULL: rows from elsewhere have no columns */
    struct jb_findings *findings;
    struct jb_arena *arena;    /* of normalised texts */
    unsigned suggestions_left; /* looking for the nearest of 100,000 names costs milliseconds */
};

struct jb_figures_row {
    uint32_t unit, indicator; /* indexes */
    struct jb_period period;
    bool empty; /* the value cell is empty: nothing is changed */
    struct jb_row row;
};

/* JB_EINVAL: findings were added; *ret untouched. */
JB_MUST_USE jb_err jb_figures_row_read(struct jb_figures_reader *reader,
                                       const struct jb_figures_raw *raw,
                                       struct jb_figures_row *ret);
/* Adds a finding of the row; column may be JB_COLUMNS for none. */
void jb_figures_row_refuse(struct jb_figures_reader *reader, const struct jb_figures_raw *raw,
                           enum jb_finding_code code, enum jb_figures_column column,
                           const char *expected, const char *hint);

#endif
