/* Whole answers: a question asked page by page, and the catalogue fetched part by part. */
#ifndef JB_BUREAU_ASK_H
#define JB_BUREAU_ASK_H

#include "desk.h"
#include "model/catalog.h"
#include "pages.h"

/* Asks page after page and adds the rows to pages; progress: a bar on a terminal. The rows live in
 * the desk's arena. */
enum jb_exit jb_ask_query(struct jb_desk *desk, const struct jb_query *query,
                          struct jb_pages *pages);

struct jb_fetched {
    jb_catalog *catalog; /* the caller's until jb_catalog_free */
    uint32_t version;    /* 0: none is loaded, and catalog is NULL */
    uint64_t revision;
};
/* The aggregator's catalogue, checked by its hash. version 0: the current one. */
enum jb_exit jb_ask_catalog(struct jb_desk *desk, uint32_t version, struct jb_fetched *ret);
/* The same with the text that was loaded; yaml is for JB_CATALOG_BYTES_MAX, or NULL. */
enum jb_exit jb_ask_catalog_text(struct jb_desk *desk, uint32_t version, struct jb_buf *yaml,
                                 struct jb_fetched *ret);
/* A catalogue file, YAML or a workbook (catalog_book.h), with every mistake told on standard error.
 * yaml, if wanted, gets the text to load; the buffer is for JB_CATALOG_BYTES_MAX. A catalogue of
 * demonstration data marks what is printed from then on. */
enum jb_exit jb_read_catalog(const char *path, struct jb_buf *yaml, jb_catalog **ret);

#endif
