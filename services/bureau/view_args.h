/* Views on the command line and in words: --view, --release, --public; and the line that tells
 * people which figures they look at. */
#ifndef JB_BUREAU_VIEW_ARGS_H
#define JB_BUREAU_VIEW_ARGS_H

#include <stdio.h>

#include "args.h"
#include "net/wire_diff.h"
#include "words.h"

/* --view: "accepted", "published", "published:2". A bad one ends the program, as argp does. */
void jb_view_take(struct jb_viewpoint *viewpoint, const char *arg, struct argp_state *state);
/* --release: a number from 1; only with the published view, which must have been checked by the
 * end. */
void jb_view_take_release(struct jb_viewpoint *viewpoint, const char *arg,
                          struct argp_state *state);
void jb_view_settle(const struct jb_viewpoint *viewpoint, struct argp_state *state);
/* "VIEW[:RELEASE][@REVISION]". JB_EINVAL. */
JB_MUST_USE jb_err jb_sight_parse(const char *text, struct jb_sight *ret);

/* "published figures: 2023-Q2 release 1 (2023-07-20 10:00:00)" and its line end; nothing for the
 * working view. */
void jb_view_print(enum jb_viewpoint_kind view, const struct jb_release *releases, uint32_t count,
                   FILE *out);
/* "2023-Q1:1 2023-Q2:2" of the releases of periods within the span of that text; for programs. */
void jb_view_releases_of(struct jb_slice span, const struct jb_release *releases, uint32_t count,
                         struct jb_buf *out);

#endif
