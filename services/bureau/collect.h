/* Every unit's own figures of a span, collected as one snapshot.
 *
 * The query gives what covers a period itself. A figure on another basis (year to date, since a
 * named period) stands in its filing only, so filings of forms with such indicators are read too.
 * If the store moved on meanwhile, all is asked again. Units that the asker may not read are left
 * out, which is told on standard error. */
#ifndef JB_BUREAU_COLLECT_H
#define JB_BUREAU_COLLECT_H

#include "args.h"
#include "ask.h"

struct jb_collect {
    struct jb_desk *desk;
    const struct jb_catalog_view *view;
    const jb_catalog *catalog;
    struct jb_span span;
    struct jb_viewpoint viewpoint; /* set it before asking; zero: working */
    bool public_only;              /* of the published view */
    bool *reads;                   /* by unit: within the reach of who asks */
    struct jb_list units, indicators, periods;
    struct jb_pages pages; /* what was collected, in no order */
    bool moved;            /* a later answer is of a newer revision */
    bool fits;             /* at least one frequency has whole base periods in the span */
};

void jb_collect_init(struct jb_collect *x, struct jb_desk *desk, const jb_catalog *catalog,
                     struct jb_span span);
void jb_collect_free(struct jb_collect *x);
enum jb_exit jb_collect_ask(struct jb_collect *x);

#endif
