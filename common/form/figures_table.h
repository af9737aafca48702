/* A file of figures as a table: decoded, taken apart into rows, its header understood. Columns are
 * unit, period, indicator, basis, value, status, note (单位, 报告期, 指标, 口径, 数值, 数据性质,
 * 说明), in any order; indicator and value must be there, unit and period unless defaults are
 * given. */
#ifndef JB_FIGURES_TABLE_H
#define JB_FIGURES_TABLE_H

#include "files/csv.h"
#include "files/encoding.h"
#include "model/finding.h"

enum jb_figures_column {
    JB_COLUMN_UNIT,
    JB_COLUMN_PERIOD,
    JB_COLUMN_INDICATOR,
    JB_COLUMN_BASIS,
    JB_COLUMN_VALUE,
    JB_COLUMN_STATUS,
    JB_COLUMN_NOTE,
    JB_COLUMNS,
};

struct jb_figures_table {
    struct jb_decoded decoded;
    struct jb_csv csv;
    uint32_t place[JB_COLUMNS]; /* index in the row, or UINT32_MAX */
    bool *broken;               /* of SDMX-CSV, by row: told already what is wrong with its value */
    bool sdmx; /* an SDMX-CSV message: figures_sdmx.h settles the places and cells */
};

/* The header's word: English or Chinese. */
const char *jb_figures_column_title(enum jb_figures_column column, bool zh);

/* The column's word in this file, or what people call it (table NULL). */
const char *jb_figures_table_title(const struct jb_figures_table *table,
                                   enum jb_figures_column column);

/* The file's bytes, malloc'd. JB_EINVAL: findings say why not. */
JB_MUST_USE jb_err jb_figures_table_load(const char *path, struct jb_findings *findings,
                                         uint8_t **ret, size_t *ret_len);
/* JB_OK: *ret is the caller's until free and borrows nothing. JB_EINVAL: findings say why; nothing
 * to free. A guess other than UTF-8 is told as a notice. path is for the findings. */
JB_MUST_USE jb_err jb_figures_table_parse(const char *path, struct jb_slice bytes,
                                          enum jb_encoding encoding, struct jb_findings *findings,
                                          struct jb_figures_table *ret);
void jb_figures_table_free(struct jb_figures_table *table);
/* The cell, trimmed; empty when the column or the cell is missing. row counts from 0, below the
 * header. */
struct jb_slice jb_figures_table_cell(const struct jb_figures_table *table, uint32_t row,
                                      enum jb_figures_column column);

#endif
