/* Signing takes some 30 microseconds a key and is done for each answer: its time tells how old it
 * is. */
#include "head_sign.h"

#include "lookup.h"
#include "net/proof.h"

jb_err jb_desk_signed_head(struct jb_desk *desk, struct jb_signed_head *ret)
{
    const struct jb_view *view = &desk->view;
    struct jb_signed_head head = {
        .epoch = view->snapshot.epoch,
        .revision = view->snapshot.revision,
        .at_us = desk->now_us,
    };
    if (!desk->server) {
        jb_lookup_refuse(&desk->findings, JB_F_UNSUPPORTED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    memcpy(head.store_id, view->snapshot.store_id, sizeof(head.store_id));
    memcpy(head.head, view->head, sizeof(head.head));
    jb_head_sign(desk->server, desk->next, &head);
    *ret = head;
    return JB_OK;
}
