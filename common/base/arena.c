/* A chain of blocks, each twice the size of the one before up to a megabyte. The limit counts what
 * is handed out, not what the blocks hold, so that it does not depend on how the requests fell into
 * blocks. */
#include "base/arena.h"

#include <stdlib.h>

#define ALIGN 16u
#define BLOCK_BYTES_MIN ((size_t)4096)
#define BLOCK_BYTES_MAX ((size_t)1024 * 1024)

struct jb_arena_block {
    struct jb_arena_block *next; /* older */
    size_t used, size;           /* of bytes */
    _Alignas(ALIGN) uint8_t bytes[];
};

void jb_arena_init(struct jb_arena *arena, size_t bytes_max)
{
    *arena = (struct jb_arena){.bytes_max = bytes_max};
}

static struct jb_arena_block *add_block(struct jb_arena *arena, size_t need)
{
    size_t size = arena->head ? arena->head->size * 2 : BLOCK_BYTES_MIN;
    if (size > BLOCK_BYTES_MAX)
        size = BLOCK_BYTES_MAX;
    if (size < need)
        size = need;
    struct jb_arena_block *block = malloc(sizeof(*block) + size);
    if (!block)
        return NULL;
    block->next = arena->head;
    block->used = 0;
    block->size = size;
    arena->head = block;
    return block;
}

/* Not zeroed. */
static void *take(struct jb_arena *arena, size_t size)
{
    if (size > arena->bytes_max - arena->used)
        return NULL;
    size_t need = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (need < size)
        return NULL;
    if (need > arena->bytes_max - arena->used)
        need = size; /* the last bytes before the limit: no aligned request can follow */
    struct jb_arena_block *block = arena->head;
    if (!block || need > block->size - block->used) {
        block = add_block(arena, need);
        if (!block)
            return NULL;
    }
    void *ptr = block->bytes + block->used;
    block->used += need;
    arena->used += need;
    return ptr;
}

void *jb_arena_alloc(struct jb_arena *arena, size_t size)
{
    void *ptr = take(arena, size);
    return ptr ? memset(ptr, 0, size) : NULL;
}

void *jb_arena_array(struct jb_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return jb_arena_alloc(arena, bytes);
}

struct jb_slice jb_arena_copy(struct jb_arena *arena, struct jb_slice bytes)
{
    if (bytes.len == SIZE_MAX)
        return jb_slice_of(NULL, 0);
    uint8_t *copy = take(arena, bytes.len + 1);
    if (!copy)
        return jb_slice_of(NULL, 0);
    if (bytes.len)
        memcpy(copy, bytes.ptr, bytes.len);
    copy[bytes.len] = 0;
    return jb_slice_of(copy, bytes.len);
}

static void free_chain(struct jb_arena_block *block)
{
    while (block) {
        struct jb_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void jb_arena_clear(struct jb_arena *arena)
{
    if (arena->head) {
        free_chain(arena->head->next);
        arena->head->next = NULL;
        arena->head->used = 0;
    }
    arena->used = 0;
}

void jb_arena_free(struct jb_arena *arena)
{
    free_chain(arena->head);
    arena->head = NULL;
    arena->used = 0;
}
