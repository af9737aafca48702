/* A file of figures that is an SDMX-CSV data message (model/sdmx.h): its cells are brought to what
 * the columns of figures_table.h hold, in their places, so that everything behind reads both alike
 * and a finding names the file's own row and column.
 *
 * Actions I, A, M and R set what the row has; D withdraws the observation, whose key must be whole.
 * A row that contradicts itself is told and marked as broken. Columns of somebody else are passed
 * over, and so are coverage and REVISION: they are ours to say.
 */
#ifndef JB_FIGURES_SDMX_H
#define JB_FIGURES_SDMX_H

#include "form/figures_table.h"
#include "model/catalog.h"

/* The header says so: STRUCTURE and STRUCTURE_ID in front. */
bool jb_figures_sdmx_is(const struct jb_csv *csv);
/* Settles the table's places and rewrites its cells, in the arena. JB_EINVAL: the header is wrong,
 * findings say how; the table stays the caller's. */
JB_MUST_USE jb_err jb_figures_sdmx_read(const char *path, const jb_catalog *catalog,
                                        struct jb_arena *arena, struct jb_findings *findings,
                                        struct jb_figures_table *table);
/* The column's name in such a file. */
const char *jb_figures_sdmx_title(enum jb_figures_column column);

#endif
