/* A question understood: which nodes, indicators and spans its rows are made of. Shared by
 * query_plan.c, which reads questions, and query.c, which answers them. */
#ifndef JB_QUERY_PLAN_H
#define JB_QUERY_PLAN_H

#include "model/decimal.h"
#include "query.h"

#define JB_QUERY_ROWS_MAX 10000000ULL

struct jb_query_plan {
    const struct jb_node *nodes;
    const uint32_t *indicators;  /* in the catalogue's order */
    const struct jb_span *spans; /* as asked */
    uint32_t node_count, indicator_count, span_count;
    struct jb_slice basis;
    enum jb_rounding rounding;
    bool yoy, qoq, only_reported, own;
    struct jb_viewpoint viewpoint;
    bool public_only;
};

#endif
