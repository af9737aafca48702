/* How wide a text is on a terminal. Own ranges, because the C library's wcwidth depends on the
 * locale and says -1 to every Chinese character in the C locale, in which the programs often run.
 * The ranges follow Unicode's EastAsianWidth (W and F) and its nonspacing marks, as far as names of
 * bodies and figures can need them. */
#include "files/print.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_LEAST 40
#define COLUMNS_MOST 1000

struct range {
    uint32_t first, last;
};

static const struct range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x2614, 0x2615},   {0x26a1, 0x26a1},   {0x2705, 0x2705},   {0x274c, 0x274c},
    {0x2e80, 0x303e},   {0x3041, 0x3247},   {0x3250, 0x4dbf},   {0x4e00, 0xa4cf},
    {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},
    {0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18cff},
    {0x1b000, 0x1b2ff}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff},
    {0x20000, 0x2fffd}, {0x30000, 0x3fffd},
};

static const struct range nothing[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e},
    {0x2060, 0x2069}, {0x20d0, 0x20ff}, {0x302a, 0x302d}, {0x3099, 0x309a},
    {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};

static bool is_in(uint32_t point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count && ranges[i].first <= point; i++) {
        if (point <= ranges[i].last)
            return true;
    }
    return false;
}

static uint32_t point_width(uint32_t point)
{
    if (point < 0x300)
        return 1;
    if (is_in(point, nothing, JB_COUNT(nothing)))
        return 0;
    return is_in(point, wide, JB_COUNT(wide)) ? 2 : 1;
}

uint32_t jb_text_width(const char *text)
{
    struct jb_slice rest = jb_slice_str(text);
    uint32_t width = 0, point;
    while (rest.len) {
        size_t len = jb_utf8_decode(rest, &point);
        width += len ? point_width(point) : 1;
        rest.ptr += len ? len : 1;
        rest.len -= len ? len : 1;
    }
    return width;
}

static void put_blanks(uint32_t count, FILE *out)
{
    while (count-- > 0)
        fputc(' ', out);
}

/* What would move the cursor, change the terminal or turn the direction is not for it. */
static bool is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x2028 && point <= 0x2029);
}

static bool is_turn(uint32_t point)
{
    return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

void jb_print_padded(const char *text, uint32_t width, enum jb_align align, FILE *out)
{
    struct jb_slice rest = jb_slice_str(text);
    uint32_t own = jb_text_width(text), point;
    uint32_t blanks = own < width ? width - own : 0;
    if (align == JB_RIGHT)
        put_blanks(blanks, out);
    while (rest.len) {
        size_t len = jb_utf8_decode(rest, &point);
        if (len == 0)
            fputc('?', out);
        else if (is_control(point))
            fputc(' ', out);
        else if (!is_turn(point))
            fwrite(rest.ptr, 1, len, out);
        rest.ptr += len ? len : 1;
        rest.len -= len ? len : 1;
    }
    if (align == JB_LEFT)
        put_blanks(blanks, out);
}

/* Marks that must not begin a line, and those that must not end one. */
static bool is_closing(uint32_t point)
{
    static const uint32_t marks[] = {0x2019, 0x201d, 0x3001, 0x3002, 0x300b, 0x300d,
                                     0xff01, 0xff09, 0xff0c, 0xff1a, 0xff1b, 0xff1f};
    for (size_t i = 0; i < JB_COUNT(marks); i++) {
        if (marks[i] == point)
            return true;
    }
    return false;
}

static bool is_opening(uint32_t point)
{
    return point == 0x2018 || point == 0x201c || point == 0x300a || point == 0x300c ||
           point == 0xff08;
}

/* Between two characters, unless both belong to a word of letters. */
static bool may_break(uint32_t left, uint32_t right)
{
    if (left == ' ' || right == ' ')
        return true;
    if (is_closing(right) || is_opening(left))
        return false;
    return (left >= 0x80 && is_in(left, wide, JB_COUNT(wide))) ||
           (right >= 0x80 && is_in(right, wide, JB_COUNT(wide)));
}

static size_t without_blanks(const char *text, size_t len)
{
    size_t kept = len;
    while (kept && text[kept - 1] == ' ')
        kept--;
    return kept ? kept : len;
}

size_t jb_text_fit(const char *text, uint32_t width)
{
    struct jb_slice rest = jb_slice_str(text);
    uint32_t used = 0, point = 0, before = 0;
    size_t at = 0, broken = 0;
    while (rest.len) {
        size_t len = jb_utf8_decode(rest, &point);
        if (len == 0) {
            len = 1;
            point = '?';
        }
        if (at && may_break(before, point))
            broken = at;
        used += point_width(point);
        if (used > width && point != ' ')
            return without_blanks(text, broken ? broken : at ? at : len);
        at += len;
        before = point;
        rest.ptr += len;
        rest.len -= len;
    }
    return without_blanks(text, at);
}

/* Decimal digits only; anything else is no width. */
static uint32_t parse_columns(const char *text)
{
    uint32_t v = 0;
    for (; text && *text >= '0' && *text <= '9' && v <= COLUMNS_MOST; text++)
        v = v * 10 + (uint32_t)(*text - '0');
    return text && *text == '\0' && v >= COLUMNS_LEAST && v <= COLUMNS_MOST ? v : 0;
}

uint32_t jb_print_columns(FILE *out)
{
    struct winsize size;
    uint32_t asked = parse_columns(getenv("COLUMNS"));
    int fd = fileno(out);
    if (asked)
        return asked;
    if (fd < 0 || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col < COLUMNS_LEAST)
        return 0;
    return size.ws_col;
}

uint32_t jb_text_lines(const char *text, uint32_t width)
{
    uint32_t lines = 0;

    for (bool more = true; more;) {
        const char *end = strchr(text, '\n');
        char *line = end ? jb_xstrndup(text, (size_t)(end - text)) : jb_xstrdup(text);
        uint32_t own = jb_text_width(line);
        free(line);
        lines += own > width ? (own + width - 1) / width : 1;
        more = end != NULL;
        text = end ? end + 1 : text;
    }
    return lines;
}
