/* The check of one filing, and where in the file each of its findings is. */
#include <stdlib.h>

#include "form/figures_file.h"
#include "form/figures_known.h"

/* The check names columns by the wire's words; the file may have them in Chinese and in any order.
 */
static void place_column(const struct jb_figures *figures, const struct jb_figures_raw *origin,
                         struct jb_finding *finding)
{
    const struct jb_figures_table *table = &figures->table;

    for (enum jb_figures_column k = 0; k < JB_COLUMNS; k++) {
        if (strcmp(finding->column_name, jb_figures_column_title(k, false)) != 0)
            continue;
        finding->column_name = jb_figures_table_title(table, k);
        if (origin)
            finding->column = origin->place->column[k] + 1; /* UINT32_MAX: none, 0 */
        else if (finding->row && table->csv.rows && table->place[k] != UINT32_MAX)
            finding->column = table->place[k] + 1;
        return;
    }
}

static jb_err run_check(struct jb_figures_filing *filing, const struct jb_figures_options *options,
                        struct jb_findings *found)
{
    const jb_catalog *catalog = options->catalog->catalog;
    jb_err err = jb_check_submission(catalog, &filing->submission, options->today, filing->effects,
                                     &filing->checked, found);

    return err ? err : jb_figures_known_check(filing, catalog, found);
}

/* Which row of the submission each finding is about, from 1; 0: none. The check names rows by their
 * lines, of which a workbook has the same on several sheets and for two figures: so it is asked
 * once more with rows that are numbered through. *ret has as many items as the check itself finds.
 */
static void find_rows(struct jb_figures_filing *filing, const struct jb_figures_options *options,
                      struct jb_findings *ret)
{
    uint32_t count = filing->submission.row_count;
    uint32_t *lines = jb_xcalloc(count ? count : 1, sizeof(*lines));

    for (uint32_t i = 0; i < count; i++) {
        lines[i] = filing->rows[i].source_row;
        filing->rows[i].source_row = i + 1;
    }
    jb_ignore(run_check(filing, options, ret));
    for (uint32_t i = 0; i < count; i++)
        filing->rows[i].source_row = lines[i];
    free(lines);
}

/* The row that people look at: of what is about the whole submission, its first. */
static void place(const struct jb_figures_filing *filing, const struct jb_figures *figures,
                  uint32_t row, struct jb_finding *finding)
{
    uint32_t count = filing->submission.row_count;
    uint32_t at = row && row <= count ? row - 1 : 0;
    const struct jb_figures_raw *origin = count && filing->origins ? filing->origins[at] : NULL;

    if (!finding->row && count)
        finding->row = filing->rows[0].source_row;
    if (origin) {
        finding->sheet = origin->place->sheet;
        finding->sheet_number = origin->place->sheet_number;
    }
    place_column(figures, origin, finding);
}

jb_err jb_figures_check(struct jb_figures_filing *filing, const char *path,
                        const struct jb_figures_options *options, const struct jb_figures *figures,
                        struct jb_findings *findings)
{
    struct jb_findings found, rows;
    uint32_t count = filing->submission.row_count;

    jb_findings_init(&found);
    jb_findings_init(&rows);
    filing->effects = jb_xrealloc(filing->effects, (count ? count : 1) * sizeof(*filing->effects));
    if (figures->is_workbook)
        find_rows(filing, options, &rows);
    jb_err err = run_check(filing, options, &found);
    for (uint32_t i = 0; i < found.count; i++) {
        found.items[i].file = path ? path : "";
        place(filing, figures, i < rows.count ? rows.items[i].row : 0, &found.items[i]);
    }
    jb_findings_append(findings, &found);
    jb_findings_free(&found);
    jb_findings_free(&rows);
    return err;
}
