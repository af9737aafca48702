/* A catalogue's text into the aggregator, as its next version. */
#ifndef JB_BUREAU_CATALOG_LOAD_H
#define JB_BUREAU_CATALOG_LOAD_H

#include "desk.h"
#include "model/catalog.h"

/* catalog: what the text means. Says on standard output which version it is. */
enum jb_exit jb_catalog_load(struct jb_desk *desk, const struct jb_buf *yaml,
                             const jb_catalog *catalog, const char *reason, const char *author);

#endif
