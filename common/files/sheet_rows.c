/* Cells come by row and column, so two walks do: one to measure, one to fill. */
#include "files/sheet_rows.h"

#include "base/limits.h"

jb_err jb_sheet_rows(const struct jb_sheet *sheet, struct jb_csv *ret, uint32_t *ret_line)
{
    uint32_t width = 0, count = 0;
    struct jb_csv csv = {0};

    for (uint32_t i = 0; i < sheet->cell_count; i++) {
        const struct jb_sheet_cell *cell = &sheet->cells[i];
        count += i == 0 || cell->row != cell[-1].row;
        width = cell->column >= width ? cell->column + 1 : width;
        if (count > JB_FILE_ROWS_MAX + 1 || width > JB_FILE_COLUMNS_MAX) {
            *ret_line = cell->row + 1;
            return JB_ERANGE;
        }
    }
    csv.rows = jb_xcalloc(count + 1u, sizeof(*csv.rows));
    csv.field_memory = jb_xcalloc((size_t)count * width + 1, sizeof(*csv.field_memory));
    for (uint32_t i = 0; i < sheet->cell_count; i++) {
        const struct jb_sheet_cell *cell = &sheet->cells[i];
        if (i == 0 || cell->row != cell[-1].row) {
            struct jb_csv_row *row = &csv.rows[csv.row_count];
            *row = (struct jb_csv_row){cell->row + 1,
                                       csv.field_memory + (size_t)csv.row_count * width, width};
            csv.row_count++;
        }
        csv.rows[csv.row_count - 1].fields[cell->column] = cell->text;
    }
    *ret = csv;
    return JB_OK;
}
