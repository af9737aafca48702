/* Bytes of a file as a clerk might save it: decoded, then parsed as CSV with each separator. What
 * is accepted keeps every limit and is UTF-8 throughout; a refusal names a line that the text has.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "base/limits.h"
#include "files/csv.h"
#include "files/encoding.h"

static uint32_t count_lines(struct jb_slice text)
{
    uint32_t count = 1;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n' || text.ptr[i] == '\r';
    return count;
}

static void check_rows(const struct jb_csv *csv, uint32_t line_count)
{
    uint32_t line = 0;
    jb_assert(csv->row_count <= JB_FILE_ROWS_MAX + 1);
    jb_assert(csv->comment_count <= JB_FILE_COMMENTS_MAX);
    for (uint32_t i = 0; i < csv->row_count; i++) {
        const struct jb_csv_row *row = &csv->rows[i];
        jb_assert(row->line > line && row->line <= line_count);
        jb_assert(row->field_count > 0 && row->field_count <= JB_FILE_COLUMNS_MAX);
        for (uint32_t f = 0; f < row->field_count; f++) {
            jb_assert(row->fields[f].len <= JB_FILE_FIELD_BYTES_MAX);
            jb_assert(row->fields[f].ptr[row->fields[f].len] == 0);
            jb_assert(jb_utf8_valid(row->fields[f]));
        }
        line = row->line;
    }
}

static void parse(struct jb_slice text)
{
    static const char separators[] = {0, ',', ';', '\t'};
    uint32_t line_count = count_lines(text);
    for (size_t i = 0; i < sizeof(separators); i++) {
        struct jb_csv csv;
        uint32_t line = 0;
        jb_err err = jb_csv_parse(text, separators[i], &csv, &line);
        jb_assert(err == JB_OK || (line > 0 && line <= line_count));
        jb_assert(err == JB_OK || err == JB_EINVAL || err == JB_ERANGE);
        if (!err) {
            check_rows(&csv, line_count);
            jb_csv_free(&csv);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_slice bytes = jb_slice_of(data, size);
    parse(bytes);
    for (int as = JB_ENC_GUESS; as <= JB_ENC_GB18030; as++) {
        struct jb_decoded text;
        size_t offset = 0;
        uint32_t line = 0;
        jb_err err = jb_decode_text(bytes, (enum jb_encoding)as, &text, &offset, &line);
        jb_assert(err == JB_OK || err == JB_EINVAL);
        if (err) {
            jb_assert(offset <= size && line > 0 && line <= count_lines(bytes));
            continue;
        }
        jb_assert(jb_utf8_valid(jb_slice_of(text.text, text.len)));
        if (text.encoding == JB_ENC_GB18030)
            parse(jb_slice_of(text.text, text.len));
        free(text.text);
    }
    return 0;
}
