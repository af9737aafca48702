/* The rows of an answer as a table, by the contract's descriptors: no message has code of its own.
 *
 * The rows are the message's first list of messages. A column is a field, named as in the contract;
 * fields of a message within follow its own name ("standing_state"); a list is its items behind one
 * another, of messages their first texts, or else how many there are. Times are ISO 8601 in the
 * zone and lose "_us" from their names, bytes are hexadecimal digits, enumerations lower-case words
 * without what all have in common. */
#ifndef JB_WIRE_TABLE_H
#define JB_WIRE_TABLE_H

#include "files/print.h"
#include "net/wire.h"

#define JB_WIRE_TABLE_COLUMNS_MAX 64

struct jb_wire_table_view {
    bool for_people; /* titles and words are translated, codes become names */
    int zone_minutes;
    /* The name of what a field's code stands for (field: "unit", "form", "indicator"), or NULL. */
    const char *(*name)(void *ctx, const char *field, struct jb_slice code);
    void *ctx;
};

/* JB_OK: *ret is the caller's; *ret_whole: the answer has not left out rows. JB_EINVAL: no such
 * message, or one without rows; JB_ERANGE, JB_ENOMEM: beyond a limit. */
JB_MUST_USE jb_err jb_wire_table(enum jb_kind kind, struct jb_slice payload,
                                 const struct jb_wire_table_view *view, jb_table **ret,
                                 bool *ret_whole);

#endif
