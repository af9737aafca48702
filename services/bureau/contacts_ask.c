/* Pages of two versions do not belong together: then all are asked for anew. */
#include "contacts_ask.h"

#include <stdlib.h>

#define TRIES_MAX 5

static enum jb_exit ask_page(struct jb_desk *desk, const struct jb_contacts_ask *ask,
                             struct jb_contacts_answer *ret)
{
    struct jb_slice payload;
    struct jb_buf buf;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_contacts_ask_encode(ask, &buf);
    enum jb_exit code =
        buf.failed ? jb_desk_settle(desk, JB_ERANGE)
                   : jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_CONTACTS, (struct jb_slice){0},
                                 jb_buf_slice(&buf), JB_KIND_CONTACTS_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    jb_err err = jb_wire_contacts_answer_decode(payload, &desk->arena, ret, &desk->findings);
    return err ? jb_desk_settle(desk, err) : JB_EXIT_OK;
}

enum jb_exit jb_contacts_version(struct jb_desk *desk, uint64_t *ret)
{
    const struct jb_contacts_ask ask = {.version_only = true};
    struct jb_contacts_answer answer;
    enum jb_exit code = ask_page(desk, &ask, &answer);

    if (code == JB_EXIT_OK)
        *ret = answer.version;
    return code;
}

static void add_page(struct jb_contacts_found *found, const struct jb_contacts_answer *page)
{
    found->version = page->version;
    if (page->unit_count == 0)
        return;
    found->units =
        jb_xrealloc(found->units, (found->count + page->unit_count) * sizeof(*found->units));
    memcpy(found->units + found->count, page->units, page->unit_count * sizeof(*found->units));
    found->count += page->unit_count;
}

enum jb_exit jb_contacts_ask(struct jb_desk *desk, const char *unit, bool subtree,
                             struct jb_contacts_found *ret)
{
    struct jb_contacts_ask ask = {.unit = jb_slice_str(unit ? unit : ""), .subtree = subtree};
    struct jb_contacts_answer page;

    for (int pages_of_others = 0;;) {
        enum jb_exit code = ask_page(desk, &ask, &page);
        if (code != JB_EXIT_OK)
            return code;
        if (ask.after.len && page.version != ret->version && pages_of_others++ < TRIES_MAX) {
            ask.after = (struct jb_slice){0};
            ret->count = 0;
            jb_findings_clear(&desk->findings);
            continue;
        }
        add_page(ret, &page);
        ask.after = page.next;
        if (ask.after.len == 0)
            return jb_desk_settle(desk, JB_OK);
        jb_findings_clear(&desk->findings); /* every page says the same */
    }
}

void jb_contacts_found_free(struct jb_contacts_found *found)
{
    free(found->units);
    *found = (struct jb_contacts_found){0};
}

enum jb_exit jb_contacts_put(struct jb_desk *desk, const struct jb_unit_contacts *units,
                             uint32_t count, uint64_t version)
{
    struct jb_contacts_put put = {
        .id = jb_uuid_new(), .replaces = version, .units = units, .unit_count = count};
    struct jb_contacts_put_done done;
    struct jb_welcome welcome;
    struct jb_slice payload;
    struct jb_buf buf;
    enum jb_exit code = jb_desk_hello(desk, JB_DOOR_WRITE, &welcome);

    if (code != JB_EXIT_OK)
        return code;
    put.epoch = welcome.epoch;
    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_contacts_put_encode(&put, &buf);
    code = buf.failed ? jb_desk_settle(desk, JB_ERANGE)
                      : jb_desk_ask(desk, JB_DOOR_WRITE, JB_KIND_CONTACTS_PUT,
                                    jb_slice_of(welcome.store_id, sizeof(welcome.store_id)),
                                    jb_buf_slice(&buf), JB_KIND_CONTACTS_PUT_DONE, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    return jb_desk_settle(
        desk, jb_wire_contacts_put_done_decode(payload, &desk->arena, &done, &desk->findings));
}
