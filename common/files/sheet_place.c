#include "files/sheet_place.h"

#include <stdio.h>

#define LETTERS 26
#define COLUMN_LETTERS_MAX 3
#define ROW_DIGITS_MAX 7

static int letter_of(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 1;
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 1;
    return 0;
}

jb_err jb_sheet_place_parse(struct jb_slice text, uint32_t *ret_row, uint32_t *ret_column)
{
    uint32_t column = 0, row = 0;
    size_t at = 0, letters = 0, digits = 0;

    at += at < text.len && text.ptr[at] == '$';
    for (; at < text.len && letter_of(text.ptr[at]); at++, letters++) {
        if (letters < COLUMN_LETTERS_MAX + 1)
            column = column * LETTERS + (uint32_t)letter_of(text.ptr[at]);
    }
    at += letters && at < text.len && text.ptr[at] == '$';
    for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++, digits++) {
        if (digits == 0 && text.ptr[at] == '0')
            return JB_EINVAL;
        if (digits < ROW_DIGITS_MAX + 1)
            row = row * 10 + (uint32_t)(text.ptr[at] - '0');
    }
    if (!letters || !digits || at != text.len)
        return JB_EINVAL;
    if (letters > COLUMN_LETTERS_MAX || column > JB_SHEET_COLUMNS_MAX || digits > ROW_DIGITS_MAX ||
        row > JB_SHEET_ROWS_MAX)
        return JB_ERANGE;
    *ret_row = row - 1;
    *ret_column = column - 1;
    return JB_OK;
}

jb_err jb_sheet_range_parse(struct jb_slice text, struct jb_sheet_range *ret)
{
    const uint8_t *colon = text.len ? memchr(text.ptr, ':', text.len) : NULL;
    size_t first_len = colon ? (size_t)(colon - text.ptr) : text.len;
    struct jb_sheet_range range;
    jb_err err = jb_sheet_place_parse(jb_slice_of(text.ptr, first_len), &range.first_row,
                                      &range.first_column);

    range.last_row = range.first_row;
    range.last_column = range.first_column;
    if (!err && colon)
        err = jb_sheet_place_parse(jb_slice_of(colon + 1, text.len - first_len - 1),
                                   &range.last_row, &range.last_column);
    if (err)
        return err;
    if (range.last_row < range.first_row || range.last_column < range.first_column)
        return JB_EINVAL;
    *ret = range;
    return JB_OK;
}

const char *jb_sheet_column(uint32_t column, char text[JB_SHEET_PLACE_SIZE])
{
    char letters[8];
    size_t count = 0;

    jb_assert(column < JB_SHEET_COLUMNS_MAX);
    for (uint32_t rest = column + 1; rest; rest = (rest - 1) / LETTERS)
        letters[count++] = (char)('A' + (rest - 1) % LETTERS);
    for (size_t i = 0; i < count; i++)
        text[i] = letters[count - 1 - i];
    text[count] = 0;
    return text;
}

const char *jb_sheet_place(uint32_t row, uint32_t column, char text[JB_SHEET_PLACE_SIZE])
{
    char letters[JB_SHEET_PLACE_SIZE];

    snprintf(text, JB_SHEET_PLACE_SIZE, "%.4s%u", jb_sheet_column(column, letters), row + 1);
    return text;
}
