/* Events on standard error, one line each: `<N>event key=value ...` with syslog priorities when not
 * on a terminal. Only programs and reactors log; library code returns errors. Peers' bytes go
 * through jb_log_text. */
#ifndef JB_LOG_H
#define JB_LOG_H

#include "base/base.h"

enum jb_log_level {
    JB_LOG_ERROR = 3,
    JB_LOG_WARN = 4,
    JB_LOG_NOTICE = 5,
    JB_LOG_INFO = 6,
    JB_LOG_DEBUG = 7
};

/* Messages above the level are dropped; default JB_LOG_INFO. */
void jb_log_set_level(enum jb_log_level level);
void jb_log(enum jb_log_level level, const char *event, const char *fmt, ...) JB_PRINTF(3, 4);
/* Quotes and escapes foreign bytes into buf (at most size-1 bytes and NUL); returns buf. */
const char *jb_log_text(char *buf, size_t size, struct jb_slice bytes);

#endif
