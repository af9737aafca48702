/* From a file to submissions: its rows are read, grouped by unit, period and form, and each group
 * is checked against the catalogue. A file is all or nothing: with one error anywhere it makes no
 * submission. */
#ifndef JB_FIGURES_FILE_H
#define JB_FIGURES_FILE_H

#include "form/catalog_file.h"
#include "form/figures_row.h"
#include "form/form_read.h"
#include "model/check.h"

/* A text figure whose text is a file of its own. */
struct jb_figures_text {
    struct jb_slice indicator, text;
};

struct jb_figures_options {
    const struct jb_catalog_file *catalog;
    jb_date today;
    enum jb_encoding encoding;
    const char *unit, *period, *form; /* where the file says nothing; NULL: none */
    const char *filled_by, *checked_by, *released_by, *on_behalf_of, *ground, *reason,
        *explanation; /* NULL: "" */
    const struct jb_attachment *attachments;
    uint32_t attachment_count;
    const struct jb_figures_text
        *texts; /* need unit and period, or a file of one unit and period */
    uint32_t text_count;
    bool keep; /* also what is refused: see jb_figures.lines */
};

/* One submission in the making: no id and no predecessor yet. */
struct jb_figures_filing {
    struct jb_submission submission;
    struct jb_row *rows;
    const struct jb_figures_raw **origins; /* of the rows; NULL: of no workbook */
    uint32_t row_cap;
    struct jb_effect *effects; /* of the rows, in their order */
    struct jb_checked checked;
    uint32_t
        unknown; /* checks across figures that need what is not in the file: the aggregator's */
};

struct jb_figures_empty { /* a row whose value cell is empty */
    uint32_t unit, form, indicator;
    struct jb_period period;
    uint32_t line;
};

/* A row as it came and what it was understood as, for who shows the file anew. */
struct jb_figures_line {
    struct jb_figures_raw raw;
    uint32_t unit, form, indicator; /* JB_NONE: not understood */
    struct jb_period period;
};

struct jb_figures {
    struct jb_figures_table table; /* the rows' texts lie here; .csv.rows is NULL without a file */
    struct jb_form_file form;      /* or here, of a workbook */
    bool is_workbook;
    struct jb_figures_line *lines; /* with options.keep */
    uint32_t line_count, line_cap;
    struct jb_arena arena;
    struct jb_figures_filing *filings;
    uint32_t filing_count;
    struct jb_figures_empty *empty;
    uint32_t empty_count;
    uint32_t row_count;
};

/* Reads a CSV file or a workbook. JB_OK: *ret is the caller's until free. JB_EINVAL: findings has
 * errors; with options->keep *ret is the caller's all the same, as far as the file could be read.
 */
JB_MUST_USE jb_err jb_figures_read(const char *path, const struct jb_figures_options *options,
                                   struct jb_findings *findings, struct jb_figures *ret);
/* The same from bytes; path is for the findings. NULL: no file, only the options' texts. */
JB_MUST_USE jb_err jb_figures_parse(const char *path, struct jb_slice bytes,
                                    const struct jb_figures_options *options,
                                    struct jb_findings *findings, struct jb_figures *ret);
void jb_figures_free(struct jb_figures *figures);
/* Adds a row to a filing, for what the file leaves unsaid (--replace); check again afterwards. */
void jb_figures_add_row(struct jb_figures_filing *filing, const struct jb_row *row);
JB_MUST_USE jb_err jb_figures_check(struct jb_figures_filing *filing, const char *path,
                                    const struct jb_figures_options *options,
                                    const struct jb_figures *figures, struct jb_findings *findings);

#endif
