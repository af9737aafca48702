/* One cell of a catalogue's workbook as a node of its tree. A node's line holds sheet and row, so
 * that the checks behind, which know lines and columns, name cells without knowing of sheets. */
#ifndef JB_BUREAU_CATALOG_CELLS_H
#define JB_BUREAU_CATALOG_CELLS_H

#include "catalog_sheets.h"
#include "files/workbook.h"
#include "model/finding.h"
#include "model/yaml_build.h"

#define JB_CELL_ROW_BITS 21 /* more than a sheet has rows; the sheet's index + 1 stands above */

struct jb_cell_reader {
    const char *file;
    struct jb_arena *arena;
    struct jb_findings *findings;
    uint32_t sheet; /* index */
};

uint32_t jb_cell_line(const struct jb_cell_reader *reader, uint32_t row);
/* An error at a row and column, both from 0; the strings may be NULL. */
void jb_cell_refuse(const struct jb_cell_reader *reader, enum jb_finding_code code, uint32_t row,
                    uint32_t column, struct jb_slice got, const char *expected);
/* What stands there, without the blanks around; "" where cell is NULL. False, and a finding: an
 * error, or a formula that was saved without its result. */
bool jb_cell_text(const struct jb_cell_reader *reader, const struct jb_sheet_cell *cell,
                  struct jb_slice *ret);
/* The file's own word for one that people read. One that is none is told, in both languages, and
 * becomes the first: the checks behind need not say it again. */
struct jb_slice jb_cell_word(const struct jb_cell_reader *reader, const struct jb_field *field,
                             const struct jb_sheet_cell *cell, struct jb_slice text);
/* NULL: the cell says nothing (or cell is NULL). */
struct jb_yaml_node *jb_cell_node(const struct jb_cell_reader *reader, const struct jb_field *field,
                                  const struct jb_sheet_cell *cell);

#endif
