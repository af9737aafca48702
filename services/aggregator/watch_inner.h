/* What the files of watches share: one watch, and how its events are made. */
#ifndef JB_WATCH_INNER_H
#define JB_WATCH_INNER_H

#include "base/arena.h"
#include "change.h"
#include "watch.h"
#include "watch_filter.h"

#define JB_WATCH_CHUNK_BYTES (32 * 1024) /* of cells in one event */

enum jb_watch_state {
    JB_WATCH_STARTING, /* its first word is to be said: continued, or reset with the reason */
    JB_WATCH_COPYING,  /* the snapshot is under way */
    JB_WATCH_LIVE,
};

/* Where a snapshot stands: node by node, and in a node record by record. */
struct jb_watch_place {
    uint32_t node; /* of the nodes in the filter's or the catalogue's order */
    bool inside;   /* the records of this node up to period and block are done */
    struct jb_period period;
    uint16_t block;
};

struct jb_watch {
    struct jb_peer peer;
    bool guarded;             /* held to the rights of its key */
    struct jb_asking who;     /* whose rights */
    struct jb_public_key key; /* tells askers apart (asker.h) */
    uint64_t holder_revision; /* of the key's rights when they were last looked at */
    int64_t reach_until_us;   /* when what they allow may change by itself */
    uint8_t request_id[JB_REQUEST_ID_BYTES_MAX];
    uint8_t request_id_len;
    struct jb_watch_filter filter;
    uint32_t catalog_version;
    enum jb_watch_state state;
    const char *reason; /* starting: NULL: continued */
    uint64_t position;  /* every change up to it was looked at */
    uint64_t previous;  /* revision of the event before */
    uint32_t part;      /* cells of the change position + 1 that were sent already */
    struct jb_pin *pin; /* copying */
    struct jb_watch_place place;
    int64_t heard_us;    /* the watcher pinged */
    int64_t spoken_us;   /* an event was sent */
    int64_t retry_us;    /* not before: its pipe was full; 0: it was not */
    int64_t patience_us; /* how long to leave it alone when its pipe is full */
    bool gone;           /* to be dropped */
    uint32_t index;      /* in the table */
    struct jb_watch *next_same_hash;
};

/* One cell of a change, printed once for all watches. */
struct jb_watch_printed {
    uint32_t node, indicator; /* numbers */
    struct jb_watch_cell cell;
    size_t bytes;
};

struct jb_watches {
    struct jb_view *view;
    struct jb_pins *pins;
    uint32_t max;
    jb_watch_send *send;
    void *ctx;
    jb_rights_board *board; /* NULL: everything is allowed */
    jb_rights *rights;      /* the table that all watches were held to last; a reference */
    int64_t now_us;         /* of this turn */
    struct jb_watch **items;
    uint32_t count;
    struct jb_watch **by_hash;
    uint32_t hash_mask;
    uint32_t turn_from;    /* where the next turn of laggards and snapshots begins */
    uint64_t fed;          /* changes up to it were given to those that were caught up */
    int64_t look_at_us;    /* the next look for quiet and silent watches */
    jb_source *source;     /* of snapshots and expected counts */
    struct jb_arena arena; /* one chunk or change */
    struct jb_findings findings;
    struct jb_buf payload;
    /* The change that was decoded last. */
    struct jb_arena change_arena;
    uint64_t change_revision; /* 0: none */
    uint32_t change_version;  /* of the catalogue that printed borrows its codes from */
    bool change_catalog;
    int64_t change_at_us;
    struct jb_change_act change_act; /* kind 0: it is no act */
    struct jb_slice change_targets;  /* a run of jb_change_target in change_arena */
    struct jb_slice change_due;      /* a run of jb_entry_due in change_arena; empty: it is none */
    struct jb_period change_period;
    struct jb_watch_printed *printed;
    uint32_t printed_count;
    /* The event that was encoded last: watches with one filter and one history get the same
     * bytes. */
    struct jb_buf made;
    bool made_valid;
    uint64_t made_revision, made_previous, made_filter, made_reach;
    uint32_t made_part, made_next, made_version;
    bool made_last; /* it ends the change */
    struct jb_own_block own_scratch;
    struct jb_sum_block sum_scratch;
};

/* Prints a cell for the wire; false: out of memory. node and indicator are of binding. */
bool jb_watch_print(jb_source *source, struct jb_node node, uint32_t indicator,
                    struct jb_period period, const struct jb_sum_cell *cell, struct jb_arena *arena,
                    struct jb_watch_cell *ret, size_t *ret_bytes);
/* Encodes and sends. On JB_OK spoken, previous and retry are brought up to date. */
jb_err jb_watch_say(struct jb_watches *w, struct jb_watch *watch, struct jb_watch_event *event,
                    bool with_token, int64_t mono_us);
/* Notes a failed send: full pipe, or gone. */
void jb_watch_failed(struct jb_watch *watch, jb_err err, int64_t mono_us);
/* Ends it with a reason; it is dropped with the next look. */
void jb_watch_end(struct jb_watches *w, struct jb_watch *watch, const char *reason,
                  int64_t mono_us);
void jb_watch_restart(struct jb_watches *w, struct jb_watch *watch, const char *reason);
void jb_watch_release_pin(struct jb_watches *w, struct jb_watch *watch);
/* In watch_rights.c. Holds every watch to the rights as they are now. The view is taken. */
JB_MUST_USE jb_err jb_watch_heed(struct jb_watches *w, int64_t mono_us);
/* Sets what the watch may see, by the rights of now and a catalogue. *ret_left: something. */
JB_MUST_USE jb_err jb_watch_narrow(struct jb_watches *w, struct jb_watch *watch,
                                   const struct jb_binding *binding, bool *ret_left);
/* In watch_snapshot.c: takes one step. *ret_worked: something was sent or is to be done again at
 * once. Errors are the store's. */
JB_MUST_USE jb_err jb_watch_start(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us,
                                  bool *ret_worked);
JB_MUST_USE jb_err jb_watch_copy(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us,
                                 bool *ret_worked);
/* In watch_feed.c: the change position + 1 to one watch; *ret_moved: it was passed (sent, or
 * nothing for this filter). */
JB_MUST_USE jb_err jb_watch_deliver(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us,
                                    bool *ret_moved);

#endif
