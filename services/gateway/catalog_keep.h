/* The catalogue in force, fetched from the aggregator whenever it says that there is another one,
 * and kept as it is shown: as JSON, and parsed. */
#ifndef JB_CATALOG_KEEP_H
#define JB_CATALOG_KEEP_H

#include "backend.h"
#include "http.h"
#include "model/catalog.h"

typedef struct jb_catalog_keep jb_catalog_keep;

jb_catalog_keep *jb_catalog_keep_new(jb_backend *backend);
void jb_catalog_keep_free(jb_catalog_keep *keep); /* after the backend is closed; NULL is fine */
/* Fetches what is new; at every turn. */
void jb_catalog_keep_turn(jb_catalog_keep *keep);
uint32_t jb_catalog_keep_version(const jb_catalog_keep *keep); /* 0: none yet */
/* NULL: none yet. Lives until the next turn. */
const jb_catalog *jb_catalog_keep_get(const jb_catalog_keep *keep);
/* Answers with the catalogue (narrow: as public visitors see it), or 304 when the asker has it; 503
 * when there is none. */
void jb_catalog_keep_reply(const jb_catalog_keep *keep, bool narrow, jb_request *request);

#endif
