/* One walk over the characters for both places; the only difference is what white space becomes. */
#include "files/xml_text.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static bool turns_direction(uint32_t point)
{
    return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

/* XML 1.0 §2.2, Char; surrogates are no UTF-8 and do not get here. */
static bool can_be_written(uint32_t point)
{
    if (point < 0x20)
        return point == '\t' || point == '\n' || point == '\r';
    return point != 0x7f && point != 0xfffe && point != 0xffff && !turns_direction(point);
}

/* NULL: the character is written as it is. */
static const char *escape_of(uint32_t point, bool attribute)
{
    switch (point) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return attribute ? "&quot;" : NULL;
    case '\t':
        return attribute ? "&#9;" : NULL;
    case '\n':
        return attribute ? "&#10;" : NULL;
    case '\r':
        return "&#13;"; /* a bare one would be read as a line end */
    default:
        return can_be_written(point) ? NULL : REPLACEMENT;
    }
}

static void put(struct jb_buf *buf, struct jb_slice text, bool attribute)
{
    size_t start = 0, at = 0;

    while (at < text.len) {
        uint32_t point = 0;
        size_t len = jb_utf8_decode(jb_slice_of(text.ptr + at, text.len - at), &point);
        const char *escape = len ? escape_of(point, attribute) : REPLACEMENT;
        if (escape) {
            jb_buf_put(buf, text.ptr + start, at - start);
            jb_buf_put_str(buf, escape);
            start = at + (len ? len : 1);
        }
        at += len ? len : 1;
    }
    if (at > start)
        jb_buf_put(buf, text.ptr + start, at - start);
}

void jb_xml_put_text(struct jb_buf *buf, struct jb_slice text)
{
    put(buf, text, false);
}

void jb_xml_put_attribute(struct jb_buf *buf, struct jb_slice text)
{
    put(buf, text, true);
}
