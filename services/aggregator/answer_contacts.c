/* Who is to be called: for those who chase. A key that manages periods sees the contacts of all
 * units, one that reviews those of its units, one that reports its own. To read figures is no
 * reason to know telephone numbers. */
#include "contacts.h"
#include "desk.h"
#include "lookup.h"
#include "net/wire_contacts.h"

#define UNIT_FRAME_BYTES 24
#define CONTACT_FRAME_BYTES 32

struct contacts {
    struct jb_desk *desk;
    const struct jb_holder *holder; /* NULL: everything is allowed */
    const struct jb_reach *reach;   /* of a person: within it; NULL: of a key */
    jb_date day;
    bool all;      /* periods */
    bool narrowed; /* something was left out */
    uint32_t root; /* JB_NONE: all units */
    struct jb_contacts_ask ask;
    struct jb_unit_contacts *units;
    size_t bytes;
    struct jb_contacts_answer answer;
};

static bool may_see(const struct contacts *c, uint32_t unit)
{
    const jb_catalog *catalog = c->desk->view.binding->catalog;
    int64_t now_us = c->desk->asker.now_us;
    if (c->reach && !jb_reach_unit(c->reach, unit))
        return false;
    return c->all || jb_holder_covers(c->holder, JB_ROLE_REVIEW, catalog, unit, c->day, now_us) ||
           jb_holder_covers(c->holder, JB_ROLE_REPORT, catalog, unit, c->day, now_us);
}

static bool is_asked(const struct contacts *c, uint32_t unit)
{
    if (c->root == JB_NONE || unit == c->root)
        return true;
    if (!c->ask.subtree)
        return false;
    const jb_catalog *catalog = c->desk->view.binding->catalog;
    uint32_t up = jb_catalog_parent(catalog, unit, c->day);
    while (up != JB_NONE && up != c->root)
        up = jb_catalog_parent(catalog, up, c->day);
    return up == c->root;
}

/* At least what it takes on the wire. */
static size_t size_of(const struct jb_unit_contacts *unit)
{
    size_t bytes = UNIT_FRAME_BYTES + unit->unit.len;
    for (uint32_t i = 0; i < unit->count; i++) {
        struct jb_contact contact = unit->items[i];
        bytes += CONTACT_FRAME_BYTES;
        for (uint32_t t = 0; t < JB_CONTACT_TEXTS; t++)
            bytes += jb_contact_text(&contact, t)->len;
    }
    return bytes;
}

/* *ret_full: it does not fit on the page, and is not on it. */
static jb_err add(struct contacts *c, uint32_t index, bool *ret_full)
{
    const struct jb_unit *unit = &c->desk->view.binding->view->units[index];
    struct jb_contacts_answer *answer = &c->answer;
    struct jb_unit_contacts found = {.unit = jb_slice_str(unit->code)};
    if (!may_see(c, index)) {
        c->narrowed = true;
        return JB_OK;
    }
    jb_err err = jb_store_contacts(c->desk->view.txn, unit->number, &c->desk->arena, &found.items,
                                   &found.count);
    if (err || found.count == 0)
        return err;
    c->bytes += size_of(&found);
    *ret_full = answer->unit_count > 0 &&
                (c->bytes > JB_ANSWER_PAGE_BYTES_MAX || answer->unit_count == JB_CONTACT_UNITS_MAX);
    if (*ret_full)
        answer->next = c->units[answer->unit_count - 1].unit;
    else
        c->units[answer->unit_count++] = found;
    return JB_OK;
}

static jb_err list(struct contacts *c)
{
    const struct jb_binding *binding = c->desk->view.binding;
    uint32_t from = 0;
    bool full = false;
    if (c->ask.after.len) {
        uint32_t after = jb_catalog_unit(binding->catalog, c->ask.after);
        from = after == JB_NONE ? binding->view->unit_count : after + 1;
    }
    c->units = jb_arena_array(&c->desk->arena, JB_CONTACT_UNITS_MAX, sizeof(*c->units));
    if (!c->units)
        return JB_ENOMEM;
    for (uint32_t i = from; i < binding->view->unit_count && !full; i++) {
        jb_err err = is_asked(c, i) ? add(c, i, &full) : JB_OK;
        if (err)
            return err;
    }
    return JB_OK;
}

/* Whether the asker may see any, and the unit that was named. JB_EINVAL: a finding says no. */
static jb_err admit(struct contacts *c)
{
    struct jb_desk *desk = c->desk;
    const struct jb_asker *asker = &desk->asker;
    const struct jb_binding *binding = desk->view.binding;
    c->day = jb_date_at(asker->now_us, binding->view->zone_offset_minutes);
    c->all = jb_asker_has_role(asker, JB_ROLE_PERIODS);
    c->holder = jb_asker_holder(asker);
    if (!c->all && !jb_asker_has_role(asker, JB_ROLE_REVIEW) &&
        !jb_asker_has_role(asker, JB_ROLE_REPORT)) {
        jb_lookup_refuse(&desk->findings, JB_F_GRANT_MISSING, (struct jb_slice){0},
                         "periods, review, report");
        return JB_EINVAL;
    }
    if (asker->who.person[0]) {
        jb_err err = jb_asker_reach(&desk->asker, binding, &c->reach);
        if (err)
            return err;
    }
    if (c->ask.unit.len == 0)
        return JB_OK;
    if (!jb_lookup_unit(binding, c->ask.unit, &c->root, &desk->findings))
        return JB_EINVAL;
    if (may_see(c, c->root) || c->ask.subtree)
        return JB_OK;
    jb_reach_refuse(&desk->findings, binding->view->units[c->root].code);
    return JB_EINVAL;
}

jb_err jb_answer_contacts(struct jb_desk *desk, struct jb_slice payload)
{
    struct contacts c = {.desk = desk, .root = JB_NONE};
    struct jb_contacts_head head;
    if (jb_wire_contacts_ask_decode(payload, &desk->arena, &c.ask) != JB_OK) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = jb_desk_need_catalog(desk);
    if (!err)
        err = admit(&c);
    if (!err && !c.ask.version_only && !jb_desk_affords(desk, desk->view.binding->view->unit_count))
        return JB_EAGAIN;
    if (!err)
        err = jb_store_contacts_head(desk->view.txn, &head);
    if (!err && !c.ask.version_only)
        err = list(&c);
    if (err)
        return err;
    if (c.narrowed)
        jb_reach_tell_narrowed(&desk->findings);
    c.answer.epoch = desk->view.snapshot.epoch;
    c.answer.version = head.version;
    c.answer.units = c.units;
    memcpy(c.answer.store_id, desk->view.snapshot.store_id, sizeof(c.answer.store_id));
    jb_wire_contacts_answer_encode(&c.answer, &desk->findings, &desk->payload);
    return JB_OK;
}
