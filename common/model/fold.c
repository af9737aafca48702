/* Folding of typed text. Chinese input methods produce full-width digits and punctuation without
 * anyone noticing, so every reader of what people type starts here. */
#include "model/fold.h"

/* The full-width forms U+FF01 to U+FF5E mirror ASCII 0x21 to 0x7E; in UTF-8 they are EF BC 81 to EF
 * BD 9E. */
static int full_width(const uint8_t *c)
{
    int code = ((c[0] & 0x0f) << 12) | ((c[1] & 0x3f) << 6) | (c[2] & 0x3f);

    if (code >= 0xff01 && code <= 0xff5e)
        return code - 0xff01 + 0x21;
    return code == 0x3000 ? ' ' : -1;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct jb_slice jb_trim(struct jb_slice text)
{
    while (text.len > 0 && is_blank(text.ptr[0])) {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

jb_err jb_fold(struct jb_slice text, char *buf, size_t size, struct jb_slice *ret)
{
    size_t len = 0;

    if (!jb_utf8_valid(text))
        return JB_EINVAL;
    for (size_t i = 0; i < text.len; len++) {
        int ascii = -1;
        if (len == size)
            return JB_ERANGE;
        if ((text.ptr[i] & 0xf0) == 0xe0)
            ascii = full_width(text.ptr + i);
        /* U+00A0, the blank that does not break, comes out of word processors. */
        else if (text.ptr[i] == 0xc2 && text.ptr[i + 1] == 0xa0)
            ascii = ' ';
        if (ascii >= 0) {
            buf[len] = (char)ascii;
            i += ascii == ' ' && text.ptr[i] == 0xc2 ? 2 : 3;
        } else {
            buf[len] = (char)text.ptr[i++];
        }
    }
    *ret = jb_trim(jb_slice_of(buf, len));
    return JB_OK;
}

bool jb_slice_is_nocase(struct jb_slice a, const char *text)
{
    for (size_t i = 0; i < a.len; i++) {
        uint8_t x = a.ptr[i], y = (uint8_t)text[i];
        x = x >= 'A' && x <= 'Z' ? (uint8_t)(x + 32) : x;
        y = y >= 'A' && y <= 'Z' ? (uint8_t)(y + 32) : y;
        if (x != y || y == '\0')
            return false;
    }
    return text[a.len] == '\0';
}

bool jb_take_prefix(struct jb_slice *text, const char *word)
{
    size_t len = strlen(word);

    if (text->len < len || memcmp(text->ptr, word, len) != 0)
        return false;
    text->ptr += len;
    text->len -= len;
    return true;
}

bool jb_take_suffix(struct jb_slice *text, const char *word)
{
    size_t len = strlen(word);

    if (text->len < len || memcmp(text->ptr + text->len - len, word, len) != 0)
        return false;
    text->len -= len;
    return true;
}
