/* Errors, borrowed bytes and assertions: what every file of jibao starts from.
 *
 * Errors are few and for code; sentences for people are findings (model/finding.h) or log lines.
 * A bug is asserted (always, also in release builds); bad input is never asserted. */
#ifndef JB_BASE_H
#define JB_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef enum jb_err {
    JB_OK = 0,
    JB_EINVAL = 1,    /* the bytes or the text are not what was asked for */
    JB_ERANGE = 2,    /* well formed, but beyond a limit */
    JB_ENOTFOUND = 3, /* no such thing */
    JB_EEXIST = 4,    /* exists already, with other content */
    JB_ENOMEM = 5,    /* memory, or an arena's limit */
    JB_EFULL = 6,     /* disk or map is full: trying later can help */
    JB_EIO = 7,       /* storage failed: stop, restart, verify */
    JB_EAGAIN = 8,    /* would block, or the time is over: trying again can help */
    JB_EGONE = 9,     /* the peer, or a pinned snapshot, is gone */
    JB_EDAMAGED = 10, /* a stored record fails its checksum: never served */
    JB_EVERSION = 11, /* written by a newer version */
} jb_err;

/* "invalid", "limit", ...: for logs. Never NULL. */
const char *jb_err_name(jb_err err);

#define JB_MUST_USE __attribute__((warn_unused_result))
#define JB_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define JB_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Drops a result on purpose. */
#define jb_ignore(expr)                                                                            \
    do {                                                                                           \
        if (expr) {                                                                                \
        }                                                                                          \
    } while (0)

_Noreturn void jb_assert_failed(const char *expr, const char *file, int line);
/* Always on; no side effects inside; only for our own mistakes. */
#define jb_assert(expr) ((expr) ? (void)0 : jb_assert_failed(#expr, __FILE__, __LINE__))

/* Borrowed bytes: pointer and length by value, no terminator, no ownership. {NULL, 0} is empty. */
struct jb_slice {
    const uint8_t *ptr;
    size_t len;
};

/* For printf's "%.*s". */
#define JB_ARG(s) (int)(s).len, (const char *)(s).ptr
#define JB_LIT(text) ((struct jb_slice){(const uint8_t *)(text), sizeof(text) - 1})

static inline struct jb_slice jb_slice_of(const void *ptr, size_t len)
{
    return (struct jb_slice){ptr, len};
}
static inline struct jb_slice jb_slice_str(const char *text)
{
    return (struct jb_slice){(const uint8_t *)text, text ? strlen(text) : 0};
}
static inline bool jb_slice_eq(struct jb_slice a, struct jb_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool jb_slice_is(struct jb_slice a, const char *text)
{
    return jb_slice_eq(a, jb_slice_str(text));
}
/* Byte order; a prefix sorts before what it starts. Returns <0, 0, >0. */
int jb_slice_cmp(struct jb_slice a, struct jb_slice b);
/* True for valid UTF-8 without NUL and without surrogates. */
bool jb_utf8_valid(struct jb_slice text);
/* The length of the first character (1 to 4 bytes) and its code point; 0 when the text is empty or
 * does not start with a character that jb_utf8_valid accepts. */
size_t jb_utf8_decode(struct jb_slice text, uint32_t *ret_point);
/* True for [a-z0-9._-]{1,64}: the form of every code. */
bool jb_code_valid(struct jb_slice code);

/* Program memory that must be there: aborts when it is not (small, bounded amounts at start-up and
 * in command-line programs). Peers' input goes through bounded arenas (base/arena.h) instead. */
void *jb_xmalloc(size_t size);
void *jb_xcalloc(size_t count, size_t size);
void *jb_xrealloc(void *ptr, size_t size);
char *jb_xstrdup(const char *text);
char *jb_xstrndup(const void *text, size_t len);
/* A printf into fresh memory; free with free(). */
char *jb_xasprintf(const char *fmt, ...) JB_PRINTF(1, 2);

/* Wall clock in microseconds since 1970-01-01 UTC. Only mains and reactors call it; the core takes
 * time as an argument. */
int64_t jb_clock_now_us(void);
/* Monotonic microseconds, for time-outs and measurements only. */
int64_t jb_clock_mono_us(void);

#endif
