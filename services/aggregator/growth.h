/* Growth 同比, 环比: a figure against the same figure of another span. The rules are in query.h. */
#ifndef JB_GROWTH_H
#define JB_GROWTH_H

#include "total.h"

enum jb_growth_kind { JB_YOY = 1, JB_QOQ = 2 };

struct jb_grown {
    enum jb_reason reason; /* why there is no value */
    bool points;
    struct jb_fraction value; /* percent or points, when there is no reason */
    enum jb_mark mark;
    enum jb_status status;
    struct jb_total base;
    struct jb_span base_span;
};
/* now: the total that ask gave. Errors are the store's only. */
JB_MUST_USE jb_err jb_growth_of(jb_source *source, const struct jb_total_ask *ask,
                                const struct jb_total *now, enum jb_growth_kind kind,
                                struct jb_grown *ret);

#endif
