/* One filing: the question, and what jibao filing show tells of the answer. */
#ifndef JB_BUREAU_FILING_SHOW_H
#define JB_BUREAU_FILING_SHOW_H

#include "desk.h"
#include "net/wire_query.h"

/* The answer lives in the desk's arena. Anything but JB_EXIT_OK was told. */
enum jb_exit jb_filing_ask(struct jb_desk *desk, struct jb_slice unit, struct jb_slice form,
                           struct jb_period period, struct jb_filing_answer *ret);
enum jb_exit jb_filing_run_show(struct jb_options *options, int argc, char **argv);

#endif
