/* What two views show differently: asked for and printed. */
#ifndef JB_BUREAU_DIFF_LIST_H
#define JB_BUREAU_DIFF_LIST_H

#include "desk.h"
#include "net/wire_diff.h"

/* Asks, prints the differences as a table, CSV or JSON, and tells when there are more. */
enum jb_exit jb_diff_run(struct jb_desk *desk, const struct jb_diff_query *query);

#endif
