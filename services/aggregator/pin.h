/* Pinned snapshots: a read transaction kept open while the pages of an answer or the chunks of a
 * watch's snapshot are fetched. A pinned snapshot keeps old pages of the store alive, so there are
 * at most JB_PINNED_MAX, each for at most JB_PIN_MS_MAX. */
#ifndef JB_PIN_H
#define JB_PIN_H

#include "base/arena.h"
#include "base/limits.h"
#include "net/identity.h"
#include "query.h"
#include "view.h"

struct jb_pin {
    jb_kv_txn *txn;
    jb_shelf *shelf;
    const struct jb_binding *binding; /* held: in force at as_of */
    struct jb_snapshot snapshot;      /* as answers tell it */
    uint64_t head, as_of;             /* for jb_source_set */
    int64_t deadline_us;              /* monotonic */
    uint32_t holders;                 /* watches that share the snapshot */
    bool busy;                        /* a worker has it */
    /* the last page was given: the first to go when room is needed */
    bool done;
    uint8_t id[16]; /* random: nobody guesses another's cursor */
    /* Whose cursor it is, and what he might read when the plan was made. */
    struct jb_public_key owner;
    uint64_t reach_hash;
    struct jb_arena plan_arena;
    jb_query_plan *plan; /* NULL: a watch's snapshot */
    uint64_t cost;       /* of the whole plan */
};

/* Takes the view's transaction away (the view takes a new one when it is next used). plan_arena,
 * which holds the plan, moves into the pin; both may be NULL. binding is the one in force at as_of;
 * it is held once more. */
struct jb_pin *jb_pin_take(struct jb_view *view, const struct jb_binding *binding,
                           const struct jb_snapshot *snapshot, uint64_t as_of, int64_t mono_us,
                           struct jb_arena *plan_arena, jb_query_plan *plan);
void jb_pin_free(struct jb_pin *pin); /* NULL is fine */

struct jb_pins {
    struct jb_pin *items[JB_PINNED_MAX];
    uint32_t count;
};
/* Room for one more, after those that are over or done have gone. */
bool jb_pins_have_room(struct jb_pins *pins, int64_t mono_us);
/* Whether the owner may have one more cursor, after those that are over or done have gone. */
bool jb_pins_owner_may(struct jb_pins *pins, const struct jb_public_key *owner, int64_t mono_us);
void jb_pins_add(struct jb_pins *pins, struct jb_pin *pin); /* there must be room */
/* The pin of a cursor (16 bytes of id, then the position), busy or not; NULL: expired or never
 * was. */
struct jb_pin *jb_pins_find(struct jb_pins *pins, struct jb_slice cursor, int64_t mono_us,
                            uint64_t *ret_position);
void jb_pins_remove(struct jb_pins *pins, struct jb_pin *pin);
/* Frees what is past its time and not busy. */
void jb_pins_expire(struct jb_pins *pins, int64_t mono_us);
void jb_pins_free(struct jb_pins *pins);

#define JB_CURSOR_BYTES 24
void jb_cursor_write(const struct jb_pin *pin, uint64_t position, uint8_t ret[JB_CURSOR_BYTES]);

#endif
