/* Which figures a question sees 视图. Working 在报数: as last submitted. Accepted 审核数: each
 * filing at its submission that was accepted last; what came after that, or was never accepted, is
 * not there. Published 发布数: as accepted when the period's release was made, and only the
 * indicators that the release lists. Numbers go over the wire: append only. */
#ifndef JB_VIEWPOINT_H
#define JB_VIEWPOINT_H

#include "base/base.h"

enum jb_viewpoint_kind {
    JB_VIEW_WORKING = 0,
    JB_VIEW_ACCEPTED = 1,
    JB_VIEW_PUBLISHED = 2,
    JB_VIEWPOINTS_END,
};
struct jb_viewpoint {
    enum jb_viewpoint_kind kind;
    uint32_t release; /* of a period; 0: its newest. Only with JB_VIEW_PUBLISHED */
};
static inline bool jb_viewpoint_eq(struct jb_viewpoint a, struct jb_viewpoint b)
{
    return a.kind == b.kind && a.release == b.release;
}
const char *jb_viewpoint_code(enum jb_viewpoint_kind kind); /* "working" */
const char *jb_viewpoint_name(enum jb_viewpoint_kind kind); /* "accepted figures", as a msgid */
/* Code, or the Chinese name. JB_EINVAL: neither. */
JB_MUST_USE jb_err jb_viewpoint_parse(struct jb_slice text, enum jb_viewpoint_kind *ret);

#endif
