/* Names of the three views. */
#include "model/viewpoint.h"

#include "base/text.h"

static const char *const codes[JB_VIEWPOINTS_END] = {"working", "accepted", "published"};
static const char *const names[JB_VIEWPOINTS_END] = {N_("working figures"), N_("accepted figures"),
                                                     N_("published figures")};
static const char *const zh[JB_VIEWPOINTS_END] = {"在报", "已审核", "已发布"};

const char *jb_viewpoint_code(enum jb_viewpoint_kind kind)
{
    jb_assert(kind < JB_VIEWPOINTS_END);
    return codes[kind];
}

const char *jb_viewpoint_name(enum jb_viewpoint_kind kind)
{
    jb_assert(kind < JB_VIEWPOINTS_END);
    return names[kind];
}

jb_err jb_viewpoint_parse(struct jb_slice text, enum jb_viewpoint_kind *ret)
{
    for (int kind = 0; kind < JB_VIEWPOINTS_END; kind++) {
        if (jb_slice_is(text, codes[kind]) || jb_slice_is(text, zh[kind])) {
            *ret = (enum jb_viewpoint_kind)kind;
            return JB_OK;
        }
    }
    return JB_EINVAL;
}
