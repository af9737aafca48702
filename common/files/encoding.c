/* Texts as clerks' programs save them. UTF-8 is tried first because text in another encoding almost
 * never passes for it; what fails is taken for GB18030, which contains GBK and GB2312. Almost
 * anything passes for GB18030, so that reading is marked as a guess and shown. */
#include "files/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <strings.h>

static const uint8_t utf8_bom[] = {0xef, 0xbb, 0xbf};
static const uint8_t gb18030_bom[] = {0x84, 0x31, 0x95, 0x33};
static const uint8_t utf16_boms[][2] = {{0xff, 0xfe}, {0xfe, 0xff}};

const char *jb_encoding_name(enum jb_encoding e)
{
    switch (e) {
    case JB_ENC_GUESS:
        return "auto";
    case JB_ENC_UTF8:
        return "UTF-8";
    case JB_ENC_GB18030:
        return "GB18030";
    }
    return "unknown";
}

jb_err jb_encoding_parse(struct jb_slice text, enum jb_encoding *ret)
{
    static const struct {
        const char *name;
        enum jb_encoding encoding;
    } names[] = {
        {"auto", JB_ENC_GUESS},  {"utf-8", JB_ENC_UTF8},      {"utf8", JB_ENC_UTF8},
        {"gbk", JB_ENC_GB18030}, {"gb18030", JB_ENC_GB18030}, {"gb2312", JB_ENC_GB18030},
    };
    for (size_t i = 0; i < JB_COUNT(names); i++) {
        if (text.len == strlen(names[i].name) &&
            strncasecmp((const char *)text.ptr, names[i].name, text.len) == 0) {
            *ret = names[i].encoding;
            return JB_OK;
        }
    }
    return JB_EINVAL;
}

static bool starts_with(struct jb_slice bytes, const uint8_t *head, size_t len)
{
    return bytes.len >= len && memcmp(bytes.ptr, head, len) == 0;
}

static bool is_ascii(struct jb_slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.ptr[i] >= 0x80)
            return false;
    }
    return true;
}

/* The offset of the first byte that is not UTF-8; the length when all is well. */
static size_t utf8_valid_len(struct jb_slice bytes)
{
    size_t at = 0;
    uint32_t point;
    if (jb_utf8_valid(bytes))
        return bytes.len;
    for (;;) { /* ends before the end: something is invalid */
        size_t len = jb_utf8_decode(jb_slice_of(bytes.ptr + at, bytes.len - at), &point);
        if (len == 0)
            return at;
        at += len;
    }
}

/* One iconv run into room for the longest result. *ret_read counts the bytes that were converted,
 * also on failure. */
static jb_err convert(const char *to, const char *from, struct jb_slice bytes, size_t room,
                      char **ret, size_t *ret_len, size_t *ret_read)
{
    union { /* iconv's input has no const, though it only reads */
        const uint8_t *given;
        char *taken;
    } in = {.given = bytes.ptr};
    iconv_t cd = iconv_open(to, from);
    if (cd == (iconv_t)-1)
        return JB_EIO;
    char *text = jb_xmalloc(room + 1), *out = text;
    size_t in_left = bytes.len, out_left = room;
    bool good = bytes.len == 0 || iconv(cd, &in.taken, &in_left, &out, &out_left) != (size_t)-1;
    iconv_close(cd);
    *ret_read = bytes.len - in_left;
    if (!good) {
        free(text);
        return JB_EINVAL;
    }
    *out = 0;
    *ret = text;
    *ret_len = room - out_left;
    return JB_OK;
}

static uint32_t line_of(struct jb_slice bytes, size_t offset)
{
    uint32_t line = 1;
    for (size_t i = 0; i < offset && i < bytes.len; i++)
        line += bytes.ptr[i] == '\n';
    return line;
}

static jb_err decode_gb18030(struct jb_slice bytes, struct jb_decoded *ret, size_t *ret_offset)
{
    const uint8_t *nul = bytes.len ? memchr(bytes.ptr, 0, bytes.len) : NULL;
    struct jb_decoded text = {.encoding = JB_ENC_GB18030};
    size_t read = 0;
    /* Two bytes become at most three, four at most four. */
    jb_err err = convert("UTF-8", "GB18030", bytes, bytes.len + bytes.len / 2 + 4, &text.text,
                         &text.len, &read);
    if (nul && read > (size_t)(nul - bytes.ptr))
        read = (size_t)(nul - bytes.ptr);
    if (!err && (nul || !jb_utf8_valid(jb_slice_of(text.text, text.len)))) {
        free(text.text);
        err = JB_EINVAL;
    }
    if (err)
        *ret_offset = read;
    else
        *ret = text;
    return err;
}

jb_err jb_decode_text(struct jb_slice bytes, enum jb_encoding as, struct jb_decoded *ret,
                      size_t *ret_offset, uint32_t *ret_line)
{
    struct jb_slice whole = bytes;
    struct jb_decoded text;
    size_t bom_len = 0, good = 0;
    jb_err err = JB_OK;
    if (starts_with(bytes, utf16_boms[0], 2) || starts_with(bytes, utf16_boms[1], 2)) {
        *ret_offset = 0;
        *ret_line = 1;
        return JB_EINVAL;
    }
    bool guessed = as == JB_ENC_GUESS && !is_ascii(bytes);
    if (starts_with(bytes, utf8_bom, sizeof(utf8_bom))) {
        bom_len = sizeof(utf8_bom);
        as = JB_ENC_UTF8;
    } else if (starts_with(bytes, gb18030_bom, sizeof(gb18030_bom)) && as != JB_ENC_UTF8) {
        bom_len = sizeof(gb18030_bom);
        as = JB_ENC_GB18030;
    }
    if (bom_len) {
        guessed = false;
        bytes = jb_slice_of(bytes.ptr + bom_len, bytes.len - bom_len);
    }
    size_t utf8_len = as == JB_ENC_GB18030 ? 0 : utf8_valid_len(bytes);
    if (as != JB_ENC_GB18030 && utf8_len == bytes.len) {
        text = (struct jb_decoded){.encoding = JB_ENC_UTF8, .len = bytes.len};
        text.text = jb_xstrndup(bytes.ptr, bytes.len);
    } else if (as == JB_ENC_UTF8) {
        good = utf8_len;
        err = JB_EINVAL;
    } else {
        err = decode_gb18030(bytes, &text, &good);
    }
    if (err == JB_EINVAL) {
        /* Neither reading works: the one that got further is probably the right one. */
        *ret_offset = bom_len + (utf8_len > good ? utf8_len : good);
        *ret_line = line_of(whole, *ret_offset);
    }
    if (err)
        return err;
    text.guessed = guessed;
    *ret = text;
    return JB_OK;
}

jb_err jb_encode_text(struct jb_slice utf8, enum jb_encoding as, char **ret, size_t *ret_len)
{
    size_t read;
    jb_assert(as != JB_ENC_GUESS);
    if (!jb_utf8_valid(utf8))
        return JB_EINVAL;
    if (as == JB_ENC_GB18030) /* two bytes of UTF-8 become up to four */
        return convert("GB18030", "UTF-8", utf8, utf8.len * 2 + 4, ret, ret_len, &read);
    *ret = jb_xstrndup(utf8.ptr, utf8.len);
    *ret_len = utf8.len;
    return JB_OK;
}
