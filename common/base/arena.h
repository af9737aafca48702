/* A bump allocator with a limit: one arena a message or batch, freed at once.
 * Memory from it is zeroed and 16-byte aligned; it lives until clear or free. */
#ifndef JB_ARENA_H
#define JB_ARENA_H

#include "base/base.h"

struct jb_arena_block;
struct jb_arena {
    struct jb_arena_block *head; /* newest block, the one that is filled */
    size_t used;                 /* bytes handed out */
    size_t bytes_max;
};

/* No memory is taken before the first alloc. */
void jb_arena_init(struct jb_arena *arena, size_t bytes_max);
/* NULL when the limit or memory is reached. size 0 gives a valid pointer. */
void *jb_arena_alloc(struct jb_arena *arena, size_t size);
/* NULL as above, or when count * size overflows. */
void *jb_arena_array(struct jb_arena *arena, size_t count, size_t size);
/* A copy with a NUL behind it (not counted). ptr is NULL when it did not fit. */
struct jb_slice jb_arena_copy(struct jb_arena *arena, struct jb_slice bytes);
/* Forgets everything, keeps the newest block for reuse: it is mostly the largest. */
void jb_arena_clear(struct jb_arena *arena);
void jb_arena_free(struct jb_arena *arena);

#endif
