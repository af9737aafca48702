/* A moment as a person writes it on a command line. */
#ifndef JB_BUREAU_MOMENT_H
#define JB_BUREAU_MOMENT_H

#include "base/base.h"

/* "2026-12-31" (its first moment; with end: the next day's first, so that the day belongs to it);
 * "2026-12-31T18:00:30", at JB_ZONE_MINUTES unless it says another offset; or a stretch from
 * now_us: "+30s", "+90m", "+12h", "+7d". Microseconds since 1970 UTC, above 0. JB_EINVAL: none of
 * these; JB_ERANGE: too far away. */
JB_MUST_USE jb_err jb_moment_parse(const char *text, bool end, int64_t now_us, int64_t *ret);

#endif
