/* The bureau's side of both doors: asks, waits, and turns what went wrong into words and an exit
 * code, so that a command reads as question and answer. */
#ifndef JB_BUREAU_DESK_H
#define JB_BUREAU_DESK_H

#include "net/client.h"
#include "options.h"

#define JB_DESK_TIMEOUT_MS 15000
#define JB_DESK_ANSWER_BYTES_MAX ((size_t)1 << 30) /* all pages of one answer, in memory */

enum jb_door { JB_DOOR_READ = 0, JB_DOOR_WRITE = 1 };

struct jb_desk {
    const struct jb_options *options;
    jb_net *net;
    jb_identity *identity; /* loaded when first asked */
    struct jb_public_key server;
    jb_client *clients[2]; /* by door; opened when first asked */
    bool greeted;          /* a door has said what its data are */
    struct jb_findings findings;
    struct jb_arena arena; /* of the answers */
};

void jb_desk_init(struct jb_desk *desk, const struct jb_options *options);
void jb_desk_free(struct jb_desk *desk);
const char *jb_desk_endpoint(const struct jb_desk *desk, enum jb_door door);
/* The command's time-out: --timeout, else the default. */
int jb_desk_timeout_ms(const struct jb_desk *desk);
/* The client of a door, which connects and signs with the configured key; NULL after telling why
 * there is none. */
jb_client *jb_desk_client(struct jb_desk *desk, enum jb_door door);

/* Asks and waits; the first time a greeting goes before, so that what is printed says whether it is
 * demonstration data. Anything but JB_EXIT_OK was told on standard error. The payload lives until
 * the next question at that door. */
enum jb_exit jb_desk_ask(struct jb_desk *desk, enum jb_door door, enum jb_kind kind,
                         struct jb_slice store_id, struct jb_slice payload, enum jb_kind expected,
                         struct jb_slice *ret);
enum jb_exit jb_desk_hello(struct jb_desk *desk, enum jb_door door, struct jb_welcome *ret);
/* After decoding an answer: tells its findings. err is the decoder's. JB_EXIT_REFUSED when one is
 * an error. */
enum jb_exit jb_desk_settle(struct jb_desk *desk, jb_err err);
/* Says that nobody answers at the door, as far as its client knows why, and what to try. */
enum jb_exit jb_desk_unreachable(const struct jb_desk *desk, enum jb_door door);
/* For who goes on trying: says that the door does not let this key in, and what to do. */
void jb_desk_tell_refused(const struct jb_desk *desk, enum jb_door door);

#endif
