/* Errors' names, comparison of bytes, UTF-8, memory that must be there, clocks. */
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"

const char *jb_err_name(jb_err err)
{
    switch (err) {
    case JB_OK:
        return "ok";
    case JB_EINVAL:
        return "invalid";
    case JB_ERANGE:
        return "limit";
    case JB_ENOTFOUND:
        return "not-found";
    case JB_EEXIST:
        return "exists";
    case JB_ENOMEM:
        return "memory";
    case JB_EFULL:
        return "full";
    case JB_EIO:
        return "io";
    case JB_EAGAIN:
        return "again";
    case JB_EGONE:
        return "gone";
    case JB_EDAMAGED:
        return "damaged";
    case JB_EVERSION:
        return "version";
    }
    return "unknown"; /* a value from elsewhere, e.g. cast from a wire number */
}

_Noreturn void jb_assert_failed(const char *expr, const char *file, int line)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, expr);
    abort();
}

int jb_slice_cmp(struct jb_slice a, struct jb_slice b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

size_t jb_utf8_decode(struct jb_slice text, uint32_t *ret_point)
{
    if (text.len == 0 || text.ptr[0] == 0)
        return 0;
    const uint8_t *p = text.ptr;
    if (p[0] < 0x80) {
        *ret_point = p[0];
        return 1;
    }
    /* The second byte's range rules out overlong forms, surrogates and what is past U+10FFFF. */
    uint8_t low = 0x80, high = 0xbf;
    size_t len;
    uint32_t point;
    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        len = 2;
        point = p[0] & 0x1fu;
    } else if (p[0] >= 0xe0 && p[0] <= 0xef) {
        len = 3;
        point = p[0] & 0x0fu;
        low = p[0] == 0xe0 ? 0xa0 : 0x80;
        high = p[0] == 0xed ? 0x9f : 0xbf;
    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        len = 4;
        point = p[0] & 0x07u;
        low = p[0] == 0xf0 ? 0x90 : 0x80;
        high = p[0] == 0xf4 ? 0x8f : 0xbf;
    } else {
        return 0;
    }
    if (text.len < len || p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (p[i] & 0x3fu);
    }
    *ret_point = point;
    return len;
}

/* Eight bytes of 1..127: only a zero or a high bit leaves a high bit. */
static bool is_plain_word(const uint8_t *at)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t word;
    memcpy(&word, at, sizeof(word));
    return (((word - ones) | word) & highs) == 0;
}

bool jb_utf8_valid(struct jb_slice text)
{
    size_t at = 0;
    while (at < text.len) {
        uint32_t point;
        if (text.len - at >= 8 && is_plain_word(text.ptr + at)) {
            at += 8;
            continue;
        }
        if (text.ptr[at] - 1u < 0x7f) { /* 1..127: most bytes of most texts */
            at++;
            continue;
        }
        size_t len = jb_utf8_decode(jb_slice_of(text.ptr + at, text.len - at), &point);
        if (len == 0)
            return false;
        at += len;
    }
    return true;
}

static const bool code_bytes[UINT8_MAX + 1] = {
    ['a' ... 'z'] = true, ['0' ... '9'] = true, ['.'] = true, ['_'] = true, ['-'] = true};

bool jb_code_valid(struct jb_slice code)
{
    if (code.len == 0 || code.len > JB_CODE_BYTES_MAX)
        return false;
    for (size_t i = 0; i < code.len; i++) {
        uint8_t c = code.ptr[i];
        if (!code_bytes[c])
            return false;
    }
    return true;
}

static void *must(void *ptr)
{
    if (!ptr) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return ptr;
}

void *jb_xmalloc(size_t size)
{
    return must(malloc(size ? size : 1));
}

void *jb_xcalloc(size_t count, size_t size)
{
    return must(count && size ? calloc(count, size) : calloc(1, 1));
}

void *jb_xrealloc(void *ptr, size_t size)
{
    return must(realloc(ptr, size ? size : 1));
}

char *jb_xstrdup(const char *text)
{
    return must(strdup(text));
}

char *jb_xstrndup(const void *text, size_t len)
{
    char *copy = jb_xmalloc(len + 1);
    if (len)
        memcpy(copy, text, len);
    copy[len] = 0;
    return copy;
}

char *jb_xasprintf(const char *fmt, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, fmt);
    int len = vasprintf(&text, fmt, args);
    va_end(args);
    return must(len < 0 ? NULL : text);
}

static int64_t clock_us(clockid_t which)
{
    struct timespec t;
    int rc = clock_gettime(which, &t);
    jb_assert(rc == 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t jb_clock_now_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

int64_t jb_clock_mono_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}
