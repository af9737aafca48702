/* The table of pins. Cursors name a pin by random bytes and a position, so a page can be asked for
 * again after a lost answer. */
#include "pin.h"

#include <sodium.h>
#include <stdlib.h>

struct jb_pin *jb_pin_take(struct jb_view *view, const struct jb_binding *binding,
                           const struct jb_snapshot *snapshot, uint64_t as_of, int64_t mono_us,
                           struct jb_arena *plan_arena, jb_query_plan *plan)
{
    struct jb_pin *pin = jb_xcalloc(1, sizeof(*pin));
    jb_assert(view->taken);
    pin->txn = view->txn;
    pin->shelf = view->shelf;
    pin->binding = binding;
    pin->snapshot = *snapshot;
    pin->head = view->snapshot.revision;
    pin->as_of = as_of;
    pin->deadline_us = mono_us + JB_PIN_MS_MAX * 1000LL;
    pin->plan = plan;
    randombytes_buf(pin->id, sizeof(pin->id));
    if (binding)
        jb_shelf_hold(view->shelf, binding);
    if (plan_arena) {
        size_t bytes_max = plan_arena->bytes_max;
        pin->plan_arena = *plan_arena;
        jb_arena_init(plan_arena, bytes_max);
    }
    view->txn = NULL;
    view->taken = false;
    return pin;
}

void jb_pin_free(struct jb_pin *pin)
{
    if (!pin)
        return;
    jb_kv_abort(&pin->txn);
    jb_shelf_put(pin->shelf, pin->binding);
    jb_arena_free(&pin->plan_arena);
    free(pin);
}

void jb_pins_remove(struct jb_pins *pins, struct jb_pin *pin)
{
    for (uint32_t i = 0; i < pins->count; i++) {
        if (pins->items[i] != pin)
            continue;
        pins->items[i] = pins->items[--pins->count];
        jb_pin_free(pin);
        return;
    }
}

void jb_pins_expire(struct jb_pins *pins, int64_t mono_us)
{
    for (uint32_t i = pins->count; i > 0; i--) {
        struct jb_pin *pin = pins->items[i - 1];
        if (mono_us >= pin->deadline_us && !pin->busy && !pin->holders)
            jb_pins_remove(pins, pin);
    }
}

bool jb_pins_have_room(struct jb_pins *pins, int64_t mono_us)
{
    if (pins->count < JB_PINNED_MAX)
        return true;
    jb_pins_expire(pins, mono_us);
    for (uint32_t i = 0; pins->count == JB_PINNED_MAX && i < pins->count; i++) {
        struct jb_pin *pin = pins->items[i];
        if (pin->done && !pin->busy && !pin->holders)
            jb_pins_remove(pins, pin);
    }
    return pins->count < JB_PINNED_MAX;
}

bool jb_pins_owner_may(struct jb_pins *pins, const struct jb_public_key *owner, int64_t mono_us)
{
    uint32_t owned = 0;
    jb_pins_expire(pins, mono_us);
    for (uint32_t i = pins->count; i > 0; i--) {
        struct jb_pin *pin = pins->items[i - 1];
        if (!pin->plan || !jb_public_eq(&pin->owner, owner))
            continue;
        owned++;
        if (pin->done && !pin->busy && owned >= JB_KEY_PINS_MAX) {
            jb_pins_remove(pins, pin);
            owned--;
        }
    }
    return owned < JB_KEY_PINS_MAX;
}

void jb_pins_add(struct jb_pins *pins, struct jb_pin *pin)
{
    jb_assert(pins->count < JB_PINNED_MAX);
    pins->items[pins->count++] = pin;
}

void jb_cursor_write(const struct jb_pin *pin, uint64_t position, uint8_t ret[JB_CURSOR_BYTES])
{
    memcpy(ret, pin->id, sizeof(pin->id));
    for (size_t i = 0; i < sizeof(position); i++)
        ret[sizeof(pin->id) + i] = (uint8_t)(position >> (56 - 8 * i));
}

struct jb_pin *jb_pins_find(struct jb_pins *pins, struct jb_slice cursor, int64_t mono_us,
                            uint64_t *ret_position)
{
    if (cursor.len != JB_CURSOR_BYTES)
        return NULL;
    for (uint32_t i = 0; i < pins->count; i++) {
        struct jb_pin *pin = pins->items[i];
        if (!pin->plan || mono_us >= pin->deadline_us ||
            memcmp(pin->id, cursor.ptr, sizeof(pin->id)) != 0)
            continue;
        struct jb_reader r =
            jb_reader_of(jb_slice_of(cursor.ptr + sizeof(pin->id), cursor.len - sizeof(pin->id)));
        *ret_position = jb_read_u64(&r);
        return pin;
    }
    return NULL;
}

void jb_pins_free(struct jb_pins *pins)
{
    for (uint32_t i = 0; i < pins->count; i++)
        jb_pin_free(pins->items[i]);
    pins->count = 0;
}
