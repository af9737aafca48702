/* One event, one line, one write(2), so that lines of several threads do not mix. A terminal gets a
 * local time and a level's name; anything else is taken for a journal, which adds time itself and
 * reads `<N>`. */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define LINE_BYTES_MAX 2048

static atomic_int level_max = JB_LOG_INFO;

void jb_log_set_level(enum jb_log_level level)
{
    atomic_store(&level_max, (int)level);
}

static const char *level_name(enum jb_log_level level)
{
    switch (level) {
    case JB_LOG_ERROR:
        return "error";
    case JB_LOG_WARN:
        return "warning";
    case JB_LOG_NOTICE:
        return "notice";
    case JB_LOG_INFO:
        return "info";
    case JB_LOG_DEBUG:
        return "debug";
    }
    return "unknown";
}

static int put_head(char *line, size_t size, enum jb_log_level level)
{
    if (!isatty(STDERR_FILENO))
        return snprintf(line, size, "<%d>", (int)level);
    int64_t now_us = jb_clock_now_us();
    time_t seconds = (time_t)(now_us / 1000000);
    struct tm local;
    char text[32] = "";
    if (localtime_r(&seconds, &local))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
    return snprintf(line, size, "%s.%03d %-7s ", text, (int)(now_us / 1000 % 1000),
                    level_name(level));
}

void jb_log(enum jb_log_level level, const char *event, const char *fmt, ...)
{
    char line[LINE_BYTES_MAX];
    if ((int)level > atomic_load(&level_max))
        return;
    size_t size = sizeof(line) - 1; /* room for the line's end */
    size_t len = (size_t)put_head(line, size, level);
    len += (size_t)snprintf(line + len, size - len, "%s", event);
    if (fmt[0] && len + 1 < size) {
        va_list args;
        line[len++] = ' ';
        va_start(args, fmt);
        int added = vsnprintf(line + len, size - len, fmt, args);
        va_end(args);
        len += added > 0 ? (size_t)added : 0;
    }
    if (len >= size)
        len = size - 1; /* cut, as snprintf cut it */
    for (size_t i = 0; i < len; i++) {
        if ((uint8_t)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?'; /* a forgotten jb_log_text must not forge a second line */
    }
    line[len++] = '\n';
    jb_ignore(write(STDERR_FILENO, line, len) < 0); /* nowhere is left to say so */
}

/* Escaped: controls of ASCII and Latin-1, line separators, and what turns the writing direction. */
static bool is_plain(uint32_t point)
{
    return point >= 0x20 && point != '"' && point != '\\' && !(point >= 0x7f && point < 0xa0) &&
           !(point >= 0x200b && point <= 0x200f) && !(point >= 0x2028 && point <= 0x202e) &&
           !(point >= 0x2060 && point <= 0x206f) && point != 0xfeff;
}

const char *jb_log_text(char *buf, size_t size, struct jb_slice bytes)
{
    static const char cut[] = "\"..."; /* the closing mark of a text that did not fit */
    if (size == 0)
        return "";
    if (size < sizeof(cut) + 1) {
        buf[0] = 0;
        return buf;
    }
    size_t len = 0, at = 0;
    buf[len++] = '"';
    while (at < bytes.len) {
        char piece[8];
        uint32_t point;
        size_t taken = jb_utf8_decode(jb_slice_of(bytes.ptr + at, bytes.len - at), &point);
        size_t piece_len = taken;
        if (taken && is_plain(point)) {
            memcpy(piece, bytes.ptr + at, taken);
        } else if (taken && (point == '"' || point == '\\')) {
            piece_len = (size_t)snprintf(piece, sizeof(piece), "\\%c", (int)point);
        } else {
            taken = 1;
            piece_len = (size_t)snprintf(piece, sizeof(piece), "\\x%02x", bytes.ptr[at]);
        }
        if (len + piece_len + sizeof(cut) > size) {
            memcpy(buf + len, cut, sizeof(cut));
            return buf;
        }
        memcpy(buf + len, piece, piece_len);
        len += piece_len;
        at += taken;
    }
    buf[len++] = '"';
    buf[len] = 0;
    return buf;
}
