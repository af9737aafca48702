/* The last events of one watch, as browsers get them: framed for Server-Sent Events (WHATWG HTML,
 * 9.2), each with the token that resumes behind it. Shared by all who look at the same, bounded;
 * who falls behind its old end has to resume from its token. No socket, no clock. */
#ifndef JB_FEED_H
#define JB_FEED_H

#include "base/base.h"
#include "base/buf.h"

#define JB_FEED_EVENTS_MAX 4096
#define JB_FEED_BYTES_MAX ((size_t)4 << 20) /* of all its events; also of one */
#define JB_FEED_TOKEN_BYTES_MAX 512

struct jb_feed_event {
    char *frame; /* "id: ...\nevent: ...\ndata: ...\n\n" */
    size_t len;
    char *token; /* NULL: nothing can be resumed behind it */
};

struct jb_feed {
    struct jb_feed_event events[JB_FEED_EVENTS_MAX]; /* by number, modulo */
    uint64_t first, end; /* numbers of the oldest kept and of the next to come */
    size_t bytes;
    char *token; /* newest */
};

void jb_feed_free(struct jb_feed *feed); /* leaves it empty; one full of zeros is fine */
/* Appends an event; token may be empty. data is JSON without line ends. What is too large for the
 * feed becomes a reset with the reason `large`. */
void jb_feed_push(struct jb_feed *feed, const char *name, struct jb_slice token,
                  struct jb_slice data);
/* Gives up the oldest event; one that has none stays so. */
void jb_feed_drop(struct jb_feed *feed);
/* The number of the event behind the newest one that has the token; false: it is not there (any
 * more). */
bool jb_feed_find(const struct jb_feed *feed, const char *token, uint64_t *ret);
/* An event that is still kept; NULL: it is not. */
const struct jb_feed_event *jb_feed_at(const struct jb_feed *feed, uint64_t number);
/* One frame, for a single reader. */
void jb_feed_frame(struct jb_buf *out, const char *name, struct jb_slice token,
                   struct jb_slice data);
/* Text that may stand in an id: printable ASCII within the limit. */
bool jb_feed_token_valid(struct jb_slice token);

#endif
