/* Looks, as the formats that libxlsxwriter wants: one for each that is used. */
#include "files/workbook_write_inner.h"

#define SIZE_USUAL 11
#define FORMAT_TEXT 49 /* the built-in number format "@" */

static const char *font_name(enum jb_look_font font)
{
    switch (font) {
    case JB_FONT_SONG:
        return "宋体";
    case JB_FONT_FANGSONG:
        return "仿宋";
    case JB_FONT_HEI:
        return "黑体";
    case JB_FONT_KAI:
        return "楷体";
    }
    return "宋体";
}

static uint8_t align_code(enum jb_look_align align)
{
    switch (align) {
    case JB_ALIGN_GENERAL:
        return LXW_ALIGN_NONE;
    case JB_ALIGN_LEFT:
        return LXW_ALIGN_LEFT;
    case JB_ALIGN_CENTER:
        return LXW_ALIGN_CENTER;
    case JB_ALIGN_RIGHT:
        return LXW_ALIGN_RIGHT;
    }
    return LXW_ALIGN_NONE;
}

static void dress(lxw_format *format, const struct jb_look *look)
{
    format_set_font_name(format, font_name(look->font));
    format_set_font_size(format, look->size ? look->size : SIZE_USUAL);
    format_set_align(format, align_code(look->align));
    format_set_align(format, look->top ? LXW_ALIGN_VERTICAL_TOP : LXW_ALIGN_VERTICAL_CENTER);
    if (look->indent)
        format_set_indent(format, look->indent);
    if (look->bold)
        format_set_bold(format);
    if (look->wrap)
        format_set_text_wrap(format);
    if (look->border)
        format_set_border(format, LXW_BORDER_THIN);
    if (look->underline)
        format_set_bottom(format, LXW_BORDER_THIN);
    if (look->unlocked)
        format_set_unlocked(format);
    if (look->as_text)
        format_set_num_format_index(format, FORMAT_TEXT);
    else if (look->digits[0])
        format_set_num_format(format, look->digits);
    if (look->ink)
        format_set_font_color(format, look->ink);
    if (look->paper)
        format_set_bg_color(format, look->paper);
}

static bool same(const struct jb_look *a, const struct jb_look *b)
{
    return a->font == b->font && a->align == b->align && a->size == b->size &&
           a->indent == b->indent && a->bold == b->bold && a->wrap == b->wrap && a->top == b->top &&
           a->border == b->border && a->underline == b->underline && a->unlocked == b->unlocked &&
           a->as_text == b->as_text && a->ink == b->ink && a->paper == b->paper &&
           strcmp(a->digits, b->digits) == 0;
}

lxw_format *jb_book_format(jb_book *book, const struct jb_look *look)
{
    static const struct jb_look plain = {0};

    if (!look)
        look = &plain;
    for (uint32_t i = 0; i < book->look_count; i++) {
        if (same(&book->looks[i], look))
            return book->formats[i];
    }
    lxw_format *format = workbook_add_format(book->workbook);
    if (!format) {
        jb_book_note(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return NULL;
    }
    dress(format, look);
    uint32_t count = ++book->look_count;
    book->looks = jb_xrealloc(book->looks, count * sizeof(*book->looks));
    book->formats = jb_xrealloc(book->formats, count * sizeof(lxw_format *));
    book->looks[count - 1] = *look;
    book->formats[count - 1] = format;
    return format;
}
